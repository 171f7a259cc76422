#!/usr/bin/env bash
# sealed.sh - the passphrase and the backup through the real program

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full scenario
need_tool python3
export P2P_TUI PYTHONDONTWRITEBYTECODE=1
exec python3 "$top_srcdir/tests/scenario/sealed.py"
