/* passphrase.c - another passphrase while the program runs: the identity's file first, then the history, and who is told. */
#include "config.h"

#include "net/node_int.h"
#include "src/log.h"
#include "src/msg.h"
#include "src/say.h"

static const char *
words(const struct msg *m)
{
	return m->len > 0 ? (const char *)m->bytes : "";
}

/* The history is sealed by whoever opens it next if we do not get that far, so nothing is undone when something fails here. */
void
passphrase_written(struct node *n, const struct msg *m)
{
	const struct msg_seal *s = &m->b.seal;
	struct msg *seal;

	if (!s->ok) {
		node_result(n, m->serial, false, NULL, "%s", words(m));
		return;
	}
	n->sealed = s->now;
	reach_emit(n);
	if (!s->now) {
		node_result(
			n, m->serial, true, NULL,
			"The passphrase is removed: only file permissions protect this home now.");
	} else if (!n->stopping) {
		seal = msg_new(MSG_ST_SEAL);
		seal->serial = m->serial;
		seal->b.seal = *s;
		node_store(n, seal);
	}
}

void
passphrase_progress(struct node *n, const struct msg *m)
{
	node_notice(n, false, NULL, "Sealing the history… %u %%", (unsigned)m->b.seal.percent);
}

void
passphrase_sealed(struct node *n, const struct msg *m)
{
	const struct msg_seal *s = &m->b.seal;

	if (!s->ok) {
		log_error("the history is not sealed: %s", words(m));
		node_result(n, m->serial, false, NULL,
			    "The identity is sealed, the history not all yet; the next start tries "
			    "again. %s",
			    words(m));
		return;
	}
	node_result(n, m->serial, true, NULL, "%s",
		    s->before ? _("The passphrase is changed.")
			      : _("The passphrase is set: identity and history are sealed."));
}
