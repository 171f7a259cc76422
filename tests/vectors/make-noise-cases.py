#!/usr/bin/python3
"""make-noise-cases.py - the inputs of our own Noise vectors: keys, payloads and steps, without one encrypted byte

Every byte comes from SHA-256 over a label, so that running this again prints the same file:

    /usr/bin/python3 make-noise-cases.py > noise-cases.json
"""
import hashlib
import json

PREAMBLE = {"XX": b"P2PT\x01\x01\x00\x00", "XXpsk0": b"P2PT\x01\x02\x00\x00"}


def made_up(label, n):
    """n bytes that anybody can make again."""
    out = b""
    while len(out) < n:
        out += hashlib.sha256(("p2p-tui vector %s %d" % (label, len(out))).encode()).digest()
    return out[:n]


# Prologue, sizes of the three handshake payloads, what follows: who sends how many bytes, or who makes a new key.
I, R = "initiator", "responder"
CASES = [
    ("nothing", b"", (0, 0, 0), [(I, 0), (R, 0), (I, 1), (R, 1)]),
    ("preamble", None, (0, 256, 256), [(I, 256), (R, 256), (R, 240), (I, 240), (I, 0)]),
    ("rekey-initiator", None, (0, 64, 64), [(I, 32), (R, 32), "rekey " + I, (I, 33), (R, 33), (I, 0), (I, 100)]),
    ("rekey-responder", None, (0, 64, 64), [(R, 16), "rekey " + R, (I, 17), (R, 17), (R, 255), (I, 255)]),
    ("rekey-both", None, (0, 1, 2),
     ["rekey " + I, "rekey " + R, (I, 64), (R, 64), (I, 65), (I, 66), "rekey " + I, "rekey " + I, (I, 3), (R, 3),
      "rekey " + R, (R, 4), (I, 4), "rekey " + R, (R, 5)]),
    ("sizes", made_up("prologue", 200), (17, 1, 301), [(I, 63), (R, 64), (I, 65), (R, 127), (I, 128), (R, 1000)]),
]


def step(name, number, what):
    if isinstance(what, str):
        return {"rekey": what.split()[1]}
    sender, size = what
    return {"from": sender, "payload": made_up("%s step %d" % (name, number), size).hex()}


def case(pattern, short, prologue, sizes, steps):
    name = "%s %s" % (pattern, short)
    if prologue is None:
        prologue = PREAMBLE[pattern]
    out = {"name": name, "protocol_name": "Noise_%s_25519_ChaChaPoly_BLAKE2b" % pattern}
    for side in ("init", "resp"):
        out[side + "_prologue"] = prologue.hex()
        out[side + "_static"] = made_up("%s %s static" % (name, side), 32).hex()
        out[side + "_ephemeral"] = made_up("%s %s ephemeral" % (name, side), 32).hex()
        if pattern == "XXpsk0":
            out[side + "_psks"] = [made_up("%s psk" % name, 32).hex()]
    out["messages"] = [{"payload": made_up("%s payload %d" % (name, i), n).hex()} for i, n in enumerate(sizes)]
    out["messages"] += [step(name, i, what) for i, what in enumerate(steps)]
    return out


print(json.dumps({"cases": [case(p, *c) for p in ("XX", "XXpsk0") for c in CASES]}, indent=1))
