#ifndef P2P_NET_SESSION_INT_H
#define P2P_NET_SESSION_INT_H
/* What the files of the session share: session.c (life and timers), session_hs.c (preamble and handshake), session_pair.c (pairing by code,
 * which comes before the handshake), session_io.c (records). */

#include "net/cpace.h"
#include "net/limits.h"
#include "net/loop.h"
#include "net/session.h"
#include "net/transport.h"
#include "net/wire.h"
#include "src/code.h"

enum session_state {
	S_CONNECTING,	  /* caller: the stream is not there yet */
	S_PREAMBLE,	  /* callee: waits for it */
	S_PAIR_NONCE,	  /* suite 3, callee: waits for n_i */
	S_PAIR_SHARES,	  /* suite 3, caller: waits for n_r and Yb */
	S_PAIR_MESSAGE_1, /* suite 3, callee: waits for Ya and message 1 */
	S_MESSAGE_1,	  /* callee: waits for it */
	S_MESSAGE_2,	  /* caller: waits for it */
	S_MESSAGE_3,	  /* callee: waits for it */
	S_OPEN,
	S_OVER, /* freed at the end of the turn */
};

enum { SUITE_XX = 1, SUITE_XXPSK0 = 2, SUITE_PAIRING = 3 };

/* Of a handshake of suite 3. */
struct session_pair {
	struct code code;
	uint8_t sid[2 * PAIR_NONCE];  /* n_i || n_r */
	uint8_t scalar[CPACE_SCALAR]; /* callee: its own */
	uint8_t yb[CPACE_POINT];
	bool tried; /* caller: Ya is sent, and no valid message 2 came */
};

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
	struct session_pair *pair;    /* suite 3, else NULL */
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
	bool bulk_wanted, bulk_only;

	/* time */
	uint64_t opened_at, heard_at, waiting_since, pinged_at;
	uint64_t pinged_us;
	uint64_t probed_at, probe_due; /* probe_due 0: no probe */
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
void session_hs_preamble(struct session *s, uint8_t suite);
/* Starts the Noise state; the preamble is the prologue. psk NULL: XX. */
bool session_hs_noise(struct session *s, enum noise_role role, const uint8_t *psk);
/* Writes the next handshake message with its length; or ends the session. Then whose turn it is. */
bool session_hs_send_message(struct session *s, const uint8_t *payload, size_t len);
/* Message 1 was right: answers it. False when the session ended. */
bool session_hs_answer(struct session *s);

/* session_pair.c: like session_hs_start_call() and session_hs_step(), for suite 3 until message 1 is through. */
void session_pair_start_call(struct session *s);
bool session_pair_step(struct session *s);
void session_pair_free(struct session *s);

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
