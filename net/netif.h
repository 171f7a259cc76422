#ifndef P2P_NET_NETIF_H
#define P2P_NET_NETIF_H
/* The addresses this machine has right now. */

#include <stddef.h>

#include "src/addr.h"

/* Fills out with up to max addresses (port 0) of interfaces that are up, global and private ones first, then loopback; link-local IPv6 is
 * left out, because its scope means nothing elsewhere. Returns how many. */
size_t netif_addresses(struct addr *out, size_t max);

#endif
