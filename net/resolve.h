#ifndef P2P_NET_RESOLVE_H
#define P2P_NET_RESOLVE_H
/* Host names to addresses, on a thread of its own: the system's resolver blocks. */

#include <stdint.h>

struct queue;
struct resolver;

/* Answers go to `replies` as NR_RESOLVED. */
struct resolver *resolver_start(struct queue *replies);
/* Asks for host; the answer carries cookie. Asked ones are answered one after the other. */
void resolver_ask(struct resolver *r, const char *host, uint64_t cookie);
/* Ends without waiting for a look-up that is under way: its thread cleans up when it comes back. */
void resolver_stop(struct resolver *r);

#endif
