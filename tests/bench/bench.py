#!/usr/bin/env python3
"""What `make bench` prints. Usage: bench.py PROGRAM [bulk] [chat] [paint] [idle]

Everything lives in a temporary folder on tmpfs (/dev/shm when it is there) and listens on loopback only."""

import fcntl
import json
import os
import pty
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

SIZE = int(os.environ.get("BENCH_BYTES", 1 << 30))
RUNS = int(os.environ.get("BENCH_RUNS", 5))


def say(text):
    print(text, flush=True)


class Peer:
    """One `p2p-tui run --json`."""

    def __init__(self, program, home, nick):
        self.home = home
        subprocess.run([program, "--home", home, "init", "--nick", nick], check=True,
                       stdout=subprocess.DEVNULL)
        with open(os.path.join(home, "config"), "a", encoding="utf-8") as f:
            f.write(f"downloads = {home}/in\n")
        os.makedirs(f"{home}/in", exist_ok=True)
        self.proc = subprocess.Popen([program, "--home", home, "--listen", "127.0.0.1:0", "run", "--json"],
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.events = []
        self.cond = threading.Condition()
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()
        self.ready = self.wait(lambda e: e["event"] == "ready")

    def read(self):
        for line in self.proc.stdout:
            event = json.loads(line)
            event["at"] = time.perf_counter()
            with self.cond:
                self.events.append(event)
                self.cond.notify_all()

    def wait(self, match, timeout=60, start=0):
        deadline = time.monotonic() + timeout
        at = start
        with self.cond:
            while True:
                while at < len(self.events):
                    if match(self.events[at]):
                        return self.events[at]
                    at += 1
                left = deadline - time.monotonic()
                if left <= 0 or not self.cond.wait(left):
                    raise TimeoutError(f"{self.home}: nothing matched; last events {self.events[-3:]}")

    def tell(self, text):
        self.proc.stdin.write(text + "\n")
        self.proc.stdin.flush()

    def mark(self):
        with self.cond:
            return len(self.events)

    def rss_peak(self):
        for line in open(f"/proc/{self.proc.pid}/status", encoding="utf-8"):
            if line.startswith("VmHWM"):
                return int(line.split()[1])
        return 0

    def cpu(self):
        f = open(f"/proc/{self.proc.pid}/stat", encoding="utf-8").read().rsplit(")", 1)[1].split()
        return (int(f[11]) + int(f[12])) / os.sysconf("SC_CLK_TCK")

    def close(self):
        self.proc.stdin.close()
        try:
            self.proc.wait(20)
        except subprocess.TimeoutExpired:
            self.proc.kill()


def pair(program, folder):
    a = Peer(program, os.path.join(folder, "a"), "Ada")
    b = Peer(program, os.path.join(folder, "b"), "Boris")
    a.tell(f"/add boris {b.ready['invite']}")
    b.tell(f"/add ada {a.ready['invite']}")
    for p in (a, b):
        p.wait(lambda e: e["event"] == "peer" and e["state"] == "online")
    return a, b


def make_file(path, size):
    block = os.urandom(1 << 20)
    with open(path, "wb") as f:
        left = size
        while left > 0:
            f.write(block[:min(left, len(block))])
            left -= len(block)


class Sshd:
    """A server of our own on loopback with keys of its own."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, 0o700)
        for key in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{folder}/{key}"], check=True)
        shutil.copy(f"{folder}/user.pub", f"{folder}/authorized")
        self.port = 20000 + os.getpid() % 20000
        with open(f"{folder}/config", "w", encoding="utf-8") as f:
            f.write(f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\n"
                    f"AuthorizedKeysFile {folder}/authorized\nStrictModes no\nUsePAM no\n"
                    f"PidFile {folder}/pid\nPermitRootLogin yes\nSubsystem sftp internal-sftp\n")
        os.makedirs("/run/sshd", exist_ok=True)
        self.proc = subprocess.Popen([shutil.which("sshd") or "/usr/sbin/sshd", "-D", "-e", "-f", f"{folder}/config"],
                                     stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while subprocess.run(self.ssh() + ["true"], stderr=subprocess.DEVNULL).returncode != 0:
            if time.monotonic() > deadline:
                raise RuntimeError("sshd does not answer")

    def options(self):
        return ["-i", f"{self.folder}/user", "-o", "StrictHostKeyChecking=no",
                "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"]

    def ssh(self):
        return ["ssh", "-p", str(self.port)] + self.options() + [f"{os.environ.get('USER', 'root')}@127.0.0.1"]

    def scp(self, source, target):
        begin = time.perf_counter()
        subprocess.run(["scp", "-q", "-c", "aes128-gcm@openssh.com", "-P", str(self.port)] + self.options()
                       + [source, f"{os.environ.get('USER', 'root')}@127.0.0.1:{target}"], check=True)
        return time.perf_counter() - begin

    def close(self):
        self.proc.terminate()
        self.proc.wait()


def send(a, b, path):
    """Seconds from the command to `done` at the sender, which means durable at the receiver."""
    mark_a, mark_b = a.mark(), b.mark()
    begin = time.perf_counter()
    a.tell(f"/send boris {path}")
    offer = b.wait(lambda e: e["event"] == "offer", start=mark_b)
    b.tell(f"/accept {offer['transfer']}")
    end = a.wait(lambda e: e["event"] == "transfer" and e["state"] in ("done", "failed", "refused"),
                 timeout=300, start=mark_a)
    if end["state"] != "done":
        raise RuntimeError(f"the transfer {end['state']}: {end.get('reason')}")
    return end["at"] - begin


def bench_bulk(program, folder):
    path = os.path.join(folder, "bulk.bin")
    make_file(path, SIZE)
    a, b = pair(program, folder)
    sshd = Sshd(os.path.join(folder, "ssh")) if shutil.which("scp") and os.path.exists("/usr/sbin/sshd") else None
    ours, theirs = [], []
    cpu = a.cpu() + b.cpu()
    for run in range(RUNS + 1):
        t = send(a, b, path)
        for name in os.listdir(f"{b.home}/in"):
            if not name.startswith("."):
                os.unlink(f"{b.home}/in/{name}")
        s = None
        if sshd:
            s = sshd.scp(path, os.path.join(folder, "scp.out"))
            os.unlink(os.path.join(folder, "scp.out"))
        if run > 0:  # the first one warms up
            ours.append(t)
            if s:
                theirs.append(s)
    cpu = (a.cpu() + b.cpu() - cpu) / (RUNS + 1)
    mine = statistics.median(ours)
    say(f"bulk: {SIZE >> 20} MiB in {mine:.2f} s, {SIZE / mine / 1e6:.0f} MB/s (median of {RUNS}; {cpu:.2f} CPU s, both ends)")
    if theirs:
        his = statistics.median(theirs)
        say(f"bulk: scp -c aes128-gcm@openssh.com {his:.2f} s; ratio {his / mine:.2f} (wanted: at least 1.3)")
    else:
        say("bulk: no scp and sshd here to compare with")
    say(f"memory: sender {a.rss_peak() / 1024:.1f} MiB, receiver {b.rss_peak() / 1024:.1f} MiB at the most (wanted: under 32)")
    a.close()
    b.close()
    if sshd:
        sshd.close()
    os.unlink(path)


def round_trips(a, b, until):
    times = []
    n = 0
    while not until():
        n += 1
        mark = a.mark()
        begin = time.perf_counter()
        a.tell(json.dumps({"cmd": "say", "to": "boris", "text": f"ping {n}", "tag": f"t{n}"}))
        got = a.wait(lambda e: e["event"] == "receipt" and e["state"] == "delivered" and e.get("tag") == f"t{n}",
                     start=mark)
        times.append((got["at"] - begin) * 1000)
    return times


def p99(values):
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.99))]


def bench_chat(program, folder):
    path = os.path.join(folder, "bulk.bin")
    make_file(path, SIZE)
    a, b = pair(program, folder)
    count = [0]

    def enough():
        count[0] += 1
        return count[0] > 300
    idle = round_trips(a, b, enough)
    say(f"chat: round trip to delivered, idle: median {statistics.median(idle):.2f} ms, p99 {p99(idle):.2f} ms ({len(idle)} messages)")
    over = threading.Event()

    def transfer():
        try:
            for _ in range(3):
                send(a, b, path)
                for name in os.listdir(f"{b.home}/in"):
                    if not name.startswith("."):
                        os.unlink(f"{b.home}/in/{name}")
        finally:
            over.set()
    thread = threading.Thread(target=transfer)
    thread.start()
    busy = round_trips(a, b, over.is_set)
    thread.join()
    say(f"chat: during a saturating transfer: median {statistics.median(busy):.2f} ms (wanted: under 10), "
        f"p99 {p99(busy):.2f} ms (wanted: under 50; {len(busy)} messages)")
    a.close()
    b.close()
    os.unlink(path)


def first_paint(argv, sign, env=None):
    """ms from exec until `sign` is on the terminal."""
    begin = time.perf_counter()
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update({"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"})
        os.environ.update(env or {})
        os.execvp(argv[0], argv)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    seen = b""
    result = None
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not select.select([fd], [], [], 0.5)[0]:
            continue
        try:
            seen += os.read(fd, 65536)
        except OSError:
            break
        if sign in seen:
            result = (time.perf_counter() - begin) * 1000
            break
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(fd)
    return result


def bench_paint(program, folder):
    home = os.path.join(folder, "paint")
    subprocess.run([program, "--home", home, "init", "--nick", "Ada"], check=True, stdout=subprocess.DEVNULL)
    cases = [("p2p-tui", [program, "--home", home, "--listen", "127.0.0.1:0"], b"p2p-tui", {})]
    if shutil.which("nnn"):
        cases.append(("nnn", ["nnn", folder], b"\x1b[", {}))
    if shutil.which("weechat-curses") or shutil.which("weechat"):
        cases.append(("weechat", [shutil.which("weechat-curses") or "weechat", "-a", "-d", os.path.join(folder, "wee")],
                      b"WeeChat", {}))
    for name, argv, sign, env in cases:
        times = [t for t in (first_paint(argv, sign, env) for _ in range(11)) if t is not None]
        if times:
            say(f"first paint: {name} {statistics.median(times):.1f} ms (median of {len(times)})"
                + (" (wanted: under 50)" if name == "p2p-tui" else ""))
        else:
            say(f"first paint: {name} never painted")


def bench_idle(program, folder):
    home = os.path.join(folder, "idle")
    subprocess.run([program, "--home", home, "init", "--nick", "Ada"], check=True, stdout=subprocess.DEVNULL)
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update({"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"})
        os.execvp(program, [program, "--home", home, "--listen", "127.0.0.1:0"])
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def drain(seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([fd], [], [], 0.1)[0]:
                os.read(fd, 65536)

    def switches():
        total = 0
        for task in os.listdir(f"/proc/{pid}/task"):
            for line in open(f"/proc/{pid}/task/{task}/status", encoding="utf-8"):
                if "ctxt_switches" in line:
                    total += int(line.split()[1])
        return total

    def ticks():
        f = open(f"/proc/{pid}/stat", encoding="utf-8").read().rsplit(")", 1)[1].split()
        return int(f[11]) + int(f[12])
    drain(3)
    before, cpu = switches(), ticks()
    drain(30)
    say(f"idle: {switches() - before} wake-ups in 30 s over all threads, "
        f"{(ticks() - cpu) / os.sysconf('SC_CLK_TCK') / 30 * 100:.1f} % CPU (wanted: the clock's minute only, 0.0)")
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(fd)


def main():
    program = os.path.abspath(sys.argv[1])
    wanted = sys.argv[2:] or ["bulk", "chat", "paint", "idle"]
    base = "/dev/shm" if os.path.isdir("/dev/shm") else None
    for name in wanted:
        folder = tempfile.mkdtemp(prefix="p2p-tui-bench-", dir=base)
        try:
            {"bulk": bench_bulk, "chat": bench_chat, "paint": bench_paint, "idle": bench_idle}[name](program, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
