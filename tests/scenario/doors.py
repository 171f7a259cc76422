"""Real processes on hosts of their own: who may knock. Invites for one key, for a minute, withdrawn; a new key for the door, which ends what
strangers hold and keeps contacts; the inbox of requests with its limit, refused, blocked one by one and all at once. And while the minute
passes: somebody who dies without a word while nothing waits."""

import time

from hosts import Machine, Switch, befriend, both, gets, online, person, start, told_by_doctor
from peer import PATIENCE, diag, done, equal, ok, wait_until

NOBODY = "it answers nobody it does not know: ask for an invite"
ADA = "10.66.0.1:41555"
MOST = 64


def made(**options):
    mark = ada.run.mark()
    tag = ada.run.do(cmd="invite", **options)
    told = ada.run.wait("invite", since=mark, tag=tag)
    return told["text"] if told else ""


def knocks(caller, invite):
    """The caller comes with that invite; it has been answered, or not, when this returns: what its program says of that."""
    ok(caller.say(cmd="add", name="ada", invite=invite), "%s takes an invite" % caller.nickname)
    caller.say(cmd="connect", name="ada")
    return told_by_doctor(caller, "ada: ")


def shut_out(caller, invite, what, words=NOBODY):
    mark = ada.run.mark()
    said = knocks(caller, invite)
    ok(len(said) == 1 and words in said[0], "%s: %s" % (what, said))
    equal(ada.run.find("request", since=mark, peer=caller.key), [], "and ada hears nothing of it")
    caller.say(cmd="remove", name="ada")


def let_in(caller, invite, what):
    knocks(caller, invite)
    ok(ada.run.wait("request", peer=caller.key), what)


def invites():
    ok(ada.say(cmd="set", option="door", value="closed"), "ada's door is closed")
    shut_out(erin, made(**{"for": carl.key}), "an invite for carl is nothing to erin, who comes first",
             "the connection was closed")
    one = made(**{"for": carl.key})
    let_in(carl, one, "but carl gets in with it")
    ok(ada.say(cmd="deny", peer=carl.key), "and is refused")
    ok(carl.say(cmd="remove", name="ada"), "which ends it")
    number = made()
    tag = ada.run.do(cmd="invites")
    ada.run.wait("done", tag=tag)
    listed = [e["text"] for e in ada.run.find("text", tag=tag)]
    ok(ada.say(cmd="withdraw", number=int(listed[-1].split()[0])), "one that is withdrawn: %s" % listed[-1])
    shut_out(dana, number, "opens nothing any more")


def new_key():
    old = ada.run.invite
    boris.stop()
    mark = ada.run.mark()
    ok(ada.say(cmd="newdoor"), "the door gets a new key, while boris, a contact, is away")
    shut_out(dana, old, "the invite that was given out before opens nothing")
    told = ada.run.wait("self", since=mark) or {}
    now = told.get("invite")
    ok(now and now != old and ada.call("id")[1].strip() == now, "there is another one, which is told")
    let_in(dana, now, "which does")
    ok(ada.say(cmd="deny", peer=dana.key), "dana is refused all the same")
    # Nobody can call him, so it is he who comes in with what he has.
    boris.listen = "127.0.0.1:0"
    start(boris)
    ok(wait_until(lambda: both(ada, boris)), "boris comes in with the key of before")
    ok(gets(boris, ada, "still a contact"), "and is a contact as ever")


def expired():
    left = minute - time.monotonic()
    diag("%.0f s of the minute are left" % left)
    ok(ada.say(cmd="set", option="door", value="closed"), "ada's door is closed again")
    ok(left < 0 or wait_until(lambda: time.monotonic() > minute, 61), "a minute after it was made")
    mark, heard = erin.run.mark(), ada.run.mark()
    if erin.say(cmd="add", name="ada", invite=short):  # it is told in seconds: in the last one it is taken
        erin.say(cmd="connect", name="ada")
        said = told_by_doctor(erin, "ada: ")
        ok(len(said) == 1 and NOBODY in said[0], "an invite for a minute opens nothing: %s" % said)
    else:
        said = [e["text"] for e in erin.run.find("error", since=mark)]
        ok(said and "has expired" in said[-1], "an invite for a minute is not even taken: %s" % said)
    equal(ada.run.find("request", since=heard, peer=erin.key), [], "and ada hears nothing of erin")


def asks(n):
    """The stranger of that number, at dana's machine: whether it was answered, and what its program says."""
    while n >= len(crowd):
        crowd.append(person("s%02d" % len(crowd), fourth))
    status, out, err = crowd[n].call("add", "ada", ADA)
    return status == 0, err.strip()


def waiting():
    return [line.split("\t") for line in ada.call("requests")[1].splitlines()]


def inbox():
    ok(ada.say(cmd="set", option="door", value="lan"), "ada's door is open for this network")
    dana.stop()
    answered = sum(asks(n)[0] for n in range(MOST))
    ok(answered == MOST and wait_until(lambda: len(waiting()) == MOST), "%d strangers ask, and are answered" % answered)
    line = waiting()[0]
    ok(len(line) == 5 and len(line[0]) == 64 and line[1][0] == "s" and len(line[3]) == 60 and line[4].startswith("10.66.0.4"),
       "each with key, name, note, safety number and where it came from: %r" % line[1:])
    good, err = asks(MOST)
    ok(not good and len(waiting()) == MOST, "one more is not heard of: %s" % err)
    ok(both(ada, boris) and gets(boris, ada, "past the crowd"), "contacts notice nothing of the crowd")
    status, out, err = crowd[0].call("say", "ada", "please", "--wait", "1")
    equal(status, 3, "what a stranger says waits at the stranger")
    ok(wait_until(lambda: ["s00", "please"] in [w[1:3] for w in waiting()]), "its beginning is the note")
    ok(ada.say(cmd="deny", peer=waiting()[0][0]), "one is refused")
    ok(asks(MOST)[0] and wait_until(lambda: len(waiting()) == MOST), "then there is room for another one")
    ok(ada.say(cmd="block", name=waiting()[0][0]), "one is blocked")
    ok(wait_until(lambda: len(waiting()) == MOST - 1), "and waits no more")
    ok(ada.say(cmd="block", name="unknown"), "all who are unknown are blocked")
    ok(wait_until(lambda: waiting() == []), "nobody waits")
    fourth.address("eth0", "10.66.0.44")
    good, err = asks(MOST)
    ok(not good and NOBODY in err, "and nobody can ask: %s" % err)
    ok(ada.say(cmd="unblock", name="unknown"), "until they may again")
    ok(asks(MOST)[0] and wait_until(lambda: len(waiting()) == 1), "then they can")


def died():
    """A pulled cable is seen by nobody but who asks; with nothing waiting within a minute."""
    ok(wait_until(lambda: not online(frank, gina) and not online(gina, frank), pulled + DEAD - time.monotonic()),
       "somebody who died without a word is offline within 60 s, at both sides")
    gone = [e["time"] for e in frank.run.find("peer", peer=gina.key, state="offline")]
    diag("after %.1f s" % (gone[-1] / 1000 - pulled_at) if gone else "never")
    ok(frank.call("contacts")[1].split("\t")[3] != "never", "with the time it was there last: %s" % frank.call("contacts")[1].strip())


# What a program that was found dead is given beside the 60 s of the protocol.
DEAD = 60.0 + 2.0 * (PATIENCE / 30)
switch = Switch("sw")
first, second, third, fourth, fifth, sixth, seventh = [Machine("h%d" % n, switch, "10.66.0.%d" % n) for n in range(1, 8)]
ada, boris, carl, dana, erin, frank, gina = [person(n, m) for n, m in (
    ("ada", first), ("boris", second), ("carl", third), ("dana", fourth), ("erin", fifth), ("frank", sixth), ("gina", seventh))]
crowd = []
start(ada, boris, carl, dana, erin, frank, gina)
befriend(frank, gina)
seventh.pull("eth0")
pulled, pulled_at = time.monotonic(), time.time()
short, minute = made(expires="1m"), time.monotonic() + 60
befriend(ada, boris)
invites()
new_key()
inbox()
died()
expired()
done()
