/* config.c - fuzz target: any bytes as an option file, and saving each option into it */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/options.h"
#include "src/util.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
ignore(void *arg, const char *sentence)
{
	if (*sentence == '\0')
		abort();
	++*(int *)arg;
}

static struct options *
parse(const char *bytes, size_t len, int *complaints)
{
	struct options *o = options_new();

	*complaints = 0;
	options_parse(o, "config", bytes, len, ignore, complaints);
	return o;
}

/* How many bytes two files have in common from their ends. */
static size_t
common_end(const char *a, size_t na, const char *b, size_t nb)
{
	size_t n = 0;

	while (n < na && n < nb && a[na - 1 - n] == b[nb - 1 - n])
		n++;
	return n;
}

/* Saving an option's value, whatever the file holds: it is read back, every other option stays, no further complaint is made, and one
 * stretch of the file has changed: one line at most. */
static void
save(const struct options *o, enum option which, const char *bytes, size_t len, int complaints)
{
	size_t n, start = 0, end;
	char *out = options_edit(o, which, bytes, len, &n);
	int again;
	struct options *back = parse(out, n, &again);

	for (unsigned i = 0; i < OPT_COUNT; i++)
		if (strcmp(options_text(o, (enum option)i), options_text(back, (enum option)i)) !=
		    0)
			abort();
	if (again > complaints)
		abort();
	while (start < len && start < n && bytes[start] == out[start])
		start++;
	end = common_end(bytes + start, len - start, out + start, n - start);
	if (memchr(bytes + start, '\n', len - start - end) != NULL)
		abort();
	options_free(back);
	free(out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const nicks[] = {"", "a", " # \"\\", "\"", "x\\", "=", "#"};
	const char *bytes = (const char *)data;
	int complaints;
	struct options *o = parse(bytes, len, &complaints);
	char err[256];

	for (unsigned i = 0; i < OPT_COUNT; i++)
		save(o, (enum option)i, bytes, len, complaints);
	for (size_t i = 0; i < NELEM(nicks); i++) {
		if (!options_set(o, OPT_nick, nicks[i], err, sizeof(err)))
			abort();
		save(o, OPT_nick, bytes, len, complaints);
	}
	options_free(o);
	return 0;
}
