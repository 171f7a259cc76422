/* cli_verify.c - invite; and verify: the safety number, read beside a running program, and the word that it matches. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "src/cli.h"
#include "src/cli_reading.h"
#include "src/command_do.h"
#include "src/model.h"
#include "src/safety.h"
#include "src/say.h"
#include "src/util.h"

/* Two lines of digits, then what we know. */
static void
print_number(const struct cli *c, const struct msg_contact *p)
{
	char digits[SAFETY_DIGITS + 1], text[SAFETY_TEXT], when[32];

	safety_number(digits, &c->id.key, command_compared(p));
	puts(safety_groups(text, digits, 6));
	reading_field(p->name, strlen(p->name));
	printf("\t%s", trust_words(p->trust, p->how));
	if (p->trust_since > 0)
		printf(_(" since %s"), reading_when(p->trust_since, when, sizeof(when)));
	if (p->has_new_key)
		printf(_("; the number is that of its new key"));
	putchar('\n');
}

int
cli_invite(struct cli *c, const struct cli_args *a)
{
	const char *words[6];
	size_t n = 0;
	bool ok;

	if (a->opt[CLI_once] != NULL)
		words[n++] = "--once";
	if (a->opt[CLI_for] != NULL) {
		words[n++] = "--for";
		words[n++] = a->opt[CLI_for];
	}
	if (a->opt[CLI_expires] != NULL) {
		words[n++] = "--expires";
		words[n++] = a->opt[CLI_expires];
	}
	words[n] = NULL;
	ok = cli_start(c) && cli_do(c, "invite", words, n, NULL);
	cli_stop(c);
	return ok ? CLI_DONE : CLI_FAILED;
}

int
cli_verify(struct cli *c, const struct cli_args *a)
{
	const char *words[] = {a->word[0], "match", NULL};
	const struct model_contact *peer = NULL;
	struct reading r;
	bool ok;

	if (a->opt[CLI_confirm] != NULL) {
		ok = cli_start(c);
		if (ok) {
			peer = model_contact_named(c->model, a->word[0]);
			if (peer != NULL)
				print_number(c, &peer->c);
			ok = cli_do(c, "verify", words, 2, NULL);
		}
		cli_stop(c);
		return ok ? CLI_DONE : CLI_FAILED;
	}
	ok = reading_open(c, &r);
	if (ok)
		peer = model_contact_named(r.model, a->word[0]);
	if (ok && peer == NULL)
		ok = cli_fail("There is no contact called %s.", a->word[0]) == CLI_DONE;
	else if (ok)
		print_number(c, &peer->c);
	reading_close(c, &r);
	return ok ? CLI_DONE : CLI_FAILED;
}
