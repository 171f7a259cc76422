/* lit.c - words that were looked for, and where they stand in a text. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/text.h"
#include "src/util.h"
#include "ui/lit.h"

char *
lit_words(const char *typed, size_t len)
{
	size_t size = text_show_max(len) + 2, n, to = 0;
	char *folded = xmalloc(size), *words = xcalloc(1, size);

	n = text_fold(folded, size, typed, len);
	for (size_t at = 0; at < n;) {
		size_t blank = strspn(folded + at, " "), word;

		at += blank;
		word = strcspn(folded + at, " ");
		if (word == 0)
			break;
		memcpy(words + to, folded + at, word);
		to += word + 1;
		at += word;
	}
	words[to] = '\0';
	free(folded);
	return words;
}

bool
lit_matches(const char *words, const char *text, size_t len)
{
	size_t size = text_show_max(len) + 1;
	char *folded;
	bool all = words[0] != '\0';

	if (!all)
		return false;
	folded = xmalloc(size);
	text_fold(folded, size, text, len);
	for (; all && *words != '\0'; words += strlen(words) + 1)
		all = strstr(folded, words) != NULL;
	free(folded);
	return all;
}

/* The shown text folded, and for each byte of that the byte of the text it comes from; n of them, and one behind the last. */
static char *
fold_shown(const char *shown, size_t len, size_t **from)
{
	/* A character of one byte may fold into one of more. */
	char *folded = xmalloc(4 * len + 1);
	size_t n = 0;

	*from = xreallocarray(NULL, 4 * len + 1, sizeof(**from));
	for (size_t at = 0, used; at < len; at += used) {
		uint32_t cp;
		size_t k;

		used = text_next(shown + at, len - at, &cp);
		k = text_put(folded + n, text_fold_char(cp == TEXT_INVALID ? 0xfffd : cp));
		for (; k > 0; k--)
			(*from)[n++] = at;
	}
	folded[n] = '\0';
	(*from)[n] = len;
	return folded;
}

size_t
lit_mark(const char *words, const char *shown, size_t len, uint8_t *mark)
{
	size_t *from, first = len;
	char *folded;

	memset(mark, 0, len);
	if (words[0] == '\0' || len == 0)
		return len;
	folded = fold_shown(shown, len, &from);
	for (; *words != '\0'; words += strlen(words) + 1) {
		size_t n = strlen(words);

		for (const char *hit = strstr(folded, words); hit != NULL;
		     hit = strstr(hit + n, words)) {
			size_t start = from[hit - folded], end = from[hit - folded + (long)n];

			memset(mark + start, 1, end - start);
			first = start < first ? start : first;
		}
	}
	free(folded);
	free(from);
	return first;
}
