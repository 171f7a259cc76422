/* delivery.c - messages out and in: the outbox on its way, acknowledgements after the commit. (net/PROTOCOL.md, "Delivery") */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/node_int.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"

#define CONTENT_HEADER	       (ID_LEN + 8 + 8) /* id, seq, time */
#define OUTBOX_PART	       256
#define ACKS_PER_FRAME	       1024
/* Half a minute of backoff: a full disk is not emptied in a second. */
#define FAILURES_AFTER_REFUSAL 6

/* Acts and replies: the id of the message they are about, too. */
#define REF_HEADER (CONTENT_HEADER + ID_LEN)

_Static_assert((int)CONTENT_CHAT == FRAME_CHAT && (int)CONTENT_EDIT == FRAME_EDIT &&
		       (int)CONTENT_DELETE == FRAME_DELETE && (int)CONTENT_REPLY == FRAME_REPLY &&
		       (int)CONTENT_REACT == FRAME_REACT && (int)CONTENT_TIMER == FRAME_TIMER,
	       "what is stored as content is the type of its frame");

enum ack_status { ACK_STORED = 0, ACK_UNSUPPORTED = 1, ACK_TOO_LONG = 2 };

/* ---- out ---- */

static bool
room(const struct peer *p)
{
	return p->ninflight < UNACKED_MESSAGES && p->inflight_bytes < UNACKED_BYTES;
}

/* Asks the store for what waits. The answers carry the question's number, so that those to a question of an earlier session, which
 * would put messages out of order, are told apart. */
static void
ask_outbox(struct peer *p, uint32_t count)
{
	struct msg *m = msg_new(MSG_ST_OUTBOX);

	m->serial = ++p->outbox_serial;
	m->b.st_outbox.peer = p->key;
	m->b.st_outbox.after = p->sent_seq;
	m->b.st_outbox.count = count;
	p->loading = true;
	node_store(p->node, m);
}

static void
want_more(struct peer *p)
{
	if (!peer_sends(p) || !p->more || p->loading || !room(p))
		return;
	p->more = false;
	ask_outbox(p, OUTBOX_PART);
}

static void
clear_inflight(struct peer *p)
{
	struct inflight *f;

	while ((f = STAILQ_FIRST(&p->inflight)) != NULL) {
		STAILQ_REMOVE_HEAD(&p->inflight, entry);
		free(f);
	}
	p->ninflight = p->inflight_bytes = 0;
}

void
delivery_start(struct peer *p)
{
	p->sent_seq = 0;
	p->loading = false;
	p->more = true;
	p->read_sent = 0;
	delivery_read(p);
	want_more(p);
}

/* READ is a position: it is said again on every session, and nothing is lost with one that did not arrive. */
void
delivery_read(struct peer *p)
{
	uint8_t body[8];

	if (!peer_sends(p) || !p->node->receipts || p->chat.seen_seq <= p->read_sent)
		return;
	put_be64(body, (uint64_t)p->chat.seen_seq);
	if (session_send(p->link->session, FRAME_READ, 0, body, sizeof(body)))
		p->read_sent = p->chat.seen_seq;
}

static int
take_read(struct peer *p, const struct frame *f, const char **why)
{
	uint64_t seq;
	struct msg *m;

	if (f->len < 8) {
		*why = "a READ that is too short";
		return -1;
	}
	seq = get_be64(f->body) & INT64_MAX;
	if ((int64_t)seq <= p->chat.read_seq)
		return 0;
	m = msg_new(MSG_ST_SEEN);
	m->b.st_read.peer = p->key;
	m->b.st_read.row = (int64_t)seq;
	node_store(p->node, m);
	return 0;
}

void
delivery_stop(struct peer *p)
{
	clear_inflight(p);
	p->sent_seq = 0;
	/* What is not acknowledged comes again, and is acknowledged then. */
	p->nacks = 0;
}

void
delivery_free(struct peer *p)
{
	clear_inflight(p);
	free(p->acks);
	p->acks = NULL;
}

void
delivery_waits(struct peer *p)
{
	if (p->link != NULL)
		session_waiting(p->link->session, p->ninflight > 0 || p->awaits_files);
}

static void
transmit(struct peer *p, const struct msg *m)
{
	const struct msg_st_row *row = &m->b.st_row;
	uint8_t body[REF_HEADER + 4 + TEXT_MAX_BYTES];
	uint8_t type = row->timer != 0 ? FRAME_FADING : row->wire_type;
	struct inflight *f;
	struct writer w;

	wr_open(&w, body, sizeof(body));
	wr_bytes(&w, row->id.b, ID_LEN);
	wr_u64(&w, (uint64_t)row->seq);
	wr_u64(&w, (uint64_t)row->time);
	if (type == FRAME_FADING)
		wr_u32(&w, row->timer);
	if (type != FRAME_CHAT && type != FRAME_TIMER)
		wr_bytes(&w, row->ref.b, ID_LEN);
	wr_bytes(&w, m->bytes, m->len);
	if (w.bad || !session_send(p->link->session, type, 0, body, w.len))
		return;
	loop_hurry(p->node->env.loop);
	f = xcalloc(1, sizeof(*f));
	f->id = row->id;
	f->seq = row->seq;
	f->len = m->len;
	STAILQ_INSERT_TAIL(&p->inflight, f, entry);
	p->ninflight++;
	p->inflight_bytes += m->len;
	p->sent_seq = row->seq;
	delivery_waits(p);
}

/* A message was just committed. It goes out at once if nothing older waits in the store. */
void
delivery_said(struct peer *p, const struct msg *m)
{
	if (peer_sends(p) && !p->more && !p->loading && room(p) && m->b.st_row.seq > p->sent_seq) {
		transmit(p, m);
		peer_touch(p);
		return;
	}
	p->more = true;
	if (p->mutual)
		want_more(p);
	else if (p->link != NULL)
		delivery_note(p);
	else
		peer_dial_now(p);
}

void
delivery_note(struct peer *p)
{
	if (p->link == NULL || p->mutual || p->note_sent || p->row.state != CONTACT_ACCEPTED ||
	    p->row.trust == TRUST_CHANGED)
		return;
	p->sent_seq = 0;
	ask_outbox(p, 1);
}

static void
send_note(struct peer *p, const struct msg *m)
{
	size_t len = text_truncate_utf8((const char *)m->bytes, m->len, NOTE_MAX_BYTES);

	if (p->link == NULL || p->note_sent || p->row.state != CONTACT_ACCEPTED ||
	    p->row.trust == TRUST_CHANGED || m->b.st_row.kind != ROW_TEXT)
		return;
	p->note_sent = true;
	(void)session_send(p->link->session, FRAME_REQUEST, 0, m->bytes, len);
}

void
delivery_out(struct peer *p, const struct msg *m)
{
	if (m->serial != p->outbox_serial)
		return;
	if (!p->mutual)
		send_note(p, m);
	else if (peer_sends(p) && m->b.st_row.seq > p->sent_seq)
		transmit(p, m);
}

void
delivery_out_end(struct peer *p, const struct msg *m)
{
	if (m->serial != p->outbox_serial)
		return;
	p->loading = false;
	if (!p->mutual)
		return;
	p->more = p->more || m->b.st_outbox.more;
	want_more(p);
	peer_touch(p);
}

/* ---- acknowledgements of ours ---- */

static bool
strike_out(struct peer *p, const uint8_t *id)
{
	struct inflight *f;

	STAILQ_FOREACH (f, &p->inflight, entry)
		if (memcmp(f->id.b, id, ID_LEN) == 0) {
			STAILQ_REMOVE(&p->inflight, f, inflight, entry);
			p->ninflight--;
			p->inflight_bytes -= f->len;
			free(f);
			return true;
		}
	return false;
}

/* ACK: status u8, ids. Only what is on its way on this session counts. */
static int
take_ack(struct peer *p, const struct frame *f, const char **why)
{
	struct msg *m;
	uint8_t *ids;
	size_t n = 0;

	if (f->len < 1 || (f->len - 1) % ID_LEN != 0) {
		*why = "a malformed ACK";
		return -1;
	}
	ids = xmalloc(f->len);
	for (size_t at = 1; at < f->len; at += ID_LEN)
		if (strike_out(p, f->body + at)) {
			memcpy(ids + n, f->body + at, ID_LEN);
			n += ID_LEN;
		}
	if (n == 0) {
		free(ids);
		return 0;
	}
	m = msg_new(MSG_ST_ACKED);
	m->b.st_acked.peer = p->key;
	m->b.st_acked.state = f->body[0] == ACK_STORED ? RECEIPT_DELIVERED : RECEIPT_FAILED;
	m->b.st_acked.time = node_wall(p->node);
	strlcpy(m->b.st_acked.reason,
		f->body[0] == ACK_TOO_LONG
			? N_("it is too long for the other program")
			: N_("the other program does not know this kind of message"),
		sizeof(m->b.st_acked.reason));
	node_store(p->node, msg_take_bytes(m, ids, n));
	delivery_waits(p);
	want_more(p);
	return 0;
}

/* ---- in ---- */

static void
refuse_content(struct peer *p, enum ack_status status, const uint8_t *id)
{
	uint8_t body[1 + ID_LEN];

	body[0] = (uint8_t)status;
	memcpy(body + 1, id, ID_LEN);
	if (p->link != NULL)
		(void)session_send(p->link->session, FRAME_ACK, 0, body, sizeof(body));
}

/* Reading this contact rests while more waits for the commit than we want to hold. */
static void
pace(struct peer *p)
{
	bool much =
		p->uncommitted >= UNCOMMITTED_MESSAGES || p->uncommitted_bytes >= UNCOMMITTED_BYTES;
	bool little = p->uncommitted <= UNCOMMITTED_MESSAGES / 2 &&
		      p->uncommitted_bytes <= UNCOMMITTED_BYTES / 2;

	if (p->link != NULL && (much || little))
		session_pause(p->link->session, much);
}

/* The longest rest of a body behind its header. */
static size_t
longest(uint8_t type)
{
	return type == FRAME_DELETE || type == FRAME_TIMER ? SIZE_MAX
	       : type == FRAME_REACT			   ? REACTION_MAX_BYTES
							   : TEXT_MAX_BYTES;
}

/* Behind the header: what a message or an act is about. A message that disappears is a CHAT or a REPLY with a time. */
static void
read_about(const struct frame *f, struct reader *r, struct msg_st_row *row)
{
	static const struct id none;

	row->wire_type = f->type;
	if (f->type == FRAME_FADING)
		row->timer = rd_u32(r);
	if (f->type != FRAME_CHAT && f->type != FRAME_TIMER)
		rd_bytes(r, row->ref.b, ID_LEN);
	if (f->type == FRAME_FADING)
		row->wire_type = id_equal(&row->ref, &none) ? CONTENT_CHAT : CONTENT_REPLY;
	/* What may stand behind an id or a time one day means nothing today. */
	row->size = f->type == FRAME_DELETE ? 0 : (uint32_t)r->left;
	if (f->type == FRAME_TIMER) {
		row->size = 4;
		r->bad = r->bad || r->left < 4;
	}
}

static struct msg *
read_content(struct peer *p, const struct frame *f, struct reader *r)
{
	struct msg *m = msg_new(MSG_ST_GOT);
	struct msg_st_row *row = &m->b.st_row;

	row->peer = p->key;
	rd_bytes(r, row->id.b, ID_LEN);
	row->seq = (int64_t)(rd_u64(r) & INT64_MAX);
	row->time = (int64_t)rd_u64(r);
	row->arrived = node_wall(p->node);
	row->dir = DIR_IN;
	row->kind = ROW_TEXT;
	read_about(f, r, row);
	return m;
}

static int
take_content(struct peer *p, const struct frame *f, const char **why)
{
	struct reader r;
	struct msg *m;
	uint32_t size;

	rd_open(&r, f->body, f->len);
	m = read_content(p, f, &r);
	if (r.bad) {
		msg_free(m);
		*why = "a message that is too short";
		return -1;
	}
	if (r.left > longest(f->type)) {
		refuse_content(p, ACK_TOO_LONG, m->b.st_row.id.b);
		msg_free(m);
		return 0;
	}
	size = m->b.st_row.size;
	p->uncommitted++;
	p->uncommitted_bytes += size;
	loop_hurry(p->node->env.loop);
	node_store(p->node, msg_set_bytes(m, r.p, size));
	pace(p);
	if (p->typing) {
		p->typing = false;
		peer_touch(p);
	}
	return 0;
}

static void
add_ack(struct peer *p, const struct id *id)
{
	if ((p->nacks + 1) * ID_LEN > p->acks_size) {
		p->acks_size = p->acks_size * 2 + 64 * ID_LEN;
		p->acks = xreallocarray(p->acks, p->acks_size, 1);
	}
	memcpy(p->acks + p->nacks * ID_LEN, id->b, ID_LEN);
	p->nacks++;
}

/* It is not acknowledged, so it stays with the sender, who sends it again on the next session: this one ends. */
static void
refused_by_store(struct peer *p, const struct msg *m)
{
	/* Of a whole batch that was refused only the first is told. */
	if (p->link == NULL)
		return;
	node_notice(p->node, true, &p->key, "A message of %s could not be saved: %s", p->row.name,
		    m->len > 0 ? (const char *)m->bytes : _("the database refuses it"));
	peer_hang_up(p, BYE_CLOSED);
	p->failures = FAILURES_AFTER_REFUSAL;
	peer_dial_later(p);
}

/* Committed: now it may be acknowledged. What the database refused is not; it will come again. */
void
delivery_got(struct peer *p, const struct msg *m)
{
	const struct msg_st_row *row = &m->b.st_row;

	p->uncommitted -= p->uncommitted > 0;
	p->uncommitted_bytes -=
		m->b.st_row.size < p->uncommitted_bytes ? m->b.st_row.size : p->uncommitted_bytes;
	if (row->failed)
		refused_by_store(p, m);
	else if (p->mutual)
		add_ack(p, &row->id);
	pace(p);
	peer_touch(p);
}

void
delivery_batch_end(struct peer *p)
{
	uint8_t body[1 + ACKS_PER_FRAME * ID_LEN];

	body[0] = ACK_STORED;
	for (size_t from = 0; from < p->nacks && p->link != NULL;) {
		size_t n = p->nacks - from < ACKS_PER_FRAME ? p->nacks - from : ACKS_PER_FRAME;

		memcpy(body + 1, p->acks + from * ID_LEN, n * ID_LEN);
		if (!session_send(p->link->session, FRAME_ACK, 0, body, 1 + n * ID_LEN))
			break;
		from += n;
	}
	p->nacks = 0;
}

static int
take_profile(struct peer *p, const struct frame *f, const char **why)
{
	char nick[NAME_SIZE];

	if (f->len == 0 || f->len > NAME_MAX_BYTES ||
	    !text_valid_utf8((const char *)f->body, f->len)) {
		*why = "a PROFILE whose name is no name";
		return -1;
	}
	memcpy(nick, f->body, f->len);
	nick[f->len] = '\0';
	peer_nick(p, nick);
	peer_touch(p);
	return 0;
}

int
delivery_frame(struct peer *p, const struct frame *f, const char **why)
{
	switch (f->type) {
	case FRAME_CHAT:
	case FRAME_EDIT:
	case FRAME_DELETE:
	case FRAME_REPLY:
	case FRAME_REACT:
	case FRAME_TIMER:
	case FRAME_FADING:
		return take_content(p, f, why);
	case FRAME_READ:
		return take_read(p, f, why);
	case FRAME_ACK:
		return take_ack(p, f, why);
	case FRAME_TYPING:
		peer_typing(p);
		return 0;
	case FRAME_PROFILE:
		return take_profile(p, f, why);
	default:
		break;
	}
	if (f->flags & FRAME_CRITICAL) {
		*why = "a critical frame of an unknown type";
		return -1;
	}
	/* Content of a later version: it is told so, and does not come again. */
	if (f->type >= FRAME_CONTENT_FIRST && f->type <= FRAME_CONTENT_LAST && f->len >= ID_LEN)
		refuse_content(p, ACK_UNSUPPORTED, f->body);
	return 0;
}

void
peer_line(struct peer *p, const char *fmt, ...)
{
	struct msg *m = msg_new(MSG_ST_LINE);
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), _(fmt), ap);
	va_end(ap);
	m->b.st_row.peer = p->key;
	m->b.st_row.time = m->b.st_row.arrived = node_wall(p->node);
	m->b.st_row.dir = DIR_NOTE;
	m->b.st_row.kind = ROW_EVENT;
	node_store(p->node, msg_set_bytes(m, text, strlen(text)));
}
