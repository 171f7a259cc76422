"""Chat: how soon a message is delivered - idle, beside a transfer that takes all it can get, on a disk, on a slow link - and in bulk."""

import os
import shutil
import tempfile
import time

from path import shaped_pair
from peers import SIZE, Peer, figure, make_file, median, p99, pair, say

PAUSE = 0.004  # between a receipt and the next message


class Talk:
    """Messages one after the other, and transfers one after the other beside them if there is a path. Milliseconds to `delivered`."""

    def __init__(self, a, b, path=None, transfers=0):
        self.a, self.b, self.path, self.transfers = a, b, path, transfers
        self.times, self.number, self.asked, self.next = [], 0, None, 0.0
        self.seen_a, self.seen_b = a.mark(), b.mark()
        self.sending = self.done = False

    def say(self):
        self.number += 1
        self.asked = f"t{id(self)}-{self.number}"
        self.begin = time.perf_counter()
        self.a.tell({"cmd": "say", "to": "boris", "text": f"ping {self.number}", "tag": self.asked})

    def look(self):
        for e in self.a.events[self.seen_a:]:
            if e["event"] == "receipt" and e["state"] == "delivered" and e.get("tag") == self.asked:
                self.times.append((e["at"] - self.begin) * 1000)
                self.asked, self.next = None, e["at"] + PAUSE
            elif e["event"] == "transfer" and e["state"] in ("done", "failed"):
                if e["state"] == "failed":
                    raise RuntimeError(f"the transfer failed: {e.get('reason')}")
                self.b.empty()
                self.sending = False
        self.seen_a = self.a.mark()
        for e in self.b.events[self.seen_b:]:
            if e["event"] == "offer":
                self.b.tell(f"/accept {e['transfer']}")
            elif e["event"] == "transfer" and e["state"] == "running":
                self.done = True  # a place from which on it counts
        self.seen_b = self.b.mark()

    def run(self, count, seconds=60):
        """Until there are that many; with transfers, until these are over."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.path and not self.sending:
                if self.transfers == 0:
                    break
                self.transfers -= 1
                self.a.tell(f"/send boris {self.path}")
                self.sending = True
            if not self.path and len(self.times) >= count:
                break
            left = self.next - time.perf_counter()
            if self.asked is None and left <= 0:
                self.say()
                left = 0.2
            Peer.pump(left if self.asked is None else 0.2)
            self.look()
        return self.times


def quiet(a, b, count=300):
    Talk(a, b).run(30)
    return Talk(a, b).run(count)


def bench_chat(program, folder):
    path = f"{folder}/bulk.bin"
    make_file(path, SIZE)
    a, b = pair(program, folder)
    idle = quiet(a, b)
    figure("chat, idle, delivered", f"median {median(idle):.2f} ms, p99 {p99(idle):.2f} ms ({len(idle)} messages)",
           median(idle) <= 1, "median at most 1 ms")
    busy = Talk(a, b, path, 4).run(0)
    figure("chat, beside a transfer at full speed, delivered",
           f"median {median(busy):.2f} ms, p99 {p99(busy):.2f} ms ({len(busy)} messages)", p99(busy) < 5, "p99 under 5 ms")
    a.close()
    b.close()
    os.unlink(path)


def fdatasync_ms(folder, count=200):
    """What a file that grows by 4 KiB takes to be safe."""
    times = []
    fd = os.open(f"{folder}/probe", os.O_CREAT | os.O_WRONLY, 0o600)
    for _ in range(count):
        os.write(fd, b"x" * 4096)
        begin = time.perf_counter()
        os.fdatasync(fd)
        times.append((time.perf_counter() - begin) * 1000)
    os.close(fd)
    return median(times)


def bench_chatdisk(program, folder):
    at = tempfile.mkdtemp(prefix="p2p-tui-bench-", dir=os.environ.get("BENCH_DISK", os.getcwd()))
    try:
        a, b = pair(program, at)
        before = fdatasync_ms(at)
        times = quiet(a, b)
        one = median([before, fdatasync_ms(at)])
        figure("chat, on disk, delivered", f"median {median(times):.2f} ms, {median(times) / one:.2f} times one fdatasync "
               f"({one:.2f} ms)", median(times) <= 2 * one, "at most 2 times")
        a.close()
        b.close()
    finally:
        shutil.rmtree(at, ignore_errors=True)


def bench_queue(program, folder, count=10000):
    """What waits for somebody who comes back."""
    a, b = pair(program, folder)
    b.close()
    a.wait("peer", start=a.mark() - 1, state="offline")
    mark = a.mark()
    a.tell_many(f'{{"cmd": "say", "to": "boris", "text": "message {n} of those that wait", "tag": "q{n}"}}'
                for n in range(count))
    a.wait("message", start=mark, tag=f"q{count - 1}")
    rates = []
    a.raw = []
    b.start()
    b.raw = []
    got, first, last = 0, None, None
    deadline = time.monotonic() + 60
    while got < count and time.monotonic() < deadline:
        Peer.pump(1)
        for now, lines in a.raw:
            n = sum(b'"delivered"' in line for line in lines)
            got += n
            if first is None and any(b'"online"' in line for line in lines):
                first = now
            if n:
                last = now
        a.raw.clear()
        b.raw.clear()
    if got < count or first is None:
        raise RuntimeError(f"only {got} of {count} arrived")
    rates = count / (last - first)
    figure("chat, 10,000 that waited", f"{last - first:.2f} s, {rates:,.0f} messages/s", rates >= 20000,
           "at least 20,000/s")
    a.close()
    b.close()


def bench_link(program, folder):
    """20 Mbit/s both ways, and a transfer that takes all of it."""
    made = shaped_pair(program, folder, rate="20mbit")
    if made is None:
        return
    a, b, lab = made
    try:
        path = f"{folder}/bulk.bin"
        make_file(path, 24 << 20)
        alone = quiet(a, b, 100)
        busy = Talk(a, b, path, 1).run(0, 90)
        say(f"link of 20 Mbit/s, idle: median {median(alone):.1f} ms")
        figure("link of 20 Mbit/s, beside a transfer that saturates it, delivered",
               f"median {median(busy):.1f} ms, p99 {p99(busy):.1f} ms ({len(busy)} messages)", median(busy) < 20,
               "median under 20 ms")
    finally:
        a.kill()
        b.kill()
        lab.close()
