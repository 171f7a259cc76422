#!/usr/bin/python3
"""make-noise-dissononce.py - our own Noise vectors as Debian's python3-dissononce makes them

    /usr/bin/python3 make-noise-dissononce.py < noise-cases.json > noise-dissononce.json

Both sides run here and must agree: each reads what the other wrote.

CipherState.rekey() of dissononce 0.34.3 is not used, because it is wrong twice: it keeps all 48 bytes of the sealed zeros
as the key, where the specification (section 4.2) keeps the first 32, and it sets n to 0, where the specification
(section 11.3) leaves n alone. rekey() below puts both right with dissononce's own cipher.
"""
import json
import sys

from dissononce.cipher.chachapoly import ChaChaPolyCipher
from dissononce.dh.x25519.private import PrivateKey
from dissononce.dh.x25519.x25519 import X25519DH
from dissononce.extras.dh.dangerous.dh_nogen import NoGenDH
from dissononce.hash.blake2b import Blake2bHash
from dissononce.processing.handshakepatterns.interactive.XX import XXHandshakePattern
from dissononce.processing.impl.cipherstate import CipherState
from dissononce.processing.impl.handshakestate import HandshakeState
from dissononce.processing.impl.symmetricstate import SymmetricState
from dissononce.processing.modifiers.psk import PSKPatternModifier


def rekey(cipher):
    key, n = cipher._key, cipher._nonce
    cipher.initialize_key(cipher.cipher.encrypt(key, 2**64 - 1, b"", bytes(32))[:32])
    cipher.set_nonce(n)


def unhex(text):
    return bytes.fromhex(text)


def side(case, which):
    pattern = XXHandshakePattern()
    psks = None
    if "XXpsk0" in case["protocol_name"]:
        pattern = PSKPatternModifier(0).modify(pattern)
        psks = [unhex(p) for p in case[which + "_psks"]]
    dh = NoGenDH(X25519DH(), PrivateKey(unhex(case[which + "_ephemeral"])))
    state = HandshakeState(SymmetricState(CipherState(ChaChaPolyCipher()), Blake2bHash()), dh)
    static = X25519DH().generate_keypair(PrivateKey(unhex(case[which + "_static"])))
    state.initialize(pattern, which == "init", unhex(case[which + "_prologue"]), s=static, psks=psks)
    assert state.protocol_name == case["protocol_name"]
    return state


def run(case):
    sides = [side(case, "init"), side(case, "resp")]
    out = dict(case, source="dissononce", transport="listed", messages=[])
    ends = [None, None]
    for i, message in enumerate(case["messages"][:3]):
        sent, got = bytearray(), bytearray()
        payload = unhex(message["payload"])
        ends[i % 2] = sides[i % 2].write_message(payload, sent)
        ends[1 - i % 2] = sides[1 - i % 2].read_message(bytes(sent), got)
        assert bytes(got) == payload
        out["messages"].append(dict(message, ciphertext=sent.hex()))
    hashes = [s.symmetricstate.get_handshake_hash() for s in sides]
    assert hashes[0] == hashes[1]
    out["handshake_hash"] = hashes[0].hex()
    for message in case["messages"][3:]:
        # The first cipher of each pair is for what the initiator sends.
        d = 0 if message.get("from", message.get("rekey")) == "initiator" else 1
        tx, rx = ends[d][d], ends[1 - d][d]
        if "rekey" in message:
            rekey(tx)
            rekey(rx)
            out["messages"].append(message)
        else:
            payload = unhex(message["payload"])
            sent = tx.encrypt_with_ad(b"", payload)
            assert rx.decrypt_with_ad(b"", sent) == payload
            out["messages"].append(dict(message, ciphertext=sent.hex()))
    return out


print(json.dumps({"vectors": [run(c) for c in json.load(sys.stdin)["cases"]]}, indent=1))
