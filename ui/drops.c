/* drops.c - kitty's drag and drop protocol, as far as taking names of dropped files needs it. */
#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/util.h"
#include "ui/drops.h"

#define WANTED "text/uri-list"

enum phase { IDLE, OVER, ASKED };

struct drops {
	bool known;
	enum phase phase;
	bool fits; /* what is dragged has names of files */
	int y, x;
	int index; /* of the names among what was dropped, from 1 */
	char *bytes;
	size_t len, room;
	unsigned bits, nbits; /* of base64 that is not a whole byte yet */
	bool failed;
};

/* One escape code taken apart. */
struct code {
	char type;
	long x, y, more;
	const char *payload;
	size_t len;
};

struct drops *
drops_new(void)
{
	return xcalloc(1, sizeof(struct drops));
}

static void
forget(struct drops *d)
{
	free(d->bytes);
	d->bytes = NULL;
	d->len = d->room = 0;
	d->bits = d->nbits = 0;
	d->failed = d->fits = false;
	d->phase = IDLE;
}

void
drops_reset(struct drops *d)
{
	forget(d);
	d->known = false;
}

void
drops_free(struct drops *d)
{
	if (d == NULL)
		return;
	free(d->bytes);
	free(d);
}

bool
drops_known(const struct drops *d)
{
	return d->known;
}

/* ---- reading ---------------------------------------------------------------------------------------------------------- */

/* A decimal number; what is none, or too large, is -1. */
static long
number(const char *s, size_t len)
{
	bool minus = len > 0 && s[0] == '-';
	long n = 0;

	for (size_t i = minus; i < len; i++) {
		if (s[i] < '0' || s[i] > '9' || n > INT_MAX / 10 - 1)
			return -1;
		n = n * 10 + (s[i] - '0');
	}
	return minus ? -n : n;
}

/* "]72;key=value:key=value;payload". False if it is none of ours. */
static bool
take_apart(const char *text, size_t len, struct code *c)
{
	const char *end = text + len, *at = text + 4, *semi;

	*c = (struct code){.type = 'a', .payload = "", .x = 0};
	if (len < 4 || memcmp(text, "]72;", 4) != 0)
		return false;
	semi = memchr(at, ';', (size_t)(end - at));
	if (semi != NULL) {
		c->payload = semi + 1;
		c->len = (size_t)(end - semi - 1);
		end = semi;
	}
	while (at < end) {
		const char *colon = memchr(at, ':', (size_t)(end - at));
		size_t n = (size_t)((colon != NULL ? colon : end) - at);

		if (n >= 3 && at[1] == '=' && at[0] == 't')
			c->type = at[2];
		else if (n >= 3 && at[1] == '=' && at[0] == 'x')
			c->x = number(at + 2, n - 2);
		else if (n >= 3 && at[1] == '=' && at[0] == 'y')
			c->y = number(at + 2, n - 2);
		else if (n >= 3 && at[1] == '=' && at[0] == 'm')
			c->more = number(at + 2, n - 2);
		at += n + 1;
	}
	return true;
}

/* Which of the kinds is the wanted one, from 1; 0 for none. */
static int
find_wanted(const char *list, size_t len)
{
	int index = 1;

	for (size_t at = 0, n; at < len; at += n + 1) {
		const char *space = memchr(list + at, ' ', len - at);

		n = space != NULL ? (size_t)(space - list) - at : len - at;
		if (n == strlen(WANTED) && memcmp(list + at, WANTED, n) == 0)
			return index;
		index += n > 0 && index < INT_MAX;
	}
	return 0;
}

/* Adds what a piece of base64 says; false for what is none, or too much. */
static bool
decode(struct drops *d, const char *s, size_t len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	if (d->len + len > DROPS_MAX)
		return false;
	if (d->len + len > d->room) {
		d->room = (d->len + len) * 2;
		d->bytes = xreallocarray(d->bytes, d->room, 1);
	}
	for (size_t i = 0; i < len; i++) {
		const char *at = s[i] != '\0' ? strchr(digits, s[i]) : NULL;

		if (s[i] == '=') {
			d->nbits = 0;
			continue;
		}
		if (at == NULL)
			return false;
		d->bits = (d->bits << 6 | (unsigned)(at - digits)) & 0xffffff;
		d->nbits += 6;
		if (d->nbits >= 8) {
			d->nbits -= 8;
			d->bytes[d->len++] = (char)(d->bits >> d->nbits & 0xff);
		}
	}
	return true;
}

/* ---- what is answered ------------------------------------------------------------------------------------------------- */

/* Dragged over a cell, or away. What there is to drop is told first only, and when it changes. */
static void
over(struct drops *d, const struct code *c, struct drops_event *ev)
{
	bool told = c->len > 0, before = d->fits;

	if (c->x < 0 || c->y < 0) {
		ev->what = d->phase == OVER && d->fits ? DROPS_LEFT : DROPS_NOTHING;
		forget(d);
		return;
	}
	if (d->phase != OVER)
		forget(d);
	if (told)
		d->fits = find_wanted(c->payload, c->len) != 0;
	if (told || d->phase != OVER)
		snprintf(ev->out, sizeof(ev->out),
			 d->fits ? "\033]72;t=m:o=1;" WANTED "\033\\" : "\033]72;t=m:o=0\033\\");
	d->phase = OVER;
	d->y = (int)c->y;
	d->x = (int)c->x;
	ev->what = d->fits ? DROPS_OVER : before ? DROPS_LEFT : DROPS_NOTHING;
}

static void
dropped(struct drops *d, const struct code *c, struct drops_event *ev)
{
	int index = find_wanted(c->payload, c->len);

	forget(d);
	if (index == 0 || c->x < 0 || c->y < 0) {
		ev->what = DROPS_LEFT;
		snprintf(ev->out, sizeof(ev->out), "\033]72;t=r:o=0\033\\");
		return;
	}
	d->phase = ASKED;
	d->index = index;
	d->y = (int)c->y;
	d->x = (int)c->x;
	ev->what = DROPS_LEFT;
	snprintf(ev->out, sizeof(ev->out), "\033]72;t=r:x=%d\033\\", index);
}

/* A piece of the names; an empty one that has no other behind it is the end. */
static void
piece(struct drops *d, const struct code *c, struct drops_event *ev)
{
	if (d->phase != ASKED)
		return;
	if (c->len > 0) {
		d->failed |= !decode(d, c->payload, c->len);
		return;
	}
	if (c->more == 1)
		return;
	ev->what = d->failed || d->len == 0 ? DROPS_FAILED : DROPS_FILES;
	ev->text = d->bytes != NULL ? d->bytes : "";
	ev->len = d->len;
	d->phase = IDLE;
	snprintf(ev->out, sizeof(ev->out), "\033]72;t=r:o=%d\033\\", ev->what == DROPS_FILES);
}

void
drops_reply(struct drops *d, const char *text, size_t len, struct drops_event *ev)
{
	struct code c;

	*ev = (struct drops_event){.what = DROPS_NOT_OURS, .text = ""};
	if (!take_apart(text, len, &c))
		return;
	ev->what = DROPS_NOTHING;
	if (c.type == 'q') {
		if (!d->known)
			snprintf(ev->out, sizeof(ev->out), "\033]72;t=a;" WANTED "\033\\");
		d->known = true;
	} else if (!d->known) {
		/* Nobody was asked. */
		return;
	} else if (c.type == 'm') {
		over(d, &c, ev);
	} else if (c.type == 'M') {
		dropped(d, &c, ev);
	} else if (c.type == 'r' || c.type == 'a') {
		/* Pieces after the first may leave their type out. */
		piece(d, &c, ev);
	} else if (c.type == 'R' && d->phase == ASKED) {
		ev->what = DROPS_FAILED;
		forget(d);
		snprintf(ev->out, sizeof(ev->out), "\033]72;t=r:o=0\033\\");
	}
	ev->y = d->y;
	ev->x = d->x;
}
