/* ask_peer.c - questions about peers: adding, address, name, menu, removing, blocking. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/model.h"
#include "src/msg.h"
#include "src/options.h"
#include "src/retain.h"
#include "src/say.h"
#include "src/uri.h"
#include "src/util.h"
#include "ui/ask.h"
#include "ui/dialog.h"
#include "ui/front.h"
#include "ui/theme.h"

/* The contact a question is about went away. */
static bool
peer_gone(struct front *f, const struct dialog *d)
{
	return model_contact(front_model(f), dialog_peer(d)) == NULL;
}

static const struct model_contact *
contact(struct front *f, const struct key *peer)
{
	const struct model_contact *c = model_contact(front_model(f), peer);

	if (c == NULL)
		front_error(f, "There is no such contact any more.");
	return c;
}

/* Runs a command with the dialog's words; what is wrong is said in the dialog, which stays open then. */
static bool
run_or_say(struct front *f, struct dialog *d, const char *name, const char *const *words, size_t n)
{
	bool error;

	if (front_words(f, name, words, n))
		return true;
	dialog_error(d, front_sentence(f, &error));
	front_say(f, "%s", "");
	return false;
}

/* The same about the dialog's peer, with the first field's value. */
static bool
run_on_peer(struct front *f, struct dialog *d, const char *name)
{
	char hex[2 * KEY_LEN + 1];
	const char *words[] = {util_hex(hex, dialog_peer(d)->b, KEY_LEN), dialog_value(d, 0), NULL};

	return run_or_say(f, d, name, words, 2);
}

/* ---- adding ----------------------------------------------------------------------------------------------------------- */

static bool
add_done(struct front *f, struct dialog *d, int answer)
{
	const char *code = dialog_value(d, 0), *name = dialog_value(d, 1);
	const char *words[] = {name, code, NULL};

	if (answer != 0)
		return true;
	if (code[strspn(code, " ")] == '\0') {
		dialog_error(d, "Paste the code your friend gave you, or type HOST:PORT.");
		return false;
	}
	if (!run_or_say(f, d, "add", name[0] != '\0' ? words : words + 1, name[0] != '\0' ? 2 : 1))
		return false;
	front_say(f, "Adding…");
	return true;
}

/* A code says by itself what is wrong with it, and who made it. */
static void
add_changed(struct front *f, struct dialog *d, size_t field)
{
	const char *code = dialog_value(d, 0);
	struct invite inv;
	char err[INVITE_ERR];

	if (field != 0)
		return;
	dialog_error(d, "");
	if (strncmp(code, "p2p:", 4) != 0)
		return;
	if (!invite_parse(code, &inv, err, sizeof(err)))
		dialog_error(d, err);
	else if (memcmp(inv.key, model_self(front_model(f))->key.b, KEY_LEN) == 0)
		dialog_error(d, "That is your own invite.");
	else if (inv.nick[0] != '\0' && dialog_value(d, 1)[0] == '\0')
		(void)dialog_set_value(d, 1, inv.nick);
}

void
ask_add(struct front *f, const char *code)
{
	struct dialog *d = dialog_new("Add a peer", add_done);

	dialog_line(
		d, STYLE_DIM,
		"A code stands for one person. With HOST:PORT, whoever answers there is taken.");
	dialog_field(d, "Code", "p2p:…, 417-2093-8841 or HOST:PORT", (size_t)2 * INVITE_BYTES_MAX,
		     code);
	dialog_field(d, "Called", "optional: your name for them", NAME_MAX_BYTES, "");
	dialog_on_change(d, add_changed);
	dialog_answer(d, 0, "Add");
	dialog_answer(d, 0, "Cancel");
	add_changed(f, d, 0);
	front_ask(f, d);
}

/* ---- address and name ------------------------------------------------------------------------------------------------- */

static bool
address_done(struct front *f, struct dialog *d, int answer)
{
	if (answer != 0)
		return true;
	return run_on_peer(f, d, "address");
}

void
ask_address(struct front *f, const struct key *peer)
{
	const struct model_contact *c = contact(f, peer);
	char title[NAME_SIZE + 32];
	struct dialog *d;

	if (c == NULL)
		return;
	if (c->c.is_person) {
		front_error(f, "Each device has an address of its own: choose one.");
		return;
	}
	say_into(title, sizeof(title), "Where %s is", c->c.name);
	d = dialog_new(title, address_done);
	for (uint32_t i = 0; i < c->c.naddrs && i < CONTACT_ADDRS; i++)
		dialog_line(d, STYLE_DIM, "known: %s", c->c.addrs[i]);
	dialog_field(d, "Address", "HOST:PORT", 255, c->c.naddrs != 0 ? c->c.addrs[0] : "");
	dialog_about(d, peer, 0);
	dialog_stale(d, peer_gone);
	dialog_answer(d, 0, "Connect there");
	dialog_answer(d, 0, "Cancel");
	front_ask(f, d);
}

static bool
rename_done(struct front *f, struct dialog *d, int answer)
{
	if (answer != 0)
		return true;
	return run_on_peer(f, d, "rename");
}

void
ask_rename(struct front *f, const struct key *peer)
{
	const struct model_contact *c = contact(f, peer);
	struct dialog *d;

	if (c == NULL)
		return;
	d = dialog_new("Your name for this peer", rename_done);
	if (c->c.nick[0] != '\0')
		dialog_line(d, STYLE_DIM, "calls itself: %s", c->c.nick);
	dialog_field(d, "Name", "", NAME_MAX_BYTES, c->c.name);
	dialog_about(d, peer, 0);
	dialog_stale(d, peer_gone);
	dialog_answer(d, 0, "Rename");
	dialog_answer(d, 0, "Cancel");
	front_ask(f, d);
}

/* ---- removing and blocking -------------------------------------------------------------------------------------------- */

/* Does to the dialog's peer what it asked about. */
static bool
op_done(struct front *f, struct dialog *d, int answer)
{
	if (answer == 0)
		front_contact(f, dialog_peer(d), (int)dialog_number(d), NULL, NULL);
	return true;
}

/* Asks with two answers, the second of which does nothing and stands ready. */
static void
sure(struct front *f, struct dialog *d, const struct key *peer, int64_t number, const char *yes,
     const char *no)
{
	dialog_about(d, peer, number);
	dialog_stale(d, peer_gone);
	dialog_answer(d, 'y', yes);
	dialog_answer(d, 'n', no);
	dialog_default(d, 1);
	front_ask(f, d);
}

void
ask_remove(struct front *f, const struct key *peer)
{
	const struct model_contact *c = contact(f, peer);
	char title[NAME_SIZE + 32];
	struct dialog *d;

	if (c == NULL)
		return;
	if (c->c.is_person) {
		front_error(
			f,
			"A person goes with the last of its devices: remove those, or /ungroup.");
		return;
	}
	say_into(title, sizeof(title), "Remove %s?", c->c.name);
	d = dialog_new(title, op_done);
	dialog_line(d, STYLE_NORMAL,
		    "The contact and everything that was said go from this computer.");
	sure(f, d, peer, OP_REMOVE, N_("Remove"), N_("Keep"));
}

void
ask_clear(struct front *f, const struct key *peer)
{
	const struct model_contact *c = contact(f, peer);
	char title[NAME_SIZE + 48];
	struct dialog *d;

	if (c == NULL)
		return;
	say_into(title, sizeof(title), "Clear the chat with %s?", c->c.name);
	d = dialog_new(title, op_done);
	dialog_line(d, STYLE_NORMAL,
		    "What was said goes from this computer for good. What was not delivered yet "
		    "stays.");
	sure(f, d, peer, OP_CLEAR, N_("Clear"), N_("Keep"));
}

static bool
keep_done(struct front *f, struct dialog *d, int answer)
{
	struct msg *m;

	if (answer != 0)
		return true;
	m = msg_new(MSG_CMD_CONTACT);
	m->b.contact_op.peer = *dialog_peer(d);
	m->b.contact_op.op = OP_KEEP;
	m->b.contact_op.row = dialog_number(d);
	m->serial = front_serial(f);
	front_send(f, m);
	return true;
}

void
ask_keep(struct front *f, const struct key *peer, int32_t keep)
{
	const struct model_contact *c = contact(f, peer);
	char title[NAME_SIZE + 48], words[48];
	struct dialog *d;
	int32_t usual = KEEP_ALL, now;

	if (c == NULL)
		return;
	(void)retain_parse_keep(options_text(front_options(f), OPT_keep), &usual);
	now = retain_effective(keep, usual);
	say_into(title, sizeof(title), "Keep less of the chat with %s?", c->c.name);
	d = dialog_new(title, keep_done);
	if (now == KEEP_NOTHING)
		dialog_line(d, STYLE_NORMAL,
			    "What was seen or delivered goes for good whenever the program ends, "
			    "and after a day at the latest.");
	else
		dialog_line(d, STYLE_NORMAL,
			    "What is older than %s goes for good, now and from now on.",
			    retain_keep_show(words, sizeof(words), now));
	dialog_line(d, STYLE_DIM, "What was not delivered or not seen yet stays.");
	sure(f, d, peer, keep, N_("Keep less"), N_("Leave it"));
}

void
ask_block(struct front *f, const struct key *peer)
{
	const struct model_contact *c = contact(f, peer);
	char title[NAME_SIZE + 32];
	struct dialog *d;

	if (c == NULL)
		return;
	say_into(title, sizeof(title), "Block %s?", c->c.name);
	d = dialog_new(title, op_done);
	dialog_line(d, STYLE_NORMAL,
		    "To them it will look as if you were not there. You can unblock later.");
	sure(f, d, peer, OP_BLOCK, N_("Block"), N_("Do not block"));
}

/* ---- the menu --------------------------------------------------------------------------------------------------------- */

enum entry {
	MENU_CHAT,
	MENU_LINK,
	MENU_FILES,
	MENU_VERIFY,
	MENU_ADDRESS,
	MENU_RENAME,
	MENU_DEVICE,
	MENU_BLOCK,
	MENU_REMOVE
};

static bool
menu_done(struct front *f, struct dialog *d, int answer)
{
	struct key peer = *dialog_peer(d);
	const struct model_contact *c = model_contact(front_model(f), &peer);

	if (c == NULL)
		return true;
	if (answer == MENU_CHAT)
		front_open_chat(f, &peer);
	else if (answer == MENU_LINK)
		front_contact(f, &peer,
			      c->c.link == LINK_OFFLINE || c->c.closed_by_hand ? OP_CONNECT
									       : OP_DISCONNECT,
			      NULL, NULL);
	else if (answer == MENU_FILES) {
		front_open_chat(f, &peer);
		front_set_focus(f, PANE_BROWSER);
	} else if (answer == MENU_VERIFY)
		ask_verify(f, &peer);
	else if (answer == MENU_ADDRESS)
		ask_address(f, &peer);
	else if (answer == MENU_RENAME)
		ask_rename(f, &peer);
	else if (answer == MENU_DEVICE)
		ask_device(f, &peer);
	else if (answer == MENU_BLOCK && c->c.state == CONTACT_BLOCKED)
		front_contact(f, &peer, OP_UNBLOCK, NULL, NULL);
	else if (answer == MENU_BLOCK)
		ask_block(f, &peer);
	else if (answer == MENU_REMOVE)
		ask_remove(f, &peer);
	return true;
}

void
ask_peer(struct front *f, const struct key *peer)
{
	const struct model_contact *c = contact(f, peer);
	struct dialog *d;
	bool closed;

	if (c == NULL)
		return;
	if (c->c.state == CONTACT_REQUEST) {
		ask_request(f, peer, false);
		return;
	}
	if (c->c.is_person) {
		ask_person(f, peer);
		return;
	}
	closed = c->c.link == LINK_OFFLINE || c->c.closed_by_hand;
	d = dialog_named(c->c.name, menu_done);
	dialog_menu(d);
	dialog_answer(d, 'o', "Open the chat");
	dialog_answer(d, closed ? 'c' : 'd',
		      closed ? N_("Connect now") : N_("Close the connection"));
	dialog_answer(d, 's', "Choose files to send");
	dialog_answer(d, 'v', "Compare safety numbers");
	dialog_answer(d, 'e', "Enter address and port");
	dialog_answer(d, 'r', "Rename");
	dialog_answer(d, 'g', "Group as a device of a person");
	dialog_answer(d, c->c.state == CONTACT_BLOCKED ? 'u' : 'b',
		      c->c.state == CONTACT_BLOCKED ? N_("Unblock") : N_("Block"));
	dialog_answer(d, 'x', "Remove");
	dialog_about(d, peer, 0);
	dialog_stale(d, peer_gone);
	front_ask(f, d);
}
