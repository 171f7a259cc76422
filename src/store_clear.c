/* store_clear.c - the texts of a chat go for good; what keeps them from coming again stays. */
#include "config.h"

#include <string.h>

#include "src/store_int.h"
#include "src/util.h"

#define CLEARED "What was said before was cleared."

static bool
drop(struct store *s, enum store_statement statement, const struct chat *c)
{
	struct db_query *q = db_query(s->db, statement);

	db_put_int(q, c->peer);
	return db_run(q);
}

/* What has not been delivered yet is no history: it stays, and goes out. A line says that something is gone, and tells front ends to forget
 * what they hold. */
bool
store_clear(struct store *s, const struct msg *m)
{
	struct msg_st_row line = {.peer = m->b.st_peer.peer,
				  .time = util_wall_ms(),
				  .dir = DIR_NOTE,
				  .kind = ROW_EVENT,
				  .wire_type = CONTENT_CLEARED};
	struct chat *c;
	bool refused;

	c = store_contact_chat(s, m, &m->b.st_peer.peer, &refused);
	if (c == NULL)
		return refused;
	if (c->peer != 0 && !store_drop_typed(s, c))
		return false;
	if (c->peer == 0 || c->row == 0)
		return true;
	s->settle = true;
	line.arrived = line.time;
	if (!drop(s, SQL_CLEAR_VERSIONS, c) || !drop(s, SQL_CLEAR_MESSAGES, c) ||
	    !store_insert(s, c, &line, CLEARED, strlen(CLEARED)))
		return false;
	c->read_row = c->row;
	c->unread = c->unread_row = 0;
	return true;
}
