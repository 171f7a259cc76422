#ifndef P2P_NET_TRANSPORT_H
#define P2P_NET_TRANSPORT_H
/* The function table under a session: ordered byte streams between addresses. TCP is one (tcp.h); tests put memory there. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "src/addr.h"

struct conn;
struct transport;

struct conn_ops {
	/* Like read(2) and write(2), never blocking: EAGAIN when there is nothing, or no room. read: 0 at the peer's end. */
	ssize_t (*read)(struct conn *c, void *buf, size_t n);
	ssize_t (*write)(struct conn *c, const void *buf, size_t n);
	/* Which LOOP_ events the handler is called for from now on. */
	void (*want)(struct conn *c, unsigned events);
	/* After the first LOOP_WRITE of a dialled one: 0 connected, else errno. */
	int (*error)(struct conn *c);
	/* It carries bulk alone: more may wait to be sent than where something has to overtake it. */
	void (*bulk)(struct conn *c);
	void (*close)(struct conn *c); /* frees it; safe inside its own handler */
};

/* A stream; an implementation embeds it at its start. */
struct conn {
	const struct conn_ops *ops;
	void (*handler)(void *arg, unsigned events);
	void *arg;
	struct addr peer, local; /* local: known once connected */
};

struct transport_ops {
	/* Starts connecting; NULL with errno at once when it cannot even start. Nobody is called before the caller returns to the loop. */
	struct conn *(*dial)(struct transport *t, const struct addr *to);
	/* Listens there (port 0: any); one listener per transport, a second call replaces it. *got is where it listens.
	 * at NULL: stops listening. */
	int (*listen)(struct transport *t, const struct addr *at, struct addr *got);
	void (*free)(struct transport *t);
};

struct transport {
	const struct transport_ops *ops;
	/* Set by the owner: gets each accepted stream, which it then owns. */
	void (*accepted)(void *arg, struct conn *c);
	void *arg;
};

#endif
