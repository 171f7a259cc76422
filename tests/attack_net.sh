#!/usr/bin/env bash
# attack_net.sh - attacks on real programs from hosts of their own, in network namespaces: a man in the middle, guesses, stolen keys, replays

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full scenario
need_netns
scenario attack_net
