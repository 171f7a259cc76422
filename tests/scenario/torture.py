#!/usr/bin/env python3
"""Two real processes that talk and send files while both are killed at random moments. In the end every message stands on both sides
once, in its sender's order and delivered, and every file is there byte for byte.

Usage: torture.py PROGRAM [--seconds N] [--seed N] [--messages N]     (prints the seed; the same seed gives the same plan)"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time


class Side:
    """One home and the process that runs on it, if any."""

    def __init__(self, program, folder, nick):
        self.program, self.nick = program, nick
        self.home = os.path.join(folder, nick)
        self.events, self.proc, self.lock = [], None, threading.Condition()
        self.ready = None
        subprocess.run([program, "--home", self.home, "init", "--nick", nick], check=True)
        os.makedirs(os.path.join(self.home, "in"))
        with open(os.path.join(self.home, "config"), "a", encoding="utf-8") as f:
            f.write(f"downloads = {self.home}/in\n")
        self.listen = "127.0.0.1:0"

    def start(self):
        self.proc = subprocess.Popen([self.program, "--home", self.home, "--listen", self.listen, "run", "--json"],
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.ready = None
        threading.Thread(target=self.read, args=(self.proc,), daemon=True).start()
        self.until(lambda: self.ready is not None, 30)
        # The port stays the same from now on, so that the other side finds us again.
        self.listen = self.ready["listen"][0]

    def read(self, proc):
        for line in proc.stdout:
            try:
                event = json.loads(line)
            except ValueError:
                continue  # cut off by the kill
            with self.lock:
                if event["event"] == "ready":
                    self.ready = event
                elif event["event"] == "offer":
                    self.tell(f"/accept {event['transfer']}")
                self.events.append(event)
                self.lock.notify_all()

    def until(self, holds, seconds):
        deadline = time.monotonic() + seconds
        with self.lock:
            while not holds():
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self.lock.wait(min(left, 0.2))
        return True

    def tell(self, line):
        try:
            self.proc.stdin.write(line + "\n")
            self.proc.stdin.flush()
            return True
        except (OSError, ValueError):
            return False

    def saw(self, **want):
        with self.lock:
            return any(all(e.get(k) == v for k, v in want.items()) for e in self.events)

    def say(self, to, text):
        """Whether the message is surely in the database. False: nobody knows, it may be there."""
        tag = f"{self.nick}-{text}"
        if not self.tell(json.dumps({"cmd": "say", "to": to, "text": text, "tag": tag})):
            return False
        proc = self.proc
        self.until(lambda: self.saw_tag(tag) or proc.poll() is not None, 20)
        return self.saw_tag(tag)

    def saw_tag(self, tag):
        return any(e.get("tag") == tag and e["event"] in ("message", "receipt") for e in self.events)

    def kill(self):
        self.proc.send_signal(signal.SIGKILL)
        self.proc.wait()
        with self.lock:
            self.events = self.events[-50:]

    def quit(self):
        self.proc.stdin.close()
        try:
            self.proc.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()

    def log(self, name):
        out = subprocess.run([self.program, "--home", self.home, "log", name], check=True, capture_output=True, text=True)
        return [line.split("\t") for line in out.stdout.splitlines()]


def make_tree(rng, root):
    """A few dozen files of all sizes, an empty folder, an empty file."""
    os.makedirs(os.path.join(root, "empty folder"))
    for i in range(40):
        folder = os.path.join(root, *[f"d{rng.randrange(4)}" for _ in range(rng.randrange(3))])
        os.makedirs(folder, exist_ok=True)
        size = rng.choice([0, 1, 4096, 65536, rng.randrange(200000), rng.randrange(6000000)])
        with open(os.path.join(folder, f"file {i} é"), "wb") as f:
            f.write(rng.randbytes(size))


def digest(root):
    found = {}
    for folder, folders, files in os.walk(root):
        rel = os.path.relpath(folder, root)
        found[rel + "/"] = ""
        for name in files:
            with open(os.path.join(folder, name), "rb") as f:
                found[os.path.join(rel, name)] = hashlib.sha256(f.read()).hexdigest()
    return found


class Failure(Exception):
    pass


def check_log(receiver, sender, sure):
    """What the receiver has from the sender: the sure ones all, each once, in order; nothing that was not said."""
    got = [row[3] for row in receiver.log(sender.nick) if row[1] == "in"]
    numbers = [int(text.split()[1]) for text in got]
    if len(set(numbers)) != len(numbers):
        raise Failure(f"{receiver.nick} has a message of {sender.nick} twice")
    if numbers != sorted(numbers):
        raise Failure(f"{receiver.nick} has {sender.nick}'s messages out of order")
    missing = set(sure) - set(numbers)
    if missing:
        raise Failure(f"{receiver.nick} lacks {len(missing)} messages of {sender.nick}: {sorted(missing)[:5]}")
    mine = [int(row[3].split()[1]) for row in sender.log(receiver.nick) if row[1] == "out"]
    if mine != numbers:
        raise Failure(f"the two histories differ: {len(mine)} said, {len(numbers)} there")


def converse(rng, sides, seconds, count, folder):
    sure = {0: [], 1: []}
    said = {0: 0, 1: 0}
    kills = 0
    deadline = time.monotonic() + seconds
    tree = os.path.join(folder, "tree")
    make_tree(rng, tree)
    while time.monotonic() < deadline and min(said.values()) < count:
        for _ in range(rng.randrange(1, 40)):
            who = rng.randrange(2)
            said[who] += 1
            if sides[who].say(sides[1 - who].nick, f"m {said[who]}"):
                sure[who].append(said[who])
            if sides[who].proc.poll() is not None:
                break
        victim = sides[rng.randrange(2)]
        victim.kill()
        kills += 1
        if rng.randrange(4) == 0:
            other = sides[1 - sides.index(victim)]
            other.kill()
            kills += 1
            other.start()
        victim.start()
    return sure, said, kills, tree


def settle(sides):
    """Both up, connected, nothing waiting."""
    for s in sides:
        if s.proc is None or s.proc.poll() is not None:
            s.start()
    for me, other in ((0, 1), (1, 0)):
        sides[me].tell(f"/connect {sides[other].nick}")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        rows = [len([r for r in s.log(o.nick) if r[1] == "out"]) for s, o in (sides, sides[::-1])]
        there = [len([r for r in o.log(s.nick) if r[1] == "in"]) for s, o in (sides, sides[::-1])]
        if rows == there:
            return
        sides[0].until(lambda: False, 0.2)
    raise Failure(f"not everything arrived within a minute: said {rows}, there {there}")


def send_tree(rng, sides, tree, kills):
    """The tree goes over while both ends are killed now and then."""
    a, b = sides
    mark = len(a.events)
    a.tell(f"/send {b.nick} '{tree}'")
    a.until(lambda: any(e["event"] == "transfer" for e in a.events[mark:]), 20)
    for _ in range(kills):
        victim = sides[rng.randrange(2)]
        victim.until(lambda: False, rng.uniform(0.02, 0.5))
        victim.kill()
        victim.start()
        a.tell(f"/connect {b.nick}")
        b.tell(f"/connect {a.nick}")
    target = os.path.join(b.home, "in", "tree")
    want = digest(tree)
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        if os.path.isdir(target) and digest(target) == want:
            break
        b.until(lambda: False, 0.3)
    else:
        raise Failure("the tree did not arrive whole")
    rest = sorted(n for n in os.listdir(os.path.join(b.home, "in")) if n != ".p2p-tui-part")
    if rest != ["tree"]:
        raise Failure(f"besides the tree there is {rest}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--messages", type=int, default=1000)
    args = parser.parse_args()
    print(f"# seed {args.seed}", flush=True)
    rng = random.Random(args.seed)
    folder = tempfile.mkdtemp(prefix="p2p-tui-torture-")
    sides = [Side(os.path.abspath(args.program), folder, n) for n in ("ada", "boris")]
    status = 1
    try:
        for s in sides:
            s.start()
        for me, other in ((0, 1), (1, 0)):
            sides[me].tell(f"/add {sides[other].nick} {sides[other].ready['invite']}")
        for s in sides:
            if not s.until(lambda s=s: s.saw(event="peer", state="online"), 30):
                raise Failure("the two did not connect")
        sure, said, kills, tree = converse(rng, sides, args.seconds, args.messages, folder)
        settle(sides)
        check_log(sides[1], sides[0], sure[0])
        check_log(sides[0], sides[1], sure[1])
        print(f"ok 1 - {said[0]} and {said[1]} messages, {kills} kills: each there once, in order, on both sides", flush=True)
        send_tree(rng, sides, tree, 6)
        print("ok 2 - a tree arrived whole through six kills", flush=True)
        status = 0
    except (Failure, subprocess.SubprocessError) as failure:
        print(f"not ok - {failure}")
    finally:
        for s in sides:
            if s.proc is not None and s.proc.poll() is None:
                s.quit() if status == 0 else s.kill()
        if status == 0:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            print(f"# the homes are left in {folder}")
    print("1..2")
    return status


if __name__ == "__main__":
    sys.exit(main())
