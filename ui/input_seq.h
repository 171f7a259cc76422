#ifndef P2P_UI_INPUT_SEQ_H
#define P2P_UI_INPUT_SEQ_H
/* What ESC [ and ESC O sequences mean, and the other small codes of terminals: pure functions under ui/input.c. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/input.h"

/* The longest control sequence taken, and the parameters looked at. */
#define INPUT_SEQ_MAX	 256
#define INPUT_SEQ_PARAMS 4

/* A sequence taken apart. A parameter that is missing is 0; larger ones than 9,999,999 are that. */
struct input_seq {
	size_t len;   /* bytes from the ESC on; with BROKEN and LONG: the bytes to be dropped */
	char intro;   /* '[' or 'O' */
	char prefix;  /* '<', '=', '>', '?'; '[' for the Linux console's ESC [ [ A; else 0 */
	char between; /* the last intermediate byte, else 0 */
	char final;
	size_t params; /* how many stand there, perhaps more than are kept */
	uint32_t param[INPUT_SEQ_PARAMS];
	uint32_t sub[INPUT_SEQ_PARAMS]; /* what followed a colon in it, else 0 */
};

enum input_seq_state {
	INPUT_SEQ_SHORT,  /* the rest is missing */
	INPUT_SEQ_WHOLE,  /* *seq is filled */
	INPUT_SEQ_BROKEN, /* not a sequence after all: drop seq->len bytes */
	INPUT_SEQ_LONG, /* longer than INPUT_SEQ_MAX: drop seq->len bytes and what follows to its end */
	INPUT_SEQ_ALT, /* ESC O before something else: Alt-O */
};

/* Takes apart the sequence at p (ESC, then '[' or 'O'; n >= 2 bytes are there). */
enum input_seq_state input_seq_parse(const uint8_t *p, size_t n, struct input_seq *seq);

enum input_seq_kind {
	INPUT_SEQ_KEY, /* *key is filled; a plain character has no modifiers */
	INPUT_SEQ_MOUSE, /* param 0, 1, 2 are the button as xterm codes it, x and y from 1; final 'm' is a release */
	INPUT_SEQ_FOCUS, /* final I or O */
	INPUT_SEQ_PASTE, /* a paste begins */
	INPUT_SEQ_REPLY, /* an answer of the terminal, or unknown */
	INPUT_SEQ_NOTHING, /* known, and to be ignored: a key let go, an end of paste without a start */
};

/* What a whole sequence means. Changes *key only for INPUT_SEQ_KEY. */
enum input_seq_kind input_seq_kind(const struct input_seq *seq, struct input_key *key);

/* The key of a control character: below 0x20, or 0x7f. */
struct input_key input_seq_control(uint8_t c);

/* Decodes a character that is no C0 control: its length; 0 if its rest is missing; -n if the n bytes there are to be shown as one
 * U+FFFD: invalid, or a C1 control. */
int input_seq_utf8(const uint8_t *p, size_t n, uint32_t *cp);

#endif
