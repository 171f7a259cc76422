"""Hosts that are network namespaces, with bridges between them, and people at them. All interfaces are made inside the namespaces, so that the
machine's own network is not touched."""

import atexit
import contextlib
import ctypes
import os
import socket
import struct
import subprocess
import time

from peer import PATIENCE, PROGRAM, Home, clean_up as end_processes, diag, ok, processes, wait_until

QUICK = 3.0 * (PATIENCE / 30)
GROUP = socket.inet_aton("239.255.41.55")
spaces = []


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


def space(name):
    full = "p2pt-%d-%s" % (os.getpid(), name)
    ip("netns", "add", full)
    spaces.append(full)
    return full


def clean_up():
    """The processes end first: what runs in a namespace keeps it. (atexit goes backwards, so this comes before that of peer.py.)"""
    end_processes()
    while spaces:
        subprocess.run(["ip", "netns", "del", spaces.pop()], capture_output=True)


atexit.register(clean_up)


libc = ctypes.CDLL(None, use_errno=True)


def enter(fd):
    if libc.setns(fd, 0) != 0:
        raise OSError(ctypes.get_errno(), "setns")


@contextlib.contextmanager
def inside(machine):
    """Sockets made here are that host's. It holds for this thread alone."""
    here, there = [os.open(path, os.O_RDONLY) for path in ("/proc/thread-self/ns/net", "/run/netns/" + machine.space)]
    enter(there)
    try:
        yield
    finally:
        enter(here)
        os.close(here)
        os.close(there)


class Switch:
    def __init__(self, name):
        self.space = space(name)
        self.ports = 0
        self.segment("br0")

    def segment(self, bridge):
        """A part of the switch that has nothing to do with its other ones."""
        ip("-n", self.space, "link", "add", bridge, "type", "bridge", "forward_delay", "0", "mcast_snooping", "0")
        ip("-n", self.space, "link", "set", bridge, "up")

    def plug(self, host, interface, bridge="br0", dad=0):
        """dad: how many seconds, and up to one more, the host looks whether another one has its new IPv6 address."""
        self.ports += 1
        port = "p%d" % self.ports
        host.ports[interface] = (self, port)
        ip("-n", self.space, "link", "add", port, "type", "veth", "peer", "name", interface, "netns", host.space)
        ip("-n", self.space, "link", "set", port, "master", bridge, "up")
        subprocess.run(["nsenter", "--net=/run/netns/" + host.space, "sh", "-c",
                        "cd /proc/sys/net/ipv6/conf/%s && echo %d >accept_dad && echo %d >dad_transmits" % (interface, dad > 0, dad)],
                       check=True)
        host.ip("link", "set", interface, "up")


class Machine:
    def __init__(self, name, switch=None, address=None, dad=0):
        self.space = space(name)
        self.ports = {}
        self.ip("link", "set", "lo", "up")
        if switch:
            switch.plug(self, "eth0", dad=dad)
        if address:
            self.address("eth0", address)

    def ip(self, *words):
        ip("-n", self.space, *words)

    def pull(self, interface):
        """The cable is pulled at the far side of the switch: the host itself sees nothing of it."""
        switch, port = self.ports[interface]
        ip("-n", switch.space, "link", "set", port, "nomaster")

    def plug(self, interface, bridge="br0"):
        switch, port = self.ports[interface]
        ip("-n", switch.space, "link", "set", port, "master", bridge)

    def run(self, *argv):
        """Something run at this host: its standard output."""
        return subprocess.run(["nsenter", "--net=/run/netns/" + self.space, *argv], capture_output=True, timeout=PATIENCE).stdout

    def begin(self, *argv):
        """Something that runs on, and is ended with the test: its standard output is a pipe."""
        p = subprocess.Popen(["nsenter", "--net=/run/netns/" + self.space, *argv], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        processes.append(p)
        return p

    def address(self, interface, address):
        """Its one IPv4 address from now on."""
        self.ipv4 = address
        self.ip("-4", "addr", "flush", "dev", interface)
        self.ip("addr", "add", address + "/24", "dev", interface)


class Person(Home):
    """Somebody at a machine, where the program listens as it does by itself."""

    def __init__(self, name, machine, listen=None, home=None):
        self.machine = machine
        self.listen = listen
        super().__init__(home or name, name, port=41555)

    def argv(self, *words):
        listen = ["--listen", self.listen] if self.listen else []
        return ["nsenter", "--net=/run/netns/" + self.machine.space, PROGRAM, "--home", self.path, *listen, *words]

    def say(self, **command):
        return self.run.did(**command)


def online(a, b):
    """Whether a's newest word about b is that it is there."""
    told = a.run.find("peer", peer=b.key)
    return bool(told) and told[-1]["state"] == "online"


def both(a, b):
    return online(a, b) and online(b, a)


def find_each_other(a, b, what, since=None):
    start = since or time.monotonic()
    good = wait_until(lambda: both(a, b), QUICK - (time.monotonic() - start))
    took = time.monotonic() - start
    if ok(good, what):
        diag("after %.2f s" % took)
    else:
        for p in (a, b):
            for e in p.run.events[-5:]:
                diag(e)
    return good


def start(*people):
    for p in people:
        p.start()
        p.key = p.run.key


def befriend(a, b):
    ok(a.say(cmd="add", name=b.nickname, invite=b.run.invite), "%s adds %s" % (a.nickname, b.nickname))
    ok(b.say(cmd="add", name=a.nickname, invite=a.run.invite), "and back")
    ok(wait_until(lambda: both(a, b)), "both are online")


def person(name, machine, listen=None, home=None):
    p = Person(name, machine, listen, home)
    p.nickname = name
    return p


def gets(a, b, text):
    """A message from a arrives at b."""
    mark = len(b.run.events)
    a.say(cmd="say", to=b.nickname, text=text)
    return b.run.wait("message", patience=QUICK, since=mark, text=text) is not None


def told_by_doctor(p, begin):
    """The lines of the doctor's report at p that begin so."""
    mark = p.run.mark()
    tag = p.run.do(cmd="doctor")
    p.run.wait("done", since=mark, tag=tag)
    return [e["text"] for e in p.run.find("text", since=mark, tag=tag) if e["text"].startswith(begin)]


# ---- a raw look at a network ----

ANSWERED = 354


def knock(machine, address):
    """How much comes back to a stranger at a machine who says preamble and message 1 of suite 1: ANSWERED; or 0, silence."""
    n = 0
    with inside(machine):
        s = socket.socket()
    with s:
        s.settimeout(5)
        try:
            s.connect((address, 41555))
            s.sendall(b"P2PT\1\1\0\0" + b"\0\x20" + os.urandom(31) + b"\1")
            while n < ANSWERED:
                got = s.recv(4096)
                if not got:
                    break
                n += len(got)
        except OSError:
            pass
    return n


ETH_P_ALL = 3


class Sniffer:
    """All UDP datagrams to the group that pass an interface of a machine."""

    def __init__(self, machine, interface):
        with inside(machine):
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
            self.socket.bind((interface, ETH_P_ALL))
        self.socket.setblocking(False)
        self.beacons = []
        self.sources = []
        self.ttls = set()
        self.packets = 0

    def look(self):
        while True:
            try:
                p = self.socket.recv(2048)
            except BlockingIOError:
                return self.beacons
            self.packets += 1
            if len(p) > 28 and p[0] >> 4 == 4 and p[9] == 17 and p[16:20] == GROUP:
                self.ttls.add(p[8])
                self.beacons.append(p[28:])
                self.sources.append(socket.inet_ntoa(p[12:16]))
            elif len(p) > 48 and p[0] >> 4 == 6 and p[6] == 17 and p[24] == 0xff and \
                    struct.unpack(">H", p[42:44])[0] == 41555:
                self.ttls.add(p[7])
                self.beacons.append(p[48:])
