#ifndef P2P_NET_TCP_H
#define P2P_NET_TCP_H
/* The transport over TCP, IPv4 and IPv6. */

struct loop;
struct transport;

/* Owned by the caller; freed by t->ops->free(t). */
struct transport *tcp_new(struct loop *loop);

#endif
