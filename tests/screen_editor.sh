#!/usr/bin/env bash
# screen_editor.sh - the person's editor in a real terminal (tmux): handed the terminal, stopped, resized, killed; and what was looked for, lit up

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full screen
need_tool tmux
tap_tmpdir
unset TMUX P2P_TUI_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME XDG_RUNTIME_DIR NO_COLOR COLORFGBG VISUAL EDITOR

tm() { tmux -S "$tmp/tmux" -f /dev/null "$@"; }
trap 'tm kill-server 2>/dev/null; rm -rf "$tmp"' EXIT

screen() { tm capture-pane -p -t "$1"; }
shows() { screen "$1" | grep -qF -- "$2"; }
see() {
	wait_until 20 shows "$1" "$2"
	ok $? "$3" || diag "$(screen "$1")"
}
type() { tm send-keys -t "$1" -l -- "$2"; }
key() { local who=$1; shift; tm send-keys -t "$who" "$@"; }
# The folder in which texts lie for a while.
empty() { [ -z "$(ls -A "$tmp/ada/p2p/spool")" ]; }
gone() {
	wait_until 10 empty
	ok $? "$1" || diag "$(find "$tmp/ada/p2p/spool")"
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
	mkdir -p "$tmp/$who"
	HOME=$tmp/$who "$P2P_TUI" --home "$tmp/$who/p2p" --listen 127.0.0.1:0 init --nick "$who" ||
		exit 99
	tm new-session -d -s "$who" -x 80 -y 24 \
		"env HOME='$tmp/$who' LC_ALL=C.UTF-8 PS1='ready> ' TERM=tmux-256color EDITOR=false VISUAL='$tmp/editor -x' bash --norc --noprofile -i"
	see "$who" 'ready>' "$who: a shell"
	type "$who" "'$P2P_TUI' --home '$tmp/$who/p2p' --listen 127.0.0.1:0; echo ended \$?"
	key "$who" Enter
	see "$who" "p2p-tui  $who" "$who: the program"
done
invite=$(HOME=$tmp/boris "$P2P_TUI" --home "$tmp/boris/p2p" id)
type ada "/add boris $invite"
key ada Enter
see ada "● boris" "Ada reaches Boris"
wait_until 15 shows boris "a Accept"
type boris a
see boris "● ada" "Boris has Ada in his list"

type ada "dear Boris"
key ada C-x C-e
see ada "editing dear Boris as 600" "^X ^E: the editor has the terminal and the text"
type boris "are you there?"
key boris Enter
wait_until 15 shows boris "✓✓"
ok $? "what comes meanwhile is taken and acknowledged" || diag "$(screen boris)"
shows boris "read"
[ $? -ne 0 ]
ok $? "but is not said to be read"
key ada C-c
see ada "p2p-tui  ada" "^C is the editor's alone: it ends, the program does not"
see ada "› dear Boris" "and the text is as it was"
see ada "are you there?" "what came meanwhile is there"
gone "the file is gone"

whole() { [ "$(screen ada | grep -c '')" -eq 30 ] && screen ada | tail -1 | grep -q "F10 quit"; }
sized() { type ada size && key ada Enter && shows ada "30 100"; }
for size in "80 24" "40 12" "120 40"; do
	set -- $size
	tm resize-window -t ada -x "$1" -y "$2"
	key ada C-x C-e
	see ada "editing dear Boris" "$1x$2: once more"
	type ada "stop"
	key ada Enter
	see ada "Stopped" "an editor that stops gives the shell its terminal"
	type ada "fg"
	key ada Enter
	type ada "a second line"
	key ada Enter
	see ada "wrote a second line" "and has it again afterwards"
	tm resize-window -t ada -x 100 -y 30
	wait_until 10 sized
	ok $? "the window changes meanwhile" || diag "$(screen ada)"
	key ada Enter
	see ada "  a second line" "what was written is on the input line"
	see ada "F10 quit" "on a screen of the new size"
	wait_until 10 whole
	ok $? "whole" || diag "$(screen ada)"
	gone "and no file is left"
	key ada C-_
	wait_until 10 eval '! shows ada "a second line"'
	ok $? "undo takes it back"
done
tm resize-window -t ada -x 80 -y 24

key ada C-x C-e
see ada "editing dear Boris" "the editor again"
type ada "fail"
key ada Enter
see ada "ended with an error (3)" "an editor that fails is told of"
gone "and leaves nothing"

# Ended from outside while the editor runs: what it had written is kept.
key ada C-x C-e
see ada "editing dear Boris" "the editor, once more"
type ada "kept line"
key ada Enter
see ada "wrote kept line" "it writes"
pid=$(tm display-message -p -t ada '#{pane_pid}')
children() { ps -o pid= --ppid "$pid" | tr -d ' '; }
alone() { [ -z "$(children)" ]; }
kill -TERM "$(children)"
wait_until 15 alone
ok $? "a signal ends the program, and the editor with it"
gone "the file is gone"
type ada "clear; '$P2P_TUI' --home '$tmp/ada/p2p' --listen 127.0.0.1:0; echo ended \$?"
key ada Enter
see ada "kept line" "what was written is the draft of the next start"

# Killed: what lay there goes at the next start.
key ada C-x C-e
see ada "editing dear Boris" "the editor, a last time"
kill -KILL "$(children)"
see ada "ended 137" "killed"
empty
[ $? -ne 0 ]
ok $? "nobody was there to remove the file"
key ada C-c
type ada "clear; '$P2P_TUI' --home '$tmp/ada/p2p' --listen 127.0.0.1:0; echo ended \$?"
key ada Enter
see ada "p2p-tui  ada" "the next start"
gone "removes it"

# What was looked for is lit up.
key ada C-c
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24; do
	type ada "line $i$([ $((i % 8)) -eq 1 ] && echo ' has a Needle')"
	key ada Enter
done
see ada "line 24" "some lines"
type ada "/find needle"
key ada Enter
see ada "n older" "/find: the key line tells how to go on"
lit() { tm capture-pane -p -e -t ada | grep -E "line $1 has a" | grep -qE $'\e\[[0-9;]*m'"Needle"; }
wait_until 10 lit 17
ok $? "the word is lit up" || diag "$(tm capture-pane -p -e -t ada)"
type ada n
wait_until 10 lit 9
ok $? "n: the next older one" || diag "$(screen ada)"
type ada n
wait_until 10 lit 1
ok $? "and the next"
type ada N
wait_until 10 shows ada "▸"
ok $? "N goes back"
key ada F10
key boris F10
see boris "ended 0" "both quit"
done_testing
