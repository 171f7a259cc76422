/* cli_print.c - one event, one line: as a JSON object, or to be read. */
#include "config.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/cli_event_priv.h"
#include "src/kept.h"
#include "src/retain.h"
#include "src/safety.h"
#include "src/text.h"
#include "src/util.h"

static void
append(struct printer *p, const char *line)
{
	size_t len = strlen(line);

	if (p->cap - p->len < len + 1) {
		p->cap = (p->len + len + 1) * 2;
		p->out = xreallocarray(p->out, p->cap, 1);
	}
	memcpy(p->out + p->len, line, len);
	p->out[p->len + len] = '\n';
	p->len += len + 1;
}

static void plain(struct printer *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A line for people, whatever the peers' text in it holds. */
static void
plain(struct printer *p, const char *fmt, ...)
{
	char *line, *safe;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&line, fmt, ap);
	va_end(ap);
	if (n < 0)
		util_fatal("out of memory");
	safe = text_show_dup(line, (size_t)n, TEXT_ONE_LINE);
	append(p, safe);
	free(safe);
	free(line);
}

static struct json *
begin(struct printer *p, const char *event)
{
	json_reset(&p->j);
	json_object(&p->j, NULL);
	json_string(&p->j, "event", event);
	json_int(&p->j, "time", util_wall_ms());
	return &p->j;
}

static void
end(struct printer *p, const char *tag)
{
	if (tag != NULL)
		json_string(&p->j, "tag", tag);
	json_end(&p->j);
	append(p, json_text(&p->j));
}

static void
put_key(struct json *j, const char *name, const struct key *k)
{
	char hex[2 * KEY_LEN + 1];

	json_string(j, name, util_hex(hex, k->b, KEY_LEN));
}

void
print_ready(struct printer *p, const struct model *m, const char *event)
{
	const struct msg_self *self = model_self(m);
	struct json *j;

	if (!p->json) {
		plain(p, "%s %s", event, model_invite(m));
		for (uint32_t i = 0; i < self->nlisten; i++)
			plain(p, "listening on %s", self->listen[i]);
		return;
	}
	j = begin(p, event);
	put_key(j, "key", &self->key);
	json_string(j, "invite", model_invite(m));
	json_array(j, "listen");
	for (uint32_t i = 0; i < self->nlisten; i++)
		json_string(j, NULL, self->listen[i]);
	json_end(j);
	end(p, NULL);
}

/* What it says of itself, and since when. */
static void
put_presence(struct json *j, const struct msg_contact *c)
{
	bool online = c->link == LINK_ONLINE;

	json_string(j, "presence", !online ? "offline" : c->away ? "away" : "online");
	if (online && c->away)
		json_int(j, "since", c->away_since);
	else if (!online && c->last_seen != 0)
		json_int(j, "since", c->last_seen);
	if (online && c->status[0] != '\0')
		json_string(j, "status", c->status);
	if (online && c->typing)
		json_bool(j, "typing", true);
}

void
print_peer(struct printer *p, const struct msg_contact *c, bool gone, const char *tag)
{
	struct json *j;

	if (!p->json) {
		plain(p, gone ? "%s is removed" : "%s is %s (%s)", c->name, link_word(c->link),
		      trust_word(c->trust));
		return;
	}
	j = begin(p, "peer");
	put_key(j, "peer", &c->peer);
	json_string(j, "name", c->name);
	if (c->person_name[0] != '\0')
		json_string(j, "person", c->person_name);
	json_string(j, "state", link_word(gone ? LINK_OFFLINE : c->link));
	json_string(j, "trust", trust_word(c->trust));
	if (gone)
		json_bool(j, "removed", true);
	else if (c->state == CONTACT_BLOCKED)
		json_bool(j, "blocked", true);
	else
		put_presence(j, c);
	end(p, tag);
}

void
print_request(struct printer *p, const struct key *own, const struct model_contact *c,
	      const char *tag)
{
	char hex[2 * KEY_LEN + 1], digits[SAFETY_DIGITS + 1];
	struct json *j;

	if (!p->json) {
		plain(p, "request %s from %s: %s", util_hex(hex, c->c.peer.b, KEY_LEN), c->c.nick,
		      c->detail);
		return;
	}
	j = begin(p, "request");
	put_key(j, "peer", &c->c.peer);
	json_string(j, "nick", c->c.nick);
	json_string(j, "note", c->detail);
	if (c->c.from[0] != '\0')
		json_string(j, "from", c->c.from);
	if (came_words(c->c.how)[0] != '\0')
		json_string(j, "came", came_words(c->c.how));
	safety_number(digits, own, &c->c.peer);
	json_string(j, "safety", digits);
	end(p, tag);
}

static void
print_said(struct printer *p, const char *event, const struct key *peer, const char *name,
	   const struct row *r, const char *tag)
{
	char hex[2 * ID_LEN + 1];
	struct json *j;

	if (!p->json) {
		plain(p, "%s %s: %.*s", r->dir == DIR_IN ? "from" : "to", name, (int)r->text_len,
		      r->text);
		return;
	}
	j = begin(p, event);
	put_key(j, "peer", peer);
	json_string(j, "name", name);
	json_string(j, "id", util_hex(hex, r->id.b, ID_LEN));
	json_string(j, "dir", r->dir == DIR_IN ? "in" : "out");
	json_string_n(j, "text", r->text, r->text_len);
	json_int(j, "written", r->time);
	if (r->edits != 0)
		json_bool(j, "edited", true);
	if (r->edit_seq != 0)
		json_bool(j, "edit_waits", true);
	if (r->deleted)
		json_bool(j, "deleted", true);
	if (r->timer != 0)
		json_uint(j, "timer", r->timer);
	if (r->expires != 0)
		json_int(j, "expires", r->expires);
	if (r->content == CONTENT_REPLY)
		json_string(j, "reply", util_hex(hex, r->ref.b, ID_LEN));
	end(p, tag);
}

void
print_message(struct printer *p, const struct key *peer, const char *name, const struct row *r,
	      const char *tag)
{
	print_said(p, "message", peer, name, r, tag);
}

void
print_hit(struct printer *p, const struct key *peer, const char *name, const struct row *r,
	  const char *tag)
{
	print_said(p, "hit", peer, name, r, tag);
}

void
print_searched(struct printer *p, bool more, const char *tag)
{
	if (!p->json) {
		plain(p, more ? "that is not all" : "that is all");
		return;
	}
	json_bool(begin(p, "searched"), "more", more);
	end(p, tag);
}

void
print_version(struct printer *p, const struct key *peer, const char *name, const struct row *r,
	      const char *tag)
{
	char hex[2 * ID_LEN + 1];
	struct json *j;

	if (!p->json) {
		plain(p, "%s %s, version %u: %.*s", r->dir == DIR_IN ? "from" : "to", name,
		      r->edits + 1, (int)r->text_len, r->text);
		return;
	}
	j = begin(p, "version");
	put_key(j, "peer", peer);
	json_string(j, "name", name);
	json_string(j, "id", util_hex(hex, r->id.b, ID_LEN));
	json_string(j, "dir", r->dir == DIR_IN ? "in" : "out");
	json_uint(j, "version", r->edits + 1);
	json_string_n(j, "text", r->text, r->text_len);
	json_int(j, "written", r->time);
	end(p, tag);
}

/* What the peer or the user says about messages that disappear. */
static void
print_timer(struct printer *p, const struct key *peer, const char *name, const struct row *r,
	    const char *tag)
{
	uint32_t seconds = r->text_len == 4 ? get_be32((const uint8_t *)r->text) : 0;
	char hex[2 * ID_LEN + 1], words[48];
	struct json *j;

	if (!p->json) {
		plain(p, "%s %s: messages disappear after: %s", r->dir == DIR_IN ? "from" : "to",
		      name, retain_timer_show(words, sizeof(words), seconds));
		return;
	}
	j = begin(p, "timer");
	put_key(j, "peer", peer);
	json_string(j, "name", name);
	json_string(j, "dir", r->dir == DIR_IN ? "in" : "out");
	json_uint(j, "timer", seconds);
	json_string(j, "act", util_hex(hex, r->id.b, ID_LEN));
	json_int(j, "written", r->time);
	end(p, tag);
}

void
print_act(struct printer *p, const struct key *peer, const char *name, const struct row *r,
	  const char *tag)
{
	const char *what = r->content == CONTENT_EDIT	  ? "edit"
			   : r->content == CONTENT_DELETE ? "delete"
							  : "reaction";
	char hex[2 * ID_LEN + 1];
	struct json *j;

	if (r->content == CONTENT_TIMER) {
		print_timer(p, peer, name, r, tag);
		return;
	}
	util_hex(hex, r->ref.b, ID_LEN);
	if (!p->json) {
		plain(p, "%s %s: %s of message %.8s%s%.*s", r->dir == DIR_IN ? "from" : "to", name,
		      what, hex, r->text_len != 0 ? ": " : "", (int)r->text_len, r->text);
		return;
	}
	j = begin(p, what);
	put_key(j, "peer", peer);
	json_string(j, "name", name);
	json_string(j, "id", hex);
	json_string(j, "dir", r->dir == DIR_IN ? "in" : "out");
	if (r->content == CONTENT_EDIT)
		json_string_n(j, "text", r->text, r->text_len);
	else if (r->content == CONTENT_REACT)
		json_string_n(j, "emoji", r->text, r->text_len);
	json_string(j, "act", util_hex(hex, r->id.b, ID_LEN));
	json_int(j, "written", r->time);
	end(p, tag);
}

void
print_receipt(struct printer *p, const struct key *peer, const char *name, const struct row *r,
	      enum receipt state, const char *tag)
{
	char hex[2 * ID_LEN + 1];
	struct json *j;

	util_hex(hex, r->id.b, ID_LEN);
	if (!p->json) {
		plain(p, "to %s: message %.8s is %s", name, hex, receipt_word(state));
		return;
	}
	j = begin(p, "receipt");
	put_key(j, "peer", peer);
	json_string(j, "id", hex);
	json_string(j, "state", receipt_word(state));
	if (state == RECEIPT_FAILED)
		json_string_n(j, "reason", r->reason, r->reason_len);
	end(p, tag);
}

void
print_offer(struct printer *p, const struct model_transfer *t, const char *name, const char *tag)
{
	char size[TEXT_FIGURE];
	struct json *j;

	if (!p->json) {
		plain(p, "offer %" PRId64 " from %s: %s, %" PRIu64 " files, %s: /accept %" PRId64,
		      t->t.transfer, name, t->what, t->t.files,
		      text_size(size, sizeof(size), t->t.bytes_total), t->t.transfer);
		return;
	}
	j = begin(p, "offer");
	json_int(j, "transfer", t->t.transfer);
	put_key(j, "peer", &t->t.peer);
	json_string(j, "name", name);
	json_string(j, "path", t->what);
	json_uint(j, "files", t->t.files);
	json_uint(j, "folders", t->t.folders);
	json_uint(j, "bytes", t->t.bytes_total);
	end(p, tag);
}

static const char *
way(const struct model_transfer *t)
{
	return t->t.dir == DIR_IN ? "in" : "out";
}

void
print_progress(struct printer *p, const struct model_transfer *t, const char *tag)
{
	char size[TEXT_FIGURE], rate[TEXT_FIGURE];
	struct json *j;

	if (!p->json) {
		plain(p, "transfer %" PRId64 ": %s, %s", t->t.transfer,
		      text_size_pair(size, sizeof(size), t->t.bytes_done, t->t.bytes_total),
		      text_rate(rate, sizeof(rate), t->t.rate));
		return;
	}
	j = begin(p, "progress");
	json_int(j, "transfer", t->t.transfer);
	json_string(j, "dir", way(t));
	json_uint(j, "done", t->t.bytes_done);
	json_uint(j, "total", t->t.bytes_total);
	json_uint(j, "rate", t->t.rate);
	end(p, tag);
}

void
print_transfer(struct printer *p, const struct model_transfer *t, const char *name, const char *tag)
{
	bool here = t->t.dir == DIR_IN && t->t.state == TRANSFER_DONE;
	const char *path = here ? t->place : t->what;
	char *why = kept_english(t->reason);
	struct json *j;

	if (!p->json) {
		plain(p, "transfer %" PRId64 " %s %s is %s: %s%s%s", t->t.transfer,
		      t->t.dir == DIR_IN ? "from" : "to", name, transfer_word(t->t.state), path,
		      why[0] != '\0' ? ": " : "", why);
		free(why);
		return;
	}
	j = begin(p, "transfer");
	json_int(j, "transfer", t->t.transfer);
	json_string(j, "dir", way(t));
	put_key(j, "peer", &t->t.peer);
	json_string(j, "state", transfer_word(t->t.state));
	json_string(j, "path", path);
	json_string(j, "reason", why);
	free(why);
	end(p, tag);
}

void
print_went(struct printer *p, int64_t transfer, enum direction dir, const struct went_row *row,
	   const char *tag)
{
	struct json *j;

	if (!p->json) {
		plain(p, "%s: %s%s%s%s", row->path, went_words(row->how, dir),
		      row->note[0] != '\0' ? " (" : "", row->note, row->note[0] != '\0' ? ")" : "");
		return;
	}
	j = begin(p, "file");
	json_int(j, "transfer", transfer);
	went_members(j, dir, row);
	end(p, tag);
}

void
print_went_end(struct printer *p, int64_t transfer, uint32_t n, const char *tag)
{
	struct json *j;

	if (!p->json) {
		plain(p, n == 0 ? "where its files went is not known" : "that is all");
		return;
	}
	j = begin(p, "files");
	json_int(j, "transfer", transfer);
	json_uint(j, "files", n);
	end(p, tag);
}

void
print_code(struct printer *p, const struct msg_code *c, const char *reason, const char *name,
	   const char *tag)
{
	char text[CODE_TEXT];
	struct json *j;

	code_format(text, &c->code);
	if (!p->json) {
		plain(p, "code %s is %s%s%s%s%s", text, code_word(c->state),
		      c->state == CODE_USED ? " by " : "", c->state == CODE_USED ? name : "",
		      reason[0] != '\0' ? ": " : "", reason);
		return;
	}
	j = begin(p, "code");
	json_string(j, "code", text);
	json_string(j, "state", code_word(c->state));
	json_string(j, "reason", reason);
	json_string(j, "side", c->joining ? "join" : "pair");
	json_int(j, "tries", c->tries);
	json_int(j, "until", c->until);
	if (c->has_peer) {
		put_key(j, "peer", &c->peer);
		json_string(j, "name", name);
	}
	end(p, tag);
}

void
print_nearby(struct printer *p, const struct msg_nearby *n, const char *name, const char *tag)
{
	struct json *j;

	if (!p->json) {
		plain(p, "%s at %s is %s%s%s", n->nick, n->address, n->gone ? "gone" : "nearby",
		      name[0] != '\0' ? ": " : "", name);
		return;
	}
	j = begin(p, "nearby");
	json_string(j, "nick", n->nick);
	json_string(j, "address", n->address);
	json_string(j, "state", n->gone ? "gone" : "seen");
	if (n->is_contact) {
		put_key(j, "peer", &n->peer);
		json_string(j, "name", name);
	}
	end(p, tag);
}

void
print_text(struct printer *p, const char *event, const char *text, const char *tag)
{
	if (!p->json) {
		if (strcmp(event, "text") == 0)
			plain(p, "%s", text);
		else
			plain(p, "%s: %s", event, text);
		return;
	}
	json_string(begin(p, event), "text", text);
	end(p, tag);
}

void
print_done(struct printer *p, const char *cmd, const char *tag)
{
	if (!p->json || tag == NULL)
		return;
	json_string(begin(p, "done"), "cmd", cmd);
	end(p, tag);
}
