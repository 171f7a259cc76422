#!/usr/bin/env bash
# editor.sh - the person's editor and a terminal that answers, stops taking, or belongs to somebody else: who has it, and who gives it back

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full editor
scenario editor "$@"
