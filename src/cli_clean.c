/* cli_clean.c - clean: what unfinished transfers left on the disk, listed or removed. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/cli.h"
#include "src/msg.h"
#include "src/say.h"
#include "src/text.h"

struct cleaning {
	bool list; /* one line for each */
	uint32_t count;
};

static void
field(const char *s, char end)
{
	char *safe = text_show_dup(s, strlen(s), TEXT_ONE_LINE);

	fputs(safe, stdout);
	putchar(end);
	free(safe);
}

static bool
seen(struct cli *c, const struct msg *ev, unsigned dirty, void *arg)
{
	struct cleaning *s = arg;

	(void)c;
	(void)dirty;
	/* Those without a serial were not asked for. */
	if (ev->type != MSG_EV_STALE || ev->serial == 0)
		return false;
	s->count = ev->b.stale.count;
	for (size_t i = 0; s->list && i < s->count; i++) {
		field(msg_string(ev, 1 + 3 * i), '\t');
		field(msg_string(ev, 2 + 3 * i), '\t');
		field(msg_string(ev, 3 + 3 * i), '\n');
	}
	return true;
}

static bool
step(struct cli *c, bool remove, struct cleaning *s)
{
	struct msg *m = msg_new(MSG_CMD_CLEAN);

	m->serial = ++c->env.serial;
	m->b.clean.remove = remove;
	return c->env.send(c->env.arg, m) && cli_wait(c, UINT64_MAX, seen, s) == CLI_SEEN;
}

int
cli_clean(struct cli *c, const struct cli_args *a)
{
	struct cleaning s = {.list = true};
	int status = CLI_FAILED;

	if (cli_start(c) && step(c, false, &s)) {
		status = CLI_DONE;
		if (s.count > 0 && a->opt[CLI_yes] == NULL)
			fputs(say_plural("p2p-tui: clean --yes removes it.\n",
					 "p2p-tui: clean --yes removes them.\n", s.count),
			      stderr);
		s.list = false;
		if (s.count > 0 && a->opt[CLI_yes] != NULL && (!step(c, true, &s) || s.count > 0))
			status = cli_fail("Not all of it could be removed.");
	}
	cli_stop(c);
	return status;
}
