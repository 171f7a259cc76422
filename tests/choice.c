/* choice.c - a part of an offer: marks, views and patterns of a list, and the ranges they come to. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/choice.h"
#include "net/manifest.h"
#include "net/wire.h"
#include "src/choice_row.h"
#include "src/row.h"
#include "src/util.h"
#include "tests/tap.h"

struct item {
	uint32_t parent;
	enum entry_kind kind;
	uint64_t size;
	const char *name;
};

/* Its order is that of a sender: level by level. */
static const struct item tree[] = {
	{ENTRY_TOP, ENTRY_FOLDER, 0, "trip"}, /* 0 */
	{ENTRY_TOP, ENTRY_FILE, 10, "note.txt"},
	{0, ENTRY_FILE, 100, "a.jpg"}, /* 2 */
	{0, ENTRY_FILE, 200, "B.JPG"},
	{0, ENTRY_FOLDER, 0, "empty"}, /* 4 */
	{0, ENTRY_FOLDER, 0, "raw"},
	{5, ENTRY_FILE, 1000, "a.raw"}, /* 6 */
	{5, ENTRY_LINK, 0, "last"},
	{5, ENTRY_FILE, 2000, "bad\xff.raw"}, /* 8 */
};

static struct choice *
plant(const struct item *items, uint32_t n, bool marked)
{
	uint8_t *p = xmalloc((size_t)n * 64);
	struct writer w;

	wr_open(&w, p, (size_t)n * 64);
	for (uint32_t i = 0; i < n; i++) {
		struct entry e = {.parent = items[i].parent,
				  .kind = items[i].kind,
				  .size = items[i].size,
				  .name = items[i].name,
				  .name_len = strlen(items[i].name),
				  .mode = 0644,
				  .mtime_ns = i};

		if (e.kind == ENTRY_LINK) {
			e.link = "a.raw";
			e.link_len = 5;
		}
		entry_put(&w, &e);
	}
	return choice_new(p, w.len, n, marked);
}

/* "name+" for each row of the view: + all, ~ some, - nothing. */
static const char *
seen(const struct choice *c)
{
	static char out[1024];
	struct row_buf buf = {.p = NULL};
	struct choice_row row;
	size_t at = 0;

	out[0] = '\0';
	choice_page(c, 0, 100, &buf);
	while (choice_row_get(buf.p, buf.len, &at, &row))
		snprintf(out + strlen(out), sizeof(out) - strlen(out), "%s%s%c%c",
			 out[0] != '\0' ? " " : "", row.name,
			 row.kind == CHOICE_FOLDER ? '/'
			 : row.kind == CHOICE_LINK ? '@'
						   : ' ',
			 row.mark == CHOICE_ALL	   ? '+'
			 : row.mark == CHOICE_SOME ? '~'
						   : '-');
	free(buf.p);
	return out;
}

static const char *
ranges(const struct choice *c)
{
	static char out[256];
	size_t n;
	uint32_t *r = choice_ranges(c, &n);

	out[0] = '\0';
	for (size_t i = 0; i < n; i += 2)
		snprintf(out + strlen(out), sizeof(out) - strlen(out), "%s%u+%u", i > 0 ? " " : "",
			 r[i], r[i + 1]);
	free(r);
	return out;
}

static void
test_marks(void)
{
	struct choice *c = plant(tree, NELEM(tree), true);
	struct choice_sum sum;
	uint32_t row;

	is_str(seen(c), "trip/+ note.txt +", "the top, folders first, all marked");
	is_str(ranges(c), "0+9", "which is one range");
	choice_mark(c, 0, UINT32_MAX, CHOICE_OFF);
	is_str(ranges(c), "", "nothing is none");
	choice_view(c, 0, "");
	is_str(seen(c), "empty/- raw/- a.jpg - B.JPG -", "a folder");
	choice_mark(c, 1, 2, CHOICE_FLIP);
	is_str(seen(c), "empty/- raw/+ a.jpg + B.JPG -", "a range of rows turned over");
	is_str(ranges(c), "0+1 2+1 5+4", "with the folder around it");
	choice_sum(c, &sum);
	ok(sum.files == 3 && sum.all_files == 5 && sum.bytes == 3100 && sum.all_bytes == 3310,
	   "it adds up");
	is_int(sum.folders, 2, "with its folders");
	choice_view(c, 5, "");
	choice_mark(c, 0, 0, CHOICE_OFF);
	choice_view(c, 0, "");
	is_str(seen(c), "empty/- raw/~ a.jpg + B.JPG -", "a folder with something in it marked");
	is_int(choice_parent(c, 5, &row), 0, "the way up is known");
	is_int(row, 1, "and where one came from");
	choice_view(c, ENTRY_TOP, "");
	is_str(seen(c), "trip/~ note.txt -", "up to the top");
	choice_mark(c, 0, 1, CHOICE_FLIP);
	is_str(ranges(c), "0+2 3+4", "turning over a folder turns over what is in it");
	choice_view(c, 3, "");
	is_int(choice_folder(c), ENTRY_TOP, "a file is no folder");
	choice_view(c, 4, "");
	is_int(choice_rows(c), 0, "an empty one is empty");
	choice_mark(c, 0, UINT32_MAX, CHOICE_ON);
	is_str(ranges(c), "0+2 3+4", "nothing to mark there");
	choice_free(c);
}

static void
test_filter(void)
{
	struct choice *c = plant(tree, NELEM(tree), false);
	struct row_buf buf = {.p = NULL};
	char *path;

	choice_view(c, ENTRY_TOP, "JPG");
	is_str(seen(c), "trip/a.jpg - trip/B.JPG -", "a filter looks below, whatever the case");
	choice_mark(c, 0, 0, CHOICE_ON);
	is_str(ranges(c), "0+1 2+1", "one hit is marked");
	choice_view(c, 0, "*.raw");
	is_str(seen(c), "raw/a.raw - raw/bad%FF.raw -",
	       "a pattern; names are as they would arrive");
	choice_view(c, ENTRY_TOP, "a");
	is_str(seen(c),
	       "trip/raw/- trip/raw/a.raw - trip/raw/last@- trip/raw/bad%FF.raw - "
	       "trip/a.jpg +",
	       "folders and what is in them");
	choice_mark(c, 0, 4, CHOICE_FLIP);
	is_str(seen(c),
	       "trip/raw/+ trip/raw/a.raw + trip/raw/last@+ trip/raw/bad%FF.raw + "
	       "trip/a.jpg -",
	       "are turned over once");
	is_int(choice_page(c, 1, 2, &buf), 2, "a page of two");
	free(buf.p);
	path = choice_path(c, 5);
	is_str(path, "trip/raw", "the path of a folder");
	free(path);
	choice_free(c);
}

static void
test_patterns(void)
{
	static const struct {
		const char *patterns[4], *want;
		size_t missed;
	} rows[] = {
		{{"*.jpg"}, "0+1 2+1", 1},
		{{"*.jpg", "*.JPG"}, "0+1 2+2", 2},
		{{"raw"}, "0+1 5+4", 1},
		{{"trip/raw"}, "0+1 5+4", 1},
		{{"trip/raw/"}, "0+1 5+4", 1},
		{{"trip/*"}, "0+1 2+7", 1},
		{{"*/a.*"}, "0+1 2+1 5+2", 1},
		{{"trip/empty"}, "0+1 4+1", 1},
		{{"*"}, "0+9", 1},
		{{"note.txt", "none", "a.jpg"}, "0+3", 1},
		{{"/trip"}, "", 0},
		{{"bad%FF.raw"}, "0+1 5+1 8+1", 1},
	};

	for (size_t i = 0; i < NELEM(rows); i++) {
		struct choice *c = plant(tree, NELEM(tree), false);
		size_t n = 0, which;

		while (rows[i].patterns[n] != NULL)
			n++;
		ok(choice_match(c, rows[i].patterns, n, &which) == (rows[i].missed == n) &&
			   which == rows[i].missed,
		   "patterns %zu", i);
		is_str(ranges(c), rows[i].want, "fit what they should: %s", rows[i].patterns[0]);
		choice_free(c);
	}
}

/* A million entries, once flat and once as deep as they go: nothing of it takes more than its share. */
static void
test_large(void)
{
	static const char *const all[] = {"*"};
	uint32_t n = 1000000;
	struct item *items = xcalloc(n, sizeof(*items));
	clock_t start = clock(); /* of the processor: others may use it too */
	size_t which, nranges;
	uint32_t *r;
	struct choice *c;

	for (uint32_t i = 0; i < n; i++)
		items[i] = (struct item){i == 0 ? ENTRY_TOP : i - 1, ENTRY_FOLDER, 0, "d"};
	c = plant(items, n, true);
	choice_view(c, ENTRY_TOP, "d");
	is_int(choice_rows(c), n, "a million folders in each other");
	choice_mark(c, 0, UINT32_MAX, CHOICE_FLIP);
	ok(choice_match(c, all, 1, &which), "fit a star");
	r = choice_ranges(c, &nranges);
	ok(nranges == 2 && r[1] == n, "as one range");
	free(r);
	choice_free(c);
	for (uint32_t i = 1; i < n; i++)
		items[i] = (struct item){0, ENTRY_FILE, 1, i % 2 == 0 ? "a" : "b"};
	c = plant(items, n, false);
	choice_match(c, (const char *const[]){"a"}, 1, &which);
	r = choice_ranges(c, &nranges);
	is_int(nranges, n, "every other file is half a million ranges");
	free(r);
	choice_free(c);
	free(items);
	ok((clock() - start) / CLOCKS_PER_SEC < 20, "and it took less than for ever");
}

int
main(void)
{
	test_marks();
	test_filter();
	test_patterns();
	test_large();
	return done_testing();
}
