/* linear_line.c - the line that is typed, on a terminal of which nothing is asked but CR and BS. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/text.h"
#include "src/util.h"
#include "ui/linear_priv.h"

static void
out(struct linear *l, const char *bytes, size_t len)
{
	if (len != 0)
		l->setup.write(l->setup.arg, bytes, len);
}

static void
repeat(struct linear *l, char c, size_t n)
{
	char some[64];

	memset(some, c, sizeof(some));
	for (; n > 0; n -= n < sizeof(some) ? n : sizeof(some))
		out(l, some, n < sizeof(some) ? n : sizeof(some));
}

static size_t
cells(const char *s, size_t len)
{
	return text_cells(s, len);
}

static size_t
all_cells(const struct linear_line *line)
{
	return cells(line->prompt, strlen(line->prompt)) + cells(line->text, strlen(line->text));
}

void
linear_line_free(struct linear *l)
{
	free(l->line.prompt);
	free(l->line.text);
	l->line = (struct linear_line){0};
}

/* Whether one can go back on it: it has not gone over the edge. */
static bool
fits(const struct linear *l, size_t n)
{
	return n + 1 < (size_t)l->setup.width;
}

void
linear_line_hide(struct linear *l)
{
	size_t n;

	if (!l->line.shown)
		return;
	n = all_cells(&l->line);
	if (fits(l, n)) {
		out(l, "\r", 1);
		repeat(l, ' ', n);
		out(l, "\r", 1);
	} else {
		out(l, "\n", 1);
	}
	l->line.shown = false;
}

void
linear_line_end(struct linear *l)
{
	struct linear_line *line = &l->line;

	if (!line->shown)
		return;
	/* Over the edge one never went back. */
	if (fits(l, all_cells(line)))
		out(l, line->text + line->cursor, strlen(line->text) - line->cursor);
	out(l, "\n", 1);
	line->shown = false;
}

static void
show_all(struct linear *l)
{
	struct linear_line *line = &l->line;
	size_t len = strlen(line->text);

	out(l, line->prompt, strlen(line->prompt));
	out(l, line->text, len);
	if (fits(l, all_cells(line)))
		repeat(l, '\b', cells(line->text + line->cursor, len - line->cursor));
	line->shown = true;
}

/* Whether a character begins at byte n that does not belong to the one before it. */
static bool
begins(const char *s, size_t n)
{
	size_t len = strlen(s);

	return ((unsigned char)s[n] & 0xc0) != 0x80 &&
	       cells(s, n) + cells(s + n, len - n) == cells(s, len);
}

/* How many bytes both begin with, whole characters and all that belongs to them. */
static size_t
common(const char *a, const char *b)
{
	size_t n = 0;

	while (a[n] != '\0' && a[n] == b[n])
		n++;
	while (n > 0 && !(begins(a, n) && begins(b, n)))
		n--;
	return n;
}

/* From what is shown to what is to be shown, on the same line. */
static void
change(struct linear *l, const char *text, size_t cursor)
{
	struct linear_line *line = &l->line;
	size_t same = common(line->text, text), was = cells(line->text, strlen(line->text));
	size_t will = cells(text, strlen(text)), at = cells(line->text, line->cursor);
	size_t from = cells(text, same);

	if (at > from)
		repeat(l, '\b', at - from);
	else
		out(l, line->text + line->cursor, same - line->cursor);
	out(l, text + same, strlen(text) - same);
	if (was > will)
		repeat(l, ' ', was - will);
	repeat(l, '\b',
	       (was > will ? was - will : 0) + cells(text + cursor, strlen(text + cursor)));
}

static void
keep(struct linear_line *line, const char *prompt, const char *text, size_t cursor)
{
	char *old_prompt = line->prompt, *old_text = line->text;

	line->prompt = xstrdup(prompt);
	line->text = xstrdup(text);
	line->cursor = cursor;
	free(old_prompt);
	free(old_text);
}

void
linear_line_show(struct linear *l, const char *prompt, const char *text, size_t cursor)
{
	struct linear_line *line = &l->line;
	size_t len = strlen(text), before = line->shown ? strlen(line->text) : 0, most;

	if (line->shown && strcmp(line->prompt, prompt) != 0)
		linear_line_hide(l);
	if (!line->shown) {
		keep(line, prompt, text, cursor);
		show_all(l);
		return;
	}
	if (strcmp(line->text, text) == 0 && line->cursor == cursor)
		return;
	most = cells(prompt, strlen(prompt)) + cells(text, len);
	if (line->cursor == before && cursor == len && len > before &&
	    strncmp(text, line->text, before) == 0 && common(line->text, text) == before) {
		out(l, text + before, len - before);
	} else if (fits(l, most) && fits(l, all_cells(line))) {
		change(l, text, cursor);
	} else if (strcmp(line->text, text) != 0) {
		out(l, "\n", 1);
		keep(line, prompt, text, cursor);
		show_all(l);
		return;
	}
	keep(line, prompt, text, cursor);
}
