/* msg.c - making, naming and freeing the messages of the table in msg.h. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/msg.h"
#include "src/util.h"

static const struct {
	const char *name;
	const char *help;
	enum msg_rule rule;
	enum msg_way way;
} table[MSG_NTYPES] = {
#define ROW(type, member, body, way, rule, help) [MSG_##type] = {#type, help, rule, way},
	MSG_TABLE(ROW)
#undef ROW
};

/* Each row's body must be the union's member it names, or m->b.member would be something else than the table promises. */
#define ROW(type, member, body, way, rule, help)                                            \
	_Static_assert(_Generic(((struct msg *)0)->b.member, struct body : 1, default : 0), \
		       "the body of " #type " is not struct " #body);
MSG_TABLE(ROW)
#undef ROW

struct msg *
msg_new(enum msg_type type)
{
	struct msg *m = xcalloc(1, sizeof(*m));

	m->type = type;
	return m;
}

static void
drop_bytes(struct msg *m)
{
	if (m->secret && m->bytes != NULL)
		explicit_bzero(m->bytes, m->len);
	free(m->bytes);
}

struct msg *
msg_set_bytes(struct msg *m, const void *bytes, size_t n)
{
	uint8_t *copy = xmalloc(n + 1);

	if (n != 0)
		memcpy(copy, bytes, n);
	copy[n] = '\0';
	return msg_take_bytes(m, copy, n);
}

struct msg *
msg_take_bytes(struct msg *m, uint8_t *bytes, size_t n)
{
	drop_bytes(m);
	m->bytes = bytes;
	m->len = n;
	return m;
}

void
msg_free(struct msg *m)
{
	if (m == NULL)
		return;
	drop_bytes(m);
	free(m);
}

const char *
msg_name(enum msg_type type)
{
	return type < MSG_NTYPES ? table[type].name : "unknown";
}

const char *
msg_help(enum msg_type type)
{
	return type < MSG_NTYPES ? table[type].help : "";
}

enum msg_rule
msg_rule(enum msg_type type)
{
	return table[type].rule;
}

enum msg_way
msg_way(enum msg_type type)
{
	return table[type].way;
}

int
msg_merge_cmp(const struct msg *a, const struct msg *b)
{
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	if (a->type == MSG_EV_CONTACT)
		return memcmp(a->b.contact.peer.b, b->b.contact.peer.b, KEY_LEN);
	if (a->type == MSG_EV_CHAT)
		return memcmp(a->b.chat.peer.b, b->b.chat.peer.b, KEY_LEN);
	if (a->type == MSG_EV_NEARBY)
		return strncmp(a->b.nearby.address, b->b.nearby.address, ADDR_TEXT_SIZE);
	if (a->type == MSG_EV_TRANSFER) {
		int64_t x = a->b.transfer.transfer, y = b->b.transfer.transfer;

		return (x > y) - (x < y);
	}
	return 0;
}

const char *
msg_string(const struct msg *m, size_t i)
{
	const char *p = (const char *)m->bytes, *end = p != NULL ? p + m->len : NULL;

	while (p != NULL && p < end) {
		const char *stop = memchr(p, '\0', (size_t)(end - p));

		if (stop == NULL)
			return "";
		if (i-- == 0)
			return p;
		p = stop + 1;
	}
	return "";
}
