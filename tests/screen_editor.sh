#!/usr/bin/env bash
# screen_editor.sh - the person's editor in a real terminal (tmux): handed the terminal, stopped, resized, killed; and what was looked for, lit up

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full screen
. "$top_srcdir/tests/tmux.sh"

# The folder in which texts lie for a while.
empty() { [ -z "$(ls -A "$tmp/ada.home/spool")" ]; }
emptied() {
	wait_until 10 empty
	ok $? "$1" || diag "$(find "$tmp/ada.home/spool")"
}

# An editor that is seen: a line typed to it goes behind the text; "stop" stops it, "fail" fails.
cat >"$tmp/editor" <<'EOF'
#!/usr/bin/env bash
file=${!#}
stty sane
printf '\033[2J\033[Hediting %s as %s\n' "$(cat "$file")" "$(stat -c %a "$file")"
: >"$file~"
while read -r line; do
	case $line in
	stop) kill -STOP 0 ;;
	size) stty size ;;
	fail) exit 3 ;;
	"") break ;;
	*) printf '%s\n' "$line" >>"$file"; printf 'wrote %s\n' "$line" ;;
	esac
done
EOF
chmod +x "$tmp/editor"

for who in ada boris; do
	person "$who" 80 24 EDITOR=false VISUAL="$tmp/editor -x"
done
meet ada boris

type ada "dear Boris"
key ada C-x C-e
see ada "editing dear Boris as 600" "^X ^E: the editor has the terminal and the text"
line boris "are you there?"
see boris "✓✓" "what comes meanwhile is taken and acknowledged"
lacks boris "read"
check $? boris "but is not said to be read"
key ada C-c
see ada "p2p-tui  ada" "^C is the editor's alone: it ends, the program does not"
see ada "› dear Boris" "and the text is as it was"
see ada "are you there?" "what came meanwhile is there"
emptied "the file is gone"

whole() { [ "$(screen ada | grep -c '')" -eq 30 ] && screen ada | tail -1 | grep -q "F10 quit"; }
sized() { line ada size && shows ada "30 100"; }
for size in "80 24" "40 12" "120 40"; do
	set -- $size
	resize ada "$1" "$2"
	key ada C-x C-e
	see ada "editing dear Boris" "$1x$2: once more"
	line ada "stop"
	see ada "Stopped" "an editor that stops gives the shell its terminal"
	line ada "fg"
	line ada "a second line"
	see ada "wrote a second line" "and has it again afterwards"
	resize ada 100 30
	wait_until 10 sized
	check $? ada "the window changes meanwhile"
	key ada Enter
	see ada "  a second line" "what was written is on the input line"
	see ada "F10 quit" "on a screen of the new size"
	wait_until 10 whole
	check $? ada "whole"
	emptied "and no file is left"
	key ada C-_
	gone ada "a second line" "undo takes it back"
done
resize ada 80 24

key ada C-x C-e
see ada "editing dear Boris" "the editor again"
line ada "fail"
see ada "ended with an error (3)" "an editor that fails is told of"
emptied "and leaves nothing"

# Ended from outside while the editor runs: what it had written is kept.
key ada C-x C-e
see ada "editing dear Boris" "the editor, once more"
line ada "kept line"
see ada "wrote kept line" "it writes"
pid=$(tm display-message -p -t ada '#{pane_pid}')
children() { ps -o pid= --ppid "$pid" | tr -d ' '; }
alone() { [ -z "$(children)" ]; }
kill -TERM "$(children)"
wait_until 15 alone
ok $? "a signal ends the program, and the editor with it"
emptied "the file is gone"
start ada
see ada "kept line" "what was written is the draft of the next start"

# Killed: what lay there goes at the next start.
key ada C-x C-e
see ada "editing dear Boris" "the editor, a last time"
kill -KILL "$(children)"
see ada "ended 137" "killed"
! empty
ok $? "nobody was there to remove the file"
key ada C-c
start ada
see ada "p2p-tui  ada" "the next start"
emptied "removes it"

# What was looked for is lit up.
key ada C-c
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24; do
	line ada "line $i$([ $((i % 8)) -eq 1 ] && echo ' has a Needle')"
done
see ada "line 24" "some lines"
line ada "/find needle"
see ada "n older" "/find: the key line tells how to go on"
lit() { tm capture-pane -p -e -t ada | grep -E "line $1 has a" | grep -qE $'\e\[[0-9;]*m'"Needle"; }
# found LINE WHAT: the mark stands at that line, and at no other.
found() {
	wait_until 10 matches ada "▸.*line $1 has a Needle" && [ "$(screen ada | grep -c '▸.*Needle')" -eq 1 ]
	check $? ada "$2"
}
wait_until 10 lit 17
ok $? "the word is lit up" || diag "$(tm capture-pane -p -e -t ada)"
found 17 "the newest is marked"
type ada n
found 9 "n: the next older one"
type ada n
found 1 "and the next"
type ada N
found 9 "N goes back"
key ada F10
key boris F10
see boris "ended 0" "both quit"
done_testing
