#!/usr/bin/env bash
# cli_trust.sh - safety numbers and invites, with real processes on loopback

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full scenario
scenario trust
