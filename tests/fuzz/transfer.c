/* transfer.c - fuzz target: what a contact may say about files to the transfer engine. Frames, each: type u8 (its low six bits choose one
 * of the files range, 64 accepts what waits), u16 length, body. The disk is one on which everything works. */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/disk.h"
#include "net/limits.h"
#include "net/loop.h"
#include "net/transfer.h"
#include "net/wire.h"
#include "src/msg.h"
#include "src/util.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const struct key peer = {{1}};

/* The host around the engine. */
struct stub {
	struct transfers *t;
	struct loop *loop;
	struct msg *todo, **last; /* answers of disk and store */
	int64_t numbers;
	uint8_t ids, sum;
	bool bulk;
};

static void
later(struct stub *s, struct msg *m)
{
	m->next = NULL;
	*s->last = m;
	s->last = &m->next;
}

static void
stub_random(void *arg, void *out, size_t n)
{
	memset(out, ((struct stub *)arg)->ids++, n);
}

static bool
stub_online(void *arg, const struct key *key)
{
	(void)arg;
	return key_equal(key, &peer);
}

static bool
stub_frame(void *arg, const struct key *key, uint8_t type, uint8_t flags, const void *body,
	   size_t len)
{
	uint8_t sum = (uint8_t)(type ^ flags);

	/* Every byte that would go out is looked at. */
	for (size_t i = 0; i < len; i++)
		sum = (uint8_t)(sum ^ ((const uint8_t *)body)[i]);
	((struct stub *)arg)->sum ^= sum;
	return stub_online(arg, key);
}

static enum bulk_way
stub_way(void *arg, const struct key *key)
{
	(void)arg;
	(void)key;
	return WAY_SESSION;
}

static void
stub_bulk_ready(void *arg, const struct key *key, bool apart)
{
	(void)key;
	(void)apart;
	((struct stub *)arg)->bulk = true;
}

static void
stub_disk(void *arg, struct msg *m)
{
	struct msg_disk *b = &m->b.disk;

	if (m->type == MSG_DISK_SCAN) {
		b->size = 10;
		b->count = b->entry = 1;
		b->mode = 0;
		b->offset = 26;
		msg_set_bytes(m, "a\0\0", 3);
	} else if (m->type == MSG_DISK_READ) {
		/* One record with a PING in it. */
		memset(m->bytes, 0, 2 + 4 + TAG_LEN);
		put_be16(m->bytes, 4 + TAG_LEN);
		m->bytes[2] = FRAME_PING;
		m->len = 2 + 4 + TAG_LEN;
		b->size = 4;
		b->offset = 10;
		b->entry = 1;
		b->flags |= DISK_LAST;
	} else if (m->type == MSG_DISK_WRITE) {
		b->size = m->len;
	} else if (m->type == MSG_DISK_PREPARE) {
		/* All of it, of which any file is smaller. */
		b->total = INT64_MAX;
		msg_set_bytes(m, "", 0);
		b->entry = 0;
		b->offset = b->size = 0;
	} else if (m->type == MSG_DISK_FINISH) {
		msg_set_bytes(m, "/x", 2);
	}
	m->type = MSG_DISK_RAN;
	later(arg, m);
}

static void
stub_store(void *arg, struct msg *m)
{
	struct stub *s = arg;

	if (m->type == MSG_ST_TRANSFER && m->b.st_transfer.cookie != 0) {
		m->type = MSG_SR_TRANSFER;
		if (m->b.st_transfer.transfer == 0)
			m->b.st_transfer.transfer = ++s->numbers;
		later(s, m);
	} else {
		msg_free(m);
	}
}

static void
stub_emit(void *arg, struct msg *m)
{
	(void)arg;
	msg_free(m);
}

static const char *
stub_downloads(void *arg)
{
	(void)arg;
	return "/downloads";
}

static int64_t
stub_wall(void *arg)
{
	(void)arg;
	return 1;
}

static void
settle(struct stub *s)
{
	struct msg *m;

	while ((m = s->todo) != NULL) {
		s->todo = m->next;
		if (s->todo == NULL)
			s->last = &s->todo;
		m->next = NULL;
		if (m->type == MSG_SR_TRANSFER)
			transfers_loaded(s->t, m);
		else
			transfers_disk(s->t, m);
		msg_free(m);
	}
	while (s->bulk) {
		struct bulk *b = transfers_pull(s->t, &peer, 1000, false);

		s->bulk = b != NULL;
		bulk_free(b);
	}
}

static void
command(struct stub *s, enum msg_type type, enum transfer_op op)
{
	struct msg *m = msg_new(type);

	if (type == MSG_CMD_SEND) {
		m->b.send.peer = peer;
		msg_set_bytes(m, "/a", 3);
	} else {
		m->b.transfer_op.transfer = s->numbers;
		m->b.transfer_op.op = op;
	}
	m->serial = 1;
	transfers_command(s->t, m);
	msg_free(m);
	settle(s);
}

/* 64 and above are the person's doing. */
static bool
step(struct stub *s, uint8_t what, const uint8_t *body, size_t len)
{
	const char *why = NULL;

	if (what >= 64) {
		command(s, MSG_CMD_TRANSFER, (enum transfer_op)(what % (TOP_RETRY + 1)));
		return true;
	}
	if (transfers_frame(s->t, &peer, (uint8_t)(FRAME_FILES_FIRST + what % 24), 0, body, len,
			    &why) == -1) {
		if (why == NULL)
			abort();
		return false;
	}
	transfers_batch_end(s->t, &peer);
	settle(s);
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct stub s = {.loop = loop_new(true)};
	struct transfers_host host = {&s,	  s.loop,    stub_random,     stub_online,
				      stub_frame, stub_way,  stub_bulk_ready, stub_disk,
				      stub_store, stub_emit, stub_downloads,  stub_wall,
				      NULL};
	struct reader r;
	const uint8_t *body;
	uint8_t what;
	size_t n;

	s.last = &s.todo;
	s.t = transfers_new(&host);
	transfers_online(s.t, &peer);
	command(&s, MSG_CMD_SEND, TOP_ACCEPT);
	rd_open(&r, data, len);
	for (;;) {
		what = rd_u8(&r);
		body = rd_string(&r, &n);
		if (r.bad || !step(&s, what, body, n))
			break;
	}
	transfers_offline(s.t, &peer);
	settle(&s);
	transfers_stop(s.t);
	settle(&s);
	transfers_free(s.t);
	loop_free(s.loop);
	return 0;
}
