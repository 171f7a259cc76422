/* dirlist.c - folders read by threads: what arrives, in which order, and that nobody waits for a disk that does not answer. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/util.h"
#include "tests/tap.h"
#include "ui/dirlist.h"
#include "ui/filelist.h"
#include "ui/marks.h"

static char top[256];

static const char *
below(const char *name)
{
	static char path[4][512];
	static size_t next;
	char *out = path[next++ % 4];

	snprintf(out, sizeof(path[0]), "%s/%s", top, name);
	return out;
}

static void
touch(const char *name, off_t size)
{
	int fd = open(below(name), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	if (fd < 0 || ftruncate(fd, size) != 0)
		diag("cannot make %s", name);
	if (fd >= 0)
		close(fd);
}

static void
folder(const char *name)
{
	if (mkdir(below(name), 0700) != 0)
		diag("cannot make %s", name);
}

/* The next news, waited for at most ten seconds. */
static struct dirlist_news *
next(struct dirlist *d)
{
	uint64_t until = util_mono_ms() + 10000;
	struct dirlist_news *news;

	while ((news = dirlist_take(d)) == NULL && util_mono_ms() < until) {
		struct pollfd p = {.fd = dirlist_fd(d), .events = POLLIN};

		poll(&p, 1, 1000);
	}
	return news;
}

/* Reads a folder to its end into the list. Returns errno, -1 for no end. */
static int
read_all(struct dirlist *d, struct filelist *l, const char *path, size_t *batches)
{
	uint64_t ticket = dirlist_read(d, path);
	struct dirlist_news *news;
	int error = -1;

	*batches = 0;
	filelist_clear(l);
	while (error == -1 && (news = next(d)) != NULL) {
		if (news->ticket == ticket && news->what == DIRLIST_BATCH) {
			filelist_add(l, news->entries, news->n);
			news->n = 0;
			++*batches;
		} else if (news->ticket == ticket && news->what == DIRLIST_END) {
			error = news->error;
		}
		dirlist_news_free(news);
	}
	return error;
}

static void
kinds(struct dirlist *d)
{
	static const struct {
		const char *name;
		enum dirlist_kind kind;
		bool link;
	} want[] = {
		{"folder", DIRLIST_FOLDER, false}, {"to folder", DIRLIST_FOLDER, true},
		{".hidden", DIRLIST_FILE, false},  {"file", DIRLIST_FILE, false},
		{"lost", DIRLIST_BROKEN, true},	   {"pipe", DIRLIST_FIFO, false},
		{"to file", DIRLIST_FILE, true},   {"to null", DIRLIST_DEVICE, true},
		{"\xff odd", DIRLIST_FILE, false},
	};
	struct filelist *l = filelist_new();
	const struct dirlist_entry *e;
	size_t batches;
	bool fine = true;

	folder("kinds");
	folder("kinds/folder");
	touch("kinds/file", 1234);
	touch("kinds/.hidden", 1);
	touch("kinds/\xff odd", 1);
	if (mkfifo(below("kinds/pipe"), 0600) != 0 ||
	    symlink("file", below("kinds/to file")) != 0 ||
	    symlink("folder", below("kinds/to folder")) != 0 ||
	    symlink("/dev/null", below("kinds/to null")) != 0 ||
	    symlink("nowhere", below("kinds/lost")) != 0)
		diag("cannot make them all");
	is_int(read_all(d, l, below("kinds"), &batches), 0, "a folder is read");
	filelist_show_hidden(l, true);
	is_int(filelist_rows(l), NELEM(want), "all of it");
	for (size_t i = 0; i < NELEM(want); i++) {
		e = filelist_at(l, i);
		if (e == NULL || strcmp(e->name, want[i].name) != 0 || e->kind != want[i].kind ||
		    e->link != want[i].link) {
			diag("row %zu is %s", i, e != NULL ? e->name : "nothing");
			fine = false;
		}
	}
	e = filelist_named(l, "file");
	ok(e != NULL && !e->made_up, "a file is not made up");
	ok(fine, "folders first, links for what they lead to, the rest for what it is");
	e = filelist_named(l, "to file");
	ok(e != NULL && e->size == 1234, "a link has the size of what it leads to");
	e = filelist_named(l, "\xff odd");
	ok(e != NULL && e->odd, "an odd name is known as such");
	filelist_show_hidden(l, false);
	is_int(filelist_hidden(l), 1, "one is hidden");
	ok(read_all(d, l, below("kinds/file"), &batches) == ENOTDIR, "a file is no folder");
	ok(read_all(d, l, below("nowhere"), &batches) == ENOENT, "what is not there is told");
	ok(read_all(d, l, below("kinds/folder"), &batches) == 0 && batches == 0,
	   "an empty folder has no batch");
	filelist_free(l);
}

/* What the kernel makes up is known as such: in its folder, where that is mounted, and at the end of a link. */
static void
made_up(struct dirlist *d)
{
	struct filelist *l = filelist_new();
	const struct dirlist_entry *e;
	size_t batches;

	if (access("/proc/self/status", R_OK) != 0) {
		skip("made up files", "there is no /proc");
		filelist_free(l);
		return;
	}
	folder("made up");
	if (symlink("/proc/version", below("made up/link")) != 0)
		diag("no link");
	read_all(d, l, below("made up"), &batches);
	e = filelist_named(l, "link");
	ok(e != NULL && e->kind == DIRLIST_FILE && e->made_up, "a link into /proc");
	read_all(d, l, "/proc/self", &batches);
	e = filelist_named(l, "status");
	ok(e != NULL && e->made_up, "a file of /proc");
	read_all(d, l, "/", &batches);
	e = filelist_named(l, "proc");
	ok(e != NULL && e->kind == DIRLIST_FOLDER && e->made_up, "/proc itself");
	e = filelist_named(l, "usr");
	ok(e == NULL || !e->made_up, "other folders are not");
	filelist_free(l);
}

/* Many: in batches, the first one small, all in order at the end. */
static void
many(struct dirlist *d)
{
	struct filelist *l = filelist_new();
	size_t batches, n = 3000;
	char name[32];
	bool sorted = true;

	folder("many");
	for (size_t i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "many/file %zu", i);
		touch(name, 0);
	}
	is_int(read_all(d, l, below("many"), &batches), 0, "a large folder is read");
	ok(batches > 1, "in several batches");
	is_int(filelist_rows(l), n, "and nothing is lost");
	for (size_t i = 0; i < filelist_rows(l); i++) {
		snprintf(name, sizeof(name), "file %zu", i);
		sorted &= strcmp(filelist_at(l, i)->name, name) == 0;
	}
	ok(sorted, "numbers in names count as numbers");
	filelist_free(l);
}

/* Moving on: what the former folder had to tell is not for the new one. */
static void
moved_on(struct dirlist *d)
{
	struct dirlist_news *news;
	uint64_t last = 0;
	bool end = false;

	for (int i = 0; i < 50; i++)
		last = dirlist_read(d, i % 2 ? below("many") : "/");
	while (!end && (news = next(d)) != NULL) {
		end = news->what == DIRLIST_END && news->ticket == last && news->error == 0;
		dirlist_news_free(news);
	}
	ok(end, "after fifty folders in a row the last one is read to its end");
}

/* The next count; readers that were told to stop may still say goodbye before it. */
static struct dirlist_news *
next_count(struct dirlist *d)
{
	struct dirlist_news *news;

	while ((news = next(d)) != NULL &&
	       (news->what == DIRLIST_END || news->what == DIRLIST_BATCH))
		dirlist_news_free(news);
	return news;
}

static void
counts(struct dirlist *d)
{
	struct dirlist_news *news;

	folder("tree");
	folder("tree/a");
	folder("tree/a/b");
	touch("tree/one", 1000);
	touch("tree/a/two", 200);
	touch("tree/a/b/three", 30);
	if (symlink("/", below("tree/a/root")) != 0)
		diag("no link");
	dirlist_count(d, below("tree/a"));
	news = next_count(d);
	ok(news != NULL && news->what == DIRLIST_COUNT && news->files == 3 && news->error == 0,
	   "entries are counted");
	dirlist_news_free(news);
	dirlist_tree(d, below("tree"));
	news = next_count(d);
	ok(news != NULL && news->what == DIRLIST_TREE && news->files == 3 && news->bytes == 1230 &&
		   !news->cut,
	   "a tree is added up, and links are not followed");
	ok(news != NULL && strcmp(news->path, below("tree")) == 0, "and says which it was");
	dirlist_news_free(news);
	dirlist_count(d, below("not there"));
	news = next_count(d);
	ok(news != NULL && news->error == ENOENT, "what cannot be counted is told");
	dirlist_news_free(news);
}

/* Freed in the middle of everything. */
static void
left_early(void)
{
	uint64_t began = util_mono_ms();

	for (int i = 0; i < 30; i++) {
		struct dirlist *d = dirlist_new();

		dirlist_read(d, below("many"));
		dirlist_tree(d, "/usr/include");
		dirlist_count(d, below("many"));
		if (i % 3 == 0)
			dirlist_news_free(next(d));
		dirlist_free(d);
	}
	ok(util_mono_ms() - began < 20000, "it can be freed at any time");
}

/* ---- the order, and the filter ---------------------------------------------------------------------------------------- */

static void
order(void)
{
	/* In their order; the last ones are folders in disguise of nothing. */
	static const char *const names[] = {"a",	"A1", "a2",	  "a10",     "a10b",
					    "a010c",	"B",  "b.txt",	  "IMG_9",   "img_10",
					    "img_0011", "z",  "\xc3\xa4", "\xc3\x96"};
	struct dirlist_entry *e[NELEM(names)];
	bool fine = true;

	for (size_t i = 0; i < NELEM(names); i++)
		e[i] = dirlist_entry_new(names[i], DIRLIST_FILE);
	for (size_t i = 0; i < NELEM(names); i++) {
		for (size_t k = 0; k < NELEM(names); k++) {
			int got = dirlist_cmp(e[i], e[k]), want = i < k ? -1 : i > k;

			if ((got > 0) - (got < 0) != want) {
				diag("%s against %s: %d", names[i], names[k], got);
				fine = false;
			}
		}
	}
	ok(fine, "names are in the order people expect");
	e[0]->kind = DIRLIST_FILE;
	e[NELEM(names) - 1]->kind = DIRLIST_FOLDER;
	ok(dirlist_cmp(e[NELEM(names) - 1], e[0]) < 0, "folders come first");
	for (size_t i = 0; i < NELEM(names); i++)
		free(e[i]);
}

/* Whatever the batches, the list is the same. */
static void
batches(void)
{
	uint64_t seed = 7;
	struct filelist *l = filelist_new();
	bool fine = true;

	for (int batch = 0; batch < 40; batch++) {
		struct dirlist_entry *e[50];
		size_t n = test_random(&seed) % NELEM(e);

		for (size_t i = 0; i < n; i++) {
			char name[32];

			snprintf(name, sizeof(name), "%c%u", (int)('a' + test_random(&seed) % 26),
				 (unsigned)(test_random(&seed) % 1000));
			e[i] = dirlist_entry_new(name, test_random(&seed) % 5 == 0 ? DIRLIST_FOLDER
										   : DIRLIST_FILE);
			for (size_t k = i; k > 0 && dirlist_cmp(e[k], e[k - 1]) < 0; k--) {
				struct dirlist_entry *other = e[k];

				e[k] = e[k - 1];
				e[k - 1] = other;
			}
		}
		filelist_add(l, e, n);
	}
	for (size_t i = 1; i < filelist_rows(l); i++)
		fine &= dirlist_cmp(filelist_at(l, i - 1), filelist_at(l, i)) <= 0;
	ok(fine && filelist_rows(l) > 500, "batches are sorted in");
	filelist_free(l);
}

/* The names of all rows, a blank between. */
static const char *
row_names(const struct filelist *l)
{
	static char line[400];

	line[0] = '\0';
	for (size_t i = 0; i < filelist_rows(l); i++) {
		strlcat(line, i > 0 ? " " : "", sizeof(line));
		strlcat(line, filelist_at(l, i)->name, sizeof(line));
	}
	return line;
}

static void
orders(void)
{
	static const struct {
		const char *name;
		enum dirlist_kind kind;
		int64_t mtime;
		uint64_t size;
	} files[] = {{"b.txt", DIRLIST_FILE, 30, 5}, {"a.zip", DIRLIST_FILE, 10, 900},
		     {"c", DIRLIST_FILE, 20, 70},    {"d.txt", DIRLIST_FILE, 40, 5},
		     {"y", DIRLIST_FOLDER, 5, 4096}, {"x", DIRLIST_FOLDER, 1, 8192},
		     {".zip", DIRLIST_FILE, 50, 6}};
	struct filelist *l = filelist_new();

	filelist_show_hidden(l, true);
	filelist_sort(l, FILELIST_TIME, false);
	for (size_t i = 0; i < NELEM(files); i++) {
		struct dirlist_entry *e = dirlist_entry_new(files[i].name, files[i].kind);

		e->mtime = files[i].mtime;
		e->size = files[i].size;
		filelist_add(l, &e, 1);
	}
	is_str(row_names(l), "y x .zip d.txt b.txt c a.zip", "sorted in: the newest first");
	filelist_sort(l, FILELIST_SIZE, false);
	is_str(row_names(l), "x y a.zip c .zip b.txt d.txt", "the largest first, folders by name");
	filelist_sort(l, FILELIST_TYPE, false);
	is_str(row_names(l), "x y .zip c b.txt d.txt a.zip", "by what follows the last dot");
	filelist_sort(l, FILELIST_NAME, true);
	is_str(row_names(l), "y x d.txt c b.txt a.zip .zip", "turned round, folders still first");
	filelist_filter(l, "t");
	is_str(row_names(l), "y x d.txt b.txt", "matches keep the order");
	filelist_free(l);
}

/* Many of them, in batches, in each order. */
static void
orders_merged(void)
{
	struct filelist *l = filelist_new();
	struct dirlist_entry *batch[50];
	uint64_t seed = 7;
	bool fine = true;

	filelist_sort(l, FILELIST_SIZE, true);
	for (int k = 0; k < 40; k++) {
		for (size_t i = 0; i < NELEM(batch); i++) {
			char name[32];

			/* Sorted by name, as the thread gives them. */
			snprintf(name, sizeof(name), "%02zu-%02d", i, k);
			batch[i] = dirlist_entry_new(name, DIRLIST_FILE);
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			batch[i]->size = seed >> 56;
		}
		filelist_add(l, batch, NELEM(batch));
	}
	for (size_t i = 1; i < filelist_rows(l); i++)
		fine &= filelist_at(l, i - 1)->size <= filelist_at(l, i)->size;
	ok(fine && filelist_rows(l) == 2000, "batches are sorted in by size, the smallest first");
	filelist_sort(l, FILELIST_NAME, false);
	for (size_t i = 1; i < filelist_rows(l); i++)
		fine &= dirlist_cmp(filelist_at(l, i - 1), filelist_at(l, i)) < 0;
	ok(fine, "and all of them again by name");
	filelist_free(l);
}

static void
ranks(void)
{
	static const char *const names[] = {"notes-of-cats", "concat.c", "cat.jpg",  "c-a-t",
					    "chart",	     "my cat",	 "CamelCat", "2cat"};
	struct filelist *l = filelist_new();

	for (size_t i = 0; i < NELEM(names); i++) {
		struct dirlist_entry *e = dirlist_entry_new(names[i], DIRLIST_FILE);

		filelist_add(l, &e, 1);
	}
	filelist_filter(l, "cat");
	is_str(row_names(l), "cat.jpg 2cat my cat notes-of-cats CamelCat concat.c c-a-t chart",
	       "the start, a word's start, anywhere, initials, letters");
	filelist_filter(l, "c nt");
	is_str(row_names(l), "concat.c notes-of-cats", "the worst word decides");
	filelist_filter(l, "xyz");
	is_str(row_names(l), "", "nothing is nothing");
	filelist_free(l);
}

static void
filters(void)
{
	static const char *const names[] = {"My Report.pdf", "photos", "raport.txt", "report-2.odt",
					    "\xc3\x9cl.txt"};
	struct filelist *l = filelist_new();
	struct dirlist_entry *e;
	bool on[64];
	size_t lit = 0;

	for (size_t i = 0; i < NELEM(names); i++) {
		e = dirlist_entry_new(names[i], i == 1 ? DIRLIST_FOLDER : DIRLIST_FILE);
		filelist_add(l, &e, 1);
	}
	filelist_filter(l, "REPORT");
	is_int(filelist_matching(l), 2, "words are found whatever their case");
	is_str(filelist_at(l, 0)->name, "photos", "no folder matches, so all stay");
	ok(!filelist_matches(l, 0) && filelist_matches(l, 1), "but do not count");
	is_str(filelist_at(l, filelist_best(l))->name, "report-2.odt",
	       "the cursor goes to the best");
	filelist_filter(l, "rprt");
	is_int(filelist_matching(l), 3, "letters in their order match as well");
	filelist_filter(l, "report pdf");
	is_int(filelist_matching(l), 1, "all words must be there");
	filelist_filter(l, "\xc3\xbcl");
	is_int(filelist_matching(l), 1, "case is folded outside ASCII, too");
	filelist_filter(l, "po");
	is_str(filelist_at(l, 0)->name, "photos", "a folder that matches stands alone");
	is_int(filelist_rows(l), 4, "with the files that match");
	is_str(filelist_at(l, 1)->name, "My Report.pdf", "whole words first");
	filelist_filter(l, "port");
	ok(filelist_highlight(l, "My Report.pdf", on, NELEM(on)), "what matched can be shown");
	for (size_t i = 0; i < NELEM(on); i++)
		lit += on[i] && i >= 5 && i < 9;
	is_int(lit, 4, "cell by cell");
	filelist_filter(l, "");
	is_int(filelist_rows(l), NELEM(names), "without a filter all is shown");
	filelist_free(l);
}

/* ---- marks ------------------------------------------------------------------------------------------------------------ */

/* Against a table of flags, at random. */
static void
marks_at_random(void)
{
	enum { N = 300 };
	bool have[N] = {false};
	struct marks *m = marks_new();
	uint64_t seed = 11;
	bool fine = true;

	for (int step = 0; step < 20000; step++) {
		size_t i = test_random(&seed) % N, n = 0;
		char path[32];

		snprintf(path, sizeof(path), "/dir%zu/name %zu", i % 7, i);
		if (test_random(&seed) % 100 == 0) {
			struct marks *copy = marks_copy(m);

			marks_free(m);
			m = copy;
		} else if (test_random(&seed) % 2) {
			marks_add(m, path, false, i);
			have[i] = true;
		} else {
			marks_remove(m, path);
			have[i] = false;
		}
		if (step % 100 != 0)
			continue;
		for (i = 0; i < N; i++) {
			snprintf(path, sizeof(path), "/dir%zu/name %zu", i % 7, i);
			fine &= marks_has(m, path) == have[i];
			n += have[i];
		}
		fine &= marks_count(m) == n;
	}
	ok(fine, "twenty thousand random changes of the basket");
	marks_free(m);
}

static void
baskets(void)
{
	struct marks *m = marks_new();
	struct marks_total t;
	char label[MARKS_LABEL];
	const char **paths;
	size_t n, at = 0;

	is_str(marks_label(m, label, " · "), "nothing", "an empty basket");
	marks_add(m, "/a/one", false, 4100000);
	is_str(marks_label(m, label, " · "), "1 file · 4.1 MB", "one file");
	marks_add(m, "/a/one", false, 4100000);
	is_int(marks_count(m), 1, "nothing is in it twice");
	marks_add(m, "/b", true, 4096);
	is_str(marks_label(m, label, " "), "1 folder 1 file over 4.1 MB",
	       "a folder is not counted yet");
	is_str(marks_uncounted(m), "/b", "and asks to be");
	ok(marks_uncounted(m) == NULL, "once");
	marks_counted(m, "/b", 10, 900000, false);
	is_str(marks_label(m, label, " · "), "1 folder · 1 file · 5.0 MB", "now it is");
	marks_add(m, "/b/in/it", false, 1);
	marks_add(m, "/bb", false, 1);
	t = marks_total(m);
	ok(t.files == 2 && t.folders == 1, "what lies in a marked folder is not counted again");
	paths = marks_paths(m, &n);
	ok(n == 3 && strcmp(paths[2], "/bb") == 0 && paths[3] == NULL, "nor sent again");
	free(paths);
	is_str(marks_next(m, &at)->path, "/a/one", "the basket keeps its order");
	marks_clear(m);
	ok(marks_count(m) == 0 && !marks_has(m, "/a/one"), "and can be emptied");
	marks_add(m, "/", true, 0);
	ok(marks_covered(m, "/x") && !marks_covered(m, "/"),
	   "the root covers everything but itself");
	marks_free(m);
}

int
main(void)
{
	struct dirlist *d = dirlist_new();

	snprintf(top, sizeof(top), "%s", test_tmpdir());
	ok(d != NULL, "a reader of folders");
	kinds(d);
	made_up(d);
	many(d);
	moved_on(d);
	counts(d);
	dirlist_free(d);
	left_early();
	order();
	batches();
	filters();
	orders();
	orders_merged();
	ranks();
	marks_at_random();
	baskets();
	return done_testing();
}
