/* cli_doctor.c - doctor: what is as it should be, and what is not, in sentences. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <time.h>

#include "net/doctor.h"
#include "net/netif.h"
#include "src/addr.h"
#include "src/cli.h"
#include "src/cli_reading.h"
#include "src/model.h"
#include "src/say.h"
#include "src/text.h"
#include "src/util.h"

/* When this was written: a clock before it is wrong. */
#define WRITTEN 1767225600

static void
tell_file(const char *what, const char *path)
{
	struct stat st;

	printf("%s ", what);
	reading_field(path, strlen(path));
	if (stat(path, &st) != 0)
		printf(": %s.\n", say_errno(errno));
	else if ((st.st_mode & 077) != 0)
		printf(_(": others on this machine have access (mode %03o). chmod %s it.\n"),
		       (unsigned)st.st_mode & 0777, S_ISDIR(st.st_mode) ? "700" : "600");
	else
		printf(_(": yours alone (mode %03o).\n"), (unsigned)st.st_mode & 0777);
}

static void
tell_home(struct cli *c)
{
	char folder[4096], size[TEXT_FIGURE];
	struct statvfs fs;
	char *slash;

	strlcpy(folder, c->home.identity, sizeof(folder));
	slash = strrchr(folder, '/');
	if (slash != NULL)
		*slash = '\0';
	tell_file(_("Home"), folder);
	tell_file(_("Identity"), c->home.identity);
	printf("%s\n", c->id.sealed ? _("A passphrase seals identity and history.")
				    : _("No passphrase is set: only file permissions protect this "
					"home. p2p-tui passphrase sets one."));
	if (statvfs(folder, &fs) == 0)
		printf(_("Free where the home is: %s.\n"),
		       text_size(size, sizeof(size), (uint64_t)fs.f_bavail * fs.f_frsize));
}

static void
tell_clock(void)
{
	struct timex t = {.modes = 0};
	time_t now = time(NULL);
	char text[64] = "";
	struct tm tm;

	if (gmtime_r(&now, &tm) != NULL)
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &tm);
	if (now < WRITTEN)
		printf(_("The clock says %s, which cannot be. People nearby are found only if it "
			 "is "
			 "right within an hour.\n"),
		       text);
	else
		printf(_("The clock says %s%s\n"), text,
		       adjtimex(&t) == TIME_ERROR ? _("; nothing keeps it right (no NTP). An hour "
						      "of error is too much.")
						  : _(", and is kept right by the network."));
}

static void
tell_program(void)
{
	char text[256];

	doctor_libraries(text, sizeof(text));
	printf(_("p2p-tui %s; %s.\n"), VERSION, text);
}

/* Another p2p-tui has the home: what can be seen without its core. */
static void
tell_beside(void)
{
	struct addr all[32];
	size_t n = netif_addresses(all, NELEM(all));
	char text[ADDR_STRLEN];

	for (size_t i = 0; i < n; i++)
		printf(_("Address: %s\n"), addr_format_ip(text, sizeof(text), &all[i]));
	puts(_("Another p2p-tui uses this home: /doctor in it tells of listening, people nearby "
	       "and "
	       "contacts."));
}

/* The report's lines as they come. */
static bool
print_report(struct cli *c, const struct msg *ev, unsigned dirty, void *arg)
{
	uint32_t serial = *(const uint32_t *)arg;
	size_t at = 0;

	(void)c;
	if (ev->type == MSG_EV_REPORT && ev->serial == serial)
		while (at < ev->len) {
			const char *line = (const char *)ev->bytes + at;
			size_t len = strnlen(line, ev->len - at);

			reading_field(line, len);
			putchar('\n');
			at += len + 1;
		}
	return (dirty & DIRTY_RESULT) && ev->serial == serial;
}

static bool
tell_network(struct cli *c)
{
	uint32_t serial = ++c->env.serial;
	char err[256] = "";

	if (!command_run_words(&c->env, "doctor", NULL, 0, err, sizeof(err))) {
		cli_fail("%s", err);
		return false;
	}
	return cli_wait(c, UINT64_MAX, print_report, &serial) == CLI_SEEN;
}

int
cli_doctor(struct cli *c, const struct cli_args *a)
{
	bool ok = cli_open(c);

	(void)a;
	if (ok) {
		tell_program();
		tell_clock();
		tell_home(c);
		fflush(stdout);
		if (home_in_use(&c->home))
			tell_beside();
		else
			ok = cli_start_open(c) && tell_network(c);
	}
	cli_stop(c);
	return ok ? CLI_DONE : CLI_FAILED;
}
