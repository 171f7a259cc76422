/* choice.c - a part of an offer being chosen: the manifest as a tree with marks, looked at through a view. */
#include "config.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "net/choice.h"
#include "net/manifest.h"
#include "net/wire.h"
#include "src/choice_row.h"
#include "src/path.h"
#include "src/row.h"
#include "src/text.h"
#include "src/util.h"

#define NONE	   UINT32_MAX
/* Paths are built up to here; a longer one shows its end, and no pattern fits it. */
#define PATH_SHOWN 4096
/* A page is no larger than about this. */
#define PAGE_BYTES (1024 * 1024)

/* The node behind the last entry stands for the top. */
struct node {
	uint32_t at; /* where the entry begins in the list */
	uint32_t parent, first, next;
	uint32_t leaves,
		marked; /* below it, or itself: files, links and folders with nothing in them */
};

struct choice {
	uint8_t *list;
	size_t len;
	uint32_t count;
	struct node *node;
	uint32_t folder; /* a node */
	bool filtered;
	uint32_t *view, rows, room;
	struct choice_sum sum;
};

static void
entry_at(const struct choice *c, uint32_t i, struct entry *e)
{
	struct reader r;

	rd_open(&r, c->list + c->node[i].at, c->len - c->node[i].at);
	entry_get(&r, e);
}

static enum entry_kind
kind_of(const struct choice *c, uint32_t i)
{
	return i == c->count ? ENTRY_FOLDER : (enum entry_kind)c->list[c->node[i].at + 4];
}

static bool
is_leaf(const struct choice *c, uint32_t i)
{
	return i != c->count && c->node[i].first == NONE;
}

/* ---- sums ---- */

/* Adds up the marks from the leaves; parents stand before what is in them. */
static void
count_marks(struct choice *c)
{
	struct entry e;

	memset(&c->sum, 0, sizeof(c->sum));
	for (uint32_t i = 0; i <= c->count; i++)
		if (!is_leaf(c, i))
			c->node[i].leaves = c->node[i].marked = 0;
	for (uint32_t i = c->count; i-- > 0;) {
		struct node *n = &c->node[i], *up = &c->node[n->parent];

		up->leaves += n->leaves;
		up->marked += n->marked;
		c->sum.entries += n->marked > 0;
		if (kind_of(c, i) == ENTRY_FOLDER) {
			c->sum.folders += n->marked > 0;
		} else if (kind_of(c, i) == ENTRY_FILE) {
			entry_at(c, i, &e);
			c->sum.all_files++;
			c->sum.all_bytes += e.size;
			c->sum.files += n->marked;
			c->sum.bytes += n->marked > 0 ? e.size : 0;
		}
	}
}

void
choice_sum(const struct choice *c, struct choice_sum *sum)
{
	*sum = c->sum;
}

static enum choice_mark
mark_of(const struct node *n)
{
	return n->marked == 0 ? CHOICE_NONE : n->marked == n->leaves ? CHOICE_ALL : CHOICE_SOME;
}

/* ---- the tree ---- */

/* The next node in the tree below `top`, in its order; `into`: what is in n comes too. NONE: that was the last. */
static uint32_t
walk(const struct choice *c, uint32_t top, uint32_t n, bool into)
{
	if (into && c->node[n].first != NONE)
		return c->node[n].first;
	while (n != top && c->node[n].next == NONE)
		n = c->node[n].parent;
	return n == top ? NONE : c->node[n].next;
}

/* Puts the folders, or all but them, in front of what their parents hold. */
static void
link_nodes(struct choice *c, bool folders)
{
	for (uint32_t i = c->count; i-- > 0;) {
		struct node *n = &c->node[i], *up = &c->node[n->parent];

		if ((kind_of(c, i) == ENTRY_FOLDER) != folders)
			continue;
		n->next = up->first;
		up->first = i;
	}
}

struct choice *
choice_new(uint8_t *list, size_t len, uint32_t count, bool marked)
{
	struct choice *c = xcalloc(1, sizeof(*c));
	uint32_t *index = manifest_index(list, len, count);
	struct entry e;

	c->list = list;
	c->len = len;
	c->count = count;
	c->node = xcalloc((size_t)count + 1, sizeof(*c->node));
	for (uint32_t i = 0; i <= count; i++) {
		struct node *n = &c->node[i];

		n->parent = n->first = n->next = NONE;
		if (i == count)
			break;
		n->at = index[i];
		entry_at(c, i, &e);
		n->parent = e.parent == ENTRY_TOP ? count : e.parent;
	}
	free(index);
	/* Folders come first where a person looks. */
	link_nodes(c, false);
	link_nodes(c, true);
	for (uint32_t i = 0; i < count; i++)
		if (is_leaf(c, i)) {
			c->node[i].leaves = 1;
			c->node[i].marked = marked;
		}
	count_marks(c);
	choice_view(c, ENTRY_TOP, "");
	return c;
}

void
choice_free(struct choice *c)
{
	if (c == NULL)
		return;
	free(c->list);
	free(c->node);
	free(c->view);
	free(c);
}

/* ---- names ---- */

static void
local_name(const struct choice *c, uint32_t i, char *out, size_t size)
{
	struct entry e;

	entry_at(c, i, &e);
	path_local_name(out, size, e.name, e.name_len);
}

/* The path of node i from below `top` on, in buf; the beginning of one that does not fit is left out. NULL if it had to be. */
static const char *
path_below(const struct choice *c, uint32_t top, uint32_t i, char *buf, const char **fit)
{
	char name[PATH_NAME_MAX + 1];
	size_t at = PATH_SHOWN - 1, n;

	buf[at] = '\0';
	*fit = buf + at;
	for (; i != top && i != c->count; i = c->node[i].parent) {
		local_name(c, i, name, sizeof(name));
		n = strlen(name);
		if (n + 1 > at)
			return NULL;
		if (buf[at] != '\0')
			buf[--at] = '/';
		at -= n;
		memcpy(buf + at, name, n);
		*fit = buf + at;
	}
	return buf + at;
}

static uint32_t
node_of(const struct choice *c, uint32_t folder)
{
	return folder < c->count && kind_of(c, folder) == ENTRY_FOLDER ? folder : c->count;
}

char *
choice_path(const struct choice *c, uint32_t folder)
{
	char buf[PATH_SHOWN];
	const char *path;

	(void)path_below(c, c->count, node_of(c, folder), buf, &path);
	return xstrdup(path);
}

/* ---- the view ---- */

static void
show(struct choice *c, uint32_t i)
{
	if (c->rows == c->room) {
		c->room = c->room != 0 ? c->room * 2 : 256;
		c->view = xreallocarray(c->view, c->room, sizeof(*c->view));
	}
	c->view[c->rows++] = i;
}

void
choice_view(struct choice *c, uint32_t folder, const char *filter)
{
	bool glob = strpbrk(filter, "*?[") != NULL;
	char name[PATH_NAME_MAX + 1];

	c->folder = node_of(c, folder);
	c->rows = 0;
	c->filtered = filter[0] != '\0';
	if (!c->filtered) {
		for (uint32_t i = c->node[c->folder].first; i != NONE; i = c->node[i].next)
			show(c, i);
		return;
	}
	for (uint32_t i = walk(c, c->folder, c->folder, true); i != NONE;
	     i = walk(c, c->folder, i, true)) {
		local_name(c, i, name, sizeof(name));
		if (glob ? fnmatch(filter, name, FNM_CASEFOLD) == 0
			 : strcasestr(name, filter) != NULL)
			show(c, i);
	}
}

uint32_t
choice_folder(const struct choice *c)
{
	return c->folder == c->count ? ENTRY_TOP : c->folder;
}

uint32_t
choice_parent(const struct choice *c, uint32_t folder, uint32_t *row)
{
	uint32_t i = node_of(c, folder), up;

	*row = 0;
	if (i == c->count)
		return ENTRY_TOP;
	up = c->node[i].parent;
	for (uint32_t k = c->node[up].first; k != NONE && k != i; k = c->node[k].next)
		++*row;
	return up == c->count ? ENTRY_TOP : up;
}

uint32_t
choice_rows(const struct choice *c)
{
	return c->rows;
}

/* Files below a folder and their bytes. */
static void
weigh(const struct choice *c, uint32_t folder, struct choice_row *row)
{
	struct entry e;

	for (uint32_t i = walk(c, folder, folder, true); i != NONE; i = walk(c, folder, i, true)) {
		if (kind_of(c, i) != ENTRY_FILE)
			continue;
		entry_at(c, i, &e);
		row->files++;
		row->size += e.size;
	}
}

uint32_t
choice_page(const struct choice *c, uint32_t from, uint32_t n, struct row_buf *buf)
{
	uint32_t done = 0;
	char path[PATH_SHOWN];

	for (; from < c->rows && done < n && buf->len < PAGE_BYTES; from++, done++) {
		uint32_t i = c->view[from];
		struct choice_row row = {.entry = i, .mark = mark_of(&c->node[i])};
		struct entry e;

		(void)path_below(c, c->folder, i, path, &row.name);
		entry_at(c, i, &e);
		row.kind = e.kind == ENTRY_FILE	    ? CHOICE_FILE
			   : e.kind == ENTRY_FOLDER ? CHOICE_FOLDER
						    : CHOICE_LINK;
		row.mtime_ns = e.mtime_ns;
		row.size = e.size;
		row.odd =
			path_name_flags(e.name, e.name_len, e.kind == ENTRY_FILE ? e.mode : 0) != 0;
		if (e.kind == ENTRY_FOLDER)
			weigh(c, i, &row);
		choice_row_put(buf, &row);
	}
	return done;
}

/* ---- marks ---- */

/* Does so to all that is picked, and to what is below. Takes picked, a byte for each node, over. */
static void
mark_picked(struct choice *c, uint8_t *picked, enum choice_how how)
{
	/* Parents stand before what is in them. */
	for (uint32_t i = 0; i < c->count; i++) {
		struct node *n = &c->node[i];

		picked[i] |= picked[n->parent];
		if (picked[i] && is_leaf(c, i))
			n->marked = how == CHOICE_FLIP ? !n->marked : how == CHOICE_ON;
	}
	free(picked);
	count_marks(c);
}

void
choice_mark(struct choice *c, uint32_t from, uint32_t to, enum choice_how how)
{
	uint8_t *picked = xcalloc((size_t)c->count + 1, 1);

	for (uint32_t i = from; i < c->rows && i <= to; i++)
		picked[c->view[i]] = 1;
	mark_picked(c, picked, how);
}

/* Whether a pattern fits node i, whose name is given. */
static bool
fits(const struct choice *c, uint32_t i, const char *name, const char *pattern)
{
	size_t len = strlen(pattern);
	char buf[PATH_SHOWN], bare[PATH_SHOWN];
	const char *path;

	if (strchr(pattern, '/') == NULL)
		return fnmatch(pattern, name, 0) == 0;
	/* "trip/" is the folder. */
	if (len > 1 && pattern[len - 1] == '/')
		len--;
	if (len >= sizeof(bare) || path_below(c, c->count, i, buf, &path) == NULL)
		return false;
	memcpy(bare, pattern, len);
	bare[len] = '\0';
	return fnmatch(bare, path, 0) == 0;
}

bool
choice_match(struct choice *c, const char *const *patterns, size_t n, size_t *which)
{
	uint8_t *picked = xcalloc((size_t)c->count + 1, 1);
	bool *hit = xcalloc(n + 1, sizeof(*hit));
	char name[PATH_NAME_MAX + 1];

	for (uint32_t i = 0; i < c->count; i++) {
		local_name(c, i, name, sizeof(name));
		for (size_t k = 0; k < n; k++) {
			/* One that has hit need not look where another one did. */
			if ((!picked[i] || !hit[k]) && fits(c, i, name, patterns[k]))
				picked[i] = hit[k] = true;
		}
	}
	mark_picked(c, picked, CHOICE_ON);
	for (*which = 0; *which < n && hit[*which];)
		++*which;
	free(hit);
	return *which == n;
}

uint32_t *
choice_ranges(const struct choice *c, size_t *n)
{
	uint32_t *ranges = NULL;
	size_t room = 0;

	*n = 0;
	for (uint32_t i = 0; i < c->count; i++) {
		if (c->node[i].marked == 0)
			continue;
		if (*n > 0 && ranges[*n - 2] + ranges[*n - 1] == i) {
			ranges[*n - 1]++;
			continue;
		}
		if (*n + 2 > room) {
			room = room != 0 ? room * 2 : 64;
			ranges = xreallocarray(ranges, room, sizeof(*ranges));
		}
		ranges[(*n)++] = i;
		ranges[(*n)++] = 1;
	}
	return ranges;
}
