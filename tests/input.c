/* input.c - a numbered table: bytes of real terminals -> events; then time, pastes, clicks, limits and speed */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "src/text.h"
#include "src/util.h"
#include "tests/tap.h"
#include "ui/input.h"
#include "ui/keys.h"

/* The events so far as text: keys by name, text in quotes, and so on; one space between. */
static char told[1 << 16];
static size_t told_len;
static bool after_text;

static void __attribute__((format(printf, 1, 2))) tell(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	told_len += (size_t)vsnprintf(told + told_len, sizeof(told) - told_len, fmt, ap);
	va_end(ap);
	if (told_len >= sizeof(told))
		abort();
}

static void
tell_mouse(const struct input_mouse *m)
{
	static const char *const actions[] = {"press", "motion", "release", "wheel-up",
					      "wheel-down"};

	tell(" %s", actions[m->action]);
	if (m->action < INPUT_WHEEL_UP)
		tell("%d", (int)m->button);
	tell("@%d,%d", m->x, m->y);
	if (m->mods != 0)
		tell("+%d", m->mods);
	if (m->clicks > 1)
		tell("x%d", m->clicks);
}

static void
tell_bytes(const char *p, size_t n)
{
	for (size_t i = 0; i < n && i < 64; i++)
		tell((unsigned char)p[i] < 0x20 ? "\\%02x" : "%c", (unsigned char)p[i]);
}

static void
drain(struct input *in)
{
	struct input_event ev;
	char name[KEYS_NAME_MAX];

	while (input_next(in, &ev)) {
		/* Runs of text are one, wherever they were cut. */
		if (ev.type == INPUT_TEXT && after_text)
			told_len--;
		else if (ev.type == INPUT_TEXT)
			tell(" \"");
		after_text = ev.type == INPUT_TEXT;
		switch (ev.type) {
		case INPUT_KEY:
			tell(" %s", keys_format(ev.key, name, sizeof(name)));
			break;
		case INPUT_TEXT:
			tell_bytes(ev.text, ev.len);
			tell("\"");
			break;
		case INPUT_PASTE:
			tell(" paste(");
			tell_bytes(ev.text, ev.len);
			tell(ev.truncated ? ")cut" : ")");
			break;
		case INPUT_MOUSE:
			tell_mouse(&ev.mouse);
			break;
		case INPUT_FOCUS_IN:
			tell(" in");
			break;
		case INPUT_FOCUS_OUT:
			tell(" out");
			break;
		case INPUT_REPLY:
			tell(" reply");
			break;
		}
	}
}

static void
begin(void)
{
	told_len = 0;
	told[0] = '\0';
	after_text = false;
}

static const char *
heard(void)
{
	return told[0] == ' ' ? told + 1 : told;
}

/* What the bytes mean: fed `chunk` at a time, then all timeouts pass. */
static const char *
meaning(const void *bytes, size_t len, size_t chunk)
{
	struct input *in = input_new();
	const char *p = bytes;

	begin();
	for (size_t i = 0; i < len; i += chunk) {
		size_t n = len - i < chunk ? len - i : chunk;
		char *exact = xmemdup(p + i, n);

		input_feed(in, exact, n, 1000);
		free(exact);
		drain(in);
	}
	drain(in);
	input_tick(in, 100000);
	drain(in);
	if (input_timeout_ms(in, 100000) != -1)
		tell(" still waiting");
	input_free(in);
	return heard();
}

#define ROW(bytes, events)                       \
	{                                        \
		bytes, sizeof(bytes) - 1, events \
	}

/* clang-format off */
static const struct {
	const char *bytes;
	size_t len;
	const char *events;
} table[] = {
	/* text */
	/* 0 */	ROW("hello w", "\"hello w\""),
	ROW("gr\xc3\xbc\xc3\x9f\xe2\x82\xac\xf0\x9f\x8d\x8e!", "\"gr\xc3\xbc\xc3\x9f\xe2\x82\xac\xf0\x9f\x8d\x8e!\""),
	ROW("a\xff" "b", "\"a\xef\xbf\xbd" "b\""),
	ROW("\xc3(", "\"\xef\xbf\xbd(\""),
	ROW("\xe2\x82", "\"\xef\xbf\xbd\""),
	/* 5 */	ROW("\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""),
	ROW("\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\""),
	ROW("\xf4\x90\x80\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""),
	ROW("\xc2\x9b" "A", "\"\xef\xbf\xbd" "A\""),
	/* control characters */
	ROW("\0\x01\x02\x1a\x1c\x1d\x1e\x1f", "^@ ^A ^B ^Z ^\\ ^] ^^ ^_"),
	/* 10 */ ROW("\t\r\n\x08\x7f", "Tab Enter Enter Backspace Backspace"),
	ROW("a\x01" "b", "\"a\" ^A \"b\""),
	/* ESC and Alt */
	ROW("\033", "Esc"),
	ROW("\033\033", "Esc Esc"),
	ROW("\033a", "M-a"),
	/* 15 */ ROW("\033<\033>\0331", "M-< M-> M-1"),
	ROW("\033\xc3\xa9", "M-\xc3\xa9"),
	ROW("\033\xc3", "Esc \"\xef\xbf\xbd\""),
	ROW("\033\r", "M-Enter"),
	ROW("\033\x7f\033\x08", "M-Backspace M-Backspace"),
	/* 20 */ ROW("\033\x0e\033 \033\t", "M-^N M-Space M-Tab"),
	ROW("\033\033a", "Esc M-a"),
	ROW("\033[", "M-["),
	ROW("\033O", "M-O"),
	ROW("\033]", "M-]"),
	/* 25 */ ROW("\033\033[A\033\033OB", "M-Up M-Down"),
	ROW("\033\033[3~", "M-Del"),
	ROW("\033\033[<0;1;1M", "Esc press0@0,0"),
	ROW("\033\033\033", "Esc Esc Esc"),
	ROW("\033\033[", "Esc M-["),
	/* arrows and their like */
	/* 30 */ ROW("\033[A\033[B\033[C\033[D", "Up Down Right Left"),
	ROW("\033OA\033OB\033OC\033OD", "Up Down Right Left"),
	ROW("\033[H\033[F\033OH\033OF", "Home End Home End"),
	ROW("\033[1~\033[4~\033[7~\033[8~", "Home End Home End"),
	ROW("\033[2~\033[3~\033[5~\033[6~", "Ins Del PgUp PgDn"),
	/* 35 */ ROW("\033[1;2A\033[1;3A\033[1;5A\033[1;6A\033[1;7A\033[1;8A", "S-Up M-Up C-Up C-S-Up C-M-Up C-M-S-Up"),
	ROW("\033[1;9D", "M-Left"),
	ROW("\033[3;5~\033[5;3~\033[2;2~", "C-Del M-PgUp S-Ins"),
	ROW("\033[1;5H\033[1;5F", "C-Home C-End"),
	ROW("\033[Z", "S-Tab"),
	/* 40 */ ROW("\033[a\033[b\033[c\033[d", "S-Up S-Down S-Right S-Left"),
	ROW("\033Oa\033Ob\033Oc\033Od", "C-Up C-Down C-Right C-Left"),
	ROW("\033[3^\033[3$\033[3@\033[7$", "C-Del S-Del C-S-Del S-Home"),
	ROW("\033[5A", "C-Up"),
	ROW("\033O5C\033O1;5C", "C-Right C-Right"),
	/* function keys */
	/* 45 */ ROW("\033OP\033OQ\033OR\033OS", "F1 F2 F3 F4"),
	ROW("\033[P\033[Q\033[R\033[S", "F1 F2 F3 F4"),
	ROW("\033[[A\033[[B\033[[C\033[[D\033[[E", "F1 F2 F3 F4 F5"),
	ROW("\033[11~\033[12~\033[13~\033[14~\033[15~", "F1 F2 F3 F4 F5"),
	ROW("\033[17~\033[18~\033[19~\033[20~\033[21~\033[23~\033[24~", "F6 F7 F8 F9 F10 F11 F12"),
	/* 50 */ ROW("\033[1;2P\033[1;5Q\033[1;3R\033[15;2~\033[24;5~", "S-F1 C-F2 M-F3 S-F5 C-F12"),
	ROW("\033[25~\033[34~", "S-F1 S-F8"),
	ROW("\033[17^\033[17$", "C-F6 S-F6"),
	ROW("\033O2P", "S-F1"),
	/* the keypad */
	ROW("\033OM\033Op\033Oy\033Ok\033Oj\033Oo\033OX", "Enter \"09+*/=\""),
	/* CSI u and modifyOtherKeys */
	/* 55 */ ROW("\033[13;3u\033[13;5u\033[13;2u\033[13u", "M-Enter C-Enter S-Enter Enter"),
	ROW("\033[27;3;13~\033[27;5;13~\033[27;2;13~", "M-Enter C-Enter S-Enter"),
	ROW("\033[97;5u\033[97;3u\033[97;7u\033[65;6u", "^A M-a M-^A S-^A"),
	ROW("\033[97;2u\033[97:65;2u\033[49:33;2u\033[97u", "\"AA!a\""),
	ROW("\033[32;2u\033[32;5u\033[47;5u\033[95;6u", "\" \" ^@ ^_ ^_"),
	/* 60 */ ROW("\033[105;5u\033[109;5u\033[106;5u\033[104;5u\033[91;5u", "Tab Enter Enter Backspace Esc"),
	ROW("\033[9;2u\033[27u\033[127;5u\033[127;3u", "S-Tab Esc C-Backspace M-Backspace"),
	ROW("\033[97;1:3u\033[1;1:3A\033[97;1:2u\033[1;1:1A", "\"a\" Up"),
	ROW("\033[57399u\033[55296u\033[1114112u\033[133u", ""),
	ROW("\033[233;3u\033[8364u", "M-\xc3\xa9 \"\xe2\x82\xac\""),
	/* mouse */
	/* 65 */ ROW("\033[<0;1;1M\033[<0;1;1m", "press0@0,0 release0@0,0"),
	ROW("\033[<2;300;120M\033[<34;301;121M\033[<2;301;121m", "press2@299,119 motion2@300,120 release2@300,120"),
	ROW("\033[<64;5;6M\033[<65;5;6M\033[<66;5;6M\033[<67;5;6M", "wheel-up@4,5 wheel-down@4,5"),
	ROW("\033[<4;1;1M\033[<12;1;1m\033[<16;1;1M\033[<68;1;1M", "press0@0,0+1 release0@0,0+3 press0@0,0+4x2 wheel-up@0,0+1"),
	ROW("\033[<0;1;1m\033[<32;1;1M\033[<35;1;1M", ""),
	/* 70 */ ROW("\033[<128;1;1M\033[<128;1;1m", ""),
	ROW("\033[M !!\033[M#!!", "press0@0,0 release0@0,0"),
	ROW("\033[M\"*+\033[MB,-\033[M#,-", "press2@9,10 motion2@11,12 release2@11,12"),
	ROW("\033[M`!!\033[Ma!!", "wheel-up@0,0 wheel-down@0,0"),
	ROW("\033[M !\xff\033[M#!!", "press0@0,222 release0@0,0"),
	/* 75 */ ROW("\033[32;10;20M\033[64;11;20M\033[35;10;20M", "press0@9,19 motion0@10,19 release0@9,19"),
	ROW("\033[<0;0;0M", "press0@0,0"),
	ROW("\033[<0;1;1M\033[O\033[<32;2;2M\033[<0;2;2m", "press0@0,0 out"),
	ROW("\033[<0;1;1M\033[<2;1;1M\033[<2;1;1m\033[<0;1;1m", "press0@0,0 press2@0,0 release2@0,0 release0@0,0"),
	ROW("\033[<99999999999999999999;1;1M\033[<0;99999999;1M", "press0@9999998,0"),
	/* pastes */
	/* 80 */ ROW("\033[200~hi\rthere\033[201~x", "paste(hi\\0dthere) \"x\""),
	ROW("\033[200~\033[201~", "paste()"),
	ROW("\033[200~a\0b\033[Ac\xff\033[201~", "paste(a\\00b\\1b[Ac\xff)"),
	ROW("\033[200~a\033[20\033[201~b", "paste(a\\1b[20) \"b\""),
	ROW("\033[200~no end\033[2", "paste(no end\\1b[2)cut"),
	/* 85 */ ROW("\033[201~x", "\"x\""),
	ROW("\033[200~\033[200~\033[201~", "paste(\\1b[200~)"),
	/* focus */
	ROW("\033[I\033[O", "in out"),
	/* replies */
	ROW("\033[?64;1;2c\033[>0;276;0c\033[0n\033[24;80R\033[?2026;2$y\033[8;24;80tx", "reply reply reply reply reply reply \"x\""),
	ROW("\033]11;rgb:0000/0000/0000\033\\x\033]10;#fff\007y", "reply \"x\" reply \"y\""),
	/* 90 */ ROW("\033P>|xterm(370)\033\\x", "reply \"x\""),
	ROW("\033_Gi=1;OK\033\\x", "reply \"x\""),
	ROW("\033]never ends", ""),
	ROW("\033]52;c;\033[Ax", "Up \"x\""),
	ROW("\033]52;c\030x", "\"x\""),
	/* 95 */ ROW("\033]11;abc\033", "Esc"),
	/* broken sequences */
	ROW("\033[12", ""),
	ROW("\033[12\rx", "Enter \"x\""),
	ROW("\033[1;\033[A", "Up"),
	ROW("\033[99~\033[99zq", "reply reply \"q\""),
	/* 100 */ ROW("\033[1\xc3\xa9", "\"\xc3\xa9\""),
	ROW("\033Oz", "M-O \"z\""),
	ROW("\033[M!", ""),
	ROW("\033O1;1;1;1;1;1;1;1;1;1A", "M-O \"1;1;1;1;1;1;1;1;1;1A\""),
	ROW("\033[:::5;5:7:8A", "reply"),
};
/* clang-format on */

static void
test_table(void)
{
	for (size_t i = 0; i < NELEM(table); i++) {
		is_str(meaning(table[i].bytes, table[i].len, table[i].len), table[i].events,
		       "%zu at once", i);
		is_str(meaning(table[i].bytes, table[i].len, 1), table[i].events, "%zu bytewise",
		       i);
		is_str(meaning(table[i].bytes, table[i].len, 2), table[i].events, "%zu in pairs",
		       i);
	}
}

static void
feed(struct input *in, const char *bytes, uint64_t now_ms)
{
	input_feed(in, bytes, strlen(bytes), now_ms);
	drain(in);
}

static void
test_escape_time(void)
{
	struct input *in = input_new();

	begin();
	is_int(input_timeout_ms(in, 0), -1, "nothing waits at first");
	feed(in, "\033", 100);
	is_str(heard(), "", "a lone ESC waits");
	is_int(input_timeout_ms(in, 100), 50, "for 50 ms");
	is_int(input_timeout_ms(in, 130), 20, "of which 20 are left");
	input_tick(in, 149);
	drain(in);
	is_str(heard(), "", "not yet after 49");
	is_int(input_timeout_ms(in, 500), 0, "the time is up");
	input_tick(in, 150);
	drain(in);
	is_str(heard(), "Esc", "after 50 it is the Escape key");
	is_int(input_timeout_ms(in, 150), -1, "and nothing waits");

	begin();
	feed(in, "\033", 1000);
	feed(in, "[A", 1060);
	is_str(heard(), "Esc \"[A\"", "what comes too late is something else, without a tick too");

	begin();
	feed(in, "\033", 2000);
	feed(in, "[A", 2049);
	is_str(heard(), "Up", "what comes in time belongs to it");

	input_free(in);
}

static void
test_sequence_time(void)
{
	struct input *in = input_new();

	begin();
	feed(in, "\033[1;", 3000);
	is_int(input_timeout_ms(in, 3000), INPUT_SEQ_MS, "a sequence may take longer");
	feed(in, "5A", 3400);
	is_str(heard(), "C-Up", "a slow line");

	begin();
	feed(in, "\033[<0;1", 4000);
	input_tick(in, 4500);
	feed(in, "x", 4501);
	is_str(heard(), "\"x\"", "an unfinished sequence is dropped in time");

	begin();
	feed(in, "\xe2\x82", 5000);
	feed(in, "\xac", 5100);
	is_str(heard(), "\"\xe2\x82\xac\"", "a character in two reads");

	begin();
	feed(in, "\033]11;rgb", 6000);
	is_int(input_timeout_ms(in, 6100), 400, "a string waits");
	input_tick(in, 6500);
	drain(in);
	feed(in, "x", 6501);
	is_str(heard(), "\"x\"", "and is given up");

	begin();
	feed(in, "\033[200~ab", 7000);
	is_int(input_timeout_ms(in, 7000), INPUT_PASTE_MS, "a paste waits");
	feed(in, "cd", 11999);
	is_int(input_timeout_ms(in, 12000), INPUT_PASTE_MS - 1, "from its last byte on");
	feed(in, "x", 17000);
	is_str(heard(), "paste(abcd)cut \"x\"", "a paste without end ends");
	input_free(in);
}

static void
test_reset(void)
{
	struct input *in = input_new();

	begin();
	feed(in, "\033[<0;1;1M\033[200~abc", 0);
	input_reset(in);
	is_int(input_timeout_ms(in, 0), -1, "nothing waits after a reset");
	feed(in, "x\033[<0;1;1m", 1);
	is_str(heard(), "press0@0,0 \"x\"", "paste and button are forgotten");
	input_feed(in, "\033[1", 3, 2);
	input_reset(in);
	begin();
	feed(in, "A", 3);
	is_str(heard(), "\"A\"", "half a sequence is forgotten");
	input_free(in);
	input_free(NULL);
}

static void
test_undrained(void)
{
	struct input *in = input_new();
	struct input_event ev;

	begin();
	input_feed(in, "ab\001", 3, 0);
	input_feed(in, "\033", 1, 1);
	ok(input_next(in, &ev) && ev.type == INPUT_TEXT && ev.len == 2, "the first event");
	input_feed(in, "[B", 2, 2);
	input_feed(in, "c", 1, 5000);
	drain(in);
	is_str(heard(), "^A Down \"c\"", "nothing is lost when events are left for later");
	input_free(in);
}

static void
test_clicks(void)
{
	struct input *in = input_new();
	const char *press = "\033[<0;3;4M", *release = "\033[<0;3;4m";

	begin();
	feed(in, press, 1000);
	feed(in, release, 1050);
	feed(in, press, 1400);
	feed(in, release, 1450);
	feed(in, press, 1500);
	feed(in, release, 1550);
	feed(in, press, 1600);
	is_str(heard(),
	       "press0@2,3 release0@2,3 press0@2,3x2 release0@2,3 press0@2,3x3 release0@2,3 "
	       "press0@2,3",
	       "single, double, triple, single");

	begin();
	feed(in, release, 3000);
	feed(in, press, 3000);
	feed(in, release, 3001);
	feed(in, press, 3401);
	is_str(heard(), "release0@2,3 press0@2,3 release0@2,3 press0@2,3", "401 ms are too slow");

	begin();
	feed(in, release, 5000);
	feed(in, press, 5000);
	feed(in, release, 5001);
	feed(in, "\033[<0;4;4M\033[<0;4;4m", 5100);
	feed(in, "\033[<2;4;4M\033[<2;4;4m", 5150);
	is_str(heard(),
	       "release0@2,3 press0@2,3 release0@2,3 press0@3,3 release0@3,3 press2@3,3 "
	       "release2@3,3",
	       "another cell, another button");

	begin();
	feed(in, "\033[<0;3;4M\033[<32;9;9M\033[<32;3;4M\033[<0;3;4m\033[<0;3;4M", 7000);
	is_str(heard(), "press0@2,3 motion0@8,8 motion0@2,3 release0@2,3 press0@2,3",
	       "a drag is no click");
	input_free(in);
}

/* A paste of n bytes in reads of 64 KiB; returns the ms it took, *kept and *cut what came out. */
static double
paste_time(size_t n, size_t *kept, bool *cut)
{
	struct input *in = input_new();
	struct input_event ev;
	struct timespec a, b;
	char *bytes = xmalloc(n + 12);
	size_t events = 0;

	memcpy(bytes, "\033[200~", 6);
	for (size_t i = 0; i < n; i++)
		bytes[6 + i] = (char)(i % 61 == 0 ? 033 : 'a' + i % 26);
	memcpy(bytes + 6 + n, "\033[201~", 6);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	for (size_t i = 0; i < n + 12; i += 65536) {
		input_feed(in, bytes + i, n + 12 - i < 65536 ? n + 12 - i : 65536, i >> 16);
		while (input_next(in, &ev)) {
			events++;
			*kept = ev.len;
			*cut = ev.truncated;
		}
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
	is_int(events, 1, "a paste is one event");
	input_free(in);
	free(bytes);
	return (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6;
}

static void
test_paste(void)
{
	size_t kept = 0;
	bool cut = true;
	double ms = paste_time((size_t)1 << 20, &kept, &cut);

	diag("a paste of 1 MiB took %.2f ms", ms);
	ok(kept == (size_t)1 << 20 && !cut, "1 MiB is kept whole");
	/* Five times the 20 ms that are promised, for sanitizers; it takes one or two. Processor time, so that others do not
	 * count. */
	ok(ms < 100, "and is quick");
	paste_time(INPUT_PASTE_MAX, &kept, &cut);
	ok(kept == INPUT_PASTE_MAX && !cut, "the most that is kept");
	paste_time(INPUT_PASTE_MAX + 1, &kept, &cut);
	ok(kept == INPUT_PASTE_MAX && cut, "one byte more is dropped and told");
}

/* n bytes of c between `before` and `after`. */
static const char *
long_meaning(const char *before, char c, size_t n, const char *after, size_t chunk)
{
	size_t a = strlen(before), z = strlen(after);
	char *bytes = xmalloc(a + n + z);
	const char *events;

	memcpy(bytes, before, a);
	memset(bytes + a, c, n);
	memcpy(bytes + a + n, after, z);
	events = meaning(bytes, a + n + z, chunk);
	free(bytes);
	return events;
}

static void
test_limits(void)
{
	is_str(long_meaning("\033[", '1', 300, "Ax", 1000), "\"x\"", "an overlong sequence goes");
	is_str(long_meaning("\033[", '1', 300, "Ax", 1), "\"x\"", "bytewise too");
	is_str(long_meaning("\033[", ';', 4350, "x", 64), "\"x\"",
	       "an endless one ends in time for the text after it");
	is_str(long_meaning("\033[", '1', 300, "\033[A", 7), "Up", "another may begin in it");
	is_str(long_meaning("\033]", 'o', 10000, "\007x", 4096), "reply \"x\"", "a long string");
	is_str(long_meaning("\033]", 'o', INPUT_SWALLOW_MAX, "xy", 65536), "\"xy\"",
	       "an endless string ends");
	is_str(long_meaning("\033]", 'o', 10, "\033\\", 3), "reply", "ST cut in two");
}

static void
test_reply_text(void)
{
	struct input *in = input_new();
	struct input_event ev;

	input_feed(in, "\033]11;rgb:ff/ff/ff\033\\\033[?62c", 25, 0);
	ok(input_next(in, &ev) && ev.type == INPUT_REPLY, "a reply");
	is_int(ev.len, 16, "its length");
	is_mem(ev.text, "]11;rgb:ff/ff/ff", ev.len < 16 ? ev.len : 16, "its text");
	ok(input_next(in, &ev) && ev.type == INPUT_REPLY && ev.len == 6, "another");
	ok(!input_next(in, &ev), "no more");
	input_free(in);
}

static void
test_text_key(void)
{
	const char *text = "j\xc3\xa9\xff", *p = text;
	size_t len = 4;
	struct input_key key;

	ok(input_text_key(&p, &len, &key) && key.sym == 'j' && key.mods == 0 && len == 3, "j");
	ok(input_text_key(&p, &len, &key) && key.sym == 0xe9 && len == 1, "e acute");
	ok(input_text_key(&p, &len, &key) && key.sym == 0xfffd && len == 0, "something invalid");
	ok(!input_text_key(&p, &len, &key) && p == text + 4, "the end");
}

/* Random bytes of the alphabet that matters mean the same however they are cut; text is always valid and without controls. */
static void
test_cuts(void)
{
	static const char alphabet[] =
		"\033\033\033[[O]P_<;;012345~MmAuab\x07\\\xc3\xa9\xe2\x82\x01 $";
	uint64_t seed = 7;
	int bad = 0, invalid = 0;

	for (size_t round = 0; round < 2000; round++) {
		char bytes[40], first[4096];
		size_t n = test_random(&seed) % (sizeof(bytes) - 1) + 1;

		for (size_t i = 0; i < n; i++)
			bytes[i] = alphabet[test_random(&seed) % (sizeof(alphabet) - 1)];
		snprintf(first, sizeof(first), "%s", meaning(bytes, n, n));
		invalid += !text_valid_utf8(first, strlen(first));
		if (strcmp(first, meaning(bytes, n, 1 + round % 3)) != 0)
			bad++;
	}
	is_int(bad, 0, "random bytes mean the same in any pieces");
	is_int(invalid, 0, "and are told in valid UTF-8");
}

int
main(void)
{
	test_table();
	test_escape_time();
	test_sequence_time();
	test_reset();
	test_undrained();
	test_clicks();
	test_paste();
	test_limits();
	test_reply_text();
	test_text_key();
	test_cuts();
	return done_testing();
}
