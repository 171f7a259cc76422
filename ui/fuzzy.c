/* fuzzy.c - how well a name matches what is typed to filter by: its words, or their letters. */
#include "config.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "src/text.h"
#include "ui/fuzzy.h"

void
fuzzy_query(struct fuzzy *f, const char *query)
{
	char folded[FUZZY_MAX];
	size_t at = 0;
	char *save = NULL;

	text_fold(folded, sizeof(folded), query, strlen(query));
	f->words = 0;
	for (char *word = strtok_r(folded, " ", &save); word != NULL;
	     word = strtok_r(NULL, " ", &save)) {
		size_t len = strlen(word) + 1;

		memcpy(f->bytes + at, word, len);
		at += len;
		f->words++;
	}
}

/* Whether the letters of word stand in key in this order; a letter may be several bytes, which then stand together. */
static bool
letters(const char *key, const char *word)
{
	while (*word != '\0') {
		uint32_t cp;
		size_t n = text_next(word, strlen(word), &cp);

		if (n == 1) {
			key = strchr(key, *word);
		} else {
			char one[8];

			snprintf(one, sizeof(one), "%.*s", (int)n, word);
			key = strstr(key, one);
		}
		if (key == NULL)
			return false;
		key += n;
		word += n;
	}
	return true;
}

/* Whether a word of the name begins there: at its start, behind what is no letter or digit, or where digits begin or end. */
static bool
word_begins(const char *key, const char *at)
{
	unsigned char before, c = (unsigned char)*at;

	if (at == key)
		return true;
	before = (unsigned char)at[-1];
	if (before >= 0x80 || c >= 0x80)
		return before < 0x80 && !isalnum(before);
	return !isalnum(before) || (isdigit(before) != 0) != (isdigit(c) != 0);
}

const char *
fuzzy_find(const char *key, const char *word, enum fuzzy_tier *tier)
{
	const char *first = strstr(key, word);

	*tier = FUZZY_INSIDE;
	for (const char *at = first; at != NULL; at = strstr(at + 1, word)) {
		if (word_begins(key, at)) {
			*tier = at == key ? FUZZY_START : FUZZY_WORD;
			return at;
		}
	}
	return first;
}

/* Whether the letters stand where words begin, or directly behind one another. */
static bool
initials(const char *key, const char *word)
{
	bool joined = false;

	for (const char *at = key; *at != '\0' && *word != '\0'; at++) {
		joined = *at == *word && (joined || word_begins(key, at));
		word += joined;
	}
	return *word == '\0';
}

enum fuzzy_tier
fuzzy_match(const struct fuzzy *f, const char *key)
{
	enum fuzzy_tier worst = FUZZY_START, tier;
	const char *word = f->bytes;

	for (size_t i = 0; i < f->words; i++, word += strlen(word) + 1) {
		if (fuzzy_find(key, word, &tier) == NULL) {
			if (!letters(key, word))
				return FUZZY_NONE;
			tier = initials(key, word) ? FUZZY_INITIALS : FUZZY_LETTERS;
		}
		if (tier > worst)
			worst = tier;
	}
	return worst;
}
