#!/usr/bin/env python3
"""Two real processes that talk, change what they said, and send each other a tree, while both are killed at random moments. In the end
both databases hold the same: every message once, in its sender's order, with the same text, versions, replies and reactions; the model
behind the screen holds what the database does; and every file is there byte for byte.

Usage: torture.py PROGRAM [--model PROGRAM] [--seconds N] [--seed N] [--messages N]
It prints the seed; the same seed gives the same plan. It goes on until the time is up and each side has said its messages."""

import argparse
import collections
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

EMOJI = ["👍", "❤", "😀", "🎉"]


class Failure(Exception):
    pass


class Side:
    """One home, the process that runs on it if any, and what is known for sure of what it said."""

    def __init__(self, program, folder, nick):
        self.program, self.nick = program, nick
        self.home = os.path.join(folder, nick)
        self.proc, self.lock = None, threading.Condition()
        self.ready, self.online, self.transfers = None, False, set()
        self.said = 0
        self.read_there = set()  # ids of ours that the other one has read
        self.sure = set()  # numbers of messages that are surely in the database
        self.mine, self.theirs = {}, {}  # id -> first text, as events told
        self.edited = collections.defaultdict(dict)  # id -> number of the edit -> whether it surely is in the database
        self.deleted = {}  # id -> surely
        self.tags = {}  # of a command without its result yet -> what it makes sure
        self.ntags = self.acts = self.lives = 0
        self.contradictions = []
        subprocess.run([program, "--home", self.home, "init", "--nick", nick], check=True, stdout=subprocess.DEVNULL)
        os.makedirs(os.path.join(self.home, "in"))
        with open(os.path.join(self.home, "config"), "a", encoding="utf-8") as f:
            f.write(f"downloads = {self.home}/in\n")
        self.listen = "127.0.0.1:0"

    def start(self):
        self.ready, self.online = None, False
        self.lives += 1
        self.proc = subprocess.Popen([self.program, "--home", self.home, "--listen", self.listen, "run", "--json"],
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        threading.Thread(target=self.read, args=(self.proc,), daemon=True).start()
        if not self.until(lambda: self.ready is not None, 60):
            raise Failure(f"{self.nick} does not start after {self.lives - 1} ends: {self.proc.poll()}")
        # The port stays the same from now on, so that the other side finds us again.
        self.listen = self.ready["listen"][0]

    def read(self, proc):
        for line in proc.stdout:
            try:
                event = json.loads(line)
            except ValueError:
                continue  # cut off by the kill
            with self.lock:
                self.take(event)
                self.lock.notify_all()

    def take(self, event):
        what = event["event"]
        if what == "ready":
            self.ready = event
        elif what == "peer":
            self.online = event["state"] == "online"
        elif what == "offer":
            self.tell(f"/accept {event['transfer']}")
        elif what == "transfer" and event["dir"] == "out":
            self.transfers.add(event["transfer"])
        elif what == "message":
            known = self.mine if event["dir"] == "out" else self.theirs
            if event["id"] in known and known[event["id"]] != event["text"] and not event.get("edited"):
                self.contradictions.append(f"{event['id']} was {known[event['id']]!r} and is {event['text']!r}")
            if not event.get("edited") and not event.get("deleted"):
                known.setdefault(event["id"], event["text"])
        elif what == "receipt" and event["state"] == "read":
            self.read_there.add(event["id"])
        if what in ("message", "edit", "delete", "receipt", "reaction") and event.get("tag") in self.tags:
            self.tags.pop(event["tag"])()
            self.acts += 1

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

    def do(self, sure, **command):
        """Writes a command and waits for nothing; sure() is called when it is known to be in the database."""
        self.ntags += 1
        tag = f"{self.nick}{self.ntags}"
        with self.lock:
            self.tags[tag] = sure
        self.tell(json.dumps({**command, "tag": tag}))

    def kill(self):
        self.proc.send_signal(signal.SIGKILL)
        self.proc.wait()

    def quit(self):
        self.proc.stdin.close()
        try:
            self.proc.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failure(f"{self.nick} does not quit")

    def rows(self, name):
        """The database as it is, beside the running program."""
        out = subprocess.run([self.program, "--home", self.home, "log", name, "--json", "--versions"], check=True, capture_output=True,
                             text=True)
        return [json.loads(line) for line in out.stdout.splitlines()]

    # What it does to talk.

    def speak(self, rng, other):
        way = rng.random()
        with self.lock:
            mine, theirs = list(self.mine)[-60:], list(self.theirs)[-60:]
        if way < 0.70 or not mine or not theirs:
            self.said += 1
            n, more = self.said, {}
            if theirs and way < 0.10:
                more = {"cmd": "reply", "id": rng.choice(theirs)}
            self.do(lambda: self.sure.add(n), **{"cmd": "say", "to": other.nick, "text": f"m {n}", **more})
        elif way < 0.83:
            ident, n = rng.choice(mine), self.ntags
            self.edited[ident][n] = False
            self.do(lambda: self.edited[ident].update({n: True}), cmd="edit", to=other.nick, id=ident, text=f"e {n}")
        elif way < 0.86:
            ident = rng.choice(mine)
            self.deleted.setdefault(ident, False)
            self.do(lambda: self.deleted.update({ident: True}), cmd="delete", to=other.nick, id=ident)
        elif way < 0.97:
            ident = rng.choice(theirs if way < 0.93 else mine)
            self.do(lambda: None, cmd="react", to=other.nick, id=ident, emoji=rng.choice(EMOJI + ["-"]))
        else:
            self.tell(f"/read {other.nick}")


# ---- the tree

def make_tree(rng, root):
    """A few dozen files of all sizes, an empty folder, an empty file, links, modes, times."""
    os.makedirs(os.path.join(root, "empty folder"))
    for i in range(40):
        folder = os.path.join(root, *[f"d{rng.randrange(4)}" for _ in range(rng.randrange(3))])
        os.makedirs(folder, exist_ok=True)
        size = rng.choice([0, 1, 4096, 65536, rng.randrange(200000), rng.randrange(3000000)])
        path = os.path.join(folder, f"file {i} é")
        with open(path, "wb") as f:
            f.write(rng.randbytes(size))
        os.chmod(path, rng.choice([0o600, 0o644, 0o755]))
        os.utime(path, ns=(0, rng.randrange(1 << 60)))
    with open(os.path.join(root, "sparse"), "wb") as f:
        f.truncate(30 << 20)
        f.seek(7 << 20)
        f.write(b"in the middle")
    os.symlink("empty folder", os.path.join(root, "link"))


def digest(root):
    found = {}
    for folder, folders, files in os.walk(root):
        rel = os.path.relpath(folder, root)
        found[rel + "/"] = ""
        for name in files + [f for f in folders if os.path.islink(os.path.join(folder, f))]:
            path = os.path.join(folder, name)
            if os.path.islink(path):
                found[os.path.join(rel, name)] = os.readlink(path)
                continue
            st = os.stat(path)
            with open(path, "rb") as f:
                found[os.path.join(rel, name)] = (hashlib.sha256(f.read()).hexdigest(), st.st_mode, st.st_mtime_ns)
    return found


def offer(sides, trees):
    for me, other in (sides, sides[::-1]):
        me.tell(f"/limit {other.nick} 3M")  # so that it lasts through many kills
        me.tell(f"/send {other.nick} '{trees[me.nick]}'")
        if not me.until(lambda me=me: me.transfers, 30):
            raise Failure(f"{me.nick} cannot offer a tree")


def check_trees(sides, trees):
    for me, other in (sides, sides[::-1]):
        me.tell(f"/limit {other.nick} 0")
    for me, other in (sides, sides[::-1]):
        folder = os.path.join(other.home, "in")
        target = os.path.join(folder, os.path.basename(trees[me.nick]))
        want = digest(trees[me.nick])
        deadline = time.monotonic() + 120
        while not (os.path.isdir(target) and digest(target) == want):
            if time.monotonic() > deadline:
                have = digest(target) if os.path.isdir(target) else {}
                differ = sorted(k for k in set(want) | set(have) if want.get(k) != have.get(k))
                raise Failure(f"the tree of {me.nick} did not arrive whole: {len(differ)} of {len(want)} differ: {differ[:5]}")
            other.until(lambda: False, 0.3)
        rest = sorted(n for n in os.listdir(folder) if n != ".p2p-tui-part")
        if rest != [os.path.basename(trees[me.nick])]:
            raise Failure(f"besides the tree {other.nick} has {rest}")


# ---- the talk

def strike(rng, sides):
    """Kills one or both at a moment nobody chose. How many."""
    time.sleep(rng.choice([0, 0, rng.uniform(0, 0.02), rng.uniform(0, 0.3)]))  # the moment, not a wait for something
    victims = list(sides) if rng.randrange(4) == 0 else [sides[rng.randrange(2)]]
    for s in victims:
        s.kill()
    rng.shuffle(victims)
    for s in victims:
        s.start()
    if rng.randrange(3) == 0:  # both call at once
        for me, other in (sides, sides[::-1]):
            me.tell(f"/connect {other.nick}")
    return len(victims)


def converse(rng, sides, seconds, count):
    kills, start = 0, time.monotonic()
    while time.monotonic() < start + seconds or min(s.said for s in sides) < count:
        if time.monotonic() > start + 10 * seconds + 60:
            raise Failure(f"too slow: {[s.said for s in sides]} said")
        for _ in range(rng.randrange(1, 60)):
            who = rng.randrange(2)
            sides[who].speak(rng, sides[1 - who])
        if rng.randrange(2) == 0:  # now and then they get to hear each other
            a, b = sides
            a.until(lambda: a.online and b.online, 5)
        kills += strike(rng, sides)
    return kills


def mirrored(rows):
    """What the other side's database should hold, but for time and state."""
    seen = {}
    for row in rows:
        reactions = row.get("reactions", {})
        seen[row["id"]] = {
            "dir": {"in": "out", "out": "in"}[row["dir"]],
            "text": row["text"],
            "versions": [v["text"] for v in row.get("versions", [])],
            "edits": 0 if row.get("deleted") else row.get("edits", 0),  # how often, nobody sees any more
            "deleted": row.get("deleted", False),
            "reply": row.get("reply"),
            "reactions": {"in": reactions.get("out"), "out": reactions.get("in")},
        }
    return seen


def plain(rows):
    both = mirrored(rows)
    for value in both.values():
        value["dir"] = {"in": "out", "out": "in"}[value["dir"]]
        value["reactions"] = {"in": value["reactions"]["out"], "out": value["reactions"]["in"]}
    return both


def differences(rows):
    """Between the two databases. A message that its author deleted before it went out has nothing to be compared with."""
    found = []
    for mine, other in (rows, rows[::-1]):
        want, have = mirrored(mine), plain(other)
        dead = {r["id"] for r in mine if r["dir"] == "out" and r["state"] == "failed" and r.get("deleted")}
        for ident, row in want.items():
            if row["dir"] == "in" and ident not in have and ident not in dead:
                found.append(f"{ident} is missing: {row}")
            elif ident in have and have[ident] != row:
                found.append(f"{ident}: {row} and {have[ident]}")
        for row in mine:
            if row["dir"] == "out" and row["state"] not in ("delivered", "read") and row["id"] not in dead:
                found.append(f"{row['id']} is {row['state']}")
            if row.get("edit_waits"):
                found.append(f"an edit of {row['id']} waits")
    return found


def settle(sides):
    """Both up, connected, nothing waiting: the two databases, which are the same."""
    for s in sides:
        if s.proc is None or s.proc.poll() is not None:
            s.start()
    for me, other in (sides, sides[::-1]):
        me.tell(f"/connect {other.nick}")
    deadline = time.monotonic() + 90
    while True:
        rows = [s.rows(o.nick) for s, o in (sides, sides[::-1])]
        differ = differences(rows)
        if not differ:
            return rows
        if time.monotonic() > deadline:
            raise Failure(f"the two databases differ in {len(differ)} places: " + "; ".join(differ[:4]))
        sides[0].until(lambda: False, 0.3)


def first_text(row):
    return row["versions"][0]["text"] if row.get("versions") else row["text"]


def check_side(me, mine, theirs):
    """What was surely said is there, once, in order; what was surely changed is changed; nothing is there that was not said."""
    if me.contradictions:
        raise Failure(f"{me.nick} was told of things that are not so: {me.contradictions[:3]}")
    ids = [row["id"] for row in mine]
    if len(set(ids)) != len(ids):
        raise Failure(f"{me.nick} has a message twice")
    order = [row["id"] for row in mine if row["dir"] == "out"]
    there = [row["id"] for row in theirs if row["dir"] == "in"]
    if [i for i in order if i in set(there)] != there:
        raise Failure(f"{me.nick}'s messages stand in another order at the other side")
    live = [row for row in mine if row["dir"] == "out" and not row.get("deleted")]
    numbers = [int(first_text(row).split()[1]) for row in live]
    if numbers != sorted(set(numbers)):
        raise Failure(f"{me.nick}'s own messages are doubled or out of order")
    gone = sum(1 for row in mine if row["dir"] == "out" and row.get("deleted"))
    lost = [n for n in me.sure - set(numbers) if not any(first_text_of(me, i) == f"m {n}" for i in me.deleted)]
    if lost:
        raise Failure(f"{len(lost)} messages of {me.nick} are lost, {gone} deleted: {sorted(lost)[:5]}")
    for row in live:
        sure = [n for n, is_sure in me.edited[row["id"]].items() if is_sure]
        last = int(row["text"].split()[1]) if row["text"].startswith("e ") else -1
        if sure and last < max(sure):
            raise Failure(f"an edit of {me.nick} is lost: {row}")
        if me.deleted.get(row["id"]):
            raise Failure(f"a deletion of {me.nick} is lost: {row}")
        if last >= 0 and last not in me.edited[row["id"]]:
            raise Failure(f"{me.nick} has an edit that was not made: {row}")


def first_text_of(side, ident):
    return side.mine.get(ident)


def check_model(program, me, other, rows):
    """The model behind the screen, scrolled from end to end, against the database."""
    out = subprocess.run([program, me.home, other.nick], check=True, capture_output=True, text=True)
    lines = [json.loads(line) for line in out.stdout.splitlines()]
    last = lines.pop()
    if last["waiting"] != 0 or not last["same"]:
        raise Failure(f"{me.nick}'s model has waiting messages: {last}")
    lines.reverse()
    if [line["row"] for line in lines] != sorted({line["row"] for line in lines}):
        raise Failure(f"{me.nick}'s model has rows twice or out of order")
    for line, row in zip(lines, rows, strict=True):
        state = row.get("state")
        same = (line["id"] == row["id"] and line["dir"] == row["dir"] and line["text"] == row["text"]
                and line["edits"] == row.get("edits", 0) and line["deleted"] == row.get("deleted", False)
                and line.get("reply") == row.get("reply") and line.get("react_in") == row.get("reactions", {}).get("in")
                and line.get("react_out") == row.get("reactions", {}).get("out")
                and (line.get("state") == state or (line.get("state"), state) == ("read", "delivered")))
        if not same:
            raise Failure(f"{me.nick}'s model differs from the database: {line} and {row}")
        if row["dir"] == "out" and state != "failed" and line["state"] != "read":
            raise Failure(f"{other.nick} has read {line['id']}, and {me.nick}'s model does not know")


def read_all(sides):
    """Each has read everything, and the other knows it: the last receipts."""
    marks = []
    for me, other in (sides, sides[::-1]):
        seen = []
        me.do(lambda seen=seen: seen.append(1), cmd="say", to=other.nick, text="m %d" % (me.said + 1))
        me.said += 1
        if not me.until(lambda seen=seen: seen, 30):
            raise Failure(f"{me.nick} cannot speak any more")
        marks.append(f"m {me.said}")
    for me, other, mark in ((sides[0], sides[1], marks[1]), (sides[1], sides[0], marks[0])):
        if not me.until(lambda me=me, mark=mark: mark in me.theirs.values(), 60):
            raise Failure(f"{mark} of {other.nick} does not arrive")
        me.tell(f"/read {other.nick}")
    for me, mark in ((sides[0], marks[0]), (sides[1], marks[1])):
        if not me.until(lambda me=me, mark=mark: any(me.mine.get(i) == mark for i in me.read_there), 30):
            raise Failure(f"{me.nick} does not learn that {mark} was read")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--model")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--messages", type=int, default=1000)
    args = parser.parse_args()
    print(f"# seed {args.seed}", flush=True)
    rng = random.Random(args.seed)
    folder = tempfile.mkdtemp(prefix="p2p-tui-torture-")
    sides = [Side(os.path.abspath(args.program), folder, n) for n in ("ada", "boris")]
    trees = {s.nick: os.path.join(folder, f"tree of {s.nick}") for s in sides}
    status = 1
    try:
        for tree in trees.values():
            make_tree(rng, tree)
        for s in sides:
            s.start()
        for me, other in (sides, sides[::-1]):
            me.tell(f"/add {other.nick} {other.ready['invite']}")
        for s in sides:
            if not s.until(lambda s=s: s.online, 30):
                raise Failure("the two did not connect")
        offer(sides, trees)
        kills = converse(rng, sides, args.seconds, args.messages)
        rows = settle(sides)
        for i in (0, 1):
            check_side(sides[i], rows[i], rows[1 - i])
        said = [s.said for s in sides]
        print(f"ok 1 - {said[0]} and {said[1]} messages, {kills} kills: each there once, in order, the same on both sides", flush=True)
        check_trees(sides, trees)
        print("ok 2 - two trees arrived whole through all of them", flush=True)
        read_all(sides)
        rows = settle(sides)
        for s in sides:
            s.quit()
        if args.model:
            for i in (0, 1):
                check_model(args.model, sides[i], sides[1 - i], rows[i])
        print("ok 3 - the models behind the screens hold the same", flush=True)
        acts = sum(1 for r in rows for row in r if row["dir"] == "out" and (row.get("edits") or row.get("deleted") or row.get("reply")))
        if acts == 0 or not any(row.get("reactions") for r in rows for row in r):
            raise Failure("nothing was edited, deleted, answered or reacted to: this proves less than it says")
        print(f"# {acts} messages were edited, deleted or replies")
        status = 0
    except (Failure, subprocess.SubprocessError, ValueError) as failure:
        print(f"not ok - {failure}")
    finally:
        for s in sides:
            if s.proc is not None and s.proc.poll() is None:
                s.kill()
        if status == 0:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            print(f"# the homes are left in {folder}")
    print("1..3")
    return status


if __name__ == "__main__":
    sys.exit(main())
