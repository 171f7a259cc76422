/* drops.c - fuzz target: lines of any bytes as what a terminal says of drops. */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ui/drops.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool cond)
{
	if (!cond)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct drops *d = drops_new();
	const char *s = (const char *)data;
	struct drops_event ev;
	size_t sum = 0;

	drops_reply(d, "]72;t=q", 7, &ev);
	for (size_t at = 0, end; at < len; at = end + 1) {
		const char *nl = memchr(s + at, '\n', len - at);

		end = nl != NULL ? (size_t)(nl - s) : len;
		drops_reply(d, s + at, end - at, &ev);
		must(memchr(ev.out, '\0', sizeof(ev.out)) != NULL);
		must(ev.what != DROPS_OVER || (ev.y >= 0 && ev.x >= 0));
		must(ev.what != DROPS_FILES || (ev.len > 0 && ev.len <= DROPS_MAX && ev.y >= 0));
		/* All of it can be read: a sanitizer looks on. */
		for (size_t i = 0; ev.what == DROPS_FILES && i < ev.len; i++)
			sum += (unsigned char)ev.text[i];
	}
	drops_free(d);
	must(sum <= len * 255);
	return 0;
}
