/* identity.c - the identity file: made once, read back, never replaced, every damage noticed. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/identity.h"
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
	memcpy(bad, "p2p-tui identity 2", 18);
	write_file(path, bad, n);
	ok(!identity_load(&id, path, &missing, err, sizeof(err)) && strstr(err, "version") != NULL,
	   "another version is told: %s", err);
	ok(!identity_load(&id, test_tmpdir(), &missing, err, sizeof(err)) && !missing,
	   "a folder is no identity: %s", err);
	mkfifo(in_tmp("fifo"), 0600);
	ok(!identity_load(&id, in_tmp("fifo"), &missing, err, sizeof(err)) && !missing,
	   "a pipe is not waited for: %s", err);
}

int
main(void)
{
	test_derive();
	test_create();
	test_damage();
	return done_testing();
}
