#ifndef P2P_UI_NOTIFY_H
#define P2P_UI_NOTIFY_H
/* Notifications of the desktop, through a helper process: whatever its daemon does, the program does not wait for it. */

#include <stdbool.h>
#include <stddef.h>

/* How long one notification may take before its sender is killed. */
#define NOTIFY_TIMEOUT_MS 5000
#define NOTIFY_TEXT_MAX	  1000 /* bytes of title and of body that are passed on */

struct notify;

/* Starts the helper, which runs notify-send for each notification; to be called before there are threads and secrets, for it is a fork. NULL
 * where there is no desktop to notify (no notify-send in PATH, no session bus), or no process to be had. It ends with notify_stop() or with
 * this program, however that ends. */
struct notify *notify_start(int timeout_ms);
/* Why it is NULL, in a sentence. */
const char *notify_missing(void);
/* Never waits: a notification for which there is no room is dropped, and false returned. Both texts are shown text. */
bool notify_send(struct notify *n, const char *title, const char *body);
/* NULL is allowed. */
void notify_stop(struct notify *n);

/* The same through the terminal: OSC 9 (one line of text), or OSC 777 (title and body). Allocated. */
char *notify_osc9(const char *title, const char *body);
char *notify_osc777(const char *title, const char *body);

#endif
