/* versions.c - what an edited message said before: asked of the core, shown over the screen. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "src/model.h"
#include "src/msg.h"
#include "src/row.h"
#include "src/say.h"
#include "src/text.h"
#include "ui/dialog.h"
#include "ui/front_priv.h"
#include "ui/theme.h"
#include "ui/versions.h"

/* So many texts fit, each cut to so many bytes. */
#define TEXTS	  8
#define TEXT_SIZE 240

void
versions_ask(struct front *f, const struct key *peer, const struct id *id)
{
	struct msg *m = msg_new(MSG_CMD_PAGE);

	m->b.page.peer = *peer;
	m->b.page.kind = PAGE_VERSIONS;
	m->b.page.count = PAGE_MAX_ROWS;
	if (id != NULL)
		msg_set_bytes(m, id->b, ID_LEN);
	m->serial = f->versions_serial = front_serial(f);
	front_send(f, m);
}

static bool
done(struct front *f, struct dialog *d, int answer)
{
	(void)f;
	(void)d;
	(void)answer;
	return true;
}

/* "3 Mar 14:02  the text". */
static void
put_version(struct dialog *d, const struct row *r, bool now)
{
	size_t len = text_truncate_utf8(r->text, r->text_len, TEXT_SIZE);
	time_t t = (time_t)(r->time / 1000);
	char when[32] = "";
	struct tm tm;

	if (localtime_r(&t, &tm) != NULL)
		strftime(when, sizeof(when), "%e %b %H:%M", &tm);
	dialog_line(d, now ? STYLE_NORMAL : STYLE_DIM, "%s  %.*s%s%s", when, (int)len, r->text,
		    len < r->text_len ? "…" : "", now ? _("  (now)") : "");
}

static void
put_versions(struct dialog *d, const struct msg *ev)
{
	uint32_t n = ev->b.page_result.count, from = n > TEXTS ? n - TEXTS + 1 : 0, i = 0;
	struct row r;
	size_t at = 0;

	for (; row_get(ev->bytes, ev->len, &at, &r); i++) {
		if (i == 0 || i >= from)
			put_version(d, &r, i + 1 == n && !ev->b.page_result.more);
		if (i == 0 && from > 1)
			dialog_line(d, STYLE_DIM, "… %u more: p2p-tui log --versions has them …",
				    from - 1);
	}
}

void
versions_page(struct front *f, const struct msg *ev)
{
	struct dialog *d;

	if (ev->serial == 0 || ev->serial != f->versions_serial ||
	    ev->b.page_result.kind != PAGE_VERSIONS)
		return;
	f->versions_serial = 0;
	if (ev->b.page_result.count < 2) {
		front_error(f, ev->b.page_result.count == 0 ? N_("No message was edited here.")
							    : N_("That message was not edited."));
		return;
	}
	d = dialog_new("What the message said", done);
	put_versions(d, ev);
	dialog_about(d, &ev->b.page_result.peer, 0);
	dialog_answer(d, 'q', "Close");
	front_ask(f, d);
}
