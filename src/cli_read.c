/* cli_read.c - init, and the sub-commands that read a home beside a running p2p-tui: id, contacts, requests. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "net/netif.h"
#include "src/addr.h"
#include "src/cli.h"
#include "src/cli_reading.h"
#include "src/command_do.h"
#include "src/model.h"
#include "src/options.h"
#include "src/qr.h"
#include "src/queue.h"
#include "src/safety.h"
#include "src/say.h"
#include "src/seal.h"
#include "src/store.h"
#include "src/text.h"
#include "src/uri.h"
#include "src/util.h"

#define ERR 512

static bool
send_nowhere(void *arg, struct msg *m)
{
	(void)arg;
	msg_free(m);
	return true;
}

static void
read_contact(struct reading *r, const struct msg *m)
{
	const struct msg_st_contact *from = &m->b.st_contact;
	struct msg *ev = msg_new(MSG_EV_CONTACT);
	struct msg_contact *to = &ev->b.contact;

	to->peer = from->peer;
	memcpy(to->name, from->name, sizeof(to->name));
	memcpy(to->nick, from->nick, sizeof(to->nick));
	to->person = from->person;
	memcpy(to->person_name, from->person_name, sizeof(to->person_name));
	to->state = from->state;
	to->trust = from->trust;
	to->how = from->how;
	to->trust_since = from->trust_since;
	to->has_new_key = from->has_new_key;
	to->new_key = from->new_key;
	to->added = from->added;
	to->last_seen = from->last_seen;
	if (from->state == CONTACT_REQUEST)
		memcpy(to->from, from->added_at, sizeof(to->from));
	if (m->len > 0)
		msg_set_bytes(ev, m->bytes, m->len);
	model_apply(r->model, ev);
	msg_free(ev);
}

/* How many bytes the first n strings take. */
static size_t
strings_len(const struct msg *m, size_t n)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++)
		len += strlen(msg_string(m, i)) + 1;
	return len < m->len ? len : m->len;
}

static void
read_transfer(struct reading *r, const struct msg *m)
{
	const struct msg_st_transfer *from = &m->b.st_transfer;
	struct msg *ev = msg_new(MSG_EV_TRANSFER);
	struct msg_transfer *to = &ev->b.transfer;

	to->transfer = from->transfer;
	to->peer = from->peer;
	to->dir = from->dir;
	to->state = from->state;
	to->files = from->files;
	to->folders = from->folders;
	to->bytes_total = from->bytes_total;
	to->bytes_done = from->bytes_done;
	to->eta = -1;
	to->started = from->started;
	to->ended = from->ended;
	/* The paths behind the strings are none of an offer's names. */
	msg_set_bytes(ev, m->bytes, from->dir == DIR_OUT ? strings_len(m, 3) : m->len);
	model_apply(r->model, ev);
	msg_free(ev);
}

static void
read_msg(struct reading *r, const struct msg *m)
{
	const struct msg_st_door *door = &m->b.st_door;

	if (m->type == MSG_SR_CONTACT) {
		read_contact(r, m);
	} else if (m->type == MSG_SR_TRANSFER) {
		read_transfer(r, m);
	} else if (m->type == MSG_SR_VALUE && strcmp(m->b.st_value.name, "invite") == 0) {
		free(r->invite);
		r->invite = xstrndup(m->len > 0 ? (const char *)m->bytes : "", m->len);
	} else if (m->type == MSG_SR_DOOR && door->kind == DOORKEY_INVITE && !door->gone &&
		   (!r->has_door || door->created >= r->door_created)) {
		r->has_door = true;
		memcpy(r->door, door->door, KEY_LEN);
		r->door_created = door->created;
	}
}

bool
reading_open(struct cli *c, struct reading *r)
{
	struct queue *q;
	struct msg *m;
	struct seal_key key;
	char err[ERR] = "";
	bool good = true;

	memset(r, 0, sizeof(*r));
	r->model = model_new(send_nowhere, NULL);
	if (!cli_open(c))
		return false;
	identity_seal_key(&c->id, &key);
	r->store = store_open(c->home.database, STORE_READ, &key, err, sizeof(err));
	seal_key_wipe(&key);
	if (r->store == NULL) {
		cli_fail("%s", err);
		return false;
	}
	q = queue_new(1);
	store_load(r->store, q);
	while ((m = queue_pop(q)) != NULL) {
		if (m->type == MSG_SR_FAILED) {
			cli_fail("%s", (const char *)m->bytes);
			good = false;
		}
		read_msg(r, m);
		msg_free(m);
	}
	queue_free(q);
	return good;
}

void
reading_close(struct cli *c, struct reading *r)
{
	if (r->store != NULL)
		store_close(r->store);
	model_free(r->model);
	free(r->invite);
	explicit_bzero(r, sizeof(*r));
	cli_stop(c);
}

int
cli_init(struct cli *c, const struct cli_args *a)
{
	const char *nick = a->opt[CLI_nick];
	char err[ERR] = "";
	bool ok;

	if (nick == NULL) {
		fprintf(stderr, "usage: p2p-tui init --nick NAME\n");
		return CLI_USAGE;
	}
	if (!command_name_ok(nick, err, sizeof(err)))
		return cli_fail("%s", err);
	ok = cli_make_home(c, nick);
	cli_stop(c);
	if (ok)
		puts(_("Only file permissions protect this home; p2p-tui passphrase seals it."));
	return ok ? CLI_DONE : CLI_FAILED;
}

/* ---- id ---- */

/* Where we would be reached if the program ran now: nowhere that can be told when the port is left to chance. */
static size_t
guess_addresses(const struct cli *c, struct addr *out, size_t max)
{
	const char *listen = c->listen != NULL ? c->listen : options_text(c->options, OPT_listen);
	struct addr where, all[32];
	size_t n, used = 0;

	if (!addr_parse(&where, listen, ADDR_PORT, NULL) || where.port == 0)
		return 0;
	if (addr_class(&where) != ADDR_UNSPECIFIED) {
		out[0] = where;
		return 1;
	}
	n = netif_addresses(all, NELEM(all));
	for (size_t i = 0; i < n && used < max; i++) {
		if (addr_class(&all[i]) == ADDR_LOOPBACK ||
		    (where.family == 4 && all[i].family != 4))
			continue;
		out[used] = all[i];
		out[used++].port = where.port;
	}
	return used;
}

/* Behind the line, black on white whatever the terminal's colours are. */
static void
print_qr(const char *invite)
{
	struct qr *q = qr_invite(invite);

	for (int i = 0; q != NULL && i < qr_rows(q); i++) {
		fputs("\033[38;5;16;48;5;231m", stdout);
		for (int j = 0; j < qr_columns(q); j++)
			fputs(qr_cell(q, i, j), stdout);
		fputs("\033[0m\n", stdout);
	}
	if (q == NULL)
		cli_fail(qr_there()
				 ? N_("That is too long for a QR code.")
				 : N_("This p2p-tui was built without libqrencode: no QR codes."));
	free(q);
}

int
cli_id(struct cli *c, const struct cli_args *a)
{
	struct reading r;
	bool ok = reading_open(c, &r);

	if (ok && r.invite != NULL && r.invite[0] != '\0') {
		puts(r.invite);
		if (a->opt[CLI_qr] != NULL)
			print_qr(r.invite);
	} else if (ok) {
		struct invite inv = {.has_door = r.has_door};
		char *text;

		memcpy(inv.key, c->id.key.b, KEY_LEN);
		memcpy(inv.door, r.door, KEY_LEN);
		strlcpy(inv.nick, options_text(c->options, OPT_nick), sizeof(inv.nick));
		inv.naddrs = guess_addresses(c, inv.addrs, INVITE_ADDRS);
		text = invite_format(&inv);
		puts(text);
		if (a->opt[CLI_qr] != NULL)
			print_qr(text);
		free(text);
		explicit_bzero(&inv, sizeof(inv));
	}
	reading_close(c, &r);
	return ok ? CLI_DONE : CLI_FAILED;
}

/* ---- contacts and requests ---- */

void
reading_field(const char *s, size_t len)
{
	char *safe = text_show_dup(s, len, TEXT_ONE_LINE);

	fputs(safe, stdout);
	free(safe);
}

const char *
reading_when(int64_t ms, char *buf, size_t size)
{
	time_t t = (time_t)(ms / 1000);
	struct tm tm;

	if (ms <= 0 || gmtime_r(&t, &tm) == NULL ||
	    strftime(buf, size, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		strlcpy(buf, "never", size);
	return buf;
}

int
cli_contacts(struct cli *c, const struct cli_args *a)
{
	enum contact_state wanted =
		a->opt[CLI_blocked] != NULL ? CONTACT_BLOCKED : CONTACT_ACCEPTED;
	char hex[2 * KEY_LEN + 1], seen[32];
	struct reading r;
	bool ok = reading_open(c, &r);

	for (size_t i = 0; ok && i < model_ncontacts(r.model); i++) {
		const struct msg_contact *p = &model_contact_at(r.model, i)->c;

		if (p->state != wanted || p->is_person)
			continue;
		reading_field(p->name, strlen(p->name));
		printf("\t%s\t%s\t%s", trust_word(p->trust), util_hex(hex, p->peer.b, KEY_LEN),
		       reading_when(p->last_seen, seen, sizeof(seen)));
		if (p->person_name[0] != '\0') {
			putchar('\t');
			reading_field(p->person_name, strlen(p->person_name));
		}
		putchar('\n');
	}
	reading_close(c, &r);
	return ok ? CLI_DONE : CLI_FAILED;
}

int
cli_requests(struct cli *c, const struct cli_args *a)
{
	char hex[2 * KEY_LEN + 1], digits[SAFETY_DIGITS + 1];
	struct reading r;
	bool ok = reading_open(c, &r);

	(void)a;
	if (ok && strcmp(options_text(c->options, OPT_requests), "off") == 0)
		cli_fail("Requests are off: strangers meet silence.");
	for (size_t i = 0; ok && i < model_ncontacts(r.model); i++) {
		const struct model_contact *p = model_contact_at(r.model, i);

		if (p->c.state != CONTACT_REQUEST)
			continue;
		printf("%s\t", util_hex(hex, p->c.peer.b, KEY_LEN));
		reading_field(p->c.nick, strlen(p->c.nick));
		putchar('\t');
		reading_field(p->detail, strlen(p->detail));
		safety_number(digits, &c->id.key, &p->c.peer);
		printf("\t%s\t%s%s%s\n", digits, p->c.from, p->c.from[0] != '\0' ? " " : "",
		       came_words(p->c.how));
	}
	reading_close(c, &r);
	return ok ? CLI_DONE : CLI_FAILED;
}
