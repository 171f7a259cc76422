/* input.c - fuzz target: bytes from a terminal. Whatever comes, text is clean, nothing stays behind, and the events are the same
 * however the bytes are cut into reads. */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/text.h"
#include "src/util.h"
#include "ui/input.h"
#include "ui/keys.h"

#define INPUT_MAX 16384

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool cond)
{
	if (!cond)
		abort();
}

/* The events as bytes, runs of text joined. */
struct log {
	char *bytes;
	size_t len, cap;
	bool in_text;
};

static void
put(struct log *l, const void *p, size_t n)
{
	if (n > l->cap - l->len) {
		l->cap = 2 * l->cap + n + 256;
		l->bytes = xreallocarray(l->bytes, l->cap, 1);
	}
	if (n > 0)
		memcpy(l->bytes + l->len, p, n);
	l->len += n;
}

static void
check_key(struct input_key key)
{
	char name[KEYS_NAME_MAX];
	struct input_key again = {0, 0};

	must(key.sym <= INPUT_SYM_F12 && key.mods <= 7);
	must(key.sym >= INPUT_SYM_ENTER || key.mods != 0);
	keys_format(key, name, sizeof(name));
	/* Control characters that have no caret form are no key names. */
	if (keys_parse(name, &again))
		must(again.sym == key.sym && again.mods == key.mods);
	for (unsigned bit = 0; bit < KEYS_CONTEXTS; bit++)
		must(keys_lookup(1u << bit, key) < REQ_COUNT);
}

static void
check_text(const char *s, size_t n)
{
	struct input_key key;
	uint32_t c;

	must(n > 0);
	for (size_t i = 0; i < n;) {
		i += text_next(s + i, n - i, &c);
		must(c != TEXT_INVALID && c >= 0x20 && !(c >= 0x7f && c < 0xa0));
	}
	while (input_text_key(&s, &n, &key))
		must(key.mods == 0);
}

static void
drain(struct input *in, struct log *l)
{
	struct input_event ev;

	while (input_next(in, &ev)) {
		if (ev.type != INPUT_TEXT || !l->in_text)
			put(l, &(char){(char)ev.type}, 1);
		l->in_text = ev.type == INPUT_TEXT;
		switch (ev.type) {
		case INPUT_KEY:
			check_key(ev.key);
			put(l, &ev.key.sym, sizeof(ev.key.sym));
			put(l, &ev.key.mods, sizeof(ev.key.mods));
			break;
		case INPUT_TEXT:
			check_text(ev.text, ev.len);
			put(l, ev.text, ev.len);
			break;
		case INPUT_PASTE:
			must(ev.len <= INPUT_PASTE_MAX);
			put(l, ev.text, ev.len);
			break;
		case INPUT_REPLY:
			must(ev.len <= INPUT_REPLY_MAX);
			put(l, ev.text, ev.len);
			break;
		case INPUT_MOUSE:
			must(ev.mouse.x >= 0 && ev.mouse.y >= 0 && ev.mouse.clicks <= 3);
			must((ev.mouse.action == INPUT_PRESS) == (ev.mouse.clicks > 0));
			put(l, &ev.mouse, sizeof(ev.mouse));
			break;
		case INPUT_FOCUS_IN:
		case INPUT_FOCUS_OUT:
			break;
		}
	}
}

/* The events of the bytes, in reads of 1 to most bytes. */
static struct log
events(const uint8_t *data, size_t len, size_t most)
{
	struct input *in = input_new();
	struct log l = {0};

	for (size_t i = 0, n; i < len; i += n) {
		uint8_t *exact;

		n = 1 + (i * 7 + most) % most;
		n = n < len - i ? n : len - i;
		exact = xmemdup(data + i, n);
		input_feed(in, exact, n, 0);
		free(exact);
		drain(in, &l);
	}
	/* Only what is unfinished waits, and not for ever. */
	must(input_timeout_ms(in, 0) <= INPUT_PASTE_MS);
	input_tick(in, INPUT_PASTE_MS);
	drain(in, &l);
	must(input_timeout_ms(in, INPUT_PASTE_MS) == -1);
	input_feed(in, "x", 1, INPUT_PASTE_MS);
	drain(in, &l);
	must(l.bytes[l.len - 1] == 'x');
	input_free(in);
	return l;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct log whole, cut;

	if (len < 1 || len > INPUT_MAX)
		return 0;
	/* The first byte says how the rest is cut. */
	whole = events(data + 1, len - 1, INPUT_MAX);
	cut = events(data + 1, len - 1, 1 + data[0] % 32);
	must(whole.len == cut.len && memcmp(whole.bytes, cut.bytes, whole.len) == 0);
	free(whole.bytes);
	free(cut.bytes);
	return 0;
}
