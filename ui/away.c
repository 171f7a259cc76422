/* away.c - the core hears when nobody has been at the keys for so long, and when somebody is again. */
#include "config.h"

#include "src/msg.h"
#include "src/options.h"
#include "ui/front.h"
#include "ui/front_priv.h"

static bool
tell(struct front *f, enum presence_op op, uint64_t ms)
{
	struct msg *m = msg_new(MSG_CMD_PRESENCE);

	m->b.presence.op = op;
	m->b.presence.ago = (uint32_t)(ms / 1000);
	return front_send(f, m);
}

void
away_input(struct front *f)
{
	f->last_input = front_now(f);
	if (f->idle && tell(f, PRESENCE_ACTIVE, 0))
		f->idle = false;
}

int
away_tick(struct front *f)
{
	uint64_t now = front_now(f), silent;
	uint64_t after = (uint64_t)options_minutes(f->setup.options, OPT_away) * 60000;

	if (f->last_input == 0)
		f->last_input = now;
	silent = now - f->last_input;
	if (after == 0 || f->idle || f->quitting || !model_ready(f->model))
		return -1;
	if (silent < after)
		return (int)(after - silent);
	f->idle = tell(f, PRESENCE_IDLE, silent);
	return f->idle ? -1 : 1000;
}
