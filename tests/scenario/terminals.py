#!/usr/bin/env python3
"""terminals.py - the real program on a pseudo-terminal: each kind of terminal, sizes, stops, hangups, light and dark

What it writes goes through vt.py and must make the same cells everywhere; what a kind of terminal does not know must not be written to it.
"""
import curses
import errno
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time

from peer import PATIENCE, PROGRAM, done, ok, skip, top
from vt import Vt

KINDS = ("xterm-256color xterm xterm-16color tmux-256color tmux screen screen-256color linux linux-16color foot xterm-kitty "
         "vte vte-256color konsole-256color alacritty st-256color rxvt-unicode-256color").split()
GROUND = b"\x1b]11;rgb:%s\x1b\\"
LIGHT, DARK = b"ffff/fefe/f0f0", b"1010/1212/1414"


# --- a terminal -------------------------------------------------------------------------------------------------------

class Terminal:
    """The program on a terminal of its own, with a shell's part played for it: ^Z stops it, "c" to `say` is fg, "b" is bg."""

    def __init__(self, home, kind="xterm-256color", h=24, w=80, env=(), ground=None):
        self.vt = Vt(h, w)
        self.ground = ground
        self.bytes = 0
        self.master, slave = pty.openpty()
        self.winsize(h, w)
        told, self.told = os.pipe()[::-1]
        hear, self.say = os.pipe()
        full = {"PATH": os.environ["PATH"], "HOME": home, "TERM": kind, "LC_ALL": "C.UTF-8", **dict(env)}
        args = [PROGRAM, "--home", os.path.join(home, "p2p"), "--listen", "127.0.0.1:0"]
        self.shell = os.fork()
        if self.shell == 0:
            os.close(self.master)
            os.close(self.told)
            os.close(self.say)
            self.play_shell(slave, args, full, told, hear)
        os.close(slave)
        os.close(told)
        os.close(hear)
        self.pid = int(self.hear().split()[1])

    @staticmethod
    def play_shell(slave, args, env, told, hear):
        """Job control: one job, in the foreground."""
        try:
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            for fd in range(3):
                os.dup2(slave, fd)
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            pid = os.fork()
            if pid == 0:
                os.setpgid(0, 0)
                os.tcsetpgrp(0, os.getpgrp())
                signal.signal(signal.SIGTTOU, signal.SIG_DFL)
                signal.signal(signal.SIGHUP, signal.SIG_DFL)
                os.execvpe(args[0], args, env)
            os.write(told, b"pid %d\n" % pid)
            while True:
                _, status = os.waitpid(pid, os.WUNTRACED)
                if not os.WIFSTOPPED(status):
                    usage = os.times()
                    os.write(told, b"ended %d %d\n" % (status, (usage[2] + usage[3]) * 1000))
                    os._exit(0)
                try:
                    os.tcsetpgrp(0, os.getpgrp())
                except OSError:
                    pass
                os.write(told, b"stopped\n")
                how = os.read(hear, 1)
                if how == b"":
                    os._exit(0)
                if how == b"c":
                    os.tcsetpgrp(0, pid)
                os.killpg(pid, signal.SIGCONT)
        finally:
            os._exit(1)

    def winsize(self, h, w):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", h, w, 0, 0))

    def resize(self, h, w):
        self.vt.resize(h, w)
        self.winsize(h, w)

    def hear(self, seconds=PATIENCE):
        """What the shell says next: "pid N", "stopped", "ended STATUS MS"; "" if nothing. What the program writes is read meanwhile."""
        end = time.monotonic() + seconds
        line = b""
        while not line.endswith(b"\n"):
            fds = [self.told] + ([self.master] if self.master >= 0 else [])
            ready = select.select(fds, [], [], max(end - time.monotonic(), 0))[0]
            if not ready:
                return ""
            if self.told in ready:
                byte = os.read(self.told, 1)
                if byte == b"":
                    return ""
                line += byte
            elif not self.read():
                self.hang_up()
        if self.master >= 0:
            self.quiet(0)
        return line.decode()

    def read(self):
        try:
            data = os.read(self.master, 65536)
        except OSError as e:
            if e.errno != errno.EIO:
                raise
            data = b""
        self.bytes += len(data)
        self.vt.feed(data)
        if self.ground is not None and b"]11;?" in b" ".join(self.vt.strings):
            self.press(GROUND % self.ground)
            self.ground = None
        return len(data) > 0

    def press(self, keys):
        os.write(self.master, keys)

    def until(self, holds, seconds=PATIENCE):
        end = time.monotonic() + seconds
        while not holds():
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.master], [], [], left)[0] or not self.read():
                return holds()
        return True

    def shows(self, text, seconds=PATIENCE):
        return self.until(lambda: text in self.vt.text() and "2026" not in self.vt.modes, seconds)

    def quiet(self, ms):
        """Whether nothing was written for so long; what was is read."""
        still = True
        while select.select([self.master], [], [], ms / 1000)[0]:
            still = False
            if not self.read():
                break
        return still

    def settle(self):
        """Waits until it has nothing more to say."""
        for _ in range(50):
            if self.quiet(150):
                return

    def hang_up(self):
        if self.master >= 0:
            os.close(self.master)
            self.master = -1

    def end(self):
        """Ends it, however it stands; its status and the CPU time of its life in ms, or None."""
        if self.master >= 0:
            try:
                os.kill(self.pid, signal.SIGTERM)
            except ProcessLookupError:
                pass
        answer = self.hear()
        if not answer.startswith("ended"):
            os.kill(self.pid, signal.SIGKILL)
            self.hear(5)
        self.close()
        return tuple(map(int, answer.split()[1:])) if answer.startswith("ended") else None

    def close(self):
        self.hang_up()
        for fd in (self.told, self.say):
            os.close(fd)
        os.waitpid(self.shell, 0)


# --- what is to be seen -----------------------------------------------------------------------------------------------

def plain(vt):
    """The text without the time of day."""
    return re.sub(r"\d\d:\d\d", "12:34", vt.text())


def given_back(vt):
    """Whether a terminal is as it was: no mode, no colour, the cursor there."""
    return vt.modes - {"12"} == {"7", "25"} and vt.pen == (None, None, "") and not vt.keypad


def key_of(kind, name):
    """What a key sends there, by terminfo."""
    curses.setupterm(kind, os.open(os.devnull, os.O_WRONLY))
    return curses.tigetstr(name)


def colours_of(kind):
    out = subprocess.run(["infocmp", "-1", kind], capture_output=True, text=True, check=True).stdout
    found = re.search(r"colors#(0x[0-9a-f]+|\d+)", out)
    return int(found[1], 0) if found else 0


def kind_of_terminal(home, kind, golden):
    """One kind: the same cells, its own keys, and nothing it would not know."""
    t = Terminal(home, kind)
    vt = t.vt
    opened = t.shows(" F1 help") and t.shows("Boris")
    t.settle()
    ok(opened and vt.look("PEERS") is not None, f"{kind}: opens", vt.text())
    if kind.startswith("screen"):
        ok("GNU screen keeps Esc back" in vt.text(), f"{kind}: why the mouse is off is said", vt.text())
        t.press(b"x")
        t.shows("› x")
        t.press(b"\x15")
        t.until(lambda: "› x" not in vt.text())
        t.settle()
    if golden:
        ok(plain(vt) == golden, f"{kind}: the same cells as the first", plain(vt) + golden)
    screen = plain(vt)
    many = colours_of(kind)
    want = 80 if many >= 256 else 14 if many >= 16 else 6
    if kind == "linux-16color":
        want = 6  # bright by being bold
    ok(vt.look("PEERS") == (want, None, "b"), f"{kind}: {many} colours are used as they are", f"{vt.look('PEERS')}")
    ok(t.quiet(200) or t.quiet(200), f"{kind}: and then nothing is written")  # but a minute that ends, once
    typed, minute = "", None
    while minute != vt.text().split("\n")[0]:  # a minute that ends in between is a frame of its own
        minute = vt.text().split("\n")[0]
        vt.frames = vt.loose = 0
        typed += "x"
        t.press(b"x")
        one = t.shows(f"› {typed}") and t.quiet(100) and vt.frames == 1
    ok(one, f"{kind}: a key is one frame", f"{vt.frames} frames\n{vt.text()}")
    t.press(b"\x15")
    for name, shown in (("kf1", "HELP"), ("kf3", "FILES")):
        t.press(key_of(kind, name))
        ok(t.shows(shown), f"{kind}: {name} shows {shown}", vt.text())
        t.press(b"\x1b")
        t.until(lambda: shown not in vt.text())
    ok(vt.loose == 0, f"{kind}: nothing visible is written outside of a frame", f"{vt.loose} times")
    t.press(key_of(kind, "kf10"))
    said = t.hear()
    ok(said.startswith("ended 0 ") and given_back(vt), f"{kind}: F10 ends it and gives the terminal back",
       f"{said} {vt.modes} {vt.pen}")
    ok(not vt.unknown, f"{kind}: nothing was written that it does not know", str(vt.unknown))
    if kind.startswith("linux"):
        ok(not vt.strings and not vt.asked, f"{kind}: nor a title, nor a question", f"{vt.strings} {vt.asked}")
    t.close()
    return screen


def kinds(home):
    golden = None
    # The first start has a tour that never comes back.
    t = Terminal(home)
    t.shows(" F1 help")
    t.settle()
    t.press(b"x")
    t.settle()
    t.press(b"\x15")
    t.settle()
    t.end()
    for kind in KINDS:
        if subprocess.run(["infocmp", kind], capture_output=True, check=False).returncode != 0:
            skip(kind, "its terminfo entry is not installed")
            continue
        golden = kind_of_terminal(home, kind, golden) if golden is None else (kind_of_terminal(home, kind, golden), golden)[1]


# --- light and dark, many colours and few -----------------------------------------------------------------------------

def grounds(home):
    t = Terminal(home)
    ok(t.shows(" F1 help") and t.vt.look("PEERS")[0] == 80, "dark until the terminal says otherwise: it is not waited for")
    ok(b"]11;?" in t.vt.strings, "it is asked")
    t.settle()
    t.vt.clears = t.vt.frames = 0
    t.press(GROUND % LIGHT)
    ok(t.until(lambda: t.vt.look("PEERS")[0] == 24), "told that it is light, it is light", str(t.vt.look("PEERS")))
    t.settle()
    ok(t.vt.frames == 1 and t.vt.clears == 0, "in one frame, without a blank between", f"{t.vt.frames} {t.vt.clears}")
    t.press(GROUND % DARK)
    ok(t.until(lambda: t.vt.look("PEERS")[0] == 80), "and dark again")
    t.settle()
    t.vt.strings.clear()
    t.ground = LIGHT
    t.press(b"\x1b[?997;2n")
    ok(t.until(lambda: t.vt.look("PEERS")[0] == 24), "a report that its colours changed: it is asked again")
    t.end()
    t = Terminal(home, env={"COLORFGBG": "0;15"})
    ok(t.shows(" F1 help") and t.vt.look("PEERS")[0] == 24, "COLORFGBG tells before anybody asks")
    t.end()
    t = Terminal(home, env={"NO_COLOR": "1"})
    ok(t.shows(" F1 help"), "NO_COLOR opens")
    used = {c[1:3] for row in t.vt.cells for c in row}
    ok(used == {(None, None)} and t.vt.look("PEERS")[2] == "b", "without a colour, but bold", str(used))
    t.end()
    t = Terminal(home, "vt100")
    ok(t.shows(" F1 help") and not t.vt.unknown, "a VT100 opens", f"{t.vt.unknown}\n{t.vt.text()}")
    ok({c[1:3] for row in t.vt.cells for c in row} == {(None, None)}, "a VT100 has no colours")
    t.end()


# --- stops and hangups ------------------------------------------------------------------------------------------------

def stops(home):
    t = Terminal(home)
    t.shows(" F1 help")
    t.settle()
    t.press(b"half a sentence")
    t.shows("half a sentence")
    for how in ("^Z", "SIGTSTP"):
        if how == "^Z":
            t.press(b"\x1a")
        else:
            os.kill(t.pid, signal.SIGTSTP)
        ok(t.hear() == "stopped\n", f"{how} stops it")
        t.quiet(50)
        ok(given_back(t.vt), f"{how}: the terminal is given back", f"{t.vt.modes} {t.vt.pen}")
        t.vt.wipe()
        os.write(t.say, b"c")
        ok(t.shows("half a sentence") and t.shows(" F1 help"), f"{how}: and back it is all there", t.vt.text())
        t.settle()
        ok({"1002", "1004", "1006", "1049", "2004"} <= t.vt.modes, f"{how}: with its modes", str(t.vt.modes))
        t.press(b"!")
        ok(t.shows("half a sentence!"), f"{how}: keys are taken")
        t.press(b"\x7f")
        t.until(lambda: "sentence!" not in t.vt.text())
    os.kill(t.pid, signal.SIGSTOP)
    ok(t.hear() == "stopped\n", "SIGSTOP stops it without a word")
    t.resize(30, 100)
    t.vt.wipe()
    t.vt.modes = {"7", "25"}
    os.write(t.say, b"c")
    ok(t.until(lambda: "F1 help" in t.vt.text().split("\n")[29]) and "1049" in t.vt.modes, "and back it is there, in the new size", t.vt.text())
    ok(not t.vt.unknown, "with nothing a terminal would not know", str(t.vt.unknown))
    t.end()


def hangups(home):
    for how in ("SIGTERM", "SIGHUP"):
        t = Terminal(home)
        t.shows(" F1 help")
        t.settle()
        t.press(b"not lost")
        t.shows("not lost")
        begun = time.monotonic()
        os.kill(t.pid, getattr(signal, how))
        said = t.hear()
        ok(said.startswith("ended 0 ") and time.monotonic() - begun < 5, f"{how} ends it at once", said)
        ok(given_back(t.vt), f"{how}: the terminal is given back", str(t.vt.modes))
        t.close()
        t = Terminal(home)
        ok(t.shows("not lost"), f"{how}: what was being typed is there again", t.vt.text())
        t.press(b"\x15")
        t.until(lambda: "not lost" not in t.vt.text())
        t.settle()
        t.end()
    t = Terminal(home)
    t.shows(" F1 help")
    t.settle()
    begun = time.monotonic()
    t.hang_up()
    said = t.hear()
    ok(said.startswith("ended 0 ") and time.monotonic() - begun < 5, "a terminal that is lost ends it at once", said)
    ok(said != "" and int(said.split()[2]) < 2000, "without spinning", said)
    t.close()
    stalled(home)


def stalled(home):
    """A terminal that takes nothing - a connection that hangs - and a signal to end."""
    t = Terminal(home)
    t.shows(" F1 help")
    t.settle()
    # Redraws nobody reads, until the terminal is full and the program waits for it.
    full = still = 0
    while still < 40 and full < 4 << 20:
        t.press(b"\x0c")
        select.select([t.told], [], [], 0.05)
        now = struct.unpack("i", fcntl.ioctl(t.master, termios.FIONREAD, b"\0" * 4))[0]
        still, full = still + 1 if now == full else 0, now
    ok(still == 40, "a terminal takes nothing any more", str(full))
    os.kill(t.pid, signal.SIGTERM)
    master, t.master = t.master, -1
    said = t.hear(15)
    ok(said.startswith("ended "), "a terminal that takes nothing keeps nobody from ending it", said)
    t.master = master
    if said == "":
        os.kill(t.pid, signal.SIGKILL)
    t.close()


# --- sizes ------------------------------------------------------------------------------------------------------------

def whole(t, h, w):
    """Whether the whole screen stands in that size: the header above, the keys below, nothing else clipped or left over."""
    lines = t.vt.text().split("\n")
    return lines[0][:9] in (" p2p-tui ", " Ada     ") and lines[0].rstrip()[-3:-2] == ":" and lines[h - 1].startswith(" F1 help") and "2026" not in t.vt.modes


def resizes(home):
    t = Terminal(home)
    t.shows(" F1 help")
    t.settle()
    t.vt.frames = 0
    begun = time.monotonic()
    for i in range(200):
        t.resize(20 + i % 30, 60 + i % 90)
        end = begun + (i + 1) / 200
        while time.monotonic() < end:
            if select.select([t.master], [], [], max(end - time.monotonic(), 0))[0]:
                t.read()
    seen = t.vt.frames
    ok(1 <= seen <= 20, "200 resizes in a second: it is drawn while they last, but not for each", f"{seen} frames")
    t.resize(33, 101)
    ok(t.until(lambda: whole(t, 33, 101)), "and stands in the last size", t.vt.text())
    t.settle()
    t.press(b"still here")
    ok(t.shows("› still here"), "keys are taken", t.vt.text())
    t.press(b"\x15")
    t.settle()
    for h, w in ((24, 500), (100, 500), (24, 80), (8, 30), (60, 80), (24, 132)):
        t.resize(h, w)
        ok(t.until(lambda: whole(t, h, w)), f"{w} columns, {h} rows", t.vt.text())
        t.settle()
    for h, w in ((24, 1), (1, 80), (1, 1), (2, 2), (24, 29), (7, 200)):
        t.resize(h, w)
        t.settle()
        said = re.sub(r"\s", "", t.vt.text())
        ok(said == re.sub(r"\s", "", f"p2p-tui needs 30x8, this is {w}x{h}.")[:len(said)] and said != "",
           f"{w} columns, {h} rows: it says what it needs", t.vt.text())
        t.press(b"\x0c")
        ok(t.until(lambda: t.vt.frames > 0), f"{w} columns, {h} rows: it lives")
    t.resize(24, 80)
    ok(t.until(lambda: whole(t, 24, 80)), "and back in 80 columns", t.vt.text())
    ok(not t.vt.unknown, "with nothing a terminal would not know", str(t.vt.unknown))
    t.end()
    t = Terminal(home, h=1, w=1)
    t.settle()
    t.resize(24, 80)
    ok(t.until(lambda: whole(t, 24, 80)), "begun in one column, it opens when there is room", t.vt.text())
    t.end()


# ----------------------------------------------------------------------------------------------------------------------

def prepare(folder):
    """A home with a contact that is never there."""
    homes = {nick: os.path.join(folder, nick) for nick in ("Ada", "Boris")}

    def call(nick, *words):
        home = homes[nick]
        return subprocess.run([PROGRAM, "--home", os.path.join(home, "p2p"), "--listen", "127.0.0.1:0", *words], check=True,
                              env={**os.environ, "HOME": home}, capture_output=True, text=True).stdout.strip()

    for nick, home in homes.items():
        os.makedirs(home)
        call(nick, "init", "--nick", nick)
    call("Ada", "add", "Boris", call("Boris", "id"))
    return homes["Ada"]


def main():
    parts = {"kinds": kinds, "grounds": grounds, "stops": stops, "hangups": hangups, "resizes": resizes}
    home = prepare(top)
    for name in sys.argv[1:] or parts:
        parts[name](home)
    done()


if __name__ == "__main__":
    main()
