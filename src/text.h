#ifndef P2P_SRC_TEXT_H
#define P2P_SRC_TEXT_H
/* UTF-8, cell width, and the one sanitiser for text that a peer, a file name or a database
 * supplied: nothing such reaches a screen or a log but through here. Pure: no curses, no
 * allocation but in text_show_dup(), and the same answers in every locale and thread. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What text_next() gives for a byte that begins no valid character. */
#define TEXT_INVALID UINT32_MAX

/* The longest shown form of one cell cluster in bytes, NUL not counted: a base and 3 marks of 4. */
#define TEXT_CELL_MAX  16
/* Combining marks shown on one base; further ones are dropped. */
#define TEXT_MARKS_MAX 3
/* Columns between tab stops in TEXT_MULTILINE. */
#define TEXT_TAB       8

/* How text is shown. 0 is one line in UTF-8: a newline becomes a visible ⏎ and a tab one space. */
enum text_flags {
	TEXT_ONE_LINE = 0,
	/* A newline stays (also for CR LF), a tab becomes spaces up to the next stop. */
	TEXT_MULTILINE = 1,
	/* For terminals without UTF-8: a character outside ASCII is '?', a hostile one <U+202E>. */
	TEXT_ASCII = 2,
	/* for text_fit() only: */
	TEXT_MIDDLE = 4, /* cut in the middle, so that the end of a file name stays to be seen */
	TEXT_PAD = 8,	 /* pad with spaces at the right */
	TEXT_RIGHT = 16, /* pad with spaces at the left */
};

/* ---- UTF-8 ---- */

/* Decodes one character strictly (RFC 3629: no overlong forms, no surrogates, nothing above
 * U+10FFFF, nothing cut short). Returns the bytes consumed: 1-4, or 1 with *cp = TEXT_INVALID, or 0
 * when len is 0. */
size_t text_next(const char *s, size_t len, uint32_t *cp);
/* Where the character before pos begins (an invalid byte counts as one); 0 when pos is 0. For
 * cursors moving left. */
size_t text_prev(const char *s, size_t pos);
/* Writes cp (a Unicode scalar; anything else is written as U+FFFD) to out[4]; returns the bytes
 * written, 1-4. No NUL. */
size_t text_put(char *out, uint32_t cp);
/* Whether every byte of s belongs to a valid character. NUL is valid. */
bool text_valid_utf8(const char *s, size_t len);
/* The length of the longest prefix of s that has at most max bytes and ends between characters. */
size_t text_truncate_utf8(const char *s, size_t len, size_t max);

/* ---- Characters ---- */

/* Cells of one code point as libc's wcwidth() counts them in a UTF-8 locale, so that it agrees with
 * ncurses: -1, 0, 1 or 2. */
int text_width(uint32_t cp);
/* Whether cp deceives or disturbs when shown: controls, bidi controls, zero width and invisible
 * format characters, tags. */
bool text_is_hostile(uint32_t cp);
/* Whether cp is a bidirectional control (Unicode's Bidi_Control). */
bool text_is_bidi(uint32_t cp);
/* Whether cp shows nothing by itself: the hostile ones and the variation selectors. JSON escapes
 * these. */
bool text_is_invisible(uint32_t cp);
/* Whether a name has anything that makes it an "odd name": hostile or invalid characters, newlines,
 * tabs, too many marks. Look-alike letters are not looked for. */
bool text_has_hostile(const char *s, size_t len);

/* ---- The shown form ---- */

/* Walks over any bytes, one shown cell cluster at a time. Fill with text_iter_init(). */
struct text_iter {
	const char *s;
	size_t len;
	size_t pos;	/* the next byte to be looked at */
	unsigned flags; /* enum text_flags */
	size_t col;	/* cells since the line began, for tabs */
};

/* What stands in one cluster. */
enum text_kind {
	TEXT_PLAIN,   /* shown as it is; perhaps less marks and tails */
	TEXT_NEWLINE, /* bytes is "\n", width 0: only in TEXT_MULTILINE */
	TEXT_BLANK,   /* a space or tab */
	TEXT_SUBST,   /* a stand-in: ▯, ⏎, ‹U+202E›, ‹\xFF› */
};

struct text_cell {
	size_t start; /* where in the source it begins */
	size_t used;  /* source bytes it stands for, cut tails included */
	enum text_kind kind;
	bool odd;      /* hostile, invalid or robbed of marks: see text_has_hostile() */
	int width;     /* cells */
	size_t nbytes; /* of bytes, without NUL; 0 when the source shows nothing (width 0 then) */
	char bytes[TEXT_CELL_MAX + 1]; /* what is drawn; always valid UTF-8 and NUL terminated */
};

void text_iter_init(struct text_iter *it, const char *s, size_t len, unsigned flags);
/* The next cluster; false at the end. A cluster is cut nowhere: it is drawn whole or not at all. */
bool text_cell_next(struct text_iter *it, struct text_cell *cell);

/* Writes the shown form of s to dst[size], never more, never a part of a cluster, always with NUL
 * (unless size is 0). Variation selectors, skin tones and what follows a joiner in an emoji are
 * cut; a character without a known width is ▯; hostile characters are ‹U+202E›, invalid bytes
 * ‹\xFF›. Showing a shown text again changes nothing. Returns the length. A buffer of
 * text_show_max(len) + 1 bytes always suffices. */
size_t text_show(char *dst, size_t size, const char *s, size_t len, unsigned flags);
/* The longest shown form that len bytes can have, in bytes. */
size_t text_show_max(size_t len);
/* The same in fresh memory of the right size; the caller frees it. Never NULL. */
char *text_show_dup(const char *s, size_t len, unsigned flags)
	__attribute__((malloc, returns_nonnull, warn_unused_result));
/* Cells the shown form takes as one line. */
size_t text_cells(const char *s, size_t len);

/* Shows s on one line in at most cells cells, with … (~ in ASCII) where something had to go. flags:
 * TEXT_ASCII, TEXT_MIDDLE, TEXT_PAD, TEXT_RIGHT. With padding the result is exactly cells wide,
 * provided that dst has room. Returns the length in bytes. */
size_t text_fit(char *dst, size_t size, const char *s, size_t len, size_t cells, unsigned flags);

/* ---- Wrapping ---- */

/* Iterates over the lines of a SHOWN text (from text_show()) wrapped at width cells; nothing is
 * allocated. */
struct text_wrap {
	const char *s;
	size_t len;
	size_t pos;
	size_t width;
	bool done;
};

struct text_line {
	size_t start; /* in the text */
	size_t len;   /* bytes; the newline or the blanks at which it was broken are not in it */
	size_t width; /* cells */
	bool last;    /* the text's paragraph ends here: at a newline or at the end */
};

/* width 0 counts as 1. Lines break after blanks and beside wide (CJK) characters, a longer word at
 * the edge. */
void text_wrap_init(struct text_wrap *w, const char *shown, size_t len, size_t width);
/* The next line; false after the last. An empty text is one empty line. No line is wider than
 * width, except for one wide character where width is 1. */
bool text_wrap_next(struct text_wrap *w, struct text_line *line);

/* ---- Comparing ---- */

/* Writes the shown form of s with case folded, for the uniqueness of names and for filters; the
 * locale has no say. Two texts that look the same but for case fold alike. Bounded as text_show();
 * returns the length. */
size_t text_fold(char *dst, size_t size, const char *s, size_t len);
/* Whether two strings fold alike. */
bool text_fold_equal(const char *a, const char *b);
/* One code point's simple case folding. */
uint32_t text_fold_char(uint32_t cp);

/* What somebody wrote as a part of a sentence, as one: a capital letter first, a full stop at the end. Fresh memory. */
char *text_sentence(const char *s) __attribute__((malloc, returns_nonnull, warn_unused_result));

/* ---- Figures ---- each returns dst; dst of TEXT_FIGURE bytes always suffices. */

#define TEXT_FIGURE 32

/* Decimal units, one place below 100: "512 B", "7.7 MB", "11.2 MB", "340 kB". */
char *text_size(char *dst, size_t size, uint64_t bytes);
/* "4.1/7.7 MB", "22/104 MB": both in the unit and places of the total. */
char *text_size_pair(char *dst, size_t size, uint64_t done, uint64_t total);
/* "1.2 MB/s". */
char *text_rate(char *dst, size_t size, uint64_t bytes_per_second);
/* "0:03", "4:06", "1:02:03"; from 100 hours on "5 d". */
char *text_duration(char *dst, size_t size, uint64_t seconds);
/* "now", "5 min", "3 h", "1 d", "12 d", "2 y"; a time to come is "now". */
char *text_ago(char *dst, size_t size, int64_t seconds);

#endif
