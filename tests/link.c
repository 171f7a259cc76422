/* link.c - which links are found in a text, and that nothing hides in one. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "src/link.h"
#include "src/text.h"
#include "src/util.h"
#include "tests/tap.h"

/* All links of a text, a bar between them. */
static const char *
links(const char *text)
{
	static char out[8192];
	size_t n = strlen(text), from = 0, start, len, at = 0;

	out[0] = '\0';
	while (link_find(text, n, from, &start, &len)) {
		at += (size_t)snprintf(out + at, sizeof(out) - at, "%s%.*s", at > 0 ? "|" : "",
				       (int)len, text + start);
		from = start + len;
	}
	return out;
}

static const struct {
	const char *text, *links;
} cases[] = {
	{"nothing here", ""},
	{"see https://example.org/a?b=c#d now", "https://example.org/a?b=c#d"},
	{"HTTP://EXAMPLE.org", "HTTP://EXAMPLE.org"},
	{"ftp://host/x and mailto:ada@example.org!", "ftp://host/x|mailto:ada@example.org"},
	{"(https://example.org/w_(x))", "https://example.org/w_(x)"},
	{"[https://example.org].", "https://example.org"},
	{"<https://example.org/a>", "https://example.org/a"},
	{"\"http://a.b/c\", 'http://d.e/f'", "http://a.b/c|http://d.e/f"},
	{"http://[::1]:8080/x", "http://[::1]:8080/x"},
	{"http:// alone, https://", ""},
	{"mailto:", ""},
	{"xhttp://no.no", ""},
	{"javascript:alert(1) file:///etc/passwd p2p:abc", ""},
	{"http://-option", ""},
	{"http://a.b\nhttp://c.d", "http://a.b|http://c.d"},
	{"http://a.b/\033]0;x\007", "http://a.b/"},
	{"http://a.b/\xe2\x80\xae"
	 "gpj.exe",
	 "http://a.b/"},
	{"http://a.b/\xe2\x80\x8bx", "http://a.b/"},
	{"http://a.b/\xff\xfe", "http://a.b/"},
	{"http://m\xc3\xbcnchen.de/\xc3\xa4", "http://m\xc3\xbcnchen.de/\xc3\xa4"},
	{"http://a.b/c...", "http://a.b/c"},
	{"http://a.b/x;http://c.d/y", "http://a.b/x;http://c.d/y"},
};

int
main(void)
{
	char big[LINK_MAX_BYTES + 64];
	size_t start, len;

	for (size_t i = 0; i < NELEM(cases); i++)
		is_str(links(cases[i].text), cases[i].links, "%zu: %.20s", i, cases[i].links);
	memset(big, 'a', sizeof(big));
	memcpy(big, "http://", 7);
	ok(!link_find(big, LINK_MAX_BYTES + 1, 0, &start, &len), "too long a one is none");
	ok(link_find(big, LINK_MAX_BYTES, 0, &start, &len) && len == LINK_MAX_BYTES,
	   "the longest is");
	ok(link_is_odd("http://\xc3\xa4", 9) && !link_is_odd("http://a", 8),
	   "letters beyond ASCII are told of");
	return done_testing();
}
