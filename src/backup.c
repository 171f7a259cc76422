/* backup.c - writing everything that makes a home into one encrypted file. */
#include "config.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/backup.h"
#include "src/backup_int.h"
#include "src/file.h"
#include "src/pass.h"
#include "src/say.h"
#include "src/store.h"
#include "src/util.h"

#define ABYTES crypto_secretstream_xchacha20poly1305_ABYTES

_Static_assert(BACKUP_STREAM_AT + crypto_secretstream_xchacha20poly1305_HEADERBYTES ==
		       BACKUP_HEAD_LEN,
	       "the stream's header is the last of ours");
_Static_assert(PASS_SALT_LEN == BACKUP_STREAM_AT - BACKUP_SALT_AT, "the salt has its room");

/* The first statements that are asked; those that copy the tables take their place. */
enum { TABLES, COLUMNS };

struct out {
	struct file_out file;
	crypto_secretstream_xchacha20poly1305_state stream;
	uint8_t head[BACKUP_HEAD_LEN];
	uint8_t plain[BACKUP_CHUNK], sealed[BACKUP_CHUNK + ABYTES];
	size_t len; /* of plain */
	bool failed;
	int error; /* errno of that */
};

/* A record while it is put together. */
struct record {
	uint8_t *p;
	size_t len, size;
};

struct table {
	char *name;
	char *columns[BACKUP_COLUMNS];
	size_t ncolumns;
};

struct tables {
	struct table t[BACKUP_TABLES];
	size_t n;
	char *sql[BACKUP_TABLES];
};

bool
backup_name_ok(const char *name, size_t len)
{
	return len > 0 && len <= 32 && strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789") == len;
}

void
backup_wipe(struct backup *b)
{
	sodium_memzero(b, sizeof(*b));
}

/* ---- the stream --------------------------------------------------------------------------------------------------------- */

static void
flush(struct out *o, unsigned char tag)
{
	unsigned long long n;

	if (o->failed)
		return;
	crypto_secretstream_xchacha20poly1305_push(&o->stream, o->sealed, &n, o->plain, o->len,
						   o->head, sizeof(o->head), tag);
	o->failed = file_out_write(&o->file, o->sealed, (size_t)n) != 0;
	o->error = errno;
	o->len = 0;
}

/* A full chunk waits for the next byte: it may be the last one. */
static void
put(struct out *o, const void *p, size_t n)
{
	const uint8_t *from = p;

	while (n != 0 && !o->failed) {
		size_t room = BACKUP_CHUNK - o->len, step = n < room ? n : room;

		if (room == 0) {
			flush(o, 0);
			continue;
		}
		memcpy(o->plain + o->len, from, step);
		o->len += step;
		from += step;
		n -= step;
	}
}

static void
put_record(struct out *o, enum backup_record type, const void *p, size_t n)
{
	uint8_t head[5] = {(uint8_t)type};

	put_be32(head + 1, (uint32_t)n);
	put(o, head, sizeof(head));
	put(o, p, n);
}

static uint8_t *
grow(struct record *r, size_t n)
{
	if (r->size - r->len < n) {
		r->size = (r->len + n) * 2;
		r->p = xreallocarray(r->p, r->size, 1);
	}
	r->len += n;
	return r->p + r->len - n;
}

static void
add(struct record *r, const void *p, size_t n)
{
	uint8_t *to = grow(r, n);

	if (n != 0)
		memcpy(to, p, n);
}

static bool
begin(struct out *o, const char *passphrase, const struct pass_cost *cost, char *err, size_t errlen)
{
	uint8_t key[PASS_KEY_LEN];
	bool good;

	o->head[BACKUP_MAGIC_LEN] = BACKUP_VERSION;
	memcpy(o->head, BACKUP_MAGIC, BACKUP_MAGIC_LEN);
	put_be64(o->head + BACKUP_PASSES_AT, cost->passes);
	put_be64(o->head + BACKUP_MEMORY_AT, cost->memory);
	randombytes_buf(o->head + BACKUP_SALT_AT, PASS_SALT_LEN);
	good = pass_key(key, passphrase, o->head + BACKUP_SALT_AT, cost, err, errlen);
	if (good) {
		crypto_secretstream_xchacha20poly1305_init_push(&o->stream,
								o->head + BACKUP_STREAM_AT, key);
		o->failed = file_out_write(&o->file, o->head, sizeof(o->head)) != 0;
		o->error = errno;
	}
	sodium_memzero(key, sizeof(key));
	return good;
}

/* ---- the database ------------------------------------------------------------------------------------------------------- */

static bool
find_columns(struct db *db, struct table *t)
{
	struct db_query *q = db_query(db, COLUMNS);
	bool fits = true;

	db_put_bytes(q, t->name, strlen(t->name));
	while (db_next(q)) {
		size_t n;
		const char *name = db_get_bytes(q, &n);

		fits = fits && t->ncolumns < BACKUP_COLUMNS && backup_name_ok(name, n);
		if (fits)
			t->columns[t->ncolumns++] = xstrndup(name, n);
	}
	return db_end(q) && fits;
}

/* Which tables there are, and the statement that reads each. */
static bool
find_tables(struct db *db, struct tables *all)
{
	struct db_query *q = db_query(db, TABLES);
	bool fits = true;

	while (db_next(q)) {
		size_t n;
		const char *name = db_get_bytes(q, &n);

		fits = fits && all->n < BACKUP_TABLES && backup_name_ok(name, n);
		if (fits)
			all->t[all->n++].name = xstrndup(name, n);
	}
	if (!db_end(q) || !fits)
		return false;
	for (size_t i = 0; i < all->n; i++) {
		struct record sql = {0};

		if (!find_columns(db, &all->t[i]))
			return false;
		for (size_t c = 0; c < all->t[i].ncolumns; c++) {
			add(&sql, c == 0 ? "SELECT \"" : ", \"", c == 0 ? 8 : 3);
			add(&sql, all->t[i].columns[c], strlen(all->t[i].columns[c]));
			add(&sql, "\"", 1);
		}
		add(&sql, "\0", 1);
		xasprintf(&all->sql[i], "%s FROM \"%s\"", (char *)sql.p, all->t[i].name);
		free(sql.p);
	}
	return true;
}

static void
free_tables(struct tables *all)
{
	for (size_t i = 0; i < all->n; i++) {
		free(all->t[i].name);
		free(all->sql[i]);
		for (size_t c = 0; c < all->t[i].ncolumns; c++)
			free(all->t[i].columns[c]);
	}
}

static void
add_value(struct record *r, struct db_query *q)
{
	const void *p;
	size_t n;

	switch (db_type(q)) {
	case DB_NULL:
		*grow(r, 1) = 0;
		(void)db_get_int(q);
		break;
	case DB_INT:
		*grow(r, 1) = 1;
		put_be64(grow(r, 8), (uint64_t)db_get_int(q));
		break;
	case DB_BYTES:
		p = db_get_bytes(q, &n);
		*grow(r, 1) = 2;
		put_be32(grow(r, 4), (uint32_t)n);
		add(r, p, n);
		break;
	}
}

static bool
copy_table(struct out *o, struct db *db, const struct tables *all, size_t i, uint64_t *rows)
{
	struct db_query *q = db_query(db, i);
	struct record r = {0};

	add(&r, all->t[i].name, strlen(all->t[i].name) + 1);
	for (size_t c = 0; c < all->t[i].ncolumns; c++)
		add(&r, all->t[i].columns[c], strlen(all->t[i].columns[c]) + 1);
	put_record(o, BACKUP_TABLE, r.p, r.len);
	while (!o->failed && db_next(q)) {
		r.len = 0;
		for (size_t c = 0; c < all->t[i].ncolumns; c++)
			add_value(&r, q);
		put_record(o, BACKUP_ROW, r.p, r.len);
		++*rows;
	}
	free(r.p);
	return db_end(q);
}

/* The whole database, as it stands at one moment. */
static bool
copy_database(struct out *o, struct db *db, uint64_t *rows)
{
	struct tables *all = xcalloc(1, sizeof(*all));
	bool good = db_read_begin(db) && find_tables(db, all);

	*rows = 0;
	if (good)
		db_use_statements(db, (const char *const *)all->sql);
	for (size_t i = 0; good && i < all->n; i++)
		good = copy_table(o, db, all, i, rows);
	good = db_read_end(db) && good;
	/* The connection must not outlive what its statements are. */
	db_use_statements(db, NULL);
	free_tables(all);
	free(all);
	return good;
}

/* ---- together ----------------------------------------------------------------------------------------------------------- */

static bool
write_all(struct out *o, struct backup *b, struct db *db, uint32_t version, char *err,
	  size_t errlen)
{
	uint8_t identity[1 + sizeof(b->seed)], number[8];

	identity[0] = b->sealed;
	memcpy(identity + 1, b->seed, sizeof(b->seed));
	put_record(o, BACKUP_IDENTITY, identity, sizeof(identity));
	sodium_memzero(identity, sizeof(identity));
	put_record(o, BACKUP_NICK, b->nick, strlen(b->nick));
	put_be32(number, version);
	put_record(o, BACKUP_SCHEMA, number, 4);
	if (!copy_database(o, db, &b->rows)) {
		snprintf(err, errlen, "%s",
			 db_error(db)[0] != '\0' ? db_error(db)
						 : _("The history is being changed."));
		return false;
	}
	put_be64(number, b->rows);
	put_record(o, BACKUP_END, number, 8);
	flush(o, crypto_secretstream_xchacha20poly1305_TAG_FINAL);
	return true;
}

static void
complain(const char *file, int error, char *err, size_t errlen)
{
	if (error == EEXIST)
		say_into(err, errlen, "There is a file already: %s.", file);
	else
		say_into(err, errlen, "The backup cannot be written to %s: %s.", file,
			 file_reason(error));
}

bool
backup_write(struct backup *b, const char *file, const char *database, const char *passphrase,
	     const struct pass_cost *cost, char *err, size_t errlen)
{
	static const char *const asking[BACKUP_TABLES] = {
		[TABLES] = "SELECT name FROM sqlite_master WHERE type = 'table'"
			   " AND name NOT LIKE 'sqlite%' ORDER BY name",
		[COLUMNS] = "SELECT name FROM pragma_table_info(CAST(? AS TEXT))",
	};
	struct db_schema schema = *store_schema();
	struct out *o;
	struct db *db;
	bool good;

	schema.statements = asking;
	schema.nstatements = NELEM(asking);
	db = db_open(database, DB_READ, &schema, err, errlen);
	if (db == NULL)
		return false;
	o = xcalloc(1, sizeof(*o));
	if (file_out_open(&o->file, file, false) != 0) {
		complain(file, errno, err, errlen);
		good = false;
	} else {
		good = begin(o, passphrase, cost != NULL ? cost : &pass_moderate, err, errlen) &&
		       write_all(o, b, db, (uint32_t)schema.version, err, errlen);
		if (good && o->failed)
			complain(file, o->error, err, errlen);
		good = good && !o->failed;
		if (file_out_end(&o->file, good) != 0 && good) {
			complain(file, errno, err, errlen);
			good = false;
		}
	}
	db_close(db);
	sodium_memzero(o, sizeof(*o));
	free(o);
	return good;
}
