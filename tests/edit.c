/* edit.c - a numbered table: keys -> text with the cursor as |; then limits, layout, history, random edits undone, speed */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/text.h"
#include "src/util.h"
#include "tests/tap.h"
#include "ui/edit.h"

/* Presses the keys: text stands for itself, a key is named in <>. Returns what the last one answered. */
static unsigned
press(struct edit *e, const char *keys)
{
	unsigned done = 0;

	while (*keys != '\0') {
		const char *end = *keys == '<' ? strchr(keys, '>') : NULL;
		struct input_key key;
		enum request req;
		uint32_t c;
		size_t n;

		if (end == NULL) {
			n = text_next(keys, strlen(keys), &c);
			done = edit_insert(e, keys, n);
			keys += n;
			continue;
		}
		if (!keys_parse_n(keys + 1, (size_t)(end - keys) - 1, &key))
			abort();
		req = keys_lookup(KEYS_PROMPT, key);
		done = edit_do(e, req);
		if (done == 0 && req == REQ_SUBMIT)
			edit_commit(e);
		keys = end + 1;
	}
	return done;
}

/* The text with | where the cursor is, / for line ends. */
static const char *
shown(const struct edit *e)
{
	static char out[4096];
	size_t len, at = edit_cursor(e);
	const char *text = edit_text(e, &len);

	snprintf(out, sizeof(out), "%.*s|%s", (int)at, text, text + at);
	for (char *p = out; *p != '\0'; p++)
		if (*p == '\n')
			*p = '/';
	return out;
}

/* clang-format off */
static const struct {
	const char *keys, *shown;
} table[] = {
	/* 0 */ {"hello", "hello|"},
	{"hello<Left><Left>X", "helX|lo"},
	{"hello<^A>X<^E>Y", "XhelloY|"},
	{"ab<^B><^B><^B>c<^F>d", "cad|b"},
	{"<Left>a<Right>b", "ab|"},
	/* 5 */ {"hello<Backspace><Backspace>", "hel|"},
	{"<Backspace>a", "a|"},
	{"hello<^A><^D><Del>", "|llo"},
	{"ab<^D>", "ab|"},
	{"one two  three<M-b>", "one two  |three"},
	/* 10 */ {"one two  three<M-b><M-b>", "one |two  three"},
	{"one two<^A><M-f>", "one| two"},
	{"one two<^A><C-Right><C-Right>", "one two|"},
	{"foo-bar.baz<M-b><M-b>", "foo-|bar.baz"},
	{"gr\xc3\xbc\xc3\x9f" "e da<M-b><M-b>", "|gr\xc3\xbc\xc3\x9f" "e da"},
	/* 15 */ {"one two-three<^W>", "one |"},
	{"one two-three  <^W>", "one |"},
	{"one two-three<M-Backspace>", "one two-|"},
	{"one two<^A><M-d>", "| two"},
	{"one two<^A><^K>", "|"},
	/* 20 */ {"one two<M-b><^K>", "one |"},
	{"one two<M-b><^U>", "|two"},
	{"a b c<^W><^W><^Y>", "a b c|"},
	{"a b c<^A><M-d><M-d><^Y>", "a b| c"},
	{"a b<^W><^E><^W><^Y>", "a |"},
	/* 25 */ {"one<^U>two<^U><^Y><M-y>", "one|"},
	{"one<^U>two<^U>three<^U><^Y><M-y><M-y><M-y>", "three|"},
	{"one<M-y>", "one|"},
	{"<^Y>", "|"},
	{"one<^U><^Y><^Y>", "oneone|"},
	/* 30 */ {"ab<^T>", "ba|"},
	{"abc<Left><^T>", "acb|"},
	{"abc<^A><^T>", "|abc"},
	{"a<^T>", "a|"},
	{"a\xc3\xa9<^T>", "\xc3\xa9" "a|"},
	/* 35 */ {"a<M-Enter>b<^T>", "a/b|"},
	{"one<M-Enter>two", "one/two|"},
	{"one<S-Enter>two<^A>X", "one/X|two"},
	{"one<M-Enter>two<Up><^E>X", "oneX|/two"},
	{"one<M-Enter>two<^U><Backspace>", "one|"},
	/* 40 */ {"one<M-Enter>two<Up><^E><^K>", "one|two"},
	{"long line<M-Enter>x<M-Enter>long line<Up><Up>!", "long line!|/x/long line"},
	{"abc<M-Enter>x<M-Enter>abc<Up><Left><Down>!", "abc/x/!|abc"},
	{"one<M-Enter>two<C-Home>X<C-End>Y", "Xone/twoY|"},
	{"one<M-Enter>two<Home>X<Up><End>Y", "oneY|/Xtwo"},
	/* clusters */
	/* 45 */ {"xe\xcc\x81<Backspace>", "x|"},
	{"xe\xcc\x81<Left><Left>!", "!|xe\xcc\x81"},
	{"x\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd<Backspace>", "x|"},
	{"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7<Backspace>x", "x|"},
	{"\xe4\xb8\xad\xe6\x96\x87<Left><Del>", "\xe4\xb8\xad|"},
	/* 50 */ {"\xe2\x9d\xa4\xef\xb8\x8f<Left>a", "a|\xe2\x9d\xa4\xef\xb8\x8f"},
	{"\xcc\x81<^A>e", "e\xcc\x81|"},
	/* undo */
	{"one two<^_>", "one |"},
	{"one two<^_><^_>", "|"},
	{"one two<^_><^_><^_>", "|"},
	/* 55 */ {"one<^W><^_>", "one|"},
	{"one<Backspace><Backspace><^_>", "one|"},
	{"one<Backspace><Left><Backspace><^_>", "o|n"},
	{"one<Left>X<^_>", "on|e"},
	{"ab<^T><^_>", "ab|"},
	/* 60 */ {"one<^U>two<^U><^Y><M-y><^_>", "two|"},
	{"one two<^C>", "|"},
	{"one two<^C><^_>", "one two|"},
	{"a<M-Enter>b<^_><^_>", "a|"},
	/* history */
	{"one<Enter>two<Enter><Up>", "two|"},
	/* 65 */ {"one<Enter>two<Enter><Up><Up>", "one|"},
	{"one<Enter>two<Enter><Up><Up><Up>", "one|"},
	{"one<Enter>two<Enter>dra<Up><Up><Down><Down>ft", "draft|"},
	{"one<Enter>draft<Left><Up><Down>", "draf|t"},
	{"one<Enter><Down>x", "x|"},
	/* 70 */ {"one<Enter>one<Enter><Up><Up><Down>", "|"},
	{"<Enter><Up>", "|"},
	{"one<Enter>two<Enter><Up>X<Up><Down><Down>", "twoX|"},
	{"one<Enter>two<Enter>dr<Up>X<Up><Down><Down>", "dr|"},
	{"one<Enter>two<Enter><Up><Enter><Up><Up>", "one|"},
	/* 75 */ {"a<M-Enter>b<Enter><Up><Up><Up>", "a|/b"},
	{"one<Enter><Up><^C><Up>", "one|"},
	{"old<Enter>x<^U><Up><Down><^Y>", "x|"},
	/* search */
	{"make<Enter>mail<Enter>cat<Enter><^R>ma", "|mail"},
	{"make<Enter>mail<Enter>cat<Enter><^R>mak", "|make"},
	/* 80 */ {"make<Enter>mail<Enter>cat<Enter><^R>ma<^R>", "|make"},
	{"make<Enter>mail<Enter>cat<Enter><^R>ma<^R><^R>", "|make"},
	{"make<Enter>mail<Enter><^R>mak<Backspace>", "|mail"},
	{"make<Enter>mail<Enter><^R>AIL", "m|ail"},
	{"make<Enter>mail<Enter>draft<^R>ma<Esc>", "draft|"},
	/* 85 */ {"make<Enter>draft<Left><^R>ma<Backspace><Backspace>", "draf|t"},
	{"make<Enter>draft<^R>ma<^C>", "draft|"},
	{"make<Enter>draft<^R>zz<Esc>!", "draft!|"},
	{"make<Enter>mail<Enter><^R>mak<Enter>!", "!|make"},
	{"make<Enter>mail<Enter><^R>mak<^E>!", "make!|"},
	/* 90 */ {"make<Enter>mail<Enter>dr<^R>mak<^E><Down>", "mail|"},
	{"make<Enter>mail<Enter>dr<^R>mak<^E><Down><Down>", "dr|"},
	{"make<Enter>mail<Enter><^R>mak<Enter><^C><^R><^R>", "|make"},
	{"gr\xc3\xbc\xc3\x9f<Enter><^R>\xc3\xbc\xc3\x9f<Backspace>", "gr|\xc3\xbc\xc3\x9f"},
};
/* clang-format on */

static void
test_table(void)
{
	for (size_t i = 0; i < NELEM(table); i++) {
		struct edit *e = edit_new(1000, 0);

		press(e, table[i].keys);
		is_str(shown(e), table[i].shown, "%zu: %s", i, table[i].keys);
		edit_free(e);
	}
}

/* What the requests answer. */
static void
test_answers(void)
{
	struct edit *e = edit_new(5, 0);

	is_int(press(e, "<End>"), 0, "End on an empty line is not the editor's");
	is_int(press(e, "<Tab>"), 0, "nor is Tab");
	is_int(press(e, "<Esc>"), 0, "nor Esc, unless it searches");
	is_int(press(e, "<F1>"), 0, "nor F1");
	is_int(press(e, "<Left>"), EDIT_HANDLED | EDIT_REFUSED, "no way left");
	is_int(press(e, "<^_>"), EDIT_HANDLED | EDIT_REFUSED, "nothing to undo");
	is_int(press(e, "<Up>"), EDIT_HANDLED | EDIT_REFUSED, "no history");
	is_int(press(e, "a"), EDIT_HANDLED | EDIT_CHANGED | EDIT_MOVED, "typing changes");
	is_int(press(e, "<^A>"), EDIT_HANDLED | EDIT_MOVED, "a motion moves");
	is_int(press(e, "<^A>"), EDIT_HANDLED, "a second ^A does nothing");
	is_int(press(e, "<^R>"), EDIT_HANDLED | EDIT_MOVED, "a search begins");
	ok(edit_searching(e) && edit_search_found(e), "it runs");
	is_int(press(e, "q"), EDIT_HANDLED | EDIT_MOVED | EDIT_REFUSED, "nothing matches");
	ok(!edit_search_found(e), "and that is told");
	is_str(edit_search_query(e), "q", "the query");
	press(e, "<Esc>");
	ok(!edit_searching(e), "Esc ends it");
	edit_free(e);
	edit_free(NULL);

	for (int i = REQ_NONE + 1; i < REQ_COUNT; i++) {
		const struct keys_row *row = keys_row((enum request)i);
		bool its = row->kind == KEYS_EDIT && i != REQ_SUBMIT && i != REQ_COMPLETE;

		e = edit_new(100, 0);
		edit_set(e, "text", 4);
		is_int(edit_do(e, (enum request)i) != 0, its, "%s is %sthe editor's", row->name,
		       its ? "" : "not ");
		edit_free(e);
	}
}

static void
test_insert(void)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *shown;
	} rows[] = {
		{"a\r\nb\rc\nd", 8, "a/b/c/d|"},
		{"a\0b", 3,
		 "a\xef\xbf\xbd"
		 "b|"},
		{"a\xff"
		 "b",
		 3,
		 "a\xef\xbf\xbd"
		 "b|"},
		{"\xe2\x82", 2, "\xef\xbf\xbd\xef\xbf\xbd|"},
		{"\r", 1, "/|"},
		{"\r\r\n\n", 4, "///|"},
		{"a\tb\033c", 5, "a\tb\033c|"},
		{"", 0, "|"},
	};
	struct edit *e;

	for (size_t i = 0; i < NELEM(rows); i++) {
		char *exact = xmemdup(rows[i].bytes, rows[i].len);

		e = edit_new(100, 0);
		edit_insert(e, exact, rows[i].len);
		is_str(shown(e), rows[i].shown, "bytes %zu", i);
		edit_set(e, exact, rows[i].len);
		is_str(shown(e), rows[i].shown, "bytes %zu set", i);
		edit_free(e);
		free(exact);
	}
	e = edit_new(100, EDIT_ONE_LINE);
	edit_insert(e, "a\r\nb\n", 5);
	is_str(shown(e), "a b |", "one line stays one");
	is_int(press(e, "<M-Enter>"), EDIT_HANDLED | EDIT_REFUSED, "M-Enter is refused there");
	is_int(press(e, "<Up>"), EDIT_HANDLED | EDIT_REFUSED, "Up is the history's");
	edit_free(e);

	e = edit_new(100, 0);
	edit_set(e, "/send rep now", 13);
	edit_replace_range(e, 6, 9, "report.pdf", 10);
	is_str(shown(e), "/send report.pdf| now", "a word completed");
	press(e, "<^_>");
	is_str(shown(e), "/send rep now|", "and undone");
	edit_set(e, "xe\xcc\x81y", 5);
	edit_replace_range(e, 2, 3, "z", 1);
	is_str(shown(e), "xz|y", "whole clusters are replaced");
	edit_replace_range(e, 50, 60, "!", 1);
	is_str(shown(e), "xzy!|", "beyond the end");
	edit_set(e, "xe\xcc\x81y", 5);
	edit_set_cursor(e, 2);
	is_str(shown(e), "x|e\xcc\x81y", "a cursor goes before the cluster it is put into");
	edit_set_cursor(e, 100);
	is_str(shown(e), "xe\xcc\x81y|", "or to the end");
	edit_free(e);
}

static void
test_limit(void)
{
	struct edit *e = edit_new(5, 0);

	press(e, "abcd");
	is_int(edit_insert(e, "ef", 2), EDIT_HANDLED | EDIT_FULL, "too long is refused");
	is_str(shown(e), "abcd|", "whole");
	is_int(edit_insert(e, "\xff", 1), EDIT_HANDLED | EDIT_FULL, "U+FFFD counts three");
	is_int(edit_insert(e, "\r\n", 2), EDIT_HANDLED | EDIT_CHANGED | EDIT_MOVED,
	       "CR LF counts one");
	is_str(shown(e), "abcd/|", "to the limit");
	is_int(press(e, "x"), EDIT_HANDLED | EDIT_FULL, "full");
	is_int(press(e, "<^T><M-Enter>"), EDIT_HANDLED | EDIT_FULL, "for a new line too");
	is_int(edit_set(e, "123456", 6), EDIT_HANDLED | EDIT_FULL, "set: too long");
	is_str(shown(e), "abcd/|", "and untouched");
	is_int(edit_set(e, "12345", 5) & EDIT_FULL, 0, "set to the limit");
	is_int(edit_replace_range(e, 0, 5, "abcde", 5) & EDIT_FULL, 0, "replaced at the limit");
	is_int(edit_replace_range(e, 0, 5, "abcdef", 6), EDIT_HANDLED | EDIT_FULL, "and not above");
	press(e, "<^U>abc");
	is_int(press(e, "<^Y>"), EDIT_HANDLED | EDIT_FULL, "a yank too long");
	is_str(shown(e), "abc|", "does nothing");
	edit_free(e);
}

static const struct {
	const char *text;
	size_t cursor;
	int width;
	size_t rows, row, col;
	const char *lines; /* each row, with / behind */
} layouts[] = {
	{"", 0, 10, 1, 0, 0, "/"},
	{"abc", 3, 10, 1, 0, 3, "abc/"},
	{"abcdefghi", 9, 10, 1, 0, 9, "abcdefghi/"},
	{"abcdefghij", 10, 10, 2, 1, 1, "abcdefghi/j/"},
	{"abcdefghij", 9, 10, 2, 1, 0, "abcdefghi/j/"},
	{"abcdefghi\nj", 9, 10, 2, 0, 9, "abcdefghi/j/"},
	{"ab\n", 3, 10, 2, 1, 0, "ab//"},
	{"\n\nx", 1, 10, 3, 1, 0, "//x/"},
	{"\xe4\xb8\xad\xe6\x96\x87\xe5\xad\x97", 9, 6, 2, 1, 2,
	 "\xe4\xb8\xad\xe6\x96\x87/\xe5\xad\x97/"},
	{"e\xcc\x81"
	 "e\xcc\x81",
	 6, 3, 1, 0, 2,
	 "e\xcc\x81"
	 "e\xcc\x81/"},
	{"a\tb", 3, 20, 1, 0, 9, "a\tb/"},
	{"abcdef\tb", 8, 8, 3, 2, 1, "abcdef/\t/b/"},
	{"\xe2\x80\xae", 3, 5, 1, 0, 4, "\xe2\x80\xae/"},
	{"abc", 3, 2, 3, 2, 1, "a/b/c/"},
	{"abc", 0, -5, 3, 0, 0, "a/b/c/"},
};

static void
test_layout(void)
{
	struct edit *e = edit_new(1000, 0);
	size_t start, end;

	for (size_t i = 0; i < NELEM(layouts); i++) {
		struct edit_layout l;
		char lines[200] = "";

		edit_set(e, layouts[i].text, strlen(layouts[i].text));
		edit_set_cursor(e, layouts[i].cursor);
		l = edit_layout(e, layouts[i].width);
		is_int(l.rows, layouts[i].rows, "layout %zu: rows", i);
		is_int(l.row, layouts[i].row, "layout %zu: row", i);
		is_int(l.col, layouts[i].col, "layout %zu: column", i);
		for (size_t r = 0; edit_row(e, r, &start, &end); r++)
			snprintf(lines + strlen(lines), sizeof(lines) - strlen(lines), "%.*s/",
				 (int)(end - start), edit_text(e, NULL) + start);
		is_str(lines, layouts[i].lines, "layout %zu: lines", i);
	}
	edit_set(e, "abcdefghijkl\nxy", 15);
	ok(!edit_row(e, 0, &start, &end), "no rows after a change, until the next layout");
	edit_layout(e, 5);
	edit_click(e, 1, 2);
	is_str(shown(e), "abcdef|ghijkl/xy", "a click");
	edit_click(e, 0, 30);
	is_str(shown(e), "abc|defghijkl/xy", "behind a wrapped row: its last cell");
	edit_click(e, 3, 30);
	is_str(shown(e), "abcdefghijkl/xy|", "behind the last");
	edit_click(e, 99, 1);
	is_str(shown(e), "abcdefghijkl/x|y", "below the last");
	press(e, "<Up>");
	is_str(shown(e), "abcdefghi|jkl/xy", "up into a wrapped line");
	press(e, "<Up><Up><Up>");
	is_str(shown(e), "a|bcdefghijkl/xy", "to the first row and no further");
	edit_set(e, "\xe4\xb8\xad\xe4\xb8\xad\nabc", 10);
	edit_layout(e, 20);
	press(e, "<Up>");
	is_str(shown(e), "\xe4\xb8\xad|\xe4\xb8\xad/abc", "into a wide character");
	press(e, "<Down>");
	is_str(shown(e), "\xe4\xb8\xad\xe4\xb8\xad/abc|", "and back to the column");
	edit_free(e);
}

static void
test_window(void)
{
	struct edit *e = edit_new(1000, EDIT_ONE_LINE);
	size_t start, end, col;
	bool seen = true;

	edit_set(e, "abcdefghij", 10);
	edit_window(e, 6, &start, &end, &col);
	ok(start == 5 && end == 10 && col == 5, "the end of a long field");
	press(e, "<Left><Left>");
	edit_window(e, 6, &start, &end, &col);
	ok(start == 5 && end == 10 && col == 3, "nothing moves while the cursor is seen");
	press(e, "<^A>");
	edit_window(e, 6, &start, &end, &col);
	ok(start == 0 && end == 5 && col == 0, "the start");
	edit_set(e, "\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad", 9);
	edit_window(e, 4, &start, &end, &col);
	ok(start == 6 && end == 9 && col == 2, "wide characters are shown whole");
	edit_set(e, "a\tb", 3);
	edit_window(e, 10, &start, &end, &col);
	ok(start == 0 && end == 3 && col == 3, "a tab is one cell there");
	edit_set(e, "", 0);
	edit_window(e, 10, &start, &end, &col);
	ok(start == 0 && end == 0 && col == 0, "an empty field");
	edit_set(e, "0123456789012345678901234567890123456789", 40);
	for (int i = 0; i < 100; i++) {
		press(e, i < 45 ? "<Left>" : "<Right>");
		edit_window(e, 7, &start, &end, &col);
		seen = seen && start <= edit_cursor(e) && col == edit_cursor(e) - start &&
		       col < 7 && end - start <= 6;
	}
	ok(seen, "the cursor is always in the window");
	edit_free(e);
}

static void
test_history(void)
{
	struct edit *e = edit_new(10, 0);
	char line[20];
	unsigned moves = 0;

	edit_history_add(e, "toolonglong", 11);
	edit_history_add(e, "\xff", 1);
	edit_history_add(e, "a\0b", 3);
	edit_history_add(e, "", 0);
	is_int(press(e, "<Up>"), EDIT_HANDLED | EDIT_REFUSED, "what cannot be typed is not kept");
	for (int i = 0; i < 700; i++) {
		snprintf(line, sizeof(line), "line %d", i);
		edit_history_add(e, line, strlen(line));
	}
	press(e, "draft");
	while (!(press(e, "<Up>") & EDIT_REFUSED))
		moves++;
	is_int(moves, 500, "the history is bounded");
	is_str(shown(e), "line 200|", "the oldest went");
	edit_history_add(e, "newest", 6);
	press(e, "<Down>");
	is_str(shown(e), "line 202|", "a line added meanwhile moves nothing");
	for (unsigned i = 0; i < moves; i++)
		press(e, "<Down>");
	is_str(shown(e), "draft|", "the draft is still there");
	edit_free(e);

	e = edit_new((size_t)1 << 20, 0);
	for (int i = 0; i < 5; i++) {
		char *big = xmalloc(300000);

		memset(big, 'a' + i, 300000);
		edit_history_add(e, big, 300000);
		free(big);
	}
	for (moves = 0; !(edit_do(e, REQ_EDIT_UP) & EDIT_REFUSED); moves++)
		edit_do(e, REQ_EDIT_TOP);
	is_int(moves, 3, "in bytes too");
	edit_free(e);
}

static bool
sound(const struct edit *e, size_t limit)
{
	size_t len, at = edit_cursor(e);
	const char *text = edit_text(e, &len);
	struct text_iter it;
	struct text_cell cell;
	bool boundary = at == 0;

	text_iter_init(&it, text, len, TEXT_MULTILINE);
	while (!boundary && text_cell_next(&it, &cell))
		boundary = it.pos == at;
	return boundary && len <= limit && text[len] == '\0' && strlen(text) == len &&
	       text_valid_utf8(text, len) && memchr(text, '\r', len) == NULL;
}

/* Random requests and insertions: the text stays sound, and undoing all of it leads back to the start. */
static void
test_random_edits(void)
{
	static const char *const pieces[] = {"a",
					     " ",
					     "b-c",
					     "\n",
					     "\xc3\xa9",
					     "\xcc\x81",
					     "\xe2\x80\x8d",
					     "\xf0\x9f\x91\xa9",
					     "\xf0\x9f\x8f\xbd",
					     "\xe4\xb8\xad",
					     "\xef\xb8\x8f",
					     "1\xe2\x83\xa3"};
	uint64_t seed = 11;
	int unsound = 0, lost = 0;

	for (int round = 0; round < 300; round++) {
		struct edit *e = edit_new(400, 0);

		edit_set(e, "start", 5);
		for (int i = 0; i < 60; i++) {
			int req = REQ_EDIT_LEFT +
				  (int)(test_random(&seed) % (REQ_EDIT_UNDO - REQ_EDIT_LEFT + 1));
			const char *piece = pieces[test_random(&seed) % NELEM(pieces)];

			if (test_random(&seed) % 2)
				edit_insert(e, piece, strlen(piece));
			else
				edit_do(e, (enum request)req);
			edit_layout(e, 2 + (int)(test_random(&seed) % 10));
			unsound += !sound(e, 400);
		}
		while (!(edit_do(e, REQ_EDIT_UNDO) & EDIT_REFUSED))
			unsound += !sound(e, 400);
		lost += strcmp(edit_text(e, NULL), "start") != 0;
		edit_free(e);
	}
	is_int(unsound, 0, "random edits leave sound text and cursor");
	is_int(lost, 0, "and can all be undone");
}

static double
ms_since(const struct timespec *a)
{
	struct timespec b;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
	return (double)(b.tv_sec - a->tv_sec) * 1e3 + (double)(b.tv_nsec - a->tv_nsec) / 1e6;
}

/* Bounds are ten and more times what it takes, to hold on busy machines and under sanitizers; n^2 would take minutes. */
static void
test_speed(void)
{
	size_t n = (size_t)1 << 20;
	struct edit *e = edit_new(2 * n, 0);
	char *big = xmalloc(n);
	struct timespec a;
	double ms;

	for (size_t i = 0; i + 3 <= n; i += 3)
		memcpy(big + i, i % 60 == 0 ? "ab\r" : "\xe4\xb8\xad", 3);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	edit_insert(e, big, n - n % 3);
	ms = ms_since(&a);
	diag("1 MiB inserted in %.2f ms", ms);
	ok(!edit_empty(e) && ms < 1000, "1 MiB inserted");
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	edit_layout(e, 80);
	ms = ms_since(&a);
	diag("1 MiB laid out in %.2f ms", ms);
	ok(ms < 2000, "1 MiB laid out");

	for (size_t i = 0; i + 3 <= n; i += 3)
		memcpy(big + i, "\xe4\xb8\xad", 3);
	edit_set(e, big, n - n % 3);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	edit_do(e, REQ_EDIT_WORD_LEFT);
	edit_do(e, REQ_EDIT_WORD_RIGHT);
	ms = ms_since(&a);
	diag("a word of 1 MiB crossed twice in %.2f ms", ms);
	is_int(edit_cursor(e), n - n % 3, "a word of 1 MiB");
	ok(ms < 5000, "crossed");
	edit_free(e);
	free(big);
}

int
main(void)
{
	test_table();
	test_answers();
	test_insert();
	test_limit();
	test_layout();
	test_window();
	test_history();
	test_random_edits();
	test_speed();
	return done_testing();
}
