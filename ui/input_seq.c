/* input_seq.c - what the control sequences of xterm, rxvt, tmux, screen and the Linux console mean */
#include "config.h"

#include <string.h>

#include "src/text.h"
#include "src/util.h"
#include "ui/input_seq.h"

#define PARAM_MAX   9999999u
#define SS3_MAX	    16
#define PRIVATE_MIN 0xe000u /* the kitty protocol names the keys of its own here */
#define PRIVATE_MAX 0xf8ffu

/* Keys by the number before '~' (xterm, rxvt, the Linux console) */
static const struct {
	uint16_t number;
	struct input_key key;
} tilde_keys[] = {
	{1, {INPUT_SYM_HOME, 0}},	   {2, {INPUT_SYM_INS, 0}},
	{3, {INPUT_SYM_DEL, 0}},	   {4, {INPUT_SYM_END, 0}},
	{5, {INPUT_SYM_PGUP, 0}},	   {6, {INPUT_SYM_PGDN, 0}},
	{7, {INPUT_SYM_HOME, 0}},	   {8, {INPUT_SYM_END, 0}},
	{11, {INPUT_SYM_F1, 0}},	   {12, {INPUT_SYM_F2, 0}},
	{13, {INPUT_SYM_F3, 0}},	   {14, {INPUT_SYM_F4, 0}},
	{15, {INPUT_SYM_F5, 0}},	   {17, {INPUT_SYM_F6, 0}},
	{18, {INPUT_SYM_F7, 0}},	   {19, {INPUT_SYM_F8, 0}},
	{20, {INPUT_SYM_F9, 0}},	   {21, {INPUT_SYM_F10, 0}},
	{23, {INPUT_SYM_F11, 0}},	   {24, {INPUT_SYM_F12, 0}},
	{25, {INPUT_SYM_F1, INPUT_SHIFT}}, {26, {INPUT_SYM_F2, INPUT_SHIFT}},
	{28, {INPUT_SYM_F3, INPUT_SHIFT}}, {29, {INPUT_SYM_F4, INPUT_SHIFT}},
	{31, {INPUT_SYM_F5, INPUT_SHIFT}}, {32, {INPUT_SYM_F6, INPUT_SHIFT}},
	{33, {INPUT_SYM_F7, INPUT_SHIFT}}, {34, {INPUT_SYM_F8, INPUT_SHIFT}},
};

/* Keys by their last letter, after ESC [ or ESC O. */
static const struct {
	char intro, final;
	struct input_key key;
} letter_keys[] = {
	{0, 'A', {INPUT_SYM_UP, 0}},
	{0, 'B', {INPUT_SYM_DOWN, 0}},
	{0, 'C', {INPUT_SYM_RIGHT, 0}},
	{0, 'D', {INPUT_SYM_LEFT, 0}},
	{0, 'F', {INPUT_SYM_END, 0}},
	{0, 'H', {INPUT_SYM_HOME, 0}},
	{0, 'P', {INPUT_SYM_F1, 0}},
	{0, 'Q', {INPUT_SYM_F2, 0}},
	{0, 'R', {INPUT_SYM_F3, 0}},
	{0, 'S', {INPUT_SYM_F4, 0}},
	{'[', 'Z', {INPUT_SYM_TAB, INPUT_SHIFT}},
	/* rxvt: Shift and Ctrl with an arrow */
	{'[', 'a', {INPUT_SYM_UP, INPUT_SHIFT}},
	{'[', 'b', {INPUT_SYM_DOWN, INPUT_SHIFT}},
	{'[', 'c', {INPUT_SYM_RIGHT, INPUT_SHIFT}},
	{'[', 'd', {INPUT_SYM_LEFT, INPUT_SHIFT}},
	{'O', 'a', {INPUT_SYM_UP, INPUT_CTRL}},
	{'O', 'b', {INPUT_SYM_DOWN, INPUT_CTRL}},
	{'O', 'c', {INPUT_SYM_RIGHT, INPUT_CTRL}},
	{'O', 'd', {INPUT_SYM_LEFT, INPUT_CTRL}},
	/* the keypad in its application mode */
	{'O', 'I', {INPUT_SYM_TAB, 0}},
	{'O', 'M', {INPUT_SYM_ENTER, 0}},
	{'O', 'X', {'=', 0}},
	{'O', 'j', {'*', 0}},
	{'O', 'k', {'+', 0}},
	{'O', 'l', {',', 0}},
	{'O', 'm', {'-', 0}},
	{'O', 'n', {'.', 0}},
	{'O', 'o', {'/', 0}},
	{'O', 'p', {'0', 0}},
	{'O', 'q', {'1', 0}},
	{'O', 'r', {'2', 0}},
	{'O', 's', {'3', 0}},
	{'O', 't', {'4', 0}},
	{'O', 'u', {'5', 0}},
	{'O', 'v', {'6', 0}},
	{'O', 'w', {'7', 0}},
	{'O', 'x', {'8', 0}},
	{'O', 'y', {'9', 0}},
};

/* --- taking apart ---------------------------------------------------------------------------------------------------------- */

/* One more parameter byte. */
static void
param_byte(struct input_seq *seq, uint8_t c, bool *in_sub)
{
	uint32_t *value;

	if (c == ';' || seq->params == 0) {
		seq->params++;
		*in_sub = false;
	}
	if (c == ':' && !*in_sub) {
		*in_sub = true;
		return;
	}
	if (c < '0' || c > '9' || seq->params > INPUT_SEQ_PARAMS)
		return;
	value = *in_sub ? &seq->sub[seq->params - 1] : &seq->param[seq->params - 1];
	*value = *value * 10 + (uint32_t)(c - '0');
	if (*value > PARAM_MAX)
		*value = PARAM_MAX;
}

/* The X10 mouse report ESC [ M b x y. The bytes are 32 more than what they tell; a release has no final of its own. */
static enum input_seq_state
parse_x10(const uint8_t *p, size_t n, struct input_seq *seq)
{
	if (n < 6)
		return INPUT_SEQ_SHORT;
	seq->len = 6;
	seq->params = 3;
	for (size_t i = 0; i < 3; i++)
		seq->param[i] = p[3 + i] >= 32 ? p[3 + i] - 32u : 0;
	seq->final = 'M';
	return INPUT_SEQ_WHOLE;
}

static enum input_seq_state
parse_csi(const uint8_t *p, size_t n, struct input_seq *seq)
{
	bool in_sub = false;
	size_t i = 2;

	if (n > 2 && p[2] == 'M')
		return parse_x10(p, n, seq);
	if (n > 2 && ((p[2] >= '<' && p[2] <= '?') || p[2] == '['))
		seq->prefix = (char)p[i++];
	for (; i < n && i < INPUT_SEQ_MAX; i++) {
		seq->len = i + 1;
		seq->final = (char)p[i];
		if (p[i] >= 0x40 && p[i] <= 0x7e) {
			/* rxvt's own mouse report adds 32 to the button, as X10 does. */
			if (p[i] == 'M' && seq->prefix == 0)
				seq->param[0] -= seq->param[0] < 32 ? seq->param[0] : 32;
			return INPUT_SEQ_WHOLE;
		}
		/* rxvt ends the sequence of a key with Shift in '$', which is a final byte nowhere else. */
		if (p[i] == '$' && seq->prefix == 0 && seq->params == 1)
			return INPUT_SEQ_WHOLE;
		if (p[i] < 0x20 || p[i] > 0x7e) {
			seq->len = i;
			return INPUT_SEQ_BROKEN;
		}
		if (p[i] < 0x30)
			seq->between = (char)p[i];
		else
			param_byte(seq, p[i], &in_sub);
	}
	seq->len = i;
	return i == INPUT_SEQ_MAX ? INPUT_SEQ_LONG : INPUT_SEQ_SHORT;
}

/* ESC O, perhaps a modifier as in ESC O 5 P, and a letter. Anything else was Alt-O. */
static enum input_seq_state
parse_ss3(const uint8_t *p, size_t n, struct input_seq *seq)
{
	bool in_sub = false;

	for (size_t i = 2; i < n && i < SS3_MAX; i++) {
		seq->len = i + 1;
		seq->final = (char)p[i];
		if ((p[i] >= '0' && p[i] <= '9') || p[i] == ';') {
			param_byte(seq, p[i], &in_sub);
			continue;
		}
		for (size_t k = 0; k < NELEM(letter_keys); k++)
			if (letter_keys[k].final == (char)p[i] && letter_keys[k].intro != '[')
				return INPUT_SEQ_WHOLE;
		return INPUT_SEQ_ALT;
	}
	return n < SS3_MAX ? INPUT_SEQ_SHORT : INPUT_SEQ_ALT;
}

enum input_seq_state
input_seq_parse(const uint8_t *p, size_t n, struct input_seq *seq)
{
	memset(seq, 0, sizeof(*seq));
	seq->len = n;
	seq->intro = (char)p[1];
	return p[1] == 'O' ? parse_ss3(p, n, seq) : parse_csi(p, n, seq);
}

/* --- meaning --------------------------------------------------------------------------------------------------------------- */

struct input_key
input_seq_control(uint8_t c)
{
	switch (c) {
	case '\r':
	case '\n':
		return (struct input_key){INPUT_SYM_ENTER, 0};
	case '\t':
		return (struct input_key){INPUT_SYM_TAB, 0};
	case '\b':
	case 0x7f:
		return (struct input_key){INPUT_SYM_BACKSPACE, 0};
	case 0x1b:
		return (struct input_key){INPUT_SYM_ESC, 0};
	default:
		break;
	}
	return (struct input_key){c >= 1 && c <= 26 ? c + 0x60u : c + 0x40u, INPUT_CTRL};
}

/* xterm's modifier parameter: 1 and the bits Shift, Alt, Ctrl, Meta; Meta is Alt to us, and locks are nobody's. */
static uint8_t
modifiers(uint32_t param)
{
	uint32_t m = param > 1 ? param - 1 : 0;

	return (uint8_t)((m & 7) | (m & 8 ? INPUT_ALT : 0));
}

/* A key told by its character and modifiers (CSI u, modifyOtherKeys), as it would have come without these protocols. `shifted` is
 * the character it has with Shift, or 0. */
static enum input_seq_kind
character_key(uint32_t c, uint32_t shifted, uint8_t mods, struct input_key *key)
{
	struct input_key k;

	if (c < 0x20 || c == 0x7f) {
		k = input_seq_control((uint8_t)c);
		k.mods |= mods;
		*key = k;
		return INPUT_SEQ_KEY;
	}
	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) || (c >= 0x80 && c < 0xa0) ||
	    (c >= PRIVATE_MIN && c <= PRIVATE_MAX))
		return INPUT_SEQ_NOTHING;
	if (mods & INPUT_SHIFT && shifted > 0x20 && shifted < 0x7f) {
		c = shifted;
		mods &= (uint8_t)~INPUT_SHIFT;
	}
	if (mods & INPUT_CTRL) {
		if (c == ' ')
			c = '@';
		else if (c == '/' || c == '-')
			c = '_';
		if (c >= 'A' && c <= 'Z')
			c += 0x20;
		else if (c < 'a' || c > 'z')
			mods &= (uint8_t)~INPUT_SHIFT;
		if (strchr("ijmh[", (int)c) != NULL && c < 0x80) {
			k = input_seq_control(c & 0x1f);
			k.mods |= mods & (uint8_t)~INPUT_CTRL;
			*key = k;
			return INPUT_SEQ_KEY;
		}
	} else if (mods & INPUT_SHIFT) {
		if (c >= 'a' && c <= 'z')
			c -= 0x20;
		mods &= (uint8_t)~INPUT_SHIFT;
	}
	*key = (struct input_key){c, mods};
	return INPUT_SEQ_KEY;
}

/* CSI n ~ and rxvt's variants of it, CSI n $ (Shift), CSI n ^ (Ctrl), CSI n @ (both). */
static enum input_seq_kind
tilde_key(const struct input_seq *seq, struct input_key *key)
{
	uint8_t mods = modifiers(seq->param[1]);

	if (seq->final != '~')
		mods |= seq->final == '$'   ? INPUT_SHIFT
			: seq->final == '^' ? INPUT_CTRL
					    : INPUT_CTRL | INPUT_SHIFT;
	if (seq->param[0] == 27 && seq->params == 3 && seq->final == '~')
		return character_key(seq->param[2], 0, mods, key);
	for (size_t i = 0; i < NELEM(tilde_keys); i++) {
		if (tilde_keys[i].number != seq->param[0])
			continue;
		*key = tilde_keys[i].key;
		key->mods |= mods;
		return INPUT_SEQ_KEY;
	}
	return INPUT_SEQ_REPLY;
}

/* CSI A, CSI 1;5A, ESC O A, ESC O 5 A. */
static enum input_seq_kind
letter_key(const struct input_seq *seq, struct input_key *key)
{
	uint8_t mods = modifiers(seq->params > 1 ? seq->param[1] : seq->param[0]);

	/* CSI row;column R is where the cursor stands; only F3 with a modifier begins with 1. */
	if (seq->params > 2 || (seq->params == 2 && seq->param[0] != 1))
		return INPUT_SEQ_REPLY;
	for (size_t i = 0; i < NELEM(letter_keys); i++) {
		if (letter_keys[i].final != seq->final ||
		    (letter_keys[i].intro != 0 && letter_keys[i].intro != seq->intro))
			continue;
		*key = letter_keys[i].key;
		key->mods |= mods;
		if (key->sym < INPUT_SYM_ENTER)
			return character_key(key->sym, 0, key->mods, key);
		return INPUT_SEQ_KEY;
	}
	return INPUT_SEQ_REPLY;
}

enum input_seq_kind
input_seq_kind(const struct input_seq *seq, struct input_key *key)
{
	if (seq->prefix == '[' && seq->params == 0 && seq->final >= 'A' && seq->final <= 'E') {
		*key = (struct input_key){INPUT_SYM_F1 + (uint32_t)(seq->final - 'A'), 0};
		return INPUT_SEQ_KEY;
	}
	if (seq->prefix == '<' && seq->params == 3 && (seq->final == 'M' || seq->final == 'm'))
		return INPUT_SEQ_MOUSE;
	if (seq->prefix != 0 || seq->between != 0)
		return INPUT_SEQ_REPLY;
	/* A key let go, in the kitty protocol. */
	if (seq->params >= 2 && seq->sub[1] == 3)
		return INPUT_SEQ_NOTHING;
	switch (seq->final) {
	case 'M':
		if (seq->intro == '[')
			return seq->params == 3 ? INPUT_SEQ_MOUSE : INPUT_SEQ_REPLY;
		break;
	case 'I':
	case 'O':
		if (seq->intro == '[')
			return seq->params == 0 ? INPUT_SEQ_FOCUS : INPUT_SEQ_REPLY;
		break;
	case 'u':
		if (seq->intro == '[' && seq->params > 0)
			return character_key(seq->param[0], seq->sub[0], modifiers(seq->param[1]),
					     key);
		break;
	case '~':
		if (seq->params == 1 && seq->param[0] == 200)
			return INPUT_SEQ_PASTE;
		if (seq->params == 1 && seq->param[0] == 201)
			return INPUT_SEQ_NOTHING;
		return tilde_key(seq, key);
	case '$':
	case '^':
	case '@':
		return seq->params == 1 ? tilde_key(seq, key) : INPUT_SEQ_REPLY;
	default:
		break;
	}
	return letter_key(seq, key);
}

int
input_seq_utf8(const uint8_t *p, size_t n, uint32_t *cp)
{
	size_t want = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4, k;
	char padded[4];
	uint32_t c;

	k = text_next((const char *)p, n, &c);
	if (c >= 0x80 && c < 0xa0)
		return -(int)k;
	if (c != TEXT_INVALID) {
		*cp = c;
		return (int)k;
	}
	if (n >= want || p[0] < 0xc0)
		return -1;
	/* The rest is missing: could it become a character? The limits of the second byte are met by one of these fillings. */
	for (int fill = 0x80; fill <= 0xbf; fill += 0x3f) {
		memset(padded, fill, sizeof(padded));
		memcpy(padded, p, n);
		text_next(padded, want, &c);
		if (c != TEXT_INVALID)
			return 0;
	}
	return -1;
}
