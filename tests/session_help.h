#ifndef P2P_TESTS_SESSION_HELP_H
#define P2P_TESTS_SESSION_HELP_H
/* Two places on a virtual network: at each a session whose host notes all it is told, or a raw stream in the test's own hands. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/noise.h"
#include "net/session.h"
#include "src/code.h"
#include "tests/memnet.h"

struct bulk;
struct conn;
struct frame;
struct loop;
struct transport;

/* A place, and what the host of its session was told. */
struct side {
	struct loop *loop;
	struct transport *transport;
	struct noise_keypair keys;
	struct session_host host;
	struct session *s;
	const char *nick;
	uint64_t random;

	/* how the host answers */
	bool door_open, fresh, welcome;
	bool code_open; /* suite 3 */
	struct code code;
	uint8_t doors[2][NOISE_KEY];
	size_t ndoors;
	int (*on_frame)(struct side *side, const struct frame *f, const char **why);
	struct bulk *(*on_pull)(struct side *side, size_t max);
	void (*on_pong)(struct side *side);
	bool takes_raw; /* what is accepted is a raw stream */
	struct conn *raw;

	/* what happened */
	unsigned begun, knew, tried; /* of suite 3 */
	unsigned opened, closed, knocked, pongs, batches, frames;
	enum session_end end;
	enum bye bye;
	char text[300];
	uint8_t *got; /* bodies of all frames, one behind the other */
	size_t got_len, got_size;
	uint8_t last_type;
};

struct world {
	struct loop *loop;
	struct memnet *net;
	struct side a, b; /* a calls, b answers */
};

struct world *world_new(uint64_t seed);
void world_free(struct world *w);
void world_run(struct world *w, uint64_t ms);
/* a calls b, and 100 ms pass. expected and door may be NULL. */
void world_call(struct world *w, const struct noise_keypair *expected, const uint8_t *door);
/* The same with suite 3. */
void world_call_code(struct world *w, const struct code *code);
/* A world in which that was done and both are open. */
struct world *world_open(uint64_t seed);
struct key world_key(const struct noise_keypair *kp);

/* A peer in the test's own hands: noise over a stream. */
struct raw {
	struct world *w;
	struct conn *c;
	uint8_t *in;
	size_t len;
	bool eof;
	uint8_t preamble[8];
	struct noise_keypair keys;
	struct noise noise;
	struct noise_cipher tx, rx;
};

/* Calls b; nothing is sent yet. */
struct raw *raw_call(struct world *w);
/* Answers the call that a makes: takes the stream b accepted with takes_raw. */
struct raw *raw_answer(struct world *w);
void raw_free(struct raw *r);
/* Writes and lets 20 ms pass. */
void raw_write(struct raw *r, const void *bytes, size_t len);
/* The next u16 length and so many bytes that came; NULL if they did not. The caller frees. */
uint8_t *raw_take(struct raw *r, size_t *len);
/* Handshake steps. Each returns whether noise liked it. */
void raw_start(struct raw *r, const uint8_t *psk);
bool raw_message(struct raw *r, const void *payload, size_t len); /* writes the next one */
bool raw_read_message(struct raw *r);				  /* reads the next one */
void raw_hello(uint8_t payload[256]);
/* Both of them, from preamble to an open session. */
struct raw *raw_open(struct world *w, const uint8_t *psk);
/* Seals one record without adding padding, and writes it. */
void raw_record(struct raw *r, const void *plain, size_t len);
/* Seals it; returns its size with its length. */
size_t raw_seal(struct raw *r, const void *plain, size_t len, uint8_t *out);
/* Opens the next record that came: its plaintext and size; NULL if there is none. The caller frees. */
uint8_t *raw_get(struct raw *r, size_t *len);
/* Reads records until a frame of that type; its body; NULL if none came. The caller frees. */
uint8_t *raw_find(struct raw *r, uint8_t type, size_t *len);

#endif
