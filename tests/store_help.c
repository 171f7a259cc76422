/* store_help.c - requests to the store in one line each, and their answers. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/msg.h"
#include "src/queue.h"
#include "src/seal.h"
#include "src/store.h"
#include "src/util.h"
#include "tests/store_help.h"
#include "tests/tap.h"

struct key
nth_key(unsigned n)
{
	struct key k = {.b = {0}};

	put_be32(k.b + 28, n);
	if (n != 0)
		k.b[0] = 0xa0;
	return k;
}

struct id
nth_id(unsigned n)
{
	struct id id = {.b = {0xd0}};

	put_be32(id.b + 12, n);
	return id;
}

const char *
tmp_path(const char *name)
{
	static char *paths[64];
	static size_t n;

	if (n == NELEM(paths)) {
		printf("Bail out! too many paths\n");
		exit(1);
	}
	xasprintf(&paths[n], "%s/%s", test_tmpdir(), name);
	return paths[n++];
}

static struct msg *
with_text(struct msg *m, const char *text)
{
	return msg_set_bytes(m, text, strlen(text));
}

struct msg *
contact_msg(unsigned peer, const char *name)
{
	struct msg *m = msg_new(MSG_ST_CONTACT);

	m->b.st_contact.peer = nth_key(peer);
	snprintf(m->b.st_contact.name, sizeof(m->b.st_contact.name), "%s", name);
	return m;
}

static struct msg *
row_msg(enum msg_type type, unsigned peer, unsigned id, const char *text)
{
	struct msg *m = msg_new(type);

	m->b.st_row.peer = nth_key(peer);
	m->b.st_row.id = nth_id(id);
	m->b.st_row.time = 1000 + id;
	m->b.st_row.wire_type = 16;
	m->serial = id;
	return with_text(m, text);
}

struct msg *
say_msg(unsigned peer, unsigned id, const char *text)
{
	return row_msg(MSG_ST_SAY, peer, id, text);
}

struct msg *
got_msg(unsigned peer, unsigned id, int64_t seq, const char *text)
{
	struct msg *m = row_msg(MSG_ST_GOT, peer, id, text);

	m->b.st_row.seq = seq;
	m->b.st_row.arrived = 5000 + id;
	return m;
}

struct msg *
act_msg(struct msg *m, unsigned content, unsigned ref)
{
	m->b.st_row.wire_type = (uint8_t)content;
	m->b.st_row.ref = nth_id(ref);
	return m;
}

struct msg *
line_msg(unsigned peer, const char *text)
{
	struct msg *m = row_msg(MSG_ST_LINE, peer, 0, text);

	m->b.st_row.dir = DIR_NOTE;
	m->b.st_row.kind = ROW_EVENT;
	return m;
}

struct msg *
acked_msg(unsigned peer, enum receipt state, unsigned first, unsigned n)
{
	struct msg *m = msg_new(MSG_ST_ACKED);
	uint8_t *ids = xcalloc(n + 1, ID_LEN);

	for (unsigned i = 0; i < n; i++) {
		struct id id = nth_id(first + i);

		memcpy(ids + (size_t)i * ID_LEN, id.b, ID_LEN);
	}
	m->b.st_acked.peer = nth_key(peer);
	m->b.st_acked.state = state;
	return msg_take_bytes(m, ids, (size_t)n * ID_LEN);
}

struct msg *
outbox_msg(unsigned peer, int64_t after, uint32_t count)
{
	struct msg *m = msg_new(MSG_ST_OUTBOX);

	m->b.st_outbox.peer = nth_key(peer);
	m->b.st_outbox.after = after;
	m->b.st_outbox.count = count;
	return m;
}

struct msg *
read_msg(unsigned peer, int64_t row)
{
	struct msg *m = msg_new(MSG_ST_READ);

	m->b.st_read.peer = nth_key(peer);
	m->b.st_read.row = row;
	return m;
}

struct msg *
forget_msg(unsigned peer)
{
	struct msg *m = msg_new(MSG_ST_FORGET);

	m->b.st_peer.peer = nth_key(peer);
	return m;
}

struct msg *
transfer_msg(int64_t number, unsigned peer, const char *name, const char *paths)
{
	struct msg *m = msg_new(MSG_ST_TRANSFER);
	char bytes[256];
	int n = snprintf(bytes, sizeof(bytes), "%s%c/place%cwhy%c", name, 0, 0, 0);

	if (paths != NULL)
		n += snprintf(bytes + n, sizeof(bytes) - (size_t)n, "%s%c", paths, 0);
	m->b.st_transfer.transfer = number;
	m->b.st_transfer.peer = nth_key(peer);
	m->b.st_transfer.id = nth_id(77);
	m->b.st_transfer.cookie = 4711;
	return msg_set_bytes(m, bytes, (size_t)n);
}

static struct msg *held;

struct queue *
answers(void)
{
	static struct queue *q;

	if (q == NULL)
		q = queue_new(1);
	return q;
}

void
apply_all(struct store *s, struct msg **requests)
{
	struct msg *m;

	while ((m = queue_pop(answers())) != NULL)
		msg_free(m);
	for (size_t i = 0; requests[i + 1] != NULL; i++)
		requests[i]->next = requests[i + 1];
	store_apply(s, requests[0], answers());
}

const struct msg *
answer(int type)
{
	msg_free(held);
	held = queue_pop(answers());
	if (held != NULL && (int)held->type == type)
		return held;
	diag("the answer is %s, not %s", held != NULL ? msg_name(held->type) : "none",
	     msg_name((enum msg_type)type));
	return NULL;
}

bool
no_more(void)
{
	size_t left = queue_length(answers());

	if (left != 0)
		diag("%zu answers are left", left);
	msg_free(held);
	held = NULL;
	return left == 0;
}

bool
chat_is(unsigned peer, int64_t row, int64_t rev, uint32_t unread, int64_t unread_row)
{
	const struct msg *m = answer(MSG_SR_CHAT);
	const struct msg_chat *c = m != NULL ? &m->b.sr_chat.chat : NULL;
	struct key key = nth_key(peer);

	if (c != NULL && key_equal(&c->peer, &key) && c->row == row && c->rev == rev &&
	    c->unread == unread && c->unread_row == unread_row)
		return true;
	if (c != NULL)
		diag("chat of %u: row %lld rev %lld unread %u from %lld", get_be32(c->peer.b + 28),
		     (long long)c->row, (long long)c->rev, c->unread, (long long)c->unread_row);
	return false;
}

const struct seal_key *
test_key(void)
{
#ifdef TEST_SEALED
	static const struct seal_key key = {.b = {1, 2, 3}, .wanted = true};

	return &key;
#else
	return NULL;
#endif
}

struct store *
open_store(const char *path)
{
	char err[512] = "";
	struct store *s = store_open(path, STORE_WRITE, test_key(), err, sizeof(err));

	if (s == NULL) {
		printf("Bail out! %s\n", err);
		exit(1);
	}
	return s;
}

struct msg *
page(struct store *s, unsigned peer, int kind, int64_t at, uint32_t count)
{
	struct msg *ask = msg_new(MSG_CMD_PAGE), *m;

	ask->b.page.peer = nth_key(peer);
	ask->b.page.kind = (enum page_kind)kind;
	ask->b.page.at = at;
	ask->b.page.count = count;
	ask->serial = 99;
	m = store_page(s, ask);
	msg_free(ask);
	return m;
}

bool
page_row(const struct msg *page, unsigned i, struct row *row)
{
	size_t at = 0;

	for (unsigned n = 0; row_get(page->bytes, page->len, &at, row); n++)
		if (n == i)
			return true;
	return false;
}

const char *
page_texts(struct store *s, unsigned peer, int kind, int64_t at, uint32_t count)
{
	static char *texts;
	struct msg *m = page(s, peer, kind, at, count);
	size_t size = m->len + 2, len = 0, pos = 0;
	struct row r;

	free(texts);
	texts = xcalloc(size, 1);
	while (row_get(m->bytes, m->len, &pos, &r))
		len += (size_t)snprintf(texts + len, size - len, "%s%.*s", len != 0 ? " " : "",
					(int)r.text_len, r.text);
	if (m->b.page_result.more)
		snprintf(texts + len, size - len, "+");
	msg_free(m);
	return texts;
}
