"""Ada and Boris have real programs at hosts of their own. Mallory has a host beside them, and at times stands between the two: she relays and
alters, guesses codes, replays and reflects handshakes, has stolen a key, and speaks versions that nobody knows."""

import contextlib
import os
import re
import socket

from hosts import Machine, Switch, both, inside, online, person, start
from middle import PORT, Attacker, Middle, Relay, attack, flip
from peer import PATIENCE, diag, done, equal, ok, wait_until

ADA, BORIS, MALLORY = "10.66.0.1", "10.66.0.2", "10.66.0.3"
AT_ADA, AT_MALLORY = ADA + ":41555", MALLORY + ":41555"
# Bytes with their lengths: what a caller says before it knows who answers, in suites 1 and 2; what is answered to it; the shares of suite 3.
PREAMBLE, CALL_1, CALL_2, MESSAGE_2, SHARES = 8, 8 + 34, 8 + 50, 354, 48


def poke(*parts):
    """Those bytes said to Ada from Mallory's host, each part after an answer to the one before: what she says until she hangs up."""
    heard = b""
    with inside(third):
        s = socket.create_connection((ADA, PORT), PATIENCE)
    # Who hangs up before it has read everything resets the connection.
    with s, contextlib.suppress(BrokenPipeError, ConnectionResetError):
        s.settimeout(PATIENCE / 2)
        for part in parts[:-1]:
            s.sendall(part)
            heard += s.recv(4096)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            s.sendall(parts[-1])
        with contextlib.suppress(OSError):
            s.shutdown(socket.SHUT_WR)
        got = b"?"
        while got:
            got = s.recv(4096)
            heard += got
    return heard


def message_1(suite=1, version=1, rest=b"\0\0", magic=b"P2PT"):
    key = os.urandom(31) + b"\1"
    return magic + bytes((version, suite)) + rest + (b"\0\x20" + key if suite != 2 else b"\0\x30" + key + os.urandom(16))


def trust(home, name):
    status, out, err = home.call("contacts")
    return [line.split("\t")[1] for line in out.splitlines() if line.split("\t")[0] == name]


def number(home, name):
    return re.sub(r"\D", "", home.call("verify", name)[1])[:60]


def new_code():
    tag = ada.run.do(cmd="pair", name="boris")
    return (ada.run.wait("code", tag=tag, state="waiting") or {}).get("code", "")


def join(code, address=AT_ADA):
    """What becomes of Boris typing it: None, or why it failed."""
    mark = boris.run.mark()
    tag = boris.run.do(cmd="join", code=code, address=address)
    wait_until(lambda: boris.run.find("done", mark, tag=tag) or boris.run.find("error", mark, tag=tag))
    failed = boris.run.find("error", mark, tag=tag)
    return failed[0]["text"] if failed else None


def tries(code, want):
    """How many wrong tries Ada has told of; she may be about to."""
    wait_until(lambda: told_tries(code) >= want, PATIENCE / 3)
    return told_tries(code)


def told_tries(code):
    return max(e["tries"] for e in ada.run.find("code", code=code))


def verified():
    """Whether each calls the other verified, on disk."""
    return wait_until(lambda: (trust(ada, "boris"), trust(boris, "ada")) == (["verified"], ["verified"]), PATIENCE / 3)


def part(function):
    diag(function.__name__)
    function()


# ---- what is not known ----

def unknown():
    equal(len(poke(message_1())), MESSAGE_2, "suite 1 is answered on this network")
    equal(poke(message_1())[2:34] == poke(message_1())[2:34], False, "never with the same key")
    probes = [("suite %d" % n, message_1(suite=n)) for n in (0, 2, 3, 4, 255)]
    probes += [("version %d" % n, message_1(version=n)) for n in (0, 2, 255)]
    probes += [("another magic", message_1(magic=b"P2PU")), ("a reserved byte", message_1(rest=b"\1\0")),
               ("the other one", message_1(rest=b"\0\1")), ("a web browser", b"GET / HTTP/1.0\r\n\r\n"),
               ("a payload in message 1", b"P2PT\1\1\0\0\0\x21" + os.urandom(33)),
               ("an empty message 1", b"P2PT\1\1\0\0\0\0"), ("one too long", b"P2PT\1\1\0\0\xff\xff" + os.urandom(65535)),
               ("a key of small order", b"P2PT\1\1\0\0\0\x20" + bytes(32)), ("a preamble alone", b"P2PT\1\1\0\0")]
    for what, data in probes:
        equal(len(poke(data)), 0, "%s: not a byte comes back" % what)
    code = new_code()
    equal(len(poke(b"P2PT\1\3\0\0" + os.urandom(16))), SHARES, "while a code is open suite 3 is answered")
    for what, data in (("suite 4", b"P2PT\1\4\0\0" + os.urandom(16)), ("version 2", b"P2PT\2\3\0\0" + os.urandom(16))):
        equal(len(poke(data)), 0, "%s is not" % what)
    equal(tries(code, 0), 0, "none of these was a try")
    ok(ada.say(cmd="unpair"), "the code is taken back")


def versions():
    at = (third, "call", AT_ADA)
    equal(attack(*at, "low=1", "high=9"), "met %s open 0" % ada.key, "who also speaks newer versions is a stranger like any")
    ok(ada.run.wait("request", nick="mallory"), "who may ask")
    for what in ("low=2 high=9", "low=0 high=1", "low=9 high=1"):
        equal(attack(*at, *what.split()), "met %s closed" % ada.key, "%s as a caller: closed" % what)
    for what, why in (("low=2 high=9", "update"), ("low=0 high=0", "malformed")):
        mallory = Attacker(third, "answer", *what.split())
        tag = boris.run.do(cmd="add", name="mallory", address=AT_MALLORY)
        told = boris.run.error_of(tag)
        ok(told and why in told, "%s as a callee: %s" % (what, told))
        equal(mallory.wait("shy"), "shy %d" % CALL_1, "it does not hear who called")
        mallory.stop()
    equal(len(ada.run.find("request")), 1, "of all of them one is heard of")


def own_key():
    equal(attack(third, "call", AT_ADA, "home=" + ada.path), "met %s closed" % ada.key, "a caller with one's own key: closed")
    mallory = Attacker(third, "answer", "home=" + ada.path, "code=111-1111-1111")
    told = ada.run.error_of(ada.run.do(cmd="add", name="me", address=AT_MALLORY))
    ok(told and "our own address" in told, "a callee with it: %s" % told)
    equal(mallory.wait("shy"), "shy %d" % CALL_1, "which does not hear that it was")
    told = ada.run.error_of(ada.run.do(cmd="join", code="111-1111-1111", address=AT_MALLORY))
    ok(told and "your own code" in told, "who has even the right code: %s" % told)
    equal(mallory.wait("guess"), "guess shy", "does not get further")
    equal((trust(ada, "me"), ada.run.find("request", peer=ada.key)), ([], []), "nobody is a contact of himself")
    mallory.stop()


# ---- first contact ----

def invite_in_the_middle():
    middle.step_in()
    mallory = Attacker(middle.left, "middle", AT_ADA, "/run/netns/" + middle.right.space)
    ok(boris.say(cmd="add", name="ada", invite=ada.run.invite), "boris has ada's invite, and Mallory her address")
    equal(mallory.wait("suite"), "suite 2", "she cannot answer the key of the door")
    equal(mallory.wait("shy"), "shy %d" % CALL_1, "and suite 1, which he tries then, ends before he says who he is")
    ok(not online(boris, ada) and trust(boris, "ada") == ["pinned"], "he knows whose key it is not, and keeps hers")
    told = boris.run.error_of(boris.run.do(cmd="connect", name="ada"))
    ok(told and "no address of it is known" in told, "that address is not hers, and dropped: %s" % told)
    equal(ada.run.find("request", nick="boris"), [], "ada hears of nobody")
    mallory.stop()
    middle.step_out()
    ok(boris.say(cmd="add", name="ada", invite=ada.run.invite), "without her, the same invite")
    ok(ada.run.wait("request", peer=boris.key), "leads to ada")
    ok(ada.say(cmd="deny", peer=boris.key) and boris.say(cmd="remove", name="ada"), "who lets it be for now")


def first_contact():
    middle.step_in()
    mallory = Attacker(middle.left, "middle", AT_ADA, "/run/netns/" + middle.right.space)
    mark = ada.run.mark()
    ok(boris.say(cmd="add", name="ada", address=AT_ADA), "boris takes whoever is at that address, which is Mallory")
    asked = ada.run.wait("request", since=mark, nick="boris") or {}
    ok(asked.get("peer") not in (None, boris.key), "ada is asked by somebody who says to be boris")
    ok(ada.say(cmd="add", name="boris", key=asked.get("peer", "")), "and lets him in")
    ok(boris.say(cmd="say", to="ada", text="our secret") and ada.run.wait("message", text="our secret"), "they talk")
    equal(mallory.wait("read"), "read caller our secret", "and she reads it, which trust on first use cannot prevent")
    ok(len(number(boris, "ada")) == 60 and number(boris, "ada") != number(ada, "boris"), "but their safety numbers differ")
    equal((trust(boris, "ada"), trust(ada, "boris")), (["pinned"], ["pinned"]), "and neither is called verified")
    key = boris.run.find("peer", name="ada")[-1]["peer"]
    mallory.stop()
    middle.step_out()
    boris.run.do(cmd="connect", name="ada")
    ok(boris.run.wait("peer", peer=key, trust="changed"), "when she is gone the true ada answers there: that is loud")
    boris.run.do(cmd="say", to="ada", text="not for you")
    ok(boris.say(cmd="remove", name="ada") and ada.say(cmd="remove", name="boris"), "boris and ada begin anew")


# ---- guesses ----

def thousand_codes():
    code = new_code()
    equal(attack(third, "guess", AT_ADA, code, "1000"), "wrong 3 silence 997 opened 0 bytes %d" % (3 * SHARES),
          "a thousand wrong codes: three are tried, the others meet silence")
    tries(code, 3)
    told = [(e["state"], e["tries"]) for e in ada.run.find("code", code=code)]
    equal(told, [("waiting", 0), ("waiting", 1), ("waiting", 2), ("void", 3)], "each try is told, and that it is void")
    ok("no code is open" in (join(code) or ""), "the right one comes too late")


def claimed_code():
    mallory = Attacker(third, "answer", "code=417-0000-0000")
    for n in range(1, 4):
        said = join("417-2093-8841", AT_MALLORY) or ""
        ok("%d of 3" % n in said or n == 3, "who answers to a code and does not know it, try %d: %s" % (n, said))
    said = join("417-2093-8841", AT_MALLORY) or ""
    ok("void" in said, "there is no fourth: %s" % said)
    equal([mallory.wait("guess"), mallory.wait("guess"), mallory.wait("guess")], ["guess wrong"] * 3, "Mallory had three guesses")
    ok("void" in (join("417-2093-8841") or ""), "nor one elsewhere")
    ok(mallory.told.empty(), "and no more")
    mallory.stop()


# ---- pairing ----

def pairing_in_the_middle():
    middle.step_in()
    mallory = Attacker(middle.left, "middle", AT_ADA, "/run/netns/" + middle.right.space, "code=000-0000-0000")
    code = new_code()
    said = join(code)
    ok(said and "1 of 3" in said, "Mallory between them, with keys and guesses of her own: %s" % said)
    equal(mallory.wait("guesses"), "guesses wrong wrong", "is wrong on both sides")
    equal((tries(code, 1), trust(ada, "boris"), trust(boris, "ada")), (1, [], []), "which is a try, and makes nobody known")
    mallory.stop()
    # From which side, which byte; whether ada counts a try, and boris.
    for what, caller, at, ada_counts, boris_counts in (
            ("version", True, 4, 0, 0), ("suite", True, 5, 0, 0), ("caller's nonce", True, 9, 1, 1),
            ("callee's nonce", False, 1, 1, 1), ("caller's share", True, 24 + 3, 1, 1), ("key in message 1", True, 56 + 2 + 1, 1, 1),
            ("tag of message 1", True, 56 + 2 + 40, 1, 1), ("key in message 2", False, SHARES + 2 + 5, 0, 1),
            ("name in message 2", False, SHARES + 2 + 200, 0, 1)):
        relay = Relay(middle, (middle.right, ADA), flip(caller, at))
        code = new_code()
        said = join(code) or ""
        equal((tries(code, ada_counts), int("1 of 3" in said)), (ada_counts, boris_counts), "one bit in the %s: %s" % (what, said))
        relay.stop()
    equal((trust(ada, "boris"), trust(boris, "ada")), ([], []), "none of that makes anybody known")


def wire():
    """Mallory as a wire, who keeps all that goes by."""
    global relay, paired, called
    relay = Relay(middle, (middle.right, ADA))
    code = new_code()
    equal(join(code), None, "who only carries bytes is a wire")
    paired = relay.calls[0].said
    ok(verified(), "both are verified")
    equal(number(ada, "boris"), number(boris, "ada"), "with one safety number")
    boris.stop()
    count = len(relay.calls)
    start(boris)
    ok(wait_until(lambda: both(ada, boris)), "boris calls anew")
    ok(boris.say(cmd="say", to="ada", text="over the wire") and ada.run.wait("message", text="over the wire"), "they talk")
    called = relay.calls[count].said
    equal(called[True][:6], b"P2PT\1\2", "with the key of her door")


def once(change):
    """The next that the caller says is changed, and nothing after."""
    left = [change]

    def changed(from_caller, offset, data):
        return left.pop()(data) if from_caller and left else data
    return changed


def altered_records():
    for what, change in (("changed", lambda d: d[:-1] + bytes((d[-1] ^ 1,))), ("said twice", lambda d: d + d),
                         ("held back", lambda d: b""), ("cut short", lambda d: d[:-9])):
        ok(wait_until(lambda: both(ada, boris)), "boris is there")
        count = len(relay.calls)
        relay.change = once(change)
        boris.run.do(cmd="say", to="ada", text="a record " + what)
        boris.run.do(cmd="say", to="ada", text="and one behind it, " + what)
        ok(ada.run.wait("message", text="and one behind it, " + what), "a record is %s on its way: the text arrives all the same" % what)
        ok(wait_until(lambda: len(relay.calls) > count), "in another session")
    texts = ada.run.texts(dir="in")
    equal([t for t in texts if texts.count(t) != 1], [], "nothing was doubled")


# ---- replay and reflection ----

def replay():
    equal(len(poke(paired[True])), 0, "a pairing played again: silence")
    code = new_code()
    equal((len(poke(paired[True][:24], paired[True][24:])), tries(code, 1)), (SHARES, 1), "while another code is open it is a wrong one")
    ok(ada.say(cmd="unpair"), "which is taken back")
    equal(len(poke(called[True][:CALL_2], called[True][CALL_2:])), 0, "a call played again: silence, while that program runs")
    equal(len(poke(called[True][:CALL_2])), 0, "and its first message alone")
    told = len(ada.run.find("message"))
    boris.stop()
    ada.stop()
    start(ada)
    # A new process has not seen that key: it answers with one of its own, for which the rest is worthless.
    equal(len(poke(called[True][:CALL_2], called[True][CALL_2:])), MESSAGE_2, "another process says who it is, and hangs up when the rest does not fit")
    ok(ada.run.find("peer", peer=boris.key, state="online") == [] and not ada.run.find("message"), "boris was not there, nor any word of his")
    ok(told > 0, "though there were some")


def silent_to(who, relay, what):
    """Who calls through the relay says no more than its first message."""
    ok(wait_until(lambda: [c for c in relay.calls if c.over.is_set()]), what)
    said = [len(c.said[True]) for c in relay.calls]
    ok(all(n in (0, CALL_1, CALL_2) for n in said), "and does not say who it is: %s" % said)
    equal(who.run.find("peer", state="online"), [], "nobody is online by it")
    relay.stop()


def reflection():
    global relay
    relay.stop()
    relay = Relay(middle, called[False])
    start(boris)
    silent_to(boris, relay, "boris is answered with the words ada once said")
    relay = Relay(middle, None)
    boris.run.do(cmd="connect", name="ada")
    silent_to(boris, relay, "he hears his own words")
    relay = Relay(middle, None, lambda caller, offset, data: data[max(0, PREAMBLE - offset):])
    boris.run.do(cmd="connect", name="ada")
    silent_to(boris, relay, "and those but for the preamble")
    relay = Relay(middle, (middle.left, BORIS))
    boris.run.do(cmd="connect", name="ada")
    silent_to(boris, relay, "he is led to himself")
    ok(not boris.run.find("request"), "who asks for nothing")
    call = message_1()
    answer = poke(call)
    equal(len(poke(message_1(), answer)), MESSAGE_2, "ada's message 2 of one call as message 3 of another ends that")
    with inside(third):
        s = socket.create_connection((ADA, PORT), PATIENCE)
    with s:
        s.settimeout(PATIENCE / 2)
        s.sendall(message_1())
        s.sendall(s.recv(4096))
        with contextlib.suppress(ConnectionResetError):
            equal(s.recv(4096), b"", "and so does that of the same call")
    equal([e["nick"] for e in ada.run.find("request")], ["mallory"], "of both nothing is heard")


def downgrade():
    """What a caller asks for in the preamble is changed on its way."""
    global relay
    for what, at, value in (("suite 2 to 1", 5, 1), ("version 1 to 0", 4, 0), ("version 1 to 2", 4, 2)):
        relay = Relay(middle, (middle.right, ADA), lambda caller, offset, data: data[:at - offset] + bytes((value,)) + data[at - offset + 1:]
                      if caller and offset <= at < offset + len(data) and data[5 - offset] == 2 else b"" if caller else data)
        ok(boris.say(cmd="address", name="ada", address=AT_ADA), "boris calls ada")
        boris.run.do(cmd="connect", name="ada")
        ok(wait_until(lambda: [c for c in relay.calls if c.over.is_set()]), "%s on the way: they do not meet" % what)
        equal([c.said[False] for c in relay.calls if c.said[True][5:6] == b"\2"], [b""], "ada says nothing to that")
        ok(not online(boris, ada), "and boris knows that it is not her")
        relay.stop()


# ---- a stolen key ----

def stolen_key():
    """Mallory has Ada's key. She is Ada to everybody then; but she is not Boris to Ada."""
    boris.stop()
    thief = ["home=" + ada.path, "as=" + boris.key, "nick=boris"]
    for what in ([], ["own=yes"]):
        equal(attack(third, "call", AT_ADA, *thief, *what), "met %s closed" % ada.key,
              "the thief of ada's key calls her as boris, with %s key: closed" % (what and "another" or "the stolen"))
    # Ada looks for boris where Mallory's right leg is.
    for what in ([], ["own=yes"]):
        mallory = Attacker(middle.right, "answer", *thief, *what)
        ada.run.do(cmd="connect", name="boris")
        equal(mallory.wait("shy"), "shy %d" % CALL_1, "she answers as boris: ada does not say a word to that")
        mallory.stop()
    mallory = Attacker(middle.right, "answer", "nick=boris")
    ada.run.do(cmd="connect", name="boris")
    equal(mallory.wait("shy"), "shy %d" % CALL_1, "nor to somebody else at his address")
    mallory.stop()
    equal((ada.run.find("peer", peer=boris.key, state="online"), trust(ada, "boris")), ([], ["verified"]),
          "to ada boris is away, and verified as before")
    equal(attack(third, "call", AT_ADA, "home=" + boris.path), "met %s open 1" % ada.key, "it takes boris's own key to be boris")


def afterwards():
    middle.step_out()
    start(boris)
    ok(wait_until(lambda: both(ada, boris)), "when all is over ada and boris find each other")
    ok(ada.say(cmd="say", to="boris", text="at last") and boris.run.wait("message", text="at last"), "and talk")
    ok(verified(), "verified as ever")
    equal(ada.run.find("message", text="not for you"), [], "what was meant for Mallory's key never came to ada")
    equal((ada.stop(), boris.stop()), (0, 0), "both programs end well")


switch = Switch("sw")
first, second, third = Machine("h1", switch, ADA), Machine("h2", switch, BORIS), Machine("h3", switch, MALLORY)
ada, boris = person("ada", first), person("boris", second)
middle = Middle(switch, second, first)
start(ada, boris)
for function in (unknown, versions, own_key, invite_in_the_middle, first_contact, thousand_codes, claimed_code, pairing_in_the_middle, wire,
                 altered_records, replay, reflection, downgrade, stolen_key, afterwards):
    part(function)
done()
