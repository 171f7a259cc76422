/* went.c - rows of where files went: packed and read again, whatever is in them; and bytes that are no rows. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/util.h"
#include "src/went.h"
#include "tests/tap.h"

static const struct went_row rows[] = {
	{WENT_THERE, false, 0, "/home/ada/Downloads/trip/a.jpg", ""},
	{WENT_RENAMED, false, UINT64_MAX, "/home/ada/Downloads/trip/a (2).jpg", "a.jpg"},
	{WENT_SAME, true, 127, "/home/ada/Downloads/trip/a (2).jpg", ""},
	{WENT_UNREADABLE, false, 128, "/home", "Permission denied"},
	{WENT_CHANGED, false, 300000, "", ""},
	{WENT_NOT_TAKEN, false, 1, "/h\xff\xc3\xab\n", ""},
	{WENT_LEFT_OUT, true, 0, "/h\xff\xc3\xab\n/deeper", ""},
};

static bool
same(const struct went_row *a, const struct went_row *b)
{
	return a->how == b->how && a->link == b->link && a->size == b->size &&
	       strcmp(a->path, b->path) == 0 && strcmp(a->note, b->note) == 0;
}

static void
test_round(void)
{
	struct went_piece piece = {NULL, 0, 0, 0, NULL};
	struct went_reader r = {.bytes = NULL};
	struct went_row row;
	size_t plain = 0, n = 0;

	for (size_t i = 0; i < NELEM(rows); i++) {
		went_put(&piece, &rows[i]);
		plain += strlen(rows[i].path);
	}
	is_int(piece.count, NELEM(rows), "rows are counted");
	ok(piece.len < plain + NELEM(rows) * 6, "what they share is written once: %zu bytes",
	   piece.len);
	r.bytes = piece.p;
	r.len = piece.len;
	while (went_next(&r, &row) && n < NELEM(rows) && same(&row, &rows[n]))
		n++;
	is_int(n, NELEM(rows), "each is read as it was");
	went_reader_free(&r);
	/* Each beginning of it, in a buffer of its own size. */
	for (size_t len = 0; len < piece.len; len++) {
		uint8_t *cut = xmemdup(piece.p, len);

		r = (struct went_reader){.bytes = cut, .len = len};
		for (n = 0; went_next(&r, &row); n++)
			if (!same(&row, &rows[n]))
				ok(false, "a row of what was cut at %zu", len);
		went_reader_free(&r);
		free(cut);
	}
	ok(true, "what is cut ends early");
	went_clear(&piece);
	ok(piece.p == NULL && piece.count == 0, "a piece can be used again");
}

static void
test_noise(void)
{
	uint64_t seed = 1;
	uint32_t read = 0;

	for (unsigned i = 0; i < 20000; i++) {
		size_t len = test_random(&seed) % 40;
		uint8_t *p = xmalloc(len + 1);
		struct went_reader r;
		struct went_row row;

		p = xreallocarray(p, len != 0 ? len : 1, 1);
		for (size_t k = 0; k < len; k++)
			p[k] = (uint8_t)(test_random(&seed) %
					 (test_random(&seed) % 4 != 0 ? 3 : 256));
		r = (struct went_reader){.bytes = p, .len = len};
		while (went_next(&r, &row))
			read += (uint32_t)(strlen(row.path) + strlen(row.note)) + 1;
		went_reader_free(&r);
		free(p);
	}
	ok(read > 100, "bytes that are anything are read as far as they are rows");
}

static void
test_words(void)
{
	bool fine = true;

	for (unsigned i = 0; i < WENT_KINDS; i++)
		for (unsigned k = 0; k < WENT_KINDS; k++)
			fine = fine && went_word((enum went)i)[0] != '\0' &&
			       went_words((enum went)i, DIR_IN)[0] != '\0' &&
			       went_words((enum went)i, DIR_OUT)[0] != '\0' &&
			       (i == k ||
				strcmp(went_word((enum went)i), went_word((enum went)k)) != 0);
	ok(fine, "every kind has words of its own");
	is_str(went_word(WENT_KINDS), "", "and what is none has none");
}

int
main(void)
{
	test_round();
	test_noise();
	test_words();
	return done_testing();
}
