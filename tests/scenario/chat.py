"""Two and three real processes on loopback: making contacts, chat both ways, what waits, restarts, refusing and blocking."""

import json
import os
import re
import socket
import stat
import subprocess

from peer import PATIENCE, Home, diag, done, equal, ok, wait_until

HEX = re.compile("^[0-9a-f]{64}$")


def homes():
    status, out, err = alice.call("id")
    ok(status == 0 and re.match(r"^p2p:[0-9a-z-]+\n$", out), "id before the first run is an invite")
    equal(stat.S_IMODE(os.stat(alice.path).st_mode), 0o700, "the home is private")
    status, out, err = alice.call("init", "--nick", "Other")
    ok(status == 1 and "already" in err, "init does not overwrite an identity")
    equal(alice.call("id")[1] != bob.call("id")[1], True, "two homes are two identities")
    for words in (["init"], ["add", "x"], ["say", "x"], ["log"], ["rename", "x"], ["nonsense"],
                  ["id", "extra"], ["contacts", "--nonsense"], ["say", "x", "y", "--wait", "z"], ["join"]):
        status, out, err = alice.call(*words)
        ok(status == 2 and err and not out, "usage: %s" % " ".join(words))
    status, out, err = alice.call("say", "nobody", "hi")
    ok(status == 1 and err.count("\n") == 1, "an unknown name is one sentence")
    status, out, err = Home.call(nowhere, "id")
    ok(status == 1 and "init" in err, "without an identity it says how to make one")
    equal(alice.call("contacts"), (0, "", ""), "no contacts yet")
    config = os.path.join(carol.path, "config")
    os.rename(config, config + "-")
    os.mkdir(config)
    status, out, err = carol.call("contacts")
    ok(status == 1 and err.count("\n") == 1, "options that cannot be read are one sentence: %s" % err)
    os.rmdir(config)
    os.rename(config + "-", config)


class Nowhere:
    path = "/nonexistent/p2p-tui"
    port = 0
    argv = Home.argv
    begin = Home.begin
    finish = Home.finish


def first_contact():
    a, b = alice.start(), bob.start()
    ok(HEX.match(a.key or "") and a.key != b.key, "both are ready, with keys")
    equal(a.ready["listen"], ["127.0.0.1:%d" % alice.port], "and listen where they were told")
    equal(alice.call("id")[1].strip(), a.invite, "id beside the running program is its invite")
    for words in (["say", "bob", "x"], ["add", "x", "h:1"], ["block", "bob"], ["receive"], ["run"]):
        status, out, err = alice.call(*words)
        ok(status == 1 and "already running" in err, "%s beside it: already running" % words[0])
    ok(b.did(cmd="add", name="alice", invite=a.invite), "bob adds alice by her invite")
    b.did(cmd="say", to="alice", text="typed before she took me")
    request = a.wait("request", peer=b.key)
    equal((request or {}).get("nick"), "Bob", "alice sees the request")
    ok(a.wait("request", peer=b.key, note="typed before she took me"), "and what he wrote first, as the note")
    ok(wait_until(lambda: alice.call("requests")[1].startswith(b.key + "\tBob\t")),
       "requests lists it beside the running program")
    ok(not a.find("message"), "no message comes from somebody who was not accepted")
    ok(a.did(cmd="add", name="bob", key=b.key), "she takes it under a name of her own")
    ok(a.wait("peer", peer=b.key, name="bob", state="online", trust="pinned"), "bob is online for her")
    ok(b.wait("peer", peer=a.key, name="alice", state="online", trust="pinned"), "alice is online for him")
    ok(a.wait("message", dir="in", text="typed before she took me", name="bob"), "what waited arrives")
    ok(wait_until(lambda: alice.call("requests") == (0, "", "")), "no request waits any more")
    a.line("/rename bob robert")
    a.line("/say robert a line may speak of what the one before it made")
    ok(b.wait("message", dir="in", text="a line may speak of what the one before it made"), "lines follow one another")
    ok(a.did(cmd="rename", name="robert", new="bob"), "renamed back")


def exact_texts():
    a, b = alice.run, bob.run
    for text in ("hello", "two\nlines\n\nand a gap", "quotes \" ' \\ and a tab\t.", "  blanks around  ",
                 "Grüße, 世界 👩‍🚀 🇪🇺", "evil \u202egnp.exe \u200b\x07\x1b[2J\x9b", "x" * 16384, "{", "/quit"):
        tag = b.do(cmd="say", to="alice", text=text)
        got = a.wait("message", text=text, dir="in")
        equal((got or {}).get("peer"), b.key, "a text arrives as it was: %r" % text[:20])
        out = b.wait("message", tag=tag)
        ok(out and got and out["id"] == got["id"] and out["dir"] == "out", "under one id on both sides")
        ok(b.wait("receipt", tag=tag, state="delivered"), "and is delivered")
        order = [e["state"] for e in b.find("receipt", tag=tag)]
        equal(order, [s for s in ("queued", "sent", "delivered") if s in order], "receipts rise: %s" % order)
    raw = next(line for line in a.raw if b"gnp.exe" in line)
    ok(b"\\u202e" in raw.lower() and b"\\u200b" in raw and b"\\u001b" in raw and b"\\u009b" in raw
       and "\u202e".encode() not in raw, "what deceives is escaped on the line")
    a.line("/say bob it's \"as it\" stands  ")
    ok(b.wait("message", text="it's \"as it\" stands  "), "a slash line says the rest as it stands")
    a.line("/say %s by key" % b.key.upper())
    ok(b.wait("message", text="by key"), "a key is a name")
    tags = [a.do(cmd="say", to="bob", text="burst %d" % n) for n in range(300)]
    ok(b.wait("message", text="burst 299"), "300 at once arrive")
    equal([t for t in b.texts(dir="in") if t.startswith("burst")], ["burst %d" % n for n in range(300)],
          "in order, each once")
    ok(all_delivered(a, tags), "all of them delivered")


def on_disk(folder, words):
    for top, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(top, name), "rb") as f:
                if words in f.read():
                    return True
    return False


def all_delivered(run, tags):
    return wait_until(lambda: set(tags) <= {e.get("tag") for e in run.find("receipt", state="delivered")})


def acts():
    a, b = alice.run, bob.run
    tag = a.do(cmd="say", to="bob", text="a mistkae")
    got = b.wait("message", text="a mistkae")
    ident = got["id"]
    equal(a.wait("receipt", tag=tag, state="delivered")["id"], ident, "a message to work on")
    tag = a.do(cmd="edit", to="bob", id=ident, text="a mistake")
    edit = b.wait("edit", id=ident)
    ok(edit and edit["text"] == "a mistake" and edit["dir"] == "in" and edit["peer"] == a.key, "an edit arrives")
    out = a.wait("edit", tag=tag)
    ok(out and out["dir"] == "out" and out["act"] == edit["act"], "and is told to its author")
    ok(a.wait("receipt", tag=tag, id=edit["act"], state="delivered"), "its receipt has the id of the act")
    tag = b.do(cmd="reply", to="alice", id=ident, text="none that I see")
    ok(a.wait("message", reply=ident, text="none that I see", dir="in"), "a reply says what it answers")
    b.do(cmd="react", to="alice", id=ident, emoji="👍")
    ok(a.wait("reaction", id=ident, emoji="👍", dir="in"), "a reaction arrives")
    a.line("/react bob -")
    ok(b.wait("reaction", emoji=""), "one is taken back, by a line")
    a.line("/edit bob a small mistake")
    ok(b.wait("edit", id=ident, text="a small mistake"), "a line edits the last message")
    tag = b.do(cmd="versions", to="alice", id=ident)
    texts = [b.wait("version", tag=tag, version=n) for n in (1, 2, 3)]
    equal([v and v["text"] for v in texts], ["a mistkae", "a mistake", "a small mistake"], "it keeps its versions")
    ok(b.wait("done", tag=tag), "and that is all of them")
    text = b.error_of(b.do(cmd="versions", to="alice", id="00" * 16))
    ok(text and "no such message" in text, "a message that is not there has none: %s" % text)
    out = alice.call("log", "bob", "--versions")[1].splitlines()
    equal([line.split("\t")[1:] for line in out[-4:-1]],
          [["before", "bob", "a mistkae"], ["before", "bob", "a mistake"], ["out", "bob", "a small mistake"]],
          "log --versions has them above the text")
    last = json.loads(alice.call("log", "bob", "--json", "--versions")[1].splitlines()[-2])
    equal([v["text"] for v in last["versions"]], ["a mistkae", "a mistake"], "and as JSON in the message")
    log = [line.split("\t")[3] for line in bob.call("log", "alice")[1].splitlines() if line.count("\t") == 3]
    ok("a small mistake" in log and "a mistkae" not in log, "the log has the text as it is now")
    text = b.error_of(b.do(cmd="edit", to="alice", id=ident, text="no"))
    ok(text and "no such message of yours" in text, "another one's message is not edited: %s" % text)
    tag = b.do(cmd="read", name="alice")
    ok(a.wait("receipt", id=ident, state="read"), "what was read is told")
    a.do(cmd="delete", to="bob", id=ident)
    ok(b.wait("delete", id=ident), "a deletion arrives")
    ok("\t(deleted)\n" in bob.call("log", "alice")[1], "and the log says so")
    ok(wait_until(lambda: not on_disk(bob.path, b"mistake")), "the text is gone from the disk")
    a.do(cmd="set", option="receipts", value="off")
    tag = b.do(cmd="say", to="alice", text="seen?")
    ok(a.wait("message", text="seen?"), "with receipts off")
    a.do(cmd="read", name="bob")
    a.do(cmd="say", to="bob", text="after")
    ok(b.wait("message", text="after") and not b.find("receipt", tag=tag, state="read"), "nothing is told of reading")
    a.do(cmd="set", option="receipts", value="on")
    ok(b.wait("receipt", tag=tag, state="read"), "on again, the position is")


def fading():
    a, b = alice.run, bob.run
    a.do(cmd="disappear", to="bob", timer="5s")
    ok(b.wait("timer", dir="in", timer=5), "a proposal that messages disappear arrives")
    b.line("/disappear alice 5s")
    ok(a.wait("timer", dir="in", timer=5), "it is agreed to, by a line")
    a.do(cmd="say", to="bob", text="a fleeting word")
    got = b.wait("message", text="a fleeting word")
    ok(got and got["timer"] == 5 and "expires" not in got, "a message says how long it lives")
    row = [json.loads(line) for line in bob.call("log", "alice", "--json")[1].splitlines()][-1]
    equal(row.get("timer"), 5, "so does the log")
    ok(wait_until(lambda: "fleeting" not in alice.call("log", "bob")[1]), "it goes where it was said")
    ok("fleeting" in bob.call("log", "alice")[1], "and stays where it was not seen")
    b.do(cmd="read", name="alice")
    ok(wait_until(lambda: "fleeting" not in bob.call("log", "alice")[1]), "it goes there too once it was")
    ok(wait_until(lambda: not on_disk(bob.path, b"fleeting") and not on_disk(alice.path, b"fleeting")),
       "and nothing of it is left on either disk")
    b.do(cmd="disappear", to="alice", timer="off")
    ok(a.wait("timer", dir="in", timer=0), "either ends it")
    a.do(cmd="disappear", to="bob", timer="off")
    ok(b.wait("timer", dir="in", timer=0), "and the other one may give up too")
    text = a.error_of(a.do(cmd="disappear", to="bob", timer="soon"))
    ok(text and "A time is" in text, "a time is a time: %s" % text)


def mistakes():
    a = alice.run
    cases = ((dict(cmd="say", to="nobody", text="x"), "nobody"), (dict(cmd="say", to="bob"), "Usage"),
             (dict(cmd="nonsense"), "nonsense"), (dict(cmd="say", to="bob", text="y" * 16385), "16384"),
             (dict(cmd="say", to="bob", text="x", colour="red"), "colour"), (dict(cmd="files"), "screen"),
             (dict(cmd="accept", transfer=99), "99"), (dict(cmd="rename", name="bob", new=""), "empty"),
             (dict(cmd="listen", address="nowhere"), ""), (dict(cmd="set", option="door", value="ajar"), ""),
             (dict(cmd="add", name="x", invite="p2p:0123-4567-89ab-cdef"), ""))
    for command, word in cases:
        text = a.error_of(a.do(**command))
        ok(text and word in text, "an error with its tag: %s" % text)
    for line in ("plain words", '{"cmd":"say"', "{}", '{"cmd":7}', '{"cmd":"quit","cmd":"quit"}', "/", "/nonsense",
                 b"/say bob \xff", b"/say bob a\0b", b"x" * (1 << 20 | 5)):
        since = a.mark()
        a.line(line)
        ok(a.wait("error", since=since), "an error, and on it goes: %r" % line[:24])
    for line, tag in (('{"cmd":"say","tag":"t1","text":', "t1"), ('{"tag" : "t\\u0032", "cmd":"say" "x"}', "t2"),
                      ('{"text":"\\"tag\\":\\"no\\"","tag":"t3",}', "t3")):
        since = a.mark()
        a.line(line)
        ok(a.wait("error", since=since, tag=tag), "a line that is no object keeps its tag: %s" % line)
    ok(a.did(cmd="set", option="bell", value="off"), "an option is set")
    ok("bell = off" in open(os.path.join(alice.path, "config")).read(), "and saved")
    ok(a.did(cmd="contacts"), "it still answers")


def names():
    a, b = alice.run, bob.run
    ok(a.did(cmd="rename", name="BOB", new="Bob Builder"), "a rename, the name in other letters")
    ok(a.wait("peer", peer=b.key, name="Bob Builder"), "is told")
    a.line("/say 'bob builder' quoted")
    ok(b.wait("message", text="quoted"), "a name with a blank is quoted")
    status, out, err = alice.call("contacts")
    ok(status == 0 and re.match("^Bob Builder\tpinned\t%s\t20..-..-..T..:..:..Z\n$" % b.key, out), "contacts: %r" % out)
    ok(not a.did(cmd="add", name="bob builder", invite=carol.call("id")[1].strip()), "a name is given once")
    ok(b.did(cmd="add", name="alice", invite=a.invite), "adding a known key is fine")
    ok(len(bob.call("contacts")[1].splitlines()) == 1, "and makes no second contact")
    ok(a.did(cmd="rename", name="Bob Builder", new="bob"), "and back")


def clearing():
    """A chat is cleared for good on one side, and stays so; the other side keeps its own."""
    a, b = alice.run, bob.run
    tag = a.do(cmd="say", to="bob", text="xylophone, said by alice")
    b.do(cmd="say", to="alice", text="xylophone, said by bob")
    ok(b.wait("message", text="xylophone, said by alice") and a.wait("message", text="xylophone, said by bob"), "a chat to clear")
    ok(on_disk(alice.path, b"xylophone"), "it is on the disk")
    ok(all_delivered(a, [tag]) and a.did(cmd="clear", name="bob"), "/clear, once all of it is there")
    ok(wait_until(lambda: not on_disk(alice.path, b"xylophone")), "takes it from the disk of the one who asks")
    equal([line for line in alice.call("log", "bob")[1].splitlines() if "xylophone" in line], [], "and out of her log")
    ok("xylophone" in bob.call("log", "alice")[1], "the other one keeps it")
    b.do(cmd="say", to="alice", text="after the clearing")
    ok(a.wait("message", text="after the clearing"), "they talk on")
    alice.run.kill()
    a = alice.start()
    ok(a.wait("peer", peer=b.key, state="online") and a.did(cmd="say", to="bob", text="back"), "she is killed and back")
    ok(b.wait("message", text="back"), "and speaks")
    equal([line for line in alice.call("log", "bob")[1].splitlines() if "xylophone" in line], [], "nothing of it comes again")
    ok(not on_disk(alice.path, b"xylophone"), "nor is it on the disk")
    equal(alice.call("clear", "bob")[0], 1, "clear asks for --yes")


def what_waits():
    a, b = alice.run, bob.run
    since = b.mark()
    equal(alice.stop(), 0, "end of input ends it well")
    ok(b.wait("peer", since=since, peer=a.key, state="offline"), "bob sees her go")
    tag = b.do(cmd="say", to="alice", text="for later")
    ok(b.wait("receipt", tag=tag, state="queued"), "what he says now is queued")
    ident = b.find("message", tag=tag)[0]["id"]
    bob.run.process.terminate()
    equal(bob.run.ended(), 0, "SIGTERM ends it well")
    b = bob.start()
    equal(b.find("message"), [], "no history is replayed")
    a = alice.start()
    ok(a.wait("message", text="for later", dir="in", id=ident), "it goes out when both are there again")
    ok(b.wait("receipt", id=ident, state="delivered"), "and he learns of it")
    a.do(cmd="say", to="bob", text="end")
    ok(b.wait("message", text="end"), "a last word")
    equal(a.texts(dir="in"), ["for later"], "it came exactly once")


def killed():
    a, b = alice.run, bob.run
    tags = [b.do(cmd="say", to="alice", text="kill %d" % n) for n in range(100)]
    a.wait("message", text="kill 3")
    alice.run.kill()
    seen = a.texts(dir="in")
    tags += [b.do(cmd="say", to="alice", text="kill %d" % n) for n in range(100, 120)]
    a = alice.start()
    ok(b.wait("message", text="kill 119", dir="out") and a.wait("message", text="kill 119"), "killed and started again")
    ok(all_delivered(b, tags), "all are delivered")
    log = [line.split("\t")[3] for line in alice.call("log", "bob")[1].splitlines() if "\tin\t" in line]
    equal([t for t in log if t.startswith("kill")], ["kill %d" % n for n in range(120)], "none is lost or doubled")
    told = seen + a.texts(dir="in")
    ok(len(told) == len(set(told)), "and none was told twice")


def logs():
    status, out, err = bob.call("log", "alice")
    lines = out.split("\n")
    ok(status == 0 and re.match("^20..-..-..T..:..:..Z\tout\talice\ttyped before she took me$", lines[0]), "log: oldest first")
    at = next(i for i, line in enumerate(lines) if line.endswith("\ttwo"))
    equal(lines[at + 1:at + 4], ["\tlines", "\t", "\tand a gap"], "further lines begin with a TAB")
    ok("\x1b" not in out and "\u202e" not in out and "\x07" not in out, "and nothing in it moves a terminal")
    ok("‹U+202E›" in out, "what deceives is shown as what it is")
    equal(bob.call("log", alice.run.key)[1], out, "a key is a name here too")
    equal(bob.call("log", "nobody")[0], 1, "an unknown name fails")
    status, out, err = bob.call("log", "alice", "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    ok(status == 0 and rows[0]["text"] == "typed before she took me" and rows[0]["dir"] == "out"
       and rows[0]["state"] in ("read", "delivered"), "log --json: an object a message")
    ok(any(row["text"] == "two\nlines\n\nand a gap" for row in rows), "with its text as it is")
    equal(len(rows), sum(1 for line in lines if line.count("\t") >= 3), "as many as lines")


def exports():
    b, folder = bob.run, os.path.dirname(bob.path)
    text, rows, other = (os.path.join(folder, n) for n in ("chat.txt", "chat.json", "chat 2.txt"))
    equal(bob.call("log", "alice", "--output", text), (0, "", ""), "log --output writes the chat into a file")
    lines = open(text, encoding="utf-8").read().splitlines()
    ok(lines[0].startswith("Chat of Bob and alice (") and re.match("^-- .* 20[0-9][0-9] --$", lines[2]), "with a line for a day")
    ok(any(line.endswith("Bob: typed before she took me [read]") for line in lines), "receipts")
    ok(any(line.endswith("alice: (deleted)") for line in lines), "and what was deleted")
    ok(any(line.endswith('Bob, to "": none that I see [read]') for line in lines), "replies")
    equal(bob.call("log", "alice", "--output", text)[0], 1, "it does not write over a file")
    since = b.mark()
    tag = b.do(cmd="export", name="alice", path=rows)
    ok(b.wait("notice", since=since) and wait_until(lambda: os.path.exists(rows)), "/export does it in the running program")
    said = [json.loads(line) for line in open(rows, encoding="utf-8")]
    ok(said[0]["text"] == "typed before she took me" and said[0]["state"] == "read", "as JSON")
    equal(len([m for m in said if "text" in m]), len(bob.call("log", "alice", "--json")[1].splitlines()), "all of it")
    text = b.error_of(b.do(cmd="export", name="alice", path=rows))
    ok(text and "already" in text, "it does not write over a file either: %s" % text)
    text = b.error_of(b.do(cmd="export", name="alice", path="/nonexistent/x"))
    ok(text and "cannot be written" in text, "where it cannot: %s" % text)
    b.line("/export alice '%s' text" % other)
    ok(wait_until(lambda: os.path.exists(other)), "a line does it too")


def searches():
    status, out, err = bob.call("search", "BEFORE", "typed")
    ok(status == 0 and out.endswith("\tout\talice\ttyped before she took me\n") and out.count("\n") == 1,
       "search: all words, whatever the case, beside the running program")
    equal(bob.call("search", "nobody said this"), (0, "", ""), "nothing found is no failure")
    numbers = [line.split()[-1] for line in bob.call("search", "kill")[1].splitlines()]
    equal(numbers, [str(n) for n in range(120)], "the oldest first")
    ok('"text":"typed before she took me"' in bob.call("search", "typed", "--json")[1], "and as JSON")
    ok(bob.call("search", "typed", "--in", "alice")[1].endswith("\ttyped before she took me\n"), "in one chat")
    equal(bob.call("search", "typed", "--in", "nobody")[0], 1, "in nobody's")
    b = bob.run
    since = b.mark()
    tag = b.do(cmd="search", words="in:alice KILL 119")
    ok(b.wait("searched", since=since, tag=tag) and len(b.find("hit", since=since, tag=tag)) == 1, "/search in one chat")
    since = b.mark()
    tag = b.do(cmd="search", words="KILL 11")
    ok(b.wait("searched", since=since, tag=tag, more=False), "/search comes to an end")
    found = [hit["text"] for hit in b.find("hit", since=since, tag=tag)]
    equal(found, ["kill %d" % n for n in [119, 118, 117, 116, 115, 114, 113, 112, 111, 110, 11]], "the newest first")
    hit = b.find("hit", since=since)[0]
    ok(hit["name"] == "alice" and hit["peer"] == alice.run.key and hit["dir"] == "out" and hit["id"], "with whose it is")
    since = b.mark()
    b.line("/search don't find this")
    ok(b.wait("searched", since=since) and not b.find("hit", since=since), "a line is taken as it stands")


def subcommands():
    key_of_alice = alice.run.key
    since = alice.run.mark()
    bob.stop()
    ok(alice.run.wait("peer", since=since, name="bob", state="offline"), "bob is away")
    equal(bob.call("say", "alice", "from", "a shell")[0], 0, "say: delivered")
    ok(alice.run.wait("message", since=since, text="from a shell"), "and there")
    equal(bob.call("say", "alice", "-", stdin=b"from a pipe\nin two lines\n")[0], 0, "say -: standard input")
    ok(alice.run.wait("message", since=since, text="from a pipe\nin two lines"), "less its last newline")
    status, out, err = bob.call("say", "alice", "-", stdin=b"z" * 16385)
    ok(status == 1 and "file" in err, "a text that is too long is refused in words")
    equal(bob.call("rename", "alice", "Ally")[0], 0, "rename")
    equal(bob.call("contacts")[1].split("\t")[0], "Ally", "holds")
    equal(bob.call("rename", "Ally", "alice")[0], 0, "and back")
    equal(bob.call("keep", "alice"), (0, "alice: everything is kept, as the option keep says\n", ""), "keep")
    status, out, err = bob.call("keep", "alice", "3650d")
    ok(status == 1 and "--yes" in err, "less than before wants --yes")
    equal(bob.call("keep", "alice", "3650d", "--yes")[0], 0, "and is taken then")
    equal(bob.call("keep", "alice")[1], "alice: 3650 days are kept\n", "it holds")
    equal(bob.call("keep", "alice", "all")[0], 0, "more does not ask")
    equal(bob.call("disappear", "alice"), (0, "alice: messages stay\n", ""), "disappear")
    equal(bob.call("disappear", "alice", "1d")[0], 0, "delivered")
    ok(alice.run.wait("timer", timer=86400), "and there")
    equal(bob.call("disappear", "alice")[1], "alice: you propose that messages disappear after 1 day\n", "it is known")
    equal(bob.call("disappear", "alice", "off")[0], 0, "taken back")
    alice.stop()
    status, out, err = bob.call("say", "alice", "while you were out", "--wait", "0.3")
    ok(status == 3 and err.count("\n") == 1, "not delivered in time: 3, and why")
    a = alice.start()
    b = bob.start()
    ok(a.wait("message", text="while you were out"), "and it was queued")
    ok(b.wait("receipt", state="delivered"), "the receipt comes after a restart")
    equal(a.key, key_of_alice, "she is who she was")
    waited = b.find("receipt", state="delivered")[0]["id"]
    tags = [b.do(cmd="say", name="alice", text="before a restart %d" % i) for i in range(600)]
    ok(all_delivered(b, tags), "what is delivered and not read yet")
    before = [b.find("receipt", tag=tag, state="delivered")[0]["id"] for tag in tags]
    bob.stop()
    b = bob.start()
    tag = b.do(cmd="say", name="alice", text="behind a restart")
    ok(b.wait("receipt", tag=tag, state="delivered"), "and what is said behind it")
    a.do(cmd="read", name="bob")
    ok(b.wait("receipt", tag=tag, state="read"), "is read: that is told of the newest")
    ok(b.wait("receipt", id=before[-1], state="read"), "and of those before the restart")
    read = [e["id"] for e in b.find("receipt", state="read") if "tag" not in e]
    ok(read[-601:] == [waited] + before and len(set(read)) == len(read), "of each once, in their order")


def by_address():
    c = carol.start()
    ok(c.did(cmd="add", name="ally", address="127.0.0.1:%d" % alice.port), "carol adds by HOST:PORT")
    ok(c.wait("peer", name="ally", peer=alice.run.key, trust="pinned"), "whoever answers there is pinned")
    ok(alice.run.wait("request", peer=c.key, nick="Carol"), "and is asked")
    text = c.error_of(c.do(cmd="add", name="none", address="127.0.0.1:%d" % dead_port))
    ok(text, "where nobody answers: %s" % text)


def refusing():
    a, c = alice.run, carol.run
    ok(a.did(cmd="refuse", peer=c.key), "alice refuses carol")
    ok(wait_until(lambda: alice.call("requests") == (0, "", "")), "the request is gone")
    tag = c.do(cmd="say", to="ally", text="please?")
    ok(c.wait("receipt", tag=tag, state="queued"), "carol can only queue")
    carol.stop()
    alice.stop()
    c, a = carol.start(), alice.start()
    c.do(cmd="connect", name="ally")
    ok(c.wait("peer", name="ally", state="online"), "carol is back, and has called")
    # What she has to say went before this; an answer would be there before the session ends.
    since = c.mark()
    ok(c.did(cmd="disconnect", name="ally") and c.wait("peer", since=since, name="ally", state="offline"), "she hangs up")
    ok(a.did(cmd="say", to="bob", text="anybody?") and bob.run.wait("message", text="anybody?"), "others chat on")
    ok(not a.find("request") and not a.find("message", peer=c.key), "refused: not asked again, nothing comes")
    ok(not c.find("receipt", state="delivered"), "and carol is not told")
    c.do(cmd="connect", name="ally")
    ok(a.did(cmd="add", name="carol", key=c.key), "alice changes her mind")
    ok(a.wait("message", text="please?"), "what waited arrives")


def blocking():
    a, b = alice.run, bob.run
    since = b.mark()
    ok(a.did(cmd="block", name="bob"), "alice blocks bob")
    ok(b.wait("peer", since=since, name="alice", state="offline"), "she is gone for him")
    since, mark = a.mark(), b.mark()
    tag = b.do(cmd="say", to="alice", text="hello?")
    b.do(cmd="connect", name="alice")
    ok(b.wait("receipt", tag=tag, state="queued"), "what he says waits")
    ok(a.did(cmd="say", to="carol", text="still there?") and carol.run.wait("message", text="still there?"),
       "others are not touched")
    ok(not a.find("message", since, peer=b.key), "nothing of him arrives")
    equal(alice.call("contacts")[1].count("\n"), 1, "he is no contact to be listed")
    equal(alice.call("contacts", "--blocked")[1].split("\t")[0], "bob", "but a blocked one")
    ok(a.did(cmd="unblock", name="bob"), "she unblocks him")
    b.do(cmd="connect", name="alice")
    ok(a.wait("message", since=since, text="hello?"), "and what waited arrives")
    ok(b.wait("receipt", since=mark, tag=tag, state="delivered"), "he learns of it")


def by_hand():
    a, b = alice.run, bob.run
    since = a.mark()
    ok(b.did(cmd="disconnect", name="alice"), "bob closes the connection by hand")
    ok(a.wait("peer", since=since, peer=b.key, state="offline"), "alice sees it")
    since = a.mark()
    ok(b.did(cmd="connect", name="alice"), "and opens it again")
    ok(a.wait("peer", since=since, peer=b.key, state="online"), "she sees that too")
    since = a.mark()
    ok(a.did(cmd="listen", address="127.0.0.1:0"), "another port to listen on, by hand")
    news = a.wait("self", since=since)
    ok(news and news["listen"] != ["127.0.0.1:%d" % alice.port], "is told with a new invite")
    ok(a.did(cmd="say", to="bob", text="new door") and b.wait("message", text="new door"), "the session stays")


def removing():
    a, c = alice.run, carol.run
    ok(a.did(cmd="remove", name="carol"), "alice removes carol")
    ok(a.wait("peer", peer=c.key, removed=True), "which is told")
    ok(wait_until(lambda: alice.call("log", "carol")[0] == 1), "her log went with her")
    text = a.error_of(a.do(cmd="say", to="carol", text="?"))
    ok(text and "carol" in text, "and she is no name any more")


def garbage():
    port = int(bob.run.ready["listen"][0].rsplit(":", 1)[1])
    for junk in (b"", b"GET / HTTP/1.0\r\n\r\n", b"P2PT\x01\x01\x00\x00" + b"\xff" * 2000, b"P2PT\x02\x01\x00\x00",
                 b"P2PT\x01\x01\x00\x00\x00\x20" + b"\x00" * 32, os.urandom(70000)):
        with socket.create_connection(("127.0.0.1", port)) as s:
            s.settimeout(0.2)
            try:
                s.sendall(junk)
                s.shutdown(socket.SHUT_WR)
                s.recv(100)
            except OSError:
                pass
    b = bob.run
    ok(b.did(cmd="say", to="alice", text="still here"), "after garbage on the port it lives")
    ok(alice.run.wait("message", text="still here"), "and talks")


def damaged():
    """Everything behind the schema is noise: what is missing must be told and not be taken for nothing."""
    bob.stop()
    path = os.path.join(bob.path, "history.db")
    with open(path, "rb") as f:
        whole = f.read()
    with open(path, "r+b") as f:
        f.seek(2 * 4096)
        f.write(b"\x5a" * (len(whole) - 2 * 4096))
    for words in (("contacts",), ("id",), ("log", "alice"), ("say", "alice", "x"), ("run", "--json")):
        status, out, err = bob.call(*words)
        ok(status == 1 and out == "" and err.count("\n") == 1 and "damaged" in err,
           "with a damaged history %s says so: %s" % (words[0], err))
    with open(path, "wb") as f:
        f.write(whole)
    bob.start()
    ok(bob.run.wait("peer", name="alice", state="online"), "put back, it is as before")


def plain_run():
    bob.stop()
    p = bob.begin("run", stdin=b"")
    status, out, err = bob.finish(p, b"/contacts\n/say nobody x\n/help say\n")
    ok(status == 0 and "\nlistening on 127.0.0.1:" in out and "alice is " in out, "run without --json is readable")
    ok("error: There is no contact called nobody." in out, "with its errors")
    bob.start()


def streams():
    bob.stop()
    p = bob.begin("run", "--json", stdin=b"")
    ok(b'"ready"' in p.stdout.readline(), "a run whose reader goes away")
    p.stdout.close()
    p.stdin.write(b"/contacts\n")
    p.stdin.flush()
    equal(p.wait(PATIENCE), 0, "ends by itself")
    p = subprocess.Popen(["sh", "-c", 'exec "$@" <&-', "sh"] + bob.argv("run", "--json"), stdout=subprocess.PIPE)
    equal((b'"ready"' in p.communicate(timeout=PATIENCE)[0], p.returncode), (True, 0), "so does one without input")
    p = bob.begin("run", "--json", stdin=b"")
    ok(b'"ready"' in p.stdout.readline(), "a run whose reader does not read")
    p.stdin.write(b"/help\n" * 2000)
    p.stdin.flush()
    p.terminate()
    equal(p.wait(PATIENCE), 0, "ends at a signal all the same")
    bob.start()


nowhere = Nowhere()
alice, bob, carol = Home("alice", "Alice"), Home("bob", "Bob"), Home("carol", "Carol")
with socket.socket() as holder:
    holder.bind(("127.0.0.1", 0))
    dead_port = holder.getsockname()[1]
    for part in (homes, first_contact, exact_texts, acts, fading, mistakes, names, what_waits, killed, logs, exports, searches, clearing,
                 subcommands, by_address,
                 refusing, blocking, by_hand, removing, garbage, damaged, plain_run, streams):
        diag(part.__name__)
        part()
equal([h.stop() for h in (alice, bob, carol)], [0, 0, 0], "all end well")
done()
