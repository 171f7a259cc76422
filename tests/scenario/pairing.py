"""Two real processes on loopback pair by code: sub-commands on both sides, `run` on both sides, and what goes wrong."""

import os
import re

from peer import PATIENCE, Home, diag, done, equal, ok, wait_until

CODE = re.compile(r"^\d{3}-\d{4}-\d{4}$")


def at(home):
    return "127.0.0.1:%d" % home.port


def wrong(code):
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def trust(home, name):
    status, out, err = home.call("contacts")
    return [line.split("\t")[1] for line in out.splitlines() if line.split("\t")[0] == name]


def sub_commands():
    p = alice.begin("pair")
    code = p.stdout.readline().decode().strip()
    ok(CODE.match(code), "pair prints a code: %s" % code)
    status, out, err = bob.call("join", wrong(code), at(alice))
    ok(status == 1 and not out and "1 of 3" in err, "a wrong one fails: %s" % err.strip())
    status, out, err = bob.call("join", code.replace("-", " "), at(alice), "Ali")
    ok(status == 0 and out.startswith("Ali\tverified\t"), "join with the right one: %s" % out.strip())
    status, out, err = alice.finish(p)
    ok(status == 0 and out.startswith("Bob\tverified\t"), "pair ends with the other side: %s" % out.strip())
    ok("wrong code" in err and "1 of 3" in err, "and has told of the wrong try")
    equal((trust(alice, "Bob"), trust(bob, "Ali")), (["verified"], ["verified"]), "both are verified")
    r = alice.start()
    equal(bob.call("say", "Ali", "hello")[0], 0, "and find each other afterwards")
    ok(r.wait("message", text="hello"), "without a further address")
    alice.stop()


def mistakes():
    status, out, err = bob.call("join", "417-2093-884", at(alice))
    ok(status == 1 and "that has 10" in err, "a mistyped code says so: %s" % err.strip())
    status, out, err = bob.call("join", "417-2093-8841", at(alice))
    ok(status == 1 and at(alice) in err, "nobody there: %s" % err.strip())
    status, out, err = bob.call("join", "417-2093-8841", "--wait", "0.3")
    ok(status == 1 and err.count("\n") == 1, "nobody on this network: %s" % err.strip())
    status, out, err = alice.call("pair", "--wait", "0.3")
    ok(status == 1 and CODE.match(out.strip()) and "in time" in err, "nobody typed it: %s" % err.strip())
    r = alice.start()
    status, out, err = bob.call("join", "417-2093-8841", at(alice))
    ok(status == 1 and "no code is open there" in err, "no code is open: %s" % err.strip())
    status, out, err = alice.call("pair")
    ok(status == 1 and "already running" in err, "pair beside a running program says so")
    alice.stop()


def tries_outlive():
    r = alice.start()
    typed = "417-2093-8841"
    for i in range(1, 4):
        ok(r.wait("done", tag=r.do(cmd="pair")), "a new code for try %d" % i)
        status, out, err = bob.call("join", typed, at(alice))
        ok(status == 1 and ("%d of 3" % i if i < 3 else "three tries") in err, "join %d: %s" % (i, err.strip()))
    ok(r.wait("done", tag=r.do(cmd="pair")), "a new code for try 4")
    status, out, err = bob.call("join", typed, at(alice))
    ok(status == 1 and "it is void" in err, "the fourth is void: %s" % err.strip())
    alice.stop()


def in_run():
    c, d = carol.start(), dave.start()
    tag = c.do(cmd="pair", name="Dee")
    event = c.wait("code", tag=tag, state="waiting")
    code = (event or {}).get("code", "")
    ok(CODE.match(code) and c.wait("done", tag=tag), "run: a code")
    for i in range(1, 3):
        tag = d.do(cmd="join", code=wrong(code), address=at(carol))
        ok(str(i) + " of 3" in (d.error_of(tag) or ""), "run: wrong try %d" % i)
        ok(d.wait("code", tag=tag, state="void"), "the one who typed it hears so")
        ok(c.wait("code", state="waiting", tries=i), "the one who has it too")
    d.line("/join %s %s" % (code, at(carol)))
    used = d.wait("code", state="used")
    equal((used or {}).get("peer"), c.key, "run: used, and by whom")
    ok(c.wait("code", state="used", peer=d.key, name="Dee", code=code), "on the other side too")
    ok(d.wait("peer", peer=c.key, trust="verified", state="online") and
       c.wait("peer", peer=d.key, name="Dee", trust="verified", state="online"), "verified and there")
    ok(c.did(cmd="pair") and c.did(cmd="unpair") and c.wait("code", state="void"), "a code is taken back")
    ok(not c.did(cmd="unpair"), "once")
    c.line("/pair")
    ok(wait_until(lambda: len(c.find("code", state="waiting", tries=0)) == 3), "another one")
    code = c.find("code", state="waiting", tries=0)[-1]["code"]
    for i in range(3):
        d.did(cmd="join", code=wrong(code) if i < 2 else code[:4] + wrong(code[4:-1]) + code[-1], host=at(carol))
    ok(c.wait("code", state="void", tries=3, code=code), "three wrong tries: void")
    tag = d.do(cmd="join", code=code, address=at(carol))
    ok("no code is open" in (d.error_of(tag) or ""), "and the right one is too late")
    equal((carol.stop(), dave.stop()), (0, 0), "both end well")


alice, bob, carol, dave = Home("alice", "Alice"), Home("bob", "Bob"), Home("carol", "Carol"), Home("dave", "Dave")
for part in (sub_commands, mistakes, tries_outlive, in_run):
    diag(part.__name__)
    part()
done()
