/* netif.c - the addresses this machine has right now. */
#include "config.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "net/netif.h"

static bool
from_interface(struct addr *a, const struct ifaddrs *i)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (i->ifa_addr == NULL || !(i->ifa_flags & IFF_UP))
		return false;
	if (i->ifa_addr->sa_family == AF_INET) {
		memcpy(&v4, i->ifa_addr, sizeof(v4));
		return addr_from_bytes(a, 4, (const uint8_t *)&v4.sin_addr, 0, 0);
	}
	if (i->ifa_addr->sa_family == AF_INET6) {
		memcpy(&v6, i->ifa_addr, sizeof(v6));
		return addr_from_bytes(a, 6, (const uint8_t *)&v6.sin6_addr, 0, 0);
	}
	return false;
}

size_t
netif_addresses(struct addr *out, size_t max)
{
	struct ifaddrs *all;
	size_t n = 0;

	if (getifaddrs(&all) != 0)
		return 0;
	for (int loopback = 0; loopback < 2; loopback++)
		for (const struct ifaddrs *i = all; i != NULL && n < max; i = i->ifa_next) {
			struct addr a;

			if (!from_interface(&a, i) ||
			    (addr_class(&a) == ADDR_LOOPBACK) != (loopback == 1) ||
			    (addr_class(&a) == ADDR_LINK_LOCAL && a.family == 6))
				continue;
			out[n++] = a;
		}
	freeifaddrs(all);
	return n;
}
