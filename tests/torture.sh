#!/usr/bin/env bash
# torture.sh - two real processes killed at random moments: nothing is lost, nothing is doubled. A fixed seed and a bounded time here;
# `make torture SECONDS=600` takes a random one and prints it.

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full torture
scenario torture "$P2P_TUI" --model "$top_builddir/t-model-dump" --seconds 15 --seed 20260303
