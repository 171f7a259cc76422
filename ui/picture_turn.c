/* picture_turn.c - which way up a picture is to be shown: out of what a camera wrote (EXIF), and turning it. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/util.h"
#include "ui/picture.h"

#define UPRIGHT	    1
#define TURN_MAX    8
#define TIFF_HEAD   8
#define ENTRY_LEN   12
#define ORIENTATION 0x0112
#define SHORT	    3

/* A TIFF file as EXIF holds one: numbers in the order of bytes that it says. */
struct tiff {
	const uint8_t *p;
	size_t n;
	bool little;
};

static uint32_t
u16(const struct tiff *t, size_t at)
{
	const uint8_t *p = t->p + at;

	return t->little ? (uint32_t)p[1] << 8 | p[0] : (uint32_t)p[0] << 8 | p[1];
}

static uint32_t
u32(const struct tiff *t, size_t at)
{
	uint32_t first = u16(t, at), second = u16(t, at + 2);

	return t->little ? second << 16 | first : first << 16 | second;
}

unsigned
picture_exif(const uint8_t *p, size_t n)
{
	struct tiff t;
	size_t at, count;

	if (n < 6 + TIFF_HEAD || memcmp(p, "Exif\0\0", 6) != 0)
		return UPRIGHT;
	t = (struct tiff){p + 6, n - 6, p[6] == 'I'};
	if (memcmp(t.p, t.little ? "II*\0" : "MM\0*", 4) != 0)
		return UPRIGHT;
	/* The first directory: a count, and so many entries of tag, type, number of values, value. */
	at = u32(&t, 4);
	if (at > t.n - 2)
		return UPRIGHT;
	count = u16(&t, at);
	for (at += 2; count > 0 && t.n - at >= ENTRY_LEN; count--, at += ENTRY_LEN) {
		uint32_t turn = u16(&t, at + 8);

		if (u16(&t, at) != ORIENTATION)
			continue;
		return u16(&t, at + 2) == SHORT && u32(&t, at + 4) == 1 && turn >= UPRIGHT &&
				       turn <= TURN_MAX
			       ? turn
			       : UPRIGHT;
	}
	return UPRIGHT;
}

bool
picture_sideways(unsigned turn)
{
	return turn > 4 && turn <= TURN_MAX;
}

/* Where the pixel at x, y comes from in a picture of w x h. */
static size_t
source(unsigned turn, size_t w, size_t h, size_t x, size_t y)
{
	switch (turn) {
	case 2:
		return y * w + (w - 1 - x);
	case 3:
		return (h - 1 - y) * w + (w - 1 - x);
	case 4:
		return (h - 1 - y) * w + x;
	case 5:
		return x * w + y;
	case 6:
		return (h - 1 - x) * w + y;
	case 7:
		return (h - 1 - x) * w + (w - 1 - y);
	case 8:
		return x * w + (w - 1 - y);
	default:
		return y * w + x;
	}
}

void
picture_turn(struct picture *p, unsigned turn)
{
	size_t w = (size_t)p->w, h = (size_t)p->h;
	bool sideways = picture_sideways(turn);
	size_t to_w = sideways ? h : w, to_h = sideways ? w : h;
	uint8_t *rgb;

	if (turn <= UPRIGHT || turn > TURN_MAX)
		return;
	rgb = xcalloc(w * h, 3);
	for (size_t y = 0; y < to_h; y++)
		for (size_t x = 0; x < to_w; x++)
			memcpy(rgb + (y * to_w + x) * 3, p->rgb + source(turn, w, h, x, y) * 3, 3);
	free(p->rgb);
	p->rgb = rgb;
	p->w = (int)to_w;
	p->h = (int)to_h;
}
