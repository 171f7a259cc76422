#ifndef P2P_TESTS_NEED_H
#define P2P_TESTS_NEED_H
/* What a test needs beyond the program itself; where it is not to be had the test skips and says why. */

#include <stdlib.h>
#include <string.h>

#include "tests/tap.h"

/* Long tests call this first: P2P_TUI_TESTS=unit (sanitizers, second compiler, distcheck) leaves them out. kind says what
 * they are: "torture", "interop", "scenario" or "screen". */
static inline void
need_full(const char *kind)
{
	const char *which = getenv("P2P_TUI_TESTS");

	if (which && strcmp(which, "unit") == 0)
		skip_all("%s test, left out by P2P_TUI_TESTS=unit", kind);
}

#endif
