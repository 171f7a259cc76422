/* transcript.c - a chat written down: as text with days and receipts, as JSON, and into a file. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/file.h"
#include "src/msg.h"
#include "src/say.h"
#include "src/store.h"
#include "src/transcript.h"
#include "src/util.h"
#include "tests/store_help.h"
#include "tests/tap.h"

#define DAY INT64_C(86400000)
/* 2026-03-03 14:00 UTC */
#define T0  INT64_C(1772546400000)

static char *written;
static size_t length;

static bool
put(void *arg, const char *bytes, size_t len)
{
	(void)arg;
	written = xreallocarray(written, length + len + 1, 1);
	memcpy(written + length, bytes, len);
	length += len;
	written[length] = '\0';
	return true;
}

static struct msg *
at(struct msg *m, int64_t time)
{
	m->b.st_row.time = time;
	return m;
}

static struct msg *
reason(struct msg *m, const char *why)
{
	strlcpy(m->b.st_acked.reason, why, sizeof(m->b.st_acked.reason));
	return m;
}

static struct msg *
file_line(int64_t transfer)
{
	struct msg *m = at(line_msg(1, ""), T0 + DAY + 1000);

	m->b.st_row.kind = ROW_FILE;
	m->b.st_row.transfer = transfer;
	return m;
}

static void
talk(struct store *s)
{
	struct msg *t = transfer_msg(0, 1, "report\033.pdf", "/home/x/report.pdf");

	t->b.st_transfer.bytes_total = 7700000;
	t->b.st_transfer.state = TRANSFER_DONE;
	apply(s, contact_msg(1, "Boris"), contact_msg(2, "Chidi"));
	apply(s, at(say_msg(1, 1, "all green"), T0),
	      at(got_msg(1, 2, 1, "is\nit\033?"), T0 + 60000));
	apply(s, at(act_msg(say_msg(1, 3, "very"), CONTENT_REPLY, 2), T0 + DAY), t);
	apply(s, at(say_msg(1, 4, "never"), T0 + DAY), file_line(1),
	      at(line_msg(1, "Boris moved"), T0 + DAY), at(say_msg(1, 9, "oops"), T0 + DAY));
	apply(s, acked_msg(1, RECEIPT_DELIVERED, 1, 1),
	      reason(acked_msg(1, RECEIPT_FAILED, 4, 1), "too odd"));
	apply(s, act_msg(say_msg(1, 5, "all is green"), CONTENT_EDIT, 1),
	      act_msg(say_msg(1, 6, "+1"), CONTENT_REACT, 2),
	      act_msg(got_msg(1, 7, 2, "ha"), CONTENT_REACT, 1),
	      act_msg(say_msg(1, 8, ""), CONTENT_DELETE, 9), say_msg(2, 10, "somebody else"));
}

static const char text[] = "Chat of Ada and Boris (%s)\n"
			   "\n-- Tuesday 3 March 2026 --\n\n"
			   "14:00  Ada: all is green [delivered, edited, ha by Boris]\n"
			   "14:01  Boris: is\n       it‹U+001B›? [+1 by Ada]\n"
			   "\n-- Wednesday 4 March 2026 --\n\n"
			   "14:00  Ada, to \"is⏎it‹U+001B›?\": very [queued]\n"
			   "14:00  Ada: never [failed: too odd]\n"
			   "14:00  * received report‹U+001B›.pdf (7.7 MB) [done]\n"
			   "14:00  * Boris moved\n"
			   "14:00  Ada: (deleted) [failed: deleted before its receipt came]\n";

static const char portuguese[] =
	"Conversa de tu e Boris (%s)\n"
	"\n-- terça-feira, 3 de março de 2026 --\n\n"
	"14:00  tu: all is green [entregue, editada, ha de Boris]\n"
	"14:01  Boris: is\n       it‹U+001B›? [+1 de tu]\n"
	"\n-- quarta-feira, 4 de março de 2026 --\n\n"
	"14:00  tu, a \"is⏎it‹U+001B›?\": very [em fila]\n"
	"14:00  tu: never [falhou: too odd]\n"
	"14:00  * recebeu-se report‹U+001B›.pdf (7.7 MB) [feita]\n"
	"14:00  * Boris moved\n"
	"14:00  tu: (apagada) [falhou: apagada antes de chegar o seu recibo]\n";

/* In the language of who reads it; what programs read stays as it is. */
static void
test_portuguese(struct store *s, struct transcript *t, const char *hex)
{
	char err[512] = "", *expected, *json;

	if (!say_language("pt")) {
		skip("built without msgfmt", "a chat in Portuguese");
		return;
	}
	xasprintf(&expected, portuguese, hex);
	length = 0;
	t->put = put;
	t->own = "";
	t->as_json = false;
	ok(transcript_write(s, t, err, sizeof(err)), "a chat is written in Portuguese");
	is_str(written, expected, "all of it");
	t->as_json = true;
	length = 0;
	ok(transcript_write(s, t, err, sizeof(err)), "and as JSON");
	json = xstrdup(written);
	say_language("en");
	length = 0;
	ok(transcript_write(s, t, err, sizeof(err)), "which is the same in English");
	is_str(written, json, "to the byte");
	free(json);
	free(expected);
	t->as_json = false;
	t->own = "Ada";
}

/* The lines of the JSON form, each found by a part that no other has. */
static void
check_json(const char *json)
{
	static const char *const parts[] = {
		"\"dir\":\"out\",\"state\":\"delivered\",\"text\":\"all is "
		"green\",\"edited\":true,\"edits\":1,\"edit_waits\":true,\"versions\":[{\"time\":"
		"1772546400000,"
		"\"text\":\"all green\"}],"
		"\"reactions\":{\"in\":\"ha\"}}\n",
		"\"dir\":\"in\",\"text\":\"is\\u000ait\\u001b?\",\"reactions\":{\"out\":\"+1\"}}\n",
		"\"state\":\"queued\",\"text\":\"very\",\"reply\":\"",
		"\"state\":\"failed\",\"reason\":\"too odd\",\"text\":\"never\"}\n",
		"\"transfer\":1,\"dir\":\"in\",\"state\":\"done\",\"file\":\"report\\u001b.pdf\",",
		"\"note\":\"Boris moved\"}\n",
		"\"text\":\"\",\"deleted\":true}\n",
	};
	size_t lines = 0;

	for (size_t i = 0; i < NELEM(parts); i++)
		ok(strstr(json, parts[i]) != NULL, "JSON: %s", parts[i]);
	for (const char *p = json; *p != '\0'; p++)
		lines += *p == '\n';
	is_int(lines, NELEM(parts), "one object a line, and no more");
	ok(strstr(json, "somebody else") == NULL, "nothing of another chat");
}

static void
test_files(struct store *s, struct transcript *t, const char *expected)
{
	const char *path = tmp_path("chat.txt"), *nowhere = tmp_path("none/chat.txt");
	char err[512] = "", *read;
	size_t len = 0;
	struct stat st;

	ok(transcript_file(s, t, path, false, err, sizeof(err)), "a file is written: %s", err);
	read = (char *)file_read(path, 1 << 20, &len);
	is_str(read != NULL ? read : "", expected, "and holds it");
	free(read);
	ok(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600, "for nobody else");
	ok(!transcript_file(s, t, path, false, err, sizeof(err)) && strstr(err, "already") != NULL,
	   "it is not written over: %s", err);
	t->as_json = true;
	ok(transcript_file(s, t, path, true, err, sizeof(err)), "unless told to: %s", err);
	read = (char *)file_read(path, 1 << 20, &len);
	ok(read != NULL && read[0] == '{', "then the new one is there");
	free(read);
	ok(!transcript_file(s, t, nowhere, false, err, sizeof(err)) && err[0] != '\0',
	   "where it cannot be: %s", err);
	ok(!transcript_file(s, t, "/dev/full", true, err, sizeof(err)) &&
		   access("/dev/full", F_OK) == 0,
	   "a device is not replaced: %s", err);
}

static bool
never(void *arg)
{
	(void)arg;
	return false;
}

int
main(void)
{
	struct store *s = open_store(tmp_path("transcript.db"));
	struct transcript t = {.own = "Ada", .put = put};
	char err[512] = "", hex[2 * KEY_LEN + 1], *expected;

	setenv("TZ", "UTC", 1);
	talk(s);
	t.peer = nth_key(1);
	xasprintf(&expected, text, util_hex(hex, t.peer.b, KEY_LEN));
	ok(transcript_write(s, &t, err, sizeof(err)), "a chat is written");
	is_str(written, expected, "as text");
	is_int(t.messages, 5, "and its messages are counted");
	length = 0;
	t.as_json = true;
	ok(transcript_write(s, &t, err, sizeof(err)), "and as JSON");
	check_json(written);
	t.as_json = false;
	test_files(s, &t, expected);
	test_portuguese(s, &t, hex);
	t.go_on = never;
	ok(!transcript_file(s, &t, tmp_path("not.txt"), false, err, sizeof(err)) &&
		   access(tmp_path("not.txt"), F_OK) != 0,
	   "broken off, there is no file");
	t.go_on = NULL;
	t.peer = nth_key(77);
	ok(!transcript_write(s, &t, err, sizeof(err)) &&
		   strcmp(err, "There is no such contact.") == 0,
	   "of nobody: %s", err);
	store_close(s);
	free(expected);
	free(written);
	return done_testing();
}
