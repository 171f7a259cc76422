/* filelist.c - the entries of a folder, sorted as they come, and the rows a filter leaves. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/text.h"
#include "src/util.h"
#include "ui/dirlist.h"
#include "ui/filelist.h"

/* How well a name matches: better is less. */
enum tier { TIER_WHOLE, TIER_LETTERS, TIER_NONE };

#define QUERY_MAX 256

struct filelist {
	struct dirlist_entry **all; /* sorted */
	size_t n, room;
	struct dirlist_entry **rows;
	size_t nrows, rows_room;
	size_t kept; /* so many rows from the first on are folders that do not match */
	size_t best;
	size_t hidden;
	bool show_hidden;
	char query[QUERY_MAX]; /* folded words, each ended by a NUL */
	size_t words;
};

struct filelist *
filelist_new(void)
{
	return xcalloc(1, sizeof(struct filelist));
}

void
filelist_clear(struct filelist *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->all[i]);
	free(l->all);
	free(l->rows);
	l->all = l->rows = NULL;
	l->n = l->room = l->nrows = l->rows_room = l->kept = l->best = l->hidden = 0;
}

void
filelist_free(struct filelist *l)
{
	if (l == NULL)
		return;
	filelist_clear(l);
	free(l);
}

/* ---- matching --------------------------------------------------------------------------------------------------------- */

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

static enum tier
match(const struct filelist *l, const char *key)
{
	enum tier tier = TIER_WHOLE;
	const char *word = l->query;

	for (size_t i = 0; i < l->words; i++, word += strlen(word) + 1) {
		if (strstr(key, word) != NULL)
			continue;
		if (!letters(key, word))
			return TIER_NONE;
		tier = TIER_LETTERS;
	}
	return tier;
}

/* ---- rows ------------------------------------------------------------------------------------------------------------- */

static bool
shown(const struct filelist *l, const struct dirlist_entry *e)
{
	return l->show_hidden || !e->hidden;
}

/* Appends the entries of one kind and tier. Returns how many. */
static size_t
append(struct filelist *l, const uint8_t *tiers, bool folders, enum tier tier)
{
	size_t before = l->nrows;

	for (size_t i = 0; i < l->n; i++)
		if (shown(l, l->all[i]) && tiers[i] == tier &&
		    (l->all[i]->kind == DIRLIST_FOLDER) == folders)
			l->rows[l->nrows++] = l->all[i];
	return l->nrows - before;
}

static void
filter_rows(struct filelist *l)
{
	uint8_t *tiers = xmalloc(l->n + 1);
	bool folder = false;
	size_t whole;

	for (size_t i = 0; i < l->n; i++) {
		tiers[i] = shown(l, l->all[i]) ? (uint8_t)match(l, l->all[i]->key) : TIER_NONE;
		folder |= tiers[i] != TIER_NONE && l->all[i]->kind == DIRLIST_FOLDER;
	}
	if (!folder)
		l->kept = append(l, tiers, true, TIER_NONE);
	l->best = l->kept;
	whole = append(l, tiers, true, TIER_WHOLE);
	append(l, tiers, true, TIER_LETTERS);
	if (whole == 0) {
		size_t at = l->nrows;

		/* A file that has the words beats a folder that has their letters. */
		if (append(l, tiers, false, TIER_WHOLE) != 0)
			l->best = at;
	} else {
		append(l, tiers, false, TIER_WHOLE);
	}
	append(l, tiers, false, TIER_LETTERS);
	if (l->best >= l->nrows)
		l->best = 0;
	free(tiers);
}

static void
rebuild(struct filelist *l)
{
	if (l->rows_room < l->n) {
		free(l->rows);
		l->rows_room = l->n;
		l->rows = xcalloc(l->n, sizeof(struct dirlist_entry *));
	}
	l->nrows = l->kept = l->best = 0;
	if (l->words > 0) {
		filter_rows(l);
		return;
	}
	for (size_t i = 0; i < l->n; i++)
		if (shown(l, l->all[i]))
			l->rows[l->nrows++] = l->all[i];
}

/* How many of the first n entries come before e: looked for from the end, in growing steps, for batches come in the same order. */
static size_t
place(const struct filelist *l, size_t n, const struct dirlist_entry *e)
{
	size_t low = n, step = 1;

	while (low > 0 && dirlist_cmp(l->all[low - 1], e) > 0) {
		n = low - 1;
		low = n > step ? n - step : 0;
		step *= 2;
	}
	while (low < n) {
		size_t mid = low + (n - low) / 2;

		if (dirlist_cmp(l->all[mid], e) < 0)
			low = mid + 1;
		else
			n = mid;
	}
	return low;
}

void
filelist_add(struct filelist *l, struct dirlist_entry *const *entries, size_t n)
{
	size_t left = l->n, to = l->n + n;

	if (l->room < to) {
		l->room = to * 2;
		l->all = xreallocarray(l->all, l->room, sizeof(struct dirlist_entry *));
	}
	/* From the back: what comes after each new one moves up once, in one piece. */
	for (size_t i = n; i > 0; i--) {
		size_t at = place(l, left, entries[i - 1]);

		to -= left - at;
		memmove(&l->all[to], &l->all[at], (left - at) * sizeof(struct dirlist_entry *));
		l->all[--to] = entries[i - 1];
		left = at;
		l->hidden += entries[i - 1]->hidden;
	}
	l->n += n;
	rebuild(l);
}

void
filelist_filter(struct filelist *l, const char *query)
{
	char folded[QUERY_MAX];
	size_t at = 0;
	char *save = NULL;

	text_fold(folded, sizeof(folded), query, strlen(query));
	l->words = 0;
	for (char *word = strtok_r(folded, " ", &save); word != NULL;
	     word = strtok_r(NULL, " ", &save)) {
		size_t len = strlen(word) + 1;

		memcpy(l->query + at, word, len);
		at += len;
		l->words++;
	}
	rebuild(l);
}

void
filelist_show_hidden(struct filelist *l, bool show)
{
	l->show_hidden = show;
	rebuild(l);
}

size_t
filelist_rows(const struct filelist *l)
{
	return l->nrows;
}

struct dirlist_entry *
filelist_at(const struct filelist *l, size_t row)
{
	return row < l->nrows ? l->rows[row] : NULL;
}

bool
filelist_matches(const struct filelist *l, size_t row)
{
	return row >= l->kept && row < l->nrows;
}

bool
filelist_find(const struct filelist *l, const struct dirlist_entry *e, size_t *row)
{
	for (size_t i = 0; i < l->nrows; i++) {
		if (l->rows[i] == e) {
			*row = i;
			return true;
		}
	}
	return false;
}

bool
filelist_find_name(const struct filelist *l, const char *name, size_t *row)
{
	for (size_t i = 0; i < l->nrows; i++) {
		if (strcmp(l->rows[i]->name, name) == 0) {
			*row = i;
			return true;
		}
	}
	return false;
}

struct dirlist_entry *
filelist_named(const struct filelist *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->all[i]->name, name) == 0)
			return l->all[i];
	return NULL;
}

size_t
filelist_best(const struct filelist *l)
{
	return l->best;
}

size_t
filelist_matching(const struct filelist *l)
{
	return l->nrows - l->kept;
}

size_t
filelist_total(const struct filelist *l)
{
	return l->show_hidden ? l->n : l->n - l->hidden;
}

size_t
filelist_hidden(const struct filelist *l)
{
	return l->show_hidden ? 0 : l->hidden;
}

/* ---- what matched ----------------------------------------------------------------------------------------------------- */

struct folded {
	char bytes[4096];
	uint16_t cell[4096]; /* of each byte */
	size_t len;
};

/* The folded form of a name's shown cells, and which cell each byte is from. */
static void
fold_cells(struct folded *f, const char *name)
{
	struct text_iter it;
	struct text_cell cell;
	size_t at = 0;

	f->len = 0;
	text_iter_init(&it, name, strlen(name), TEXT_ONE_LINE);
	while (text_cell_next(&it, &cell)) {
		size_t room = sizeof(f->bytes) - f->len, n;

		if (room < (size_t)TEXT_CELL_MAX * 4)
			break;
		n = text_fold(f->bytes + f->len, room, cell.bytes, cell.nbytes);
		for (size_t i = 0; i < n; i++)
			f->cell[f->len + i] = (uint16_t)at;
		f->len += n;
		at += (size_t)(cell.width > 0 ? cell.width : 0);
	}
	f->bytes[f->len] = '\0';
}

static void
light(const struct folded *f, const char *at, size_t len, bool *on, size_t n)
{
	for (size_t i = 0; i < len; i++) {
		size_t cell = f->cell[(size_t)(at - f->bytes) + i];

		if (cell < n)
			on[cell] = true;
	}
}

bool
filelist_highlight(const struct filelist *l, const char *name, bool *on, size_t n)
{
	struct folded f;
	const char *word = l->query;

	memset(on, 0, n * sizeof(*on));
	if (l->words == 0)
		return false;
	fold_cells(&f, name);
	for (size_t i = 0; i < l->words; i++, word += strlen(word) + 1) {
		const char *at = strstr(f.bytes, word);

		if (at != NULL) {
			light(&f, at, strlen(word), on, n);
			continue;
		}
		at = f.bytes;
		for (const char *w = word; *w != '\0' && at != NULL; w++) {
			at = strchr(at, *w);
			if (at != NULL)
				light(&f, at++, 1, on, n);
		}
	}
	return true;
}
