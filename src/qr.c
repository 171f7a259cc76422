/* qr.c - QR codes, by libqrencode where the program was built with it. */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#ifdef HAVE_QRENCODE
#include <qrencode.h>
#endif

#include "src/qr.h"
#include "src/uri.h"
#include "src/util.h"

#ifdef HAVE_QRENCODE
bool
qr_there(void)
{
	return true;
}

struct qr *
qr_new(const char *text)
{
	QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
	struct qr *q;
	size_t n;

	if (code == NULL)
		return NULL;
	n = (size_t)code->width;
	q = xcalloc(1, sizeof(*q) + n * n);
	q->n = code->width;
	for (size_t i = 0; i < n * n; i++)
		q->dark[i] = code->data[i] & 1;
	QRcode_free(code);
	return q;
}
#else
bool
qr_there(void)
{
	return false;
}

struct qr *
qr_new(const char *text)
{
	(void)text;
	return NULL;
}
#endif

bool
qr_dark(const struct qr *q, int row, int column)
{
	if (row < 0 || column < 0 || row >= q->n || column >= q->n)
		return false;
	return q->dark[row * q->n + column] != 0;
}

struct qr *
qr_invite(const char *invite)
{
	char *text = xstrdup(invite);
	struct qr *q;
	size_t n = 0;

	for (const char *p = invite; *p != '\0'; p++)
		if (*p != '-')
			text[n++] = (char)toupper((unsigned char)*p);
	text[n] = '\0';
	q = qr_new(text);
	explicit_bzero(text, strlen(text));
	free(text);
	return q;
}

/* Takes out the last address, of IPv6 if there is any. */
static void
leave_out(struct invite *inv)
{
	size_t at = inv->naddrs - 1;

	for (size_t i = 0; i < inv->naddrs; i++)
		if (inv->addrs[i].family == 6)
			at = i;
	inv->naddrs--;
	memmove(&inv->addrs[at], &inv->addrs[at + 1], (inv->naddrs - at) * sizeof(inv->addrs[0]));
}

struct qr *
qr_invite_for(const char *invite, int columns, int rows, size_t *left, size_t *all)
{
	struct qr *q = qr_invite(invite);
	char why[INVITE_ERR], *text;
	struct invite inv;

	*left = *all = 0;
	if (!qr_there() || !invite_parse(invite, &inv, why, sizeof(why)))
		return q;
	*left = *all = inv.naddrs;
	while ((inv.naddrs > 1 || inv.nick[0] != '\0') &&
	       (q == NULL || qr_rows(q) > rows || qr_columns(q) > columns)) {
		/* The nick comes with the first session, too. */
		if (inv.naddrs > 1)
			leave_out(&inv);
		else
			inv.nick[0] = '\0';
		free(q);
		text = invite_format(&inv);
		q = qr_invite(text);
		explicit_bzero(text, strlen(text));
		free(text);
		*left = inv.naddrs;
	}
	explicit_bzero(&inv, sizeof(inv));
	return q;
}

int
qr_rows(const struct qr *q)
{
	return (q->n + 2 * QR_QUIET + 1) / 2;
}

int
qr_columns(const struct qr *q)
{
	return q->n + 2 * QR_QUIET;
}

const char *
qr_cell(const struct qr *q, int row, int column)
{
	bool upper = qr_dark(q, 2 * row - QR_QUIET, column - QR_QUIET);
	bool lower = qr_dark(q, 2 * row + 1 - QR_QUIET, column - QR_QUIET);

	if (upper)
		return lower ? "█" : "▀";
	return lower ? "▄" : " ";
}
