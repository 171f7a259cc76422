"""Real processes on hosts of their own, which are network namespaces with a bridge between them: contacts find each other after a start,
after a change of address, over several interfaces, with IPv6 alone, on one host; people are visible; a program that listens on loopback
says nothing to the network."""

import os
import time

from hosts import Machine, Sniffer, Switch, QUICK, befriend, both, find_each_other, gets, online, person, start
from peer import Home, diag, done, equal, ok, wait_until


def two_hosts():
    global ada, boris, first, second, switch
    switch = Switch("sw")
    first, second = Machine("h1", switch, "10.66.0.1"), Machine("h2", switch, "10.66.0.2")
    ada, boris = person("ada", first), person("boris", second)
    start(ada, boris)
    befriend(ada, boris)
    ada.stop()
    boris.stop()
    first.address("eth0", "10.67.0.11")
    second.address("eth0", "10.67.0.12")
    start(ada)
    start(boris)
    find_each_other(ada, boris, "both at new addresses: found within 3 s of the start")
    ok(gets(ada, boris, "hello"), "and a message goes over")


def addresses_change():
    # Let both settle, so that each is sure of the other.
    second.address("eth0", "10.67.0.99")
    began = time.monotonic()
    ok(gets(boris, ada, "moved"), "who moves is back, and its message there, within 3 s")
    diag("after %.2f s" % (time.monotonic() - began))
    find_each_other(ada, boris, "both know it", began)
    first.address("eth0", "10.67.0.98")
    second.address("eth0", "10.67.0.97")
    began = time.monotonic()
    ok(gets(ada, boris, "both moved"), "both move at once: a message is there within 3 s")
    diag("after %.2f s" % (time.monotonic() - began))


def cable():
    first.ip("link", "set", "eth0", "down")
    ok(wait_until(lambda: not online(ada, boris), QUICK), "an interface that goes down is noticed within 3 s")
    first.ip("link", "set", "eth0", "up")
    # Linux forgets IPv6 addresses with the link, IPv4 ones stay.
    began = time.monotonic()
    find_each_other(ada, boris, "up again: found within 3 s", began)
    ok(gets(ada, boris, "cable"), "and a message goes over")


def second_interface():
    global eve
    other = Switch("sw2")
    third = Machine("h3", other, "10.68.0.3")
    eve = person("eve", third)
    other.plug(first, "eth1")
    first.ip("addr", "add", "10.68.0.1/24", "dev", "eth1")
    start(eve)
    befriend(ada, eve)
    eve.stop()
    third.address("eth0", "10.68.0.33")
    start(eve)
    find_each_other(ada, eve, "over a second interface: found within 3 s")
    eve.stop()


def only_ipv6():
    switch6 = Switch("sw6")
    left, right = Machine("h4", switch6), Machine("h5", switch6)
    finn, gus = person("finn", left), person("gus", right)
    start(finn, gus)
    ok(finn.say(cmd="add", name="gus", invite=gus.run.invite), "with link-local addresses alone: finn adds gus")
    ok(gus.say(cmd="add", name="finn", invite=finn.run.invite), "and back, neither invite having an address")
    began = time.monotonic()
    find_each_other(finn, gus, "they find each other within 3 s", began)
    ok(gets(finn, gus, "six"), "and talk")
    gus.stop()
    start(gus)
    find_each_other(finn, gus, "and again after a restart")
    finn.stop()
    gus.stop()


def one_host():
    alone = Machine("h6")
    hal, ivy = person("hal", alone), person("ivy", alone)
    start(hal, ivy)
    befriend(hal, ivy)
    ivy.stop()
    ivy.listen = "127.0.0.1:0"
    start(ivy)
    find_each_other(hal, ivy, "two on one host without any network, one at another port: found within 3 s")
    hal.stop()
    ivy.stop()


def one_host_of_many():
    """Two programs at one host of a network, and somebody at another one: each finds each."""
    third, fourth = Machine("h7", switch, "10.67.0.7"), Machine("h8", switch, "10.67.0.8")
    joe, kim, leo = person("joe", third), person("kim", third, "[::]:0"), person("leo", fourth)
    start(joe, kim, leo)
    for a, b in ((joe, kim), (joe, leo), (kim, leo)):
        befriend(a, b)
    for p in (joe, kim, leo):
        p.stop()
    fourth.address("eth0", "10.67.0.88")
    third.address("eth0", "10.67.0.77")
    start(joe, kim, leo)
    began = time.monotonic()
    for a, b in ((joe, kim), (joe, leo), (kim, leo)):
        find_each_other(a, b, "two at one host, one elsewhere: %s and %s" % (a.nickname, b.nickname), began)
    third.address("eth0", "10.67.0.78")
    began = time.monotonic()
    ok(gets(leo, kim, "both moved"), "their host moves: a message is there within 3 s")
    ok(gets(leo, joe, "both moved"), "at both")
    diag("after %.2f s" % (time.monotonic() - began))
    for p in (joe, kim, leo):
        p.stop()


def visible():
    status, out, _ = second_call("nearby", "--wait", "1")
    equal((status, out), (0, ""), "nobody is visible")
    ok(ada.say(cmd="visible", time="10m"), "ada is visible for ten minutes")
    status, out, _ = second_call("nearby", "--wait", "2")
    address = "10.67.0.98:41555"
    lines = [line.split("\t") for line in out.splitlines()]
    ok(status == 0 and ["ada", address, ""] in lines and len(lines) == 1, "nearby shows her name and address: %r" % out)
    lena.start()
    lena.key = lena.run.key
    told = lena.run.wait("nearby", nick="ada", address=address)
    ok(told and told["state"] == "seen", "run --json tells it as an event")
    ok(lena.say(cmd="add", name="Ada", address=address), "somebody says hello")
    ok(ada.run.wait("request", peer=lena.key, nick="lena"), "which is a request there")
    mark = len(lena.run.events)
    ok(ada.say(cmd="visible", time="off"), "ada hides again")
    ok(lena.run.wait("nearby", since=mark, address=address, state="gone"), "which is told")
    lena.stop()


def doctor():
    mark = len(ada.run.events)
    ok(ada.say(cmd="doctor"), "/doctor")
    said = [e["text"] for e in ada.run.events[mark:] if e["event"] == "text"]
    for want in ("Interface eth0: 10.67.0.98", "Listening on [::]:41555.", "10.67.0.98:41555 answers a call from this machine.",
                 "of these heard back", "boris: online at 10.67.0.97", "eve: not "):
        ok([line for line in said if want in line], "it says: %s" % want) or diag(said)
    status, out, err = ada.call("doctor")
    ok(status == 0 and "/doctor" in out and "yours alone (mode 700)" in out, "doctor beside a running program says where to ask")
    os.chmod(lena.path, 0o755)
    status, out, err = lena.call("doctor")
    ok(status == 0 and "others on this machine have access" in out, "doctor tells of permissions") or diag(out + err)
    os.chmod(lena.path, 0o700)
    ok("Beacons since the start: " in out and "\nAda: online at 10.67.0.98:41555" in out, "and of the network") or diag(out)
    status, out, err = Home.call(Nobody(), "doctor")
    ok(status == 1 and "init" in err, "without an identity it fails in a sentence")


class Nobody(Home):
    def __init__(self):
        self.path = os.path.join(lena.path, "nothing")
        self.port = 0


def second_call(*words):
    return lena.call(*words)


def loopback_is_silent():
    quiet = person("mia", first, "127.0.0.1:0")
    sniff = Sniffer(first, "eth0")
    start(quiet)
    ok(quiet.say(cmd="add", name="nobody", invite=lena_invite), "one that listens on loopback has a contact to find")
    ok(quiet.say(cmd="visible", time="10m"), "and is visible")
    # Ada's own beacons show that the sniffer hears.
    ok(ada.say(cmd="visible", time="10m"), "one that listens everywhere is visible, too")
    ok(wait_until(lambda: any(b"ada" in b[346:] for b in sniff.look())), "and is heard on the wire")
    equal([b for b in sniff.look() if b"mia" in b[346:]], [], "the other one is not")
    equal(sniff.ttls, {1}, "beacons go no further than this network (TTL 1)")
    equal({b[:5] for b in sniff.look()}, {b"P2PB\x01"}, "all are beacons")
    quiet.stop()
    ada.say(cmd="visible", time="off")


def off():
    ok(ada.say(cmd="set", option="nearby", value="off"), "nearby off")
    boris.stop()
    sniff = Sniffer(first, "eth0")
    second.address("eth0", "10.67.0.50")
    start(boris)
    ok(wait_until(lambda: both(ada, boris)), "boris knows where ada is")
    sniff.look()
    ok("10.67.0.98" not in sniff.sources, "ada says nothing")
    ok(ada.say(cmd="set", option="nearby", value="on"), "nearby on")
    boris.stop()
    ok(wait_until(lambda: sniff.look() and "10.67.0.98" in sniff.sources), "with boris away, ada calls out")


two_hosts()
addresses_change()
cable()
second_interface()
only_ipv6()
one_host()
one_host_of_many()
lena = person("lena", second)
lena.start()
lena_invite = lena.run.invite
lena.stop()
visible()
doctor()
loopback_is_silent()
off()
ada.stop()
done()
