/* transfer_power.c - the receiver's machine loses its power: what was not made durable is gone, or half of it, and nothing torn gets a name. */
#include "config.h"

#include <sys/stat.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/disk.h"
#include "net/limits.h"
#include "src/util.h"
#include "tests/pair.h"
#include "tests/tap.h"

#define MIB (UINT64_C(1) << 20)

/* The disk of that machine. `kept` holds the bytes of each file as they were last synced, by inode; `names` what the folders held when
 * they were. */
static struct {
	struct pair *p;
	char *kept, *names;
	unsigned syncs;
	uint64_t done, seed; /* bytes that were there at the last sync */
} disk;

static void
sh(const char *command)
{
	if (system(command) != 0)
		diag("failed: %s", command);
}

static void
keep_bytes(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		sh(pair_path("cp -p --sparse=always /proc/%d/fd/%d '%s/%llu'", (int)getpid(), fd,
			     disk.kept, (unsigned long long)st.st_ino));
}

static uint64_t
there(void)
{
	return disk.p->b.shown[1] != NULL ? disk.p->b.shown[1]->b.transfer.bytes_done : 0;
}

static int
power_fdatasync(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		sh(pair_path("cd '%s' && find . -printf '%%y %%i %%p\\n' > '%s'",
			     disk.p->b.downloads, disk.names));
	else
		keep_bytes(fd);
	disk.syncs++;
	disk.done = there();
	return 0;
}

static int
power_syncfs(int fd)
{
	(void)fd;
	sh(pair_path("cd '%s' && find . -printf '%%y %%i %%p\\n' > '%s' && "
		     "find . -type f -printf '%%i %%p\\n' | while read -r i f; do "
		     "cp -p --sparse=always \"$f\" '%s'/$i; done",
		     disk.p->b.downloads, disk.names, disk.kept));
	disk.syncs++;
	disk.done = there();
	return 0;
}

static int
power_range(int fd, off_t at, off_t n, unsigned flags)
{
	(void)fd;
	(void)at;
	(void)n;
	(void)flags;
	return 0;
}

static uint64_t
power_now(void)
{
	return loop_now(disk.p->loop);
}

/* How much of what was not synced is there all the same. */
enum luck { NONE, SOME_FILES, TAILS_OF_ZEROS };
static const char *const lucks[] = {"nothing that was not synced is there",
				    "some files are as they were, some as they were synced",
				    "files have their length, but zeros where bytes were"};

/* The power goes: the folder becomes what the disk holds. */
static void
power_cut(enum luck luck)
{
	const char *d = disk.p->b.downloads;

	pair_restart(&disk.p->b, false);
	sh(pair_path("rm -rf '%s.was'; mv '%s' '%s.was'; mkdir '%s'", d, d, d, d));
	if (access(disk.names, F_OK) == 0)
		sh(pair_path("cd '%s' && while read -r y i f; do if [ $y = d ]; then mkdir -p -m "
			     "700 \"$f\"; "
			     "elif [ -e '%s'/$i ]; then cp -p --sparse=always '%s'/$i \"$f\"; "
			     "else : > \"$f\"; fi; done < '%s'",
			     d, disk.kept, disk.kept, disk.names));
	for (int i = 0; luck == SOME_FILES && i < 50; i++)
		if (test_random(&disk.seed) % 2 == 0)
			sh(pair_path("cd '%s' && for f in .p2p-tui-part/*/f%x; do [ -f \"$f\" ] && "
				     "cp -p \"'%s.was'/$f\" \"$f\" 2>/dev/null; done; :",
				     d, (unsigned)i, d));
	if (luck == TAILS_OF_ZEROS)
		sh(pair_path("cd '%s.was' && for f in .p2p-tui-part/*/f*; do [ -f \"$f\" ] && "
			     "[ -f '%s'/\"$f\" ] && chmod u+w '%s'/\"$f\" && "
			     "truncate -s $(stat -c %%s \"$f\") '%s'/\"$f\"; done; "
			     "cp -p .p2p-tui-part/*/journal '%s'/.p2p-tui-part/*/ 2>/dev/null; :",
			     d, d, d, d, d));
	/* Other inodes now. */
	sh(pair_path("rm -rf '%s.was' '%s'/* '%s'", d, disk.kept, disk.names));
	power_syncfs(-1);
	disk.syncs--;
}

static struct pair *
power_pair(const char *dir)
{
	static struct disk_sys sys;
	struct pair *p = pair_new(dir, 31);

	memset(&disk, 0, sizeof(disk));
	disk.p = p;
	disk.seed = 5;
	disk.kept = pair_path("%s/kept", dir);
	disk.names = pair_path("%s/names", dir);
	mkdir(disk.kept, 0755);
	sys = disk_sys_real;
	sys.fdatasync = power_fdatasync;
	sys.syncfs = power_syncfs;
	sys.sync_range = power_range;
	sys.now_ms = power_now;
	p->b.sys = &sys;
	pair_restart(&p->b, true);
	return p;
}

static void
plant(const char *src, bool tree)
{
	if (!tree) {
		pair_write(src, 12 * MIB, 5);
		return;
	}
	mkdir(src, 0755);
	for (int i = 0; i < 45; i++) /* more than comes before the last cut */
		pair_write(pair_path("%s/%02d", src, i), i % 5 == 4 ? MIB : 3000 + (size_t)i,
			   (uint64_t)i);
}

static void
test_cuts(bool tree, enum luck luck)
{
	char *dir = pair_path("%s/%s-%d", test_tmpdir(), tree ? "tree" : "file", (int)luck);
	char *src = pair_path("%s/f", dir);
	uint64_t before, lost, most = 0, started;
	struct pair *p;
	bool fine = true;
	int cuts = 0;

	mkdir(dir, 0755);
	plant(src, tree);
	p = power_pair(dir);
	/* Slow enough for the clock to matter: 150 kB/s. */
	transfers_limit(p->b.t, NULL, 0, 150000);
	pair_up(p);
	pair_send(&p->a, src, NULL);
	pair_reach(&p->b, 1, TRANSFER_WAITING);
	pair_op(&p->b, 1, TOP_ACCEPT, NULL);
	started = loop_now(p->loop);
	while (cuts < 4) {
		pair_run(p, 7000 + test_random(&disk.seed) % 6000);
		before = there();
		lost = before - disk.done;
		most = lost > most ? lost : most;
		power_cut(luck);
		cuts++;
		transfers_limit(p->b.t, NULL, 0, 150000);
		transfers_attach(p->b.t);
		lost = disk.done;
		pair_up(p);
		pair_run(p, 1);
		fine = fine && (luck != NONE || there() + 2 * MIB >= lost);
	}
	ok(disk.syncs >= 4 && disk.syncs <= 2 * (loop_now(p->loop) - started) / 5000,
	   "%u times made durable in %llu s", disk.syncs,
	   (unsigned long long)(loop_now(p->loop) - started) / 1000);
	ok(fine && most < 2 * MIB, "a power cut costs seconds: up to %llu bytes",
	   (unsigned long long)most);
	transfers_limit(p->b.t, NULL, 0, 0);
	ok(pair_reach(&p->a, 1, TRANSFER_DONE) && pair_reach(&p->b, 1, TRANSFER_DONE),
	   "%s, power cut %d times (%s), arrives", tree ? "a tree" : "a file", cuts, lucks[luck]);
	ok(pair_same(src, pair_path("%s/f", p->b.downloads)), "whole");
	power_cut(luck);
	/* The simulated disk does not keep modes and times of folders. */
	ok(system(pair_path("diff -r '%s' '%s/f'", src, p->b.downloads)) == 0,
	   "and is there after a cut right behind its end");
	pair_free(p);
}

int
main(void)
{
	for (int luck = NONE; luck <= TAILS_OF_ZEROS; luck++) {
		test_cuts(false, (enum luck)luck);
		test_cuts(true, (enum luck)luck);
	}
	return done_testing();
}
