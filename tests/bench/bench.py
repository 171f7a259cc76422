#!/usr/bin/env python3
"""What `make bench` prints. Usage: bench.py PROGRAM [NAME...]; the names are those of the table below.

Everything lives in a temporary folder on tmpfs (/dev/shm when it is there; what wants a disk takes the folder it is started
in, or BENCH_DISK), and talks on loopback or in network namespaces of its own."""

import os
import shutil
import signal
import sys
import tempfile

sys.dont_write_bytecode = True

import bulk  # noqa: E402
import chat  # noqa: E402
import hands  # noqa: E402
import path  # noqa: E402
import peers  # noqa: E402
import scale  # noqa: E402
import screen  # noqa: E402


BENCHES = {
    "bulk": bulk.bench_bulk,            # beside scp, tmpfs to tmpfs
    "sodium": bulk.bench_sodium,        # the same without libcrypto
    "disk": bulk.bench_disk,            # the same from disk to disk
    "wormhole": bulk.bench_wormhole,
    "tree": bulk.bench_tree,            # beside rsync
    "path": path.bench_path,            # 100 ms and 1 % loss, beside a plain TCP copy
    "chat": chat.bench_chat,            # idle, and beside a transfer
    "chatdisk": chat.bench_chatdisk,    # beside fdatasync
    "link": chat.bench_link,            # 20 Mbit/s
    "queue": chat.bench_queue,          # 10,000 messages that waited
    "history": scale.bench_history,     # 1,000,000 messages
    "contacts": scale.bench_contacts,   # 1,000 contacts
    "typing": hands.bench_typing,       # 100,000 messages, 1,000 contacts
    "steady": scale.bench_steady,       # the same after a quarter of an hour; only when it is named
    "paint": screen.bench_paint,
    "folder": screen.bench_folder,
    "idle": screen.bench_idle,
}


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    program = os.path.abspath(sys.argv[1])
    base = "/dev/shm" if os.path.isdir("/dev/shm") else None
    for name in sys.argv[2:] or [name for name in BENCHES if name != "steady"]:
        folder = tempfile.mkdtemp(prefix="p2p-tui-bench-", dir=base)
        try:
            BENCHES[name](program, folder)
        finally:
            peers.end_all()
            shutil.rmtree(folder, ignore_errors=True)
    if peers.MISSED:
        peers.say("missed: " + "; ".join(peers.MISSED))


if __name__ == "__main__":
    main()
