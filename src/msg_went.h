#ifndef P2P_SRC_MSG_WENT_H
#define P2P_SRC_MSG_WENT_H
/* Bodies of messages about where the files of transfers went. Part of msg.h, which includes it. */

#include <stdbool.h>
#include <stdint.h>

#include "src/went.h"

/* CMD_WENT: the list of a transfer that has ended, or of what of it has. bytes: words, each of which has to be in a file's path, whatever
 * the case; none: any. Answered by one EV_WENT. */
struct msg_went {
	int64_t transfer;
	uint32_t kinds;	      /* bits, 1 << enum went: only these; 0: any */
	uint32_t from, count; /* rows of what fits; at most WENT_MAX_ROWS */
	bool tally;	      /* how many there are of each kind is wanted too */
};
#define WENT_MAX_ROWS 512

/* EV_WENT. bytes: `count` packed rows (went.h), the first being row `from` of those that fit. */
struct msg_went_page {
	int64_t transfer;
	uint32_t kinds, from, count;
	uint32_t rows;		  /* how many fit, */
	uint32_t all;		  /* of how many */
	uint32_t how[WENT_KINDS]; /* how many there are of each kind, if that was asked */
	bool failed;		  /* the database could not be read */
};

/* ST_WENT: a piece of the list (went.h), from row `first` on, which takes the place of what stood there; row 0, of the whole list. Of a
 * transfer that is not there any more it is dropped. bytes: the rows; none: the list
 * goes. */
struct msg_st_went {
	int64_t transfer;
	uint32_t first, count;
};

#endif
