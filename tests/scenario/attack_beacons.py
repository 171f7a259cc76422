"""Ada and Boris find each other on a network where Mallory says beacons, too: a flood of her own, some in the name of others, those that Ada
said before, and from an address that Ada had. She costs them little, gets at most a call that says nothing, and nobody is kept apart."""

import os
import socket
import threading
import time

from flood import Flood, Sender, beacon
from hosts import Machine, Sniffer, Switch, befriend, both, find_each_other, gets, inside, online, person, start
from middle import PORT, Attacker
from peer import PATIENCE, diag, done, equal, ok, wait_until

TICKS = os.sysconf("SC_CLK_TCK")
# A first message with the door's key, and one without.
FIRST = (58, 42)
moved = 10


def move(*people):
    """They are somewhere else now, where nobody knows them."""
    global moved
    for p in people:
        moved += 1
        p.machine.address("eth0", "10.66.0.%d" % moved)


def apart(*people):
    """They end, and will begin somewhere else."""
    for p in people:
        p.stop()
    move(*people)


class Cost:
    """What a program has used, and what its host has sent, since then."""

    def __init__(self, p):
        self.pid = p.run.process.pid
        self.began = self.look()

    def look(self):
        with open("/proc/%d/stat" % self.pid) as f:
            words = f.read().rsplit(")", 1)[1].split()
        with open("/proc/%d/status" % self.pid) as f:
            resident = [int(line.split()[1]) for line in f if line.startswith("VmRSS")][0]
        with open("/proc/%d/net/dev" % self.pid) as f:
            sent = [int(line.split()[10]) for line in f if line.strip().startswith("eth0:")][0]
        return (int(words[11]) + int(words[12])) / TICKS, resident, sent, time.monotonic()

    def spent(self):
        """Part of one processor, KiB more, packets a second."""
        cpu, resident, sent, now = [b - a for a, b in zip(self.began, self.look())]
        return cpu / now, resident, sent / now


class Ear:
    """Takes calls at Mallory's host and says nothing: what each caller said."""

    def __init__(self):
        with inside(third):
            self.socket = socket.create_server(("0.0.0.0", PORT))
        self.calls = []
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()

    def listen(self):
        while True:
            try:
                s, whence = self.socket.accept()
            except OSError:
                return
            call = [s, b"", whence[0]]
            self.calls.append(call)
            threading.Thread(target=self.hear, args=(call,), daemon=True).start()

    def hear(self, call):
        try:
            got = b"?"
            while got:
                got = call[0].recv(4096)
                call[1] += got
        except OSError:
            pass

    def stop(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        for s, _, _ in [(self.socket, 0, 0)] + self.calls:
            s.close()


def floods():
    anywhere = ["10.66.0.%d" % n for n in range(100, 250)]
    nobody = [beacon() for _ in range(500)]
    loud = [beacon(port=40000 + n, nick=b"mallory %d" % n, asks=True) for n in range(500)]
    for what, beacons, rate, sources in (("of one address", nobody, 3000, (None,)), ("that says names and asks for answers", loud, 3000, (None,)),
                                         ("from any address", loud, 3000, anywhere), ("from theirs", nobody, 3000, "theirs")):
        apart(ada, boris)
        flood = Flood(mallory, beacons, rate, [p.machine.ipv4 for p in (ada, boris)] if sources == "theirs" else sources)
        began = time.monotonic()
        start(ada, boris)
        find_each_other(ada, boris, "a flood %s, and both have moved: found within 3 s" % what, began)
        costs = [Cost(p) for p in (ada, boris)]
        marks = [p.run.mark() for p in (ada, boris)]
        wait_until(lambda: flood.sent() > (time.monotonic() - began) * rate / 2 and time.monotonic() - costs[0].began[3] > 0.7)
        ok(gets(ada, boris, what), "they talk in the midst of it")
        spent = [c.spent() for c in costs]
        count, seconds = flood.stop()
        diag("%d beacons in %.1f s; processor %s" % (count, seconds, ", ".join("%.1f %%" % (100 * s[0]) for s in spent)))
        ok(max(s[0] for s in spent) < 0.5, "it costs no more than half a processor")
        ok(max(s[1] for s in spent) < 4096, "and no memory: %s KiB" % max(s[1] for s in spent))
        ok(max(s[2] for s in spent) < 60, "nor makes it either of them loud: %.0f packets a second" % max(s[2] for s in spent))
        equal([e for p, mark in zip((ada, boris), marks) for e in p.run.find("peer", mark, state="offline")], [], "nobody is away for a moment")
        seen = {}
        for e in ada.run.find("nearby"):
            seen[e["address"]] = e["state"]
        ok(list(seen.values()).count("seen") <= 32, "at most 32 people are shown: %d" % list(seen.values()).count("seen"))


def forged():
    """Somebody who says to be Boris, and slots that are for nobody."""
    ear = Ear()
    mark = ada.run.mark()
    for _ in range(10):
        mallory.say(beacon(port=PORT, nick=b"boris"))
    ok(ada.run.wait("nearby", since=mark, nick="boris", state="seen"), "whoever is visible as boris is shown as that")
    equal((ada.run.find("peer", mark), len(ear.calls)), ([], 0), "and is not the contact of that name, nor called")
    ear.stop()


def record(p):
    """A beacon of somebody who is alone, and where that was."""
    sniff = Sniffer(third, "eth0")
    start(p)
    where = p.machine.ipv4
    ok(wait_until(lambda: where in (sniff.look() and sniff.sources)), "a beacon of %s is recorded" % p.nickname)
    p.stop()
    return sniff.beacons[sniff.sources.index(where)], where


def replayed():
    """Mallory has a beacon of each, and then also the addresses they came from, where she takes calls and is silent."""
    apart(ada, boris)
    hers, his = record(ada), record(boris)
    move(ada, boris)
    ear = Ear()
    start(boris)
    for _ in range(20):
        mallory.say(hers[0])
        mallory.say(hers[0], "10.66.0.77")
    third.address("eth0", hers[1])
    third.ip("addr", "add", his[1] + "/24", "dev", "eth0")
    equal(len(ear.calls), 0, "from another address it is nobody's")
    mallory.say(*hers)
    ok(wait_until(lambda: ear.calls), "from its own it has boris call there")
    flood = Flood(mallory, [hers[0], his[0]], 1000, (hers[1], his[1]))
    began = time.monotonic()
    start(ada)
    find_each_other(ada, boris, "who holds their calls does not keep them apart: found within 3 s", began)
    ok(gets(ada, boris, "it is me"), "they talk")
    flood.stop()
    said = [len(c[1]) for c in ear.calls]
    ok(all(n in FIRST for n in said), "the callers did not say who they were: %s" % said)
    for p in (ada, boris):
        ok([c[2] for c in ear.calls].count(p.machine.ipv4) <= 2, "%s has called once, with the key of the door and without" % p.nickname)
    ear.stop()


def impostor():
    """The same, and she answers with a key of her own."""
    apart(ada, boris)
    said, where = record(ada)
    move(ada)
    third.address("eth0", where)
    start(boris)
    boris.run.do(cmd="say", to="ada", text="for ada alone")
    eve = Attacker(third, "answer", "nick=ada")
    mallory.say(said, where)
    equal(eve.wait("shy"), "shy 42", "who answers there with another key does not hear who called")
    mark = boris.run.mark()
    ok(not online(boris, ada), "and is not ada")
    start(ada)
    ok(ada.run.wait("message", text="for ada alone"), "whom the message reaches when she is there")
    equal(boris.run.find("peer", mark, trust="changed"), [], "her key was never in doubt")
    eve.stop()


def hammered():
    """A session stands, and what Ada says is said again and again, from where she is and from elsewhere."""
    apart(ada, boris)
    said, where = record(ada)
    start(ada, boris)
    ok(wait_until(lambda: both(ada, boris)), "they are together")
    marks = [p.run.mark() for p in (ada, boris)]
    cost = Cost(boris)
    flood = Flood(mallory, [said], 1000, (where, "10.66.0.77"))
    heard = [gets(ada, boris, "word %d" % n) and wait_until(lambda: flood.sent() > 50 * n) for n in range(30)]
    ok(all(heard), "what she says arrives while her beacon is said a thousand times a second")
    flood.stop()
    equal([e for p, mark in zip((ada, boris), marks) for e in p.run.find("peer", mark, state="offline")], [], "the session stands")
    ok(cost.spent()[0] < 0.5, "and costs no more than half a processor")


switch = Switch("sw")
first, second, third = [Machine("h%d" % n, switch, "10.66.0.%d" % n) for n in (1, 2, 3)]
ada, boris = person("ada", first), person("boris", second)
start(ada, boris)
befriend(ada, boris)
mallory = Sender(third)
for function in (floods, forged, replayed, impostor, hammered):
    diag(function.__name__)
    function()
done()
