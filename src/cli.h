#ifndef P2P_SRC_CLI_H
#define P2P_SRC_CLI_H
/* The headless front end: sub-commands over the same queues, model and command table as the screen. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "src/command.h"
#include "src/home.h"
#include "src/identity.h"
#include "src/msg.h"

struct cli_command;
struct core;
struct model;
struct options;
struct store;

/* What the program returns. */
enum cli_exit {
	CLI_DONE = 0,
	CLI_FAILED = 1, /* with one sentence on standard error */
	CLI_USAGE = 2,
	CLI_LATE = 3,	 /* not delivered within --wait; it stays queued on disk */
	CLI_REFUSED = 4, /* by the peer */
};

/* Options of sub-commands: name, whether a value follows. */
/* clang-format off */
#define CLI_OPTIONS(ROW) \
	ROW(nick, true) \
	ROW(wait, true) \
	ROW(into, true) \
	ROW(from, true) \
	ROW(once, false) \
	ROW(json, false) \
	ROW(in, true) \
	ROW(output, true) \
	ROW(remove, false) \
	ROW(blocked, false) \
	ROW(yes, false) \
	ROW(versions, false) \
	ROW(only, true) \
	ROW(confirm, false) \
	ROW(for, true) \
	ROW(expires, true) \
	ROW(qr, false)
/* clang-format on */

enum cli_option {
#define ROW(name, value) CLI_##name,
	CLI_OPTIONS(ROW)
#undef ROW
		CLI_NOPTIONS
};

/* A sub-command's words, a NULL-ended list of n, and its options; opt[] is NULL for one that is not there, "" for one without value. */
struct cli_args {
	const struct cli_command *command;
	const char **word;
	size_t n;
	const char *opt[CLI_NOPTIONS];
	const char **only; /* each --only, a NULL-ended list; NULL: none */
	size_t nonly;
};

struct cli {
	/* Set by main.c: the global options. */
	const char *folder; /* --home, or NULL */
	const char *listen; /* --listen, or NULL */
	bool linear;	    /* --linear */
	const char *passphrase_fd,
		*new_passphrase_fd;   /* numbers of descriptors, or NULL: ask on the terminal */
	int (*screen)(struct cli *c); /* the full screen; returns what the program does */
	bool events_only;	      /* what is printed is for programs: it stays English */
	/* Set by cli_open(), cli_start() and their kin. */
	struct home home;
	bool home_is_open;
	struct options *options;
	struct identity id;
	struct core *core;
	struct model *model;
	struct command_env env;
	struct msg *waiting, **waiting_end; /* commands that the queue had no room for yet */
	bool stopped;			    /* EV_STOPPED came */
	void (*sending)(void *arg, const struct msg *m); /* sees every command that is sent */
	void *sending_arg;
};

struct cli_command {
	const char *name, *args, *help;
	const char *options; /* those it takes, a blank after each: "--wait --into " */
	size_t min;	     /* words */
	size_t max;	     /* words; SIZE_MAX any */
	int (*run)(struct cli *c, const struct cli_args *a);
};

/* Runs argv[0] as a sub-command; returns what the program does. */
int cli_command(struct cli *c, int argc, char **argv);
/* The lines of --help about sub-commands. */
void cli_help(FILE *out);

/* One sentence on standard error, made safe to show; returns CLI_FAILED. */
int cli_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* --wait: seconds to ms, `fallback` without it (UINT64_MAX: for ever). False after a sentence when it is no number. */
bool cli_wait_ms(const struct cli_args *a, uint64_t fallback, uint64_t *ms);

/* ---- cli_open.c: the home, the identity, the core ---- */

/* Opens the home and reads identity and options. False after a sentence. */
bool cli_open(struct cli *c);
/* The same for the full screen: what is missing is made, with no nick yet. */
bool cli_open_or_make(struct cli *c);
/* Makes and opens a home without looking for an identity. */
bool cli_open_empty(struct cli *c);
/* The passphrase of what there is, from --passphrase-fd or the terminal: identity.h's identity_ask, arg is the struct cli. */
bool cli_ask_passphrase(void *arg, char *out, char *err, size_t errlen);
/* cli_open(), then the lock and the core, and waits until everything is known. False after a sentence. */
bool cli_start(struct cli *c);
/* The rest of cli_start(), in a home that is open. */
bool cli_start_open(struct cli *c);
/* Locks and starts the core in a home that is open. */
bool cli_start_core(struct cli *c);
/* CMD_QUIT, and waits for the end of the core; frees everything, also after a failure. */
void cli_stop(struct cli *c);

/* Makes a home with an identity, a database and door keys. False after a sentence. */
bool cli_make_home(struct cli *c, const char *nick);

/* SIGINT, SIGTERM and SIGHUP become a readable descriptor. */
void cli_signals(void);
int cli_signal_fd(void);
bool cli_signalled(void);

/* Why cli_wait() came back. */
enum cli_woke { CLI_SEEN, CLI_TIMEOUT, CLI_SIGNALLED, CLI_STOPPED };
/* Called for each event after the model has digested it; true: enough. */
typedef bool cli_seen(struct cli *c, const struct msg *ev, unsigned dirty, void *arg);
/* Digests what is in the event queue, and pushes what waits for room in the command queue. True once seen() said enough. */
bool cli_drain(struct cli *c, cli_seen *seen, void *arg);
/* Digests events until seen() says enough, `until` on util_mono_ms()'s clock is reached (UINT64_MAX: never), a signal comes, or the core has ended. */
enum cli_woke cli_wait(struct cli *c, uint64_t until, cli_seen *seen, void *arg);
/* Sends a command of the table and waits for its EV_RESULT, which is copied to *result (may be NULL). False after a sentence. */
bool cli_do(struct cli *c, const char *name, const char *const *words, size_t n,
	    struct msg_result *result);

/* ---- the sub-commands ---- */

int cli_doctor(struct cli *c, const struct cli_args *a);
int cli_nearby(struct cli *c, const struct cli_args *a);
int cli_export(struct cli *c, const struct cli_args *a);
int cli_import(struct cli *c, const struct cli_args *a);
int cli_init(struct cli *c, const struct cli_args *a);
int cli_id(struct cli *c, const struct cli_args *a);
int cli_contacts(struct cli *c, const struct cli_args *a);
int cli_requests(struct cli *c, const struct cli_args *a);
int cli_log(struct cli *c, const struct cli_args *a);
int cli_clear(struct cli *c, const struct cli_args *a);
int cli_keep(struct cli *c, const struct cli_args *a);
int cli_disappear(struct cli *c, const struct cli_args *a);
int cli_search(struct cli *c, const struct cli_args *a);
int cli_transfers(struct cli *c, const struct cli_args *a); /* cli_went.c */
int cli_say(struct cli *c, const struct cli_args *a);
int cli_send(struct cli *c, const struct cli_args *a);
int cli_clean(struct cli *c, const struct cli_args *a);
int cli_receive(struct cli *c, const struct cli_args *a);
int cli_passphrase(struct cli *c, const struct cli_args *a);
int cli_pair(struct cli *c, const struct cli_args *a);
int cli_join(struct cli *c, const struct cli_args *a);
int cli_invite(struct cli *c, const struct cli_args *a);
int cli_successor(struct cli *c, const struct cli_args *a);
int cli_verify(struct cli *c, const struct cli_args *a);
int cli_run(struct cli *c, const struct cli_args *a);
int cli_demo(struct cli *c, const struct cli_args *a);

#endif
