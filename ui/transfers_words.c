/* transfers_words.c - a transfer in words, the same in the list of transfers and in its chat. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "src/kept.h"
#include "src/model.h"
#include "src/say.h"
#include "src/text.h"
#include "ui/front.h"
#include "ui/theme.h"
#include "ui/transfers.h"

const char *
transfers_peer(struct front *f, const struct model_transfer *t)
{
	const struct model_contact *c = model_contact(front_model(f), &t->t.peer);

	return c != NULL ? c->c.name : "?";
}

bool
transfers_offered(const struct model_transfer *t)
{
	return t->t.dir == DIR_IN && t->t.state == TRANSFER_WAITING;
}

bool
transfers_has_bar(const struct model_transfer *t)
{
	return t->t.state == TRANSFER_RUNNING || t->t.state == TRANSFER_CHECKING ||
	       t->t.state == TRANSFER_PAUSED || t->t.state == TRANSFER_STALLED;
}

unsigned
transfers_words_style(const struct model_transfer *t)
{
	if (t->t.state == TRANSFER_FAILED)
		return STYLE_ERROR;
	if (t->t.state == TRANSFER_PAUSED || t->t.state == TRANSFER_RUNNING)
		return STYLE_WARN;
	if (t->t.state == TRANSFER_DONE)
		return STYLE_GOOD;
	return transfers_offered(t) ? STYLE_NEWS : STYLE_DIM;
}

static bool
is_here(struct front *f, const struct model_transfer *t)
{
	const struct model_contact *c = model_contact(front_model(f), &t->t.peer);

	return c != NULL && c->c.link == LINK_ONLINE;
}

/* Whether the core says what it waits for, and that is not better said with a name. */
static bool
has_cause(const struct model_transfer *t)
{
	return t->reason[0] != '\0' && strcmp(t->reason, REASON_OFFLINE) != 0 &&
	       strcmp(t->reason, REASON_UNANSWERED) != 0;
}

/* Whether the reason, which is kept in English, says the state itself: "cancelled by the other side". */
static bool
says_all(const struct model_transfer *t)
{
	const char *word = transfer_word(t->t.state);

	return t->t.state != TRANSFER_DONE && strncmp(t->reason, word, strlen(word)) == 0;
}

static void
waiting_words(struct front *f, const struct model_transfer *t, enum request answers, char *out,
	      size_t size)
{
	char bytes[TEXT_FIGURE], why[KEPT_ROOM];

	kept_into(why, sizeof(why), t->reason);
	if (transfers_offered(t))
		say_into(out, size, "offered, %s: %s answers",
			 text_size(bytes, sizeof(bytes), t->t.bytes_total), keys_name(answers));
	else if (!is_here(f, t) && !has_cause(t))
		say_into(out, size, "waits until %s is online", transfers_peer(f, t));
	else if (has_cause(t) && strncmp(t->reason, "waits", 5) == 0)
		snprintf(out, size, "%s", why);
	else if (has_cause(t))
		say_into(out, size, "waiting: %s", why);
	else
		say_into(out, size, "waits for %s's answer", transfers_peer(f, t));
	if (t->t.queue > 1)
		say_into(out + strlen(out), size - strlen(out), ", no. %u in the queue",
			 t->t.queue);
}

static void
stalled_words(struct front *f, const struct model_transfer *t, char *out, size_t size)
{
	if (!is_here(f, t))
		say_into(out, size, "waits for %s to be back", transfers_peer(f, t));
	else if (has_cause(t))
		kept_into(out, size, t->reason);
	else if (t->t.dir == DIR_OUT)
		say_into(out, size, "waits for %s's answer", transfers_peer(f, t));
	else
		say_into(out, size, "waits for %s to go on", transfers_peer(f, t));
}

static void
paused_words(struct front *f, const struct model_transfer *t, char *out, size_t size)
{
	char why[KEPT_ROOM];

	if (says_all(t))
		kept_into(out, size, t->reason);
	else if (t->reason[0] != '\0')
		say_into(out, size, "paused: %s", kept_into(why, sizeof(why), t->reason));
	else if (t->t.paused_there && !t->t.paused_here)
		say_into(out, size, "paused by %s", transfers_peer(f, t));
	else
		say_into(out, size, "paused");
}

static void
ended_words(const struct model_transfer *t, char *out, size_t size)
{
	const char *colon = t->reason[0] != '\0' ? ": " : "";
	char bytes[TEXT_FIGURE], why[KEPT_ROOM];

	kept_into(why, sizeof(why), t->reason);
	if (says_all(t))
		snprintf(out, size, "%s", why);
	else if (t->t.state == TRANSFER_FAILED)
		say_into(out, size, "failed%s%s", colon, why);
	else if (t->t.state == TRANSFER_REFUSED)
		say_into(out, size, "refused%s%s", colon, why);
	else if (t->t.state == TRANSFER_CANCELLED)
		say_into(out, size, "cancelled%s%s", colon, why);
	else
		say_into(out, size, "done, %s%s%s",
			 text_size(bytes, sizeof(bytes), t->t.bytes_total), colon, why);
	if (t->t.state == TRANSFER_DONE && t->t.dir == DIR_IN && t->place[0] == '/')
		snprintf(out + strlen(out), size - strlen(out), ": %s", t->place);
}

void
transfers_words(struct front *f, const struct model_transfer *t, enum request answers, char *out,
		size_t size)
{
	out[0] = '\0';
	switch (t->t.state) {
	case TRANSFER_WAITING:
		waiting_words(f, t, answers, out, size);
		break;
	case TRANSFER_PAUSED:
		paused_words(f, t, out, size);
		break;
	case TRANSFER_CHECKING:
		say_into(out, size, "checking");
		break;
	case TRANSFER_STALLED:
		stalled_words(f, t, out, size);
		break;
	case TRANSFER_DONE:
	case TRANSFER_FAILED:
	case TRANSFER_REFUSED:
	case TRANSFER_CANCELLED:
		ended_words(t, out, size);
		break;
	case TRANSFER_RUNNING:
	default:
		if (transfers_still(f, t) >= TRANSFERS_STALLED_MS)
			say_into(out, size, "stalled %llu s",
				 (unsigned long long)transfers_still(f, t) / 1000);
		break;
	}
}
