#!/usr/bin/env bash
# demo.sh - the demo: a second peer that answers, gives a file and takes one; and nothing of it is left, however it ends.

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full screen
. "$top_srcdir/tests/tmux.sh"

mkdir "$tmp/demos"
left() { [ -z "$(ls -A "$tmp/demos")" ]; }
# What runs for the demo that is open: its folder is in their words.
demos() { pgrep -f "$P2P_TUI demo" || pgrep -f "$tmp/demos"; }
none() { ! demos >/dev/null; }
demo() { line "$1" "clear; TMPDIR='$tmp/demos' $(printf %q "$P2P_TUI") demo; echo ended \$?"; }

is "$("$P2P_TUI" --home "$tmp/x" demo 2>&1)" "p2p-tui: The demo has homes of its own: leave --home away." \
	"a home for it is not taken"

shell ada
demo ada
see ada "● Robin" "the second peer is here"
see ada "Write me something" "and speaks first"
line ada "good morning"
see ada "Got it." "it answers"
comes ada 'read|✓✓'
check $? ada "and has read what was said"
accept ada
arrived() { test -s "$tmp"/demos/*/home/Downloads/hello.txt; }
wait_until "$tmux_patience" arrived
check $? ada "its file arrives in the demo's own folder"
echo "a note" >"$tmp/ada/note.txt"
line ada "/send Robin ~/note.txt"
see ada "each byte was checked" "it takes a file"
key ada F10
see ada "ended 0" "it ends as told"
see ada "nothing of it is left" "and says what is left"
wait_until 10 left
ok $? "the folder is gone"
wait_until 10 none
ok $? "and so are its processes"

shell boris 60 20
demo boris
see boris "● Robin" "a second demo"
pkill -KILL -f "^$P2P_TUI demo\$" -o
wait_until 20 left
ok $? "killed, it leaves no folder"
wait_until 10 none
ok $? "and no process"
done_testing
