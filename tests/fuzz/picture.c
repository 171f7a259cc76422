/* picture.c - fuzz target: any bytes as a picture's head, as an archive's, as a text to be looked into. */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/text.h"
#include "src/util.h"
#include "ui/archive.h"
#include "ui/picture.h"
#include "ui/preview.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool cond)
{
	if (!cond)
		abort();
}

/* Every line is shown text, and none is beyond the memory. */
static void
check_lines(const uint8_t *data, size_t len, bool cut)
{
	struct preview *p = xcalloc(1, sizeof(*p));

	if (preview_lines(p, data, len, cut)) {
		must(p->kind == PREVIEW_TEXT && p->lines > 0 && p->lines <= PREVIEW_LINES_MAX);
		for (size_t i = 0; i < p->lines; i++) {
			const char *s = p->text + p->line[i];
			uint32_t cp;

			for (size_t at = 0, n = strlen(s); at < n;) {
				at += text_next(s + at, n - at, &cp);
				must(cp != TEXT_INVALID && !text_is_invisible(cp));
			}
		}
	}
	preview_free(p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct picture_size size;
	int w, h;

	if (picture_size(data, len, &size)) {
		must(picture_name(size.type)[0] != '\0');
		picture_fit(size.w, size.h, 60, 40, &w, &h);
		must(size.turn <= 8);
		must(w >= 1 && w <= 60 && h >= 1 && h <= 40);
	}
	(void)archive_name(data, len, len % 2 == 0 ? "a.tar.gz" : "a");
	if (len <= PREVIEW_TEXT_MAX)
		check_lines(data, len, len % 2 == 0);
	return 0;
}
