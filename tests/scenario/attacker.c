/* attacker.c - who attacks, for tests/attack_net.sh: a peer on plain sockets that does what no true program does; alone it tries itself
 *
 *	t-attacker call TO OPTION...		calls; says what came of it: silence, broken, or met KEY and how that ended
 *	t-attacker guess TO CODE COUNT		calls so often with a wrong code
 *	t-attacker answer OPTION...		answers callers, says of each how far it came, until it is killed
 *	t-attacker middle TO SPACE OPTION...	answers callers with a key of its own, calls TO from that network namespace, and reads what it carries
 *
 * Options: home=FOLDER, whose key it has stolen; as=KEY, the public key it claims to have; own=yes, with a secret key of its own behind
 * that; low=N and high=N, the versions it speaks; nick=TEXT; code=CODE, its guess; port=N. TO is a numeric address with a port. */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <sodium.h>

#include "net/cpace.h"
#include "net/hello.h"
#include "net/limits.h"
#include "net/noise.h"
#include "net/wire.h"
#include "src/addr.h"
#include "src/code.h"
#include "src/identity.h"
#include "src/util.h"
#include "tests/tap.h"

enum { XX = 1, DOOR = 2, PAIRING = 3, PATIENCE_S = 5, LIFE_S = 120 };

/* Who it says it is, and what it has to show for that. */
struct self {
	struct noise_keypair keys;
	struct hello hello;
	struct code code;
	uint16_t port;
};

/* One connection. */
struct line {
	int fd;
	size_t heard; /* bytes in all */
	uint8_t preamble[PREAMBLE_LEN];
	struct noise ns;
	struct noise_cipher tx, rx;
	uint8_t record[2 + RECORD_MAX];
	size_t len; /* of what stands behind the length in record */
};

static void
stop(const char *why)
{
	fprintf(stderr, "t-attacker: %s (%s)\n", why, strerror(errno));
	exit(2);
}

__attribute__((format(printf, 1, 2))) static void
say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}

/* ---- bytes ---- */

static void
patience(int fd)
{
	struct timeval tv = {.tv_sec = PATIENCE_S};

	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)) != 0)
		stop("no deadline");
}

static void
line_init(struct line *l, int fd)
{
	memset(l, 0, sizeof(*l));
	l->fd = fd;
	patience(fd);
}

static bool
put(struct line *l, const void *bytes, size_t len)
{
	return send(l->fd, bytes, len, MSG_NOSIGNAL) == (ssize_t)len;
}

static bool
get(struct line *l, void *out, size_t len)
{
	uint8_t *p = out;

	while (len > 0) {
		ssize_t n = recv(l->fd, p, len, 0);

		if (n <= 0)
			return false;
		l->heard += (size_t)n;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

/* A length and what is behind it, into record. */
static bool
get_sized(struct line *l)
{
	if (!get(l, l->record, 2))
		return false;
	l->len = get_be16(l->record);
	return get(l, l->record + 2, l->len);
}

static bool
put_sized(struct line *l)
{
	put_be16(l->record, (uint16_t)l->len);
	return put(l, l->record, 2 + l->len);
}

/* ---- the handshake ---- */

static void
start(struct line *l, const struct self *self, enum noise_role role, const uint8_t *psk)
{
	struct noise_config config = {
		.role = role,
		.pattern = psk != NULL ? NOISE_XXPSK0 : NOISE_XX,
		.prologue = l->preamble,
		.prologue_len = sizeof(l->preamble),
		.s = &self->keys,
		.psk = psk,
	};

	if (noise_init(&l->ns, &config) != 0)
		stop("no handshake");
}

static bool
put_message(struct line *l, const void *payload, size_t len)
{
	if (noise_write(&l->ns, payload, len, l->record + 2, HANDSHAKE_MAX, &l->len) != 0)
		return false;
	if (noise_done(&l->ns) && noise_split(&l->ns, &l->tx, &l->rx) != 0)
		stop("no split");
	return put_sized(l);
}

/* payload has room for HELLO_PAD bytes. */
static bool
get_message(struct line *l, uint8_t *payload)
{
	size_t len;

	memset(payload, 0, HELLO_PAD);
	if (!get_sized(l) ||
	    noise_read(&l->ns, l->record + 2, l->len, payload, HELLO_PAD, &len) != 0)
		return false;
	return !noise_done(&l->ns) || noise_split(&l->ns, &l->tx, &l->rx) == 0;
}

static bool
put_hello(struct line *l, const struct self *self)
{
	uint8_t payload[HELLO_PAD];

	hello_put(payload, &self->hello);
	return put_message(l, payload, sizeof(payload));
}

static bool
put_contact(struct line *l)
{
	static const uint8_t accepted = 1;
	uint8_t *plain = l->record + 2;

	memset(plain, 0, PAD_STEP);
	frame_put(plain, FRAME_CONTACT, FRAME_CRITICAL, &accepted, sizeof(accepted));
	l->len = PAD_STEP + TAG_LEN;
	return noise_seal(&l->tx, plain, PAD_STEP, l->len) == 0 && put_sized(l);
}

/* The next record, opened. */
static bool
get_record(struct line *l)
{
	if (!get_sized(l) || noise_open(&l->rx, l->record + 2, l->len) != 0)
		return false;
	l->len -= TAG_LEN;
	return true;
}

static void
preamble(struct line *l, uint8_t suite)
{
	memcpy(l->preamble, "P2PT\1\0\0\0", PREAMBLE_LEN);
	l->preamble[5] = suite;
}

/* ---- suite 3 ---- */

/* A share for that code and this run. */
static void
share(uint8_t scalar[CPACE_SCALAR], uint8_t y[CPACE_POINT], const struct code *code,
      const uint8_t sid[2 * PAIR_NONCE])
{
	uint8_t g[CPACE_POINT], random[CPACE_RANDOM], ci[] = "p2p-tui/1...";
	struct cpace_input in = {.prs = code->digits + CODE_PUBLIC,
				 .prs_len = CODE_SECRET,
				 .ci = ci,
				 .ci_len = sizeof(ci) - 1,
				 .sid = sid,
				 .sid_len = 2 * (size_t)PAIR_NONCE};

	memcpy(ci + sizeof(ci) - 1 - CODE_PUBLIC, code->digits, CODE_PUBLIC);
	cpace_generator(g, &in);
	randombytes_buf(random, sizeof(random));
	cpace_scalar(scalar, random);
	if (cpace_share(y, scalar, g) != 0)
		stop("no share");
}

static bool
psk_of(uint8_t psk[NOISE_KEY], const uint8_t sid[2 * PAIR_NONCE],
       const uint8_t scalar[CPACE_SCALAR], const uint8_t *ya, const uint8_t *yb, bool caller)
{
	struct cpace_transcript t = {.ya = ya, .yb = yb};
	uint8_t k[CPACE_POINT], isk[CPACE_ISK];

	if (cpace_mult(k, scalar, caller ? yb : ya) != 0)
		return false;
	cpace_isk(isk, sid, 2 * (size_t)PAIR_NONCE, k, &t);
	crypto_generichash(psk, NOISE_KEY, isk, sizeof(isk), NULL, 0);
	return true;
}

/* Calls with a code, up to a message 2: silence (not even a share came back), wrong, or opened. */
static const char *
pair_call(struct line *l, const struct self *self, const struct code *code)
{
	uint8_t sid[2 * PAIR_NONCE], scalar[CPACE_SCALAR], ya[CPACE_POINT], yb[CPACE_POINT];
	uint8_t psk[NOISE_KEY], payload[HELLO_PAD];

	preamble(l, PAIRING);
	randombytes_buf(sid, PAIR_NONCE);
	if (!put(l, l->preamble, sizeof(l->preamble)) || !put(l, sid, PAIR_NONCE) ||
	    !get(l, sid + PAIR_NONCE, PAIR_NONCE) || !get(l, yb, sizeof(yb)))
		return "silence";
	share(scalar, ya, code, sid);
	if (!psk_of(psk, sid, scalar, ya, yb, true))
		return "broken";
	start(l, self, NOISE_INITIATOR, psk);
	if (!put(l, ya, sizeof(ya)) || !put_message(l, NULL, 0) || !get_message(l, payload))
		return "wrong";
	return put_hello(l, self) ? "opened" : "broken";
}

/* The other side of it, from n_i on. */
static const char *
pair_answer(struct line *l, const struct self *self)
{
	uint8_t sid[2 * PAIR_NONCE], scalar[CPACE_SCALAR], ya[CPACE_POINT], yb[CPACE_POINT];
	uint8_t psk[NOISE_KEY], payload[HELLO_PAD];

	if (!get(l, sid, PAIR_NONCE))
		return "silence";
	randombytes_buf(sid + PAIR_NONCE, PAIR_NONCE);
	share(scalar, yb, &self->code, sid);
	if (!put(l, sid + PAIR_NONCE, PAIR_NONCE) || !put(l, yb, sizeof(yb)) ||
	    !get(l, ya, sizeof(ya)))
		return "silence";
	if (!psk_of(psk, sid, scalar, ya, yb, false))
		return "broken";
	start(l, self, NOISE_RESPONDER, psk);
	if (!get_message(l, payload))
		return "wrong";
	return put_hello(l, self) && get_message(l, payload) ? "opened" : "shy";
}

/* ---- calling ---- */

static int
dial(const struct addr *to)
{
	struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons(to->port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(&sin.sin_addr, to->ip, 4);
	if (fd < 0)
		stop("no socket");
	patience(fd);
	if (connect(fd, (struct sockaddr *)&sin, sizeof(sin)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static const char *
key_text(const struct line *l)
{
	static char hex[2 * NOISE_KEY + 1];

	return util_hex(hex, noise_remote_static(&l->ns), NOISE_KEY);
}

/* How the callee takes message 3. */
static void
call_end(struct line *l)
{
	struct frame f;
	size_t at = 0;

	if (!put_contact(l) || !get_record(l))
		say("met %s closed", key_text(l));
	else if (frame_next(l->record + 2, l->len, &at, &f) != 1 || f.type != FRAME_CONTACT)
		say("met %s strange", key_text(l));
	else
		say("met %s open %u", key_text(l), f.len > 0 ? f.body[0] : 0U);
}

static void
call(const struct addr *to, const struct self *self)
{
	uint8_t payload[HELLO_PAD];
	int fd = dial(to);
	struct line l;

	if (fd < 0) {
		say("nobody");
		return;
	}
	line_init(&l, fd);
	preamble(&l, XX);
	start(&l, self, NOISE_INITIATOR, NULL);
	if (!put(&l, l.preamble, sizeof(l.preamble)) || !put_message(&l, NULL, 0))
		say("silence");
	else if (!get_message(&l, payload))
		say(l.heard > 0 ? "broken" : "silence");
	else if (!put_hello(&l, self))
		say("broken");
	else
		call_end(&l);
	close(fd);
}

static void
guess(const struct addr *to, const struct self *self, const char *text, unsigned count)
{
	unsigned silence = 0, wrong = 0, opened = 0, n = 0;
	char err[CODE_ERR], digits[CODE_SECRET + 1];
	struct code code, try;
	size_t heard = 0;
	struct line l;

	if (!code_parse(&code, text, err))
		stop(err);
	for (unsigned i = 0; n < count; i++) {
		const char *how;
		int fd;

		try = code;
		snprintf(digits, sizeof(digits), "%08u", i * 7919 % 100000000);
		memcpy(try.digits + CODE_PUBLIC, digits, CODE_SECRET);
		if (code_equal(&try, &code))
			continue;
		n++;
		fd = dial(to);
		if (fd < 0)
			stop("nobody is there");
		line_init(&l, fd);
		how = pair_call(&l, self, &try);
		close(fd);
		silence += strcmp(how, "silence") == 0;
		wrong += strcmp(how, "wrong") == 0;
		opened += strcmp(how, "opened") == 0;
		heard += l.heard;
	}
	say("wrong %u silence %u opened %u bytes %zu", wrong, silence, opened, heard);
}

/* ---- answering ---- */

static int
listen_on(uint16_t port)
{
	struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons(port)};
	int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) != 0 ||
	    bind(fd, (struct sockaddr *)&sin, sizeof(sin)) != 0 || listen(fd, 64) != 0)
		stop("cannot listen");
	return fd;
}

static void
answer(int fd, const struct self *self)
{
	uint8_t payload[HELLO_PAD];
	struct line l;

	line_init(&l, fd);
	if (!get(&l, l.preamble, sizeof(l.preamble))) {
		say("nothing");
		return;
	}
	if (l.preamble[5] == PAIRING) {
		say("guess %s", pair_answer(&l, self));
		return;
	}
	/* Without the door key it can say nothing to suite 2: silence, and suite 1 is tried. */
	if (l.preamble[5] != XX) {
		say("suite %u", l.preamble[5]);
		return;
	}
	start(&l, self, NOISE_RESPONDER, NULL);
	if (!get_message(&l, payload) || !put_hello(&l, self))
		say("broken");
	else if (!get_message(&l, payload))
		say("shy %zu", l.heard);
	else
		say("open %s", key_text(&l));
}

/* ---- in the middle ---- */

/* What goes by is opened with one key and sealed with the other. */
static bool
carry(struct line *from, struct line *to, const char *who)
{
	struct frame f;
	size_t at = 0;

	if (!get_record(from))
		return false;
	while (frame_next(from->record + 2, from->len, &at, &f) == 1)
		if (f.type == FRAME_CHAT && f.len > 32)
			say("read %s %.*s", who, (int)(f.len - 32), (const char *)f.body + 32);
	memcpy(to->record + 2, from->record + 2, from->len);
	to->len = from->len + TAG_LEN;
	return noise_seal(&to->tx, to->record + 2, from->len, to->len) == 0 && put_sized(to);
}

static void
carry_all(struct line *caller, struct line *callee)
{
	struct pollfd p[2] = {{.fd = caller->fd, .events = POLLIN},
			      {.fd = callee->fd, .events = POLLIN}};

	for (;;) {
		if (poll(p, 2, -1) < 0)
			stop("poll");
		if (p[0].revents != 0 && !carry(caller, callee, "caller"))
			return;
		if (p[1].revents != 0 && !carry(callee, caller, "callee"))
			return;
	}
}

/* Each side is told the other's HELLO, word for word. */
static void
between(struct line *caller, struct line *callee, const struct self *self)
{
	uint8_t mine[HELLO_PAD], theirs[HELLO_PAD];

	memcpy(callee->preamble, caller->preamble, PREAMBLE_LEN);
	start(caller, self, NOISE_RESPONDER, NULL);
	start(callee, self, NOISE_INITIATOR, NULL);
	if (!get_message(caller, mine) || !put(callee, callee->preamble, PREAMBLE_LEN) ||
	    !put_message(callee, NULL, 0) || !get_message(callee, theirs))
		say("broken");
	else if (!put_message(caller, theirs, sizeof(theirs)) || !get_message(caller, mine))
		say("shy %zu", caller->heard);
	else if (!put_message(callee, mine, sizeof(mine)))
		say("refused");
	else {
		say("between %s", key_text(caller));
		carry_all(caller, callee);
	}
}

static void
middle(int fd, const struct self *self, const struct addr *to)
{
	struct line caller, callee;
	int out;

	line_init(&caller, fd);
	if (!get(&caller, caller.preamble, sizeof(caller.preamble))) {
		say("nothing");
		return;
	}
	if (caller.preamble[5] == DOOR) {
		say("suite %u", DOOR);
		return;
	}
	out = dial(to);
	if (out < 0)
		stop("nobody is on the other side");
	line_init(&callee, out);
	if (caller.preamble[5] == PAIRING) {
		const char *there = pair_call(&callee, self, &self->code);

		close(out);
		say("guesses %s %s", there, pair_answer(&caller, self));
		return;
	}
	between(&caller, &callee, self);
}

/* ---- what it is told ---- */

static void
enter(const char *space)
{
	int fd = open(space, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || setns(fd, CLONE_NEWNET) != 0)
		stop(space);
	close(fd);
}

/* Answers until it is killed, each caller in a process of its own, which ends with it. */
static void
serve(int listener, const struct self *self, const struct addr *to)
{
	signal(SIGCHLD, SIG_IGN);
	say("ready");
	for (;;) {
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		pid_t child;

		if (fd < 0)
			stop("accept");
		child = fork();
		if (child < 0)
			stop("fork");
		if (child == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			close(listener);
			if (to != NULL)
				middle(fd, self, to);
			else
				answer(fd, self);
			_exit(0);
		}
		close(fd);
	}
}

static void
steal(struct noise_keypair *keys, const char *home)
{
	struct identity id;
	char path[4096], err[512];
	bool missing;

	snprintf(path, sizeof(path), "%s/identity", home);
	if (!identity_load(&id, path, &missing, err, sizeof(err)))
		stop(err);
	noise_keypair_from_private(keys, id.secret);
	identity_wipe(&id);
}

static void
option(struct self *self, char *text)
{
	char *value = strchr(text, '='), err[CODE_ERR];

	if (value == NULL)
		stop(text);
	*value++ = '\0';
	if (strcmp(text, "home") == 0)
		steal(&self->keys, value);
	else if (strcmp(text, "own") == 0)
		randombytes_buf(self->keys.priv, sizeof(self->keys.priv));
	else if (strcmp(text, "low") == 0)
		self->hello.lowest = (uint8_t)atoi(value);
	else if (strcmp(text, "high") == 0)
		self->hello.highest = (uint8_t)atoi(value);
	else if (strcmp(text, "port") == 0)
		self->port = (uint16_t)atoi(value);
	else if (strcmp(text, "nick") == 0)
		strlcpy(self->hello.nick, value, sizeof(self->hello.nick));
	else if (!(strcmp(text, "as") == 0 && util_unhex(self->keys.pub, NOISE_KEY, value)) &&
		 !(strcmp(text, "code") == 0 && code_parse(&self->code, value, err)))
		stop(text);
}

static void
self_init(struct self *self, int argc, char **argv)
{
	uint8_t priv[NOISE_KEY];

	memset(self, 0, sizeof(*self));
	randombytes_buf(priv, sizeof(priv));
	noise_keypair_from_private(&self->keys, priv);
	self->port = ADDR_PORT;
	self->hello = (struct hello){.lowest = 1, .highest = 1, .nick = "mallory", .dial = 1};
	randombytes_buf(&self->hello.boot, sizeof(self->hello.boot));
	code_parse(&self->code, "000-0000-0000", (char[CODE_ERR]){0});
	for (int i = 0; i < argc; i++)
		option(self, argv[i]);
}

/* ---- alone ---- */

/* One call from a child that plays by the rules, or does not: what is said of it must tell the two apart. */
static void
try_self(bool knows)
{
	struct self one, other;
	struct line l;
	int pair[2];

	self_init(&one, 0, NULL);
	self_init(&other, 0, NULL);
	other.code.digits[CODE_DIGITS - 1] = knows ? '0' : '1';
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
		stop("socketpair");
	fflush(stdout);
	if (fork() == 0) {
		line_init(&l, pair[1]);
		if (get(&l, l.preamble, sizeof(l.preamble)))
			pair_answer(&l, &one);
		_exit(0);
	}
	close(pair[1]);
	line_init(&l, pair[0]);
	is_str(pair_call(&l, &other, &other.code), knows ? "opened" : "wrong",
	       knows ? "who knows the code pairs with it" : "who does not, does not");
	close(pair[0]);
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	struct addr to = {0};
	struct self self;
	int listener, used = strcmp(what, "middle") == 0 ? 4 : strcmp(what, "answer") == 0 ? 2 : 3;

	if (sodium_init() < 0)
		skip_all("libsodium cannot start");
	alarm(LIFE_S); /* nothing here may outlive its test */
	if (argc == 1) {
		try_self(true);
		try_self(false);
		return done_testing();
	}
	if (argc < used || (used > 2 && !addr_parse(&to, argv[2], ADDR_PORT, NULL)))
		stop("see the head of attacker.c");
	if (strcmp(what, "guess") == 0 && argc == 5) {
		self_init(&self, 0, NULL);
		guess(&to, &self, argv[3], (unsigned)atoi(argv[4]));
		return 0;
	}
	self_init(&self, argc - used, argv + used);
	if (strcmp(what, "call") == 0) {
		call(&to, &self);
		return 0;
	}
	listener = listen_on(self.port);
	if (used == 4)
		enter(argv[3]);
	serve(listener, &self, used == 4 ? &to : NULL);
}
