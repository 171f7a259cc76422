/* successor.c - another identity takes the place of this one: contacts are told, each until it has confirmed, and what we hear of theirs. */
#include "config.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "net/node_int.h"
#include "src/say.h"
#include "src/uri.h"
#include "src/util.h"

/* What is announced stands with each contact, so that it is announced in every session until that contact has said that it knows, whenever
 * this identity runs. The secret half of the other identity is not kept, which may have a passphrase where this one has none: only what it
 * shares with that contact, which proves it to that one and opens nothing. */

static const char label[] = "p2p-tui successor";

static bool
shared_with(uint8_t out[KEY_LEN], const uint8_t secret[KEY_LEN], const uint8_t other[KEY_LEN])
{
	return crypto_scalarmult(out, secret, other) == 0;
}

static void
prove(uint8_t out[SUCCESSOR_PROOF], const uint8_t shared[KEY_LEN],
      const uint8_t session[BULK_ID_LEN], const struct key *old_key, const struct key *new_key)
{
	crypto_generichash_state st;

	crypto_generichash_init(&st, shared, KEY_LEN, SUCCESSOR_PROOF);
	crypto_generichash_update(&st, (const uint8_t *)label, sizeof(label) - 1);
	crypto_generichash_update(&st, session, BULK_ID_LEN);
	crypto_generichash_update(&st, old_key->b, KEY_LEN);
	crypto_generichash_update(&st, new_key->b, KEY_LEN);
	crypto_generichash_final(&st, out, SUCCESSOR_PROOF);
	sodium_memzero(&st, sizeof(st));
}

bool
successor_proof(uint8_t out[SUCCESSOR_PROOF], const uint8_t secret[KEY_LEN],
		const uint8_t other[KEY_LEN], const uint8_t session[BULK_ID_LEN],
		const struct key *old_key, const struct key *new_key)
{
	uint8_t shared[KEY_LEN];
	bool good = shared_with(shared, secret, other);

	if (good)
		prove(out, shared, session, old_key, new_key);
	sodium_memzero(shared, sizeof(shared));
	return good;
}

/* ---- theirs ---- */

static void
confirm(struct peer *p, const struct key *heir)
{
	(void)session_send(p->link->session, FRAME_SUCCESSOR_OK, 0, heir->b, KEY_LEN);
}

/* It is not said again once we confirmed it, so what we know of it must be on disk first. */
static void
take(struct peer *p, const struct key *heir)
{
	trust_doubt(p, HOW_SUCCESSOR, heir);
	if (p->link == NULL)
		return;
	p->heir_heard = *heir;
	p->heir_saving = ++p->saves;
	peer_save_asking(p, p->heir_saving);
}

void
successor_saved(struct node *n, const struct msg *m)
{
	struct peer *p = peer_find(n, &m->b.st_peer.peer);

	if (p == NULL || p->heir_saving == 0 || p->heir_saving != m->serial)
		return;
	p->heir_saving = 0;
	if (p->mutual)
		confirm(p, &p->heir_heard);
}

static int
heard(struct peer *p, const struct session *s, const struct frame *f, const char **why)
{
	struct node *n = p->node;
	uint8_t proof[SUCCESSOR_PROOF];
	struct key heir;

	if (f->len < KEY_LEN + SUCCESSOR_PROOF) {
		*why = "a SUCCESSOR that is too short";
		return -1;
	}
	memcpy(heir.b, f->body, KEY_LEN);
	if (!p->mutual || key_equal(&heir, &p->key) || memcmp(heir.b, n->self.pub, KEY_LEN) == 0 ||
	    !invite_key_ok(heir.b))
		return 0;
	if (!successor_proof(proof, n->self.priv, heir.b, session_bulk_id(s), &p->key, &heir) ||
	    sodium_memcmp(proof, f->body + KEY_LEN, SUCCESSOR_PROOF) != 0) {
		*why = "a SUCCESSOR without its proof";
		return -1;
	}
	take(p, &heir);
	return 0;
}

/* ---- ours ---- */

static void
forget(struct peer *p)
{
	p->row.has_heir = false;
	explicit_bzero(&p->row.heir, sizeof(p->row.heir));
	explicit_bzero(p->row.heir_shared, sizeof(p->row.heir_shared));
	peer_save(p);
	peer_emit(p);
}

int
successor_frame(struct link *l, const struct frame *f, const char **why)
{
	struct peer *p = l->peer;

	if (f->type == FRAME_SUCCESSOR)
		return heard(p, l->session, f, why);
	if (f->len < KEY_LEN) {
		*why = "a SUCCESSOR_OK that is too short";
		return -1;
	}
	if (p->mutual && p->row.has_heir && memcmp(f->body, p->row.heir.b, KEY_LEN) == 0)
		forget(p);
	return 0;
}

/* The frame in a session proves that who says it has both keys. */
void
successor_announce(struct peer *p)
{
	uint8_t body[KEY_LEN + SUCCESSOR_PROOF];
	struct key own;

	if (!p->row.has_heir || !p->mutual)
		return;
	memcpy(own.b, p->node->self.pub, KEY_LEN);
	memcpy(body, p->row.heir.b, KEY_LEN);
	prove(body + KEY_LEN, p->row.heir_shared, session_bulk_id(p->link->session), &own,
	      &p->row.heir);
	(void)session_send(p->link->session, FRAME_SUCCESSOR, 0, body, sizeof(body));
}

static void
take_back(struct node *n, const struct msg *m)
{
	struct peer *p;

	RB_FOREACH (p, peer_tree, &n->peers)
		if (p->row.has_heir)
			forget(p);
	node_answer(n, m->serial,
		    _("No successor is announced any more; who was told knows, and decides by the "
		      "numbers.\n"));
}

/* The frame may turn out to be the one too many for a session, so the list is walked with care. */
static void
tell_all(struct node *n, const struct key *heir, const uint8_t secret[KEY_LEN], unsigned *here,
	 unsigned *all)
{
	struct peer *p, *next;

	RB_FOREACH_SAFE (p, peer_tree, &n->peers, next) {
		if (p->row.state != CONTACT_ACCEPTED || memcmp(p->key.b, heir->b, KEY_LEN) == 0 ||
		    !shared_with(p->row.heir_shared, secret, p->key.b))
			continue;
		++*all;
		*here += p->mutual;
		p->row.heir = *heir;
		p->row.has_heir = true;
		peer_save(p);
		peer_emit(p);
		successor_announce(p);
	}
}

void
successor_command(struct node *n, const struct msg *m)
{
	unsigned here = 0, all = 0;
	struct key heir;
	char text[400];

	if (m->len == 0) {
		take_back(n, m);
		return;
	}
	if (m->len != KEY_LEN || crypto_scalarmult_base(heir.b, m->bytes) != 0 ||
	    memcmp(heir.b, n->self.pub, KEY_LEN) == 0) {
		node_result(n, m->serial, false, NULL, "that is this identity itself");
		return;
	}
	tell_all(n, &heir, m->bytes, &here, &all);
	if (all == 0)
		say_into(text, sizeof(text), "There are no contacts to tell it to.\n");
	else if (here == all)
		snprintf(text, sizeof(text),
			 say_plural("%u contact was told.\n", "%u contacts were told.\n", here),
			 here);
	else
		say_into(text, sizeof(text),
			 "Told: %u of %u contacts. The others hear it as they come, whenever this "
			 "identity runs.\n",
			 here, all);
	node_answer(n, m->serial, text);
}
