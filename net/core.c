/* core.c - the networking core: the net thread and all below it, behind two queues. */
#include "config.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/core.h"
#include "net/disk.h"
#include "net/lan.h"
#include "net/loop.h"
#include "net/netif.h"
#include "net/node.h"
#include "net/resolve.h"
#include "net/tcp.h"
#include "net/transport.h"
#include "src/chores.h"
#include "src/home.h"
#include "src/identity.h"
#include "src/keeper.h"
#include "src/msg.h"
#include "src/options.h"
#include "src/queue.h"
#include "src/retain.h"
#include "src/seal.h"
#include "src/store.h"
#include "src/thread.h"
#include "src/util.h"

#define COMMANDS_MAX 1024
#define EVENTS_MAX   4096
#define DISK_WORKERS 4
/* How often a full event queue is tried again. */
#define RETRY_EMIT   20

struct core {
	pthread_t thread;
	struct queue *commands, *events, *inbox; /* inbox: answers of store, disk, resolver */
	struct keeper *keeper;
	struct disk *disk;
	struct resolver *resolver;
	struct chores *chores; /* NULL: none was asked for yet */
	char *database, *spool, *identity_file;
	char *vouchers; /* the folder for what is known of files that were sent */
	struct loop *loop;
	struct transport *transport;
	struct lan *lan;
	struct node *node;
	struct watch *commands_watch, *inbox_watch;
	struct identity identity;
	/* Events the full queue refused, oldest first. While there are any, no command is taken: each causes a bounded number. */
	struct msg *refused, **refused_last;
	struct timer retry;
};

/* ---- what the node asks ---- */

static int64_t
env_wall(void *arg)
{
	(void)arg;
	return util_wall_ms();
}

static void
env_store(void *arg, struct msg *m)
{
	keeper_push(((struct core *)arg)->keeper, m);
}

static void
env_disk(void *arg, struct msg *m)
{
	disk_push(((struct core *)arg)->disk, m);
}

static void
env_resolve(void *arg, const char *host, uint64_t cookie)
{
	struct core *c = arg;

	if (c->resolver == NULL)
		c->resolver = resolver_start(c->inbox);
	resolver_ask(c->resolver, host, cookie);
}

static void
env_chore(void *arg, struct msg *m)
{
	struct core *c = arg;
	struct seal_key key;

	if (c->chores == NULL) {
		identity_seal_key(&c->identity, &key);
		c->chores = chores_start(c->database, c->spool, c->identity_file, &key, c->inbox);
		seal_key_wipe(&key);
	}
	chores_push(c->chores, m);
}

static size_t
env_interfaces(void *arg, struct addr *out, size_t max)
{
	(void)arg;
	return netif_addresses(out, max);
}

static void
retry_emit(void *arg)
{
	struct core *c = arg;

	while (c->refused != NULL) {
		struct msg *m = c->refused, *next = m->next;

		if (!queue_push(c->events, m)) {
			m->next = next;
			timer_set(c->loop, &c->retry, RETRY_EMIT, retry_emit, c);
			return;
		}
		c->refused = next;
	}
	c->refused_last = &c->refused;
	watch_set(c->commands_watch, LOOP_READ);
}

static void
env_emit(void *arg, struct msg *m)
{
	struct core *c = arg;

	/* What merges always fits, and must not pile up behind what does not. */
	if ((c->refused == NULL || msg_rule(m->type) == MSG_MERGE) && queue_push(c->events, m))
		return;
	m->next = NULL;
	*c->refused_last = m;
	c->refused_last = &m->next;
	if (!timer_is_set(&c->retry)) {
		watch_set(c->commands_watch, 0);
		timer_set(c->loop, &c->retry, RETRY_EMIT, retry_emit, c);
	}
}

/* ---- the thread ---- */

static void
obey_commands(void *arg, unsigned events)
{
	struct core *c = arg;
	struct msg *m;

	(void)events;
	while (c->refused == NULL && (m = queue_pop(c->commands)) != NULL)
		node_obey(c->node, m);
	node_batch_end(c->node);
}

static void
obey_inbox(void *arg, unsigned events)
{
	struct core *c = arg;
	struct msg *m, *next;

	(void)events;
	for (m = queue_take_all(c->inbox); m != NULL; m = next) {
		next = m->next;
		m->next = NULL;
		node_obey(c->node, m);
	}
	node_batch_end(c->node);
}

static void *
net_main(void *arg)
{
	struct core *c = arg;
	struct msg *stopped;

	thread_prompt();
	while (!node_stopped(c->node)) {
		loop_turn(c->loop, -1);
		node_batch_end(c->node);
	}
	disk_stop(c->disk);
	chores_stop(c->chores);
	keeper_join(c->keeper);
	if (c->resolver != NULL)
		resolver_stop(c->resolver);
	stopped = msg_new(MSG_EV_STOPPED);
	queue_push_always(c->events, stopped);
	return NULL;
}

/* ---- for the front end ---- */

/* Whether what the node keeps in memory can be read: it could not live with less than all of it. */
static bool
can_load(const char *path, const struct seal_key *key, char *err, size_t errlen)
{
	struct store *s = store_open(path, STORE_READ, key, err, errlen);
	struct queue *answers;
	struct msg *m;
	bool good = true;

	if (s == NULL)
		return true; /* there is none yet, or it is of an older version; else keeper_start() says what is wrong */
	answers = queue_new(1);
	store_load(s, answers);
	store_close(s);
	while ((m = queue_pop(answers)) != NULL) {
		if (m->type == MSG_SR_FAILED) {
			snprintf(err, errlen, "%s", (const char *)m->bytes);
			good = false;
		}
		msg_free(m);
	}
	queue_free(answers);
	return good;
}

static bool
start_store(struct core *c, const char *path, char *err, size_t errlen)
{
	struct seal_key key;

	identity_seal_key(&c->identity, &key);
	c->commands = queue_new(COMMANDS_MAX);
	c->events = queue_new(EVENTS_MAX);
	c->inbox = queue_new(SIZE_MAX);
	if (can_load(path, &key, err, errlen))
		c->keeper = keeper_start(path, &key, c->inbox, c->events, err, errlen);
	seal_key_wipe(&key);
	return c->keeper != NULL;
}

static void
start_node(struct core *c, const struct options *options, const char *listen)
{
	struct seal_key key;
	const char *listen_option = options_text(options, OPT_listen);
	struct options *defaults = options_new();
	struct node_env env = {
		.arg = c,
		.identity = &c->identity,
		.wall_ms = env_wall,
		.store = env_store,
		.disk = env_disk,
		.emit = env_emit,
		.resolve = env_resolve,
		.chore = env_chore,
		.interfaces = env_interfaces,
		.nick = options_text(options, OPT_nick),
		.downloads = options_text(options, OPT_downloads),
		.limit_up = options_rate(options, OPT_limit_up),
		.limit_down = options_rate(options, OPT_limit_down),
		.receipts = options_bool(options, OPT_receipts),
		.nearby = options_bool(options, OPT_nearby),
		.invisible = options_bool(options, OPT_invisible),
		.no_requests = !options_bool(options, OPT_requests),
		.status = options_text(options, OPT_status),
		.listen = listen != NULL ? listen : listen_option,
		.listen_given = listen != NULL ||
				strcmp(listen_option, options_text(defaults, OPT_listen)) != 0,
	};

	(void)retain_parse_keep(options_text(options, OPT_keep), &env.keep);
	options_free(defaults);
	for (enum door_state d = DOOR_OPEN; d <= DOOR_CLOSED; d++)
		if (strcmp(options_text(options, OPT_door), door_word(d)) == 0)
			env.door = d;
	c->refused_last = &c->refused;
	c->loop = loop_new(false);
	c->transport = tcp_new(c->loop);
	c->disk = disk_start(DISK_WORKERS, c->inbox);
	identity_seal_key(&c->identity, &key);
	disk_spool_key(c->disk, &key);
	seal_key_wipe(&key);
	disk_set_vouchers(c->disk, c->vouchers);
	env.loop = c->loop;
	env.transport = c->transport;
	env.lan = c->lan = lan_new(c->loop);
	c->node = node_new(&env);
	c->commands_watch = loop_watch(c->loop, queue_fd(c->commands), LOOP_READ, obey_commands, c);
	c->inbox_watch = loop_watch(c->loop, queue_fd(c->inbox), LOOP_READ, obey_inbox, c);
}

/* Only the front end's thread gets signals. */
static void
block_signals(sigset_t *before)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, before);
}

/* What start and end have in common: the queues, and what was copied. */
static void
core_free(struct core *c)
{
	queue_free(c->commands);
	queue_free(c->events);
	queue_free(c->inbox);
	identity_wipe(&c->identity);
	free(c->database);
	free(c->spool);
	free(c->identity_file);
	free(c->vouchers);
	free(c);
}

struct core *
core_start(const struct home *home, const struct identity *id, const struct options *options,
	   const char *listen, char *err, size_t errlen)
{
	struct core *c = xcalloc(1, sizeof(*c));
	sigset_t before;
	int error = 0;

	c->identity = *id;
	c->database = xstrdup(home->database);
	c->spool = xstrdup(home->spool);
	c->identity_file = xstrdup(home->identity);
	xasprintf(&c->vouchers, "%s.sent", home->database);
	block_signals(&before);
	if (start_store(c, home->database, err, errlen)) {
		start_node(c, options, listen);
		error = pthread_create(&c->thread, NULL, net_main, c);
		if (error != 0)
			util_fatal("cannot start a thread: %s", strerror(error));
		pthread_sigmask(SIG_SETMASK, &before, NULL);
		return c;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	core_free(c);
	return NULL;
}

struct queue *
core_commands(struct core *c)
{
	return c->commands;
}

struct queue *
core_events(struct core *c)
{
	return c->events;
}

void
core_join(struct core *c)
{
	struct msg *m;

	pthread_join(c->thread, NULL);
	watch_free(c->commands_watch);
	watch_free(c->inbox_watch);
	node_free(c->node);
	c->transport->ops->free(c->transport);
	c->lan->ops->free(c->lan);
	loop_free(c->loop);
	while ((m = c->refused) != NULL) {
		c->refused = m->next;
		msg_free(m);
	}
	core_free(c);
}
