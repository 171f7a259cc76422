#ifndef P2P_UI_PREVIEW_H
#define P2P_UI_PREVIEW_H
/* What a file or folder holds, made on a thread of its own: text, names, a picture of few pixels. Bytes, lines, pixels and time are limited,
 * and a newer wish breaks an older one off. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum preview_kind {
	PREVIEW_NOTHING, /* only `about` and perhaps `note` */
	PREVIEW_TEXT,
	PREVIEW_NAMES, /* of a folder or an archive; folders end in / */
	PREVIEW_PICTURE,
};

#define PREVIEW_LINES_MAX 1000
#define PREVIEW_TEXT_MAX  (64 * 1024)
/* A preview that takes longer shows what it has by then. */
#define PREVIEW_MS	  2500

struct preview {
	uint64_t ticket;
	enum preview_kind kind;
	char about[128]; /* "PNG image · 1920 × 1080", "214 items" */
	const char *
		note; /* why there is less to see than one may think; constant; NULL: nothing to say */
	/* TEXT, NAMES: lines in shown form (text.h), each ended by a NUL. */
	char *text;
	size_t *line; /* where each begins */
	size_t lines;
	bool more; /* there are further ones */
	/* PICTURE: colours of a terminal with 256, w of them in each of h rows. */
	uint8_t *pixel;
	int w, h;
};

struct previewer;

/* NULL with errno when there is no descriptor left. */
struct previewer *preview_new(void);
/* Stops everything and returns soon, also when a disk does not answer. */
void preview_stop(struct previewer *v);
/* Readable when a preview is ready. */
int preview_fd(const struct previewer *v);
/* Wishes for the preview of an absolute path, its picture within w x h pixels; older wishes are dropped. Returns its ticket. */
uint64_t preview_want(struct previewer *v, const char *path, int w, int h);
/* The preview of the newest wish, the caller's, or NULL while it is not there. Never blocks. */
struct preview *preview_take(struct previewer *v);
void preview_free(struct preview *p);

/* ---- how one is made (preview_make.c) ---- */

/* Makes it here and now; go_on is asked now and then. Never NULL. */
struct preview *preview_make(const char *path, int w, int h, bool (*go_on)(void *arg), void *arg)
	__attribute__((returns_nonnull, warn_unused_result));
/* The lines of a text's first bytes; `cut`: there are more. Pure. False when these bytes are no text. */
bool preview_lines(struct preview *p, const uint8_t *bytes, size_t len, bool cut);

#endif
