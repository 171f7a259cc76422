#ifndef P2P_UI_INPUT_H
#define P2P_UI_INPUT_H
/* Bytes from the terminal to keys, text, pastes and mouse gestures: a pure state machine without curses, clock or descriptor. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A lone ESC is the Escape key after this long; a sequence that has begun may pause for INPUT_SEQ_MS between two bytes, an unfinished
 * paste for INPUT_PASTE_MS. */
#define INPUT_ESC_MS	  50
#define INPUT_SEQ_MS	  500
#define INPUT_PASTE_MS	  5000
/* Two presses of one button in one cell within this time are a double click. */
#define INPUT_CLICK_MS	  400
/* Of a paste this much is kept, the rest dropped and flagged. */
#define INPUT_PASTE_MAX	  ((size_t)4 << 20)
/* Of a terminal's reply (OSC, DCS, APC) this much is kept, and this much swallowed before its end is no longer waited for. */
#define INPUT_REPLY_MAX	  8192
/* Of a control sequence that is too long so much is dropped; then what comes is text again. */
#define INPUT_SKIP_MAX	  4096
#define INPUT_SWALLOW_MAX ((size_t)1 << 20)

enum input_type {
	INPUT_KEY,  /* key */
	INPUT_TEXT, /* text, len: printable UTF-8, valid, never a control character; spaces too */
	INPUT_PASTE, /* text, len: raw bytes as they came (CR for new lines, perhaps NUL); truncated */
	INPUT_MOUSE,	/* mouse */
	INPUT_FOCUS_IN, /* the terminal window got the keyboard */
	INPUT_FOCUS_OUT,
	INPUT_REPLY, /* text, len: an answer of the terminal or a sequence nobody knows; to be ignored */
};

/* Key symbols beyond Unicode. ^M and ^J are ENTER, ^I is TAB, ^H and DEL are BACKSPACE; the other control characters are their
 * letter in lower case (or @ \ ] ^ _) with INPUT_CTRL. F13 to F20 come as F1 to F8 with INPUT_SHIFT. */
enum input_sym {
	INPUT_SYM_ENTER = 0x110000,
	INPUT_SYM_TAB,
	INPUT_SYM_ESC,
	INPUT_SYM_BACKSPACE,
	INPUT_SYM_UP,
	INPUT_SYM_DOWN,
	INPUT_SYM_LEFT,
	INPUT_SYM_RIGHT,
	INPUT_SYM_HOME,
	INPUT_SYM_END,
	INPUT_SYM_PGUP,
	INPUT_SYM_PGDN,
	INPUT_SYM_INS,
	INPUT_SYM_DEL,
	INPUT_SYM_F1, /* F1 + n is F(n + 1), to F12 */
	INPUT_SYM_F2,
	INPUT_SYM_F3,
	INPUT_SYM_F4,
	INPUT_SYM_F5,
	INPUT_SYM_F6,
	INPUT_SYM_F7,
	INPUT_SYM_F8,
	INPUT_SYM_F9,
	INPUT_SYM_F10,
	INPUT_SYM_F11,
	INPUT_SYM_F12,
};

/* Modifiers. Shift is told only where it is not already in the symbol: Shift-a is 'A' without modifiers. */
#define INPUT_SHIFT   1
#define INPUT_ALT     2
#define INPUT_CTRL    4
/* The key that follows ^X, as in ^X ^E: the front end adds this, no terminal tells it. */
#define INPUT_AFTER_X 8

struct input_key {
	uint32_t sym; /* a Unicode scalar or an enum input_sym */
	uint8_t mods;
};

enum input_mouse_action {
	INPUT_PRESS,
	INPUT_MOTION, /* with a button held; cells may be skipped between two of them */
	INPUT_RELEASE,
	INPUT_WHEEL_UP,
	INPUT_WHEEL_DOWN,
};

enum input_button { INPUT_LEFT, INPUT_MIDDLE, INPUT_RIGHT };

struct input_mouse {
	enum input_mouse_action action;
	enum input_button button; /* meaningless for the wheel */
	uint8_t mods;
	uint8_t clicks; /* a press: 1, 2, 3 for single, double, triple; else 0 */
	int x, y;	/* the cell, from 0; may lie outside the screen */
};

struct input_event {
	enum input_type type;
	struct input_key key;
	struct input_mouse mouse;
	const char *
		text; /* not NUL-terminated; valid until the next input_next(), input_feed() or input_reset() */
	size_t len;
	bool truncated; /* a paste that was longer than INPUT_PASTE_MAX or whose end never came */
};

struct input;

/* A new parser, to be freed with input_free(). */
struct input *input_new(void);
/* Frees it; NULL is allowed. */
void input_free(struct input *in);
/* Forgets everything half read and every held button: after a suspend, or when the terminal was lost. */
void input_reset(struct input *in);

/* Takes len bytes read at now_ms (any clock that does not go back). They are copied. Call input_next() until it returns false. */
void input_feed(struct input *in, const void *bytes, size_t len, uint64_t now_ms);
/* Tells the time when nothing was read: what waited too long is committed and comes out of input_next(). */
void input_tick(struct input *in, uint64_t now_ms);
/* The next event, or false when all that came is used up (or waits for its rest). */
bool input_next(struct input *in, struct input_event *ev);
/* Whether a paste has begun and its end is still to come. */
bool input_pasting(const struct input *in);
/* How long poll() may wait before input_tick() is due, in ms; -1 if nothing waits. Ask after input_next() returned false. */
int input_timeout_ms(const struct input *in, uint64_t now_ms);

/* Takes the first character of the text of an INPUT_TEXT event as a key, for panes that are not text fields: moves *text and *len
 * behind it. False when nothing is left. */
bool input_text_key(const char **text, size_t *len, struct input_key *key);

#endif
