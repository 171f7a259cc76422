#!/usr/bin/env python3
"""gallery.py - pictures of the screens that tests wrote as NAME.dark.ansi, NAME.light.ansi, NAME.dark16.ansi and so on

usage: gallery.py FOLDER

Each becomes NAME.dark.svg, and NAME.dark.png where rsvg-convert is there; index.html shows all of them side by side.
"""
import os
import shutil
import subprocess
import sys
from html import escape

HERE = os.path.dirname(os.path.abspath(__file__))


def draw(path):
    """The picture of one screen; returns its file name."""
    base = path[:-len(".ansi")]
    word = base.rsplit(".", 1)[1]
    light = ["--light"] if word.startswith("light") else []
    # Where there are few colours, they are the ones that old terminals have.
    light += ["--classic"] if word[-1].isdigit() else []
    with open(path, "rb") as screen, open(base + ".svg", "wb") as out:
        subprocess.run([sys.executable, os.path.join(HERE, "ansi2svg.py"), *light, "--title", os.path.basename(base)],
                       stdin=screen, stdout=out, check=True)
    if shutil.which("rsvg-convert"):
        subprocess.run(["rsvg-convert", "-o", base + ".png", base + ".svg"], check=True)
    return os.path.basename(base) + ".svg"


def main():
    if len(sys.argv) != 2:
        raise SystemExit("usage: gallery.py FOLDER")
    folder = sys.argv[1]
    screens = sorted(f for f in os.listdir(folder) if f.endswith(".ansi"))
    if not screens:
        raise SystemExit(f"{folder} has no screens")
    body = []
    for name in screens:
        body.append(f'<figure><img src="{escape(draw(os.path.join(folder, name)))}"><figcaption>'
                    f"{escape(name[:-len('.ansi')])}</figcaption></figure>")
    with open(os.path.join(folder, "index.html"), "w") as out:
        out.write('<!DOCTYPE html><meta charset="utf-8"><title>p2p-tui: screens</title>\n'
                  "<style>body{background:#888;font-family:sans-serif}figure{display:inline-block;margin:8px;"
                  "vertical-align:top}img{max-width:100%}</style>\n" + "\n".join(body) + "\n")
    print(f"{len(screens)} screens in {folder}/index.html")


if __name__ == "__main__":
    main()
