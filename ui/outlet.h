#ifndef P2P_UI_OUTLET_H
#define P2P_UI_OUTLET_H
/* What reaches a person who does not look: the bell, the window's title, a notification; the same for the screen and for lines. */

#include <stdbool.h>
#include <stddef.h>

struct notify;
struct options;

struct outlet {
	void (*write)(void *arg, const void *bytes, size_t len); /* to the terminal */
	void *arg;
	const struct options *options;
	struct notify *notify; /* of the desktop; NULL: there are none */
	bool mute;	       /* the terminal takes no sequences: a bell is all it has */
	bool titled;	       /* its own title was put away */
};

void outlet_bell(struct outlet *o);
/* The first one puts the terminal's own title away, outlet_end() brings it back. */
void outlet_title(struct outlet *o, const char *title);
/* In the way the option `notify` says; both texts are shown text. */
void outlet_notify(struct outlet *o, const char *title, const char *body);
/* Whether the way that the option says can be had here; false with a sentence. */
bool outlet_can_notify(const struct outlet *o, char *err, size_t errlen);
void outlet_end(struct outlet *o);

#endif
