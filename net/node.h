#ifndef P2P_NET_NODE_H
#define P2P_NET_NODE_H
/* The networking core without its threads: everything between a loop, a transport and a few functions to the world outside. core.c puts
 * threads around it; tests put several of them on one virtual loop. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/noise.h"
#include "src/types.h"

struct addr;
struct identity;
struct lan;
struct loop;
struct msg;
struct node;
struct transport;

/* What a node is given. All pointers outlive it; strings are copied. */
struct node_env {
	void *arg;
	struct loop *loop;
	struct transport *transport; /* its `accepted` becomes the node's */
	struct lan *lan; /* its callbacks become the node's; NULL: there is nobody nearby */
	const struct identity *identity;
	noise_random *random; /* NULL: the system's */
	void *random_arg;
	int64_t (*wall_ms)(void *arg);
	/* Each takes the message over and never blocks. */
	void (*store)(void *arg, struct msg *m);
	void (*disk)(void *arg, struct msg *m);
	void (*emit)(void *arg, struct msg *m);
	/* Asks for a host name's addresses: answered by NR_RESOLVED with the cookie. */
	void (*resolve)(void *arg, const char *host, uint64_t cookie);
	/* Takes over what chores.h does; answered by a FROM_CHORES. */
	void (*chore)(void *arg, struct msg *m);
	/* The machine's addresses, port 0. */
	size_t (*interfaces)(void *arg, struct addr *out, size_t max);
	/* Pairing beacons: the public digits of the code that is open now, -1 none. May be NULL. */
	void (*pairing)(void *arg, int digits);
	const char *nick, *downloads; /* options */
	enum door_state door;
	uint64_t limit_up, limit_down; /* bytes a second for all transfers, 0 none */
	int32_t keep;		       /* how long what is said is kept: KEEP_... or days */
	bool receipts;		       /* read receipts are sent and shown */
	bool nearby;		       /* contacts on this network recognise us */
	bool invisible;		       /* to contacts it looks as if we were offline */
	bool no_requests;	       /* strangers may not ask to be let in */
	const char *status;	       /* a line that contacts see, or NULL */
	const char *listen;	       /* ADDRESS:PORT */
	bool listen_given; /* by the user: a port that is taken is an error, not a reason for another */
};

/* Sends ST_LOAD; the node lives once SR_LOADED came. */
struct node *node_new(const struct node_env *env);
/* Takes any TO_CORE, FROM_STORE, FROM_DISK, FROM_RESOLVER or FROM_CHORES message over and does what it says. */
void node_obey(struct node *n, struct msg *m);
/* What gathered while a batch of messages was obeyed leaves now: acknowledgements go out together. */
void node_batch_end(struct node *n);
/* A beacon says that a code with these public digits is open at that address. Whether it is true is seen by calling. (pair.c) */
void pair_heard(struct node *n, int digits, const struct addr *at);
/* The public digits of the code that is open here, -1 none. (pair.c) */
int pair_digits(const struct node *n);
/* CMD_QUIT was obeyed and the store has closed: nothing further happens. */
bool node_stopped(const struct node *n);
void node_free(struct node *n);
/* Whether the node obeys messages of this type: for the test that each row of the table has its handler. */
bool node_obeys(unsigned type);

#endif
