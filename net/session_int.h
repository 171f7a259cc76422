#ifndef P2P_NET_SESSION_INT_H
#define P2P_NET_SESSION_INT_H
/* What the files of the session share: session.c (life and timers), session_hs.c (preamble and handshake), session_io.c (records). */

#include "net/limits.h"
#include "net/loop.h"
#include "net/session.h"
#include "net/transport.h"
#include "net/wire.h"

enum session_state {
	S_CONNECTING, /* caller: the stream is not there yet */
	S_PREAMBLE,   /* callee: waits for it */
	S_MESSAGE_1,  /* callee: waits for it */
	S_MESSAGE_2,  /* caller: waits for it */
	S_MESSAGE_3,  /* callee: waits for it */
	S_OPEN,
	S_OVER, /* freed at the end of the turn */
};

enum { SUITE_XX = 1, SUITE_XXPSK0 = 2 };

struct session {
	const struct session_host *host;
	struct conn *conn; /* NULL once over */
	void *user;
	enum session_state state;
	bool caller, paused, waiting;
	bool heard;    /* a byte came */
	bool disowned; /* its owner closed it and wants to hear no more */
	bool rekey_rx; /* REKEY was in the record being handled */

	/* handshake */
	uint8_t preamble[PREAMBLE_LEN];
	bool has_expected, has_door;
	struct key expected;
	uint8_t door[NOISE_KEY];
	uint64_t dial;
	struct noise noise;
	uint8_t bulk_id[BULK_ID_LEN]; /* of this session */
	bool is_bulk;		      /* caller: the bulk connection of ... */
	uint8_t bulk_of[BULK_ID_LEN]; /* ... that session */
	struct key key;
	struct hello hello;

	/* records */
	struct noise_cipher tx, rx;
	uint64_t tx_bytes, rekeyed_at; /* since the last REKEY */
	uint8_t *in;		       /* what was read: [in_at, in_len) */
	size_t in_at, in_len, in_size;
	bool handling; /* inside handle_input: it is not entered twice */

	uint8_t *plain; /* frames of this turn, not sealed yet */
	size_t plain_len, plain_size;
	uint8_t *out; /* sealed: [out_at, out_len) */
	size_t out_at, out_len, out_size;
	struct bulk *bulk;
	size_t bulk_sent, bulk_sealed; /* bytes of it */
	size_t ahead;		       /* how much is sealed before the kernel asks */
	bool bulk_wanted;

	/* time */
	uint64_t opened_at, heard_at, waiting_since, pinged_at;
	uint64_t pinged_us;
	bool ping_out;
	uint32_t rtt_us;
	struct timer deadline; /* handshake, later keepalive */
	struct timer flush, reap;

	/* rates */
	uint64_t rate_from;
	unsigned rate_frames;
};

/* session.c */
void session_end_with(struct session *s, enum session_end end, enum bye bye, const char *text);
/* The handshake is through: from now on records. */
void session_now_open(struct session *s);
void session_want(struct session *s);
/* Frames that are the session's own. 1: was one; 0: was not; -1: the session ended. */
int session_own_frame(struct session *s, const struct frame *f);
/* Queues a REKEY when our direction's key is old or much used. */
void session_rekey_if_due(struct session *s);

/* session_hs.c */
void session_hs_start_call(struct session *s);
/* Digests buffered handshake bytes. False when more are needed or the session ended. */
bool session_hs_step(struct session *s);

/* session_io.c */
void session_io_read(struct session *s);
void session_io_handle(struct session *s);
void session_io_flush(struct session *s);
void session_io_free(struct session *s);
/* Sends raw handshake bytes behind what is already there. */
void session_io_raw(struct session *s, const void *p, size_t n);
/* Writes out what can be written; used for a last BYE. */
void session_io_last(struct session *s);

#endif
