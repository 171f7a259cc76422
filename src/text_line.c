/* text_line.c - what text.h builds on its clusters: whole texts, fitting, wrapping, folding,
 * figures. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "src/say.h"
#include "src/text.h"
#include "src/util.h"

/* A buffer that is never overrun, and cut only between clusters. */
struct out {
	char *dst;
	size_t size, len;
};

static bool
out_put(struct out *o, const char *s, size_t n)
{
	if (o->size == 0 || n > o->size - 1 - o->len)
		return false;
	memcpy(o->dst + o->len, s, n);
	o->len += n;
	return true;
}

static size_t
out_end(struct out *o)
{
	if (o->size > 0)
		o->dst[o->len] = '\0';
	return o->len;
}

size_t
text_show(char *dst, size_t size, const char *s, size_t len, unsigned flags)
{
	struct out o = {.dst = dst, .size = size};
	struct text_iter it;
	struct text_cell cell;

	text_iter_init(&it, s, len, flags);
	while (text_cell_next(&it, &cell))
		if (!out_put(&o, cell.bytes, cell.nbytes))
			break;
	return out_end(&o);
}

size_t
text_show_max(size_t len)
{
	/* The worst is a control character: one byte becomes ‹U+0007›, twelve. */
	return len > (SIZE_MAX - 1) / 12 ? SIZE_MAX - 1 : len * 12;
}

char *
text_show_dup(const char *s, size_t len, unsigned flags)
{
	struct text_iter it;
	struct text_cell cell;
	size_t size = 1;
	char *dst;

	text_iter_init(&it, s, len, flags);
	while (text_cell_next(&it, &cell))
		size += cell.nbytes;
	dst = xmalloc(size);
	text_show(dst, size, s, len, flags);
	return dst;
}

static size_t
cells_of(const char *s, size_t len, unsigned flags)
{
	struct text_iter it;
	struct text_cell cell;
	size_t w = 0;

	text_iter_init(&it, s, len, flags);
	while (text_cell_next(&it, &cell))
		w += (size_t)cell.width;
	return w;
}

size_t
text_cells(const char *s, size_t len)
{
	return cells_of(s, len, TEXT_ONE_LINE);
}

static void
pad(struct out *o, size_t n)
{
	while (n-- > 0 && out_put(o, " ", 1))
		continue;
}

size_t
text_fit(char *dst, size_t size, const char *s, size_t len, size_t cells, unsigned flags)
{
	unsigned show = flags & TEXT_ASCII;
	const char *dots = show ? "~" : "…";
	size_t total = cells_of(s, len, show), at = 0, head, tail, skipped = 0;
	struct out o = {.dst = dst, .size = size};
	struct text_iter it;
	struct text_cell cell;
	bool whole = total <= cells, room = true;

	if (whole && flags & TEXT_RIGHT)
		pad(&o, cells - total);
	/* The first head cells are shown, and the last tail ones. */
	head = whole ? total : cells > 0 ? cells - 1 : 0;
	tail = 0;
	if (!whole && flags & TEXT_MIDDLE) {
		tail = head / 2 + head % 2;
		head -= tail;
	}
	text_iter_init(&it, s, len, show);
	while (room && text_cell_next(&it, &cell)) {
		size_t w = (size_t)cell.width;

		if (skipped == 0 && at + w <= head) {
			room = out_put(&o, cell.bytes, cell.nbytes);
		} else if (total - at <= tail) {
			room = out_put(&o, cell.bytes, cell.nbytes);
		} else {
			if (skipped == 0 && cells > 0)
				room = out_put(&o, dots, strlen(dots));
			skipped += w;
		}
		at += w;
	}
	if (!whole && flags & (TEXT_PAD | TEXT_RIGHT) && cells > 0)
		pad(&o, cells - 1 - (total - skipped));
	else if (whole && flags & TEXT_PAD && !(flags & TEXT_RIGHT))
		pad(&o, cells - total);
	return out_end(&o);
}

/* ---- Wrapping ---- */

void
text_wrap_init(struct text_wrap *w, const char *shown, size_t len, size_t width)
{
	*w = (struct text_wrap){.s = shown, .len = len, .width = width > 0 ? width : 1};
}

/* A place where the line may end: what it then holds, and where the next begins. */
struct brk {
	bool set;
	size_t end, width, next;
};

static bool
line_ends(struct text_wrap *w, struct text_line *line, size_t end, size_t width, size_t next)
{
	line->len = end - line->start;
	line->width = width;
	w->pos = next;
	return true;
}

bool
text_wrap_next(struct text_wrap *w, struct text_line *line)
{
	struct text_iter it;
	struct text_cell cell;
	struct brk brk = {.set = false};
	size_t cw, width = 0;
	bool in_blank = false, over = false; /* over: blanks hang over the edge and are dropped */

	if (w->done)
		return false;
	*line = (struct text_line){.start = w->pos};
	text_iter_init(&it, w->s, w->len, TEXT_MULTILINE);
	it.pos = w->pos;
	while (text_cell_next(&it, &cell)) {
		cw = (size_t)cell.width;
		if (cell.kind == TEXT_NEWLINE) {
			line->last = true;
			return line_ends(w, line, over ? brk.end : cell.start,
					 over ? brk.width : width, it.pos);
		}
		if (cell.kind == TEXT_BLANK) {
			if (!in_blank)
				brk = (struct brk){cell.start > line->start, cell.start, width, 0};
			in_blank = true;
			over = over || width + cw > w->width;
			brk.set = brk.set || over;
			brk.next = it.pos;
			width += over ? 0 : cw;
			continue;
		}
		if (cell.width == 2 && !in_blank && cell.start > line->start)
			brk = (struct brk){true, cell.start, width, cell.start};
		if (over || (width + cw > w->width && brk.set))
			return line_ends(w, line, brk.end, brk.width, brk.next);
		if (width + cw > w->width && cell.start > line->start)
			return line_ends(w, line, cell.start, width, cell.start);
		width += cw;
		in_blank = false;
		if (cell.width == 2)
			brk = (struct brk){true, it.pos, width, it.pos};
	}
	w->done = line->last = true;
	return line_ends(w, line, over ? brk.end : w->len, over ? brk.width : width, w->len);
}

/* ---- Comparing ---- */

/* The next cluster that shows anything, folded into buf[2 * TEXT_CELL_MAX]; its length, 0 at the
 * end. */
static size_t
fold_next(struct text_iter *it, char *buf)
{
	struct text_cell cell = {.nbytes = 0};
	size_t n = 0;
	uint32_t cp;

	while (cell.nbytes == 0)
		if (!text_cell_next(it, &cell))
			return 0;
	for (size_t i = 0; i < cell.nbytes;) {
		i += text_next(cell.bytes + i, cell.nbytes - i, &cp);
		n += text_put(buf + n, text_fold_char(cp));
	}
	return n;
}

size_t
text_fold(char *dst, size_t size, const char *s, size_t len)
{
	struct out o = {.dst = dst, .size = size};
	struct text_iter it;
	char buf[2 * TEXT_CELL_MAX];
	size_t n;

	text_iter_init(&it, s, len, TEXT_ONE_LINE);
	while ((n = fold_next(&it, buf)) > 0)
		if (!out_put(&o, buf, n))
			break;
	return out_end(&o);
}

bool
text_fold_equal(const char *a, const char *b)
{
	struct text_iter x, y;
	char p[2 * TEXT_CELL_MAX], q[2 * TEXT_CELL_MAX];
	size_t m, n;

	text_iter_init(&x, a, strlen(a), TEXT_ONE_LINE);
	text_iter_init(&y, b, strlen(b), TEXT_ONE_LINE);
	do {
		m = fold_next(&x, p);
		n = fold_next(&y, q);
		if (m != n || memcmp(p, q, n) != 0)
			return false;
	} while (n > 0);
	return true;
}

/* ---- Figures ---- */

static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

/* v / div with one place below 100: the whole tenths; or without: the units. Rounded, or cut where
 * up is false. */
static uint64_t
scaled(uint64_t v, uint64_t div, bool up)
{
	return v / div + (up && v % div >= div - div / 2 ? 1 : 0);
}

/* Chooses the unit for v: its index, its size, and whether it is shown with one place. */
static size_t
unit_of(uint64_t v, uint64_t *div, bool *place)
{
	size_t u = 0;

	*div = 1;
	while (u + 1 < NELEM(units) && scaled(v, *div, true) >= 1000) {
		*div *= 1000;
		u++;
	}
	*place = u > 0 && scaled(v, *div / 10, true) < 1000;
	return u;
}

static void
format_scaled(char *buf, size_t size, uint64_t v, uint64_t div, bool place, bool up)
{
	uint64_t q = scaled(v, place ? div / 10 : div, up);

	if (place)
		snprintf(buf, size, "%" PRIu64 ".%u", q / 10, (unsigned)(q % 10));
	else
		snprintf(buf, size, "%" PRIu64, q);
}

char *
text_size(char *dst, size_t size, uint64_t bytes)
{
	char figure[24];
	uint64_t div;
	bool place;
	size_t u = unit_of(bytes, &div, &place);

	format_scaled(figure, sizeof(figure), bytes, div, place, true);
	snprintf(dst, size, "%s %s", figure, units[u]);
	return dst;
}

char *
text_size_pair(char *dst, size_t size, uint64_t done, uint64_t total)
{
	char a[24], b[24];
	uint64_t div;
	bool place;
	size_t u = unit_of(total, &div, &place);

	/* What is not done must not look done: that figure is cut, not rounded. */
	format_scaled(a, sizeof(a), done, div, place, done >= total);
	format_scaled(b, sizeof(b), total, div, place, true);
	snprintf(dst, size, "%s/%s %s", a, b, units[u]);
	return dst;
}

char *
text_rate(char *dst, size_t size, uint64_t bytes_per_second)
{
	char figure[TEXT_FIGURE];

	snprintf(dst, size, "%s/s", text_size(figure, sizeof(figure), bytes_per_second));
	return dst;
}

char *
text_duration(char *dst, size_t size, uint64_t s)
{
	if (s >= UINT64_C(100) * 3600)
		snprintf(dst, size, "%" PRIu64 " d", s / 86400);
	else if (s >= 3600)
		snprintf(dst, size, "%u:%02u:%02u", (unsigned)(s / 3600), (unsigned)(s / 60 % 60),
			 (unsigned)(s % 60));
	else
		snprintf(dst, size, "%u:%02u", (unsigned)(s / 60), (unsigned)(s % 60));
	return dst;
}

char *
text_ago(char *dst, size_t size, int64_t s)
{
	if (s < 60)
		say_into(dst, size, "now");
	else if (s < 3600)
		say_into(dst, size, "%lld min", (long long)(s / 60));
	else if (s < 86400)
		snprintf(dst, size, "%" PRId64 " h", s / 3600);
	else if (s < (int64_t)365 * 86400)
		snprintf(dst, size, "%" PRId64 " d", s / 86400);
	else
		snprintf(dst, size, "%" PRId64 " y", s / ((int64_t)365 * 86400));
	return dst;
}

char *
text_sentence(const char *s)
{
	size_t len = strlen(s);
	char *out = xmalloc(len + 2), last = len > 0 ? s[len - 1] : '.';

	memcpy(out, s, len + 1);
	if (out[0] >= 'a' && out[0] <= 'z')
		out[0] = (char)(out[0] - 'a' + 'A');
	if ((last >= '0' && last <= '9') || (last >= 'A' && last <= 'Z') ||
	    (last >= 'a' && last <= 'z') || last == ')') {
		out[len] = '.';
		out[len + 1] = '\0';
	}
	return out;
}
