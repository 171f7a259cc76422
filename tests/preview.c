/* preview.c - what files hold: sizes and pixels of pictures, text, names, what is refused, and the thread that does it. */
#include "config.h"

#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/util.h"
#include "tests/tap.h"
#include "ui/archive.h"
#include "ui/picture.h"
#include "ui/preview.h"
#include "ui/theme.h"

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

static const char *
data(const char *name)
{
	static char path[512];
	char *there = test_source("tests/previews/%s", name);

	strlcpy(path, there, sizeof(path));
	free(there);
	return path;
}

static const char *
made(const char *name, const void *bytes, size_t len)
{
	static char path[512];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", test_tmpdir(), name);
	out = fopen(path, "wb");
	if (out == NULL || fwrite(bytes, 1, len, out) != len || fclose(out) != 0)
		diag("cannot make %s", path);
	return path;
}

static struct preview *
look(const char *path)
{
	return preview_make(path, 40, 30, always, NULL);
}

/* ---- sizes ------------------------------------------------------------------------------------------------------------ */

static void
size_is(const char *bytes, size_t n, enum picture_type type, uint32_t w, uint32_t h,
	const char *what)
{
	struct picture_size size;
	uint8_t *exact = xmemdup(bytes, n);

	picture_size(exact, n, &size);
	ok(size.type == type && size.w == w && size.h == h, "%s: %u x %u", what, size.w, size.h);
	free(exact);
}
#define SIZE_IS(bytes, type, w, h, what) size_is(bytes, sizeof(bytes) - 1, type, w, h, what)

static void
sizes(void)
{
	int w, h;

	SIZE_IS("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\7\x80\0\0\4\x38", PICTURE_PNG, 1920, 1080,
		"PNG");
	SIZE_IS("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\7\x80\0\0\4", PICTURE_NONE, 0, 0, "a short PNG");
	SIZE_IS("GIF89a\x10\0\x20\1", PICTURE_GIF, 16, 288, "GIF");
	SIZE_IS("BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0\5\0\0\0\xfb\xff\xff\xff", PICTURE_BMP, 5, 5,
		"BMP from the top");
	SIZE_IS("RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x64\0\x32\0", PICTURE_WEBP, 100, 50,
		"lossy WebP");
	SIZE_IS("RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f\x63\x40\x0c\0\0\0\0\0\0", PICTURE_WEBP, 100, 50,
		"lossless WebP");
	SIZE_IS("RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x63\0\0\x31\0\0", PICTURE_WEBP, 100, 50,
		"extended WebP");
	SIZE_IS("RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x63\0\0\x31\0", PICTURE_WEBP, 0, 0,
		"a short WebP");
	SIZE_IS("\xff\xd8\xff\xe0\0\4ab\xff\xff\xc2\0\x11\x08\0\x30\0\x40\3", PICTURE_JPEG, 64, 48,
		"JPEG behind another segment and a fill byte");
	SIZE_IS("\xff\xd8\xff\xe0\0\1ab\xff\xc0\0\x11\x08\0\x30\0\x40\3", PICTURE_JPEG, 0, 0,
		"a JPEG segment too short to be one");
	SIZE_IS("\xff\xd8\xff\xe0\xff\xff", PICTURE_JPEG, 0, 0, "a JPEG segment beyond the end");
	SIZE_IS("\xff\xd8", PICTURE_NONE, 0, 0, "two bytes");
	SIZE_IS("", PICTURE_NONE, 0, 0, "nothing");
	picture_fit(4000, 3000, 40, 40, &w, &h);
	ok(w == 40 && h == 30, "a wide one is as wide as there is room");
	picture_fit(3000, 4000, 40, 40, &w, &h);
	ok(w == 30 && h == 40, "a high one as high");
	picture_fit(10, 6, 40, 40, &w, &h);
	ok(w == 10 && h == 6, "a small one stays small");
	picture_fit(30000, 1, 40, 40, &w, &h);
	ok(w == 40 && h == 1, "a line is not lost");
}

#define EXIF "Exif\0\0"

static void
turn_is(const char *bytes, size_t n, unsigned turn, const char *what)
{
	uint8_t *exact = xmemdup(bytes, n);

	is_int(picture_exif(exact, n), turn, "%s", what);
	free(exact);
}
#define TURN_IS(bytes, turn, what) turn_is(bytes, sizeof(bytes) - 1, turn, what)

static void
turns_known(void)
{
	TURN_IS(EXIF "II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0", 6, "little endian");
	TURN_IS(EXIF "MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\x08\0\0", 8, "big endian");
	TURN_IS(EXIF "MM\0*\0\0\0\x0a??\0\2\1\0\0\4\0\0\0\1\0\0\0\x09"
		     "\1\x12\0\3\0\0\0\1\0\3\0\0",
		3, "behind another entry, in a directory further on");
	TURN_IS(EXIF "MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\x09\0\0", 1, "no such turn");
	TURN_IS(EXIF "MM\0*\0\0\0\x08\0\1\1\x12\0\4\0\0\0\1\0\6\0\0", 1, "no such type");
	TURN_IS(EXIF "MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\2\0\6\0\0", 1, "two values");
	TURN_IS(EXIF "MM\0*\0\0\0\x08\xff\xff\1\x12\0\3\0\0\0\1\0", 1, "an entry that is cut");
	TURN_IS(EXIF "MM\0*\xff\xff\xff\xff", 1, "a directory beyond the end");
	TURN_IS(EXIF "MM\0*\0\0\0\x07", 1, "a count that is cut");
	TURN_IS(EXIF "MI\0*\0\0\0\x08\0\0", 1, "no TIFF");
	TURN_IS("http://ns.adobe.com/xap/", 1, "another segment of that number");
	TURN_IS("", 1, "nothing");
}

static void
archives_known(void)
{
	static uint8_t tar[512];

	memcpy(tar + 257, "ustar", 5);
	is_str(archive_name(tar, sizeof(tar), "x"), "tar archive", "tar by what is in it");
	is_str(archive_name((const uint8_t *)"PK\3\4", 4, "x.docx"), "ZIP archive", "zip");
	is_str(archive_name((const uint8_t *)"\x1f\x8b\10", 3, "a.TGZ"), "compressed tar archive",
	       "a packed tar by its name");
	is_str(archive_name((const uint8_t *)"\x1f\x8b\10", 3, "a.gz"), "",
	       "other packed data is none");
	is_str(archive_name((const uint8_t *)"PK", 2, "a.zip"), "", "nor is a name alone");
}

/* ---- pictures --------------------------------------------------------------------------------------------------------- */

/* Which of red, green and blue are bright in a pixel: 4, 2, 1. */
static unsigned
bright(const struct preview *p, int y, int x)
{
	uint32_t rgb = theme_rgb(p->pixel[(size_t)y * (size_t)p->w + (size_t)x]);

	return (rgb >> 23 & 1) << 2 | (rgb >> 15 & 1) << 1 | (rgb >> 7 & 1);
}

static void
quarters(const char *name, const char *about, bool library)
{
	struct preview *p = look(data(name));

	is_str(p->about, about, "%s: %s", name, about);
	if (library) {
		ok(p->kind == PREVIEW_PICTURE && p->w == 40 && p->h == 30, "%s: made small", name);
		ok(p->kind == PREVIEW_PICTURE && bright(p, 8, 10) == 4 && bright(p, 8, 30) == 2 &&
			   bright(p, 22, 10) == 1 && bright(p, 22, 30) == 6,
		   "%s: red, green, blue, yellow", name);
	} else {
		ok(p->kind == PREVIEW_NOTHING && p->note != NULL,
		   "%s: without the library only the size", name);
	}
	preview_free(p);
}

/* The four quarters as they are shown when a camera says how it was held. */
static void
turned(bool library)
{
	/* From the upper left to the lower right. */
	static const unsigned shown[8][4] = {{4, 2, 1, 6}, {2, 4, 6, 1}, {6, 1, 2, 4},
					     {1, 6, 4, 2}, {4, 1, 2, 6}, {1, 4, 6, 2},
					     {6, 2, 1, 4}, {2, 6, 4, 1}};
	static const char exif[] =
		"\xff\xe1\0\x22" EXIF "MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0T\0\0\0\0\0\0";
	uint8_t head[sizeof(exif) - 1], file[8192];
	FILE *in = fopen(data("quarters.jpg"), "rb");
	size_t n = in != NULL ? fread(file, 1, sizeof(file) - sizeof(head), in) : 0;

	if (in != NULL)
		fclose(in);
	memmove(file + 2 + sizeof(head), file + 2, n - 2);
	for (unsigned turn = 1; turn <= 8; turn++) {
		struct preview *p;
		int left, right, top, bottom;

		memcpy(head, exif, sizeof(head));
		*(uint8_t *)memchr(head, 'T', sizeof(head)) = (uint8_t)turn;
		memcpy(file + 2, head, sizeof(head));
		p = look(made("turned.jpg", file, n + sizeof(head)));
		is_str(p->about, turn > 4 ? "JPEG image · 48 × 64" : "JPEG image · 64 × 48",
		       "turn %u: its size is as it is shown", turn);
		left = p->w / 4;
		right = p->w - 1 - left;
		top = p->h / 4;
		bottom = p->h - 1 - top;
		if (library)
			ok(p->w == (turn > 4 ? 22 : 40) && p->h == 30 &&
				   bright(p, top, left) == shown[turn - 1][0] &&
				   bright(p, top, right) == shown[turn - 1][1] &&
				   bright(p, bottom, left) == shown[turn - 1][2] &&
				   bright(p, bottom, right) == shown[turn - 1][3],
			   "turn %u: so are its quarters", turn);
		preview_free(p);
	}
}

static void
pictures(void)
{
	struct preview *p;
	int left = 3;
#ifdef HAVE_LIBPNG
	bool png = true;
#else
	bool png = false;
#endif
#ifdef HAVE_LIBJPEG
	bool jpeg = true;
#else
	bool jpeg = false;
#endif

	quarters("quarters.png", "PNG image · 64 × 48", png);
	quarters("quarters-16.png", "PNG image · 64 × 48", png);
	quarters("quarters-alpha-interlaced.png", "PNG image · 64 × 48", png);
	quarters("quarters.jpg", "JPEG image · 64 × 48", jpeg);
	quarters("quarters-progressive.jpg", "JPEG image · 64 × 48", jpeg);
	turned(jpeg);
	p = look(data("bomb.png"));
	is_str(p->about, "PNG image · 29000 × 29000", "one that says it is huge");
	is_str(p->note, "The picture is too large to be shown.", "is not decoded");
	ok(p->kind == PREVIEW_NOTHING, "and not shown");
	preview_free(p);
	p = look(made("small.gif", "GIF89a\4\0\5\0", 10));
	is_str(p->about, "GIF image · 4 × 5", "of a GIF the size is told");
	is_str(p->note, "Pictures of this kind are not shown.", "and why no more");
	preview_free(p);
	p = preview_make(data("quarters.png"), 40, 30, some_times, &left);
	ok(p->kind != PREVIEW_PICTURE || !png, "a picture that takes too long is given up");
	preview_free(p);
	p = look(data("cut.png"));
	is_str(p->about, "PNG image · 64 × 48", "a file that was cut still has a size");
	preview_free(p);
	p = look(made("broken.jpg", "\xff\xd8\xff\xc0\0\x11\x08\0\x30\0\x40\3zzzzzzzzzzzzzzzzz",
		      29));
	ok(p->kind == PREVIEW_NOTHING && p->note != NULL, "a broken JPEG says so");
	preview_free(p);
	ok(picture_ascii(16, 16) == ' ' && picture_ascii(231, 231) == '@',
	   "without colours by light");
}

/* ---- text and names --------------------------------------------------------------------------------------------------- */

static const char *
line(const struct preview *p, size_t i)
{
	return i < p->lines ? p->text + p->line[i] : "(no such line)";
}

static void
texts(void)
{
	static char big[PREVIEW_TEXT_MAX + 10];
	struct preview *p =
		look(made("a.txt", "one\r\n\ttwo\n\x1b[31mthree\xe2\x80\xae\n\nfive", 29));

	is_str(p->about, "Text · 29 B", "a text is one");
	is_int(p->lines, 5, "line by line");
	is_str(line(p, 0), "one", "ends of lines are not shown");
	is_str(line(p, 1), "        two", "tabs are");
	is_str(line(p, 2), "‹U+001B›[31mthree‹U+202E›", "escapes and tricks are made visible");
	is_str(line(p, 4), "five", "the last line needs no end");
	ok(!p->more, "that is all");
	preview_free(p);
	memset(big, 'x', sizeof(big));
	for (size_t i = 3; i < sizeof(big); i += 4)
		big[i] = '\n';
	p = look(made("big.txt", big, sizeof(big)));
	ok(p->lines == PREVIEW_LINES_MAX && p->more, "a long one has more");
	preview_free(p);
	memset(big, 'x', sizeof(big));
	memcpy(big + PREVIEW_TEXT_MAX - 1, "\xc3\xa9", 2);
	p = look(made("cut.txt", big, sizeof(big)));
	ok(p->kind == PREVIEW_TEXT && p->more && strchr(line(p, 0), '\\') == NULL,
	   "no character is cut in two");
	preview_free(p);
	p = look(made("data", "\0\1\2\3text", 8));
	ok(p->kind == PREVIEW_NOTHING, "bytes are no text");
	is_str(p->about, "Binary data · 8 B", "and are told as such");
	preview_free(p);
	p = look(made("doc.pdf", "%PDF-1.4\n\0\0\0\0", 13));
	is_str(p->about, "PDF document · 13 B", "what begins like a known kind is named");
	preview_free(p);
	p = look(made("empty", "", 0));
	is_str(p->about, "Empty file", "an empty file is empty");
	preview_free(p);
}

static void
names(void)
{
	char folder[600], path[700];
	struct preview *p;

	snprintf(folder, sizeof(folder), "%s/folder", test_tmpdir());
	snprintf(path, sizeof(path), "%s/zeta", folder);
	if (mkdir(folder, 0755) != 0 || mkdir(path, 0755) != 0)
		diag("no folder");
	p = look(folder);
	is_str(p->about, "Folder · 1 item", "a folder is counted");
	preview_free(p);
	snprintf(path, sizeof(path), "%s/alpha\n\xff", folder);
	close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
	p = look(folder);
	ok(p->kind == PREVIEW_NAMES && p->lines == 2, "its names are listed");
	is_str(line(p, 0), "zeta/", "folders first");
	is_str(line(p, 1), "alpha⏎‹\\xFF›", "odd names as what they are");
	preview_free(p);
	snprintf(path, sizeof(path), "%s/pipe", folder);
	if (mkfifo(path, 0600) != 0)
		diag("no pipe");
	p = look(path);
	is_str(p->about, "No file to be looked into", "nobody waits at a pipe");
	preview_free(p);
	p = look("/no/such/file");
	ok(strncmp(p->about, "Cannot be read", 14) == 0, "what is not there is told");
	preview_free(p);
	p = look("/proc/version");
	ok(p->kind == PREVIEW_NOTHING, "what the kernel makes up is not read");
	preview_free(p);
}

static void
archives(void)
{
	struct preview *p = look(data("things.zip"));

#ifdef HAVE_LIBARCHIVE
	is_str(p->about, "ZIP archive · 3 entries", "a zip is listed");
	is_str(line(p, 0), "report/", "folders");
	is_str(line(p, 1), "report/first.txt  1.2 kB", "files with their size");
	ok(strstr(line(p, 2), "‹") != NULL && strstr(line(p, 2), "exe  12 B") != NULL,
	   "odd names as what they are");
	preview_free(p);
	p = look(data("things.tar.gz"));
	is_str(p->about, "compressed tar archive · 3 entries", "so is a packed tar");
	is_str(line(p, 2), "../up.sh  7 B", "its names as they stand");
#else
	is_str(p->about, "ZIP archive", "an archive is named");
	is_str(p->note, "No list: built without libarchive.", "and why there is no list");
#endif
	preview_free(p);
	p = look(made("bad.zip", "PK\3\4 and nothing that belongs there", 30));
	ok(p->lines == 0 && p->note != NULL, "a damaged one says so");
	preview_free(p);
}

/* ---- the thread ------------------------------------------------------------------------------------------------------- */

static struct preview *
wait_for(struct previewer *v)
{
	struct pollfd fd = {.fd = preview_fd(v), .events = POLLIN};
	struct preview *p = NULL;

	for (int tries = 0; p == NULL && tries < 100; tries++)
		if (poll(&fd, 1, 100) == 1)
			p = preview_take(v);
	return p;
}

static void
thread(void)
{
	struct previewer *v = preview_new();
	struct pollfd fd = {.fd = preview_fd(v), .events = POLLIN};
	struct preview *p;
	uint64_t ticket = 0;

	ok(preview_take(v) == NULL, "nothing was asked for");
	for (int i = 0; i < 50; i++)
		ticket =
			preview_want(v, i < 49 ? data("quarters.png") : data("things.zip"), 10, 10);
	p = wait_for(v);
	ok(p != NULL && p->ticket == ticket, "of many wishes the newest comes");
	ok(p != NULL && strncmp(p->about, "ZIP", 3) == 0, "and only that");
	preview_free(p);
	ok(poll(&fd, 1, 0) == 0 && preview_take(v) == NULL, "then all is quiet");
	preview_want(v, data("quarters.png"), 10, 10);
	preview_stop(v);
	v = preview_new();
	preview_stop(v);
	preview_stop(NULL);
	ok(true, "it ends with a wish under way, and without one");
}

int
main(void)
{
	/* Names in archives are converted to it. */
	setlocale(LC_CTYPE, "C.UTF-8");
	sizes();
	turns_known();
	archives_known();
	pictures();
	texts();
	names();
	archives();
	thread();
	return done_testing();
}
