"""Real processes on loopback that send each other files and folders: offers, answers, progress, names, ends, restarts."""

import hashlib
import json
import os
import re
import sqlite3
import stat
import time

from peer import Home, befriend, diag, done, equal, folder, ok, wait_until


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data)


def content(root):
    """What is below a folder: relative name to bytes, None for a folder."""
    found = {}
    for at, folders, files in os.walk(root):
        for name in folders:
            found[os.path.relpath(os.path.join(at, name), root)] = None
        for name in files:
            with open(os.path.join(at, name), "rb") as f:
                found[os.path.relpath(os.path.join(at, name), root)] = f.read()
    return found


def digest(path):
    with open(path, "rb") as f:
        return hashlib.blake2b(f.read()).hexdigest()


def offer(paths, **fields):
    """Bob offers to alice: his tag, and the offer as she sees it."""
    since = alice.run.mark()
    tag = bob.run.do(cmd="send", to="alice", paths=paths)
    return tag, alice.run.wait("offer", since=since, **fields)


def ends(run, since=0, **fields):
    """Waits for the end of a transfer, and returns its event."""
    found = []

    def ended():
        found[:] = [e for e in run.find("transfer", since, **fields)
                    if e["state"] in ("done", "failed", "refused", "cancelled")]
        return found
    wait_until(ended)
    if not found:
        diag("no end of %s; the last events: %s" % (fields, run.events[-5:]))
    return found[0] if found else {}


def one_file():
    a, b = alice.run, bob.run
    path = os.path.join(source, "report ü 🎉 'q\".pdf")
    write(path, os.urandom(3 * 1000 * 1000 + 17))
    tag, seen = offer([path])
    equal((seen["path"], seen["files"], seen["bytes"], seen["peer"], seen["name"]),
          (os.path.basename(path), 1, 3000017, b.key, "bob"), "the offer says what it is")
    ok(not os.listdir(alice.downloads), "nothing is written before she answers")
    ok(a.did(cmd="accept", transfer=seen["transfer"]), "alice accepts")
    end = ends(a, transfer=seen["transfer"])
    equal((end.get("state"), end.get("dir"), end.get("path")),
          ("done", "in", os.path.join(alice.downloads, os.path.basename(path))), "done, at its absolute path")
    equal(digest(end["path"]), digest(path), "byte for byte")
    equal(os.listdir(alice.downloads), [os.path.basename(path)], "and nothing else is left behind")
    out = ends(b, tag=tag)
    equal((out.get("state"), out.get("dir"), out.get("peer")), ("done", "out", a.key), "done for the sender, with the tag")
    for run, way in ((a, "in"), (b, "out")):
        number = seen["transfer"] if run is a else out["transfer"]
        told = run.find("progress", transfer=number)
        ok(told and told[-1]["done"] == told[-1]["total"] == 3000017 and told[-1]["dir"] == way, "progress ends at the whole")
        ok(all(x["done"] <= y["done"] for x, y in zip(told, told[1:])), "and only rises")
    ok(all(e.get("tag") == tag for e in b.find(transfer=out["transfer"])), "every event of it has the tag of its command")
    tag, seen = offer([path])
    a.did(cmd="accept", transfer=seen["transfer"])
    end = ends(a, transfer=seen["transfer"])
    equal(os.path.basename(end.get("path", "")), "report ü 🎉 'q\" (2).pdf", "the same again never overwrites")


def a_folder():
    a, b = alice.run, bob.run
    root = os.path.join(source, "trip")
    write(os.path.join(root, "empty file"), b"")
    write(os.path.join(root, "deep", "er", "x.bin"), os.urandom(100000))
    write(os.path.join(root, "-dash"), b"dash")
    write(os.path.join(root, ".hidden"), b"hidden")
    for n in range(200):
        write(os.path.join(root, "many", "%d.txt" % n), b"%d" % n)
    os.makedirs(os.path.join(root, "empty folder"))
    os.chmod(os.path.join(root, "-dash"), 0o755)
    into = folder("elsewhere")
    tag, seen = offer([root])
    equal((seen["path"], seen["files"]), ("trip", 204), "a folder is one offer")
    ok(a.did(cmd="accept", transfer=seen["transfer"], folder=into), "taken into a folder of her choice")
    end = ends(a, transfer=seen["transfer"])
    equal((end.get("state"), end.get("path")), ("done", os.path.join(into, "trip")), "and is there")
    equal(content(os.path.join(into, "trip")), content(root), "whole, empty ones included")
    ok(os.stat(os.path.join(into, "trip", "-dash")).st_mode & stat.S_IXUSR, "modes come along")
    several = [os.path.join(root, "-dash"), os.path.join(root, "deep"), os.path.join(root, "empty file")]
    into = folder("several")
    tag, seen = offer(several)
    a.did(cmd="accept", transfer=seen["transfer"], folder=into)
    equal(ends(a, transfer=seen["transfer"]).get("state"), "done", "several at once are one transfer")
    equal(sorted(os.listdir(into)), ["-dash", "deep", "empty file"], "each under its name")
    into = folder("empty")
    tag, seen = offer([os.path.join(root, "empty folder")])
    a.did(cmd="accept", transfer=seen["transfer"], folder=into)
    equal(ends(a, transfer=seen["transfer"]).get("state"), "done", "an empty folder")
    equal(content(into), {"empty folder": None}, "arrives")


def answers():
    a, b = alice.run, bob.run
    path = os.path.join(source, "small")
    write(path, b"small")
    before = sorted(os.listdir(alice.downloads))
    tag, seen = offer([path])
    ok(a.did(cmd="refuse", transfer=seen["transfer"]), "alice refuses")
    equal(ends(b, tag=tag).get("state"), "refused", "bob is told")
    equal(ends(a, transfer=seen["transfer"]).get("state"), "refused", "it is refused for both")
    tag, seen = offer([path])
    number = b.wait("transfer", tag=tag)["transfer"]
    ok(b.did(cmd="cancel", transfer=number), "bob takes an offer back")
    equal(ends(a, transfer=seen["transfer"]).get("state"), "cancelled", "alice is told")
    text = a.error_of(a.do(cmd="accept", transfer=seen["transfer"]))
    ok(text and "cancelled" in text, "and cannot accept it any more: %s" % text)
    equal(sorted(os.listdir(alice.downloads)), before, "nothing was written")
    for paths, word in ((["/nonexistent/x"], "No such file"), (["/dev/null"], "neither"), ([], "")):
        text = b.error_of(b.do(cmd="send", to="alice", paths=paths))
        ok(text is not None and word in text, "what cannot be sent: %s" % text)


def parts_are_gone():
    parts = os.path.join(alice.downloads, ".p2p-tui-part")
    return not os.path.exists(parts) or not os.listdir(parts)


def pausing():
    """While a limit of rate keeps the transfer from being over before it is paused or cancelled."""
    a, b = alice.run, bob.run
    path = os.path.join(source, "big")
    write(path, os.urandom(1000) * 60000)
    ok(b.did(cmd="set", option="limit_up", value="40M"), "a limit")
    tag, seen = offer([path])
    number = seen["transfer"]
    ok(a.did(cmd="accept", transfer=number) and a.did(cmd="say", to="bob", text="meanwhile"), "a big one, and chat")
    ok(b.wait("message", text="meanwhile") and not b.find("transfer", tag=tag, state="done"), "the chat goes by")
    since = a.mark()
    ok(wait_until(lambda: len(a.find("progress", since, transfer=number)) > 5), "it goes on")
    ok(a.did(cmd="pause", transfer=number) and a.wait("transfer", since=since, transfer=number, state="paused"), "she pauses it")
    ok(not parts_are_gone(), "its parts stay")
    since = a.mark()
    ok(a.did(cmd="resume", transfer=number) and a.wait("progress", since=since, transfer=number), "and lets it go on")
    end = ends(a, transfer=number)
    equal((end.get("state"), digest(end.get("path", path))), ("done", digest(path)), "it arrives whole")
    for run, ident in ((a, dict(transfer=number)), (b, dict(tag=tag))):
        times = [e["time"] for e in run.find("progress", **ident)][:-1]
        ok(len(times) > 5 and all(y - x >= 95 for x, y in zip(times, times[1:])), "progress is told at most ten times a second: %d" % len(times))
    ok(b.did(cmd="set", option="limit_up", value="40M"), "the limit again")
    tag, seen = offer([path])
    since = a.mark()
    ok(a.did(cmd="accept", transfer=seen["transfer"]) and a.wait("progress", since=since, transfer=seen["transfer"]), "again")
    ok(not parts_are_gone() and a.did(cmd="cancel", transfer=seen["transfer"]), "she cancels it")
    equal(ends(b, tag=tag).get("state"), "cancelled", "cancelled by the receiver")
    ok(wait_until(parts_are_gone), "its parts are gone")
    ok(b.did(cmd="set", option="limit_up", value="0"), "no limit any more")
    ok(b.did(cmd="say", to="alice", text="fine") and a.wait("message", text="fine"), "the session lives")


def changed_offer():
    """A file that changes while its sender is away is asked about again, by an offer of its own."""
    a, b = alice.run, bob.run
    path = os.path.join(source, "draft.bin")
    write(path, b"1" * 3000000)
    ok(b.did(cmd="set", option="limit_up", value="200k"), "slowly")
    b.do(cmd="send", to="alice", paths=[path])
    seen = a.wait("offer", path="draft.bin")
    ok(a.did(cmd="accept", transfer=seen["transfer"]), "an offer is accepted")
    ok(a.wait("transfer", transfer=seen["transfer"], state="running"), "and runs")
    bob.run.kill()
    write(path, b"2" * 10)
    since = a.mark()
    b = bob.start()
    again = a.wait("offer", since=since, path="draft.bin")
    ok(again and again["bytes"] == 10, "it changed: it is offered again, as it is now")
    ok(again and a.did(cmd="refuse", transfer=again["transfer"]), "and can be refused")
    ok(b.did(cmd="set", option="limit_up", value="0"), "as fast as before")


def waiting():
    a, b = alice.run, bob.run
    since = b.mark()
    alice.stop()
    ok(b.wait("peer", since=since, name="alice", state="offline"), "alice goes")
    path = os.path.join(source, "later.txt")
    write(path, b"later")
    tag = b.do(cmd="send", to="alice", paths=[path])
    told = b.wait("transfer", tag=tag, state="waiting")
    ok(told, "an offer to somebody who is away waits")
    bob.stop()
    b = bob.start()
    ok(b.wait("transfer", transfer=told["transfer"], state="waiting"), "also over a restart, under its number")
    a = alice.start()
    seen = a.wait("offer", path="later.txt")
    ok(seen, "it is offered once she is back")
    alice.stop()
    a = alice.start()
    again = a.wait("offer", path="later.txt")
    ok(again, "an offer that waits is announced after ready")
    ok(a.wait("peer", name="bob", state="online"), "both are there")
    # The sender renews its offer once both are there; until then the answer is a sentence that says so.
    ok(wait_until(lambda: a.did(cmd="accept", transfer=again["transfer"])), "accepted at last")
    end = ends(a, transfer=again["transfer"])
    equal(end.get("state"), "done", "and done")
    equal(content(os.path.dirname(end["path"])).get("later.txt"), b"later", "it is there")
    equal(ends(b, transfer=told["transfer"]).get("state"), "done", "for the sender too")


def subcommands():
    b_key = bob.run.key
    bob.stop()
    alice.stop()
    path, into = os.path.join(source, "by shell.txt"), folder("received")
    write(path, b"by shell")
    p = alice.begin("receive", "--into", into, "--from", "bob", "--once")
    equal(bob.call("send", "alice", path)[0], 0, "send ends when it is there")
    status, out, err = alice.finish(p)
    equal((status, out), (0, os.path.join(into, "by shell.txt") + "\n"), "receive --once ends with its path")
    equal(content(into), {"by shell.txt": b"by shell"}, "which holds it")
    status, out, err = bob.call("send", "alice", path, "--wait", "0.3")
    ok(status == 3 and err.count("\n") == 1, "nobody there in time: 3, and why")
    status, out, err = bob.call("send", "alice", "/nonexistent/x")
    ok(status == 1 and err.count("\n") == 1, "a file that is not there: 1")
    equal(alice.call("receive", "--into", "/nonexistent/x")[0], 1, "a folder that is not there: 1")
    a = alice.start()
    p = bob.begin("send", "alice", source + "/small")
    seen = a.wait("offer", path="small")
    ok(seen and a.did(cmd="refuse", transfer=seen["transfer"]), "alice refuses an offer of the shell")
    status, out, err = bob.finish(p)
    ok(status == 4 and "refused" in err, "send: 4, and why")
    seen = a.wait("offer", path="by shell.txt")
    ok(seen, "what was not delivered in time came later")
    ok(a.did(cmd="accept", transfer=seen["transfer"]), "and is accepted")
    bob.start()
    equal(ends(a, transfer=seen["transfer"]).get("state"), "done", "and arrives")
    equal(bob.run.key, b_key, "bob is who he was")


def hostile_names():
    a, b = alice.run, bob.run
    root = os.path.join(source, "odd")
    names = [b"evil\xe2\x80\xaegnp.exe", b"new\nline", b"esc\x1b[2J", b"\xff\xfe raw", b"100%", b"a" * 255]
    for name in names:
        write(os.path.join(os.fsencode(root), name), name)
    into = folder("odd-in")
    tag, seen = offer([root])
    a.did(cmd="accept", transfer=seen["transfer"], folder=into)
    equal(ends(a, transfer=seen["transfer"]).get("state"), "done", "odd names")
    got = os.listdir(os.path.join(os.fsencode(into), b"odd"))
    ok(len(got) == len(names) and all(re.match(rb"^[^\x00-\x1f\x7f]+$", n) and b"\xe2\x80\xae" not in n
                                      and n.decode() for n in got), "arrive harmless: %r" % sorted(got)[:4])


def again():
    """Both end and come back."""
    alice.stop()
    bob.stop()
    alice.start()
    bob.start()
    wait_until(lambda: alice.run.find("peer", state="online") and bob.run.find("peer", state="online"))


def where_it_went(home, number):
    """What the sub-command says of a transfer's files: [state, path below the folders of this test] for each."""
    status, out, err = home.call("transfers", str(number))
    equal(status, 0, "transfers NUMBER: %s" % err)
    return [[line.split("\t")[0], line.split("\t")[2]] for line in out.splitlines()]


def whereabouts():
    """Where each file went, asked in the program that runs and of the home beside it, and after a restart."""
    a, b = alice.run, bob.run
    root, into = os.path.join(source, "gone"), folder("went")
    for name in ("same", "other", "new"):
        write(os.path.join(root, name), name.encode())
    write(os.path.join(into, "gone", "same"), b"same")
    write(os.path.join(into, "gone", "other"), b"something else")
    tag, seen = offer([root])
    n = seen["transfer"]
    a.did(cmd="accept", transfer=n, folder=into)
    equal(ends(a, transfer=n).get("state"), "done", "a tree arrives")
    there = lambda name: os.path.join(into, "gone", name)
    told = [["arrived", there("new")], ["renamed", there("other (2)")], ["identical", there("same")]]
    equal(sorted(where_it_went(alice, n)), sorted(told), "where its files went, beside the program")
    tag = a.do(cmd="transfers", transfer=n)
    a.wait("files", tag=tag)
    files = a.find("file", tag=tag)
    equal(sorted([f["state"], f["path"]] for f in files), sorted(told), "and in it")
    equal([f["name"] for f in files if f["state"] == "renamed"], ["other"], "with the name that was taken")
    equal(a.find("files", tag=tag)[-1]["files"], 3, "counted at the end")
    sent = ends(b, dir="out", path="gone")["transfer"]
    equal(sorted(where_it_went(bob, sent)), sorted(["arrived", os.path.join(root, f)] for f in ("same", "other", "new")),
          "the sender knows what it sent")
    again()
    equal(len(where_it_went(alice, n)), 3, "kept over a restart")
    status, out, err = alice.call("transfers", str(n), "--json")
    row = [json.loads(line) for line in out.splitlines()]
    equal(sorted(r["state"] for r in row), ["arrived", "identical", "renamed"], "as JSON")
    status, out, err = alice.call("transfers")
    mine = [line.split("\t") for line in out.splitlines() if line.split("\t")[0] == str(n)]
    equal(mine[0][1:4] + [mine[0][7], mine[0][8]], ["in", "bob", "done", "gone", os.path.join(into, "gone")], "all transfers, a line each")
    equal(alice.call("transfers", "999")[0], 1, "one that is not there")
    equal(alice.call("transfers", "x")[0], 1, "and a word that is no number")
    tag = alice.run.do(cmd="forget", transfer=n)
    alice.run.wait("done", tag=tag)
    ok(wait_until(lambda: alice.call("transfers", str(n))[0] == 1), "forgotten, its list is gone")


def a_part():
    a = alice.run
    root = os.path.join(source, "trip")
    into = folder("part")
    tag, seen = offer([root])
    ok(not a.did(cmd="accept", transfer=seen["transfer"], folder=into, only=["*.none"]), "a part that is not there is refused")
    ok(a.did(cmd="accept", transfer=seen["transfer"], folder=into, only=["deep", ".hidden"]), "a part of an offer is taken")
    end = ends(a, transfer=seen["transfer"])
    equal((end.get("state"), end.get("path")), ("done", os.path.join(into, "trip")), "and is there")
    whole = content(root)
    equal(content(into), {"trip": None, **{os.path.join("trip", n): whole[n] for n in
                                           ("deep", "deep/er", "deep/er/x.bin", ".hidden")}}, "and nothing else")
    told = a.find("progress", transfer=seen["transfer"])
    equal((told[-1]["done"], told[-1]["total"]), (100006, 100006), "progress is of the part")
    alice.stop()
    bob.stop()
    into = folder("part by shell")
    p = alice.begin("receive", "--into", into, "--from", "bob", "--once", "--only", "1?.txt", "--only=20.txt")
    equal(bob.call("send", "alice", root)[0], 0, "send ends when what was asked for is there")
    equal(alice.finish(p)[0], 0, "receive --only ends")
    equal(sorted(os.listdir(os.path.join(into, "trip", "many"))), ["%d.txt" % n for n in range(10, 21)], "with what fits")
    alice.start()
    bob.start()


def rules():
    """Limits of rate, and offers taken unasked, through the database and a restart."""
    path = os.path.join(source, "for the limit")
    write(path, os.urandom(600000))

    def takes():
        tag, seen = offer([path])
        start = time.monotonic()
        alice.run.did(cmd="accept", transfer=seen["transfer"])
        equal(ends(alice.run, transfer=seen["transfer"]).get("state"), "done", "it arrives")
        return time.monotonic() - start
    ok(bob.run.did(cmd="limit", name="alice", up="200k", down="0"), "a limit for a contact")
    ok(takes() > 2.4, "slows what goes out to it")
    again()
    ok(takes() > 2.4, "also after a restart")
    ok(not bob.run.did(cmd="limit", name="alice", up="fast"), "a word is no limit")
    ok(bob.run.did(cmd="limit", name="alice", up="0"), "it is taken away")
    ok(alice.run.did(cmd="set", option="limit_down", value="200k"), "a limit for all")
    ok(takes() > 2.4, "slows what comes in")
    ok(alice.run.did(cmd="set", option="limit_down", value="0") and takes() < 2, "until it is none")
    into = folder("unasked")
    ok(alice.run.did(cmd="auto", name="bob", size="1M", folder=into), "offers up to a size are taken unasked")
    again()
    bob.run.do(cmd="send", to="alice", paths=[path])
    ok(wait_until(lambda: os.path.exists(os.path.join(into, "for the limit"))), "into their folder, also after a restart")
    large = os.path.join(source, "too large")
    write(large, os.urandom(1000001))
    tag, seen = offer([large])
    ok(seen and not os.path.exists(os.path.join(into, "too large")), "a larger one asks")
    alice.run.did(cmd="refuse", transfer=seen["transfer"])
    ok(alice.run.did(cmd="auto", name="bob", size="off"), "and off it is")


def left_over():
    """A part that nothing goes on with is told of, and goes when it is said."""
    path, into = os.path.join(source, "never whole"), folder("left over")
    write(path, os.urandom(3000000))
    bob.run.did(cmd="limit", name="alice", up="300k", down="0")
    tag, seen = offer([path])
    alice.run.did(cmd="accept", transfer=seen["transfer"], folder=into)
    ok(alice.run.wait("progress", transfer=seen["transfer"]), "it is on its way")
    alice.stop()
    equal(alice.call("clean")[:2], (0, ""), "what waits is not left over")
    db = sqlite3.connect(os.path.join(alice.path, "history.db"))
    with db:
        db.execute("DELETE FROM transfers WHERE transfer = ?", (seen["transfer"],))
    db.close()
    bob.run.did(cmd="limit", name="alice", up="0")
    bob.stop()
    status, out, err = bob.call("clean", "--yes")
    equal((status, out), (0, ""), "somebody else has nothing there")
    status, out, err = alice.call("clean")
    ok(status == 0 and out.startswith("never whole\t") and out.endswith("\t" + into + "\n") and "--yes" in err,
       "it is listed: %r" % out)
    ok(os.path.exists(os.path.join(into, ".p2p-tui-part")), "and not yet removed")
    equal(alice.call("clean", "--yes")[0], 0, "it is removed when that is said")
    equal(os.listdir(into), [], "without a trace")
    equal(alice.call("clean")[:2], (0, ""), "once")
    alice.start()
    bob.start()


alice, bob = Home("alice", "Alice"), Home("bob", "Bob")
source = folder("source")
alice.start()
bob.start()
ok(befriend(alice.run, bob.run, "alice", "bob"), "alice and bob know each other")
for part in (one_file, a_folder, answers, pausing, changed_offer, waiting, subcommands, hostile_names, a_part, whereabouts,
             rules, left_over):
    diag(part.__name__)
    part()
equal([alice.stop(), bob.stop()], [0, 0], "both end well")
done()
