#ifndef P2P_SRC_DB_H
#define P2P_SRC_DB_H
/* A thin layer over SQLite, and the only one: opening with the settings we rely on, schema versions, cached statements, typed
 * values, and errors as sentences. A connection belongs to one thread at a time. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;
struct db_query;

enum db_mode {
	DB_WRITE, /* creates the file (0600) and brings its schema up to date; WAL, synchronous=FULL, secure_delete */
	DB_READ, /* changes nothing, and creates nothing while no writer is there */
};

struct db_schema {
	int32_t application_id;	       /* in the file's header: whose it is */
	const char *const *migrations; /* migrations[i] brings version i to i + 1 */
	size_t version;		       /* how many there are: the version we know */
	const char *const *statements; /* what db_query() takes numbers of */
	size_t nstatements;
};

/* The schema must live as long as the connection. NULL on failure with one sentence in err. Opening reads a few pages only,
 * whatever the size of the file. */
struct db *db_open(const char *path, enum db_mode mode, const struct db_schema *schema, char *err,
		   size_t errlen);
void db_close(struct db *db);

/* A function of ours for the SQL, name(code, number, value): fresh memory and its length, or NULL if the value is damaged. It is not called
 * for NULL, which stays NULL. Told before the statements that use it; arg must live as long as the connection. */
typedef uint8_t *db_map(void *arg, int64_t code, int64_t number, const void *p, size_t n,
			size_t *outn);
#define DB_FUNCTIONS 4
bool db_function(struct db *db, const char *name, db_map *map, void *arg);
/* From now on db_query() takes these instead of the schema's statements; as many, and they live as long as the connection. */
void db_use_statements(struct db *db, const char *const *statements);
/* Rebuilds the file, so that nothing of what was deleted or changed is left in it. Not inside a transaction; needs as much room again. */
bool db_rebuild(struct db *db);
/* The kind of the next column's value. */
enum db_type { DB_NULL, DB_INT, DB_BYTES };
enum db_type db_type(struct db_query *q);
size_t db_columns(struct db_query *q); /* how many a row has */

/* DB_SYNCED is on the disk when it is committed. What is only DB_ORDERED outlives the program, but is on the disk with the next one that is
 * synced: a power cut takes it back, never one without those behind it. */
enum db_care { DB_SYNCED, DB_ORDERED };

/* One writing transaction. All return false with db_error() set; after a false db_commit() nothing was kept and db_rollback() is due.
 * db_begin() forgets the error before it. */
bool db_begin(struct db *db, enum db_care care);
bool db_commit(struct db *db);
void db_rollback(struct db *db);

/* One consistent look at the database, in either mode. db_read_end() is false if a writer came in between without our seeing it
 * begin (possible only in DB_READ on a file nobody had open) or a query failed: what was read is void; read again. */
bool db_read_begin(struct db *db);
bool db_read_end(struct db *db);

/* Statement number n of the schema, ready to take its values. Never NULL: what fails is remembered as db_error(), and the calls below
 * then do nothing. One query of each number at a time. */
struct db_query *db_query(struct db *db, size_t n);
/* The values of the statement's ?s, from left to right. Bytes are not copied: they must stay until db_run() or db_end(). */
void db_put_int(struct db_query *q, int64_t v);
void db_put_bytes(struct db_query *q, const void *p, size_t n);
void db_put_null(struct db_query *q);
/* Runs a statement that gives no rows, to its end. */
bool db_run(struct db_query *q);
/* True: there is a row, to be read with db_get_...() from left to right. False: no more rows, or an error: db_end() tells. */
bool db_next(struct db_query *q);
bool db_end(struct db_query *q);
int64_t db_get_int(struct db_query *q);
/* The bytes are good until db_next() or db_end(). Never NULL; 0 bytes for an SQL NULL. */
const void *db_get_bytes(struct db_query *q, size_t *n);

/* Of the newest INSERT, UPDATE or DELETE: how many rows it changed; the rowid of the newest INSERT. */
size_t db_changes(struct db *db);
int64_t db_inserted(struct db *db);

/* Moves the write-ahead log into the file and empties it, so that what was deleted is gone from the disk. Best effort: false if somebody
 * who reads was in the way. */
bool db_settle(struct db *db);

/* After a commit, when nobody waits: has the write-ahead log ready for the next ones. It is made longer ahead of what is written to it, with
 * zeros, which are no part of it; so a commit changes bytes of a file and not its length, which costs the disk one flush and not two. Best
 * effort. */
void db_ahead(struct db *db);

/* How many instructions SQLite has run in all queries that ended: what a query costs, whatever the machine. For tests. */
uint64_t db_steps(const struct db *db);

/* As db_begin() does, for what is not done in one transaction. */
void db_forget_error(struct db *db);
/* Makes this sentence db_error(), if there is none yet. Returns false. */
bool db_fail(struct db *db, const char *sentence);
/* What went wrong first since db_begin() or db_read_begin(), as a sentence; "" if nothing did. */
const char *db_error(const struct db *db);

#endif
