/* kept.c - sentences kept without a language: written with their arguments behind them, and said in the language in use. */
#include "config.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/kept.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"

#define BEGIN  '\x02'
#define END    '\x03'
#define ESCAPE '\x10'
#define FORM   '\x1c'
#define NEXT   '\x1f'
#define SIGNS  "\x02\x03\x10\x1c\x1f"

/* Sentences in sentences, and arguments of one, that are read. */
#define DEPTH_MAX 6
#define ARGS_MAX  8

/* A string that grows. */
struct text {
	char *s;
	size_t len, room;
};

static void
add(struct text *t, const char *s, size_t n)
{
	if (t->room - t->len <= n) {
		t->room = (t->len + n + 1) * 2;
		t->s = xreallocarray(t->s, t->room, 1);
	}
	memcpy(t->s + t->len, s, n);
	t->len += n;
	t->s[t->len] = '\0';
}

static void
add_byte(struct text *t, char byte)
{
	add(t, &byte, 1);
}

/* ---- written -------------------------------------------------------------------------------------------------------------- */

static void
add_escaped(struct text *t, const char *s)
{
	for (; *s != '\0'; s++) {
		if (strchr(SIGNS, *s) != NULL) {
			add_byte(t, ESCAPE);
			add_byte(t, (char)(*s + 0x40));
		} else {
			add_byte(t, *s);
		}
	}
}

static void
add_sentence(struct text *t, const char *kept)
{
	add_byte(t, BEGIN);
	add(t, kept, strlen(kept));
	add_byte(t, END);
}

/* The arguments of a sentence. `around`: the first of them is a sentence. */
static void
add_arguments(struct text *t, const char *english, bool around, va_list ap)
{
	char number[32];

	for (const char *at = english; (at = strchr(at, '%')) != NULL;) {
		const char *s = number;

		if (*++at == 's') {
			s = va_arg(ap, const char *);
		} else if (*at == 'd') {
			snprintf(number, sizeof(number), "%d", va_arg(ap, int));
		} else if (*at == 'u') {
			snprintf(number, sizeof(number), "%u", va_arg(ap, unsigned));
		} else if (at[0] == 'z' && at[1] == 'u') {
			snprintf(number, sizeof(number), "%zu", va_arg(ap, size_t));
		} else if (strncmp(at, "llu", 3) == 0) {
			snprintf(number, sizeof(number), "%llu", va_arg(ap, unsigned long long));
		} else {
			abort(); /* no conversion that is kept */
		}
		add_byte(t, NEXT);
		if (around)
			add_sentence(t, s);
		else
			add_escaped(t, s);
		around = false;
	}
}

char *
kept_vnew(const char *english, va_list ap)
{
	struct text t = {0};

	add(&t, english, strlen(english));
	add_arguments(&t, english, false, ap);
	return t.s;
}

char *
kept_new(const char *english, ...)
{
	va_list ap;
	char *kept;

	va_start(ap, english);
	kept = kept_vnew(english, ap);
	va_end(ap);
	return kept;
}

char *
kept_around(const char *english, ...)
{
	struct text t = {0};
	va_list ap;

	add(&t, english, strlen(english));
	va_start(ap, english);
	add_arguments(&t, english, true, ap);
	va_end(ap);
	return t.s;
}

char *
kept_plural(const char *one, const char *many, unsigned long long n, ...)
{
	struct text t = {0};
	char number[32];
	va_list ap;

	snprintf(number, sizeof(number), "%c%llu", FORM, n);
	add(&t, one, strlen(one));
	add_byte(&t, FORM);
	add(&t, many, strlen(many));
	add(&t, number, strlen(number));
	va_start(ap, n);
	add_arguments(&t, many, false, ap);
	va_end(ap);
	return t.s;
}

/* Two sentences as the arguments of one. */
static char *
join(const char *english, const char *a, const char *b)
{
	struct text t = {0};

	add(&t, english, strlen(english));
	add_byte(&t, NEXT);
	add_sentence(&t, a);
	add_byte(&t, NEXT);
	add_sentence(&t, b);
	return t.s;
}

char *
kept_both(const char *kept, const char *more)
{
	if (more == NULL || more[0] == '\0')
		return xstrdup(kept != NULL ? kept : "");
	if (kept == NULL || kept[0] == '\0')
		return xstrdup(more);
	return join(N_("%s; %s"), kept, more);
}

char *
kept_colon(const char *kept, const char *why)
{
	return join(N_("%s: %s"), kept, why);
}

char *
kept_errno(const char *kept, int error)
{
	return kept_colon(kept, strerror(error));
}

char *
kept_text(const char *words)
{
	struct text t = {0};

	add(&t, "", 0);
	add_escaped(&t, words);
	return t.s;
}

/* ---- said ----------------------------------------------------------------------------------------------------------------- */

/* A part of what is kept: from s to end. */
struct part {
	const char *s, *end;
};

/* Where the part that begins at s ends: at the sign outside of sentences in it, or with the whole. */
static const char *
part_end(const char *s, const char *end, char sign)
{
	for (unsigned depth = 0; s < end; s++) {
		if (*s == ESCAPE && s + 1 < end)
			s++;
		else if (*s == BEGIN)
			depth++;
		else if (*s == END && depth > 0)
			depth--;
		else if (*s == sign && depth == 0)
			break;
	}
	return s;
}

static void
add_plain(struct text *t, struct part p)
{
	for (; p.s < p.end; p.s++) {
		if (*p.s == ESCAPE && p.s + 1 < p.end)
			add_byte(t, (char)(*++p.s - 0x40));
		else
			add_byte(t, *p.s);
	}
}

static void say_part(struct text *out, struct part p, bool english, unsigned depth);

static void
say_argument(struct text *out, struct part p, bool english, unsigned depth)
{
	if (p.s < p.end && *p.s == BEGIN && p.end[-1] == END && p.end - p.s >= 2)
		say_part(out, (struct part){p.s + 1, p.end - 1}, english, depth + 1);
	else
		add_plain(out, p);
}

/* The sentence itself, in its language; fresh. */
static char *
translated(struct part p, bool english)
{
	const char *many = part_end(p.s, p.end, FORM), *n = many, *said;
	struct text one = {0}, other = {0};

	add(&one, "", 0);
	add_plain(&one, (struct part){p.s, many});
	if (many < p.end)
		n = part_end(many + 1, p.end, FORM);
	if (n == many || n == p.end) {
		said = english ? one.s : say_text(one.s);
	} else {
		unsigned long long count = strtoull(n + 1, NULL, 10);

		add(&other, "", 0);
		add_plain(&other, (struct part){many + 1, n});
		said = !english ? say_plural(one.s, other.s, count) : count == 1 ? one.s : other.s;
	}
	if (said != one.s) {
		free(one.s);
		one.s = xstrdup(said);
	}
	free(other.s);
	return one.s;
}

/* "%s", "%2$s", "%llu": which argument stands there, from 0; *at moves behind it. */
static size_t
conversion(const char **at, size_t next)
{
	const char *s = *at + 1;
	size_t digits = strspn(s, "0123456789");

	if (digits > 0 && s[digits] == '$') {
		unsigned long n = strtoul(s, NULL, 10);

		next = n > 0 ? (size_t)n - 1 : ARGS_MAX;
		s += digits + 1;
	}
	s += strspn(s, "0123456789.-lz");
	*at = *s != '\0' ? s + 1 : s;
	return next;
}

static void
say_part(struct text *out, struct part p, bool english, unsigned depth)
{
	struct part arg[ARGS_MAX];
	const char *end = part_end(p.s, p.end, NEXT), *s;
	size_t n = 0, next = 0;
	char *said;

	if (depth > DEPTH_MAX)
		return;
	said = translated((struct part){p.s, end}, english);
	while (end < p.end && n < ARGS_MAX) {
		const char *from = end + 1;

		end = part_end(from, p.end, NEXT);
		arg[n++] = (struct part){from, end};
	}
	for (s = said; *s != '\0';) {
		size_t plain = n > 0 ? strcspn(s, "%") : strlen(s);

		add(out, s, plain);
		s += plain;
		if (*s == '\0')
			break;
		plain = conversion(&s, next);
		if (plain < n)
			say_argument(out, arg[plain], english, depth);
		next++;
	}
	free(said);
}

char *
kept_say(const char *kept)
{
	struct text t = {0};

	add(&t, "", 0);
	say_part(&t, (struct part){kept, kept + strlen(kept)}, false, 0);
	return t.s;
}

char *
kept_english(const char *kept)
{
	struct text t = {0};

	add(&t, "", 0);
	say_part(&t, (struct part){kept, kept + strlen(kept)}, true, 0);
	return t.s;
}

char *
kept_into(char *out, size_t size, const char *kept)
{
	char *said = kept_say(kept);
	size_t n = text_truncate_utf8(said, strlen(said), size - 1);

	memcpy(out, said, n);
	out[n] = '\0';
	free(said);
	return out;
}
