/* cli_went.c - transfers: all of them, one line each; or where each file of one went. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/cli.h"
#include "src/cli_reading.h"
#include "src/json.h"
#include "src/kept.h"
#include "src/model.h"
#include "src/msg.h"
#include "src/store.h"
#include "src/util.h"

static void
field(const char *text)
{
	putchar('\t');
	reading_field(text, strlen(text));
}

static const char *
peer_name(const struct reading *r, const struct model_transfer *t)
{
	const struct model_contact *c = model_contact(r->model, &t->t.peer);

	return c != NULL ? c->c.name : "";
}

static void
print_transfer_line(const struct reading *r, const struct model_transfer *t)
{
	char stamp[32], *why = kept_english(t->reason);

	printf("%" PRId64 "\t%s", t->t.transfer, t->t.dir == DIR_IN ? "in" : "out");
	field(peer_name(r, t));
	printf("\t%s\t%s\t%" PRIu64 "\t%" PRIu64, transfer_word(t->t.state),
	       reading_when(t->t.ended != 0 ? t->t.ended : t->t.started, stamp, sizeof(stamp)),
	       t->t.files, t->t.bytes_total);
	field(t->what);
	field(t->place);
	field(why);
	free(why);
	putchar('\n');
}

static void
print_transfer_object(const struct reading *r, const struct model_transfer *t, struct json *j)
{
	char hex[2 * KEY_LEN + 1], *why = kept_english(t->reason);

	json_reset(j);
	json_object(j, NULL);
	json_int(j, "transfer", t->t.transfer);
	json_string(j, "dir", t->t.dir == DIR_IN ? "in" : "out");
	json_string(j, "peer", util_hex(hex, t->t.peer.b, KEY_LEN));
	json_string(j, "name", peer_name(r, t));
	json_string(j, "state", transfer_word(t->t.state));
	json_string(j, "what", t->what);
	json_string(j, "path", t->place);
	json_string(j, "reason", why);
	free(why);
	json_uint(j, "files", t->t.files);
	json_uint(j, "bytes", t->t.bytes_total);
	json_uint(j, "done", t->t.bytes_done);
	json_int(j, "started", t->t.started);
	json_int(j, "ended", t->t.ended);
	json_end(j);
	puts(json_text(j));
}

/* The oldest first. */
static void
print_transfers(const struct reading *r, bool as_json, struct json *j)
{
	for (size_t i = model_ntransfers(r->model); i-- > 0;) {
		const struct model_transfer *t = model_transfer_at(r->model, i);

		if (as_json)
			print_transfer_object(r, t, j);
		else
			print_transfer_line(r, t);
	}
}

static void
print_file(const struct model_transfer *t, const struct went_row *row, bool as_json, struct json *j)
{
	if (!as_json) {
		printf("%s\t%" PRIu64, went_word(row->how), row->size);
		field(row->path);
		field(row->note);
		putchar('\n');
		return;
	}
	json_reset(j);
	json_object(j, NULL);
	json_int(j, "transfer", t->t.transfer);
	went_members(j, t->t.dir, row);
	json_end(j);
	puts(json_text(j));
}

/* Page after page, so that a list of any length needs the memory of one page. False if it could not be read. */
static bool
print_files(const struct reading *r, const struct model_transfer *t, bool as_json, struct json *j)
{
	struct msg *ask = msg_new(MSG_CMD_WENT);
	bool more = true, failed = false;

	ask->b.went.transfer = t->t.transfer;
	ask->b.went.count = WENT_MAX_ROWS;
	while (more && !ferror(stdout)) {
		struct msg *page = store_page(r->store, ask);
		struct went_reader rows = {.bytes = page->bytes, .len = page->len};
		struct went_row row;

		while (went_next(&rows, &row))
			print_file(t, &row, as_json, j);
		went_reader_free(&rows);
		ask->b.went.from += page->b.went_page.count;
		failed = page->b.went_page.failed;
		more = page->b.went_page.count > 0 && !failed;
		msg_free(page);
	}
	msg_free(ask);
	return !failed;
}

int
cli_transfers(struct cli *c, const struct cli_args *a)
{
	const char *why = NULL;
	const struct model_transfer *t = NULL;
	bool as_json = a->opt[CLI_json] != NULL, ok;
	struct reading r;
	struct json j;

	ok = reading_open(c, &r);
	json_init(&j);
	if (ok && a->n > 0) {
		t = model_transfer(r.model, strtonum(a->word[0], 1, INT64_MAX, &why));
		ok = why == NULL && t != NULL;
		if (!ok)
			cli_fail("There is no transfer %s.", a->word[0]);
		else if (!print_files(&r, t, as_json, &j))
			ok = cli_fail("The history cannot be read.") == CLI_DONE;
	} else if (ok) {
		print_transfers(&r, as_json, &j);
	}
	json_free(&j);
	reading_close(c, &r);
	return ok ? CLI_DONE : CLI_FAILED;
}
