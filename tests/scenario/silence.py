"""A cable is pulled at the far side of a switch, so that neither program is told. With nothing that waits for an answer the one who went is found
to be away within 60 s, and not before it could have been; a cable that is back before that has cost nothing."""

import time

from hosts import Machine, Switch, befriend, both, gets, online, person, start
from peer import PATIENCE, diag, done, equal, ok, wait_until

# net/PROTOCOL.md, "Silence"; beside it what a loaded machine is given.
SILENCE, AWAY, SLACK = 20.0, 60.0, 2.0 * (PATIENCE / 30)


def offline_since(a, b, mark):
    return [e for e in a.run.find("peer", mark, peer=b.key, state="offline")]


switch = Switch("sw")
machines = [Machine("h%d" % n, switch, "10.66.0.%d" % n) for n in range(1, 5)]
ada, boris, carl, dana = people = [person(name, m) for name, m in zip(("ada", "boris", "carl", "dana"), machines)]
start(*people)
befriend(ada, boris)
befriend(carl, dana)
ok(gets(ada, boris, "the last word") and gets(carl, dana, "the last word"), "they talk")
# What was said is acknowledged and read; nothing waits any more.
ok(ada.run.wait("receipt", state="delivered") and carl.run.wait("receipt", state="delivered"), "and all of it arrived")
marks = {p: p.run.mark() for p in people}
machines[1].pull("eth0")
machines[3].pull("eth0")
began = time.monotonic()
took = {}


def noticed():
    for a, b in ((ada, boris), (boris, ada)):
        if a not in took and offline_since(a, b, marks[a]):
            took[a] = time.monotonic() - began
    return len(took) == 2


ok(not wait_until(noticed, SILENCE / 2), "ten seconds of silence are nothing where nobody waits for an answer")
machines[3].plug("eth0")
ok(wait_until(noticed, AWAY - SILENCE / 2 + SLACK), "after sixty nobody is there any more, at either end")
diag(", ".join("after %.1f s" % t for t in took.values()))
ok(took and min(took.values()) > AWAY - SILENCE - SLACK, "nor was that said before it was so")
equal(offline_since(carl, dana, marks[carl]) + offline_since(dana, carl, marks[dana]), [], "who was away for ten seconds was never gone")
ok(online(carl, dana) and gets(dana, carl, "what cable?"), "and talks")
machines[1].plug("eth0")
ok(wait_until(lambda: both(ada, boris)), "with the cable back the others find each other")
ok(gets(boris, ada, "here again"), "and talk")
done()
