/* invite.c - fuzz target: an invite as text; or, where the first byte is the version, as bytes that
 * get their checksum here. */
#include "config.h"

#include <sodium.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/addr.h"
#include "src/uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool cond)
{
	if (!cond)
		abort();
}

static void
check_text(const char *s, size_t len)
{
	struct invite a, b;
	char err[INVITE_ERR] = "", *again;

	if (!invite_parse_n(s, len, &a, err, sizeof(err))) {
		must(err[0] != '\0' && err[strlen(err) - 1] == '.');
		return;
	}
	must(a.naddrs <= INVITE_ADDRS && strnlen(a.nick, sizeof(a.nick)) <= INVITE_NICK);
	must(invite_key_ok(a.key));
	/* What is known of it survives another way. */
	again = invite_format(&a);
	must(invite_parse(again, &b, err, sizeof(err)));
	must(memcmp(a.key, b.key, sizeof(a.key)) == 0 && a.has_door == b.has_door);
	must(memcmp(a.door, b.door, sizeof(a.door)) == 0 && a.naddrs == b.naddrs);
	must(strcmp(a.nick, b.nick) == 0 && a.expires == b.expires);
	for (size_t i = 0; i < a.naddrs; i++)
		must(addr_equal(&a.addrs[i], &b.addrs[i]));
	free(again);
}

static void
check_bytes(const uint8_t *data, size_t len)
{
	static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
	static const char label[] = "p2p-tui invite";
	uint8_t b[1200], hash[32];
	char out[2048] = "p2p:";
	unsigned acc = 0, bits = 0;
	size_t n = 4;

	memcpy(b, label, sizeof(label) - 1);
	memcpy(b + sizeof(label) - 1, data, len);
	crypto_generichash(hash, sizeof(hash), b, sizeof(label) - 1 + len, NULL, 0);
	memcpy(b, data, len);
	memcpy(b + len, hash, 5);
	for (size_t i = 0; i < len + 5; i++) {
		acc = (acc << 8 | b[i]) & 0xffff;
		for (bits += 8; bits >= 5; bits -= 5)
			out[n++] = alphabet[acc >> (bits - 5) & 31];
	}
	if (bits > 0)
		out[n++] = alphabet[acc << (5 - bits) & 31];
	check_text(out, n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *s = (const char *)data;
	struct addr a;
	size_t start, n;
	char *copy, buf[ADDR_STRLEN];

	if (len > 0 && data[0] == 1) {
		if (len < 1100)
			check_bytes(data, len);
		return 0;
	}
	check_text(s, len);
	if (invite_find(s, len, &start, &n)) {
		must(start + n <= len && n > 4);
		check_text(s + start, n);
	}
	/* Addresses are typed in the same place. What is read is read again from what is printed.
	 */
	copy = strndup(s, len < 300 ? len : 300);
	must(copy != NULL);
	if (addr_parse(&a, copy, 1, NULL)) {
		struct addr b;

		must(addr_parse(&b, addr_format(buf, sizeof(buf), &a), 2, NULL));
		must(addr_equal(&a, &b));
	}
	free(copy);
	return 0;
}
