/* text.c - fuzz target: any bytes as text to be shown, fitted, wrapped, folded, and as a file name.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/path.h"
#include "src/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool cond)
{
	if (!cond)
		abort();
}

/* What is shown may hold nothing that is not to be seen. */
static void
check_clean(const char *s, size_t len, unsigned flags)
{
	uint32_t cp;

	for (size_t i = 0; i < len;) {
		i += text_next(s + i, len - i, &cp);
		if (cp == '\n' && flags & TEXT_MULTILINE)
			continue;
		must(cp != TEXT_INVALID && !text_is_invisible(cp) && text_width(cp) >= 0);
		must(!(flags & TEXT_ASCII) || cp < 0x7f);
	}
	must(s[len] == '\0');
}

static void
check_cells(const char *s, size_t len, unsigned flags)
{
	struct text_iter it;
	struct text_cell cell;
	size_t at = 0;

	text_iter_init(&it, s, len, flags);
	while (text_cell_next(&it, &cell)) {
		must(cell.start == at && cell.used > 0 && cell.nbytes <= TEXT_CELL_MAX);
		must(cell.width >= 0 && strlen(cell.bytes) == cell.nbytes);
		at += cell.used;
	}
	must(at == len);
}

static void
check_wrap(const char *s, size_t len, size_t width)
{
	struct text_wrap w;
	struct text_line line = {.last = false};
	size_t at = 0;

	text_wrap_init(&w, s, len, width);
	while (text_wrap_next(&w, &line)) {
		/* Between lines nothing but blanks and a newline may go. */
		for (; at < line.start; at++)
			must(s[at] == ' ' || s[at] == '\n');
		must(line.start == at && line.len <= len - at);
		must(line.width == text_cells(s + line.start, line.len));
		must(line.width <= width || (width == 1 && line.width == 2));
		at += line.len;
	}
	for (; at < len; at++)
		must(s[at] == ' ');
	must(line.last);
}

static void
check_show(const char *s, size_t len, unsigned flags, size_t width)
{
	char *shown = text_show_dup(s, len, flags), *again, *fit = malloc(4 * TEXT_CELL_MAX + 64);
	size_t n = strlen(shown), m;

	must(n <= text_show_max(len));
	check_clean(shown, n, flags);
	again = text_show_dup(shown, n, flags);
	must(strcmp(shown, again) == 0);
	free(again);
	check_cells(s, len, flags);
	check_wrap(shown, n, width);
	/* A buffer that is too small holds a beginning. */
	again = malloc(width);
	must(again != NULL && fit != NULL);
	m = text_show(again, width, s, len, flags);
	must(m < width && m <= n && memcmp(again, shown, m) == 0 && again[m] == '\0');
	must(text_valid_utf8(again, m));
	free(again);
	m = text_fit(fit, 4 * TEXT_CELL_MAX + 64, s, len, width % 30,
		     (flags & TEXT_ASCII) | TEXT_PAD | (width & 1 ? TEXT_MIDDLE : 0));
	check_clean(fit, m, flags & TEXT_ASCII);
	must(text_cells(fit, m) <= width % 30);
	free(fit);
	free(shown);
}

static void
check_fold(const char *s, size_t len)
{
	size_t size = 2 * text_show_max(len) + 1;
	char *a = malloc(size), *b = malloc(size);
	size_t n, m;

	must(a != NULL && b != NULL);
	n = text_fold(a, size, s, len);
	m = text_fold(b, size, a, n);
	must(text_valid_utf8(a, n) && m == n && memcmp(a, b, n) == 0);
	must(text_fold_equal(a, b));
	free(a);
	free(b);
}

static void
check_name(const char *s, size_t len)
{
	char local[PATH_NAME_MAX + 1], numbered[PATH_NAME_MAX + 1];
	enum path_verdict v = path_check_name(s, len, NULL);
	size_t n = path_local_name(local, sizeof(local), s, len);

	path_name_flags(s, len, 0);
	must((n == 0) == (v == PATH_REFUSED));
	if (n == 0)
		return;
	must(path_check_name(local, n, NULL) == PATH_FINE && strlen(local) == n);
	must(v != PATH_FINE || (n == len && memcmp(local, s, n) == 0));
	n = path_numbered(numbered, sizeof(numbered), local, 2);
	must(n > 4 && path_check_name(numbered, n, NULL) == PATH_FINE);
	must(strcmp(numbered, local) != 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *s = (const char *)data + 1;
	size_t width;

	if (len < 1 || len > 4096)
		return 0;
	/* The first byte chooses flags and width. */
	width = 1 + (data[0] >> 2);
	len--;
	check_show(s, len, data[0] & (TEXT_MULTILINE | 2), width);
	check_fold(s, len);
	check_name(s, len);
	text_has_hostile(s, len);
	for (size_t i = len; i > 0; i = text_prev(s, i))
		must(text_truncate_utf8(s, len, i) <= i);
	return 0;
}
