/* picture.c - sizes of pictures out of their first bytes, and pixels to a terminal's colours. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/say.h"
#include "src/util.h"
#include "ui/picture.h"
#include "ui/theme.h"

/* ---- sizes ------------------------------------------------------------------------------------------------------------ */

static uint32_t
be16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static uint32_t
le16(const uint8_t *p)
{
	return (uint32_t)p[1] << 8 | p[0];
}

static uint32_t
be32(const uint8_t *p)
{
	return be16(p) << 16 | be16(p + 2);
}

static uint32_t
le32(const uint8_t *p)
{
	return le16(p + 2) << 16 | le16(p);
}

/* Segments up to the one that begins a frame. */
static void
jpeg_size(const uint8_t *p, size_t n, struct picture_size *out)
{
	size_t at = 2;

	while (n - at >= 9 && p[at] == 0xff) {
		uint8_t marker = p[at + 1];
		size_t len;

		/* Any number of fill bytes may stand before a marker. */
		if (marker == 0xff) {
			at++;
			continue;
		}
		len = be16(p + at + 2);
		if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 &&
		    marker != 0xcc) {
			out->h = be16(p + at + 5);
			out->w = be16(p + at + 7);
			return;
		}
		if (len < 2 || len > n - at - 2)
			return;
		if (marker == 0xe1 && out->turn <= 1)
			out->turn = picture_exif(p + at + 4, len - 2);
		at += 2 + len;
	}
}

/* The three kinds of WebP: lossy, lossless, extended. */
static void
webp_size(const uint8_t *p, size_t n, struct picture_size *out)
{
	if (n < 30)
		return;
	if (memcmp(p + 12, "VP8 ", 4) == 0 && memcmp(p + 23, "\x9d\x01\x2a", 3) == 0) {
		out->w = le16(p + 26) & 0x3fff;
		out->h = le16(p + 28) & 0x3fff;
	} else if (memcmp(p + 12, "VP8L", 4) == 0 && p[20] == 0x2f) {
		uint32_t bits = le32(p + 21);

		out->w = (bits & 0x3fff) + 1;
		out->h = (bits >> 14 & 0x3fff) + 1;
	} else if (memcmp(p + 12, "VP8X", 4) == 0) {
		out->w = (le32(p + 24) & 0xffffff) + 1;
		out->h = (le16(p + 27) | (uint32_t)p[29] << 16) + 1;
	}
}

static void
bmp_size(const uint8_t *p, struct picture_size *out)
{
	uint32_t h = le32(p + 22);

	out->w = le32(p + 18);
	/* Negative: its rows begin at the top. */
	out->h = h >= 0x80000000u ? 0u - h : h;
}

bool
picture_size(const uint8_t *p, size_t n, struct picture_size *out)
{
	*out = (struct picture_size){.type = PICTURE_NONE};
	if (n >= 24 && memcmp(p, "\x89PNG\r\n\x1a\n", 8) == 0 && memcmp(p + 12, "IHDR", 4) == 0) {
		*out = (struct picture_size){PICTURE_PNG, be32(p + 16), be32(p + 20), 0};
	} else if (n >= 4 && memcmp(p, "\xff\xd8\xff", 3) == 0) {
		out->type = PICTURE_JPEG;
		jpeg_size(p, n, out);
	} else if (n >= 10 && (memcmp(p, "GIF87a", 6) == 0 || memcmp(p, "GIF89a", 6) == 0)) {
		*out = (struct picture_size){PICTURE_GIF, le16(p + 6), le16(p + 8), 0};
	} else if (n >= 16 && memcmp(p, "RIFF", 4) == 0 && memcmp(p + 8, "WEBP", 4) == 0) {
		out->type = PICTURE_WEBP;
		webp_size(p, n, out);
	} else if (n >= 26 && memcmp(p, "BM", 2) == 0 && le32(p + 14) >= 40 &&
		   le32(p + 14) <= 124) {
		out->type = PICTURE_BMP;
		bmp_size(p, out);
	}
	return out->type != PICTURE_NONE;
}

const char *
picture_name(enum picture_type type)
{
	switch (type) {
	case PICTURE_PNG:
		return N_("PNG image");
	case PICTURE_JPEG:
		return N_("JPEG image");
	case PICTURE_GIF:
		return N_("GIF image");
	case PICTURE_WEBP:
		return N_("WebP image");
	case PICTURE_BMP:
		return N_("BMP image");
	case PICTURE_NONE:
	default:
		return "";
	}
}

void
picture_fit(uint32_t w, uint32_t h, int max_w, int max_h, int *fit_w, int *fit_h)
{
	uint64_t mw = max_w > 0 ? (uint64_t)max_w : 1, mh = max_h > 0 ? (uint64_t)max_h : 1;
	uint64_t fw = w, fh = h;

	if (fw > mw) {
		fh = fh * mw / fw;
		fw = mw;
	}
	if (fh > mh) {
		fw = (uint64_t)w * mh / (h > 0 ? h : 1);
		fh = mh;
	}
	*fit_w = fw > 0 ? (int)fw : 1;
	*fit_h = fh > 0 ? (int)fh : 1;
}

/* ---- colours ---------------------------------------------------------------------------------------------------------- */

static int
clamp(int v)
{
	return v < 0 ? 0 : v > 255 ? 255 : v;
}

static int
distance(uint32_t rgb, const int want[3])
{
	int r = (int)(rgb >> 16) - want[0], g = (int)(rgb >> 8 & 255) - want[1],
	    b = (int)(rgb & 255) - want[2];

	return r * r + g * g + b * b;
}

/* The nearest of the colour cube or of the greys. */
static uint8_t
nearest(const int want[3])
{
	static const int steps[] = {0, 95, 135, 175, 215, 255};
	int at[3], grey = (want[0] + want[1] + want[2]) / 3, cube;

	for (int c = 0; c < 3; c++) {
		at[c] = 0;
		while (at[c] < 5 && want[c] > (steps[at[c]] + steps[at[c] + 1]) / 2)
			at[c]++;
	}
	cube = 16 + 36 * at[0] + 6 * at[1] + at[2];
	grey = grey < 8 ? 232 : grey > 238 ? 255 : 232 + (grey - 3) / 10;
	return (uint8_t)(distance(theme_rgb(cube), want) <= distance(theme_rgb(grey), want) ? cube
											    : grey);
}

uint8_t *
picture_palette(const struct picture *p)
{
	size_t w = (size_t)p->w, h = (size_t)p->h;
	uint8_t *out = xmalloc(w * h);
	/* What this row and the next one have to make good, in sixteenths; a column more at each side. */
	int *owed = xcalloc((w + 2) * 2, 3 * sizeof(*owed));

	for (size_t y = 0; y < h; y++) {
		int *here = owed + (y % 2) * (w + 2) * 3, *below = owed + (1 - y % 2) * (w + 2) * 3;

		memset(below, 0, (w + 2) * 3 * sizeof(*below));
		for (size_t x = 0; x < w; x++) {
			const uint8_t *rgb = p->rgb + (y * w + x) * 3;
			int want[3];
			uint32_t got;

			for (size_t c = 0; c < 3; c++)
				want[c] = clamp(rgb[c] + here[(x + 1) * 3 + c] / 16);
			out[y * w + x] = nearest(want);
			got = theme_rgb(out[y * w + x]);
			for (size_t c = 0; c < 3; c++) {
				int error = want[c] - (int)(got >> (16 - 8 * c) & 255);

				/* Not all of it: few pixels in few colours would be all noise. */
				error = error * 5 / 8;
				here[(x + 2) * 3 + c] += error * 7;
				below[x * 3 + c] += error * 3;
				below[(x + 1) * 3 + c] += error * 5;
				below[(x + 2) * 3 + c] += error;
			}
		}
	}
	free(owed);
	return out;
}

unsigned
picture_light(uint8_t colour)
{
	uint32_t rgb = theme_rgb(colour);

	return ((rgb >> 16) * 3 + (rgb >> 8 & 255) * 6 + (rgb & 255)) / 10;
}

char
picture_ascii(uint8_t top, uint8_t bottom)
{
	static const char signs[] = " .:-=+*#%@";

	return signs[(picture_light(top) + picture_light(bottom)) * (sizeof(signs) - 1) / 511];
}
