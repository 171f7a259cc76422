"""What the scenario tests share: TAP, homes, and p2p-tui processes that are talked to in JSON lines. Nothing here waits for a fixed time:
everything is polled until a deadline."""

import atexit
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

PROGRAM = os.environ.get("P2P_TUI") or "./p2p-tui"
PATIENCE = float(os.environ.get("P2P_TUI_PATIENCE", "30"))

# ---- TAP ----

ran = 0
failed = 0


def result(word, what):
    global ran
    ran += 1
    print("%s %d - %s" % (word, ran, what), flush=True)


def plain(text):
    return text.replace("#", "no.").replace("\n", " ")


def ok(condition, what, note=""):
    """One check; the note is shown when it does not hold."""
    global failed
    result("ok" if condition else "not ok", plain(what))
    if not condition:
        failed += 1
        frame = sys._getframe(1)
        while frame.f_code.co_filename == __file__ and frame.f_back:
            frame = frame.f_back
        diag("failed at line %d" % frame.f_lineno)
        diag(note)
    return bool(condition)


def skip(what, why):
    """One check that is not made."""
    result("ok", "%s # SKIP %s" % (plain(what), plain(why)))


def equal(got, want, what):
    if not ok(got == want, what):
        diag(" got: %r" % (got,))
        diag("want: %r" % (want,))
        return False
    return True


def diag(text):
    for line in str(text).splitlines():
        print("# " + line, flush=True)


def done():
    print("1..%d" % ran, flush=True)
    sys.exit(1 if failed else 0)


# ---- homes and processes ----

top = tempfile.mkdtemp(prefix="p2p-tui-scenario.")
processes = []


def clean_up():
    for p in processes:
        if p.poll() is None:
            p.kill()
            p.wait()
    shutil.rmtree(top, ignore_errors=True)


atexit.register(clean_up)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


def folder(name):
    path = os.path.join(top, name)
    os.makedirs(path, exist_ok=True)
    return path


def free_port():
    """A port of the loopback interface that nobody has just now."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_until(condition, patience=PATIENCE):
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


@contextlib.contextmanager
def secrets(old, new=None):
    """Passphrases on descriptors of their own, for a process that begins inside: the options that say so, and the descriptors."""
    options, fds = [], []
    for option, text in (("--passphrase-fd", old), ("--new-passphrase-fd", new)):
        if text is not None:
            there, here = os.pipe()
            os.write(here, text.encode() + b"\n")
            os.close(here)
            fds.append(there)
            options += [option, str(there)]
    try:
        yield options, fds
    finally:
        for fd in fds:
            os.close(fd)


class Home:
    """One person: a home with an identity, and a port that stays."""

    def __init__(self, name, nick, port=None):
        self.path = os.path.join(top, name)
        self.port = port or free_port()
        self.downloads = folder(name + "-downloads")
        self.run = None
        # Without a name it stays empty, for a backup.
        if nick is None:
            return
        status, _, err = self.call("init", "--nick", nick)
        if status != 0:
            diag(err)
        self.set_option("downloads", self.downloads)

    def set_option(self, option, value):
        with open(os.path.join(self.path, "config"), "a") as f:
            f.write("%s = %s\n" % (option, value))

    def argv(self, *words):
        return [PROGRAM, "--home", self.path, "--listen", "127.0.0.1:%d" % self.port, *words]

    def call(self, *words, stdin=None, patience=PATIENCE, old=None, new=None):
        """Runs a sub-command to its end: status, standard output, standard error. It gets the passphrase that is set and the one to set."""
        p = self.begin(*words, stdin=stdin, old=old, new=new)
        return self.finish(p, stdin, patience)

    def begin(self, *words, stdin=None, old=None, new=None):
        """In a session of its own there is no terminal: whoever would ask for a passphrase there says so."""
        with secrets(old, new) as (options, fds):
            p = subprocess.Popen(self.argv(*options, *words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, pass_fds=fds,
                                 stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL, start_new_session=True)
        processes.append(p)
        return p

    def finish(self, p, stdin=None, patience=PATIENCE):
        try:
            out, err = p.communicate(stdin, timeout=patience)
        except subprocess.TimeoutExpired:
            p.kill()
            out, err = p.communicate()
            diag("it did not end in %d s: %s" % (patience, " ".join(p.args[5:])))
            diag(err.decode(errors="replace"))
            return None, out.decode(errors="replace"), err.decode(errors="replace")
        processes.remove(p)
        return p.returncode, out.decode(errors="replace"), err.decode(errors="replace")

    def start(self, old=None):
        self.run = Run(self, old)
        return self.run

    def stop(self):
        status = self.run.stop()
        self.run = None
        return status


class Run:
    """`run --json`, with all events it has told so far."""

    def __init__(self, home, old=None):
        self.home = home
        self.events = []
        self.raw = []
        self.changed = threading.Condition()
        self.tags = 0
        with secrets(old) as (options, fds):
            self.process = subprocess.Popen(home.argv(*options, "run", "--json"), stdin=subprocess.PIPE, pass_fds=fds,
                                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        processes.append(self.process)
        threading.Thread(target=self.read, daemon=True).start()
        self.ready = self.wait("ready")
        if self.ready is None and self.process.poll() is not None:
            diag(self.process.stderr.read().decode(errors="replace"))
        self.key = (self.ready or {}).get("key")
        self.invite = (self.ready or {}).get("invite")

    def read(self):
        for line in self.process.stdout:
            if not line.endswith(b"\n"):
                # It was killed while it wrote.
                break
            with self.changed:
                self.raw.append(line)
                self.events.append(json.loads(line))
                self.changed.notify_all()
        with self.changed:
            self.events.append({"event": "EOF"})
            self.changed.notify_all()

    def find(self, event=None, since=0, **fields):
        return [e for e in self.events[since:]
                if (event is None or e["event"] == event)
                and all(e.get(k) == v for k, v in fields.items())]

    def wait(self, event, patience=PATIENCE, since=0, **fields):
        """The first such event, also one told before; None when it does not come."""
        end = time.monotonic() + patience
        with self.changed:
            while True:
                found = self.find(event, since, **fields)
                if found:
                    return found[0]
                left = end - time.monotonic()
                if self.events and self.events[-1]["event"] == "EOF":
                    self.died()
                if left <= 0:
                    diag("no %s %s came; the last events:" % (event, fields))
                    for e in self.events[-8:]:
                        diag(json.dumps(e))
                    return None
                self.changed.wait(left)

    def died(self):
        """A process that ends while something of it is waited for makes the rest of the test pointless."""
        status = self.process.wait()
        diag(self.process.stderr.read().decode(errors="replace"))
        print("Bail out! a process has ended with %s" % status, flush=True)
        sys.exit(1)

    def mark(self):
        """For `since`: events after this moment."""
        return len(self.events)

    def line(self, text):
        if isinstance(text, str):
            text = text.encode()
        try:
            self.process.stdin.write(text + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            diag("the process has ended")

    def do(self, **command):
        """Sends an object with a fresh tag, which it returns."""
        self.tags += 1
        command["tag"] = "t%d" % self.tags
        self.line(json.dumps(command))
        return command["tag"]

    def did(self, **command):
        """The same, and waits until it is carried out: True; or refused: False."""
        since = self.mark()
        tag = self.do(**command)
        with self.changed:
            end = time.monotonic() + PATIENCE
            while True:
                if self.find("done", since, tag=tag):
                    return True
                if self.find("error", since, tag=tag):
                    return False
                left = end - time.monotonic()
                if self.events and self.events[-1]["event"] == "EOF":
                    self.died()
                if left <= 0 or not self.changed.wait(left):
                    diag("nothing came of %r" % command)
                    return False

    def error_of(self, tag):
        found = self.wait("error", tag=tag)
        return found["text"] if found else None

    def texts(self, **fields):
        return [e["text"] for e in self.find("message", **fields)]

    def stop(self):
        """End of input: ends by itself. Returns the status."""
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        return self.ended()

    def ended(self):
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            diag("it did not end in time")
            self.process.kill()
            self.process.wait()
            status = None
        err = self.process.stderr.read().decode(errors="replace")
        if err:
            diag(err)
        processes.remove(self.process)
        return status

    def kill(self):
        self.process.kill()
        return self.ended()


def befriend(one, other, name_for_one, name_for_other):
    """`one` gives an invite to `other`, who adds it; `one` takes the request. True once both see each other online."""
    good = other.did(cmd="add", name=name_for_one, invite=one.invite)
    good = good and one.wait("request", peer=other.key) is not None
    good = good and one.did(cmd="add", name=name_for_other, key=other.key)
    return bool(good and one.wait("peer", peer=other.key, name=name_for_other, state="online")
                and other.wait("peer", peer=one.key, name=name_for_one, state="online"))
