/* transfers_list.c - which transfers the pane shows, in what order; and how each one moved in the last seconds. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/msg.h"
#include "src/util.h"
#include "ui/front.h"
#include "ui/pane.h"
#include "ui/transfers.h"
#include "ui/transfers_priv.h"

/* How long ended ones stay while the pane has not the focus; failed ones, with their reasons, longer. */
#define STAY_MS	       60000
#define STAY_FAILED_MS 600000
/* The group of those. */
#define ENDED	       3

/* ---- which are shown -------------------------------------------------------------------------------------------------- */

/* Ms it will still be shown, INT64_MAX for as long as it runs. */
static int64_t
stays(struct front *f, const struct model_transfer *t)
{
	int64_t left;

	if (!transfer_ended(t->t.state))
		return INT64_MAX;
	left = t->t.ended + (t->t.state == TRANSFER_FAILED ? STAY_FAILED_MS : STAY_MS) -
	       front_wall(f);
	return left > 0 ? left : 0;
}

/* What waits for an answer of ours, what runs, what waits for something else, what has ended. */
static int
group(const struct model_transfer *t)
{
	if (transfers_offered(t))
		return 0;
	if (t->t.state == TRANSFER_RUNNING || t->t.state == TRANSFER_CHECKING)
		return 1;
	return transfer_ended(t->t.state) ? ENDED : 2;
}

static int
compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* On their way in the order of the queues, what comes in first; ended, the newest first. */
static int
by_place(const void *a, const void *b)
{
	const struct model_transfer *x = *(struct model_transfer *const *)a;
	const struct model_transfer *y = *(struct model_transfer *const *)b;
	int order = compare(group(x), group(y));

	if (order == 0 && group(x) == ENDED)
		order = compare(y->t.ended, x->t.ended);
	else if (order == 0)
		order = compare(x->t.queue, y->t.queue);
	if (order != 0)
		return order;
	order = compare(x->t.transfer, y->t.transfer);
	return group(x) == ENDED ? -order : order;
}

static void
rebuild(struct pane *p)
{
	struct transfers *s = p->state;
	struct model *m = front_model(p->front);
	bool all = front_focus(p->front) == PANE_TRANSFERS;

	s->list = xreallocarray(s->list, model_ntransfers(m) + 1, sizeof(*s->list));
	s->n = 0;
	for (size_t i = 0; i < model_ntransfers(m); i++) {
		struct model_transfer *t = model_transfer_at(m, i);

		if (all || stays(p->front, t) > 0)
			s->list[s->n++] = t;
	}
	qsort(s->list, s->n, sizeof(*s->list), by_place);
	s->stale = false;
}

struct model_transfer *
transfers_at(struct pane *p, size_t row)
{
	struct transfers *s = p->state;

	if (s->stale)
		rebuild(p);
	return row < s->n ? s->list[row] : NULL;
}

size_t
transfers_count(struct pane *p)
{
	struct transfers *s = p->state;

	if (s->stale)
		rebuild(p);
	return s->n;
}

size_t
transfers_cursor(struct pane *p)
{
	struct transfers *s = p->state;
	struct model_transfer *t;

	for (size_t row = 0; (t = transfers_at(p, row)) != NULL; row++)
		if (t->t.transfer == s->cursor)
			return row;
	return 0;
}

/* ---- how they move ---------------------------------------------------------------------------------------------------- */

static const struct moved *
find(const struct transfers *s, int64_t transfer)
{
	for (size_t i = 0; i < s->nmoved; i++)
		if (s->moved[i].transfer == transfer)
			return &s->moved[i];
	return NULL;
}

uint64_t
transfers_still(struct front *f, const struct model_transfer *t)
{
	const struct moved *m = find(front_pane(f, PANE_TRANSFERS)->state, t->t.transfer);

	return m != NULL ? front_now(f) - m->at : 0;
}

size_t
transfers_rates(struct pane *p, const struct model_transfer *t, const uint64_t **rates)
{
	const struct moved *m = find(p->state, t->t.transfer);

	*rates = m != NULL ? m->rates : NULL;
	return m != NULL ? m->nrates : 0;
}

/* A sample for each second that has passed since the last one. */
static void
sample(struct moved *m, uint64_t now, uint64_t rate)
{
	uint64_t seconds = (now - m->sampled) / 1000;

	m->sampled += seconds * 1000;
	if (now - m->at >= TRANSFERS_STALLED_MS)
		rate = 0;
	for (seconds = seconds < TRANSFERS_RATES ? seconds : TRANSFERS_RATES; seconds > 0;
	     seconds--) {
		if (m->nrates == TRANSFERS_RATES)
			memmove(m->rates, m->rates + 1, --m->nrates * sizeof(m->rates[0]));
		m->rates[m->nrates++] = rate;
	}
}

/* Asks to be woken when the next ended one leaves, and each second while something is stalled. */
static void
set_clock(struct pane *p)
{
	struct model *m = front_model(p->front);
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < model_ntransfers(m); i++) {
		const struct model_transfer *t = model_transfer_at(m, i);
		int64_t left = stays(p->front, t);

		if (t->t.state == TRANSFER_RUNNING) {
			uint64_t still = transfers_still(p->front, t);

			left = still < TRANSFERS_STALLED_MS
				       ? (int64_t)(TRANSFERS_STALLED_MS - still)
				       : (int64_t)(1000 - still % 1000);
		}
		if (left > 0 && left < next)
			next = left;
	}
	front_wake(p, next == INT64_MAX ? 0 : (uint64_t)next);
}

void
transfers_moved(struct pane *p)
{
	struct transfers *s = p->state;
	struct model *m = front_model(p->front);
	uint64_t now = front_now(p->front);
	struct moved *moved = NULL;
	size_t n = 0;

	for (size_t i = 0; i < model_ntransfers(m); i++) {
		const struct model_transfer *t = model_transfer_at(m, i);
		const struct moved *before;

		if (t->t.state != TRANSFER_RUNNING)
			continue;
		moved = xreallocarray(moved, n + 1, sizeof(*moved));
		before = find(s, t->t.transfer);
		moved[n] = before != NULL ? *before
					  : (struct moved){.transfer = t->t.transfer,
							   .done = t->t.bytes_done,
							   .at = now,
							   .sampled = now};
		if (moved[n].done != t->t.bytes_done) {
			moved[n].done = t->t.bytes_done;
			moved[n].at = now;
		}
		sample(&moved[n], now, t->t.rate);
		n++;
	}
	free(s->moved);
	s->moved = moved;
	s->nmoved = n;
	set_clock(p);
}
