/* store_timer.c - messages that disappear: what each side says, what is agreed, and when the last seconds of a message begin.
 *
 * Each side states a time (0: none), and the longer of the two holds while both do. A message carries the time that held when it was
 * said, so that both sides know the same of each, whatever crosses on the way. A time that comes with a message is honoured as far as
 * the user ever agreed to one: nobody makes messages disappear alone. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/retain.h"
#include "src/say.h"
#include "src/store_int.h"
#include "src/util.h"

#define LINE  400
#define WORDS 40

uint32_t
store_timer_out(const struct chat *c)
{
	return retain_agreed((uint32_t)c->timer_mine, (uint32_t)c->timer_theirs);
}

uint32_t
store_timer_in(const struct chat *c, uint32_t carried)
{
	if (carried == 0 || c->timer_least == 0)
		return 0;
	if (carried < c->timer_least)
		return (uint32_t)c->timer_least;
	return carried < TIMER_MAX ? carried : TIMER_MAX;
}

bool
store_fade_out(struct store *s, const struct chat *c, int64_t row, int64_t time)
{
	struct db_query *q;

	/* Nobody pays for what was never agreed. */
	if (c->timer_least == 0)
		return true;
	q = db_query(s->db, SQL_FADE_OUT);
	db_put_int(q, time);
	db_put_int(q, row);
	s->fades = true;
	return db_run(q);
}

bool
store_fade_in(struct store *s, struct chat *c, int64_t from, int64_t to, int64_t time)
{
	struct db_query *q;
	int64_t *rows = NULL;
	size_t n = 0;
	bool good;

	if (c->timer_least == 0)
		return true;
	q = db_query(s->db, SQL_FADES_READ);
	db_put_int(q, c->peer);
	db_put_int(q, from);
	db_put_int(q, to);
	while (db_next(q)) {
		if ((n & (n - 1)) == 0)
			rows = xreallocarray(rows, n == 0 ? 1 : 2 * n, sizeof(*rows));
		rows[n++] = db_get_int(q);
	}
	good = db_end(q);
	for (size_t i = 0; good && i < n; i++) {
		q = db_query(s->db, SQL_FADE_IN);
		db_put_int(q, time);
		db_put_int(q, c->rev = ++s->counters.rev);
		db_put_int(q, rows[i]);
		c->changed = c->tell = s->fades = true;
		good = db_run(q);
	}
	free(rows);
	return good;
}

/* ---- what is said about it ---- */

static bool
name_of(struct store *s, const struct chat *c, char name[NAME_SIZE])
{
	struct db_query *q = db_query(s->db, SQL_CONTACT_NAME);

	strlcpy(name, _("the other one"), NAME_SIZE);
	db_put_int(q, c->peer);
	if (db_next(q))
		store_get_string(q, name, NAME_SIZE);
	return db_end(q);
}

/* The line for what the user said; before: what held until then. */
static void
line_mine(const struct chat *c, uint32_t before, const char *name, char out[LINE])
{
	uint32_t mine = (uint32_t)c->timer_mine, now = store_timer_out(c);
	char words[WORDS], other[WORDS];

	retain_timer_show(words, sizeof(words), mine);
	retain_timer_show(other, sizeof(other), now);
	if (mine == 0 && before != 0)
		say_into(out, LINE,
			 "You ended it: what is said from now on stays. What was said with a "
			 "timer still disappears.");
	else if (mine == 0)
		say_into(out, LINE, "You take your proposal back: messages stay.");
	else if (now == 0)
		say_into(out, LINE,
			 "You propose that messages disappear after %s. It holds as soon as %s "
			 "agrees.",
			 words, name);
	else if (now == mine)
		say_into(out, LINE, "You both agree: messages disappear after %s from now on.",
			 other);
	else
		say_into(out, LINE,
			 "You propose %s. Messages disappear after %s until %s agrees to less.",
			 words, other, name);
}

/* The same for what the peer said. */
static void
line_theirs(const struct chat *c, uint32_t before, const char *name, char out[LINE])
{
	uint32_t theirs = (uint32_t)c->timer_theirs, now = store_timer_out(c);
	char words[WORDS], other[WORDS], word[WORDS];
	/* A name that a line of commands would need quotes for is left out: the open chat is meant then. */
	bool plain = name[strcspn(name, " \t'\"\\")] == '\0';

	retain_timer_show(words, sizeof(words), theirs);
	retain_timer_show(other, sizeof(other), now);
	retain_timer_word(word, sizeof(word), theirs);
	if (theirs == 0 && before != 0)
		say_into(out, LINE,
			 "%s ended it: what is said from now on stays. What was said with a timer "
			 "still disappears.",
			 name);
	else if (theirs == 0)
		say_into(out, LINE, "%s takes the proposal back: messages stay.", name);
	else if (now == theirs && c->timer_mine == c->timer_theirs)
		say_into(out, LINE, "You both agree: messages disappear after %s from now on.",
			 other);
	else if (now == 0)
		say_into(out, LINE,
			 "%s proposes that messages disappear after %s: /disappear %s%s%s agrees.",
			 name, words, plain ? name : "", plain ? " " : "", word);
	else
		say_into(out, LINE,
			 "%s proposes %s: /disappear %s%s%s agrees. Messages disappear after %s "
			 "until then.",
			 name, words, plain ? name : "", plain ? " " : "", word, other);
}

static bool
put_line(struct store *s, struct chat *c, const struct msg_st_row *r, uint32_t before)
{
	struct msg_st_row line = {.peer = c->key,
				  .time = r->arrived,
				  .arrived = r->arrived,
				  .dir = DIR_NOTE,
				  .kind = ROW_EVENT};
	char name[NAME_SIZE], text[LINE];

	if (!name_of(s, c, name))
		return false;
	if (r->dir == DIR_OUT)
		line_mine(c, before, name, text);
	else
		line_theirs(c, before, name, text);
	return store_insert(s, c, &line, text, strlen(text));
}

/* ---- requests ---- */

static uint32_t
seconds_of(const struct msg *m)
{
	uint32_t seconds = m->len >= 4 ? get_be32(m->bytes) : 0;

	return seconds < TIMER_MAX ? seconds : TIMER_MAX;
}

bool
store_timer_say(struct store *s, const struct msg *m)
{
	struct msg_st_row r = m->b.st_row;
	uint32_t seconds = seconds_of(m), before;
	struct chat *c;
	struct msg *reply;
	bool refused;

	c = store_contact_chat(s, m, &r.peer, &refused);
	if (c == NULL)
		return refused;
	r.dir = DIR_OUT;
	r.kind = ROW_ACT;
	r.transfer = 0;
	r.timer = 0;
	memset(&r.ref, 0, sizeof(r.ref));
	if (seconds == c->timer_mine) {
		store_refuse(s, m,
			     _("that is what you said last; it holds while the other one says a "
			       "time too"));
		return true;
	}
	if (!store_note_id(s, c, &r, s->counters.row + 1, &r.fresh))
		return false;
	if (r.fresh) {
		before = store_timer_out(c);
		c->timer_mine = seconds;
		if (seconds != 0 && (c->timer_least == 0 || seconds < c->timer_least))
			c->timer_least = seconds;
		r.seq = c->next_seq++;
		if (!store_insert(s, c, &r, m->bytes, m->len) || !put_line(s, c, &r, before))
			return false;
	}
	reply = store_reply(s, m, MSG_SR_SAID);
	reply->b.st_row = r;
	msg_set_bytes(reply, m->bytes, m->len);
	return true;
}

bool
store_timer_got(struct store *s, const struct msg *m)
{
	struct msg_st_row r = m->b.st_row;
	uint32_t seconds = seconds_of(m), before;
	struct chat *c;
	bool refused;

	c = store_contact_chat(s, m, &r.peer, &refused);
	if (c == NULL)
		return refused;
	r.dir = DIR_IN;
	r.kind = ROW_ACT;
	r.timer = 0;
	memset(&r.ref, 0, sizeof(r.ref));
	if (!store_note_id(s, c, &r, s->counters.row + 1, &r.fresh))
		return false;
	if (r.fresh) {
		before = store_timer_out(c);
		if (!store_insert(s, c, &r, m->bytes, m->len))
			return false;
		if (seconds != c->timer_theirs) {
			c->timer_theirs = seconds;
			if (!put_line(s, c, &r, before))
				return false;
		}
	}
	store_reply(s, m, MSG_SR_GOT)->b.st_row = r;
	return true;
}
