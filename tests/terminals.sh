#!/usr/bin/env bash
# terminals.sh - the real program on terminals of many kinds: what it writes is read as they would, and keys are pressed as they do

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full terminals
need_tool infocmp
scenario terminals "$@"
