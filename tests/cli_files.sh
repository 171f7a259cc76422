#!/usr/bin/env bash
# cli_files.sh - offers, files and folders, with real processes on loopback

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full scenario
scenario files
