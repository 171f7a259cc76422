/* lan.c - UDP multicast on every interface, IPv4 and IPv6.
 *
 * All p2p-tui of a machine share the port (SO_REUSEADDR gives each its copy of a multicast datagram), and each hears itself, which is how
 * doctor knows that the way is open. A datagram counts only if it was sent to the group: nothing from beyond this network is, since it
 * goes with a hop limit of 1 and routers keep these groups to themselves. */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/ifwatch.h"
#include "net/lan.h"
#include "net/limits.h"
#include "net/loop.h"
#include "src/log.h"
#include "src/util.h"

#define GROUP4 "239.255.41.55"
#define GROUP6 "ff12::7032:7074"
/* Datagrams read in one turn at most, so that a flood of them does not starve the sessions. */
#define BURST  64

struct udp {
	struct ip_lan *l;
	int fd; /* -1: none */
	struct watch *watch;
	unsigned joined[LAN_WAYS]; /* interfaces */
	size_t njoined;
	uint64_t since; /* so many were read since then */
	unsigned nread;
	struct timer rest;
};

struct ip_lan {
	struct lan l;
	struct loop *loop;
	struct ifwatch *ifwatch;
	struct in_addr group4;
	struct in6_addr group6;
	struct udp v4, v6;
};

/* ---- hearing ---- */

/* Where it was sent to: whether that is the group. Fills the interface. */
static bool
to_group(const struct ip_lan *l, struct msghdr *h, uint32_t *interface)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c != NULL; c = CMSG_NXTHDR(h, c)) {
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo info;

			memcpy(&info, CMSG_DATA(c), sizeof(info));
			*interface = (uint32_t)info.ipi_ifindex;
			return info.ipi_addr.s_addr == l->group4.s_addr;
		}
		if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
			struct in6_pktinfo info;

			memcpy(&info, CMSG_DATA(c), sizeof(info));
			*interface = info.ipi6_ifindex;
			return memcmp(&info.ipi6_addr, &l->group6, sizeof(l->group6)) == 0;
		}
	}
	return false;
}

union sockaddr_any {
	struct sockaddr sa;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static bool
from_sockaddr(struct addr *a, const union sockaddr_any *sa, uint32_t interface)
{
	if (sa->sa.sa_family == AF_INET)
		return addr_from_bytes(a, 4, (const uint8_t *)&sa->v4.sin_addr, 0, 0);
	if (sa->sa.sa_family != AF_INET6)
		return false;
	return addr_from_bytes(a, 6, (const uint8_t *)&sa->v6.sin6_addr, 0,
			       IN6_IS_ADDR_LINKLOCAL(&sa->v6.sin6_addr) ? interface : 0);
}

/* False when there is nothing more to read. */
static bool
hear_one(struct ip_lan *l, struct udp *u)
{
	union sockaddr_any sa = {0};
	union {
		struct cmsghdr align;
		char buf[256];
	} control;
	uint8_t bytes[BEACON_MAX + 1];
	struct iovec io = {bytes, sizeof(bytes)};
	struct msghdr h = {.msg_name = &sa,
			   .msg_namelen = sizeof(sa),
			   .msg_iov = &io,
			   .msg_iovlen = 1,
			   .msg_control = &control,
			   .msg_controllen = sizeof(control)};
	ssize_t n = recvmsg(u->fd, &h, MSG_DONTWAIT);
	uint32_t interface = 0;
	struct addr from;

	if (n < 0)
		return errno == EINTR;
	if (n <= BEACON_MAX && to_group(l, &h, &interface) && from_sockaddr(&from, &sa, interface))
		l->l.heard(l->l.arg, interface, &from, bytes, (size_t)n);
	return true;
}

static void
rested(void *arg)
{
	watch_set(((struct udp *)arg)->watch, LOOP_READ);
}

static void
hear(void *arg, unsigned events)
{
	struct udp *u = arg;
	uint64_t now = loop_now(u->l->loop);

	(void)events;
	if (now - u->since >= BEACONS_READ_IN) {
		u->since = now;
		u->nread = 0;
	}
	for (int i = 0; i < BURST && u->fd >= 0 && hear_one(u->l, u); i++)
		u->nread++;
	if (u->fd >= 0 && u->nread >= BEACONS_READ) {
		watch_set(u->watch, 0);
		timer_set(u->l->loop, &u->rest, BEACONS_READ_IN - (now - u->since), rested, u);
	}
}

/* ---- opening ---- */

/* Others on this machine may have the port as well. -1 with errno. */
static int
shared_socket(int family)
{
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int one = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
#if defined SO_REUSEPORT && !defined __linux__
	setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
#endif
	return fd;
}

static int
open4(const struct ip_lan *l)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_port = htons(DEFAULT_PORT), .sin_addr = l->group4};
	int fd = shared_socket(AF_INET);
	unsigned char ttl = 1, loop = 1;
	int one = 1, none = 0;

	if (fd < 0)
		return -1;
	setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &one, sizeof(one));
	setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &ttl, sizeof(ttl));
	setsockopt(fd, IPPROTO_IP, IP_MULTICAST_LOOP, &loop, sizeof(loop));
#ifdef IP_MULTICAST_ALL
	/* Only what this socket joined, not what others on the machine did. */
	setsockopt(fd, IPPROTO_IP, IP_MULTICAST_ALL, &none, sizeof(none));
#endif
	(void)none;
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
		return fd;
	close(fd);
	return -1;
}

static int
open6(const struct ip_lan *l)
{
	struct sockaddr_in6 at = {.sin6_family = AF_INET6, .sin6_port = htons(DEFAULT_PORT)};
	int fd = shared_socket(AF_INET6);
	int one = 1;

	(void)l;
	if (fd < 0)
		return -1;
	setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &one, sizeof(one));
	setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &one, sizeof(one));
	setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
		return fd;
	close(fd);
	return -1;
}

static void
close_udp(struct udp *u)
{
	timer_clear(u->l->loop, &u->rest);
	watch_free(u->watch);
	u->watch = NULL;
	if (u->fd >= 0)
		close(u->fd);
	u->fd = -1;
	u->njoined = 0;
}

/* The bound address tells the two families' errors apart in the log only: without one the other still works. */
static void
open_both(struct ip_lan *l)
{
	if (l->v4.fd < 0 && (l->v4.fd = open4(l)) >= 0)
		l->v4.watch = loop_watch(l->loop, l->v4.fd, LOOP_READ, hear, &l->v4);
	if (l->v6.fd < 0 && (l->v6.fd = open6(l)) >= 0)
		l->v6.watch = loop_watch(l->loop, l->v6.fd, LOOP_READ, hear, &l->v6);
}

static int
join(const struct ip_lan *l, const struct udp *u, unsigned interface)
{
	struct ip_mreqn m4 = {.imr_multiaddr = l->group4, .imr_ifindex = (int)interface};
	struct ipv6_mreq m6 = {.ipv6mr_multiaddr = l->group6, .ipv6mr_interface = interface};

	return u == &l->v4 ? setsockopt(u->fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &m4, sizeof(m4))
			   : setsockopt(u->fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &m6, sizeof(m6));
}

/* Joins once per interface and look. The kernel forgets it when an interface goes, and one that comes back has another number or is
 * joined already (EADDRINUSE): asking again is right in all cases. */
static void
join_once(const struct ip_lan *l, struct udp *u, unsigned interface)
{
	if (u->fd < 0)
		return;
	for (size_t i = 0; i < u->njoined; i++)
		if (u->joined[i] == interface)
			return;
	if (u->njoined == NELEM(u->joined))
		return;
	if (join(l, u, interface) != 0 && errno != EADDRINUSE)
		log_info("cannot listen for others on interface %u: %s", interface,
			 strerror(errno));
	u->joined[u->njoined++] = interface;
}

/* ---- the interfaces ---- */

static bool
way_of(struct lan_way *w, const struct ifaddrs *i)
{
	union sockaddr_any sa = {0};

	memset(w, 0, sizeof(*w));
	if (i->ifa_addr == NULL ||
	    (i->ifa_flags & (IFF_UP | IFF_RUNNING)) != (IFF_UP | IFF_RUNNING))
		return false;
	if (i->ifa_addr->sa_family == AF_INET)
		memcpy(&sa, i->ifa_addr, sizeof(sa.v4));
	else if (i->ifa_addr->sa_family == AF_INET6)
		memcpy(&sa, i->ifa_addr, sizeof(sa.v6));
	else
		return false;
	w->interface = if_nametoindex(i->ifa_name);
	if (w->interface == 0 || !from_sockaddr(&w->from, &sa, w->interface))
		return false;
	strlcpy(w->name, i->ifa_name, sizeof(w->name));
	w->loopback = (i->ifa_flags & IFF_LOOPBACK) != 0;
	/* Loopback does multicast without saying so. */
	w->silent = !w->loopback && !(i->ifa_flags & IFF_MULTICAST);
	return true;
}

static bool
is_link_local(const struct lan_way *w)
{
	return addr_class(&w->from) == ADDR_LINK_LOCAL;
}

/* Whether the interface has a way of that kind already: one that beacons of this family go by. */
static bool
has_kind(const struct lan_way *ways, size_t n, const struct lan_way *w)
{
	for (size_t i = 0; i < n; i++)
		if (ways[i].interface == w->interface && ways[i].from.family == w->from.family)
			return true;
	return false;
}

static bool
has_way(const struct lan_way *ways, size_t n, const struct lan_way *w)
{
	for (size_t i = 0; i < n; i++)
		if (ways[i].interface == w->interface && addr_same_ip(&ways[i].from, &w->from))
			return true;
	return false;
}

/* The system lists all IPv4 addresses before the first of IPv6. With one of each kind for each interface taken first, a machine of many
 * addresses still reaches every network. Returns how many there are then; those without room are counted. */
static size_t
take_ways(const struct ifaddrs *all, struct lan_way *ways, size_t max, size_t *left_out)
{
	struct lan_way w;
	size_t n = 0;

	*left_out = 0;
	for (const struct ifaddrs *i = all; i != NULL && n < max; i = i->ifa_next)
		if (way_of(&w, i) && (w.from.family == 4 || w.loopback || is_link_local(&w)) &&
		    !has_kind(ways, n, &w))
			ways[n++] = w;
	for (const struct ifaddrs *i = all; i != NULL; i = i->ifa_next) {
		if (!way_of(&w, i) || has_way(ways, n, &w))
			continue;
		if (n < max)
			ways[n++] = w;
		else
			++*left_out;
	}
	return n;
}

static size_t
ip_look(struct lan *lan, enum lan_where where, struct lan_way *ways, size_t max)
{
	struct ip_lan *l = (struct ip_lan *)lan;
	struct ifaddrs *all;
	size_t n;

	if (where == LAN_NOWHERE) {
		close_udp(&l->v4);
		close_udp(&l->v6);
	} else {
		open_both(l);
	}
	l->v4.njoined = l->v6.njoined = 0;
	l->l.left_out = 0;
	if (getifaddrs(&all) != 0)
		return 0;
	n = take_ways(all, ways, max, &l->l.left_out);
	freeifaddrs(all);
	for (size_t i = 0; i < n; i++)
		if (where != LAN_NOWHERE && !ways[i].silent &&
		    (where == LAN_EVERYWHERE || ways[i].loopback))
			join_once(l, ways[i].from.family == 4 ? &l->v4 : &l->v6, ways[i].interface);
	return n;
}

/* ---- sending ---- */

static void
control_for(struct msghdr *h, int level, int type, const void *info, size_t len)
{
	struct cmsghdr *c;

	h->msg_controllen = CMSG_SPACE(len);
	c = CMSG_FIRSTHDR(h);
	c->cmsg_level = level;
	c->cmsg_type = type;
	c->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(c), info, len);
}

static int
ip_send(struct lan *lan, const struct lan_way *way, const void *bytes, size_t len)
{
	struct ip_lan *l = (struct ip_lan *)lan;
	struct udp *u = way->from.family == 4 ? &l->v4 : &l->v6;
	struct in_pktinfo i4 = {.ipi_ifindex = (int)way->interface};
	struct in6_pktinfo i6 = {.ipi6_ifindex = way->interface};
	union sockaddr_any to = {0};
	union {
		struct cmsghdr align;
		char buf[256];
	} control = {0};
	uint8_t copy[BEACON_MAX];
	struct iovec io = {copy, len};
	struct msghdr h = {.msg_name = &to,
			   .msg_iov = &io,
			   .msg_iovlen = 1,
			   .msg_control = &control,
			   .msg_controllen = sizeof(control)};

	if (u->fd < 0 || len > sizeof(copy)) {
		errno = u->fd < 0 ? EAFNOSUPPORT : EMSGSIZE;
		return -1;
	}
	memcpy(copy, bytes, len);
	if (way->from.family == 4) {
		to.v4.sin_family = AF_INET;
		to.v4.sin_port = htons(DEFAULT_PORT);
		to.v4.sin_addr = l->group4;
		h.msg_namelen = sizeof(to.v4);
		memcpy(&i4.ipi_spec_dst, way->from.ip, 4);
		control_for(&h, IPPROTO_IP, IP_PKTINFO, &i4, sizeof(i4));
	} else {
		to.v6.sin6_family = AF_INET6;
		to.v6.sin6_port = htons(DEFAULT_PORT);
		to.v6.sin6_addr = l->group6;
		to.v6.sin6_scope_id = way->interface;
		h.msg_namelen = sizeof(to.v6);
		memcpy(&i6.ipi6_addr, way->from.ip, 16);
		control_for(&h, IPPROTO_IPV6, IPV6_PKTINFO, &i6, sizeof(i6));
	}
	return sendmsg(u->fd, &h, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)len ? 0 : -1;
}

static void
ip_free(struct lan *lan)
{
	struct ip_lan *l = (struct ip_lan *)lan;

	close_udp(&l->v4);
	close_udp(&l->v6);
	ifwatch_free(l->ifwatch);
	free(l);
}

static const struct lan_ops ip_ops = {ip_look, ip_send, ip_free};

static void
something_changed(void *arg)
{
	struct ip_lan *l = arg;

	if (l->l.changed != NULL)
		l->l.changed(l->l.arg);
}

struct lan *
lan_new(struct loop *loop)
{
	struct ip_lan *l = xcalloc(1, sizeof(*l));

	l->l.ops = &ip_ops;
	l->loop = loop;
	l->v4.fd = l->v6.fd = -1;
	l->v4.l = l->v6.l = l;
	inet_pton(AF_INET, GROUP4, &l->group4);
	inet_pton(AF_INET6, GROUP6, &l->group6);
	l->ifwatch = ifwatch_new(loop, something_changed, l);
	return &l->l;
}
