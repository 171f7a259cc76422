/* marks.c - the basket of marked paths: a list in the order of marking, and a hash table over it. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/marks.h"

#define NOWHERE UINT32_MAX

struct marks {
	struct mark *list; /* those taken out leave gaps: path NULL */
	size_t n, room;
	size_t gaps;
	size_t ask_from; /* no folder before this one waits to be counted */
	uint32_t *table; /* indexes into the list, NOWHERE for none; linear probing */
	size_t mask;	 /* slots less one; 0: no table yet */
};

/* FNV-1a: names are the user's own, nobody chooses them to collide. */
static size_t
hash(const char *path, size_t len)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)path[i]) * 0x100000001b3u;
	return (size_t)(h ^ h >> 32);
}

struct marks *
marks_new(void)
{
	return xcalloc(1, sizeof(struct marks));
}

void
marks_clear(struct marks *m)
{
	for (size_t i = 0; i < m->n; i++)
		free(m->list[i].path);
	free(m->list);
	free(m->table);
	*m = (struct marks){0};
}

void
marks_free(struct marks *m)
{
	if (m == NULL)
		return;
	marks_clear(m);
	free(m);
}

/* The slot of a path, or the empty one where it belongs. Only with a table. */
static size_t
slot_of(const struct marks *m, const char *path, size_t len)
{
	size_t at = hash(path, len) & m->mask;

	while (m->table[at] != NOWHERE) {
		const char *have = m->list[m->table[at]].path;

		if (strncmp(have, path, len) == 0 && have[len] == '\0')
			break;
		at = (at + 1) & m->mask;
	}
	return at;
}

static void
rehash(struct marks *m, size_t slots)
{
	free(m->table);
	m->table = xmalloc(slots * sizeof(*m->table));
	m->mask = slots - 1;
	for (size_t i = 0; i < slots; i++)
		m->table[i] = NOWHERE;
	for (size_t i = 0; i < m->n; i++)
		if (m->list[i].path != NULL)
			m->table[slot_of(m, m->list[i].path, strlen(m->list[i].path))] =
				(uint32_t)i;
}

struct marks *
marks_copy(const struct marks *m)
{
	struct marks *copy = marks_new();

	if (m->n == 0)
		return copy;
	copy->n = copy->room = m->n;
	copy->gaps = m->gaps;
	copy->list = xmemdup(m->list, m->n * sizeof(*m->list));
	for (size_t i = 0; i < m->n; i++)
		if (m->list[i].path != NULL)
			copy->list[i].path = xstrdup(m->list[i].path);
	copy->mask = m->mask;
	copy->table = xmemdup(m->table, (m->mask + 1) * sizeof(*m->table));
	return copy;
}

static struct mark *
find_n(const struct marks *m, const char *path, size_t len)
{
	size_t at;

	if (m->mask == 0)
		return NULL;
	at = slot_of(m, path, len);
	return m->table[at] != NOWHERE ? &m->list[m->table[at]] : NULL;
}

bool
marks_has(const struct marks *m, const char *path)
{
	return find_n(m, path, strlen(path)) != NULL;
}

void
marks_add(struct marks *m, const char *path, bool folder, uint64_t bytes)
{
	if (marks_has(m, path) || m->n >= NOWHERE / 4)
		return;
	if (m->n == m->room) {
		m->room = m->room != 0 ? m->room * 2 : 16;
		m->list = xreallocarray(m->list, m->room, sizeof(*m->list));
	}
	m->list[m->n++] = (struct mark){.path = xstrdup(path),
					.folder = folder,
					.known = !folder,
					.files = folder ? 0 : 1,
					.bytes = folder ? 0 : bytes};
	if (m->mask == 0 || m->n * 2 > m->mask)
		rehash(m, m->mask == 0 ? 64 : (m->mask + 1) * 2);
	else
		m->table[slot_of(m, path, strlen(path))] = (uint32_t)(m->n - 1);
}

/* Empties a slot and moves up those behind it that were pushed on by it. */
static void
vacate(struct marks *m, size_t hole)
{
	size_t at = hole;

	m->table[hole] = NOWHERE;
	for (;;) {
		const char *path;
		size_t home;

		at = (at + 1) & m->mask;
		if (m->table[at] == NOWHERE)
			return;
		path = m->list[m->table[at]].path;
		home = hash(path, strlen(path)) & m->mask;
		/* It stays if its home lies behind the hole, cyclically, up to where it is. */
		if (((at - home) & m->mask) < ((at - hole) & m->mask))
			continue;
		m->table[hole] = m->table[at];
		m->table[at] = NOWHERE;
		hole = at;
	}
}

static void
close_gaps(struct marks *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		if (m->list[i].path != NULL)
			m->list[n++] = m->list[i];
	m->n = n;
	m->gaps = 0;
	m->ask_from = 0;
	rehash(m, m->mask + 1);
}

void
marks_remove(struct marks *m, const char *path)
{
	struct mark *mark = find_n(m, path, strlen(path));

	if (mark == NULL)
		return;
	vacate(m, slot_of(m, path, strlen(path)));
	free(mark->path);
	mark->path = NULL;
	m->gaps++;
	/* The last ones leave nothing behind, as when a range shrinks again. */
	while (m->n > 0 && m->list[m->n - 1].path == NULL) {
		m->n--;
		m->gaps--;
	}
	if (m->ask_from > m->n)
		m->ask_from = m->n;
	if (m->gaps > 32 && m->gaps > m->n / 2)
		close_gaps(m);
}

void
marks_like(struct marks *m, const struct marks *other, const char *path)
{
	const struct mark *was = find_n(other, path, strlen(path));
	struct mark *now;

	if (was == NULL) {
		marks_remove(m, path);
		return;
	}
	marks_add(m, path, was->folder, was->bytes);
	now = find_n(m, path, strlen(path));
	if (now == NULL)
		return;
	now->known = was->known;
	now->asked = was->asked;
	now->partial = was->partial;
	now->files = was->files;
	now->bytes = was->bytes;
}

const char *
marks_uncounted(struct marks *m)
{
	while (m->ask_from < m->n) {
		struct mark *mark = &m->list[m->ask_from++];

		if (mark->path != NULL && !mark->known && !mark->asked) {
			mark->asked = true;
			return mark->path;
		}
	}
	return NULL;
}

void
marks_counted(struct marks *m, const char *path, uint64_t files, uint64_t bytes, bool partial)
{
	struct mark *mark = find_n(m, path, strlen(path));

	if (mark == NULL || !mark->folder)
		return;
	mark->known = true;
	mark->partial = partial;
	mark->files = files;
	mark->bytes = bytes;
}

size_t
marks_count(const struct marks *m)
{
	return m->n - m->gaps;
}

const struct mark *
marks_next(const struct marks *m, size_t *at)
{
	while (*at < m->n) {
		const struct mark *mark = &m->list[(*at)++];

		if (mark->path != NULL)
			return mark;
	}
	return NULL;
}

bool
marks_covered(const struct marks *m, const char *path)
{
	for (size_t len = strlen(path); len > 1;) {
		const struct mark *above;

		do
			len--;
		while (len > 0 && path[len] != '/');
		above = find_n(m, path, len > 0 ? len : 1);
		if (above != NULL && above->folder)
			return true;
	}
	return false;
}

struct marks_total
marks_total(const struct marks *m)
{
	struct marks_total t = {0};
	const struct mark *mark;

	for (size_t at = 0; (mark = marks_next(m, &at)) != NULL;) {
		if (marks_covered(m, mark->path))
			continue;
		if (mark->folder)
			t.folders++;
		else
			t.files++;
		t.bytes += mark->bytes;
		t.more |= !mark->known || mark->partial;
	}
	return t;
}

char *
marks_label(const struct marks *m, char out[MARKS_LABEL], const char *sep)
{
	struct marks_total t = marks_total(m);
	char size[TEXT_FIGURE], files[40];
	size_t len = 0;

	if (t.files + t.folders == 0) {
		say_into(out, MARKS_LABEL, "nothing");
		return out;
	}
	out[0] = '\0';
	snprintf(files, sizeof(files), say_plural("%zu file", "%zu files", t.files), t.files);
	if (t.folders != 0)
		len += (size_t)snprintf(out, MARKS_LABEL,
					say_plural("%zu folder", "%zu folders", t.folders),
					t.folders);
	if (t.files != 0)
		len += (size_t)snprintf(out + len, MARKS_LABEL - len, "%s%s", len > 0 ? sep : "",
					files);
	if (!t.more || t.bytes != 0)
		snprintf(out + len, MARKS_LABEL - len, "%s%s%s", sep, t.more ? _("over ") : "",
			 text_size(size, sizeof(size), t.bytes));
	return out;
}

const char **
marks_paths(const struct marks *m, size_t *n)
{
	const char **paths = xcalloc(m->n + 1, sizeof(*paths));
	const struct mark *mark;

	*n = 0;
	for (size_t at = 0; (mark = marks_next(m, &at)) != NULL;)
		if (!marks_covered(m, mark->path))
			paths[(*n)++] = mark->path;
	return paths;
}
