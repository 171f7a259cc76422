/* went.c - where the files of a transfer went: rows packed into pieces and read again, and their words. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "src/json.h"
#include "src/say.h"
#include "src/util.h"
#include "src/went.h"

/* A row is
 *
 *	how	u8
 *	link	u8, 0 or 1
 *	size	number
 *	same	number: so many bytes of the path are those of the row before
 *	rest	number, and that many bytes: the rest of the path
 *	note	number, and that many bytes
 *
 * where a number is seven bits a byte, the lowest first, the highest bit set in all but its last byte. */
#define NUMBER_MAX 10

/* ---- packing ------------------------------------------------------------------------------------------------------------ */

static void
reserve(struct went_piece *piece, size_t n)
{
	if (piece->room - piece->len >= n)
		return;
	piece->room = piece->room * 2 > piece->len + n ? piece->room * 2 : piece->len + n + 1024;
	piece->p = xreallocarray(piece->p, piece->room, 1);
}

static void
put_number(struct went_piece *piece, uint64_t v)
{
	for (; v > 0x7f; v >>= 7)
		piece->p[piece->len++] = (uint8_t)(v | 0x80);
	piece->p[piece->len++] = (uint8_t)v;
}

static void
put_text(struct went_piece *piece, const char *text, size_t n)
{
	put_number(piece, n);
	memcpy(piece->p + piece->len, text, n);
	piece->len += n;
}

void
went_put(struct went_piece *piece, const struct went_row *row)
{
	size_t path = strlen(row->path), note = strlen(row->note), same = 0;

	while (piece->last != NULL && same < path && piece->last[same] == row->path[same])
		same++;
	reserve(piece, 2 + 4 * NUMBER_MAX + path + note);
	piece->p[piece->len++] = (uint8_t)row->how;
	piece->p[piece->len++] = row->link;
	put_number(piece, row->size);
	put_number(piece, same);
	put_text(piece, row->path + same, path - same);
	put_text(piece, row->note, note);
	piece->last = xreallocarray(piece->last, path + 1, 1);
	memcpy(piece->last, row->path, path + 1);
	piece->count++;
}

void
went_clear(struct went_piece *piece)
{
	free(piece->p);
	free(piece->last);
	memset(piece, 0, sizeof(*piece));
}

/* ---- reading ------------------------------------------------------------------------------------------------------------ */

static bool
get_number(struct went_reader *r, uint64_t *v)
{
	*v = 0;
	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t b;

		if (r->at == r->len)
			return false;
		b = r->bytes[r->at++];
		*v |= (uint64_t)(b & 0x7f) << shift;
		if ((b & 0x80) == 0)
			return true;
	}
	return false;
}

/* A text into *to, behind its first `keep` bytes. NULs in it would end it early. */
static bool
get_text(struct went_reader *r, char **to, size_t *room, size_t keep)
{
	uint64_t n;

	if (!get_number(r, &n) || n > r->len - r->at ||
	    memchr(r->bytes + r->at, '\0', (size_t)n) != NULL)
		return false;
	if (*room < keep + n + 1) {
		*room = 2 * (keep + (size_t)n) + 64;
		*to = xreallocarray(*to, *room, 1);
	}
	memcpy(*to + keep, r->bytes + r->at, (size_t)n);
	(*to)[keep + n] = '\0';
	r->at += (size_t)n;
	return true;
}

bool
went_next(struct went_reader *r, struct went_row *row)
{
	uint64_t same;

	if (r->len - r->at < 2 || r->bytes[r->at] >= WENT_KINDS || r->bytes[r->at + 1] > 1)
		return false;
	row->how = (enum went)r->bytes[r->at++];
	row->link = r->bytes[r->at++] != 0;
	if (!get_number(r, &row->size) || !get_number(r, &same) || same > r->path_len ||
	    !get_text(r, &r->path, &r->path_room, (size_t)same) ||
	    !get_text(r, &r->note, &r->note_room, 0))
		return false;
	r->path_len = (size_t)same + strlen(r->path + same);
	row->path = r->path;
	row->note = r->note;
	return true;
}

void
went_reader_free(struct went_reader *r)
{
	free(r->path);
	free(r->note);
	memset(r, 0, sizeof(*r));
}

/* ---- words -------------------------------------------------------------------------------------------------------------- */

const char *
went_word(enum went how)
{
	static const char *const words[WENT_KINDS] = {
		[WENT_THERE] = "arrived",     [WENT_SAME] = "identical",
		[WENT_RENAMED] = "renamed",   [WENT_NOT_TAKEN] = "not-taken",
		[WENT_CHANGED] = "changed",   [WENT_UNREADABLE] = "unreadable",
		[WENT_LEFT_OUT] = "left-out",
	};

	return how < WENT_KINDS ? words[how] : "";
}

const char *
went_words(enum went how, enum direction dir)
{
	switch (how) {
	case WENT_THERE:
		return N_("arrived");
	case WENT_SAME:
		return N_("was there already");
	case WENT_RENAMED:
		return N_("its name was taken");
	case WENT_NOT_TAKEN:
		return dir == DIR_OUT ? N_("not asked for") : N_("not taken");
	case WENT_CHANGED:
		return N_("failed: it changed meanwhile");
	case WENT_UNREADABLE:
		return dir == DIR_OUT ? N_("failed: could not be read")
				      : N_("failed: unreadable at its sender");
	case WENT_LEFT_OUT:
		return N_("left out: no links on that disk");
	case WENT_KINDS:
	default:
		return "";
	}
}

void
went_members(struct json *j, enum direction dir, const struct went_row *row)
{
	const char *why = went_failed(row->how) ? went_words(row->how, dir) : "";

	json_string(j, "dir", dir == DIR_IN ? "in" : "out");
	json_string(j, "state", went_word(row->how));
	json_string(j, "path", row->path);
	json_uint(j, "bytes", row->size);
	if (row->link)
		json_bool(j, "link", true);
	if (row->how == WENT_RENAMED)
		json_string(j, "name", row->note);
	else if (why[0] != '\0')
		json_string(j, "reason", row->note[0] != '\0' ? row->note : why);
}

bool
went_failed(enum went how)
{
	return how == WENT_CHANGED || how == WENT_UNREADABLE;
}
