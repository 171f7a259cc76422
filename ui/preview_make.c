/* preview_make.c - one preview: what kind of thing it is, and the part of it that is shown. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/file.h"
#include "src/madeup.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/archive.h"
#include "ui/dirlist.h"
#include "ui/picture.h"
#include "ui/preview.h"

/* Entries of a folder that are looked at: of more, these are shown in order and the rest is only counted. */
#define FOLDER_MAX     20000
/* Bytes of one name or line that are shown. */
#define LINE_MAX_BYTES 1024

struct making {
	struct preview *p;
	size_t len, room, line_room;
	bool (*go_on)(void *arg);
	void *arg;
};

/* One more line, shown as one. False when there is no room for more. */
static bool
add_line(struct making *m, const char *s, size_t len, unsigned flags)
{
	struct preview *p = m->p;
	size_t most;

	if (p->lines == PREVIEW_LINES_MAX) {
		p->more = true;
		return false;
	}
	len = text_truncate_utf8(s, len, LINE_MAX_BYTES);
	most = text_show_max(len) + 1;
	if (m->len + most > m->room) {
		m->room = (m->len + most) * 2;
		p->text = xreallocarray(p->text, m->room, 1);
	}
	if (p->lines == m->line_room) {
		m->line_room = m->line_room != 0 ? m->line_room * 2 : 64;
		p->line = xreallocarray(p->line, m->line_room, sizeof(*p->line));
	}
	p->line[p->lines++] = m->len;
	m->len += text_show(p->text + m->len, most, s, len, flags) + 1;
	return true;
}

/* ---- text ------------------------------------------------------------------------------------------------------------- */

/* Bytes a text does not have: NUL at all, other controls and what is no UTF-8 now and then. */
static bool
is_text(const char *s, size_t len)
{
	size_t strange = 0;
	uint32_t cp;

	for (size_t i = 0; i < len;) {
		i += text_next(s + i, len - i, &cp);
		if (cp == 0)
			return false;
		strange += cp == TEXT_INVALID ||
			   (cp < 0x20 && (cp < '\b' || cp > '\r') && cp != 0x1b) || cp == 0x7f;
	}
	return strange <= len / 10;
}

bool
preview_lines(struct preview *p, const uint8_t *bytes, size_t len, bool cut)
{
	struct making m = {.p = p};
	const char *s = (const char *)bytes;

	/* A character that is cut in two at the end is no strange byte. */
	if (cut && len > 4) {
		size_t end = text_prev(s, len);
		uint32_t cp;

		if (end + 4 > len && (text_next(s + end, len - end, &cp), cp == TEXT_INVALID))
			len = end;
	}
	if (len == 0 || !is_text(s, len))
		return false;
	p->kind = PREVIEW_TEXT;
	p->more = cut;
	for (size_t at = 0; at < len;) {
		const char *nl = memchr(s + at, '\n', len - at);
		size_t end = nl != NULL ? (size_t)(nl - s) : len, shown = end;

		if (shown > at && s[shown - 1] == '\r')
			shown--;
		if (!add_line(&m, s + at, shown - at, TEXT_MULTILINE))
			break;
		at = end + 1;
	}
	return true;
}

/* ---- folders ---------------------------------------------------------------------------------------------------------- */

static int
cmp_entries(const void *a, const void *b)
{
	return dirlist_cmp(*(struct dirlist_entry *const *)a, *(struct dirlist_entry *const *)b);
}

/* Its kind by what the folder says; a link by where it leads. */
static enum dirlist_kind
kind_of(int fd, const struct dirent *de)
{
	struct stat st;

	if (de->d_type == DT_DIR)
		return DIRLIST_FOLDER;
	if (de->d_type != DT_LNK && de->d_type != DT_UNKNOWN)
		return DIRLIST_FILE;
	return fstatat(fd, de->d_name, &st, 0) == 0 && S_ISDIR(st.st_mode) ? DIRLIST_FOLDER
									   : DIRLIST_FILE;
}

/* Puts the first entries into all[], *n of them, and counts the rest. NULL, or why there may be more of them. */
static const char *
read_folder(struct making *m, DIR *dir, struct dirlist_entry **all, size_t *n, size_t *total)
{
	struct dirent *de;

	while (m->go_on(m->arg)) {
		errno = 0;
		de = readdir(dir);
		if (de == NULL)
			return errno == 0 ? NULL : N_("The folder cannot be read to its end.");
		if (strcmp(de->d_name, ".") == 0 || strcmp(de->d_name, "..") == 0)
			continue;
		++*total;
		if (*n < FOLDER_MAX)
			all[(*n)++] = dirlist_entry_new(de->d_name, kind_of(dirfd(dir), de));
	}
	return N_("The list takes too long.");
}

/* A name may be longer than NAME_MAX: that counts UTF-16 on the disks of other systems. What is too long for a line ends with it. */
static bool
add_name(struct making *m, const struct dirlist_entry *e)
{
	char name[LINE_MAX_BYTES + 2];
	size_t len = strlen(e->name);

	if (len > LINE_MAX_BYTES)
		len = LINE_MAX_BYTES;
	memcpy(name, e->name, len);
	if (e->kind == DIRLIST_FOLDER && len < LINE_MAX_BYTES)
		name[len++] = '/';
	return add_line(m, name, len, TEXT_ONE_LINE);
}

static void
make_folder(struct making *m, DIR *dir)
{
	struct dirlist_entry **all = xcalloc(FOLDER_MAX, sizeof(struct dirlist_entry *));
	size_t n = 0, total = 0;
	bool room = true;

	m->p->note = read_folder(m, dir, all, &n, &total);
	qsort(all, n, sizeof(struct dirlist_entry *), cmp_entries);
	m->p->kind = PREVIEW_NAMES;
	if (m->p->note != NULL && total == 0)
		say_into(m->p->about, sizeof(m->p->about), "Folder");
	else if (m->p->note != NULL)
		say_into(m->p->about, sizeof(m->p->about), "Folder · over %zu items", total);
	else
		snprintf(m->p->about, sizeof(m->p->about),
			 say_plural("Folder · %zu item", "Folder · %zu items", total), total);
	m->p->more = m->p->note != NULL || n < total;
	if (total == 0 && !m->p->more)
		m->p->note = N_("This folder is empty.");
	for (size_t i = 0; i < n; i++) {
		room = room && add_name(m, all[i]);
		free(all[i]);
	}
	free(all);
}

/* ---- archives --------------------------------------------------------------------------------------------------------- */

static bool
archive_row(void *arg, const char *path, uint64_t bytes, bool folder)
{
	struct making *m = arg;
	char size[TEXT_FIGURE], line[LINE_MAX_BYTES];
	size_t len = strlen(path);

	if (folder)
		snprintf(line, sizeof(line), "%s%s", path,
			 len > 0 && path[len - 1] == '/' ? "" : "/");
	else
		snprintf(line, sizeof(line), "%s  %s", path, text_size(size, sizeof(size), bytes));
	return add_line(m, line, strlen(line), TEXT_ONE_LINE);
}

static bool
archive_go_on(void *arg)
{
	struct making *m = arg;

	return m->go_on(m->arg);
}

static void
make_archive(struct making *m, int fd, const char *what)
{
	m->p->kind = PREVIEW_NAMES;
	m->p->note = archive_list(fd, archive_row, archive_go_on, m);
	if (m->p->more)
		say_into(m->p->about, sizeof(m->p->about), "%s · over %zu entries", _(what),
			 m->p->lines);
	else
		snprintf(m->p->about, sizeof(m->p->about),
			 say_plural("%s · %zu entry", "%s · %zu entries", m->p->lines), _(what),
			 m->p->lines);
	if (m->p->lines == 0) {
		m->p->kind = PREVIEW_NOTHING;
		say_into(m->p->about, sizeof(m->p->about), "%s", _(what));
	}
}

/* ---- pictures --------------------------------------------------------------------------------------------------------- */

static void
make_picture(struct making *m, int fd, const struct picture_size *size, int w, int h)
{
	struct preview *p = m->p;
	FILE *in = fdopen(fcntl(fd, F_DUPFD_CLOEXEC, 0), "rb");
	struct picture *small = NULL;

	bool sideways = picture_sideways(size->turn);

	if (size->w != 0)
		say_into(p->about, sizeof(p->about), "%s · %u × %u", _(picture_name(size->type)),
			 sideways ? size->h : size->w, sideways ? size->w : size->h);
	else
		say_into(p->about, sizeof(p->about), "%s", _(picture_name(size->type)));
	if (in != NULL)
		small = picture_read(in, size, w, h, m->go_on, m->arg, &p->note);
	if (in != NULL)
		fclose(in);
	if (small == NULL)
		return;
	p->kind = PREVIEW_PICTURE;
	p->note = NULL;
	p->w = small->w;
	p->h = small->h;
	p->pixel = picture_palette(small);
	picture_free(small);
}

/* ---- files ------------------------------------------------------------------------------------------------------------ */

/* What some files begin with that cannot be shown. */
static const char *
known(const uint8_t *head, size_t n)
{
	static const struct {
		size_t at, len;
		const char *bytes, *is;
	} signs[] = {
		{0, 5, "%PDF-", N_("PDF document")},
		{0, 4,
		 "\x7f"
		 "ELF",
		 N_("ELF program")},
		{0, 15, "SQLite format 3", N_("SQLite database")},
		{4, 4, "ftyp", N_("MP4 video")},
		{0, 4, "OggS", N_("Ogg audio or video")},
		{0, 4, "fLaC", N_("FLAC audio")},
		{0, 3, "ID3", N_("MP3 audio")},
		{0, 4, "\x1a\x45\xdf\xa3", N_("Matroska video")},
		{0, 2, "\x1f\x8b", N_("gzip data")},
		{0, 3, "BZh", N_("bzip2 data")},
		{0, 6,
		 "\xfd"
		 "7zXZ",
		 N_("xz data")},
		{0, 4, "\x28\xb5\x2f\xfd", N_("Zstandard data")},
	};

	for (size_t i = 0; i < NELEM(signs); i++)
		if (n >= signs[i].at + signs[i].len &&
		    memcmp(head + signs[i].at, signs[i].bytes, signs[i].len) == 0)
			return signs[i].is;
	return N_("Binary data");
}

static size_t
read_head(int fd, uint8_t *head, size_t room)
{
	size_t n = 0;
	ssize_t got;

	while (n < room && (got = read(fd, head + n, room - n)) != 0) {
		if (got < 0 && errno != EINTR)
			break;
		n += got > 0 ? (size_t)got : 0;
	}
	return lseek(fd, 0, SEEK_SET) == 0 ? n : 0;
}

static void
make_file(struct making *m, int fd, const char *path, const struct stat *st, int w, int h)
{
	struct preview *p = m->p;
	uint8_t *head = xmalloc(PICTURE_HEAD);
	size_t n = read_head(fd, head, PICTURE_HEAD), len;
	const char *slash = strrchr(path, '/');
	const char *archive = archive_name(head, n, slash != NULL ? slash + 1 : path);
	struct picture_size size;
	char shown[TEXT_FIGURE];

	len = n < PREVIEW_TEXT_MAX ? n : PREVIEW_TEXT_MAX;
	text_size(shown, sizeof(shown), (uint64_t)st->st_size);
	if (n == 0)
		say_into(p->about, sizeof(p->about), "%s",
			 st->st_size == 0 ? _("Empty file") : _("Cannot be read"));
	else if (picture_size(head, n, &size))
		make_picture(m, fd, &size, w, h);
	else if (archive[0] != '\0')
		make_archive(m, fd, archive);
	else if (preview_lines(p, head, len, (uint64_t)st->st_size > len))
		say_into(p->about, sizeof(p->about), "Text · %s", shown);
	else
		say_into(p->about, sizeof(p->about), "%s · %s", _(known(head, n)), shown);
	free(head);
}

struct preview *
preview_make(const char *path, int w, int h, bool (*go_on)(void *arg), void *arg)
{
	struct making m = {.p = xcalloc(1, sizeof(*m.p)), .go_on = go_on, .arg = arg};
	/* A pipe nobody writes to is not waited for, a terminal not taken over. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	DIR *dir;

	if (fd < 0 || fstat(fd, &st) != 0) {
		say_into(m.p->about, sizeof(m.p->about), "Cannot be read: %s.", file_reason(errno));
	} else if (S_ISDIR(st.st_mode) && (dir = fdopendir(fd)) != NULL) {
		make_folder(&m, dir);
		closedir(dir);
		fd = -1;
	} else if (!S_ISREG(st.st_mode)) {
		say_into(m.p->about, sizeof(m.p->about), "No file to be looked into");
	} else if (madeup_fd(fd)) {
		say_into(m.p->about, sizeof(m.p->about), "Made up by the kernel as it is read");
	} else {
		make_file(&m, fd, path, &st, w, h);
	}
	if (fd >= 0)
		close(fd);
	return m.p;
}
