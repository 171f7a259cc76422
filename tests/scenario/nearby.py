"""Real processes on hosts of their own, which are network namespaces with a bridge between them: contacts find each other after a start,
after a change of address, over several interfaces, with IPv6 alone, on one host; people are visible; a program that listens on loopback
says nothing to the network."""

import os
import time

from hosts import Machine, Sniffer, Switch, QUICK, befriend, both, find_each_other, gets, online, person, start, told_by_doctor
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


def renumber(host, mac, address=None):
    """Another link-local address on its second interface, and that IPv4 address or none."""
    host.ip("link", "set", "eth1", "down", "address", mac)
    host.ip("-4", "addr", "flush", "dev", "eth1")
    if address:
        host.ip("addr", "add", address + "/24", "dev", "eth1")
    host.ip("link", "set", "eth1", "up")


def second_interface():
    """The network they share is the second one of both, and whatever each knew of the other there is over before they start."""
    global eve
    other, lonely = Switch("sw2"), Switch("sw3")
    third = Machine("h3", lonely, "10.69.0.3")
    eve = person("eve", third)
    for host, address in ((first, "10.68.0.1"), (third, "10.68.0.3")):
        other.plug(host, "eth1")
        host.ip("addr", "add", address + "/24", "dev", "eth1")
    start(eve)
    befriend(ada, eve)
    for round, (what, mine, hers) in enumerate((("over a second interface", "10.68.0.11", "10.68.0.33"),
                                                ("with IPv6 alone on it", None, None))):
        eve.stop()
        ada.stop()
        renumber(first, "02:00:00:00:%02x:01" % round, mine)
        renumber(third, "02:00:00:00:%02x:03" % round, hers)
        start(ada)
        start(eve)
        find_each_other(ada, eve, "%s: found within 3 s" % what)
        ok(gets(ada, eve, what), "and a message goes over")
    eve.stop()


def many_addresses():
    """A host of more addresses than are used: IPv6, which the system lists last, is not what is left out."""
    crowd = Switch("sw9")
    left, right = Machine("h9", crowd), Machine("h10", crowd)
    Switch("sw10").plug(left, "eth1")
    for i in range(1, 101):
        left.ip("addr", "add", "10.70.0.%d/32" % i, "dev", "eth1")
    nora, otto = person("nora", left), person("otto", right)
    start(nora, otto)
    ok(nora.say(cmd="add", name="otto", invite=otto.run.invite), "with a hundred addresses: nora adds otto")
    ok(otto.say(cmd="add", name="nora", invite=nora.run.invite), "and back")
    find_each_other(nora, otto, "they find each other by IPv6 within 3 s")
    left_out = told_by_doctor(nora, "Addresses of this machine that are not used")
    ok(len(left_out) == 1 and int(left_out[0].rsplit(" ", 1)[1].rstrip(".")) >= 37, "and doctor says how many are not used") or diag(left_out)
    equal(told_by_doctor(otto, "Addresses of this machine that are not used"), [], "nothing of that where all are")
    nora.stop()
    otto.stop()


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


def detection():
    """IPv6 alone, where the kernel looks for duplicates of an address before anything can be sent from it, as it does by itself."""
    for seconds in (1, 3):
        switch6 = Switch("dad%d" % seconds)
        left, right = [Machine("d%d%s" % (seconds, side), switch6, dad=seconds) for side in "lr"]
        olga, paul = person("olga%d" % seconds, left), person("paul%d" % seconds, right)
        start(olga, paul)
        ok(olga.say(cmd="add", name=paul.nickname, invite=paul.run.invite), "duplicates are looked for, %d s: olga adds paul" % seconds)
        ok(paul.say(cmd="add", name=olga.nickname, invite=olga.run.invite), "and back")
        ok(wait_until(lambda: settled(left) and settled(right)), "the addresses are good")
        find_each_other(olga, paul, "they find each other within 3 s")
        ok(gets(olga, paul, "hello") and gets(paul, olga, "hello"), "they talk")
        left.ip("link", "set", "eth0", "down")
        # A session that began at that very moment is found dead as any that says nothing.
        ok(wait_until(lambda: not online(olga, paul), 65), "the link is down")
        left.ip("link", "set", "eth0", "up")
        began = time.monotonic()
        ok(wait_until(lambda: settled(left)), "up again: the kernel looks for duplicates")
        diag("for %.2f s" % (time.monotonic() - began))
        find_each_other(olga, paul, "found within 3 s of the end of that")
        diag("%.2f s from the link" % (time.monotonic() - began))
        olga.stop()
        paul.stop()


def settled(host):
    shown = host.run("ip", "-6", "addr", "show", "dev", "eth0", "scope", "link")
    return b"fe80" in shown and b"tentative" not in shown


def one_host():
    alone = Machine("h6")
    hal, ivy = person("hal", alone), person("ivy", alone)
    start(hal, ivy)
    befriend(hal, ivy)
    ivy.stop()
    hal.stop()
    hal.listen, ivy.listen = "[::]:0", "127.0.0.1:0"
    start(hal)
    start(ivy)
    find_each_other(hal, ivy, "two on one host without any network, both at other ports: found within 3 s")
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
many_addresses()
only_ipv6()
detection()
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
