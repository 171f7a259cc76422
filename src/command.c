/* command.c - the table of slash commands, and how a line becomes a call of one. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/command.h"
#include "src/command_do.h"
#include "src/model.h"
#include "src/msg.h"
#include "src/say.h"
#include "src/shellwords.h"
#include "src/text.h"
#include "src/util.h"

#define CURRENT COMMAND_CURRENT
#define BARE	COMMAND_BARE
#define PICK	COMMAND_PICK
#define TALK	COMMAND_TALK

/* clang-format off */
const struct command command_table[] = {
	/* name, args, help, where, complete, JSON keys, min, max, raw, flags, run */
	{"say", "NAME TEXT", "Send a message; the text is the rest of the line as it stands.",
		COMMAND_BOTH, ARG_TEXT, "to|name|peer text", 2, -1, 1, TALK, command_do_say},
	{"me", "NAME TEXT", "Say what you do: it is shown as * Ada waves.",
		COMMAND_BOTH, ARG_TEXT, "to|name|peer text", 2, -1, 1, TALK, command_do_me},
	{"edit", "NAME [#N|ID] TEXT", "Change the text of your last message, of your #Nth from the end, or of the one with that id.",
		COMMAND_BOTH, ARG_TEXT, "to|name|peer id? text", 2, 3, 1, TALK, command_do_edit},
	{"delete", "NAME [#N|ID]", "Delete a message of yours, here and at the other side.",
		COMMAND_BOTH, ARG_NAME, "to|name|peer id?", 1, 2, 0, TALK, command_do_delete},
	{"reply", "NAME [#N|ID] TEXT", "Answer the newest message of the other one, the #Nth from the end, or the one with that id.",
		COMMAND_BOTH, ARG_TEXT, "to|name|peer id? text", 2, 3, 1, TALK, command_do_reply},
	{"react", "NAME [#N|ID] EMOJI", "Put an emoji on a message; - takes it back.",
		COMMAND_BOTH, ARG_TEXT, "to|name|peer id? emoji|text", 2, 3, 1, TALK, command_do_react},
	{"versions", "NAME [#N|ID]", "Show what an edited message said before; without #N or an id, the newest that was edited.",
		COMMAND_BOTH, ARG_NAME, "to|name|peer id?", 1, 2, 0, TALK, command_do_versions},
	{"read", "NAME", "Mark all messages of a contact as read.",
		COMMAND_BOTH, ARG_NAME, "name|peer|to", 1, 1, 0, CURRENT, command_do_read},
	{"search", "[in:NAME] WORDS", "Search all chats, or one, for messages with all these words.",
		COMMAND_BOTH, ARG_TEXT, "words|text", 0, 1, -1, BARE, command_do_search},
	{"export", "NAME FILE [text|json]", "Write a chat into a file, to be read or, as JSON, one message a line.",
		COMMAND_BOTH, ARG_PATH, "name|peer path|file format?", 2, 3, 0, TALK, command_do_export},
	{"send", "NAME PATH...", "Offer files and folders.",
		COMMAND_BOTH, ARG_PATH, "to|name|peer paths|path", 2, -1, 0, BARE | TALK, command_do_send},
	{"accept", "N|KEY [FOLDER] [--only PATTERN...]", "Accept an offer by its number, or a request by its key. --only takes the part that fits: *.jpg any name, trip/raw a folder, 'trip/*.txt' a path.",
		COMMAND_BOTH, ARG_PATH, "transfer|peer folder|into? only", 1, -1, 0, PICK, command_do_accept},
	{"refuse", "N|KEY", "Refuse an offer or a request.",
		COMMAND_BOTH, ARG_TRANSFER, "transfer|peer", 1, 1, 0, PICK, command_do_refuse},
	{"deny", "KEY", "Refuse a request; to its sender it looks as if nobody had answered.",
		COMMAND_BOTH, ARG_NAME, "peer", 1, 1, 0, CURRENT, command_do_deny},
	{"pause", "N", "Pause a transfer.",
		COMMAND_BOTH, ARG_TRANSFER, "transfer", 1, 1, 0, PICK, command_do_pause},
	{"resume", "N", "Go on with a paused transfer.",
		COMMAND_BOTH, ARG_TRANSFER, "transfer", 1, 1, 0, PICK, command_do_resume},
	{"cancel", "N", "Cancel a transfer, for both sides.",
		COMMAND_BOTH, ARG_TRANSFER, "transfer", 1, 1, 0, PICK, command_do_cancel},
	{"forget", "N", "Take an ended transfer off the list.",
		COMMAND_BOTH, ARG_TRANSFER, "transfer", 1, 1, 0, PICK, command_do_forget},
	{"clean", "[yes]", "Show unfinished transfers that are left over; yes removes those that were shown.",
		COMMAND_BOTH, ARG_NONE, "yes", 0, 1, 0, 0, command_do_clean},
	{"queue", "N up|down|first|last", "Move what is sent to another place in its contact's queue.",
		COMMAND_BOTH, ARG_TRANSFER, "transfer place", 2, 2, 0, 0, command_do_queue},
	{"retry", "N|all", "Try again to send what failed or was refused or cancelled.",
		COMMAND_BOTH, ARG_TRANSFER, "transfer", 1, 1, 0, PICK, command_do_retry},
	{"transfers", "[N]", "List the transfers, or where each file of one went.",
		COMMAND_BOTH, ARG_TRANSFER, "transfer?", 0, 1, 0, BARE, command_do_transfers},
	{"limit", "NAME [RATE [RATE]]", "Limit the files sent to a contact, and those received, to so many bytes a second, as 500k; one RATE is for both, 0 is none.",
		COMMAND_BOTH, ARG_NAME, "name|peer up? down?", 1, 3, 0, TALK, command_do_limit},
	{"auto", "NAME [off|SIZE [FOLDER]]", "Accept a contact's offers up to a size without asking, as 20M; programs and odd names still ask.",
		COMMAND_BOTH, ARG_PATH, "name|peer size? folder?", 1, 3, 0, TALK, command_do_auto},
	{"add", "[NAME] INVITE|HOST:PORT|KEY|CODE", "Add a contact, under a name of your own.",
		COMMAND_BOTH, ARG_NAME, "name invite|address|key", 1, -1, 0, BARE, command_do_add},
	{"away", "[TEXT]", "Show as away until /back, with a line of status if you like.",
		COMMAND_BOTH, ARG_TEXT, "text?", 0, 1, -1, 0, command_do_away},
	{"back", "", "Show as there again.",
		COMMAND_BOTH, ARG_NONE, "", 0, 0, 0, 0, command_do_back},
	{"status", "[TEXT]", "Say something about you that contacts see; without TEXT, nothing any more.",
		COMMAND_BOTH, ARG_TEXT, "text?", 0, 1, -1, 0, command_do_status},
	{"invisible", "on|off", "Look offline to all contacts, but for those you /connect.",
		COMMAND_BOTH, ARG_NONE, "state", 1, 1, 0, 0, command_do_invisible},
	{"pair", "[NAME]", "Make a code to read to somebody who then types it: both become verified contacts.",
		COMMAND_BOTH, ARG_NONE, "name?", 0, -1, 0, 0, command_do_pair},
	{"join", "CODE [HOST:PORT] [NAME]", "Type the code somebody else has made; HOST:PORT where they are not on this network.",
		COMMAND_BOTH, ARG_NONE, "code address|host? name?", 1, -1, 0, BARE, command_do_join},
	{"unpair", "", "Take an open code back, and give up a code that was typed.",
		COMMAND_BOTH, ARG_NONE, "", 0, 0, 0, 0, command_do_unpair},
	{"requests", "", "List who asks to be let in.",
		COMMAND_BOTH, ARG_NONE, "", 0, 0, 0, BARE, command_do_requests},
	{"contacts", "", "List the contacts.",
		COMMAND_BOTH, ARG_NONE, "", 0, 0, 0, BARE, command_do_contacts},
	{"invite", "[--once] [--for NAME|KEY] [--expires 2d]", "Make an invite: for one person, whose key comes with it first, or for a KEY; for some time.",
		COMMAND_BOTH, ARG_TEXT, "--once --for --expires", 0, 5, 0, 0, command_do_invite},
	{"invites", "", "List the invites that were made and are still live.",
		COMMAND_BOTH, ARG_NONE, "", 0, 0, 0, 0, command_do_invites},
	{"withdraw", "N", "Withdraw an invite.",
		COMMAND_BOTH, ARG_TEXT, "number", 1, 1, 0, 0, command_do_withdraw},
	{"newdoor", "", "Give the door a new key: invites given out before end, contacts stay.",
		COMMAND_BOTH, ARG_NONE, "", 0, 0, 0, 0, command_do_newdoor},
	{"successor", "[FOLDER|off]", "Tell contacts that the identity in another home, at FOLDER, takes the place of this one; who is away hears it when it comes. They send you nothing until they have compared numbers. With off it is taken back for those who have not heard, and with no word you see who that is.",
		COMMAND_BOTH, ARG_PATH, "folder|path", 0, 1, 0, 0, command_do_successor},
	{"verify", "NAME [match|differ]", "Show the safety number of a contact, or say what you found when comparing it.",
		COMMAND_BOTH, ARG_NAME, "name|peer found?", 1, 2, 0, TALK, command_do_verify},
	{"block", "NAME|KEY|unknown", "Block somebody: to them you are not there. Of all unknown, nobody may ask to be let in any more.",
		COMMAND_BOTH, ARG_NAME, "name|peer", 1, 1, 0, CURRENT, command_do_block},
	{"unblock", "NAME|KEY|unknown", "Undo a block.",
		COMMAND_BOTH, ARG_NAME, "name|peer", 1, 1, 0, CURRENT, command_do_unblock},
	{"rename", "NAME NEW", "Give a contact another name of your own.",
		COMMAND_BOTH, ARG_TEXT, "name|peer new", 2, 2, 0, CURRENT, command_do_rename},
	{"person", "[PERSON [NAME...]]", "Group contacts as the devices of one person, under a name of yours: what is said to the person goes to each of them.",
		COMMAND_BOTH, ARG_NAME, "person names|name", 0, -1, 0, 0, command_do_person},
	{"ungroup", "NAME", "Take a contact out of its person, or a whole person apart.",
		COMMAND_BOTH, ARG_NAME, "name|peer", 1, 1, 0, CURRENT, command_do_ungroup},
	{"remove", "NAME", "Remove a contact and what was said.",
		COMMAND_BOTH, ARG_NAME, "name|peer", 1, 1, 0, 0, command_do_remove},
	{"clear", "NAME", "Clear a chat: what was said goes for good, but for what still waits.",
		COMMAND_BOTH, ARG_NAME, "name|peer", 1, 1, 0, CURRENT, command_do_clear},
	{"keep", "NAME [all|DAYS|nothing|default]", "Keep what is said with a contact for ever, for so many days as 30d, or only while the program runs; what waits or was not seen yet stays.",
		COMMAND_BOTH, ARG_NAME, "name|peer keep?", 1, 2, 0, TALK, command_do_keep},
	{"disappear", "NAME [TIME|off]", "Propose that messages disappear so long after they were delivered and seen, as 1h, 1d or 2w, or agree to it; off ends it.",
		COMMAND_BOTH, ARG_NAME, "to|name|peer timer?", 1, 2, 0, TALK, command_do_disappear},
	{"connect", "NAME", "Connect now.",
		COMMAND_BOTH, ARG_NAME, "name|peer", 1, 1, 0, CURRENT, command_do_connect},
	{"disconnect", "NAME", "Close the connection and keep it closed until /connect.",
		COMMAND_BOTH, ARG_NAME, "name|peer", 1, 1, 0, CURRENT, command_do_disconnect},
	{"address", "NAME HOST:PORT", "Say where a contact can be reached.",
		COMMAND_BOTH, ARG_TEXT, "name|peer address", 2, 2, 0, CURRENT, command_do_address},
	{"listen", "ADDRESS:PORT", "Listen there, now and from now on; port 0 is any.",
		COMMAND_BOTH, ARG_TEXT, "address", 1, 1, 0, BARE, command_do_listen},
	{"nearby", "", "List who is visible on this network.",
		COMMAND_BOTH, ARG_NONE, "", 0, 0, 0, BARE, command_do_nearby},
	{"visible", "[TIME|off]", "Let everybody on this network see your name for a while, as 10m, so that they can say hello.",
		COMMAND_BOTH, ARG_TEXT, "time?", 0, 1, 0, 0, command_do_visible},
	{"doctor", "", "Tell what the network looks like: addresses, ports, people nearby, and which contacts are reached, or why not.",
		COMMAND_BOTH, ARG_NONE, "", 0, 0, 0, 0, command_do_doctor},
	{"set", "[OPTION [VALUE]]", "Show or change an option.",
		COMMAND_BOTH, ARG_OPTION, "option value", 0, -1, 0, 0, command_do_set},
	{"id", "[copy]", "Show your own code, the invite, to give to a friend.",
		COMMAND_BOTH, ARG_NONE, "", 0, 1, 0, BARE, command_do_id},
	{"help", "[WORDS]", "Show the help, or only what has these words, as a command's name.",
		COMMAND_BOTH, ARG_COMMAND, "command|words", 0, 1, -1, BARE, command_do_help},
	{"quit", "", "Quit.",
		COMMAND_BOTH, ARG_NONE, "", 0, 0, 0, BARE, command_do_quit},
	{"chat", "[NAME|N]", "Open a chat, by name or by its place in the list.",
		COMMAND_SCREEN, ARG_NAME, NULL, 0, -1, 0, 0, NULL},
	{"next", "", "Switch to the next chat.", COMMAND_SCREEN, ARG_NONE, NULL, 0, 0, 0, 0, NULL},
	{"prev", "", "Switch to the previous chat.", COMMAND_SCREEN, ARG_NONE, NULL, 0, 0, 0, 0, NULL},
	{"unread", "", "Switch to the next chat with unread messages.",
		COMMAND_SCREEN, ARG_NONE, NULL, 0, 0, 0, 0, NULL},
	{"older", "", "Go a page back in the chat.", COMMAND_SCREEN, ARG_NONE, NULL, 0, 0, 0, 0, NULL},
	{"newer", "", "Go a page forward in the chat.", COMMAND_SCREEN, ARG_NONE, NULL, 0, 0, 0, 0, NULL},
	{"peers", "", "Go to the list of peers.", COMMAND_SCREEN, ARG_NONE, NULL, 0, 0, 0, 0, NULL},
	{"files", "[FOLDER]", "Open the file browser.", COMMAND_SCREEN, ARG_PATH, NULL, 0, 1, 0, 0, NULL},
	{"open", "[N]", "Open the menu of a transfer, or the folder of what has arrived.",
		COMMAND_SCREEN, ARG_TRANSFER, NULL, 0, 1, 0, 0, NULL},
	{"choose", "[N]", "Choose a part of an offer: opens its list.",
		COMMAND_SCREEN, ARG_TRANSFER, NULL, 0, 1, 0, 0, NULL},
	{"find", "[WORDS]", "Find in the chat.", COMMAND_SCREEN, ARG_TEXT, NULL, 0, -1, 0, 0, NULL},
	{"date", "YYYY-MM-DD", "Go to a day in the chat.", COMMAND_SCREEN, ARG_TEXT, NULL, 0, 1, 0, 0, NULL},
	{"palette", "", "Choose from all commands.", COMMAND_SCREEN, ARG_NONE, NULL, 0, 0, 0, 0, NULL},
	{"copy", "", "Copy the newest message, or the one under the cursor.",
		COMMAND_SCREEN, ARG_NONE, NULL, 0, 0, 0, 0, NULL},
	{"editor", "[TEXT]", "Write in your editor ($VISUAL, $EDITOR); what you wrote comes into the input line.",
		COMMAND_SCREEN, ARG_TEXT, NULL, 0, -1, -1, 0, NULL},
	{"link", "[copy]", "Open or copy the newest link in the chat; by key, that of the chosen message.",
		COMMAND_SCREEN, ARG_NONE, NULL, 0, 1, 0, 0, NULL},
	{"theme", "[THEME]", "Choose the colours.", COMMAND_SCREEN, ARG_OPTION, NULL, 0, 1, 0, 0, NULL},
	{"bind", "[ACTION [KEYS...]]", "Give an action other keys: a list like F5 ^O M-x, none, or default.",
		COMMAND_SCREEN, ARG_TEXT, NULL, 0, -1, 0, 0, NULL},
	{"mouse", "[on|off]", "Mouse on or off; off, the terminal selects text.",
		COMMAND_SCREEN, ARG_NONE, NULL, 0, 1, 0, 0, NULL},
	{"bare", "", "Show the bare text of the chat, for copying.",
		COMMAND_SCREEN, ARG_NONE, NULL, 0, 0, 0, 0, NULL},
	{"passphrase", "", "Set, change or remove the passphrase that seals what is kept on this disk.",
		COMMAND_SCREEN, ARG_NONE, NULL, 0, 0, 0, 0, NULL},
	{"suspend", "", "Suspend the program.", COMMAND_SCREEN, ARG_NONE, NULL, 0, 0, 0, 0, NULL},
	{"redraw", "", "Draw the screen anew.", COMMAND_SCREEN, ARG_NONE, NULL, 0, 0, 0, 0, NULL},
	{NULL, NULL, NULL, COMMAND_BOTH, ARG_NONE, NULL, 0, 0, 0, 0, NULL},
};
/* clang-format on */

const struct command *
command_find(const char *name)
{
	for (const struct command *row = command_table; row->name != NULL; row++) {
		if (strcmp(row->name, name) == 0)
			return row;
	}
	return NULL;
}

static bool
usage(const struct command *row, char *err, size_t errlen)
{
	say_into(err, errlen, "Usage: /%s%s%s", row->name, row->args[0] != '\0' ? " " : "",
		 row->args);
	return false;
}

static bool
unknown(const char *name, char *err, size_t errlen)
{
	char shown[64];

	text_fit(shown, sizeof(shown), name, strlen(name), 30, 0);
	say_into(err, errlen, "There is no command /%s: /help lists them all.", shown);
	return false;
}

/* Hands a command to the screen, which gets its words as they were typed. */
static bool
to_screen(struct command_env *env, const struct command *row, const char *args, char *err,
	  size_t errlen)
{
	if (env->screen == NULL) {
		say_into(err, errlen, "/%s needs the full screen%s", row->name,
			 strcmp(row->name, "passphrase") == 0
				 ? _(": without one, end this and use the command p2p-tui "
				     "passphrase.")
				 : ".");
		return false;
	}
	return env->screen(env->arg, row->name, args, err, errlen);
}

/* Whether the first word was left out and the open chat stands in for it. */
static bool
needs_current(const struct command_env *env, const struct command *row, const char *const *words,
	      size_t n)
{
	if (env->current == NULL)
		return false;
	if (row->flags & COMMAND_CURRENT)
		return n + 1 == (size_t)row->min;
	if (!(row->flags & COMMAND_TALK))
		return false;
	/* A name always wins; one word alone cannot be a name and a text. */
	return n + 1 == (size_t)row->min ||
	       (n > 0 && model_contact_named(env->model, words[0]) == NULL);
}

static bool
call(struct command_env *env, const struct command *row, const char *const *words, size_t n,
     char *err, size_t errlen)
{
	struct command_call c = {env, row, words, n, err, errlen};

	if (n == 0 && (row->flags & COMMAND_BARE) && env->screen != NULL)
		return to_screen(env, row, "", err, errlen);
	if (n < (size_t)row->min && !(env->screen != NULL && (row->flags & COMMAND_PICK)))
		return usage(row, err, errlen);
	if (row->max >= 0 && n > (size_t)row->max)
		return usage(row, err, errlen);
	return row->run(&c);
}

/* Puts the key of the open chat before the words, where it was left out. */
static bool
call_with_current(struct command_env *env, const struct command *row, const char *const *words,
		  size_t n, char *err, size_t errlen)
{
	const char **more;
	char hex[2 * KEY_LEN + 1];
	bool ok;

	if (!needs_current(env, row, words, n))
		return call(env, row, words, n, err, errlen);
	more = xcalloc(n + 2, sizeof(*more));
	more[0] = util_hex(hex, env->current->b, KEY_LEN);
	for (size_t i = 0; i < n; i++)
		more[i + 1] = words[i];
	ok = call(env, row, more, n + 1, err, errlen);
	free(more);
	return ok;
}

/* "/say NAME the text as it stands": the first words are read as a shell does, the rest is one word. The contact may be left out on a
 * screen, and then all of it is the text. */
static bool
run_raw(struct command_env *env, const struct command *row, const char *args, char *err,
	size_t errlen)
{
	const char *rest = shellwords_rest(args, (size_t)row->raw), *why = NULL;
	struct shellwords words = {0};
	const char *two[3] = {NULL, NULL, NULL};
	bool split = false, ok;

	if (rest[0] != '\0') {
		char *head = xstrndup(args, strlen(args) - strlen(rest));

		split = shellwords_split(head, &words, &why);
		free(head);
	}
	if (split && words.n == 1 &&
	    (env->current == NULL || model_contact_named(env->model, words.word[0]) != NULL)) {
		two[0] = words.word[0];
		two[1] = rest;
		ok = call(env, row, two, 2, err, errlen);
	} else if (env->current != NULL && args[0] != '\0') {
		two[0] = args;
		ok = call_with_current(env, row, two, 1, err, errlen);
	} else {
		ok = usage(row, err, errlen);
	}
	if (split)
		shellwords_free(&words);
	return ok;
}

bool
command_run_words(struct command_env *env, const char *name, const char *const *words, size_t n,
		  char *err, size_t errlen)
{
	const struct command *row = command_find(name);

	if (row == NULL)
		return unknown(name, err, errlen);
	if (row->run == NULL)
		return to_screen(env, row, n > 0 ? words[0] : "", err, errlen);
	return call_with_current(env, row, words, n, err, errlen);
}

/* How many blanks a text ends with. */
static size_t
blanks_behind(const char *text)
{
	size_t n = 0, len = strlen(text);

	while (n < len && strchr(" \t\r\n", text[len - 1 - n]) != NULL)
		n++;
	return n;
}

bool
command_run(struct command_env *env, const char *line, char *err, size_t errlen)
{
	size_t len = strcspn(line + 1, " \t\r\n");
	char *name = xstrndup(line + 1, len);
	const struct command *row = command_find(name);
	const char *args = line + 1 + len, *why = "";
	struct shellwords words;
	bool ok;

	args += strspn(args, " \t\r\n");
	if (row == NULL) {
		ok = unknown(name, err, errlen);
	} else if (row->run == NULL) {
		/* Completion puts a blank behind a word. */
		char *typed = xstrndup(args, strlen(args) - blanks_behind(args));

		ok = to_screen(env, row, typed, err, errlen);
		free(typed);
	} else if (row->raw < 0) {
		const char *one[2] = {args, NULL};

		ok = call(env, row, one, args[0] != '\0', err, errlen);
	} else if (row->raw > 0) {
		ok = run_raw(env, row, args, err, errlen);
	} else if (!shellwords_split(args, &words, &why)) {
		snprintf(err, errlen, "%s", why);
		ok = false;
	} else {
		ok = call_with_current(env, row, (const char *const *)words.word, words.n, err,
				       errlen);
		shellwords_free(&words);
	}
	free(name);
	return ok;
}
