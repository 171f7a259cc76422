#ifndef P2P_UI_KEYS_H
#define P2P_UI_KEYS_H
/* The one table of requests: what a user can ask for, by which keys, where, and the slash command that does the same. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/input.h"

/* Where a key holds. A look-up asks one context and then KEYS_GLOBAL. Lists are all panes with a cursor. */
#define KEYS_GLOBAL    0x01u
#define KEYS_PROMPT    0x02u
#define KEYS_PEERS     0x04u
#define KEYS_CHAT      0x08u
#define KEYS_BROWSER   0x10u
#define KEYS_TRANSFERS 0x20u
#define KEYS_DIALOG    0x40u
#define KEYS_HELP      0x80u
#define KEYS_SEARCH    0x100u
#define KEYS_CHOOSE    0x200u
#define KEYS_WENT      0x400u
#define KEYS_CONTEXTS  11 /* how many of them */
#define KEYS_LISTS                                                                            \
	(KEYS_PEERS | KEYS_BROWSER | KEYS_TRANSFERS | KEYS_HELP | KEYS_SEARCH | KEYS_CHOOSE | \
	 KEYS_WENT)
#define KEYS_MARKED (KEYS_BROWSER | KEYS_CHOOSE)
#define KEYS_PANES  (KEYS_LISTS | KEYS_CHAT)

/* An action has a slash command; a motion only moves a cursor, focus or view; an edit changes the text being typed. */
enum keys_kind { KEYS_ACTION, KEYS_MOTION, KEYS_EDIT };

/* One row: the request, its keys (the first is shown on the key line), contexts, kind, slash command or "", help sentence.
 * Key names are what keys_parse() reads: ^x for Ctrl, M- Alt, S- Shift, C- Ctrl on named keys; ^X before another is a key of its own. */
/* clang-format off */
#define KEYS_TABLE(X) \
	/* everywhere */ \
	X(HELP,           "F1",               KEYS_GLOBAL, KEYS_ACTION, "/help",        "Show this help") \
	X(FOCUS_PEERS,    "F2",               KEYS_GLOBAL, KEYS_ACTION, "/peers",       "Go to the list of peers") \
	X(FOCUS_FILES,    "F3",               KEYS_GLOBAL, KEYS_ACTION, "/files",       "Open the file browser") \
	X(FOCUS_TRANSFERS, "F4",              KEYS_GLOBAL, KEYS_ACTION, "/transfers",   "Go to the list of transfers") \
	X(COPY_CODE,      "F5",               KEYS_GLOBAL, KEYS_ACTION, "/id copy",     "Copy your own code, to give to a friend") \
	X(SHOW_CODE,      "F6",               KEYS_GLOBAL, KEYS_ACTION, "/id",          "Show your own code") \
	X(ADD_PEER,       "F7",               KEYS_GLOBAL, KEYS_ACTION, "/add",         "Add a peer by code or address") \
	X(REQUESTS,       "F8",               KEYS_GLOBAL, KEYS_ACTION, "/requests",    "Show who asks to be let in") \
	X(LISTEN,         "F9",               KEYS_GLOBAL, KEYS_ACTION, "/listen",      "Say where to listen for peers") \
	X(QUIT,           "F10 ^Q",           KEYS_GLOBAL, KEYS_ACTION, "/quit",        "Quit; asks when transfers run or messages wait") \
	X(CHAT_1,         "M-1",              KEYS_GLOBAL, KEYS_ACTION, "/chat 1",      "Open the first chat") \
	X(CHAT_2,         "M-2",              KEYS_GLOBAL, KEYS_ACTION, "/chat 2",      "Open the second chat") \
	X(CHAT_3,         "M-3",              KEYS_GLOBAL, KEYS_ACTION, "/chat 3",      "Open the third chat") \
	X(CHAT_4,         "M-4",              KEYS_GLOBAL, KEYS_ACTION, "/chat 4",      "Open the fourth chat") \
	X(CHAT_5,         "M-5",              KEYS_GLOBAL, KEYS_ACTION, "/chat 5",      "Open the fifth chat") \
	X(CHAT_6,         "M-6",              KEYS_GLOBAL, KEYS_ACTION, "/chat 6",      "Open the sixth chat") \
	X(CHAT_7,         "M-7",              KEYS_GLOBAL, KEYS_ACTION, "/chat 7",      "Open the seventh chat") \
	X(CHAT_8,         "M-8",              KEYS_GLOBAL, KEYS_ACTION, "/chat 8",      "Open the eighth chat") \
	X(CHAT_9,         "M-9",              KEYS_GLOBAL, KEYS_ACTION, "/chat 9",      "Open the ninth chat") \
	X(CHAT_NEXT,      "^N M-Right",       KEYS_GLOBAL, KEYS_ACTION, "/next",        "Switch to the next chat") \
	X(CHAT_PREV,      "^P M-Left",        KEYS_GLOBAL, KEYS_ACTION, "/prev",        "Switch to the previous chat") \
	X(CHAT_UNREAD,    "M-a",              KEYS_GLOBAL, KEYS_ACTION, "/unread",      "Switch to the next chat with unread messages") \
	X(FIND,           "^S",               KEYS_GLOBAL, KEYS_ACTION, "/find",        "Find in the chat") \
	X(SEARCH,         "M-s",              KEYS_GLOBAL, KEYS_ACTION, "/search",      "Search all chats") \
	X(PALETTE,        "M-x",              KEYS_GLOBAL, KEYS_ACTION, "/palette",     "Choose from all commands") \
	X(COPY_MESSAGE,   "M-c",              KEYS_GLOBAL, KEYS_ACTION, "/copy",        "Copy the newest message, or the one under the cursor") \
	X(MOUSE,          "M-m",              KEYS_GLOBAL, KEYS_ACTION, "/mouse",       "Mouse off, so that the terminal selects text; again: on") \
	X(BARE,           "M-l",              KEYS_GLOBAL, KEYS_ACTION, "/bare",        "Show the bare text of the chat, for copying") \
	X(SUSPEND,        "^Z",               KEYS_GLOBAL, KEYS_ACTION, "/suspend",     "Suspend the program") \
	X(REDRAW,         "^L",               KEYS_GLOBAL, KEYS_ACTION, "/redraw",      "Draw the screen anew") \
	X(PEERS_NARROWER, "M-S-Left",         KEYS_GLOBAL, KEYS_ACTION, "/set peers_width", "The list of peers narrower") \
	X(PEERS_WIDER,    "M-S-Right",        KEYS_GLOBAL, KEYS_ACTION, "/set peers_width", "The list of peers wider") \
	X(DETAILS_WIDER,  "M-S-Up",           KEYS_GLOBAL, KEYS_ACTION, "/set details_width", "The details beside the chat wider") \
	X(DETAILS_NARROWER, "M-S-Down",       KEYS_GLOBAL, KEYS_ACTION, "/set details_width", "The details beside the chat narrower") \
	X(SCROLL_UP,      "PgUp",             KEYS_GLOBAL, KEYS_ACTION, "/older",       "Scroll a page back") \
	X(SCROLL_DOWN,    "PgDn",             KEYS_GLOBAL, KEYS_ACTION, "/newer",       "Scroll a page forward") \
	X(SCROLL_TOP,     "M-<",              KEYS_GLOBAL, KEYS_MOTION, "",             "Scroll to the oldest") \
	X(SCROLL_BOTTOM,  "M->",              KEYS_GLOBAL, KEYS_MOTION, "",             "Scroll to the newest") \
	X(MESSAGE_UP,     "M-Up",             KEYS_GLOBAL, KEYS_MOTION, "",             "Choose a message of the chat, upwards") \
	X(MESSAGE_DOWN,   "M-Down",           KEYS_GLOBAL, KEYS_MOTION, "",             "Choose a message of the chat, downwards") \
	X(BACK,           "Esc",              KEYS_GLOBAL, KEYS_MOTION, "",             "Back to the input line; closes or cancels what is open") \
	X(FOCUS_NEXT,     "Tab",              KEYS_GLOBAL, KEYS_MOTION, "",             "Go to the next pane") \
	X(FOCUS_PREV,     "S-Tab",            KEYS_GLOBAL, KEYS_MOTION, "",             "Go to the previous pane") \
	X(CLEAR,          "^C",               KEYS_GLOBAL, KEYS_EDIT,   "",             "Clear the input line") \
	/* the input line */ \
	X(SUBMIT,         "Enter",            KEYS_PROMPT, KEYS_EDIT,   "",             "Send the message, or run the command") \
	X(COMPLETE,       "Tab",              KEYS_PROMPT, KEYS_EDIT,   "",             "Complete the word; on an empty line, go to the next pane") \
	X(NEWLINE,        "M-Enter S-Enter C-Enter", KEYS_PROMPT, KEYS_EDIT, "",        "Start a new line in the message") \
	X(HISTORY_SEARCH, "^R",               KEYS_PROMPT, KEYS_EDIT,   "",             "Search what you typed before; again: older") \
	X(EDIT_UP,        "Up",               KEYS_PROMPT, KEYS_EDIT,   "",             "Line up; on the first line, what you typed before") \
	X(EDIT_DOWN,      "Down",             KEYS_PROMPT, KEYS_EDIT,   "",             "Line down; on the last line, what you typed after") \
	X(EDIT_LEFT,      "Left ^B",          KEYS_PROMPT, KEYS_EDIT,   "",             "One character left") \
	X(EDIT_RIGHT,     "Right ^F",         KEYS_PROMPT, KEYS_EDIT,   "",             "One character right") \
	X(EDIT_WORD_LEFT, "M-b C-Left",       KEYS_PROMPT, KEYS_EDIT,   "",             "One word left") \
	X(EDIT_WORD_RIGHT, "M-f C-Right",     KEYS_PROMPT, KEYS_EDIT,   "",             "One word right") \
	X(EDIT_HOME,      "^A Home",          KEYS_PROMPT, KEYS_EDIT,   "",             "To the start of the line") \
	X(EDIT_END,       "^E End",           KEYS_PROMPT, KEYS_EDIT,   "",             "To the end of the line; on an empty line, to the newest message") \
	X(EDIT_TOP,       "C-Home",           KEYS_PROMPT, KEYS_EDIT,   "",             "To the start of the text") \
	X(EDIT_BOTTOM,    "C-End",            KEYS_PROMPT, KEYS_EDIT,   "",             "To the end of the text") \
	X(EDIT_BACKSPACE, "Backspace",        KEYS_PROMPT, KEYS_EDIT,   "",             "Delete the character to the left") \
	X(EDIT_DELETE,    "^D Del",           KEYS_PROMPT, KEYS_EDIT,   "",             "Delete the character under the cursor") \
	X(EDIT_KILL_SPACE_LEFT, "^W",         KEYS_PROMPT, KEYS_EDIT,   "",             "Cut to the left, up to a space") \
	X(EDIT_KILL_WORD_LEFT, "M-Backspace C-Backspace", KEYS_PROMPT, KEYS_EDIT, "",   "Cut the word to the left") \
	X(EDIT_KILL_WORD_RIGHT, "M-d C-Del",  KEYS_PROMPT, KEYS_EDIT,   "",             "Cut the word to the right") \
	X(EDIT_KILL_END,  "^K",               KEYS_PROMPT, KEYS_EDIT,   "",             "Cut to the end of the line") \
	X(EDIT_KILL_HOME, "^U",               KEYS_PROMPT, KEYS_EDIT,   "",             "Cut to the start of the line") \
	X(EDIT_YANK,      "^Y",               KEYS_PROMPT, KEYS_EDIT,   "",             "Insert what was cut last") \
	X(EDIT_YANK_POP,  "M-y",              KEYS_PROMPT, KEYS_EDIT,   "",             "After ^Y: replace it with what was cut before") \
	X(EDIT_TRANSPOSE, "^T",               KEYS_PROMPT, KEYS_EDIT,   "",             "Swap two characters") \
	X(EDIT_UNDO,      "^_",               KEYS_PROMPT, KEYS_EDIT,   "",             "Undo") \
	X(EDITOR,         "^X^E",             KEYS_PROMPT, KEYS_ACTION, "/editor",      "Edit the text in your editor ($VISUAL, $EDITOR)") \
	/* all lists */ \
	X(LIST_UP,        "Up k",             KEYS_PANES,  KEYS_MOTION, "",             "One row up") \
	X(LIST_DOWN,      "Down j",           KEYS_PANES,  KEYS_MOTION, "",             "One row down") \
	X(LIST_TOP,       "Home g",           KEYS_PANES,  KEYS_MOTION, "",             "To the first row") \
	X(LIST_BOTTOM,    "End G",            KEYS_PANES,  KEYS_MOTION, "",             "To the last row") \
	X(LIST_FILTER,    "/",                KEYS_MARKED | KEYS_PEERS | KEYS_HELP | KEYS_SEARCH | KEYS_WENT, KEYS_MOTION, "", "Show only the rows that match; in a search, other words") \
	X(LIST_HELP,      "?",                KEYS_PANES,  KEYS_ACTION, "/help",        "Show this help") \
	/* peers */ \
	X(PEER_OPEN,      "Enter Right",      KEYS_PEERS,  KEYS_ACTION, "/chat",        "Open the chat with this peer, or answer the request") \
	X(PEER_MENU,      "Space m",          KEYS_PEERS,  KEYS_MOTION, "",             "Choose what to do with this peer") \
	X(PEER_CONNECT,   "c",                KEYS_PEERS,  KEYS_ACTION, "/connect",     "Connect now") \
	X(PEER_DISCONNECT, "d",               KEYS_PEERS,  KEYS_ACTION, "/disconnect",  "Close the connection") \
	X(PEER_ADDRESS,   "e",                KEYS_PEERS,  KEYS_ACTION, "/address",     "Enter the peer's address and port") \
	X(PEER_RENAME,    "r",                KEYS_PEERS,  KEYS_ACTION, "/rename",      "Give the peer another name") \
	X(PEER_BLOCK,     "b",                KEYS_PEERS | KEYS_DIALOG, KEYS_ACTION, "/block", "Block the peer") \
	X(PEER_UNBLOCK,   "u",                KEYS_PEERS,  KEYS_ACTION, "/unblock",     "Unblock the peer") \
	X(PEER_VERIFY,    "v",                KEYS_PEERS,  KEYS_ACTION, "/verify",      "Compare safety numbers with this peer") \
	X(PEER_REMOVE,    "Del",              KEYS_PEERS,  KEYS_ACTION, "/remove",      "Remove the peer; asks first") \
	X(PEER_SEND,      "s",                KEYS_PEERS,  KEYS_ACTION, "/send",        "Choose files to send to this peer") \
	X(PEER_ACCEPT,    "y",                KEYS_PEERS,  KEYS_ACTION, "/accept",      "Accept the request") \
	X(PEER_DENY,      "n",                KEYS_PEERS,  KEYS_ACTION, "/deny",        "Refuse the request") \
	/* what was looked for */ \
	X(FIND_OLDER,     "n",                KEYS_CHAT,   KEYS_MOTION, "",             "After a search: to the next older message that matches") \
	X(FIND_NEWER,     "N",                KEYS_CHAT,   KEYS_MOTION, "",             "After a search: to the next newer message that matches") \
	/* the chosen message */ \
	X(MESSAGE_EDIT,   "e",                KEYS_CHAT,   KEYS_ACTION, "/edit",        "Edit the chosen message") \
	X(MESSAGE_DELETE, "d",                KEYS_CHAT,   KEYS_ACTION, "/delete",      "Delete the chosen message; asks first") \
	X(MESSAGE_REPLY,  "r",                KEYS_CHAT,   KEYS_ACTION, "/reply",       "Reply to the chosen message") \
	X(MESSAGE_REACT,  "+",                KEYS_CHAT,   KEYS_ACTION, "/react",       "Put an emoji on the chosen message") \
	X(MESSAGE_LINK,   "o",                KEYS_CHAT,   KEYS_ACTION, "/link",        "Open a link of the chosen message; asks first") \
	X(MESSAGE_LINK_COPY, "y",             KEYS_CHAT,   KEYS_ACTION, "/link copy",   "Copy a link of the chosen message") \
	X(MESSAGE_VERSIONS, "v",              KEYS_CHAT,   KEYS_ACTION, "/versions",    "Show what the chosen message said before it was edited") \
	/* the file browser */ \
	X(FILE_MARK,      "Space Ins",        KEYS_MARKED, KEYS_MOTION, "",            "Mark or unmark, and go one row down") \
	X(FILE_RANGE,     "v",                KEYS_MARKED, KEYS_MOTION, "",            "Start a range of marks; again: end it") \
	X(FILE_RANGE_UP,  "S-Up",             KEYS_MARKED, KEYS_MOTION, "",            "Mark a range upwards") \
	X(FILE_RANGE_DOWN, "S-Down",          KEYS_MARKED, KEYS_MOTION, "",            "Mark a range downwards") \
	X(FILE_MARK_ALL,  "a",                KEYS_MARKED, KEYS_MOTION, "",            "Mark all") \
	X(FILE_INVERT,    "*",                KEYS_MARKED, KEYS_MOTION, "",            "Invert the marks") \
	X(FILE_CLEAR,     "x",                KEYS_MARKED, KEYS_MOTION, "",            "Clear the marks") \
	X(FILE_HIDDEN,    ".",                KEYS_BROWSER, KEYS_MOTION, "",            "Show or hide hidden files") \
	X(FILE_PARENT,    "h Left Backspace", KEYS_MARKED, KEYS_MOTION, "",            "To the parent folder") \
	X(FILE_HOME,      "~",                KEYS_BROWSER, KEYS_MOTION, "",            "To the home folder") \
	X(FILE_ENTER,     "Right l",          KEYS_MARKED, KEYS_MOTION, "",            "Enter the folder") \
	X(FILE_BACK,      "H",                KEYS_BROWSER, KEYS_MOTION, "",            "Back to the folder before") \
	X(FILE_FORWARD,   "L",                KEYS_BROWSER, KEYS_MOTION, "",            "Forward again to the folder gone back from") \
	X(FILE_SORT,      "s",                KEYS_BROWSER, KEYS_MOTION, "",            "Choose the order: name, time, size or type") \
	X(FILE_REVERSE,   "r",                KEYS_BROWSER, KEYS_MOTION, "",            "Turn the order round") \
	X(FILE_PREVIEW,   "P",                KEYS_BROWSER, KEYS_MOTION, "",            "Look into the file or folder; again: back to the list") \
	X(FILE_PREVIEW_DOWN, "J",             KEYS_BROWSER, KEYS_MOTION, "",            "Scroll what is shown of the file forward") \
	X(FILE_PREVIEW_UP, "K",               KEYS_BROWSER, KEYS_MOTION, "",            "Scroll it back") \
	X(FILE_PLACES,    "b",                KEYS_BROWSER, KEYS_MOTION, "",            "Places: home, downloads, mounted media, bookmarks") \
	X(FILE_BOOKMARK,  "B",                KEYS_BROWSER, KEYS_MOTION, "",            "Make this folder a bookmark") \
	X(FILE_BASKET,    "e",                KEYS_BROWSER, KEYS_MOTION, "",            "Show all that is marked, to go there or take it out") \
	X(FILE_REMOVE,    "Del",              KEYS_BROWSER, KEYS_MOTION, "",            "In places, remove a bookmark; in the basket, take it out") \
	X(FILE_SEND,      "Enter",            KEYS_BROWSER, KEYS_ACTION, "/send",       "Send what is marked to the peer of the open chat; without marks, enter the folder or send the file") \
	X(FILE_SEND_TO,   "t",                KEYS_BROWSER, KEYS_ACTION, "/send",       "Send what is marked to a peer you choose") \
	/* transfers */ \
	X(TRANSFER_PAUSE, "Space",            KEYS_TRANSFERS, KEYS_ACTION, "/pause",    "Pause, or resume") \
	X(TRANSFER_CANCEL, "Del",             KEYS_TRANSFERS, KEYS_ACTION, "/cancel",   "Cancel the transfer") \
	X(TRANSFER_OPEN,  "Enter",            KEYS_TRANSFERS, KEYS_ACTION, "/open",     "Open the menu, or the folder of what has arrived") \
	X(TRANSFER_ACCEPT, "y",               KEYS_TRANSFERS, KEYS_ACTION, "/accept",   "Accept the offer") \
	X(TRANSFER_REFUSE, "n",               KEYS_TRANSFERS, KEYS_ACTION, "/refuse",   "Refuse the offer") \
	X(TRANSFER_PART,  "p",                KEYS_TRANSFERS, KEYS_ACTION, "/choose",   "Choose a part of the offer") \
	X(TRANSFER_UP,    "S-Up",             KEYS_TRANSFERS, KEYS_ACTION, "/queue",    "A place up in the queue of what is sent to this peer") \
	X(TRANSFER_DOWN,  "S-Down",           KEYS_TRANSFERS, KEYS_ACTION, "/queue",    "A place down in the queue") \
	X(TRANSFER_FIRST, "S-Home",           KEYS_TRANSFERS, KEYS_ACTION, "/queue",    "First in the queue of what is sent to this peer") \
	X(TRANSFER_LAST,  "S-End",            KEYS_TRANSFERS, KEYS_ACTION, "/queue",    "Last in the queue") \
	X(TRANSFER_MENU,  "m",                KEYS_TRANSFERS, KEYS_MOTION, "",          "Choose what to do with this transfer") \
	X(TRANSFER_RETRY, "R",                KEYS_TRANSFERS, KEYS_ACTION, "/retry",    "Try again to send what has not arrived") \
	X(TRANSFER_WENT,  "w",                KEYS_TRANSFERS, KEYS_ACTION, "/transfers", "Show where each file went") \
	/* questions */ \
	X(DIALOG_OK,      "Enter Space",      KEYS_DIALOG, KEYS_MOTION, "",             "Take the chosen answer") \
	X(DIALOG_NEXT,    "Right Down Tab",   KEYS_DIALOG, KEYS_MOTION, "",             "To the next answer") \
	X(DIALOG_PREV,    "Left Up S-Tab",    KEYS_DIALOG, KEYS_MOTION, "",             "To the previous answer") \
	X(DIALOG_YES,     "y",                KEYS_DIALOG, KEYS_MOTION, "",             "Yes") \
	X(DIALOG_NO,      "n",                KEYS_DIALOG, KEYS_MOTION, "",             "No") \
	/* help */ \
	X(HELP_RUN,       "Enter",            KEYS_HELP,   KEYS_MOTION, "",             "Do what this line says") \
	X(HELP_BIND,      "b",                KEYS_HELP,   KEYS_ACTION, "/bind",        "Give this action other keys") \
	X(HELP_CLOSE,     "q",                KEYS_HELP,   KEYS_MOTION, "",             "Close the help") \
	/* the results of a search */ \
	X(SEARCH_OPEN,    "Enter",            KEYS_SEARCH, KEYS_MOTION, "",             "Go to the message in its chat") \
	X(SEARCH_CLOSE,   "q",                KEYS_SEARCH, KEYS_MOTION, "",             "Close the search") \
	/* the list of an offer */ \
	X(CHOOSE_ACCEPT,  "Enter",            KEYS_CHOOSE, KEYS_ACTION, "/accept",      "Accept what is marked of the offer") \
	X(CHOOSE_CLOSE,   "q",                KEYS_CHOOSE, KEYS_MOTION, "",             "Close the list; the offer still waits") \
	/* where files went */ \
	X(WENT_SHOW,      "Enter",            KEYS_WENT,   KEYS_MOTION, "",             "Show the file in its folder") \
	X(WENT_ONLY,      "o Tab",            KEYS_WENT,   KEYS_MOTION, "",             "Only what failed, was renamed, was there already, was not taken; all") \
	X(WENT_CLOSE,     "q",                KEYS_WENT,   KEYS_MOTION, "",             "Close the list")
/* clang-format on */

enum request {
	REQ_NONE = 0,
#define X(name, keys, contexts, kind, slash, help) REQ_##name,
	KEYS_TABLE(X)
#undef X
		REQ_COUNT /* rows are REQ_NONE + 1 .. REQ_COUNT - 1 */
};

struct keys_row {
	const char *name; /* "FOCUS_PEERS" */
	const char *keys; /* "F10 ^Q", before the user changed anything: see keys_of() */
	unsigned contexts;
	enum keys_kind kind;
	const char *slash; /* "/quit", or "" */
	const char *help;
};

/* The row of a request (REQ_NONE < req < REQ_COUNT), for help, man page and tests; NULL for anything else. */
const struct keys_row *keys_row(enum request req);

/* The keys that a request has now, as in the table; "" for none. Valid until the next keys_bind(). */
const char *keys_of(enum request req);
/* Its name as people write it, "copy_code", into out[size] (KEYS_NAME_MAX is enough); and the request of a name, whatever its case, or
 * REQ_NONE. */
char *keys_action(enum request req, char *out, size_t size);
enum request keys_find_action(const char *name, size_t len);
/* Gives a request other keys: a list as in the table, "none", or "default". They are taken from other requests where both would hold. False
 * with a sentence, and nothing has changed: no such key, a key that is wanted for text, or one without which there would be no way on. */
#define KEYS_PER_ACTION 4
bool keys_bind(enum request req, const char *keys, char *err, size_t errlen);
/* As the table has them. */
void keys_reset(void);

/* ---- keys.c's file: keys_file.c ---- */

/* Reads `action = keys` lines from the file keys beside the option file; NULL reads nothing. */
void keys_load(const char *config_path, void (*complain)(void *arg, const char *sentence),
	       void *arg);
/* Writes one action's line there. False with a sentence. */
bool keys_save(const char *config_path, enum request req, char *err, size_t errlen);
/* keys_bind(), and the lines of all whose keys changed by it are written. `told`: sentences on what became of it: its keys, from whom they
 * were taken, and where such a key still does something else. False with a sentence in err. */
bool keys_change(const char *config_path, enum request req, const char *keys, char *told,
		 size_t toldlen, char *err, size_t errlen);

/* What a key asks for in one context (one KEYS_ bit), then everywhere; REQ_NONE if nothing. */
enum request keys_lookup(unsigned context, struct input_key key);

/* The first key of a request as it is shown, "F3" or "^Q", in the person's language; "" for none. The string is static. */
const char *keys_name(enum request req);
/* All of them. Each request has a string of its own, which holds until the next call for it. */
const char *keys_shown(enum request req);

/* Reads one key name (len bytes): "F3", "^Q", "M-a", "M-Enter", "S-Up", "C-Left", "Space", "?", "é"; also one that is shown in the person's
 * language. False if it is none; *key is then untouched. keys_parse() is the same for a string. */
bool keys_parse_n(const char *name, size_t len, struct input_key *key);
bool keys_parse(const char *name, struct input_key *key);
/* Writes the name of a key into out[size] (KEYS_NAME_MAX is enough), the English form, which files keep; returns out. */
#define KEYS_NAME_MAX 32
char *keys_format(struct input_key key, char *out, size_t size);
/* Takes the next key from a row's list of keys: moves *list behind it. False at the end. */
bool keys_next(const char **list, struct input_key *key);

/* The heading for a context in the help: "Everywhere", "Input line", ... ; context is one KEYS_ bit. */
const char *keys_context_name(unsigned context);

#endif
