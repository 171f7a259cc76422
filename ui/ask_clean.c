/* ask_clean.c - whether what unfinished transfers left on the disk may go. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/msg.h"
#include "src/path.h"
#include "src/util.h"
#include "ui/ask.h"
#include "ui/dialog.h"
#include "ui/front.h"
#include "ui/theme.h"

#define SHOWN 8

static bool
done(struct front *f, struct dialog *d, int answer)
{
	(void)d;
	return answer != 0 || front_command(f, "/clean yes");
}

void
ask_clean(struct front *f, const struct msg *ev)
{
	uint32_t n = ev->b.stale.count;
	struct dialog *d;
	char *folder;

	if (n == 0 && ev->serial != 0)
		front_say(f, "%s", msg_string(ev, 0));
	else if (n > 0 && ev->serial == 0)
		front_say(f, "%s. /clean shows and removes them.", msg_string(ev, 0));
	if (n == 0 || ev->serial == 0)
		return;
	d = dialog_new("Left over: remove?", done);
	dialog_line(d, STYLE_STRONG, "%s", msg_string(ev, 0));
	for (size_t i = 0; i < n && i < SHOWN; i++) {
		folder = path_abbreviate(msg_string(ev, 3 + 3 * i));
		dialog_line(d, STYLE_NORMAL, "  %s · %s · in %s", msg_string(ev, 1 + 3 * i),
			    msg_string(ev, 2 + 3 * i), folder);
		free(folder);
	}
	if (n > SHOWN)
		dialog_line(d, STYLE_DIM, "  and %u more", n - SHOWN);
	dialog_line(d, STYLE_DIM, "Nothing goes on with them. What has arrived is not touched.");
	dialog_answer(d, 'r', "Remove");
	dialog_answer(d, 'k', "Keep");
	dialog_default(d, 1);
	front_ask(f, d);
}
