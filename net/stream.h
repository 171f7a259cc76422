#ifndef P2P_NET_STREAM_H
#define P2P_NET_STREAM_H
/* The fixed sizes of the frames that carry files, header included, and the numbers in them. (net/PROTOCOL.md, "Transfers: the stream") */

#define ENTRIES_FIXED (4 + 10) /* + entries */
#define FILE_LEN      (4 + 28)
#define DATA_FIXED    (4 + 12) /* + bytes */
#define HOLE_LEN      (4 + 20)
#define END_LEN	      (4 + 9)
#define DONE_LEN      (4 + 8)
#define SUMS_FIXED    (4 + 18) /* + sums of SUM_LEN */
#define SUM_LEN	      32
#define SUMS_END      UINT32_MAX /* the entry of the last SUMS: all were told */

/* What became of a file at the sender. */
enum end_result { END_OK = 0, END_CHANGED = 1, END_UNREADABLE = 2 };

#endif
