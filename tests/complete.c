/* complete.c - what Tab offers, in a table: a line up to the cursor, where the word begins, what may stand there. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/command.h"
#include "src/model.h"
#include "src/msg.h"
#include "src/options.h"
#include "src/util.h"
#include "tests/tap.h"

static bool
take(void *arg, struct msg *m)
{
	(void)arg;
	msg_free(m);
	return true;
}

static bool
screen(void *arg, const char *name, const char *args, char *err, size_t errlen)
{
	(void)arg;
	(void)name;
	(void)args;
	(void)err;
	(void)errlen;
	return true;
}

static struct model *
make_model(void)
{
	static const struct {
		uint8_t first;
		const char *name;
		enum contact_state state;
	} contacts[] = {{0xb0, "bob", CONTACT_ACCEPTED},
			{0xca, "Carol Ann", CONTACT_ACCEPTED},
			{0xcb, "Émile", CONTACT_ACCEPTED},
			{0xd0, "bobby", CONTACT_REQUEST}};
	struct model *m = model_new(take, NULL);

	for (size_t i = 0; i < NELEM(contacts); i++) {
		struct msg *ev = msg_new(MSG_EV_CONTACT);

		ev->b.contact.peer.b[0] = contacts[i].first;
		ev->b.contact.state = contacts[i].state;
		ev->b.contact.trust = i == 3 ? TRUST_STRANGER : TRUST_PINNED;
		snprintf(ev->b.contact.name, NAME_SIZE, "%s", contacts[i].name);
		model_apply(m, ev);
		msg_free(ev);
	}
	for (int i = 10; i < 13; i++) {
		struct msg *ev = msg_new(MSG_EV_TRANSFER);

		ev->b.transfer.transfer = i;
		model_apply(m, ev);
		msg_free(ev);
	}
	return m;
}

#define DORA "d000000000000000000000000000000000000000000000000000000000000000"

static const struct {
	const char *line;
	size_t start;
	const char *offers; /* '|' behind each */
} table[] = {
	{"/se", 0, "/search|/send|/set|"},
	{"/rem", 0, "/remove|"},
	{"/zzz", 0, ""},
	{"/fi", 0, "/files|/find|"},
	{"/say ", 5, "bob|'Carol Ann'|Émile|"},
	{"/say b", 5, "bob|"},
	{"/say CAR", 5, "'Carol Ann'|"},
	{"/say 'carol a", 5, "'Carol Ann'|"},
	{"/say é", 5, "Émile|"},
	{"/say d0", 5, DORA "|"},
	{"/say bob b", 9, ""},
	{"/block bo", 7, "bob|"},
	{"/block bob b", 11, ""},
	{"/deny ", 6, DORA "|"},
	{"/deny b", 6, ""},
	{"/accept ", 8, "12|11|10|" DORA "|"},
	{"/accept 11", 8, "11|"},
	{"/cancel 1", 8, "12|11|10|"},
	{"/set the", 5, "theme|"},
	{"/set theme ", 11, "auto|dark|light|contrast|mono|"},
	{"/set theme d", 11, "dark|"},
	{"/set mouse ", 11, "on|off|"},
	{"/set nick ", 10, ""},
	{"/set limit_up ", 14, "0|100k|500k|2M|10M|"},
	{"/set listen ", 12, "'[::]:41555'|"},
	{"/set downloads s", 15, "sub/|"},
	{"/listen ", 8, "'[::]:41555'|"},
	{"/keep b", 6, "bob|"},
	{"/keep bob ", 10, "all|nothing|default|"},
	{"/verify bob ", 12, "match|differ|"},
	{"/away ", 6, ""},
	{"/invisible o", 11, "on|off|"},
	{"/withdraw ", 10, ""},
	{"/block unk", 7, "unknown|"},
	{"/retry ", 7, "12|11|10|all|"},
	{"/export bob x j", 14, "json|"},
	{"/theme l", 7, "light|"},
	{"/mouse o", 7, "on|off|"},
	{"/help sa", 6, "say|"},
	{"/send bob ", 10, "'a b.txt'|abc|sub/|"},
	{"/send bob a", 10, "'a b.txt'|abc|"},
	{"/send bob abc sub/", 14, "sub/deep.txt|"},
	{"/send bob 'a b", 10, "'a b.txt'|"},
	{"/send bob a\\ b", 10, "'a b.txt'|"},
	{"/send bob .", 10, ".hidden|"},
	{"/send bob nowhere/", 10, ""},
	{"/files s", 7, "sub/|"},
	{"/accept 11 s", 11, "sub/|"},
	{"/nonsense b", 10, ""},
	{"see you bo", 8, "bob|"},
	{"see you ", 8, ""},
	{"CAR", 0, "Carol Ann|"},
	{"", 0, ""},
};

static void
touch(const char *path)
{
	FILE *f = fopen(path, "w");

	ok(f != NULL && fclose(f) == 0, "made %s", path);
}

int
main(void)
{
	struct model *m = make_model();
	struct options *o = options_new();
	struct command_env env = {.model = m, .options = o, .send = take, .screen = screen};
	char *out[64];
	size_t start, n;

	ok(chdir(test_tmpdir()) == 0 && mkdir("sub", 0700) == 0, "a folder of our own");
	touch("abc");
	touch("a b.txt");
	touch(".hidden");
	touch("sub/deep.txt");
	for (size_t i = 0; i < NELEM(table); i++) {
		char got[1024] = "";

		start = 9999;
		n = command_complete(&env, table[i].line, strlen(table[i].line), &start, out,
				     NELEM(out));
		for (size_t j = 0; j < n; j++) {
			snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s|", out[j]);
			free(out[j]);
		}
		is_str(got, table[i].offers, "%zu: after “%s”", i, table[i].line);
		is_int(start, table[i].start, "%zu: the word begins", i);
	}
	n = command_complete(&env, "/say bob", 6, &start, out, NELEM(out));
	ok(n == 1 && start == 5, "only what is before the cursor counts");
	free(out[0]);
	n = command_complete(&env, "/", 1, &start, out, 3);
	is_int(n, 3, "never more than there is room for");
	while (n > 0)
		free(out[--n]);
	env.screen = NULL;
	n = command_complete(&env, "/fi", 3, &start, out, NELEM(out));
	is_int(n, 0, "without a screen its commands are not offered");
	options_free(o);
	model_free(m);
	return done_testing();
}
