"""Real processes on loopback: safety numbers and trust, and invites for one person, for some time, withdrawn, and ended by a new door key."""

import hashlib
import os
import re
import sqlite3
import struct

from peer import Home, befriend, diag, done, equal, ok, wait_until

NUMBER = re.compile(r"^(\d{5} ){5}\d{5}\n(\d{5} ){5}\d{5}$")
INVITE = re.compile(r"^p2p:[0-9a-hjkmnp-tv-z-]+\n$")
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
# So long somebody who meets silence is watched. Who is let in is there after a few milliseconds.
SILENCE = "1.5"


def rows(home, command):
    status, out, err = home.call(command)
    if status != 0:
        ok(False, "%s of %s: %s" % (command, os.path.basename(home.path), err))
    return [line.split("\t") for line in out.splitlines()]


def trust(home, name):
    return [r[1] for r in rows(home, "contacts") if r[0] == name]


def failed(result, words, what):
    status, out, err = result
    ok(status == 1 and not out and err.count("\n") == 1 and words in err, "%s: %s" % (what, err.strip()))


def made(home, *options):
    status, out, err = home.call("invite", *options)
    ok(status == 0 and INVITE.match(out) and not err, "invite %s makes one" % " ".join(options))
    return out.strip()


def with_expiry(invite, seconds):
    """The same invite with another expiry."""
    bits = "".join(format(ALPHABET.index(c), "05b") for c in invite[4:].replace("-", ""))
    raw = bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits) // 8 * 8, 8))[:-5]
    raw += b"\x04\x08" + struct.pack(">q", seconds)
    raw += hashlib.blake2b(b"p2p-tui invite" + raw, digest_size=32).digest()[:5]
    bits = "".join(format(b, "08b") for b in raw)
    bits += "0" * (-len(bits) % 5)
    return "p2p:" + "".join(ALPHABET[int(bits[i:i + 5], 2)] for i in range(0, len(bits), 5))


def gets_in(caller, invite, at):
    """Whether somebody new who comes with that invite is heard of at a running program."""
    equal(caller.call("add", "Al", invite)[0], 0, "%s takes the invite" % os.path.basename(caller.path))
    status, out, err = caller.call("say", "Al", "let me in", "--wait", SILENCE)
    equal(status, 3, "what is said waits, at first or for ever")
    key = caller.call("id")[1]
    asked = [r[0] for r in rows(alice, "requests")]
    found = [e for e in at.find("request") if e["peer"] in asked and e.get("nick") == caller.nick]
    return bool(found)


def person(name, nick):
    home = Home(name, nick)
    home.nick = nick
    return home


def safety_numbers():
    for words in (["verify"], ["verify", "a", "b"], ["verify", "--confirm"], ["invite", "x"], ["withdraw"],
                  ["newdoor", "x"], ["invites", "x"], ["invite", "--for"], ["id", "--nonsense"]):
        status, out, err = alice.call(*words)
        ok(status == 2 and err.startswith("usage: ") and not out, "usage: %s" % " ".join(words))
    failed(alice.call("verify", "nobody"), "nobody", "verify of nobody")
    failed(alice.call("verify", "nobody", "--confirm"), "nobody", "and with --confirm")
    a, b = alice.start(), bob.start()
    ok(befriend(a, b, "Al", "Bob"), "alice and bob are contacts")
    ok(wait_until(lambda: trust(alice, "Bob") and trust(bob, "Al")), "on disk too")
    status, ours, err = alice.call("verify", "Bob")
    equal((status, err), (0, ""), "verify works beside a running program")
    status, theirs, err = bob.call("verify", "Al")
    number = ours.rsplit("\n", 2)[0]
    ok(NUMBER.match(number), "twice six groups of five digits: %s" % number)
    equal(theirs.rsplit("\n", 2)[0], number, "the same on both sides")
    ok(re.search(r"^Bob\tpinned.* since \d{4}-\d\d-\d\dT", ours, re.M), "pinned, since when: %s" % ours.splitlines()[-1])
    equal(alice.call("verify", b.key)[1], ours, "a key does for the name")
    failed(alice.call("verify", "Bob", "--confirm"), "already running", "--confirm beside a running program")
    since = a.mark()
    tag = a.do(cmd="verify", name="Bob")
    ok(a.wait("done", tag=tag), "run: verify")
    text = [e["text"] for e in a.find("text", since, tag=tag)]
    equal(" ".join(text[:-1]).split(), number.split(), "prints the same number")
    equal((alice.stop(), bob.stop()), (0, 0), "both end well")
    status, out, err = alice.call("verify", "Bob", "--confirm")
    ok(status == 0 and out.startswith(number), "--confirm: the number, and %s" % out.splitlines()[-1])
    equal((trust(alice, "Bob"), trust(bob, "Al")), (["verified"], ["pinned"]), "verified here, and only here")
    ok(re.search(r"^Bob\tverified.* since ", alice.call("verify", "Bob")[1], re.M), "verify tells since when and how")
    b = bob.start()
    ok(b.did(cmd="verify", name="Al", found="match"), "run: they match")
    ok(b.wait("peer", name="Al", trust="verified"), "is told in a peer event")
    bob.stop()


def one_time():
    invite = made(alice, "--for", "Carol")
    equal(alice.call("invites")[1], "1  for Carol\n", "it is listed")
    a = alice.start()
    ok(gets_in(carol, invite, a), "the first who comes with it is let in")
    name = [e for e in a.find("request") if e.get("nick") == "Carolina"]
    ok(not gets_in(dave, invite, a), "the second meets silence")
    since = a.mark()
    ok(a.did(cmd="add", name="Carol", key=name[0]["peer"]), "the first one is taken")
    c = carol.start()
    ok(a.wait("peer", since=since, name="Carol", state="online"), "and comes again")
    ok(c.wait("peer", name="Al", state="online"), "with the same invite")
    ok(wait_until(lambda: listed(a) == ["No invite but the standing one is live."]), "then the invite is gone")
    carol.stop()
    alice.stop()
    dave.call("remove", "Al")


def listed(run):
    tag = run.do(cmd="invites")
    run.wait("done", tag=tag)
    return [e["text"] for e in run.find("text", tag=tag)]


def ended():
    """Expired, and withdrawn."""
    failed(alice.call("invite", "--expires", "soon"), "30m", "a time that is none")
    failed(alice.call("withdraw", "x"), "number", "withdraw what is no number")
    status, out, err = bob.call("invite")
    status, out, err = bob.call("withdraw", "1")
    ok("on this network may knock" in out, "where a door is open for the network that is said: %s" % out.strip())
    failed(alice.call("withdraw", "99"), "no such invite", "withdraw what is not there")
    short = made(alice, "--expires", "30m")
    ok(re.match(r"^1  for anybody, until \d{4}-\d\d-\d\d \d\d:\d\d\n$", alice.call("invites")[1]), "it is listed with its end")
    failed(dave.call("add", "Al", with_expiry(alice.call("id")[1].strip(), 1000000000)), "expired",
           "one that says that it is over")
    failed(dave.call("add", "Al", short[:-1] + ("0" if short[-1] != "0" else "1")), "mistyped", "a mistyped one")
    with sqlite3.connect(os.path.join(alice.path, "history.db")) as db:
        changed = db.execute("UPDATE doors SET expires = 1000 WHERE number = 1").rowcount
    db.close()
    equal(changed, 1, "its time is over now")
    a = alice.start()
    ok(not gets_in(dave, short, a), "who comes with it meets silence")
    equal(listed(a), ["No invite but the standing one is live."], "and it is listed no more")
    ok(not a.did(cmd="invite", expires="soon"), "run: a time that is none")
    tag = a.do(cmd="invite", expires="2d", once=True)
    invite = (a.wait("invite", tag=tag) or {}).get("text", "")
    ok(INVITE.match(invite + "\n"), "run: an invite event")
    ok(listed(a)[0].startswith("1  for one person, until "), "with the options it was asked for")
    ok(a.did(cmd="withdraw", number=1), "run: withdrawn")
    dave.call("remove", "Al")
    ok(not gets_in(dave, invite, a), "who comes with it meets silence")
    dave.call("remove", "Al")
    alice.stop()
    invite = made(alice)
    status, out, err = alice.call("withdraw", "1")
    ok(status == 0 and out.startswith("Withdrawn"), "withdraw: %s" % out.strip())
    made(alice, "--once")
    a = alice.start()
    ok(not gets_in(dave, invite, a), "that one opens nothing either")
    dave.call("remove", "Al")
    alice.stop()


def new_door():
    old = alice.call("id")[1].strip()
    handed = made(alice)
    status, out, err = alice.call("newdoor")
    ok(status == 0 and out.count("\n") == 1, "newdoor: %s" % out.strip())
    equal(alice.call("invites")[1].count("\n"), 1, "no invite is live")
    new = alice.call("id")[1].strip()
    ok(new != old, "the standing invite is another one")
    a = alice.start()
    ok(not gets_in(dave, old, a), "the standing invite of before opens nothing")
    dave.call("remove", "Al")
    ok(not gets_in(dave, handed, a), "nor one made by hand")
    dave.call("remove", "Al")
    equal(bob.call("say", "Al", "still here")[0], 0, "a contact that was away gets in")
    equal(bob.call("say", "Al", "and again")[0], 0, "and again, with the new key")
    ok(gets_in(dave, new, a), "the new invite lets a stranger knock")
    alice.stop()


def as_picture():
    status, out, err = alice.call("id", "--qr")
    lines = out.splitlines()
    if status == 1:
        ok("libqrencode" in err and INVITE.match(out), "id --qr without libqrencode says so: %s" % err.strip())
        return
    ok(status == 0 and INVITE.match(lines[0] + "\n") and len(lines) > 15 and all("\033[0m" in l for l in lines[1:]),
       "id --qr: the invite, then its picture")


alice, bob = person("alice", "Alice"), person("bob", "Bob")
alice.set_option("door", "closed")
carol, dave = person("carol", "Carolina"), person("dave", "Dave")
for part in (safety_numbers, one_time, ended, new_door, as_picture):
    diag(part.__name__)
    part()
done()
