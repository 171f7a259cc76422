/* beacon.c - fuzz target: a datagram that is, perhaps, a beacon. */
#include "config.h"

#include <sodium.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/beacon.h"
#include "src/addr.h"
#include "src/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool cond)
{
	if (!cond)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t pair[BEACON_PAIR_LEN];
	struct key from = {.b = {9}};
	struct beacon b, again;
	uint8_t out[BEACON_MAX];
	struct addr at;
	uint16_t port = 0;
	size_t n;

	if (!beacon_get(&b, data, len))
		return 0;
	must(len <= BEACON_MAX && b.digits >= -1 && b.digits <= 999);
	must(strnlen(b.nick, sizeof(b.nick)) <= NAME_MAX_BYTES);
	must(text_valid_utf8(b.nick, strlen(b.nick)));
	/* What is understood of it survives another way. */
	n = beacon_put(out, &b);
	must(n <= BEACON_MAX && beacon_get(&again, out, n));
	must(again.epoch == b.epoch && again.port == b.port && again.asks == b.asks);
	must(memcmp(again.slots, b.slots, sizeof(b.slots)) == 0);
	must(b.port == 0 || (strcmp(again.nick, b.nick) == 0 && again.digits == b.digits));
	addr_parse_ip(&at, "192.168.1.7");
	/* Of a fixed pair the fuzzer would learn the tag by watching comparisons. */
	crypto_generichash(pair, sizeof(pair), data, len, NULL, 0);
	must(!beacon_match(&b, pair, &from, &at, &port));
	beacon_tag(&b, 31, pair, &from, &at, 41555);
	must(beacon_match(&b, pair, &from, &at, &port) && port == 41555);
	return 0;
}
