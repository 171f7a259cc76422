#!/usr/bin/env bash
# cli_resume.sh - large transfers through kills, changes and a full disk, with real processes on loopback

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full scenario
scenario resume
