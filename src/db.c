/* db.c - SQLite behind a small typed layer: opening, versions, cached statements, error sentences. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/db.h"
#include "src/say.h"
#include "src/util.h"

#define BUSY_MS	     5000		/* another process may be reading or settling the log */
#define LENGTH_LIMIT (64 * 1024 * 1024) /* of one value: a damaged file cannot ask for more */
#define LOG_FRAMES   960 /* then it is moved into the file; so it stays below LOG_MOST */
#define LOG_MOST     (4 * 1024 * 1024)

struct db_query {
	struct db *db;
	sqlite3_stmt *st; /* NULL: not prepared yet, or it could not be */
	int put, get;	  /* the last parameter and the next column */
	bool failed;
};

struct db {
	sqlite3 *sql;
	char *path;
	enum db_mode mode;
	const struct db_schema *schema;
	const char *const *statements;
	struct db_query *queries;
	struct function {
		const char *name;
		db_map *map;
		void *arg;
	} functions[DB_FUNCTIONS];
	size_t nfunctions;
	bool frozen;	 /* opened as a file nobody writes: no locks, no log */
	struct stat was; /* that file when it was opened */
	enum db_care care;
	uint64_t steps;
	int frames;	  /* in the log; 0: none yet, or there is no log */
	int64_t log_size; /* at least, when it was last looked at */
	char error[400];
};

/* ---- errors as sentences ------------------------------------------------------------------------------------------------ */

static void sentence(struct db *db, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The first error is the cause; later ones follow from it. */
static void
sentence(struct db *db, const char *fmt, ...)
{
	va_list ap;

	if (db->error[0] != '\0')
		return;
	va_start(ap, fmt);
	vsnprintf(db->error, sizeof(db->error), _(fmt), ap);
	va_end(ap);
}

/* What the operating system said about a file that cannot be opened, read or written. */
static void
system_sentence(struct db *db, int error, const char *doing)
{
	const char *path = db->path;

	if (error == ENOSPC || error == EDQUOT)
		sentence(db, "The disk is full: the history in %s cannot be written.", path);
	else if (error == EACCES || error == EPERM)
		sentence(db, "The history in %s cannot be %s: permission denied.", path, doing);
	else if (error == EROFS)
		sentence(db, "The history in %s cannot be %s: it is on a read-only file system.",
			 path, doing);
	else
		sentence(db, "The history in %s cannot be %s: %s.", path, doing,
			 error != 0 ? say_errno(error) : _("the disk reports an error"));
}

/* Keeps what SQLite just reported. Always returns false. */
static bool
failed(struct db *db)
{
	int code = sqlite3_extended_errcode(db->sql);
	int error = sqlite3_system_errno(db->sql);

	switch (code & 0xff) {
	case SQLITE_NOTADB:
		sentence(db, "The file %s is not a database of p2p-tui.", db->path);
		break;
	case SQLITE_CORRUPT:
	case SQLITE_FORMAT:
		sentence(db, "The history in %s is damaged.", db->path);
		break;
	case SQLITE_FULL:
		system_sentence(db, ENOSPC, "written");
		break;
	case SQLITE_READONLY:
	case SQLITE_PERM:
		sentence(db, "The history in %s cannot be written: it is read-only.", db->path);
		break;
	case SQLITE_CANTOPEN:
		system_sentence(db, error, "opened");
		break;
	case SQLITE_IOERR:
		system_sentence(db, error, code == SQLITE_IOERR_READ ? "read" : "written");
		break;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		sentence(db, "The history in %s is in use by another program.", db->path);
		break;
	case SQLITE_NOMEM:
		util_fatal("out of memory");
	default:
		sentence(db, "The history in %s cannot be used: %s.", db->path,
			 sqlite3_errmsg(db->sql));
	}
	return false;
}

void
db_forget_error(struct db *db)
{
	db->error[0] = '\0';
}

bool
db_fail(struct db *db, const char *words)
{
	sentence(db, "%s", words);
	return false;
}

const char *
db_error(const struct db *db)
{
	return db->error;
}

/* ---- opening ------------------------------------------------------------------------------------------------------------ */

static bool
exec(struct db *db, const char *sql)
{
	return sqlite3_exec(db->sql, sql, NULL, NULL, NULL) == SQLITE_OK || failed(db);
}

/* The one number a pragma or a query answers with. */
static bool
number(struct db *db, const char *sql, int64_t *value)
{
	sqlite3_stmt *st = NULL;
	bool good;

	good = sqlite3_prepare_v2(db->sql, sql, -1, &st, NULL) == SQLITE_OK &&
	       sqlite3_step(st) == SQLITE_ROW;
	if (good)
		*value = sqlite3_column_int64(st, 0);
	else
		failed(db);
	sqlite3_finalize(st);
	return good;
}

/* Whether the path with that ending exists. */
static bool
beside(const struct db *db, const char *ending)
{
	struct stat st;
	char *path;
	bool there;

	xasprintf(&path, "%s%s", db->path, ending);
	there = lstat(path, &st) == 0;
	free(path);
	return there;
}

/* A writer leaves a log beside the file as long as it is there, and when it was killed. */
static bool
written_elsewhere(const struct db *db)
{
	return beside(db, "-wal") || beside(db, "-journal");
}

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/* The file must be there before SQLite opens it, so that it and what SQLite puts beside it are private whatever the umask says. An
 * existing file is only looked at: closing a descriptor of it would drop the locks of another connection in this process. */
static bool
prepare_file(struct db *db)
{
	int fd;

	if (stat(db->path, &db->was) == 0) {
		if (!S_ISREG(db->was.st_mode))
			sentence(db, "%s should hold the history but is not a file.", db->path);
		return S_ISREG(db->was.st_mode);
	}
	if (errno == ENOENT && db->mode == DB_READ)
		sentence(db, "There is no history yet: %s does not exist.", db->path);
	else if (errno != ENOENT)
		system_sentence(db, errno, "opened");
	if (db->error[0] != '\0')
		return false;
	fd = open(db->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) {
		system_sentence(db, errno, "made");
		return false;
	}
	close(fd);
	return true;
}

/* The path as SQLite wants it in a URI. Fresh memory. */
static char *
frozen_uri(const char *path)
{
	static const char digits[] = "0123456789abcdef";
	char *uri = xmalloc(strlen(path) * 3 + 32), *p = stpcpy(uri, "file:");

	for (; *path != '\0'; path++) {
		unsigned char c = (unsigned char)*path;

		if (strchr("%?#", c) == NULL && c > ' ' && c < 0x7f) {
			*p++ = (char)c;
			continue;
		}
		*p++ = '%';
		*p++ = digits[c >> 4];
		*p++ = digits[c & 15];
	}
	memcpy(p, "?immutable=1", sizeof("?immutable=1"));
	return uri;
}

/* What SQLite does by itself as long as nobody wants to know. */
static int
logged(void *db, sqlite3 *sql, const char *name, int frames)
{
	((struct db *)db)->frames = frames;
	if (frames >= LOG_FRAMES)
		(void)sqlite3_wal_checkpoint_v2(sql, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return SQLITE_OK;
}

static void
call(sqlite3_context *context, int n, sqlite3_value **values)
{
	const struct function *f = sqlite3_user_data(context);
	const void *p;
	uint8_t *out;
	size_t len = 0;

	if (n != 3 || sqlite3_value_type(values[2]) == SQLITE_NULL) {
		sqlite3_result_null(context);
		return;
	}
	p = sqlite3_value_blob(values[2]);
	out = f->map(f->arg, sqlite3_value_int64(values[0]), sqlite3_value_int64(values[1]),
		     p != NULL ? p : "", (size_t)sqlite3_value_bytes(values[2]), &len);
	if (out != NULL)
		sqlite3_result_blob64(context, out, len, free);
	else
		sqlite3_result_error_code(context, SQLITE_CORRUPT);
}

static bool
tell_function(struct db *db, struct function *f)
{
	return sqlite3_create_function_v2(db->sql, f->name, 3, SQLITE_UTF8 | SQLITE_DIRECTONLY, f,
					  call, NULL, NULL, NULL) == SQLITE_OK ||
	       failed(db);
}

bool
db_function(struct db *db, const char *name, db_map *map, void *arg)
{
	struct function *f = &db->functions[db->nfunctions];

	if (db->nfunctions == DB_FUNCTIONS)
		return false;
	*f = (struct function){.name = name, .map = map, .arg = arg};
	db->nfunctions++;
	return db->sql == NULL || tell_function(db, f);
}

/* A read-only connection to a file in WAL mode would make the log and its index if they are missing. So a file that nobody has open is
 * read as it lies there, without locks; db_read_end() then looks whether that was still true. */
static bool
open_sqlite(struct db *db)
{
	const int common = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	int code;

	db->frozen = db->mode == DB_READ && !written_elsewhere(db);
	if (db->frozen) {
		char *uri = frozen_uri(db->path);

		code = sqlite3_open_v2(uri, &db->sql,
				       common | SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
		free(uri);
	} else {
		code = sqlite3_open_v2(db->path, &db->sql,
				       common | (db->mode == DB_READ ? SQLITE_OPEN_READONLY
								     : SQLITE_OPEN_READWRITE),
				       NULL);
	}
	if (db->sql == NULL)
		util_fatal("out of memory");
	if (code != SQLITE_OK)
		return failed(db);
	sqlite3_busy_timeout(db->sql, BUSY_MS);
	sqlite3_limit(db->sql, SQLITE_LIMIT_LENGTH, LENGTH_LIMIT);
	sqlite3_db_config(db->sql, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->sql, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db->sql, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	for (size_t i = 0; i < db->nfunctions; i++)
		if (!tell_function(db, &db->functions[i]))
			return false;
	return exec(db,
		    "PRAGMA cache_size = -1024; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;"
		    "PRAGMA cell_size_check = ON;");
}

/* Whose file this is and which schema it has. The first query is also what makes SQLite look at the header and the schema. */
static bool
identify(struct db *db, int64_t *version)
{
	int64_t tables, id;

	if (!number(db, "SELECT count(*) FROM sqlite_schema", &tables) ||
	    !number(db, "PRAGMA user_version", version) ||
	    !number(db, "PRAGMA application_id", &id))
		return false;
	if (tables == 0 && *version == 0) {
		if (db->mode == DB_READ)
			sentence(db, "There is no history yet: %s is empty.", db->path);
		return db->mode == DB_WRITE;
	}
	if (id != db->schema->application_id || *version < 0) {
		sentence(db, "The file %s is not a database of p2p-tui.", db->path);
		return false;
	}
	if (*version > (int64_t)db->schema->version) {
		sentence(db,
			 "The history in %s was made by a newer p2p-tui (version %lld of it, "
			 "this one knows %zu).",
			 db->path, (long long)*version, db->schema->version);
		return false;
	}
	if (db->mode == DB_READ && *version < (int64_t)db->schema->version) {
		sentence(db, "The history in %s was made by an older p2p-tui: start p2p-tui once.",
			 db->path);
		return false;
	}
	return true;
}

/* Each step is a transaction of its own, its version number in it. */
static bool
migrate(struct db *db, int64_t version)
{
	char pragma[96];

	for (size_t v = (size_t)version; v < db->schema->version; v++) {
		snprintf(pragma, sizeof(pragma),
			 "PRAGMA application_id = %" PRId32 "; PRAGMA user_version = %zu",
			 db->schema->application_id, v + 1);
		if (!exec(db, "BEGIN IMMEDIATE") || !exec(db, db->schema->migrations[v]) ||
		    !exec(db, pragma) || !exec(db, "COMMIT"))
			return false;
	}
	return true;
}

/* WAL where the file system can; elsewhere (some network ones) SQLite stays with its rollback journal, which serves as well, slower. */
static bool
set_up(struct db *db)
{
	int64_t version = 0;

	if (!open_sqlite(db) || !identify(db, &version))
		return false;
	if (db->mode == DB_READ)
		return true;
	if (sqlite3_db_readonly(db->sql, "main") != 0) {
		sentence(db, "The history in %s cannot be written: it is read-only.", db->path);
		return false;
	}
	sqlite3_wal_hook(db->sql, logged, db);
	return exec(db,
		    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;"
		    "PRAGMA checkpoint_fullfsync = ON; PRAGMA secure_delete = ON;"
		    "PRAGMA journal_size_limit = 4194304") &&
	       migrate(db, version);
}

static void
drop_statements(struct db *db)
{
	for (size_t i = 0; i < db->schema->nstatements; i++) {
		sqlite3_finalize(db->queries[i].st);
		db->queries[i].st = NULL;
	}
}

void
db_use_statements(struct db *db, const char *const *statements)
{
	if (statements == db->statements)
		return;
	drop_statements(db);
	db->statements = statements;
}

static void
close_sqlite(struct db *db)
{
	drop_statements(db);
	sqlite3_close(db->sql);
	db->sql = NULL;
}

struct db *
db_open(const char *path, enum db_mode mode, const struct db_schema *schema, char *err,
	size_t errlen)
{
	struct db *db = xcalloc(1, sizeof(*db));

	db->path = xstrdup(path);
	db->mode = mode;
	db->schema = schema;
	db->statements = schema->statements;
	db->queries = xcalloc(schema->nstatements, sizeof(*db->queries));
	for (size_t i = 0; i < schema->nstatements; i++)
		db->queries[i].db = db;
	if (prepare_file(db) && set_up(db))
		return db;
	snprintf(err, errlen, "%s", db->error);
	db_close(db);
	return NULL;
}

void
db_close(struct db *db)
{
	if (db == NULL)
		return;
	close_sqlite(db);
	free(db->queries);
	free(db->path);
	free(db);
}

/* ---- transactions ------------------------------------------------------------------------------------------------------- */

bool
db_begin(struct db *db, enum db_care care)
{
	db->error[0] = '\0';
	/* It cannot be said inside a transaction. */
	if (care != db->care && !exec(db, care == DB_SYNCED ? "PRAGMA synchronous = FULL"
							    : "PRAGMA synchronous = NORMAL"))
		return false;
	db->care = care;
	return exec(db, "BEGIN IMMEDIATE");
}

bool
db_commit(struct db *db)
{
	return db->error[0] == '\0' && exec(db, "COMMIT");
}

/* Some errors (a full disk) make SQLite roll back by itself. */
void
db_rollback(struct db *db)
{
	if (sqlite3_get_autocommit(db->sql) == 0)
		sqlite3_exec(db->sql, "ROLLBACK", NULL, NULL, NULL);
}

/* Whether the file we read without locks is still the one we opened. */
static bool
still_frozen(const struct db *db)
{
	struct stat now;

	return !written_elsewhere(db) && stat(db->path, &now) == 0 && same_file(&db->was, &now);
}

bool
db_read_begin(struct db *db)
{
	db->error[0] = '\0';
	if (db->sql == NULL || (db->frozen && !still_frozen(db))) {
		close_sqlite(db);
		if (!prepare_file(db) || !set_up(db)) {
			close_sqlite(db);
			return false;
		}
	}
	return exec(db, "BEGIN");
}

bool
db_read_end(struct db *db)
{
	bool good = db->error[0] == '\0';

	if (db->sql != NULL)
		db_rollback(db);
	return good && (!db->frozen || still_frozen(db));
}

/* ---- statements --------------------------------------------------------------------------------------------------------- */

struct db_query *
db_query(struct db *db, size_t n)
{
	struct db_query *q = &db->queries[n];

	q->put = q->get = 0;
	q->failed = false;
	if (q->st == NULL &&
	    sqlite3_prepare_v3(db->sql, db->statements[n], -1, SQLITE_PREPARE_PERSISTENT, &q->st,
			       NULL) != SQLITE_OK)
		q->failed = !failed(db);
	return q;
}

static void
check(struct db_query *q, int code)
{
	if (code != SQLITE_OK && !q->failed)
		q->failed = !failed(q->db);
}

void
db_put_int(struct db_query *q, int64_t v)
{
	if (!q->failed)
		check(q, sqlite3_bind_int64(q->st, ++q->put, v));
}

void
db_put_bytes(struct db_query *q, const void *p, size_t n)
{
	if (!q->failed)
		check(q, sqlite3_bind_blob64(q->st, ++q->put, n != 0 ? p : "", n, SQLITE_STATIC));
}

void
db_put_null(struct db_query *q)
{
	if (!q->failed)
		check(q, sqlite3_bind_null(q->st, ++q->put));
}

bool
db_next(struct db_query *q)
{
	int code;

	if (q->failed)
		return false;
	code = sqlite3_step(q->st);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		check(q, code);
	q->get = 0;
	return code == SQLITE_ROW;
}

bool
db_end(struct db_query *q)
{
	if (q->st != NULL) {
		sqlite3_reset(q->st);
		q->db->steps += (uint64_t)sqlite3_stmt_status(q->st, SQLITE_STMTSTATUS_VM_STEP, 1);
		sqlite3_clear_bindings(q->st);
	}
	return !q->failed;
}

bool
db_run(struct db_query *q)
{
	while (db_next(q))
		;
	return db_end(q);
}

int64_t
db_get_int(struct db_query *q)
{
	return sqlite3_column_int64(q->st, q->get++);
}

const void *
db_get_bytes(struct db_query *q, size_t *n)
{
	const void *p = sqlite3_column_blob(q->st, q->get);

	*n = (size_t)sqlite3_column_bytes(q->st, q->get++);
	if (p == NULL)
		*n = 0;
	return p != NULL ? p : "";
}

size_t
db_changes(struct db *db)
{
	return (size_t)sqlite3_changes(db->sql);
}

int64_t
db_inserted(struct db *db)
{
	return sqlite3_last_insert_rowid(db->sql);
}

uint64_t
db_steps(const struct db *db)
{
	return db->steps;
}

bool
db_settle(struct db *db)
{
	db->log_size = 0;
	return sqlite3_wal_checkpoint_v2(db->sql, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) ==
	       SQLITE_OK;
}

/* Nobody else writes to the log while we hold the lock for writing. */
void
db_ahead(struct db *db)
{
	static const char zeros[64 * 1024];
	sqlite3_int64 wanted = (sqlite3_int64)db->frames * 4120 + LOG_MOST / 32, size = 0;
	sqlite3_file *log = NULL;

	if (db->frames == 0 || wanted <= db->log_size || db->log_size >= LOG_MOST ||
	    sqlite3_exec(db->sql, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
		return;
	sqlite3_file_control(db->sql, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
	if (log != NULL && log->pMethods->xFileSize(log, &size) == SQLITE_OK && size < wanted) {
		while (size < wanted + LOG_MOST / 4 &&
		       log->pMethods->xWrite(log, zeros, (int)sizeof(zeros), size) == SQLITE_OK)
			size += (sqlite3_int64)sizeof(zeros);
		(void)log->pMethods->xSync(log, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
	}
	db->log_size = size >= wanted ? size : LOG_MOST;
	db_rollback(db);
}

/* In a file beside it and not in memory, which a long history would fill. */
bool
db_rebuild(struct db *db)
{
	bool good;

	db->error[0] = '\0';
	good = exec(db, "PRAGMA temp_store = FILE; VACUUM");
	return exec(db, "PRAGMA temp_store = MEMORY") && good;
}

enum db_type
db_type(struct db_query *q)
{
	switch (sqlite3_column_type(q->st, q->get)) {
	case SQLITE_NULL:
		return DB_NULL;
	case SQLITE_INTEGER:
		return DB_INT;
	default:
		return DB_BYTES;
	}
}

size_t
db_columns(struct db_query *q)
{
	return q->st != NULL ? (size_t)sqlite3_column_count(q->st) : 0;
}
