#ifndef P2P_UI_THEME_H
#define P2P_UI_THEME_H
/* What each kind of text looks like: roles to colours and attributes, without curses. State is never told by colour alone. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Added to a style in a cell. */
#define STYLE_REVERSE	0x100u /* selected text, the cursor's row where colours do not tell */
#define STYLE_BOLD	0x200u
#define STYLE_UNDERLINE 0x400u
#define STYLE_PIXELS \
	0x800u /* the cell is two pixels of a picture: its colours are in the cell, the role has no say */
#define STYLE_ROLE 0x0ffu /* masks the role */

/* clang-format off */
/* Each theme has two pairs of colours for a role, foreground and background: of a terminal with 16 colours (0-15, whose looks its user
 * chose) and of one with 256. -1 is the terminal's own. High contrast has one, which is fitted. A test measures all of them: what is to be
 * read keeps 4.5:1 (WCAG AA) on the palettes people have. That is why the 16 colours of the light themes are so few: greens, yellows and
 * cyans cannot be read on white.
 *
 *	role		dark 16	 dark 256	light 16	light 256	contrast	attributes: with colours, and without (mono, NO_COLOR); what it is */
#define THEME_TABLE(ROW) \
	ROW(NORMAL,	-1, -1,	 -1, -1,	-1, -1,		-1, -1,		231, 16,	0,				0,			"text") \
	ROW(DIM,	7, -1,	 246, -1,	-1, -1,		240, -1,	231, 16,	0,				0,			"times, hints, what matters less") \
	ROW(STRONG,	15, -1,	 231, -1,	-1, -1,		16, -1,		231, 16,	THEME_BOLD,			THEME_BOLD,		"what matters more") \
	ROW(HEADER,	0, 7,	 231, 24,	15, 4,		231, 24,	16, 231,	0,				THEME_REVERSE,		"the first line") \
	ROW(TITLE,	14, -1,	 80, -1,	4, -1,		24, -1,		51, 16,		THEME_BOLD,			THEME_BOLD,		"PEERS, FILES, a dialogue's title") \
	ROW(BORDER,	8, -1,	 240, -1,	8, -1,		248, -1,	231, 16,	0,				0,			"lines between panes") \
	ROW(KEY,	14, -1,	 80, -1,	4, -1,		24, -1,		226, 16,	THEME_BOLD,			THEME_BOLD,		"a key's name on the key line and in help") \
	ROW(CURSOR,	0, 14,	 16, 80,	15, 4,		231, 24,	16, 226,	0,				THEME_REVERSE,		"the cursor's row in the focused pane") \
	ROW(SELECTED,	0, 7,	 231, 238,	0, 7,		16, 252,	16, 231,	0,				THEME_UNDERLINE,	"the same while another pane has the focus") \
	ROW(ONLINE,	10, -1,	 114, -1,	4, -1,		22, -1,		46, 16,		0,				THEME_BOLD,		"a contact who is there") \
	ROW(OFFLINE,	7, -1,	 246, -1,	-1, -1,		240, -1,	231, 16,	0,				0,			"a contact who is not") \
	ROW(UNREAD,	11, -1,	 221, -1,	1, -1,		124, -1,	226, 16,	THEME_BOLD,			THEME_BOLD,		"how many messages are new") \
	ROW(GOOD,	10, -1,	 114, -1,	4, -1,		22, -1,		46, 16,		0,				0,			"verified, done, delivered") \
	ROW(WARN,	11, -1,	 215, -1,	1, -1,		94, -1,		226, 16,	THEME_BOLD,			THEME_BOLD,		"a changed key, an odd name") \
	ROW(ERROR,	13, -1,	 210, -1,	1, -1,		124, -1,	217, 16,	THEME_BOLD,			THEME_BOLD,		"what failed") \
	ROW(OWN,	7, -1,	 111, -1,	4, -1,		25, -1,		159, 16,	0,				0,			"our name in a chat") \
	ROW(PEER,	14, -1,	 80, -1,	5, -1,		23, -1,		51, 16,		THEME_BOLD,			THEME_BOLD,		"theirs") \
	ROW(EVENT,	7, -1,	 246, -1,	-1, -1,		240, -1,	231, 16,	0,				0,			"lines the program wrote, day lines") \
	ROW(NEWS,	13, -1,	 177, -1,	5, -1,		90, -1,		213, 16,	THEME_BOLD,			THEME_BOLD,		"the new-messages line") \
	ROW(BAR,	10, -1,	 114, -1,	4, -1,		28, -1,		46, 16,		0,				0,			"the done part of a bar") \
	ROW(BAR_REST,	8, -1,	 239, -1,	7, -1,		250, -1,	244, 16,	0,				0,			"the part to come") \
	ROW(FIELD,	0, 7,	 231, 237,	0, 7,		16, 254,	16, 231,	0,				THEME_UNDERLINE,	"where one types") \
	ROW(HINT,	7, -1,	 248, 237,	0, -1,		240, 254,	231, 16,	0,				THEME_DIM,		"what an empty field is for") \
	ROW(BUTTON,	-1, -1,	 -1, -1,	-1, -1,		-1, -1,		231, 16,	0,				0,			"a button") \
	ROW(BUTTON_ON,	0, 14,	 16, 80,	15, 4,		231, 24,	16, 226,	THEME_BOLD,			THEME_REVERSE,		"the one Enter presses") \
	ROW(FOLDER,	14, -1,	 111, -1,	4, -1,		25, -1,		159, 16,	THEME_BOLD,			THEME_BOLD,		"a folder") \
	ROW(MARK,	11, -1,	 221, -1,	5, -1,		90, -1,		226, 16,	THEME_BOLD,			THEME_BOLD,		"a marked file") \
	ROW(MATCH,	11, -1,	 221, -1,	1, -1,		124, -1,	226, 16,	THEME_UNDERLINE,		THEME_UNDERLINE,	"what a filter or a search found") \
	ROW(DROP,	0, 10,	 16, 114,	15, 4,		231, 22,	16, 46,		THEME_BOLD,			THEME_REVERSE,		"the peer under a carry") \
	ROW(GHOST,	0, 11,	 16, 221,	15, 5,		231, 90,	16, 226,	THEME_BOLD,			THEME_REVERSE,		"what follows the pointer") \
	ROW(QR,		0, 15,	 16, 231,	0, 15,		16, 231,	16, 231,	0,				THEME_REVERSE,		"the dark and light of a QR code")
/* clang-format on */

enum style {
#define ROW(role, ...) STYLE_##role,
	THEME_TABLE(ROW)
#undef ROW
		STYLE_COUNT
};

#define THEME_BOLD	1u
#define THEME_DIM	2u
#define THEME_REVERSE	4u
#define THEME_UNDERLINE 8u

enum theme_kind { THEME_DARK, THEME_LIGHT, THEME_CONTRAST, THEME_MONO };

/* A pair of colours: 0-255, or -1 for the terminal's own. */
struct theme_pair {
	int16_t fg, bg;
};

/* A theme as a value: built in, or read from a file. */
struct theme {
	bool mono; /* no colours at all */
	struct {
		struct theme_pair few, many; /* for 16 colours, and for 256 */
		uint8_t attrs, few_attrs;    /* THEME_ bits, with many colours and with few */
		uint8_t plain;		     /* those of mono */
	} role[STYLE_COUNT];
};

struct theme_look {
	int fg, bg;	/* -1: the terminal's own */
	unsigned attrs; /* THEME_ bits */
};

/* What the terminal said about its background. */
enum theme_ground { THEME_GROUND_UNKNOWN, THEME_GROUND_DARK, THEME_GROUND_LIGHT };

/* Which built-in theme: the option's word (auto, dark, light, contrast, mono; another word is the name of a file and is as auto), the values
 * of NO_COLOR and COLORFGBG (NULL for unset), what the terminal said, and how many colours it has. */
enum theme_kind theme_choose(const char *word, const char *no_color, const char *colorfgbg,
			     enum theme_ground ground, int colours);
/* The terminal's answer to OSC 11, without its ESC and end: "]11;rgb:RRRR/GGGG/BBBB" of one to four digits each, or rgba. Anything else
 * tells nothing. */
enum theme_ground theme_ground(const char *reply, size_t len);
void theme_builtin(struct theme *t, enum theme_kind kind);
/* How a cell's style looks with so many colours (0, 8, 16, 256). */
struct theme_look theme_look(const struct theme *t, int colours, unsigned style);

/* The role as it stands in a file of a theme ("bar_rest"), and what it is for; NULL from STYLE_COUNT on. */
const char *theme_role_name(unsigned role);
const char *theme_role_help(unsigned role);
/* 0xRRGGBB of a colour from 16 on, which is the same on all terminals, and what xterm shows for those below. */
uint32_t theme_rgb(int colour);

/* ---- themes of the user (theme_file.c) ---- */

#define THEME_FILE_MAX (64 * 1024)
#define THEME_NAME_MAX 64

/* Reads `role = FOREGROUND [on BACKGROUND] [bold] [dim] [underline] [reverse]` lines over the theme in t; `base = dark|light|contrast|mono`
 * starts from another. A colour is a name (default, red, bright-red), a number to 255, or #rrggbb. # after a blank and at the start of a
 * line is a comment, if no colour follows. A line that is nonsense costs one sentence, given to complain() with its number; the rest is
 * used. Returns how many lines were wrong. */
size_t theme_parse(struct theme *t, const char *bytes, size_t len,
		   void (*complain)(void *arg, const char *sentence), void *arg);
/* Whether a theme may have that name: letters, digits, - and _, at most THEME_NAME_MAX, and none of the built-in ones'. */
bool theme_name_good(const char *name);
/* The same from the file themes/NAME beside the option file. False with a sentence when it cannot be read; wrong lines are one as well,
 * which tells of the first and how many more, but the theme is then as good as the rest of it. */
bool theme_load(struct theme *t, const char *config_path, const char *name, char *err,
		size_t errlen);
/* The names of the files in that folder, in order, in fresh memory: at most `max`. Returns how many. */
size_t theme_list(const char *config_path, char **out, size_t max);

#endif
