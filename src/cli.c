/* cli.c - the table of sub-commands, and how an argument list becomes a call of one. */
#include "config.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/cli.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"

/* Those that are one command of the command table: the same name, the same words. */
static int cli_plain(struct cli *c, const struct cli_args *a);

#define ANY SIZE_MAX

/* clang-format off */
static const struct cli_command table[] = {
	{"init", "--nick NAME", "make an identity without questions", "--nick ", 0, 0, cli_init},
	{"id", "[--qr]", "print this identity: the invite, for a friend; --qr: as a QR code too", "--qr ", 0, 0, cli_id},
	{"add", "NAME INVITE|HOST:PORT|KEY|CODE", "add a contact; KEY takes a waiting request, CODE is as join", "", 2, ANY, cli_plain},
	{"pair", "[NAME] [--wait S]", "print a code to read to somebody, and wait until it was typed there", "--wait ", 0, ANY, cli_pair},
	{"join", "CODE [HOST:PORT] [NAME] [--wait S]", "the other side of it; HOST:PORT where that is not on this network", "--wait ", 1, ANY, cli_join},
	{"requests", "", "who asks to be let in: key, nick, note", "", 0, 0, cli_requests},
	{"refuse", "KEY", "refuse a request", "", 1, 1, cli_plain},
	{"block", "NAME|KEY", "block somebody", "", 1, 1, cli_plain},
	{"unblock", "NAME|KEY", "undo a block", "", 1, 1, cli_plain},
	{"rename", "NAME NEW", "give a contact another name", "", 2, 2, cli_plain},
	{"person", "PERSON NAME...", "group contacts as the devices of one person: what is said to the person goes to each", "", 2, ANY, cli_plain},
	{"ungroup", "NAME", "take a contact out of its person, or a whole person apart", "", 1, 1, cli_plain},
	{"remove", "NAME", "remove a contact and what was said", "", 1, 1, cli_plain},
	{"contacts", "[--blocked]", "one line each: name, trust, key, last seen, and whose device it is", "--blocked ", 0, 0, cli_contacts},
	{"say", "NAME TEXT [--wait S]", "queue a message (TEXT -: standard input) and wait for the receipt", "--wait ", 2, ANY, cli_say},
	{"send", "NAME PATH... [--wait S]", "offer files or folders, and wait until they are there", "--wait ", 2, ANY, cli_send},
	{"receive", "[--into DIR] [--from NAME] [--once] [--only PATTERN]...", "accept all offers from contacts, or what fits a pattern in each", "--into --from --once --only ", 0, 0, cli_receive},
	{"log", "NAME [--json] [--versions] [--output FILE]", "what was said, oldest first; with what edited messages said before; into a file, with days, files and receipts", "--json --versions --output ", 1, 1, cli_log},
	{"search", "WORDS [--in NAME] [--json]", "messages of all chats, or one, with all these words, oldest first", "--in --json ", 1, ANY, cli_search},
	{"passphrase", "[--remove]", "set, change or remove the passphrase that seals what is kept on disk", "--remove ", 0, 0, cli_passphrase},
	{"clear", "NAME --yes", "remove what was said to a contact, for good; what waits stays", "--yes ", 1, 1, cli_clear},
	{"clean", "[--yes]", "unfinished transfers that are left over: name, size, folder; --yes removes them", "--yes ", 0, 0, cli_clean},
	{"keep", "NAME [all|DAYS|nothing|default] [--yes]", "how long what is said with a contact is kept; less than before with --yes", "--yes ", 1, 2, cli_keep},
	{"disappear", "NAME [TIME|off] [--wait S]", "propose that messages disappear after a time, as 1d, or agree to it", "--wait ", 1, 2, cli_disappear},
	{"transfers", "[NUMBER] [--json]", "the transfers, one line each; or where each file of one went", "--json ", 0, 1, cli_transfers},
	{"export", "FILE", "back up identity, contacts and history into one encrypted file", "", 1, 1, cli_export},
	{"import", "FILE", "restore a backup into an empty home", "", 1, 1, cli_import},
	{"invite", "[--once] [--for NAME|KEY] [--expires 2d]", "make an invite, for one person or for some time", "--once --for --expires ", 0, 0, cli_invite},
	{"invites", "", "the invites that were made and are still live", "", 0, 0, cli_plain},
	{"withdraw", "N", "withdraw an invite", "", 1, 1, cli_plain},
	{"newdoor", "", "give the door a new key: invites end, contacts stay", "", 0, 0, cli_plain},
	{"successor", "FOLDER|off [--wait S]", "tell contacts, as they come, that the identity in another home takes the place of this one; off: nobody more", "--wait ", 1, 1, cli_successor},
	{"verify", "NAME [--confirm]", "print the safety number; --confirm marks the contact verified", "--confirm ", 1, 1, cli_verify},
	{"nearby", "[--wait S]", "who is visible on this network: nick, address, contact", "--wait ", 0, 0, cli_nearby},
	{"doctor", "", "what is as it should be, and what is not: home, clock, network, contacts", "", 0, 0, cli_doctor},
	{"demo", "", "the full screen with a second peer on this machine, who talks back; nothing of it stays", "", 0, 0, cli_demo},
	{"run", "[--json]", "no screen: commands on standard input, events on standard output", "--json ", 0, 0, cli_run},
};

static const struct {
	const char *name;
	bool value;
} options[] = {
#define ROW(name, value) {"--" #name, value},
	CLI_OPTIONS(ROW)
#undef ROW
};
/* clang-format on */

int
cli_fail(const char *fmt, ...)
{
	char *text, *safe;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, _(fmt), ap);
	va_end(ap);
	if (n < 0)
		util_fatal("out of memory");
	safe = text_show_dup(text, (size_t)n, TEXT_ONE_LINE);
	fflush(stdout);
	fprintf(stderr, "p2p-tui: %s\n", safe);
	free(safe);
	free(text);
	return CLI_FAILED;
}

void
cli_help(FILE *out)
{
	for (size_t i = 0; i < NELEM(table); i++)
		fprintf(out, "  %s%s%s\n\t%s\n", table[i].name, table[i].args[0] != '\0' ? " " : "",
			table[i].args, _(table[i].help));
}

static int
usage(const struct cli_command *command)
{
	fprintf(stderr, "usage: p2p-tui %s%s%s\n", command->name,
		command->args[0] != '\0' ? " " : "", command->args);
	return CLI_USAGE;
}

bool
cli_wait_ms(const struct cli_args *a, uint64_t fallback, uint64_t *ms)
{
	const char *text = a->opt[CLI_wait];
	char *end;
	double s;

	*ms = fallback;
	if (text == NULL)
		return true;
	s = strtod(text, &end);
	if (text[0] == '\0' || *end != '\0' || !isfinite(s) || s < 0 || s > 1e9) {
		fprintf(stderr, _("p2p-tui: --wait takes a number of seconds.\n"));
		return false;
	}
	*ms = (uint64_t)(s * 1000);
	return true;
}

/* Takes the option at argv[*i]; false if this command has none of that name, or its value is missing. */
static bool
take_option(const struct cli_command *command, struct cli_args *a, int argc, char **argv, int *i)
{
	const char *word = argv[*i];
	size_t len = strcspn(word, "=");
	char wanted[32];

	for (size_t o = 0; o < NELEM(options); o++) {
		if (strlen(options[o].name) != len || strncmp(options[o].name, word, len) != 0)
			continue;
		snprintf(wanted, sizeof(wanted), "%s ", options[o].name);
		if (strstr(command->options, wanted) == NULL)
			return false;
		if (!options[o].value) {
			a->opt[o] = "";
			return word[len] == '\0';
		}
		if (word[len] != '=' && *i + 1 >= argc)
			return false;
		a->opt[o] = word[len] == '=' ? word + len + 1 : argv[++*i];
		if (o == CLI_only) {
			a->only = xreallocarray(a->only, a->nonly + 2, sizeof(*a->only));
			a->only[a->nonly++] = a->opt[o];
			a->only[a->nonly] = NULL;
		}
		return true;
	}
	return false;
}

static const struct cli_command *
find(const char *name)
{
	for (size_t i = 0; i < NELEM(table); i++) {
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	}
	return NULL;
}

int
cli_command(struct cli *c, int argc, char **argv)
{
	const struct cli_command *command = find(argv[0]);
	struct cli_args a = {.command = command,
			     .word = xcalloc((size_t)argc + 1, sizeof(*a.word))};
	bool options_end = false, fine = command != NULL;
	int status;

	if (command == NULL)
		cli_fail("There is no command “%s”: p2p-tui --help lists them all.", argv[0]);
	for (int i = 1; i < argc && fine; i++) {
		if (!options_end && strcmp(argv[i], "--") == 0)
			options_end = true;
		else if (!options_end && strncmp(argv[i], "--", 2) == 0)
			fine = take_option(command, &a, argc, argv, &i);
		else
			a.word[a.n++] = argv[i];
	}
	if (command == NULL)
		status = CLI_USAGE;
	else if (!fine || a.n < command->min || a.n > command->max)
		status = usage(command);
	else
		status = command->run(c, &a);
	if ((fflush(stdout) != 0 || ferror(stdout)) && status == CLI_DONE)
		status = cli_fail("Standard output cannot be written.");
	free(a.word);
	free(a.only);
	return status;
}

static int
cli_plain(struct cli *c, const struct cli_args *a)
{
	bool ok = cli_start(c) && cli_do(c, a->command->name, a->word, a->n, NULL);

	cli_stop(c);
	return ok ? CLI_DONE : CLI_FAILED;
}
