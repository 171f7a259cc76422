#ifndef P2P_TESTS_PAIR_H
#define P2P_TESTS_PAIR_H
/* Two transfer engines on one virtual loop, with real files and a wire in memory: frames wait on it for seeded times and it can be cut
 * behind any frame. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/disk_int.h"
#include "net/loop.h"
#include "net/transfer.h"
#include "src/msg.h"
#include "src/types.h"

struct disk;
struct pair;
struct queue;

#define PAIR_ROWS 64

/* A frame on the wire. */
struct wired {
	struct wired *next;
	uint8_t type, *body;
	size_t len;
};

struct wired_list {
	struct wired *first, **last;
	size_t n;
};

/* One end. */
struct end {
	struct pair *pair;
	struct key self;
	struct end *other;
	struct transfers *t;
	struct disk *disk;
	struct queue *replies;
	struct msg *todo, **todo_last; /* answers of the store */
	struct msg *rows[PAIR_ROWS];   /* ST_TRANSFER by number */
	struct msg *shown[PAIR_ROWS];  /* the last EV_TRANSFER by number */
	struct msg *result;	       /* the last EV_RESULT */
	struct msg *choice;	       /* the last EV_CHOICE */
	struct msg *stale;	       /* the last EV_STALE */
	unsigned nshown[PAIR_ROWS];    /* how many EV_TRANSFER */
	char *went
		[PAIR_ROWS]; /* where files went, as it was stored: "arrived PATH NOTE\n" for each */
	struct msg *values[8]; /* ST_VALUE, the newest of each name */
	unsigned lines, notices;
	int64_t numbers;
	bool bulk;		     /* bulk_ready() was said */
	bool forgets;		     /* its store will not have committed what is to be answered */
	enum bulk_way way;	     /* what the engine is told; WAY_SESSION at first */
	struct wired_list out, wire; /* not yet on the wire; on it, towards the other */
	char downloads[4096];
	char vouchers[4120];
	char *broke;		    /* why this end ended the session */
	const struct disk_sys *sys; /* NULL: that of the machine, which does not sync */
	struct disk_sys calls;	    /* the copy in use */
	uint64_t sent; /* bytes of files that went on the wire, also those that were lost there */
	bool (*tamper)(
		struct end *from,
		struct wired *w); /* sees each frame as it is delivered; false: it is dropped */
};

struct pair {
	struct loop *loop;
	struct timer pulse; /* moves the clock where nothing else does */
	struct end a, b;
	bool up;
	uint64_t seed;
	uint64_t delivered, cut_at; /* frames; 0: no cut */
	uint64_t bytes;		    /* delivered */
	size_t depth;		    /* frames that fit on the wire of each end; 100 at first */
};

/* Fresh engines that receive into dir/a and dir/b; the session is down. */
struct pair *pair_new(const char *dir, uint64_t seed);
void pair_free(struct pair *p);
void pair_up(struct pair *p);
void pair_down(struct pair *p);
/* Ends one end's process and starts it anew from what its store holds. `clean`: transfers_stop() first; else nothing more is written, as
 * when it is killed. The session goes down. */
void pair_restart(struct end *e, bool clean);
/* Runs everything that is due, up to ms. */
void pair_run(struct pair *p, uint64_t ms);
/* Runs until cond(arg) holds, at most a virtual hour; whether it held. */
bool pair_until(struct pair *p, bool (*cond)(void *arg), void *arg);

/* CMD_SEND of one or more paths (NULL-ended); its number, or -1 with the sentence in e->result. */
int64_t pair_send(struct end *e, ...);
/* Any command of transfers, taken over; e->result is its answer, if it is answered at once. */
void pair_command(struct end *e, struct msg *m);
/* CMD_TRANSFER; NULL if it was answered with ok, else the sentence. */
const char *pair_op(struct end *e, int64_t number, enum transfer_op op, const char *folder);
/* TOP_ACCEPT_PART of what fits NULL-ended patterns; as above. */
const char *pair_part(struct end *e, int64_t number, const char *folder, ...);
/* CMD_CHOOSE; e->choice is its answer. */
void pair_choose(struct end *e, const struct msg_choose *c, const char *filter);
enum transfer_state pair_state(struct end *e, int64_t number);
const char *pair_reason(struct end *e, int64_t number);
const char *pair_place(struct end *e, int64_t number);
/* Until the transfer is in that state on that end, or has ended; whether it is. */
bool pair_reach(struct end *e, int64_t number, enum transfer_state state);
/* A frame as if the other end had sent it: 0, or -1 and e->broke. */
int pair_inject(struct end *e, uint8_t type, const void *body, size_t len);
/* Puts all that this end would send now on its wire, where it can be looked at. */
void pair_peek(struct end *e);

/* Files. */
/* A new folder in the test's own. */
char *pair_fresh(const char *name);
void pair_remove(const char *dir); /* with all that is in it */
char *pair_path(const char *fmt, ...)
	__attribute__((format(printf, 1, 2))); /* lives as long as the program */
void pair_write(const char *path, size_t n, uint64_t seed);
bool
pair_same(const char *a,
	  const char
		  *b); /* content, mode less set-id and world-write, mtime; folders and links too */
bool pair_empty(const char *dir);
/* Adds an ST_WENT to a list as in struct end, or begins one anew. */
void pair_keep_went(char **list, const struct msg *m);

#endif
