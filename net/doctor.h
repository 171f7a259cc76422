#ifndef P2P_NET_DOCTOR_H
#define P2P_NET_DOCTOR_H
/* What the network looks like from here, in sentences. */

#include <stddef.h>

struct msg;
struct node;

/* CMD_DOCTOR: answered by EV_REPORT and EV_RESULT after some seconds at most. */
void commands_doctor(struct node *n, const struct msg *m);
/* Ends one that is under way. */
void doctor_free(struct node *n);
/* The libraries that were found, as one line. */
void doctor_libraries(char *out, size_t size);

#endif
