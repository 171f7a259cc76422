#!/usr/bin/python3
"""noise_dissononce.py - the same as noise_peer.c, with python3-dissononce

    noise_dissononce.py listen PATTERN PSK
    noise_dissononce.py connect PATTERN PSK PORT
"""
import signal
import socket
import struct
import sys

from dissononce.cipher.chachapoly import ChaChaPolyCipher
from dissononce.dh.x25519.x25519 import X25519DH
from dissononce.hash.blake2b import Blake2bHash
from dissononce.processing.handshakepatterns.interactive.XX import XXHandshakePattern
from dissononce.processing.impl.cipherstate import CipherState
from dissononce.processing.impl.handshakestate import HandshakeState
from dissononce.processing.impl.symmetricstate import SymmetricState
from dissononce.processing.modifiers.psk import PSKPatternModifier

PROLOGUE = b"P2PT\x01\x00\x00\x00"
PADDED = 256
SIZES = [0, 1, 255, 4096, 60000, 65535 - 16]
ROUNDS = 4
DEADLINE = 60


def said(size, number, initiator):
    start = size + 7 * number + (0 if initiator else 128)
    return bytes((i + start) & 255 for i in range(size))


def rekey(cipher):
    """dissononce 0.34.3's own keeps 48 bytes as the key and sets n to 0; the specification keeps 32 and leaves n."""
    n = cipher._nonce
    cipher.initialize_key(cipher.cipher.encrypt(cipher._key, 2**64 - 1, b"", bytes(32))[:32])
    cipher.set_nonce(n)


def receive_exactly(sock, n):
    out = b""
    while len(out) < n:
        piece = sock.recv(n - len(out))
        if not piece:
            sys.exit("the peer went away")
        out += piece
    return out


def send(sock, data):
    sock.sendall(struct.pack(">H", len(data)) + data)


def receive(sock):
    return receive_exactly(sock, struct.unpack(">H", receive_exactly(sock, 2))[0])


def handshake(sock, initiator, state):
    ends = None
    for i in range(3):
        payload = said(0 if i == 0 else PADDED, i, i % 2 == 0)
        if (i % 2 == 0) == initiator:
            out = bytearray()
            ends = state.write_message(payload, out)
            send(sock, bytes(out))
        else:
            got = bytearray()
            ends = state.read_message(receive(sock), got)
            if bytes(got) != payload:
                sys.exit("another payload arrived")
    return ends if initiator else ends[::-1]


def talk(sock, initiator, tx, rx):
    def say(size, number):
        send(sock, tx.encrypt_with_ad(b"", said(size, number, initiator)))

    def hear(size, number):
        if rx.decrypt_with_ad(b"", receive(sock)) != said(size, number, not initiator):
            sys.exit("another record arrived")

    for number in range(ROUNDS):
        for size in SIZES:
            if initiator:
                say(size, number)
            hear(size, number)
            if not initiator:
                say(size, number)
        if number % 2 == 0:
            rekey(tx if initiator else rx)
        if number >= 1:
            rekey(rx if initiator else tx)


def connection(args):
    if args[0] == "connect":
        return socket.create_connection(("127.0.0.1", int(args[3])))
    with socket.create_server(("127.0.0.1", 0)) as server:
        print("port", server.getsockname()[1], flush=True)
        return server.accept()[0]


def main(args):
    signal.alarm(DEADLINE)
    initiator = args[0] == "connect"
    pattern, psks = XXHandshakePattern(), None
    if args[1] == "XXpsk0":
        pattern, psks = PSKPatternModifier(0).modify(pattern), [bytes.fromhex(args[2])]
    keys = X25519DH().generate_keypair()
    state = HandshakeState(SymmetricState(CipherState(ChaChaPolyCipher()), Blake2bHash()), X25519DH())
    state.initialize(pattern, initiator, PROLOGUE, s=keys, psks=psks)
    with connection(args) as sock:
        tx, rx = handshake(sock, initiator, state)
        talk(sock, initiator, tx, rx)
    print("hash", state.symmetricstate.get_handshake_hash().hex())
    print("self", keys.public.data.hex())
    print("peer", state.rs.data.hex())


main(sys.argv[1:])
