#ifndef P2P_NET_WIRE_H
#define P2P_NET_WIRE_H
/* Frames: put, get, end. Pure. (net/PROTOCOL.md, "Frames") */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* clang-format off */
/*	name		type	group it belongs to */
#define FRAME_TABLE(ROW) \
	ROW(PING,	1,	LINK) \
	ROW(PONG,	2,	LINK) \
	ROW(BYE,	3,	LINK) \
	ROW(REKEY,	4,	LINK) \
	ROW(CONTACT,	5,	LINK) \
	ROW(DOOR,	6,	LINK) \
	ROW(SEEN,	7,	LINK) \
	ROW(LISTEN,	8,	LINK) \
	ROW(TWIN,	9,	LINK) \
	ROW(SUCCESSOR,	10,	LINK) \
	ROW(DOOR_OK,	11,	LINK) \
	ROW(SUCCESSOR_OK,	12,	LINK) \
	ROW(CHAT,	16,	CONTENT) \
	ROW(EDIT,	17,	CONTENT) \
	ROW(DELETE,	18,	CONTENT) \
	ROW(REPLY,	19,	CONTENT) \
	ROW(REACT,	20,	CONTENT) \
	ROW(TIMER,	21,	CONTENT) \
	ROW(FADING,	22,	CONTENT) \
	ROW(ACK,	32,	ABOUT) \
	ROW(READ,	33,	ABOUT) \
	ROW(TYPING,	34,	ABOUT) \
	ROW(PRESENCE,	35,	ABOUT) \
	ROW(PROFILE,	36,	ABOUT) \
	ROW(REQUEST,	37,	ABOUT) \
	ROW(OFFER,	40,	FILES) \
	ROW(ENTRIES,	41,	FILES) \
	ROW(ACCEPT,	42,	FILES) \
	ROW(REFUSE,	43,	FILES) \
	ROW(CANCEL,	44,	FILES) \
	ROW(PAUSE,	45,	FILES) \
	ROW(FILE,	46,	FILES) \
	ROW(DATA,	47,	FILES) \
	ROW(HOLE,	48,	FILES) \
	ROW(END,	49,	FILES) \
	ROW(CREDIT,	50,	FILES) \
	ROW(DONE,	51,	FILES) \
	ROW(DONE_OK,	52,	FILES) \
	ROW(WANT,	53,	FILES) \
	ROW(SPACE,	54,	FILES) \
	ROW(SUMS,	55,	FILES) \
	ROW(SUMMED,	56,	FILES)
/* clang-format on */

enum frame_type {
	FRAME_PADDING = 0,
#define ROW(name, type, group) FRAME_##name = (type),
	FRAME_TABLE(ROW)
#undef ROW
};
#define FRAME_CONTENT_FIRST 16
#define FRAME_CONTENT_LAST  31
#define FRAME_FILES_FIRST   40
#define FRAME_FILES_LAST    63
#define FRAME_CRITICAL	    1 /* flags bit 0 */

struct frame {
	uint8_t type, flags;
	const uint8_t *body;
	size_t len;
};

/* Next frame of a record's plaintext at *at. 1: a frame; 0: the rest is padding; -1: malformed (a length beyond the record, or padding that
 * is not zero). */
int frame_next(const uint8_t *plain, size_t len, size_t *at, struct frame *f);
/* Writes header and body to out (room for FRAME_HEADER + len); returns the size. */
size_t frame_put(uint8_t *out, uint8_t type, uint8_t flags, const void *body, size_t len);
const char *frame_name(uint8_t type); /* "CHAT", or "unknown" */
bool frame_is_known(uint8_t type);    /* it stands in the table */

/* Typed reading of a body. After the last get, rd.bad says whether the body was too short; extra bytes at the end are ignored, as the
 * protocol asks. A failed get returns zeros and sticks. */
struct reader {
	const uint8_t *p;
	size_t left;
	bool bad;
};
void rd_open(struct reader *r, const uint8_t *p, size_t len);
uint8_t rd_u8(struct reader *r);
uint16_t rd_u16(struct reader *r);
uint32_t rd_u32(struct reader *r);
uint64_t rd_u64(struct reader *r);
void rd_bytes(struct reader *r, void *out, size_t n);
/* n bytes in place, or NULL and bad. */
const uint8_t *rd_span(struct reader *r, size_t n);
/* A u16 length and that many bytes, in place; *n is 0 when bad. */
const uint8_t *rd_string(struct reader *r, size_t *n);

/* Typed writing into a fixed buffer; too much sets bad and writes nothing further. */
struct writer {
	uint8_t *p;
	size_t len, size;
	bool bad;
};
void wr_open(struct writer *w, uint8_t *p, size_t size);
void wr_u8(struct writer *w, uint8_t v);
void wr_u16(struct writer *w, uint16_t v);
void wr_u32(struct writer *w, uint32_t v);
void wr_u64(struct writer *w, uint64_t v);
void wr_bytes(struct writer *w, const void *p, size_t n);
void wr_string(struct writer *w, const void *p,
	       size_t n); /* u16 length + bytes; n over 65535 is bad */

/* Size a chat-sized plaintext of n bytes is padded to: multiples of 256 up to 4 KiB, then Padme, never above RECORD_PLAIN_MAX. */
size_t wire_padded(size_t n);

#endif
