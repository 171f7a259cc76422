#!/usr/bin/env bash
# network.sh - pairing, invites, requests, blocking, pulled cables and persons: real processes on hosts of their own, in network namespaces

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full scenario
need_netns
scenario network
