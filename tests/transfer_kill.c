/* transfer_kill.c - both ends killed at random moments of a transfer: what goes over the wire twice has its bound. */
#include "config.h"

#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/limits.h"
#include "net/wire.h"
#include "tests/pair.h"
#include "tests/tap.h"

#define MIB	  (UINT64_C(1) << 20)
/* "Re-sent bytes after a crash at most 8 MiB." */
#define CRASH_MAX (8 * MIB)

static char *
fresh(const char *name)
{
	char *dir = pair_path("%s/%s", test_tmpdir(), name);

	mkdir(dir, 0755);
	return dir;
}

static const char *
plant_file(const char *dir)
{
	char *src = pair_path("%s/f", dir);

	pair_write(src, 28 * MIB, 5);
	return src;
}

/* Three large files among four hundred small ones. */
static const char *
plant_tree(const char *dir)
{
	char *src = pair_path("%s/f", dir);

	mkdir(src, 0755);
	for (int i = 0; i < 400; i++)
		pair_write(pair_path("%s/s%d", src, i), (size_t)(i * 97), (uint64_t)i);
	for (int i = 0; i < 3; i++)
		pair_write(pair_path("%s/l%d", src, i), (size_t)(6 + i) * MIB, (uint64_t)i);
	return src;
}

/* What one run of kills came to. */
struct outcome {
	uint64_t size, sent;
	unsigned kills, questions;
	bool whole;
};

enum victim { SENDER = 1, RECEIVER = 2, EITHER = 3 };

static void
accept_once(struct pair *p, struct outcome *o)
{
	if (p->b.shown[1] == NULL || pair_state(&p->b, 1) != TRANSFER_WAITING)
		return;
	o->questions++;
	pair_op(&p->b, 1, TOP_ACCEPT, NULL);
}

static bool
ended(struct pair *p)
{
	return p->a.shown[1] != NULL && p->b.shown[1] != NULL &&
	       pair_state(&p->a, 1) == TRANSFER_DONE && pair_state(&p->b, 1) == TRANSFER_DONE;
}

/* Lets it run until `more` bytes of files have gone, or it has ended. */
static void
go_on(struct pair *p, struct outcome *o, uint64_t more)
{
	uint64_t stop = p->a.sent + more;

	for (int i = 0; i < 20000 && p->a.sent < stop && !ended(p); i++) {
		pair_run(p, 5);
		accept_once(p, o);
	}
}

static void
kill_one(struct pair *p, enum victim who, uint64_t *seed)
{
	struct end *e =
		who == SENDER || (who == EITHER && test_random(seed) % 2 == 0) ? &p->a : &p->b;

	pair_restart(e, false);
	transfers_attach(e->t);
	pair_run(p, test_random(seed) % 3000);
	pair_up(p);
}

static struct outcome
torment(const char *dir, const char *src, enum victim who, uint64_t seed, uint64_t size)
{
	struct outcome o = {.size = size};
	struct pair *p = pair_new(pair_path("%s/run%llu", dir, (unsigned long long)seed), seed);

	/* All that is granted fits on the wire, where a kill costs it. */
	p->depth = 100000;
	pair_up(p);
	pair_send(&p->a, src, NULL);
	while (!ended(p) && o.kills < 100) {
		go_on(p, &o, 1 + test_random(&seed) % (12 * MIB));
		if (ended(p))
			break;
		/* All that was granted is on its way, and lost: the worst moment. */
		pair_peek(&p->a);
		kill_one(p, who, &seed);
		o.kills++;
	}
	o.sent = p->a.sent;
	o.whole = ended(p) && pair_same(src, pair_path("%s/f", p->b.downloads)) &&
		  access(pair_path("%s/f (2)", p->b.downloads), F_OK) == -1 &&
		  access(pair_path("%s/.p2p-tui-part", p->b.downloads), F_OK) == -1;
	pair_free(p);
	return o;
}

static void
test_kills(const char *what, const char *(*plant)(const char *), enum victim who, uint64_t size)
{
	char *dir = fresh(pair_path("%s-%d", what, (int)who));
	const char *src = plant(dir);
	const char *names[] = {"", "sender", "receiver", "either"};
	uint64_t most = 0;
	struct outcome o;

	for (uint64_t seed = 1; seed <= 2; seed++) {
		o = torment(dir, src, who, seed * 77, size);
		ok(o.whole, "%s, %s killed %u times: it arrives whole, once", what, names[who],
		   o.kills);
		is_int(o.questions, 1, "after one question");
		ok(o.sent <= o.size + o.kills * CRASH_MAX,
		   "%llu bytes went for %llu: at most 8 MiB more a kill",
		   (unsigned long long)o.sent, (unsigned long long)o.size);
		if (o.kills > 0 && o.sent > o.size)
			most = (o.sent - o.size) / o.kills > most ? (o.sent - o.size) / o.kills
								  : most;
	}
	ok(most > CRASH_MAX / 2, "the kills did cost something: up to %llu bytes each",
	   (unsigned long long)most);
}

int
main(void)
{
	uint64_t tree = 21 * MIB;

	for (int i = 0; i < 400; i++)
		tree += (uint64_t)i * 97;
	for (int who = SENDER; who <= EITHER; who++) {
		test_kills("file", plant_file, (enum victim)who, 28 * MIB);
		test_kills("tree", plant_tree, (enum victim)who, tree);
	}
	return done_testing();
}
