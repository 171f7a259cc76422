/* pairing.c - fuzz target: pairing codes as somebody types them, and what either side of suite 3 is sent. The first byte says which, the
 * second in pieces of what size the rest arrives. */
#include "config.h"

#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/cpace.h"
#include "net/limits.h"
#include "net/loop.h"
#include "src/code.h"
#include "src/util.h"
#include "tests/session_help.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum attack {
	TYPED,		/* the bytes as a code */
	CALLEE,		/* the callee gets them behind a preamble of suite 3 */
	CALLEE_CLOSED,	/* the same while no code is open */
	CALLEE_ANSWER,	/* and behind n_i, as Ya and what follows */
	CALLER,		/* the caller gets them as n_r, Yb and what follows */
	CALLER_MESSAGE, /* and behind good ones, as message 2 */
	ATTACKS,
};

static const struct code code = {"41720938841"};

static void
must(bool cond)
{
	if (!cond)
		abort();
}

static void
typed(const uint8_t *data, size_t len)
{
	char *text = xstrndup((const char *)data, len), err[CODE_ERR] = "", out[CODE_TEXT];
	struct code got, back;

	must(!code_likely(text, strlen(text)) || code_digits(text) >= CODE_DIGITS - 2);
	if (code_parse(&got, text, err)) {
		must(code_parse(&back, code_format(out, &got), err) && code_equal(&got, &back));
		must(code_public(&got) >= 0 && code_public(&got) <= 999);
	} else {
		must(err[0] != '\0');
	}
	free(text);
}

static void
write_pieces(struct raw *r, const uint8_t *data, size_t len, size_t piece)
{
	if (piece < len / 200 + 1)
		piece = len / 200 + 1;
	for (size_t at = 0; at < len; at += piece)
		raw_write(r, data + at, len - at < piece ? len - at : piece);
}

static void
callee(struct world *w, enum attack how, const uint8_t *data, size_t len, size_t piece)
{
	static const uint8_t start[PREAMBLE_LEN + PAIR_NONCE] = "P2PT\1\3";
	struct raw *r;

	w->b.code_open = how != CALLEE_CLOSED;
	w->b.code = code;
	r = raw_call(w);
	raw_write(r, start, how == CALLEE_ANSWER ? sizeof(start) : PREAMBLE_LEN);
	write_pieces(r, data, len, piece);
	world_run(w, HANDSHAKE_TIMEOUT + 100);
	must(w->b.opened == 0 && w->b.knew == 0 && w->b.closed == 1 && w->b.s == NULL);
	must(w->b.tried <= w->b.begun && w->b.begun <= 1);
	must(how != CALLEE_CLOSED || (r->len == 0 && w->b.begun == 0));
	/* A share and no more: who cannot show the code hears no greeting. */
	must(r->len <= PAIR_NONCE + CPACE_POINT);
	raw_free(r);
}

static void
caller(struct world *w, enum attack how, const uint8_t *data, size_t len, size_t piece)
{
	uint8_t shares[PAIR_NONCE + CPACE_POINT] = {0}, hash[64] = {1};
	struct raw *r;

	w->b.takes_raw = true;
	world_call_code(w, &code);
	r = raw_answer(w);
	must(r->len == PREAMBLE_LEN + PAIR_NONCE);
	crypto_core_ristretto255_from_hash(shares + PAIR_NONCE, hash);
	if (how == CALLER_MESSAGE)
		raw_write(r, shares, sizeof(shares));
	write_pieces(r, data, len, piece);
	world_run(w, HANDSHAKE_TIMEOUT + 100);
	must(w->a.opened == 0 && w->a.closed == 1 && w->a.s == NULL);
	/* What it has sent beyond n_i is one try. It is one as well when it was about to be sent, and the nonsense behind the share ended
	 * the call before it went. */
	must(w->a.end == SESSION_WRONG_CODE || r->len <= PREAMBLE_LEN + PAIR_NONCE);
	must(r->len <= PREAMBLE_LEN + PAIR_NONCE + CPACE_POINT + 2 + 48);
	must(how != CALLER_MESSAGE || w->a.end == SESSION_WRONG_CODE);
	raw_free(r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct world *w;
	enum attack how;

	if (len < 2 || len > 4096)
		return 0;
	if (sodium_init() < 0)
		abort();
	how = (enum attack)(data[0] % ATTACKS);
	if (how == TYPED) {
		typed(data + 2, len - 2);
		return 0;
	}
	w = world_new(1);
	if (how == CALLER || how == CALLER_MESSAGE)
		caller(w, how, data + 2, len - 2, data[1] + 1U);
	else
		callee(w, how, data + 2, len - 2, data[1] + 1U);
	world_free(w);
	return 0;
}
