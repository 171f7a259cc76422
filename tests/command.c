/* command.c - slash commands in a table: a line, and what it sends, prints or says is wrong. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/command.h"
#include "src/model.h"
#include "src/msg.h"
#include "src/options.h"
#include "src/util.h"
#include "tests/tap.h"

static char sent[20000];    /* what the last command sent, as text */
static char printed[20000]; /* what it printed, lines ended by '|' */
static char screened[256];  /* what it handed to the screen */
static bool full;	    /* the queue takes nothing */
static uint32_t last_serial;

static const struct key bob = {{0xb0}}, carol = {{0xca}}, dora = {{0xd0}}, eve = {{0xee}};

#define ID(first)  first "000000000000000000000000000000"
#define HEX(first) first "00000000000000000000000000000000000000000000000000000000000000"

/* What a key is in the table's words. */
static const char *
who(const struct key *k)
{
	return key_equal(k, &bob)     ? "bob"
	       : key_equal(k, &carol) ? "carol"
	       : key_equal(k, &dora)  ? "dora"
	       : key_equal(k, &eve)   ? "eve"
				      : "nobody";
}

/* Which message an act is about: " of d1" by its first byte; "" for none. */
static const char *
about(const struct id *id)
{
	static char words[16];

	words[0] = '\0';
	if (id->b[0] != 0)
		snprintf(words, sizeof(words), " of %02x", id->b[0]);
	return words;
}

/* What a CONTENT_TIMER says. */
static const char *
seconds_of(const struct msg *m)
{
	static char words[16];

	snprintf(words, sizeof(words), "%u", m->len == 4 ? get_be32(m->bytes) : 77);
	return words;
}

/* enum contact_op. */
static const char *const ops[] = {"accept",  "refuse",	   "block",   "unblock", "remove", "rename",
				  "connect", "disconnect", "address", "read",	 "typing", "limit",
				  "auto",    "clear",	   "match",   "differ",	 "keep"};

static bool
take(void *arg, struct msg *m)
{
	static const char *const tops[] = {"accept", "refuse", "pause", "resume",
					   "cancel", "forget", "up",	"down",
					   "first",  "last",   "retry"};
	static const char *const contents[] = {"edit", "delete", "reply", "react", "timer"};
	char code[CODE_TEXT];
	const char *bytes = m->len > 0 ? (const char *)m->bytes : "";
	bool taken = !full;

	(void)arg;
	last_serial = m->serial;
	if (m->type == MSG_CMD_SAY)
		snprintf(sent, sizeof(sent), "%s %s <%s>%s",
			 m->b.say.content == 0 ? "say" : contents[m->b.say.content - CONTENT_EDIT],
			 who(&m->b.say.peer),
			 m->b.say.content == CONTENT_TIMER ? seconds_of(m) : bytes,
			 about(&m->b.say.ref));
	else if (m->type == MSG_CMD_CONTACT && m->b.contact_op.op == OP_KEEP)
		snprintf(sent, sizeof(sent), "keep %s %d", who(&m->b.contact_op.peer),
			 (int)m->b.contact_op.row);
	else if (m->type == MSG_CMD_CONTACT)
		snprintf(sent, sizeof(sent), "%s %s <%s> <%s>", ops[m->b.contact_op.op],
			 who(&m->b.contact_op.peer), m->b.contact_op.name, bytes);
	else if (m->type == MSG_CMD_TRANSFER)
		snprintf(sent, sizeof(sent), "%s #%d <%s>", tops[m->b.transfer_op.op],
			 (int)m->b.transfer_op.transfer, bytes);
	else if (m->type == MSG_CMD_ADD)
		snprintf(sent, sizeof(sent), "add <%s> <%s>", m->b.add.name, bytes);
	else if (m->type == MSG_CMD_SET)
		snprintf(sent, sizeof(sent), "set %s <%s>", m->b.set.option, bytes);
	else if (m->type == MSG_CMD_PRESENCE)
		snprintf(sent, sizeof(sent), "presence %d <%s>", (int)m->b.presence.op, bytes);
	else if (m->type == MSG_CMD_LISTEN)
		snprintf(sent, sizeof(sent), "listen <%s>", bytes);
	else if (m->type == MSG_CMD_SEND) {
		snprintf(sent, sizeof(sent), "send %s", who(&m->b.send.peer));
		for (size_t i = 0; msg_string(m, i)[0] != '\0'; i++)
			snprintf(sent + strlen(sent), sizeof(sent) - strlen(sent), " <%s>",
				 msg_string(m, i));
	} else if (m->type == MSG_CMD_PAIR)
		snprintf(sent, sizeof(sent), m->b.pair.stop ? "pair stop" : "pair <%s>",
			 m->b.pair.name);
	else if (m->type == MSG_CMD_JOIN)
		snprintf(sent, sizeof(sent), "join %s <%s> <%s>",
			 code_format(code, &m->b.join.code), m->b.join.name, bytes);
	else if (m->type == MSG_CMD_SEARCH)
		snprintf(sent, sizeof(sent), "search%s%s <%s>",
			 m->b.search.peer.b[0] != 0 ? " in " : "",
			 m->b.search.peer.b[0] != 0 ? who(&m->b.search.peer) : "", bytes);
	else if (m->type == MSG_CMD_EXPORT)
		snprintf(sent, sizeof(sent), "export %s %s%s <%s>", who(&m->b.export.peer),
			 m->b.export.as_json ? "json" : "text", m->b.export.replace ? " over" : "",
			 bytes);
	else
		snprintf(sent, sizeof(sent), "%s", msg_name(m->type));
	msg_free(m);
	return taken;
}

static void
print(void *arg, const char *line)
{
	size_t len = strlen(printed);

	(void)arg;
	snprintf(printed + len, sizeof(printed) - len, "%s|", line);
}

static bool
screen(void *arg, const char *name, const char *args, char *err, size_t errlen)
{
	(void)arg;
	snprintf(screened, sizeof(screened), "%s <%s>", name, args);
	if (strcmp(args, "bad") != 0)
		return true;
	snprintf(err, errlen, "The screen cannot.");
	return false;
}

static struct model *
make_model(void)
{
	static const struct {
		const struct key *key;
		const char *name;
		enum contact_state state;
	} contacts[] = {{&bob, "bob", CONTACT_ACCEPTED},
			{&carol, "Carol Ann", CONTACT_ACCEPTED},
			{&dora, "bob (2)", CONTACT_REQUEST},
			{&eve, "eve", CONTACT_BLOCKED}};
	static const struct {
		int number;
		enum direction dir;
		enum transfer_state state;
	} transfers[] = {{1, DIR_IN, TRANSFER_DONE},
			 {2, DIR_OUT, TRANSFER_RUNNING},
			 {3, DIR_IN, TRANSFER_WAITING},
			 {4, DIR_IN, TRANSFER_PAUSED},
			 {5, DIR_OUT, TRANSFER_FAILED}};
	struct model *m = model_new(take, NULL);
	struct msg *ev;

	for (size_t i = 0; i < NELEM(contacts); i++) {
		ev = msg_new(MSG_EV_CONTACT);
		ev->b.contact.peer = *contacts[i].key;
		ev->b.contact.state = contacts[i].state;
		ev->b.contact.trust = i == 2 ? TRUST_STRANGER : TRUST_PINNED;
		snprintf(ev->b.contact.name, NAME_SIZE, "%s", contacts[i].name);
		snprintf(ev->b.contact.nick, NAME_SIZE, "nick\x1b[%zu", i);
		msg_set_bytes(ev, "a note", 6);
		model_apply(m, ev);
		msg_free(ev);
	}
	for (size_t i = 0; i < NELEM(transfers); i++) {
		ev = msg_new(MSG_EV_TRANSFER);
		ev->b.transfer.transfer = transfers[i].number;
		ev->b.transfer.dir = transfers[i].dir;
		ev->b.transfer.state = transfers[i].state;
		ev->b.transfer.peer = bob;
		msg_set_bytes(ev, "x.txt\0\0", 8);
		model_apply(m, ev);
		msg_free(ev);
	}
	ev = msg_set_bytes(msg_new(MSG_EV_SELF), "p2p:mine", 8);
	model_apply(m, ev);
	msg_free(ev);
	return m;
}

struct line_case {
	const char *line;
	const char *sent, *printed, *screened, *err; /* NULL: nothing of it */
};

static void
run_table(struct command_env *env, const char *title, const struct line_case *table, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char err[512] = "";
		bool done;

		sent[0] = printed[0] = screened[0] = '\0';
		env->serial++;
		done = command_run(env, table[i].line, err, sizeof(err));
		ok(done == (table[i].err == NULL), "%s %zu: %.60s", title, i, table[i].line);
		is_str(sent, table[i].sent != NULL ? table[i].sent : "", "%s %zu: sent", title, i);
		is_str(screened, table[i].screened != NULL ? table[i].screened : "",
		       "%s %zu: for the screen", title, i);
		if (table[i].printed != NULL || done)
			is_str(printed, table[i].printed != NULL ? table[i].printed : "",
			       "%s %zu: printed", title, i);
		if (table[i].err != NULL)
			is_str(err, table[i].err, "%s %zu: what is wrong", title, i);
		if (sent[0] != '\0')
			is_int(last_serial, env->serial, "%s %zu: the serial", title, i);
	}
}

static const struct line_case headless[] = {
	{"/say bob hi", "say bob <hi>", NULL, NULL, NULL},
	{"/say bob  two  blanks ", "say bob < two  blanks >", NULL, NULL, NULL},
	{"/say BOB it's \"fine\" \\ ", "say bob <it's \"fine\" \\ >", NULL, NULL, NULL},
	{"/say 'Carol Ann' hi", "say carol <hi>", NULL, NULL, NULL},
	{"/say \"carol ann\" hi", "say carol <hi>", NULL, NULL, NULL},
	{"/say Carol\\ Ann hi", "say carol <hi>", NULL, NULL, NULL},
	{"/say Carol Ann hi", NULL, NULL, NULL, "There is no contact called Carol."},
	{"/say " HEX("b0") " hi", "say bob <hi>", NULL, NULL, NULL},
	{"/say " HEX("B0") " hi", "say bob <hi>", NULL, NULL, NULL},
	{"/say bob", NULL, NULL, NULL, "Usage: /say NAME TEXT"},
	{"/say", NULL, NULL, NULL, "Usage: /say NAME TEXT"},
	{"/say 'bob (2)' hi", NULL, NULL, NULL, "There is no contact called bob (2)."},
	{"/say " HEX("d0") " hi", NULL, NULL, NULL,
	 "That is a request: it has to be accepted first."},
	{"/edit bob the new  text", "edit bob <the new  text>", NULL, NULL, NULL},
	{"/edit bob " ID("d1") " the text", "edit bob <the text> of d1", NULL, NULL, NULL},
	{"/edit bob #2 x", NULL, NULL, NULL, "There is no message #2 among those that are shown."},
	{"/edit bob 2 eggs", "edit bob <2 eggs>", NULL, NULL, NULL},
	{"/edit bob", NULL, NULL, NULL, "Usage: /edit NAME [#N|ID] TEXT"},
	{"/edit bob " ID("d1") " ", NULL, NULL, NULL, "There is nothing to say."},
	{"/edit nobody x", NULL, NULL, NULL, "There is no contact called nobody."},
	{"/delete bob", "delete bob <>", NULL, NULL, NULL},
	{"/delete bob " ID("D2"), "delete bob <> of d2", NULL, NULL, NULL},
	{"/delete bob d2", NULL, NULL, NULL, "That is no message's id."},
	{"/reply bob yes", "reply bob <yes>", NULL, NULL, NULL},
	{"/reply bob " ID("d3") " yes", "reply bob <yes> of d3", NULL, NULL, NULL},
	{"/react bob \xf0\x9f\x91\x8d", "react bob <\xf0\x9f\x91\x8d>", NULL, NULL, NULL},
	{"/react bob " ID("d4") " -", "react bob <> of d4", NULL, NULL, NULL},
	{"/react bob 01234567890123456789012345678901234567890123456789012345678901234", NULL, NULL,
	 NULL, "A reaction is one emoji."},
	{"/read bob", "read bob <> <>", NULL, NULL, NULL},
	{"/read nobody", NULL, NULL, NULL, "There is no contact of that name."},
	{"/say eve hi", NULL, NULL, NULL, "eve is blocked."},
	{"/send eve /", NULL, NULL, NULL, "eve is blocked."},
	{"/say bob \xff", NULL, NULL, NULL, "That text is not UTF-8: send it as a file."},
	{"/accept 3", "accept #3 <>", NULL, NULL, NULL},
	{"/accept 3 /", "accept #3 </>", NULL, NULL, NULL},
	{"/accept 3 /nowhere", NULL, NULL, NULL, "/nowhere is not a folder."},
	{"/accept 2", NULL, NULL, NULL, "Transfer 2 is running: there is nothing to accept."},
	{"/accept 99", NULL, NULL, NULL, "There is no transfer 99."},
	{"/accept", NULL, NULL, NULL, "Usage: /accept N|KEY [FOLDER] [--only PATTERN...]"},
	{"/accept " HEX("d0"), "accept dora <> <>", NULL, NULL, NULL},
	{"/accept bob", NULL, NULL, NULL, "No request of bob waits."},
	{"/refuse 3", "refuse #3 <>", NULL, NULL, NULL},
	{"/refuse " HEX("d0"), "refuse dora <> <>", NULL, NULL, NULL},
	{"/deny " HEX("d0"), "refuse dora <> <>", NULL, NULL, NULL},
	{"/deny bob", NULL, NULL, NULL, "No request of bob waits."},
	{"/pause 2", "pause #2 <>", NULL, NULL, NULL},
	{"/resume 4", "resume #4 <>", NULL, NULL, NULL},
	{"/cancel 4", "cancel #4 <>", NULL, NULL, NULL},
	{"/cancel 1", NULL, NULL, NULL, "Transfer 1 is done: there is nothing to cancel."},
	{"/forget 1", "forget #1 <>", NULL, NULL, NULL},
	{"/pause", NULL, NULL, NULL, "Usage: /pause N"},
	{"/retry all", "retry #0 <>", NULL, NULL, NULL},
	{"/retry 5", "retry #5 <>", NULL, NULL, NULL},
	{"/retry 1", NULL, NULL, NULL, "Transfer 1 is done: there is nothing to retry."},
	{"/queue 2 up", "up #2 <>", NULL, NULL, NULL},
	{"/queue 2 last", "last #2 <>", NULL, NULL, NULL},
	{"/queue 2 over", NULL, NULL, NULL, "A place in the queue is up, down, first or last."},
	{"/queue 3 up", NULL, NULL, NULL, "Transfer 3 is waiting: there is nothing to queue."},
	{"/queue 2", NULL, NULL, NULL, "Usage: /queue N up|down|first|last"},
	{"/limit bob 500k", "limit bob <> <500k 500k>", NULL, NULL, NULL},
	{"/limit bob 500k 0", "limit bob <> <500k 0>", NULL, NULL, NULL},
	{"/limit bob", NULL, "bob: no limit out, no limit in|", NULL, NULL},
	{"/limit bob fast", NULL, NULL, NULL,
	 "A limit is bytes a second, as 500k or 2M, at least 1k; 0 is none."},
	{"/limit " HEX("d0") " 500k", NULL, NULL, NULL,
	 "That is a request: it has to be accepted first."},
	{"/auto bob 20M", "auto bob <> <20000000 >", NULL, NULL, NULL},
	{"/auto bob 1 /", "auto bob <> <1 />", NULL, NULL, NULL},
	{"/auto bob off", "auto bob <> <0 >", NULL, NULL, NULL},
	{"/auto bob", NULL, "bob: every offer asks|", NULL, NULL},
	{"/auto bob all", NULL, NULL, NULL, "A size is bytes, as 20M or 1G, or the word off."},
	{"/auto bob 1M /nowhere", NULL, NULL, NULL, "/nowhere is not a folder."},
	{"/auto " HEX("d0") " 1M", NULL, NULL, NULL,
	 "That is a request: it has to be accepted first."},
	{"/add dan p2p:abc", "add <dan> <p2p:abc>", NULL, NULL, NULL},
	{"/add dan p2p:abc - def", "add <dan> <p2p:abc - def>", NULL, NULL, NULL},
	{"/add p2p:abc def", "add <> <p2p:abc def>", NULL, NULL, NULL},
	{"/add 'dan the man' h.example:5", "add <dan the man> <h.example:5>", NULL, NULL, NULL},
	{"/add h.example:5", "add <> <h.example:5>", NULL, NULL, NULL},
	{"/add '' h.example:5", NULL, NULL, NULL, "A name cannot be empty."},
	{"/add 'a\x1b[0m' h:5", NULL, NULL, NULL,
	 "A name cannot have control or invisible characters."},
	{"/add " HEX("aa") " h:5", NULL, NULL, NULL, "That looks like a key, not like a name."},
	{"/add 123456789012345678901234567890123456789012345678901234567890abcde h:5", NULL, NULL,
	 NULL, "A name has at most 64 bytes."},
	{"/add", NULL, NULL, NULL, "Usage: /add [NAME] INVITE|HOST:PORT|KEY|CODE"},
	{"/add 417-2093-8841", "join 417-2093-8841 <> <>", NULL, NULL, NULL},
	{"/add 417 2093 8841", "join 417-2093-8841 <> <>", NULL, NULL, NULL},
	{"/add dan 417 2093 8841", "join 417-2093-8841 <dan> <>", NULL, NULL, NULL},
	{"/add dan 417-2093-884", NULL, NULL, NULL,
	 "A pairing code has 11 digits, as 417-2093-8841: that has 10."},
	{"/add dan 192.168.10.200", "add <dan> <192.168.10.200>", NULL, NULL, NULL},
	{"/pair", "pair <>", NULL, NULL, NULL},
	{"/pair dan", "pair <dan>", NULL, NULL, NULL},
	{"/pair dan the man", "pair <dan the man>", NULL, NULL, NULL},
	{"/pair " HEX("aa"), NULL, NULL, NULL, "That looks like a key, not like a name."},
	{"/unpair", "pair stop", NULL, NULL, NULL},
	{"/join 417-2093-8841", "join 417-2093-8841 <> <>", NULL, NULL, NULL},
	{"/join 41720938841 dan", "join 417-2093-8841 <dan> <>", NULL, NULL, NULL},
	{"/join 417 2093 8841 dan the man", "join 417-2093-8841 <dan the man> <>", NULL, NULL,
	 NULL},
	{"/join 417 2093 8841 42", "join 417-2093-8841 <42> <>", NULL, NULL, NULL},
	{"/join 417-2093-8841 h.example:5", "join 417-2093-8841 <> <h.example:5>", NULL, NULL,
	 NULL},
	{"/join 417-2093-8841 [::1]:5 dan", "join 417-2093-8841 <dan> <[::1]:5>", NULL, NULL, NULL},
	{"/join 417-2093-8841 10.0.0.1 dan", "join 417-2093-8841 <dan> <10.0.0.1>", NULL, NULL,
	 NULL},
	{"/join 417-2093 10.0.0.1:5", NULL, NULL, NULL,
	 "A pairing code has 11 digits, as 417-2093-8841: that has 7."},
	{"/join dan", NULL, NULL, NULL,
	 "A pairing code has only digits, as 417-2093-8841: letters stand in that."},
	{"/join", NULL, NULL, NULL, "Usage: /join CODE [HOST:PORT] [NAME]"},
	{"/search it's  all", "search <it's  all>", NULL, NULL, NULL},
	{"/search in:bob it's  all", "search in bob <it's  all>", NULL, NULL, NULL},
	{"/search in:'Carol Ann' hi", "search in carol <hi>", NULL, NULL, NULL},
	{"/search not in:bob", "search <not in:bob>", NULL, NULL, NULL},
	{"/search in:nobody hi", NULL, NULL, NULL, "There is no contact called nobody."},
	{"/search in:", NULL, NULL, NULL, "There is no contact called ."},
	{"/search in:'bob hi", NULL, NULL, NULL, "A quote is opened but not closed."},
	{"/export bob /nowhere/chat.txt", "export bob text </nowhere/chat.txt>", NULL, NULL, NULL},
	{"/export bob /nowhere/chat.json", "export bob json </nowhere/chat.json>", NULL, NULL,
	 NULL},
	{"/export bob /nowhere/x json", "export bob json </nowhere/x>", NULL, NULL, NULL},
	{"/export bob /nowhere/x.jsonl text", "export bob text </nowhere/x.jsonl>", NULL, NULL,
	 NULL},
	{"/export bob /nowhere/x html", NULL, NULL, NULL, "A chat is written as text or as json."},
	{"/export bob /etc/passwd", NULL, NULL, NULL, "There is a file already: /etc/passwd."},
	{"/export bob /etc", NULL, NULL, NULL, "That is no name for a file."},
	{"/export bob ''", NULL, NULL, NULL, "That is no name for a file."},
	{"/export nobody x", NULL, NULL, NULL, "There is no contact called nobody."},
	{"/export bob", NULL, NULL, NULL, "Usage: /export NAME FILE [text|json]"},
	{"/keep bob 30d", "keep bob 30", NULL, NULL, NULL},
	{"/keep bob nothing", "keep bob -1", NULL, NULL, NULL},
	{"/keep bob default", "keep bob -2", NULL, NULL, NULL},
	{"/keep bob", NULL, "bob: everything is kept|", NULL, NULL},
	{"/keep bob little", NULL, NULL, NULL,
	 "What is kept is all, so many days as 30d, nothing, or default."},
	{"/keep " HEX("d0") " 1d", NULL, NULL, NULL,
	 "That is a request: it has to be accepted first."},
	{"/disappear bob 1d", "timer bob <86400>", NULL, NULL, NULL},
	{"/disappear bob off", "timer bob <0>", NULL, NULL, NULL},
	{"/disappear bob", NULL, "bob: messages stay|", NULL, NULL},
	{"/disappear bob soon", NULL, NULL, NULL,
	 "A time is 5s to 365d, as 30m, 12h, 1d or 2w, or the word off."},
	{"/disappear " HEX("d0") " 1d", NULL, NULL, NULL,
	 "That is a request: it has to be accepted first."},
	{"/clear bob", "clear bob <> <>", NULL, NULL, NULL},
	{"/clear", NULL, NULL, NULL, "Usage: /clear NAME"},
	{"/search", "search <>", NULL, NULL, NULL},
	{"/block bob", "block bob <> <>", NULL, NULL, NULL},
	{"/block unknown", "set requests <off>", NULL, NULL, NULL},
	{"/unblock unknown", "set requests <on>", NULL, NULL, NULL},
	{"/unblock eve", "unblock eve <> <>", NULL, NULL, NULL},
	{"/rename bob Robert", "rename bob <Robert> <>", NULL, NULL, NULL},
	{"/rename bob 'Bob  B'", "rename bob <Bob  B> <>", NULL, NULL, NULL},
	{"/rename bob a b", NULL, NULL, NULL, "Usage: /rename NAME NEW"},
	{"/rename bob ''", NULL, NULL, NULL, "A name cannot be empty."},
	{"/remove bob", "remove bob <> <>", NULL, NULL, NULL},
	{"/remove", NULL, NULL, NULL, "Usage: /remove NAME"},
	{"/connect bob", "connect bob <> <>", NULL, NULL, NULL},
	{"/disconnect bob", "disconnect bob <> <>", NULL, NULL, NULL},
	{"/address bob [::1]:5", "address bob <> <[::1]:5>", NULL, NULL, NULL},
	{"/connect nobody", NULL, NULL, NULL, "There is no contact called nobody."},
	{"/connect 'bob", NULL, NULL, NULL, "A quote is opened but not closed."},
	{"/listen 127.0.0.1:0", "listen <127.0.0.1:0>", NULL, NULL, NULL},
	{"/set nick Ada Lovelace", "set nick <Ada Lovelace>", NULL, NULL, NULL},
	{"/status in the  garden", "set status <in the  garden>", NULL, NULL, NULL},
	{"/status", "set status <>", NULL, NULL, NULL},
	{"/invisible on", "set invisible <on>", NULL, NULL, NULL},
	{"/invisible maybe", NULL, NULL, NULL, "The option invisible is on or off."},
	{"/away at lunch", "presence 2 <at lunch>", NULL, NULL, NULL},
	{"/away", "presence 2 <>", NULL, NULL, NULL},
	{"/back", "presence 3 <>", NULL, NULL, NULL},
	{"/back now", NULL, NULL, NULL, "Usage: /back"},
	{"/set away 1441", NULL, NULL, NULL,
	 "The option away is a number of minutes, at most 1440; 0 is never."},
	{"/set away -1", NULL, NULL, NULL,
	 "The option away is a number of minutes, at most 1440; 0 is never."},
	{"/set theme dark", NULL, NULL, NULL, NULL},
	{"/set theme", NULL,
	 "theme = dark|  colours of the screen; another word is a file of themes/: auto dark light "
	 "contrast mono|  default: auto|",
	 NULL, NULL},
	{"/set nick", NULL,
	 "nick = Ada Lovelace|  the name others see; at most 64 bytes|  default: nothing|", NULL,
	 NULL},
	{"/set nonsense 1", NULL, NULL, NULL, "There is no option nonsense: /set lists them."},
	{"/requests", NULL,
	 HEX("d0") "  nick‹U+001B›[2  a note|    safety number 11763 20971 47183 17128 77343 92768 "
		   "97478 34618 71849 35079 43838 58216|",
	 NULL, NULL},
	{"/id", NULL, "p2p:mine|", NULL, NULL},
	{"/quit", "CMD_QUIT", NULL, NULL, NULL},
	{"/help say", NULL,
	 "/say NAME TEXT  Send a message; the text is the rest of the line as it stands.|", NULL,
	 NULL},
	{"/files", NULL, NULL, NULL, "/files needs the full screen."},
	{"/frobnicate", NULL, NULL, NULL, "There is no command /frobnicate: /help lists them all."},
	{"/", NULL, NULL, NULL, "There is no command /: /help lists them all."},
	{"/\x1b[2J", NULL, NULL, NULL, "There is no command /‹U+001B›[2J: /help lists them all."},
};

static void
test_headless(struct command_env *env)
{
	run_table(env, "headless", headless, NELEM(headless));
}

static void
test_screen(struct command_env *env)
{
	static const struct line_case table[] = {
		{"/say hello there", "say bob <hello there>", NULL, NULL, NULL},
		{"/say bob", "say bob <bob>", NULL, NULL, NULL},
		{"/say 'Carol Ann' hi", "say carol <hi>", NULL, NULL, NULL},
		{"/edit better", "edit bob <better>", NULL, NULL, NULL},
		{"/delete", "delete bob <>", NULL, NULL, NULL},
		{"/delete #1", NULL, NULL, NULL,
		 "There is no message #1 among those that are shown."},
		{"/react + 1", "react bob <+ 1>", NULL, NULL, NULL},
		{"/read", "read bob <> <>", NULL, NULL, NULL},
		{"/say it's", "say bob <it's>", NULL, NULL, NULL},
		{"/say", NULL, NULL, NULL, "Usage: /say NAME TEXT"},
		{"/send /", "send bob </>", NULL, NULL, NULL},
		{"/send", NULL, NULL, "send <>", NULL},
		{"/accept", "accept #3 <>", NULL, NULL, NULL},
		{"/resume", "resume #4 <>", NULL, NULL, NULL},
		{"/cancel", NULL, NULL, NULL,
		 "Say which transfer to cancel: /transfers lists them."},
		{"/block", "block bob <> <>", NULL, NULL, NULL},
		{"/block carol\\ ann", "block carol <> <>", NULL, NULL, NULL},
		{"/rename Robert", "rename bob <Robert> <>", NULL, NULL, NULL},
		{"/connect", "connect bob <> <>", NULL, NULL, NULL},
		{"/address h:5", "address bob <> <h:5>", NULL, NULL, NULL},
		{"/remove", NULL, NULL, NULL, "Usage: /remove NAME"},
		{"/add", NULL, NULL, "add <>", NULL},
		{"/requests", NULL, NULL, "requests <>", NULL},
		{"/files ~/x y", NULL, NULL, "files <~/x y>", NULL},
		{"/export /nowhere/x json", "export bob json </nowhere/x>", NULL, NULL, NULL},
		{"/export /etc/passwd", NULL, NULL, "export <" HEX("b0") " text /etc/passwd>",
		 NULL},
		{"/files bad", NULL, NULL, "files <bad>", "The screen cannot."},
		{"/quit", NULL, NULL, "quit <>", NULL},
		{"/id copy", NULL, NULL, "id <copy>", NULL},
	};

	env->current = &bob;
	env->screen = screen;
	run_table(env, "screen", table, NELEM(table));
	env->current = NULL;
	env->screen = NULL;
}

static void
test_say(struct command_env *env)
{
	char err[256], *long_text = xmalloc(TEXT_MAX_BYTES + 2);
	struct id a, b;

	memset(long_text, 'x', TEXT_MAX_BYTES + 1);
	long_text[TEXT_MAX_BYTES + 1] = '\0';
	ok(command_say(env, "bob", long_text, TEXT_MAX_BYTES, &a, err, sizeof(err)),
	   "a text of 16 KiB");
	is_int(strlen(sent), TEXT_MAX_BYTES + strlen("say bob <>"), "goes whole");
	ok(!command_say(env, "bob", long_text, TEXT_MAX_BYTES + 1, &b, err, sizeof(err)),
	   "one byte more does not");
	is_str(err, "More than 16384 bytes: send it as a file.", "and why");
	ok(command_say(env, "bob", "x", 1, &b, err, sizeof(err)) && !id_equal(&a, &b),
	   "each message has an id of its own");
	ok(!command_say(env, "bob", "", 0, &b, err, sizeof(err)), "an empty text is none");
	full = true;
	ok(!command_say(env, "bob", "x", 1, &b, err, sizeof(err)), "a full queue refuses");
	is_str(err, "Too much is under way just now: try again in a moment.", "in words");
	full = false;
	free(long_text);
}

static void
test_send(struct command_env *env)
{
	char err[512], want[1024], link[256], fifo[256], file[256];
	const char *dir = test_tmpdir(), *paths[3] = {NULL};
	FILE *f;

	snprintf(file, sizeof(file), "%s/a b.txt", dir);
	snprintf(link, sizeof(link), "%s/link", dir);
	snprintf(fifo, sizeof(fifo), "%s/fifo", dir);
	f = fopen(file, "w");
	ok(f != NULL && fclose(f) == 0 && symlink("a b.txt", link) == 0 &&
		   mkfifo(fifo, 0600) == 0 && chdir(dir) == 0,
	   "a file, a link and a fifo");
	paths[0] = "a b.txt";
	paths[1] = "./link";
	ok(command_send(env, "bob", paths, err, sizeof(err)), "relative paths");
	snprintf(want, sizeof(want), "send bob <%s> <%s>", file, link);
	is_str(sent, want, "become absolute, a link stays a link");
	paths[0] = ".";
	paths[1] = NULL;
	ok(command_send(env, "bob", paths, err, sizeof(err)), "the folder we are in");
	snprintf(want, sizeof(want), "send bob <%s>", dir);
	is_str(sent, want, "goes under its name");
	sent[0] = '\0';
	paths[0] = "missing";
	ok(!command_send(env, "bob", paths, err, sizeof(err)), "a missing file");
	is_str(err, "Cannot send missing: No such file or directory.", "in words");
	paths[0] = "fifo";
	ok(!command_send(env, "bob", paths, err, sizeof(err)), "a fifo");
	is_str(err, "Cannot send fifo: it is neither a file nor a folder.", "in words");
	paths[0] = "a b.txt";
	ok(!command_send(env, "nobody", paths, err, sizeof(err)), "to nobody");
	is_str(sent, "", "nothing went");
	ok(command_run(env, "/send bob 'a b.txt' /", err, sizeof(err)), "quoted words");
	snprintf(want, sizeof(want), "send bob <%s> </>", file);
	is_str(sent, want, "are paths");
}

static void
test_table(void)
{
	for (const struct command *row = command_table; row->name != NULL; row++) {
		ok(command_find(row->name) == row, "/%s is found, and only once", row->name);
		ok(row->help[0] != '\0' && row->help[strlen(row->help) - 1] == '.',
		   "/%s has a sentence of help", row->name);
		ok((row->run == NULL) == (row->where == COMMAND_SCREEN),
		   "/%s is done by us or by the screen", row->name);
		ok(row->run == NULL || row->keys != NULL, "/%s has a JSON form", row->name);
	}
	ok(command_find("nonsense") == NULL, "what is not there is not found");
}

int
main(void)
{
	struct model *m = make_model();
	struct options *o = options_new();
	struct command_env env = {.model = m, .options = o, .send = take, .print = print};

	test_table();
	test_headless(&env);
	test_screen(&env);
	test_say(&env);
	test_send(&env);
	options_free(o);
	model_free(m);
	return done_testing();
}
