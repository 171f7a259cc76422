/* names.c - the user's names for contacts and persons: found, and made unique. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "net/node_int.h"
#include "src/text.h"

struct peer *
peer_named(struct node *n, const char *name)
{
	struct peer *p;

	RB_FOREACH (p, peer_tree, &n->peers)
		if (text_fold_equal(p->row.name, name))
			return p;
	return NULL;
}

/* By anybody but one: whose name is being made may have the wish in its row already. */
static bool
is_taken(struct node *n, const struct peer *except, const char *name)
{
	struct peer *p;

	RB_FOREACH (p, peer_tree, &n->peers)
		if (p != except && text_fold_equal(p->row.name, name))
			return true;
	return person_name_taken(n, except, name);
}

void
peer_unique_name(struct node *n, const struct peer *except, const char *wish, char out[NAME_SIZE])
{
	char clean[NAME_SIZE];
	char suffix[24] = "";

	text_show(clean, sizeof(clean), wish, strlen(wish), TEXT_ONE_LINE);
	if (clean[strspn(clean, " ")] == '\0')
		strlcpy(clean, "nobody", sizeof(clean));
	for (unsigned i = 2;; i++) {
		size_t room = NAME_MAX_BYTES - strlen(suffix);

		snprintf(out, NAME_SIZE, "%.*s%s",
			 (int)text_truncate_utf8(clean, strlen(clean), room), clean, suffix);
		if (!is_taken(n, except, out))
			return;
		snprintf(suffix, sizeof(suffix), " (%u)", i);
	}
}
