/* record.c - fuzz target: what a peer that has got through the handshake can do to an open session. The input is a list of steps: records
 * sealed as they should be with any plaintext, bytes that are not sealed, records sent twice, REKEYs, time that passes, pauses, and frames of
 * our own. */
#include "config.h"

#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/limits.h"
#include "net/loop.h"
#include "net/session_int.h"
#include "net/wire.h"
#include "src/util.h"
#include "tests/session_help.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum step { SEALED, RAW, TIME, PAUSE, SEND, PIECES, REKEYED, AGAIN, STEPS };

#define STEPS_MAX 64

struct run {
	struct world *w;
	struct raw *r;
	struct reader in;
	uint8_t last[1024]; /* the record sent last */
	size_t last_len;
	bool paused, broken;
	size_t frames, bytes; /* that were sealed */
};

static void
must(bool cond)
{
	if (!cond)
		abort();
}

/* Up to that many bytes of the input. */
static const uint8_t *
bytes_of(struct run *run, size_t *n)
{
	if (*n > run->in.left)
		*n = run->in.left;
	return rd_span(&run->in, *n);
}

static void
count_frames(struct run *run, const uint8_t *plain, size_t len)
{
	struct frame f;
	size_t at = 0;

	while (frame_next(plain, len, &at, &f) == 1) {
		run->frames++;
		run->bytes += f.len;
	}
}

static void
sealed(struct run *run, const uint8_t *plain, size_t n, size_t piece)
{
	if (n > sizeof(run->last) - 2 - TAG_LEN)
		n = sizeof(run->last) - 2 - TAG_LEN;
	count_frames(run, plain, n);
	run->last_len = raw_seal(run->r, plain, n, run->last);
	for (size_t at = 0; at < run->last_len; at += piece)
		raw_write(run->r, run->last + at,
			  run->last_len - at < piece ? run->last_len - at : piece);
}

static void
one_step(struct run *run)
{
	static const uint8_t rekey[] = {FRAME_REKEY, FRAME_CRITICAL, 0, 0};
	enum step step = (enum step)(rd_u8(&run->in) % STEPS);
	size_t n, piece;
	const uint8_t *p;

	switch (step) {
	case SEALED:
	case PIECES:
		piece = step == PIECES ? rd_u8(&run->in) : SIZE_MAX;
		n = rd_u16(&run->in);
		p = bytes_of(run, &n);
		sealed(run, p, n, piece > 0 ? piece : 1);
		break;
	case RAW:
		n = rd_u8(&run->in);
		p = bytes_of(run, &n);
		raw_write(run->r, p, n);
		run->broken = run->broken || n > 0;
		break;
	case TIME:
		world_run(run->w, rd_u16(&run->in) * UINT64_C(10));
		break;
	case PAUSE:
		run->paused = !run->paused;
		if (run->w->b.s != NULL)
			session_pause(run->w->b.s, run->paused);
		break;
	case SEND:
		n = rd_u8(&run->in);
		p = bytes_of(run, &n);
		if (run->w->b.s != NULL)
			(void)session_send(run->w->b.s, FRAME_CHAT, 0, p, n);
		break;
	case REKEYED:
		sealed(run, rekey, sizeof(rekey), SIZE_MAX);
		must(noise_rekey(&run->r->tx) == 0);
		break;
	case AGAIN:
		raw_write(run->r, run->last, run->last_len);
		run->broken = run->broken || run->last_len > 0;
		break;
	case STEPS:
		break;
	}
}

static void
check(const struct run *run)
{
	const struct side *b = &run->w->b;

	must(b->closed <= 1 && (b->closed == 1) == (b->s == NULL));
	must(b->frames <= run->frames && b->got_len <= run->bytes);
	if (b->s == NULL)
		return;
	must(b->s->state == S_OPEN);
	must(b->s->in_at <= b->s->in_len && b->s->in_len <= b->s->in_size &&
	     b->s->in_size <= RX_BUFFER);
	must(b->s->out_at <= b->s->out_len && b->s->plain_len <= OUT_QUEUE_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct run run = {0};
	size_t frames;

	if (sodium_init() < 0)
		abort();
	run.w = world_new(1);
	run.r = raw_open(run.w, NULL);
	must(run.w->b.opened == 1);
	rd_open(&run.in, data, len);
	for (int i = 0; i < STEPS_MAX && run.in.left > 0; i++) {
		one_step(&run);
		check(&run);
	}
	/* After what did not authenticate nothing is handled any more, whatever else comes. */
	if (run.w->b.s != NULL)
		session_pause(run.w->b.s, false);
	world_run(run.w, 100);
	check(&run);
	frames = run.w->b.frames;
	if (run.broken) {
		static const uint8_t chat[] = {FRAME_CHAT, 0, 0, 0};

		/* Enough to end whatever length the garbage claimed. */
		for (int i = 0; i < 80 && run.w->b.s != NULL; i++) {
			uint8_t filler[1024];

			memset(filler, 0xa5, sizeof(filler));
			raw_write(run.r, filler, sizeof(filler));
		}
		must(run.w->b.s == NULL);
		sealed(&run, chat, sizeof(chat), SIZE_MAX);
		must(run.w->b.frames == frames);
	}
	check(&run);
	raw_free(run.r);
	world_free(run.w);
	return 0;
}
