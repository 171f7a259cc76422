#ifndef P2P_UI_PICTURE_H
#define P2P_UI_PICTURE_H
/* Pictures: their sizes out of their first bytes, PNG and JPEG made small by libraries that are opened when they are first needed. What is read
 * is nobody's word: sizes are checked before memory is taken, and time is limited. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum picture_type {
	PICTURE_NONE,
	PICTURE_PNG,
	PICTURE_JPEG,
	PICTURE_GIF,
	PICTURE_WEBP,
	PICTURE_BMP,
};

struct picture_size {
	enum picture_type type;
	uint32_t w, h; /* as the file has them; 0: not told in these bytes */
	unsigned turn; /* how it is to be shown: 0 or 1 as it is, to 8 as EXIF has it */
};

/* So many first bytes tell the size of nearly every picture. */
#define PICTURE_HEAD	   (128 * 1024)
/* Larger ones are not decoded. */
#define PICTURE_PIXELS_MAX 64000000u
#define PICTURE_SIDE_MAX   30000u

/* What the first n bytes of a file say. False if it is no picture known here. Pure. (picture.c) */
bool picture_size(const uint8_t *head, size_t n, struct picture_size *out);
/* "PNG image". */
const char *picture_name(enum picture_type type);

/* RGB, three bytes a pixel, row by row. */
struct picture {
	int w, h;
	uint8_t *rgb;
};

/* Fits w x h into max_w x max_h, never larger than it is, never 0. */
void picture_fit(uint32_t w, uint32_t h, int max_w, int max_h, int *fit_w, int *fit_h);
/* The orientation out of a JPEG's segment APP1 (EXIF 2.3, 4.6.4, tag 274): 1 to 8, 1 when nothing or nonsense is said. Pure. (picture_turn.c) */
unsigned picture_exif(const uint8_t *p, size_t n);
/* Whether it changes sides for that. */
bool picture_sideways(unsigned turn);
/* Turns or mirrors it. */
void picture_turn(struct picture *p, unsigned turn);
/* Reads a picture from the start of a file, averaged down and turned to fit w x h; go_on is asked now and then. NULL with a constant sentence in
 * *why. The caller frees it with picture_free(). (picture_read.c) */
struct picture *picture_read(FILE *in, const struct picture_size *size, int w, int h,
			     bool (*go_on)(void *arg), void *arg, const char **why)
	__attribute__((warn_unused_result));
void picture_free(struct picture *p);

/* The nearest colours of a terminal with 256 (16 to 255), w x h of them, errors spread to the neighbours; the caller frees them. */
uint8_t *picture_palette(const struct picture *p) __attribute__((warn_unused_result));
/* One of ten signs from dark to light for such a colour, for terminals without them. */
char picture_ascii(uint8_t top, uint8_t bottom);
/* 0 to 255. */
unsigned picture_light(uint8_t colour);

#endif
