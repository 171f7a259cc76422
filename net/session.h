#ifndef P2P_NET_SESSION_H
#define P2P_NET_SESSION_H
/* One link to one peer: preamble, handshake, records, frames, keepalive, over one stream. What the frames mean is the host's business.
 * (net/PROTOCOL.md, "Layers") */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/hello.h"
#include "net/noise.h"
#include "src/types.h"

struct addr;
struct bulk;
struct code;
struct conn;
struct frame;
struct loop;
struct session;

/* Why a session ended. */
enum session_end {
	SESSION_UNREACHABLE, /* the stream never stood */
	SESSION_NOBODY,	     /* the same, since nothing listens there */
	SESSION_SILENCE,     /* it stood, and nobody answered */
	SESSION_WRONG_KEY,   /* somebody else answered */
	SESSION_OURSELVES,   /* we did */
	SESSION_REFUSED,     /* malformed handshake, version, downgrade */
	SESSION_TIMEOUT,     /* handshake too slow */
	SESSION_LOST,	     /* the stream ended or broke */
	SESSION_DEAD,	     /* silent for too long */
	SESSION_BYE,	     /* the peer said so; see bye */
	SESSION_BROKEN,	     /* the peer broke the protocol */
	SESSION_WRONG_CODE,  /* suite 3, caller: it did not show that it knows the code; a try */
};

/* BYE's reason. */
enum bye {
	BYE_NONE = 0,
	BYE_QUIT = 1,	   /* the program ends */
	BYE_CLOSED = 2,	   /* closed by hand */
	BYE_DUPLICATE = 3, /* another session stays */
	BYE_PROTOCOL = 4,  /* you broke the protocol; text says how */
	BYE_CRITICAL = 5,  /* a critical frame I do not know */
	BYE_FLOOD = 6,	   /* too much too fast */
	BYE_REMOVED = 7,   /* no longer a contact, or blocked */
};

/* What a session asks of the core around it. Callbacks may close any session, this one included. */
struct session_host {
	void *arg;
	struct loop *loop;
	const struct noise_keypair *self;
	uint64_t boot;
	noise_random *random; /* NULL: the system's */
	void *random_arg;
	const char *(*nick)(void *arg);
	/* Callee: is a caller without a door key answered from there? */
	bool (*door_open)(void *arg, const struct addr *from);
	/* Callee: the door keys that are taken from there; returns how many (at most DOORS_MAX). */
	size_t (*doors)(void *arg, const struct addr *from, const uint8_t (**psks)[NOISE_KEY]);
	/* Callee: false if this ephemeral of a message 1 was seen before. Remembers it. */
	bool (*fresh)(void *arg, const uint8_t ephemeral[NOISE_KEY]);
	/* Callee: the caller showed a door key and counts as known from now on. */
	void (*knocked)(void *arg, struct session *s);
	/* Callee, suite 3: is a code open that this caller may try now? NULL for code: asked before it has said enough to begin; else it begins, and
	 * the code is copied. NULL: there never is one. */
	bool (*pairing)(void *arg, struct session *s, struct code *code);
	/* Callee, suite 3: the caller's message 1 came, and showed that it knows the code, or that it does not: a try. */
	void (*paired)(void *arg, struct session *s, bool knows);
	/* The handshake is through; session_key() and session_hello() are there. False: close without a word. */
	bool (*opened)(void *arg, struct session *s);
	/* A frame that is not the session's own (PING, PONG, REKEY, BYE are). -1 with *why: the peer broke the protocol. */
	int (*frame)(void *arg, struct session *s, const struct frame *f, const char **why);
	/* All that was read has been handled. */
	void (*batch_end)(void *arg, struct session *s);
	/* Bulk to send, at most about max bytes, or NULL. Only after session_bulk_ready(). */
	struct bulk *(*pull)(void *arg, struct session *s, size_t max);
	/* An answer to session_ping() or to a keepalive. */
	void (*pong)(void *arg, struct session *s);
	/* It ended by itself; nothing of it may be used after this returns. `text` is the peer's for BYE (raw), else ours; never NULL. */
	void (*closed)(void *arg, struct session *s, enum session_end end, enum bye bye,
		       const char *text);
};

/* Calls over a stream just dialled, which it takes over. expected: whose key must answer, or NULL; door: its door key, or NULL; dial: the
 * number of this dial; bulk_of: the session_bulk_id() this is the bulk connection of, or NULL. The host must outlive the session. */
struct session *session_call(const struct session_host *host, struct conn *conn,
			     const struct key *expected, const uint8_t *door, uint64_t dial,
			     const uint8_t *bulk_of);
/* The same with suite 3: whoever answers must know the code, which is copied. */
struct session *session_call_code(const struct session_host *host, struct conn *conn,
				  const struct code *code, uint64_t dial);
/* Answers a stream just accepted, which it takes over. */
struct session *session_answer(const struct session_host *host, struct conn *conn);
/* Ends it now: says BYE if it is open and bye is not BYE_NONE, closes the stream, frees soon. closed() is not called. */
void session_close(struct session *s, enum bye bye, const char *text);

/* Queues a frame; frames of one turn share records. False if the session is not open or ended. The session ends if it comes to owe
 * more than OUT_QUEUE_MAX. */
bool session_send(struct session *s, uint8_t type, uint8_t flags, const void *body, size_t len);
/* host->pull() has something. */
void session_bulk_ready(struct session *s);
/* This session carries bulk alone. */
void session_bulk_only(struct session *s);
/* Stops and resumes reading; what was read already waits. */
void session_pause(struct session *s, bool paused);
/* Whether content waits for its ACK: a shorter time to be found dead. */
void session_waiting(struct session *s, bool waiting);
/* The peer is alive: its bulk connection says so. */
void session_heard(struct session *s);
/* Asks for a PONG now. */
void session_ping(struct session *s);
/* There is reason to think that the peer is gone: it has so many ms to say something. At most once in PROBE_AGAIN. */
void session_probe(struct session *s, uint64_t within);

/* The callee's door key that the caller came with; NULL for none. */
const uint8_t *session_door(const struct session *s);
bool session_is_caller(const struct session *s);
bool session_is_pairing(const struct session *s); /* it is of suite 3 */
/* Caller, suite 3: the other side has had its chance to show that it knows the code, and did not (yet). */
bool session_code_tried(const struct session *s);
/* The peer's; only after opened(), or with SESSION_WRONG_KEY. */
const struct key *session_key(const struct session *s);
const struct hello *session_hello(const struct session *s); /* the peer's; only after opened() */
/* Names this session to its bulk connection: BULK_ID_LEN bytes both sides know, and nobody else. */
const uint8_t *session_bulk_id(const struct session *s);
uint64_t session_dial_number(const struct session *s); /* ours if we called, else the peer's */
const struct addr *session_peer_addr(const struct session *s);
const struct addr *session_local_addr(const struct session *s);
uint32_t session_rtt_us(const struct session *s);    /* 0 unknown */
uint64_t session_pinged_at(const struct session *s); /* loop time: when the newest PING went */
uint64_t session_age(const struct session *s);	     /* ms since the handshake ended */
/* The owner's pointer. */
void session_set_user(struct session *s, void *user);
void *session_user(const struct session *s);

#endif
