#ifndef P2P_SRC_RETAIN_H
#define P2P_SRC_RETAIN_H
/* How long messages live, as words: what is kept of a chat, and the time after which messages disappear. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "all", "nothing", "default", "30d", "30 days" or "30": KEEP_... or days. False if it is none; *keep is then untouched. */
bool retain_parse_keep(const char *text, int32_t *keep);
/* What retain_parse_keep() reads: "all", "30d", "nothing", "default". Returns out. */
char *retain_keep_word(char *out, size_t size, int32_t keep);
/* The same for people: "everything", "30 days", "nothing". Returns out. */
char *retain_keep_show(char *out, size_t size, int32_t keep);
/* What holds for a contact whose own setting is keep. */
int32_t retain_effective(int32_t keep, int32_t otherwise);
/* Whether `to` keeps less than `from`; neither is KEEP_DEFAULT. */
bool retain_is_less(int32_t from, int32_t to);

/* "off" (0), "30s", "5m", "2h", "1d", "1w": 0, or 5 to TIMER_MAX seconds. */
bool retain_parse_timer(const char *text, uint32_t *seconds);
/* "1 day", "2 hours", "off". Returns out. */
char *retain_timer_show(char *out, size_t size, uint32_t seconds);
/* What retain_parse_timer() reads: "1d", "off". Returns out. */
char *retain_timer_word(char *out, size_t size, uint32_t seconds);
/* What two sides agree on who each say a time: the longer one, if both do. 0: messages stay. */
uint32_t retain_agreed(uint32_t mine, uint32_t theirs);

#endif
