"""Beacons that nobody should have sent: made up, from one address or from any, as fast as can be or once."""

import os
import socket
import struct
import threading
import time

from hosts import inside

GROUP, PORT = "239.255.41.55", 41555
GROUP_MAC = bytes.fromhex("01005e7f2937")
SLOTS = 320


def beacon(port=0, nick=b"", asks=False, epoch=None):
    """A beacon whose slots are for nobody."""
    fixed = b"P2PB\1" + bytes((asks,)) + struct.pack(">I", epoch or int(time.time() / 3600)) + os.urandom(16 + SLOTS)
    values = (b"\1\2" + struct.pack(">H", port) if port else b"") + (b"\2" + bytes((len(nick),)) + nick if nick else b"")
    return fixed + values


def packet(source, payload):
    """That beacon as a packet from that IPv4 address."""
    udp = struct.pack(">HHHH", PORT, PORT, 8 + len(payload), 0) + payload
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 1, socket.IPPROTO_UDP, 0, socket.inet_aton(source), socket.inet_aton(GROUP))
    total = sum(struct.unpack(">10H", head))
    total = (total & 0xffff) + (total >> 16)
    return head[:10] + struct.pack(">H", 0xffff - (total & 0xffff) - (total >> 16)) + head[12:] + udp


class Sender:
    """Says beacons at a host, from its own address or, given a source, from any."""

    def __init__(self, machine, interface="eth0"):
        with inside(machine):
            self.plain = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.plain.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(machine.ipv4))
            self.raw = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
            self.to = (interface, 0x0800, 0, 0, GROUP_MAC)
        self.sent = 0

    def say(self, payload, source=None):
        if source:
            self.raw.sendto(packet(source, payload), self.to)
        else:
            self.plain.sendto(payload, (GROUP, PORT))
        self.sent += 1


class Flood:
    """Some thousand beacons a second until stop()."""

    def __init__(self, sender, beacons, rate, sources=(None,)):
        self.sender, self.rate, self.over = sender, rate, threading.Event()
        self.what = [(b, sources[i % len(sources)]) for i, b in enumerate(beacons)]
        self.began, self.before = time.monotonic(), sender.sent
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        n = 0
        while not self.over.is_set():
            due = int((time.monotonic() - self.began) * self.rate)
            while n < due:
                self.sender.say(*self.what[n % len(self.what)])
                n += 1
            self.over.wait(0.005)

    def sent(self):
        return self.sender.sent - self.before

    def stop(self):
        """How many it were, in how many seconds."""
        self.over.set()
        self.thread.join()
        return self.sent(), time.monotonic() - self.began
