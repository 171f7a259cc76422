"""Real processes: kills in the middle of a large transfer and what they cost; files that change while the sender is down; a disk that is
full in earnest."""

import os
import random
import subprocess

from peer import Home, befriend, diag, done, equal, folder, ok, skip, wait_until

MIB = 1 << 20
rng = random.Random(20261122)


def digest(path):
    import hashlib
    h = hashlib.blake2b()
    with open(path, "rb") as f:
        while block := f.read(MIB):
            h.update(block)
    return h.hexdigest()


def write(path, mib, seed):
    block = random.Random(seed).randbytes(MIB)
    with open(path, "wb") as f:
        for i in range(mib):
            f.write(i.to_bytes(8, "big") + block[8:])


def have_read(run):
    """Bytes of files the process has read: what it sends is read once, and a little ahead. What comes from sockets does not count."""
    with open("/proc/%d/io" % run.process.pid) as f:
        return int(f.readline().split()[1])


def offered(path, **command):
    since = alice.run.mark()
    bob.run.do(cmd="send", to="alice", paths=[path])
    seen = alice.run.wait("offer", since=since)
    ok(alice.run.did(cmd="accept", transfer=seen["transfer"], **command), "accepted")
    return seen["transfer"]


def state_of(home, number):
    told = home.run.find("transfer", transfer=number)
    return told[-1]["state"] if told else None


def stands_at(home, number):
    told = home.run.find("progress", transfer=number)
    return told[-1]["done"] if told else 0


def meet():
    alice.run.do(cmd="connect", name="bob")
    bob.run.do(cmd="connect", name="alice")


def kill(home, sure):
    """Stops it, so that nothing is read after the count; then kills it, and starts it anew."""
    os.kill(home.run.process.pid, 19)
    sure[0] += have_read(home.run) if home is bob else 0
    home.run.process.kill()
    home.run.process.wait()
    home.start()
    meet()


def killed():
    size = 384
    path = os.path.join(source, "large")
    write(path, size, 1)
    begun = have_read(bob.run)
    number = offered(path)
    read, kills = [-begun], 0
    for i in range(6):
        mark = stands_at(alice, number) + rng.randrange(20, 60) * MIB
        wait_until(lambda: stands_at(alice, number) >= mark or state_of(alice, number) == "done")
        if state_of(alice, number) == "done":
            break
        kill(rng.choice([alice, bob]), read)
        kills += 1
    wait_until(lambda: state_of(alice, number) == "done", 60)
    equal(state_of(alice, number), "done", "a file of %d MiB, an end killed %d times: it arrives" % (size, kills))
    equal(digest(os.path.join(alice.downloads, "large")), digest(path), "byte for byte")
    ok(not alice.run.find("offer", transfer=number), "nobody was asked again")
    read[0] += have_read(bob.run)
    # Read ahead of the wire: three stretches; and what each process reads of its own files.
    most = size * MIB + kills * (8 + 2) * MIB + (kills + 1) * 4 * MIB
    ok(kills >= 3 and read[0] <= most, "%d kills, %d bytes were read for %d: at most 8 MiB of each again" % (kills, read[0], size * MIB))


def changed():
    path = os.path.join(source, "changes")
    write(path, 256, 2)
    number = offered(path)
    wait_until(lambda: stands_at(alice, number) >= 40 * MIB or state_of(alice, number) == "done")
    times = os.stat(path)
    os.kill(bob.run.process.pid, 19)
    bob.run.process.kill()
    bob.run.process.wait()
    with open(path, "r+b") as f:
        f.seek(20 * MIB + 5)
        f.write(b"not what it was")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    bob.start()
    meet()
    wait_until(lambda: state_of(alice, number) == "done", 60)
    equal(state_of(alice, number), "done", "a file that changed secretly while its sender was down arrives")
    equal(digest(os.path.join(alice.downloads, "changes")), digest(path), "as it is now, and not half of each")


def full_disk():
    disk = folder("disk")
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk],
                                           stderr=subprocess.DEVNULL).returncode != 0:
        skip("a small disk", "mounting needs root")
        return
    try:
        on_small_disk(disk)
    finally:
        subprocess.run(["umount", "-l", disk], check=False)


def on_small_disk(disk):
    path = os.path.join(source, "too large")
    write(path, 80, 3)
    since = alice.run.mark()
    bob.run.do(cmd="send", to="alice", paths=[path])
    seen = alice.run.wait("offer", since=since)
    why = alice.run.error_of(alice.run.do(cmd="accept", transfer=seen["transfer"], folder=disk))
    ok(why and "disk is full" in why, "80 MiB do not fit on 64: %s" % why)
    alice.run.did(cmd="refuse", transfer=seen["transfer"])
    path = os.path.join(source, "sparse")
    write(path, 1, 4)
    os.truncate(path, 10 << 30)
    number = offered(path, folder=disk)
    ok(wait_until(lambda: state_of(alice, number) == "done"), "10 GiB with a MiB in it do")
    there = os.stat(os.path.join(disk, "sparse"))
    ok(there.st_size == 10 << 30 and there.st_blocks * 512 < 2 * MIB, "as sparse as they were")
    os.unlink(os.path.join(disk, "sparse"))
    path = os.path.join(source, "fits")
    write(path, 50, 5)
    since = alice.run.mark()
    bob.run.do(cmd="send", to="alice", paths=[path])
    seen = alice.run.wait("offer", since=since)
    number = seen["transfer"]
    filler = os.path.join(disk, "filler")
    # It is accepted while there is room, and the room is taken before it ends.
    os.kill(bob.run.process.pid, 19)
    ok(alice.run.did(cmd="accept", transfer=number, folder=disk), "what fits is accepted")
    write(filler, 40, 6)
    os.kill(bob.run.process.pid, 18)
    ok(alice.run.wait("transfer", transfer=number, state="paused"), "the disk is full: it pauses")
    told = alice.run.find("transfer", transfer=number)[-1]
    ok("disk is full" in str(told), "and says so: %s" % told)
    os.unlink(filler)
    ok(wait_until(lambda: state_of(alice, number) == "done", 90), "with room again it goes on by itself")
    equal(digest(os.path.join(disk, "fits")), digest(path), "whole")


alice, bob = Home("alice", "Alice"), Home("bob", "Bob")
source = folder("source")
alice.start()
bob.start()
ok(befriend(alice.run, bob.run, "alice", "bob"), "alice and bob know each other")
for part in (killed, changed, full_disk):
    diag(part.__name__)
    part()
equal([alice.stop(), bob.stop()], [0, 0], "both end well")
done()
