#!/usr/bin/env bash
# attack_beacons.sh - floods of beacons, forged ones and replayed ones, against real programs on hosts of their own, in network namespaces

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full scenario
need_netns
scenario attack_beacons
