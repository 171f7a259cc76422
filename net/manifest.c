/* manifest.c - the list of what a transfer holds: coding, and the checks a received list has to pass. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "net/limits.h"
#include "net/manifest.h"
#include "net/wire.h"
#include "src/path.h"
#include "src/util.h"

size_t
entry_length(const struct entry *e)
{
	return ENTRY_FIXED + e->name_len + (e->kind == ENTRY_LINK ? 2 + e->link_len : 0);
}

void
entry_put(struct writer *w, const struct entry *e)
{
	wr_u32(w, e->parent);
	wr_u8(w, (uint8_t)e->kind);
	wr_u16(w, e->mode);
	wr_u64(w, (uint64_t)e->mtime_ns);
	wr_u64(w, e->size);
	wr_string(w, e->name, e->name_len);
	if (e->kind == ENTRY_LINK)
		wr_string(w, e->link, e->link_len);
}

bool
entry_get(struct reader *r, struct entry *e)
{
	uint8_t kind;

	memset(e, 0, sizeof(*e));
	e->parent = rd_u32(r);
	kind = rd_u8(r);
	e->mode = rd_u16(r);
	e->mtime_ns = (int64_t)rd_u64(r);
	e->size = rd_u64(r);
	e->name = (const char *)rd_string(r, &e->name_len);
	if (kind == ENTRY_LINK)
		e->link = (const char *)rd_string(r, &e->link_len);
	e->kind = (enum entry_kind)kind;
	return !r->bad && kind <= ENTRY_LINK;
}

bool
entry_link_stays(const char *text, size_t len, uint32_t depth)
{
	bool down = false; /* a plain name was seen */
	size_t n;

	/* At the top itself a link would lead to the receiver's own files. */
	if (depth == 0 || len == 0 || len > ENTRY_LINK_MAX || memchr(text, '\0', len) != NULL)
		return false;
	for (size_t i = 0; i < len; i += n + 1) {
		const char *slash = memchr(text + i, '/', len - i);

		n = slash != NULL ? (size_t)(slash - (text + i)) : len - i;
		if (n == 0) /* absolute, or a doubled slash */
			return false;
		if (n == 1 && text[i] == '.')
			continue;
		if (n == 2 && text[i] == '.' && text[i + 1] == '.') {
			/* Behind a name ".." may mean anything, because the name may be a link. */
			if (down || depth <= 1)
				return false;
			depth--;
		} else {
			down = true;
		}
	}
	return text[len - 1] != '/';
}

void
manifest_init(struct manifest *m, uint32_t count, size_t len, uint64_t bytes)
{
	memset(m, 0, sizeof(*m));
	m->want_count = count;
	m->want_len = len;
	m->want_bytes = bytes;
	m->first_paths = xcalloc(MANIFEST_NAMES, sizeof(*m->first_paths));
}

static void
free_paths(struct manifest *m)
{
	for (size_t i = 0; m->first_paths != NULL && i < MANIFEST_NAMES; i++)
		free(m->first_paths[i]);
	free(m->first_paths);
	m->first_paths = NULL;
}

void
manifest_free(struct manifest *m)
{
	free_paths(m);
	free(m->p);
	free(m->info);
	free(m->names);
	memset(m, 0, sizeof(*m));
}

enum entry_kind
manifest_kind(const struct manifest *m, uint32_t i)
{
	return (enum entry_kind)(m->info[i] & 3);
}

static uint32_t
depth_of(const struct manifest *m, const struct entry *e)
{
	return e->parent == ENTRY_TOP ? 0 : (m->info[e->parent] >> 2) + 1;
}

/* The checks of one entry. NULL: it is fine. */
static const char *
check(const struct manifest *m, const struct entry *e)
{
	const char *why;

	if (path_check_name(e->name, e->name_len, &why) == PATH_REFUSED)
		return why;
	if (e->parent != ENTRY_TOP &&
	    (e->parent >= m->count || manifest_kind(m, e->parent) != ENTRY_FOLDER))
		return "An entry of the offer lies in no folder of it.";
	if (e->kind != ENTRY_FILE && e->size != 0)
		return "A folder or link of the offer has a size.";
	if (e->size > INT64_MAX || e->size > m->want_bytes - m->bytes)
		return "The files of the offer are larger than it said.";
	if (e->kind == ENTRY_LINK && !entry_link_stays(e->link, e->link_len, depth_of(m, e)))
		return "A link of the offer leads outside of it.";
	return NULL;
}

/* Keeps the name as it would arrive, if it is among the first. */
static void
keep_name(struct manifest *m, const struct entry *e)
{
	char local[PATH_NAME_MAX + 1], *line;
	const char *up = NULL;
	size_t n;

	if (m->count >= MANIFEST_NAMES)
		return;
	path_local_name(local, sizeof(local), e->name, e->name_len);
	if (e->parent != ENTRY_TOP)
		up = m->first_paths[e->parent];
	/* A name of 64 folders of 255 bytes each is as long as this gets. */
	if (up != NULL)
		xasprintf(&line, "%s/%s", up, local);
	else
		line = xstrdup(local);
	m->first_paths[m->count] = line;
	n = strlen(line);
	m->names = xreallocarray(m->names, m->names_len + n + 2, 1);
	memcpy(m->names + m->names_len, line, n);
	m->names_len += n;
	if (e->kind == ENTRY_FOLDER)
		m->names[m->names_len++] = '/';
	m->names[m->names_len++] = '\0';
}

/* Takes a checked entry whose encoding is p[len]. */
static void
append(struct manifest *m, const struct entry *e, const uint8_t *p, size_t len)
{
	if (m->len + len > m->room) {
		m->room = m->room * 2 > m->len + len ? m->room * 2 : m->len + len;
		m->p = xreallocarray(m->p, m->room, 1);
	}
	if (m->count == m->room_count) {
		m->room_count = m->room_count != 0 ? m->room_count * 2 : 16;
		m->info = xreallocarray(m->info, m->room_count, sizeof(*m->info));
	}
	keep_name(m, e);
	memcpy(m->p + m->len, p, len);
	m->len += len;
	m->info[m->count++] = depth_of(m, e) << 2 | (uint32_t)e->kind;
	m->bytes += e->size;
	m->files += e->kind == ENTRY_FILE;
	m->folders += e->kind == ENTRY_FOLDER;
	m->links += e->kind == ENTRY_LINK;
	m->flags |= path_name_flags(e->name, e->name_len, e->kind == ENTRY_FILE ? e->mode : 0);
}

int
manifest_add(struct manifest *m, struct reader *r, const char **why)
{
	uint32_t first = rd_u32(r);
	uint16_t n = rd_u16(r);
	const uint8_t *p;
	struct entry e;

	*why = "The list of the offer is malformed.";
	if (r->bad || n == 0 || first != m->count)
		return -1;
	for (; n > 0; n--) {
		p = r->p;
		if (!entry_get(r, &e))
			return -1;
		if (m->count == m->want_count || (size_t)(r->p - p) > m->want_len - m->len) {
			*why = "The list of the offer is longer than it said.";
			return -1;
		}
		*why = check(m, &e);
		if (*why != NULL)
			return -1;
		append(m, &e, p, (size_t)(r->p - p));
		*why = "The list of the offer is malformed.";
	}
	*why = NULL;
	return 0;
}

bool
manifest_complete(const struct manifest *m)
{
	return m->count == m->want_count;
}

int
manifest_check(const struct manifest *m, const char **why)
{
	*why = NULL;
	if (m->len == m->want_len && m->bytes == m->want_bytes)
		return 0;
	*why = "The list of the offer does not add up.";
	return -1;
}

uint32_t
manifest_files_from(const struct manifest *m, uint32_t from)
{
	uint32_t n = 0;

	for (uint32_t i = from; i < m->count; i++)
		n += manifest_kind(m, i) == ENTRY_FILE;
	return n;
}

uint32_t *
manifest_index(const uint8_t *p, size_t len, uint32_t count)
{
	uint32_t *at = xreallocarray(NULL, count, sizeof(*at));
	struct reader r;
	struct entry e;

	rd_open(&r, p, len);
	for (uint32_t i = 0; i < count; i++) {
		at[i] = (uint32_t)(r.p - p);
		if (!entry_get(&r, &e))
			util_fatal("a checked manifest does not parse");
	}
	return at;
}
