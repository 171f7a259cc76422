/* transfer_went.c - where each file of a transfer went: told of all that arrived, was there, was renamed, was not taken or failed; the same after
 * a crash while the names were given; and by the sender of what it sent. */
#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/util.h"
#include "tests/pair.h"
#include "tests/tap.h"

#define MANY 3000

/* tree/{a,b,c,in/{d,e},link} */
static char *
plant(const char *dir)
{
	char *top = pair_path("%s/tree", dir);

	mkdir(top, 0755);
	mkdir(pair_path("%s/in", top), 0755);
	pair_write(pair_path("%s/a", top), 1000, 1);
	pair_write(pair_path("%s/b", top), 2000, 2);
	pair_write(pair_path("%s/c", top), 30000, 3);
	pair_write(pair_path("%s/in/d", top), 400, 4);
	pair_write(pair_path("%s/in/e", top), 500, 5);
	if (symlink("a", pair_path("%s/link", top)) == -1)
		diag("cannot plant");
	return top;
}

/* What of it is there already: a is the same, b is another, link leads elsewhere. */
static void
plant_there(const char *dir)
{
	char *top = pair_path("%s/b/tree", dir);

	mkdir(top, 0755);
	pair_write(pair_path("%s/a", top), 1000, 1);
	pair_write(pair_path("%s/b", top), 2000, 77);
	if (symlink("elsewhere", pair_path("%s/link", top)) == -1)
		diag("cannot plant");
}

static const char *
list(const struct end *e, int64_t number)
{
	return e->went[number] != NULL ? e->went[number] : "(none)";
}

/* What the list should be: lines of a word, a path below `top` and a note. */
static char *
wanted(const char *top, const char *const *lines, size_t n)
{
	char *all = xstrdup(""), *more;

	for (size_t i = 0; i < n; i += 3) {
		xasprintf(&more, "%s%s %s/%s %s\n", all, lines[i], top, lines[i + 1], lines[i + 2]);
		free(all);
		all = more;
	}
	return all;
}

#define IS_LIST(e, number, top, what, ...)                         \
	do {                                                       \
		static const char *const lines_[] = {__VA_ARGS__}; \
		char *want_ = wanted(top, lines_, NELEM(lines_));  \
		is_str(list(e, number), want_, what);              \
		free(want_);                                       \
	} while (0)

static void
start(struct pair *p, const char *what)
{
	pair_up(p);
	pair_send(&p->a, what, NULL);
	pair_reach(&p->b, 1, TRANSFER_WAITING);
}

static bool
finish(struct pair *p)
{
	return pair_reach(&p->b, 1, TRANSFER_DONE) && pair_reach(&p->a, 1, TRANSFER_DONE);
}

static void
test_names(bool killed)
{
	char *dir = pair_fresh(killed ? "killed" : "names"), *top = plant(dir);
	struct pair *p = pair_new(dir, 2);

	plant_there(dir);
	p->b.forgets = killed;
	start(p, top);
	pair_op(&p->b, 1, TOP_ACCEPT, NULL);
	if (killed) {
		pair_run(p, 5000);
		is_int(pair_state(&p->b, 1), TRANSFER_CHECKING, "all has its name, nobody knows");
		free(p->b.went[1]);
		p->b.went[1] = NULL;
		pair_restart(&p->b, false);
		p->b.forgets = false;
		pair_up(p);
	}
	ok(finish(p), "a tree arrives");
	IS_LIST(&p->b, 1, pair_path("%s/b/tree", dir),
		killed ? "the next process knows where its files went" : "where its files went",
		"identical", "a", "", "renamed", "b (2)", "b", "arrived", "c", "", "renamed",
		"link (2)", "link", "arrived", "in/d", "", "arrived", "in/e", "");
	IS_LIST(&p->a, 1, top, "the sender has what it sent", "arrived", "a", "", "arrived", "b",
		"", "arrived", "c", "", "arrived", "link", "", "arrived", "in/d", "", "arrived",
		"in/e", "");
	pair_free(p);
}

/* Names that are taken at the top; and one file alone. */
static void
test_top(void)
{
	char *dir = pair_fresh("top"), *one = pair_path("%s/one.txt", dir);
	char *two = pair_path("%s/two.txt", dir), *got = pair_path("%s/b", dir);
	struct pair *p = pair_new(dir, 3);

	pair_write(one, 10, 1);
	pair_write(two, 20, 2);
	pair_write(pair_path("%s/one.txt", got), 10, 1);
	pair_up(p);
	pair_send(&p->a, one, two, NULL);
	pair_reach(&p->b, 1, TRANSFER_WAITING);
	pair_op(&p->b, 1, TOP_ACCEPT, NULL);
	ok(finish(p), "two files arrive");
	IS_LIST(&p->b, 1, got, "one has another name", "renamed", "one (2).txt", "one.txt",
		"arrived", "two.txt", "");
	IS_LIST(&p->a, 1, dir, "as sent", "arrived", "one.txt", "", "arrived", "two.txt", "");
	pair_send(&p->a, two, NULL);
	pair_reach(&p->b, 2, TRANSFER_WAITING);
	pair_op(&p->b, 2, TOP_ACCEPT, NULL);
	ok(pair_reach(&p->b, 2, TRANSFER_DONE), "one alone");
	IS_LIST(&p->b, 2, got, "has its line", "renamed", "two (2).txt", "two.txt");
	pair_free(p);
}

static void
test_part(void)
{
	char *dir = pair_fresh("part"), *top = plant(dir);
	struct pair *p = pair_new(dir, 4);

	start(p, top);
	ok(pair_part(&p->b, 1, "", "tree/in", "a", NULL) == NULL, "a part is accepted");
	ok(finish(p), "and arrives");
	IS_LIST(&p->b, 1, pair_path("%s/b/tree", dir), "the rest is listed too", "arrived", "a", "",
		"not-taken", "b", "", "not-taken", "c", "", "not-taken", "link", "", "arrived",
		"in/d", "", "arrived", "in/e", "");
	IS_LIST(&p->a, 1, top, "at the sender, too", "arrived", "a", "", "not-taken", "b", "",
		"not-taken", "c", "", "not-taken", "link", "", "arrived", "in/d", "", "arrived",
		"in/e", "");
	pair_free(p);
}

/* A part was taken; the rest is, when it is offered once more: what is here is not received into another name. */
static void
test_rest(void)
{
	char *dir = pair_fresh("rest"), *top = plant(dir);
	struct pair *p = pair_new(dir, 14);

	start(p, top);
	pair_part(&p->b, 1, "", "tree/in", "a", NULL);
	ok(finish(p), "a part arrives");
	pair_send(&p->a, top, NULL);
	pair_reach(&p->b, 2, TRANSFER_WAITING);
	ok(pair_op(&p->b, 2, TOP_ACCEPT, NULL) == NULL && pair_reach(&p->b, 2, TRANSFER_DONE),
	   "and later the rest");
	IS_LIST(&p->b, 2, pair_path("%s/b/tree", dir), "what was there stays as it is", "identical",
		"a", "", "arrived", "b", "", "arrived", "c", "", "arrived", "link", "", "identical",
		"in/d", "", "identical", "in/e", "");
	ok(pair_same(pair_path("%s/c", top), pair_path("%s/b/tree/c", dir)), "as it was sent");
	pair_free(p);
}

/* Files that change or cannot be read once they are offered. */
static void
test_lost(void)
{
	char *dir = pair_fresh("lost"), *top = plant(dir);
	struct pair *p = pair_new(dir, 5);
	bool failed;

	start(p, top);
	pair_write(pair_path("%s/b", top), 2001, 2);
	unlink(pair_path("%s/in/d", top));
	mkdir(pair_path("%s/in/d", top), 0755);
	pair_op(&p->b, 1, TOP_ACCEPT, NULL);
	failed = pair_reach(&p->b, 1, TRANSFER_FAILED) && pair_reach(&p->a, 1, TRANSFER_FAILED);
	ok(failed, "two files change: %s", pair_reason(&p->b, 1));
	IS_LIST(&p->b, 1, pair_path("%s/b/tree", dir), "which is listed", "arrived", "a", "",
		"changed", "b", "", "arrived", "c", "", "arrived", "link", "", "changed", "in/d",
		"", "arrived", "in/e", "");
	IS_LIST(&p->a, 1, top, "at the sender too", "arrived", "a", "", "changed", "b", "",
		"arrived", "c", "", "arrived", "link", "", "changed", "in/d", "", "arrived", "in/e",
		"");
	/* Sent again: nothing is known of where it went until it did. */
	ok(pair_op(&p->a, 1, TOP_RETRY, NULL) == NULL, "tried again");
	is_str(list(&p->a, 1), "", "the old list goes");
	pair_free(p);
}

static ssize_t
unreadable(int fd, const struct iovec *iov, int n, off_t at)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && st.st_size == 400) {
		errno = EIO;
		return -1;
	}
	return preadv(fd, iov, n, at);
}

static void
test_unreadable(void)
{
	char *dir = pair_fresh("unreadable"), *top = plant(dir);
	struct pair *p = pair_new(dir, 6);
	static const char why[] = "Input/output error";

	p->a.calls.preadv = unreadable;
	start(p, top);
	pair_op(&p->b, 1, TOP_ACCEPT, NULL);
	ok(pair_reach(&p->b, 1, TRANSFER_FAILED) && pair_reach(&p->a, 1, TRANSFER_FAILED),
	   "a file cannot be read");
	ok(strstr(list(&p->b, 1), "unreadable ") != NULL &&
		   strstr(list(&p->b, 1), "/in/d \n") != NULL,
	   "which is listed");
	ok(strstr(list(&p->a, 1), why) != NULL, "at the sender with the reason");
	pair_free(p);
}

/* What is cancelled has gone nowhere, whatever was said before. */
static void
test_cancelled(void)
{
	char *dir = pair_fresh("cancelled"), *top = plant(dir);
	struct pair *p = pair_new(dir, 7);

	p->b.forgets = true;
	start(p, top);
	pair_op(&p->b, 1, TOP_ACCEPT, NULL);
	pair_run(p, 5000);
	ok(strstr(list(&p->a, 1), "arrived") != NULL, "all was sent");
	pair_op(&p->a, 1, TOP_CANCEL, NULL);
	is_str(list(&p->a, 1), "", "but it was cancelled: the list goes");
	pair_free(p);
}

static size_t
count_lines(const char *text, const char *word)
{
	size_t n = 0;

	for (; *text != '\0'; text += strcspn(text, "\n") + 1)
		n += strncmp(text, word, strlen(word)) == 0;
	return n;
}

/* More than fits into a piece. */
static void
test_many(void)
{
	char *dir = pair_fresh("many"), *top = pair_path("%s/tree", dir);
	struct pair *p = pair_new(dir, 8);

	mkdir(top, 0755);
	for (int i = 0; i < 10; i++)
		mkdir(pair_path("%s/folder-%d", top, i), 0755);
	for (int i = 0; i < MANY; i++)
		pair_write(pair_path("%s/folder-%d/a file with a name of some length %d", top,
				     i % 10, i),
			   1, 1);
	start(p, top);
	pair_op(&p->b, 1, TOP_ACCEPT, NULL);
	ok(finish(p), "%d files arrive", MANY);
	is_int(count_lines(list(&p->b, 1), "arrived "), MANY, "each has its line");
	is_int(count_lines(list(&p->a, 1), "arrived "), MANY, "at the sender too");
	pair_free(p);
}

int
main(void)
{
	test_names(false);
	test_names(true);
	test_top();
	test_part();
	test_rest();
	test_lost();
	test_unreadable();
	test_cancelled();
	test_many();
	return done_testing();
}
