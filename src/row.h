#ifndef P2P_SRC_ROW_H
#define P2P_SRC_ROW_H
/* A row of a chat as it travels, packed, in EV_PAGE. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/types.h"

struct row {
	struct key peer;
	struct id id;	  /* zero for ROW_EVENT and ROW_FILE */
	int64_t row;	  /* rises in commit order: the shown order */
	int64_t rev;	  /* rises with every change to any row */
	int64_t seq;	  /* the sender's */
	int64_t time;	  /* wall ms, the sender's */
	int64_t transfer; /* ROW_FILE: which */
	enum direction dir;
	enum row_kind kind;
	enum receipt state; /* DIR_OUT */
	const char *
		text; /* not ended by a NUL; raw, to be shown through text.h. For FAILED rows see reason. */
	size_t text_len;
	const char *reason; /* why it failed; may be empty */
	size_t reason_len;
	enum content content; /* what it is; for ROW_ACT also what was done */
	uint32_t edits;	      /* how often its text was changed */
	int64_t edit_seq; /* DIR_OUT: of the newest edit of it that is not acknowledged yet, 0 none */
	bool deleted;	  /* its text is gone */
	uint32_t timer;	  /* seconds it lives once it was delivered or seen, 0 for ever */
	int64_t expires; /* when it disappears, wall ms; 0: not known yet, or never */
	struct id ref;	 /* CONTENT_REPLY and ROW_ACT: the message it is about; else zero */
	/* A reaction of the peer and of the user, indexed by enum direction; not ended by a NUL. For ROW_ACT it is the text. */
	const char *react[2];
	size_t react_len[2];
	/* CONTENT_REPLY: how the message it is about begins, and whose it is; DIR_NOTE: it is not there. */
	const char *quote;
	size_t quote_len;
	enum direction quote_dir;
	/* In the chat of a person with several devices: the contacts it is with, ncopies times ROW_COPY bytes; else none. */
	const uint8_t *copies;
	size_t ncopies;
};

/* A contact's key, the seq its copy has there (u64), and enum receipt (u8). */
#define ROW_COPY (KEY_LEN + 8 + 1)

struct row_copy {
	struct key device;
	int64_t seq;
	enum receipt state;
};

#define ROW_QUOTE_BYTES 160 /* of a message that is replied to */

struct row_buf {
	uint8_t *p;
	size_t len, size;
};

/* Appends a packed row. The buffer grows as needed; free(buf->p) or msg_take_bytes() it. */
void row_put(struct row_buf *buf, const struct row *row);
/* Reads the row at *at and moves *at behind it; text, reason and their like point into bytes. False at the end or when what stands there is no
 * row. */
bool row_get(const uint8_t *bytes, size_t len, size_t *at, struct row *row);

/* The i-th copy; and one put at p. */
struct row_copy row_copy_at(const struct row *row, size_t i);
void row_copy_put(uint8_t p[ROW_COPY], const struct row_copy *copy);

/* Why it failed, in the person's language, in out[size]; as it came from the core, whose sentences those are. */
char *row_reason(const struct row *row, char *out, size_t size);

#endif
