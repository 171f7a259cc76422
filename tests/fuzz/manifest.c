/* manifest.c - fuzz target: the list of an offer. 4 bytes: entries; 4: its length; 8: bytes of files; then frames, each u16 length and
 * the body of ENTRIES behind its handle. */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/limits.h"
#include "net/manifest.h"
#include "net/wire.h"
#include "src/path.h"
#include "src/util.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool cond)
{
	if (!cond)
		abort();
}

/* What a complete list promises. */
static void
check_whole(const struct manifest *m)
{
	uint32_t *at = manifest_index(m->p, m->len, m->count), files = 0;
	struct reader r;
	struct entry e;

	for (uint32_t i = 0; i < m->count; i++) {
		rd_open(&r, m->p + at[i], m->len - at[i]);
		must(entry_get(&r, &e) && e.kind == manifest_kind(m, i));
		must(e.parent == ENTRY_TOP ||
		     (e.parent < i && manifest_kind(m, e.parent) == ENTRY_FOLDER));
		must(path_check_name(e.name, e.name_len, NULL) != PATH_REFUSED);
		files += e.kind == ENTRY_FILE;
	}
	must(files == m->files && files == manifest_files_from(m, 0));
	free(at);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct manifest m;
	struct reader r, body;
	const char *why = NULL;
	uint32_t count, size;
	uint64_t bytes;
	const uint8_t *p;
	size_t n;

	rd_open(&r, data, len);
	count = rd_u32(&r);
	size = rd_u32(&r);
	bytes = rd_u64(&r);
	if (r.bad || count == 0 || count > MANIFEST_ENTRIES || size > MANIFEST_BYTES ||
	    bytes > INT64_MAX)
		return 0;
	manifest_init(&m, count, size, bytes);
	while (!manifest_complete(&m)) {
		p = rd_string(&r, &n);
		if (p == NULL)
			break;
		rd_open(&body, p, n);
		if (manifest_add(&m, &body, &why) == -1) {
			must(why != NULL);
			break;
		}
		must(m.count <= m.want_count && m.len <= m.want_len && m.bytes <= m.want_bytes);
		must(m.room <= 2 * len + 16);
	}
	if (manifest_complete(&m) && manifest_check(&m, &why) == 0)
		check_whole(&m);
	manifest_free(&m);
	return 0;
}
