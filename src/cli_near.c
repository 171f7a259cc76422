/* cli_near.c - nearby: who is visible on this network. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "src/cli.h"
#include "src/cli_reading.h"
#include "src/model.h"
#include "src/util.h"

#define USUAL_WAIT 3000

static bool
seen(struct cli *c, const struct msg *ev, unsigned dirty, void *arg)
{
	(void)c;
	(void)ev;
	(void)dirty;
	(void)arg;
	return false;
}

static void
print_all(const struct cli *c)
{
	for (size_t i = 0; i < model_nnearby(c->model); i++) {
		const struct msg_nearby *n = model_nearby_at(c->model, i);
		const struct model_contact *known =
			n->is_contact ? model_contact(c->model, &n->peer) : NULL;
		const char *name = known != NULL ? known->c.name : "";

		reading_field(n->nick, strlen(n->nick));
		printf("\t%s\t", n->address);
		reading_field(name, strlen(name));
		putchar('\n');
	}
}

int
cli_nearby(struct cli *c, const struct cli_args *a)
{
	uint64_t wait;
	bool ok;

	if (!cli_wait_ms(a, USUAL_WAIT, &wait))
		return CLI_USAGE;
	ok = cli_start(c) && cli_do(c, "nearby", NULL, 0, NULL);
	if (ok) {
		uint64_t now = util_mono_ms();

		(void)cli_wait(c, wait > UINT64_MAX - now ? UINT64_MAX : now + wait, seen, NULL);
		print_all(c);
	}
	cli_stop(c);
	return ok ? CLI_DONE : CLI_FAILED;
}
