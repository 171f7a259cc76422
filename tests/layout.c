/* layout.c - every size from nothing to huge: panes that do not overlap, cover the screen and keep the key line last. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "tests/tap.h"
#include "ui/layout.h"

/* Whether each cell belongs to at most one pane, dividers included; *free gets the cells that belong to none. */
static bool
disjoint(const struct layout *l, int h, int w, bool peers_over, int *unused)
{
	const struct rect rects[] = {l->header, l->main,   l->details, l->transfers,
				     l->hint,	l->prompt, l->keys,    l->peers};
	char *cells = calloc((size_t)h * (size_t)w, 1);
	bool fine = cells != NULL;

	for (size_t i = 0; fine && i < sizeof(rects) / sizeof(rects[0]); i++) {
		struct rect r = rects[i];

		if (peers_over && i == 7)
			continue;
		for (int y = r.y; y < r.y + r.h; y++)
			for (int x = r.x; x < r.x + r.w; x++) {
				if (y < 0 || x < 0 || y >= h || x >= w || cells[y * w + x]++) {
					fine = false;
				}
			}
	}
	*unused = 0;
	for (int i = 0; fine && i < h * w; i++)
		*unused += !cells[i];
	free(cells);
	return fine;
}

static bool
holds(int h, int w, int prompt, int transfers, unsigned flags)
{
	struct layout_want want = {.h = h,
				   .w = w,
				   .prompt_rows = prompt,
				   .transfer_rows = transfers,
				   .peers_focus = flags & 1,
				   .transfer_focus = flags & 2};
	struct layout l;
	bool over;
	int unused, dividers;

	layout_compute(&want, &l);
	if (h < LAYOUT_MIN_H || w < LAYOUT_MIN_W)
		return l.kind == LAYOUT_TINY && l.main.h == 0;
	over = l.kind == LAYOUT_ONE;
	if (!disjoint(&l, h, w, over, &unused))
		return false;
	dividers = over ? 0 : l.main.h * ((l.divide_left >= 0) + (l.divide_right >= 0));
	return unused == dividers && l.main.h >= 2 && l.main.w >= 20 && l.keys.y == h - 1 &&
	       l.prompt.h >= 1 && l.prompt.h <= (h / 3 > 1 ? h / 3 : 1) && l.hint.h == 1 &&
	       (transfers == 0 || l.transfers.h > 0);
}

static void
all_sizes(void)
{
	int bad = 0;

	for (int h = 0; h <= 60; h++)
		for (int w = 0; w <= 200; w += 1 + w / 40)
			for (int prompt = 0; prompt <= 40; prompt += 13)
				for (int transfers = 0; transfers <= 9; transfers += 3)
					for (unsigned flags = 0; flags < 4; flags++)
						if (!holds(h, w, prompt, transfers, flags) &&
						    bad++ < 5)
							diag("%dx%d prompt %d transfers %d flags "
							     "%u",
							     w, h, prompt, transfers, flags);
	is_int(bad, 0, "panes cover the screen and do not overlap, at every size");
}

static void
kinds(void)
{
	static const struct {
		int h, w;
		enum layout_kind kind;
	} sizes[] = {{24, 80, LAYOUT_TWO},  {40, 120, LAYOUT_THREE}, {12, 40, LAYOUT_ONE},
		     {8, 30, LAYOUT_ONE},   {7, 30, LAYOUT_TINY},    {8, 29, LAYOUT_TINY},
		     {15, 200, LAYOUT_ONE}, {16, 60, LAYOUT_TWO},    {16, 59, LAYOUT_ONE},
		     {24, 109, LAYOUT_TWO}, {24, 110, LAYOUT_THREE}};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct layout_want want = {.h = sizes[i].h, .w = sizes[i].w, .prompt_rows = 1};
		struct layout l;

		layout_compute(&want, &l);
		is_int(l.kind, sizes[i].kind, "%dx%d", sizes[i].w, sizes[i].h);
	}
}

static void
details(void)
{
	struct layout_want want = {.h = 12, .w = 40, .prompt_rows = 1, .transfer_rows = 5};
	struct layout l;

	layout_compute(&want, &l);
	is_int(l.transfers.h, 1, "where there is one pane, transfers fold to one line");
	is_int(l.peers.h, 0, "and the peers are away");
	want.peers_focus = true;
	layout_compute(&want, &l);
	ok(l.peers.h == l.main.h && l.peers.w > 0, "until they have the focus");
	want.bare = true;
	layout_compute(&want, &l);
	ok(l.main.h == 12 && l.main.w == 40 && l.header.h == 0, "bare: the chat alone");
	want = (struct layout_want){.h = 24, .w = 80, .prompt_rows = 1, .transfer_rows = 3};
	layout_compute(&want, &l);
	is_int(l.transfers.h, 4, "a title and three rows at 80x24");
	is_int(l.peers.w, 20, "twenty columns of peers");
	want.transfer_rows = 0;
	layout_compute(&want, &l);
	is_int(l.transfers.h, 0, "no transfers, no pane");
	want.prompt_rows = 50;
	layout_compute(&want, &l);
	is_int(l.prompt.h, 8, "the prompt grows to a third");
}

int
main(void)
{
	all_sizes();
	kinds();
	details();
	return done_testing();
}
