#ifndef P2P_NET_NODE_INT_H
#define P2P_NET_NODE_INT_H
/* What the files of the node share. node.c: life and the obey table. link.c: sessions before and while they belong to a peer. peers.c:
 * contacts, requests, which session counts. apart.c: bulk connections. dial.c: calling. delivery.c: messages out and in. reach.c: where we are and how we are reached.
 * roam.c: what follows when that changes. discovery.h: beacons.
 * presence.c: who is away, and being invisible. commands.c: what the person asks for; setting.c: options. pair.c: pairing by code. */

#include <sys/queue.h>
#include <sys/tree.h>

#include "net/gate.h"
#include "net/limits.h"
#include "net/loop.h"
#include "net/node.h"
#include "net/session.h"
#include "net/transfer.h"
#include "net/transport.h"
#include "net/wire.h"
#include "src/addr.h"
#include "src/msg.h"

struct dial;
struct discovery;
struct doctor;
struct link;
struct pair;
struct peer;

/* How far a session has come with its bulk connection. */
enum apart_state { APART_NONE, APART_CALLING, APART_AWAITED, APART_OPEN, APART_NEVER };

/* One session and whom it belongs to. */
struct link {
	LIST_ENTRY(link) entry;
	struct node *node;
	struct session *session;
	struct peer *peer;  /* known once CONTACT came */
	struct dial *dial;  /* the call it is still part of */
	struct link *main;  /* this is the bulk connection of that session; peer is NULL then */
	struct link *apart; /* the bulk connection of this one, once called */
	enum apart_state apart_state;
	unsigned apart_losses;
	struct timer apart_due;
	uint64_t used_at; /* a bulk connection: when a stream last went over it */
	bool open, contact_seen, accepted_us;
	bool twin;		  /* its peer runs twice, as this session proves */
	uint64_t began;		  /* when it was called or accepted */
	struct timer contact_due; /* CONTACT is the first frame, and comes at once */
	char via[ADDR_TEXT_SIZE]; /* the address we called, as it is kept */
	enum found found;	  /* ... became known */
	/* Frames that came while another session of the peer still counted. The other side may have settled on this one already, so
	 * they must not be lost; and they must not be obeyed twice, so they wait until it is decided. */
	uint8_t *held;
	size_t held_len, held_size;
	uint64_t rate_from;
	unsigned rate_frames;
};

LIST_HEAD(link_list, link);

/* A call: through a list of addresses until somebody answers. */
struct dial {
	LIST_ENTRY(dial) entry;
	struct node *node;
	bool has_expected, has_door, without_door;
	struct key expected;
	uint8_t door[KEY_LEN];
	bool has_code; /* suite 3 */
	struct code code;
	char targets[CONTACT_ADDRS][ADDR_TEXT_SIZE];
	size_t ntargets, target;
	struct addr found[CONTACT_ADDRS]; /* what targets[target] means */
	size_t nfound, at;
	uint64_t cookie; /* of the name look-up under way, 0 none */
	struct link *link;
	struct key
		met; /* who answered: with another key than was expected; or with any, and went without a word */
	bool has_met;
	struct timer next; /* goes on outside of callbacks */
	int rank;	   /* how telling `why` is */
	enum session_end end;
	char why[256];
	/* The call is over: link is NULL if nobody answered, and then why says so. The dial is freed after it. */
	void (*done)(void *arg, struct dial *d, struct link *link);
	/* An address turned out to belong to somebody else: to whom, or NULL for ourselves. May be NULL. */
	void (*stranger)(void *arg, const char *target, const struct key *met);
	void *arg;
	bool owns_arg; /* freed with the dial */
};

LIST_HEAD(dial_list, dial);

/* An outgoing message on the wire that is not acknowledged yet. */
struct inflight {
	STAILQ_ENTRY(inflight) entry;
	struct id id;
	int64_t seq;
	size_t len;
};

STAILQ_HEAD(inflight_list, inflight);

/* twin.c: the processes of one peer, the newest first, and since when that one is here. */
#define TWIN_BOOTS 4
struct twin {
	uint64_t boots[TWIN_BOOTS];
	size_t n;
	uint64_t since;
	int64_t told; /* wall ms, 0 never */
};

/* Where a contact's beacon seemed to come from, and when it was called there. */
struct near_try {
	struct addr at; /* family 0: none */
	uint64_t when;
};

struct peer {
	RB_ENTRY(peer) entry;
	struct node *node;
	struct key key;
	struct msg_st_contact row; /* as stored */
	char *note;		   /* of a request; raw; may be NULL */
	struct msg_chat chat;	   /* how its chat stands in the store */

	struct link *link, *rival; /* the session that counts; one that may replace it */
	struct dial *dial;
	/* nearby.c */
	/* A call to where its beacon came from; beside `dial`, which it cannot disturb. */
	struct dial *near;
	uint64_t near_since;
	struct near_try near_tried[NEARBY_TRIED];
	int64_t heard_nearby; /* wall ms, 0 never */
	struct addr near_at;  /* where it was heard, or called after that */
	char near_why[256];   /* the last call there failed */
	enum { PAIR_UNKNOWN, PAIR_MADE, PAIR_NONE } pair_state;
	uint8_t pair[KEY_LEN]; /* what its beacons and ours for it are made with */
	bool mutual;	       /* link, and both said accepted: content may flow */
	bool closed_by_hand;
	bool removed_us; /* it said so; until it calls or the person asks it is not called again */
	bool typing;
	/* presence.c: what it says of itself, on this session */
	bool away;
	int64_t away_since; /* wall ms */
	char status[STATUS_SIZE];
	bool presence_told; /* what we said of ourselves there is not what goes without saying */
	bool chosen;	    /* while we are invisible: the person wants to be seen by it */
	bool note_sent;	    /* on this link */
	unsigned notes;	    /* REQUESTs that came on this link */
	unsigned failures;  /* calls that failed in a row */
	int64_t retry_at;
	char why[256]; /* the last call failed */
	const char *
		left; /* PEER_... when it ended the session, for doctor; an event tells no reason. NULL: it did not */
	struct timer retry, decide, renew, typing_off;

	/* delivery.c */
	struct inflight_list inflight;
	size_t ninflight, inflight_bytes;
	bool awaits_files; /* something of a transfer is to come from it */
	int64_t sent_seq;  /* highest seq on this link */
	int64_t read_sent; /* the READ that was sent on this link */
	uint32_t outbox_serial;
	/* Of the last save of row.door, and of a successor heard of, until it is on disk; and how many there were. */
	uint32_t door_saving, heir_saving, saves;
	struct key heir_heard;
	bool loading, more; /* a part of the outbox is on its way; there may be more of it */
	size_t uncommitted, uncommitted_bytes;
	uint8_t *acks; /* ids to acknowledge at the end of the batch */
	size_t nacks, acks_size;

	struct twin twin;
	bool touched; /* in the node's list */
	SLIST_ENTRY(peer) touch;
};

SLIST_HEAD(touched_list, peer);

RB_HEAD(peer_tree, peer);
int peer_cmp(const struct peer *a, const struct peer *b);
RB_PROTOTYPE(peer_tree, peer, entry, peer_cmp)

struct node {
	struct node_env env;
	struct session_host host;
	struct noise_keypair self;
	char nick[NAME_SIZE];
	char downloads[4096];
	struct gate gate;
	struct msg_st_door doors[DOORS_MAX]; /* all that are live (invites.c) */
	size_t ndoors;
	uint8_t contacts_door[KEY_LEN], invite_door[KEY_LEN];
	bool has_contacts_door, has_invite_door;
	uint64_t dials, cookies;
	int64_t twin_told; /* when our user was told that we run twice; wall ms, 0 never */
	struct peer_tree peers;
	struct touched_list touched;
	struct link_list links;
	struct dial_list dials_list;
	struct transfers *transfers;
	bool attached, loaded, stopping, stopped;
	uint64_t limit_up, limit_down; /* options */
	struct pair *pair;
	bool sealed;   /* a passphrase is set */
	bool receipts; /* option: READ is sent, and what comes is shown */
	uint32_t attach_serial;
	int32_t keep;		     /* option: KEEP_... or days */
	struct timer sweep;	     /* what is due to be deleted then, see sweep.c */
	struct doctor *doctor;	     /* a report under way */
	struct discovery *discovery; /* NULL: none in this environment */
	bool nearby;		     /* option */

	bool no_requests; /* option: strangers may not ask */

	/* presence.c */
	bool invisible;			/* option */
	char status[STATUS_SIZE];	/* option */
	int64_t idle_since, away_since; /* wall ms: no key; by hand; 0 not */
	char away_text[STATUS_SIZE];	/* by hand, instead of the status */
	struct timer presence_due;
	uint64_t presence_at; /* when changes were told last */

	/* reach.c */
	char listen[ADDR_TEXT_SIZE]; /* what was asked for */
	bool listen_given;
	struct addr listening; /* family 0: not */
	struct addr hidden;    /* where it would be if we were not invisible */
	char listen_error[160];
	uint16_t port_before; /* the port the kernel picked last time */
	char *invite;
};

/* node.c */
void node_store(struct node *n, struct msg *m);
void node_emit(struct node *n, struct msg *m);
void node_notice(struct node *n, bool error, const struct key *peer, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* Answers the command with this serial (0: nobody asked). */
void node_result(struct node *n, uint32_t serial, bool ok, const struct key *peer, const char *fmt,
		 ...) __attribute__((format(printf, 5, 6)));
/* Answers it with text for the person. */
void node_answer(struct node *n, uint32_t serial, const char *text);
void node_random(struct node *n, void *out, size_t len);
int64_t node_wall(const struct node *n);

/* passphrase.c: WR_PASSPHRASE, SR_SEALING, SR_SEALED. */
void passphrase_written(struct node *n, const struct msg *m);
void passphrase_progress(struct node *n, const struct msg *m);
void passphrase_sealed(struct node *n, const struct msg *m);

/* link.c */
void link_host_init(struct node *n);
struct link *link_new(struct node *n);
void link_accepted(void *arg, struct conn *conn);
struct link *link_call(struct dial *d, const struct addr *to, const char *via);
/* Ends the session and forgets the link; its peer and dial are not told. */
void link_close(struct link *l, enum bye bye, const char *text);
void link_say_contact(struct link *l);
/* Obeys what was held back, now that this session counts. */
void link_release(struct link *l);

/* dial.c */
/* Why a contact that had accepted us was not reached where nothing listens, and where it, or anybody, shuts us out. */
#define DIAL_NOBODY N_("nobody answers there")
struct dial *dial_new(struct node *n, const struct key *expected, const uint8_t *door);
void dial_add(struct dial *d, const char *target);
/* Goes. `done` comes from the loop, never from in here. */
void dial_start(struct dial *d);
void dial_free(struct dial *d); /* cancels */
void dial_link_failed(struct dial *d, enum session_end end, const char *text);
void dial_link_answered(struct dial *d, struct link *l);
void dial_resolved(struct node *n, const struct msg *m);

/* peers.c */
struct peer *peer_find(struct node *n, const struct key *key);
/* A new one, not stored yet. */
struct peer *peer_new(struct node *n, const struct key *key);
void peer_free(struct peer *p);
void peer_save(struct peer *p);
/* The same; SR_SAVED with the serial says that it is on disk. */
void peer_save_asking(struct peer *p, uint32_t serial);
void peer_emit(struct peer *p);
void peer_emit_chat(struct peer *p);
/* Acknowledges and emits at the end of the batch, once. */
void peer_touch(struct peer *p);
/* CONTACT came on a link for the first time: it joins its peer, whose other session it may replace. */
void peer_join(struct peer *p, struct link *l);
/* CONTACT changed, or our own answer did. */
void peer_acceptance(struct peer *p);
/* The link ended by itself. */
void peer_lost(struct peer *p, struct link *l, enum session_end end, enum bye bye,
	       const char *text);
void peer_pong(struct peer *p, struct link *l);
void peer_dial_now(struct peer *p);
void peer_dial_later(struct peer *p);
/* It quit, is invisible now or shuts us out, which are one to us; or it ended the session otherwise. */
#define PEER_QUIT   N_("it went offline")
#define PEER_CLOSED N_("it closed the connection")
/* Drops the sessions and the call. */
void peer_hang_up(struct peer *p, enum bye bye);
void peer_drop_addr(struct peer *p, const char *text);
/* It is known by another key from now on; nothing may be on its way to it. */
void peer_rekey(struct peer *p, const struct key *key);
/* For good: from the store and from the front end, too. */
void peer_remove(struct peer *p);
void peer_add_addr(struct peer *p, const char *text, bool first, enum found how);
/* How that address became known. */
enum found peer_addr_how(const struct peer *p, const char *text);
/* name made unique among the others: "Ada", "Ada (2)"... */
void peer_unique_name(struct node *n, const struct peer *except, const char *wish,
		      char out[NAME_SIZE]);
struct peer *peer_named(struct node *n, const char *name);
/* How sure we are of it now, and why, since this moment. Not saved. */
void peer_trust(struct peer *p, enum trust trust, enum trust_how how);
/* The same for a stranger that becomes a contact; whom we know already keeps what it has. */
void peer_pin(struct peer *p, enum trust_how how);
/* What the peer calls itself now. A change is a line in the chat. */
void peer_nick(struct peer *p, const char *nick);
void peer_typing(struct peer *p); /* TYPING came */
void peer_line(struct peer *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
size_t peers_waiting(struct node *n); /* requests nobody answered */

/* person.c */
/* Whether a person with devices has this id; and whether a name is that of a person of whom `except` is no device. */
bool person_is(struct node *n, const struct key *id);
bool person_name_taken(struct node *n, const struct peer *except, const char *name);
/* OP_PERSON. NULL, or why not. */
const char *person_group(struct peer *p, const struct msg *m);
/* It is a device of nobody any more, which is saved. */
void person_leave(struct peer *p);
/* CMD_CONTACT about a person. NULL, or why not. */
const char *person_operate(struct node *n, const struct msg *m);
/* The message once for each device, its serial only the first time. */
void person_each(struct node *n, const struct key *id, const struct msg *m,
		 void (*obey)(struct node *n, const struct msg *m, const struct key *device));

/* shun.c */
/* Whether somebody who is blocked is known to be at that address. */
bool shun_at(struct node *n, const struct addr *from);
/* A session with its key stood with that address. Whether that is news; not saved. */
bool shun_note(struct peer *p, const struct addr *from);

/* trust.c */
/* Whether content may be sent to it: both accepted, and its key is not in doubt. */
bool peer_sends(const struct peer *p);
/* Its transfers rest, or do not, as its trust says. */
void trust_hold(struct peer *p);
/* Somebody else answered at an address of the contact. True if that put its key in doubt; else the address is not its. */
bool trust_met(struct peer *p, const char *target, const struct key *found);
/* Nothing is sent to it until the person has decided. new_key: which one it would be now, or NULL. */
void trust_doubt(struct peer *p, enum trust_how how, const struct key *new_key);
/* OP_MATCH or OP_DIFFER; compared: the key whose number the person compared, in hex. NULL, or why not. */
const char *trust_decide(struct peer *p, enum contact_op op, const char *compared);

/* successor.c */
int successor_frame(struct link *l, const struct frame *f, const char **why);
void successor_announce(struct peer *p); /* ours, to a mutual contact that has not confirmed it */
void successor_command(struct node *n, const struct msg *m); /* CMD_SUCCESSOR */
void successor_saved(struct node *n, const struct msg *m);   /* SR_SAVED */
/* The proof of a SUCCESSOR: one of the two secret keys, the other side's public one (new key or receiver), and the name of the session.
 * False for a key that cannot be. */
bool successor_proof(uint8_t out[SUCCESSOR_PROOF], const uint8_t secret[KEY_LEN],
		     const uint8_t other[KEY_LEN], const uint8_t session[BULK_ID_LEN],
		     const struct key *old_key, const struct key *new_key)
	__attribute__((warn_unused_result));

/* presence.c */
/* A session begins: what goes without saying is not said. */
void presence_start(struct peer *p);
/* What it said of itself is over. */
void presence_forget(struct peer *p);
int presence_frame(struct peer *p, const struct frame *f, const char **why); /* PRESENCE */
/* Whether to this contact we are not there. */
bool presence_hides(const struct peer *p);
/* The person wants to be seen by it. */
void presence_choose(struct peer *p);
bool presence_away(const struct node *n);
const char *presence_set_status(struct node *n, const char *value);
void presence_set_invisible(struct node *n, bool on);
void presence_set_requests(struct node *n, bool on);	    /* whether strangers may ask */
void presence_command(struct node *n, const struct msg *m); /* CMD_PRESENCE */

/* twin.c */
/* The session is about to join its peer: is that another process of it, beside one that still runs? */
void twin_joined(struct peer *p, struct link *l);
/* It answered a PING. */
void twin_answered(struct peer *p, struct link *l);
void twin_told(struct peer *p); /* TWIN came: we run twice, it says */

/* sweep.c: deleting what has lived long enough */
void sweep_start(struct node *n);
void sweep_stop(struct node *n);
/* The option `keep`, or a contact's own setting, is another one now. */
void sweep_default(struct node *n, int32_t keep);
void sweep_keep(struct peer *p, int32_t keep);
void sweep_due(struct node *n, const struct msg *m);  /* SR_DUE */
void sweep_gone(struct node *n, const struct msg *m); /* SR_GONE */
void sweep_failed(struct node *n);

/* delivery.c */
void delivery_start(struct peer *p); /* content may flow */
void delivery_stop(struct peer *p);
int delivery_frame(struct peer *p, const struct frame *f, const char **why);
void delivery_said(struct peer *p, const struct msg *m); /* SR_SAID */
void delivery_out(struct peer *p, const struct msg *m);	 /* SR_OUT */
void delivery_out_end(struct peer *p, const struct msg *m);
void delivery_got(struct peer *p, const struct msg *m); /* SR_GOT */
void delivery_batch_end(struct peer *p);
/* Sends READ if the user has seen more than the peer knows, and may know. */
void delivery_read(struct peer *p);
/* The first waiting message, previewed, as the one note a stranger may send. */
void delivery_note(struct peer *p);
/* Something waits for the peer, or nothing any more: how soon silence means that it is dead. */
void delivery_waits(struct peer *p);
void delivery_free(struct peer *p);

/* reach.c */
/* Listens at n->listen. False with n->listen_error. */
bool reach_listen(struct node *n);
void reach_make_doors(struct node *n);
void reach_refresh(struct node *n); /* invite and EV_SELF anew */
void reach_emit(struct node *n);
/* LISTEN and DOOR and SEEN for a contact that both accepted. */
void reach_tell(struct link *l);
/* Where others may reach us, at most CONTACT_ADDRS; loopback addresses among them if asked for. */
size_t reach_addresses(struct node *n, struct addr *out, bool loopback);
/* LISTEN alone. */
void reach_tell_listen(struct link *l);
int reach_frame(struct link *l, const struct frame *f, const char **why);
/* SR_SAVED: a contact's door key is on disk, which it may know now. */
void reach_saved(struct node *n, const struct msg *m);

/* A fresh invite with that door key. */
char *reach_invite(struct node *n, const uint8_t door[KEY_LEN], int64_t expires_ms);

/* invites.c */
bool invites_load(struct node *n, const struct msg_st_door *d);
/* Draws the key, stores it and opens to it; false if too many are live. */
bool invites_add(struct node *n, struct msg_st_door *d);
/* Those that have expired go. */
void invites_prune(struct node *n);
/* A caller's handshake is through: may this key use the door key it came with? The first one takes an invite for one person. */
bool invites_welcome(struct node *n, const struct session *s);
/* Whom the invite that a session came with is for; "" for nobody. */
const char *invites_label(struct node *n, const struct session *s);
/* Whoever came with an invite for one person does not need it any more. */
void invites_used(struct node *n, const struct key *who);
/* Older keys of the contacts' door go when no contact needs them. */
void invites_settle(struct node *n);
/* DOOR_OK: the contact has that key. */
void invites_confirmed(struct peer *p, const uint8_t door[KEY_LEN]);
/* What a caller came in with. */
enum trust_how invites_came(struct node *n, const struct session *s);
/* Somebody who is blocked or removed now has the contacts' key: they get another one. */
void invites_lock_out(struct node *n);
/* Whether those who were shut out cannot have the newest of these. */
bool invites_locked_out(const struct node *n);
void invites_command(struct node *n, const struct msg *m);

/* roam.c */
/* Interfaces or addresses of this machine changed, perhaps; arg is the discovery. */
void roam_changed(void *arg);
/* Where we listen changed: contacts are told, beacons begin anew. */
void roam_listening(struct node *n);

/* apart.c */
/* How a stream to or from this peer goes now. */
enum bulk_way apart_way(struct peer *p);
/* A bulk connection's handshake is through. False: it belongs to no session of ours. */
bool apart_opened(struct link *l);
/* It ended. */
void apart_gone(struct link *l);
int apart_frame(struct link *l, const struct frame *f, const char **why);

/* pair.c */
struct pair *pair_new(struct node *n);
void pair_free(struct pair *pr);
void pair_stop(struct node *n); /* codes of both kinds are void */
void pair_emit(struct node *n); /* how codes stand, for a front end that came */
void pair_open(struct node *n, const struct msg *m);
void pair_join(struct node *n, const struct msg *m);
/* For the session host's pairing() and paired(). */
bool pair_begin(struct node *n, struct session *s, struct code *code);
void pair_tried(struct node *n, struct session *s, bool knows);
/* A handshake of suite 3 is through: its peer is a verified contact from now on. False: close it without a word. */
bool pair_opened(struct link *l);
/* A session ended, or is none of pair.c's any more. */
void pair_gone(struct node *n, const struct session *s);
/* What the store has of typed codes: an SR_VALUE of TYPED_VALUE, or the SR_FAILED of an ST_VALUE. */
void pair_saved(struct node *n, const struct msg *m);

/* outgoing.c: CMD_SEND, CMD_LONG (taken over), WR_SPOOLED */
void outgoing_send(struct node *n, const struct msg *m);
void outgoing_long(struct node *n, struct msg *m);
/* All of the store is loaded: what a crash left of long texts goes. */
void outgoing_sweep(struct node *n);
void outgoing_spooled(struct node *n, const struct msg *m);

/* commands.c */
/* NULL if it can be the local name of p (NULL: of nobody yet), else why not. */
const char *commands_bad_name(struct node *n, const struct peer *p, const char *name);
/* The same of the words alone, whoever has that name. */
const char *commands_bad_words(const char *name);
/* One CMD_CONTACT, but OP_REMOVE. NULL, or why not. */
const char *commands_operate(struct peer *p, const struct msg *m);
/* p becomes a contact, under that name or, if it is empty, one made of its nick. It is told so. */
void commands_accept(struct peer *p, const char *name);
void commands_add(struct node *n, const struct msg *m);
void commands_contact(struct node *n, const struct msg *m);
void commands_say(struct node *n, const struct msg *m);
void commands_listen(struct node *n, const struct msg *m);
void commands_set(struct node *n, const struct msg *m);	   /* (setting.c) */
void commands_nearby(struct node *n, const struct msg *m); /* roam.c */

#endif
