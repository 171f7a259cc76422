/* pair_part.c - for the tests of transfers: parts of offers chosen. */
#include "config.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "src/util.h"
#include "tests/pair.h"

const char *
pair_part(struct end *e, int64_t number, const char *folder, ...)
{
	struct msg *m = msg_new(MSG_CMD_TRANSFER);
	uint8_t *b = (uint8_t *)xstrdup(folder);
	size_t len = strlen(folder) + 1, n;
	const char *s;
	va_list ap;

	va_start(ap, folder);
	while ((s = va_arg(ap, const char *)) != NULL) {
		n = strlen(s) + 1;
		b = xreallocarray(b, len + n, 1);
		memcpy(b + len, s, n);
		len += n;
	}
	va_end(ap);
	m->b.transfer_op.transfer = number;
	m->b.transfer_op.op = TOP_ACCEPT_PART;
	msg_take_bytes(m, b, len);
	pair_command(e, m);
	if (e->result == NULL)
		return "no answer";
	return e->result->b.result.ok ? NULL : (const char *)e->result->bytes;
}

void
pair_choose(struct end *e, const struct msg_choose *c, const char *filter)
{
	struct msg *m = msg_new(MSG_CMD_CHOOSE);

	msg_free(e->choice);
	e->choice = NULL;
	m->serial = 77;
	m->b.choose = *c;
	if (filter != NULL)
		msg_set_bytes(m, filter, strlen(filter));
	transfers_choose(e->t, m);
	msg_free(m);
	pair_run(e->pair, 1000);
}
