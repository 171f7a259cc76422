#ifndef P2P_SRC_OPTIONS_H
#define P2P_SRC_OPTIONS_H
/* The one option table: defaults, parser, /set, help and man page text come from it. */

#include <stdbool.h>
#include <stddef.h>

#include "src/types.h"

/* OPTION_WORD: one of the choices, or another word of letters, digits, - and _. */
enum option_type {
	OPTION_TEXT,
	OPTION_BOOL,
	OPTION_CHOICE,
	OPTION_WORD,
	OPTION_PATH,
	OPTION_RATE,
	OPTION_KEEP,
	OPTION_MINUTES, /* 0 to a day */
	OPTION_CELLS,	/* 0 to 200 columns */
};

/* clang-format off */
/*	name (config file, /set)	type		default		choices				core?	help */
#define OPTION_TABLE(ROW) \
	ROW(nick,	OPTION_TEXT,	"",		"",				true,	"the name others see; at most 64 bytes") \
	ROW(door,	OPTION_CHOICE,	"lan",		"open lan closed",		true,	"who may reach us without an invite: anybody, this network, nobody") \
	ROW(requests,	OPTION_BOOL,	"on",		"",				true,	"strangers may ask to be let in, where the door is open or with an invite; off, they meet silence") \
	ROW(listen,	OPTION_TEXT,	"[::]:41555",	"",				true,	"where to listen, ADDRESS:PORT; port 0 is any") \
	ROW(nearby,	OPTION_BOOL,	"on",		"",				true,	"contacts on this network recognise us and are found; off says nothing there, and hears nothing") \
	ROW(away,	OPTION_MINUTES,	"10",		"",				false,	"minutes without a key after which contacts see you as away; 0 is never") \
	ROW(status,	OPTION_TEXT,	"",		"",				true,	"a line about you that contacts see while you are online; at most 140 bytes") \
	ROW(invisible,	OPTION_BOOL,	"off",		"",				true,	"to all contacts it looks as if you were offline, but for those you /connect; messages wait") \
	ROW(downloads,	OPTION_PATH,	"",		"",				true,	"where files go; empty is the platform's download folder") \
	ROW(receipts,	OPTION_BOOL,	"on",		"",				true,	"read receipts: tell contacts what you have seen, and show what they have; off does neither") \
	ROW(limit_up,	OPTION_RATE,	"0",		"",				true,	"bytes a second for all files sent together, as 500k or 2M; 0 is no limit") \
	ROW(limit_down,	OPTION_RATE,	"0",		"",				true,	"bytes a second for all files received together, as 500k or 2M; 0 is no limit") \
	ROW(keep,	OPTION_KEEP,	"all",		"",				true,	"how long what is said is kept: all, so many days as 30d, or nothing; /keep sets it for a contact") \
	ROW(log,	OPTION_CHOICE,	"off",		"off error warn info debug",	false,	"how much the log file tells; never message text or keys") \
	ROW(theme,	OPTION_WORD,	"auto",		"auto dark light contrast mono",	false,	"colours of the screen; another word is a file of themes/") \
	ROW(language,	OPTION_CHOICE,	"auto",		LANGUAGES,			false,	"language of the program's sentences; auto is what the environment asks for (LANG)") \
	ROW(motion,	OPTION_CHOICE,	"full",		"full reduced",			false,	"reduced: nothing on the screen moves by itself but bars, once a second") \
	ROW(linear,	OPTION_BOOL,	"off",		"",				false,	"from the next start on one line for each event and no screen, as screen readers like it; also --linear") \
	ROW(linear_presence, OPTION_BOOL, "off",	"",				false,	"there, a line also for who comes and goes") \
	ROW(tour,	OPTION_BOOL,	"on",		"",				false,	"four lines for who is here for the first time; off as soon as they were seen") \
	ROW(mouse,	OPTION_BOOL,	"on",		"",				false,	"mouse reports from the terminal") \
	ROW(bell,	OPTION_BOOL,	"on",		"",				false,	"ring when a message comes and the terminal is not focused") \
	ROW(notify,	OPTION_CHOICE,	"off",		"off osc9 osc777 desktop",	false,	"notifications while the terminal is not focused: by the terminal's sequence, or by the desktop's daemon") \
	ROW(notify_shows, OPTION_CHOICE, "name",	"nothing name text",		false,	"what a notification shows: that there is something, of whom, or also what was written") \
	ROW(hidden,	OPTION_BOOL,	"off",		"",				false,	"show hidden files in the browser") \
	ROW(sort,	OPTION_CHOICE,	"name",		"name time size type",		false,	"the browser's order of files: by name, newest first, largest first, by what follows the last dot") \
	ROW(preview,	OPTION_BOOL,	"on",		"",				false,	"show what the file under the cursor holds beside the browser, where there are 110 columns") \
	ROW(peers_width, OPTION_CELLS,	"0",		"",				false,	"columns of the list of peers; 0 is what suits the screen; dragging the line beside it sets it") \
	ROW(details_width, OPTION_CELLS, "0",		"",				false,	"columns of the details on wide screens; 0 is what suits the screen")
/* clang-format on */

enum option {
#define ROW(name, type, def, choices, core, help) OPT_##name,
	OPTION_TABLE(ROW)
#undef ROW
		OPT_COUNT
};

struct options; /* values of all options, and the file they came from */

/* All defaults. */
struct options *options_new(void);
void options_free(struct options *o);
/* Reads `name = value` lines. A # that begins a line or follows a blank starts a comment; a value that has one, or blanks at its ends,
 * stands in "double quotes", in which \" and \\ are themselves. Of several lines with one name the last good one holds. A line that is
 * nonsense costs one sentence, given to complain() with its number; the rest is used, and nothing of the file is ever lost. A missing
 * file is no error. False, after a sentence, only if it exists and cannot be read. */
bool options_load(struct options *o, const char *path,
		  void (*complain)(void *arg, const char *sentence), void *arg);
/* Writes one option's line back - the last one with its name, or a new one at the end - keeping every other line and comment as it
 * stands (new file, fsync, rename). */
bool options_save(struct options *o, const char *path, enum option which, char *err, size_t errlen);

/* The same on bytes in memory. Reads what a file holds; `name` stands for it in the sentences. */
void options_parse(struct options *o, const char *name, const char *bytes, size_t len,
		   void (*complain)(void *arg, const char *sentence), void *arg);
/* What the file becomes when that option's line is changed or added: fresh memory, *newlen bytes. */
char *options_edit(const struct options *o, enum option which, const char *bytes, size_t len,
		   size_t *newlen);

const char *options_text(const struct options *o, enum option which); /* never NULL */
bool options_bool(const struct options *o, enum option which);
unsigned options_minutes(const struct options *o, enum option which); /* of an OPTION_MINUTES */
unsigned options_cells(const struct options *o, enum option which);   /* of an OPTION_CELLS */
uint64_t options_rate(const struct options *o, enum option which); /* of an OPTION_RATE; 0 none */
/* Checks and sets. False with what is allowed, in one sentence. */
bool options_set(struct options *o, enum option which, const char *value, char *err, size_t errlen);

/* OPT_COUNT when there is no such option. */
enum option options_find(const char *name);
const char *options_name(enum option which);
const char *options_help(enum option which);
const char *options_choices(enum option which); /* words, space between; "" for free text */
/* What may stand for it: on and off, its choices, and for anything else some values people want. Space between; "" for free text. */
const char *options_examples(enum option which);
const char *options_default(enum option which);
enum option_type options_type(enum option which);
bool options_for_core(enum option which); /* CMD_SET carries it to the core */

#endif
