/* cli_home.c - what is done to a home as a whole: its passphrase, a backup of it, and one out of a backup. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/backup.h"
#include "src/cli.h"
#include "src/file.h"
#include "src/options.h"
#include "src/pass.h"
#include "src/path.h"
#include "src/say.h"
#include "src/seal.h"
#include "src/spool.h"
#include "src/store.h"
#include "src/util.h"

#define ERR 512

/* ---- asking ---- */

/* The number of a descriptor on the command line; main.c looked at it. */
static int
descriptor(const char *text)
{
	return (int)strtol(text, NULL, 10);
}

bool
cli_ask_passphrase(void *arg, char *out, char *err, size_t errlen)
{
	const struct cli *c = arg;

	if (c->passphrase_fd != NULL)
		return pass_read(out, descriptor(c->passphrase_fd), err, errlen);
	return pass_ask(out, _("Passphrase: "), err, errlen);
}

/* A passphrase that is set now: on the terminal it is typed twice. */
static bool
ask_new(const struct cli *c, const char *prompt, char out[PASS_SIZE])
{
	char err[ERR] = "", again[PASS_SIZE];
	bool good;

	if (c->new_passphrase_fd != NULL) {
		good = pass_read(out, descriptor(c->new_passphrase_fd), err, sizeof(err));
	} else {
		good = pass_ask(out, prompt, err, sizeof(err)) &&
		       pass_ask(again, _("The same again: "), err, sizeof(err));
		if (good && strcmp(out, again) != 0) {
			say_into(err, sizeof(err), "The two are not the same: nothing is changed.");
			good = false;
		}
		pass_wipe(again);
	}
	if (!good) {
		pass_wipe(out);
		cli_fail("%s", err);
	}
	return good;
}

/* ---- the passphrase ---- */

/* Whether it is a text on its way that an older version wrote as it was. */
static bool
is_plain(const char *folder, const char *name, const struct seal_key *key)
{
	char *path = path_join(folder, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct spool *s = fd != -1 ? spool_open(fd, key) : NULL;
	bool plain = fd != -1 && s == NULL && errno == EINVAL;

	spool_free(s);
	if (fd != -1)
		close(fd);
	free(path);
	return plain;
}

static void
tell_spool(const struct cli *c, const struct seal_key *key)
{
	DIR *d = opendir(c->home.spool);
	const struct dirent *e;
	unsigned n = 0;

	while (d != NULL && (e = readdir(d)) != NULL)
		n += e->d_name[0] != '.' && is_plain(c->home.spool, e->d_name, key);
	if (d != NULL)
		closedir(d);
	if (n != 0)
		printf(_("%u long texts of an older p2p-tui in %s are not sealed; each goes when "
			 "it "
			 "is sent.\n"),
		       n, c->home.spool);
}

/* The identity first: from then on whoever opens the history seals it, also after a crash in between. */
static bool
set_passphrase(struct cli *c, char *err, size_t errlen)
{
	bool before = c->id.sealed;
	char passphrase[PASS_SIZE];
	struct seal_key key;
	struct store *s;
	bool good;

	if (!ask_new(c, _("New passphrase: "), passphrase))
		return false;
	good = identity_write(&c->id, c->home.identity, false, passphrase, NULL, err, errlen);
	pass_wipe(passphrase);
	if (!good)
		return false;
	identity_seal_key(&c->id, &key);
	s = store_open(c->home.database, STORE_WRITE, &key, err, errlen);
	if (s != NULL)
		tell_spool(c, &key);
	seal_key_wipe(&key);
	if (s == NULL) {
		cli_fail("The identity is sealed, the history is not yet; the next start tries "
			 "again.");
		return false;
	}
	store_close(s);
	puts(before ? _("The passphrase is changed.")
		    : _("The passphrase is set: identity and history are sealed."));
	return true;
}

static bool
remove_passphrase(struct cli *c, char *err, size_t errlen)
{
	if (!c->id.sealed) {
		say_into(err, errlen, "There is no passphrase.");
		return false;
	}
	if (!identity_write(&c->id, c->home.identity, false, NULL, NULL, err, errlen))
		return false;
	puts(_("The passphrase is removed: only file permissions protect this home now. What is "
	       "sealed stays so,"));
	puts(_("by a key that the identity file holds."));
	return true;
}

int
cli_passphrase(struct cli *c, const struct cli_args *a)
{
	char err[ERR] = "";
	bool good = cli_open(c);

	if (good) {
		good = home_lock(&c->home, err, sizeof(err)) &&
		       (a->opt[CLI_remove] != NULL ? remove_passphrase(c, err, sizeof(err))
						   : set_passphrase(c, err, sizeof(err)));
		if (!good && err[0] != '\0')
			cli_fail("%s", err);
	}
	cli_stop(c);
	return good ? CLI_DONE : CLI_FAILED;
}

/* ---- export ---- */

int
cli_export(struct cli *c, const struct cli_args *a)
{
	char passphrase[PASS_SIZE], err[ERR] = "";
	struct backup b = {.sealed = false};
	bool good = cli_open(c);

	if (good && access(a->word[0], F_OK) == 0) {
		cli_fail("There is a file already: %s.", a->word[0]);
		good = false;
	}
	good = good && ask_new(c, _("Passphrase for the backup: "), passphrase);
	if (good) {
		memcpy(b.seed, c->id.seed, sizeof(b.seed));
		b.sealed = c->id.sealed;
		strlcpy(b.nick, options_text(c->options, OPT_nick), sizeof(b.nick));
		good = backup_write(&b, a->word[0], c->home.database, passphrase, NULL, err,
				    sizeof(err));
		if (!good)
			cli_fail("%s", err);
		pass_wipe(passphrase);
		backup_wipe(&b);
	}
	cli_stop(c);
	return good ? CLI_DONE : CLI_FAILED;
}

/* ---- import ---- */

/* What an import is made of until it is whole. The mark tells a history whose identity is still to come, after a crash, from one whose
 * identity was lost. */
struct parts {
	char *database, *mark;
};

static const char *const beside[] = {"", "-wal", "-shm", "-journal"};

static void
drop_database(const char *path)
{
	char *name;

	for (size_t i = 0; i < NELEM(beside); i++) {
		xasprintf(&name, "%s%s", path, beside[i]);
		unlink(name);
		free(name);
	}
}

/* Only an empty home is filled; what an import that was killed left is no content. */
static bool
is_empty(struct cli *c, const struct parts *parts)
{
	if (access(c->home.identity, F_OK) == 0) {
		cli_fail("There is an identity already: %s. A backup is restored into an empty "
			 "home.",
			 c->home.identity);
		return false;
	}
	drop_database(parts->database);
	if (access(parts->mark, F_OK) == 0)
		drop_database(c->home.database);
	if (access(c->home.database, F_OK) != 0)
		return true;
	cli_fail("There is a history already: %s. A backup is restored into an empty home.",
		 c->home.database);
	return false;
}

/* The history gets its name, then the name of the person is noted, and the identity comes last: it says that the home is whole. */
static bool
put_in_place(struct cli *c, const struct parts *parts, const struct backup *b,
	     const char *passphrase, char *err, size_t errlen)
{
	if (file_write(parts->mark, FILE_REPLACE, "", 0) != 0 ||
	    rename(parts->database, c->home.database) != 0) {
		say_into(err, errlen, "The history cannot be put in its place: %s.",
			 file_reason(errno));
		return false;
	}
	memcpy(c->id.seed, b->seed, sizeof(b->seed));
	identity_derive(&c->id);
	if ((b->nick[0] == '\0' ||
	     (options_set(c->options, OPT_nick, b->nick, err, errlen) &&
	      options_save(c->options, c->home.config, OPT_nick, err, errlen))) &&
	    identity_write(&c->id, c->home.identity, true, b->sealed ? passphrase : NULL, NULL, err,
			   errlen)) {
		unlink(parts->mark);
		return true;
	}
	drop_database(c->home.database);
	unlink(parts->mark);
	return false;
}

static bool
restore(struct cli *c, const struct parts *parts, const char *file)
{
	char passphrase[PASS_SIZE], err[ERR] = "";
	struct backup b = {.sealed = false};
	bool good = backup_check(file, err, sizeof(err)) &&
		    cli_ask_passphrase(c, passphrase, err, sizeof(err)) &&
		    backup_read(&b, file, parts->database, passphrase, err, sizeof(err)) &&
		    put_in_place(c, parts, &b, passphrase, err, sizeof(err));

	if (!good)
		cli_fail("%s", err);
	else if (b.sealed)
		puts(_("The home is restored. Its passphrase is now that of the backup."));
	else
		puts(_("The home is restored. It has no passphrase: only file permissions protect "
		       "it."));
	if (good)
		puts(_("Do not start the p2p-tui it came from any more: two with one identity take "
		       "each other's messages."));
	drop_database(parts->database);
	pass_wipe(passphrase);
	backup_wipe(&b);
	return good;
}

int
cli_import(struct cli *c, const struct cli_args *a)
{
	struct parts parts = {.database = NULL};
	char err[ERR] = "";
	bool good = cli_open_empty(c);

	if (good) {
		xasprintf(&parts.database, "%s.import", c->home.database);
		xasprintf(&parts.mark, "%s.unfinished", parts.database);
		good = home_lock(&c->home, err, sizeof(err));
		if (!good)
			cli_fail("%s", err);
		good = good && is_empty(c, &parts) && restore(c, &parts, a->word[0]);
	}
	free(parts.database);
	free(parts.mark);
	cli_stop(c);
	return good ? CLI_DONE : CLI_FAILED;
}
