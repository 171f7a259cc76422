#ifndef P2P_SRC_UTIL_H
#define P2P_SRC_UTIL_H
/* The few helpers everybody needs: allocation that cannot fail, clocks, hex, byte order. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NELEM(a) (sizeof(a) / sizeof((a)[0]))

/* Allocation. None of these returns NULL; out of memory ends the program in util_fatal(). Sizes are bytes; overflow of
 * n * size is out of memory. */
void *xmalloc(size_t size) __attribute__((malloc, returns_nonnull, warn_unused_result));
void *xcalloc(size_t n, size_t size) __attribute__((malloc, returns_nonnull, warn_unused_result));
void *xreallocarray(void *p, size_t n, size_t size)
	__attribute__((returns_nonnull, warn_unused_result));
char *xstrdup(const char *s) __attribute__((malloc, returns_nonnull, warn_unused_result));
char *xstrndup(const char *s, size_t n)
	__attribute__((malloc, returns_nonnull, warn_unused_result));
void *xmemdup(const void *p, size_t n) __attribute__((malloc, returns_nonnull, warn_unused_result));
int xasprintf(char **out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* One heap for all threads, which is smaller than one for each of them; before there are threads. For a program that waits for a person, not
 * for one that moves bulk. Does nothing where the C library has no such thing. */
void util_one_heap(void);
/* Gives memory that was freed back to the system. */
void util_trim(void);

/* Ends the program with one sentence on standard error, after the hook (endwin) ran. Never returns. */
void util_fatal(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));
/* Sets the hook util_fatal() runs first; NULL for none. The full screen gives the terminal back in it. */
void util_set_fatal_hook(void (*hook)(void));

/* Wall clock, ms since 1970; and a clock that never jumps, ms since an arbitrary start. */
int64_t util_wall_ms(void);
uint64_t util_mono_ms(void);

/* Lower-case hex of n bytes into out[2n + 1]; returns out. */
char *util_hex(char *out, const uint8_t *bytes, size_t n);
/* Reads exactly 2n hex digits (either case); false if anything else stands there. out may then be partly written. */
bool util_unhex(uint8_t *out, size_t n, const char *hex);

/* Big endian loads and stores, any alignment. */
static inline uint16_t
get_be16(const uint8_t *p)
{
	return (uint16_t)((uint16_t)p[0] << 8 | p[1]);
}

static inline uint32_t
get_be32(const uint8_t *p)
{
	return (uint32_t)get_be16(p) << 16 | get_be16(p + 2);
}

static inline uint64_t
get_be64(const uint8_t *p)
{
	return (uint64_t)get_be32(p) << 32 | get_be32(p + 4);
}

static inline void
put_be16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void
put_be32(uint8_t *p, uint32_t v)
{
	put_be16(p, (uint16_t)(v >> 16));
	put_be16(p + 2, (uint16_t)v);
}

static inline void
put_be64(uint8_t *p, uint64_t v)
{
	put_be32(p, (uint32_t)(v >> 32));
	put_be32(p + 4, (uint32_t)v);
}

#endif
