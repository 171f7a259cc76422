#ifndef P2P_UI_THEME_H
#define P2P_UI_THEME_H
/* What each kind of text looks like: roles to colours and attributes, without curses. State is never told by colour alone. */

#include <stdbool.h>
#include <stdint.h>

/* Added to a style in a cell. */
#define STYLE_REVERSE	0x100u /* selected text, the cursor's row where colours do not tell */
#define STYLE_BOLD	0x200u
#define STYLE_UNDERLINE 0x400u
#define STYLE_ROLE	0x0ffu /* masks the role */

/* clang-format off */
/*	role		dark fg, bg	light fg, bg	attributes with colours		and without (mono, NO_COLOR)
 * Colours are 0-15 of the 16-colour palette, -1 the terminal's own. */
#define THEME_TABLE(ROW) \
	ROW(NORMAL,	-1, -1,		-1, -1,		0,				0)		/* text */ \
	ROW(DIM,	8, -1,		8, -1,		0,				0)		/* times, hints, what matters less */ \
	ROW(STRONG,	15, -1,		0, -1,		THEME_BOLD,			THEME_BOLD) \
	ROW(HEADER,	15, 4,		15, 4,		0,				THEME_REVERSE)	/* the first line */ \
	ROW(TITLE,	14, -1,		4, -1,		THEME_BOLD,			THEME_BOLD)	/* PEERS, FILES, a dialog's title */ \
	ROW(BORDER,	8, -1,		8, -1,		0,				0) \
	ROW(KEY,	14, -1,		4, -1,		THEME_BOLD,			THEME_BOLD)	/* a key's name on the key line and in help */ \
	ROW(CURSOR,	0, 6,		15, 4,		0,				THEME_REVERSE)	/* the cursor's row in the focused pane */ \
	ROW(SELECTED,	15, 8,		0, 7,		0,				THEME_UNDERLINE) /* the same while another pane has the focus */ \
	ROW(ONLINE,	10, -1,		2, -1,		0,				THEME_BOLD) \
	ROW(OFFLINE,	8, -1,		8, -1,		0,				0) \
	ROW(UNREAD,	11, -1,		1, -1,		THEME_BOLD,			THEME_BOLD) \
	ROW(GOOD,	10, -1,		2, -1,		0,				0)		/* verified, done, delivered */ \
	ROW(WARN,	11, -1,		3, -1,		THEME_BOLD,			THEME_BOLD)	/* changed key, odd name */ \
	ROW(ERROR,	9, -1,		1, -1,		THEME_BOLD,			THEME_BOLD)	/* failed */ \
	ROW(OWN,	12, -1,		4, -1,		0,				0)		/* our name in a chat */ \
	ROW(PEER,	14, -1,		6, -1,		THEME_BOLD,			THEME_BOLD)	/* theirs */ \
	ROW(EVENT,	8, -1,		8, -1,		0,				0)		/* lines the program wrote, day lines */ \
	ROW(NEWS,	13, -1,		5, -1,		THEME_BOLD,			THEME_BOLD)	/* the new-messages line */ \
	ROW(BAR,	10, -1,		2, -1,		0,				0)		/* the done part of a bar */ \
	ROW(BAR_REST,	8, -1,		7, -1,		0,				0) \
	ROW(FIELD,	15, 8,		0, 7,		0,				THEME_UNDERLINE) \
	ROW(BUTTON,	-1, -1,		-1, -1,		0,				0) \
	ROW(BUTTON_ON,	0, 6,		15, 4,		THEME_BOLD,			THEME_REVERSE) \
	ROW(FOLDER,	12, -1,		4, -1,		THEME_BOLD,			THEME_BOLD) \
	ROW(MARK,	11, -1,		5, -1,		THEME_BOLD,			THEME_BOLD)	/* a marked file */ \
	ROW(MATCH,	11, -1,		1, -1,		THEME_UNDERLINE,		THEME_UNDERLINE) /* what a filter matched */ \
	ROW(DROP,	0, 10,		15, 2,		THEME_BOLD,			THEME_REVERSE)	/* the peer under a carry */ \
	ROW(GHOST,	0, 11,		15, 5,		THEME_BOLD,			THEME_REVERSE)	/* what follows the pointer */
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

enum theme { THEME_DARK, THEME_LIGHT, THEME_MONO };

struct theme_look {
	int fg, bg;	/* -1: the terminal's own */
	unsigned attrs; /* THEME_ bits */
};

/* Which theme: the option's word (auto, dark, light, mono), the values of NO_COLOR and COLORFGBG (NULL for unset), and how many colours
 * the terminal has. */
enum theme theme_choose(const char *word, const char *no_color, const char *colorfgbg, int colours);
/* How a cell's style looks with so many colours (0, 8, 16, 256). */
struct theme_look theme_look(enum theme theme, int colours, unsigned style);

#endif
