"""Scale: a chat of 1,000,000 messages beside one of 100, searching it, and 1,000 contacts."""

import os
import shutil
import sqlite3
import subprocess
import time

from peers import figure, median, pair, say
from screen import Terminal

MANY = int(os.environ.get("BENCH_MESSAGES", 1000000))
NEEDLE = "zanzibar"
SPREAD, MASK = 2654435761, 0xffffffff
PAGES = 4
SETTLE = int(os.environ.get("BENCH_SETTLE", 780))
SETTLED = 120


def word(row):
    """Each message begins with a word that looks like no other's, so that curses has to paint all of it."""
    return f"{row * SPREAD & MASK:08x}"[2:].encode()



def columns(db, table):
    return [row[1] for row in db.execute(f"PRAGMA table_info({table})")]


def grow(home, count):
    """Copies the newest message of the one chat until there are that many, whatever columns a message has."""
    db = sqlite3.connect(f"{home}/history.db")
    db.execute("PRAGMA journal_mode = MEMORY")
    db.execute("PRAGMA synchronous = OFF")
    row, rev, seq, peer = db.execute("SELECT max(row), max(rev), max(seq), max(peer) FROM messages").fetchone()
    # Text is the last word: of these only one has the needle, 5,000 messages before the end.
    new = {"row": "row + n", "rev": f"{rev} + n", "seq": f"{seq} + n", "id": "randomblob(16)",
           "text": f"CAST(CASE WHEN n = {max(count - 5000, 0)} THEN 'a ship to {NEEDLE}' "
                   f"ELSE printf('%08x', (row + n) * {SPREAD} & {MASK}) || ' has some ordinary words in it' END AS BLOB)"}
    names = columns(db, "messages")
    db.execute(f"""INSERT INTO messages ({", ".join(names)})
                   WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
                   SELECT {", ".join(new.get(name, name) for name in names)} FROM messages, numbers
                   WHERE row = ? ORDER BY n""", (count, row))
    db.execute("INSERT INTO ids (peer, dir, id, row) SELECT peer, dir, id, row FROM messages WHERE row > ?", (row,))
    db.execute("UPDATE counters SET row = row + ?, rev = rev + ?", (count, count))
    db.execute("UPDATE peers SET row = ?, rev = ?, next_seq = next_seq + ? WHERE peer = ?",
               (row + count, rev + count, count, peer))
    db.commit()
    db.execute("PRAGMA journal_mode = WAL")
    db.close()


def open_screen(program, home):
    """ms to the first picture, to the chat in it, of a PgUp, and to a search's hit."""
    db = sqlite3.connect(f"file:{home}/history.db?mode=ro", uri=True)
    last = db.execute("SELECT max(row) FROM messages").fetchone()[0]
    db.close()
    t = Terminal([program, "--home", home, "--listen", "127.0.0.1:0"])
    start = t.until(b"p2p-tui")
    chat = t.until(word(last))
    pages = []
    for n in range(PAGES):
        t.drain(0.05)
        t.type(b"\x1b[5~")
        # 80x24 shows 20 messages of one line, and a page is 19 of them.
        middle = last - 19 * (n + 1) - 9
        pages.append(t.until_any([word(row) for row in range(middle - 1, middle + 2)]))
    found = None
    if last > MANY // 2:
        t.drain(0.1)
        t.type(f"/search {NEEDLE}\r".encode())
        found = t.until(b"ship to ")
    t.close()
    return start, chat, sum(pages) / PAGES, found


def screens(program, small, big):
    """In turn, so that what disturbs one disturbs the other."""
    got = {small: [], big: []}
    for _ in range(9):
        for home in (small, big):
            got[home].append(open_screen(program, home))
    for n, name in enumerate(("start-up", "start-up until the chat stands there", "PgUp")):
        few, many = (median([g[n] for g in got[home]]) for home in (small, big))
        # A fraction of a millisecond is not seen by anybody, and is noise.
        figure(f"history, {name}, {MANY:,} messages", f"{many:.1f} ms, with 100 {few:.1f} ms", many <= few * 1.2 + 0.3,
               "within 20 %")
    found = median([g[3] for g in got[big]])
    figure("history, a search hit among the newest 10,000", f"{found:.1f} ms on the screen", found < 100, "under 100 ms")


def full_scan(program, small, big):
    times = {small: [], big: []}
    for _ in range(5):
        for home in (small, big):
            begin = time.perf_counter()
            got = subprocess.run([program, "--home", home, "search", NEEDLE], stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL, check=False)
            if home == big and got.stdout.count(NEEDLE.encode()) != 1:
                raise RuntimeError("the search did not find the one message")
            times[home].append(time.perf_counter() - begin)
    seconds = median(times[big]) - median(times[small])
    figure("history, searching all of it", f"{seconds:.2f} s, {MANY / seconds:,.0f} messages/s", MANY / seconds >= 300000,
           "at least 300,000/s")


def bench_history(program, folder):
    a, b = pair(program, folder)
    a.tell({"cmd": "say", "to": "boris", "text": "the first one", "tag": "t"})
    a.wait("receipt", tag="t", state="delivered")
    small, big = a.home, f"{folder}/big"
    a.close()
    b.close()
    shutil.copytree(small, big)
    begin = time.perf_counter()
    grow(small, 99)
    grow(big, MANY)
    say(f"history: made in {time.perf_counter() - begin:.0f} s, {os.path.getsize(big + '/history.db') >> 20} MiB")
    screens(program, small, big)
    full_scan(program, small, big)


def make_contacts(home, count):
    """Copies the one contact under other keys and names, with one address each where nobody listens."""
    db = sqlite3.connect(f"{home}/history.db")
    peer = db.execute("SELECT max(peer) FROM contacts").fetchone()[0]
    top = db.execute("SELECT max(peer) FROM peers").fetchone()[0]
    for table, new in (("peers", {"peer": f"{top} + n", "key": "randomblob(32)"}),
                       ("contacts", {"peer": f"{top} + n", "name": "CAST(printf('friend %04d', n) AS BLOB)"})):
        names = columns(db, table)
        db.execute(f"""INSERT INTO {table} ({", ".join(names)})
                       WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
                       SELECT {", ".join(new.get(name, name) for name in names)} FROM {table}, numbers WHERE peer = ?""",
                   (count, peer))
    db.commit()
    db.close()


def bench_contacts(program, folder):
    a, b = pair(program, folder)
    a.close()
    b.close()
    few, many = a.home, f"{folder}/many"
    shutil.copytree(few, many)
    make_contacts(many, 1000)
    starts, keys = {few: [], many: []}, {few: [], many: []}
    for _ in range(7):
        for home in (few, many):
            t = Terminal([program, "--home", home, "--listen", "127.0.0.1:0"])
            starts[home].append(t.until(b"boris"))
            t.drain(0.5)
            t.type(b"x")
            keys[home].append(t.until(b"x"))
            t.close()
    figure("1,000 contacts, start-up", f"{median(starts[many]):.1f} ms, with one {median(starts[few]):.1f} ms",
           median(starts[many]) < 50, "painted in under 50 ms")
    figure("1,000 contacts, a key is painted", f"in {median(keys[many]):.2f} ms, with one {median(keys[few]):.2f} ms")


def bench_steady(program, folder):
    """The same after a quarter of an hour, when each is called every five minutes only."""
    a, b = pair(program, folder)
    a.close()
    b.close()
    make_contacts(a.home, 1000)
    t = Terminal([program, "--home", a.home, "--listen", "127.0.0.1:0"])
    t.drain(SETTLE)
    before, cpu = t.switches(), t.ticks()
    t.drain(SETTLED)
    ticks, minutes = os.sysconf("SC_CLK_TCK"), SETTLED / 60
    wakes = (t.switches() - before) / minutes
    figure(f"1,000 contacts, nobody there for {SETTLE} s", f"{wakes:.0f} wake-ups a minute over all threads, "
           f"{(t.ticks() - cpu) / ticks / SETTLED * 100:.2f} % CPU, {t.rss():.0f} MiB", wakes <= 300, "at most 300")
    t.close()
