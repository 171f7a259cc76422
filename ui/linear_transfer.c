/* linear_transfer.c - transfers in words: all of them, one, and where the files of one went. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/kept.h"
#include "src/msg.h"
#include "src/path.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "src/went.h"
#include "ui/linear_priv.h"

/* So many files are read. */
#define FILES 100

static void
read_one(struct linear *l, const struct model_transfer *t)
{
	char size[TEXT_FIGURE], why[KEPT_ROOM], *name = linear_transfer_name(l, t);

	linear_print(l, "%lld %s: %s%s%s, %s", (long long)t->t.transfer, name,
		     _(transfer_word(t->t.state)), t->reason[0] != '\0' ? ": " : "",
		     kept_into(why, sizeof(why), t->reason),
		     text_size_pair(size, sizeof(size), t->t.bytes_done, t->t.bytes_total));
	free(name);
}

void
linear_transfers(struct linear *l)
{
	const struct model *m = front_model(l->front);

	if (model_ntransfers(m) == 0)
		linear_print(l, "There are no transfers.");
	for (size_t i = 0; i < model_ntransfers(m); i++)
		read_one(l, model_transfer_at(m, i));
}

int
linear_open(struct linear *l, const char *args, char *err, size_t errlen)
{
	const struct model *m = front_model(l->front);
	const char *why = NULL;
	int64_t number = args[0] != '\0' ? strtonum(args, 1, INT64_MAX, &why) : 0;
	const struct model_transfer *t = NULL;
	char *place;

	if (why != NULL) {
		say_into(err, errlen, "Usage: /open [N]");
		return -1;
	}
	if (number != 0)
		t = model_transfer(m, number);
	else if (model_ntransfers(m) != 0)
		t = model_transfer_at(m, 0);
	if (t == NULL && number != 0)
		say_into(err, errlen, "There is no transfer %lld.", (long long)number);
	else if (t == NULL)
		say_into(err, errlen, "There are no transfers.");
	if (t == NULL)
		return -1;
	read_one(l, t);
	/* What has arrived is there; of all others there is a menu. */
	if (t->t.dir != DIR_IN || t->t.state != TRANSFER_DONE)
		return 0;
	place = path_abbreviate(t->place);
	linear_print(l, "It is here: %s", place);
	free(place);
	return 1;
}

void
linear_went(struct linear *l, const char *number)
{
	struct msg *m = msg_new(MSG_CMD_WENT);

	m->b.went.transfer = strtonum(number, 1, INT64_MAX, NULL);
	m->b.went.count = FILES;
	m->serial = l->went = front_serial(l->front);
	if (!front_send(l->front, m))
		l->went = 0;
}

void
linear_went_page(struct linear *l, const struct msg *ev)
{
	const struct msg_went_page *page = &ev->b.went_page;
	const struct model_transfer *t = model_transfer(front_model(l->front), page->transfer);
	struct went_reader reader = {.bytes = ev->bytes, .len = ev->len};
	enum direction dir = t != NULL ? t->t.dir : DIR_IN;
	struct went_row row;

	if (l->went == 0 || ev->serial != l->went)
		return;
	l->went = 0;
	if (page->failed)
		linear_print(l, "The list cannot be read.");
	else if (page->rows == 0)
		linear_print(l, "No file of it went anywhere yet.");
	while (went_next(&reader, &row)) {
		if (row.note[0] != '\0')
			linear_print(l, "%s: %s (%s)", row.path, _(went_words(row.how, dir)),
				     _(row.note));
		else
			linear_print(l, "%s: %s", row.path, _(went_words(row.how, dir)));
	}
	went_reader_free(&reader);
	if (page->rows > page->count)
		linear_print(l, "There are %u more: p2p-tui transfers %lld lists them all.",
			     page->rows - page->count, (long long)page->transfer);
}
