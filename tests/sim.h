#ifndef P2P_TESTS_SIM_H
#define P2P_TESTS_SIM_H
/* A network in memory on a virtual clock, and nodes on it with real databases: whole conversations in milliseconds that repeat exactly. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/addr.h"
#include "src/msg.h"
#include "tests/memnet.h"

struct sim;
struct sim_node;

struct sim *sim_new(uint64_t seed);
void sim_free(struct sim *s);
struct loop *sim_loop(struct sim *s);
struct memnet *sim_net(struct sim *s);
struct memnet_faults *sim_faults(struct sim *s);
uint64_t sim_written(const struct sim *s);
/* Breaks every stream now. */
void sim_cut(struct sim *s);
/* The wall clock of all nodes jumps; the one that timers go by does not. */
void sim_jump(struct sim *s, int64_t ms);
/* Runs until the clock reached `ms` more, or nothing happens any more. */
void sim_run(struct sim *s, uint64_t ms);
/* Runs until done(arg) or at most `ms`; whether it came true. */
bool sim_until(struct sim *s, uint64_t ms, bool (*done)(void *arg), void *arg);

/* A node named nick with a home of its own at 192.168.7.INDEX:41555 (or another class of address with sim_node_at). It is attached, and
 * loaded when this returns. The database stays over sim_kill() and sim_revive(). */
struct sim_node *sim_add(struct sim *s, const char *nick);
struct sim_node *sim_add_at(struct sim *s, const char *nick, const char *ip);
/* The same at an address of one segment, where it hears and sends beacons (CMD_SET nearby and the rest work there). */
struct sim_node *sim_add_near(struct sim *s, const char *nick, const char *ip, unsigned segment);
/* Its machine gets another address, on that segment; old streams hear and say nothing any more. */
void sim_move(struct sim_node *n, const char *ip, unsigned segment);
/* Whether its machine can send beacons from the addresses it has. */
void sim_ready(struct sim_node *n, bool ready);
/* From now on it says that it listens at that IP, too. */
void sim_claim(struct sim_node *n, const char *ip);
struct memnet_air *sim_air(struct sim *s);
/* The newest EV_NEARBY about that address; NULL if none or gone. */
const struct msg_nearby *sim_nearby(struct sim_node *n, const char *address);
size_t sim_count_nearby(const struct sim_node *n);
/* Another home with the identity and the database of one that is not running, as out of a backup. */
struct sim_node *sim_restore(struct sim_node *of, const char *ip);
/* As kill -9: nothing is said, nothing unfinished is stored. */
void sim_kill(struct sim_node *n);
void sim_revive(struct sim_node *n);
/* CMD_QUIT until it has stopped. */
void sim_quit(struct sim_node *n);

struct sim *sim_of(const struct sim_node *n);
const struct key *sim_key(const struct sim_node *n);
const char *sim_invite(struct sim_node *n);
/* The newest EV_CONTACT about that key; NULL if none or gone. */
const struct msg_contact *sim_contact(struct sim_node *n, const struct key *who);
/* How many events came, and the bytes of the newest EV_CONTACT. */
unsigned sim_events(const struct sim_node *n);
const char *sim_detail(const struct sim_node *n);
/* Asks doctor: its lines, each ended by a newline; they hold until the next time. Takes up to 8 s. */
const char *sim_doctor(struct sim_node *n);
/* The newest EV_TRANSFER; its transfer is 0 before the first. */
const struct msg_transfer *sim_transfer(const struct sim_node *n);
/* The newest EV_CODE about its own code, or about one typed there; NULL before the first. said: its sentence. And how many there were. */
const struct msg_code *sim_code(const struct sim_node *n, bool joining, const char **said);
unsigned sim_code_events(const struct sim_node *n, bool joining);
/* The public digits its beacons would show, -1 none; and a beacon it hears. */
int sim_digits(const struct sim_node *n);
void sim_heard(struct sim_node *n, int digits, const char *at);
struct msg *sim_cmd_pair(const char *name);
struct msg *sim_cmd_join(const struct code *code, const char *target, const char *name);
/* Where accepted files go. */
const char *sim_folder(const struct sim_node *n);
/* Sends a command; returns its serial. Taken over. */
uint32_t sim_command(struct sim_node *n, struct msg *m);
/* The EV_RESULT with that serial: 1 ok, 0 failed, -1 none yet. text may be NULL. */
int sim_result(struct sim_node *n, uint32_t serial, const char **text);
/* Runs until the result is there. */
int sim_do(struct sim_node *n, struct msg *m, const char **text);
/* The same as a check of the test: that the result is `want` (1 or 0), named by what fmt says and the answer's text. Returns that text; it holds
 * until the next command. */
const char *sim_does(struct sim_node *n, struct msg *m, int want, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Two who added each other, connected: Ada at a, and b, who calls himself nick and is `name` to Ada. Run until both are online. */
struct sim_pair {
	struct sim *s;
	struct sim_node *a, *b;
};
struct sim_pair sim_friends(uint64_t seed, const char *nick, const char *name);
/* Whether n sees the other as a contact that is online and has accepted it; and both of a struct sim_pair each other. */
bool sim_online(struct sim_node *n, const struct sim_node *with);
bool sim_both_online(void *pair);
struct msg *sim_cmd_add(const char *name, const char *target);
struct msg *sim_cmd_set(const char *option, const char *value);
struct msg *sim_cmd_op(enum contact_op op, const struct key *who, const char *name);
struct msg *sim_cmd_say(struct sim *s, const struct key *who, const char *text);
/* The same for what is done to a message; ref NULL: the newest. */
struct msg *sim_cmd_act(struct sim *s, const struct key *who, enum content content,
			const struct id *ref, const char *text);
/* What the last EV_CHAT said the peer has read; -1 if there was none. */
int64_t sim_read_seq(const struct sim_node *n, const struct key *who);
/* All rows of a chat, joined: "<text" for incoming, ">text" + "." queued or "!" delivered or "x" failed, "-text" for lines, one per line. Before the
 * mark: " re <quote", " edited N", "deleted", " <R" and " >R" for reactions. Behind it: "/N" disappears after N s, "+" that run. */
char *sim_chat(struct sim_node *n, const struct key *who);
/* Tries a stranger would make: a raw stream to that node. Bytes go in, what came back is counted. */
size_t sim_poke(struct sim *s, struct sim_node *to, const void *bytes, size_t len,
		const char *from_ip);

#endif
