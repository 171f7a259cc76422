/* browser_go.c - the browser's way through folders: reading them, the cursor's place in each. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/path.h"
#include "src/say.h"
#include "src/util.h"
#include "ui/browser_priv.h"
#include "ui/dirlist.h"
#include "ui/edit.h"
#include "ui/filelist.h"
#include "ui/front.h"
#include "ui/marks.h"
#include "ui/pane.h"

struct dirlist_entry *
browser_entry(const struct browser *b)
{
	return filelist_at(b->list, b->cursor);
}

char *
browser_path(const struct browser *b, const struct dirlist_entry *e)
{
	return path_join(b->folder, e->name);
}

/* ---- places ----------------------------------------------------------------------------------------------------------- */

static void
place_free(struct browser_place *place)
{
	free(place->folder);
	free(place->name);
	free(place);
}

/* Takes the place of a folder off the list; NULL if there is none. */
static struct browser_place *
take_place(struct browser *b, const char *folder)
{
	for (struct browser_place **at = &b->places; *at != NULL; at = &(*at)->next) {
		struct browser_place *place = *at;

		if (strcmp(place->folder, folder) != 0)
			continue;
		*at = place->next;
		return place;
	}
	return NULL;
}

static void
keep_place(struct browser *b)
{
	const struct dirlist_entry *e = browser_entry(b);
	struct browser_place *place, **last;
	size_t n = 0;

	if (b->folder == NULL || e == NULL)
		return;
	place = take_place(b, b->folder);
	if (place == NULL) {
		place = xcalloc(1, sizeof(*place));
		place->folder = xstrdup(b->folder);
	}
	free(place->name);
	place->name = xstrdup(e->name);
	place->row = b->cursor;
	place->next = b->places;
	b->places = place;
	for (last = &b->places; *last != NULL && n < BROWSER_PLACES; last = &(*last)->next)
		n++;
	if (*last != NULL) {
		place_free(*last);
		*last = NULL;
	}
}

static void
trail_clear(struct browser_trail *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->folder[i]);
	free(t->folder);
	*t = (struct browser_trail){0};
}

static void
trail_push(struct browser_trail *t, const char *folder)
{
	if (t->folder == NULL)
		t->folder = xcalloc(BROWSER_TRAIL, sizeof(*t->folder));
	if (t->n == BROWSER_TRAIL) {
		free(t->folder[0]);
		memmove(t->folder, t->folder + 1, --t->n * sizeof(*t->folder));
	}
	t->folder[t->n++] = xstrdup(folder);
}

void
browser_forget(struct browser *b)
{
	struct browser_place *place;

	trail_clear(&b->back);
	trail_clear(&b->forward);
	while ((place = b->places) != NULL) {
		b->places = place->next;
		place_free(place);
	}
	for (size_t i = 0; i < b->nlate; i++)
		free(b->late[i]);
	free(b->late);
	b->late = NULL;
	b->nlate = 0;
}

/* ---- going ------------------------------------------------------------------------------------------------------------ */

/* Where the cursor is to be when enough of the folder is there. */
static void
set_goal(struct browser *b, const char *name)
{
	struct browser_place *place = take_place(b, b->folder);

	free(b->goal);
	b->goal = NULL;
	b->goal_row = 0;
	b->moved = false;
	if (place != NULL) {
		b->goal = xstrdup(place->name);
		b->goal_row = place->row;
		place->next = b->places;
		b->places = place;
	}
	if (name != NULL) {
		free(b->goal);
		b->goal = xstrdup(name);
	}
}

static void
read_folder(struct browser *b)
{
	for (size_t i = 0; i < b->nlate; i++)
		free(b->late[i]);
	b->nlate = 0;
	filelist_clear(b->list);
	b->cursor = b->top = 0;
	b->error = 0;
	b->cut = false;
	b->reading = true;
	b->ticket = dirlist_read(b->dirlist, b->folder);
	front_dirty(b->front, PANE_BROWSER);
}

static void
visit(struct browser *b, const char *folder, const char *name)
{
	char *to = xstrdup(folder);

	if (b->dirlist == NULL) {
		b->dirlist = dirlist_new();
		if (b->dirlist == NULL) {
			front_error(b->front, "No more files can be opened.");
			free(to);
			return;
		}
		front_watch(b->pane, dirlist_fd(b->dirlist));
	}
	browser_paint_end(b, true);
	keep_place(b);
	b->side = BROWSER_NO_SIDE;
	b->look = false;
	free(b->folder);
	b->folder = to;
	edit_set(b->filter, "", 0);
	filelist_filter(b->list, "");
	b->filtering = false;
	set_goal(b, name);
	read_folder(b);
}

void
browser_visit(struct browser *b, const char *folder, const char *name)
{
	if (b->folder != NULL && strcmp(b->folder, folder) != 0) {
		trail_push(&b->back, b->folder);
		trail_clear(&b->forward);
	}
	visit(b, folder, name);
}

void
browser_again(struct browser *b, bool back)
{
	struct browser_trail *from = back ? &b->back : &b->forward;
	char *to;

	if (from->n == 0) {
		front_bell(b->front);
		return;
	}
	to = from->folder[--from->n];
	trail_push(back ? &b->forward : &b->back, b->folder);
	visit(b, to, NULL);
	free(to);
}

void
browser_refresh(struct browser *b)
{
	browser_paint_end(b, true);
	keep_place(b);
	set_goal(b, NULL);
	read_folder(b);
}

void
browser_enter(struct browser *b)
{
	const struct dirlist_entry *e = browser_entry(b);
	char *to;

	if (e == NULL || e->kind != DIRLIST_FOLDER) {
		front_bell(b->front);
		return;
	}
	to = browser_path(b, e);
	browser_visit(b, to, NULL);
	free(to);
}

void
browser_parent(struct browser *b)
{
	char *slash, *up, *from;

	if (strcmp(b->folder, "/") == 0) {
		front_bell(b->front);
		return;
	}
	up = xstrdup(b->folder);
	slash = strrchr(up, '/');
	from = xstrdup(slash + 1);
	slash[slash == up ? 1 : 0] = '\0';
	browser_visit(b, up, from);
	free(from);
	free(up);
}

void
browser_home(struct browser *b)
{
	char *home = path_home();

	browser_visit(b, home, NULL);
	free(home);
}

/* An absolute path without `.`, `..`, doubled or last slashes, as far as that can be told without looking. */
static char *
tidy(const char *path)
{
	char *out = xmalloc(strlen(path) + 2);
	size_t len = 0;

	while (*path != '\0') {
		size_t n;

		path += strspn(path, "/");
		n = strcspn(path, "/");
		if (n == 2 && memcmp(path, "..", 2) == 0) {
			while (len > 0 && out[--len] != '/')
				;
		} else if (n > 0 && !(n == 1 && path[0] == '.')) {
			out[len++] = '/';
			memcpy(out + len, path, n);
			len += n;
		}
		path += n;
	}
	if (len == 0)
		out[len++] = '/';
	out[len] = '\0';
	return out;
}

void
browser_open(struct front *f, const char *folder, const char *name)
{
	struct browser *b = front_pane(f, PANE_BROWSER)->state;

	b->first = false;
	browser_visit(b, folder, name);
	front_set_focus(f, PANE_BROWSER);
}

bool
browser_go(struct front *f, const char *folder, char *err, size_t errlen)
{
	char *typed = path_expand(folder), *cwd = getcwd(NULL, 0), *full, *clean;

	if (typed[0] != '/' && cwd == NULL) {
		say_into(err, errlen, "The current folder is gone: give the whole path.");
		free(typed);
		return false;
	}
	full = typed[0] == '/' ? xstrdup(typed) : path_join(cwd, typed);
	clean = tidy(full);
	browser_open(f, clean, NULL);
	free(clean);
	free(full);
	free(cwd);
	free(typed);
	return true;
}

/* ---- what the threads found ------------------------------------------------------------------------------------------- */

void
browser_settle(struct browser *b, const struct dirlist_entry *stay)
{
	size_t rows = filelist_rows(b->list), row;

	if (!b->moved && b->goal != NULL && filelist_find_name(b->list, b->goal, &row)) {
		b->cursor = row;
	} else if (!b->moved) {
		b->cursor = b->reading ? 0 : b->goal_row;
	} else if (stay != NULL && filelist_find(b->list, stay, &row)) {
		b->cursor = row;
	}
	if (b->cursor >= rows)
		b->cursor = rows > 0 ? rows - 1 : 0;
	front_dirty(b->front, PANE_BROWSER);
}

void
browser_late(struct browser *b)
{
	const struct dirlist_entry *stay = browser_entry(b);

	if (b->nlate == 0)
		return;
	filelist_add(b->list, b->late, b->nlate);
	b->nlate = 0;
	browser_settle(b, stay);
}

static int
cmp_late(const void *x, const void *y)
{
	return dirlist_cmp(*(struct dirlist_entry *const *)x, *(struct dirlist_entry *const *)y);
}

static void
take_batch(struct browser *b, struct dirlist_news *news)
{
	const struct dirlist_entry *stay = browser_entry(b);

	if (b->painting || b->drag.phase != DRAG_IDLE) {
		b->late =
			xreallocarray(b->late, b->nlate + news->n, sizeof(struct dirlist_entry *));
		memcpy(b->late + b->nlate, news->entries, news->n * sizeof(struct dirlist_entry *));
		b->nlate += news->n;
		qsort(b->late, b->nlate, sizeof(struct dirlist_entry *), cmp_late);
	} else {
		filelist_add(b->list, news->entries, news->n);
		browser_settle(b, stay);
	}
	news->n = 0;
}

static void
take_end(struct browser *b, const struct dirlist_news *news)
{
	bool first = b->first;

	b->reading = false;
	b->error = news->error;
	b->cut = news->cut;
	b->first = false;
	front_dirty(b->front, PANE_BROWSER);
	if (news->error != 0 && first && filelist_rows(b->list) == 0) {
		char *home = path_home();

		/* Where the program was started cannot be read: home is better than nothing. */
		if (strcmp(home, b->folder) != 0)
			visit(b, home, NULL);
		free(home);
		return;
	}
	if (!b->painting && b->drag.phase == DRAG_IDLE)
		browser_settle(b, browser_entry(b));
}

/* The folder whose entries were counted, if it is in the open folder. */
static void
take_count(struct browser *b, const struct dirlist_news *news)
{
	const char *slash = strrchr(news->path, '/');
	size_t len = b->folder != NULL ? strlen(b->folder) : 0;
	struct dirlist_entry *e;

	if (len == 1)
		len = 0;
	if (b->folder == NULL || slash == NULL || (size_t)(slash - news->path) != len ||
	    memcmp(news->path, b->folder, len) != 0)
		return;
	e = filelist_named(b->list, slash + 1);
	if (e == NULL)
		return;
	e->items = news->error != 0 ? DIRLIST_CLOSED : (int64_t)news->files;
	front_dirty(b->front, PANE_BROWSER);
}

void
browser_news(struct browser *b)
{
	struct dirlist_news *news;

	while (b->dirlist != NULL && (news = dirlist_take(b->dirlist)) != NULL) {
		bool current = news->ticket == b->ticket;

		if (news->what == DIRLIST_BATCH && current) {
			take_batch(b, news);
		} else if (news->what == DIRLIST_END && current) {
			take_end(b, news);
		} else if (news->what == DIRLIST_COUNT) {
			take_count(b, news);
		} else if (news->what == DIRLIST_TREE) {
			marks_counted(b->marks, news->path, news->files, news->bytes, news->cut);
			if (b->before != NULL)
				marks_counted(b->before, news->path, news->files, news->bytes,
					      news->cut);
			front_dirty(b->front, PANE_BASKET);
			if (b->side != BROWSER_NO_SIDE)
				front_dirty(b->front, PANE_BROWSER);
		}
		dirlist_news_free(news);
	}
}
