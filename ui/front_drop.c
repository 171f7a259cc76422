/* front_drop.c - files that come from the desktop: the peer below them lights up, and what was dropped is asked about. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/model.h"
#include "src/say.h"
#include "src/shellwords.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/ask.h"
#include "ui/drops.h"
#include "ui/front_priv.h"
#include "ui/marks.h"

static void
leave(struct front *f)
{
	if (!f->carry.active || f->carry.by_keys)
		return;
	f->carry = (struct carry){.active = false};
	f->relayout = f->all_dirty = true;
}

/* As if they were carried here from the browser. */
static void
over(struct front *f, const struct drops_event *ev)
{
	if (f->top != NULL || f->capture >= 0 || (f->carry.active && f->carry.by_keys))
		return;
	if (!f->carry.active)
		f->relayout = true;
	f->carry = (struct carry){.active = true, .y = ev->y, .x = ev->x};
	strlcpy(f->carry.label, _("files"), sizeof(f->carry.label));
	f->all_dirty = true;
}

/* A list of URIs without its comments. */
static char *
without_comments(const char *text, size_t len, size_t *left)
{
	char *out = xmalloc(len + 1);
	size_t n = 0;

	for (size_t at = 0, end; at < len; at = end + 1) {
		const char *nl = memchr(text + at, '\n', len - at);

		end = nl != NULL ? (size_t)(nl - text) : len;
		if (text[at] == '#')
			continue;
		memcpy(out + n, text + at, end - at);
		n += end - at;
		out[n++] = '\n';
	}
	*left = n;
	return out;
}

static void
ask_paths(struct front *f, const struct key *peer, const char *const *paths, size_t n)
{
	const struct model_contact *c = peer != NULL ? model_contact(f->model, peer) : NULL;
	struct marks *m;
	char what[MARKS_LABEL];
	struct stat st;

	if (c == NULL || c->c.state != CONTACT_ACCEPTED) {
		front_error(f, "Open a chat first, or drop the files on a peer.");
		return;
	}
	if (c->c.trust == TRUST_CHANGED) {
		ask_verify(f, peer);
		return;
	}
	m = marks_new();
	for (size_t i = 0; i < n; i++)
		if (stat(paths[i], &st) == 0)
			marks_add(m, paths[i], S_ISDIR(st.st_mode), (uint64_t)st.st_size);
	ask_send(f, peer, paths, n, marks_label(m, what, ", "));
	marks_free(m);
}

static void
files(struct front *f, const struct drops_event *ev)
{
	const struct key *at = peerlist_at(f, ev->y, ev->x);
	struct key peer = at != NULL ? *at : f->current;
	struct shellwords words;
	size_t len, i = 0;
	char *list = without_comments(ev->text, ev->len, &len), shown[120];
	struct stat st;

	if (!shellwords_drop(list, len, SHELLWORDS_LINES, &words)) {
		front_error(f, "What was dropped are no files.");
		free(list);
		return;
	}
	while (i < words.n && stat(words.word[i], &st) == 0)
		i++;
	if (i < words.n) {
		text_fit(shown, sizeof(shown), words.word[i], strlen(words.word[i]), 40,
			 TEXT_MIDDLE);
		front_error(f, "%s is not on this machine.", shown);
	} else {
		ask_paths(f, at != NULL || f->has_current ? &peer : NULL,
			  (const char *const *)words.word, words.n);
	}
	shellwords_free(&words);
	free(list);
}

void
front_drop(struct front *f, const struct drops_event *ev)
{
	switch (ev->what) {
	case DROPS_OVER:
		over(f, ev);
		break;
	case DROPS_LEFT:
		leave(f);
		break;
	case DROPS_FILES:
		leave(f);
		files(f, ev);
		break;
	case DROPS_FAILED:
		leave(f);
		front_error(f, "The terminal could not say what was dropped.");
		break;
	case DROPS_NOT_OURS:
	case DROPS_NOTHING:
	default:
		break;
	}
}
