/* archive.c - the list of an archive, by libarchive. */
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/say.h"
#include "src/util.h"
#include "ui/archive.h"

const char *
archive_name(const uint8_t *head, size_t n, const char *name)
{
	static const struct {
		size_t at, len;
		const char *bytes, *is;
	} signs[] = {
		{0, 4, "PK\3\4", N_("ZIP archive")},
		{0, 4, "PK\5\6", N_("ZIP archive")},
		{257, 5, "ustar", N_("tar archive")},
		{0, 6, "7z\xbc\xaf\x27\x1c", N_("7-Zip archive")},
		{0, 6, "Rar!\x1a\7", N_("RAR archive")},
		{0, 7, "!<arch>", N_("ar archive")},
		{0x8001, 5, "CD001", N_("ISO 9660 image")},
	};
	/* What is packed as one stream may be a tar inside: its name tells. */
	static const struct {
		size_t len;
		const char *bytes;
	} packed[] = {{2, "\x1f\x8b"},
		      {3, "BZh"},
		      {6, "\xfd"
			  "7zXZ"},
		      {4, "\x28\xb5\x2f\xfd"}};
	static const char *const tars[] = {".tar.gz", ".tgz", ".tar.bz2", ".tbz2",
					   ".tar.xz", ".txz", ".tar.zst", ".tzst"};
	size_t len = strlen(name);

	for (size_t i = 0; i < NELEM(signs); i++)
		if (n >= signs[i].at + signs[i].len &&
		    memcmp(head + signs[i].at, signs[i].bytes, signs[i].len) == 0)
			return signs[i].is;
	for (size_t i = 0; i < NELEM(packed); i++) {
		if (n < packed[i].len || memcmp(head, packed[i].bytes, packed[i].len) != 0)
			continue;
		for (size_t k = 0; k < NELEM(tars); k++)
			if (len > strlen(tars[k]) &&
			    strcasecmp(name + len - strlen(tars[k]), tars[k]) == 0)
				return N_("compressed tar archive");
	}
	return "";
}

#ifdef HAVE_LIBARCHIVE
#include <archive.h>
#include <archive_entry.h>

/* Read at once. Small: what some formats pack into one byte unpacks to tens of thousands before the next block is asked for. */
#define BLOCK ((size_t)4 * 1024)

#define FUNCTIONS(ROW)                           \
	ROW(archive_entry_filetype)              \
	ROW(archive_entry_pathname)              \
	ROW(archive_entry_pathname_utf8)         \
	ROW(archive_entry_size)                  \
	ROW(archive_read_free)                   \
	ROW(archive_read_new)                    \
	ROW(archive_read_next_header)            \
	ROW(archive_read_open1)                  \
	ROW(archive_read_set_callback_data)      \
	ROW(archive_read_set_read_callback)      \
	ROW(archive_read_set_seek_callback)      \
	ROW(archive_read_set_skip_callback)      \
	ROW(archive_read_support_filter_bzip2)   \
	ROW(archive_read_support_filter_gzip)    \
	ROW(archive_read_support_filter_xz)      \
	ROW(archive_read_support_filter_zstd)    \
	ROW(archive_read_support_format_7zip)    \
	ROW(archive_read_support_format_ar)      \
	ROW(archive_read_support_format_iso9660) \
	ROW(archive_read_support_format_rar)     \
	ROW(archive_read_support_format_rar5)    \
	ROW(archive_read_support_format_tar)     \
	ROW(archive_read_support_format_zip)

static struct {
	bool there;
#define ROW(name) __typeof__(&name) name;
	FUNCTIONS(ROW)
#undef ROW
} lib;

static bool
find(void *so, const char *name, void *function)
{
	void *p = dlsym(so, name);

	memcpy(function, &p, sizeof(p));
	return p != NULL;
}

static void
open_library(void)
{
	void *so = dlopen("libarchive.so.13", RTLD_LAZY | RTLD_LOCAL);

	if (so == NULL)
		return;
#define ROW(name)                        \
	if (!find(so, #name, &lib.name)) \
		return;
	FUNCTIONS(ROW)
#undef ROW
	lib.there = true;
}

/* A file being read. The library unpacks all that lies between two names before it comes back, so time is looked at with each block. */
struct source {
	int fd;
	bool over; /* time is */
	bool (*go_on)(void *arg);
	void *arg;
	uint8_t block[BLOCK];
};

static bool
goes_on(struct source *s)
{
	s->over = s->over || !s->go_on(s->arg);
	return !s->over;
}

static la_ssize_t
read_block(struct archive *a, void *arg, const void **block)
{
	struct source *s = arg;
	ssize_t n = -1;

	(void)a;
	*block = s->block;
	while (goes_on(s) && (n = read(s->fd, s->block, sizeof(s->block))) == -1 && errno == EINTR)
		;
	return n;
}

static la_int64_t
seek(struct archive *a, void *arg, la_int64_t offset, int whence)
{
	struct source *s = arg;
	off_t at = goes_on(s) ? lseek(s->fd, offset, whence) : -1;

	(void)a;
	return at != -1 ? at : ARCHIVE_FATAL;
}

/* 0: it has to be read instead. */
static la_int64_t
skip(struct archive *a, void *arg, la_int64_t n)
{
	struct source *s = arg;

	(void)a;
	return goes_on(s) && lseek(s->fd, n, SEEK_CUR) != -1 ? n : 0;
}

static int
open_archive(struct archive *a, struct source *s)
{
	if (lib.archive_read_set_read_callback(a, read_block) != ARCHIVE_OK ||
	    lib.archive_read_set_seek_callback(a, seek) != ARCHIVE_OK ||
	    lib.archive_read_set_skip_callback(a, skip) != ARCHIVE_OK ||
	    lib.archive_read_set_callback_data(a, s) != ARCHIVE_OK)
		return ARCHIVE_FATAL;
	return lib.archive_read_open1(a);
}

static const char *
list(struct archive *a, struct source *s,
     bool (*row)(void *arg, const char *path, uint64_t bytes, bool folder))
{
	struct archive_entry *e;
	int r = open_archive(a, s);

	while (r == ARCHIVE_OK || r == ARCHIVE_WARN || r == ARCHIVE_RETRY) {
		const char *path;
		int64_t size;

		if (!goes_on(s))
			break;
		r = lib.archive_read_next_header(a, &e);
		if (r == ARCHIVE_EOF)
			return NULL;
		if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
			continue;
		path = lib.archive_entry_pathname_utf8(e);
		if (path == NULL)
			path = lib.archive_entry_pathname(e);
		size = lib.archive_entry_size(e);
		if (!row(s->arg, path != NULL ? path : "?", size > 0 ? (uint64_t)size : 0,
			 S_ISDIR(lib.archive_entry_filetype(e))))
			return NULL;
	}
	return s->over ? N_("The list takes too long.")
		       : N_("The archive is damaged, or not to be read without its passphrase.");
}

const char *
archive_list(int fd, bool (*row)(void *arg, const char *path, uint64_t bytes, bool folder),
	     bool (*go_on)(void *arg), void *arg)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct source s = {.fd = fd, .go_on = go_on, .arg = arg};
	struct archive *a;
	const char *why;

	pthread_once(&once, open_library);
	a = lib.there ? lib.archive_read_new() : NULL;
	if (a == NULL)
		return N_("No list: libarchive is not installed.");
	lib.archive_read_support_filter_bzip2(a);
	lib.archive_read_support_filter_gzip(a);
	lib.archive_read_support_filter_xz(a);
	lib.archive_read_support_filter_zstd(a);
	lib.archive_read_support_format_7zip(a);
	lib.archive_read_support_format_ar(a);
	lib.archive_read_support_format_iso9660(a);
	lib.archive_read_support_format_rar(a);
	lib.archive_read_support_format_rar5(a);
	lib.archive_read_support_format_tar(a);
	lib.archive_read_support_format_zip(a);
	why = list(a, &s, row);
	lib.archive_read_free(a);
	return why;
}
#else
const char *
archive_list(int fd, bool (*row)(void *arg, const char *path, uint64_t bytes, bool folder),
	     bool (*go_on)(void *arg), void *arg)
{
	(void)fd;
	(void)row;
	(void)go_on;
	(void)arg;
	return N_("No list: built without libarchive.");
}
#endif
