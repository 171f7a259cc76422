/* places.c - fuzz target: any bytes as the kernel's table of mounts, and as the file of bookmarks. */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/util.h"
#include "ui/places.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool cond)
{
	if (!cond)
		abort();
}

static void
ignore(void *arg, const char *sentence)
{
	(void)arg;
	must(sentence[0] != '\0');
}

static bool
holds(const struct places *p, const char *path)
{
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->at[i].path, path) == 0)
			return true;
	return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct places p = {0};
	const char *bytes = (const char *)data;
	char *edited;
	size_t n;

	places_mounts(&p, bytes, len);
	for (size_t i = 0; i < p.n; i++)
		must(p.at[i].path[0] == '/' && p.at[i].name[0] != '\0');
	places_clear(&p);
	places_parse(&p, bytes, len, ignore, NULL);
	must(p.n <= PLACES_MAX);
	places_clear(&p);
	edited = places_edit(bytes, len, "/a bookmark", true, &n);
	must(n <= len + 13);
	edited = xreallocarray(edited, n + 1, 1);
	places_parse(&p, edited, n, ignore, NULL);
	must(holds(&p, "/a bookmark") || p.n == PLACES_MAX);
	places_clear(&p);
	free(edited);
	edited = places_edit(bytes, len, "/a bookmark", false, &n);
	places_parse(&p, edited, n, ignore, NULL);
	must(!holds(&p, "/a bookmark"));
	places_clear(&p);
	free(edited);
	return 0;
}
