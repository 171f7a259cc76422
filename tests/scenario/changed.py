"""Real processes on hosts of their own: a contact's key in doubt. Somebody else answers at the HOST:PORT where trust in a contact began; and at
an address that was only told; and a contact announces that another identity takes its place, to one who is there and one who comes later."""

import os
import re

from hosts import Machine, Switch, befriend, both, gets, online, person, start
from peer import done, equal, ok, wait_until

HIS = "10.66.0.2"
HERS = "10.66.0.4"


def trusts(home, name, want):
    """Whether that is what the home's list of contacts says, soon: it is read beside the running program."""
    return wait_until(lambda: [line.split("\t")[1] for line in home.call("contacts")[1].splitlines()
                               if line.split("\t")[0] == name] == [want])


def digits(home, name):
    return re.sub(r"\D", "", home.call("verify", name)[1])[:60]


def takes(machine, address, whose, instead):
    """An address goes from one machine to another, and ada's knows, as when the other one announces itself."""
    whose.address("eth0", instead)
    machine.address("eth0", address)
    first.ip("neigh", "flush", "dev", "eth0")


def offer(name):
    path = os.path.join(ada.downloads, name)
    with open(path, "w") as f:
        f.write(name)
    return [path]


def another_key_where_trust_began():
    ok(ada.say(cmd="add", name="bob", address=HIS + ":41555"), "ada takes who answers there for bob")
    ok(bob.run.wait("request", peer=ada.key), "who is asked")
    ok(bob.say(cmd="add", name="ada", key=ada.key), "and takes her")
    ok(wait_until(lambda: both(ada, bob)), "both are online")
    ok(trusts(ada, "bob", "pinned"), "he is held to that key")
    bob.stop()
    takes(third, HIS, second, "10.66.0.22")
    mark = ada.run.mark()
    start(mallory)
    ada.run.do(cmd="connect", name="bob")
    ok(ada.run.wait("peer", since=mark, name="bob", trust="changed"), "another key answers there while bob is away: changed")
    loud = ada.run.wait("error", since=mark)
    ok(loud and "bob's key" in loud["text"], "which is told loudly")
    ok(trusts(ada, "bob", "changed"), "and shown beside his name")
    ok(ada.say(cmd="say", to="bob", text="for bob alone"), "what ada says waits")
    ok(ada.say(cmd="send", to="bob", paths=offer("bob.txt")), "a file, too")
    ok(ada.run.wait("transfer", since=mark, dir="out", reason="check bob's new key"), "which says why")
    ok(bob.start() and wait_until(lambda: online(ada, bob)), "bob is back, at another address, and they are connected")
    ok(trusts(ada, "bob", "changed"), "that decides nothing")
    ok(bob.run.mark() and not bob.run.find("message") and not bob.run.find("offer"), "so he gets nothing yet")
    ok(ada.say(cmd="verify", name="bob", found="differ"), "the numbers of the new key differ")
    ok(bob.run.wait("message", text="for bob alone") and bob.run.wait("offer"), "then he gets both")
    ok(trusts(ada, "bob", "pinned"), "and is held to the old key")
    equal((mallory.run.find("message"), mallory.run.find("offer")), ([], []), "whoever answered in his place got nothing")


def another_key_elsewhere():
    """Carla was added by her invite; where she was, somebody else answers now."""
    befriend(ada, carla)
    carla.stop()
    mallory.stop()
    takes(third, HERS, fourth, "10.66.0.44")
    start(mallory)
    mark = ada.run.mark()
    ada.run.do(cmd="connect", name="carla")
    ada.run.wait("peer", since=mark, name="carla", state="connecting")
    ok(ada.run.wait("peer", since=mark, name="carla", state="offline"), "another key answers where carla was")
    ok(ada.say(cmd="say", to="carla", text="for carla alone"), "ada says something")
    equal(ada.run.find("peer", since=mark, trust="changed"), [], "her key is not in doubt")
    start(carla)
    ok(carla.run.wait("message", text="for carla alone"), "she gets it where she is now")
    ok(trusts(ada, "carla", "pinned"), "held to the key she always had")
    equal((mallory.run.find("message"), mallory.run.find("request")), ([], []), "and the one in her place learned nothing, not even who called")


def successor():
    carla.stop()
    mark = ada.run.mark()
    ok(bob.say(cmd="add", name="carla", invite=carla_invite), "bob knows carla, who is away")
    ok(bob.say(cmd="successor", folder=heir.path), "bob announces that another identity takes his place")
    told = ada.run.wait("peer", since=mark, name="bob", trust="changed")
    ok(told, "to ada his key is in doubt")
    ok(ada.say(cmd="say", to="bob", text="for the new one"), "what she says waits")
    equal(bob.run.find("message", text="for the new one"), [], "and does not go to the old one")
    start(heir)
    ok(heir.say(cmd="add", name="ada", invite=ada.run.invite), "the new one adds her")
    ok(ada.run.wait("request", peer=heir.key), "which is a request like any")
    ok(wait_until(lambda: len(digits(ada, "bob")) == 60 and digits(ada, "bob") == digits(heir, "ada")),
       "both read the same safety number, that of the new key")
    ok(ada.say(cmd="verify", name="bob", found="match"), "they match")
    ok(heir.run.wait("message", text="for the new one"), "then the new one gets what waited")
    heir.nickname = "bob"
    ok(gets(heir, ada, "here I am"), "and is bob")
    ok(trusts(ada, "bob", "verified"), "verified")
    ok("before" in ada.call("log", "bob")[1], "with all that was said before")


def who_comes_later():
    """Bob's program was started anew since; carla hears of it when she comes."""
    bob.stop()
    start(bob)
    start(carla)
    ok(carla.say(cmd="add", name="bob", invite=bob.run.invite), "carla comes, and knows bob")
    ok(carla.run.wait("peer", name="bob", trust="changed"), "she hears of the successor, though bob's program was started anew")
    ok(wait_until(lambda: bob.say(cmd="successor") and "no successor" in bob.run.find("text")[-1]["text"]), "and has confirmed it")
    ok(carla.say(cmd="verify", name="bob", found="differ"), "she does not believe it")
    mark = carla.run.mark()
    bob.stop()
    start(bob)
    ok(carla.run.wait("peer", since=mark, name="bob", state="online"), "in the next session")
    ok(bob.say(cmd="say", to="carla", text="only this") and carla.run.wait("message", text="only this"), "he says other things")
    ok(trusts(carla, "bob", "pinned"), "and not that again")


switch = Switch("sw")
first, second, third, fourth = [Machine("h%d" % n, switch, "10.66.0.%d" % n) for n in (1, 2, 3, 4)]
fifth = Machine("h5", switch, "10.66.0.5")
ada, bob, mallory, carla, heir = [person(n, m) for n, m in (("ada", first), ("bob", second), ("mallory", third),
                                                            ("carla", fourth), ("heir", fifth))]
start(ada, bob, carla)
carla_invite = carla.run.invite
another_key_where_trust_began()
ok(gets(bob, ada, "before"), "bob and ada talk")
another_key_elsewhere()
successor()
who_comes_later()
ok(all(p.stop() == 0 for p in (ada, bob, carla, heir, mallory)), "all end well")
done()
