/* input.c - bytes from the terminal to keys, text, pastes and mouse gestures
 *
 * What has come is kept in buf until it is a whole key, run of text or sequence; step() takes one of these from its front or says that
 * the rest is still missing. Strings, pastes and overlong sequences can be long, so they are modes that use up what there is. Nothing
 * is decided before its bytes are all there, so it makes no difference where reads cut the stream. Time decides only what is
 * unfinished: `due` says that the bytes before `commit` have waited too long and are to be taken as they are. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/text.h"
#include "src/util.h"
#include "ui/input.h"
#include "ui/input_seq.h"

#define ESC		 0x1b
#define BEL		 0x07
#define CAN		 0x18
#define SUB		 0x1a
#define PASTE_END	 "\033[201~"
#define PASTE_END_LEN	 6
#define PASTE_KEEP_CAP	 ((size_t)64 << 10)
#define UTF8_REPLACEMENT "\xef\xbf\xbd"

enum mode {
	MODE_GROUND,
	MODE_STRING, /* after OSC, DCS or APC, before ST or BEL */
	MODE_SKIP,   /* in a control sequence that is too long */
	MODE_PASTE,
};

struct input {
	uint8_t *buf;
	size_t pos, len, cap;
	uint64_t last_ms, now_ms;
	bool due;
	size_t commit;
	enum mode mode;
	size_t swallowed; /* by the string or the overlong sequence */
	char reply[INPUT_REPLY_MAX];
	size_t reply_len;
	char *paste;
	size_t paste_len, paste_cap;
	bool paste_over, paste_given;
	unsigned held; /* buttons pressed, 1 << enum input_button */
	struct input_mouse press;
	uint64_t press_ms;
	char small[4];
};

/* What step() says. */
enum taken {
	WAIT,  /* the rest is missing, nothing was taken */
	TAKEN, /* bytes were taken, no event */
	EVENT, /* bytes were taken and *ev is filled */
};

struct input *
input_new(void)
{
	return xcalloc(1, sizeof(struct input));
}

void
input_free(struct input *in)
{
	if (in == NULL)
		return;
	free(in->buf);
	free(in->paste);
	free(in);
}

/* The paste that was handed out is no longer needed; a big buffer goes back. */
static void
paste_forget(struct input *in)
{
	in->paste_given = false;
	in->paste_over = false;
	in->paste_len = 0;
	if (in->paste_cap > PASTE_KEEP_CAP) {
		free(in->paste);
		in->paste = NULL;
		in->paste_cap = 0;
	}
}

void
input_reset(struct input *in)
{
	in->pos = in->len = in->commit = 0;
	in->due = false;
	in->mode = MODE_GROUND;
	in->held = 0;
	in->press.clicks = 0;
	paste_forget(in);
}

void
input_feed(struct input *in, const void *bytes, size_t len, uint64_t now_ms)
{
	if (len == 0)
		return;
	input_tick(in, now_ms);
	if (in->paste_given)
		paste_forget(in);
	if (in->pos > 0) {
		in->len -= in->pos;
		in->commit -= in->commit < in->pos ? in->commit : in->pos;
		memmove(in->buf, in->buf + in->pos, in->len);
		in->pos = 0;
	}
	if (len > in->cap - in->len) {
		in->cap = in->len + len + in->cap / 2;
		in->buf = xreallocarray(in->buf, in->cap, 1);
	}
	memcpy(in->buf + in->len, bytes, len);
	in->len += len;
	in->last_ms = now_ms;
}

/* How long what is there may wait for its rest. */
static uint64_t
patience_ms(const struct input *in)
{
	if (in->mode == MODE_PASTE)
		return INPUT_PASTE_MS;
	if (in->mode != MODE_GROUND)
		return INPUT_SEQ_MS;
	for (size_t i = in->pos; i < in->len; i++)
		if (in->buf[i] != ESC)
			return INPUT_SEQ_MS;
	return INPUT_ESC_MS;
}

bool
input_pasting(const struct input *in)
{
	return in->mode == MODE_PASTE;
}

static bool
waits(const struct input *in)
{
	return in->pos < in->len || in->mode != MODE_GROUND;
}

static uint64_t
waited_ms(const struct input *in, uint64_t now_ms)
{
	return now_ms > in->last_ms ? now_ms - in->last_ms : 0;
}

void
input_tick(struct input *in, uint64_t now_ms)
{
	in->now_ms = now_ms;
	if (waits(in) && waited_ms(in, now_ms) >= patience_ms(in)) {
		in->due = true;
		in->commit = in->len;
	}
}

int
input_timeout_ms(const struct input *in, uint64_t now_ms)
{
	uint64_t waited = waited_ms(in, now_ms), patience;

	if (in->due)
		return 0;
	if (!waits(in))
		return -1;
	patience = patience_ms(in);
	return waited >= patience ? 0 : (int)(patience - waited);
}

/* --- events ---------------------------------------------------------------------------------------------------------------- */

static enum taken
give_key(struct input *in, struct input_event *ev, struct input_key key, size_t n)
{
	in->pos += n;
	ev->type = INPUT_KEY;
	ev->key = key;
	return EVENT;
}

static enum taken
give_text(struct input *in, struct input_event *ev, const void *text, size_t len, size_t n)
{
	in->pos += n;
	ev->type = INPUT_TEXT;
	ev->text = text;
	ev->len = len;
	return EVENT;
}

/* A key that a sequence named: a character without modifiers is text like any other. */
static enum taken
give_sequence_key(struct input *in, struct input_event *ev, struct input_key key, size_t n)
{
	if (key.sym >= INPUT_SYM_ENTER || key.mods != 0)
		return give_key(in, ev, key, n);
	return give_text(in, ev, in->small, text_put(in->small, key.sym), n);
}

static enum taken
give_reply(struct input *in, struct input_event *ev, const void *text, size_t len, size_t n)
{
	in->pos += n;
	ev->type = INPUT_REPLY;
	ev->text = text;
	ev->len = len;
	return EVENT;
}

static enum taken
take(struct input *in, size_t n)
{
	in->pos += n;
	return TAKEN;
}

/* --- mouse ----------------------------------------------------------------------------------------------------------------- */

/* Counts the presses of one button in one cell, each soon after the one before. */
static void
count_clicks(struct input *in, struct input_mouse *m)
{
	const struct input_mouse *last = &in->press;

	if (last->clicks > 0 && last->button == m->button && last->x == m->x && last->y == m->y &&
	    in->now_ms - in->press_ms <= INPUT_CLICK_MS)
		m->clicks = (uint8_t)(last->clicks % 3 + 1);
	else
		m->clicks = 1;
	in->press = *m;
	in->press_ms = in->now_ms;
}

/* A press, motion or release of a button. Motion and release without a press before are not told: tmux 3.3a swallows presses. */
static bool
mouse_button(struct input *in, struct input_mouse *m, unsigned button, bool motion, bool release)
{
	unsigned bit;

	if (button == 3 && !motion && in->held != 0) /* the X10 form does not tell which */
		button = in->held & 1 ? 0 : in->held & 2 ? 1 : 2;
	if (button > 2)
		return false;
	bit = 1u << button;
	m->button = (enum input_button)button;
	if (!motion && !release) {
		in->held |= bit;
		m->action = INPUT_PRESS;
		count_clicks(in, m);
		return true;
	}
	if (!(in->held & bit))
		return false;
	if (release) {
		in->held &= ~bit;
		m->action = INPUT_RELEASE;
		return true;
	}
	m->action = INPUT_MOTION;
	if (m->x != in->press.x || m->y != in->press.y)
		in->press.clicks = 0;
	return true;
}

/* One mouse report: b as xterm codes it, the cell from 1. Wheels 66 and 67 (sideways) and buttons beyond are nobody's. */
static enum taken
mouse(struct input *in, struct input_event *ev, const struct input_seq *seq)
{
	struct input_mouse m = {.x = (int)seq->param[1] - 1, .y = (int)seq->param[2] - 1};
	unsigned b = seq->param[0], button = b & 67;
	bool motion = b & 32, release = seq->final == 'm' || (button == 3 && !motion);

	m.x = m.x < 0 ? 0 : m.x;
	m.y = m.y < 0 ? 0 : m.y;
	m.mods = (uint8_t)((b & 4 ? INPUT_SHIFT : 0) | (b & 8 ? INPUT_ALT : 0) |
			   (b & 16 ? INPUT_CTRL : 0));
	if (b > 127)
		return take(in, seq->len);
	if (button == 64 || button == 65) {
		if (motion || release)
			return take(in, seq->len);
		m.action = button == 64 ? INPUT_WHEEL_UP : INPUT_WHEEL_DOWN;
	} else if (!mouse_button(in, &m, button, motion, release)) {
		return take(in, seq->len);
	}
	ev->type = INPUT_MOUSE;
	ev->mouse = m;
	take(in, seq->len);
	return EVENT;
}

/* --- sequences ------------------------------------------------------------------------------------------------------------- */

static enum taken
focus(struct input *in, struct input_event *ev, const struct input_seq *seq)
{
	bool gained = seq->final == 'I';

	if (!gained)
		in->held = 0;
	ev->type = gained ? INPUT_FOCUS_IN : INPUT_FOCUS_OUT;
	take(in, seq->len);
	return EVENT;
}

/* A whole control sequence. */
static enum taken
control_sequence(struct input *in, struct input_event *ev, const struct input_seq *seq)
{
	struct input_key key;

	switch (input_seq_kind(seq, &key)) {
	case INPUT_SEQ_KEY:
		return give_sequence_key(in, ev, key, seq->len);
	case INPUT_SEQ_MOUSE:
		return mouse(in, ev, seq);
	case INPUT_SEQ_FOCUS:
		return focus(in, ev, seq);
	case INPUT_SEQ_PASTE:
		in->mode = MODE_PASTE;
		paste_forget(in);
		return take(in, seq->len);
	case INPUT_SEQ_REPLY:
		return give_reply(in, ev, in->buf + in->pos, seq->len, seq->len);
	case INPUT_SEQ_NOTHING:
		break;
	}
	return take(in, seq->len);
}

/* ESC [ and ESC O: n bytes are there, `final` says that no more will come. */
static enum taken
sequence(struct input *in, struct input_event *ev, size_t n, bool final)
{
	const uint8_t *p = in->buf + in->pos;
	struct input_seq seq;

	switch (input_seq_parse(p, n, &seq)) {
	case INPUT_SEQ_WHOLE:
		return control_sequence(in, ev, &seq);
	case INPUT_SEQ_BROKEN:
		return take(in, seq.len);
	case INPUT_SEQ_ALT:
		return give_key(in, ev, (struct input_key){p[1], INPUT_ALT}, 2);
	case INPUT_SEQ_LONG:
		in->mode = MODE_SKIP;
		in->swallowed = 0;
		return take(in, seq.len);
	case INPUT_SEQ_SHORT:
		break;
	}
	if (!final)
		return WAIT;
	if (n == 2)
		return give_key(in, ev, (struct input_key){p[1], INPUT_ALT}, 2);
	return take(in, n);
}

/* ESC ESC: rxvt puts an ESC before the sequence of a key for Alt; anything else is the Escape key and then something. */
static enum taken
escape_escape(struct input *in, struct input_event *ev, size_t n, bool final)
{
	const uint8_t *p = in->buf + in->pos;
	struct input_seq seq;
	struct input_key key;
	bool more = n == 2;

	if (n > 2 && (p[2] == '[' || p[2] == 'O')) {
		enum input_seq_state s = input_seq_parse(p + 1, n - 1, &seq);

		if (s == INPUT_SEQ_WHOLE && input_seq_kind(&seq, &key) == INPUT_SEQ_KEY) {
			key.mods |= INPUT_ALT;
			return give_key(in, ev, key, seq.len + 1);
		}
		more = s == INPUT_SEQ_SHORT;
	}
	if (more && !final)
		return WAIT;
	return give_key(in, ev, (struct input_key){INPUT_SYM_ESC, 0}, 1);
}

static enum taken
escape(struct input *in, struct input_event *ev, size_t n, bool final)
{
	const uint8_t *p = in->buf + in->pos;
	struct input_key key = {INPUT_SYM_ESC, 0};
	int k;

	if (n == 1)
		return final ? give_key(in, ev, key, 1) : WAIT;
	switch (p[1]) {
	case ESC:
		return escape_escape(in, ev, n, final);
	case '[':
	case 'O':
		return sequence(in, ev, n, final);
	case ']':
	case 'P':
	case '_':
		if (n == 2 && !final)
			return WAIT;
		if (n == 2)
			break;
		in->mode = MODE_STRING;
		in->swallowed = 0;
		in->reply[0] = (char)p[1];
		in->reply_len = 1;
		return take(in, 2);
	default:
		break;
	}
	if (p[1] < 0x20 || p[1] == 0x7f) {
		key = input_seq_control(p[1]);
		key.mods |= INPUT_ALT;
		return give_key(in, ev, key, 2);
	}
	k = input_seq_utf8(p + 1, n - 1, &key.sym);
	if (k == 0 && !final)
		return WAIT;
	if (k > 0)
		key.mods = INPUT_ALT;
	else
		key.sym = INPUT_SYM_ESC;
	return give_key(in, ev, key, k > 0 ? (size_t)k + 1 : 1);
}

/* --- text ------------------------------------------------------------------------------------------------------------------ */

static enum taken
text(struct input *in, struct input_event *ev, size_t n, bool final)
{
	const uint8_t *p = in->buf + in->pos;
	uint32_t c;
	size_t i = 0;
	int k = 0;

	while (i < n) {
		if (p[i] < 0x80) {
			if (p[i] < 0x20 || p[i] == 0x7f)
				break;
			i++;
			continue;
		}
		k = input_seq_utf8(p + i, n - i, &c);
		if (k <= 0)
			break;
		i += (size_t)k;
	}
	if (i > 0)
		return give_text(in, ev, p, i, i);
	if (k == 0 && !final)
		return WAIT;
	return give_text(in, ev, UTF8_REPLACEMENT, 3, k == 0 ? n : (size_t)-k);
}

/* --- modes ----------------------------------------------------------------------------------------------------------------- */

/* Inside OSC, DCS or APC. CAN, SUB, or an ESC that begins something else, cancels it. */
static enum taken
string(struct input *in, struct input_event *ev, size_t n, bool final)
{
	const uint8_t *p = in->buf + in->pos;
	size_t i, room, most = INPUT_SWALLOW_MAX - in->swallowed;
	bool cut = false, ended = false;

	n = n < most ? n : most;
	for (i = 0; i < n && p[i] != ESC && p[i] != BEL && p[i] != CAN && p[i] != SUB; i++)
		;
	in->swallowed += i;
	room = sizeof(in->reply) - in->reply_len;
	room = room < i ? room : i;
	memcpy(in->reply + in->reply_len, p, room);
	in->reply_len += room;
	if (i == n) {
		cut = final || in->swallowed == INPUT_SWALLOW_MAX;
		if (!cut && n == 0)
			return WAIT;
	} else if (p[i] == ESC && i + 1 == n && !final) {
		take(in, i);
		return i > 0 ? TAKEN : WAIT;
	} else if (p[i] == ESC) {
		ended = i + 1 < n && p[i + 1] == '\\';
		cut = !ended;
		i += ended ? 2 : 0;
	} else {
		ended = p[i] == BEL;
		cut = !ended;
		i++;
	}
	take(in, i);
	if (cut || ended)
		in->mode = MODE_GROUND;
	return ended ? give_reply(in, ev, in->reply, in->reply_len, 0) : TAKEN;
}

/* The rest of a control sequence that is too long. */
static enum taken
skip(struct input *in, size_t n, bool final)
{
	const uint8_t *p = in->buf + in->pos;
	size_t i, most = INPUT_SKIP_MAX - in->swallowed;

	n = n < most ? n : most;
	for (i = 0; i < n && p[i] >= 0x20 && p[i] < 0x40; i++)
		;
	in->swallowed += i;
	if (i < n || final || in->swallowed == INPUT_SKIP_MAX)
		in->mode = MODE_GROUND;
	else if (n == 0)
		return WAIT;
	if (i < n && p[i] >= 0x40 && p[i] < 0x7f)
		i++;
	return take(in, i);
}

static void
paste_add(struct input *in, const uint8_t *p, size_t n)
{
	size_t room = INPUT_PASTE_MAX - in->paste_len;

	if (n > room) {
		n = room;
		in->paste_over = true;
	}
	if (n > in->paste_cap - in->paste_len) {
		in->paste_cap = in->paste_len + n + in->paste_cap;
		in->paste = xreallocarray(in->paste, in->paste_cap, 1);
	}
	if (n > 0)
		memcpy(in->paste + in->paste_len, p, n);
	in->paste_len += n;
}

static enum taken
paste(struct input *in, struct input_event *ev, size_t n, bool final)
{
	const uint8_t *p = in->buf + in->pos, *end = NULL;
	size_t body = n, keep;

	if (n >= PASTE_END_LEN)
		end = memmem(p, n, PASTE_END, PASTE_END_LEN);
	if (end != NULL) {
		body = (size_t)(end - p);
	} else if (!final) {
		/* The first bytes of the end may stand at the end of this read. */
		for (keep = n < PASTE_END_LEN - 1 ? n : PASTE_END_LEN - 1; keep > 0; keep--)
			if (memcmp(p + n - keep, PASTE_END, keep) == 0)
				break;
		body = n - keep;
	}
	paste_add(in, p, body);
	if (end == NULL && !final) {
		take(in, body);
		return body > 0 ? TAKEN : WAIT;
	}
	take(in, end != NULL ? body + PASTE_END_LEN : body);
	in->mode = MODE_GROUND;
	in->paste_given = true;
	ev->type = INPUT_PASTE;
	ev->text = in->paste != NULL ? in->paste : "";
	ev->len = in->paste_len;
	ev->truncated = in->paste_over || end == NULL;
	return EVENT;
}

static enum taken
step(struct input *in, struct input_event *ev, size_t n, bool final)
{
	uint8_t c;

	switch (in->mode) {
	case MODE_STRING:
		return string(in, ev, n, final);
	case MODE_SKIP:
		return skip(in, n, final);
	case MODE_PASTE:
		return paste(in, ev, n, final);
	case MODE_GROUND:
		break;
	}
	if (n == 0)
		return WAIT;
	c = in->buf[in->pos];
	if (c == ESC)
		return escape(in, ev, n, final);
	if (c < 0x20 || c == 0x7f)
		return give_key(in, ev, input_seq_control(c), 1);
	return text(in, ev, n, final);
}

bool
input_next(struct input *in, struct input_event *ev)
{
	if (in->paste_given)
		paste_forget(in);
	for (;;) {
		size_t limit = in->due ? in->commit : in->len;

		memset(ev, 0, sizeof(*ev));
		switch (step(in, ev, limit - in->pos, in->due)) {
		case EVENT:
			return true;
		case TAKEN:
			break;
		case WAIT:
			if (!in->due)
				return false;
			in->due = false;
			break;
		}
	}
}

bool
input_text_key(const char **text, size_t *len, struct input_key *key)
{
	uint32_t c = 0;
	int n;

	if (*len == 0)
		return false;
	n = input_seq_utf8((const uint8_t *)*text, *len, &c);
	if (n <= 0) {
		c = 0xfffd;
		n = n < 0 ? -n : (int)*len;
	}
	*text += n;
	*len -= (size_t)n;
	*key = (struct input_key){c, 0};
	return true;
}
