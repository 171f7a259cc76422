/* transfer.c - whole transfers between two engines: what is offered arrives, under its name, or is refused in words. */
#include "config.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/pair.h"
#include "tests/tap.h"

static char *
fresh(const char *name)
{
	char *dir = pair_path("%s/%s", test_tmpdir(), name);

	mkdir(dir, 0755);
	return dir;
}

static void
test_one_file(void)
{
	char *dir = fresh("one"), *src = pair_path("%s/report.pdf", dir);
	struct pair *p = pair_new(dir, 1);
	int64_t n;

	pair_write(src, 3000000, 1);
	chmod(src, 0640);
	pair_up(p);
	n = pair_send(&p->a, src, NULL);
	is_int(n, 1, "a file is offered");
	ok(pair_reach(&p->b, 1, TRANSFER_WAITING), "the offer is shown");
	is_str(msg_string(p->b.shown[1], 0), "report.pdf", "by its name");
	is_int(p->b.shown[1]->b.transfer.bytes_total, 3000000, "with its size");
	is_str(pair_place(&p->b, 1), p->b.downloads, "and where it would go");
	ok(p->b.shown[1]->b.transfer.free_bytes > 0, "and how much room is there");
	ok(pair_op(&p->b, 1, TOP_ACCEPT, NULL) == NULL, "it is accepted");
	ok(pair_reach(&p->b, 1, TRANSFER_DONE), "it is done at the receiver");
	ok(pair_reach(&p->a, 1, TRANSFER_DONE), "and at the sender");
	is_str(pair_place(&p->b, 1), pair_path("%s/b/report.pdf", dir), "its place is known");
	ok(pair_same(src, pair_path("%s/b/report.pdf", dir)), "it is the same file");
	ok(access(pair_path("%s/b/.p2p-tui-part", dir), F_OK) == -1, "no part is left");
	is_int(p->a.lines + p->b.lines, 2, "each chat has a row for it");
	pair_free(p);
}

/* Offers, accepts and waits until both ends are done; whether they are. */
static bool
all_the_way(struct pair *p, int64_t n)
{
	return n > 0 && pair_reach(&p->b, n, TRANSFER_WAITING) &&
	       pair_op(&p->b, n, TOP_ACCEPT, NULL) == NULL && pair_reach(&p->b, n, TRANSFER_DONE) &&
	       pair_reach(&p->a, n, TRANSFER_DONE);
}

static void
test_several(void)
{
	char *dir = fresh("several"), *x = pair_path("%s/x", dir), *y = pair_path("%s/y", dir),
	     *sub = fresh("several/sub"), *y2 = pair_path("%s/y", sub);
	struct pair *p = pair_new(dir, 2);

	pair_write(x, 100000, 1);
	pair_write(y, 1, 2);
	pair_write(y2, 0, 3);
	pair_up(p);
	ok(all_the_way(p, pair_send(&p->a, x, y, y2, NULL)), "three files as one transfer");
	ok(pair_same(x, pair_path("%s/b/x", dir)), "the first is here");
	ok(pair_same(y, pair_path("%s/b/y", dir)), "the second is here");
	ok(pair_same(y2, pair_path("%s/b/y (2)", dir)), "the third had the second's name");
	is_str(pair_place(&p->b, 1), p->b.downloads, "their place is the folder");
	is_int(p->b.shown[1]->b.transfer.files, 3, "three files were counted");
	pair_free(p);
}

/* A tree with everything in it. */
static char *
plant(const char *dir)
{
	char *top = pair_path("%s/tree", dir);
	static const char *const names[] = {"with space",
					    "quote's \"here\"",
					    "\xf0\x9f\x8f\x96 beach",
					    "\xe2\x80\xae"
					    "odd",
					    "bad\xff"
					    "byte",
					    "-dash",
					    ".hidden",
					    "100%"};

	mkdir(top, 0755);
	mkdir(pair_path("%s/empty", top), 0750);
	mkdir(pair_path("%s/deep", top), 0755);
	mkdir(pair_path("%s/deep/er", top), 0700);
	chmod(pair_path("%s/deep/er", top), 02777);
	pair_write(pair_path("%s/empty file", top), 0, 1);
	pair_write(pair_path("%s/deep/er/down", top), 200000, 2);
	pair_write(pair_path("%s/run.sh", top), 50, 3);
	chmod(pair_path("%s/run.sh", top), 06755);
	pair_write(pair_path("%s/read-only", top), 50, 3);
	chmod(pair_path("%s/read-only", top), 0444);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		pair_write(pair_path("%s/%s", top, names[i]), 1000 + i, i);
	if (symlink("deep/er/down", pair_path("%s/link", top)) == -1 ||
	    symlink("../../run.sh", pair_path("%s/deep/er/up", top)) == -1 ||
	    symlink("/etc/passwd", pair_path("%s/outside", top)) == -1 ||
	    symlink("../../x", pair_path("%s/deep/outside", top)) == -1 ||
	    mkfifo(pair_path("%s/fifo", top), 0600) == -1)
		diag("cannot plant");
	return top;
}

static void
test_tree(void)
{
	char *dir = fresh("tree"), *top = plant(dir), *got = pair_path("%s/b/tree", dir);
	struct pair *p = pair_new(dir, 3);

	pair_up(p);
	ok(pair_send(&p->a, top, NULL) == 1, "a tree is offered");
	is_int(p->a.notices, 1, "what is left out is said");
	ok(pair_reach(&p->b, 1, TRANSFER_WAITING), "the offer is shown");
	ok(p->b.shown[1]->b.transfer.odd_name, "with odd names");
	ok(p->b.shown[1]->b.transfer.executable, "and something executable");
	is_int(p->b.shown[1]->b.transfer.folders, 4, "its folders are counted");
	is_str(msg_string(p->b.shown[1], 3), "tree/", "names come with it");
	is_str(msg_string(p->b.shown[1], 4), "tree/-dash", "as they would arrive");
	ok(pair_op(&p->b, 1, TOP_ACCEPT, NULL) == NULL, "it is accepted");
	ok(pair_reach(&p->a, 1, TRANSFER_DONE), "it is done");
	is_str(pair_place(&p->b, 1), got, "its place is the folder");
	ok(access(pair_path("%s/bad%%FFbyte", got), F_OK) == 0,
	   "a name that is no text is encoded");
	ok(access(pair_path("%s/%%E2%%80%%AEodd", got), F_OK) == 0, "so is one that turns around");
	ok(access(pair_path("%s/fifo", got), F_OK) == -1, "the pipe is not here");
	ok(faccessat(AT_FDCWD, pair_path("%s/outside", got), F_OK, AT_SYMLINK_NOFOLLOW) == -1,
	   "a link that leads outside is not here");
	/* Made equal to what is here, the two trees must be the same. */
	rename(pair_path("%s/bad\xff"
			 "byte",
			 top),
	       pair_path("%s/bad%%FFbyte", top));
	rename(pair_path("%s/\xe2\x80\xae"
			 "odd",
			 top),
	       pair_path("%s/%%E2%%80%%AEodd", top));
	unlink(pair_path("%s/outside", top));
	unlink(pair_path("%s/deep/outside", top));
	unlink(pair_path("%s/fifo", top));
	for (size_t i = 0; i < 2; i++) {
		const char *one = i == 0 ? top : pair_path("%s/deep", top);
		const char *two = i == 0 ? got : pair_path("%s/deep", got);
		struct timespec now[2] = {{1, 0}, {1, 0}};

		utimensat(AT_FDCWD, one, now, 0);
		utimensat(AT_FDCWD, two, now, 0);
	}
	ok(pair_same(top, got), "everything else is the same");
	pair_free(p);
}

static void
test_empty(void)
{
	char *dir = fresh("empty"), *file = pair_path("%s/nothing", dir),
	     *folder = pair_path("%s/hollow", dir);
	struct pair *p = pair_new(dir, 4);

	pair_write(file, 0, 0);
	mkdir(folder, 0755);
	pair_up(p);
	ok(all_the_way(p, pair_send(&p->a, file, NULL)), "an empty file");
	ok(pair_same(file, pair_path("%s/b/nothing", dir)), "is here");
	ok(all_the_way(p, pair_send(&p->a, folder, NULL)), "an empty folder");
	ok(pair_same(folder, pair_path("%s/b/hollow", dir)), "is here");
	pair_free(p);
}

static void
test_taken(void)
{
	char *dir = fresh("taken"), *src = pair_path("%s/report.pdf", dir),
	     *top = pair_path("%s/box", dir), *got = pair_path("%s/b/box", dir);
	struct pair *p = pair_new(dir, 5);

	pair_write(src, 10, 1);
	mkdir(top, 0755);
	pair_write(pair_path("%s/same", top), 70000, 1);
	pair_write(pair_path("%s/other", top), 70000, 2);
	mkdir(pair_path("%s/in", top), 0755);
	pair_write(pair_path("%s/in/new", top), 7, 3);
	pair_up(p);
	ok(all_the_way(p, pair_send(&p->a, src, NULL)), "a file");
	ok(all_the_way(p, pair_send(&p->a, src, NULL)), "and again");
	is_str(pair_place(&p->b, 2), pair_path("%s/b/report (2).pdf", dir), "has the next name");
	ok(pair_same(src, pair_path("%s/b/report (2).pdf", dir)), "and is the same");
	mkdir(got, 0755);
	mkdir(pair_path("%s/in", got), 0755);
	pair_write(pair_path("%s/same", got), 70000, 1);
	pair_write(pair_path("%s/other", got), 70000, 9);
	ok(all_the_way(p, pair_send(&p->a, top, NULL)), "a folder whose name is taken");
	is_str(pair_place(&p->b, 3), got, "fills it");
	ok(access(pair_path("%s/same (2)", got), F_OK) == -1, "what is identical is left out");
	ok(pair_same(pair_path("%s/other", top), pair_path("%s/other (2)", got)),
	   "what differs has the next name");
	ok(pair_same(pair_path("%s/in/new", top), pair_path("%s/in/new", got)), "the rest is new");
	is_str(pair_reason(&p->b, 3),
	       "1 identical file was there already; a name was taken: other → other (2)",
	       "and it is told");
	pair_free(p);
}

/* Two files of one name, into a folder that has that name and the next one. */
static void
test_twice_taken(void)
{
	char *dir = fresh("twice"), *x = pair_path("%s/a.txt", dir),
	     *y = pair_path("%s/a.txt", fresh("twice/y"));
	struct pair *p = pair_new(dir, 5);

	pair_write(x, 10, 1);
	pair_write(y, 10, 2);
	pair_write(pair_path("%s/b/a.txt", dir), 10, 3);
	pair_write(pair_path("%s/b/a (2).txt", dir), 10, 4);
	pair_up(p);
	ok(all_the_way(p, pair_send(&p->a, x, y, NULL)), "two files of one name");
	ok(pair_same(x, pair_path("%s/b/a (3).txt", dir)), "the first has the next free one");
	ok(pair_same(y, pair_path("%s/b/a (4).txt", dir)), "and the second the one behind it");
	is_str(pair_reason(&p->b, 1), "names were taken: a.txt → a (3).txt, a (2).txt → a (4).txt",
	       "told as well");
	pair_free(p);
}

static void
test_folder_taken(void)
{
	char *dir = fresh("taken2"), *top = pair_path("%s/box", dir);
	struct pair *p = pair_new(dir, 5);

	mkdir(top, 0755);
	pair_write(pair_path("%s/x", top), 3, 3);
	pair_write(pair_path("%s/b/box", dir), 3, 1);
	pair_up(p);
	ok(all_the_way(p, pair_send(&p->a, top, NULL)), "a folder where a file has its name");
	is_str(pair_place(&p->b, 1), pair_path("%s/b/box (2)", dir), "has the next one");
	unlink(pair_path("%s/b/box", dir));
	if (symlink("/tmp", pair_path("%s/b/box", dir)) == -1)
		diag("no link");
	ok(all_the_way(p, pair_send(&p->a, top, NULL)), "where a link has its name");
	ok(pair_same(top, pair_place(&p->b, 2)), "it is not followed");
	is_str(pair_place(&p->b, 2), pair_path("%s/b/box (3)", dir), "but passed over");
	pair_free(p);
}

static void
refused(struct pair *p, const char *path, const char *part, const char *what)
{
	int64_t n = pair_send(&p->a, path, NULL);

	ok(n == -1 && strstr((const char *)p->a.result->bytes, part) != NULL, "%s: %s", what,
	   n == -1 ? (const char *)p->a.result->bytes : "was taken");
}

static void
test_refused_paths(void)
{
	char *dir = fresh("bad");
	struct pair *p = pair_new(dir, 6);

	pair_up(p);
	mkfifo(pair_path("%s/fifo", dir), 0600);
	refused(p, pair_path("%s/missing", dir), "No such file", "a missing file");
	refused(p, "", "empty name", "no name");
	refused(p, "here", "not absolute", "a relative path");
	refused(p, pair_path("%s/fifo", dir), "a pipe", "a pipe");
	refused(p, "/dev/null", "a device", "a device");
	refused(p, "/proc/self/status", "made up", "a file of the kernel's");
	refused(p, "/", "whole of /", "everything");
	if (geteuid() != 0) {
		pair_write(pair_path("%s/secret", dir), 1, 1);
		chmod(pair_path("%s/secret", dir), 0);
		refused(p, pair_path("%s/secret", dir), "denied", "an unreadable file");
		unlink(pair_path("%s/secret", dir));
	} else {
		skip("root reads everything", "an unreadable file");
	}
	ok(p->a.numbers == 0, "none of them left a trace");
	ok(pair_send(&p->a, pair_path("%s/", dir), NULL) == 1, "a slash at the end is fine");
	pair_free(p);
}

static void
test_refuse(void)
{
	char *dir = fresh("refuse"), *src = pair_path("%s/f", dir);
	struct pair *p = pair_new(dir, 7);

	pair_write(src, 5, 1);
	pair_up(p);
	pair_send(&p->a, src, NULL);
	ok(pair_reach(&p->b, 1, TRANSFER_WAITING), "an offer");
	ok(pair_op(&p->a, 1, TOP_ACCEPT, NULL) != NULL, "its sender cannot accept it");
	ok(pair_op(&p->a, 1, TOP_FORGET, NULL) != NULL, "nor forget it");
	ok(pair_op(&p->b, 1, TOP_PAUSE, NULL) != NULL, "nor can it be paused yet");
	ok(pair_op(&p->b, 1, TOP_REFUSE, NULL) == NULL, "is refused");
	is_int(pair_state(&p->b, 1), TRANSFER_REFUSED, "here");
	ok(pair_reach(&p->a, 1, TRANSFER_REFUSED), "and there");
	ok(pair_op(&p->b, 1, TOP_ACCEPT, NULL) != NULL, "then it cannot be accepted");
	ok(pair_op(&p->b, 1, TOP_FORGET, NULL) == NULL, "but forgotten");
	ok(p->b.shown[1]->b.transfer.gone && p->b.rows[1] == NULL, "it is gone");
	ok(pair_op(&p->b, 1, TOP_FORGET, NULL) != NULL, "and cannot be forgotten again");
	ok(pair_empty(p->b.downloads), "nothing was written");
	pair_free(p);
}

static void
test_cancel(void)
{
	for (int i = 0; i < 4; i++) {
		bool sender = i % 2 == 0, runs = i / 2 == 0;
		char *dir = fresh(pair_path("cancel%d", i)), *src = pair_path("%s/f", dir);
		struct pair *p = pair_new(dir, 8);
		struct end *e = sender ? &p->a : &p->b, *o = e->other;

		pair_write(src, 6000000, 1);
		pair_up(p);
		pair_send(&p->a, src, NULL);
		pair_reach(&p->b, 1, TRANSFER_WAITING);
		if (runs) {
			pair_op(&p->b, 1, TOP_ACCEPT, NULL);
			pair_reach(&p->a, 1, TRANSFER_RUNNING);
			while (p->bytes < 1000000)
				pair_run(p, 10);
		}
		ok(pair_op(e, 1, TOP_CANCEL, NULL) == NULL, "cancelled by the %s, %s",
		   sender ? "sender" : "receiver", runs ? "running" : "waiting");
		ok(pair_reach(o, 1, !sender && !runs ? TRANSFER_REFUSED : TRANSFER_CANCELLED),
		   "the other side knows");
		pair_run(p, 1000);
		ok(pair_empty(p->b.downloads), "no part is left");
		ok(p->up, "the session goes on");
		ok(pair_op(e, 1, TOP_CANCEL, NULL) != NULL, "it cannot be cancelled twice");
		pair_free(p);
	}
}

static void
test_pause(void)
{
	for (int i = 0; i < 2; i++) {
		char *dir = fresh(pair_path("pause%d", i)), *src = pair_path("%s/f", dir);
		struct pair *p = pair_new(dir, 9);
		struct end *e = i == 0 ? &p->a : &p->b, *o = e->other;
		uint64_t at;

		pair_write(src, 6000000, 1);
		pair_up(p);
		pair_send(&p->a, src, NULL);
		pair_reach(&p->b, 1, TRANSFER_WAITING);
		pair_op(&p->b, 1, TOP_ACCEPT, NULL);
		while (p->bytes < 1000000)
			pair_run(p, 10);
		ok(pair_op(e, 1, TOP_PAUSE, NULL) == NULL, "paused by the %s",
		   i == 0 ? "sender" : "receiver");
		ok(pair_reach(o, 1, TRANSFER_PAUSED), "the other side sees it");
		ok(e->shown[1]->b.transfer.paused_here && o->shown[1]->b.transfer.paused_there,
		   "and both know who did it");
		pair_run(p, 5000);
		at = p->bytes;
		pair_run(p, 60000);
		is_int(p->bytes, at, "nothing moves");
		ok(pair_op(o, 1, TOP_RESUME, NULL) != NULL, "the other side cannot resume it");
		ok(pair_op(e, 1, TOP_RESUME, NULL) == NULL, "it is resumed");
		ok(pair_reach(&p->a, 1, TRANSFER_DONE), "and ends");
		ok(pair_same(src, pair_path("%s/b/f", dir)), "whole");
		pair_free(p);
	}
}

static void
test_many_at_once(void)
{
	char *dir = fresh("many");
	struct pair *p = pair_new(dir, 10);
	unsigned running = 0, waiting = 0;
	bool fine = true;

	pair_up(p);
	for (int i = 1; i <= 20; i++) {
		pair_write(pair_path("%s/f%d", dir, i), 900000, (uint64_t)i);
		fine = fine && pair_send(&p->a, pair_path("%s/f%d", dir, i), NULL) == i;
	}
	ok(fine, "twenty offers");
	pair_run(p, 2000);
	is_int(p->b.numbers, 16, "sixteen are open at once");
	is_str(pair_reason(&p->a, 17), "waits until other offers are answered", "the rest waits");
	for (int i = 1; i <= 16; i++)
		pair_op(&p->b, i, TOP_ACCEPT, NULL);
	while (p->bytes < 1000000)
		pair_run(p, 5);
	for (int i = 1; i <= 16; i++) {
		running += pair_state(&p->a, i) == TRANSFER_RUNNING ||
			   pair_state(&p->a, i) == TRANSFER_CHECKING;
		waiting += strcmp(pair_reason(&p->a, i), "waits for its turn") == 0;
	}
	ok(running >= 4 && running <= 5 && waiting >= 10, "four run at once (%u), %u wait", running,
	   waiting);
	for (int i = 1; i <= 20; i++) {
		fine = fine && (i <= 16 || (pair_reach(&p->b, i, TRANSFER_WAITING) &&
					    pair_op(&p->b, i, TOP_ACCEPT, NULL) == NULL));
		fine = fine && pair_reach(&p->a, i, TRANSFER_DONE) &&
		       pair_same(pair_path("%s/f%d", dir, i), pair_path("%s/b/f%d", dir, i));
	}
	ok(fine, "all of them arrive");
	pair_free(p);
}

static void
test_both_ways(void)
{
	char *dir = fresh("both"), *x = pair_path("%s/x", dir), *y = pair_path("%s/y", dir);
	struct pair *p = pair_new(dir, 11);

	pair_write(x, 2000000, 1);
	pair_write(y, 2000000, 2);
	pair_up(p);
	pair_send(&p->a, x, NULL);
	pair_send(&p->b, y, NULL);
	ok(pair_reach(&p->b, 2, TRANSFER_WAITING) && pair_reach(&p->a, 2, TRANSFER_WAITING),
	   "offers in both directions");
	pair_op(&p->b, 2, TOP_ACCEPT, NULL);
	pair_op(&p->a, 2, TOP_ACCEPT, NULL);
	ok(pair_reach(&p->a, 1, TRANSFER_DONE) && pair_reach(&p->b, 1, TRANSFER_DONE), "both end");
	ok(pair_same(x, pair_path("%s/b/x", dir)) && pair_same(y, pair_path("%s/a/y", dir)),
	   "both arrive");
	pair_free(p);
}

static void
test_small_files(void)
{
	char *dir = fresh("small"), *top = pair_path("%s/lots", dir);
	struct pair *p = pair_new(dir, 12);

	mkdir(top, 0755);
	for (int i = 0; i < 3000; i++)
		pair_write(pair_path("%s/%d", top, i), (size_t)i, (uint64_t)i);
	pair_up(p);
	ok(all_the_way(p, pair_send(&p->a, top, NULL)), "three thousand small files");
	ok(pair_same(top, pair_path("%s/b/lots", dir)), "arrive");
	pair_free(p);
}

static void
test_elsewhere(void)
{
	char *dir = fresh("else"), *src = pair_path("%s/f", dir), *to = pair_path("%s/new/er", dir);
	struct pair *p = pair_new(dir, 13);
	const char *why;
	unsigned before;

	pair_write(src, 5000000, 1);
	pair_up(p);
	pair_send(&p->a, src, NULL);
	pair_reach(&p->b, 1, TRANSFER_WAITING);
	why = pair_op(&p->b, 1, TOP_ACCEPT, "/dev/null");
	ok(why != NULL, "a file is no folder: %s", why);
	is_int(pair_state(&p->b, 1), TRANSFER_WAITING, "the offer still stands");
	ok(pair_op(&p->b, 1, TOP_ACCEPT, "relative") != NULL, "a relative folder is refused");
	before = p->b.nshown[1];
	ok(pair_op(&p->b, 1, TOP_ACCEPT, to) == NULL, "a folder that is not there yet");
	ok(pair_reach(&p->b, 1, TRANSFER_DONE), "is made");
	is_str(pair_place(&p->b, 1), pair_path("%s/f", to), "and used");
	/* Each frame takes some milliseconds here, so this took a while. */
	ok(p->b.nshown[1] - before < 40, "progress is told now and then (%u times)",
	   p->b.nshown[1] - before);
	pair_free(p);
}

int
main(void)
{
	test_one_file();
	test_several();
	test_tree();
	test_empty();
	test_taken();
	test_twice_taken();
	test_folder_taken();
	test_refused_paths();
	test_refuse();
	test_cancel();
	test_pause();
	test_many_at_once();
	test_both_ways();
	test_small_files();
	test_elsewhere();
	return done_testing();
}
