/* setting.c - options that the core cares for, changed while it runs. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "net/discovery.h"
#include "net/node_int.h"
#include "src/amount.h"
#include "src/options.h"
#include "src/retain.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"

static const char *
set_nick(struct node *n, const char *value)
{
	bool first = n->nick[0] == '\0';
	struct peer *p;
	size_t len = strlen(value);

	if (len == 0 || len > NAME_MAX_BYTES)
		return _("a name has 1 to 64 bytes");
	if (!text_valid_utf8(value, len) || text_has_hostile(value, len))
		return _("that name has characters that cannot be shown");
	strlcpy(n->nick, value, sizeof(n->nick));
	RB_FOREACH (p, peer_tree, &n->peers) {
		if (peer_sends(p))
			(void)session_send(p->link->session, FRAME_PROFILE, 0, value, len);
		if (first)
			peer_dial_now(p);
	}
	reach_refresh(n);
	if (first)
		discovery_restart(n->discovery);
	return NULL;
}

static const char *
set_door(struct node *n, const char *value)
{
	for (enum door_state d = DOOR_OPEN; d <= DOOR_CLOSED; d++)
		if (strcmp(value, door_word(d)) == 0) {
			n->gate.state = d;
			reach_emit(n);
			return NULL;
		}
	return _("the door is open, lan or closed");
}

static void
set_receipts(struct node *n, const char *value)
{
	struct peer *p;

	n->receipts = strcmp(value, "on") == 0;
	RB_FOREACH (p, peer_tree, &n->peers) {
		peer_emit_chat(p);
		delivery_read(p);
	}
}

static const char *
set_keep(struct node *n, const char *value)
{
	int32_t keep;

	if (!retain_parse_keep(value, &keep) || keep == KEEP_DEFAULT)
		return _("what is kept is all, so many days as 30d, or nothing");
	sweep_default(n, keep);
	return NULL;
}

static const char *
set_limit(struct node *n, enum option which, const char *value)
{
	if (!amount_is_rate(value) ||
	    !amount_parse(value, which == OPT_limit_up ? &n->limit_up : &n->limit_down))
		return _("a limit is bytes a second, as 500k; 0 is none");
	transfers_limit(n->transfers, NULL, n->limit_up, n->limit_down);
	return NULL;
}

static void
set_nearby(struct node *n, const char *value)
{
	n->nearby = strcmp(value, "on") == 0;
	if (!n->nearby)
		discovery_visible(n->discovery, 0);
	discovery_restart(n->discovery);
	reach_emit(n);
}

void
commands_set(struct node *n, const struct msg *m)
{
	const char *value = m->bytes != NULL ? (const char *)m->bytes : "", *why = NULL;
	enum option which = options_find(m->b.set.option);

	if (which == OPT_listen) {
		commands_listen(n, m);
		return;
	}
	if (which == OPT_nick)
		why = set_nick(n, value);
	else if (which == OPT_door)
		why = set_door(n, value);
	else if (which == OPT_receipts)
		set_receipts(n, value);
	else if (which == OPT_keep)
		why = set_keep(n, value);
	else if (which == OPT_limit_up || which == OPT_limit_down)
		why = set_limit(n, which, value);
	else if (which == OPT_requests)
		presence_set_requests(n, strcmp(value, "on") == 0);
	else if (which == OPT_status)
		why = presence_set_status(n, value);
	else if (which == OPT_invisible)
		presence_set_invisible(n, strcmp(value, "on") == 0);
	else if (which == OPT_nearby)
		set_nearby(n, value);
	else if (which == OPT_downloads)
		strlcpy(n->downloads, value, sizeof(n->downloads));
	else
		why = _("the core has no such option");
	node_result(n, m->serial, why == NULL, NULL, "%s", why != NULL ? why : "");
}
