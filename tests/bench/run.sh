#!/bin/sh
# make bench: every figure is a ratio against another program measured in the same run, or is printed beside one.
here=$(cd "$(dirname "$0")" && pwd)
exec python3 "$here/bench.py" "${P2P_TUI:?the program to measure}" "$@"
