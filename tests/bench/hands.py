"""Hands: how soon a key is on the screen, with a large history and many contacts, a long paste, and while messages pour in."""

import os
import random
import select
import shutil
import signal
import sqlite3
import time

from peers import at_end, figure, median, pair, say
from scale import grow, make_contacts
from screen import Terminal

MESSAGES = int(os.environ.get("BENCH_TYPING_MESSAGES", 100000))
CONTACTS = 1000
KEYS = 400
GAP = 0.015
PASTE = 1 << 20
RATE = 1000
SECONDS = 6
# What a doupdate() in synchronised output ends with; until then a terminal shows nothing of it.
# In no escape sequence, and in no message that comes.
LETTERS = b"jkqvxz"
SHOWN = b"\x1b[?2026l"


def p95(values):
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


def megabytes(t):
    return t.rss() * 1.048576


def painted(t, key, sign, wait=2):
    """ms from the key to the end of the frame that has it."""
    t.type(key)
    deadline = time.monotonic() + wait
    while time.monotonic() < deadline:
        if not select.select([t.fd], [], [], 0.2)[0]:
            continue
        t.seen += os.read(t.fd, 65536)
        at = t.seen.find(sign)
        if at >= 0 and (SHOWN not in t.enters or t.seen.find(SHOWN, at) >= 0):
            return (time.perf_counter() - t.begin) * 1000
    return None


def keys(t, count, gap=GAP):
    """Types letters, each unlike the one before, and takes them back when the line is long."""
    times, random_ = [], random.Random(4)
    for n in range(count):
        t.drain(gap)
        if n % 120 == 119:
            t.type(b"\x15")
            t.drain(0.05)
        letter = bytes([random_.choice(LETTERS)])
        ms = painted(t, letter, letter)
        if ms is not None:
            times.append(ms)
    return times


def terminal(argv, sign):
    t = Terminal(argv)
    t.until(sign)
    t.drain(1)
    # What it has said so far tells whether it frames what it shows.
    t.enters = t.seen
    return t


def make_home(program, folder):
    a, b = pair(program, folder)
    a.tell({"cmd": "say", "to": "boris", "text": "the first one", "tag": "t"})
    a.wait("receipt", tag="t", state="delivered")
    a.close()
    grow(a.home, MESSAGES)
    make_contacts(a.home, CONTACTS)
    return a, b


def neighbours(folder):
    """A key in weechat's input line, and one in nnn's list, in the same run."""
    if shutil.which("weechat-curses") or shutil.which("weechat"):
        t = terminal([shutil.which("weechat-curses") or "weechat", "-a", "-d", f"{folder}/wee"], b"WeeChat")
        say(f"typing, weechat: a key is painted in {p95(keys(t, 100)):.2f} ms (p95), {megabytes(t):.1f} MB")
        t.close()
    if shutil.which("nnn"):
        os.makedirs(f"{folder}/nnn", exist_ok=True)
        for n in range(100):
            open(f"{folder}/nnn/file{n:03d}", "w", encoding="utf-8").close()
        t = terminal(["nnn", f"{folder}/nnn"], b"file000")
        times = []
        for n in range(1, 15):
            t.drain(GAP)
            times.append(painted(t, b"j", b"file%03d" % n) or 0)
        say(f"typing, nnn: a key is painted in {p95(times):.2f} ms (p95)")
        t.close()


def paste(t):
    """ms until a paste is answered: it is too long for a message."""
    text = (b"x" * 99 + b"\r") * (PASTE // 100)
    t.type(b"")
    todo = b"\x1b[200~" + text + b"\x1b[201~"
    os.set_blocking(t.fd, False)
    while todo or b"long text" not in t.seen:
        ready = select.select([t.fd], [t.fd] if todo else [], [], 5)
        if not ready[0] and not ready[1]:
            break
        if ready[1]:
            todo = todo[os.write(t.fd, todo[:65536]):]
        if ready[0]:
            t.seen += os.read(t.fd, 65536)
    ms = (time.perf_counter() - t.begin) * 1000
    os.set_blocking(t.fd, True)
    t.type(b"\x1b")
    t.drain(0.3)
    return ms


def pour(b, peer):
    """A process that says so many messages a second. Returns what ends it."""
    pid = os.fork()
    if pid:
        ended = []

        def end():
            if not ended:
                os.kill(pid, signal.SIGKILL)
                ended.append(os.waitpid(pid, 0))
        at_end(end)
        return end
    begin, n = time.perf_counter(), 0
    while True:
        due = int((time.perf_counter() - begin) * RATE)
        lines = [f'{{"cmd": "say", "to": "{peer}", "text": "pouring {i}"}}\n' for i in range(n, due)]
        os.write(b.proc.stdin.fileno(), "".join(lines).encode())
        n = due
        while select.select([b.fd], [], [], 0.005)[0]:
            os.read(b.fd, 1 << 20)


def count(home):
    db = sqlite3.connect(f"file:{home}/history.db?mode=ro", uri=True)
    rows = db.execute("SELECT max(row) FROM messages").fetchone()[0]
    db.close()
    return rows


def while_pouring(b, t, home):
    """Key times, and how many messages really came in a second."""
    end = pour(b, "ada")
    t.drain(1)
    begin, before = time.perf_counter(), count(home)
    times = keys(t, int(SECONDS / (GAP + 0.002)))
    rate = (count(home) - before) / (time.perf_counter() - begin)
    end()
    return times, rate


def bench_typing(program, folder):
    a, b = make_home(program, folder)
    neighbours(folder)
    t = terminal([program, "--home", a.home, "--listen", "127.0.0.1:0"], b"has some ordinary words")
    times = keys(t, KEYS)
    figure(f"typing, {MESSAGES:,} messages and {CONTACTS:,} contacts",
           f"a key is painted in {p95(times):.2f} ms (p95, median {median(times):.2f}, of {len(times)})", p95(times) < 2,
           "under 2 ms")
    for _ in range(30):
        t.type(b"\x1b[5~")
        t.drain(0.03)
    figure("typing, memory with that chat open", f"{megabytes(t):.1f} MB after 30 pages back", megabytes(t) < 15, "under 15 MB")
    t.type(b"\x1b>\x15")
    t.drain(0.3)
    pastes = [paste(t) for _ in range(5)]
    figure("typing, a paste of 1 MB", f"{median(pastes):.1f} ms (median of {len(pastes)})", median(pastes) < 20, "under 20 ms")
    times, rate = while_pouring(b, t, a.home)
    figure(f"typing, while {rate:,.0f} messages/s come", f"a key is painted in {p95(times):.2f} ms (p95, median "
           f"{median(times):.2f}, of {len(times)})", p95(times) < 5 and rate >= 950, "under 5 ms, of 950 messages/s at least")
    t.close()
    b.close()
