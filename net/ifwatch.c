/* ifwatch.c - news of the machine's interfaces and addresses. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#endif

#include "net/ifwatch.h"
#include "net/loop.h"
#include "src/util.h"

/* An address comes in several messages: the link, the address, the routes. */
#define SETTLE	   50
/* Where the kernel does not tell. */
#define LOOK_EVERY 5000

struct ifwatch {
	struct loop *loop;
	int fd; /* -1: the kernel does not tell */
	struct watch *watch;
	struct timer due;
	void (*changed)(void *arg);
	void *arg;
};

static void
tell(void *arg)
{
	struct ifwatch *w = arg;

	if (w->fd < 0)
		timer_set(w->loop, &w->due, LOOK_EVERY, tell, w);
	w->changed(w->arg);
}

#ifdef __linux__
/* What it says does not matter: whoever is told looks at everything anew. A message lost for want of room (ENOBUFS) says the same. */
static void
ready(void *arg, unsigned events)
{
	struct ifwatch *w = arg;
	char buf[8192];
	ssize_t n;

	(void)events;
	do
		n = recv(w->fd, buf, sizeof(buf), MSG_DONTWAIT | MSG_TRUNC);
	while (n > 0 || (n < 0 && (errno == EINTR || errno == ENOBUFS)));
	if (!timer_is_set(&w->due))
		timer_set(w->loop, &w->due, SETTLE, tell, w);
}

static int
open_netlink(void)
{
	struct sockaddr_nl at = {.nl_family = AF_NETLINK,
				 .nl_groups =
					 RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	struct sockaddr *sa = (struct sockaddr *)&at;

	if (fd >= 0 && bind(fd, sa, sizeof(at)) != 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}
#endif

struct ifwatch *
ifwatch_new(struct loop *loop, void (*changed)(void *arg), void *arg)
{
	struct ifwatch *w = xcalloc(1, sizeof(*w));

	w->loop = loop;
	w->changed = changed;
	w->arg = arg;
	w->fd = -1;
#ifdef __linux__
	w->fd = open_netlink();
	if (w->fd >= 0)
		w->watch = loop_watch(loop, w->fd, LOOP_READ, ready, w);
#endif
	if (w->fd < 0)
		timer_set(loop, &w->due, LOOK_EVERY, tell, w);
	return w;
}

void
ifwatch_free(struct ifwatch *w)
{
	if (w == NULL)
		return;
	timer_clear(w->loop, &w->due);
	watch_free(w->watch);
	if (w->fd >= 0)
		close(w->fd);
	free(w);
}
