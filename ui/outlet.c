/* outlet.c - the bell, the window's title and notifications, written to a terminal or given to the desktop. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/options.h"
#include "src/say.h"
#include "ui/notify.h"
#include "ui/outlet.h"
#include "ui/term.h"

#define TITLE_PUSH "\033[22;2t"
#define TITLE_POP  "\033[23;2t"

void
outlet_bell(struct outlet *o)
{
	o->write(o->arg, TERM_BELL, sizeof(TERM_BELL) - 1);
}

void
outlet_title(struct outlet *o, const char *title)
{
	char *seq;

	if (o->mute)
		return;
	seq = term_title_seq(title);
	if (!o->titled)
		o->write(o->arg, TITLE_PUSH, sizeof(TITLE_PUSH) - 1);
	o->titled = true;
	o->write(o->arg, seq, strlen(seq));
	free(seq);
}

void
outlet_end(struct outlet *o)
{
	if (o->titled)
		o->write(o->arg, TITLE_POP, sizeof(TITLE_POP) - 1);
	o->titled = false;
}

/* A terminal's own notification passes through a multiplexer like the clipboard's sequence. */
static void
write_wrapped(struct outlet *o, char *plain)
{
	size_t n;
	char *seq =
		term_pass_seq(plain, term_mux(getenv("TERM"), getenv("TMUX"), getenv("STY")), &n);

	if (!o->mute)
		o->write(o->arg, seq, n);
	free(seq);
	free(plain);
}

void
outlet_notify(struct outlet *o, const char *title, const char *body)
{
	const char *how = options_text(o->options, OPT_notify);

	if (strcmp(how, "osc9") == 0)
		write_wrapped(o, notify_osc9(title, body));
	else if (strcmp(how, "osc777") == 0)
		write_wrapped(o, notify_osc777(title, body));
	else if (strcmp(how, "desktop") == 0 && o->notify != NULL)
		notify_send(o->notify, title, body);
}

bool
outlet_can_notify(const struct outlet *o, char *err, size_t errlen)
{
	const char *how = options_text(o->options, OPT_notify);

	if (strcmp(how, "desktop") == 0 && o->notify == NULL) {
		say_into(err, errlen, "%s", notify_missing());
		return false;
	}
	if (o->mute && (strcmp(how, "osc9") == 0 || strcmp(how, "osc777") == 0)) {
		say_into(err, errlen, "This terminal has no notifications; desktop may have.");
		return false;
	}
	return true;
}
