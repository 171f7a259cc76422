/* linear_ask.c - questions, read out line by line: fields are asked for one after the other, answers have numbers. */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "src/say.h"
#include "src/text.h"
#include "src/util.h"
#include "ui/dialog_priv.h"
#include "ui/edit.h"
#include "ui/input.h"
#include "ui/keys.h"
#include "ui/linear_priv.h"

#define GROUP 5 /* digits of a safety number that stand together */

void
linear_ask_free(struct linear *l)
{
	edit_free(l->answer);
	l->answer = NULL;
}

bool
linear_asking(struct linear *l)
{
	return front_question(l->front) != NULL;
}

/* ---- reading it out --------------------------------------------------------------------------------------------------- */

/* How many digits stand at p, at most six. */
static size_t
digits(const char *p)
{
	size_t n = 0;

	while (n <= GROUP && isdigit((unsigned char)p[n]))
		n++;
	return n;
}

static bool
is_group(const char *p)
{
	return digits(p) == GROUP && (p[GROUP] == '\0' || p[GROUP] == ' ');
}

char *
linear_spell(const char *line)
{
	char *out = xmalloc(3 * strlen(line) + 1), *at = out;
	const char *p = line;

	while (*p != '\0') {
		bool start = p == line || p[-1] == ' ';

		/* One group alone is some other number. */
		if (!start || !is_group(p) || p[GROUP] != ' ' || !is_group(p + GROUP + 1)) {
			*at++ = *p++;
			continue;
		}
		for (bool more = true; more; p += more) {
			for (size_t i = 0; i < GROUP; i++) {
				*at++ = *p++;
				*at++ = i + 1 < GROUP ? ' ' : ',';
			}
			more = *p == ' ' && is_group(p + 1);
			*at++ = ' ';
		}
		at -= 2;
	}
	*at = '\0';
	return out;
}

static bool
menu(const struct dialog *d)
{
	return d->menu || d->nanswers > 4;
}

/* Whether there is nothing to choose: it is read, and that was it. */
static bool
only_read(const struct dialog *d)
{
	return d->nfields == 0 && d->nanswers <= 1;
}

static void
read_answers(struct linear *l, const struct dialog *d)
{
	char *all = xstrdup(""), *more;

	for (size_t i = 0; i < d->nanswers; i++) {
		if (menu(d)) {
			linear_print(l, "%zu %s", i + 1, d->answers[i].label);
			continue;
		}
		xasprintf(&more, "%s%s%zu %s", all, i > 0 ? ", " : "", i + 1, d->answers[i].label);
		free(all);
		all = more;
	}
	if (all[0] != '\0')
		linear_print(l, "%s. Enter alone is %zu, 0 leaves.", all, d->preset + 1);
	else
		linear_print(l, "Enter alone is %zu, 0 leaves.", d->preset + 1);
	free(all);
}

/* The editor for the field that is asked for, or for the answer. */
static void
ask_for(struct linear *l, const struct dialog *d, size_t field)
{
	const char *value;
	size_t len;
	bool secret = field < d->nfields && d->fields[field].secret;

	edit_free(l->answer);
	l->field = field;
	l->answer = edit_new(field < d->nfields ? 8192 : 64,
			     EDIT_ONE_LINE | (secret ? EDIT_SECRET : 0));
	if (field < d->nfields && !secret) {
		value = edit_text(d->fields[field].edit, &len);
		edit_set(l->answer, value, len);
	}
	if (secret)
		linear_print(l, "Nothing is shown while you type.");
	else if (field < d->nfields && d->fields[field].hint[0] != '\0')
		linear_print(l, "%s: %s.", d->fields[field].label, d->fields[field].hint);
	if (field == d->nfields)
		read_answers(l, d);
}

/* Large figures drawn of blocks: what they show is said in words beside them. */
static bool
is_drawn(const char *line)
{
	static const char *const blocks[] = {"▀", "▄", "█"};

	for (size_t i = 0; i < NELEM(blocks); i++)
		if (strstr(line, blocks[i]) != NULL)
			return true;
	return false;
}

static void
read_out(struct linear *l, struct dialog *d)
{
	linear_print(l, only_read(d) ? "%s" : N_("Question: %s"), d->title);
	for (size_t i = 0; i < d->nlines; i++) {
		char *line = linear_spell(d->lines[i].text);

		if (line[strspn(line, " ")] != '\0' && !is_drawn(line))
			linear_print(l, "%s", line + strspn(line, " "));
		free(line);
	}
	l->question = dialog_serial(d);
}

void
linear_ask_settle(struct linear *l)
{
	struct dialog *d = front_question(l->front);

	if (d == NULL && l->question != 0) {
		l->question = 0;
		linear_ask_free(l);
	}
	while (d != NULL && dialog_serial(d) != l->question) {
		read_out(l, d);
		if (!only_read(d)) {
			ask_for(l, d, 0);
			return;
		}
		/* Whatever its one answer is called, it closes it. */
		if (!front_answer(l->front, d, d->nanswers == 0 ? -1 : 0))
			return;
		l->question = 0;
		d = front_question(l->front);
	}
}

/* ---- answering -------------------------------------------------------------------------------------------------------- */

/* Which answer a line means: its number, its letter, or how it begins. -1 leaves, -2 none. */
static int
meant(const struct dialog *d, const char *line)
{
	const char *wrong = NULL;
	size_t len;
	int n;

	line += strspn(line, " ");
	len = strcspn(line, " ");
	if (len == 0)
		return (int)d->preset;
	n = (int)strtonum(line, 0, (long long)d->nanswers, &wrong);
	if (wrong == NULL)
		return n - 1;
	for (size_t i = 0; i < d->nanswers; i++)
		if (len == 1 && d->answers[i].key != 0 && d->answers[i].key == (uint32_t)line[0])
			return (int)i;
	for (size_t i = 0; i < d->nanswers; i++)
		if (strncasecmp(d->answers[i].label, line, strlen(line)) == 0)
			return (int)i;
	return -2;
}

static void
give(struct linear *l, struct dialog *d, int answer)
{
	uint32_t serial = dialog_serial(d);

	if (front_answer(l->front, d, answer)) {
		l->question = 0;
		return;
	}
	/* It goes on; what stands in it may have changed. Another one may lie on it now. */
	d = front_question(l->front);
	if (d == NULL || dialog_serial(d) != serial)
		return;
	if (d->error[0] != '\0') {
		linear_print(l, "%s", d->error);
		ask_for(l, d, 0);
	} else {
		l->question = 0;
	}
}

/* The same is asked again: what was in it stands there. */
static void
too_long(struct linear *l, struct dialog *d)
{
	linear_print(l, "That is too long for this field.");
	ask_for(l, d, l->field);
}

static void
take_line(struct linear *l, struct dialog *d)
{
	const char *line = edit_text(l->answer, NULL);
	int answer;

	linear_line_end(l);
	if (l->field < d->nfields) {
		if (dialog_fill(l->front, d, l->field, line))
			ask_for(l, d, l->field + 1);
		else
			too_long(l, d);
		return;
	}
	answer = meant(d, line);
	if (answer == -2) {
		linear_print(l, "There is no such answer.");
		ask_for(l, d, d->nfields);
		return;
	}
	give(l, d, answer);
}

void
linear_ask_line(struct linear *l, char *prompt, size_t size, const char **text, size_t *len,
		size_t *cursor)
{
	const struct dialog *d = front_question(l->front);

	*text = "";
	*len = *cursor = 0;
	snprintf(prompt, size, "%s: ",
		 d != NULL && l->field < d->nfields ? d->fields[l->field].label : _("Answer"));
	if (l->answer == NULL || (d != NULL && l->field < d->nfields && d->fields[l->field].secret))
		return;
	*text = edit_text(l->answer, len);
	*cursor = edit_cursor(l->answer);
}

void
linear_ask_input(struct linear *l, const struct input_event *ev)
{
	struct dialog *d = front_question(l->front);
	enum request req;

	if (l->answer == NULL || dialog_serial(d) != l->question)
		return;
	if (ev->type == INPUT_TEXT || ev->type == INPUT_PASTE) {
		if (edit_insert(l->answer, ev->text, ev->len) & EDIT_FULL)
			linear_print(l, "That is too long for this field.");
		return;
	}
	req = keys_lookup(KEYS_PROMPT, ev->key);
	if (req == REQ_SUBMIT)
		take_line(l, d);
	else if (req == REQ_BACK || req == REQ_CLEAR)
		linear_line_end(l), give(l, d, -1);
	else if (req == REQ_SUSPEND)
		front_request(l->front, req);
	else
		edit_do(l->answer, req);
}
