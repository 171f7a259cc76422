/* say_screen.c - the screen in Portuguese: at three sizes, in each pane, and in another language from one moment to the next. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/kept.h"
#include "src/msg.h"
#include "src/row.h"
#include "src/say.h"
#include "src/types.h"
#include "src/util.h"
#include "tests/files_help.h"
#include "tests/front_world.h"
#include "tests/tap.h"

/* The n-th row of a screen, in fresh memory. */
static char *
row(const char *screen, int n)
{
	size_t len;

	while (n-- > 0 && (screen = strchr(screen, '\n')) != NULL)
		screen++;
	if (screen == NULL)
		return xstrdup("");
	len = strcspn(screen, "\n");
	return xstrndup(screen, len);
}

/* What the program says of itself, not of peers, is not cut off. */
static void
whole(struct world *w, int h, int cells, const char *pane)
{
	char *screen = world_screen(w), *keys = row(screen, h - 1);
	size_t len = strlen(keys);

	/* "other peer…" has three dots of its own; what is cut off has them at the end of the row. */
	while (len > 0 && keys[len - 1] == ' ')
		len--;
	if (!ok(len > 8 && memcmp(keys + len - 3, "…", 3) != 0, "%dx%d, %s: the key line is whole",
		cells, h, pane))
		diag("%s", keys);
	free(keys);
	free(screen);
}

static void
panes(int h, int cells)
{
	static const struct {
		const char *keys, *name;
	} all[] = {{"", "writing"},
		   {"\033OQ", "peers"},
		   {"\033OR", "files"},
		   {"\033OS", "transfers"},
		   {"\033OP", "help"}};
	struct world w;
	int y, x;

	world_open(&w, h, cells, "Ada", false);
	world_self(&w, "Ada", DOOR_LAN);
	world_event(&w, world_contact(1, "Boris"));
	world_event(&w, world_contact(2, "Chidi"));
	world_ready(&w);
	for (size_t i = 0; i < NELEM(all); i++) {
		world_type(&w, all[i].keys);
		whole(&w, h, cells, all[i].name);
	}
	ok(world_find(&w, "AJUDA", &y, &x), "%dx%d: the help has its Portuguese name", cells, h);
	world_type(&w, "\033");
	if (cells >= 80)
		ok(world_find(&w, "CONTACTOS", &y, &x) && world_find(&w, "+ adicionar ", &y, &x),
		   "%dx%d: so have the peers, and their button is whole", cells, h);
	world_close(&w);
}

static void
other_language(void)
{
	struct world w;
	int y, x;

	world_open(&w, 24, 80, "Ada", false);
	world_self(&w, "Ada", DOOR_LAN);
	world_event(&w, world_contact(1, "Boris"));
	world_ready(&w);
	ok(world_find(&w, "CONTACTOS", &y, &x), "Portuguese first");
	world_type(&w, "/set language en\r");
	ok(world_find(&w, "PEERS", &y, &x) && !world_find(&w, "CONTACTOS", &y, &x),
	   "English as soon as the option says so");
	is_str(say_current(), "en", "and for all that is said from then on");
	world_type(&w, "/set language pt\r");
	ok(world_find(&w, "CONTACTOS", &y, &x), "and back");
	world_type(&w, "/set language xx\r");
	ok(world_find(&w, "CONTACTOS", &y, &x) && strcmp(say_current(), "pt") == 0,
	   "a language that is not there changes nothing");
	world_close(&w);
}

/* What the core says is kept in English, and told whole in Portuguese. */
static void
transfers(void)
{
	static const struct {
		enum transfer_state state;
		const char *reason, *shown;
	} all[] = {
		{TRANSFER_WAITING, REASON_OFFLINE, "espera que Boris se ligue"},
		{TRANSFER_WAITING, "waits for its turn", "espera pela sua vez"},
		{TRANSFER_WAITING, "looking at the files", "à espera: a ver os ficheiros"},
		{TRANSFER_PAUSED, REASON_PAUSED, "em pausa aqui"},
		{TRANSFER_CANCELLED, "cancelled here", "cancelada aqui"},
		{TRANSFER_CANCELLED,
		 "cancelled by the other side: %s\x1f\x02"
		 "the disk is full\x03",
		 "cancelada pelo outro lado: o disco está cheio"},
	};
	struct world w;
	int y, x;

	world_open(&w, 40, 120, "Ada", false);
	world_self(&w, "Ada", DOOR_LAN);
	world_event(&w, world_contact(1, "Boris"));
	world_ready(&w);
	world_type(&w, "\033OS");
	for (size_t i = 0; i < NELEM(all); i++) {
		struct msg *ev = world_transfer(1, 1, DIR_OUT, "a.txt", 0, 100);

		ev->b.transfer.state = all[i].state;
		world_strings(ev, "a.txt", "", all[i].reason, NULL, 0);
		world_event(&w, ev);
		world_wait(&w, 200);
		ok(world_find(&w, all[i].shown, &y, &x), "%s", all[i].shown);
	}
	world_close(&w);
}

/* Why nobody can call stands as long as it is so: in the language that is read by then. */
static void
not_listening(void)
{
	char *kept = kept_new("Cannot listen on %s", "[::]:80"),
	     *all = kept_errno(kept, EADDRINUSE);
	struct world w;
	struct msg *ev;

	world_open(&w, 40, 120, "", false);
	ev = msg_new(MSG_EV_SELF);
	ev->b.self.key = world_key(0);
	snprintf(ev->b.self.listen_error, sizeof(ev->b.self.listen_error), "%s", all);
	world_event(&w, ev);
	world_ready(&w);
	ok(world_shows(&w, "Não está à escuta: Não se consegue escutar em [::]:80: o"),
	   "why it does not listen is in Portuguese");
	world_close(&w);
	free(all);
	free(kept);
}

/* So are the sentences that stand in place of a preview. */
static void
no_preview(void)
{
	struct world w;

	files_begin();
	files_make_folder("look");
	files_write("look/small.gif", "GIF89a\4\0\5\0", 10);
	files_open_at(&w, 40, 120, "look");
	ok(files_settled(&w, "Imagens deste tipo"),
	   "why there is no picture is said in Portuguese");
	world_close(&w);
}

static void
without_utf8(void)
{
	struct world w;
	int y, x;

	world_open(&w, 24, 80, "", true);
	world_self(&w, "", DOOR_LAN);
	world_ready(&w);
	ok(world_find(&w, "Ola!", &y, &x), "without UTF-8 it is read without accents");
	ok(!world_find(&w, "?", &y, &x), "and has no letter that is not there");
	world_close(&w);
}

/* A contact on this network, and a message that came from one of a person's devices. */
static void
words_of_contacts(void)
{
	struct world w;
	struct msg *ev;
	struct world_row *r;
	uint8_t copy[ROW_COPY];
	struct row_copy one = {.device = world_key(1), .seq = 5, .state = RECEIPT_DELIVERED};

	world_open(&w, 40, 120, "Ada", false);
	world_self(&w, "Ada", DOOR_LAN);
	ev = world_contact(1, "Boris");
	ev->b.contact.link = LINK_ONLINE;
	ev->b.contact.accepted_us = true;
	ev->b.contact.rtt_us = 400;
	world_event(&w, ev);
	world_ready(&w);
	world_chat(&w, 1, 0);
	ok(world_shows(&w, "responde em menos de 1 ms"), "how near somebody is");
	world_close(&w);

	world_open(&w, 24, 80, "Ada", false);
	world_self(&w, "Ada", DOOR_LAN);
	ev = world_contact(1, "Boris");
	ev->b.contact.person = world_key(7);
	strlcpy(ev->b.contact.person_name, "Boris", sizeof(ev->b.contact.person_name));
	world_event(&w, ev);
	row_copy_put(copy, &one);
	for (int i = 0; i < 2; i++) {
		r = world_row(&w, 7, i == 0 ? DIR_IN : DIR_OUT, 0, 600 + i, "olá");
		r->copies = copy;
		r->ncopies = 1;
	}
	world_chat(&w, 1, 0);
	world_ready(&w);
	world_type(&w, "\033[1;3A");
	ok(world_shows(&w, "Boris entregue."), "how far a message is with each device");
	world_type(&w, "\033[1;3A");
	ok(world_shows(&w, "De: Boris."), "which device one came from");
	world_close(&w);
}

int
main(void)
{
	setenv("TZ", "UTC", 1);
	if (!say_language("pt"))
		skip_all("built without msgfmt, so there is English only");
	panes(24, 80);
	panes(40, 120);
	panes(12, 40);
	other_language();
	transfers();
	not_listening();
	no_preview();
	without_utf8();
	words_of_contacts();
	return done_testing();
}
