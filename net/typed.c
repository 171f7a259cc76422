/* typed.c - the pairing codes that were typed here, and how often each failed. */
#include "config.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/node_int.h"
#include "net/typed.h"
#include "src/identity.h"
#include "src/util.h"

#define TYPED_MAX 64

static void
hash_of(const struct typed_list *l, const struct code *code, uint8_t hash[KEY_LEN])
{
	static const char purpose[] = "p2p-tui typed code";
	uint8_t key[KEY_LEN];

	crypto_generichash(key, sizeof(key), (const uint8_t *)purpose, sizeof(purpose),
			   l->node->env.identity->secret, KEY_LEN);
	crypto_generichash(hash, KEY_LEN, (const uint8_t *)code->digits, CODE_DIGITS, key,
			   sizeof(key));
	sodium_memzero(key, sizeof(key));
}

static struct typed *
find(const struct typed_list *l, const uint8_t hash[KEY_LEN])
{
	for (size_t i = 0; i < l->n; i++)
		if (memcmp(l->codes[i].hash, hash, KEY_LEN) == 0)
			return &l->codes[i];
	return NULL;
}

struct typed *
typed_find(const struct typed_list *l, const struct code *code)
{
	uint8_t hash[KEY_LEN];

	hash_of(l, code, hash);
	return find(l, hash);
}

struct typed *
typed_remember(struct typed_list *l, const struct code *code)
{
	struct typed t = {.since = loop_now(l->node->env.loop)}, *before;

	hash_of(l, code, t.hash);
	before = find(l, t.hash);
	if (before != NULL)
		return before;
	if (l->codes == NULL)
		l->codes = xcalloc(TYPED_MAX, sizeof(*l->codes));
	if (l->n < TYPED_MAX)
		l->n++;
	memmove(l->codes + 1, l->codes, (l->n - 1) * sizeof(*l->codes));
	l->codes[0] = t;
	return &l->codes[0];
}

/* Loop time may be younger than the code: the difference is right all the same. */
uint64_t
typed_left(const struct typed_list *l, const struct typed *t)
{
	uint64_t age = loop_now(l->node->env.loop) - t->since;

	return age < PAIR_LIFETIME ? PAIR_LIFETIME - age : 0;
}

/* A line each, "HASH TRIES SINCE", the time that of the wall. */
void
typed_save(const struct typed_list *l, uint32_t serial)
{
	struct msg *m = msg_new(MSG_ST_VALUE);
	char hex[2 * KEY_LEN + 1], *all = xstrdup(""), *more;
	int64_t now = node_wall(l->node);

	for (size_t i = 0; i < l->n; i++) {
		const struct typed *t = &l->codes[i];
		uint64_t age = loop_now(l->node->env.loop) - t->since;

		xasprintf(&more, "%s%s %u %" PRId64 "\n", all, util_hex(hex, t->hash, KEY_LEN),
			  t->tries + t->calling, now - (int64_t)age);
		free(all);
		all = more;
	}
	strlcpy(m->b.st_value.name, TYPED_VALUE, sizeof(m->b.st_value.name));
	m->serial = serial;
	node_store(l->node, msg_set_bytes(m, all, strlen(all)));
	free(all);
}

void
typed_load(struct typed_list *l, const char *text)
{
	uint64_t loop = loop_now(l->node->env.loop);
	int64_t now = node_wall(l->node), since;
	char hex[2 * KEY_LEN + 1];
	struct typed t;
	int used;

	free(l->codes);
	l->codes = xcalloc(TYPED_MAX, sizeof(*l->codes));
	for (l->n = 0; l->n < TYPED_MAX; text += used) {
		memset(&t, 0, sizeof(t));
		if (sscanf(text, "%64s %u %" SCNd64 "\n%n", hex, &t.tries, &since, &used) != 3 ||
		    !util_unhex(t.hash, KEY_LEN, hex))
			return;
		/* A clock that was set back makes no code older. */
		t.since = loop - (since < now ? (uint64_t)(now - since) : 0);
		l->codes[l->n++] = t;
	}
}

void
typed_free(struct typed_list *l)
{
	free(l->codes);
	l->codes = NULL;
	l->n = 0;
}
