/* noise_peer.c - one end of a Noise session over loopback TCP, for tests/interop.sh; alone it talks to itself
 *
 *	t-noise-peer listen PATTERN PSK		prints "port N", answers one caller
 *	t-noise-peer connect PATTERN PSK PORT
 *
 * PATTERN is XX or XXpsk0, PSK 64 hex digits. The caller is the initiator. Every message goes as u16 length, big endian, and bytes. What
 * both ends say is fixed (fill() and ROUNDS below), each checks all of it, and prints "hash", "self" and "peer" with hex
 * behind them. noise_dissononce.py and noise_flynn.go do the same. */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sodium.h>

#include "net/noise.h"
#include "src/util.h"
#include "tests/tap.h"

/* A session is four rounds, the initiator takes a new key after the first, the responder after the second, both after the third. In a
 * round the initiator sends one record of each size, and each is answered by one of the same size. */
enum { ROUNDS = 4, DEADLINE_S = 60, PADDED = 256, HEAD = 2 };
static const size_t sizes[] = {0, 1, 255, 4096, 60000, NOISE_MAX - NOISE_TAG};

static const uint8_t prologue[] = {'P', '2', 'P', 'T', 1, 0, 0, 0};

struct end {
	int fd;
	enum noise_role role;
	struct noise ns;
	struct noise_cipher tx, rx;
	uint8_t in[NOISE_MAX];
	uint8_t frame[HEAD + NOISE_MAX]; /* length and message, which go in one piece */
};

struct result {
	uint8_t hash[NOISE_HASH], self[NOISE_KEY], peer[NOISE_KEY];
};

static bool
complain(const char *what)
{
	fprintf(stderr, "%s (%s)\n", what, strerror(errno));
	return false;
}

static bool
transfer(int fd, uint8_t *buf, size_t len, bool sending)
{
	while (len > 0) {
		ssize_t n = sending ? send(fd, buf, len, MSG_NOSIGNAL) : recv(fd, buf, len, 0);

		if (n <= 0)
			return complain(sending ? "cannot send" : "the peer went away");
		buf += n;
		len -= (size_t)n;
	}
	return true;
}

static bool
send_message(struct end *e, size_t len)
{
	put_be16(e->frame, (uint16_t)len);
	return transfer(e->fd, e->frame, HEAD + len, true);
}

static bool
receive_message(struct end *e, size_t *len)
{
	uint8_t head[HEAD];

	if (!transfer(e->fd, head, HEAD, false))
		return false;
	*len = get_be16(head);
	return transfer(e->fd, e->in, *len, false);
}

/* The bytes that role says in this round in a record (or handshake payload) of this size. */
static void
fill(uint8_t *buf, size_t size, size_t round, enum noise_role role)
{
	for (size_t i = 0; i < size; i++)
		buf[i] = (uint8_t)(i + size + 7 * round + (role == NOISE_INITIATOR ? 0 : 128));
}

static bool
handshake(struct end *e)
{
	uint8_t payload[PADDED], got[NOISE_MAX];
	size_t len, plen;

	for (unsigned i = 0; i < NOISE_MESSAGES; i++) {
		enum noise_role speaker = i % 2 == 0 ? NOISE_INITIATOR : NOISE_RESPONDER;
		size_t size = i == 0 ? 0 : PADDED;

		fill(payload, size, i, speaker);
		if (speaker == e->role) {
			if (noise_write(&e->ns, payload, size, e->frame + HEAD, NOISE_MAX, &len) !=
			    0)
				return complain("noise_write");
			if (!send_message(e, len))
				return false;
			continue;
		}
		if (!receive_message(e, &len))
			return false;
		if (noise_read(&e->ns, e->in, len, got, sizeof(got), &plen) != 0)
			return complain("noise_read");
		if (plen != size || memcmp(got, payload, size) != 0)
			return complain("another payload arrived");
	}
	return true;
}

static bool
say(struct end *e, size_t size, size_t round)
{
	fill(e->frame + HEAD, size, round, e->role);
	if (noise_seal(&e->tx, e->frame + HEAD, size, NOISE_MAX) != 0)
		return complain("noise_seal");
	return send_message(e, size + NOISE_TAG);
}

static bool
hear(struct end *e, size_t size, size_t round)
{
	static uint8_t want[NOISE_MAX];
	size_t len;

	if (!receive_message(e, &len))
		return false;
	if (noise_open(&e->rx, e->in, len) != 0)
		return complain("noise_open");
	fill(want, size, round, e->role == NOISE_INITIATOR ? NOISE_RESPONDER : NOISE_INITIATOR);
	if (len != size + NOISE_TAG || memcmp(e->in, want, size) != 0)
		return complain("another record arrived");
	return true;
}

static bool
talk(struct end *e)
{
	bool initiator = e->role == NOISE_INITIATOR;

	for (size_t round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < NELEM(sizes); i++) {
			if (initiator && !say(e, sizes[i], round))
				return false;
			if (!hear(e, sizes[i], round))
				return false;
			if (!initiator && !say(e, sizes[i], round))
				return false;
		}
		if (round % 2 == 0 && noise_rekey(initiator ? &e->tx : &e->rx) != 0)
			return complain("noise_rekey");
		if (round >= 1 && noise_rekey(initiator ? &e->rx : &e->tx) != 0)
			return complain("noise_rekey");
	}
	return true;
}

/* A whole session on a connected socket, which is closed. psk is NULL for XX. */
static bool
session(int fd, enum noise_role role, const uint8_t *psk, struct result *result)
{
	static struct end e;
	uint8_t priv[NOISE_KEY];
	struct noise_keypair keys;
	struct noise_config config = {
		.role = role,
		.pattern = psk != NULL ? NOISE_XXPSK0 : NOISE_XX,
		.prologue = prologue,
		.prologue_len = sizeof(prologue),
		.s = &keys,
		.psk = psk,
	};
	bool good;

	randombytes_buf(priv, sizeof(priv));
	noise_keypair_from_private(&keys, priv);
	memset(&e, 0, sizeof(e));
	e.fd = fd;
	e.role = role;
	if (noise_init(&e.ns, &config) != 0)
		return complain("noise_init");
	good = handshake(&e);
	if (good) {
		memcpy(result->self, keys.pub, NOISE_KEY);
		memcpy(result->peer, noise_remote_static(&e.ns), NOISE_KEY);
		memcpy(result->hash, noise_hash(&e.ns), NOISE_HASH);
		good = noise_split(&e.ns, &e.tx, &e.rx) == 0 && talk(&e);
	}
	close(fd);
	return good;
}

/* A listening socket on loopback, on a port that the kernel picks; -1 on error. */
static int
listen_any(uint16_t *port)
{
	struct sockaddr_in sin = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(sin);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&sin, len) != 0 || listen(fd, 1) != 0 ||
	    getsockname(fd, (struct sockaddr *)&sin, &len) != 0)
		return -1;
	*port = ntohs(sin.sin_port);
	return fd;
}

static int
answer(int listener)
{
	int fd = accept(listener, NULL, NULL);

	close(listener);
	return fd;
}

static int
call(uint16_t port)
{
	struct sockaddr_in sin = {.sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				  .sin_port = htons(port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&sin, sizeof(sin)) != 0)
		return -1;
	return fd;
}

static int
run_one(int argc, char **argv)
{
	uint8_t psk[NOISE_KEY];
	char hex[2 * NOISE_HASH + 1];
	bool listening = strcmp(argv[1], "listen") == 0;
	struct result result;
	uint16_t port;
	int fd;

	if (argc != (listening ? 4 : 5) || !util_unhex(psk, sizeof(psk), argv[3])) {
		fprintf(stderr, "usage: %s listen|connect XX|XXpsk0 PSK [PORT]\n", argv[0]);
		return 2;
	}
	if (listening) {
		if ((fd = listen_any(&port)) < 0)
			return !complain("cannot listen");
		printf("port %u\n", (unsigned)port);
		fflush(stdout);
		fd = answer(fd);
	} else
		fd = call((uint16_t)strtoul(argv[4], NULL, 10));
	if (fd < 0)
		return !complain("cannot connect");
	if (!session(fd, listening ? NOISE_RESPONDER : NOISE_INITIATOR,
		     strcmp(argv[2], "XXpsk0") == 0 ? psk : NULL, &result))
		return 1;
	printf("hash %s\n", util_hex(hex, result.hash, NOISE_HASH));
	printf("self %s\n", util_hex(hex, result.self, NOISE_KEY));
	printf("peer %s\n", util_hex(hex, result.peer, NOISE_KEY));
	return 0;
}

/* Both ends of one session, the caller in a child. */
static void
test_alone(const uint8_t *psk, const char *name)
{
	struct result ours = {{0}, {0}, {0}}, theirs = {{0}, {0}, {0}};
	uint16_t port = 0;
	int listener = listen_any(&port), report[2] = {-1, -1}, status;
	pid_t child;

	if (!ok(listener >= 0 && pipe(report) == 0, "%s: it can listen", name))
		return;
	if ((child = fork()) == 0) {
		int fd = call(port);

		close(listener);
		if (fd < 0 || !session(fd, NOISE_INITIATOR, psk, &theirs) ||
		    write(report[1], &theirs, sizeof(theirs)) != sizeof(theirs))
			_exit(1);
		_exit(0);
	}
	close(report[1]);
	ok(session(answer(listener), NOISE_RESPONDER, psk, &ours), "%s: as responder", name);
	ok(read(report[0], &theirs, sizeof(theirs)) == sizeof(theirs) &&
		   waitpid(child, &status, 0) == child && status == 0,
	   "%s: as initiator", name);
	close(report[0]);
	is_mem(ours.hash, theirs.hash, NOISE_HASH, "%s: one hash", name);
	ok(memcmp(ours.self, theirs.peer, NOISE_KEY) == 0 &&
		   memcmp(ours.peer, theirs.self, NOISE_KEY) == 0,
	   "%s: each knows the other's key", name);
}

int
main(int argc, char **argv)
{
	static const uint8_t psk[NOISE_KEY] = {7};

	if (sodium_init() < 0)
		skip_all("libsodium cannot start");
	alarm(DEADLINE_S); /* nothing here may outlive its test */
	if (argc > 1)
		return run_one(argc, argv);
	test_alone(NULL, "XX");
	test_alone(psk, "XXpsk0");
	return done_testing();
}
