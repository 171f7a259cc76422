"""Paths that are slow, long or lossy, in network namespaces of their own; what a plain TCP copy makes of them beside us."""

import os
import shutil
import subprocess
import sys
import time

from peers import Peer, at_end, figure, make_file, median, meet, say, send, started, stop

HERE = os.path.dirname(os.path.abspath(__file__))

COPY = r"""
import socket, sys, time
way, host, path = sys.argv[1:]
if way == "take":
    s = socket.create_server((host, 7))
    print("here", flush=True)
    c = s.accept()[0]
    buf, n = bytearray(1 << 20), 0
    with open(path, "wb") as f:
        while (got := c.recv_into(buf)):
            f.write(memoryview(buf)[:got])
    c.send(b"!")
else:
    begin = time.perf_counter()
    c = socket.create_connection((host, 7))
    with open(path, "rb") as f:
        c.sendfile(f)
    c.shutdown(socket.SHUT_WR)
    c.recv(1)
    print(time.perf_counter() - begin)
"""


def run(*argv):
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


class Lab:
    """Two namespaces, 10.77.0.1 and 10.77.0.2."""

    def __init__(self):
        self.names = [f"p2pbench{os.getpid()}{side}" for side in "ab"]
        self.relay = None
        self.made = []
        at_end(self.close)
        for name in self.names:
            run("ip", "netns", "add", name)
            self.made.append(name)
            run("ip", "-n", name, "link", "set", "lo", "up")

    def inside(self, side):
        return ["ip", "netns", "exec", self.names[side]]

    def address(self, device):
        for side, name in enumerate(self.names):
            run("ip", "-n", name, "addr", "add", f"10.77.0.{side + 1}/24", "dev", device)
            run("ip", "-n", name, "link", "set", device, "up")

    def cable(self, rate):
        a, b = self.names
        run("ip", "-n", a, "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", b)
        self.address("cable")
        for name in self.names:
            run("tc", "-n", name, "qdisc", "add", "dev", "cable", "root", "tbf", "rate", rate, "burst", "16kb", "latency", "50ms")

    def slow(self, built, folder, delay_ms, loss_permille, kbit):
        """What netem does, for kernels without: packets wait in a program between two tun devices."""
        tool = f"{folder}/slowpath"
        run(os.environ.get("CC", "cc").split()[-1], "-O2", "-D_GNU_SOURCE", f"-I{built}", "-o", tool, f"{HERE}/slowpath.c")
        self.relay = started([tool] + self.names + [str(delay_ms), str(loss_permille), str(kbit)],
                             stdout=subprocess.PIPE, text=True)
        if self.relay.stdout.readline().strip() != "ready":
            raise OSError("no tun devices")
        self.address("slow0")

    def close(self):
        if self.relay:
            stop(self.relay)
        while self.made:
            subprocess.run(["ip", "netns", "del", self.made.pop()], check=False)


def lab(setup):
    """None, and why, where this machine or this user cannot make one."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        say("paths: skipped, they need root and ip(8)")
        return None
    made = None
    try:
        made = Lab.__new__(Lab)
        made.made, made.relay = [], None
        made.__init__()
        setup(made)
        return made
    except (OSError, subprocess.CalledProcessError) as e:
        made.close()
        say(f"paths: skipped, this machine cannot make one: {getattr(e, 'stderr', None) or e}")
        return None


def pair_in(made, program, folder):
    a, b = (Peer(program, f"{folder}/{nick}", nick, prefix=made.inside(side), listen=f"10.77.0.{side + 1}:0")
            for side, nick in enumerate(("Ada", "Boris")))
    meet(a, b)
    return a, b


def shaped_pair(program, folder, rate):
    made = lab(lambda l: l.cable(rate))
    if made is None:
        return None
    return (*pair_in(made, program, folder), made)


def plain_copy(made, path, out):
    take = started(made.inside(1) + [sys.executable, "-c", COPY, "take", "10.77.0.2", out],
                   stdout=subprocess.PIPE, text=True)
    take.stdout.readline()
    got = subprocess.run(made.inside(0) + [sys.executable, "-c", COPY, "give", "10.77.0.2", path], check=True,
                         stdout=subprocess.PIPE, text=True)
    take.wait()
    os.unlink(out)
    return float(got.stdout)


def bench_path(program, folder, megabytes=64):
    """100 ms there and back, one packet in a hundred lost, 100 Mbit/s."""
    made = lab(lambda l: l.slow(os.path.dirname(program), folder, 50, 10, 100000))
    if made is None:
        return
    path = f"{folder}/bulk.bin"
    make_file(path, megabytes << 20)
    a, b = pair_in(made, program, folder)
    ours, plain = [], []
    try:
        for _ in range(3):
            ours.append(send(a, b, path))
            b.empty()
            plain.append(plain_copy(made, path, f"{folder}/copy"))
    finally:
        a.kill()
        b.kill()
        made.close()
    with open("/proc/sys/net/ipv4/tcp_congestion_control", encoding="utf-8") as f:
        how = f.read().strip()
    share = median(plain) / median(ours)
    figure("path of 100 ms that loses 1 %", f"{median(ours):.2f} s for {megabytes} MiB, plain TCP ({how}) {median(plain):.2f} s: "
           f"{share:.2f} of its speed", share >= 0.9, "at least 0.9")
