#!/usr/bin/env bash
# changed.sh - a key that comes into doubt: at the HOST:PORT where trust began, by a successor that is announced, and nowhere else - over network namespaces

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full scenario
need_netns
scenario changed
