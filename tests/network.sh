#!/usr/bin/env bash
# network.sh - pairing, invites, requests, blocking, pulled cables and persons: real processes on hosts of their own, in network namespaces

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full scenario
need_tool python3 ip nsenter
[ "$(id -u)" = 0 ] || skip_all "network namespaces need root"
probe=p2pt-$$-probe
ip netns add "$probe" 2>/dev/null || skip_all "this machine makes no network namespaces"
ip -n "$probe" link add br0 type bridge 2>/dev/null
bridge=$?
ip netns del "$probe"
[ "$bridge" = 0 ] || skip_all "this machine makes no bridges"
export P2P_TUI PYTHONDONTWRITEBYTECODE=1
exec python3 "$top_srcdir/tests/scenario/network.py"
