/* text.c - tests of src/text.h. */
#include "config.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "src/text.h"
#include "src/util.h"
#include "tests/tap.h"

static const char *
show(const char *s, unsigned flags)
{
	static char buf[4096];

	text_show(buf, sizeof(buf), s, strlen(s), flags);
	return buf;
}

static void
test_utf8(void)
{
	/* clang-format off */
	static const struct { const char *s; size_t len, used; uint32_t cp; } rows[] = {
		{"a", 1, 1, 'a'}, {"\0", 1, 1, 0}, {"\xc3\xa9", 2, 2, 0xe9}, {"€", 3, 3, 0x20ac},
		{"😀", 4, 4, 0x1f600}, {"\xf4\x8f\xbf\xbf", 4, 4, 0x10ffff}, {"\xee\x80\x80", 3, 3, 0xe000},
		{"\xed\x9f\xbf", 3, 3, 0xd7ff}, {"\xc2\x80", 2, 2, 0x80}, {"\xe0\xa0\x80", 3, 3, 0x800},
		{"\xf0\x90\x80\x80", 4, 4, 0x10000},
		{"\x80", 1, 1, TEXT_INVALID}, {"\xbf\xbf", 2, 1, TEXT_INVALID},
		{"\xc0\x80", 2, 1, TEXT_INVALID}, {"\xc1\xbf", 2, 1, TEXT_INVALID}, /* overlong */
		{"\xe0\x9f\xbf", 3, 1, TEXT_INVALID}, {"\xf0\x8f\xbf\xbf", 4, 1, TEXT_INVALID},
		{"\xed\xa0\x80", 3, 1, TEXT_INVALID}, {"\xed\xbf\xbf", 3, 1, TEXT_INVALID}, /* surrogates */
		{"\xf4\x90\x80\x80", 4, 1, TEXT_INVALID}, {"\xf5\x80\x80\x80", 4, 1, TEXT_INVALID},
		{"\xff", 1, 1, TEXT_INVALID}, {"\xfe", 1, 1, TEXT_INVALID},
		{"\xc3", 1, 1, TEXT_INVALID}, {"\xe2\x82", 2, 1, TEXT_INVALID}, {"\xf0\x9f\x98", 3, 1, TEXT_INVALID},
		{"\xc3\x41", 2, 1, TEXT_INVALID}, {"\xe2\x41\x82", 3, 1, TEXT_INVALID}, {"\xf0\x9f\x98\x41", 4, 1, TEXT_INVALID},
	};
	/* clang-format on */
	uint32_t cp;
	char buf[4];

	for (size_t i = 0; i < NELEM(rows); i++) {
		bool good = rows[i].cp != TEXT_INVALID;

		is_int(text_next(rows[i].s, rows[i].len, &cp), rows[i].used, "row %zu: bytes", i);
		is_int(cp, rows[i].cp, "row %zu: character", i);
		is_int(text_valid_utf8(rows[i].s, rows[i].len), good, "row %zu: valid", i);
		if (good) {
			is_int(text_put(buf, cp), rows[i].used, "row %zu: put", i);
			is_mem(buf, rows[i].s, rows[i].used, "row %zu: bytes put", i);
			is_int(text_prev(rows[i].s, rows[i].len), 0, "row %zu: back", i);
		}
	}
	is_int(text_next("", 0, &cp), 0, "nothing is consumed of nothing");
	is_int(text_put(buf, 0xd800), 3, "a surrogate is written as U+FFFD");
	is_mem(buf, "\xef\xbf\xbd", 3, "and so it is");
	is_int(text_prev("a\xff\x80", 3), 2, "an invalid byte is a step of one");
	is_int(text_prev("a€", 4), 1, "back over three bytes");
	is_int(text_prev("a", 0), 0, "nothing before the start");
	is_int(text_truncate_utf8("héllo", 6, 2), 1, "no cut inside é");
	is_int(text_truncate_utf8("héllo", 6, 3), 3, "a cut after é");
	is_int(text_truncate_utf8("a😀b", 6, 4), 1, "no cut inside four bytes");
	is_int(text_truncate_utf8("a😀b", 6, 5), 5, "a cut after four bytes");
	is_int(text_truncate_utf8("abc", 3, 9), 3, "shorter than the limit");
	is_int(text_truncate_utf8("😀", 4, 0), 0, "to nothing");
	is_int(text_truncate_utf8("a\x80\x80\x80\x80z", 6, 3), 3, "stray bytes are cut anywhere");
}

static void
test_show(void)
{
	/* clang-format off */
	static const struct { const char *s, *one, *multi; } rows[] = {
		{"hello", "hello", "hello"},
		{"a\nb", "a⏎b", "a\nb"},
		{"a\r\nb\rc", "a⏎b‹U+000D›c", "a\nb‹U+000D›c"},
		{"a\tb", "a b", "a       b"},
		{"\x1b[31mred", "‹U+001B›[31mred", "‹U+001B›[31mred"},
		{"\x7f\xc2\x9b" "2J", "‹U+007F›‹U+009B›2J", "‹U+007F›‹U+009B›2J"},
		{"beach\u202egpj.exe", "beach‹U+202E›gpj.exe", "beach‹U+202E›gpj.exe"},
		{"a\u200bb\u2066c\u2069\ufeff", "a‹U+200B›b‹U+2066›c‹U+2069›‹U+FEFF›", NULL},
		{"\u200e\u200f\u061c\u2028\u2029\u2060", "‹U+200E›‹U+200F›‹U+061C›‹U+2028›‹U+2029›‹U+2060›", NULL},
		{"x\U000e0041\U000e0001\ufff9", "x‹U+E0041›‹U+E0001›‹U+FFF9›", NULL},
		{"\u00ad\u3164\uffa0\u115f", "‹U+00AD›‹U+3164›‹U+FFA0›‹U+115F›", NULL},
		{"\xff" "a\xc3", "‹\\xFF›a‹\\xC3›", NULL},
		{"❤\ufe0fx", "❤x", NULL},			/* VS16 */
		{"☺\ufe0e", "☺", NULL},				/* VS15 */
		{"\ufe0f" "a", "a", NULL},
		{"👍🏽!", "👍!", NULL},				/* skin tone */
		{"☝🏿", "☝", NULL},
		{"a🏽", "a▯", NULL},				/* a tone that belongs to nothing */
		{"👨\u200d👩\u200d👧z", "👨z", NULL},		/* a family */
		{"👩🏽\u200d❤\ufe0f\u200d💋\u200d👨🏿z", "👩z", NULL},
		{"🏳\ufe0f\u200d🌈", "🏳", NULL},
		{"👨\u200d" "bad", "👨‹U+200D›bad", NULL},	/* a joiner that joins nothing */
		{"a\u200d👧", "a‹U+200D›👧", NULL},
		{"1\ufe0f\u20e3", "1", NULL},			/* keycap */
		{"🇩🇪", "DE", NULL},				/* flag */
		{"🏴\U000e0067\U000e0062\U000e007f.", "🏴.", NULL}, /* England */
		{"می\u200cخواهم", "میخواهم", NULL},		/* Persian spelling */
		{"क्\u200dष", "क्ष", NULL},
		{"می\u200c", "می‹U+200C›", NULL},
		{"e\u0301", "e\u0301", "e\u0301"},
		{"z\u0300\u0301\u0302\u0303\u0304x", "z\u0300\u0301\u0302x", NULL}, /* zalgo */
		{"\u0301a", "◌\u0301a", NULL},
		{"a\n\u0301", "a⏎◌\u0301", "a\n◌\u0301"},
		{"\u202e\u0301", "‹U+202E›◌\u0301", NULL},
		{"\U000378ab\ue000\U0010fffd", "▯▯▯", NULL},	/* unassigned, private use */
		{"日本語", "日本語", "日本語"},
		{"", "", ""},
	};
	/* clang-format on */
	char again[4096];

	for (size_t i = 0; i < NELEM(rows); i++) {
		is_str(show(rows[i].s, TEXT_ONE_LINE), rows[i].one, "row %zu: one line", i);
		if (rows[i].multi != NULL)
			is_str(show(rows[i].s, TEXT_MULTILINE), rows[i].multi, "row %zu: multi", i);
		text_show(again, sizeof(again), rows[i].one, strlen(rows[i].one), 0);
		is_str(again, rows[i].one, "row %zu: shown twice is shown once", i);
	}
}

static void
test_bounds(void)
{
	char again[64], small[8];

	is_int(text_show(again, sizeof(again), "a\0b", 3, 0), 14, "NUL is a control character");
	is_str(again, "a‹U+0000›b", "and shown");
	is_str(show("ab\tc\nd\te", TEXT_MULTILINE), "ab      c\nd       e", "tab stops per line");
	is_str(show("é日\u202e\xff\n▯🇩e\u0301\u0301", TEXT_ASCII),
	       "?"
	       "?<U+202E><\\xFF><U+000A>?De",
	       "ASCII");
	is_int(text_show(small, 8, "abcdé€", 9, 0), 6, "a bounded buffer");
	is_str(small, "abcdé", "cut between characters");
	is_int(text_show(small, 8, "abc\u202e", 6, 0), 3, "a stand-in is whole or not there");
	is_int(text_show(small, 1, "abc", 3, 0), 0, "room for NUL only");
	is_str(small, "", "which is there");
	is_int(text_show(NULL, 0, "abc", 3, 0), 0, "no room at all");
	ok(text_show_max(1) >= strlen("‹U+0000›"), "the worst expansion is allowed for");
}

/* Every code point alone: what is shown is valid, its width is known to libc, and showing it again
 * changes nothing. */
static void
test_all(void)
{
	unsigned bad = 0, wide = 0, twice = 0, fold = 0, hostile = 0;
	char in[4], out[64], again[64];

	for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
		size_t n = text_put(in, cp), m = text_show(out, sizeof(out), in, n, 0);
		size_t w = 0;
		uint32_t c;

		for (size_t i = 0; i < m;) {
			i += text_next(out + i, m - i, &c);
			bad += c == TEXT_INVALID || wcwidth((wchar_t)c) < 0;
			hostile += text_is_invisible(c);
			w += (size_t)wcwidth((wchar_t)c);
		}
		wide += w != text_cells(in, n);
		text_show(again, sizeof(again), out, m, 0);
		twice += strcmp(out, again) != 0;
		fold += text_fold_char(text_fold_char(cp)) != text_fold_char(cp);
	}
	is_int(bad, 0, "all shown characters have a width");
	is_int(hostile, 0, "none of them is invisible");
	is_int(wide, 0, "text_cells is the sum of libc's widths");
	is_int(twice, 0, "showing is idempotent");
	is_int(fold, 0, "folding is idempotent");
}

static void
test_cells(void)
{
	struct text_iter it;
	struct text_cell c;
	size_t sum = 0;
	const char *s = "a👨\u200d👩 \u202e\ufe0f\n";

	is_int(text_cells("日本", 6), 4, "wide characters");
	is_int(text_cells("e\u0301❤\ufe0f👍🏽", 17), 4, "marks and tails take no cell");
	is_int(text_cells("\u202e\xff", 4), 14, "stand-ins");
	text_iter_init(&it, s, strlen(s), TEXT_MULTILINE);
	while (text_cell_next(&it, &c)) {
		is_int(c.start, sum, "clusters follow each other");
		sum += c.used;
	}
	is_int(sum, strlen(s), "and cover the source");
	is_int(c.kind, TEXT_NEWLINE, "the last is the newline");
	ok(!text_cell_next(&it, &c), "the end stays the end");
	is_int(text_width(0x65e5), 2, "width 2");
	is_int(text_width(0x301), 0, "width 0");
	is_int(text_width('a'), 1, "width 1");
	is_int(text_width(0x1b), -1, "no width");
	is_int(text_width(0x110000), -1, "beyond Unicode");
	is_int(text_width(TEXT_INVALID), -1, "not a character");
}

static void
test_hostile(void)
{
	static const char *const odd[] = {
		"a\u202eb", "a\nb",    "a\tb",	 "\xff",
		"\u200b",   "a\u00ad", "\x1b[m", "a\u0300\u0300\u0300\u0300"};
	static const char *const plain[] = {
		"report.pdf", "naïve", "👨\u200d👩.png", "❤\ufe0f", "日", "می\u200cخواهم", "🇩🇪", ""};

	for (size_t i = 0; i < NELEM(odd); i++)
		ok(text_has_hostile(odd[i], strlen(odd[i])), "odd name %zu", i);
	for (size_t i = 0; i < NELEM(plain); i++)
		ok(!text_has_hostile(plain[i], strlen(plain[i])), "plain name %zu", i);
	ok(text_has_hostile("a\0", 2), "NUL is odd");
	ok(text_is_bidi(0x2067) && text_is_bidi(0x200f) && text_is_bidi(0x61c), "bidi controls");
	ok(!text_is_bidi(0x200d) && !text_is_bidi('a') && !text_is_bidi(0x5d0), "no bidi controls");
}

static const char *
fit(const char *s, size_t cells, unsigned flags)
{
	static char buf[256];

	text_fit(buf, sizeof(buf), s, strlen(s), cells, flags);
	return buf;
}

static void
test_fit(void)
{
	char small[6];

	is_str(fit("report.pdf", 10, 0), "report.pdf", "it fits");
	is_str(fit("report.pdf", 9, 0), "report.p…", "cut at the end");
	is_str(fit("report.pdf", 9, TEXT_MIDDLE), "repo….pdf", "cut in the middle");
	is_str(fit("report.pdf", 8, TEXT_MIDDLE), "rep….pdf", "an odd rest goes to the tail");
	is_str(fit("report.pdf", 2, TEXT_MIDDLE), "…f", "two cells");
	is_str(fit("report.pdf", 1, 0), "…", "one cell");
	is_str(fit("report.pdf", 0, TEXT_PAD), "", "none");
	is_str(fit("", 3, TEXT_PAD), "   ", "padding of nothing");
	is_str(fit("ab", 5, TEXT_PAD), "ab   ", "padding at the right");
	is_str(fit("ab", 5, TEXT_RIGHT), "   ab", "padding at the left");
	is_str(fit("日本語", 6, TEXT_PAD), "日本語", "wide, exactly");
	is_str(fit("日本語", 5, TEXT_PAD), "日本…", "wide, cut");
	is_str(fit("日本語", 4, TEXT_PAD), "日… ", "half a character is padding");
	is_str(fit("日本語", 4, TEXT_MIDDLE | TEXT_PAD), "…語 ", "the same in the middle");
	is_str(fit("a\u202eb", 20, 0), "a‹U+202E›b", "sanitised on the way");
	is_str(fit("a\u202eb", 5, TEXT_PAD), "a…   ", "a stand-in is not cut");
	is_str(fit("a\nb", 9, 0), "a⏎b", "one line");
	is_str(fit("résumé", 4, TEXT_ASCII), "r?s~", "ASCII");
	is_int(text_fit(small, 6, "ab", 2, 9, TEXT_PAD), 5, "padding is bounded");
	is_int(text_fit(small, 6, "ééééé", 10, 4, 0), 4, "text is bounded");
	is_str(small, "éé", "at a character");
	for (size_t cells = 0; cells < 40; cells++)
		for (unsigned f = 0; f < 32; f += 4) {
			const char *s = fit("x日👍🏽e\u0301\u202e-naïve résumé 本", cells,
					    f | TEXT_PAD);

			if (text_cells(s, strlen(s)) != cells)
				ok(false, "width %zu with flags %u: '%s'", cells, f, s);
		}
}

static void
wraps(const char *s, size_t width, const char *want)
{
	struct text_wrap w;
	struct text_line line;
	char got[512] = "";
	size_t n = 0;

	text_wrap_init(&w, s, strlen(s), width);
	while (text_wrap_next(&w, &line) && n < 400) {
		memcpy(got + n, s + line.start, line.len);
		n += line.len;
		got[n++] = line.last ? '$' : '|';
		is_int(line.width, text_cells(s + line.start, line.len), "width of a line");
	}
	got[n] = '\0';
	is_str(got, want, "'%s' at %zu", s, width);
}

static void
test_wrap(void)
{
	wraps("", 5, "$");
	wraps("abc", 5, "abc$");
	wraps("abc def", 5, "abc|def$");
	wraps("abc def", 7, "abc def$");
	wraps("abc   def", 4, "abc|def$");
	wraps("abc   def", 3, "abc|def$");
	wraps("abc   ", 3, "abc$");
	wraps("abc  \nd", 3, "abc$d$");
	wraps("abcdefgh", 3, "abc|def|gh$");
	wraps("a bcdefgh", 3, "a|bcd|efg|h$");
	wraps("a\nb", 5, "a$b$");
	wraps("a\n\nb\n", 5, "a$$b$$");
	wraps("\n", 5, "$$");
	wraps("  ab cd", 5, "  ab|cd$");
	wraps("  abcdef", 5, "  abc|def$");
	wraps("      ab", 4, "|ab$");
	wraps("日本語", 4, "日本|語$");
	wraps("日本語", 3, "日|本|語$");
	wraps("a日本", 3, "a日|本$");
	wraps("日本", 1, "日|本$");
	wraps("x日", 1, "x|日$");
	wraps("ab e\u0301e\u0301 c", 2, "ab|e\u0301e\u0301|c$");
	wraps("one two three", 0, "o|n|e|t|w|o|t|h|r|e|e$");
}

static void
test_fold(void)
{
	char buf[64];

	ok(text_fold_equal("Boris", "bORIS"), "ASCII");
	ok(text_fold_equal("ÉMILE", "émile"), "Latin");
	ok(text_fold_equal("ΣΊΣΥΦΟΣ", "σίσυφος"), "final sigma");
	ok(text_fold_equal("Борис", "БОРИС"), "Cyrillic");
	ok(!text_fold_equal("Boris", "Борис"), "other letters stay other");
	ok(!text_fold_equal("Bo", "Bor") && !text_fold_equal("Bor", "Bo"), "prefixes differ");
	ok(text_fold_equal("", ""), "nothing is nothing");
	ok(text_fold_equal("Ann\ufe0f", "ann"), "what is not seen makes no difference");
	ok(text_fold_equal("a\u00a0b", "a b"), "nor does the kind of blank");
	ok(!text_fold_equal("Ann\u200b", "ann"), "what is marked does");
	ok(!text_fold_equal("\xff", "\xfe"), "invalid bytes differ");
	is_int(text_fold(buf, sizeof(buf), "ÄB\nc", 5), 7, "length");
	is_str(buf, "äb⏎c", "folded");
	is_int(text_fold(buf, 3, "abcd", 4), 2, "bounded");
	is_int(text_fold(buf, 4, "Ⱥb", 3), 3, "a letter that grows");
	is_str(buf, "ⱥ", "whole");
}

static void
test_figures(void)
{
	/* clang-format off */
	static const struct { uint64_t v; const char *s; } sizes[] = {
		{0, "0 B"}, {1, "1 B"}, {999, "999 B"}, {1000, "1.0 kB"}, {1049, "1.0 kB"}, {1050, "1.1 kB"},
		{7700000, "7.7 MB"}, {11200000, "11.2 MB"}, {99949, "99.9 kB"}, {99950, "100 kB"},
		{340000, "340 kB"}, {999499, "999 kB"}, {999500, "1.0 MB"}, {999999999, "1.0 GB"},
		{5368709120, "5.4 GB"}, {UINT64_MAX, "18.4 EB"}, {999949999999999999, "1.0 EB"},
	};
	static const struct { uint64_t a, b; const char *s; } pairs[] = {
		{4100000, 7700000, "4.1/7.7 MB"}, {22400000, 104000000, "22/104 MB"}, {0, 0, "0/0 B"},
		{7699999, 7700000, "7.6/7.7 MB"}, {7660000, 7660000, "7.7/7.7 MB"}, {12, 512, "12/512 B"},
		{999, 1000, "0.9/1.0 kB"}, {103999999, 104000000, "103/104 MB"},
	};
	static const struct { uint64_t v; const char *s; } durations[] = {
		{0, "0:00"}, {3, "0:03"}, {246, "4:06"}, {3599, "59:59"}, {3723, "1:02:03"},
		{359999, "99:59:59"}, {360000, "4 d"}, {UINT64_MAX, "213503982334601 d"},
	};
	static const struct { int64_t v; const char *s; } agos[] = {
		{-5, "now"}, {59, "now"}, {60, "1 min"}, {3600, "1 h"}, {86399, "23 h"}, {86400, "1 d"},
		{12 * 86400 + 5, "12 d"}, {365 * 86400, "1 y"}, {730 * 86400, "2 y"}, {INT64_MIN, "now"},
	};
	/* clang-format on */
	char buf[TEXT_FIGURE];

	for (size_t i = 0; i < NELEM(sizes); i++)
		is_str(text_size(buf, sizeof(buf), sizes[i].v), sizes[i].s, "size %zu", i);
	for (size_t i = 0; i < NELEM(pairs); i++)
		is_str(text_size_pair(buf, sizeof(buf), pairs[i].a, pairs[i].b), pairs[i].s,
		       "pair %zu", i);
	for (size_t i = 0; i < NELEM(durations); i++)
		is_str(text_duration(buf, sizeof(buf), durations[i].v), durations[i].s,
		       "duration %zu", i);
	for (size_t i = 0; i < NELEM(agos); i++)
		is_str(text_ago(buf, sizeof(buf), agos[i].v), agos[i].s, "ago %zu", i);
	is_str(text_rate(buf, sizeof(buf), 1200000), "1.2 MB/s", "rate");
}

int
main(void)
{
	char *s;

	/* First in the C locale: the answers must not depend on it. */
	is_str(show("é日\u202e", 0), "é日‹U+202E›", "shown alike in the C locale");
	ok(text_fold_equal("Ж", "ж"), "folded alike in the C locale");
	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		skip_all("no C.UTF-8 locale");
	test_utf8();
	test_show();
	test_bounds();
	test_all();
	test_cells();
	test_hostile();
	test_fit();
	test_wrap();
	test_fold();
	test_figures();
	s = text_show_dup("a\u202e", 4, 0);
	is_str(s, "a‹U+202E›", "fresh memory");
	free(s);
	s = text_sentence("no such contact");
	is_str(s, "No such contact.", "a part of a sentence becomes one");
	free(s);
	s = text_sentence("Émile is blocked.");
	is_str(s, "Émile is blocked.", "what is one stays");
	free(s);
	s = text_sentence("");
	is_str(s, "", "and nothing is nothing");
	free(s);
	return done_testing();
}
