#ifndef P2P_UI_NEWS_H
#define P2P_UI_NEWS_H
/* What came while nobody looked at the terminal: told by the title, the bell and, where the user wants that, by a notification. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/types.h"

struct front;
struct msg;

/* Notifications have at least this long between them; what comes meanwhile is told by the next one. */
#define NEWS_QUIET_MS 3000
/* And requests, which anybody can make, at least this long. */
#define NEWS_CROWD_MS 60000

/* What the front end keeps for it. All zero: nothing was told yet. */
struct news {
	struct news_peer *told; /* unread messages of contacts, as far as they were told */
	size_t ntold;
	uint32_t unread, requests; /* in all, told by title and bell */
	uint64_t crowd;		   /* no bell for another request before */
	bool titled;
	uint64_t quiet_until; /* no notification before; 0: any time */
	bool due;	      /* something is to be told then */
	struct key peer;      /* whose newest message is asked for, */
	uint32_t serial;      /* with this CMD_PAGE; 0: none */
	uint32_t count;
};

void news_free(struct news *n);
/* The terminal's focus went: what is there now is no news. */
void news_leave(struct front *f);
/* Contacts, chats or the focus changed. */
void news_changed(struct front *f);
/* An EV_PAGE; others than the one asked for are left alone. */
void news_page(struct front *f, const struct msg *ev);
/* Time passed; and ms until something is due, -1 if nothing is. */
void news_tick(struct front *f);
int news_timeout(struct front *f);

#endif
