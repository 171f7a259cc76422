/* json_min.c - the little JSON that test vectors need */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/util.h"
#include "tests/json_min.h"

static const char *
space(const char *p, const char *end)
{
	while (p < end && strchr(" \t\r\n", *p) != NULL)
		p++;
	return p;
}

/* Behind the value that begins at p; NULL if it is none. */
static const char *
behind(const char *p, const char *end, int depth)
{
	const char *start = p;
	char close;

	if (p >= end || depth > 32)
		return NULL;
	if (*p == '"') {
		for (p++; p < end && *p != '"'; p++)
			if (*p == '\\')
				return NULL;
		return p < end ? p + 1 : NULL;
	}
	if (*p != '{' && *p != '[') {
		while (p < end && strchr(",]} \t\r\n", *p) == NULL)
			p++;
		return p > start ? p : NULL;
	}
	close = *p == '{' ? '}' : ']';
	p = space(p + 1, end);
	while (p < end && *p != close) {
		if (close == '}') {
			if (*p != '"' || (p = behind(p, end, depth + 1)) == NULL)
				return NULL;
			p = space(p, end);
			if (p >= end || *p != ':')
				return NULL;
			p = space(p + 1, end);
		}
		if ((p = behind(p, end, depth + 1)) == NULL)
			return NULL;
		p = space(p, end);
		if (p < end && *p == ',')
			p = space(p + 1, end);
		else if (p < end && *p != close)
			return NULL;
	}
	return p < end ? p + 1 : NULL;
}

bool
json_load(const char *path, char **text, struct json *out)
{
	FILE *f = fopen(path, "re");
	const char *end;
	size_t len = 0, size = 0, n;

	*text = NULL;
	if (f == NULL)
		return false;
	do {
		if (len == size) {
			size = size == 0 ? 65536 : 2 * size;
			*text = xreallocarray(*text, size, 1);
		}
		n = fread(*text + len, 1, size - len, f);
		len += n;
	} while (n > 0);
	fclose(f);
	end = *text + len;
	out->p = space(*text, end);
	out->end = behind(out->p, end, 0);
	return out->end != NULL && space(out->end, end) == end;
}

bool
json_get(struct json object, const char *key, struct json *out)
{
	const char *p, *end = object.end;
	struct json name;

	*out = (struct json){NULL, NULL};
	if (object.p == NULL || *object.p != '{')
		return false;
	for (p = space(object.p + 1, end); p < end && *p == '"'; p = space(p, end)) {
		name = (struct json){p, behind(p, end, 0)};
		p = space(name.end, end) + 1; /* the colon */
		p = space(p, end);
		*out = (struct json){p, behind(p, end, 0)};
		if (json_is(name, key))
			return true;
		p = space(out->end, end);
		if (*p == ',')
			p++;
	}
	*out = (struct json){NULL, NULL};
	return false;
}

bool
json_each(struct json array, struct json *item)
{
	const char *p = item->p == NULL ? array.p : item->end, *end = array.end;

	if (array.p == NULL || *array.p != '[')
		return false;
	if (item->p == NULL)
		p++;
	p = space(p, end);
	if (*p == ',')
		p = space(p + 1, end);
	if (*p == ']')
		return false;
	*item = (struct json){p, behind(p, end, 0)};
	return true;
}

bool
json_is(struct json value, const char *string)
{
	size_t n = strlen(string);

	return value.p != NULL && *value.p == '"' && (size_t)(value.end - value.p) == n + 2 &&
	       memcmp(value.p + 1, string, n) == 0;
}

ssize_t
json_hex(struct json value, uint8_t *buf, size_t cap)
{
	size_t n;
	char *hex;
	bool good;

	if (value.p == NULL || *value.p != '"')
		return -1;
	n = (size_t)(value.end - value.p) - 2;
	if (n % 2 != 0 || n / 2 > cap)
		return -1;
	hex = xstrndup(value.p + 1, n);
	good = util_unhex(buf, n / 2, hex);
	free(hex);
	return good ? (ssize_t)(n / 2) : -1;
}
