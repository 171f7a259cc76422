/* layout.c - rectangles of the panes for each size of the terminal. */
#include "config.h"

#include "ui/layout.h"

/* From this size on there are two columns, and from this width on three. */
#define TWO_W	      60
#define TWO_H	      16
#define THREE_W	      110
#define PEERS_W	      20
#define PEERS_WIDE_W  24
#define DETAILS_W     32
/* However the columns are dragged, so much is left of each. */
#define PEERS_LEAST   12
#define DETAILS_LEAST 20
#define MAIN_LEAST    30

static int
clamp(int v, int low, int high)
{
	if (v > high)
		v = high;
	return v < low ? low : v;
}

/* The rows that span the whole width. Returns how many are left for the body, whose first row is 1. */
static int
stack(const struct layout_want *want, struct layout *out)
{
	bool one = out->kind == LAYOUT_ONE;
	bool basket = want->basket_rows > 0;
	int prompt = clamp(want->prompt_rows, 1, want->h / 3);
	int fixed =
		1 + (basket ? want->basket_rows : 1 + prompt) + 1; /* header, hint, prompt, keys */
	int body = want->h - fixed;
	int transfers = 0;

	if ((want->transfer_rows > 0 && !basket) || want->transfer_focus) {
		int most = want->transfer_focus ? body / 2 : one ? 1 : want->h < 30 ? 4 : 7;
		int rows = want->transfer_rows > 0 ? want->transfer_rows : 1;

		/* Folded to one line there is no title. */
		transfers = one && !want->transfer_focus ? 1 : rows + 1;
		/* Two rows stay for what is in the middle. */
		transfers = clamp(transfers, 1, clamp(most, 1, body - 2));
	}
	body -= transfers;
	out->header = (struct rect){0, 0, 1, want->w};
	if (transfers > 0)
		out->transfers = (struct rect){1 + body, 0, transfers, want->w};
	if (basket) {
		out->basket = (struct rect){want->h - 1 - want->basket_rows, 0, want->basket_rows,
					    want->w};
	} else {
		out->hint = (struct rect){want->h - 2 - prompt, 0, 1, want->w};
		out->prompt = (struct rect){want->h - 1 - prompt, 0, prompt, want->w};
	}
	out->keys = (struct rect){want->h - 1, 0, 1, want->w};
	return body;
}

void
layout_compute(const struct layout_want *want, struct layout *out)
{
	int body, left, right = 0;

	*out = (struct layout){.divide_left = -1, .divide_right = -1};
	if (want->h < LAYOUT_MIN_H || want->w < LAYOUT_MIN_W) {
		out->kind = LAYOUT_TINY;
		return;
	}
	out->kind = want->w < TWO_W || want->h < TWO_H ? LAYOUT_ONE
		    : want->w < THREE_W		       ? LAYOUT_TWO
						       : LAYOUT_THREE;
	if (want->bare) {
		out->main = (struct rect){0, 0, want->h, want->w};
		return;
	}
	body = stack(want, out);
	if (out->kind == LAYOUT_ONE) {
		out->main = (struct rect){1, 0, body, want->w};
		if (want->peers_focus) {
			out->peers = (struct rect){1, 0, body, PEERS_WIDE_W};
			out->divide_left = PEERS_WIDE_W;
		}
		return;
	}
	left = out->kind == LAYOUT_TWO ? PEERS_W : PEERS_WIDE_W;
	if (want->peers_w > 0)
		left = clamp(want->peers_w, PEERS_LEAST,
			     want->w - 1 - MAIN_LEAST -
				     (out->kind == LAYOUT_THREE ? DETAILS_LEAST + 1 : 0));
	out->peers = (struct rect){1, 0, body, left};
	out->divide_left = left;
	if (out->kind == LAYOUT_THREE) {
		right = DETAILS_W;
		if (want->details_w > 0)
			right = want->details_w;
		right = clamp(right, DETAILS_LEAST, want->w - left - 2 - MAIN_LEAST);
		out->divide_right = want->w - right - 1;
		out->details = (struct rect){1, want->w - right, body, right};
		right++;
	}
	out->main = (struct rect){1, left + 1, body, want->w - left - 1 - right};
}
