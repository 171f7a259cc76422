"""The screen: how soon it is painted, and what the program does while nobody does anything."""

import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import termios
import time

from peers import at_end, figure, median, say


class Terminal:
    """A program on a terminal of its own, 80x24."""

    def __init__(self, argv, env=None):
        self.begin = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update({"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"})
            os.environ.update(env or {})
            os.execvp(argv[0], argv)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.seen = b""
        at_end(self.close)

    def until(self, sign, seconds=10):
        return self.until_any([sign], seconds)

    def until_any(self, signs, seconds=10):
        """ms since begin until one of these is on the terminal; None if none ever is."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if any(sign in self.seen for sign in signs):
                return (time.perf_counter() - self.begin) * 1000
            if not select.select([self.fd], [], [], 0.5)[0]:
                continue
            try:
                self.seen += os.read(self.fd, 65536)
            except OSError:
                return None
        return None

    def drain(self, seconds):
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.fd], [], [], left)[0]:
                os.read(self.fd, 65536)

    def type(self, text):
        self.seen = b""
        self.begin = time.perf_counter()
        os.write(self.fd, text)

    def switches(self):
        total = 0
        for task in os.listdir(f"/proc/{self.pid}/task"):
            for line in open(f"/proc/{self.pid}/task/{task}/status", encoding="utf-8"):
                if "ctxt_switches" in line:
                    total += int(line.split()[1])
        return total

    def ticks(self):
        f = open(f"/proc/{self.pid}/stat", encoding="utf-8").read().rsplit(")", 1)[1].split()
        return int(f[11]) + int(f[12])

    def rss(self):
        for line in open(f"/proc/{self.pid}/status", encoding="utf-8"):
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0

    def close(self):
        if self.fd < 0:
            return
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)
        self.fd = -1


def first_paint(argv, sign, env=None):
    t = Terminal(argv, env)
    ms = t.until(sign)
    t.close()
    return ms


def seal(program, home):
    """Sets a passphrase, given by a descriptor."""
    read, write = os.pipe()
    os.write(write, b"correct horse\n")
    os.close(write)
    subprocess.run([program, "--home", home, "--new-passphrase-fd", str(read), "passphrase"], check=True, pass_fds=(read,),
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(read)


def bench_paint(program, folder):
    home = f"{folder}/paint"
    subprocess.run([program, "--home", home, "init", "--nick", "Ada"], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    sealed = f"{folder}/sealed"
    subprocess.run([program, "--home", sealed, "init", "--nick", "Ada"], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    seal(program, sealed)
    cases = [("p2p-tui", [program, "--home", home, "--listen", "127.0.0.1:0"], b"p2p-tui", {}),
             ("p2p-tui's question for the passphrase", [program, "--home", sealed, "--listen", "127.0.0.1:0"],
              b"Passphrase", {})]
    if shutil.which("nnn"):
        cases.append(("nnn", ["nnn", folder], b"\x1b[", {}))
    if shutil.which("weechat-curses") or shutil.which("weechat"):
        cases.append(("weechat", [shutil.which("weechat-curses") or "weechat", "-a", "-d", f"{folder}/wee"], b"WeeChat", {}))
    for name, argv, sign, env in cases:
        times = [t for t in (first_paint(argv, sign, env) for _ in range(11)) if t is not None]
        if not times:
            say(f"first paint: {name} never painted")
            continue
        ours = name.startswith("p2p-tui")
        figure(f"first paint, {name}", f"{median(times):.1f} ms (median of {len(times)})",
               median(times) < 15 if ours else None, "under 15 ms")


def bench_idle(program, folder):
    home = f"{folder}/idle"
    subprocess.run([program, "--home", home, "init", "--nick", "Ada"], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    t = Terminal([program, "--home", home, "--listen", "127.0.0.1:0"])
    t.drain(3)
    before, cpu = t.switches(), t.ticks()
    t.drain(30)
    percent = (t.ticks() - cpu) / os.sysconf("SC_CLK_TCK") / 30 * 100
    figure("idle", f"{t.switches() - before} wake-ups in 30 s over all threads, {percent:.1f} % CPU", percent < 0.05, "0.0 %")
    t.close()


def bench_folder(program, folder):
    """A folder of 100,000 entries: until its first names are there, until a key moves the cursor, until it is complete; beside nnn."""
    home, big, entries = f"{folder}/browse", f"{folder}/entries", 100000
    subprocess.run([program, "--home", home, "init", "--nick", "Ada"], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    os.makedirs(big)
    for i in range(entries):
        open(f"{big}/file-{i * 7919 % entries:06d}.dat", "w", encoding="utf-8").close()
    first, moved, complete, theirs, before = [], [], [], [], os.getcwd()
    os.chdir(big)
    for _ in range(7):
        t = Terminal([program, "--home", home, "--listen", "127.0.0.1:0"])
        t.until(b"p2p-tui")
        t.drain(0.3)
        t.type(b"\x1bOR")
        first.append(t.until(b".dat"))
        t.seen = b""
        os.write(t.fd, b" ")
        moved.append(t.until_any([b"1 file", "✓".encode()]))
        complete.append(t.until(f"{entries} here".encode()))
        t.close()
        if shutil.which("nnn"):
            t = Terminal(["nnn", big])
            theirs.append(t.until(f"/{entries}".encode()))
            t.close()
    os.chdir(before)
    if None in first + moved + complete + theirs:
        say("a folder of 100,000 entries: something never came")
        return
    figure("a folder of 100,000 entries: its first names", f"{median(first):.1f} ms")
    figure("the same: a file is marked by key", f"{median(moved):.1f} ms", median(moved) < 50, "under 50 ms")
    figure("the same: complete", f"{median(complete):.0f} ms" + (f", nnn {median(theirs):.0f} ms" if theirs else ""),
           median(complete) < median(theirs) if theirs else None, "less than nnn")
