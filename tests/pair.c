/* pair.c - two transfer engines on one virtual loop, with real files and a wire in memory. */
#include "config.h"

#include <sys/stat.h>

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/disk.h"
#include "net/disk_int.h"
#include "net/limits.h"
#include "net/loop.h"
#include "net/stream.h"
#include "net/wire.h"
#include "src/kept.h"
#include "src/queue.h"
#include "src/util.h"
#include "tests/pair.h"
#include "tests/tap.h"

/* ---- the wire ---- */

static void
wire_put(struct wired_list *l, uint8_t type, const void *body, size_t len)
{
	struct wired *w = xcalloc(1, sizeof(*w));

	w->type = type;
	w->body = xmemdup(body, len);
	w->len = len;
	*l->last = w;
	l->last = &w->next;
	l->n++;
}

static struct wired *
wire_get(struct wired_list *l)
{
	struct wired *w = l->first;

	if (w == NULL)
		return NULL;
	l->first = w->next;
	if (l->first == NULL)
		l->last = &l->first;
	l->n--;
	return w;
}

static void
wired_free(struct wired *w)
{
	free(w->body);
	free(w);
}

static void
wire_clear(struct wired_list *l)
{
	struct wired *w;

	while ((w = wire_get(l)) != NULL)
		wired_free(w);
}

/* ---- the host ---- */

static void
host_random(void *arg, void *out, size_t n)
{
	struct end *e = arg;

	for (size_t i = 0; i < n; i++)
		((uint8_t *)out)[i] = (uint8_t)test_random(&e->pair->seed);
}

static bool
host_online(void *arg, const struct key *peer)
{
	struct end *e = arg;

	return e->pair->up && key_equal(peer, &e->other->self);
}

static bool
host_frame(void *arg, const struct key *peer, uint8_t type, uint8_t flags, const void *body,
	   size_t len)
{
	struct end *e = arg;

	(void)flags;
	if (!host_online(arg, peer))
		return false;
	wire_put(&e->out, type, body, len);
	return true;
}

static enum bulk_way
host_way(void *arg, const struct key *peer)
{
	(void)peer;
	return ((struct end *)arg)->way;
}

static void
host_bulk_ready(void *arg, const struct key *peer, bool apart)
{
	struct end *e = arg;

	(void)peer;
	(void)apart;
	e->bulk = true;
}

static void
host_disk(void *arg, struct msg *m)
{
	struct end *e = arg;

	disk_push(e->disk, m);
}

/* A copy of a store message as another type. */
static struct msg *
copy_row(const struct msg *m, enum msg_type type)
{
	struct msg *c = msg_new(type);

	c->b = m->b;
	return msg_set_bytes(c, m->bytes, m->len);
}

static void
keep_value(struct end *e, const struct msg *m)
{
	size_t i = 0;

	while (i < NELEM(e->values) && e->values[i] != NULL &&
	       strcmp(e->values[i]->b.st_value.name, m->b.st_value.name) != 0)
		i++;
	if (i == NELEM(e->values))
		util_fatal("too many values for this test");
	msg_free(e->values[i]);
	e->values[i] = copy_row(m, MSG_SR_VALUE);
}

static void
host_store(void *arg, struct msg *m)
{
	struct end *e = arg;
	int64_t n = m->b.st_transfer.transfer;
	struct msg *reply;

	if (m->type == MSG_ST_VALUE) {
		keep_value(e, m);
	} else if (m->type == MSG_ST_LINE) {
		e->lines++;
	} else if (m->type == MSG_ST_WENT) {
		pair_keep_went(&e->went[n % PAIR_ROWS], m);
	} else if (m->type == MSG_ST_FORGET_TRANSFER) {
		msg_free(e->rows[n]);
		e->rows[n] = NULL;
	} else if (m->type == MSG_ST_TRANSFER &&
		   (n == 0 || !transfer_ended(m->b.st_transfer.state) || !e->forgets)) {
		bool fresh = n == 0;

		if (fresh && ++e->numbers >= PAIR_ROWS)
			util_fatal("too many transfers for this test");
		if (fresh)
			n = e->numbers;
		if (fresh || m->b.st_transfer.cookie != 0) {
			reply = copy_row(m, MSG_SR_TRANSFER);
			reply->b.st_transfer.transfer = n;
			*e->todo_last = reply;
			e->todo_last = &reply->next;
		}
		msg_free(e->rows[n]);
		e->rows[n] = copy_row(m, MSG_SR_TRANSFER);
		e->rows[n]->b.st_transfer.transfer = n;
		e->rows[n]->b.st_transfer.cookie = 0;
	}
	msg_free(m);
}

static void
host_emit(void *arg, struct msg *m)
{
	struct end *e = arg;
	struct msg **where = NULL;

	if (m->type == MSG_EV_TRANSFER) {
		where = &e->shown[m->b.transfer.transfer];
		e->nshown[m->b.transfer.transfer]++;
	} else if (m->type == MSG_EV_RESULT) {
		where = &e->result;
	} else if (m->type == MSG_EV_CHOICE) {
		where = &e->choice;
	} else if (m->type == MSG_EV_STALE) {
		where = &e->stale;
	} else {
		e->notices++;
	}
	if (where != NULL) {
		msg_free(*where);
		*where = m;
	} else {
		msg_free(m);
	}
}

static const char *
host_downloads(void *arg)
{
	struct end *e = arg;

	return e->downloads;
}

static int64_t
host_wall(void *arg)
{
	struct end *e = arg;

	return INT64_C(1700000000000) + (int64_t)loop_now(e->pair->loop);
}

/* The whole machine's dirty pages are no concern of these tests. */
static int
quick_sync(int fd)
{
	(void)fd;
	return 0;
}

/* What a process that was killed can still do to its files. */
static ssize_t
dead_pwritev(int fd, const struct iovec *iov, int n, off_t at)
{
	(void)fd;
	(void)iov;
	(void)n;
	(void)at;
	errno = EIO;
	return -1;
}

static void
end_start(struct end *e)
{

	struct transfers_host h = {.arg = e,
				   .loop = e->pair->loop,
				   .random = host_random,
				   .online = host_online,
				   .frame = host_frame,
				   .way = host_way,
				   .bulk_ready = host_bulk_ready,
				   .disk = host_disk,
				   .store = host_store,
				   .emit = host_emit,
				   .downloads = host_downloads,
				   .wall_ms = host_wall};

	e->replies = queue_new(1000);
	e->disk = disk_start(0, e->replies);
	e->calls = e->sys != NULL ? *e->sys : disk_sys_real;
	if (e->sys == NULL)
		e->calls.syncfs = e->calls.fdatasync = quick_sync;
	disk_set_sys(e->disk, &e->calls);
	snprintf(e->vouchers, sizeof(e->vouchers), "%s.sent", e->downloads);
	disk_set_vouchers(e->disk, e->vouchers);
	e->t = transfers_new(&h);
	e->todo = NULL;
	e->todo_last = &e->todo;
	for (size_t i = 0; i < NELEM(e->values) && e->values[i] != NULL; i++)
		transfers_value(e->t, e->values[i]->b.st_value.name, (char *)e->values[i]->bytes);
	for (size_t i = 0; i < PAIR_ROWS; i++)
		if (e->rows[i] != NULL)
			transfers_loaded(e->t, e->rows[i]);
}

static void
end_stop(struct end *e, bool clean)
{
	struct msg *m;

	if (clean)
		transfers_stop(e->t);
	else
		e->calls.pwritev = dead_pwritev;
	while ((m = queue_pop(e->replies)) != NULL) {
		transfers_disk(e->t, m);
		msg_free(m);
	}
	transfers_free(e->t);
	disk_stop(e->disk);
	queue_free(e->replies);
	while ((m = e->todo) != NULL) {
		e->todo = m->next;
		msg_free(m);
	}
	for (size_t i = 0; i < PAIR_ROWS; i++) {
		msg_free(e->shown[i]);
		e->shown[i] = NULL;
	}
}

/* ---- what happens ---- */

/* Answers of disk and store, until there are none. */
static void
settle(struct end *e)
{
	struct msg *m;

	for (;;) {
		if ((m = queue_pop(e->replies)) != NULL) {
			transfers_disk(e->t, m);
		} else if ((m = e->todo) != NULL) {
			e->todo = m->next;
			if (e->todo == NULL)
				e->todo_last = &e->todo;
			m->next = NULL;
			transfers_loaded(e->t, m);
		} else {
			return;
		}
		msg_free(m);
	}
}

void
pair_down(struct pair *p)
{
	if (!p->up)
		return;
	p->up = false;
	wire_clear(&p->a.out);
	wire_clear(&p->b.out);
	wire_clear(&p->a.wire);
	wire_clear(&p->b.wire);
	p->a.bulk = p->b.bulk = false;
	transfers_offline(p->a.t, &p->b.self);
	transfers_offline(p->b.t, &p->a.self);
	settle(&p->a);
	settle(&p->b);
}

void
pair_up(struct pair *p)
{
	if (p->up)
		return;
	p->up = true;
	transfers_online(p->a.t, &p->b.self);
	transfers_online(p->b.t, &p->a.self);
	settle(&p->a);
	settle(&p->b);
}

int
pair_inject(struct end *e, uint8_t type, const void *body, size_t len)
{
	const char *why = NULL;
	/* Of exactly that size, so that a sanitizer sees a step beyond it. */
	uint8_t *exact = xmemdup(body, len);
	int rc;

	rc = transfers_frame(e->t, &e->other->self, type, 0, exact, len, &why);
	free(exact);
	if (rc == -1) {
		free(e->broke);
		e->broke = xstrdup(why != NULL ? why : "no sentence");
	}
	return rc;
}

/* Delivers one frame that `from` sent. False: the session is down. */
static bool
deliver(struct end *from)
{
	struct pair *p = from->pair;
	struct wired *w = wire_get(&from->wire);
	int rc = 0;

	if (w == NULL)
		return false;
	p->delivered++;
	p->bytes += w->len;
	if (from->tamper == NULL || from->tamper(from, w))
		rc = pair_inject(from->other, w->type, w->body, w->len);
	wired_free(w);
	if (rc == -1 || (p->cut_at != 0 && p->delivered == p->cut_at)) {
		transfers_batch_end(from->other->t, &from->self);
		pair_down(p);
		return false;
	}
	return true;
}

static void
to_wire(struct end *e)
{
	struct wired *w;
	struct bulk *b;
	struct frame f;
	size_t at, in;

	while ((w = wire_get(&e->out)) != NULL) {
		wire_put(&e->wire, w->type, w->body, w->len);
		wired_free(w);
	}
	if (!e->bulk || e->wire.n > e->pair->depth)
		return;
	b = transfers_pull(e->t, &e->other->self, 1 + test_random(&e->pair->seed) % BULK_CHUNK,
			   false);
	if (b == NULL)
		b = transfers_pull(e->t, &e->other->self,
				   1 + test_random(&e->pair->seed) % BULK_CHUNK, true);
	e->bulk = b != NULL;
	for (at = 0; b != NULL && at < b->len;) {
		size_t len = get_be16(b->p + at);

		for (in = 0; frame_next(b->p + at + 2, len - TAG_LEN, &in, &f) == 1;) {
			e->sent += f.type == FRAME_DATA ? f.len - (DATA_FIXED - FRAME_HEADER) : 0;
			wire_put(&e->wire, f.type, f.body, f.len);
		}
		at += 2 + len;
	}
	bulk_free(b);
}

void
pair_peek(struct end *e)
{
	do {
		settle(e);
		to_wire(e);
		settle(e);
	} while (e->bulk || e->out.n > 0);
}

/* One turn of one end's session. */
static void
turn(struct end *e)
{
	struct pair *p = e->pair;
	size_t n = e->wire.n > 0 ? test_random(&p->seed) % e->wire.n + 1 : 0;

	for (; n > 0 && p->up; n--)
		if (!deliver(e))
			return;
	if (p->up) {
		transfers_batch_end(e->other->t, &e->self);
		to_wire(e);
	}
	settle(&p->a);
	settle(&p->b);
}

static bool
never(void *arg)
{
	(void)arg;
	return false;
}

static void
pulse(void *arg)
{
	(void)arg;
}

static bool
busy(const struct pair *p)
{
	return p->up &&
	       (p->a.out.n + p->b.out.n + p->a.wire.n + p->b.wire.n > 0 || p->a.bulk || p->b.bulk);
}

/* Lets ms pass, with all the timers that are due; `idle`: only until there is something to do. */
static void
pass(struct pair *p, uint64_t ms, bool idle)
{
	timer_set(p->loop, &p->pulse, ms, pulse, NULL);
	while (timer_is_set(&p->pulse) && loop_step(p->loop, UINT64_MAX)) {
		settle(&p->a);
		settle(&p->b);
		if (idle && busy(p))
			timer_clear(p->loop, &p->pulse);
	}
}

static bool
run(struct pair *p, uint64_t ms, bool (*cond)(void *arg), void *arg)
{
	uint64_t end = loop_now(p->loop) + ms;

	settle(&p->a);
	settle(&p->b);
	while (!cond(arg) && loop_now(p->loop) < end) {
		bool works = busy(p);

		if (works)
			turn(test_random(&p->seed) % 2 == 0 ? &p->a : &p->b);
		pass(p, works ? 1 + test_random(&p->seed) % 5 : end - loop_now(p->loop), !works);
	}
	return cond(arg);
}

void
pair_run(struct pair *p, uint64_t ms)
{
	run(p, ms, never, NULL);
}

bool
pair_until(struct pair *p, bool (*cond)(void *arg), void *arg)
{
	return run(p, 3600 * 1000, cond, arg);
}

/* ---- making ---- */

static void
end_init(struct pair *p, struct end *e, struct end *other, const char *dir, char name)
{
	e->pair = p;
	e->other = other;
	memset(e->self.b, name, KEY_LEN);
	snprintf(e->downloads, sizeof(e->downloads), "%s/%c", dir, name);
	mkdir(e->downloads, 0755);
	e->out.last = &e->out.first;
	e->wire.last = &e->wire.first;
	end_start(e);
}

struct pair *
pair_new(const char *dir, uint64_t seed)
{
	struct pair *p = xcalloc(1, sizeof(*p));

	mkdir(dir, 0755);
	p->loop = loop_new(true);
	p->seed = seed;
	p->depth = 100;
	end_init(p, &p->a, &p->b, dir, 'a');
	end_init(p, &p->b, &p->a, dir, 'b');
	return p;
}

static void
end_free(struct end *e)
{
	end_stop(e, true);
	for (size_t i = 0; i < PAIR_ROWS; i++) {
		msg_free(e->rows[i]);
		free(e->went[i]);
	}
	for (size_t i = 0; i < NELEM(e->values); i++)
		msg_free(e->values[i]);
	msg_free(e->result);
	msg_free(e->choice);
	msg_free(e->stale);
	free(e->broke);
}

void
pair_free(struct pair *p)
{
	pair_down(p);
	end_free(&p->a);
	end_free(&p->b);
	timer_clear(p->loop, &p->pulse);
	loop_free(p->loop);
	free(p);
}

void
pair_restart(struct end *e, bool clean)
{
	pair_down(e->pair);
	end_stop(e, clean);
	end_start(e);
	settle(e);
}

/* ---- commands ---- */

void
pair_command(struct end *e, struct msg *m)
{
	static uint32_t serial;

	msg_free(e->result);
	e->result = NULL;
	m->serial = ++serial;
	transfers_command(e->t, m);
	msg_free(m);
	settle(e);
}

int64_t
pair_send(struct end *e, ...)
{
	struct msg *m = msg_new(MSG_CMD_SEND);
	char bytes[8 * PATH_MAX];
	const char *path;
	size_t n = 0;
	va_list ap;

	va_start(ap, e);
	while ((path = va_arg(ap, const char *)) != NULL)
		n += strlcpy(bytes + n, path, sizeof(bytes) - n) + 1;
	va_end(ap);
	m->b.send.peer = e->other->self;
	pair_command(e, msg_set_bytes(m, bytes, n));
	if (e->result == NULL)
		return -2;
	return e->result->b.result.ok ? e->result->b.result.transfer : -1;
}

const char *
pair_op(struct end *e, int64_t number, enum transfer_op op, const char *folder)
{
	struct msg *m = msg_new(MSG_CMD_TRANSFER);

	m->b.transfer_op.transfer = number;
	m->b.transfer_op.op = op;
	if (folder != NULL)
		msg_set_bytes(m, folder, strlen(folder));
	pair_command(e, m);
	if (e->result == NULL)
		return "no answer";
	return e->result->b.result.ok ? NULL : (const char *)e->result->bytes;
}

enum transfer_state
pair_state(struct end *e, int64_t number)
{
	const struct msg *m = number > 0 && number < PAIR_ROWS ? e->shown[number] : NULL;

	return m != NULL ? m->b.transfer.state : (enum transfer_state)99;
}

static const char *
string_of(struct end *e, int64_t number, size_t i)
{
	const struct msg *m = number > 0 && number < PAIR_ROWS ? e->shown[number] : NULL;

	return m != NULL ? msg_string(m, i) : "";
}

const char *
pair_reason(struct end *e, int64_t number)
{
	static char said[1024];

	return kept_into(said, sizeof(said), string_of(e, number, 2));
}

const char *
pair_place(struct end *e, int64_t number)
{
	return string_of(e, number, 1);
}

struct wish {
	struct end *e;
	int64_t number;
	enum transfer_state state;
};

static bool
wished(void *arg)
{
	struct wish *w = arg;
	enum transfer_state s = pair_state(w->e, w->number);

	return s == w->state || (s != (enum transfer_state)99 && transfer_ended(s));
}

bool
pair_reach(struct end *e, int64_t number, enum transfer_state state)
{
	struct wish w = {e, number, state};

	pair_until(e->pair, wished, &w);
	if (pair_state(e, number) == state)
		return true;
	diag("transfer %lld is %d (%s), not %d", (long long)number, (int)pair_state(e, number),
	     pair_reason(e, number), (int)state);
	return false;
}
