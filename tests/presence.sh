#!/usr/bin/env bash
# presence.sh - away, typing, a status line, invisible, offline since; visible for some time; what doctor says of it - over network namespaces

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full scenario
need_netns
scenario presence
