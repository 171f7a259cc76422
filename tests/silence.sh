#!/usr/bin/env bash
# silence.sh - somebody's cable is pulled and nobody has anything to say: real processes on hosts of their own, in network namespaces. A minute

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full scenario
need_netns
scenario silence
