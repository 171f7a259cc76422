/* changes.c - following what changes in chats, one page after the other. */
#include "config.h"

#include "src/changes.h"
#include "src/msg.h"

void
changes_begin(struct changes *c, int64_t rev)
{
	c->serial = 0;
	c->rev = c->known = c->covered = rev;
}

void
changes_heard(struct changes *c, int64_t rev)
{
	if (rev > c->known)
		c->known = rev;
}

struct msg *
changes_ask(struct changes *c, uint32_t serial, const struct key *peer)
{
	struct msg *m;

	if (c->serial != 0 || c->known <= c->rev)
		return NULL;
	c->serial = serial;
	c->covered = c->known;
	m = msg_new(MSG_CMD_PAGE);
	m->serial = serial;
	m->b.page.peer = *peer;
	m->b.page.kind = PAGE_CHANGES;
	m->b.page.at = c->rev;
	m->b.page.count = PAGE_MAX_ROWS;
	return m;
}

void
changes_page(struct changes *c, int64_t newest, bool more)
{
	bool progress = newest > c->rev;

	c->serial = 0;
	if (progress)
		c->rev = newest;
	/* What changed last may be gone again, so the rows need not reach as far as what was known. But only as far as it was when this
	 * page was asked for: what was heard of since may not be in it. */
	if ((!more || !progress) && c->covered > c->rev)
		c->rev = c->covered;
}
