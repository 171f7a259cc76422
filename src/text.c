/* text.c - UTF-8, cell width, and the one sanitiser for text that others supplied. */
#include "config.h"

#include <inttypes.h>
#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "src/text.h"
#include "src/util.h"

/* Tables of these rise. */
struct range {
	uint32_t from, to;
};

/* What deceives or disturbs when it reaches a terminal. Most of it has no width of its own, so that
 * a reader does not see it; some reorders its neighbours; some terminals and ncurses disagree about
 * its width. */
static const struct range hostile[] = {
	{0x0000, 0x001f},   /* C0 */
	{0x007f, 0x009f},   /* DEL, C1 */
	{0x00ad, 0x00ad},   /* soft hyphen: some terminals give it a cell */
	{0x034f, 0x034f},   /* combining grapheme joiner */
	{0x061c, 0x061c},   /* Arabic letter mark */
	{0x115f, 0x1160},   /* Hangul fillers */
	{0x17b4, 0x17b5},   /* Khmer inherent vowels */
	{0x180e, 0x180e},   /* Mongolian vowel separator */
	{0x200b, 0x200f},   /* zero width space and joiners, left-to-right and right-to-left mark */
	{0x2028, 0x202e},   /* line and paragraph separator, embeddings and overrides */
	{0x2060, 0x206f},   /* word joiner, invisible operators, isolates, deprecated controls */
	{0x3164, 0x3164},   /* Hangul filler */
	{0xfeff, 0xfeff},   /* byte order mark */
	{0xffa0, 0xffa0},   /* half-width Hangul filler */
	{0xfff0, 0xfffb},   /* interlinear annotation */
	{0x13430, 0x13438}, /* Egyptian joiners */
	{0x1bca0, 0x1bca3}, /* shorthand format controls */
	{0x1d173, 0x1d17a}, /* musical format controls */
	{0xe0000, 0xe00ff}, /* tags */
	{0xe01f0, 0xe0fff}, /* reserved for more of the kind */
};

static const struct range selectors[] = {
	{0x180b, 0x180d},
	{0x180f, 0x180f},
	{0xfe00, 0xfe0f},
	{0xe0100, 0xe01ef},
};

static const struct range private_use[] = {
	{0xe000, 0xf8ff},
	{0xf0000, 0xfffff},
	{0x100000, 0x10ffff},
};

/* What may stand beside a joiner in an emoji. */
static const struct range pictographs[] = {
	{0x203c, 0x203c},   {0x2049, 0x2049},	{0x2100, 0x2bff},
	{0x3030, 0x3030},   {0x303d, 0x303d},	{0x3297, 0x3299},
	{0x1f000, 0x1f1e5}, {0x1f200, 0x1f3fa}, {0x1f400, 0x1faff},
};

/* Scripts that are spelt with joiners: Arabic and its neighbours, the Indic ones, Mongolian. */
static const struct range joining[] = {
	{0x0600, 0x08ff}, {0x0900, 0x0dff}, {0x1000, 0x109f}, {0x1780, 0x18af},
	{0xa840, 0xa87f}, {0xfb50, 0xfdff}, {0xfe70, 0xfefe},
};

#define ZWNJ   0x200cu
#define ZWJ    0x200du
#define KEYCAP 0x20e3u
#define FLAG   0x1f3f4u

static bool
in(uint32_t cp, const struct range *r, size_t n)
{
	for (size_t i = 0; i < n && cp >= r[i].from; i++)
		if (cp <= r[i].to)
			return true;
	return false;
}

#define IN(cp, table) in((cp), (table), NELEM(table))

/* ---- UTF-8 ---- */

size_t
text_next(const char *s, size_t len, uint32_t *cp)
{
	const uint8_t *p = (const uint8_t *)s;
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t n;
	uint32_t c;

	if (len == 0)
		return 0;
	*cp = c = p[0];
	if (c < 0x80)
		return 1;
	*cp = TEXT_INVALID;
	if (c < 0xc2 || c > 0xf4)
		return 1;
	n = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	if (len < n)
		return 1;
	c &= 0xffu >> (n + 1);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 1;
		c = c << 6 | (p[i] & 0x3fu);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 1;
	*cp = c;
	return n;
}

size_t
text_prev(const char *s, size_t pos)
{
	uint32_t cp;

	for (size_t n = 2; n <= 4 && n <= pos; n++)
		if (text_next(s + pos - n, n, &cp) == n)
			return pos - n;
	return pos > 0 ? pos - 1 : 0;
}

size_t
text_put(char *out, uint32_t cp)
{
	if (cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		cp = 0xfffd;
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		out[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	out[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

bool
text_valid_utf8(const char *s, size_t len)
{
	uint32_t cp;

	for (size_t i = 0; i < len;) {
		i += text_next(s + i, len - i, &cp);
		if (cp == TEXT_INVALID)
			return false;
	}
	return true;
}

size_t
text_truncate_utf8(const char *s, size_t len, size_t max)
{
	uint32_t cp;

	if (len <= max)
		return len;
	/* A character that begins up to three bytes before the cut and ends behind it moves the
	 * cut. */
	for (size_t back = 1; back <= 3 && back <= max; back++)
		if (text_next(s + max - back, len - max + back, &cp) > back)
			return max - back;
	return max;
}

/* ---- Characters ---- */

static pthread_once_t locale_once = PTHREAD_ONCE_INIT;
static locale_t utf8_locale;

static void
locale_init(void)
{
	static const char *const names[] = {"C.UTF-8", "C.utf8", "en_US.UTF-8"};

	for (size_t i = 0; i < NELEM(names) && utf8_locale == (locale_t)0; i++)
		utf8_locale = newlocale(LC_CTYPE_MASK, names[i], (locale_t)0);
}

int
text_width(uint32_t cp)
{
	locale_t old;
	int w;

	if (cp < 0x80)
		return cp >= 0x20 && cp < 0x7f ? 1 : cp == 0 ? 0 : -1;
	if (cp > 0x10ffff)
		return -1;
	/* wcwidth() has no form that takes a locale; the thread's own is lent for the moment. */
	pthread_once(&locale_once, locale_init);
	if (utf8_locale == (locale_t)0)
		return wcwidth((wchar_t)cp);
	old = uselocale(utf8_locale);
	w = wcwidth((wchar_t)cp);
	uselocale(old);
	return w;
}

bool
text_is_hostile(uint32_t cp)
{
	return IN(cp, hostile);
}

bool
text_is_bidi(uint32_t cp)
{
	return cp == 0x061c || cp == 0x200e || cp == 0x200f || (cp >= 0x202a && cp <= 0x202e) ||
	       (cp >= 0x2066 && cp <= 0x2069);
}

bool
text_is_invisible(uint32_t cp)
{
	return IN(cp, hostile) || IN(cp, selectors);
}

uint32_t
text_fold_char(uint32_t cp)
{
	if (cp < 0x80)
		return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
	if (cp > 0x10ffff)
		return cp;
	if (cp == 0x00a0 || (cp >= 0x2000 && cp <= 0x200a) || cp == 0x202f || cp == 0x205f ||
	    cp == 0x3000)
		return ' ';
	pthread_once(&locale_once, locale_init);
	if (utf8_locale == (locale_t)0)
		return (uint32_t)towlower(towupper((wint_t)cp));
	/* By way of the capital, so that letters with two small forms (σ and ς) meet. */
	return (uint32_t)towlower_l(towupper_l((wint_t)cp, utf8_locale), utf8_locale);
}

bool
text_has_hostile(const char *s, size_t len)
{
	struct text_iter it;
	struct text_cell cell;

	text_iter_init(&it, s, len, TEXT_ONE_LINE);
	while (text_cell_next(&it, &cell))
		if (cell.odd)
			return true;
	return false;
}

/* ---- The shown form ---- */

void
text_iter_init(struct text_iter *it, const char *s, size_t len, unsigned flags)
{
	*it = (struct text_iter){.s = s, .len = len, .flags = flags};
}

/* The next character after at, without consuming it; TEXT_INVALID if there is none. */
static uint32_t
peek(const struct text_iter *it, size_t at, size_t *n)
{
	uint32_t cp = TEXT_INVALID;

	*n = text_next(it->s + at, it->len - at, &cp);
	return cp;
}

static void
set_bytes(struct text_cell *cell, const char *s, int width, enum text_kind kind)
{
	cell->nbytes = strlcpy(cell->bytes, s, sizeof(cell->bytes));
	cell->width = width;
	cell->kind = kind;
}

/* The cluster is ‹U+202E› or ‹\xFF›. */
static void
set_escape(const struct text_iter *it, struct text_cell *cell, bool byte, uint32_t v)
{
	char inner[10], all[TEXT_CELL_MAX + 1];
	bool ascii = (it->flags & TEXT_ASCII) != 0;

	if (byte)
		snprintf(inner, sizeof(inner), "\\x%02X", (unsigned)(v & 0xff));
	else
		snprintf(inner, sizeof(inner), "U+%04X", (unsigned)(v & 0x1fffff));
	snprintf(all, sizeof(all), "%s%s%s", ascii ? "<" : "‹", inner, ascii ? ">" : "›");
	set_bytes(cell, all, (int)strlen(inner) + 2, TEXT_SUBST);
	cell->odd = true;
}

/* Newlines, tabs and what is hostile or invalid: clusters that take nothing after them along. */
static bool
special(struct text_iter *it, struct text_cell *cell, uint32_t cp)
{
	bool multi = (it->flags & TEXT_MULTILINE) != 0;
	size_t n;

	if (cp == TEXT_INVALID) {
		set_escape(it, cell, true, (uint8_t)it->s[cell->start]);
	} else if (cp == '\n' || (cp == '\r' && peek(it, it->pos, &n) == '\n')) {
		if (cp == '\r')
			it->pos += n;
		cell->odd = !multi;
		if (multi)
			set_bytes(cell, "\n", 0, TEXT_NEWLINE);
		else if (it->flags & TEXT_ASCII)
			set_escape(it, cell, false, '\n');
		else
			set_bytes(cell, "⏎", 1, TEXT_SUBST);
	} else if (cp == '\t') {
		cell->odd = !multi;
		n = multi ? TEXT_TAB - it->col % TEXT_TAB : 1;
		set_bytes(cell, &"        "[TEXT_TAB - n], (int)n, TEXT_BLANK);
	} else if (text_is_hostile(cp)) {
		set_escape(it, cell, false, cp);
	} else if (IN(cp, selectors)) {
		/* One that belongs to nothing. */
	} else {
		return false;
	}
	return true;
}

/* Whether the joiner cp (n bytes at it->pos) is only spelling: inside an emoji, or between letters
 * of a script that needs it. Then *tail is what goes with it. */
static bool
is_spelling(const struct text_iter *it, uint32_t base, uint32_t cp, size_t n, size_t *tail)
{
	size_t m;
	uint32_t next = peek(it, it->pos + n, &m);

	*tail = 0;
	if (cp == ZWJ && IN(base, pictographs) && next != TEXT_INVALID && IN(next, pictographs)) {
		*tail = m;
		return true;
	}
	return IN(base, joining) && next != TEXT_INVALID && IN(next, joining);
}

/* Takes along what belongs to the base: up to three marks are shown, the rest is cut. */
static void
absorb(struct text_iter *it, struct text_cell *cell, uint32_t base)
{
	unsigned marks = 0;
	size_t n, tail;

	for (;;) {
		uint32_t cp = peek(it, it->pos, &n);

		if (cp == TEXT_INVALID || cp < 0x80)
			return;
		tail = 0;
		if (cp == ZWJ || cp == ZWNJ) {
			if (!is_spelling(it, base, cp, n, &tail))
				return;
		} else if (cp >= 0xe0020 && cp <= 0xe007f) {
			if (base != FLAG)
				return;
		} else if (cp >= 0x1f3fb && cp <= 0x1f3ff) {
			if (!IN(base, pictographs))
				return;
		} else if (text_is_hostile(cp)) {
			return;
		} else if (!IN(cp, selectors) && cp != KEYCAP) {
			if (text_width(cp) != 0)
				return;
			if (++marks > TEXT_MARKS_MAX) {
				cell->odd = true;
			} else if (!(it->flags & TEXT_ASCII)) {
				memcpy(cell->bytes + cell->nbytes, it->s + it->pos, n);
				cell->nbytes += n;
				cell->bytes[cell->nbytes] = '\0';
			}
		}
		it->pos += n + tail;
	}
}

/* A character that takes marks: itself, or its stand-in. */
static void
set_base(struct text_iter *it, struct text_cell *cell, uint32_t cp)
{
	char buf[5];
	int w = text_width(cp);
	bool ascii = (it->flags & TEXT_ASCII) != 0;

	if (cp >= 0x1f1e6 && cp <= 0x1f1ff) {
		/* Terminals disagree on flags: their letters are shown. */
		buf[0] = (char)('A' + (cp - 0x1f1e6));
		buf[1] = '\0';
		set_bytes(cell, buf, 1, TEXT_SUBST);
	} else if (ascii && cp >= 0x80) {
		set_bytes(cell, "?", 1, TEXT_SUBST);
	} else if (w < 0 || IN(cp, private_use) || (cp >= 0x1f3fb && cp <= 0x1f3ff)) {
		set_bytes(cell, "▯", 1, TEXT_SUBST);
	} else if (w == 0) {
		/* A mark without a base would sit on whatever was drawn before it. */
		set_bytes(cell, "◌", 1, TEXT_PLAIN);
		it->pos = cell->start;
	} else {
		buf[text_put(buf, cp)] = '\0';
		set_bytes(cell, buf, w, cp == ' ' ? TEXT_BLANK : TEXT_PLAIN);
	}
	absorb(it, cell, cp);
	if (cell->nbytes > 1 && cell->kind == TEXT_BLANK)
		cell->kind = TEXT_PLAIN;
}

bool
text_cell_next(struct text_iter *it, struct text_cell *cell)
{
	uint32_t cp;
	size_t n;

	if (it->pos >= it->len)
		return false;
	*cell = (struct text_cell){.start = it->pos};
	cp = (uint8_t)it->s[it->pos];
	/* The fast way for most of what is ever shown: ASCII that no mark follows. */
	if (cp >= 0x20 && cp < 0x7f &&
	    (it->pos + 1 == it->len || (uint8_t)it->s[it->pos + 1] < 0x80)) {
		cell->bytes[0] = (char)cp;
		cell->used = cell->nbytes = 1;
		cell->width = 1;
		cell->kind = cp == ' ' ? TEXT_BLANK : TEXT_PLAIN;
		it->pos++;
		it->col++;
		return true;
	}
	cp = peek(it, it->pos, &n);
	it->pos += n;
	if (!special(it, cell, cp))
		set_base(it, cell, cp);
	cell->used = it->pos - cell->start;
	it->col = cell->kind == TEXT_NEWLINE ? 0 : it->col + (size_t)cell->width;
	return true;
}
