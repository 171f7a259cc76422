#ifndef P2P_NET_LIMITS_H
#define P2P_NET_LIMITS_H
/* Every size, timeout and rate of the networking core, named. Times are milliseconds unless the name says otherwise. The numbers a peer can
 * see are in net/PROTOCOL.md. */

#define DEFAULT_PORT 41555

/* Preamble and handshake */
#define PREAMBLE_LEN	      8
#define HANDSHAKE_MAX	      1024 /* one handshake message, without its length */
#define HELLO_PAD	      256
#define HANDSHAKE_TIMEOUT     10000
#define DIAL_TIMEOUT	      10000 /* for the TCP connection itself */
#define HALF_OPEN_STRANGERS   32    /* callers without a door key that have not finished */
#define HALF_OPEN_PER_ADDRESS 4
#define HALF_OPEN_KNOWN	      32 /* the same for callers with one */
#define DOORS_MAX	      16
#define OLD_DOORS	      4 /* keys of contacts, the newest with them, that are alive at a time */
#define EPHEMERALS_REMEMBERED 4096

/* Pairing by code */
#define PAIR_NONCE    16
#define PAIR_TRIES    3		       /* wrong ones; then the code is void */
#define PAIR_LIFETIME (10 * 60 * 1000) /* of a code */

/* Records and frames */
#define RECORD_MIN	   17
#define RECORD_MAX	   65535 /* ciphertext with its tag, without the length */
#define TAG_LEN		   16
#define RECORD_PLAIN_MAX   (RECORD_MAX - TAG_LEN)
#define FRAME_HEADER	   4
#define SUCCESSOR_PROOF	   32 /* bytes */
#define PAD_STEP	   256
#define PAD_STEP_UNTIL	   4096
#define BULK_DATA	   (60 * 1024)	   /* file bytes in one full DATA frame */
#define BULK_CHUNK	   (8 * BULK_DATA) /* read from disk and sent at once */
/* Read, or sealed and written, in one turn of the loop. A fraction of a millisecond; while somebody chats a smaller one. */
#define BULK_SLICE	   (512 * 1024)
#define BULK_SLICE_HURRIED (128 * 1024)
#define NOTSENT_LOWAT	   (128 * 1024)
#define NOTSENT_LOWAT_BULK (512 * 1024) /* of a bulk connection, on which nothing is overtaken */
#define RX_BUFFER	   (512 * 1024)
#define OUT_QUEUE_MAX	   (4 * 1024 * 1024) /* control frames a session may owe; more ends it */
#define TRICKLE_STEP	   (32 * 1024)	     /* credit in smaller steps tells of a limit of rate */
#define TRICKLE_MIN	   (4 * 1024)	     /* read at once at the lowest rates */

/* Liveness */
#define PING_AFTER	   20000
#define DEAD_AFTER	   60000
#define DEAD_AFTER_WAITING 10000 /* while content waits for its ACK, or a transfer for the peer */
#define REKEY_AFTER	   (15 * 60 * 1000)
#define REKEY_BYTES	   (UINT64_C(64) << 30)
#define SESSION_MAX	   (24 * 60 * 60 * 1000)
#define DUPLICATE_DECIDE   2000
#define PROBE_MOVED	   1500 /* a PONG's time when the peer, or we, may have moved */
#define PROBE_AGAIN	   3000

/* Dialling */
#define BACKOFF_FIRST 1000
#define BACKOFF_MAX   (5 * 60 * 1000)

/* Nearby */
#define BEACON_MAX	       512
#define BEACON_SLOTS	       32 /* contacts that one beacon is for */
#define BEACON_EPOCH	       (60 * 60 * 1000)
#define BEACON_EVERY	       30000 /* while a contact is away */
#define BEACON_EVERY_PUBLIC    10000 /* while everybody may see us, or a pairing code waits */
#define BEACONS_PER_ROUND      8     /* the contacts beyond have their turn in the next round */
#define BEACONS_PER_S	       64    /* looked at, of all that are heard */
#define BEACONS_PER_SOURCE     16    /* of these a second, from one address */
/* Of the others contacts and codes alone are looked for, as long as a second's tags are not used up. */
#define BEACON_TAGS_PER_S      65536
#define BEACON_TAGS_PER_SOURCE 16384
/* So many datagrams are read of one socket in so many ms; what comes faster is for the kernel to drop. */
#define BEACONS_READ	       1024
#define BEACONS_READ_IN	       100
#define BEACON_SOURCES	       64    /* addresses whose rate is remembered */
#define NEARBY_DIALS	       30    /* calls a minute that beacons cause */
#define NEARBY_DIALING	       8     /* of these at a time */
#define NEARBY_RETRY	       20000 /* before the same contact is called at the same address again */
#define NEARBY_TRIED	       4     /* addresses at which it is called in that time */
#define NEARBY_HANGS	       1000 /* a call that has not led anywhere by then makes room for another one */
#define NEARBY_MAX	       32    /* shown as nearby */
#define NEARBY_PER_ADDRESS     4     /* of these at one address */
#define NEARBY_GONE	       35000 /* after its last beacon */
#define VISIBLE_DEFAULT	       (10 * 60 * 1000)
#define VISIBLE_MAX	       (24 * 60 * 60 * 1000)

/* Who may speak */
#define STRANGER_FRAMES_PER_S 8
#define LINK_FRAMES_PER_S     16
#define REQUESTS_WAITING      64
#define UNCOMMITTED_MESSAGES  1024
#define UNCOMMITTED_BYTES     (1024 * 1024)
#define UNACKED_MESSAGES      1024 /* sent and not yet acknowledged, per session */
#define UNACKED_BYTES	      (1024 * 1024)

/* Transfers */
#define OFFERS_PER_CONTACT  16
#define RUNNING_PER_CONTACT 4
#define MANIFEST_ENTRIES    1000000
#define MANIFEST_BYTES	    (64 * 1024 * 1024)
#define WANT_RANGES	    262144 /* stretches of its list that a part of an offer may be in */
#define WANT_RANGES_FRAME   8000   /* in one frame */
#define CREDIT_POOL	    (24 * 1024 * 1024)
#define PROGRESS_EVERY	    100
#define BULK_RECORDS	    8		 /* at most so many are read from disk at once */
#define READ_AHEAD	    6		 /* stretches read before the wire asks, per transfer */
#define READ_BUFFERS	    16		 /* in all; beyond it each transfer keeps only one */
#define BATCH_SIZE	    (512 * 1024) /* received stream handed to the disk at once */
#define CREDIT_MIN	    (512 * 1024) /* every running transfer gets so much of a window */
#define MANIFEST_POOL	    (64 * 1024 * 1024) /* lists of unanswered offers, per contact */
#define SYNC_EVERY	    (8 * 1024 * 1024)
#define CREDIT_MOST	    (8 * 1024 * 1024) /* sent and not yet in the journal: what a crash can cost */
#define DURABLE_EVERY	    5000	  /* what a power cut can cost: so much time of receiving */
#define JOURNAL_EVERY	    (1024 * 1024) /* bytes written between two entries of the journal */
#define SUM_SEGMENT	    (8 * 1024 * 1024)  /* bytes of a file under one sum */
#define SUM_BATCH	    (64 * 1024 * 1024) /* hashed before others get their turn */
#define SUMS_MAX	    64		       /* sums in one frame */
#define REASON_MAX	    200		       /* bytes of a reason a peer gives */
#define HELD_GAP_FIRST \
	5000 /* what the disk stopped is tried again after so long, then twice as long, */
#define HELD_GAP_MAX 60000 /* up to this */
#define RESCAN_AFTER 2000  /* an older look at the files is repeated before the offer */

#endif
