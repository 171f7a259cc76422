/* retain.c - how long messages live, as words. */
#include "config.h"

#include <string.h>

#include "src/retain.h"
#include "src/types.h"
#include "src/util.h"
#include "tests/tap.h"

static void
test_keep(void)
{
	static const struct {
		const char *text;
		int32_t keep;
	} good[] = {{"all", KEEP_ALL},
		    {"nothing", KEEP_NOTHING},
		    {"default", KEEP_DEFAULT},
		    {"1d", 1},
		    {"30", 30},
		    {"30 days", 30},
		    {"1 day", 1},
		    {"36500d", KEEP_DAYS_MAX}};
	static const char *const bad[] = {"",	"0", "0d",   "-1d", "36501",
					  "1w", "d", "all ", "1dd", "99999999999999999999"};
	char word[32];
	int32_t keep, again;

	for (size_t i = 0; i < NELEM(good); i++) {
		keep = 77;
		ok(retain_parse_keep(good[i].text, &keep) && keep == good[i].keep, "%s is read",
		   good[i].text);
		ok(retain_parse_keep(retain_keep_word(word, sizeof(word), keep), &again) &&
			   again == keep,
		   "and written as %s", word);
	}
	for (size_t i = 0; i < NELEM(bad); i++) {
		keep = 77;
		ok(!retain_parse_keep(bad[i], &keep) && keep == 77, "\"%s\" is not", bad[i]);
	}
	is_str(retain_keep_show(word, sizeof(word), 1), "1 day", "one day");
	is_str(retain_keep_show(word, sizeof(word), 2), "2 days", "two days");
	is_str(retain_keep_show(word, sizeof(word), KEEP_ALL), "everything", "all");
	is_int(retain_effective(KEEP_DEFAULT, 7), 7, "the default holds");
	is_int(retain_effective(3, 7), 3, "where nothing else does");
	is_int(retain_effective(KEEP_DEFAULT, KEEP_DEFAULT), KEEP_ALL,
	       "and keeps all when it says nothing");
	ok(retain_is_less(KEEP_ALL, 30) && retain_is_less(30, 29) &&
		   retain_is_less(30, KEEP_NOTHING) && retain_is_less(KEEP_ALL, KEEP_NOTHING),
	   "less");
	ok(!retain_is_less(30, 30) && !retain_is_less(30, 31) && !retain_is_less(30, KEEP_ALL) &&
		   !retain_is_less(KEEP_NOTHING, 30),
	   "not less");
}

static void
test_timer(void)
{
	static const struct {
		const char *text;
		uint32_t seconds;
		const char *word, *show;
	} good[] = {{"off", 0, "off", "off"},
		    {"0", 0, "off", "off"},
		    {"5s", 5, "5s", "5 seconds"},
		    {"60s", 60, "1m", "1 minute"},
		    {"90m", 5400, "90m", "90 minutes"},
		    {"1 hour", 3600, "1h", "1 hour"},
		    {"2 days", 172800, "2d", "2 days"},
		    {"1w", 604800, "1w", "1 week"},
		    {"365d", TIMER_MAX, "365d", "365 days"}};
	static const char *const bad[] = {"",  "1",   "4s",	  "366d", "1y",
					  "h", "-1h", "1 hours ", "53w",  "4294967296s"};
	char out[32];
	uint32_t seconds;

	for (size_t i = 0; i < NELEM(good); i++) {
		seconds = 77;
		ok(retain_parse_timer(good[i].text, &seconds) && seconds == good[i].seconds,
		   "%s is read", good[i].text);
		is_str(retain_timer_word(out, sizeof(out), seconds), good[i].word, "as a word");
		is_str(retain_timer_show(out, sizeof(out), seconds), good[i].show, "for people");
	}
	for (size_t i = 0; i < NELEM(bad); i++) {
		seconds = 77;
		ok(!retain_parse_timer(bad[i], &seconds) && seconds == 77, "\"%s\" is not", bad[i]);
	}
	is_int(retain_agreed(0, 60), 0, "one alone agrees on nothing");
	is_int(retain_agreed(60, 0), 0, "nor the other");
	is_int(retain_agreed(60, 3600), 3600, "two agree on the longer time");
	is_int(retain_agreed(60, 60), 60, "or on the same");
}

int
main(void)
{
	test_keep();
	test_timer();
	return done_testing();
}
