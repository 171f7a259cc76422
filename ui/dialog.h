#ifndef P2P_UI_DIALOG_H
#define P2P_UI_DIALOG_H
/* Questions over the screen: a title, text, fields to fill in, and answers by key, arrows or click. dialog.c draws and steers any of them;
 * ask.h has the questions the program asks. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/types.h"
#include "ui/grid.h"
#include "ui/input.h"
#include "ui/keys.h"

struct dialog;
struct front;

#define DIALOG_FIELDS  4
#define DIALOG_ANSWERS 10

/* Called with the index of the answer, or -1 for Esc. True closes the dialog; false leaves it open (dialog_error() says why). The dialog
 * is freed by the front end afterwards. */
typedef bool dialog_fn(struct front *f, struct dialog *d, int answer);

struct dialog *dialog_new(const char *title, dialog_fn *done);
/* The same, its title a name of somebody or something: that is not translated. */
struct dialog *dialog_named(const char *title, dialog_fn *done);
void dialog_free(struct dialog *d);

/* A line of text, wrapped as needed; any bytes are safe. */
void dialog_line(struct dialog *d, unsigned style, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Takes all lines away, for new ones. */
void dialog_clear(struct dialog *d);
/* A field of one line of at most limit bytes; hint is shown while it is empty. Returns its index. */
size_t dialog_field(struct dialog *d, const char *label, const char *hint, size_t limit,
		    const char *value);
/* The same for a passphrase: stars are shown, nothing of it is kept but in the field, and that is wiped. */
size_t dialog_secret(struct dialog *d, const char *label, const char *hint, size_t limit);
const char *dialog_value(const struct dialog *d, size_t field);
/* False where it is too long for the field, which is as it was then. */
bool dialog_set_value(struct dialog *d, size_t field, const char *value);
/* An answer: a button [ label ]; key (0: none) is the letter that gives it where no field has the cursor. The first one is the default;
 * dialog_default() chooses another. Answers of a menu stand below each other. */
void dialog_answer(struct dialog *d, uint32_t key, const char *label);
/* The same for a word that is typed as it stands: it is not translated. */
void dialog_choice(struct dialog *d, const char *word);
void dialog_default(struct dialog *d, size_t answer);
/* Puts the cursor on a field or on an answer. Where it begins on an answer, typing goes to the first field all the same. */
void dialog_to_field(struct dialog *d, size_t field);
void dialog_to_answer(struct dialog *d, size_t answer);
void dialog_menu(struct dialog *d);
/* A QR code, which the dialog frees: beside the text where there is room; `alone`: in place of everything, as far as it fits. */
struct qr;
void dialog_picture(struct dialog *d, struct qr *q, bool alone);
/* Whether one that is not alone is seen in an area of that size. */
bool dialog_beside(const struct dialog *d, const struct grid *g, int w, int h);
/* Light and dark change places, for terminals without colours. */
void dialog_invert(struct dialog *d);
/* No lines at its sides, so that a terminal can select text that is to be copied. */
void dialog_open_sides(struct dialog *d);
/* Opened by an event, not by a key: it takes answers (and shows them) only after DIALOG_GUARD_MS, so that typing cannot answer it. */
#define DIALOG_GUARD_MS 400
void dialog_guard(struct dialog *d);
/* What it is about, for its callback and for finding it again. */
void dialog_about(struct dialog *d, const struct key *peer, int64_t number);
const struct key *dialog_peer(const struct dialog *d);
int64_t dialog_number(const struct dialog *d);
/* Whether its callback is this one. */
bool dialog_is(const struct dialog *d, dialog_fn *done);
/* Memory for the callback, freed with the dialog. */
void dialog_keep(struct dialog *d, void *data, size_t len);
const void *dialog_kept(const struct dialog *d, size_t *len);
/* Called when a field changed, to change others. */
void dialog_on_change(struct dialog *d,
		      void (*fn)(struct front *f, struct dialog *d, size_t field));
/* A sentence below the fields; "" takes it away. */
void dialog_error(struct dialog *d, const char *sentence);
/* Asked when the model changed: true closes the dialog without an answer, because what it was about is gone. */
void dialog_stale(struct dialog *d, bool (*fn)(struct front *f, const struct dialog *d));

/* ---- for the front end ---- */

/* Every dialog has another number. */
uint32_t dialog_serial(const struct dialog *d);
/* Gives it the answer; true when it is to be closed. */
bool dialog_give(struct front *f, struct dialog *d, int answer);
/* Fills a field in as if it had been typed. False where it is too long for it. */
bool dialog_fill(struct front *f, struct dialog *d, size_t field, const char *value);

/* Dialogs lie on each other. */
struct dialog *dialog_below(const struct dialog *d);
void dialog_put_on(struct dialog *d, struct dialog *below);
bool dialog_is_stale(struct front *f, const struct dialog *d);
/* Draws it in the middle of area, and says where the cursor goes. guarded: its answers do not show yet. */
void dialog_draw(struct dialog *d, struct grid *g, struct rect area, bool guarded);
bool dialog_cursor(const struct dialog *d, int *y, int *x);
/* Whether a paste goes into one of its fields. */
bool dialog_takes_text(const struct dialog *d);
bool dialog_guarded(const struct dialog *d);
void dialog_unguard(struct dialog *d);
/* Gives it an input event. True when the dialog is to be closed. */
bool dialog_input(struct front *f, struct dialog *d, const struct input_event *ev);

#endif
