#ifndef P2P_SRC_LINK_H
#define P2P_SRC_LINK_H
/* Links in what somebody wrote: http, https, ftp and mailto, as far as they can be shown in full. */

#include <stdbool.h>
#include <stddef.h>

#define LINK_MAX_BYTES 2048

/* The next link in text from byte `from` on: len bytes from *start. Never has blanks, quotes, controls, invisible or turning characters,
 * or bytes that are no UTF-8 in it: it ends before them. What closes a sentence or a bracket around it does not belong to it. False when
 * there is none; one that would be longer than LINK_MAX_BYTES is none. */
bool link_find(const char *text, size_t n, size_t from, size_t *start, size_t *len);
/* Whether it has letters beyond ASCII, which may look like others. */
bool link_is_odd(const char *link, size_t len);

#endif
