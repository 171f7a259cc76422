"""Bulk: one large file, a tree of small ones, memory and processor time, beside scp, rsync and magic-wormhole in the same run."""

import os
import shutil
import subprocess
import sys
import tempfile
import time

from peers import RUNS, SIZE, Peer, Sshd, children_cpu, figure, make_file, median, meet, p99, pair, say, send, started

FIXED = 21000 + os.getpid() % 20000  # ports known before the start
MAILBOX = os.path.join(os.path.dirname(os.path.abspath(__file__)), "mailbox.py")


def against_scp(program, folder, where, least, env=None, runs=RUNS):
    """Both in turn, so that what disturbs one run disturbs both."""
    path = f"{folder}/bulk.bin"
    make_file(path, SIZE)
    a, b = pair(program, folder, env=env)
    sshd = Sshd(f"{folder}/ssh") if Sshd.there() else None
    ours, theirs, our_cpu, their_cpu = [], [], [], []
    for run in range(runs + 1):
        cpu = a.cpu() + b.cpu()
        seconds = send(a, b, path)
        cpu = a.cpu() + b.cpu() - cpu
        b.empty()
        if run > 0:  # the first one warms up
            ours.append(seconds)
            our_cpu.append(cpu)
        if sshd:
            cpu = children_cpu() + sshd.cpu()
            seconds = sshd.scp(path, f"{folder}/scp.out")
            time.sleep(0.05)  # the server reaps its child
            cpu = children_cpu() + sshd.cpu() - cpu
            os.unlink(f"{folder}/scp.out")
            if run > 0:
                theirs.append(seconds)
                their_cpu.append(cpu)
    mine, gib = median(ours), SIZE / (1 << 30)
    say(f"bulk, {where}: {SIZE >> 20} MiB in {mine:.2f} s, {SIZE / mine / 1e6:.0f} MB/s (median of {runs})")
    if theirs:
        figure(f"bulk, {where}, beside scp -c aes128-gcm@openssh.com", f"{median(theirs) / mine:.2f} times as fast",
               median(theirs) / mine >= least, f"at least {least}")
        share = median(our_cpu) / median(their_cpu)
        figure(f"bulk, {where}, processor", f"{median(our_cpu) / gib:.2f} s/GiB both ends, scp's {median(their_cpu) / gib:.2f}: "
               f"{share:.2f}", share <= 0.6 if env is None else None, "at most 0.6")
    else:
        say("bulk: no scp and sshd here to compare with")
    figure(f"bulk, {where}, memory at the most", f"sender {a.rss_peak():.1f} MiB, receiver {b.rss_peak():.1f} MiB",
           max(a.rss_peak(), b.rss_peak()) <= 48, "at most 48")
    a.close()
    b.close()
    if sshd:
        sshd.close()
    os.unlink(path)
    return mine


def bench_bulk(program, folder):
    against_scp(program, folder, "tmpfs", 2.2)


def bench_sodium(program, folder):
    against_scp(program, folder, "tmpfs, libsodium alone", 1.3, env={"P2P_TUI_AEAD": "sodium"})


def bench_disk(program, folder):
    """Where the build is, which is a real disk more likely than /tmp."""
    base = os.environ.get("BENCH_DISK", os.getcwd())
    at = tempfile.mkdtemp(prefix="p2p-tui-bench-", dir=base)
    try:
        against_scp(program, at, "disk", 2.2)
    finally:
        shutil.rmtree(at, ignore_errors=True)


def make_tree(top, count):
    """10 folders of 10 folders each, files of 4 KiB in all of them."""
    for n in range(count):
        at = f"{top}/{n % 10}/{n // 10 % 10}"
        if n < 100:
            os.makedirs(at, exist_ok=True)
        with open(f"{at}/{n}.bin", "wb") as f:
            f.write(os.urandom(4096))


def bench_tree(program, folder):
    top = f"{folder}/tree"
    make_tree(top, 10000)
    a, b = pair(program, folder)
    sshd = Sshd(f"{folder}/ssh") if Sshd.there() and shutil.which("rsync") else None
    ours, theirs = [], []
    for run in range(RUNS + 1):
        seconds = send(a, b, top)
        if sum(len(names) for _, _, names in os.walk(f"{b.folder}/tree")) != 10000:
            raise RuntimeError("the tree did not arrive")
        b.empty()
        if run > 0:
            ours.append(seconds)
        if sshd:
            seconds = sshd.rsync(top, f"{folder}/rsync.out")
            shutil.rmtree(f"{folder}/rsync.out")
            if run > 0:
                theirs.append(seconds)
    say(f"tree: 10,000 files of 4 KiB in {median(ours):.2f} s (median of {RUNS})")
    if theirs:
        share = median(ours) / median(theirs)
        figure("tree, beside rsync -a over ssh", f"{share:.2f} of its {median(theirs):.2f} s", share <= 0.4, "at most 0.4")
        sshd.close()
    else:
        say("tree: no rsync and sshd here to compare with")
    a.close()
    b.close()


def both(give, take, log):
    """Seconds from the start of two commands, at once, to the end of both."""
    begin = time.perf_counter()
    procs = [subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log) for argv in (take, give)]
    try:
        for p in procs:
            if p.wait(150) != 0:
                raise RuntimeError(f"{p.args} failed")
    finally:
        for p in procs:
            if p.poll() is None:
                p.kill()
                p.wait()
    return time.perf_counter() - begin


def wormhole(argv, folder, path):
    """The whole of it, as two people start it who know the code already."""
    out = f"{folder}/wormhole.out"
    with open(f"{folder}/wormhole.log", "wb") as log:
        seconds = both(argv + ["send", "--hide-progress", "--code", "1-a-b", path],
                       argv + ["receive", "--hide-progress", "--accept-file", "-o", out, "1-a-b"], log)
    if os.path.getsize(out) != os.path.getsize(path):
        raise RuntimeError("magic-wormhole lost bytes")
    os.unlink(out)
    return seconds


def commands(program, folder, path):
    """The same with our commands, of two people who have met: both start, find each other, send and end."""
    out = f"{folder}/ours"
    os.makedirs(out)
    home = [[program, "--home", f"{folder}/{name}", "--listen", f"127.0.0.1:{port}"]
            for name, port in (("a", FIXED), ("b", FIXED + 1))]
    with open(f"{folder}/ours.log", "wb") as log:
        seconds = both(home[0] + ["send", "boris", path], home[1] + ["receive", "--once", "--into", out], log)
    if os.path.getsize(f"{out}/{os.path.basename(path)}") != os.path.getsize(path):
        raise RuntimeError("we lost bytes")
    shutil.rmtree(out)
    return seconds


def python_of(script):
    with open(script, "rb") as f:
        first = f.readline().decode(errors="replace").strip()
    return first[2:].strip() if first.startswith("#!") else sys.executable


def bench_wormhole(program, folder):
    tool = shutil.which("wormhole")
    if tool is None:
        say("wormhole: there is none here to compare with")
        return
    server = started([python_of(tool), MAILBOX], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    port = server.stdout.readline().strip()
    if not port:
        say("wormhole: its mailbox server needs the python module autobahn")
        return
    argv = [tool, "--relay-url", f"ws://127.0.0.1:{port}/v1", "--transit-helper", ""]
    path, little = f"{folder}/bulk.bin", f"{folder}/little.bin"
    make_file(path, SIZE)
    make_file(little, 1000)
    a, b = (Peer(program, f"{folder}/{name}", nick, listen=f"127.0.0.1:{port}")
            for name, nick, port in (("a", "Ada", FIXED), ("b", "Boris", FIXED + 1)))
    meet(a, b)
    a.close()
    b.close()
    ours, theirs, our_starts, their_starts = [], [], [], []
    for run in range(RUNS + 1):
        for tool, large, small in ((lambda p: commands(program, folder, p), ours, our_starts),
                                   (lambda p: wormhole(argv, folder, p), theirs, their_starts)):
            seconds = tool(little), tool(path)
            if run > 0:  # the first one warms up
                small.append(seconds[0])
                large.append(seconds[1])
    server.terminate()
    mine, his = median(ours), median(theirs)
    figure("bulk, beside magic-wormhole, both whole commands from start to end", f"{his / mine:.1f} times as fast "
           f"({mine:.2f} s, its {his:.2f} s)", his / mine >= 5, "at least 5")
    mine, his = mine - median(our_starts), his - median(their_starts)
    figure("bulk, beside magic-wormhole, less what 1,000 bytes take", f"{his / mine:.1f} times as fast "
           f"({mine:.2f} s, its {his:.2f} s)")
