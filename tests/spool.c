/* spool.c - long texts in sealed files: what is put in comes out, none of it can be read on the disk, and what was changed is noticed. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/file.h"
#include "src/path.h"
#include "src/seal.h"
#include "src/spool.h"
#include "src/util.h"
#include "tests/tap.h"

#define WORD "xylophone "

static struct seal_key key, other;

static char *
make_text(size_t len)
{
	char *text = xmalloc(len + 1);

	for (size_t i = 0; i < len; i++)
		text[i] = WORD[i % strlen(WORD)];
	for (size_t i = 0; i + 8 <= len; i += 1000)
		put_be64((uint8_t *)text + i, i);
	return text;
}

/* Reads all of it in pieces of that size, two to a call. */
static char *
read_back(struct spool *s, int fd, size_t piece)
{
	size_t size = (size_t)spool_size(s), at = 0;
	char *text = xmalloc(size + 2 * piece + 1);
	ssize_t n;

	do {
		struct iovec iov[2] = {{text + at, piece}, {text + at + piece, piece}};

		n = spool_preadv(s, fd, iov, 2, (off_t)at);
		if (n == -1) {
			free(text);
			return NULL;
		}
		at += (size_t)n;
	} while (n > 0);
	is_int(at, size, "all of it is read in pieces of %zu", piece);
	return text;
}

static void
round_trip(size_t len)
{
	char *text = make_text(len), *path = spool_write(test_tmpdir(), &key, text, len), *back;
	int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	struct spool *s = fd != -1 ? spool_open(fd, &key) : NULL;
	struct stat st = {.st_mode = 0};
	uint8_t *raw;
	size_t n;

	ok(s != NULL && spool_size(s) == len, "a text of %zu bytes is kept", len);
	if (s == NULL)
		exit(1);
	for (size_t piece = 10007; piece < 300000; piece *= 7) {
		back = read_back(s, fd, piece);
		ok(back != NULL && memcmp(back, text, len) == 0, "and is as it was");
		free(back);
	}
	ok(fstat(fd, &st) == 0 && (st.st_mode & 0777) == 0600, "its file is private");
	raw = file_read(path, 1 << 24, &n);
	ok(raw != NULL && memmem(raw, n, WORD, strlen(WORD)) == NULL,
	   "nothing of it can be read there");
	free(raw);
	spool_free(s);
	errno = 0;
	ok(spool_open(fd, &other) == NULL && errno == EBADMSG, "nor by another identity");
	close(fd);
	unlink(path);
	free(path);
	free(text);
}

/* Any byte that changes, and any that is missing. */
static void
damage(void)
{
	size_t len = SPOOL_PART + 5000, n, bad = 0, looked = 0;
	char *text = make_text(len), *path = spool_write(test_tmpdir(), &key, text, len);
	uint8_t *raw = file_read(path, 1 << 24, &n);
	int fd = open(path, O_RDWR | O_CLOEXEC);

	for (size_t at = 0; at < n; at += at < 200 ? 1 : 997) {
		uint8_t wrong = raw[at] ^ 1;
		struct spool *s;
		struct iovec iov;
		char *back = xcalloc(1, len);

		ok(pwrite(fd, &wrong, 1, (off_t)at) == 1, "byte %zu is changed", at);
		looked++;
		s = spool_open(fd, &key);
		iov = (struct iovec){back, len};
		bad += s == NULL ||
		       (spool_preadv(s, fd, &iov, 1, 0) < (ssize_t)len &&
			spool_preadv(s, fd, &iov, 1, at > SPOOL_PART ? SPOOL_PART : 0) == -1);
		spool_free(s);
		free(back);
		ok(pwrite(fd, &raw[at], 1, (off_t)at) == 1, "and back");
	}
	is_int(bad, looked, "each change is noticed");
	for (size_t cut = 0; cut < n; cut += 7001) {
		char *back = xcalloc(1, len);
		struct iovec iov = {back, len};
		struct spool *s;

		ok(ftruncate(fd, (off_t)cut) == 0, "cut to %zu", cut);
		s = spool_open(fd, &key);
		ok(s == NULL || spool_preadv(s, fd, &iov, 1, 0) < (ssize_t)len, "is noticed");
		spool_free(s);
		free(back);
		ok(pwrite(fd, raw, n, 0) == (ssize_t)n, "whole again");
	}
	close(fd);
	free(raw);
	free(path);
	free(text);
}

static void
others(void)
{
	const char text[] = "a text that lies there as it is, of an older version";
	char *path;
	int fd;

	xasprintf(&path, "%s/plain.txt", test_tmpdir());
	ok(file_write(path, FILE_NEW, text, strlen(text)) == 0, "a plain file");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	errno = 0;
	ok(spool_open(fd, &key) == NULL && errno == EINVAL, "is none of ours");
	close(fd);
	free(path);
	errno = 0;
	ok(spool_write("/nonexistent", &key, text, 5) == NULL && errno == ENOENT,
	   "where it cannot be written");
}

/* ---- left over by a crash ---- */

static void
leave(const char *folder, const char *name)
{
	char *path = path_join(folder, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	ok(fd != -1, "%s is left", name);
	close(fd);
	free(path);
}

static bool
is_there(const char *folder, const char *name)
{
	char *path = path_join(folder, name);
	bool there = access(path, F_OK) == 0;

	free(path);
	return there;
}

static void
left_over(void)
{
	static const char orphan[] = "text-0123456789abcdef.txt";
	static const char half[] = ".text-0123456789abcdee.txt.new", other_name[] = "letter.txt";
	static const char short_name[] = "text-0123.txt";
	char *folder = path_join(test_tmpdir(), "left"), *kept, *later, *list, *keep;
	size_t len, n;

	mkdir(folder, 0700);
	leave(folder, orphan);
	leave(folder, half);
	leave(folder, other_name);
	leave(folder, short_name);
	kept = spool_write(folder, &key, "it waits", 8);
	list = spool_list(folder, &len);
	later = spool_write(folder, &key, "it came later", 13);
	/* By another way to the same folder. */
	n = (size_t)xasprintf(&keep, "/elsewhere%s", strrchr(kept, '/')) + 1;
	spool_sweep(folder, list, len, keep, n);
	ok(!is_there(folder, orphan) && !is_there(folder, half),
	   "what a crash left goes, finished or not");
	ok(access(kept, F_OK) == 0, "what waits stays");
	ok(access(later, F_OK) == 0, "and what came since it was looked");
	ok(is_there(folder, other_name) && is_there(folder, short_name),
	   "and what is not of its making");
	spool_sweep(folder, list, len, "", 0);
	ok(access(kept, F_OK) == -1, "nothing waits: all goes");
	free(keep);
	free(list);
	free(later);
	free(kept);
	free(folder);
	list = spool_list("/nowhere/at/all", &len);
	ok(len == 0, "a folder that is not there holds none");
	free(list);
}

int
main(void)
{
	memset(key.b, 7, sizeof(key.b));
	memset(other.b, 8, sizeof(other.b));
	round_trip(1);
	round_trip(20000);
	round_trip(SPOOL_PART);
	round_trip(SPOOL_PART + 1);
	round_trip(1000000);
	damage();
	others();
	left_over();
	return done_testing();
}
