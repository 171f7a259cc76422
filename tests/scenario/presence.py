"""Real processes on hosts of their own: what contacts see of each other - away, typing, a line of status, offline since, nothing - and what
strangers see for a while; and doctor, which explains all of it: interfaces, ports, beacons heard, who was reached how, and who was not
and why."""

import fcntl
import os
import pty
import struct
import subprocess
import termios
import threading
import time

from hosts import Machine, Sniffer, Switch, befriend, both, online, person, start, told_by_doctor
from peer import PATIENCE, diag, done, equal, ok, processes, wait_until

SLOTS = range(26, 346, 10)


def seen(a, b):
    """A's newest word about b."""
    told = a.run.find("peer", peer=b.key)
    return told[-1] if told else {}


def states():
    equal(seen(ada, boris)["presence"], "online", "boris is there")
    ok(boris.say(cmd="away", text="at lunch"), "he goes away")
    ok(wait_until(lambda: seen(ada, boris).get("presence") == "away"), "ada sees it")
    told = seen(ada, boris)
    ok(told.get("status") == "at lunch" and abs(told["since"] / 1000 - time.time()) < PATIENCE, "with his words, and since when")
    ok(boris.say(cmd="back"), "he is back")
    ok(wait_until(lambda: seen(ada, boris).get("presence") == "online"), "which ada sees")
    ok(boris.say(cmd="status", text="hacking"), "a line of status")
    ok(wait_until(lambda: seen(ada, boris).get("status") == "hacking"), "arrives")
    boris.stop()
    ok(wait_until(lambda: seen(ada, boris).get("presence") == "offline"), "he quits: offline")
    ok(abs(seen(ada, boris)["since"] / 1000 - time.time()) < PATIENCE and "status" not in seen(ada, boris), "since now, without a status")
    start(boris)
    ok(wait_until(lambda: both(ada, boris)), "he comes again")


def typing():
    """A person at a screen: what is typed shows at the other side while it is typed."""
    boris.stop()
    ok(wait_until(lambda: not online(ada, boris)), "boris goes to his screen")
    screen, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    p = subprocess.Popen(boris.argv(), stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True,
                         env=dict(os.environ, TERM="xterm-256color"))
    processes.append(p)
    os.close(terminal)
    threading.Thread(target=drain, args=(screen,), daemon=True).start()
    ok(wait_until(lambda: online(ada, boris)), "and sits there")
    mark = ada.run.mark()
    os.write(screen, b"\0331")
    # Two programs that meet may take another session at once, and with it goes what was said of typing: it is said again after seconds.
    ok(wait_until(lambda: os.write(screen, b"h") and ada.run.wait("peer", patience=0.5, since=mark, peer=boris.key, typing=True)),
       "he types, which ada sees")
    ok(wait_until(lambda: "typing" not in seen(ada, boris)), "and that he stopped")
    os.write(screen, b"ello\r")
    ok(ada.run.wait("message", since=mark), "what he typed comes")
    ok(ada.run.texts()[-1].endswith("hello"), "as he typed it")
    p.terminate()
    ok(wait_until(lambda: p.poll() is not None), "he leaves")
    processes.remove(p)
    start(boris)
    ok(wait_until(lambda: both(ada, boris)), "and is back")


def drain(screen):
    try:
        while os.read(screen, 65536):
            pass
    except OSError:
        os.close(screen)


def invisible():
    ok(boris.say(cmd="set", option="invisible", value="on"), "boris is invisible")
    ok(wait_until(lambda: not online(ada, boris) and not online(carl, boris)), "to ada and to carl he is offline")
    equal(second.run("ss", "-Hltn"), b"", "nothing listens at his machine") if second.run("ss", "-V") else None
    ok(boris.say(cmd="connect", name="ada"), "he chooses ada")
    ok(wait_until(lambda: both(ada, boris)), "with her he is online")
    ok(ada.say(cmd="say", to="boris", text="I see you"), "as usual")
    ok(boris.run.wait("message", text="I see you"), "they talk")
    carl.run.do(cmd="connect", name="boris")
    ok(wait_until(lambda: seen(carl, boris).get("state") == "offline") and not online(boris, carl), "carl still finds nobody")
    ok(boris.say(cmd="set", option="invisible", value="off"), "visible again")
    ok(wait_until(lambda: both(carl, boris)), "carl sees him, too")


def visible():
    mark = stranger.run.mark()
    ok(ada.say(cmd="visible", time="3s"), "ada is visible for three seconds")
    began = time.monotonic()
    ok(stranger.run.wait("nearby", since=mark, nick="ada", state="seen"), "a stranger sees her")
    ok(stranger.run.wait("nearby", since=mark, nick="ada", state="gone"), "and then no more")
    ok(2.5 < time.monotonic() - began < 3 + 5 * (PATIENCE / 30), "when the time is over")
    boris.stop()
    ear = Sniffer(third, "eth0")
    carl.stop()
    start(boris)
    ok(wait_until(lambda: len([b for b in ear.look() if len(b) == 346]) > 1), "with carl away beacons go out")
    ok(wait_until(lambda: min(beacons(told_by_doctor(ada, "Beacons since")), default=0) > 0), "ada hears those of boris")
    heard = [b for b in ear.look() if len(b) >= 346]
    ok(all(len(b) == 346 for b in heard), "with nothing in them that a stranger could read")
    pieces = [b[10:26] for b in heard] + [b[i:i + 10] for b in heard for i in SLOTS]
    equal(len(pieces), len(set(pieces)), "and no nonce or slot comes twice: %d beacons" % len(heard))
    start(carl)
    ok(wait_until(lambda: both(ada, carl)), "carl is back")


def beacons(lines):
    """What the doctor counts: sent, heard back, others', contacts'."""
    return [int(w) for line in lines if line.startswith("Beacons") for w in line.replace(",", "").split() if w.isdigit()]


def doctor():
    lines = told_by_doctor(ada, "")
    wanted = ("Interface eth0: 10.66.0.1", "Interface eth1: 10.77.0.1", "Listening on [::]:41555.",
              "10.66.0.1:41555 answers a call from this machine.", "10.77.0.1:41555 answers", "The door is lan",
              "Beacons since the start: ", "boris: online at 10.66.0.2:")
    for want in wanted:
        ok([line for line in lines if want in line], "doctor: %s" % want) or diag(lines)
    counts = beacons(lines)
    ok(len(counts) == 4 and all(n > 0 for n in counts), "multicast is heard: sent, own, others', contacts': %s" % counts)
    carl.stop()
    ada.run.do(cmd="connect", name="carl")
    ok(wait_until(lambda: told_by_doctor(ada, "carl: not reached at 10.66.0.3:41555: nobody answers there.")), "who has quit was not reached, and why")
    boris.say(cmd="disconnect", name="ada")
    ok(wait_until(lambda: [line for line in told_by_doctor(ada, "boris: not reached at 10.66.0.2:41555")
                           if line.endswith((": it closed the connection.", ": nobody answers there."))]),
       "who closed the connection was not, and why") or diag(told_by_doctor(ada, "boris"))
    ok(told_by_doctor(boris, "ada: closed by hand."), "and there it says who did")
    boris.say(cmd="connect", name="ada")
    third.pull("eth0")
    first.ip("neigh", "flush", "dev", "eth0")
    ada.run.do(cmd="connect", name="carl")
    lines = told_by_doctor(ada, "")
    ok([line for line in lines if line.startswith(("carl: is being called", "carl: not reached at 10.66.0.3:41555: No route",
                                                   "carl: not reached at 10.66.0.3:41555: no answer"))],
       "a pulled cable is no refusal") or diag(lines)
    ok(not [line for line in lines if line.startswith("Either it is not running")], "and nothing is guessed at")
    third.plug("eth0")
    deaf = told_by_doctor(lonely, "")
    ok([line for line in deaf if line.startswith("Nobody else is heard")], "alone on a network: nobody else is heard, and what that may mean")
    eighth.ip("link", "set", "eth0", "down")
    ok(wait_until(lambda: told_by_doctor(lonely, "No network: only this machine can be reached.")), "without any: no network")


switch, other, empty = Switch("sw"), Switch("sw2"), Switch("sw3")
first, second, third, fourth = [Machine("h%d" % n, switch, "10.66.0.%d" % n) for n in (1, 2, 3, 4)]
other.plug(first, "eth1")
first.ip("addr", "add", "10.77.0.1/24", "dev", "eth1")
eighth = Machine("h8", empty, "10.88.0.8")
ada, boris, carl, stranger, lonely = [person(n, m) for n, m in (("ada", first), ("boris", second), ("carl", third),
                                                                ("stranger", fourth), ("lonely", eighth))]
start(ada, boris, carl, stranger, lonely)
befriend(ada, boris)
befriend(carl, boris)
befriend(ada, carl)
lonely.say(cmd="add", name="ada", invite=ada.run.invite)
states()
typing()
invisible()
visible()
doctor()
done()
