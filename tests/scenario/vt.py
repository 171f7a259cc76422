"""vt.py - a terminal as far as tests need one: what a program wrote becomes cells, and what no terminal knows is told

It takes what the terminfo entries of xterm, tmux, screen, the Linux console, foot, kitty and VTE make curses write, and the modes p2p-tui
switches itself. Anything else is kept in `unknown`, so that a test can say so.
"""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "screens"))
from ansi2svg import width  # noqa: E402

TOKEN = re.compile(
    rb"\x1b\[(?P<csi>[0-9;:<=>?]*)(?P<mid>[ -/]*)(?P<final>[@-~])"
    rb"|\x1b(?P<string>[\]P_X^])(?P<body>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    rb"|\x1b(?P<esc>[ -/]+[0-~]|[0-OQ-WYZ\\`-~])"
    rb"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f])"
    rb"|(?P<text>[\x20-\x7e]+|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})", re.S)
BLANK = (" ", None, None, "")
# Modes the Linux console and everybody else pass over when they do not know them.
MODES = {"1", "7", "12", "25", "34", "47", "1002", "1004", "1006", "1034", "1049", "2004", "2026", "2031"}
ATTRS = {1: "b", 2: "d", 3: "i", 4: "u", 5: "k", 7: "r", 8: "h", 9: "s"}
OFF = {22: "bd", 23: "i", 24: "u", 25: "k", 27: "r", 28: "h", 29: "s"}


class Vt:
    """The screen of a terminal of h rows and w columns."""

    def __init__(self, h, w):
        self.h, self.w = h, w
        self.rest = b""
        self.modes = {"7", "25"}
        self.unknown, self.strings, self.asked = [], [], []
        self.frames = self.clears = self.loose = self.bells = 0
        self.pen = (None, None, "")
        self.saved = (0, 0)
        self.keypad = False
        self.wipe()

    def wipe(self):
        self.cells = [[BLANK] * self.w for _ in range(self.h)]
        self.y = self.x = 0
        self.top, self.bottom = 0, self.h - 1
        self.last = " "

    def resize(self, h, w):
        """As a terminal without a memory does: what fits stays."""
        self.cells = [row[:w] + [BLANK] * (w - len(row)) for row in self.cells[:h]]
        self.cells += [[BLANK] * w for _ in range(h - len(self.cells))]
        self.h, self.w = h, w
        self.y, self.x = min(self.y, h - 1), min(self.x, w - 1)
        self.top, self.bottom = 0, h - 1

    # --- what is there ---

    def text(self):
        return "\n".join("".join(c[0] for c in row).rstrip() for row in self.cells) + "\n"

    def find(self, what):
        """The cell a text begins with, (y, x), or None."""
        for y, row in enumerate(self.cells):
            line = "".join(c[0] or "" for c in row)
            at = line.find(what)
            if at >= 0:
                cells = [x for x, c in enumerate(row) for _ in c[0]]
                return y, cells[at]
        return None

    def look(self, what):
        """Foreground, background and attributes of the first cell of a text."""
        at = self.find(what)
        return None if at is None else self.cells[at[0]][at[1]][1:]

    # --- what comes ---

    def feed(self, data):
        data = self.rest + data
        at = 0
        while at < len(data):
            m = TOKEN.match(data, at)
            if m is None:
                if len(data) - at < 4096 and (data[at] == 0x1b or data[at] >= 0xc2):
                    break
                self.unknown.append(data[at:at + 1])
                at += 1
                continue
            self.token(m)
            at = m.end()
        self.rest = data[at:]

    def token(self, m):
        if m["text"] is not None:
            for ch in m["text"].decode():
                self.put(ch)
        elif m["csi"] is not None:
            self.csi(m["csi"].decode(), m["mid"].decode(), m["final"].decode(), m[0])
        elif m["string"] is not None:
            self.strings.append(m["string"] + m["body"])
        elif m["control"] is not None:
            self.control(m["control"])
        else:
            self.escape(m["esc"], m[0])

    def drawn(self):
        """Something visible was written: outside a frame it may flicker."""
        if "2026" not in self.modes:
            self.loose += 1

    def put(self, ch):
        self.drawn()
        n = width(ch)
        if n == 0:
            x = max(self.x - 1, 0)
            c = self.cells[self.y][x]
            self.cells[self.y][x] = (c[0] + ch,) + c[1:]
            return
        if self.x + n > self.w:
            self.x = 0
            self.down()
        self.cells[self.y][self.x] = (ch,) + self.pen
        if n == 2 and self.x + 1 < self.w:
            self.cells[self.y][self.x + 1] = ("",) + self.pen
        self.x += n
        self.last = ch

    def down(self):
        if self.y == self.bottom:
            self.scroll(1)
        elif self.y < self.h - 1:
            self.y += 1

    def scroll(self, n):
        blank = [[BLANK[:1] + (None, self.pen[1], "")] * self.w for _ in range(abs(n))]
        part = self.cells[self.top:self.bottom + 1]
        part = part[n:] + blank if n > 0 else blank + part[:n]
        self.cells[self.top:self.bottom + 1] = part[:self.bottom + 1 - self.top]

    def control(self, c):
        if c == b"\r":
            self.x = 0
        elif c == b"\n":
            self.down()
        elif c == b"\b":
            self.x = max(min(self.x, self.w - 1) - 1, 0)
        elif c == b"\t":
            self.x = min((self.x // 8 + 1) * 8, self.w - 1)
        elif c == b"\a":
            self.bells += 1
        elif c not in (b"\x0e", b"\x0f"):
            self.unknown.append(c)

    def escape(self, e, raw):
        if e == b"7":
            self.saved = (self.y, self.x)
        elif e == b"8":
            self.y, self.x = self.saved
        elif e == b"M":
            if self.y == self.top:
                self.scroll(-1)
            else:
                self.y = max(self.y - 1, 0)
        elif e == b"D":
            self.down()
        elif e == b"E":
            self.x = 0
            self.down()
        elif e in (b"=", b">"):
            self.keypad = e == b"="
        elif e[:1] not in (b"(", b")", b"*", b"+") and e != b"\\":
            self.unknown.append(raw)

    # --- control sequences ---

    def csi(self, params, mid, final, raw):
        if final == "m" and not mid and params[:1] not in (">", "?"):
            self.sgr(params)
        elif final in "hl" and not mid:
            self.mode(params, final == "h", raw)
        elif final == "c" and params[:1] == "?":
            pass  # the cursor's shape on the Linux console
        elif params[:1] in ("?", ">", "=", "<") or mid or final in "ctnu":
            self.question(params, mid, final, raw)
        else:
            n = [int(p) if p else 0 for p in params.split(";")]
            self.move(n, final, raw)

    def question(self, params, mid, final, raw):
        """What is asked for, or not about cells: DA, title stack."""
        if (mid, final) in (("", "c"), ("", "n"), ("", "t"), (" ", "q"), ("$", "p")) or (final == "u" and params):
            self.asked.append(raw)
        else:
            self.unknown.append(raw)

    def mode(self, params, on, raw):
        if not params.startswith("?"):
            if params not in ("4", "34"):
                self.unknown.append(raw)
            return
        for p in params[1:].split(";"):
            if p not in MODES:
                self.unknown.append(raw)
            if p in ("47", "1049"):
                self.cells = [[BLANK] * self.w for _ in range(self.h)]
            if p == "2026" and not on and p in self.modes:
                self.frames += 1
            (self.modes.add if on else self.modes.discard)(p)

    def sgr(self, params):
        fg, bg, attrs = self.pen
        codes = [int(c) if c else 0 for c in params.replace(":", ";").split(";")]
        while codes:
            c = codes.pop(0)
            if c == 0:
                fg, bg, attrs = None, None, ""
            elif c in ATTRS:
                attrs = "".join(sorted(set(attrs) | {ATTRS[c]}))
            elif c in OFF:
                attrs = "".join(a for a in attrs if a not in OFF[c])
            elif c in (38, 48):
                kind = codes.pop(0) if codes else 0
                value = codes.pop(0) if kind == 5 else tuple(codes.pop(0) for _ in range(3))
                fg, bg = (value, bg) if c == 38 else (fg, value)
            elif 30 <= c <= 37 or 90 <= c <= 97:
                fg = c - 30 if c < 90 else c - 82
            elif 40 <= c <= 47 or 100 <= c <= 107:
                bg = c - 40 if c < 100 else c - 92
            elif c in (39, 49):
                fg, bg = (None, bg) if c == 39 else (fg, None)
            elif c not in (10, 11):
                self.unknown.append(f"SGR {c}".encode())
        self.pen = (fg, bg, attrs)

    def move(self, n, final, raw):
        one = max(n[0], 1)
        bottom = self.bottom if self.y <= self.bottom else self.h - 1
        if final in "Hf":
            self.y = min(one, self.h) - 1
            self.x = min(max(n[1] if len(n) > 1 else 1, 1), self.w) - 1
        elif final == "A":
            self.y = max(self.y - one, 0)
        elif final in "Be":
            self.y = min(self.y + one, bottom)
        elif final in "Ca":
            self.x = min(self.x + one, self.w - 1)
        elif final == "D":
            self.x = max(min(self.x, self.w - 1) - one, 0)
        elif final in "EF":
            self.x = 0
            self.y = min(self.y + one, bottom) if final == "E" else max(self.y - one, 0)
        elif final in "G`":
            self.x = min(one, self.w) - 1
        elif final == "d":
            self.y = min(one, self.h) - 1
        elif final == "r":
            self.top, self.bottom = one - 1, (n[1] if len(n) > 1 and n[1] else self.h) - 1
            self.y = self.x = 0
        else:
            self.edit(n, one, final, raw)

    def edit(self, n, one, final, raw):
        blank = BLANK[:1] + (None, self.pen[1], "")
        row = self.cells[self.y]
        x = min(self.x, self.w - 1)
        self.drawn()
        if final == "J":
            if n[0] == 2 or (n[0] == 0 and (self.y, self.x) == (0, 0)):
                self.clears += 1
            first, last = {0: (self.y, self.h), 1: (0, self.y + 1), 2: (0, self.h)}.get(n[0], (0, 0))
            for y in range(first, last):
                if n[0] == 2 or y != self.y:
                    self.cells[y] = [blank] * self.w
            if n[0] < 2:
                self.edit(n, one, "K", raw)
        elif final == "K":
            first, last = {0: (x, self.w), 1: (0, x + 1), 2: (0, self.w)}[n[0]]
            row[first:last] = [blank] * (last - first)
        elif final == "X":
            row[x:x + one] = [blank] * min(one, self.w - x)
        elif final == "P":
            self.cells[self.y] = (row[:x] + row[x + one:] + [blank] * one)[:self.w]
        elif final == "@":
            self.cells[self.y] = (row[:x] + [blank] * one + row[x:])[:self.w]
        elif final == "b":
            for _ in range(one):
                self.put(self.last)
        elif final in "LMST":
            top = self.top
            self.top = self.y if final in "LM" else top
            self.scroll(one if final in "MS" else -one)
            self.top = top
        else:
            self.unknown.append(raw)
