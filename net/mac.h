#ifndef P2P_NET_MAC_H
#define P2P_NET_MAC_H
/* Poly1305 (RFC 8439, section 2.5) over bytes that come piece by piece, by libcrypto where it is there, else by libsodium: the same tags,
 * several times as fast. Each belongs to one thread at a time. */

#include <stddef.h>
#include <stdint.h>

enum { MAC_KEY = 32, MAC_TAG = 16 };

struct mac;
struct mac *mac_new(void);
/* Wipes it. NULL is fine. */
void mac_free(struct mac *m);
/* A key is good for one tag only. What was begun before is forgotten. */
void mac_start(struct mac *m, const uint8_t key[MAC_KEY]);
void mac_add(struct mac *m, const void *p, size_t len);
/* Should libcrypto fail, which it has no reason to, the tag is random: it vouches for nothing. */
void mac_end(struct mac *m, uint8_t tag[MAC_TAG]);

#endif
