/* ask_person.c - questions about persons with several devices: whose device a contact is, and what is done with all of them. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "src/model.h"
#include "src/msg.h"
#include "src/say.h"
#include "src/util.h"
#include "ui/ask.h"
#include "ui/dialog.h"
#include "ui/front.h"
#include "ui/theme.h"

static bool
gone(struct front *f, const struct dialog *d)
{
	return model_contact(front_model(f), dialog_peer(d)) == NULL;
}

enum { DEVICE_YES, DEVICE_NO, DEVICE_OUT };

static bool
device_done(struct front *f, struct dialog *d, int answer)
{
	char hex[2 * KEY_LEN + 1];
	const char *words[] = {dialog_value(d, 0), util_hex(hex, dialog_peer(d)->b, KEY_LEN), NULL};
	bool error;

	if (answer == DEVICE_OUT) {
		front_contact(f, dialog_peer(d), OP_PERSON, "", NULL);
		return true;
	}
	if (answer != DEVICE_YES || front_words(f, "person", words, 2))
		return true;
	dialog_error(d, front_sentence(f, &error));
	front_say(f, "%s", "");
	return false;
}

void
ask_device(struct front *f, const struct key *peer)
{
	const struct model_contact *c = model_contact(front_model(f), peer);
	char title[NAME_SIZE + 40];
	struct dialog *d;

	if (c == NULL || c->c.is_person || c->c.state != CONTACT_ACCEPTED)
		return;
	say_into(title, sizeof(title), "Whose device is %s?", c->c.name);
	d = dialog_new(title, device_done);
	dialog_line(d, STYLE_DIM,
		    "What is said to a person, and files sent there, go to each of the devices.");
	dialog_field(d, "Person", "your name for them", NAME_MAX_BYTES, c->c.person_name);
	dialog_about(d, peer, 0);
	dialog_stale(d, gone);
	dialog_answer(d, 0, "Group");
	dialog_answer(d, 0, "Cancel");
	if (model_is_device(&c->c))
		dialog_answer(d, 0, "Take it out");
	front_ask(f, d);
}

/* ---- the menu of a person ----------------------------------------------------------------------------------------------- */

enum { PERSON_CHAT, PERSON_LINK, PERSON_FILES, PERSON_RENAME, PERSON_APART, PERSON_BLOCK };

static bool
menu_done(struct front *f, struct dialog *d, int answer)
{
	struct key peer = *dialog_peer(d);
	const struct model_contact *c = model_contact(front_model(f), &peer);

	if (c == NULL)
		return true;
	if (answer == PERSON_CHAT || answer == PERSON_FILES)
		front_open_chat(f, &peer);
	if (answer == PERSON_FILES)
		front_set_focus(f, PANE_BROWSER);
	else if (answer == PERSON_LINK)
		front_contact(f, &peer,
			      c->c.online < c->c.devices || c->c.closed_by_hand ? OP_CONNECT
										: OP_DISCONNECT,
			      NULL, NULL);
	else if (answer == PERSON_RENAME)
		ask_rename(f, &peer);
	else if (answer == PERSON_APART)
		front_contact(f, &peer, OP_PERSON, "", NULL);
	else if (answer == PERSON_BLOCK)
		ask_block(f, &peer);
	return true;
}

void
ask_person(struct front *f, const struct key *peer)
{
	const struct model_contact *c = model_contact(front_model(f), peer);
	struct dialog *d;
	bool closed;

	if (c == NULL || !c->c.is_person)
		return;
	closed = c->c.online < c->c.devices || c->c.closed_by_hand;
	d = dialog_named(c->c.name, menu_done);
	dialog_menu(d);
	dialog_answer(d, 'o', "Open the chat");
	dialog_answer(d, closed ? 'c' : 'd',
		      closed ? N_("Connect now") : N_("Close the connections"));
	dialog_answer(d, 's', "Choose files to send");
	dialog_answer(d, 'r', "Rename");
	dialog_answer(d, 'g', "Take the devices apart");
	dialog_answer(d, 'b', "Block all of them");
	dialog_about(d, peer, 0);
	dialog_stale(d, gone);
	front_ask(f, d);
}
