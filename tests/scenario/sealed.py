"""The passphrase and the backup through the real program: what is sealed, who is let in, and that nothing of what was said can be read in
any file of the home. Prints TAP."""

import json
import os
import shutil
import subprocess
import sys
import tempfile

PROGRAM = os.environ["P2P_TUI"]
checks = failed = 0


def ok(good, what, detail=""):
    global checks, failed
    checks += 1
    print(f"{'ok' if good else 'not ok'} {checks} - {what}", flush=True)
    if not good:
        failed += 1
        print("\n".join("# " + line for line in str(detail).splitlines()), flush=True)


def run(home, *words, old=None, new=None, stdin=""):
    """The program with passphrases on descriptors of their own."""
    args, fds = [PROGRAM, "--home", home], []
    for option, text in (("--passphrase-fd", old), ("--new-passphrase-fd", new)):
        if text is not None:
            r, w = os.pipe()
            os.write(w, text.encode() + b"\n")
            os.close(w)
            fds.append(r)
            args += [option, str(r)]
    # No terminal: who asks for a passphrase there is told so.
    result = subprocess.run(args + list(words), pass_fds=fds, input=stdin, text=True, capture_output=True,
                            start_new_session=True, timeout=120, check=False)
    for fd in fds:
        os.close(fd)
    return result


class Peer:
    def __init__(self, home, old=None):
        args, fds = [PROGRAM, "--home", home, "--listen", "127.0.0.1:0"], []
        if old is not None:
            r, w = os.pipe()
            os.write(w, old.encode() + b"\n")
            os.close(w)
            fds.append(r)
            args += ["--passphrase-fd", str(r)]
        self.proc = subprocess.Popen(args + ["run", "--json"], pass_fds=fds, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                     bufsize=1)
        for fd in fds:
            os.close(fd)
        self.ready = self.until(lambda e: e["event"] == "ready")

    def until(self, holds):
        for line in self.proc.stdout:
            event = json.loads(line)
            if holds(event):
                return event
        raise SystemExit("Bail out! the program has ended")

    def say(self, line):
        self.proc.stdin.write(line + "\n")

    def quit(self):
        self.proc.stdin.close()
        self.proc.stdout.read()
        return self.proc.wait()


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


WORDS = ["Quetzalcoatl", "Wintersleeping", "Zanzibarfriend", "Xylophonist", "zwieback-report"]


def history(home):
    """Two homes that talked; returns the other one's key."""
    other = home + "-other"
    for where, nick in ((home, "Ada"), (other, "Xylophonist")):
        said = run(where, "init", "--nick", nick)
        ok(said.returncode == 0, f"a home for {nick}", said.stderr)
    ok("file permissions" in said.stdout, "init says that only file permissions protect it", said.stdout)
    a, b = Peer(home), Peer(other)
    b.say(f"/add Ada {a.ready['invite']}")
    request = a.until(lambda e: e["event"] == "request")
    a.say(f"/add Zanzibarfriend {request['peer']}")
    a.until(lambda e: e["event"] == "peer" and e["state"] == "online")
    a.say("/say Zanzibarfriend Quetzalcoatl flies")
    a.until(lambda e: e["event"] == "receipt" and e["state"] == "delivered")
    b.say("/say Ada Wintersleeping bears")
    a.until(lambda e: e["event"] == "message" and e["dir"] == "in")
    path = os.path.join(os.path.dirname(home), "zwieback-report.txt")
    with open(path, "w", encoding="utf-8") as f:
        f.write("toast\n")
    a.say(f"/send Zanzibarfriend {path}")
    a.until(lambda e: e["event"] == "transfer" and e["state"] == "waiting")
    ok(a.quit() == 0 and b.quit() == 0, "they talked")
    return request["peer"]


def sealing(home, key):
    invite = run(home, "id").stdout.strip()
    ok(files_with(home, *WORDS), "without a passphrase it can be read on the disk")
    said = run(home, "passphrase", new="correct horse")
    ok(said.returncode == 0 and "sealed" in said.stdout, "a passphrase is set", said.stdout + said.stderr)
    ok(files_with(home, *WORDS) == [], "no word of it is in any file now", files_with(home, *WORDS))
    raw = [name for folder, _, names in os.walk(home) for name in names
           if bytes.fromhex(key) in open(os.path.join(folder, name), "rb").read()]
    ok(raw == [], "nor the friend's key", raw)
    for words in (("id",), ("contacts",), ("log", "Zanzibarfriend"), ("requests",), ("run",), ("say", "Zanzibarfriend", "x")):
        said = run(home, *words)
        ok(said.returncode == 1 and said.stdout == "" and said.stderr.count("\n") == 1 and "passphrase" in said.stderr,
           f"{words[0]} without it: one sentence", said.stdout + said.stderr)
    said = run(home, "contacts", old="Correct horse")
    ok(said.returncode == 1 and said.stdout == "" and said.stderr == "p2p-tui: The passphrase is wrong.\n", "a wrong one: one sentence",
       said.stderr)
    ok(run(home, "id", old="correct horse").stdout.strip() == invite, "with it: the same identity and invite")
    ok("Zanzibarfriend\t" in run(home, "contacts", old="correct horse").stdout, "the contact")
    log = run(home, "log", "Zanzibarfriend", old="correct horse").stdout
    ok("Quetzalcoatl flies" in log and "Wintersleeping bears" in log, "and the messages", log)


def running(home):
    """A sealed home at work; readers beside it need the passphrase too."""
    a, b = Peer(home, old="correct horse"), Peer(home + "-other")
    a.say(f"/add Zanzibarfriend {b.ready['invite']}")
    a.until(lambda e: e["event"] == "peer" and e["state"] == "online")
    b.say("/say Ada Quetzalcoatl again")
    a.until(lambda e: e["event"] == "message" and "again" in e["text"])
    ok(run(home, "contacts").returncode == 1, "beside a running one it is needed too")
    ok("Quetzalcoatl again" in run(home, "log", "Zanzibarfriend", old="correct horse").stdout, "and then it reads")
    ok(files_with(home, *WORDS) == [], "no word is in any file while it runs", files_with(home, *WORDS))
    a.proc.kill()
    a.proc.wait()
    ok(files_with(home, *WORDS) == [], "nor after it was killed", files_with(home, *WORDS))
    b.quit()


def changing(home):
    said = run(home, "passphrase", old="correct horse", new="staple")
    ok(said.returncode == 0, "it is changed", said.stderr)
    ok(run(home, "id", old="correct horse").returncode == 1 and run(home, "id", old="staple").returncode == 0, "the new one opens")
    ok(run(home, "passphrase", old="x", new="y").returncode == 1 and run(home, "id", old="staple").returncode == 0,
       "who does not know it cannot change it")


def backup(home, folder):
    file, copy = os.path.join(folder, "backup"), os.path.join(folder, "copy")
    said = run(home, "export", file, old="staple", new="for the safe")
    ok(said.returncode == 0, "a backup is written", said.stderr)
    with open(file, "rb") as f:
        content = f.read()
    ok(not any(word.encode() in content for word in WORDS + ["Ada"]), "nothing of it can be read")
    ok(run(home, "export", file, old="staple", new="z").returncode == 1, "it is not written over")
    said = run(copy, "import", file, old="wrong")
    ok(said.returncode == 1 and said.stderr.count("\n") == 1 and not os.path.exists(os.path.join(copy, "identity")), "a wrong passphrase",
       said.stderr)
    with open(file + "-cut", "wb") as f:
        f.write(content[:-9])
    said = run(copy, "import", file + "-cut", old="for the safe")
    ok(said.returncode == 1 and sorted(os.listdir(copy)) == ["lock", "spool"], "a cut one: nothing half-made",
       said.stderr + str(os.listdir(copy)))
    said = run(copy, "import", file, old="for the safe")
    ok(said.returncode == 0 and "Do not start" in said.stdout, "it is restored", said.stderr)
    ok(run(copy, "import", file, old="for the safe").returncode == 1, "not twice")
    ok(run(copy, "id").returncode == 1, "the restored home is sealed as the other was")
    log = run(copy, "log", "Zanzibarfriend", old="for the safe").stdout
    ok("Quetzalcoatl flies" in log and "again" in log, "with all its messages", log)
    ok(files_with(copy, *WORDS) == [], "and none to be read", files_with(copy, *WORDS))
    ok(run(home, "contacts", old="staple").stdout.split("\t")[2] == run(copy, "contacts", old="for the safe").stdout.split("\t")[2],
       "the same contact")


def twins(home, folder):
    """The old home goes on beside the restored one: the contact, and both of them, are told."""
    a, b = Peer(home, old="staple"), Peer(home + "-other")
    a.say(f"/add Zanzibarfriend {b.ready['invite']}")
    a.until(lambda e: e["event"] == "peer" and e["state"] == "online")
    c = Peer(os.path.join(folder, "copy"), old="for the safe")
    ok(c.ready["key"] == a.ready["key"], "a restored home beside the old one: the same identity, running twice")
    c.say(f"/add Zanzibarfriend {b.ready['invite']}")
    for who, peer, words in (("the contact", b, "running twice"), ("the old one", a, "running twice"), ("the restored one", c, "running twice")):
        said = peer.until(lambda e, words=words: e["event"] == "error" and words in e.get("text", ""))
        ok(said["text"], f"{who} is told: {said['text']}")
    ok(c.quit() == 0, "one of them stops")
    b.say("/say Ada to the one that is left")
    a.until(lambda e: e["event"] == "message" and e["text"] == "to the one that is left")
    ok(a.quit() == 0 and b.quit() == 0, "and the other one goes on")


def removing(home):
    said = run(home, "passphrase", "--remove", old="staple")
    ok(said.returncode == 0 and "file permissions" in said.stdout, "removed, and said what that means", said.stderr)
    ok("Zanzibarfriend" in run(home, "contacts").stdout, "nobody is asked any more")
    ok(run(home, "passphrase", "--remove").returncode == 1, "there is none to remove now")
    said = run(home, "passphrase")
    ok(said.returncode == 1 and "no terminal" in said.stderr, "and none is set where nobody can be asked", said.stderr)


def main():
    folder = tempfile.mkdtemp(prefix="p2p-tui-sealed-")
    home = os.path.join(folder, "home")
    try:
        key = history(home)
        sealing(home, key)
        running(home)
        changing(home)
        backup(home, folder)
        twins(home, folder)
        removing(home)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"1..{checks}")
    return 1 if failed else 0


sys.exit(main())
