/* tcp.c - the transport over TCP, IPv4 and IPv6. */
#include "config.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/limits.h"
#include "net/loop.h"
#include "net/tcp.h"
#include "net/transport.h"
#include "src/log.h"
#include "src/util.h"

/* Accepted in one turn at most, so that a flood of callers does not starve the sessions that stand. */
#define ACCEPT_BURST 16
/* How long to leave the listener alone when the process is out of descriptors. */
#define ACCEPT_REST  1000

struct tcp {
	struct transport t;
	struct loop *loop;
	int fd; /* the listener, -1 none */
	struct watch *watch;
	struct timer rest;
};

struct tcp_conn {
	struct conn c;
	struct watch *watch;
	int fd;
};

/* ---- addresses ---- */

union sockaddr_any {
	struct sockaddr sa;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t
to_sockaddr(union sockaddr_any *sa, const struct addr *a)
{
	memset(sa, 0, sizeof(*sa));
	if (a->family == 4) {
		sa->v4.sin_family = AF_INET;
		sa->v4.sin_port = htons(a->port);
		memcpy(&sa->v4.sin_addr, a->ip, 4);
		return sizeof(sa->v4);
	}
	sa->v6.sin6_family = AF_INET6;
	sa->v6.sin6_port = htons(a->port);
	sa->v6.sin6_scope_id = a->scope;
	memcpy(&sa->v6.sin6_addr, a->ip, 16);
	return sizeof(sa->v6);
}

static void
from_sockaddr(struct addr *a, const union sockaddr_any *sa)
{
	memset(a, 0, sizeof(*a));
	if (sa->sa.sa_family == AF_INET)
		addr_from_bytes(a, 4, (const uint8_t *)&sa->v4.sin_addr, ntohs(sa->v4.sin_port), 0);
	else if (sa->sa.sa_family == AF_INET6)
		addr_from_bytes(a, 6, (const uint8_t *)&sa->v6.sin6_addr, ntohs(sa->v6.sin6_port),
				sa->v6.sin6_scope_id);
}

static void
local_addr(int fd, struct addr *a)
{
	union sockaddr_any sa = {0};
	socklen_t len = sizeof(sa);

	memset(a, 0, sizeof(*a));
	if (getsockname(fd, &sa.sa, &len) == 0)
		from_sockaddr(a, &sa);
}

/* ---- streams ---- */

static ssize_t
tcp_read(struct conn *c, void *buf, size_t n)
{
	ssize_t got;

	do
		got = recv(((struct tcp_conn *)c)->fd, buf, n, 0);
	while (got < 0 && errno == EINTR);
	return got;
}

static ssize_t
tcp_write(struct conn *c, const void *buf, size_t n)
{
	ssize_t put;

	do
		put = send(((struct tcp_conn *)c)->fd, buf, n, MSG_NOSIGNAL);
	while (put < 0 && errno == EINTR);
	return put;
}

static void
tcp_want(struct conn *c, unsigned events)
{
	watch_set(((struct tcp_conn *)c)->watch, events);
}

static int
tcp_error(struct conn *c)
{
	int fd = ((struct tcp_conn *)c)->fd, error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		return errno;
	if (error == 0)
		local_addr(fd, &c->local);
	return error;
}

static void
set_lowat(int fd, int lowat)
{
#ifdef TCP_NOTSENT_LOWAT
	setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &lowat, sizeof(lowat));
#else
	(void)fd, (void)lowat;
#endif
}

static void
tcp_bulk(struct conn *c)
{
	set_lowat(((struct tcp_conn *)c)->fd, NOTSENT_LOWAT_BULK);
}

static void
tcp_close(struct conn *c)
{
	struct tcp_conn *tc = (struct tcp_conn *)c;

	watch_free(tc->watch);
	close(tc->fd);
	free(tc);
}

static const struct conn_ops tcp_conn_ops = {tcp_read,	tcp_write, tcp_want,
					     tcp_error, tcp_bulk,  tcp_close};

static void
conn_ready(void *arg, unsigned events)
{
	struct tcp_conn *tc = arg;

	if (tc->c.handler != NULL)
		tc->c.handler(tc->c.arg, events);
}

/* Takes the descriptor over. Chat wants no delay, and bulk wants the kernel to hold little that is not sent yet: what waits in the
 * kernel cannot be overtaken. */
static struct conn *
conn_new(struct tcp *t, int fd, const struct addr *peer, unsigned events)
{
	struct tcp_conn *tc = xcalloc(1, sizeof(*tc));
	int one = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	set_lowat(fd, NOTSENT_LOWAT);
	tc->c.ops = &tcp_conn_ops;
	tc->c.peer = *peer;
	tc->fd = fd;
	local_addr(fd, &tc->c.local);
	tc->watch = loop_watch(t->loop, fd, events, conn_ready, tc);
	return &tc->c;
}

static struct conn *
tcp_dial(struct transport *transport, const struct addr *to)
{
	struct tcp *t = (struct tcp *)transport;
	union sockaddr_any sa;
	socklen_t len = to_sockaddr(&sa, to);
	int fd = socket(sa.sa.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int error;

	if (fd < 0)
		return NULL;
	if (connect(fd, &sa.sa, len) != 0 && errno != EINPROGRESS) {
		error = errno;
		close(fd);
		errno = error;
		return NULL;
	}
	return conn_new(t, fd, to, LOOP_WRITE);
}

/* ---- listening ---- */

static void accept_some(void *arg, unsigned events);

static void
rested(void *arg)
{
	struct tcp *t = arg;

	if (t->watch != NULL)
		watch_set(t->watch, LOOP_READ);
}

static void
accept_some(void *arg, unsigned events)
{
	struct tcp *t = arg;

	(void)events;
	for (int i = 0; i < ACCEPT_BURST; i++) {
		union sockaddr_any sa = {0};
		socklen_t len = sizeof(sa);
		struct addr peer;
		int fd = accept4(t->fd, &sa.sa, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd < 0 &&
		    (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) {
			log_warn("cannot take a caller: %s", strerror(errno));
			watch_set(t->watch, 0);
			timer_set(t->loop, &t->rest, ACCEPT_REST, rested, t);
		}
		if (fd < 0)
			return;
		from_sockaddr(&peer, &sa);
		t->t.accepted(t->t.arg, conn_new(t, fd, &peer, LOOP_READ));
	}
}

static void
stop_listening(struct tcp *t)
{
	timer_clear(t->loop, &t->rest);
	watch_free(t->watch);
	t->watch = NULL;
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
}

/* A listening descriptor, or -1 with errno. */
static int
open_listener(const struct addr *at)
{
	union sockaddr_any sa;
	socklen_t len = to_sockaddr(&sa, at);
	int fd = socket(sa.sa.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int one = 1, zero = 0, error;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	/* [::] takes IPv4 callers too. */
	if (at->family == 6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof(zero));
	if (bind(fd, &sa.sa, len) != 0 || listen(fd, SOMAXCONN) != 0) {
		error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

static void
use_listener(struct tcp *t, int fd)
{
	stop_listening(t);
	t->fd = fd;
	t->watch = loop_watch(t->loop, fd, LOOP_READ, accept_some, t);
}

static int
tcp_listen(struct transport *transport, const struct addr *at, struct addr *got)
{
	struct tcp *t = (struct tcp *)transport;
	int fd;

	if (at == NULL) {
		stop_listening(t);
		return 0;
	}
	fd = open_listener(at);
	/* What is in the way may be our own listener, on this port of all addresses or of one. If it was not, it comes back. */
	if (fd < 0 && errno == EADDRINUSE && t->fd >= 0) {
		struct addr before;
		int error, again;

		local_addr(t->fd, &before);
		stop_listening(t);
		fd = open_listener(at);
		error = errno;
		if (fd < 0 && (again = open_listener(&before)) >= 0)
			use_listener(t, again);
		errno = error;
	}
	if (fd < 0)
		return -1;
	use_listener(t, fd);
	local_addr(fd, got);
	return 0;
}

static void
tcp_free(struct transport *transport)
{
	struct tcp *t = (struct tcp *)transport;

	stop_listening(t);
	free(t);
}

static const struct transport_ops tcp_ops = {tcp_dial, tcp_listen, tcp_free};

struct transport *
tcp_new(struct loop *loop)
{
	struct tcp *t = xcalloc(1, sizeof(*t));

	t->t.ops = &tcp_ops;
	t->loop = loop;
	t->fd = -1;
	return &t->t;
}
