/* tcp.c - the transport over real sockets on loopback. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net/loop.h"
#include "net/tcp.h"
#include "net/transport.h"
#include "src/util.h"
#include "tests/tap.h"

#define DEADLINE 20000
#define BIG	 (8 * 1024 * 1024)

/* One end of a stream: writes `total` bytes that tell their place, and checks what comes the same way. */
struct end {
	struct conn *c;
	size_t written, total, got, wrong;
	bool ready, eof, close_at_once;
	int error;
};

struct world {
	struct loop *loop;
	struct transport *t, *caller;
	struct end in, out;
	unsigned accepted;
};

static uint8_t
byte_at(size_t i)
{
	return (uint8_t)(i * 2654435761U >> 23);
}

static void
close_end(struct end *e)
{
	if (e->c != NULL)
		e->c->ops->close(e->c);
	e->c = NULL;
}

static void
take(struct end *e)
{
	uint8_t buf[70000];
	ssize_t n = e->c->ops->read(e->c, buf, sizeof(buf));

	for (ssize_t i = 0; i < n; i++)
		e->wrong += buf[i] != byte_at(e->got + (size_t)i);
	if (n > 0)
		e->got += (size_t)n;
	if (n == 0)
		e->eof = true;
	if (n < 0 && errno != EAGAIN)
		e->error = errno;
}

static void
give(struct end *e)
{
	uint8_t buf[50000];
	size_t left = e->total - e->written, len = left < sizeof(buf) ? left : sizeof(buf);
	ssize_t n;

	for (size_t i = 0; i < len; i++)
		buf[i] = byte_at(e->written + i);
	if (len == 0)
		return;
	n = e->c->ops->write(e->c, buf, len);
	if (n > 0)
		e->written += (size_t)n;
	else if (errno != EAGAIN)
		e->error = errno;
}

static void
ready(void *arg, unsigned events)
{
	struct end *e = arg;

	if (e->close_at_once) {
		close_end(e);
		return;
	}
	if (!e->ready) {
		e->ready = true;
		e->error = e->c->ops->error(e->c);
	}
	if (e->error == 0 && (events & LOOP_READ))
		take(e);
	if (e->error == 0 && (events & LOOP_WRITE))
		give(e);
	e->c->ops->want(e->c, (e->eof || e->error != 0 ? 0 : LOOP_READ) |
				      (e->written < e->total && e->error == 0 ? LOOP_WRITE : 0));
}

static void
hold(struct end *e, struct conn *c)
{
	e->c = c;
	c->handler = ready;
	c->arg = e;
}

static void
accepted(void *arg, struct conn *c)
{
	struct world *w = arg;

	w->accepted++;
	if (w->in.c != NULL) {
		c->ops->close(c);
		return;
	}
	hold(&w->in, c);
	c->ops->want(c, LOOP_READ | LOOP_WRITE);
}

static struct world *
world_new(void)
{
	struct world *w = xcalloc(1, sizeof(*w));

	w->loop = loop_new(false);
	w->t = tcp_new(w->loop);
	w->caller = tcp_new(w->loop);
	w->t->accepted = accepted;
	w->t->arg = w;
	return w;
}

static void
world_free(struct world *w)
{
	close_end(&w->in);
	close_end(&w->out);
	w->t->ops->free(w->t);
	w->caller->ops->free(w->caller);
	loop_free(w->loop);
	free(w);
}

static bool
until(struct world *w, bool (*done)(struct world *w))
{
	uint64_t end = util_mono_ms() + DEADLINE;

	while (!done(w) && util_mono_ms() < end)
		loop_turn(w->loop, 100);
	return done(w);
}

/* Listens on that address, port 0, and calls it. False if the machine has no such address. */
static bool
connect_pair(struct world *w, const char *ip, size_t total)
{
	struct addr at, got;

	addr_parse(&at, ip, 0, NULL);
	if (w->t->ops->listen(w->t, &at, &got) != 0)
		return false;
	ok(got.port != 0, "%s: a port was picked", ip);
	w->in.total = w->out.total = total;
	hold(&w->out, w->caller->ops->dial(w->caller, &got));
	return true;
}

static bool
both_have_all(struct world *w)
{
	return w->in.got == w->in.total && w->out.got == w->out.total;
}

static void
test_transfer(const char *ip)
{
	struct world *w = world_new();

	if (!connect_pair(w, ip, BIG)) {
		skip("this machine has no such address", "%s", ip);
		world_free(w);
		return;
	}
	ok(until(w, both_have_all), "%s: 8 MiB went both ways at once", ip);
	is_int(w->in.wrong + w->out.wrong, 0, "as they were");
	is_int(w->out.error, 0, "the call succeeded");
	ok(addr_same_ip(&w->in.c->peer, &w->out.c->local) &&
		   w->in.c->peer.port == w->out.c->local.port,
	   "each knows where the other is");
	ok(addr_equal(&w->in.c->local, &w->out.c->peer), "and where it is itself");
	world_free(w);
}

static bool
in_is_over(struct world *w)
{
	return w->in.c != NULL && (w->in.eof || w->in.error != 0);
}

static bool
out_is_closed(struct world *w)
{
	return w->out.c == NULL;
}

static bool
out_has_error(struct world *w)
{
	return w->out.error != 0;
}

static void
test_ends(void)
{
	struct world *w = world_new();

	connect_pair(w, "127.0.0.1", 0);
	w->out.close_at_once = true;
	ok(until(w, out_is_closed), "a stream closed inside its own handler");
	ok(until(w, in_is_over), "ends for the other side");
	is_int(w->in.eof, 1, "in order");
	world_free(w);
}

static void
test_refused(void)
{
	struct world *w = world_new();
	struct addr at, got;

	/* A port that was free a moment ago. */
	addr_parse(&at, "127.0.0.1", 0, NULL);
	is_int(w->t->ops->listen(w->t, &at, &got), 0, "listening");
	w->t->ops->free(w->t);
	w->t = tcp_new(w->loop);
	hold(&w->out, w->caller->ops->dial(w->caller, &got));
	ok(until(w, out_has_error), "nobody listens there");
	is_int(w->out.error, ECONNREFUSED, "and it is said so");
	world_free(w);
}

static void
test_listen_again(void)
{
	struct world *w = world_new(), *other = world_new();
	struct addr at, got, again;

	/*
	 * The one place where a test listens beyond loopback: that this gives way to one address is what is tested here. The port is a
	 * free one, nobody is told of it, and it is open for two calls; nothing is read from who calls there.
	 */
	addr_parse(&at, "0.0.0.0", 0, NULL);
	is_int(w->t->ops->listen(w->t, &at, &got), 0, "on all addresses");
	is_int(w->t->ops->listen(w->t, &got, &again), 0, "the same again");
	addr_parse(&at, "127.0.0.1", got.port, NULL);
	is_int(w->t->ops->listen(w->t, &at, &again), 0, "then on one, with the same port");
	ok(addr_equal(&at, &again), "which is where it listens then");
	addr_parse(&at, "127.0.0.1", 0, NULL);
	is_int(other->t->ops->listen(other->t, &at, &got), 0, "somebody else");
	ok(w->t->ops->listen(w->t, &got, &at) != 0 && errno == EADDRINUSE,
	   "where somebody else listens we cannot");
	hold(&w->out, w->caller->ops->dial(w->caller, &again));
	w->in.total = w->out.total = 10;
	ok(until(w, both_have_all), "and still listen where we did");
	is_int(other->accepted, 0, "nobody came to the other");
	world_free(other);
	world_free(w);
}

static bool
ten_accepted(struct world *w)
{
	return w->accepted == 10;
}

static void
test_many(void)
{
	struct world *w = world_new();
	struct conn *c[10];
	struct addr at, got;

	addr_parse(&at, "127.0.0.1", 0, NULL);
	w->t->ops->listen(w->t, &at, &got);
	for (size_t i = 0; i < NELEM(c); i++)
		c[i] = w->caller->ops->dial(w->caller, &got);
	ok(until(w, ten_accepted), "ten callers at once, nine of them closed as they come");
	for (size_t i = 0; i < NELEM(c); i++)
		c[i]->ops->close(c[i]);
	world_free(w);
}

int
main(void)
{
	test_transfer("127.0.0.1");
	test_transfer("::1");
	test_ends();
	test_refused();
	test_listen_again();
	test_many();
	return done_testing();
}
