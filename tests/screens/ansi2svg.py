#!/usr/bin/env python3
"""ansi2svg.py - a terminal screen as an SVG picture

usage: tmux capture-pane -e -p -N | ansi2svg.py [--light] [--classic] [--title TEXT] > screen.svg

Reads text with SGR sequences, one line per row. Every cell keeps its place whatever font the reader has: runs of text
get their exact width, lines and blocks are drawn as shapes.
"""
import re
import sys
import unicodedata
from html import escape

CELL_W, CELL_H, FONT = 9, 19, 15
PAD = 14
FONTS = "ui-monospace,'DejaVu Sans Mono','Liberation Mono',Menlo,Consolas,monospace"
DEFAULT_FG, DEFAULT_BG = "#d3d7de", "#1c2027"
LIGHT_FG, LIGHT_BG = "#1c2027", "#fbfbf8"
PALETTE = [
    "#39404c", "#e5747b", "#93c47d", "#e3c078", "#6fa8dc", "#c38bd6", "#66bfc2", "#d3d7de",
    "#727b8a", "#f08d93", "#a9d690", "#f0d28e", "#8cbdea", "#d3a4e3", "#84d3d5", "#ffffff",
]
# What xterm has shown since its beginning.
CLASSIC = [
    "#000000", "#cd0000", "#00cd00", "#cdcd00", "#0000ee", "#cd00cd", "#00cdcd", "#e5e5e5",
    "#7f7f7f", "#ff0000", "#00ff00", "#ffff00", "#5c5cff", "#ff00ff", "#00ffff", "#ffffff",
]
SGR = re.compile(r"\x1b\[([0-9;:]*)m")
OTHER = re.compile(r"\x1b(?:\[[0-9;:?<>=]*[@-ln-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][A-Z0-9])|[\x00-\x08\x0b-\x1a\x7f]")


def colour(n):
    """Of the 256 colours."""
    if n < 16:
        return PALETTE[n]
    if n >= 232:
        v = 8 + 10 * (n - 232)
        return f"#{v:02x}{v:02x}{v:02x}"
    n -= 16
    steps = [0, 95, 135, 175, 215, 255]
    return "#" + "".join(f"{steps[v]:02x}" for v in (n // 36, n // 6 % 6, n % 6))


class Style:
    """What SGR has set."""

    def __init__(self):
        self.fg = self.bg = None
        self.bold = self.dim = self.italic = self.under = self.reverse = self.strike = False

    def key(self):
        fg, bg = self.fg, self.bg
        if isinstance(fg, int) and self.bold and fg < 8:
            fg += 8
        fg = colour(fg) if isinstance(fg, int) else fg or DEFAULT_FG
        bg = colour(bg) if isinstance(bg, int) else bg
        if self.reverse:
            fg, bg = bg or DEFAULT_BG, fg
        return (fg, bg, self.bold, self.dim, self.italic, self.under, self.strike)

    def extended(self, codes):
        """What stands behind 38 or 48."""
        kind = codes.pop(0) if codes else 0
        if kind == 5 and codes:
            return codes.pop(0)
        if kind == 2 and len(codes) >= 3:
            rgb = codes[:3]
            del codes[:3]
            return "#" + "".join(f"{v & 255:02x}" for v in rgb)
        return None

    def apply(self, text):
        codes = [int(c) if c else 0 for c in text.replace(":", ";").split(";")]
        while codes:
            c = codes.pop(0)
            if c == 0:
                self.__init__()
            elif c in (1, 2, 3, 4, 7, 9):
                name = {1: "bold", 2: "dim", 3: "italic", 4: "under", 7: "reverse", 9: "strike"}[c]
                setattr(self, name, True)
            elif c == 22:
                self.bold = self.dim = False
            elif c in (23, 24, 27, 29):
                setattr(self, {23: "italic", 24: "under", 27: "reverse", 29: "strike"}[c], False)
            elif c == 38:
                self.fg = self.extended(codes)
            elif c == 48:
                self.bg = self.extended(codes)
            elif 30 <= c <= 37 or 90 <= c <= 97:
                self.fg = c - 30 if c < 90 else c - 82
            elif 40 <= c <= 47 or 100 <= c <= 107:
                self.bg = c - 40 if c < 100 else c - 92
            elif c == 39:
                self.fg = None
            elif c == 49:
                self.bg = None


def width(ch):
    if unicodedata.combining(ch) or unicodedata.category(ch) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(ch) in "WF" else 1


def read_cells(lines):
    """Rows of (text, width, style key)."""
    rows = []
    style = Style()
    for line in lines:
        row, at = [], 0
        for part in SGR.split(OTHER.sub(lambda m: m[0] if m[0].endswith("m") else "", line)):
            at += 1
            if at % 2 == 0:
                style.apply(part)
                continue
            for ch in part:
                w = width(ch)
                if w == 0 and row:
                    row[-1] = (row[-1][0] + ch, row[-1][1], row[-1][2])
                elif w:
                    row.append((ch, w, style.key()))
        rows.append(row)
    return rows


# Box lines: which arms a character has (left, right, up, down) and how thick they are.
ARMS = {}
for _chars, _thick in (("─│┌┐└┘├┤┬┴┼", 1.2), ("━┃┏┓┗┛┣┫┳┻╋", 2.6)):
    for _ch, _arms in zip(_chars, ("lr", "ud", "rd", "ld", "ru", "lu", "rud", "lud", "lrd", "lru", "lrud")):
        ARMS[_ch] = (_arms, _thick)
EIGHTHS = {chr(0x2590 - n): n for n in range(1, 9)}  # ▏ to █, by their eighths from the left


def shape(ch, x, y, fg):
    """Lines and blocks as SVG; None for anything else."""
    if ch in EIGHTHS:
        return f'<rect x="{x}" y="{y}" width="{CELL_W * EIGHTHS[ch] / 8:g}" height="{CELL_H}" fill="{fg}"/>'
    if ch in "▀▄":
        return f'<rect x="{x}" y="{y + (ch == "▄") * CELL_H / 2:g}" width="{CELL_W}" height="{CELL_H / 2:g}" fill="{fg}"/>'
    if ch not in ARMS:
        return None
    arms, thick = ARMS[ch]
    mx, my = x + CELL_W / 2, y + CELL_H / 2
    path = ""
    for arm, tx, ty in (("l", x, my), ("r", x + CELL_W, my), ("u", mx, y), ("d", mx, y + CELL_H)):
        if arm in arms:
            path += f"M{mx:g} {my:g}L{tx:g} {ty:g}"
    return f'<path d="{path}" stroke="{fg}" stroke-width="{thick}" fill="none"/>'


def text_run(text, x, y, cells, key):
    fg, _, bold, dim, italic, under, strike = key
    attrs = f' fill="{fg}"' if fg != DEFAULT_FG else ""
    attrs += ' font-weight="bold"' if bold else ""
    attrs += ' opacity=".62"' if dim else ""
    attrs += ' font-style="italic"' if italic else ""
    lines = " ".join(n for n, on in (("underline", under), ("line-through", strike)) if on)
    attrs += f' text-decoration="{lines}"' if lines else ""
    return (f'<text x="{x}" y="{y + CELL_H * 0.74:g}" textLength="{cells * CELL_W}"{attrs}>'
            f'{escape(text, quote=False)}</text>')


def draw_row(row, y):
    back, front = [], []
    x = PAD
    i = 0
    while i < len(row):
        ch, w, key = row[i]
        cells, text, j = w, ch, i + 1
        plain = shape(ch, 0, 0, "") is None and ch.isascii()
        # A run: same style, ASCII only, for that is what every monospace font has in the same width.
        while plain and j < len(row) and row[j][2] == key and row[j][0].isascii():
            text += row[j][0]
            cells += row[j][1]
            j += 1
        if key[1]:
            back.append(f'<rect x="{x}" y="{y}" width="{cells * CELL_W}" height="{CELL_H}" fill="{key[1]}"/>')
        drawn = shape(ch, x, y, key[0])
        if drawn:
            front.append(drawn)
        else:
            front.extend(words(text, x, y, key) if plain else [text_run(text, x, y, cells, key)])
        x += cells * CELL_W
        i = j
    return back + front


def words(text, x, y, key):
    """The run without the blanks at its ends, unless a line goes through or under them."""
    kept = text if key[5] or key[6] else text.strip(" ")
    if not kept:
        return []
    return [text_run(kept, x + (len(text) - len(text.lstrip(" ")) if kept != text else 0) * CELL_W, y, len(kept), key)]


def main():
    global DEFAULT_FG, DEFAULT_BG
    words = sys.argv[1:]
    if "--light" in words:
        words.remove("--light")
        DEFAULT_FG, DEFAULT_BG = LIGHT_FG, LIGHT_BG
    if "--classic" in words:
        words.remove("--classic")
        PALETTE[:] = CLASSIC
        DEFAULT_FG, DEFAULT_BG = ("#000000", "#ffffff") if DEFAULT_BG == LIGHT_BG else ("#e5e5e5", "#000000")
    title = words[1] if len(words) == 2 and words[0] == "--title" else "p2p-tui"
    rows = read_cells(sys.stdin.buffer.read().decode("utf-8", "replace").rstrip("\n").split("\n"))
    columns = max(sum(c[1] for c in row) for row in rows)
    w, h = columns * CELL_W + 2 * PAD, len(rows) * CELL_H + 2 * PAD
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" shape-rendering="crispEdges" role="img">',
           f"<title>{escape(title)}</title>",
           f'<rect width="{w}" height="{h}" rx="8" fill="{DEFAULT_BG}"/>',
           f'<g font-family="{FONTS}" font-size="{FONT}" fill="{DEFAULT_FG}" xml:space="preserve">']
    for n, row in enumerate(rows):
        out += draw_row(row, PAD + n * CELL_H)
    out.append("</g>\n</svg>")
    print("\n".join(out))


if __name__ == "__main__":
    main()
