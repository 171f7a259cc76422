"""The passphrase and the backup through the real program: what is sealed, who is let in, and that nothing of what was said can be read in
any file of the home."""

import os

from peer import Home, befriend, diag, done, equal, folder, ok, wait_until

WORDS = ["Quetzalcoatl", "Wintersleeping", "Zanzibarfriend", "Xylophonist", "zwieback-report"]


def files_with(home, *words):
    """Which files of the home hold one of the words, in either case and also in UTF-16."""
    found = []
    for folder, _, names in os.walk(home):
        for name in names:
            with open(os.path.join(folder, name), "rb") as f:
                content = f.read()
            for word in words:
                for code in ("utf-8", "utf-16-le"):
                    if word.encode(code) in content:
                        found.append((name, word))
    return found


def history():
    """Two homes that talked."""
    for home, nick in ((ada, "Ada"), (other, "Xylophonist")):
        status, out, err = home.call("init", "--nick", nick)
        ok(status == 0, f"a home for {nick}", err)
        ok("file permissions" in out, "init says that only file permissions protect it", out)
    a, b = ada.start(), other.start()
    ok(befriend(a, b, "Ada", "Zanzibarfriend"), "they know each other")
    tag = a.do(cmd="say", to="Zanzibarfriend", text="Quetzalcoatl flies")
    ok(a.wait("receipt", tag=tag, state="delivered"), "one speaks")
    b.do(cmd="say", to="Ada", text="Wintersleeping bears")
    ok(a.wait("message", dir="in", text="Wintersleeping bears"), "and the other")
    path = os.path.join(folder("sent"), "zwieback-report.txt")
    with open(path, "w", encoding="utf-8") as f:
        f.write("toast\n")
    tag = a.do(cmd="send", to="Zanzibarfriend", paths=[path])
    ok(a.wait("transfer", tag=tag, state="waiting"), "a file is offered")
    other.key = b.key
    equal((ada.stop(), other.stop()), (0, 0), "both end well")


def sealing():
    invite = ada.call("id")[1]
    ok(files_with(ada.path, *WORDS), "without a passphrase it can be read on the disk")
    status, out, err = ada.call("passphrase", new="correct horse")
    ok(status == 0 and "sealed" in out, "a passphrase is set", out + err)
    equal(files_with(ada.path, *WORDS), [], "no word of it is in any file now")
    raw = [name for at, _, names in os.walk(ada.path) for name in names
           if bytes.fromhex(other.key) in open(os.path.join(at, name), "rb").read()]
    equal(raw, [], "nor the friend's key")
    for words in (("id",), ("contacts",), ("log", "Zanzibarfriend"), ("requests",), ("run",), ("say", "Zanzibarfriend", "x")):
        status, out, err = ada.call(*words)
        ok(status == 1 and out == "" and err.count("\n") == 1 and "passphrase" in err, f"{words[0]} without it: one sentence", out + err)
    equal(ada.call("contacts", old="Correct horse"), (1, "", "p2p-tui: The passphrase is wrong.\n"), "a wrong one: one sentence")
    equal(ada.call("id", old="correct horse")[1], invite, "with it: the same identity and invite")
    ok("Zanzibarfriend\t" in ada.call("contacts", old="correct horse")[1], "the contact")
    log = ada.call("log", "Zanzibarfriend", old="correct horse")[1]
    ok("Quetzalcoatl flies" in log and "Wintersleeping bears" in log, "and the messages", log)


def running():
    """A sealed home at work; readers beside it need the passphrase too."""
    a, b = ada.start("correct horse"), other.start()
    ok(b.wait("peer", peer=a.key, state="online"), "a sealed home at work")
    b.do(cmd="say", to="Ada", text="Quetzalcoatl again")
    ok(a.wait("message", text="Quetzalcoatl again"), "it gets what is said")
    equal(ada.call("contacts")[0], 1, "beside a running one the passphrase is needed too")
    ok("Quetzalcoatl again" in ada.call("log", "Zanzibarfriend", old="correct horse")[1], "and then it reads")
    equal(files_with(ada.path, *WORDS), [], "no word is in any file while it runs")
    a.kill()
    equal(files_with(ada.path, *WORDS), [], "nor after it was killed")
    other.stop()


def changing():
    status, out, err = ada.call("passphrase", old="correct horse", new="staple")
    ok(status == 0, "it is changed", err)
    ok(ada.call("id", old="correct horse")[0] == 1 and ada.call("id", old="staple")[0] == 0, "the new one opens")
    ok(ada.call("passphrase", old="x", new="y")[0] == 1 and ada.call("id", old="staple")[0] == 0, "who does not know it cannot change it")


def backup():
    file = os.path.join(folder("backups"), "backup")
    status, out, err = ada.call("export", file, old="staple", new="for the safe")
    ok(status == 0, "a backup is written", err)
    with open(file, "rb") as f:
        content = f.read()
    ok(not any(word.encode() in content for word in WORDS + ["Ada"]), "nothing of it can be read")
    equal(ada.call("export", file, old="staple", new="z")[0], 1, "it is not written over")
    status, out, err = copy.call("import", file, old="wrong")
    ok(status == 1 and err.count("\n") == 1 and not os.path.exists(os.path.join(copy.path, "identity")), "a wrong passphrase", err)
    with open(file + "-cut", "wb") as f:
        f.write(content[:-9])
    status, out, err = copy.call("import", file + "-cut", old="for the safe")
    ok(status == 1 and sorted(os.listdir(copy.path)) == ["lock", "spool"], "a cut one: nothing half-made",
       err + str(os.listdir(copy.path)))
    status, out, err = copy.call("import", file, old="for the safe")
    ok(status == 0 and "Do not start" in out, "it is restored", err)
    equal(copy.call("import", file, old="for the safe")[0], 1, "not twice")
    equal(copy.call("id")[0], 1, "the restored home is sealed as the other was")
    log = copy.call("log", "Zanzibarfriend", old="for the safe")[1]
    ok("Quetzalcoatl flies" in log and "again" in log, "with all its messages", log)
    equal(files_with(copy.path, *WORDS), [], "and none to be read")
    equal(copy.call("contacts", old="for the safe")[1].split("\t")[2], other.key, "the same contact")


def twins():
    """The old home goes on beside the restored one: the contact, and both of them, are told."""
    a, b = ada.start("staple"), other.start()
    ok(b.wait("peer", peer=a.key, state="online"), "the old home is there")
    c = copy.start("for the safe")
    equal(c.key, a.key, "a restored home beside it: the same identity, running twice")
    ok(c.did(cmd="add", name="Zanzibarfriend", invite=b.invite), "it calls the contact")
    for who, run in (("the contact", b), ("the old one", a), ("the restored one", c)):
        ok(wait_until(lambda run=run: [e for e in run.find("error") if "running twice" in e["text"]]), f"{who} is told",
           run.find("error"))
    equal(copy.stop(), 0, "one of them stops")
    b.do(cmd="say", to="Ada", text="to the one that is left")
    ok(a.wait("message", text="to the one that is left"), "what is said comes to the one that is left")
    equal((ada.stop(), other.stop()), (0, 0), "and both end well")


def removing():
    status, out, err = ada.call("passphrase", "--remove", old="staple")
    ok(status == 0 and "file permissions" in out, "removed, and said what that means", err)
    ok("Zanzibarfriend" in ada.call("contacts")[1], "nobody is asked any more")
    equal(ada.call("passphrase", "--remove")[0], 1, "there is none to remove now")
    status, out, err = ada.call("passphrase")
    ok(status == 1 and "no terminal" in err, "and none is set where nobody can be asked", err)


ada, other, copy = (Home(name, None) for name in ("home", "other", "copy"))
for part in (history, sealing, running, changing, backup, twins, removing):
    diag(part.__name__)
    part()
done()
