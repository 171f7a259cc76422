#ifndef P2P_UI_SCREEN_H
#define P2P_UI_SCREEN_H
/* Curses, and the only file that includes it: copies a grid's changes to the terminal. */

#include <stdbool.h>

#include "ui/theme.h"

struct grid;

/* Takes the terminal of standard input and output over: raw, no echo, modes on. -1 when it cannot be used; nothing is changed then. */
int screen_open(bool mouse);
/* Gives it back. Twice does no harm. */
void screen_close(void);
/* The same for a stop (SIGTSTP), and back again. */
void screen_suspend(void);
void screen_resume(bool mouse);

void screen_size(int *h, int *w);
/* Whether the terminal has another size than the screen. */
bool screen_outgrown(void);
/* Asks the terminal for its size and takes it over. */
void screen_resize(int *h, int *w);
int screen_colours(void);
void screen_set_theme(const struct theme *theme);

/* Shows the grid: what changed since the last time, in one frame. cursor_y -1 hides the cursor. */
void screen_draw(const struct grid *g, int cursor_y, int cursor_x);
/* What the terminal shows is not what was drawn: the next screen_draw() draws everything. */
void screen_distrust(void);

#endif
