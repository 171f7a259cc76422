"""Mallory between two hosts: she has a leg on each side, with the address of whoever is on the other one, so that neither notices. What she
does there is the business of t-attacker, which has keys, or of the Relay here, which knows of nothing but bytes."""

import os
import queue
import select
import socket
import threading

from hosts import Machine, inside
from peer import PATIENCE, processes

ATTACKER = os.path.join(os.environ.get("top_builddir") or ".", "t-attacker")
PORT = 41555


class Attacker:
    """t-attacker at a host, while it answers callers: each line it says is kept."""

    def __init__(self, machine, *words):
        self.process = machine.begin(ATTACKER, *words)
        self.lines = []
        self.told = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()
        self.wait("ready")

    def read(self):
        for line in self.process.stdout:
            self.told.put(line.decode(errors="replace").strip())

    def hear(self):
        """All it has said so far."""
        while not self.told.empty():
            self.lines.append(self.told.get())
        return self.lines

    def wait(self, start):
        """The first line it says from now on that begins so; None if none does."""
        try:
            while True:
                self.lines.append(self.told.get(timeout=PATIENCE / 3))
                if self.lines[-1].startswith(start):
                    return self.lines[-1]
        except queue.Empty:
            return None

    def stop(self):
        self.process.kill()
        self.process.wait()
        processes.remove(self.process)


def attack(machine, *words):
    """t-attacker at a host, to its end: what it said."""
    return machine.run(ATTACKER, *words).decode(errors="replace").strip()


class Middle:
    """Steps between `caller` and everybody else on its switch; `callee` is who is called through her."""

    def __init__(self, switch, caller, callee):
        self.switch, self.caller, self.callee = switch, caller, callee
        switch.segment("br1")
        self.left, self.right = Machine("ml"), Machine("mr")
        for leg, bridge, of in ((self.left, "br1", callee), (self.right, "br1", caller)):
            switch.plug(leg, "eth0", bridge)
            leg.ip("link", "set", "eth0", "address", of.run("ip", "-o", "link", "show", "eth0").decode().split("link/ether ")[1].split()[0])
        self.right.pull("eth0")
        self.left.address("eth0", callee.ipv4)
        self.right.address("eth0", caller.ipv4)

    def step_in(self):
        self.caller.plug("eth0", "br1")
        self.right.plug("eth0")

    def step_out(self):
        self.right.pull("eth0")
        self.caller.plug("eth0")


class Call:
    """One connection through her: what came from the caller and from the callee, before it was changed."""

    def __init__(self, caller):
        self.caller = caller
        self.said = {True: b"", False: b""}
        self.over = threading.Event()


class Relay:
    """Carries bytes. `change(from_caller, offset, data)` gives what goes on instead; `to` is a host and an address, None: all goes back to
    whoever said it; bytes: those are said to whoever calls, and nothing else."""

    def __init__(self, middle, to, change=None):
        self.to, self.change = to, change
        self.calls = []
        with inside(middle.left):
            self.socket = socket.create_server(("0.0.0.0", PORT))
        self.accepting = threading.Thread(target=self.accept, daemon=True)
        self.accepting.start()

    def accept(self):
        while True:
            try:
                caller = self.socket.accept()[0]
            except OSError:
                return
            call = Call(caller)
            self.calls.append(call)
            threading.Thread(target=self.carry, args=(call,), daemon=True).start()

    def other_side(self, call):
        if self.to is None:
            return call.caller
        if isinstance(self.to, bytes):
            call.caller.sendall(self.to)
            return None
        with inside(self.to[0]):
            return socket.create_connection((self.to[1], PORT), PATIENCE)

    def carry(self, call):
        try:
            callee = self.other_side(call)
            ends = {call.caller: callee, callee: call.caller} if callee else {call.caller: None}
            while self.pass_on(call, ends):
                pass
        except OSError:
            callee = None
        for end in (call.caller, callee):
            if end:
                end.close()
        call.over.set()

    def pass_on(self, call, ends):
        for end in select.select(list(ends), [], [], PATIENCE)[0]:
            from_caller = end is call.caller
            data = end.recv(65536)
            if not data:
                return False
            offset = len(call.said[from_caller])
            call.said[from_caller] += data
            if self.change:
                data = self.change(from_caller, offset, data)
            if ends[end]:
                ends[end].sendall(data)
        return True

    def stop(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.accepting.join()
        self.socket.close()
        for call in self.calls:
            try:
                call.caller.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def flip(from_caller, at):
    """One bit of the byte at that place from that side is another one."""
    def change(caller, offset, data):
        if caller != from_caller or not offset <= at < offset + len(data):
            return data
        data = bytearray(data)
        data[at - offset] ^= 1
        return bytes(data)
    return change
