/* receive.c - incoming transfers: the offer, its list, and our answers to it. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net/disk.h"
#include "net/limits.h"
#include "net/transfer_int.h"
#include "net/wire.h"
#include "src/msg.h"
#include "src/path.h"
#include "src/say.h"
#include "src/util.h"

static int
broken(const char **why, const char *sentence)
{
	*why = sentence;
	return -1;
}

/* ---- the list ---- */

void
receive_drop_list(struct transfer *t)
{
	if (t->list.want_count == 0)
		return;
	t->peer->lists -= t->list.want_len;
	manifest_free(&t->list);
}

/* Of a list that the disk has, only the kinds of its entries are kept. */
static void
slim_list(struct transfer *t)
{
	free(t->list.p);
	t->list.p = NULL;
}

/* ---- the offer ---- */

struct offer {
	struct id id;
	uint32_t handle, count, len;
	uint64_t bytes;
	const uint8_t *name;
	size_t name_len;
};

/* An offer of what has ended here is answered at once. */
static void
answer_again(struct transfer *t)
{
	if (t->committing)
		return; /* it follows */
	/* Of one that arrived but for some files, all that came is counted, by an earlier process, too. */
	if (t->state == TRANSFER_DONE || t->arrived ||
	    (t->state == TRANSFER_FAILED && t->bytes > 0 && t->done == t->bytes))
		send_frame(t, FRAME_DONE_OK, t->id.b, ID_LEN);
	else
		send_id_text(t, t->state == TRANSFER_REFUSED ? FRAME_REFUSE : FRAME_CANCEL,
			     t->told != NULL ? t->told : "");
}

static void
refuse_offer(struct tpeer *p, struct transfers *e, const struct id *id, const char *reason)
{
	struct transfer stub = {.e = e, .peer = p, .id = *id};

	send_id_text(&stub, FRAME_REFUSE, reason);
}

static int
check_offer(struct tpeer *p, const struct offer *o, const struct transfer *t, const char **why)
{
	if (o->count == 0 || o->count > MANIFEST_ENTRIES || o->len > MANIFEST_BYTES ||
	    o->len < (uint64_t)o->count * (ENTRY_FIXED + 1) || o->bytes > INT64_MAX)
		return broken(why, "An offer is larger than offers may be.");
	if (path_check_name((const char *)o->name, o->name_len, why) == PATH_REFUSED)
		return -1;
	if (transfer_by_handle(p, o->handle, DIR_IN) != NULL)
		return broken(why, "Something was offered twice.");
	if (peer_offered(p, DIR_IN) >= OFFERS_PER_CONTACT + (t != NULL && t->offered ? 1U : 0U))
		return broken(why, "Too many offers are open at once.");
	return 0;
}

static void
take_offer(struct tpeer *p, struct transfers *e, const struct offer *o, struct transfer *t)
{
	if (t == NULL) {
		t = transfer_new(e, p, DIR_IN);
		t->id = o->id;
		t->started = e->h.wall_ms(e->h.arg);
	}
	/* Offered again on the same session: the connection its stream came on is gone. */
	if (t->offered)
		receive_unoffer(t);
	choose_drop(t);
	receive_drop_list(t);
	t->space = UINT64_MAX;
	manifest_init(&t->list, o->count, o->len, o->bytes);
	p->lists += o->len;
	t->handle = o->handle;
	t->offered = t->gathering = true;
	t->streaming = t->synced = t->rerun = t->broken = false;
}

int
receive_offer(struct transfers *e, struct tpeer *p, struct reader *r, const char **why)
{
	struct transfer *t;
	struct offer o = {.handle = 0};

	rd_bytes(r, o.id.b, ID_LEN);
	o.handle = rd_u32(r);
	o.count = rd_u32(r);
	o.len = rd_u32(r);
	o.bytes = rd_u64(r);
	o.name = rd_string(r, &o.name_len);
	if (r->bad)
		return broken(why, "An offer is malformed.");
	t = transfer_by_id(p, &o.id, DIR_IN);
	if (check_offer(p, &o, t, why) == -1)
		return -1;
	if (t != NULL && t->ended)
		answer_again(t);
	else if (transfer_by_id(p, &o.id, DIR_OUT) != NULL)
		refuse_offer(p, e, &o.id, "that transfer comes from here");
	else if (p->lists + o.len > MANIFEST_POOL && (t == NULL || !t->accepted))
		refuse_offer(p, e, &o.id, "too many offers wait for an answer here");
	else
		take_offer(p, e, &o, t);
	return 0;
}

int
receive_space(struct tpeer *p, struct reader *r, const char **why)
{
	struct transfer *t = transfer_by_handle(p, rd_u32(r), DIR_IN);
	uint64_t space = rd_u64(r);

	if (r->bad)
		return broken(why, "The size of an offer is malformed.");
	/* What is known of it later could not be asked about any more. */
	if (t != NULL && t->gathering)
		t->space = space;
	return 0;
}

/* ---- the list is here ---- */

/* What the person is asked about, from the list. */
static void
describe(struct transfer *t)
{
	struct manifest *l = &t->list;

	/* Of what was accepted the disk knows how much it is. */
	if (!t->accepted) {
		t->files = l->files;
		t->folders = l->folders;
		t->bytes = l->bytes;
	}
	t->odd = (l->flags & ~(unsigned)PATH_EXECUTABLE) != 0;
	t->executable = (l->flags & PATH_EXECUTABLE) != 0;
	set_text(&t->name, l->first_paths[0]);
	free(t->names);
	t->names = l->names;
	t->names_len = l->names_len;
	l->names = NULL;
	l->names_len = 0;
}

static void
probe(struct transfer *t)
{
	struct msg *m = disk_job(t, JOB_PROBE);
	const char *where = t->e->h.downloads(t->e->h.arg);

	m->b.disk.flags = DISK_PROBE;
	msg_set_bytes(m, where, strlen(where));
	disk_job_push(t, m);
}

/* Asks the disk to make the part folder, or to find it again and tell what comes next. */
static void
prepare(struct transfer *t, uint32_t flags)
{
	bool resume = (flags & DISK_RESUME) != 0;
	size_t n = strlen(t->place) + 1, part = resume ? 0 : t->npart * sizeof(*t->part);
	size_t len = t->list.p != NULL ? ID_LEN + part + t->list.len : 0;
	uint8_t *b = xmalloc(n + len + 1);
	struct msg *m = disk_job(t, JOB_PREPARE);

	memcpy(b, t->place, n);
	if (len > 0) {
		memcpy(b + n, t->id.b, ID_LEN);
		if (part > 0)
			memcpy(b + n + ID_LEN, t->part, part);
		memcpy(b + n + ID_LEN + part, t->list.p, t->list.len);
	}
	b[n + len] = '\0';
	msg_take_bytes(m, b, n + len);
	m->b.disk.flags = flags;
	m->b.disk.entry = (uint32_t)(part / sizeof(*t->part));
	m->b.disk.offset = t->space;
	m->b.disk.count = t->list.count;
	clean_owner(t->e, m->b.disk.owner);
	t->preparing = true;
	transfer_refresh(t);
	disk_job_push(t, m);
}

/* Whether the list fits what the person was shown of the offer, by an earlier process perhaps. */
static bool
as_shown(const struct transfer *t)
{
	const struct manifest *l = &t->list;

	return t->files == l->files && t->folders == l->folders && t->bytes == l->bytes &&
	       strcmp(t->name, l->first_paths[0]) == 0;
}

static void
listed(struct transfer *t)
{
	bool shown = as_shown(t);

	if (t->finishing)
		return; /* its end is near, and answers the offer */
	describe(t);
	/* Accepted before its list came, and nothing of it is here yet. */
	t->unseen = t->accepted && t->done == 0 && shown;
	if (t->accepted) {
		prepare(t, DISK_RESUME);
		return;
	}
	probe(t);
}

int
receive_entries(struct tpeer *p, struct reader *r, const char **why)
{
	struct transfer *t = transfer_by_handle(p, rd_u32(r), DIR_IN);

	if (r->bad)
		return broken(why, "The list of the offer is malformed.");
	if (t == NULL)
		return 0;
	if (!t->gathering)
		return broken(why, "The list of the offer is longer than it said.");
	if (manifest_add(&t->list, r, why) == -1)
		return -1;
	if (!manifest_complete(&t->list))
		return 0;
	if (manifest_check(&t->list, why) == -1)
		return -1;
	t->gathering = false;
	listed(t);
	return 0;
}

void
receive_probe_ran(struct transfer *t, const struct msg *m)
{
	t->free_bytes = m->b.disk.size;
	if (t->number == 0)
		transfer_save(t);
	else
		(void)auto_try(t);
	transfer_refresh(t);
	transfer_tell(t);
}

/* ---- our answers ---- */

bool
receive_wants(const struct transfer *t, uint32_t i)
{
	return t->wanted == NULL || (t->wanted[i / 8] >> (i % 8) & 1) != 0;
}

/* What is wanted as it is told: stretches of the list, not minding what is no file. Fresh; none: all. */
static uint32_t *
wanted_ranges(const struct transfer *t, size_t *n)
{
	uint32_t *r = NULL;
	bool open = false;

	*n = 0;
	for (uint32_t i = 0; t->wanted != NULL && i < t->list.count; i++) {
		bool wants = receive_wants(t, i);

		if (manifest_kind(&t->list, i) != ENTRY_FILE)
			continue;
		if (wants && !open) {
			if (*n % 512 == 0)
				r = xreallocarray(r, *n + 512, sizeof(*r));
			r[(*n)++] = i;
			r[(*n)++] = 0;
		}
		if (wants)
			r[*n - 1] = i + 1 - r[*n - 2];
		open = wants;
	}
	if (t->wanted == NULL || *n > 0)
		return r;
	/* Folders and links alone: no range would be all. */
	r = xcalloc(2, sizeof(*r));
	r[1] = 1;
	while (manifest_kind(&t->list, r[0]) == ENTRY_FILE)
		r[0]++;
	*n = 2;
	return r;
}

/* Ranges that do not fit into ACCEPT go before it. */
static void
send_want_frame(struct transfer *t, const uint32_t *ranges, size_t n)
{
	uint8_t *body = xmalloc(ID_LEN + 4 + 2 + 4 * n);
	struct writer w;

	wr_open(&w, body, ID_LEN + 4 + 2 + 4 * n);
	wr_bytes(&w, t->id.b, ID_LEN);
	wr_u32(&w, t->run);
	wr_u16(&w, (uint16_t)(n / 2));
	for (size_t i = 0; i < n; i++)
		wr_u32(&w, ranges[i]);
	send_critical(t, FRAME_WANT, body, w.len);
	free(body);
}

static void
send_accept_frame(struct transfer *t)
{
	size_t size = ID_LEN + 4 + 4 + 8 + 8 + 2 + (size_t)8 * WANT_RANGES_FRAME, n, at = 0, left;
	uint32_t *ranges = wanted_ranges(t, &n);
	uint8_t *body = xmalloc(size);
	struct writer w;

	for (; n - at > (size_t)2 * WANT_RANGES_FRAME; at += (size_t)2 * WANT_RANGES_FRAME)
		send_want_frame(t, ranges + at, (size_t)2 * WANT_RANGES_FRAME);
	left = n - at;
	wr_open(&w, body, size);
	wr_bytes(&w, t->id.b, ID_LEN);
	wr_u32(&w, t->run);
	wr_u32(&w, t->place_entry);
	wr_u64(&w, t->place_offset);
	wr_u64(&w, t->limit);
	wr_u16(&w, (uint16_t)(left / 2));
	for (; at < n; at++)
		wr_u32(&w, ranges[at]);
	send_frame(t, FRAME_ACCEPT, body, w.len);
	free(body);
	free(ranges);
}

static bool
is_accepted(const struct transfer *t)
{
	return t->accepted || t->preparing || t->taking || t->ended;
}

bool
receive_may_accept(struct transfer *t, uint32_t serial)
{
	const char *why = NULL;

	if (is_accepted(t))
		why = _("It is accepted already.");
	else if (t->gathering || t->list.p == NULL)
		why = _("The offer has to be renewed first: that happens when its sender is "
			"online.");
	if (why != NULL)
		transfers_answer(t->e, serial, &t->peer->key, t->number, why);
	return why == NULL;
}

/* It is to go into that folder; "": the usual one. */
static void
go_into(struct transfer *t, const char *folder)
{
	if (folder[0] == '\0')
		folder = t->e->h.downloads(t->e->h.arg);
	/* What came of it before lies elsewhere. */
	if (t->kept && strcmp(folder, t->place) != 0)
		disk_job_close(t, true);
	t->kept = false;
	set_text(&t->place, folder);
}

/* What its sender vouches for is what it sent. Only where it never sent anything is what stands there already compared with it. */
static uint32_t
afresh(const struct transfer *t)
{
	return t->run == 0 && !t->differs ? DISK_AFRESH : 0;
}

void
receive_part(struct transfer *t)
{
	prepare(t, afresh(t));
}

void
receive_accept(struct transfer *t, const char *folder, uint32_t serial)
{
	struct transfers *e = t->e;

	if (is_accepted(t)) {
		transfers_answer(e, serial, &t->peer->key, t->number, "It is accepted already.");
		return;
	}
	go_into(t, folder);
	if (t->gathering || (t->list.p == NULL && (t->tree == 0 || !t->differs))) {
		/* Its list comes when its sender is back: what is the same by then begins without another question. */
		t->accepted = true;
		transfer_refresh(t);
		transfer_save(t);
		transfers_answer(e, serial, &t->peer->key, t->number, NULL);
		return;
	}
	t->serial = serial;
	t->npart = 0;
	prepare(t, afresh(t));
}

/* The parts are gone or are of something else: it is an offer like a new one. */
static void
ask_again(struct transfer *t, bool keep)
{
	/* A list that only the disk has is needed to begin again. */
	t->kept = keep && t->list.p != NULL;
	if (t->list.p != NULL || !t->offered)
		disk_job_close(t, !t->kept);
	t->rerun = t->rerun || t->streaming;
	t->accepted = t->paused_here = t->streaming = false;
	set_text(&t->pause_why, NULL);
	t->differs = true;
	t->done = 0;
	free(t->wanted);
	t->wanted = NULL;
	t->files = t->list.files;
	t->folders = t->list.folders;
	t->bytes = t->list.bytes;
	probe(t);
	transfer_refresh(t);
}

static void
not_prepared(struct transfer *t, const struct msg *m)
{
	int error = m->b.disk.error;
	const char *why = (const char *)m->bytes;

	if (!t->accepted) {
		/* Still an offer; another folder may do. */
		transfer_answer(t, why);
		set_text(&t->place, "");
	} else if (error == ENOENT && t->unseen) {
		t->unseen = false;
		prepare(t, 0);
	} else if (error == ENOENT || error == ESTALE) {
		transfer_answer(t, "What was received of it is gone: accept it again.");
		/* What came of a list that changed is of use for the next one. */
		ask_again(t, error == ESTALE);
	} else {
		/* Full, or not mounted: what is there stays for another try. */
		transfer_answer(t, why);
		receive_full(t, why, error);
	}
}

/* All it was asked about before the place that follows is as it is there. */
static void
say_summed(struct transfer *t)
{
	uint8_t body[ID_LEN + 4];

	memcpy(body, t->id.b, ID_LEN);
	put_be32(body + ID_LEN, t->run);
	send_frame(t, FRAME_SUMMED, body, sizeof(body));
}

/* The parts are ready: tells the sender where to begin, if it waits for that. */
static void
go(struct transfer *t)
{
	if (!t->offered || t->gathering || t->ended)
		return;
	if (t->equal)
		say_summed(t);
	t->equal = false;
	receive_begin(t, t->place_entry, t->place_offset);
	/* Before the sender reads that it may go on. */
	if (t->paused_here)
		send_pause(t, true);
	send_accept_frame(t);
	if (!t->paused_here && t->pause_told)
		send_pause(t, false);
}

void
receive_next(struct transfer *t)
{
	prepare(t, DISK_RESUME | DISK_NEXT);
}

void
receive_summed(struct transfer *t, const struct msg *m)
{
	if (!t->streaming || t->finishing || t->broken || t->preparing)
		return;
	if ((m->b.disk.flags & DISK_MORE) != 0) {
		prepare(t, DISK_RESUME | DISK_SUMMED);
		return;
	}
	t->equal = true;
	t->place_entry = m->b.disk.entry;
	t->place_offset = (uint64_t)m->b.disk.mtime_ns;
	t->done = m->b.disk.offset;
	go(t);
	transfer_refresh(t);
}

void
receive_noted(struct transfer *t)
{
	t->noting = false;
	if (!t->streaming && !t->preparing)
		go(t);
	transfer_refresh(t);
}

/* What of it is to arrive, as the disk keeps it. */
static void
take_part(struct transfer *t, const struct msg *m)
{
	const uint8_t *p = m->bytes;
	uint32_t range[2];

	free(t->wanted);
	t->wanted = m->len > 0 ? xcalloc(t->list.count / 8 + 1, 1) : NULL;
	for (size_t at = 0; at + sizeof(range) <= m->len; at += sizeof(range)) {
		memcpy(range, p + at, sizeof(range));
		for (uint32_t i = range[0]; i - range[0] < range[1] && i < t->list.count; i++)
			t->wanted[i / 8] = (uint8_t)(t->wanted[i / 8] | 1U << (i % 8));
	}
	t->bytes = m->b.disk.total;
	t->files = m->b.disk.files;
	t->folders = m->b.disk.folders;
}

void
receive_prepare_ran(struct transfer *t, const struct msg *m)
{
	const struct msg_disk *b = &m->b.disk;
	bool first = !t->accepted;

	t->preparing = false;
	if (b->error != 0) {
		not_prepared(t, m);
		return;
	}
	t->accepted = true;
	if (first)
		clean_remember(t->e, t->place);
	t->differs = t->broken = false;
	t->done = b->size;
	take_part(t, m);
	choose_drop(t);
	slim_list(t);
	free(t->names);
	t->names = NULL;
	t->names_len = 0;
	t->place_entry = b->entry;
	t->place_offset = b->offset;
	t->more = (b->flags & DISK_MORE) != 0;
	t->equal = (b->flags & DISK_SUMMED) != 0;
	if (held(t)) {
		t->paused_here = false;
		set_text(&t->pause_why, NULL);
		set_text(&t->told, NULL);
	}
	t->noting = t->noting || first;
	transfer_refresh(t);
	if (first) {
		t->asks = true;
		transfer_save(t);
	} else if (!t->noting) {
		go(t);
	}
	transfer_answer(t, NULL);
	transfer_refresh(t);
}

void
receive_try_again(struct transfer *t)
{
	if (t->offered && !t->gathering && !t->preparing && !t->noting)
		prepare(t, DISK_RESUME);
}

void
receive_resume(struct transfer *t, uint32_t serial)
{
	bool full = t->broken || (t->pause_why != NULL && !t->streaming);

	t->paused_here = false;
	set_text(&t->pause_why, NULL);
	set_text(&t->told, NULL);
	if (full && t->offered && !t->gathering && !t->preparing) {
		/* The stream begins again where the disk stopped; the sender hears that it may go on once it knows where. */
		t->serial = serial;
		prepare(t, DISK_RESUME);
		return;
	}
	send_pause(t, false);
	transfers_answer(t->e, serial, &t->peer->key, t->number, NULL);
}

void
receive_unoffer(struct transfer *t)
{
	if (t->dir != DIR_IN)
		return;
	receive_flush(t, true);
	t->offered = t->streaming = t->synced = t->rerun = t->in_file = t->broken = false;
	t->paused_there = t->pause_told = false;
	set_text(&t->their_why, NULL);
	if (t->gathering)
		receive_drop_list(t);
	t->gathering = false;
}
