#!/usr/bin/env bash
# nearby.sh - finding each other on a network: real processes on hosts of their own, in network namespaces

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full scenario
need_netns
scenario nearby
