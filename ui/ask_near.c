/* ask_near.c - people on this network, and what is wrong with it. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "src/model.h"
#include "src/msg.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/ask.h"
#include "ui/dialog.h"
#include "ui/front.h"
#include "ui/theme.h"

/* People that are offered; the rest of the answers are the two below them. */
#define OFFERED (DIALOG_ANSWERS - 2)
/* Lines of a report that fit. */
#define LINES	16

struct offered {
	char address[OFFERED][ADDR_TEXT_SIZE];
	size_t n;
	bool visible;
};

void
ask_hello(struct front *f, const char *address)
{
	const char *words[] = {address, NULL};

	if (front_words(f, "add", words, 1))
		front_say(f, "Saying hello…");
}

static bool
hello_done(struct front *f, struct dialog *d, int answer)
{
	size_t len;

	if (answer == 0)
		ask_hello(f, dialog_kept(d, &len));
	return true;
}

void
ask_hello_to(struct front *f, const struct msg_nearby *n)
{
	char title[NAME_SIZE * 4 + 32];
	struct dialog *d;

	say_into(title, sizeof(title), "Say hello to %s?", n->nick);
	d = dialog_new(title, hello_done);
	dialog_line(d, STYLE_NORMAL, "Somebody on this network, at %s.", n->address);
	dialog_line(d, STYLE_DIM, "Anybody can take any name: compare the safety number later.");
	dialog_keep(d, xstrdup(n->address), strlen(n->address));
	dialog_answer(d, 'y', "Say hello");
	dialog_answer(d, 'n', "Not now");
	front_ask(f, d);
}

static bool
nearby_done(struct front *f, struct dialog *d, int answer)
{
	size_t len;
	const struct offered *o = dialog_kept(d, &len);
	const char *words[] = {o->visible ? "off" : "10m", NULL};

	if (answer >= 0 && (size_t)answer < o->n)
		ask_hello(f, o->address[answer]);
	else if (answer >= 0 && (size_t)answer == o->n)
		front_words(f, "visible", words, 1);
	return true;
}

void
ask_nearby(struct front *f)
{
	const struct model *m = front_model(f);
	const struct msg_self *self = model_self(m);
	struct dialog *d = dialog_new("Nearby (same network)", nearby_done);
	struct offered o = {.visible = self->visible_until != 0};
	char label[NAME_SIZE * 4 + ADDR_TEXT_SIZE];

	for (size_t i = 0; i < model_nnearby(m) && o.n < OFFERED; i++) {
		const struct msg_nearby *n = model_nearby_at(m, i);

		if (n->is_contact)
			continue;
		say_into(label, sizeof(label), "Say hello to %s at %s", n->nick, n->address);
		dialog_answer(d, 0, label);
		strlcpy(o.address[o.n++], n->address, ADDR_TEXT_SIZE);
	}
	if (!self->nearby)
		dialog_line(d, STYLE_WARN, "The option nearby is off: nobody is looked for.");
	else if (o.n == 0)
		dialog_line(d, STYLE_NORMAL,
			    "Nobody is visible now. Contacts are found without being visible.");
	else
		dialog_line(d, STYLE_DIM,
			    "Anybody can take any name: compare the safety number later.");
	dialog_answer(d, 'v', o.visible ? N_("Hide again") : N_("Be visible for 10 minutes"));
	dialog_answer(d, 'x', "Close");
	dialog_default(d, o.n > 0 ? 0 : o.n + 1);
	dialog_menu(d);
	dialog_keep(d, xmemdup(&o, sizeof(o)), sizeof(o));
	front_ask(f, d);
	front_send(f, msg_new(MSG_CMD_NEARBY));
}

static bool
report_done(struct front *f, struct dialog *d, int answer)
{
	(void)f;
	(void)d;
	(void)answer;
	return true;
}

void
ask_report(struct front *f, const struct msg *report)
{
	struct dialog *d = dialog_new("What the network looks like", report_done);
	size_t n = 0;

	for (; msg_string(report, n)[0] != '\0' && n < LINES; n++)
		dialog_line(d, STYLE_NORMAL, "%s", msg_string(report, n));
	if (msg_string(report, n)[0] != '\0')
		dialog_line(d, STYLE_DIM, "p2p-tui doctor, in a shell, shows more.");
	dialog_answer(d, 'x', "Close");
	front_ask(f, d);
}
