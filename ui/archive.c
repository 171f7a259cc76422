/* archive.c - the list of an archive, by libarchive. */
#include "config.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

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

#define BLOCK ((size_t)32 * 1024)

#define FUNCTIONS(ROW)                           \
	ROW(archive_entry_filetype)              \
	ROW(archive_entry_pathname)              \
	ROW(archive_entry_pathname_utf8)         \
	ROW(archive_entry_size)                  \
	ROW(archive_read_free)                   \
	ROW(archive_read_new)                    \
	ROW(archive_read_next_header)            \
	ROW(archive_read_open_fd)                \
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

static const char *
list(struct archive *a, int fd,
     bool (*row)(void *arg, const char *path, uint64_t bytes, bool folder),
     bool (*go_on)(void *arg), void *arg)
{
	struct archive_entry *e;
	int r = lib.archive_read_open_fd(a, fd, BLOCK);

	while (r == ARCHIVE_OK || r == ARCHIVE_WARN || r == ARCHIVE_RETRY) {
		const char *path;
		int64_t size;

		if (!go_on(arg))
			return N_("The list takes too long.");
		r = lib.archive_read_next_header(a, &e);
		if (r == ARCHIVE_EOF)
			return NULL;
		if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
			continue;
		path = lib.archive_entry_pathname_utf8(e);
		if (path == NULL)
			path = lib.archive_entry_pathname(e);
		size = lib.archive_entry_size(e);
		if (!row(arg, path != NULL ? path : "?", size > 0 ? (uint64_t)size : 0,
			 S_ISDIR(lib.archive_entry_filetype(e))))
			return NULL;
	}
	return N_("The archive is damaged, or not to be read without its passphrase.");
}

const char *
archive_list(int fd, bool (*row)(void *arg, const char *path, uint64_t bytes, bool folder),
	     bool (*go_on)(void *arg), void *arg)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
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
	why = list(a, fd, row, go_on, arg);
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
