/* ask_paste.c - a paste of more than a screenful: inserted, sent as a file, or dropped. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/msg.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/ask.h"
#include "ui/dialog.h"
#include "ui/edit.h"
#include "ui/front.h"
#include "ui/pane.h"
#include "ui/prompt.h"
#include "ui/theme.h"

/* So many of its lines are shown. */
#define SHOWN 3

static bool
paste_done(struct front *f, struct dialog *d, int answer)
{
	size_t len;
	const char *text = dialog_kept(d, &len);

	if (answer == 0)
		prompt_insert(front_pane(f, PANE_PROMPT), text, len);
	else if (answer == 1 && dialog_number(d) != 0)
		ask_long_text(f, text, len);
	return true;
}

/* How many rows of the screen it would take. */
static size_t
rows_of(struct front *f, const char *text, size_t len)
{
	struct edit *e = edit_new((size_t)TEXT_MAX_BYTES, 0);
	size_t rows = 0;

	if (!(edit_insert(e, text, len) & EDIT_FULL))
		rows = edit_layout(e, grid_width(front_grid(f))).rows;
	edit_free(e);
	return rows;
}

static void
first_lines(struct dialog *d, const char *text, size_t len)
{
	for (int i = 0; i < SHOWN && len > 0; i++) {
		size_t n = 0;

		while (n < len && text[n] != '\n' && text[n] != '\r')
			n++;
		dialog_line(d, STYLE_DIM, "%.*s%s", (int)text_truncate_utf8(text, n, 200), text,
			    i + 1 == SHOWN && n < len ? " …" : "");
		n += n + 1 < len && text[n] == '\r' && text[n + 1] == '\n';
		n += n < len;
		text += n;
		len -= n;
	}
}

bool
ask_screenful(struct front *f, const char *text, size_t len)
{
	size_t rows = rows_of(f, text, len);
	char size[TEXT_FIGURE], *kept;
	struct dialog *d;

	if (rows <= (size_t)grid_height(front_grid(f)))
		return false;
	d = dialog_new("Paste more than a screenful?", paste_done);
	dialog_line(d, STYLE_NORMAL, "That is %zu lines, %s. It begins so:", rows,
		    text_size(size, sizeof(size), len));
	first_lines(d, text, len);
	kept = xmalloc(len + 1);
	memcpy(kept, text, len);
	kept[len] = '\0';
	dialog_keep(d, kept, len);
	dialog_about(d, NULL, front_current(f) != NULL);
	dialog_answer(d, 'i', "Insert it");
	if (front_current(f) != NULL)
		dialog_answer(d, 's', "Send as a file…");
	dialog_answer(d, 'd', "Drop it");
	front_ask(f, d);
	return true;
}
