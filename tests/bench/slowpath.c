/* slowpath.c - a long, lossy path between two network namespaces: a tun device in each, and packets that wait here in between.
 *
 * usage: slowpath NETNS-A NETNS-B DELAY-MS LOSS-PERMILLE KBIT	(each way; prints "ready"; runs until it is killed) */
#include "config.h"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define PACKET 1600
#define SLOTS  8192 /* packets on their way, each direction */

struct packet {
	uint64_t due;
	uint32_t len;
	uint8_t bytes[PACKET];
};

/* One direction. The delay is the same for all, so that they leave in the order in which they came. */
struct way {
	int from, to;
	uint64_t free_at; /* when the wire has sent all it took */
	unsigned first, count;
	struct packet *ring;
};

static uint64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int
tun_in(const char *netns)
{
	struct ifreq r = {.ifr_flags = IFF_TUN | IFF_NO_PI};
	char path[256];
	int ns, fd;

	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	ns = open(path, O_RDONLY);
	if (ns < 0 || setns(ns, CLONE_NEWNET) != 0)
		return -1;
	close(ns);
	fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
	strcpy(r.ifr_name, "slow0");
	return fd >= 0 && ioctl(fd, TUNSETIFF, &r) == 0 ? fd : -1;
}

static uint32_t
chance(void)
{
	static uint64_t x = 88172645463325252;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (uint32_t)(x % 1000);
}

/* Takes what has come. A queue of more than 100 ms on the wire loses its tail, as routers do. */
static void
take(struct way *w, uint64_t delay, uint32_t loss, uint64_t kbit)
{
	struct packet drop, *p;
	ssize_t n;

	for (;;) {
		uint64_t now = now_ns(), start = w->free_at > now ? w->free_at : now;
		int full = w->count == SLOTS || start - now > 100000000;

		p = full ? &drop : &w->ring[(w->first + w->count) % SLOTS];
		n = read(w->from, p->bytes, PACKET);
		if (n <= 0)
			return;
		if (full || chance() < loss)
			continue;
		w->free_at = start + (uint64_t)n * 8 * 1000000 / kbit;
		p->due = w->free_at + delay;
		p->len = (uint32_t)n;
		w->count++;
	}
}

static uint64_t
give(struct way *w)
{
	while (w->count > 0) {
		struct packet *p = &w->ring[w->first];

		if (p->due > now_ns())
			return p->due;
		if (write(w->to, p->bytes, p->len) < 0)
			continue;
		w->first = (w->first + 1) % SLOTS;
		w->count--;
	}
	return UINT64_MAX;
}

int
main(int argc, char **argv)
{
	struct way ways[2] = {{0}};
	struct pollfd fds[2];
	uint64_t delay, kbit;
	uint32_t loss;

	if (argc != 6)
		return 2;
	delay = (uint64_t)atoi(argv[3]) * 1000000;
	loss = (uint32_t)atoi(argv[4]);
	kbit = (uint64_t)atoi(argv[5]);
	for (int i = 0; i < 2; i++) {
		ways[i].from = ways[!i].to = tun_in(argv[1 + i]);
		ways[i].ring = calloc(SLOTS, sizeof(struct packet));
		if (ways[i].from < 0 || ways[i].ring == NULL)
			return 1;
		fds[i] = (struct pollfd){.fd = ways[i].from, .events = POLLIN};
	}
	puts("ready");
	fflush(stdout);
	for (;;) {
		uint64_t due = give(&ways[0]), other = give(&ways[1]), now = now_ns();
		struct timespec t;

		due = other < due ? other : due;
		due = due > now ? due - now : 0;
		if (due > 1000000000)
			due = 1000000000;
		t = (struct timespec){(time_t)(due / 1000000000), (long)(due % 1000000000)};
		ppoll(fds, 2, &t, NULL);
		take(&ways[0], delay, loss, kbit);
		take(&ways[1], delay, loss, kbit);
	}
}
