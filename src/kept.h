#ifndef P2P_SRC_KEPT_H
#define P2P_SRC_KEPT_H
/* Sentences that are kept: in the database, in memory for longer than a moment, in messages between threads. They are shown in whatever
 * language is in use by then, so what is kept is no language's: the English sentence as it stands in the source, and behind it what its
 * %s and %u stand for.
 *
 * An English sentence that nothing changes in is kept as it is, so N_("cancelled here") is one; so is whatever was kept by programs that
 * knew nothing of this, in whatever language. Two may be compared with strcmp().
 *
 *	kept     = sentence *(0x1f argument)	each conversion of the sentence has an argument, in their order
 *	sentence = english / english 0x1c english 0x1c n	the second: of a plural, for n
 *	argument = text / 0x02 kept 0x03	the second: a sentence itself
 *	text     with 0x02, 0x03, 0x10, 0x1c and 0x1f as 0x10 and that byte + 0x40 */

#include <stdarg.h>
#include <stddef.h>

/* The sentence with its arguments, fresh. Conversions are %s, %d, %u, %llu and %zu; what a %s is given is anybody's text. */
char *kept_new(const char *english, ...) __attribute__((format(printf, 1, 2)));
char *kept_vnew(const char *english, va_list ap) __attribute__((format(printf, 1, 0)));
/* The same of which the first argument is a kept sentence, for a %s. */
char *kept_around(const char *english, ...) __attribute__((format(printf, 1, 2)));
/* The form for n, which need not be among the arguments. */
char *kept_plural(const char *one, const char *many, unsigned long long n, ...)
	__attribute__((format(printf, 1, 4), format(printf, 2, 4)));
/* "%s; %s", fresh. A NULL or empty one is left out. */
char *kept_both(const char *kept, const char *more);
/* "%s: %s", fresh; and with what strerror() says behind it. */
char *kept_colon(const char *kept, const char *why);
char *kept_errno(const char *kept, int error);
/* Somebody else's words, fresh: shown as they are, or translated when they are a sentence of ours. */
char *kept_text(const char *words);

/* In the language in use; in English, for the wire, the log, JSON and scripts. Fresh. Raw as the texts in it: to be shown through text.h. */
char *kept_say(const char *kept);
char *kept_english(const char *kept);
/* kept_say() into a buffer, cut between two characters where that ends. Returns out. */
#define KEPT_ROOM 512 /* enough for a line of it */
char *kept_into(char *out, size_t size, const char *kept);

#endif
