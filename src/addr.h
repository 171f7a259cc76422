#ifndef P2P_SRC_ADDR_H
#define P2P_SRC_ADDR_H
/* Endpoint addresses as values: parsing, printing, comparing and classing them, without a socket or
 * a look-up. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The port tried first when nothing else is said (protocol.md). */
#define ADDR_PORT    41555
/* Buffers that always suffice, NUL included: "[v6%scope]:port", and a host name. */
#define ADDR_STRLEN  80
#define ADDR_HOSTLEN 256

/* An IPv4-mapped IPv6 address is never stored: it is family 4. Fill with addr_from_bytes() or a
 * parser. */
struct addr {
	uint8_t family; /* 4 or 6; 0 for none */
	uint8_t ip[16]; /* network order; IPv4 in the first four, the rest zero */
	uint16_t port;	/* host order; 0 only for listening */
	uint32_t scope; /* interface index of a link-local IPv6 address, else 0 */
};

enum addr_class {
	ADDR_UNSPECIFIED, /* 0.0.0.0, :: */
	ADDR_LOOPBACK,	  /* 127/8, ::1 */
	ADDR_LINK_LOCAL,  /* 169.254/16, fe80::/10 */
	ADDR_PRIVATE,	  /* RFC 1918, 100.64/10, fc00::/7, fec0::/10 */
	ADDR_MULTICAST,	  /* 224/4, ff00::/8 */
	ADDR_RESERVED,	  /* 0/8, 240/4, ::/96 but the above: nothing can be reached there */
	ADDR_GLOBAL,
};

/* From raw bytes: family 4 takes ip[4], family 6 ip[16]; a mapped address becomes family 4. false
 * for another family. */
bool addr_from_bytes(struct addr *a, uint8_t family, const uint8_t *ip, uint16_t port,
		     uint32_t scope);
/* A bare IP without port: "1.2.3.4", "::1", "fe80::1%eth0"; no brackets. Port 0. False if it is
 * none, or its interface does not exist. */
bool addr_parse_ip(struct addr *a, const char *s);
/* Numeric address with optional port: "1.2.3.4:5", "[::1]:41555", "[fe80::1%eth0]:41555", "::1",
 * "1.2.3.4". A missing port is default_port. False for anything else, host names included; *why
 * (may be NULL) then is a constant sentence, in English. */
bool addr_parse(struct addr *a, const char *s, uint16_t default_port, const char **why);
/* Splits "HOST", "HOST:PORT", "[V6]:PORT", bare IPv6 (only where the last group cannot be meant as
 * a port) into host[hostsize] (no brackets; lower case) and *port (0-65535). Host names have
 * letters, digits, `-`, `_` and `.`; what looks like an IP address must be one. False with *why
 * (may be NULL) a constant sentence, in English. */
bool addr_split_hostport(const char *s, char *host, size_t hostsize, uint16_t *port,
			 uint16_t default_port, const char **why);

/* "1.2.3.4:5" or "[::1]:5" (RFC 5952), with "%eth0" for a scope. Returns buf; ADDR_STRLEN always
 * suffices. */
char *addr_format(char *buf, size_t size, const struct addr *a);
/* The same without brackets and port. */
char *addr_format_ip(char *buf, size_t size, const struct addr *a);

/* Order by family, ip, scope, port: <0, 0, >0. */
int addr_compare(const struct addr *a, const struct addr *b);
bool addr_equal(const struct addr *a, const struct addr *b);
/* Equal but for the port. */
bool addr_same_ip(const struct addr *a, const struct addr *b);

enum addr_class addr_class(const struct addr *a);
/* What the door's `lan` lets in: loopback, link-local, private. */
bool addr_is_lan(const struct addr *a);
/* Whether one can dial it: a port, and neither unspecified, multicast nor reserved. */
bool addr_is_dialable(const struct addr *a);

#endif
