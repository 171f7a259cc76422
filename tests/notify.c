/* notify.c - notifications: through a helper that nothing can block, and as sequences of the terminal. */
#include "config.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/util.h"
#include "tests/tap.h"
#include "ui/notify.h"

/* A notify-send of our own: it writes its words into a file, or hangs. */
static void
install(const char *folder, const char *what)
{
	char *path;
	FILE *f;

	xasprintf(&path, "%s/notify-send", folder);
	unlink(path);
	f = fopen(path, "w");
	if (ok(f != NULL, "a notify-send of our own")) {
		fprintf(f, "#!/bin/sh\n%s\n", what);
		fclose(f);
		chmod(path, 0700);
	}
	free(path);
}

/* Whether the file holds that text within a while. */
static bool
holds(const char *path, const char *want)
{
	char got[32768];

	for (int i = 0; i < 1000; i++) {
		FILE *f = fopen(path, "r");
		size_t n = f != NULL ? fread(got, 1, sizeof(got) - 1, f) : 0;

		if (f != NULL)
			fclose(f);
		got[n] = '\0';
		if (strstr(got, want) != NULL)
			return true;
		poll(NULL, 0, 10);
	}
	diag("there is: %s", got);
	return false;
}

/* Whether an & in the file begins no whole entity. */
static bool
torn(const char *path)
{
	FILE *f = fopen(path, "r");
	char line[4 * NOTIFY_TEXT_MAX], *p;
	bool any = false;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		for (p = line; (p = strchr(p, '&')) != NULL; p++)
			any |= strncmp(p, "&amp;", 5) != 0 && strncmp(p, "&lt;", 4) != 0 &&
			       strncmp(p, "&gt;", 4) != 0;
	if (f != NULL)
		fclose(f);
	return any;
}

static void
helper(void)
{
	const char *tmp = test_tmpdir();
	char *path, *out, *script, big[3 * NOTIFY_TEXT_MAX];
	struct notify *n;
	unsigned sent = 0;

	unsetenv("DBUS_SESSION_BUS_ADDRESS");
	unsetenv("XDG_RUNTIME_DIR");
	xasprintf(&path, "%s:%s", tmp, getenv("PATH"));
	setenv("PATH", path, 1);
	xasprintf(&out, "%s/out", tmp);
	xasprintf(&script, "printf '%%s|' \"$@\" >>'%s'; echo >>'%s'", out, out);
	install(tmp, script);
	ok(notify_start(5000) == NULL, "without a session bus there is nobody to notify");
	setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere", 1);
	n = notify_start(5000);
	if (!ok(n != NULL, "with one there is a helper"))
		return;
	ok(notify_send(n, "Boris", "1 < 2 & \"so\""), "a notification is passed on");
	ok(holds(out, "--app-name=p2p-tui|--category=im.received|--|Boris|1 &lt; 2 &amp; \"so\"|"),
	   "and arrives, no markup in it");
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	ok(notify_send(n, big, big), "a long one is cut");
	/* Where the last entity does not fit it is left out whole. */
	for (size_t k = 0; k < 5; k++) {
		memset(big, 'y', NOTIFY_TEXT_MAX);
		memset(big + NOTIFY_TEXT_MAX - k, '&', k + 1);
		snprintf(big + NOTIFY_TEXT_MAX + 1, 4, "end");
		ok(notify_send(n, "entity", big), "%zu bytes are left for an entity", k);
	}
	ok(notify_send(n, "entity", "last"), "and one more");
	ok(holds(out, "|entity|last|"), "which comes");
	ok(!torn(out), "no entity is cut");
	ok(notify_send(n, "-h", "--help"), "words that look like options");
	ok(holds(out, "--|-h|--help|"), "are none");
	/* One that never ends: the helper kills it, and what cannot wait is dropped. */
	install(tmp, "exec tail -f /dev/null");
	notify_stop(n);
	n = notify_start(50);
	while (sent < 100000 && notify_send(n, "a", "b"))
		sent++;
	ok(sent > 0 && sent < 100000,
	   "a daemon that hangs: after %u notifications they are dropped", sent);
	install(tmp, script);
	for (int i = 0; i < 1000 && !notify_send(n, "later", "one"); i++)
		poll(NULL, 0, 10);
	ok(holds(out, "|later|one|"), "and later ones come through");
	notify_stop(n);
	notify_stop(NULL);
	free(path);
	free(out);
	free(script);
}

static void
sequences(void)
{
	char *s = notify_osc9("Boris", "two\nlines \x1b]0;evil\a");

	ok(strncmp(s, "\033]9;Boris: two", 14) == 0 && strchr(s + 1, '\033') == NULL &&
		   strchr(s, '\a') == s + strlen(s) - 1,
	   "OSC 9 holds nothing that ends it early");
	free(s);
	s = notify_osc777("a;b", "c;d");
	is_str(s, "\033]777;notify;a,b;c;d\a", "nor can a title end itself in OSC 777");
	free(s);
}

int
main(void)
{
	helper();
	sequences();
	return done_testing();
}
