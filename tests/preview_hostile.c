/* preview_hostile.c - what is made to be slow, large or strange under the cursor: memory and time stay within bounds, and what is said is true. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "src/util.h"
#include "tests/tap.h"
#include "ui/preview.h"

#define MIB 1048576u

static bool
always(void *arg)
{
	(void)arg;
	return true;
}

/* So often, then no more. */
static bool
some_times(void *arg)
{
	int *left = arg;

	return (*left)-- > 0;
}

/* ---- bytes ------------------------------------------------------------------------------------------------------------ */

struct bytes {
	uint8_t *p;
	size_t len, room;
	uint32_t bits; /* of the byte that is being filled */
	unsigned nbits;
};

static void
put(struct bytes *b, const void *p, size_t n)
{
	if (b->room - b->len < n) {
		b->room = (b->len + n) * 2;
		b->p = xreallocarray(b->p, b->room, 1);
	}
	memcpy(b->p + b->len, p, n);
	b->len += n;
}

static void
put_u32(struct bytes *b, uint32_t v)
{
	uint8_t p[4] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v};

	put(b, p, sizeof(p));
}

/* The lowest first, as deflate has it. */
static void
put_bits(struct bytes *b, uint32_t v, unsigned n)
{
	b->bits |= v << b->nbits;
	for (b->nbits += n; b->nbits >= 8; b->nbits -= 8) {
		uint8_t byte = (uint8_t)b->bits;

		put(b, &byte, 1);
		b->bits >>= 8;
	}
}

/* What deflate makes of a text of ASCII and its last byte 258 * n times more: some 13 bits for 258 bytes. */
static void
put_deflated(struct bytes *b, const char *text, size_t len, size_t n)
{
	put_bits(b, 3, 3); /* the last block, with the fixed codes */
	for (size_t i = 0; i < len; i++) {
		unsigned code = 0x30 + (unsigned char)text[i];

		for (unsigned k = 0; k < 8; k++)
			put_bits(b, code >> (7 - k) & 1, 1);
	}
	for (size_t i = 0; i < n; i++)
		put_bits(b, 0xa3, 13); /* 285, 258 bytes, from one byte before */
	put_bits(b, 0, 7);
	put_bits(b, 0, b->nbits != 0 ? 8 - b->nbits : 0);
}

static uint32_t
crc32(const uint8_t *p, size_t n)
{
	uint32_t crc = ~0u;

	for (; n > 0; n--) {
		crc ^= *p++;
		for (int k = 0; k < 8; k++)
			crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320u : 0);
	}
	return ~crc;
}

static const char *
stored(const char *name, struct bytes *b)
{
	static char path[512];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", test_tmpdir(), name);
	out = fopen(path, "wb");
	if (out == NULL || fwrite(b->p, 1, b->len, out) != b->len || fclose(out) != 0)
		diag("cannot make %s", path);
	free(b->p);
	return path;
}

/* ---- a picture -------------------------------------------------------------------------------------------------------- */

static void
put_chunk(struct bytes *b, const char *type, const void *p, size_t n)
{
	size_t at;

	put_u32(b, (uint32_t)n);
	at = b->len;
	put(b, type, 4);
	put(b, p, n);
	put_u32(b, crc32(b->p + at, n + 4));
}

/* A picture of one pixel behind so many texts, each of six million bytes. */
static const char *
many_texts(const char *name, unsigned texts)
{
	const uint64_t n = 6000000 / 258, all = n * 258 + 1;
	uint64_t low = (1 + all * 'x') % 65521, high = (all + all * (all + 1) / 2 * 'x') % 65521;
	struct bytes text = {0}, png = {0}, one = {0};

	put(&text, "Comment\0\0\x78\x9c", 11);
	put_deflated(&text, "x", 1, n);
	put_u32(&text, (uint32_t)(high << 16 | low));
	put(&png, "\x89PNG\r\n\x1a\n", 8);
	put_chunk(&png, "IHDR", "\0\0\0\1\0\0\0\1\10\2\0\0\0", 13);
	put_chunk(&one, "zTXt", text.p, text.len);
	for (unsigned i = 0; i < texts; i++)
		put(&png, one.p, one.len);
	put_chunk(&png, "IDAT", "\x78\x9c\x63\xf8\xcf\xc0\0\0\3\1\1\0", 12);
	put_chunk(&png, "IEND", "", 0);
	free(text.p);
	free(one.p);
	return stored(name, &png);
}

static long
most_resident(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss;
}

static void
pictures(void)
{
#ifdef HAVE_LIBPNG
	const char *path = many_texts("one.png", 1);
	struct preview *p = preview_make(path, 40, 30, always, NULL);
	int left = 20;
	long before;

	ok(p->kind == PREVIEW_PICTURE && p->w == 1, "a picture with a long text in it is shown");
	preview_free(p);
	path = many_texts("many.png", 40);
	before = most_resident();
	p = preview_make(path, 40, 30, always, NULL);
	is_str(p->about, "PNG image · 1 × 1", "a picture with forty of them is one");
	ok(p->kind == PREVIEW_PICTURE, "and shown");
	preview_free(p);
	ok(most_resident() - before < 48 * 1024, "its 240 MB of texts are not kept: %ld kB more",
	   most_resident() - before);
	p = preview_make(path, 40, 30, some_times, &left);
	ok(p->kind != PREVIEW_PICTURE && left < 0, "time counts also before the first row");
	preview_free(p);
#else
	skip("built without libpng", "pictures");
#endif
}

/* ---- an archive ------------------------------------------------------------------------------------------------------- */

/* A packed tar of one file of 64 MiB of NULs. */
static const char *
long_member(void)
{
	struct bytes b = {0};
	char head[512] = "zeros";
	unsigned sum = 0;

	memcpy(head + 100, "0000644", 8);
	memcpy(head + 124, "00400000000", 12);
	memcpy(head + 136, "00000000000", 12);
	memset(head + 148, ' ', 8);
	head[156] = '0';
	memcpy(head + 257, "ustar\00000", 8);
	for (size_t i = 0; i < sizeof(head); i++)
		sum += (unsigned char)head[i];
	snprintf(head + 148, 8, "%06o", sum);
	put(&b, "\x1f\x8b\10\0\0\0\0\0\0\3", 10);
	put_deflated(&b, head, sizeof(head), (size_t)64 * MIB / 258 + 8);
	put_u32(&b, 0);
	put_u32(&b, 0);
	return stored("long.tar.gz", &b);
}

static void
archives(void)
{
#ifdef HAVE_LIBARCHIVE
	const char *path = long_member();
	struct preview *p;
	int left = 20;

	p = preview_make(path, 40, 30, some_times, &left);
	is_int(p->lines, 1, "what was found of an archive in the time there was is shown");
	is_str(p->note, "The list takes too long.", "and that there may be more");
	ok(left > -20, "nothing goes on behind that time: asked %d times more", -left);
	preview_free(p);
#else
	skip("built without libarchive", "archives");
#endif
}

/* ---- a folder --------------------------------------------------------------------------------------------------------- */

/* Folders are what this says. */
static struct {
	const char *name;
	unsigned left;
	int error;
} disk;

/* In place of the C library's: no disk here has names of 765 bytes, or fails when it is told to. */
struct dirent *
readdir(DIR *dir)
{
	static union {
		struct dirent de;
		char room[2048];
	} u;
	size_t len = disk.name != NULL ? strlen(disk.name) : 0;

	(void)dir;
	if (disk.left == 0) {
		errno = disk.error != 0 ? disk.error : errno;
		return NULL;
	}
	disk.left--;
	memset(&u, 0, sizeof(u));
	u.de.d_type = DT_DIR;
	memcpy(u.room + offsetof(struct dirent, d_name), disk.name, len + 1);
	return &u.de;
}

static struct preview *
folder(const char *name, unsigned n, int error)
{
	disk.name = name;
	disk.left = n;
	disk.error = error;
	return preview_make(test_tmpdir(), 40, 30, always, NULL);
}

static void
folders(void)
{
	char name[1200];
	struct preview *p;
	int left = 3;

	for (size_t i = 0; i < 765; i += 3)
		memcpy(name + i, "\xe6\x97\xa5", 4);
	p = folder(name, 1, 0);
	ok(p->lines == 1 && strlen(p->text) == 766 && p->text[765] == '/',
	   "a name of 255 Japanese letters is whole");
	preview_free(p);
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	p = folder(name, 1, 0);
	ok(p->lines == 1 && strspn(p->text, "n/") == strlen(p->text) && strlen(p->text) <= 1024,
	   "one without end has one");
	preview_free(p);
	p = folder("a", 0, 0);
	is_str(p->note, "This folder is empty.", "a folder with nothing in it is empty");
	is_str(p->about, "Folder · 0 items", "and said to be");
	preview_free(p);
	p = folder("a", 0, EIO);
	is_str(p->note, "The folder cannot be read to its end.", "one that cannot be read is not");
	is_str(p->about, "Folder", "nobody counted what is in it");
	preview_free(p);
	p = folder("a", 2, EIO);
	is_str(p->note, "The folder cannot be read to its end.", "nor one with a bad end");
	ok(p->more, "of which there is more");
	is_str(p->about, "Folder · over 2 items", "than was counted");
	preview_free(p);
	disk.left = 100;
	p = preview_make(test_tmpdir(), 40, 30, some_times, &left);
	is_str(p->note, "The list takes too long.", "a folder that takes too long says so");
	ok(p->lines == 3 && p->more, "and shows what there is by then");
	preview_free(p);
}

int
main(void)
{
	pictures();
	archives();
	folders();
	return done_testing();
}
