"""Real processes on hosts of their own: to somebody who is blocked all looks as if the other one had become invisible, or had quit: the same
events, the same words of doctor and of sub-commands, also from an address that was never seen before. The same is done three times, and
what the one who is left sees each time is compared."""

import os

from hosts import ANSWERED, Machine, Switch, befriend, knock, online, person, start, told_by_doctor
from peer import diag, done, equal, ok, wait_until

ADA = "10.66.0.1"
BORIS = "10.66.0.2"
ELSEWHERE = "10.66.0.77"
# What differs from run to run.
PASSING = ("time", "written", "since", "tag", "id", "peer", "transfer")


def quits(ada):
    ada.stop()
    return True


def invisible(ada):
    return ada.say(cmd="set", option="invisible", value="on")


def blocks(ada):
    return ada.say(cmd="block", name="boris")


def told(boris, mark):
    """The kinds of events since then, each once, in no order; but for where boris himself is."""
    return sorted({tuple(sorted((k, v) for k, v in e.items() if k not in PASSING))
                   for e in boris.run.events[mark:] if e["event"] not in ("self", "ready")})


def calls(boris):
    """Calls by hand, twice; each time until it has failed."""
    for n in range(2):
        mark = boris.run.mark()
        boris.run.do(cmd="connect", name="ada")
        boris.run.wait("peer", since=mark, name="ada", state="connecting")
        boris.run.wait("peer", since=mark, name="ada", state="offline")


def by_address(boris):
    tag = boris.run.do(cmd="add", name="ada", address=ADA + ":41555")
    return boris.run.error_of(tag)


def by_a_command(boris):
    boris.stop()
    status, out, err = boris.call("say", "ada", "from a script", "--wait", "1")
    said = [status, out, err]
    status, out, err = boris.call("doctor")
    said += [status] + [line for line in out.splitlines() if line.startswith("ada: ") or line.startswith("Either ")]
    return said


def looked_at(goes, seen):
    """All that boris sees once ada has gone in that way: from where he is, and from somewhere else."""
    ada, boris = person("ada", first, home="ada-" + goes.__name__), person("boris", second, home="boris-" + goes.__name__)
    second.address("eth0", BORIS)
    start(ada, boris)
    befriend(ada, boris)
    mark = boris.run.mark()
    path = os.path.join(boris.downloads, "plan.txt")
    with open(path, "w") as f:
        f.write("plan")
    boris.say(cmd="send", to="ada", paths=[path])
    boris.run.wait("transfer", since=mark, state="waiting")
    ok(ada.run.wait("offer"), "a file of boris's waits at ada")
    mark = boris.run.mark()
    ok(goes(ada), "ada: %s" % goes.__name__)
    ok(wait_until(lambda: not online(boris, ada)), "boris sees her go")
    boris.say(cmd="say", to="ada", text="are you there?")
    calls(boris)
    seen["events"] = told(boris, mark)
    seen["doctor"] = told_by_doctor(boris, "ada: ") + told_by_doctor(boris, "Either ")
    seen["address"] = by_address(boris)
    seen["command"] = by_a_command(boris)
    second.address("eth0", ELSEWHERE)
    if goes is blocks:
        equal(knock(second, ADA), ANSWERED, "at a new address boris is anybody, whom ada's door answers")
    start(boris)
    calls(boris)
    seen["events elsewhere"] = told(boris, 0)
    seen["doctor elsewhere"] = told_by_doctor(boris, "ada: ") + told_by_doctor(boris, "Either ")
    seen["address elsewhere"] = by_address(boris)
    if goes is blocks:
        equal(knock(second, ADA), 0, "until his program has called from there")
    boris.stop()
    if ada.run:
        ada.stop()
    return seen


switch = Switch("sw")
first, second = Machine("h1", switch, ADA), Machine("h2", switch, BORIS)
gone = looked_at(quits, {})
hidden = looked_at(invisible, {})
shut = looked_at(blocks, {})
for what in gone:
    diag("%s: %s" % (what, gone[what]))
    equal(hidden[what], gone[what], "%s: invisible is as gone" % what)
    equal(shut[what], gone[what], "%s: blocked is as gone" % what)
ok(len(gone["doctor"]) == 2 and "nobody answers there" in gone["doctor"][0], "doctor says: %s" % " ".join(gone["doctor"]))
ok("nobody answers there" in gone["address"], "a call by address says: %s" % gone["address"])
done()
