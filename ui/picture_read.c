/* picture_read.c - PNG and JPEG through libpng and libjpeg, row by row, averaged down as they come. */
#include "config.h"

#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "src/say.h"
#include "src/util.h"
#include "ui/picture.h"

/* ---- making it smaller ------------------------------------------------------------------------------------------------ */

/* Takes rows of w x h pixels and adds them up into those of the small picture. */
struct shrink {
	struct picture *to;
	uint32_t w, h, y;
	/* Of the row that is being added up; three sums a pixel. */
	uint64_t *sum;
	uint32_t *count;
	bool (*go_on)(void *arg);
	void *arg;
};

#if defined HAVE_LIBPNG || defined HAVE_LIBJPEG
static void
shrink_start(struct shrink *s, uint32_t w, uint32_t h, int max_w, int max_h)
{
	s->w = w;
	s->h = h;
	s->to = xcalloc(1, sizeof(*s->to));
	picture_fit(w, h, max_w, max_h, &s->to->w, &s->to->h);
	s->to->rgb = xcalloc((size_t)s->to->w * (size_t)s->to->h, 3);
	s->sum = xcalloc((size_t)s->to->w, 3 * sizeof(*s->sum));
	s->count = xcalloc((size_t)s->to->w, sizeof(*s->count));
}

/* One row of pixels of so many bytes; a fourth one is how much of it covers a dark ground. */
static void
shrink_row(struct shrink *s, const uint8_t *row, size_t bytes)
{
	uint32_t out_w = (uint32_t)s->to->w, out_h = (uint32_t)s->to->h;
	size_t y = (size_t)((uint64_t)s->y * out_h / s->h);
	uint8_t *to = s->to->rgb + y * out_w * 3;

	for (uint32_t x = 0; x < s->w; x++) {
		size_t at = (size_t)((uint64_t)x * out_w / s->w);
		const uint8_t *p = row + (size_t)x * bytes;
		uint32_t cover = bytes == 4 ? p[3] : 255;

		for (size_t c = 0; c < 3; c++)
			s->sum[at * 3 + c] += (p[c] * cover + 48 * (255 - cover)) / 255;
		s->count[at]++;
	}
	s->y++;
	if (s->y < s->h && (uint64_t)s->y * out_h / s->h == y)
		return;
	for (uint32_t x = 0; x < out_w; x++)
		for (size_t c = 0; c < 3; c++)
			to[x * 3 + c] = (uint8_t)(s->sum[x * 3 + c] / (s->count[x] | !s->count[x]));
	memset(s->sum, 0, out_w * 3 * sizeof(*s->sum));
	memset(s->count, 0, out_w * sizeof(*s->count));
}
#endif

static void
shrink_end(struct shrink *s)
{
	free(s->sum);
	free(s->count);
}

void
picture_free(struct picture *p)
{
	if (p == NULL)
		return;
	free(p->rgb);
	free(p);
}

#if defined HAVE_LIBPNG || defined HAVE_LIBJPEG
static bool
find(void *lib, const char *name, void *function)
{
	void *p = dlsym(lib, name);

	memcpy(function, &p, sizeof(p));
	return p != NULL;
}
#endif

/* Instead of a reader that there is no library for. */
#define READ_NOTHING(in, s, w, h, why, reason) \
	((void)(in), (void)(s), (void)(w), (void)(h), *(why) = (reason), false)

/* ---- PNG -------------------------------------------------------------------------------------------------------------- */

#ifdef HAVE_LIBPNG
#include <png.h>

/* A picture whose rows come in seven passes has to be held whole. */
#define INTERLACED_MAX 6000000u
/* Of one chunk as it is unpacked; and of texts and suggested palettes no chunk is (0 would be any number of them). */
#define CHUNK_MAX      ((png_alloc_size_t)8 << 20)
#define CHUNKS_NONE    1

#define PNG_FUNCTIONS(ROW)              \
	ROW(png_create_read_struct)     \
	ROW(png_create_info_struct)     \
	ROW(png_destroy_read_struct)    \
	ROW(png_error)                  \
	ROW(png_get_error_ptr)          \
	ROW(png_get_image_height)       \
	ROW(png_get_image_width)        \
	ROW(png_get_interlace_type)     \
	ROW(png_get_io_ptr)             \
	ROW(png_get_rowbytes)           \
	ROW(png_read_info)              \
	ROW(png_read_row)               \
	ROW(png_read_update_info)       \
	ROW(png_set_add_alpha)          \
	ROW(png_set_chunk_cache_max)    \
	ROW(png_set_chunk_malloc_max)   \
	ROW(png_set_expand)             \
	ROW(png_set_gray_to_rgb)        \
	ROW(png_set_interlace_handling) \
	ROW(png_set_read_fn)            \
	ROW(png_set_scale_16)           \
	ROW(png_set_user_limits)

static struct {
	bool there;
#define ROW(name) __typeof__(&name) name;
	PNG_FUNCTIONS(ROW)
#undef ROW
} lib;

static void
open_png(void)
{
	void *so = dlopen("libpng16.so.16", RTLD_LAZY | RTLD_LOCAL);

	if (so == NULL)
		return;
#define ROW(name)                        \
	if (!find(so, #name, &lib.name)) \
		return;
	PNG_FUNCTIONS(ROW)
#undef ROW
	lib.there = true;
}

struct png_run {
	jmp_buf back;
	png_structp png;
	png_infop info;
	FILE *in;
	struct shrink *shrink;
	int max_w, max_h;
	uint8_t *rows;
};

static void
png_failed(png_structp png, png_const_charp why)
{
	struct png_run *r = lib.png_get_error_ptr(png);

	(void)why;
	longjmp(r->back, 1);
}

static void
png_warned(png_structp png, png_const_charp why)
{
	(void)png;
	(void)why;
}

static void
png_bytes(png_structp png, png_bytep to, size_t n)
{
	struct png_run *r = lib.png_get_io_ptr(png);

	/* Also while nothing but chunks without a row in them comes. */
	if (!r->shrink->go_on(r->shrink->arg))
		lib.png_error(png, "time");
	if (fread(to, 1, n, r->in) != n)
		lib.png_error(png, "short");
}

/* Rows of four bytes a pixel, whatever the file has. */
static void
png_rows(struct png_run *r, uint32_t w, uint32_t h, int passes)
{
	size_t row = lib.png_get_rowbytes(r->png, r->info);

	if (row != (size_t)w * 4)
		lib.png_error(r->png, "depth");
	r->rows = xcalloc(passes > 1 ? h : 1, row);
	for (int pass = 0; pass < passes; pass++) {
		for (uint32_t y = 0; y < h; y++) {
			uint8_t *at = r->rows + (passes > 1 ? y * row : 0);

			if (!r->shrink->go_on(r->shrink->arg))
				lib.png_error(r->png, "time");
			lib.png_read_row(r->png, at, NULL);
			if (pass == passes - 1)
				shrink_row(r->shrink, at, 4);
		}
	}
}

static void
png_all(struct png_run *r)
{
	uint32_t w, h;
	int passes;

	lib.png_set_user_limits(r->png, PICTURE_SIDE_MAX, PICTURE_SIDE_MAX);
	lib.png_set_chunk_malloc_max(r->png, CHUNK_MAX);
	lib.png_set_chunk_cache_max(r->png, CHUNKS_NONE);
	lib.png_set_read_fn(r->png, r, png_bytes);
	lib.png_read_info(r->png, r->info);
	w = lib.png_get_image_width(r->png, r->info);
	h = lib.png_get_image_height(r->png, r->info);
	if (w == 0 || h == 0 || (uint64_t)w * h > PICTURE_PIXELS_MAX ||
	    (lib.png_get_interlace_type(r->png, r->info) != PNG_INTERLACE_NONE &&
	     (uint64_t)w * h > INTERLACED_MAX))
		lib.png_error(r->png, "size");
	lib.png_set_expand(r->png);
	lib.png_set_scale_16(r->png);
	lib.png_set_gray_to_rgb(r->png);
	lib.png_set_add_alpha(r->png, 0xff, PNG_FILLER_AFTER);
	passes = lib.png_set_interlace_handling(r->png);
	lib.png_read_update_info(r->png, r->info);
	shrink_start(r->shrink, w, h, r->max_w, r->max_h);
	png_rows(r, w, h, passes);
}

/* The library comes back here by longjmp() when the file is not as it should be. */
static bool
png_guarded(struct png_run *r)
{
	if (setjmp(r->back) != 0)
		return false;
	png_all(r);
	return true;
}

static bool
read_png(FILE *in, struct shrink *s, int max_w, int max_h, const char **why)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct png_run r = {.in = in, .shrink = s, .max_w = max_w, .max_h = max_h};
	bool good = false;

	pthread_once(&once, open_png);
	if (!lib.there) {
		*why = N_("No picture: libpng is not installed.");
		return false;
	}
	r.png = lib.png_create_read_struct(PNG_LIBPNG_VER_STRING, &r, png_failed, png_warned);
	r.info = r.png != NULL ? lib.png_create_info_struct(r.png) : NULL;
	if (r.info != NULL)
		good = png_guarded(&r);
	if (r.png != NULL)
		lib.png_destroy_read_struct(&r.png, &r.info, NULL);
	free(r.rows);
	return good;
}
#else
#define read_png(in, s, w, h, why) \
	READ_NOTHING(in, s, w, h, why, N_("No picture: built without libpng."))
#endif

/* ---- JPEG ------------------------------------------------------------------------------------------------------------- */

#ifdef HAVE_LIBJPEG
#include <jpeglib.h>

/* A picture in several scans is held whole, as coefficients; more than this is not. */
#define JPEG_MEMORY (128L << 20)

#define JPEG_FUNCTIONS(ROW)          \
	ROW(jpeg_CreateDecompress)   \
	ROW(jpeg_destroy_decompress) \
	ROW(jpeg_read_header)        \
	ROW(jpeg_read_scanlines)     \
	ROW(jpeg_start_decompress)   \
	ROW(jpeg_std_error)          \
	ROW(jpeg_stdio_src)

static struct {
	bool there;
#define ROW(name) __typeof__(&name) name;
	JPEG_FUNCTIONS(ROW)
#undef ROW
} jpeg;

static void
open_jpeg(void)
{
	/* Its number is the version of its interface: 62, 7x or 80. */
	const char *name = JPEG_LIB_VERSION >= 80 ? "libjpeg.so.8" : "libjpeg.so.62";
	void *so = dlopen(name, RTLD_LAZY | RTLD_LOCAL);

	if (so == NULL)
		return;
#define ROW(function)                             \
	if (!find(so, #function, &jpeg.function)) \
		return;
	JPEG_FUNCTIONS(ROW)
#undef ROW
	jpeg.there = true;
}

struct jpeg_run {
	struct jpeg_decompress_struct c;
	struct jpeg_error_mgr errors;
	struct jpeg_progress_mgr progress;
	jmp_buf back;
	FILE *in;
	struct shrink *shrink;
	int max_w, max_h;
	uint8_t *row;
};

static void
jpeg_failed(j_common_ptr c)
{
	struct jpeg_run *r = c->client_data;

	longjmp(r->back, 1);
}

static void
jpeg_quiet(j_common_ptr c)
{
	(void)c;
}

static void
jpeg_traced(j_common_ptr c, int level)
{
	struct jpeg_run *r = c->client_data;

	/* Below 0 it is about damage: a little is borne. */
	if (level < 0 && ++r->errors.num_warnings > 100)
		longjmp(r->back, 1);
}

/* Called often, also while scans are only gathered. */
static void
jpeg_passed(j_common_ptr c)
{
	struct jpeg_run *r = c->client_data;

	if (!r->shrink->go_on(r->shrink->arg))
		longjmp(r->back, 1);
}

static void
jpeg_all(struct jpeg_run *r)
{
	struct jpeg_decompress_struct *c = &r->c;
	uint8_t *row;
	int w, h;

	jpeg.jpeg_CreateDecompress(c, JPEG_LIB_VERSION, sizeof(*c));
	c->client_data = r;
	c->mem->max_memory_to_use = JPEG_MEMORY;
	c->progress = &r->progress;
	jpeg.jpeg_stdio_src(c, r->in);
	jpeg.jpeg_read_header(c, TRUE);
	if (c->image_width == 0 || c->image_height == 0 || c->image_width > PICTURE_SIDE_MAX ||
	    c->image_height > PICTURE_SIDE_MAX ||
	    (uint64_t)c->image_width * c->image_height > PICTURE_PIXELS_MAX)
		longjmp(r->back, 1);
	picture_fit(c->image_width, c->image_height, r->max_w, r->max_h, &w, &h);
	c->scale_num = 1;
	c->scale_denom = 8;
	while (c->scale_denom > 1 && (c->image_width / c->scale_denom < (unsigned)w ||
				      c->image_height / c->scale_denom < (unsigned)h))
		c->scale_denom /= 2;
	c->out_color_space = JCS_RGB;
	c->dct_method = JDCT_IFAST;
	jpeg.jpeg_start_decompress(c);
	if (c->output_components != 3)
		longjmp(r->back, 1);
	r->row = row = xcalloc(c->output_width, 3);
	shrink_start(r->shrink, c->output_width, c->output_height, w, h);
	while (c->output_scanline < c->output_height) {
		if (!r->shrink->go_on(r->shrink->arg) || jpeg.jpeg_read_scanlines(c, &row, 1) != 1)
			longjmp(r->back, 1);
		shrink_row(r->shrink, row, 3);
	}
}

static bool
jpeg_guarded(struct jpeg_run *r)
{
	if (setjmp(r->back) != 0)
		return false;
	jpeg_all(r);
	return true;
}

static bool
read_jpeg(FILE *in, struct shrink *s, int max_w, int max_h, const char **why)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct jpeg_run *r;
	bool good;

	pthread_once(&once, open_jpeg);
	if (!jpeg.there) {
		*why = N_("No picture: libjpeg is not installed.");
		return false;
	}
	r = xcalloc(1, sizeof(*r));
	r->in = in;
	r->shrink = s;
	r->max_w = max_w;
	r->max_h = max_h;
	r->c.err = jpeg.jpeg_std_error(&r->errors);
	r->c.client_data = r;
	r->errors.error_exit = jpeg_failed;
	r->errors.output_message = jpeg_quiet;
	r->errors.emit_message = jpeg_traced;
	r->progress.progress_monitor = jpeg_passed;
	good = jpeg_guarded(r);
	jpeg.jpeg_destroy_decompress(&r->c);
	free(r->row);
	free(r);
	return good;
}
#else
#define read_jpeg(in, s, w, h, why) \
	READ_NOTHING(in, s, w, h, why, N_("No picture: built without libjpeg."))
#endif

struct picture *
picture_read(FILE *in, const struct picture_size *size, int w, int h, bool (*go_on)(void *arg),
	     void *arg, const char **why)
{
	struct shrink s = {.go_on = go_on, .arg = arg};
	bool good = false, sideways = picture_sideways(size->turn);
	int max_w = sideways ? h : w, max_h = sideways ? w : h;

	*why = N_("The picture cannot be read.");
	if (size->w > PICTURE_SIDE_MAX || size->h > PICTURE_SIDE_MAX ||
	    (uint64_t)size->w * size->h > PICTURE_PIXELS_MAX)
		*why = N_("The picture is too large to be shown.");
	else if (size->type == PICTURE_PNG)
		good = read_png(in, &s, max_w, max_h, why);
	else if (size->type == PICTURE_JPEG)
		good = read_jpeg(in, &s, max_w, max_h, why);
	else
		*why = N_("Pictures of this kind are not shown.");
	shrink_end(&s);
	/* What came of it so far is better than nothing, unless that is hardly anything. */
	if (s.to == NULL || (!good && (s.y <= s.h / 4 || !go_on(arg)))) {
		picture_free(s.to);
		return NULL;
	}
	picture_turn(s.to, size->turn);
	return s.to;
}
