/* plural.c - the plural rule of a catalogue: a C expression in n, evaluated where it stands. */
#include "config.h"

#include <stddef.h>
#include <string.h>

#include "src/plural.h"
#include "src/util.h"

#define DEPTH_MAX 32

typedef unsigned long long number;

struct reading {
	const char *at;
	number n;
	int depth;
	bool bad;
};

static number choice(struct reading *r);

static void
skip(struct reading *r)
{
	while (*r->at == ' ' || *r->at == '\t' || *r->at == '\n')
		r->at++;
}

static bool
take(struct reading *r, const char *token)
{
	size_t len = strlen(token);

	skip(r);
	if (strncmp(r->at, token, len) != 0)
		return false;
	r->at += len;
	return true;
}

static number
fail(struct reading *r)
{
	r->bad = true;
	return 0;
}

static number
primary(struct reading *r)
{
	number v = 0;

	if (r->bad || r->depth > DEPTH_MAX)
		return fail(r);
	if (take(r, "!")) {
		r->depth++;
		v = !primary(r);
		r->depth--;
		return v;
	}
	if (take(r, "(")) {
		v = choice(r);
		return take(r, ")") ? v : fail(r);
	}
	if (take(r, "n"))
		return r->n;
	skip(r);
	if (*r->at < '0' || *r->at > '9')
		return fail(r);
	for (int digits = 0; *r->at >= '0' && *r->at <= '9'; digits++, r->at++) {
		if (digits >= 9)
			return fail(r);
		v = v * 10 + (number)(*r->at - '0');
	}
	return v;
}

enum op {
	OP_OR,
	OP_AND,
	OP_EQ,
	OP_NE,
	OP_LE,
	OP_GE,
	OP_LT,
	OP_GT,
	OP_ADD,
	OP_SUB,
	OP_MUL,
	OP_DIV,
	OP_MOD
};

/* The operators, those of two characters before their beginnings; level 0 binds least. */
static const struct {
	const char *token;
	int level;
	enum op op;
} ops[] = {
	{"||", 0, OP_OR}, {"&&", 1, OP_AND}, {"==", 2, OP_EQ}, {"!=", 2, OP_NE}, {"<=", 3, OP_LE},
	{">=", 3, OP_GE}, {"<", 3, OP_LT},   {">", 3, OP_GT},  {"+", 4, OP_ADD}, {"-", 4, OP_SUB},
	{"*", 5, OP_MUL}, {"/", 5, OP_DIV},  {"%", 5, OP_MOD},
};
#define LEVELS 6

static number
apply(struct reading *r, enum op op, number a, number b)
{
	switch (op) {
	case OP_OR:
		return a || b;
	case OP_AND:
		return a && b;
	case OP_EQ:
		return a == b;
	case OP_NE:
		return a != b;
	case OP_LE:
		return a <= b;
	case OP_GE:
		return a >= b;
	case OP_LT:
		return a < b;
	case OP_GT:
		return a > b;
	case OP_ADD:
		return a + b;
	case OP_SUB:
		return a - b;
	case OP_MUL:
		return a * b;
	case OP_DIV:
		return b != 0 ? a / b : fail(r);
	case OP_MOD:
		return b != 0 ? a % b : fail(r);
	}
	return fail(r);
}

/* What binds at this level or closer. */
static number
binary(struct reading *r, int level)
{
	number v;

	if (level == LEVELS)
		return primary(r);
	v = binary(r, level + 1);
	for (size_t i = 0; i < NELEM(ops) && !r->bad; i++) {
		if (ops[i].level != level || !take(r, ops[i].token))
			continue;
		v = apply(r, ops[i].op, v, binary(r, level + 1));
		i = (size_t)-1;
	}
	return v;
}

static number
choice(struct reading *r)
{
	number v, yes, no;

	if (r->bad || ++r->depth > DEPTH_MAX)
		return fail(r);
	v = binary(r, 0);
	if (take(r, "?")) {
		yes = choice(r);
		if (!take(r, ":"))
			return fail(r);
		no = choice(r);
		v = v ? yes : no;
	}
	r->depth--;
	return v;
}

bool
plural_form(const char *expr, unsigned long long n, unsigned long long *form)
{
	struct reading r = {expr, n, 0, false};

	*form = choice(&r);
	skip(&r);
	return !r.bad && (*r.at == '\0' || *r.at == ';');
}
