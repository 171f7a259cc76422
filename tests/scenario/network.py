"""Real processes on hosts of their own: pairing by code without an address, invites for one person, requests and blocking, a pulled cable,
and a person with several devices."""

import os
import re
import time

from hosts import ANSWERED, Machine, Switch, befriend, both, knock, online, person, start
from peer import PATIENCE, diag, done, equal, ok, wait_until

CODE = re.compile(r"^\d{3}-\d{4}-\d{4}$")
# What a program that was found dead is given beside the 10 s of the protocol.
DEAD = 10.0 + 2.0 * (PATIENCE / 30)

def wrong(code):
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def trust(home, name):
    status, out, err = home.call("contacts")
    return [line.split("\t")[1] for line in out.splitlines() if line.split("\t")[0] == name]


def pairing():
    p = ada.begin("pair")
    code = p.stdout.readline().decode().strip()
    ok(CODE.match(code), "pair prints a code: %s" % code)
    status, out, err = boris.call("join", wrong(code))
    ok(status == 1 and "1 of 3" in err and "2 of 3" not in err, "on the same network a wrong code is one try: %s" % err.strip())
    status, out, err = boris.call("join", code, "Ada")
    ok(status == 0 and out.startswith("Ada\tverified\t"), "the right one pairs, without any address: %s" % (out + err).strip())
    status, out, err = ada.finish(p)
    ok(status == 0 and out.startswith("boris\tverified\t"), "at both sides: %s" % out.strip())
    equal((trust(ada, "boris"), trust(boris, "Ada")), (["verified"], ["verified"]), "both are verified")
    a, b = ada.call("verify", "boris")[1], boris.call("verify", "Ada")[1]
    ok(len(re.sub(r"\D", "", a)[:60]) == 60 and a[:71] == b[:71], "and read the same safety number")
    boris.call("rename", "Ada", "ada")


def three_tries():
    p = carl.begin("pair")
    code = p.stdout.readline().decode().strip()
    for n in range(1, 4):
        dana.call("join", code[:-1] + str((int(code[-1]) + n) % 10), "10.66.0.3:41555")
    status, out, err = carl.finish(p)
    ok(status == 1 and "three wrong" in err, "three wrong codes end it: %s" % err.strip().splitlines()[-1:])
    status, out, err = dana.call("join", code, "--wait", "2")
    ok(status == 1, "and the right one comes too late")


def pulled_cable():
    start(ada, boris)
    ok(wait_until(lambda: both(ada, boris)), "after the pairing they find each other")
    ok(ada.say(cmd="say", to="boris", text="before"), "they talk")
    ok(boris.run.wait("message", text="before"), "and hear each other")
    second.pull("eth0")
    began = time.monotonic()
    ada.run.do(cmd="say", to="boris", text="into the void")
    ok(wait_until(lambda: not online(ada, boris), DEAD), "a pulled cable is noticed within 10 s while a message waits")
    diag("after %.1f s" % (time.monotonic() - began))
    second.plug("eth0")
    ok(boris.run.wait("message", text="into the void"), "and the message arrives when the cable is back")
    ok(wait_until(lambda: both(ada, boris)), "both are online")
    with open(os.path.join(ada.downloads, "film.bin"), "wb") as f:
        f.truncate(3 << 20)
        f.write(os.urandom(1 << 20))
    mark = boris.run.mark()
    ok(ada.say(cmd="send", to="boris", paths=[os.path.join(ada.downloads, "film.bin")]), "a file is offered")
    offer = boris.run.wait("offer", since=mark)
    ok(offer, "and arrives as an offer")
    second.pull("eth0")
    began = time.monotonic()
    ok(wait_until(lambda: not online(ada, boris), DEAD), "an offer that waits is enough, too")
    diag("after %.1f s" % (time.monotonic() - began))
    ok(online(boris, ada), "at the side that was asked it is the person who is waited for")
    began = time.monotonic()
    ok(boris.say(cmd="accept", transfer=offer["transfer"]), "the file is accepted, into the void")
    ok(wait_until(lambda: not online(boris, ada), DEAD), "from then on that side waits, too, and notices within 10 s")
    diag("after %.1f s" % (time.monotonic() - began))
    second.plug("eth0")
    ok(wait_until(lambda: both(ada, boris)), "the cable is back")
    ok(ada.run.wait("transfer", state="done", dir="out"), "and the file arrives")


def invites():
    made = ada.run.mark()
    tag = ada.run.do(cmd="invite", once=True)
    told = ada.run.wait("invite", since=made, tag=tag)
    ok(told, "an invite for one person")
    start(carl, dana)
    ok(ada.say(cmd="set", option="door", value="closed"), "ada's door is closed")
    ok(carl.say(cmd="add", name="ada", invite=told["text"]), "carl adds it")
    ok(ada.run.wait("request", peer=carl.key), "and asks")
    ok(dana.say(cmd="add", name="ada", invite=told["text"]), "dana adds it, too")
    ok(ada.say(cmd="add", name="carl", key=carl.key), "carl is let in")
    ok(wait_until(lambda: both(ada, carl)), "and is there")
    equal(ada.run.find("request", peer=dana.key), [], "of dana nothing was heard")
    dana.say(cmd="remove", name="ada")
    ok(ada.say(cmd="set", option="door", value="lan"), "the door is open for this network again")
    ok(ada.say(cmd="visible", time="10m"), "and ada is visible")
    ok(dana.run.wait("nearby", nick="ada", address="10.66.0.1:41555"), "dana sees her")
    ok(dana.say(cmd="add", name="ada", address="10.66.0.1:41555"), "and says hello")
    ok(ada.run.wait("request", peer=dana.key), "which is a request")
    ok(ada.say(cmd="deny", peer=dana.key), "that can be refused")
    ada.say(cmd="visible", time="off")


def blocked():
    equal(knock(third, "10.66.0.1"), ANSWERED, "before, carl's machine is answered like any stranger's")
    ok(ada.say(cmd="block", name="carl"), "carl is blocked")
    ok(wait_until(lambda: not online(carl, ada)), "to him ada is gone")
    equal(knock(third, "10.66.0.1"), 0, "and where he is nobody answers, though the door is open")
    equal(knock(fourth, "10.66.0.1"), ANSWERED, "elsewhere it is")
    third.address("eth0", "10.66.0.33")
    # There he is a stranger, until his program calls.
    carl.run.do(cmd="connect", name="ada")
    ok(wait_until(lambda: knock(third, "10.66.0.1") == 0), "at another address it is the same once his program has called from there")
    ok(not online(carl, ada), "which gets nowhere")
    ok(both(ada, boris), "boris notices nothing")
    ok(ada.say(cmd="block", name="unknown"), "all who are unknown are blocked")
    equal(knock(fourth, "10.66.0.1"), 0, "then nobody is answered")
    ok(ada.say(cmd="unblock", name="unknown"), "and may ask again")


def devices():
    start(phone)
    ok(phone.say(cmd="add", name="ada", invite=ada.run.invite), "boris has a phone")
    ok(ada.run.wait("request", peer=phone.key), "which asks")
    ok(ada.say(cmd="add", name="boris phone", key=phone.key), "and is let in")
    ok(wait_until(lambda: both(ada, phone)), "it is there")
    ok(ada.say(cmd="person", person="boris", names=["boris phone"]), "both are boris")
    ok(ada.run.wait("peer", peer=phone.key, person="boris"), "as the events tell")
    tag = ada.run.do(cmd="say", to="boris", text="to both")
    ok(boris.run.wait("message", text="to both") and phone.run.wait("message", text="to both"), "one thing said is at both")
    ok(wait_until(lambda: len(ada.run.find("receipt", tag=tag, state="delivered")) == 2), "with a receipt of each")
    fifth.pull("eth0")
    tag = ada.run.do(cmd="say", to="boris", text="to one")
    ok(ada.run.wait("receipt", peer=boris.key, tag=tag, state="delivered"), "with the phone away it is at one of two")
    equal(ada.run.find("receipt", peer=phone.key, tag=tag, state="delivered"), [], "and not at the other")
    ada.stop()
    status, out, err = ada.call("say", "boris", "from a script", "--wait", "2")
    ok(status == 0 and "1 of 2" in err, "a sub-command says so: %s" % err.strip())
    status, out, err = ada.call("contacts")
    equal(sorted(line.split("\t")[0] for line in out.splitlines() if line.endswith("\tboris")), ["boris", "boris phone"],
          "contacts shows whose devices they are")
    status, out, err = ada.call("log", "boris")
    equal(out.count("to both"), 1, "the log of the person has it once")
    start(ada)
    fifth.plug("eth0")
    ok(phone.run.wait("message", text="to one") and phone.run.wait("message", text="from a script"), "the phone gets both when it is back")
    equal(len(phone.run.find("message", text="to one")), 1, "once")
    ok(ada.say(cmd="ungroup", name="boris"), "taken apart")
    mark = phone.run.mark()
    ok(ada.say(cmd="say", to="boris", text="alone"), "boris is a contact again")
    ok(boris.run.wait("message", text="alone"), "who gets it")
    equal(phone.run.find("message", since=mark, text="alone"), [], "and the phone does not")


switch = Switch("sw")
first, second, third, fourth, fifth = [Machine("h%d" % n, switch, "10.66.0.%d" % n) for n in range(1, 6)]
ada, boris, carl, dana, phone = [person(n, m) for n, m in (("ada", first), ("boris", second), ("carl", third),
                                                           ("dana", fourth), ("phone", fifth))]
phone.nickname = "boris phone"
pairing()
three_tries()
pulled_cable()
invites()
blocked()
devices()
done()
