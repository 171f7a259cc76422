"""editor.py - the terminal between the program, the person's editor and the shell: files dropped onto it, `bg`, and signals to end"""
import os
import select
import signal
import sys
import time

from peer import PATIENCE, done, ok, top
from terminals import Terminal, prepare

# Lines typed to it are its commands.
EDITOR = """#!/bin/sh
stty sane
printf '\\033[2J\\033[Hediting\\n'
while read -r line; do
	case $line in
	stop) kill -STOP 0 ;;
	end) break ;;
	*) echo "read $line" ;;
	esac
done
"""
ASK, WANT, LEAVE = b"]72;t=q", b"]72;t=a;text/uri-list", b"]72;t=A"
KNOWS = b"\x1b]72;t=q;\x1b\\"


# What stands there when nothing goes on, on a screen and where one line follows the other.
READY = {"xterm-256color": " F1 help", "dumb": "Boris> "}


def begin(home, kind="xterm-256color"):
    """A text has been begun, that the editor can have."""
    t = Terminal(home, kind, env={"EDITOR": os.path.join(home, "editor")})
    t.shows(READY[kind])
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


def background(home, kind):
    """The editor stopped, and the shell goes on with both in the background."""
    t = begin(home, kind)
    edit(t)
    t.press(b"stop\n")
    ok(t.hear() == "stopped\n", "the editor stops, and the program with it")
    shell = os.tcgetpgrp(t.master)
    for _ in range(2):
        os.write(t.say, b"b")
        ok(t.hear() == "stopped\n", "bg: it stops again")
        ok(os.tcgetpgrp(t.master) == shell, "and the shell keeps its terminal")
    os.write(t.say, b"c")
    t.press(b"here\n")
    ok(t.until(lambda: "read here" in t.vt.text()), "fg: the editor goes on", t.vt.text())
    os.kill(t.pid, signal.SIGSTOP)
    ok(t.hear() == "stopped\n", "SIGSTOP stops the program alone")
    os.write(t.say, b"b")
    ok(t.hear() == "stopped\n" and os.tcgetpgrp(t.master) == shell, "bg after that: the same")
    os.write(t.say, b"c")
    t.press(b"there\n")
    ok(t.until(lambda: "read there" in t.vt.text()), "fg: the editor goes on", t.vt.text())
    t.press(b"end\n")
    ok(t.shows("half a sentence") and t.shows(READY[kind]), "and gives the terminal back", t.vt.text())
    t.end()


def jobs(home, kind):
    """`kill %1`, which goes on with what was stopped so that it hears the signal; with the editor and without."""
    for editing in (True, False):
        t = begin(home, kind)
        if editing:
            edit(t)
        t.press(b"stop\n" if editing else b"\x1a")
        ok(t.hear() == "stopped\n", "stopped")
        shell = os.tcgetpgrp(t.master)
        t.quiet(0)
        t.bytes = 0
        os.kill(t.pid, signal.SIGTERM)
        os.write(t.say, b"b")
        said = t.hear(PATIENCE)
        ok(said.startswith("ended 0 "), f"a job in the background ends when it is told to{', and its editor' if editing else ''}", said)
        # The shell ends with its job; then it is nobody's.
        ok(t.bytes == 0 and os.tcgetpgrp(t.master) in (shell, 0), "and leaves the shell its terminal as it is", str(t.bytes))
        if not said.startswith("ended"):
            os.kill(t.pid, signal.SIGKILL)
        t.close()


def fill(t, slave, holds):
    """Writes to the terminal whenever there is room, for as long as that holds; nobody reads it."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and holds():
        try:
            os.write(slave, b"x")
        except BlockingIOError:
            select.select([t.told], [], [], 0.005)


def stalled(home, kind):
    """A terminal that takes nothing any more while the editor has it, and a signal to end."""
    t = begin(home, kind)
    edit(t)
    slave = os.open(f"/proc/{t.pid}/fd/1", os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    full = [0]

    def room():
        full[0] = 0 if select.select([], [slave], [], 0)[1] else full[0] + 1
        return full[0] < 20

    fill(t, slave, room)
    ok(full[0] == 20, "a terminal takes nothing any more")
    os.kill(t.pid, signal.SIGTERM)
    fill(t, slave, lambda: not select.select([t.told], [], [], 0)[0])
    os.close(slave)
    t.master, master = -1, t.master
    said = t.hear(1)
    ok(said.startswith("ended "), "a terminal that takes nothing keeps nobody from ending it", said)
    t.master = master
    if said == "":
        os.kill(t.pid, signal.SIGKILL)
    t.close()


def main():
    parts = {"drops": drops, "background": background, "jobs": jobs, "stalled": stalled}
    home = prepare(top)
    with open(os.path.join(home, "editor"), "w", encoding="utf-8") as f:
        f.write(EDITOR)
    os.chmod(os.path.join(home, "editor"), 0o755)
    for name in sys.argv[1:] or parts:
        if name == "drops":
            drops(home)
            continue
        for kind in READY:
            print(f"# {name}, TERM={kind}", flush=True)
            parts[name](home, kind)
    done()


if __name__ == "__main__":
    main()
