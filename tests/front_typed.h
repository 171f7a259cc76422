#ifndef P2P_TESTS_FRONT_TYPED_H
#define P2P_TESTS_FRONT_TYPED_H
/* What is typed in a chat, kept by a pretended store: for front_world.c only. */

#include <stdio.h>
#include <string.h>

#include "src/msg.h"
#include "src/util.h"
#include "tests/front_world.h"

#define TYPED_KEPT 8

/* Takes a CMD_TYPED over: the newest of each chat and kind stays. */
static inline void
typed_keep(struct msg *kept[TYPED_KEPT], struct msg *m)
{
	size_t i = 0;

	while (i < TYPED_KEPT && kept[i] != NULL &&
	       !(key_equal(&kept[i]->b.typed.peer, &m->b.typed.peer) &&
		 kept[i]->b.typed.what == m->b.typed.what))
		i++;
	if (i == TYPED_KEPT)
		util_fatal("too many chats");
	msg_free(kept[i]);
	kept[i] = m;
}

/* Fills an EV_PAGE as the store does it: the draft and a NUL, then the lines. */
static inline struct msg *
typed_put(struct msg *const kept[TYPED_KEPT], struct msg *ev)
{
	static const struct msg nothing = {.len = 0};
	const struct msg *text[2] = {&nothing, &nothing};
	uint8_t *p;

	for (size_t i = 0; i < TYPED_KEPT && kept[i] != NULL; i++)
		if (key_equal(&kept[i]->b.typed.peer, &ev->b.page_result.peer))
			text[kept[i]->b.typed.what] = kept[i];
	p = xcalloc(1, text[0]->len + text[1]->len + 2);
	if (text[0]->len != 0)
		memcpy(p, text[0]->bytes, text[0]->len);
	if (text[1]->len != 0)
		memcpy(p + text[0]->len + 1, text[1]->bytes, text[1]->len);
	return msg_take_bytes(ev, p, text[0]->len + 1 + text[1]->len);
}

/* What would be given to the desktop. */
static inline bool
world_host_open(void *arg, const char *link, char *err, size_t errlen)
{
	struct world *w = arg;

	(void)err;
	(void)errlen;
	snprintf(w->opened, sizeof(w->opened), "%s", link);
	return true;
}

/* The editor: a test writes into the file and tells of its end. */
static inline bool
world_host_edit(void *arg, const char *path, char *err, size_t errlen)
{
	struct world *w = arg;

	if (w->no_editor)
		snprintf(err, errlen, "Your editor did not start: no processes.");
	else
		snprintf(w->edited, sizeof(w->edited), "%s", path);
	return !w->no_editor;
}

#endif
