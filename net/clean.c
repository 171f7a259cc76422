/* clean.c - parts that nothing will go on with: found where things were received into, told of, and removed when the person says so. */
#include "config.h"

#include <sodium.h>

#include <stdlib.h>
#include <string.h>

#include "net/disk.h"
#include "net/disk_int.h"
#include "net/transfer_int.h"
#include "net/wire.h"
#include "src/msg.h"
#include "src/row.h"
#include "src/say.h"
#include "src/util.h"

#define FOLDERS_MAX 64 /* kept of those things were received into */
/* What waited so long for its sender is told of too, s. */
#define OLD_AFTER   (INT64_C(30) * 24 * 60 * 60)
/* Names in the sentence. */
#define NAMES_TOLD  3

struct stale {
	struct stale_part part;
	char *name, *folder;
	int64_t transfer; /* that waits, 0 none */
};

/* ---- which folders, and whose parts ---- */

static void
save(struct transfers *e, const char *name, const char *value)
{
	struct msg *m = msg_new(MSG_ST_VALUE);

	strlcpy(m->b.st_value.name, name, sizeof(m->b.st_value.name));
	e->h.store(e->h.arg, msg_set_bytes(m, value, strlen(value)));
}

/* Whether a line of the list is this folder. */
static bool
listed(const char *list, const char *folder)
{
	size_t n = strlen(folder);

	for (; list[0] != '\0'; list += strcspn(list, "\n"), list += list[0] == '\n')
		if (strncmp(list, folder, n) == 0 && (list[n] == '\n' || list[n] == '\0'))
			return true;
	return false;
}

void
clean_value(struct transfers *e, const char *name, const char *text)
{
	if (strcmp(name, "folders") == 0)
		set_text(&e->folders, text);
	else if (strcmp(name, "home") == 0)
		e->has_home = util_unhex(e->home.b, ID_LEN, text);
}

void
clean_remember(struct transfers *e, const char *folder)
{
	const char *old = e->folders != NULL ? e->folders : "";
	char *all, *end;
	unsigned n = 0;

	if (folder[0] != '/' || strchr(folder, '\n') != NULL || listed(old, folder))
		return;
	xasprintf(&all, "%s\n%s", folder, old);
	for (end = all; *end != '\0' && n < FOLDERS_MAX; end++)
		n += *end == '\n';
	*end = '\0';
	free(e->folders);
	e->folders = all;
	save(e, "folders", all);
}

void
clean_owner(struct transfers *e, uint8_t out[ID_LEN])
{
	char hex[2 * ID_LEN + 1];

	if (!e->has_home) {
		/* It decides nothing: the engine's own randomness, which tests repeat, is left alone. */
		randombytes_buf(e->home.b, ID_LEN);
		e->has_home = true;
		save(e, "home", util_hex(hex, e->home.b, ID_LEN));
	}
	memcpy(out, e->home.b, ID_LEN);
}

/* ---- looking ---- */

/* Appends a folder, and the one around it if something lies there that is no folder any more; each once. */
static void
add_folder(char **list, const char *folder)
{
	char *more;

	if (folder == NULL || folder[0] != '/' || strchr(folder, '\n') != NULL ||
	    listed(*list, folder))
		return;
	xasprintf(&more, "%s%s\n", *list, folder);
	free(*list);
	*list = more;
}

static char *
all_folders(struct transfers *e)
{
	char *list = xstrdup(""), *rest, *copy, *line;
	struct transfer *t;
	struct tpeer *p;

	add_folder(&list, e->h.downloads(e->h.arg));
	copy = rest = xstrdup(e->folders != NULL ? e->folders : "");
	while ((line = strsep(&rest, "\n")) != NULL)
		add_folder(&list, line);
	free(copy);
	TAILQ_FOREACH (p, &e->peers, next)
		add_folder(&list, p->auto_to);
	TAILQ_FOREACH (t, &e->all, in_all)
		if (t->dir == DIR_IN && t->state != TRANSFER_DONE)
			add_folder(&list, t->place);
	return list;
}

/* handle: a tree for the job alone, behind others it was given. */
static void
look(struct transfers *e, uint32_t serial, int64_t handle)
{
	struct msg *m = msg_new(MSG_DISK_CLEAN);
	char *list = all_folders(e);
	size_t len = strlen(list);

	m->b.disk.handle = handle;
	m->b.disk.job = JOB_CLEAN;
	m->b.disk.entry = serial;
	clean_owner(e, m->b.disk.owner);
	for (char *c = list; *c != '\0'; c++)
		*c = *c == '\n' ? '\0' : *c;
	/* Each folder's NUL stands where its newline did. */
	msg_take_bytes(m, (uint8_t *)list, len);
	e->h.disk(e->h.arg, m);
}

void
transfers_ready(struct transfers *e)
{
	look(e, 0, ++e->trees_made);
}

void
transfers_spooled(struct transfers *e, struct msg *m)
{
	struct transfer *t;
	uint8_t *all = NULL;
	size_t len = 0;

	TAILQ_FOREACH (t, &e->all, in_all) {
		if (!t->unlink_after || t->ended)
			continue;
		all = xreallocarray(all, len + t->paths_len + 1, 1);
		memcpy(all + len, t->paths, t->paths_len);
		len += t->paths_len;
		all[len] = '\0';
	}
	if (all != NULL)
		msg_take_bytes(m, all, len);
}

static void
forget_stale(struct transfers *e)
{
	for (size_t i = 0; i < e->nstale; i++) {
		free(e->stale[i].name);
		free(e->stale[i].folder);
	}
	free(e->stale);
	e->stale = NULL;
	e->nstale = 0;
}

void
clean_free(struct transfers *e)
{
	forget_stale(e);
	free(e->folders);
}

/* Whether nothing goes on with a part; *number: the transfer that waits for it, but has for long. */
static bool
is_stale(struct transfers *e, const struct stale_part *part, int64_t *number)
{
	int64_t now = e->h.wall_ms(e->h.arg) / 1000;
	struct transfer *t;

	*number = 0;
	TAILQ_FOREACH (t, &e->all, in_all) {
		if (t->dir != DIR_IN || memcmp(t->id.b, part->id, ID_LEN) != 0)
			continue;
		if (t->ended)
			return !t->committing;
		*number = t->number;
		return t->number != 0 && !t->streaming && !t->preparing && !t->finishing &&
		       now - part->newest > OLD_AFTER;
	}
	/* Without our mark it may be another home's. */
	return part->ours;
}

/* "3 unfinished transfers take 1.2 GB: a, b and 1 more" */
static char *
sentence(const struct transfers *e, uint64_t *bytes)
{
	char *names = xstrdup(""), *more, size[32];

	*bytes = 0;
	for (size_t i = 0; i < e->nstale; i++) {
		*bytes += e->stale[i].part.bytes;
		if (i >= NAMES_TOLD)
			continue;
		xasprintf(&more, "%s%s%s", names, i > 0 ? ", " : "", e->stale[i].name);
		free(names);
		names = more;
	}
	if (e->nstale == 0)
		more = xstrdup(_("No unfinished transfers are left over."));
	else
		xasprintf(&more,
			  say_plural("%zu unfinished transfer takes %s: %s%s",
				     "%zu unfinished transfers take %s: %s%s", e->nstale),
			  e->nstale, disk_size_text(size, sizeof(size), *bytes), names,
			  e->nstale > NAMES_TOLD ? ", ..." : "");
	free(names);
	return more;
}

static void
tell(struct transfers *e, uint32_t serial)
{
	struct msg *m = msg_new(MSG_EV_STALE);
	struct row_buf buf = {.p = NULL};
	uint64_t bytes;
	char *text = sentence(e, &bytes);
	size_t n;

	m->serial = serial;
	m->b.stale.count = (uint32_t)e->nstale;
	m->b.stale.bytes = bytes;
	buf.len = strlen(text) + 1;
	buf.p = (uint8_t *)text;
	for (size_t i = 0; i < e->nstale; i++) {
		char size[32];
		const char *parts[] = {e->stale[i].name,
				       disk_size_text(size, sizeof(size), e->stale[i].part.bytes),
				       e->stale[i].folder};

		for (size_t k = 0; k < NELEM(parts); k++) {
			n = strlen(parts[k]) + 1;
			buf.p = xreallocarray(buf.p, buf.len + n, 1);
			memcpy(buf.p + buf.len, parts[k], n);
			buf.len += n;
		}
	}
	e->h.emit(e->h.arg, msg_take_bytes(m, buf.p, buf.len));
}

void
clean_attach(struct transfers *e)
{
	if (e->nstale > 0)
		tell(e, 0);
}

void
clean_ran(struct transfers *e, const struct msg *m)
{
	size_t at = 0, head = sizeof(struct stale_part);

	forget_stale(e);
	while (at + head < m->len) {
		const char *name = (const char *)m->bytes + at + head;
		const char *folder = name + strlen(name) + 1;
		struct stale s;

		memcpy(&s.part, m->bytes + at, head);
		at += head + strlen(name) + 1 + strlen(folder) + 1;
		if (!is_stale(e, &s.part, &s.transfer))
			continue;
		s.name = xstrdup(name);
		s.folder = xstrdup(folder);
		e->stale = xreallocarray(e->stale, e->nstale + 1, sizeof(*e->stale));
		e->stale[e->nstale++] = s;
	}
	if (e->nstale > 0 || m->b.disk.entry != 0)
		tell(e, m->b.disk.entry);
}

/* ---- removing ---- */

static void
remove_part(struct transfers *e, const struct stale *s, int64_t handle)
{
	struct transfer *t = s->transfer != 0 ? transfer_by_number(e, s->transfer) : NULL;
	size_t n = strlen(s->folder) + 1;
	uint8_t *b;
	struct msg *m;

	if (t != NULL) {
		transfer_break(t, TRANSFER_CANCELLED, FRAME_CANCEL, "cleaned up here", "");
		return;
	}
	m = msg_new(MSG_DISK_CLOSE);
	b = xmalloc(n + ID_LEN + 1);
	memcpy(b, s->folder, n);
	memcpy(b + n, s->part.id, ID_LEN);
	b[n + ID_LEN] = '\0';
	msg_take_bytes(m, b, n + ID_LEN);
	m->b.disk.handle = handle;
	m->b.disk.flags = DISK_REMOVE | DISK_RESUME;
	e->h.disk(e->h.arg, m);
}

void
transfers_clean(struct transfers *e, const struct msg *cmd)
{
	struct key nobody = {{0}};
	int64_t number, handle;

	transfers_answer(e, cmd->serial, &nobody, 0, NULL);
	if (!cmd->b.clean.remove) {
		look(e, cmd->serial, ++e->trees_made);
		return;
	}
	handle = ++e->trees_made;
	/* Only what was told of, and only if nothing has begun to go on with it since. */
	for (size_t i = 0; i < e->nstale; i++)
		if (is_stale(e, &e->stale[i].part, &number))
			remove_part(e, &e->stale[i], handle);
	forget_stale(e);
	/* Behind the removals, so that what is left is what could not be removed. */
	look(e, cmd->serial, handle);
}
