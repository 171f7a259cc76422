#ifndef P2P_NET_IFWATCH_H
#define P2P_NET_IFWATCH_H
/* News of the machine's interfaces and addresses: from the kernel as they happen (Linux), else by looking now and then. */

struct ifwatch;
struct loop;

/* Calls changed(arg) from the loop soon after something may have changed; several changes at once are one call. */
struct ifwatch *ifwatch_new(struct loop *loop, void (*changed)(void *arg), void *arg);
void ifwatch_free(struct ifwatch *w);

#endif
