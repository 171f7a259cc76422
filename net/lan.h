#ifndef P2P_NET_LAN_H
#define P2P_NET_LAN_H
/* The function table under discovery: datagrams to everybody on the networks this machine is part of, and news of its addresses. UDP
 * multicast is one (lan_new); tests put memory there. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/addr.h"

struct lan;
struct loop;

#define LAN_WAYS 64 /* addresses on interfaces that are used at most */

/* A way to the others: an interface and the address on it that they see. */
struct lan_way {
	struct addr from; /* port 0 */
	uint32_t interface;
	char name[16];
	bool loopback;
	bool silent; /* the interface cannot do multicast */
};

/* Where one listens. */
enum lan_where { LAN_NOWHERE, LAN_LOOPBACK, LAN_EVERYWHERE };

struct lan_ops {
	/* Listens on the interfaces there are now, and fills ways with what could be sent from, loopback included. Returns how many. When
	 * max is too small for all, each interface's first IPv4 and link-local address go before the rest, and left_out says how many did
	 * not fit. */
	size_t (*look)(struct lan *l, enum lan_where where, struct lan_way *ways, size_t max);
	/* One datagram to all others there, those on this machine included. 0, or -1 with errno. */
	int (*send)(struct lan *l, const struct lan_way *way, const void *bytes, size_t len);
	void (*free)(struct lan *l);
};

struct lan {
	const struct lan_ops *ops;
	size_t left_out; /* addresses that the last look had no room for */
	/* Set by the owner. heard: what somebody sent to all, also what we sent ourselves. changed: interfaces or addresses did, perhaps. */
	void (*heard)(void *arg, uint32_t interface, const struct addr *from, const void *bytes,
		      size_t len);
	void (*changed)(void *arg);
	void *arg;
};

/* The machine's own networks. */
struct lan *lan_new(struct loop *loop);

#endif
