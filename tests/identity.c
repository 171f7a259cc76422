/* identity.c - the identity file: made once, read back, never replaced, every damage noticed. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/identity.h"
#include "src/pass.h"
#include "src/util.h"
#include "tests/tap.h"

static char err[512];

static const char *
in_tmp(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", test_tmpdir(), name);
	return path;
}

static size_t
read_file(const char *path, char *out, size_t size)
{
	FILE *f = fopen(path, "r");
	size_t n = f != NULL ? fread(out, 1, size, f) : 0;

	if (f != NULL)
		fclose(f);
	return n;
}

static void
write_file(const char *path, const char *bytes, size_t n)
{
	FILE *f = fopen(path, "w");

	fwrite(bytes, 1, n, f);
	fclose(f);
}

/* Made with Python: BLAKE2b(key, salt = subkey number, personal = context) as libsodium documents crypto_kdf, then X25519. */
static void
test_derive(void)
{
	static const char secret[] =
		"b00231195759beacca0d8f2c63202987659e4cbda0ed182acbf8ccef2044caac";
	static const char public[] =
		"1ab3e07c2e11d687f8ddcbac128343a590d6b9d14b16176db9d688a6ff7fec2a";
	struct identity id = {.seed = {0}};
	uint8_t want[KEY_LEN];

	for (size_t i = 0; i < sizeof(id.seed); i++)
		id.seed[i] = (uint8_t)i;
	identity_derive(&id);
	ok(util_unhex(want, sizeof(want), secret), "a vector");
	is_mem(id.secret, want, sizeof(want), "the secret of a known seed");
	ok(util_unhex(want, sizeof(want), public), "another");
	is_mem(id.key.b, want, sizeof(want), "and its key");
	identity_wipe(&id);
	ok(id.seed[31] == 0 && id.secret[0] == 0 && id.key.b[0] == 0, "wiped");
}

static void
test_create(void)
{
	struct identity id, again, other;
	char path[256];
	struct stat st;
	bool missing;

	snprintf(path, sizeof(path), "%s", in_tmp("identity"));
	ok(!identity_load(&again, path, &missing, err, sizeof(err)) && missing,
	   "there is none at first: %s", err);
	umask(0);
	ok(identity_create(&id, path, err, sizeof(err)), "one is made");
	ok(stat(path, &st) == 0 && (st.st_mode & 07777) == 0600, "private, whatever the umask");
	ok(identity_load(&again, path, &missing, err, sizeof(err)), "and read back");
	is_mem(&again, &id, sizeof(id), "as it was");
	ok(!identity_create(&other, path, err, sizeof(err)) && strstr(err, "already") != NULL,
	   "a second one is refused: %s", err);
	ok(identity_load(&again, path, &missing, err, sizeof(err)) &&
		   memcmp(&again, &id, sizeof(id)) == 0,
	   "and the first is still there");
	ok(access(in_tmp(".identity.new"), F_OK) != 0, "no temporary file is left");
	ok(identity_create(&other, in_tmp("identity2"), err, sizeof(err)) &&
		   !key_equal(&other.key, &id.key),
	   "another one is another one");
	chmod(path, 0644);
	identity_load(&again, path, &missing, err, sizeof(err));
	ok(stat(path, &st) == 0 && (st.st_mode & 07777) == 0600,
	   "a file others could read is made private again");
	ok(again.exposed && again.mended, "and it is told");
	ok(identity_load(&again, path, &missing, err, sizeof(err)) && !again.exposed, "once");
	ok(!identity_create(&other, in_tmp("none/identity"), err, sizeof(err)),
	   "a missing folder is told: %s", err);
}

/* Every byte changed, every length: each is noticed, and the file left alone. */
static void
test_damage(void)
{
	char path[256], text[512], bad[512];
	struct identity id;
	size_t n, missed = 0, called_missing = 0;
	bool missing;

	snprintf(path, sizeof(path), "%s", in_tmp("damaged"));
	n = read_file(in_tmp("identity"), text, sizeof(text));
	ok(n > 100 && n < sizeof(text), "the file is a small text");
	for (size_t i = 0; i < n; i++) {
		memcpy(bad, text, n);
		bad[i] ^= 1;
		write_file(path, bad, n);
		missed += identity_load(&id, path, &missing, err, sizeof(err));
		called_missing += missing;
	}
	is_int(missed, 0, "a change of any of its %zu bytes is noticed", n);
	for (size_t i = 0; i < n; i++) {
		write_file(path, text, i);
		missed += identity_load(&id, path, &missing, err, sizeof(err));
		called_missing += missing;
	}
	is_int(missed, 0, "any shorter file too");
	is_int(called_missing, 0, "and none is called missing");
	memcpy(bad, text, n);
	bad[n] = '\n';
	write_file(path, bad, n + 1);
	ok(!identity_load(&id, path, &missing, err, sizeof(err)), "a longer one: %s", err);
	ok(read_file(path, bad, sizeof(bad)) == n + 1, "a damaged file stays as it is");
	ok(!identity_create(&id, path, err, sizeof(err)), "and is not replaced");
	memcpy(bad, "p2p-tui identity 3", 18);
	write_file(path, bad, n);
	ok(!identity_load(&id, path, &missing, err, sizeof(err)) && strstr(err, "version") != NULL,
	   "another version is told: %s", err);
	ok(!identity_load(&id, test_tmpdir(), &missing, err, sizeof(err)) && !missing,
	   "a folder is no identity: %s", err);
	mkfifo(in_tmp("fifo"), 0600);
	ok(!identity_load(&id, in_tmp("fifo"), &missing, err, sizeof(err)) && !missing,
	   "a pipe is not waited for: %s", err);
}

static const struct pass_cost cheap = {.passes = 1, .memory = 8192};

/* A passphrase as the person gives it; NULL: none can be got. */
static unsigned asked;

static bool
give(void *arg, char *out, char *why, size_t size)
{
	asked++;
	if (arg == NULL) {
		snprintf(why, size, "nobody is there");
		return false;
	}
	snprintf(out, PASS_SIZE, "%s", (const char *)arg);
	return true;
}

static bool
opens(const char *path, const char *passphrase, struct identity *id)
{
	char copy[64];
	bool missing;

	err[0] = '\0';
	snprintf(copy, sizeof(copy), "%s", passphrase);
	return identity_open(id, path, &missing, give, copy, err, sizeof(err));
}

static void
test_passphrase(void)
{
	char path[256], text[1024], hex[65], again[1024];
	struct identity id, got;
	struct stat st;
	bool missing;
	size_t n;

	snprintf(path, sizeof(path), "%s", in_tmp("sealed"));
	ok(identity_create(&id, path, err, sizeof(err)) && !id.sealed, "an identity without one");
	ok(opens(path, "?", &got) && asked == 0, "nobody is asked for it");
	ok(identity_write(&id, path, false, "correct horse", &cheap, err, sizeof(err)) && id.sealed,
	   "a passphrase is set: %s", err);
	n = read_file(path, text, sizeof(text) - 1);
	text[n] = '\0';
	ok(stat(path, &st) == 0 && (st.st_mode & 07777) == 0600, "the file is private");
	ok(strstr(text, util_hex(hex, id.seed, 32)) == NULL, "and the seed does not stand in it");
	ok(access(in_tmp(".sealed.new"), F_OK) != 0, "no temporary file is left");
	ok(opens(path, "correct horse", &got) && asked == 1, "it opens with the passphrase");
	is_mem(&got, &id, sizeof(id), "and is the same");
	ok(!opens(path, "Correct horse", &got) && strcmp(err, "The passphrase is wrong.") == 0,
	   "not with another one: %s", err);
	ok(got.seed[0] == 0 && got.key.b[5] == 0, "and nothing of it is known then");
	ok(!identity_load(&got, path, &missing, err, sizeof(err)) && !missing &&
		   strstr(err, "passphrase") != NULL,
	   "nor without one: %s", err);
	ok(!identity_open(&got, path, &missing, give, NULL, err, sizeof(err)) &&
		   strcmp(err, "nobody is there") == 0,
	   "why there is none is told");
	ok(!identity_write(&id, path, true, NULL, NULL, err, sizeof(err)) &&
		   opens(path, "correct horse", &got),
	   "it is not replaced as a fresh one: %s", err);
	ok(identity_write(&id, path, false, "correct horse", &cheap, err, sizeof(err)) &&
		   read_file(path, again, sizeof(again)) == n && memcmp(again, text, n) != 0,
	   "sealed again the file is another one");
	ok(identity_write(&id, path, false, "staple", &cheap, err, sizeof(err)) &&
		   opens(path, "staple", &got) && !opens(path, "correct horse", &got),
	   "changed: only the new one opens it");
	ok(identity_write(&id, path, false, NULL, NULL, err, sizeof(err)) &&
		   identity_load(&got, path, &missing, err, sizeof(err)) && !got.sealed &&
		   key_equal(&got.key, &id.key),
	   "and removed");
}

/* Whatever happens to a sealed file is told as damage, and nobody is asked for a passphrase in vain. */
static void
test_passphrase_damage(void)
{
	char path[256], text[1024], bad[1024], *line;
	struct identity id;
	size_t n, missed = 0;

	snprintf(path, sizeof(path), "%s", in_tmp("torn"));
	ok(identity_create(&id, path, err, sizeof(err)) &&
		   identity_write(&id, path, false, "word", &cheap, err, sizeof(err)),
	   "a sealed identity");
	n = read_file(path, text, sizeof(text) - 1);
	text[n] = '\0';
	asked = 0;
	for (size_t i = 0; i < n; i++) {
		memcpy(bad, text, n);
		bad[i] ^= 1;
		write_file(path, bad, n);
		missed += opens(path, "word", &id);
		write_file(path, text, i);
		missed += opens(path, "word", &id);
	}
	is_int(missed, 0, "a change of any of its %zu bytes is noticed, and any shorter file", n);
	is_int(asked, 0, "before anybody is asked");
	line = strstr(text, "argon ");
	n = (size_t)snprintf(bad, sizeof(bad), "%.*sargon 3 99999999999%s", (int)(line - text),
			     text, strchr(line, '\n'));
	write_file(path, bad, n);
	ok(!opens(path, "word", &id) && strstr(err, "more work") != NULL && asked == 0,
	   "a file that asks for too much memory is refused: %s", err);
}

/* Lines of a descriptor, one for each call. */
static void
test_read(void)
{
	char out[PASS_SIZE], long_one[PASS_SIZE + 2];
	int fd;

	memset(long_one, 'a', sizeof(long_one));
	long_one[PASS_MAX] = '\n';
	write_file(in_tmp("words"), "one two \xc3\xa4\nthree\n\nlast", 22);
	fd = open(in_tmp("words"), O_RDONLY | O_CLOEXEC);
	ok(pass_read(out, fd, err, sizeof(err)) && strcmp(out, "one two \xc3\xa4") == 0,
	   "the first line");
	ok(pass_read(out, fd, err, sizeof(err)) && strcmp(out, "three") == 0, "the second");
	ok(!pass_read(out, fd, err, sizeof(err)) && strstr(err, "empty") != NULL,
	   "an empty one is none: %s", err);
	ok(pass_read(out, fd, err, sizeof(err)) && strcmp(out, "last") == 0, "one without newline");
	ok(!pass_read(out, fd, err, sizeof(err)), "the end");
	close(fd);
	ok(!pass_read(out, fd, err, sizeof(err)) && strstr(err, "cannot be read") != NULL,
	   "a closed descriptor: %s", err);
	write_file(in_tmp("words"), long_one, PASS_MAX + 1);
	fd = open(in_tmp("words"), O_RDONLY | O_CLOEXEC);
	ok(pass_read(out, fd, err, sizeof(err)) && strlen(out) == PASS_MAX, "the longest one");
	close(fd);
	long_one[PASS_MAX] = 'a';
	long_one[PASS_MAX + 1] = '\n';
	write_file(in_tmp("words"), long_one, PASS_MAX + 2);
	fd = open(in_tmp("words"), O_RDONLY | O_CLOEXEC);
	ok(!pass_read(out, fd, err, sizeof(err)) && strstr(err, "longer") != NULL,
	   "one byte more: %s", err);
	close(fd);
}

int
main(void)
{
	test_derive();
	test_create();
	test_damage();
	test_passphrase();
	test_passphrase_damage();
	test_read();
	return done_testing();
}
