#!/usr/bin/env bash
# cli_pair.sh - pairing by code, with real processes on loopback

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full scenario
scenario pairing
