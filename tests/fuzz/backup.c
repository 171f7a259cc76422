/* backup.c - fuzz target: a backup that is restored. First byte 0: the rest is the file as it lies there; else the rest is what its chunks hold,
 * sealed here as a writer would, so that what is behind the passphrase is reached. */
#include "config.h"

#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/backup.h"
#include "src/backup_int.h"
#include "src/file.h"
#include "src/pass.h"
#include "src/store.h"
#include "src/util.h"

#define ABYTES crypto_secretstream_xchacha20poly1305_ABYTES
#define MEMORY 8192

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool cond)
{
	if (!cond)
		abort();
}

/* The cheapest cost there is, whatever the input says: this is no test of Argon2. */
static void
put_cost(uint8_t *file)
{
	put_be64(file + BACKUP_PASSES_AT, 1);
	put_be64(file + BACKUP_MEMORY_AT, MEMORY);
}

static uint8_t *
as_it_is(const uint8_t *data, size_t len, size_t *out_len)
{
	uint8_t *file = xmalloc(len + 1);

	if (len != 0)
		memcpy(file, data, len);
	if (len >= BACKUP_SALT_AT)
		put_cost(file);
	*out_len = len;
	return file;
}

static uint8_t *
sealed(const uint8_t *data, size_t len, size_t *out_len)
{
	const struct pass_cost cost = {1, MEMORY};
	crypto_secretstream_xchacha20poly1305_state state;
	size_t chunks = len / BACKUP_CHUNK + 1, at = BACKUP_HEAD_LEN;
	uint8_t *file = xcalloc(1, BACKUP_HEAD_LEN + len + chunks * ABYTES), key[PASS_KEY_LEN];
	char err[256];

	memcpy(file, BACKUP_MAGIC, BACKUP_MAGIC_LEN);
	file[BACKUP_MAGIC_LEN] = BACKUP_VERSION;
	put_cost(file);
	must(pass_key(key, "x", file + BACKUP_SALT_AT, &cost, err, sizeof(err)));
	crypto_secretstream_xchacha20poly1305_init_push(&state, file + BACKUP_STREAM_AT, key);
	for (size_t i = 0; i < chunks; i++) {
		size_t n = i + 1 < chunks ? BACKUP_CHUNK : len - i * BACKUP_CHUNK;

		crypto_secretstream_xchacha20poly1305_push(
			&state, file + at, NULL, data + i * BACKUP_CHUNK, n, file, BACKUP_HEAD_LEN,
			i + 1 < chunks ? 0 : crypto_secretstream_xchacha20poly1305_TAG_FINAL);
		at += n + ABYTES;
	}
	*out_len = at;
	return file;
}

/* What was restored opens as a history does, or is said to be damaged. Nothing half-made stays. */
static void
check(bool restored, const char *database)
{
	char err[512] = "";
	struct store *s;

	must(restored == (access(database, F_OK) == 0));
	s = restored ? store_open(database, STORE_READ, NULL, err, sizeof(err)) : NULL;
	must(!restored || s != NULL || err[0] != '\0');
	if (s != NULL)
		store_close(s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char folder[] = "/tmp/p2p-tui-fuzz-XXXXXX", *path, *database, *end, err[512] = "";
	static const char *const beside[] = {"", "-wal", "-shm", "-journal"};
	struct backup b = {.sealed = false};
	uint8_t *file;
	size_t n;
	bool good;

	if (len == 0 || sodium_init() < 0 || mkdtemp(folder) == NULL)
		return 0;
	file = data[0] == 0 ? as_it_is(data + 1, len - 1, &n) : sealed(data + 1, len - 1, &n);
	xasprintf(&path, "%s/backup", folder);
	xasprintf(&database, "%s/history.db", folder);
	must(file_write(path, FILE_NEW, file, n) == 0);
	good = backup_check(path, err, sizeof(err)) &&
	       backup_read(&b, path, database, "x", err, sizeof(err));
	must(good || err[0] != '\0');
	check(good, database);
	backup_wipe(&b);
	unlink(path);
	for (size_t i = 0; i < NELEM(beside); i++) {
		xasprintf(&end, "%s%s", database, beside[i]);
		unlink(end);
		free(end);
	}
	rmdir(folder);
	free(database);
	free(path);
	free(file);
	return 0;
}
