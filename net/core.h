#ifndef P2P_NET_CORE_H
#define P2P_NET_CORE_H
/* The networking core: the net thread and all below it, behind two queues. */

#include <stdbool.h>
#include <stddef.h>

struct core;
struct home;
struct identity;
struct options;
struct queue;

/* Opens the database, starts the threads. The identity, home and options are read before it returns and not kept. Events come on
 * core_events(); commands go in by queue_push(core_commands()). NULL with a sentence in err. `listen` overrides the option, or NULL. */
struct core *core_start(const struct home *home, const struct identity *id,
			const struct options *options, const char *listen, char *err,
			size_t errlen);
struct queue *core_commands(struct core *c);
struct queue *core_events(struct core *c);
/* After EV_STOPPED: joins the threads and frees everything. */
void core_join(struct core *c);

#endif
