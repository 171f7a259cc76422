/* backup_read.c - a home out of a backup: every chunk is checked before a byte of it is used, and nothing half-made stays. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/backup.h"
#include "src/backup_int.h"
#include "src/file.h"
#include "src/pass.h"
#include "src/say.h"
#include "src/store.h"
#include "src/util.h"

#define ABYTES crypto_secretstream_xchacha20poly1305_ABYTES
/* A commit now and then: the log would grow to the size of the history else. */
#define GROUP  20000

/* Two statements for each table: what it holds when it is made goes, and each row is inserted. One more at the end. */
#define EMPTY(i)   (2 * (i))
#define INSERT(i)  (2 * (i) + 1)
#define SEQS	   (2 * BACKUP_TABLES)
#define STATEMENTS (SEQS + 1)

struct in {
	const char *file;
	int fd;
	crypto_secretstream_xchacha20poly1305_state stream;
	uint8_t head[BACKUP_HEAD_LEN];
	uint8_t plain[BACKUP_CHUNK], sealed[BACKUP_CHUNK + ABYTES];
	size_t at, len; /* of plain */
	bool final;
	uint8_t *record; /* the newest */
	size_t size;
	/* What is being filled. */
	const char *database;
	bool made; /* or begun */
	struct db *db;
	struct db_schema schema;
	const char *sql[STATEMENTS];
	size_t ntables, ncolumns; /* the newest table's */
	char *err;
	size_t errlen;
};

/* Always false. */
static bool
wrong(struct in *in, const char *what)
{
	if (in->err[0] == '\0')
		say_into(in->err, in->errlen, "The backup in %s %s.", in->file, what);
	return false;
}

static bool
database_failed(struct in *in)
{
	if (in->err[0] == '\0')
		snprintf(in->err, in->errlen, "%s", db_error(in->db));
	return false;
}

/* ---- the stream --------------------------------------------------------------------------------------------------------- */

/* Up to n bytes; fewer only at the end of the file. -1: it cannot be read. */
static ssize_t
read_up_to(int fd, uint8_t *p, size_t n)
{
	size_t have = 0;

	while (have < n) {
		ssize_t got = read(fd, p + have, n - have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

static bool
unreadable(struct in *in, int error)
{
	say_into(in->err, in->errlen, "The backup in %s cannot be read: %s.", in->file,
		 file_reason(error));
	return false;
}

/* The next chunk. The first one is also the test of the passphrase. */
static bool
fill(struct in *in, bool first)
{
	ssize_t n = read_up_to(in->fd, in->sealed, sizeof(in->sealed));
	unsigned long long len;
	unsigned char tag;

	if (n < 0)
		return unreadable(in, errno);
	if (n < (ssize_t)ABYTES)
		return wrong(in, _("is cut short"));
	if (crypto_secretstream_xchacha20poly1305_pull(&in->stream, in->plain, &len, &tag,
						       in->sealed, (size_t)n, in->head,
						       sizeof(in->head)) != 0)
		return wrong(
			in, first ? _("does not open: the passphrase is wrong, or the file damaged")
			    : (size_t)n < sizeof(in->sealed) ? _("is cut short or damaged")
							     : _("is damaged"));
	in->final = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
	in->at = 0;
	in->len = (size_t)len;
	if (!in->final && (size_t)n < sizeof(in->sealed))
		return wrong(in, _("is cut short"));
	if (in->final && read_up_to(in->fd, in->sealed, 1) != 0)
		return wrong(in, _("is damaged: something stands behind its end"));
	return true;
}

static bool
take(struct in *in, void *out, size_t n)
{
	uint8_t *to = out;

	while (n != 0) {
		size_t left = in->len - in->at, step = n < left ? n : left;

		if (left == 0) {
			if (in->final)
				return wrong(in, _("is damaged: it ends too early"));
			if (!fill(in, false))
				return false;
			continue;
		}
		memcpy(to, in->plain + in->at, step);
		in->at += step;
		to += step;
		n -= step;
	}
	return true;
}

/* The next record, in in->record. Its room grows as its bytes come: a length alone makes nothing large. */
static bool
take_record(struct in *in, uint8_t *type, size_t *len)
{
	uint8_t head[5];
	size_t have = 0;

	if (!take(in, head, sizeof(head)))
		return false;
	*type = head[0];
	*len = get_be32(head + 1);
	if (*len > BACKUP_RECORD_MAX)
		return wrong(in, _("is damaged: a part of it is too large"));
	while (have < *len || in->record == NULL) {
		size_t step = *len - have < BACKUP_CHUNK ? *len - have : BACKUP_CHUNK;

		if (in->size - have < step + 1) {
			in->size = (have + step + 1) * 2;
			in->record = xreallocarray(in->record, in->size, 1);
		}
		if (!take(in, in->record + have, step))
			return false;
		have += step;
	}
	in->record[have] = '\0';
	return true;
}

/* ---- the database ------------------------------------------------------------------------------------------------------- */

static bool
open_database(struct in *in, size_t len)
{
	uint32_t version = len == 4 ? get_be32(in->record) : 0;

	if (in->db != NULL || version == 0)
		return wrong(in, _("is damaged: the version of its history is missing"));
	if (version > in->schema.version)
		return wrong(in, _("was made by a newer p2p-tui"));
	in->schema.version = version;
	in->schema.statements = in->sql;
	in->schema.nstatements = STATEMENTS;
	in->sql[SEQS] = "UPDATE peers SET next_seq = next_seq + ?";
	in->made = true;
	in->db = db_open(in->database, DB_WRITE, &in->schema, in->err, in->errlen);
	return in->db != NULL && (db_begin(in->db, DB_SYNCED) || database_failed(in));
}

/* A TABLE record: the statements for it, out of names that were looked at. */
static bool
open_table(struct in *in, size_t len)
{
	const char *p = (const char *)in->record, *end = p + len;
	const char *columns[BACKUP_COLUMNS];
	char *sql, *more;
	size_t n = 0;

	if (in->db == NULL || in->ntables == BACKUP_TABLES || len == 0 || end[-1] != '\0')
		return wrong(in, _("is damaged: a table of it is none"));
	for (const char *at = p; at < end; at += strlen(at) + 1) {
		if (n > BACKUP_COLUMNS || !backup_name_ok(at, strlen(at)))
			return wrong(in, _("is damaged: a table of it is none"));
		if (n++ > 0)
			columns[n - 2] = at;
	}
	if (n < 2)
		return wrong(in, _("is damaged: a table of it is none"));
	in->ncolumns = n - 1;
	xasprintf(&sql, "DELETE FROM \"%s\"", p);
	in->sql[EMPTY(in->ntables)] = sql;
	xasprintf(&sql, "INSERT INTO \"%s\" (", p);
	for (size_t i = 0; i < in->ncolumns; i++, sql = more) {
		xasprintf(&more, "%s%s\"%s\"", sql, i != 0 ? ", " : "", columns[i]);
		free(sql);
	}
	for (size_t i = 0; i < in->ncolumns; i++, sql = more) {
		xasprintf(&more, "%s%s", sql, i != 0 ? ", ?" : ") VALUES (?");
		free(sql);
	}
	xasprintf(&more, "%s)", sql);
	free(sql);
	in->sql[INSERT(in->ntables)] = more;
	in->ntables++;
	return db_run(db_query(in->db, EMPTY(in->ntables - 1))) || database_failed(in);
}

static bool
insert_row(struct in *in, size_t len)
{
	const uint8_t *p = in->record, *end = p + len;
	struct db_query *q;

	if (in->ntables == 0)
		return wrong(in, _("is damaged: a row of it has no table"));
	q = db_query(in->db, INSERT(in->ntables - 1));
	for (size_t i = 0; i < in->ncolumns; i++) {
		uint8_t kind = p < end ? *p++ : 9;

		if (kind == 0) {
			db_put_null(q);
		} else if (kind == 1 && end - p >= 8) {
			db_put_int(q, (int64_t)get_be64(p));
			p += 8;
		} else if (kind == 2 && end - p >= 4 && (size_t)(end - p - 4) >= get_be32(p)) {
			db_put_bytes(q, p + 4, get_be32(p));
			p += 4 + get_be32(p);
		} else {
			db_end(q);
			return wrong(in, _("is damaged: a row of it is none"));
		}
	}
	if (p != end) {
		db_end(q);
		return wrong(in, _("is damaged: a row of it is none"));
	}
	return db_run(q) || database_failed(in);
}

/* The last record: everything came, and the numbers of our messages go on where the original will not come. */
static bool
finish(struct in *in, size_t len, uint64_t rows)
{
	struct db_query *q;

	if (in->db == NULL || len != 8 || get_be64(in->record) != rows)
		return wrong(in, _("is damaged: it is not complete"));
	if (!in->final || in->at != in->len)
		return wrong(in, _("is damaged: something stands behind its end"));
	q = db_query(in->db, SEQS);
	db_put_int(q, RESTORE_SEQS);
	if (!db_run(q) || !db_commit(in->db))
		return database_failed(in);
	db_settle(in->db);
	return true;
}

static bool
take_identity(struct in *in, struct backup *b, size_t len)
{
	if (len != 1 + sizeof(b->seed))
		return wrong(in, _("is damaged: its identity is none"));
	b->sealed = in->record[0] != 0;
	memcpy(b->seed, in->record + 1, sizeof(b->seed));
	sodium_memzero(in->record, len);
	return true;
}

static bool
take_nick(struct in *in, struct backup *b, size_t len)
{
	if (len > NAME_MAX_BYTES || strlen((const char *)in->record) != len)
		return wrong(in, _("is damaged: its name is none"));
	memcpy(b->nick, in->record, len + 1);
	return true;
}

static bool
take_row(struct in *in, struct backup *b, size_t len)
{
	if (!insert_row(in, len))
		return false;
	if (++b->rows % GROUP == 0 && (!db_commit(in->db) || !db_begin(in->db, DB_SYNCED)))
		return database_failed(in);
	return true;
}

static bool
read_records(struct in *in, struct backup *b)
{
	bool identity = false;
	uint8_t type;
	size_t len;

	while (take_record(in, &type, &len)) {
		bool good = false;

		switch (type) {
		case BACKUP_IDENTITY:
			good = identity = take_identity(in, b, len);
			break;
		case BACKUP_NICK:
			good = take_nick(in, b, len);
			break;
		case BACKUP_SCHEMA:
			good = open_database(in, len);
			break;
		case BACKUP_TABLE:
			good = open_table(in, len);
			break;
		case BACKUP_ROW:
			good = take_row(in, b, len);
			break;
		case BACKUP_END:
			return identity ? finish(in, len, b->rows)
					: wrong(in, _("is damaged: its identity is none"));
		default:
			wrong(in, _("was made by a newer p2p-tui"));
			break;
		}
		if (!good)
			return false;
	}
	return false;
}

/* ---- opening ------------------------------------------------------------------------------------------------------------ */

/* Reads the head; the descriptor stands behind it. */
static bool
open_file(struct in *in)
{
	struct stat st;
	ssize_t n;

	in->fd = open(in->file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (in->fd < 0)
		return unreadable(in, errno);
	if (fstat(in->fd, &st) != 0 || !S_ISREG(st.st_mode))
		return unreadable(in, EINVAL);
	n = read_up_to(in->fd, in->head, sizeof(in->head));
	if (n < 0)
		return unreadable(in, errno);
	if ((size_t)n < BACKUP_PASSES_AT || memcmp(in->head, BACKUP_MAGIC, BACKUP_MAGIC_LEN) != 0) {
		say_into(in->err, in->errlen, "The file %s is not a backup of p2p-tui.", in->file);
		return false;
	}
	if (in->head[BACKUP_MAGIC_LEN] != BACKUP_VERSION)
		return wrong(in, _("was made by a newer p2p-tui, or its first line is damaged"));
	return (size_t)n == sizeof(in->head) || wrong(in, _("is cut short"));
}

static bool
unlock(struct in *in, const char *passphrase)
{
	struct pass_cost cost = {.passes = get_be64(in->head + BACKUP_PASSES_AT),
				 .memory = get_be64(in->head + BACKUP_MEMORY_AT)};
	uint8_t key[PASS_KEY_LEN];
	bool good;

	if (!pass_cost_fits(&cost))
		return wrong(in, _("is damaged: it asks for more work than any passphrase takes"));
	good = pass_key(key, passphrase, in->head + BACKUP_SALT_AT, &cost, in->err, in->errlen);
	if (good && crypto_secretstream_xchacha20poly1305_init_pull(
			    &in->stream, in->head + BACKUP_STREAM_AT, key) != 0)
		good = wrong(in, _("is damaged"));
	sodium_memzero(key, sizeof(key));
	return good && fill(in, true);
}

/* The database and what SQLite puts beside it. */
static void
remove_database(const char *path)
{
	static const char *const beside[] = {"", "-wal", "-shm", "-journal"};
	char *name;

	for (size_t i = 0; i < NELEM(beside); i++) {
		xasprintf(&name, "%s%s", path, beside[i]);
		unlink(name);
		free(name);
	}
}

static struct in *
in_new(const char *file, char *err, size_t errlen)
{
	struct in *in = xcalloc(1, sizeof(*in));

	in->file = file;
	in->fd = -1;
	in->schema = *store_schema();
	in->err = err;
	in->errlen = errlen;
	err[0] = '\0';
	return in;
}

static void
in_free(struct in *in)
{
	if (in->fd >= 0)
		close(in->fd);
	db_close(in->db);
	for (size_t i = 0; i < 2 * in->ntables; i++) {
		char *sql;

		memcpy(&sql, &in->sql[i], sizeof(sql));
		free(sql);
	}
	if (in->record != NULL)
		sodium_memzero(in->record, in->size);
	free(in->record);
	sodium_memzero(in, sizeof(*in));
	free(in);
}

bool
backup_check(const char *file, char *err, size_t errlen)
{
	struct in *in = in_new(file, err, errlen);
	bool good = open_file(in);

	in_free(in);
	return good;
}

bool
backup_read(struct backup *b, const char *file, const char *database, const char *passphrase,
	    char *err, size_t errlen)
{
	struct in *in = in_new(file, err, errlen);
	struct stat st;
	bool good, made;

	memset(b, 0, sizeof(*b));
	in->database = database;
	if (lstat(database, &st) == 0) {
		say_into(err, errlen, "There is a history already: %s.", database);
		in_free(in);
		return false;
	}
	good = open_file(in) && unlock(in, passphrase) && read_records(in, b);
	if (!good && in->db != NULL)
		db_rollback(in->db);
	made = in->made;
	in_free(in);
	if (!good) {
		backup_wipe(b);
		if (made)
			remove_database(database);
	}
	return good;
}
