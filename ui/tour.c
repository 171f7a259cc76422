/* tour.c - four lines for who is here for the first time. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "src/options.h"
#include "src/say.h"
#include "src/util.h"
#include "ui/draw.h"
#include "ui/front_priv.h"
#include "ui/keys.h"
#include "ui/tour.h"

static const struct {
	enum request keys[2];
	const char *words, *few; /* where there is room, and where there is little */
} lines[TOUR_LINES] = {
	{{REQ_SUBMIT, REQ_NONE},
	 N_("sends a text, now or once they are online"),
	 N_("sends, now or later")},
	{{REQ_FOCUS_FILES, REQ_FILE_MARK},
	 N_("opens your files, marks them; then send"),
	 N_("opens files, marks them")},
	{{REQ_FOCUS_PEERS, REQ_BACK},
	 N_("goes to your peers, comes back here"),
	 N_("to your peers, and back")},
	{{REQ_HELP, REQ_PALETTE},
	 N_("explains all keys, finds any command"),
	 N_("all keys, any command")},
};

bool
tour_on(struct front *f)
{
	if (!f->tour)
		return false;
	for (size_t i = 0; i < model_ncontacts(f->model); i++)
		if (model_contact_at(f->model, i)->chat.newest_row != 0)
			return false;
	return true;
}

void
tour_line(size_t i, bool few, char *keys, size_t size, const char **words)
{
	const char *second = lines[i].keys[1] != REQ_NONE ? keys_name(lines[i].keys[1]) : "";

	snprintf(keys, size, "%s%s%s", keys_name(lines[i].keys[0]), second[0] != '\0' ? " " : "",
		 second);
	*words = few ? _(lines[i].few) : _(lines[i].words);
}

bool
tour_draw(struct front *f, struct grid *g, struct rect r)
{
	bool few = r.w < 57;
	int at = few ? 13 : 14;
	const char *words;
	char keys[2 * KEYS_NAME_MAX + 2];

	if (!tour_on(f) || r.h < TOUR_LINES || r.w < 30)
		return false;
	f->tour_seen = true;
	for (int i = 0; i < TOUR_LINES; i++) {
		int y = r.y + r.h - TOUR_LINES + i;

		tour_line((size_t)i, few, keys, sizeof(keys), &words);
		draw_text(g, y, r.x + 2, at - 3, STYLE_KEY, keys);
		draw_text(g, y, r.x + at, r.w - at - 1, STYLE_NORMAL, words);
	}
	return true;
}

void
tour_shown(struct front *f)
{
	f->tour_seen = true;
}

void
tour_key(struct front *f)
{
	char err[256];

	if (!f->tour_seen || !options_bool(f->setup.options, OPT_tour))
		return;
	/* Where it cannot be kept, it comes again: no reason to say anything. */
	if (options_set(f->setup.options, OPT_tour, "off", err, sizeof(err)) &&
	    f->setup.config_path != NULL)
		(void)options_save(f->setup.options, f->setup.config_path, OPT_tour, err,
				   sizeof(err));
}
