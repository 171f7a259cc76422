#ifndef P2P_SRC_MSG_LIVES_H
#define P2P_SRC_MSG_LIVES_H
/* Bodies of messages about how long what was said lives. Part of msg.h, which includes it. */

#include <stdbool.h>
#include <stdint.h>

#include "src/types.h"

/* EV_GONE and SR_GONE. bytes: of each row that was deleted its number, 8 bytes big endian, and its id. */
struct msg_gone {
	struct key peer;
};
#define GONE_ENTRY (8 + ID_LEN)

/* ST_KEEP. peer all zero: what holds for KEEP_DEFAULT, as long as the program runs. */
struct msg_st_keep {
	struct key peer;
	int32_t keep;
};

/* ST_SWEEP: deletes what has lived long enough. Answered by SR_GONE for each chat that lost rows, then SR_DUE. */
struct msg_st_sweep {
	int64_t time;  /* wall ms */
	uint64_t mono; /* ms of a clock that never jumps */
	bool all;      /* the program starts or ends: all of what is kept only while it runs goes */
};

/* SR_DUE: when an ST_SWEEP will have something to do, wall ms; 0: never, as things are. `sweep`: it is the answer to one; else what is
 * deleted next may have become earlier. bytes: a sentence for the person, or none. */
struct msg_sr_due {
	int64_t due;
	bool sweep;
};

#endif
