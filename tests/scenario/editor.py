#!/usr/bin/env python3
"""editor.py - the terminal between the program, the person's editor and the shell: files dropped onto it, `bg`, and signals to end"""
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import terminals  # noqa: E402
from terminals import Terminal, ok  # noqa: E402

# Lines typed to it are its commands.
EDITOR = """#!/bin/sh
stty sane
printf '\\033[2J\\033[Hediting\\n'
while read -r line; do
	case $line in
	stop) kill -STOP 0 ;;
	flood) dd if=/dev/zero bs=64k count=64 2>/dev/null | tr '\\0' x | dd bs=1 2>/dev/null ;;
	end) break ;;
	*) echo "read $line" ;;
	esac
done
"""
ASK, WANT, LEAVE = b"]72;t=q", b"]72;t=a;text/uri-list", b"]72;t=A"
KNOWS = b"\x1b]72;t=q;\x1b\\"


def begin(home):
    """The editor has the terminal and a text."""
    t = Terminal(home, env={"EDITOR": os.path.join(home, "editor")})
    t.shows(" F1 help")
    t.settle()
    t.press(b"half a sentence")
    t.shows("half a sentence")
    return t


def edit(t):
    t.press(b"\x18\x05")
    return t.until(lambda: "editing" in t.vt.text())


def drops(home):
    """Nothing that is dropped while the editor has the terminal may come as keys."""
    t = begin(home)
    t.press(KNOWS)
    ok(t.until(lambda: WANT in t.vt.strings), "the terminal tells of what is dropped", str(t.vt.strings))
    edit(t)
    ok(t.vt.strings[-1] == LEAVE, "not while the editor has it", str(t.vt.strings))
    t.vt.strings.clear()
    t.press(b"end\n")
    ok(t.until(lambda: ASK in t.vt.strings), "and is asked again afterwards", str(t.vt.strings))
    t.press(KNOWS)
    ok(t.until(lambda: WANT in t.vt.strings), "as at the beginning", str(t.vt.strings))
    t.end()


def main():
    folder = tempfile.mkdtemp(prefix="p2p-tui-test.")
    parts = {"drops": drops}
    try:
        home = terminals.prepare(folder)
        with open(os.path.join(home, "editor"), "w", encoding="utf-8") as f:
            f.write(EDITOR)
        os.chmod(os.path.join(home, "editor"), 0o755)
        for name in sys.argv[1:] or parts:
            parts[name](home)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    terminals.end()


if __name__ == "__main__":
    main()
