#ifndef P2P_UI_LINEAR_H
#define P2P_UI_LINEAR_H
/* The linear front end, for screen readers and terminals that cannot place their cursor: one line for each event, and one that is typed. The
 * same model, commands and questions as on the screen, and nothing is drawn. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/ui.h"

struct input_event;
struct linear;
struct msg;
struct options;

/* Runs it on the terminal of standard input and output; as ui_run(). */
int linear_run(const struct ui_setup *setup);

/* ---- without a terminal, for linear.c and tests ---- */

struct linear_setup {
	void *arg;
	/* Takes m over in any case; false: the queue is full. */
	bool (*send)(void *arg, struct msg *m);
	/* Printable text, line ends, and CR and BS to go back on the line that is typed; nothing else. */
	void (*write)(void *arg, const char *bytes, size_t len);
	bool (*open)(void *arg, const char *link, char *err, size_t errlen);
	void (*suspend)(void *arg);
	/* As front_host's. What is written while an editor has the terminal comes behind it. */
	void (*bell)(void *arg);
	void (*title)(void *arg, const char *title);
	void (*notify)(void *arg, const char *title, const char *body);
	bool (*can_notify)(void *arg, char *err, size_t errlen);
	bool (*edit)(void *arg, const char *path, char *err, size_t errlen);
	uint64_t (*now)(void *arg); /* ms, never goes back */
	int64_t (*wall)(void *arg); /* ms since 1970 */
	struct options *options;    /* stays the caller's */
	const char *config_path;
	const char *folder; /* as front_setup's */
	bool sealed, first_run;
	bool ascii; /* the terminal cannot show UTF-8 */
	int width;
};

struct linear *linear_new(const struct linear_setup *setup);
void linear_free(struct linear *l);
/* An event of the core, not taken over; a key or text. */
void linear_event(struct linear *l, const struct msg *ev);
void linear_input(struct linear *l, const struct input_event *ev);
void linear_resize(struct linear *l, int width);
/* Time passed; and ms until it matters again. */
void linear_tick(struct linear *l);
int linear_timeout(struct linear *l);
/* At the end of a turn: the line that is typed is shown as it is now. */
void linear_show(struct linear *l);
/* The line that is shown is not there any more, as after a stop. */
void linear_forget_line(struct linear *l);
struct front *linear_front(struct linear *l);

#endif
