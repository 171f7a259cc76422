/* command_pair.c - the commands of pairing by code. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/addr.h"
#include "src/code.h"
#include "src/command.h"
#include "src/command_do.h"
#include "src/msg.h"
#include "src/util.h"

/* Words from the i-th on as one text, in fresh memory; empty ones are those an object left out. */
static char *
joined(const struct command_call *c, size_t i)
{
	char *text = xstrdup("");

	for (; i < c->n; i++) {
		char *longer;

		if (c->words[i][0] == '\0')
			continue;
		xasprintf(&longer, "%s%s%s", text, text[0] != '\0' ? " " : "", c->words[i]);
		free(text);
		text = longer;
	}
	return text;
}

/* The name a contact shall have; false with a sentence. Takes text over. */
static bool
take_name(struct command_call *c, char *text, char name[NAME_SIZE])
{
	bool fine = text[0] == '\0' || command_name_ok(text, c->err, c->errlen);

	if (fine)
		strlcpy(name, text, NAME_SIZE);
	free(text);
	return fine;
}

bool
command_do_pair(struct command_call *c)
{
	struct msg *m = msg_new(MSG_CMD_PAIR);

	if (take_name(c, joined(c, 0), m->b.pair.name))
		return command_send_msg(c->env, m, c->err, c->errlen);
	msg_free(m);
	return false;
}

bool
command_do_unpair(struct command_call *c)
{
	struct msg *m = msg_new(MSG_CMD_PAIR);

	m->b.pair.stop = true;
	return command_send_msg(c->env, m, c->err, c->errlen);
}

/* An address in numbers, or HOST:PORT with its port: a host without one would be taken for a name. */
static bool
is_address(const char *word)
{
	const char *colon = strrchr(word, ':'), *why;
	char host[ADDR_HOSTLEN];
	struct addr a;
	uint16_t port;

	if (addr_parse(&a, word, ADDR_PORT, &why))
		return true;
	return colon != NULL && strspn(colon + 1, "0123456789") == strlen(colon + 1) &&
	       strlen(word) < ADDR_TEXT_SIZE &&
	       addr_split_hostport(word, host, sizeof(host), &port, ADDR_PORT, &why);
}

/* How many words the code takes: one, or, where its digits came in pieces, as many as have nothing but digits. */
static size_t
code_words(const struct command_call *c)
{
	size_t digits = code_digits(c->words[0]), i = 1;

	while (digits > 0 && digits < CODE_DIGITS && i < c->n && code_digits(c->words[i]) > 0)
		digits += code_digits(c->words[i++]);
	return i;
}

bool
command_do_join(struct command_call *c)
{
	struct msg *m = msg_new(MSG_CMD_JOIN);
	size_t at = code_words(c);
	struct command_call head = *c;
	char err[CODE_ERR], *text;
	bool fine;

	head.n = at;
	text = joined(&head, 0);
	fine = code_parse(&m->b.join.code, text, err);
	explicit_bzero(text, strlen(text));
	free(text);
	if (!fine)
		snprintf(c->err, c->errlen, "%s", err);
	if (fine && at < c->n && is_address(c->words[at])) {
		msg_set_bytes(m, c->words[at], strlen(c->words[at]));
		at++;
	}
	if (fine && take_name(c, joined(c, at), m->b.join.name))
		return command_send_msg(c->env, m, c->err, c->errlen);
	msg_free(m);
	return false;
}

bool
command_add_code(struct command_call *c, bool *done)
{
	char *all = joined(c, 0), *rest = c->n > 1 ? joined(c, 1) : xstrdup("");
	bool bare = code_likely(all, strlen(all)), named = code_likely(rest, strlen(rest));
	struct command_call join = *c;
	const char *words[3] = {all, "", NULL};

	if (bare || named) {
		if (!bare) {
			words[0] = rest;
			words[1] = c->words[0];
		}
		join.words = words;
		join.n = bare ? 1 : 2;
		*done = command_do_join(&join);
	}
	free(all);
	free(rest);
	return bare || named;
}
