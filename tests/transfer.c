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

int
main(void)
{
	test_one_file();
	return done_testing();
}
