#ifndef P2P_SRC_SAY_H
#define P2P_SRC_SAY_H
/* Sentences for people, in their language. The English one in the source is the key; assets/po/LANGUAGE.po has the others.
 *
 * How a sentence is marked, so that `make po` finds it and the screen shows it translated:
 *   - What goes into err, into a dialog (dialog_*), a notice (front_say, front_error), draw_fmt() or cli_fail() as a literal needs nothing:
 *     those functions translate the literal they are given. Sentences for err are written by say_into(), which is snprintf() that translates.
 *   - Any other literal that a person reads: _("Nothing matches."). In a table that is filled before the program runs: N_("Mon") there, and
 *     _(table[i]) where it is shown.
 *   - A count: say_plural("%zu file", "%zu files", n), never "%zu file%s"; NP_("day", "days") in a table.
 *   - One English word with two meanings: C_("key line", "open"); in a table NC_("key", "Home") there, and say_context(table[i],
 *     say_english(table[i])) where it is shown.
 *   - Whole sentences: languages order words in their own way, so none is glued from halves; what changes in it is a %s.
 *   - What is kept or compared is no language's: English, as N_() leaves it, or a code; with arguments it is a sentence of kept.h. So no _()
 *     and no say_...() ever goes into the database, onto the wire, into strcmp(), or into what stands for a state of the program:
 *     it is translated where it is shown, by kept_say() or _(), for the language may be another one by then. Lines of a chat (peer_line()) are
 *     no such sentence: they are what was told to a person then, and stay as they were told; nothing compares them.
 *   - Not marked: names of commands and options, "Usage:" lines' words, JSON, what goes over the wire or into the log file, assertions.
 * tests/po.sh says what is missing in a catalogue. */

#include <stdbool.h>
#include <stddef.h>

#define _(english)	      say_text(english)
#define N_(english)	      english
#define NP_(one, many)	      one, many
#define C_(context, english)  say_context(context "\004" english, english)
#define NC_(context, english) context "\004" english

/* The sentence in the language in use; english itself when the catalogue has none. It lives as long as the program. Any thread. */
const char *say_text(const char *english) __attribute__((format_arg(1)));
/* The same of a word that means something else elsewhere; key is the context, \004 and the word. Use C_(). */
const char *say_context(const char *key, const char *english) __attribute__((format_arg(2)));
/* The English word of a key with its context: what stands behind the \004. */
const char *say_english(const char *key);
/* The form for n of them. */
const char *say_plural(const char *one, const char *many, unsigned long long n)
	__attribute__((format_arg(1), format_arg(2)));
/* snprintf() with fmt translated. */
int say_into(char *out, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* xasprintf() with fmt translated: fresh memory. */
char *say_new(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* What strerror() says, translated. */
const char *say_errno(int error);

/* Chooses: "auto" is what LANGUAGE, LC_ALL, LC_MESSAGES and LANG ask for; "en"; or another language. A locale need not be installed for it.
 * False, and English, when that language has no catalogue here. Not by two threads at the same time; others may be speaking. */
bool say_language(const char *wanted);
/* The language in use: "en", "pt". */
const char *say_current(void);
/* Takes one catalogue (a .mo file) by its path, as `language`. False with errno when it cannot be read or is damaged: EINVAL. */
bool say_load(const char *language, const char *path);

#endif
