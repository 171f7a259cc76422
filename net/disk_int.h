#ifndef P2P_NET_DISK_INT_H
#define P2P_NET_DISK_INT_H
/* What the files of the disk workers share: trees, and the seam through which every call that can fail in interesting ways goes. */

#include <sys/queue.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/stream.h"
#include "src/types.h"

struct choice;
struct disk;
struct msg;
struct seal_key;
struct source;
struct sink;
struct spool;

/* The seam. Tests put failing ones here. */
struct disk_sys {
	int (*open)(int dirfd, const char *rel, int flags, mode_t mode); /* path_open_beneath() */
	ssize_t (*preadv)(int fd, const struct iovec *iov, int n, off_t at);
	ssize_t (*pwritev)(int fd, const struct iovec *iov, int n, off_t at);
	int (*fstat)(int fd, struct stat *st);
	int (*ftruncate)(int fd, off_t size);
	int (*fdatasync)(int fd);
	int (*syncfs)(int fd);
	int (*sync_range)(int fd, off_t at, off_t n, unsigned flags);
	int (*rename_new)(int olddirfd, const char *oldname, int newdirfd, const char *newname);
	int (*mkdir)(int dirfd, const char *name, mode_t mode);
	int (*fstatvfs)(int fd, struct statvfs *st);
	off_t (*seek)(int fd, off_t at, int whence); /* SEEK_DATA, SEEK_HOLE */
	uint64_t (*now_ms)(void);		     /* never jumps */
};
extern const struct disk_sys disk_sys_real;

/* What belongs to one transfer. Only the worker that serves it touches source and sink. */
struct tree {
	LIST_ENTRY(tree) in_bucket;
	TAILQ_ENTRY(tree) in_ready;
	int64_t handle;
	struct msg *first, **last; /* jobs that wait */
	bool busy;		   /* a worker has it, or it is in the ready list */
	bool closed;		   /* DISK_CLOSE ran: goes when the worker lets go */
	struct disk *disk;
	const struct disk_sys *sys;
	const char
		*vouchers; /* the folder for what is known of files that were sent; NULL: nowhere */
	struct source *source;
	struct sink *sink;
	struct choice *choice; /* of a part of what is offered */
};

/* For tests, before the first job. */
void disk_set_sys(struct disk *d, const struct disk_sys *sys);
/* What disk_spool_key() told, or NULL. */
const struct seal_key *disk_spool_key_of(const struct tree *t);
/* Sends a message about the tree to the net thread. Takes it over. */
void disk_answer(struct tree *t, struct msg *m);
/* Tells the net thread in a DISK_LOST that an entry will not arrive; error 0: it changed. */
void disk_lost(struct tree *t, const struct msg *job, uint32_t entry, int error, const char *name,
	       size_t len);

/* Each job turns its message into the answer. */
void scan_run(struct tree *t, struct msg *m);	   /* disk_scan.c: DISK_SCAN */
void read_run(struct tree *t, struct msg *m);	   /* disk_read.c: DISK_READ */
void read_prepare(struct tree *t, struct msg *m);  /* disk_read.c: DISK_PREPARE of a source */
void write_prepare(struct tree *t, struct msg *m); /* disk_prepare.c: DISK_PREPARE of a sink */
void write_run(struct tree *t, struct msg *m);	   /* disk_write.c: DISK_WRITE */
void place_run(struct tree *t, struct msg *m);	   /* disk_place.c: DISK_FINISH */
void choose_run(struct tree *t, struct msg *m);	   /* disk_choose.c: DISK_CHOOSE */
void clean_run(struct tree *t, struct msg *m);	   /* disk_clean.c: DISK_CLEAN */
void source_free(struct source *s);
/* Opens what parts there are of those a DISK_CLOSE names, for sink_close() to remove. */
void sink_find(struct tree *t, const struct msg *m);
/* Closes; keeps or removes the parts. */
void sink_close(struct tree *t, bool remove);

/* Makes m a failed answer: error (EIO if 0) and a sentence made of the format, ": " and the error's words if `error` is not 0. */
void disk_fail(struct msg *m, int error, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* "1.2 GB" */
const char *disk_size_text(char *buf, size_t size, uint64_t n);

/* ---- what is sent ---- */

struct src_entry {
	uint32_t parent;
	uint32_t name;	/* offset in the arena: name NUL, then link text NUL */
	uint32_t mode;	/* st_mode: type and bits */
	uint32_t links; /* bytes of the link text */
	uint64_t size;
	int64_t mtime_ns, ctime_ns;
	uint64_t dev, ino;
};

struct source {
	struct src_entry *e;
	uint32_t count, room;
	char *arena;
	size_t arena_len, arena_room;
	char **roots; /* absolute paths of the entries at the top, in their order */
	uint32_t nroots;
	size_t list_len;       /* bytes of the manifest */
	uint64_t bytes, space; /* of all files; without holes */
	uint32_t files, folders;
	uint32_t left_links, left_special; /* left out */
	struct spool *spool;		   /* the one file is a sealed text */

	/* The stream (disk_read.c) */
	uint32_t at; /* entry */
	uint64_t offset, done;
	int fd; /* of entry `at`, or -1 */
	struct stat st;
	uint64_t data_end; /* of it: up to here it holds bytes, not holes */
	int folder_fd;	   /* of entry `folder`, or -1 */
	uint32_t folder;
	uint32_t run;
	bool last_put;

	/* What we know of the files whose bytes went (disk_vouch.c) */
#define VOUCH_LEN  16
#define VOUCH_ROOM 256
	uint8_t *vouched; /* per entry */
	int vouch_fd;	  /* where it is kept, or -1 */
	off_t vouch_len;
	uint8_t vouch[VOUCH_ROOM * (4 + VOUCH_LEN)]; /* to be written */
	size_t nvouch;

	struct {
		uint32_t entry;
		int error; /* 0: it changed */
	} * lost;	   /* files that could not be sent, in the order of the list */
	uint32_t nlost;

	/* Sums of what the other side has and we do not know (disk_sums.c) */
	bool summing;
	uint32_t place; /* where the stream begins */
	uint64_t place_offset;
	uint32_t sum_at;
	uint64_t sum_next, sum_budget; /* segment; bytes that may be hashed in this job */
	uint32_t *ranges;	       /* wanted in this run, ascending: first, count; none: all */
	size_t nranges;
	uint8_t *taken; /* a bit per entry: wanted in a run of this session; NULL: all */
	bool asked;	/* there was one */
	size_t range;	/* those before it lie behind us */
};

const char *src_name(const struct source *s, uint32_t i);
/* fstat() of an open file of it: of a sealed text, the size is that of the text. */
int source_fstat(const struct tree *t, int fd, struct stat *st);
/* A descriptor of folder i, to be closed; -1 with errno. */
int source_open_folder(const struct tree *t, uint32_t i);

/* ---- what is received ---- */

struct sink {
	char *dest;
	int dest_fd, parts_fd,
		part_fd; /* the destination, .p2p-tui-part in it, this transfer's folder in that */
	char id[33];
	uint8_t *list; /* the manifest */
	size_t list_len;
	uint32_t count;
	uint32_t *index;
	uint64_t bytes, done; /* of what is wanted */
	uint64_t space; /* what all files take on a disk; UINT64_MAX: as many bytes as they have */
	uint64_t skipped; /* what of done was holes */
	uint32_t nfiles, nfolders;
	uint32_t *ranges; /* wanted, ascending: first, count */
	size_t nranges;
	uint8_t *wanted; /* a bit per entry; NULL: all */

	uint8_t *have; /* a bit per entry: a file that is whole in its part */
	enum { STAGE_ALL, STAGE_CHECK, STAGE_HALF, STAGE_REST } stage; /* of what is asked for */
	bool kept;	  /* it goes on with what there was of another list */
	bool compared;	  /* what is whole here was vouched for by its sender */
	bool redo;	  /* something of it was not: what is asked for has to be worked out anew */
	uint32_t half;	  /* a file that has begun, apart from `at`; count: none */
	uint64_t half_to; /* so much of it is there */
	uint32_t half_run; /* the one that STAGE_HALF is about */

	uint32_t at; /* the entry that is being received, or comes next */
	uint64_t offset, size;
	int fd;		 /* its part, or -1 */
	uint64_t synced; /* of it: handed to the kernel's write-back */
	bool holes;
	int broken;	       /* the errno that stopped the stream until the next DISK_PREPARE */
	uint64_t durable_due;  /* when all that is there is made durable, ms; 0: nothing came yet */
	uint32_t durable_file; /* entry + 1 whose part lies in folders that are; 0 none */
	bool doubt;	       /* the disk failed: what it seems to hold may stand in memory only */
	struct journal *journal;

	uint8_t *lost;	  /* a bit per entry: will not arrive */
	uint8_t *unread;  /* a bit per entry: and that is because its sender could not read it */
	uint8_t *placed;  /* a bit per entry: has its final name */
	char **folders;	  /* per entry, once naming began: a folder's name in its parent */
	uint8_t *fresh;	  /* a bit per entry: a folder we made */
	char *first;	  /* the final name of the first entry at the top */
	bool again;	  /* an earlier process has begun to give the names */
	uint32_t same;	  /* were there already, and are as they should be */
	uint32_t renamed; /* got another name, because theirs was taken */
	char *renames;	  /* the first of these in words */
	struct named {
		uint32_t entry, n, order;
	} * named; /* files that did not simply get their names (disk_went.c) */
	size_t nnamed;
	int named_fd; /* where that is kept, or -1 */
	off_t named_len;

	/* Sums the sender asks us to compare (disk_sums.c) */
	bool sum_begun, sum_open,
		sum_over; /* one came; more of this entry may; the answer is known */
	bool sum_other;	  /* this entry is another: it comes again */
	uint32_t sum_at;
	uint64_t sum_next;
};

/* ---- records being laid out (disk_read.c) ---- */

/* Records in a buffer: u16 length, frames, TAG_LEN spare, again and again. */
struct layout {
	uint8_t *p;
	size_t room, len; /* len: up to and with the last closed record */
	size_t plain;	  /* bytes of frames in the open record; 0: none is open */
	uint64_t frames;  /* bytes of frames in all */
};
/* The largest frame that fits into the open record, or into a fresh one; 0: the buffer is full. */
size_t layout_left(const struct layout *l, bool fresh);
/* A place for a frame of n bytes with its header, in the open record or in a fresh one; NULL: the buffer is full. */
uint8_t *layout_frame(struct layout *l, uint8_t type, size_t n);
/* Opens entry `at` of the source and looks at it; -1 with errno. */
int source_open(struct tree *t, struct stat *st);
void source_close(struct source *s);
/* Reads from it, as preadv() does; what is sealed is opened. */
ssize_t source_preadv(const struct tree *t, const struct iovec *iov, int n, off_t at);
/* Whether the opened file is still the one that was offered; `again`: and nothing of it was touched. */
bool source_same(const struct src_entry *e, const struct stat *st, bool again);
/* Whether entry i is wanted in this run, in any order of questions. */
bool source_wants(const struct source *s, uint32_t i);
/* Whether it is, or was before. */
bool source_takes(const struct source *s, uint32_t i);

/* ---- what the sender knows of the files it sent (disk_vouch.c) ---- */

/* Reads what an earlier process knew of this transfer. */
void vouch_open(const struct tree *t, int64_t transfer);
/* Whether the other side's bytes of entry i can only be of the file as it is now. */
bool vouch_holds(const struct source *s, uint32_t i);
/* Bytes of it go now, as it is; written by vouch_write(), before they do. */
void vouch_add(const struct tree *t, uint32_t i);
void vouch_write(const struct tree *t);
void vouch_close(struct source *s);
/* Entry `at` could not be sent: it changed, or an errno. Kept like the rest. */
void source_lost(const struct tree *t, int error);
/* A run begins at this entry: what was lost of what it is about is tried again. */
void source_lost_from(const struct tree *t, uint32_t entry);
/* The transfer has ended. */
void vouch_forget(const struct tree *t, int64_t transfer);

/* ---- where each file went (disk_went.c) ---- */

#define NUMBERS_MAX 10000	     /* "report (9999).pdf" */
#define NAMED_SAME  UINT32_MAX	     /* it was there already */
#define NAMED_NOT   (UINT32_MAX - 1) /* a link, where there are none */
/* The names are about to be given: what an earlier process remembered of it. 0, or -1 with errno. */
int named_open(const struct tree *t);
/* Entry i gets its n-th name; said before it does. */
void named_note(const struct tree *t, uint32_t entry, uint32_t n);
void named_drop(struct sink *s);
/* Tells it of all entries, in DISK_WENT answers to the job: of those that have their names, of those that were sent. */
void went_received(struct tree *t, const struct msg *job);
void went_sent(struct tree *t, const struct msg *job);

/* ---- sums (disk_sums.c) ---- */

/* The stream begins at s->place: whether sums have to be compared before. `compared`: they were, up to there. */
bool sums_begin(struct tree *t, bool compared);
/* Lays out more sums. False: the buffer is full, or the rest is for another job. */
bool sums_step(struct tree *t, struct msg *m, struct layout *l);
struct reader;
/* Compares the sums of a frame; the answer gets DISK_SUMMED when it is known where to go on. An errno, or 0. */
int sums_take(struct tree *t, struct msg *m, struct reader *r);
/* A new run: none came yet. */
void sums_reset(struct sink *s);

struct entry;
/* Entry i of the sink's manifest. */
void sink_entry(const struct sink *s, uint32_t i, struct entry *e);
/* Whether entry i is to arrive. */
bool sink_wants(const struct sink *s, uint32_t i);
/* Entry i will not arrive. */
void sink_lose(struct sink *s, uint32_t i, enum end_result why);
#define PART_FILE "wanted"
/* The part that was asked for: taken from n bytes of ranges, kept in the part folder, found there again. False: errno. (disk_part.c) */
bool part_set(struct sink *s, const void *ranges, size_t n);
bool part_save(const struct tree *t);
bool part_load(const struct tree *t);
/* Sums of what is wanted, and its ranges, into an answer. */
void part_answer(const struct sink *s, struct msg *m);
/* Lies in a part folder beside the parts and their journal: the manifest as it was accepted. (disk_list.c) */
#define LIST_FILE "manifest"
/* Whether the list of the sink is the one that lies there; one that differs in times and modes alone takes its place. */
bool list_found(const struct tree *t);
/* The sink's list takes the place of the one that is there. False: errno. */
bool list_put(const struct tree *t);
/* The same of a new list for an open sink. */
bool list_take(const struct tree *t, const uint8_t *p, size_t len);
/* In the part folder, too: 16 bytes by which a home knows its own. */
#define OWNER_FILE "owner"
bool owner_save(const struct tree *t, const uint8_t owner[ID_LEN]); /* disk_clean.c; false: errno */
/* A small file in the part folder. 0, or -1 with errno. (disk_prepare.c) */
int sink_write_file(const struct tree *t, const char *name, const void *p, size_t len);
/* Written into the part folder before the first name is given: from then on a file without a part has its name. */
#define SINK_PLACING "placing"
/* Smaller files are not searched for holes. */
#define HOLES_FROM   (64 * 1024)
/* "f1a": the part of entry i. */
const char *sink_part_name(char *buf, size_t size, char kind, uint32_t i);
/* What lies in the part folder is of a list that was another: keeps what seems to be in the new one too, under its name or another one;
 * whether it is so is compared later. False: nothing, and it is to be removed. (disk_salvage.c) */
bool sink_salvage(struct tree *t, const struct msg *m);
/* Of a list that was just accepted: what seems to stand in its place already becomes a part; whether it is so is compared
 * later. (disk_there.c) */
void there_adopt(struct tree *t);
/* Removes what lies in the part folder, and the folder. */
void sink_remove(struct sink *s);

/* For futimens(): the time it was changed, and no other. */
void sink_times(const struct entry *e, struct timespec times[2]);
/* Gives a part its mode and time. An errno that must stop the stream, or 0. */
int sink_seal(int fd, const struct entry *e);

/* ---- the journal of what was written (disk_journal.c); an errno, or 0 ---- */

/* ---- what is asked for next (disk_stage.c) ---- */

/* Nothing is known. */
void stage_reset(struct sink *s);
/* Of entry i so much is there: it goes on from there if no other has more. */
void stage_half(struct sink *s, uint32_t i, uint64_t to);
/* Works out what is to be asked for: at and offset of the sink become its place, done what is there. `ended`: the run before went to its
 * end. */
void stage_next(struct sink *s, bool ended);
/* Whether entry i belongs to it. */
bool sink_asks(const struct sink *s, uint32_t i);
/* Whether something follows it. */
bool stage_more(const struct sink *s);
/* Into the answer of a DISK_PREPARE. */
void stage_answer(const struct sink *s, struct msg *m);

struct journal;
/* Of the open part folder: a new one, or the one that is there. */
int journal_open(const struct tree *t, bool create);
/* Reads the parts again: what the sink has becomes what is as it was written. Files that did not arrive are told of if all others have
 * begun to get their names, as answers to the job. (disk_check.c) */
void journal_check(struct tree *t, const struct msg *job);
/* The stream goes on in a file at that offset. */
void journal_begin(struct sink *s, uint32_t entry, uint64_t offset);
/* The first n bytes of iov are written. */
void journal_data(struct sink *s, const struct iovec *iov, size_t n);
/* A hole of n bytes. */
int journal_hole(const struct tree *t, uint64_t n);
/* Writes what is known, if there is enough of it. */
int journal_step(const struct tree *t);
/* The file ended so (net/stream.h); if not well, it will not arrive. */
int journal_end(const struct tree *t, enum end_result result);
/* Of this entry no more than so much is of use; the sink knows then how much of it is there. (disk_check.c) */
int journal_back(const struct tree *t, uint32_t entry, uint64_t offset);
/* So much of what lies in the open file is the part of this entry, or all of it. */
int journal_adopt(const struct tree *t, uint32_t entry, int fd, uint64_t upto, bool whole);
/* Bytes that were written and are not in the journal yet: about JOURNAL_EVERY at most. */
uint64_t journal_behind(const struct sink *s);
/* Writes what is known; errno too is set. */
int journal_write(const struct tree *t);
/* Writes all that was written to the parts; errno too is set. */
int journal_all(const struct tree *t);
/* Hands it to the kernel's write-back: it should not wait longer for the disk than the parts do. */
void journal_write_back(const struct tree *t);
/* Makes it durable. */
int journal_sync(const struct tree *t);
/* Makes what was received durable if that is due. An errno, or 0. (disk_durable.c) */
int durable_step(const struct tree *t);
/* Writes all that is known, if the parts are kept, and frees it. */
void journal_close(const struct tree *t, bool keep);

static inline bool
bit_get(const uint8_t *bits, uint32_t i)
{
	return (bits[i / 8] >> (i % 8) & 1) != 0;
}

static inline void
bit_set(uint8_t *bits, uint32_t i)
{
	bits[i / 8] = (uint8_t)(bits[i / 8] | 1u << (i % 8));
}

static inline void
bit_clear(uint8_t *bits, uint32_t i)
{
	bits[i / 8] = (uint8_t)(bits[i / 8] & ~(1u << (i % 8)));
}

#endif
