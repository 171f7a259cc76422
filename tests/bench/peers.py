"""What the benchmarks share: real processes, made files, a private sshd, and how a figure is printed."""

import json
import os
import select
import shutil
import statistics
import subprocess
import sys
import time

SIZE = int(os.environ.get("BENCH_BYTES", 1 << 30))
RUNS = int(os.environ.get("BENCH_RUNS", 5))
MISSED = []


def say(text):
    print(text, flush=True)


def figure(name, value, good=None, wanted=""):
    """One line: what was measured, and whether it is what is wanted."""
    verdict = ""
    if good is not None:
        verdict = f" (wanted: {wanted}: {'yes' if good else 'MISSED'})"
        if not good:
            MISSED.append(name)
    say(f"{name}: {value}{verdict}")


def median(values):
    return statistics.median(values)


def p99(values):
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.99))]


CLOSERS = []


def at_end(close):
    """What a benchmark has begun besides peers is closed with it, however it ends, the newest first. Closing twice does no harm."""
    CLOSERS.append(close)


def started(*args, **more):
    """A process that is ended with the benchmark."""
    p = subprocess.Popen(*args, **more)
    at_end(lambda: stop(p))
    return p


def stop(p):
    if p.poll() is None:
        p.terminate()
        try:
            p.wait(10)
        except subprocess.TimeoutExpired:
            p.kill()
            p.wait()


def end_all():
    for p in list(Peer.living.values()):
        p.kill()
    while CLOSERS:
        try:
            CLOSERS.pop()()
        except (OSError, subprocess.SubprocessError) as e:
            say(f"not closed: {e}")


class Peer:
    """One `p2p-tui run --json`. All living ones are read by whoever waits for any of them: no threads, no lock, no delay."""

    living = {}

    def __init__(self, program, home, nick=None, prefix=(), env=None, listen="127.0.0.1:0", config=""):
        self.home = home
        self.folder = f"{home}/in"
        self.env = dict(os.environ, **(env or {}))
        self.argv = list(prefix) + [program, "--home", home, "--listen", listen, "run", "--json"]
        if nick:
            subprocess.run([program, "--home", home, "init", "--nick", nick], check=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
            with open(f"{home}/config", "a", encoding="utf-8") as f:
                f.write(f"downloads = {self.folder}\n{config}")
            os.makedirs(self.folder, exist_ok=True)
        self.start()

    def start(self):
        self.events, self.rest, self.raw = [], b"", None
        self.proc = subprocess.Popen(self.argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     stderr=subprocess.DEVNULL, bufsize=0, env=self.env)
        self.fd = self.proc.stdout.fileno()
        Peer.living[self.fd] = self
        self.ready = self.wait("ready")

    @classmethod
    def pump(cls, seconds):
        """Takes what has come from all of them."""
        ready = select.select(list(cls.living), [], [], max(0, seconds))[0]
        now = time.perf_counter()
        for fd in ready:
            cls.living[fd].take(os.read(fd, 1 << 20), now)
        return bool(ready)

    def take(self, data, now):
        if not data:
            del Peer.living[self.fd]
            return
        lines = (self.rest + data).split(b"\n")
        self.rest = lines.pop()
        if self.raw is not None:  # too many to look at each
            self.raw.append((now, lines))
            return
        for line in lines:
            event = json.loads(line)
            event["at"] = now
            self.events.append(event)

    def wait(self, what, timeout=120, start=0, **fields):
        """The first event of that name (or one of them) with these fields, from number start on."""
        names = (what,) if isinstance(what, str) else what
        deadline = time.monotonic() + timeout
        at = start
        while True:
            while at < len(self.events):
                e = self.events[at]
                if e["event"] in names and all(e.get(k) in v if isinstance(v, tuple) else e.get(k) == v
                                               for k, v in fields.items()):
                    return e
                at += 1
            if self.fd not in Peer.living or time.monotonic() > deadline:
                raise TimeoutError(f"{self.home}: no {what} {fields}; last: {self.events[-3:]}")
            Peer.pump(0.5)

    def tell(self, command):
        text = command if isinstance(command, str) else json.dumps(command)
        os.write(self.proc.stdin.fileno(), text.encode() + b"\n")

    def tell_many(self, lines):
        """Writes a lot while reading what comes back."""
        data = memoryview(b"".join(line.encode() + b"\n" for line in lines))
        out = self.proc.stdin.fileno()
        os.set_blocking(out, False)
        while data:
            if select.select([], [out], [], 0)[1]:
                data = data[os.write(out, data[:65536]):]
            Peer.pump(0 if data else 0)
        os.set_blocking(out, True)

    def mark(self):
        return len(self.events)

    def status(self, field):
        for line in open(f"/proc/{self.proc.pid}/status", encoding="utf-8"):
            if line.startswith(field):
                return int(line.split()[1])
        return 0

    def rss_peak(self):
        return self.status("VmHWM") / 1024

    def cpu(self):
        f = open(f"/proc/{self.proc.pid}/stat", encoding="utf-8").read().rsplit(")", 1)[1].split()
        return (int(f[11]) + int(f[12])) / os.sysconf("SC_CLK_TCK")

    def close(self):
        Peer.living.pop(self.fd, None)
        self.proc.stdin.close()
        self.proc.stdout.close()
        try:
            self.proc.wait(20)
        except subprocess.TimeoutExpired:
            self.proc.kill()
            self.proc.wait()

    def kill(self):
        Peer.living.pop(self.fd, None)
        self.proc.kill()
        self.proc.wait()
        self.proc.stdin.close()
        self.proc.stdout.close()

    def empty(self):
        for name in os.listdir(self.folder):
            if not name.startswith("."):
                path = f"{self.folder}/{name}"
                (shutil.rmtree if os.path.isdir(path) else os.unlink)(path)


def meet(a, b):
    a.tell(f"/add boris {b.ready['invite']}")
    b.tell(f"/add ada {a.ready['invite']}")
    for p in (a, b):
        p.wait("peer", state="online")


def pair(program, folder, **more):
    a = Peer(program, f"{folder}/a", "Ada", **more)
    b = Peer(program, f"{folder}/b", "Boris", **more)
    meet(a, b)
    return a, b


def send(a, b, path, timeout=300):
    """Seconds from the command to `done` at the sender, which means durable at the receiver."""
    mark_a, mark_b = a.mark(), b.mark()
    begin = time.perf_counter()
    a.tell(f"/send boris {path}")
    offer = b.wait("offer", start=mark_b)
    b.tell(f"/accept {offer['transfer']}")
    end = a.wait("transfer", timeout=timeout, start=mark_a, state=("done", "failed", "refused"))
    if end["state"] != "done":
        raise RuntimeError(f"the transfer {end['state']}: {end.get('reason')}")
    return end["at"] - begin


def make_file(path, size):
    block = os.urandom(1 << 20)
    with open(path, "wb") as f:
        left = size
        while left > 0:
            f.write(block[:min(left, len(block))])
            left -= len(block)


def children_cpu():
    t = os.times()
    return t.children_user + t.children_system


class Sshd:
    """A server of our own on loopback with keys of its own."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, 0o700)
        for key in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{folder}/{key}"], check=True)
        shutil.copy(f"{folder}/user.pub", f"{folder}/authorized")
        self.port = 20000 + os.getpid() % 20000
        self.user = os.environ.get("USER", "root")
        with open(f"{folder}/config", "w", encoding="utf-8") as f:
            f.write(f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\n"
                    f"AuthorizedKeysFile {folder}/authorized\nStrictModes no\nUsePAM no\n"
                    f"PidFile {folder}/pid\nPermitRootLogin yes\nSubsystem sftp internal-sftp\n")
        if os.geteuid() == 0:
            os.makedirs("/run/sshd", exist_ok=True)
        self.proc = started([shutil.which("sshd") or "/usr/sbin/sshd", "-D", "-e", "-f", f"{folder}/config"],
                            stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while subprocess.run(["ssh", "-p", str(self.port)] + self.options() + [f"{self.user}@127.0.0.1", "true"],
                             stderr=subprocess.DEVNULL, check=False).returncode != 0:
            if time.monotonic() > deadline:
                raise RuntimeError("sshd does not answer")

    @staticmethod
    def there():
        return bool(shutil.which("scp")) and os.path.exists(shutil.which("sshd") or "/usr/sbin/sshd")

    def options(self):
        return ["-i", f"{self.folder}/user", "-o", "StrictHostKeyChecking=no",
                "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"]

    def cpu(self):
        """Of the server and all its children that ended."""
        f = open(f"/proc/{self.proc.pid}/stat", encoding="utf-8").read().rsplit(")", 1)[1].split()
        return sum(int(x) for x in f[11:15]) / os.sysconf("SC_CLK_TCK")

    def scp(self, source, target):
        begin = time.perf_counter()
        subprocess.run(["scp", "-q", "-c", "aes128-gcm@openssh.com", "-P", str(self.port)] + self.options()
                       + [source, f"{self.user}@127.0.0.1:{target}"], check=True)
        return time.perf_counter() - begin

    def rsync(self, source, target):
        shell = " ".join(["ssh", "-p", str(self.port)] + self.options())
        begin = time.perf_counter()
        subprocess.run(["rsync", "-a", "-e", shell, source, f"{self.user}@127.0.0.1:{target}"], check=True)
        return time.perf_counter() - begin

    def close(self):
        stop(self.proc)


def home_on(base):
    """Whether a folder for measuring can be made there."""
    return os.path.isdir(base) and os.access(base, os.W_OK)


def program_here():
    return os.path.abspath(sys.argv[1])
