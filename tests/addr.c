/* addr.c - tests of src/addr.h. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "src/addr.h"
#include "src/util.h"
#include "tests/tap.h"

static void
test_parse(void)
{
	/* clang-format off */
	static const struct { const char *in, *out; } rows[] = {
		{"1.2.3.4:5", "1.2.3.4:5"}, {"1.2.3.4", "1.2.3.4:41555"}, {"127.0.0.1:0", "127.0.0.1:0"},
		{"255.255.255.255:65535", "255.255.255.255:65535"},
		{"[::1]:41555", "[::1]:41555"}, {"[::]:1", "[::]:1"}, {"::1", "[::1]:41555"}, {"::", "[::]:41555"},
		{"[2001:DB8::A]:9", "[2001:db8::a]:9"}, {"[2001:db8:0:0:1:0:0:1]:1", "[2001:db8::1:0:0:1]:1"},
		{"[2001:db8:0:1:1:1:1:1]:1", "[2001:db8:0:1:1:1:1:1]:1"}, /* one zero group is not compressed */
		{"[2001:0:0:1:0:0:0:1]:1", "[2001:0:0:1::1]:1"}, {"[1:2:3:4:5:6:7::]:1", "[1:2:3:4:5:6:7:0]:1"},
		{"[1::]:2", "[1::]:2"}, {"[::ffff:1.2.3.4]:5", "1.2.3.4:5"}, {"[::ffff:102:304]:5", "1.2.3.4:5"},
		{"[64:ff9b::1.2.3.4]:5", "[64:ff9b::102:304]:5"}, {"[fe80::1%lo]:41555", "[fe80::1%lo]:41555"},
		{"fe80::1%lo", "[fe80::1%lo]:41555"}, {"[2001:db8::1%lo]:1", "[2001:db8::1]:1"},
		{"[fe80::1%60000]:1", "[fe80::1%60000]:1"},
		{"fe80::5054:ff:fe12:beef", "[fe80::5054:ff:fe12:beef]:41555"}, {"2001:db8:0:0:0:0:0:1", "[2001:db8::1]:41555"},
		{"1:2:3:4:5:6:7:8", "[1:2:3:4:5:6:7:8]:41555"},
	};
	static const char *const bad[] = {
		"", ":", ":5", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:-1",
		"1.2.3.4:5x", "1.2.3.4: 5", "1.2.3.4:005", "1..2.3", "1.2.3.4.", "[::1", "[::1]5", "[::1]:", "[]:5", "[1.2.3.4]:5",
		"::1:41555", "1::2::3", ":1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "[12345::]:1", "[g::]:1", "[::1%]:1",
		"[fe80::1%no-such-if]:1", "[:::]:1", "[1:]:1", "[1:2:3:4:5:6:7:1.2.3.4]:1", "[::1.2.3]:1", "[1:2:3:4:5:6:7:8::]:1",
		"2001:db8::1:4155", "example.org:5", "::1.2.3.4:5", "[::1]]:5", "[::1]:5:6",
	};
	/* clang-format on */
	struct addr a;
	char buf[ADDR_STRLEN];
	const char *why;

	for (size_t i = 0; i < NELEM(rows); i++) {
		if (!ok(addr_parse(&a, rows[i].in, ADDR_PORT, &why), "%s is read", rows[i].in))
			continue;
		is_str(addr_format(buf, sizeof(buf), &a), rows[i].out, "%s is printed", rows[i].in);
		ok(why == NULL, "nothing is wrong with it");
	}
	for (size_t i = 0; i < NELEM(bad); i++) {
		ok(!addr_parse(&a, bad[i], ADDR_PORT, &why) && why != NULL, "'%s' is refused",
		   bad[i]);
	}
	ok(!addr_parse(&a, "x", 1, NULL), "the reason need not be taken");
	ok(addr_parse_ip(&a, "fe80::1%1") && a.scope == 1 && a.port == 0, "a scope by number");
	ok(!addr_parse_ip(&a, "[::1]") && !addr_parse_ip(&a, "1.2.3.4:5"), "bare addresses only");
}

static void
test_split(void)
{
	/* clang-format off */
	static const struct { const char *in, *host; uint16_t port; } rows[] = {
		{"Example.ORG", "example.org", 7}, {"a-b_c.d:80", "a-b_c.d", 80}, {"localhost:0", "localhost", 0},
		{"host.", "host.", 7}, {"[::1]:9", "::1", 9}, {"[FE80::1%lo]", "fe80::1%lo", 7}, {"1.2.3.4:5", "1.2.3.4", 5},
		{"3com.com:1", "3com.com", 1},
	};
	static const char *const bad[] = {
		"a b", "a/b:5", "höst", "host:", "host:x", "host:99999", ".a", "a..b", "1.2.3:4", "123", "a@b:1", "[host]:1", "a:b:c",
	};
	/* clang-format on */
	char host[ADDR_HOSTLEN], longname[300];
	uint16_t port;
	const char *why;

	for (size_t i = 0; i < NELEM(rows); i++) {
		ok(addr_split_hostport(rows[i].in, host, sizeof(host), &port, 7, &why),
		   "%s is split", rows[i].in);
		is_str(host, rows[i].host, "host of %s", rows[i].in);
		is_int(port, rows[i].port, "port of %s", rows[i].in);
	}
	for (size_t i = 0; i < NELEM(bad); i++)
		ok(!addr_split_hostport(bad[i], host, sizeof(host), &port, 7, &why) && why != NULL,
		   "'%s' is refused", bad[i]);
	memset(longname, 'a', sizeof(longname));
	longname[254] = '\0';
	for (size_t i = 60; i < 254; i += 60)
		longname[i] = '.';
	ok(!addr_split_hostport(longname, host, sizeof(host), &port, 7, &why), "too long a name");
	longname[253] = '\0';
	ok(addr_split_hostport(longname, host, sizeof(host), &port, 7, &why), "just not too long");
	ok(!addr_split_hostport("abcd", host, 4, &port, 7, &why), "no room for the name");
	longname[64] = 'a';
	longname[60] = 'a';
	ok(!addr_split_hostport(longname, host, sizeof(host), &port, 7, &why), "too long a part");
}

static void
test_class(void)
{
	/* clang-format off */
	static const struct { const char *ip; enum addr_class c; bool lan; } rows[] = {
		{"0.0.0.0", ADDR_UNSPECIFIED, false}, {"0.1.2.3", ADDR_RESERVED, false}, {"127.255.0.1", ADDR_LOOPBACK, true},
		{"169.254.1.1", ADDR_LINK_LOCAL, true}, {"169.255.1.1", ADDR_GLOBAL, false}, {"10.9.8.7", ADDR_PRIVATE, true},
		{"172.15.0.1", ADDR_GLOBAL, false}, {"172.16.0.1", ADDR_PRIVATE, true}, {"172.31.255.255", ADDR_PRIVATE, true},
		{"172.32.0.0", ADDR_GLOBAL, false}, {"192.168.1.1", ADDR_PRIVATE, true}, {"192.169.1.1", ADDR_GLOBAL, false},
		{"100.63.0.1", ADDR_GLOBAL, false}, {"100.64.0.1", ADDR_PRIVATE, true}, {"100.127.9.9", ADDR_PRIVATE, true},
		{"100.128.0.1", ADDR_GLOBAL, false}, {"224.0.0.1", ADDR_MULTICAST, false}, {"239.1.1.1", ADDR_MULTICAST, false},
		{"240.0.0.1", ADDR_RESERVED, false}, {"255.255.255.255", ADDR_RESERVED, false}, {"8.8.8.8", ADDR_GLOBAL, false},
		{"::", ADDR_UNSPECIFIED, false}, {"::1", ADDR_LOOPBACK, true}, {"::2", ADDR_RESERVED, false},
		{"fe80::1", ADDR_LINK_LOCAL, true}, {"febf::1", ADDR_LINK_LOCAL, true}, {"fec0::1", ADDR_PRIVATE, true},
		{"fc00::1", ADDR_PRIVATE, true}, {"fdff::1", ADDR_PRIVATE, true}, {"fe00::1", ADDR_GLOBAL, false},
		{"ff02::1", ADDR_MULTICAST, false}, {"2001:db8::1", ADDR_GLOBAL, false},
		{"::ffff:10.0.0.1", ADDR_PRIVATE, true}, {"::ffff:127.0.0.1", ADDR_LOOPBACK, true}, {"::ffff:8.8.8.8", ADDR_GLOBAL, false},
	};
	/* clang-format on */
	struct addr a, none = {0};

	for (size_t i = 0; i < NELEM(rows); i++) {
		bool dial = rows[i].lan || rows[i].c == ADDR_GLOBAL;

		ok(addr_parse_ip(&a, rows[i].ip), "%s is read", rows[i].ip);
		is_int(addr_class(&a), rows[i].c, "class of %s", rows[i].ip);
		is_int(addr_is_lan(&a), rows[i].lan, "whether %s is near", rows[i].ip);
		ok(!addr_is_dialable(&a), "%s without a port", rows[i].ip);
		a.port = 1;
		is_int(addr_is_dialable(&a), dial, "%s with one", rows[i].ip);
	}
	is_int(addr_class(&none), ADDR_UNSPECIFIED, "no address");
}

static void
test_compare(void)
{
	static const char *const order[] = {"1.2.3.4:5", "1.2.3.4:6",	  "1.2.3.5:1",	  "[::1]:1",
					    "[::1]:2",	 "[fe80::1%1]:1", "[fe80::1%2]:0"};
	struct addr a[NELEM(order)], b;
	const char *why;
	uint8_t ip[16] = {[10] = 0xff, 0xff, 1, 2, 3, 4};
	char buf[ADDR_STRLEN];

	for (size_t i = 0; i < NELEM(order); i++)
		ok(addr_parse(&a[i], order[i], 1, &why), "%s is read", order[i]);
	for (size_t i = 0; i < NELEM(order); i++)
		for (size_t k = 0; k < NELEM(order); k++) {
			int c = addr_compare(&a[i], &a[k]);

			ok(i < k ? c < 0 : i > k ? c > 0 : c == 0, "%s and %s", order[i], order[k]);
			is_int(addr_equal(&a[i], &a[k]), i == k, "equal only if the same");
		}
	ok(addr_same_ip(&a[0], &a[1]) && !addr_same_ip(&a[0], &a[2]), "the port does not count");
	ok(addr_from_bytes(&b, 6, ip, 5, 3), "a mapped address from the wire");
	ok(addr_equal(&a[0], &b), "is IPv4");
	ok(!addr_from_bytes(&b, 5, ip, 5, 0), "an unknown family is refused");
	b = (struct addr){0};
	is_str(addr_format(buf, sizeof(buf), &b), "none:0", "no address is printed as none");
}

int
main(void)
{
	test_parse();
	test_split();
	test_class();
	test_compare();
	return done_testing();
}
