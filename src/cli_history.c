/* cli_history.c - what was said, on standard output: log and search, as lines or as JSON; clearing it, and how long it is kept. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/cli.h"
#include "src/cli_reading.h"
#include "src/json.h"
#include "src/model.h"
#include "src/options.h"
#include "src/retain.h"
#include "src/row.h"
#include "src/store.h"
#include "src/text.h"
#include "src/transcript.h"
#include "src/util.h"

/* How messages are printed. */
struct output {
	const struct model *model;
	bool as_json;
	struct json json;
	struct store
		*versions; /* where texts of before are looked up; NULL: they are not asked for */
};

/* A text's further lines begin with a TAB. */
static void
print_text_line(const struct row *row, const char *way, const char *name)
{
	const char *text = row->deleted ? "(deleted)" : row->text;
	size_t len = row->deleted ? strlen(text) : row->text_len;
	char stamp[32], *safe = text_show_dup(text, len, TEXT_MULTILINE);

	printf("%s\t%s\t", reading_when(row->time, stamp, sizeof(stamp)), way);
	reading_field(name, strlen(name));
	putchar('\t');
	for (const char *p = safe; *p != '\0'; p++) {
		putchar(*p);
		if (*p == '\n')
			putchar('\t');
	}
	putchar('\n');
	free(safe);
}

/* What a message said before stands above it. */
static void
version_line(void *arg, const struct row *version)
{
	const char *const *name = arg;

	print_text_line(version, "before", *name);
}

static void
print_line(struct output *o, const struct row *row, const char *name)
{
	if (o->versions != NULL)
		transcript_versions(o->versions, row, version_line, &name);
	print_text_line(row, row->dir == DIR_IN ? "in" : "out", name);
}

static void
print_object(struct output *o, const struct row *row, const char *name)
{
	struct json *j = &o->json;

	json_reset(j);
	json_object(j, NULL);
	transcript_members(j, o->versions, row, name, row->state);
	json_end(j);
	puts(json_text(j));
}

static void
print_row(struct output *o, const struct row *row)
{
	const struct model_contact *c = model_contact(o->model, &row->peer);
	const char *name = c != NULL ? c->c.name : "";

	if (row->kind != ROW_TEXT || row->dir == DIR_NOTE)
		return;
	if (o->as_json)
		print_object(o, row, name);
	else
		print_line(o, row, name);
}

/* Page after page, so that a history of any length needs the memory of one page. */
static void
print_log(struct output *o, struct store *s, const struct key *peer)
{
	struct msg *ask = msg_new(MSG_CMD_PAGE);
	bool more = true;

	ask->b.page.peer = *peer;
	ask->b.page.kind = PAGE_AFTER;
	ask->b.page.count = PAGE_MAX_ROWS;
	while (more && !ferror(stdout)) {
		struct msg *page = store_page(s, ask);
		int64_t before = ask->b.page.at;
		struct row row;
		size_t at = 0;

		while (row_get(page->bytes, page->len, &at, &row)) {
			ask->b.page.at = row.row;
			print_row(o, &row);
		}
		more = page->b.page_result.more && ask->b.page.at > before;
		msg_free(page);
	}
	msg_free(ask);
}

/* One part of a search; false when there is no more. The request goes on behind it. */
static bool
print_hits(struct output *o, struct store *s, struct msg *request, bool *failed)
{
	struct store_search *x = store_search_new(request);
	bool done = false, more = false;

	while (!done && !ferror(stdout)) {
		struct msg *m = store_search_step(s, x);
		struct row row;
		size_t at = 0;

		while (row_get(m->bytes, m->len, &at, &row))
			print_row(o, &row);
		done = m->b.hits.done;
		more = m->b.hits.more;
		*failed = m->b.hits.failed;
		request->b.search.at = m->b.hits.at;
		msg_free(m);
	}
	store_search_free(x);
	return more && !ferror(stdout);
}

static void
output_init(struct output *o, const struct reading *r, const struct cli_args *a)
{
	o->model = r->model;
	o->as_json = a->opt[CLI_json] != NULL;
	o->versions = a->opt[CLI_versions] != NULL ? r->store : NULL;
	json_init(&o->json);
}

/* The chat of that name; NULL after a sentence. */
static const struct model_contact *
chat_named(const struct reading *r, const char *name)
{
	const struct model_contact *c = model_contact_named(r->model, name);

	if (c == NULL)
		cli_fail("There is no contact called %s.", name);
	return c;
}

/* The whole chat into a new file. */
static bool
write_log(struct cli *c, struct store *s, const struct key *peer, const struct cli_args *a)
{
	struct transcript t = {.peer = *peer,
			       .own = options_text(c->options, OPT_nick),
			       .as_json = a->opt[CLI_json] != NULL};
	char err[512] = "";

	if (transcript_file(s, &t, a->opt[CLI_output], false, err, sizeof(err)))
		return true;
	cli_fail("%s", err);
	return false;
}

int
cli_log(struct cli *c, const struct cli_args *a)
{
	struct reading r;
	bool ok = reading_open(c, &r);
	const struct model_contact *peer = ok ? chat_named(&r, a->word[0]) : NULL;
	struct output o;

	ok = peer != NULL;
	if (ok && a->opt[CLI_output] != NULL) {
		ok = write_log(c, r.store, &peer->c.peer, a);
	} else if (ok) {
		output_init(&o, &r, a);
		print_log(&o, r.store, &peer->c.peer);
		json_free(&o.json);
	}
	reading_close(c, &r);
	return ok ? CLI_DONE : CLI_FAILED;
}

/* The words, with a blank between them. */
static void
put_words(struct msg *request, const struct cli_args *a)
{
	char *words = xstrdup("");

	for (size_t i = 0; i < a->n; i++) {
		char *longer;

		xasprintf(&longer, "%s %s", words, a->word[i]);
		free(words);
		words = longer;
	}
	msg_set_bytes(request, words, strlen(words));
	free(words);
}

int
cli_search(struct cli *c, const struct cli_args *a)
{
	struct msg *request = msg_new(MSG_CMD_SEARCH);
	struct reading r;
	bool ok = reading_open(c, &r), failed = false;
	const struct model_contact *peer = NULL;
	struct output o;

	put_words(request, a);
	request->b.search.oldest_first = true;
	request->b.search.count = SEARCH_MAX_HITS;
	if (ok && a->opt[CLI_in] != NULL) {
		peer = chat_named(&r, a->opt[CLI_in]);
		ok = peer != NULL;
	}
	if (peer != NULL)
		request->b.search.peer = peer->c.peer;
	if (ok) {
		output_init(&o, &r, a);
		while (print_hits(&o, r.store, request, &failed))
			continue;
		json_free(&o.json);
		if (failed)
			cli_fail("The history cannot be read.");
	}
	msg_free(request);
	reading_close(c, &r);
	return ok && !failed ? CLI_DONE : CLI_FAILED;
}

/* Whether it keeps less than before, of a chat in which something was said. */
static bool
keeps_less(const struct cli *c, const char *name, const char *word)
{
	const struct model_contact *peer = model_contact_named(c->model, name);
	int32_t usual = KEEP_ALL, keep;

	(void)retain_parse_keep(options_text(c->options, OPT_keep), &usual);
	return peer != NULL && peer->chat.newest_row != 0 && retain_parse_keep(word, &keep) &&
	       retain_is_less(retain_effective(peer->chat.keep, usual),
			      retain_effective(keep, usual));
}

int
cli_keep(struct cli *c, const struct cli_args *a)
{
	char err[512] = "";
	bool ok = cli_start(c);

	if (ok && a->n == 1) {
		ok = command_run_words(&c->env, "keep", a->word, 1, err, sizeof(err));
		if (!ok)
			cli_fail("%s", err);
	} else if (ok && a->opt[CLI_yes] == NULL && keeps_less(c, a->word[0], a->word[1])) {
		cli_fail("What was said with %s and is older would go for good: say --yes.",
			 a->word[0]);
		ok = false;
	} else if (ok) {
		ok = cli_do(c, "keep", a->word, 2, NULL);
	}
	cli_stop(c);
	return ok ? CLI_DONE : CLI_FAILED;
}

int
cli_clear(struct cli *c, const struct cli_args *a)
{
	bool ok;

	if (a->opt[CLI_yes] == NULL)
		return cli_fail("What was said to %s would go for good: say --yes.", a->word[0]);
	ok = cli_start(c) && cli_do(c, "clear", a->word, 1, NULL);
	cli_stop(c);
	return ok ? CLI_DONE : CLI_FAILED;
}
