/* linear_do.c - what needs a pane on the screen, as lines: help, contacts, transfers, folders, searches. */
#include "config.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/command.h"
#include "src/msg.h"
#include "src/options.h"
#include "src/path.h"
#include "src/say.h"
#include "src/shellwords.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/dialog.h"
#include "ui/help_lines.h"
#include "ui/linear_priv.h"
#include "ui/tour.h"

#define HITS  50  /* of a search */
#define FILES 100 /* of a folder */
#define HELPS 30

/* ---- help ------------------------------------------------------------------------------------------------------------- */

static const char *const how[TOUR_LINES] = {
	N_("What you type goes to the chat before the >, now or once they are online; Enter sends "
	   "it."),
	N_("/contacts lists people, /chat NAME goes to one, /older reads back, /unread goes to "
	   "news."),
	N_("/send NAME PATH offers a file; Tab completes names and paths, or reads what there is."),
	N_("/help WORD finds a command, /help all reads them all; /id reads your code, /add adds "
	   "a friend.")};

static void
read_how(struct linear *l)
{
	for (size_t i = 0; i < TOUR_LINES; i++)
		linear_print(l, "%s", _(how[i]));
}

static void
help(struct linear *l, const char *words)
{
	static const char *const none[] = {NULL};
	bool all = strcmp(words, "all") == 0;
	struct help_lines lines;
	size_t n;

	if (words[0] == '\0') {
		read_how(l);
		return;
	}
	help_lines_make(&lines, true);
	palette_lines_filter(&lines, all ? "" : words, none);
	n = all || lines.nshown < HELPS ? lines.nshown : HELPS;
	for (size_t i = 0; i < n; i++) {
		const struct help_line *line = &lines.v[lines.shown[i]];

		linear_print(l, "%s: %s", help_line_left(line), _(line->right));
	}
	if (n == 0)
		linear_print(l, "Nothing matches. /help all reads all commands.");
	else if (n < lines.nshown)
		linear_print(l, "There are %zu more.", lines.nshown - n);
	help_lines_free(&lines);
}

/* ---- who and what there is -------------------------------------------------------------------------------------------- */

static void
contacts(struct linear *l)
{
	const struct model *m = front_model(l->front);
	size_t number = 0;
	char unread[40];

	if (model_ncontacts(m) == 0)
		linear_print(l, "There is nobody yet. /add adds a friend, /pair makes a code.");
	for (size_t i = 0; i < model_ncontacts(m); i++) {
		const struct model_contact *c = model_contact_at(m, i);
		bool away = c->c.link == LINK_ONLINE && c->c.away;

		unread[0] = '\0';
		if (c->chat.unread != 0)
			say_into(unread, sizeof(unread), ", %u unread", (unsigned)c->chat.unread);
		if (model_is_device(&c->c))
			linear_print(l, "%s, a device of %s: %s", c->c.name, c->c.person_name,
				     _(link_word(c->c.link)));
		else if (c->c.state == CONTACT_ACCEPTED)
			linear_print(l, "%zu %s: %s, %s%s", ++number, c->c.name,
				     away ? _("away") : _(link_word(c->c.link)),
				     _(trust_words(c->c.trust, c->c.how)), unread);
		else if (c->c.state == CONTACT_REQUEST)
			linear_print(l, "%s asks to be let in: /requests", c->c.nick);
		else if (c->c.state == CONTACT_BLOCKED)
			linear_print(l, "%s: blocked", c->c.name);
	}
}

/* ---- folders ---------------------------------------------------------------------------------------------------------- */

static int
visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static void
read_entry(struct linear *l, const char *folder, const char *name)
{
	char *path = path_join(folder, name), size[TEXT_FIGURE];
	struct stat st;

	if (stat(path, &st) != 0)
		linear_print(l, "%s", name);
	else if (S_ISDIR(st.st_mode))
		linear_print(l, "%s/", name);
	else
		linear_print(l, "%s, %s", name,
			     text_size(size, sizeof(size), (uint64_t)st.st_size));
	free(path);
}

static bool
files(struct linear *l, const char *args, char *err, size_t errlen)
{
	struct shellwords words;
	struct dirent **list = NULL;
	const char *why = "";
	char *folder, *shown;
	int n;

	if (!shellwords_split(args, &words, &why)) {
		strlcpy(err, why, errlen);
		return false;
	}
	folder = path_expand(words.n > 0 ? words.word[0] : ".");
	shellwords_free(&words);
	n = scandir(folder, &list, visible, alphasort);
	shown = path_abbreviate(folder);
	if (n < 0)
		say_into(err, errlen, "%s cannot be read.", shown);
	else
		linear_print(l, "%s has %d files and folders. /send NAME PATH offers some.", shown,
			     n);
	for (int i = 0; i < n; i++) {
		if (i < FILES)
			read_entry(l, folder, list[i]->d_name);
		free(list[i]);
	}
	if (n > FILES)
		linear_print(l, "There are %d more; Tab completes what you begin.", n - FILES);
	free(list);
	free(shown);
	free(folder);
	return n >= 0;
}

/* ---- searches --------------------------------------------------------------------------------------------------------- */

/* In all chats, or in that one. */
static bool
search(struct linear *l, const char *typed, const struct key *in, char *err, size_t errlen)
{
	struct msg *m = msg_new(MSG_CMD_SEARCH);
	const char *words = typed;

	if (in != NULL)
		m->b.search.peer = *in;
	else
		words = command_search_words(front_model(l->front), typed, &m->b.search.peer, err,
					     errlen);
	if (words == NULL) {
		msg_free(m);
		return false;
	}
	m->b.search.at = INT64_MAX;
	m->b.search.count = HITS;
	m->serial = front_serial(l->front);
	msg_set_bytes(m, words, strlen(words));
	return front_send(l->front, m);
}

/* ---- doing ------------------------------------------------------------------------------------------------------------ */

static void
nothing_to_see(struct linear *l)
{
	linear_print(l, "That needs a screen. /help WORD finds what there is here.");
}

/* What has its place on a screen only, and what is there instead. */
static const struct {
	enum request req;
	const char *instead;
} screen_only[] = {
	{REQ_MOUSE, N_("There is no mouse here: the terminal's own selects text, and all commands "
		       "are typed.")},
	{REQ_BARE, N_("All text is bare here: /older and /newer read the chat.")},
	{REQ_MESSAGE_UP, N_("Messages are chosen by number here: /reply #2 TEXT answers the last "
			    "but one.")},
	{REQ_MESSAGE_DOWN, N_("Messages are chosen by number here: /reply #2 TEXT answers the last "
			      "but one.")},
	{REQ_FOCUS_PREV, N_("There are no panes here: /contacts and /transfers read what is in "
			    "them.")},
	{REQ_SCROLL_TOP, N_("/date YYYY-MM-DD goes back to a day, /older a page.")},
	{REQ_PEERS_NARROWER, N_("There are no columns here.")},
	{REQ_PEERS_WIDER, N_("There are no columns here.")},
	{REQ_DETAILS_NARROWER, N_("There are no columns here.")},
	{REQ_DETAILS_WIDER, N_("There are no columns here.")},
};

static bool
screen_request(struct linear *l, enum request req)
{
	for (size_t i = 0; i < NELEM(screen_only); i++) {
		if (screen_only[i].req == req) {
			linear_print(l, "%s", _(screen_only[i].instead));
			return true;
		}
	}
	return false;
}

bool
linear_request(void *arg, enum request req)
{
	struct linear *l = arg;

	if (req == REQ_HELP || req == REQ_LIST_HELP || req == REQ_PALETTE)
		help(l, "");
	else if (req == REQ_FOCUS_PEERS)
		contacts(l);
	else if (req == REQ_FOCUS_TRANSFERS)
		linear_transfers(l);
	else if (req == REQ_FOCUS_FILES)
		linear_print(l, "/files FOLDER reads a folder, /send NAME PATH offers files.");
	else if (req == REQ_COPY_CODE || req == REQ_SHOW_CODE)
		linear_print(l, "%s", model_invite(front_model(l->front)));
	else if (req == REQ_SCROLL_UP || req == REQ_SCROLL_DOWN)
		linear_chat_page(l, req == REQ_SCROLL_UP);
	else if (req == REQ_FIND || req == REQ_SEARCH)
		linear_print(l, "/find WORDS looks in this chat, /search WORDS in all.");
	else if (req == REQ_FOCUS_NEXT)
		linear_print(l, "Type / and Tab: it reads the commands.");
	else if (req == REQ_REDRAW)
		linear_line_hide(l); /* and it is written again */
	else if (req != REQ_SCROLL_BOTTOM)
		return screen_request(l, req);
	return true;
}

static int
done(bool good)
{
	return good ? 1 : -1;
}

int
linear_command(void *arg, const char *name, const char *args, char *err, size_t errlen)
{
	struct linear *l = arg;
	if (strcmp(name, "help") == 0 && args[0] != '\0')
		return help(l, args), 1;
	if (strcmp(name, "files") == 0)
		return done(files(l, args, err, errlen));
	if (strcmp(name, "send") == 0)
		return linear_request(l, REQ_FOCUS_FILES), 1;
	if ((strcmp(name, "chat") == 0 && args[0] == '\0') || strcmp(name, "contacts") == 0)
		return contacts(l), 1;
	if (strcmp(name, "search") == 0 && args[0] != '\0')
		return done(search(l, args, NULL, err, errlen));
	if (strcmp(name, "find") == 0 && args[0] != '\0' && l->has_chat)
		return done(search(l, args, &l->chat, err, errlen));
	if (strcmp(name, "choose") == 0) {
		say_into(err, errlen,
			 "Here a part of an offer is taken by /accept N --only PATTERN.");
		return -1;
	}
	if (strcmp(name, "mouse") == 0)
		return screen_request(l, REQ_MOUSE), 1;
	if (strcmp(name, "bind") == 0 && args[0] == '\0')
		return linear_print(l, "/bind ACTION tells its keys, /bind ACTION KEYS gives it "
				       "others; Tab completes actions."),
		       1;
	if (strcmp(name, "open") == 0)
		return linear_open(l, args, err, errlen);
	if (strcmp(name, "transfers") == 0 && args[0] != '\0')
		return linear_went(l, args), 1;
	return 0;
}

/* ---- the beginning ---------------------------------------------------------------------------------------------------- */

static bool
name_done(struct front *f, struct dialog *d, int answer)
{
	const char *name = dialog_value(d, 0), *words[] = {"nick", name, NULL};

	if (answer != 0)
		return true;
	if (name[strspn(name, " ")] == '\0') {
		dialog_error(d, "Type the name others will see; /set nick changes it later.");
		return false;
	}
	return front_words(f, "set", words, 2);
}

void
linear_begin(struct linear *l)
{
	struct dialog *d;

	linear_print(l, "p2p-tui, one line for each event. /help explains, /quit ends.");
	if (!l->setup.first_run)
		return;
	d = dialog_new("What is your name?", name_done);
	dialog_line(d, 0, "No messages or files go to anyone until you add somebody.");
	dialog_field(d, "Your name", "what others will see", NAME_MAX_BYTES, "");
	dialog_answer(d, 0, "Take it");
	dialog_answer(d, 0, "Not now");
	front_ask(l->front, d);
}

void
linear_do_settle(struct linear *l)
{
	struct front *f = l->front;

	if (front_focus(f) != PANE_PROMPT && !linear_asking(l)) {
		/* A menu was asked from its list: that is not looked at. */
		if (front_focus(f) != PANE_TRANSFERS && front_focus(f) != PANE_PEERS)
			nothing_to_see(l);
		front_close_main(f);
		front_set_focus(f, PANE_PROMPT);
	}
	if (l->toured || !l->ready || linear_asking(l) || !tour_on(f))
		return;
	l->toured = true;
	tour_shown(f);
	read_how(l);
}
