#!/usr/bin/python3
"""make-cpace.py - CPace over ristretto255 with its own arithmetic, from RFC 9496 and draft-irtf-cfrg-cpace; no library but hashlib

    make-cpace.py > cpace.json
"""
import hashlib
import json
import random

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def is_negative(x):
    return x % P & 1


def absolute(x):
    return -x % P if is_negative(x) else x % P


def sqrt_ratio_m1(u, v):
    """RFC 9496, 4.2"""
    r = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    check = v * r * r % P
    correct = check == u % P
    flipped = check == -u % P
    flipped_i = check == -u * SQRT_M1 % P
    if flipped or flipped_i:
        r = r * SQRT_M1 % P
    return correct or flipped, absolute(r)


INVSQRT_A_MINUS_D = sqrt_ratio_m1(1, -1 - D)[1]
SQRT_AD_MINUS_ONE = 25063068953384623474111414158702152701244531502492656460079210482610430750235
ONE_MINUS_D_SQ = (1 - D * D) % P
D_MINUS_ONE_SQ = (D - 1) ** 2 % P
assert SQRT_AD_MINUS_ONE**2 % P == (-D - 1) % P


def add(p, q):
    """Extended coordinates, a = -1 (RFC 8032, 5.1.4)"""
    x1, y1, z1, t1 = p
    x2, y2, z2, t2 = q
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(n, p):
    out = (0, 1, 1, 0)
    while n:
        if n & 1:
            out = add(out, p)
        p = add(p, p)
        n >>= 1
    return out


def encode(p):
    """RFC 9496, 4.3.2"""
    x0, y0, z0, t0 = p
    u1, u2 = (z0 + y0) * (z0 - y0) % P, x0 * y0 % P
    _, invsqrt = sqrt_ratio_m1(1, u1 * u2 * u2 % P)
    den1, den2 = invsqrt * u1 % P, invsqrt * u2 % P
    z_inv = den1 * den2 * t0 % P
    if is_negative(t0 * z_inv):
        x, y, den_inv = y0 * SQRT_M1 % P, x0 * SQRT_M1 % P, den1 * INVSQRT_A_MINUS_D % P
    else:
        x, y, den_inv = x0, y0, den2
    if is_negative(x * z_inv):
        y = -y % P
    return absolute(den_inv * (z0 - y)).to_bytes(32, "little")


def decode(data):
    """RFC 9496, 4.3.1"""
    s = int.from_bytes(data, "little")
    if s >= P or is_negative(s):
        return None
    ss = s * s % P
    u1, u2 = (1 - ss) % P, (1 + ss) % P
    v = (-(D * u1 * u1) - u2 * u2) % P
    square, invsqrt = sqrt_ratio_m1(1, v * u2 * u2 % P)
    den_x, den_y = invsqrt * u2 % P, invsqrt * invsqrt * u2 * v % P
    x, y = absolute(2 * s * den_x), u1 * den_y % P
    t = x * y % P
    if not square or is_negative(t) or y == 0:
        return None
    return x, y, 1, t


def map_to_element(data):
    """RFC 9496, 4.3.4"""
    t = int.from_bytes(data, "little") % 2**255 % P
    r = SQRT_M1 * t * t % P
    u = (r + 1) * ONE_MINUS_D_SQ % P
    v = (-1 - r * D) * (r + D) % P
    square, s = sqrt_ratio_m1(u, v)
    c = -1
    if not square:
        s, c = -absolute(s * t) % P, r
    n = (c * (r - 1) * D_MINUS_ONE_SQ - v) % P
    w0, w1 = 2 * s * v % P, n * SQRT_AD_MINUS_ONE % P
    w2, w3 = (1 - s * s) % P, (1 + s * s) % P
    return w0 * w3 % P, w2 * w1 % P, w1 * w3 % P, w0 * w2 % P


def from_hash(data):
    return add(map_to_element(data[:32]), map_to_element(data[32:]))


# ---- CPace


def prepend_len(data):
    n, out = len(data), b""
    while True:
        out += bytes([n & 127 | (128 if n >= 128 else 0)])
        n >>= 7
        if not n:
            return out + data


def lv_cat(*fields):
    return b"".join(prepend_len(f) for f in fields)


def generator(prs, ci, sid):
    dsi = b"CPaceRistretto255"
    zpad = max(0, 128 - 1 - len(prepend_len(prs)) - len(prepend_len(dsi)))
    return from_hash(hashlib.sha512(lv_cat(dsi, prs, bytes(zpad), ci, sid)).digest())


def run(prs, ci, sid, ya, ada, yb, adb):
    g = generator(prs, ci, sid)
    share_a, share_b = encode(multiply(ya, g)), encode(multiply(yb, g))
    k = encode(multiply(ya, decode(share_b)))
    assert k == encode(multiply(yb, decode(share_a)))
    transcript = lv_cat(share_a, ada) + lv_cat(share_b, adb)
    isk = hashlib.sha512(lv_cat(b"CPaceRistretto255_ISK", sid, k) + transcript).digest()
    values = {
        "PRS": prs, "CI": ci, "sid": sid, "g": encode(g),
        "ya": ya.to_bytes(32, "little"), "ADa": ada, "Ya": share_a,
        "yb": yb.to_bytes(32, "little"), "ADb": adb, "Yb": share_b,
        "K": k, "ISK_IR": isk,
        "psk": hashlib.blake2b(isk, digest_size=32).digest(),
    }
    return {name: value.hex() for name, value in values.items()}


def main():
    rng = random.Random(417)
    runs = []
    # As p2p-tui uses it, then shapes that it does not: nothing at all, lengths around a block and around LEB128's first byte.
    for i in range(8):
        digits = "".join(rng.choice("0123456789") for _ in range(11)).encode()
        runs.append((digits[3:], b"p2p-tui/1" + digits[:3], rng.randbytes(32), b"", b""))
    for prs, ci, sid, ada, adb in [
        (0, 0, 0, 0, 0), (107, 1, 1, 1, 1), (108, 5, 16, 0, 3), (109, 127, 127, 127, 127),
        (127, 128, 128, 128, 128), (128, 200, 16, 300, 0), (300, 129, 20, 256, 255),
    ]:
        runs.append(tuple(rng.randbytes(n) for n in (prs, ci, sid, ada, adb)))
    out = [run(prs, ci, sid, rng.randrange(1, L), ada, rng.randrange(1, L), adb)
           for prs, ci, sid, ada, adb in runs]
    bad = []
    while len(bad) < 8:
        data = bytearray(rng.randbytes(32))
        data[31] &= 127
        if decode(bytes(data)) is None:
            bad.append(bytes(data).hex())
    bad += [bytes(32).hex(), (P + 4).to_bytes(32, "little").hex(), (1).to_bytes(32, "little").hex()]
    print(json.dumps({"source": "make-cpace.py", "runs": out, "invalid": bad}, indent=1))


main()
