/* types.c - the words for the states in types.h. */
#include "config.h"

#include "src/types.h"
#include "src/util.h"

static const char *
word(const char *const *words, size_t n, unsigned i)
{
	return i < n ? words[i] : "unknown";
}

const char *
trust_word(enum trust t)
{
	static const char *const words[] = {"stranger", "pinned", "verified", "changed"};

	return word(words, NELEM(words), t);
}

const char *
link_word(enum link_state s)
{
	static const char *const words[] = {"offline", "connecting", "online"};

	return word(words, NELEM(words), s);
}

const char *
receipt_word(enum receipt r)
{
	static const char *const words[] = {"queued", "sent", "delivered", "read", "failed"};

	return word(words, NELEM(words), r);
}

const char *
transfer_word(enum transfer_state s)
{
	static const char *const words[] = {"waiting", "running", "checking", "paused",	  "stalled",
					    "done",    "failed",  "refused",  "cancelled"};

	return word(words, NELEM(words), s);
}

const char *
door_word(enum door_state d)
{
	static const char *const words[] = {"open", "lan", "closed"};

	return word(words, NELEM(words), d);
}
