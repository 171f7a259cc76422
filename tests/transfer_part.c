/* transfer_part.c - a part of an offer: chosen by marks or patterns, it arrives, and nothing else; cut and restarted it stays the same part. */
#include "config.h"

#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/limits.h"
#include "net/manifest.h"
#include "net/wire.h"
#include "src/choice_row.h"
#include "src/util.h"
#include "tests/pair.h"
#include "tests/tap.h"

/* tree/{a.jpg,b.txt,big.jpg,empty/,in/{c.jpg,d.txt,link},none/x.txt} */
static char *
plant(const char *dir)
{
	char *top = pair_path("%s/tree", dir);

	mkdir(top, 0755);
	mkdir(pair_path("%s/in", top), 0750);
	mkdir(pair_path("%s/empty", top), 0755);
	mkdir(pair_path("%s/none", top), 0755);
	pair_write(pair_path("%s/a.jpg", top), 150000, 1);
	pair_write(pair_path("%s/b.txt", top), 1000, 2);
	pair_write(pair_path("%s/big.jpg", top), 700000, 3);
	pair_write(pair_path("%s/in/c.jpg", top), 70000, 4);
	pair_write(pair_path("%s/in/d.txt", top), 10, 5);
	pair_write(pair_path("%s/none/x.txt", top), 10, 6);
	if (symlink("d.txt", pair_path("%s/in/link", top)) == -1)
		diag("cannot plant");
	return top;
}

static bool
there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

/* Whether the pictures came, and only they. */
static bool
pictures(const char *top, const char *got)
{
	static const char *const here[] = {"a.jpg", "big.jpg", "in/c.jpg"};
	static const char *const not [] = {"b.txt", "in/d.txt", "in/link", "none", "empty"};
	bool fine = true;

	for (size_t i = 0; i < NELEM(here); i++)
		fine = fine && pair_same(pair_path("%s/%s", top, here[i]),
					 pair_path("%s/%s", got, here[i]));
	for (size_t i = 0; i < NELEM(not ); i++)
		fine = fine && !there(pair_path("%s/%s", got, not [i]));
	return fine;
}

static void
test_patterns(void)
{
	char *dir = pair_fresh("patterns"), *top = plant(dir), *got = pair_path("%s/b/tree", dir);
	struct pair *p = pair_new(dir, 1);
	const struct msg_transfer *t;
	struct stat st;
	const char *why;

	pair_up(p);
	pair_send(&p->a, top, NULL);
	ok(pair_reach(&p->b, 1, TRANSFER_WAITING), "a tree is offered");
	why = pair_part(&p->b, 1, "", "*.jpg", "*.png", NULL);
	ok(why != NULL && strstr(why, "*.png") != NULL, "what fits nothing is told: %s", why);
	is_int(pair_state(&p->b, 1), TRANSFER_WAITING, "and the offer stands");
	why = pair_part(&p->b, 1, "", NULL);
	ok(why != NULL, "no patterns and no marks: %s", why);
	ok(pair_part(&p->b, 1, "/dev/null", "*.jpg", NULL) != NULL, "a folder that is none");
	ok(pair_part(&p->b, 1, "", "*.jpg", NULL) == NULL, "the pictures are accepted");
	ok(pair_part(&p->b, 1, "", "*.jpg", NULL) != NULL, "once");
	t = &p->b.shown[1]->b.transfer;
	ok(t->files == 3 && t->bytes_total == 920000, "what is shown is the part");
	ok(pair_reach(&p->b, 1, TRANSFER_DONE) && pair_reach(&p->a, 1, TRANSFER_DONE), "it ends");
	t = &p->a.shown[1]->b.transfer;
	ok(t->files == 3 && t->bytes_total == 920000 && t->bytes_done == 920000,
	   "also at the sender");
	ok(pictures(top, got), "the pictures are here and nothing else");
	ok(stat(pair_path("%s/in", got), &st) == 0 && (st.st_mode & 07777) == 0750,
	   "in their folders");
	is_str(pair_place(&p->b, 1), got, "where is known");
	ok(p->bytes < 1200000, "the rest did not travel");
	pair_free(p);
}

static struct choice_row
row(struct end *e, size_t i)
{
	struct choice_row r = {.name = ""};
	const struct msg *m = e->choice;
	size_t at = strlen((const char *)m->bytes) + 1;

	for (size_t k = 0; k <= i; k++)
		if (!choice_row_get(m->bytes, m->len, &at, &r))
			return (struct choice_row){.name = "no row"};
	return r;
}

static void
page(struct pair *p)
{
	struct msg_choose c = {.transfer = 1, .op = CHOOSE_PAGE, .from = 1, .count = 1};

	pair_choose(&p->b, &c, NULL);
	ok(row(&p->b, 0).mark == CHOICE_ALL && row(&p->b, 0).files == 2 &&
		   row(&p->b, 0).size == 70010 && p->b.choice->b.choice.count == 1,
	   "a page has what was asked for");
}

static void
test_marks(void)
{
	char *dir = pair_fresh("marks"), *top = plant(dir), *got = pair_path("%s/b/tree", dir);
	struct pair *p = pair_new(dir, 2);
	struct msg_choose c = {.transfer = 1, .op = CHOOSE_OPEN, .count = 10};
	const struct msg_choice *is;

	pair_up(p);
	pair_send(&p->a, top, NULL);
	pair_reach(&p->b, 1, TRANSFER_WAITING);
	pair_choose(&p->b, &c, NULL);
	is = &p->b.choice->b.choice;
	ok(p->b.choice->serial == 77 && !is->gone && is->rows == 1 && is->count == 1, "the list");
	ok(is->all_files == 6 && is->files == 6 && is->bytes == is->all_bytes, "all marked");
	is_str(row(&p->b, 0).name, "tree", "its top");
	c.op = CHOOSE_MARK;
	c.how = CHOOSE_OFF;
	pair_choose(&p->b, &c, NULL);
	is_int(p->b.choice->b.choice.files, 0, "cleared");
	ok(pair_op(&p->b, 1, TOP_ACCEPT_PART, "") != NULL, "nothing cannot be accepted");
	c.op = CHOOSE_VIEW;
	pair_choose(&p->b, &c, NULL);
	is_str((const char *)p->b.choice->bytes, "tree", "inside");
	is_str(row(&p->b, 0).name, "empty", "folders first");
	c.op = CHOOSE_MARK;
	c.how = CHOOSE_FLIP;
	c.mark_from = 0;
	c.mark_to = 1;
	pair_choose(&p->b, &c, NULL);
	ok(row(&p->b, 0).mark == CHOICE_ALL && row(&p->b, 1).mark == CHOICE_ALL &&
		   row(&p->b, 2).mark == CHOICE_NONE,
	   "two folders are marked");
	c.op = CHOOSE_VIEW;
	c.from = 0;
	c.folder = ENTRY_TOP;
	pair_choose(&p->b, &c, "D.TXT");
	is_str(row(&p->b, 0).name, "tree/in/d.txt", "a filter");
	c.op = CHOOSE_OPEN;
	pair_choose(&p->b, &c, NULL);
	ok(row(&p->b, 0).mark == CHOICE_SOME, "opened again the marks are still there");
	c.op = CHOOSE_VIEW;
	c.folder = 0;
	pair_choose(&p->b, &c, NULL);
	page(p);
	pair_down(p);
	ok(pair_op(&p->b, 1, TOP_ACCEPT_PART, "") == NULL, "accepted while the sender is away");
	ok(p->b.choice->b.choice.gone, "which ends the choosing");
	pair_up(p);
	ok(pair_reach(&p->b, 1, TRANSFER_DONE) && pair_reach(&p->a, 1, TRANSFER_DONE), "it ends");
	ok(pair_same(pair_path("%s/in", top), pair_path("%s/in", got)) &&
		   pair_same(pair_path("%s/empty", top), pair_path("%s/empty", got)),
	   "the two folders are here");
	ok(!there(pair_path("%s/a.jpg", got)) && !there(pair_path("%s/none", got)),
	   "and nothing else");
	pair_choose(&p->b, &c, NULL);
	ok(p->b.choice->b.choice.gone && p->b.choice->len > 0, "there is no offer any more");
	pair_free(p);
}

/* An offer that is renewed while something of it is marked has to be looked at again. */
static void
test_renewed(void)
{
	char *dir = pair_fresh("renewed"), *top = plant(dir);
	struct pair *p = pair_new(dir, 3);
	struct msg_choose c = {.transfer = 1, .op = CHOOSE_OPEN, .count = 10};

	pair_up(p);
	pair_send(&p->a, top, NULL);
	pair_reach(&p->b, 1, TRANSFER_WAITING);
	pair_choose(&p->b, &c, NULL);
	pair_down(p);
	pair_write(pair_path("%s/new", top), 10, 1);
	pair_run(p, 5000);
	pair_up(p);
	pair_run(p, 5000);
	ok(p->b.choice->b.choice.gone, "the list is another: %s", (char *)p->b.choice->bytes);
	ok(pair_op(&p->b, 1, TOP_ACCEPT_PART, "") != NULL, "what was marked is void");
	pair_choose(&p->b, &c, NULL);
	is_int(p->b.choice->b.choice.all_files, 7, "the new one can be opened");
	c.op = CHOOSE_CLOSE;
	pair_choose(&p->b, &c, NULL);
	ok(p->b.choice == NULL, "closed without an answer");
	ok(pair_op(&p->b, 1, TOP_ACCEPT_PART, "") != NULL, "and the marks are gone");
	ok(pair_op(&p->b, 1, TOP_ACCEPT, NULL) == NULL && pair_reach(&p->b, 1, TRANSFER_DONE),
	   "all of it can be had");
	ok(pair_same(top, pair_path("%s/b/tree", dir)), "and is");
	pair_free(p);
}

/* Cut behind frame `at`, with either end restarted: the part is the same. */
static bool
cut_once(const char *name, uint64_t at, bool sender, bool clean, bool *whole)
{
	char *dir = pair_fresh(name), *top = plant(dir);
	struct pair *p = pair_new(dir, at);
	bool fine;

	p->cut_at = at;
	pair_up(p);
	pair_send(&p->a, top, NULL);
	for (int i = 0; i < 400 && pair_state(&p->a, 1) != TRANSFER_DONE; i++) {
		if (p->b.shown[1] != NULL && pair_state(&p->b, 1) == TRANSFER_WAITING)
			pair_part(&p->b, 1, "", "*.jpg", NULL);
		pair_run(p, 50);
		if (p->up)
			continue;
		pair_restart(sender ? &p->a : &p->b, clean);
		pair_run(p, 50);
		pair_up(p);
		transfers_attach(p->a.t);
		transfers_attach(p->b.t);
	}
	*whole = p->delivered < at;
	fine = pair_state(&p->a, 1) == TRANSFER_DONE && pair_state(&p->b, 1) == TRANSFER_DONE &&
	       pictures(top, pair_path("%s/b/tree", dir)) &&
	       p->b.shown[1]->b.transfer.bytes_total == 920000 &&
	       p->a.shown[1]->b.transfer.bytes_total == 920000 &&
	       !there(pair_path("%s/b/.p2p-tui-part", dir));
	if (!fine)
		diag("cut at %llu: %d (%s), %d (%s)", (unsigned long long)at, pair_state(&p->a, 1),
		     pair_reason(&p->a, 1), pair_state(&p->b, 1), pair_reason(&p->b, 1));
	pair_free(p);
	pair_remove(dir);
	return fine;
}

static void
test_cuts(void)
{
	bool whole = false, fine = true;
	uint64_t at;

	for (at = 1; !whole && fine && at < 500; at++)
		fine = cut_once("cut", at, at % 2 == 0, at % 3 == 0, &whole);
	ok(fine && whole && at > 20, "cut behind each of %llu frames it is the same part",
	   (unsigned long long)at);
}

/* Every other of many files: more ranges than a frame takes. */
static void
test_many(void)
{
	/* Kept: so many paths are made that others go. */
	char *dir = xstrdup(pair_fresh("many")), *top = xstrdup(pair_path("%s/tree", dir));
	struct pair *p = pair_new(dir, 5);
	unsigned n = 2 * WANT_RANGES_FRAME + 3000, wrong = 0;

	mkdir(top, 0755);
	for (unsigned i = 0; i < n; i++)
		pair_write(pair_path("%s/%05u.%c", top, i, i % 2 == 0 ? 'a' : 'b'), i % 3, i);
	pair_up(p);
	pair_send(&p->a, top, NULL);
	pair_reach(&p->b, 1, TRANSFER_WAITING);
	ok(pair_part(&p->b, 1, "", "*.b", NULL) == NULL, "every other file is accepted");
	ok(pair_reach(&p->b, 1, TRANSFER_DONE) && pair_reach(&p->a, 1, TRANSFER_DONE), "it ends");
	for (unsigned i = 0; i < n; i++)
		wrong += there(pair_path("%s/b/tree/%05u.%c", dir, i, i % 2 == 0 ? 'a' : 'b')) !=
			 (i % 2 == 1);
	is_int(wrong, 0, "each is here, or not, as it was asked for");
	pair_free(p);
	free(top);
	free(dir);
}

/* What was chosen is kept beside the parts: damaged, it is asked again. */
static void
test_damage(void)
{
	char *dir = pair_fresh("damage"), *top = plant(dir), *part;
	struct pair *p = pair_new(dir, 6);
	char *cmd = pair_path("%s/b/.p2p-tui-part/*/wanted", dir);

	pair_up(p);
	pair_send(&p->a, top, NULL);
	pair_reach(&p->b, 1, TRANSFER_WAITING);
	transfers_limit(p->a.t, NULL, 50000, 0);
	pair_part(&p->b, 1, "", "*.jpg", NULL);
	pair_run(p, 5000);
	is_int(pair_state(&p->b, 1), TRANSFER_RUNNING, "it runs");
	pair_restart(&p->b, false);
	part = pair_path(
		"for f in %s; do printf x | dd of=$f bs=1 seek=5 conv=notrunc 2>/dev/null; "
		"done",
		cmd);
	ok(system(part) == 0, "a byte of what was chosen is another");
	pair_up(p);
	ok(pair_reach(&p->b, 1, TRANSFER_WAITING), "it is asked again");
	is_int(p->b.shown[1]->b.transfer.files, 6, "about all of it");
	ok(pair_part(&p->b, 1, "", "*.jpg", NULL) == NULL, "the part is accepted once more");
	transfers_limit(p->a.t, NULL, 0, 0);
	ok(pair_reach(&p->b, 1, TRANSFER_DONE) && pictures(top, pair_path("%s/b/tree", dir)),
	   "and comes");
	pair_free(p);
}

int
main(void)
{
	test_patterns();
	test_marks();
	test_renewed();
	test_cuts();
	test_many();
	test_damage();
	return done_testing();
}
