#!/usr/bin/env bash
# sealed.sh - the passphrase and the backup through the real program

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full scenario
scenario sealed
