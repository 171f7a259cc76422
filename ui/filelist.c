/* filelist.c - the entries of a folder, sorted as they come, and the rows a filter leaves. */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/text.h"
#include "src/util.h"
#include "ui/dirlist.h"
#include "ui/filelist.h"
#include "ui/fuzzy.h"

struct filelist {
	struct dirlist_entry **all; /* sorted */
	size_t n, room;
	struct dirlist_entry **rows;
	size_t nrows, rows_room;
	size_t kept; /* so many rows from the first on are folders that do not match */
	size_t best;
	size_t hidden;
	bool show_hidden;
	enum filelist_order order;
	bool reverse;
	struct fuzzy query;
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

/* ---- order ------------------------------------------------------------------------------------------------------------ */

/* What follows the last dot of a name; "" for a name that has none, or begins with it. */
static const char *
type_of(const struct dirlist_entry *e)
{
	const char *dot = strrchr(e->key, '.');

	return dot != NULL && dot != e->key ? dot + 1 : "";
}

static int
compare(const struct filelist *l, const struct dirlist_entry *a, const struct dirlist_entry *b)
{
	bool fa = a->kind == DIRLIST_FOLDER, fb = b->kind == DIRLIST_FOLDER;
	int order = 0;

	if (l->order == FILELIST_NAME && !l->reverse)
		return dirlist_cmp(a, b);
	if (fa != fb)
		return fa ? -1 : 1;
	if (l->order == FILELIST_TIME)
		order = (a->mtime < b->mtime) - (a->mtime > b->mtime);
	else if (l->order == FILELIST_SIZE && !fa)
		order = (a->size < b->size) - (a->size > b->size);
	else if (l->order == FILELIST_TYPE && !fa)
		order = strcmp(type_of(a), type_of(b));
	if (order == 0)
		order = dirlist_cmp(a, b);
	return l->reverse ? -order : order;
}

/* Merges runs that double in length, between e and the other array. */
static void
sort(const struct filelist *l, struct dirlist_entry **e, size_t n)
{
	struct dirlist_entry **from = e, **to = xcalloc(n + 1, sizeof(struct dirlist_entry *));
	struct dirlist_entry **other = to;

	for (size_t run = 1; run < n; run *= 2) {
		struct dirlist_entry **swap = from;

		for (size_t low = 0, out = 0; low < n; low += 2 * run) {
			size_t i = low, end_i = low + run < n ? low + run : n;
			size_t j = end_i, end_j = end_i + run < n ? end_i + run : n;

			while (i < end_i || j < end_j)
				to[out++] = j == end_j || (i < end_i &&
							   compare(l, from[i], from[j]) <= 0)
						    ? from[i++]
						    : from[j++];
		}
		from = to;
		to = swap;
	}
	if (from != e)
		memcpy(e, from, n * sizeof(struct dirlist_entry *));
	free(other);
}

/* ---- rows ------------------------------------------------------------------------------------------------------------- */

static bool
shown(const struct filelist *l, const struct dirlist_entry *e)
{
	return l->show_hidden || !e->hidden;
}

/* Appends the entries of one kind and tier. Returns how many. */
static size_t
append(struct filelist *l, const uint8_t *tiers, bool folders, enum fuzzy_tier tier)
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
	enum fuzzy_tier best[2] = {FUZZY_NONE, FUZZY_NONE};
	size_t files;

	for (size_t i = 0; i < l->n; i++) {
		bool file = l->all[i]->kind != DIRLIST_FOLDER;

		tiers[i] = shown(l, l->all[i]) ? (uint8_t)fuzzy_match(&l->query, l->all[i]->key)
					       : FUZZY_NONE;
		if (tiers[i] < best[file])
			best[file] = (enum fuzzy_tier)tiers[i];
	}
	if (best[0] == FUZZY_NONE)
		l->kept = append(l, tiers, true, FUZZY_NONE);
	for (enum fuzzy_tier t = FUZZY_START; t < FUZZY_NONE; t++)
		append(l, tiers, true, t);
	files = l->nrows;
	for (enum fuzzy_tier t = FUZZY_START; t < FUZZY_NONE; t++)
		append(l, tiers, false, t);
	l->best = best[1] < best[0] ? files : l->kept;
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
	if (l->query.words > 0) {
		filter_rows(l);
		return;
	}
	if (l->show_hidden || l->hidden == 0) {
		/* No entry is touched: of many they are all over the memory. */
		if (l->n > 0)
			memcpy(l->rows, l->all, l->n * sizeof(struct dirlist_entry *));
		l->nrows = l->n;
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

	while (low > 0 && compare(l, l->all[low - 1], e) > 0) {
		n = low - 1;
		low = n > step ? n - step : 0;
		step *= 2;
	}
	while (low < n) {
		size_t mid = low + (n - low) / 2;

		if (compare(l, l->all[mid], e) < 0)
			low = mid + 1;
		else
			n = mid;
	}
	return low;
}

/* Sorts in n entries that are in order among themselves. */
static void
merge(struct filelist *l, struct dirlist_entry *const *entries, size_t n)
{
	size_t left = l->n, to = l->n + n;

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
}

void
filelist_add(struct filelist *l, struct dirlist_entry *const *entries, size_t n)
{
	if (l->room < l->n + n) {
		l->room = (l->n + n) * 2;
		l->all = xreallocarray(l->all, l->room, sizeof(struct dirlist_entry *));
	}
	if (n > 0 && (l->order != FILELIST_NAME || l->reverse)) {
		struct dirlist_entry **own = xmemdup(entries, n * sizeof(*own));

		sort(l, own, n);
		merge(l, own, n);
		free(own);
	} else {
		merge(l, entries, n);
	}
	rebuild(l);
}

void
filelist_sort(struct filelist *l, enum filelist_order order, bool reverse)
{
	if (l->order == order && l->reverse == reverse)
		return;
	l->order = order;
	l->reverse = reverse;
	sort(l, l->all, l->n);
	rebuild(l);
}

void
filelist_filter(struct filelist *l, const char *query)
{
	fuzzy_query(&l->query, query);
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
	const char *word = l->query.bytes;

	memset(on, 0, n * sizeof(*on));
	if (l->query.words == 0)
		return false;
	fold_cells(&f, name);
	for (size_t i = 0; i < l->query.words; i++, word += strlen(word) + 1) {
		enum fuzzy_tier tier;
		const char *at = fuzzy_find(f.bytes, word, &tier);

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
