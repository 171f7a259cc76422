/* aead.c - tests of the transport cipher */
#include "config.h"

#include <errno.h>
#include <string.h>

#include <sodium.h>

#include "net/aead.h"
#include "net/aead_evp.h"
#include "net/mac.h"
#include "src/util.h"
#include "tests/tap.h"

/* RFC 8439, appendix A.5: its nonce begins with four zero bytes, so it is n = 0x0807060504030201 in our terms. */
static const char rfc_key[] = "1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0";
static const char rfc_ad[] = "f33388860000000000004e91";
static const char rfc_tag[] = "eead9d67890cbb22392336fea1851f38";
static const char rfc_ciphertext[] =
	"64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb24c6cfc18755d43eea09ee94e"
	"382d26b0bdb7b73c321b0100d4f03b7f355894cf332f830e710b97ce98c8a84abd0b948114ad176e008d33bd"
	"60f982b1ff37c8559797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c867e4b9166c76"
	"7b804d46a59b5216cde7a4e99040c5a40433225ee282a1b0a06c523eaf4534d7f83fa1155b0047718cbc546a"
	"0d072b04b3564eea1b422273f548271a0bb2316053fa76991955ebd63159434ecebb4e466dae5a1073a67276"
	"27097a1049e617d91d361094fa68f0ff77987130305beaba2eda04df997b714d6c6f2c29a6ad5cb4022b0270"
	"9b";
static const char rfc_plaintext[] =
	"Internet-Drafts are draft documents valid for a maximum of six months and may be updated, "
	"replaced, or obsoleted by other documents at any time. It is inappropriate to use "
	"Internet-Drafts as reference material or to cite them other than as "
	"/\xe2\x80\x9cwork in progress./\xe2\x80\x9d";

static uint8_t key[AEAD_KEY], ad[64];
static const size_t rfc_len = sizeof(rfc_plaintext) - 1;

static void
test_rfc(void)
{
	uint8_t buf[512], want[512], tag[AEAD_TAG], want_tag[AEAD_TAG];
	const uint64_t n = UINT64_C(0x0807060504030201);

	ok(util_unhex(key, sizeof(key), rfc_key) && util_unhex(ad, 12, rfc_ad) &&
		   util_unhex(want_tag, sizeof(want_tag), rfc_tag) &&
		   util_unhex(want, rfc_len, rfc_ciphertext),
	   "the vector of RFC 8439 A.5 can be read");
	memcpy(buf, rfc_plaintext, rfc_len);
	is_int(aead_seal(key, n, ad, 12, buf, rfc_len, tag), 0, "it is sealed");
	is_mem(buf, want, rfc_len, "to the published ciphertext");
	is_mem(tag, want_tag, sizeof(tag), "and the published tag");
	is_int(aead_open(key, n, ad, 12, buf, rfc_len, tag), 0, "it is opened");
	is_mem(buf, rfc_plaintext, rfc_len, "to the published plaintext");
}

/* Nothing but the right key, n, AD, bytes and tag opens; what fails leaves zeros. */
static void
test_forged(void)
{
	static const uint8_t zero[64];
	uint8_t plain[48], sealed[48 + AEAD_TAG], buf[48 + AEAD_TAG], other[AEAD_KEY];
	int opened = 0, errnos = 0, dirty = 0, tries = 0;
	uint64_t seed = 1;

	for (size_t i = 0; i < sizeof(plain); i++)
		plain[i] = (uint8_t)test_random(&seed);
	memcpy(sealed, plain, sizeof(plain));
	is_int(aead_seal(key, 7, ad, 12, sealed, 48, sealed + 48), 0, "48 bytes are sealed");
	for (size_t bit = 0; bit < 8 * sizeof(sealed); bit++, tries++) {
		memcpy(buf, sealed, sizeof(buf));
		buf[bit / 8] ^= (uint8_t)(1 << bit % 8);
		errno = 0;
		opened += aead_open(key, 7, ad, 12, buf, 48, buf + 48) == 0;
		errnos += errno == EBADMSG;
		dirty += memcmp(buf, zero, 48) != 0;
	}
	is_int(opened, 0, "no flipped bit of ciphertext or tag passes");
	is_int(errnos, tries, "each is EBADMSG");
	is_int(dirty, 0, "and leaves zeros");

	memcpy(other, key, sizeof(other));
	other[31] ^= 0x80;
	memcpy(buf, sealed, sizeof(buf));
	ok(aead_open(other, 7, ad, 12, buf, 48, buf + 48) != 0, "another key does not open");
	memcpy(buf, sealed, sizeof(buf));
	ok(aead_open(key, 8, ad, 12, buf, 48, buf + 48) != 0, "another n does not open");
	memcpy(buf, sealed, sizeof(buf));
	ok(aead_open(key, 7 + (UINT64_C(1) << 32), ad, 12, buf, 48, buf + 48) != 0,
	   "n counts beyond 32 bits");
	memcpy(buf, sealed, sizeof(buf));
	ok(aead_open(key, 7, ad, 11, buf, 48, buf + 48) != 0, "shorter AD does not open");
	memcpy(buf, sealed, sizeof(buf));
	ok(aead_open(key, 7, ad, 12, buf, 47, buf + 48) != 0, "a shorter text does not open");
	memcpy(buf, sealed, sizeof(buf));
	is_int(aead_open(key, 7, ad, 12, buf, 48, buf + 48), 0, "the untouched one opens");
	is_mem(buf, plain, 48, "to what it was");
}

static void
test_sizes(void)
{
	static uint8_t buf[65536 + AEAD_TAG], want[65536];
	int bad = 0;
	uint64_t seed = 2;

	for (size_t i = 0; i < sizeof(want); i++)
		want[i] = (uint8_t)test_random(&seed);
	for (size_t len = 0; len <= 65536; len = len < 300 ? len + 1 : len + 4021) {
		memcpy(buf, want, len);
		if (aead_seal(key, UINT64_MAX, NULL, 0, buf, len, buf + len) != 0 ||
		    (len >= 16 && memcmp(buf, want, len) == 0) ||
		    aead_open(key, UINT64_MAX, NULL, 0, buf, len, buf + len) != 0 ||
		    memcmp(buf, want, len) != 0)
			bad++;
	}
	is_int(bad, 0, "every length from 0 to 64 KiB goes there and back");
#if SIZE_MAX > UINT32_MAX
	errno = 0;
	ok(aead_seal(key, 0, NULL, 0, buf, (size_t)1 << 40, buf) != 0 && errno == EMSGSIZE,
	   "a length the cipher cannot do is refused and does not end the program");
#endif
}

/* libcrypto and libsodium give the same records, and each refuses what was changed under the other. */
static void
test_two_libraries(void)
{
	static const size_t sizes[] = {1, 15, 16, 63, 64, 65, 4096, 16383, 16384, 61440, 65519};
	static uint8_t plain[65536], a[65536], b[65536];
	uint8_t nonce[12] = {0, 0, 0, 0, 7, 1}, tag_a[AEAD_TAG], tag_b[AEAD_TAG];
	unsigned differ = 0, unopened = 0, accepted = 0;

	if (!aead_evp_ready()) {
		skip("libcrypto is not there", "two libraries give the same records");
		return;
	}
	randombytes_buf_deterministic(plain, sizeof(plain),
				      (const uint8_t *)"01234567890123456789012345678901");
	for (size_t i = 0; i < NELEM(sizes); i++) {
		size_t n = sizes[i];

		memcpy(a, plain, n);
		if (!aead_evp_seal(key, nonce, a, n, tag_a))
			differ++;
		crypto_aead_chacha20poly1305_ietf_encrypt_detached(b, tag_b, NULL, plain, n, NULL,
								   0, NULL, nonce, key);
		differ += memcmp(a, b, n) != 0 || memcmp(tag_a, tag_b, AEAD_TAG) != 0;
		unopened += !aead_evp_open(key, nonce, b, n, tag_b) || memcmp(b, plain, n) != 0;
		a[n / 2] ^= 1;
		accepted += aead_evp_open(key, nonce, a, n, tag_a);
	}
	is_int(differ, 0, "two libraries give the same records");
	is_int(unopened, 0, "one opens what the other sealed");
	is_int(accepted, 0, "and refuses what was changed");
}

/* Whatever library makes it, in whatever pieces the bytes come, the tag is that of the one that is asked for all of them at once. */
static void
test_mac(void)
{
	/* RFC 8439, section 2.5.2. */
	static const char text[] = "Cryptographic Forum Research Group";
	static uint8_t bytes[200000];
	uint8_t k[MAC_KEY], want[MAC_TAG], tag[MAC_TAG];
	struct mac *m = mac_new();
	uint64_t seed = 5;
	unsigned differ = 0;

	ok(util_unhex(k, sizeof(k),
		      "85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b") &&
		   util_unhex(want, sizeof(want), "a8061dc1305136c6c22b8baf0c0127a9"),
	   "the vector of RFC 8439 2.5.2 can be read");
	mac_start(m, k);
	mac_add(m, text, 5);
	mac_start(m, k);
	mac_add(m, text, 3);
	mac_add(m, text + 3, sizeof(text) - 1 - 3);
	mac_end(m, tag);
	is_mem(tag, want, sizeof(tag), "Poly1305 gives its tag, also when begun anew");
	randombytes_buf_deterministic(bytes, sizeof(bytes), k);
	for (size_t round = 0; round < 64; round++) {
		size_t n = round * 3111, at = 0, piece;

		k[0] = (uint8_t)round;
		mac_start(m, k);
		for (; at < n; at += piece) {
			piece = test_random(&seed) % 70000;
			piece = piece < n - at ? piece : n - at;
			mac_add(m, bytes + at, piece);
		}
		mac_end(m, tag);
		crypto_onetimeauth(want, bytes, n, k);
		differ += memcmp(tag, want, sizeof(tag)) != 0;
	}
	is_int(differ, 0, "and of anything in pieces the tag of all of it at once");
	mac_free(m);
}

int
main(void)
{
	if (sodium_init() < 0)
		skip_all("libsodium cannot start");
	test_rfc();
	test_forged();
	test_sizes();
	test_two_libraries();
	test_mac();
	return done_testing();
}
