#ifndef P2P_NET_DISK_H
#define P2P_NET_DISK_H
/* The workers that touch files for transfers: scan, read, write, make durable, name. Each tree (one transfer's) is served by one worker
 * at a time, in order; several trees run side by side.
 *
 * A job is a message with a msg_disk body; `handle` names its tree, `job` comes back as it was. Each job is answered by one DISK_RAN with
 * the same `job` and `handle`; error is an errno or 0, and where the table says "sentence" the answer's bytes say in words what was
 * wrong. What each job reads (>) and answers (<):
 *
 *   DISK_SCAN     > bytes: absolute paths, each NUL-ended; DISK_SPOOLED: the one path is a spooled text (src/spool.h)
 *                 < size: bytes of all files; count: entries; entry: files; mode: folders; offset: bytes of the manifest;
 *                   mtime_ns: bytes without the holes of sparse files; bytes: `first name\0what was left out, or nothing\0`, or
 *                   the sentence
 *   DISK_READ     > bytes: a buffer of DISK_BUFFER; DISK_LIST: manifest entries from `entry` on, else the stream from where
 *                   the last DISK_READ ended; count: the wire's handle for it
 *                 < bytes: len bytes of records (net/transfer.h, struct bulk); size: bytes of frames in them; offset: file bytes
 *                   done up to their end; entry (DISK_LIST): the next; DISK_LAST: nothing follows
 *   DISK_PREPARE  of a scanned tree: where the stream begins. > entry, offset: the place; mode: the run; bytes: wanted ranges, u32
 *                   first and u32 count each, native; none: all
 *                   DISK_AFRESH: the first run on this session
 *                 < size: wanted file bytes before the place; total, files: what is wanted in all, by this run and those before it;
 *                   EINVAL: there is no such place
 *                 of a new tree > DISK_PROBE: bytes: folder  < size: free bytes, UINT64_MAX unknown
 *                   else > offset: what takes room of all files (UINT64_MAX: all of it); entry: numbers of ranges; count: entries; bytes:
 *                   `folder\0`, id 16, ranges, manifest; ranges as above, but
 *                   ascending and with all folders around what is wanted; DISK_RESUME: only if the
 *                   part folder is there and holds the same manifest (else ENOENT, ESTALE; ENODEV: no destination), or just `folder\0` for an open tree
 *                   DISK_AFRESH: nothing of it was ever sent; what stands in its place already does not have to come
 *                   DISK_NEXT: the run before went to its end; DISK_SUMMED: its sums were compared
 *                 < entry, offset: the place to receive from; size: file bytes there already; total, files, folders: what is wanted in
 *                   all; bytes: ranges to ask for in the next run; DISK_MORE: it is not the last; DISK_SUMMED: if it was asked, whether
 *                   what was compared is before the place; or the sentence
 *   DISK_CHOOSE   > bytes: struct msg_choose, then what its op asks for; CHOOSE_OPEN, CHOOSE_FRESH: the manifest (none: go on with the one
 *                   before); count: its entries
 *                 < bytes: struct msg_choice, and what EV_CHOICE has; CHOOSE_TAKE: ranges, total, files, folders; none: all; or the sentence
 *                 DISK_SUMMED, of a scanned tree: > what the other side has up to the place was compared; < sums come first
 *   DISK_CLEAN    > bytes: folders, each ended by a NUL; owner
 *                 < bytes: for each part folder in them that is not another owner's: struct stale_part, its name NUL, the folder NUL
 *   DISK_WRITE    > bytes: frames of the stream, whole
 *                 < size: their bytes; offset: file bytes written so far; count: how many of these a crash would cost, as the
 *                   journal does not know them yet; bytes: the same buffer, to be used again; DISK_SUMMED: sums were compared,
 *                   entry and mtime_ns (an offset) are the place to go on from, or, DISK_MORE, a DISK_PREPARE tells it
 *   DISK_FINISH   > DISK_KEEP: the part folder stays, so that it can be asked for once more, until a DISK_CLOSE removes it
 *                 < bytes: the absolute final path (the folder, if several lie at the top) NUL, what was there already or got another
 *                   name, as a sentence, or nothing; or the sentence
 *   DISK_CLOSE    > DISK_REMOVE: remove the parts; DISK_RESUME: also those of an earlier process, bytes: `folder\0`, id 16;
 *                   else bytes: a spooled file to remove, or nothing
 *
 * DISK_LOST comes between them: a file will not arrive. entry, error (0: it changed); bytes: its name. DISK_WENT comes before the answer to
 * DISK_FINISH, and before that to the DISK_READ in which the stream ends: where the files went (src/went.h), piece by piece; entry: the
 * row a piece begins with, count: how many it has. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct disk;
struct msg;
struct queue;
struct seal_key;

struct stale_part {
	uint8_t id[16];
	bool ours; /* it says so; else it says nothing */
	uint64_t bytes;
	int64_t newest; /* when something in it was changed last, s since 1970 */
};

enum disk_flags {
	DISK_LIST = 1,
	DISK_LAST = 2,
	DISK_PROBE = 4,
	DISK_RESUME = 8,
	DISK_REMOVE = 16,
	DISK_KEEP = 32,
	DISK_SUMMED = 64,
	DISK_SPOOLED = 128,
	DISK_ENDED = 256,
	DISK_NEXT = 512,
	DISK_MORE = 1024,
	DISK_AFRESH = 2048,
};

/* Room for BULK_RECORDS full records with their lengths. */
#define DISK_BUFFER (BULK_RECORDS * (2 + RECORD_MAX))
/* The folder for parts inside a destination. */
#define DISK_PARTS  ".p2p-tui-part"

/* Starts `workers` threads; answers (FROM_DISK) go to `replies`. workers 0: no thread, disk_push() runs the job at once on the caller's
 * thread and pushes the answer: for tests on a virtual clock. */
struct disk *disk_start(unsigned workers, struct queue *replies);
/* What spooled texts are sealed under, before the first job; without it none can be read. */
void disk_spool_key(struct disk *d, const struct seal_key *key);
/* Where it is kept what is known of files that were sent; before the first job. The string stays the caller's. NULL: nowhere. */
void disk_set_vouchers(struct disk *d, const char *folder);
/* Takes a TO_DISK message over. Never blocks. */
void disk_push(struct disk *d, struct msg *m);
/* Finishes what is queued, closes every tree, joins and frees. */
void disk_stop(struct disk *d);

#endif
