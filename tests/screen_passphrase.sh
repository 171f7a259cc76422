#!/usr/bin/env bash
# screen_passphrase.sh - the passphrase in a real terminal (tmux): set on the screen, asked for at the start, wrong, changed, removed

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full screen
need_tool tmux
tap_tmpdir
unset TMUX P2P_TUI_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME XDG_RUNTIME_DIR NO_COLOR COLORFGBG

tm() { tmux -S "$tmp/tmux" -f /dev/null "$@"; }
trap 'tm kill-server 2>/dev/null; rm -rf "$tmp"' EXIT

screen() { tm capture-pane -p -t ada; }
shows() { screen | grep -qF -- "$1"; }
hides() { ! shows "$1"; }
# see TEXT WHAT: the text comes up.
see() {
	wait_until 30 shows "$1"
	ok $? "$2" || diag "$(screen)"
}
type() { tm send-keys -t ada -l -- "$1"; }
key() { for k in "$@"; do tm send-keys -t ada "$k"; done; }
sealed() { head -c 4096 "$tmp/home/identity" | grep -aq "^argon "; }
# start: the program, typed into the shell, on an empty screen.
start() {
	type "clear; '$P2P_TUI' --home '$tmp/home' --listen 127.0.0.1:0; echo ended \$?"
	key Enter
}
# leave: F10, and the shell is there again.
leave() {
	key F10
	see 'ended 0' "it quits"
}

"$P2P_TUI" --home "$tmp/home" --listen 127.0.0.1:0 init --nick Ada >/dev/null || exit 99
tm new-session -d -s ada -x 80 -y 24 \
	"env LC_ALL=C.UTF-8 HOME='$tmp' PS1='ready> ' TERM=tmux-256color bash --norc --noprofile -i"
see 'ready>' "a shell"

start
see 'only file permissions protect' "without a passphrase the screen says so"
type '/passphrase'
key Enter
see 'Once more' "/passphrase asks for one, twice"
type 'correct horse'
see '*************' "stars are shown"
hides 'correct horse'
ok $? "and nothing else"
key Enter
type 'correct horse'
key Enter
see 'identity and history are sealed' "it is set"
wait_until 10 hides 'only file permissions protect'
ok $? "and the screen no more says that only file permissions protect"
sealed
ok $? "the identity is sealed"
leave

start
see 'Passphrase:' "the next start asks for it"
type 'correct cow'
key Enter
see 'The passphrase is wrong.' "a wrong one is refused"
see 'ended 1' "with a status"
start
see 'Passphrase:' "it asks again"
type 'correct horse'
key Enter
see 'Your name' "the right one opens it"

type '/passphrase'
key Enter
see 'Your passphrase' "where one is set it can be changed"
type 'wrong'
key Enter
type 'new words'
key Enter
type 'new words'
key Enter
see 'The passphrase is wrong.' "not without the one that is set"
type 'correct horse'
key Enter
type 'new words'
key Enter
type 'new words'
key Enter
see 'The passphrase is changed.' "with it, it is changed"
leave

start
see 'Passphrase:' "it asks"
type 'new words'
key Enter
see 'Your name' "and the new one opens it"
type '/passphrase'
key Enter
see 'Remove it' "it can be removed"
type 'new words'
key Tab Tab Tab Tab Enter
see 'The passphrase is removed' "and is"
! sealed
ok $? "the identity is in plain again"
leave
start
see 'Your name' "the next start does not ask"
leave

said=$(printf '/passphrase\n/quit\n' | "$P2P_TUI" --home "$tmp/home" --listen 127.0.0.1:0 run 2>&1)
like "$said" 'p2p-tui passphrase' "run points to the sub-command"
done_testing
