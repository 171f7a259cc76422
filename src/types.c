/* types.c - the words for the states in types.h. */
#include "config.h"

#include "src/say.h"
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
	static const char *const words[] = {N_("stranger"), N_("pinned"), N_("verified"),
					    N_("changed")};

	return word(words, NELEM(words), t);
}

const char *
trust_words(enum trust t, enum trust_how how)
{
	switch (how) {
	case HOW_INVITE:
		return t == TRUST_PINNED ? N_("pinned by invite") : trust_word(t);
	case HOW_ADDRESS:
		return t == TRUST_PINNED ? N_("pinned by address") : trust_word(t);
	case HOW_REQUEST:
		return t == TRUST_PINNED ? N_("pinned by request") : trust_word(t);
	case HOW_NUMBERS:
		return t == TRUST_VERIFIED ? N_("verified by numbers") : trust_word(t);
	case HOW_CODE:
		return t == TRUST_VERIFIED ? N_("verified by code") : trust_word(t);
	case HOW_ANSWERED:
		return N_("changed: another key answered at its address");
	case HOW_SUCCESSOR:
		return N_("changed: it announced a new key");
	case HOW_DIFFER:
		return N_("changed: the numbers differ");
	case HOW_UNKNOWN:
	case HOW_CAME_OPEN:
	case HOW_CAME_INVITE:
	case HOW_CAME_MADE:
	case HOW_CAME_CONTACT:
	case HOW_CAME_NEARBY:
		break;
	}
	return trust_word(t);
}

const char *
came_words(enum trust_how how)
{
	static const char *const words[] = {N_("without an invite"), N_("with your invite"),
					    N_("with an invite you made"),
					    N_("with a key only your contacts have"),
					    N_("from this network, where you were visible")};

	return how >= HOW_CAME_OPEN ? word(words, NELEM(words), how - HOW_CAME_OPEN) : "";
}

const char *
link_word(enum link_state s)
{
	static const char *const words[] = {N_("offline"), N_("connecting"), N_("online")};

	return word(words, NELEM(words), s);
}

const char *
receipt_word(enum receipt r)
{
	static const char *const words[] = {N_("queued"), N_("sent"), N_("delivered"), N_("read"),
					    N_("failed")};

	return word(words, NELEM(words), r);
}

const char *
transfer_word(enum transfer_state s)
{
	static const char *const words[] = {N_("waiting"), N_("running"), N_("checking"),
					    N_("paused"),  N_("stalled"), N_("done"),
					    N_("failed"),  N_("refused"), N_("cancelled")};

	return word(words, NELEM(words), s);
}

const char *
door_word(enum door_state d)
{
	static const char *const words[] = {"open", "lan", "closed"};

	return word(words, NELEM(words), d);
}

const char *
found_word(enum found f)
{
	static const char *const words[] = {"", "typed", "invite", "told", "nearby", "called"};

	return word(words, NELEM(words), f);
}

const char *
found_sentence(enum found f)
{
	static const char *const words[] = {"",
					    N_("at an address that was typed"),
					    N_("at an address of its invite"),
					    N_("at an address it told"),
					    N_("found nearby"),
					    N_("it called")};

	return word(words, NELEM(words), f);
}
