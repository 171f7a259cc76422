#!/usr/bin/env python3
"""picture.py - makes the README's picture of the screen from the real program

usage: picture.py P2P_TUI > assets/screen.svg

Ada's screen runs in tmux. Boris and Chidi are p2p-tui without a screen; Boris is reached through a slow wire, so that
there is something to be seen moving. Everything happens on loopback, in a folder that goes when it is done.
"""
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SIZE = (100, 24)
LIMIT = 20  # s, for each thing that is waited for


def until(what, condition):
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise SystemExit(f"picture: {what} did not happen")


class Peer:
    """p2p-tui run --json."""

    def __init__(self, program, folder, nick):
        self.base = [program, "--home", os.path.join(folder, nick), "--listen", "127.0.0.1:0"]
        env = dict(os.environ, HOME=os.path.join(folder, "home-" + nick))
        os.makedirs(os.path.join(env["HOME"], "Downloads"))
        subprocess.run(self.base + ["init", "--nick", nick], check=True, env=env, stdout=subprocess.DEVNULL)
        self.p = subprocess.Popen(self.base + ["run", "--json"], env=env, text=True, bufsize=1,
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.events = []
        threading.Thread(target=self.read, daemon=True).start()
        self.ready = self.event("ready")

    def read(self):
        for line in self.p.stdout:
            self.events.append(json.loads(line))

    def event(self, kind, **fields):
        def found():
            for e in list(self.events):
                if e["event"] == kind and all(e.get(k) == v for k, v in fields.items()):
                    return e
            return None
        return until(f"event {kind} {fields}", found)

    def do(self, line):
        self.p.stdin.write(line + "\n")

    def end(self):
        self.p.stdin.close()
        self.p.wait()


class SlowWire:
    """Copies between a listening port and another, so many bytes a second each way."""

    def __init__(self, port, rate):
        self.to, self.rate = port, rate
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            a, _ = self.listener.accept()
            a.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
            b = socket.create_connection(("127.0.0.1", self.to))
            for x, y in ((a, b), (b, a)):
                threading.Thread(target=self.copy, args=(x, y), daemon=True).start()

    def copy(self, x, y):
        try:
            while data := x.recv(16384):
                y.sendall(data)
                time.sleep(len(data) / self.rate)
            y.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class Screen:
    """The full screen in tmux."""

    def __init__(self, program, folder, nick):
        home = os.path.join(folder, "home-" + nick)
        os.makedirs(home)
        self.tmux = ["tmux", "-f", "/dev/null", "-S", os.path.join(folder, "tmux")]
        self.home = home
        self.base = [program, "--home", os.path.join(folder, nick)]
        subprocess.run(self.base + ["init", "--nick", nick], check=True, stdout=subprocess.DEVNULL)
        command = (f"HOME='{home}' LC_ALL=C.UTF-8 exec '{program}' --home '{os.path.join(folder, nick)}' "
                   "--listen 127.0.0.1:0")
        self.run("new-session", "-d", "-x", str(SIZE[0]), "-y", str(SIZE[1]), command)
        self.run("set", "-g", "default-terminal", "tmux-256color")

    def run(self, *args):
        return subprocess.run(self.tmux + list(args), check=True, capture_output=True).stdout

    def keys(self, *keys):
        self.run("send-keys", *keys)

    def line(self, text):
        self.run("send-keys", "-l", text)
        self.shows(text[-20:])
        self.keys("Enter")

    def text(self):
        return self.run("capture-pane", "-p").decode()

    def shows(self, text):
        try:
            until(f"“{text}” on the screen", lambda: text in self.text())
        except SystemExit:
            sys.stderr.write(self.text())
            raise

    def end(self):
        subprocess.run(self.tmux + ["kill-server"], check=False)


def paint(program, folder):
    boris, chidi = Peer(program, folder, "Boris"), Peer(program, folder, "Chidi")
    ada = Screen(program, folder, "Ada")
    try:
        ada.shows("Welcome")
        wire = SlowWire(int(boris.ready["listen"][0].rsplit(":", 1)[1]), 1.3e6)
        for peer, where in ((boris, f"127.0.0.1:{wire.port}"), (chidi, chidi.ready["invite"])):
            name = "Boris" if peer is boris else "Chidi"
            ada.line(f"/add {name} {where}")
            peer.do(f"/accept {peer.event('request')['peer']} Ada")
            peer.event("peer", name="Ada", state="online")
        for name in ("Emeka", "Fatou"):
            base = [program, "--home", os.path.join(folder, name)]
            subprocess.run(base + ["init", "--nick", name], check=True, stdout=subprocess.DEVNULL)
            invite = subprocess.run(base + ["id"], check=True, capture_output=True, text=True).stdout.strip()
            ada.line(f"/add {name} {invite}")
            ada.shows(name)
        ada.line("/chat Boris")
        ada.shows("Boris   ●")
        boris.do("/say Ada morning! did the build finish?")
        ada.shows("did the build finish")
        ada.line("yes, all green. the report is on its way")
        boris.event("message", dir="in")
        ada.shows("✓✓")
        with open(os.path.join(ada.home, "report.pdf"), "wb") as f:
            f.write(os.urandom(14_000_000))
        photos = os.path.join(folder, "photos")
        os.makedirs(photos)
        for n in range(12):
            with open(os.path.join(photos, f"trip-{n + 1:02}.jpg"), "wb") as f:
                f.write(os.urandom(700_000))
        ada.line("/send Boris ~/report.pdf")
        boris.do(f"/accept {boris.event('offer')['transfer']}")
        boris.do(f"/send Ada {photos}")
        ada.shows("offers files")
        # A question that has just come up takes no key.
        until("the offer taken", lambda: "offers files" not in ada.text() or ada.keys("a"))
        boris.do("/say Ada got the first pages already, nice and quick")
        ada.shows("nice and quick")
        chidi.do("/say Ada lunch?")
        ada.run("send-keys", "-l", "sure, sending the pictures back")
        until("a time to go", lambda: sum(l.count("0:") for l in ada.text().split("\n") if "B/s" in l) >= 2)
        return ada.run("capture-pane", "-e", "-p", "-N")
    finally:
        ada.end()
        boris.end()
        chidi.end()


def main():
    if len(sys.argv) != 2:
        raise SystemExit("usage: picture.py P2P_TUI > screen.svg")
    folder = tempfile.mkdtemp(prefix="p2p-tui-picture.")
    try:
        screen = paint(os.path.abspath(sys.argv[1]), folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    svg = subprocess.run([sys.executable, os.path.join(HERE, "ansi2svg.py"), "--title",
                          "p2p-tui: a chat, and two transfers on their way"], input=screen, check=True,
                         capture_output=True).stdout
    sys.stdout.buffer.write(svg)


if __name__ == "__main__":
    main()
