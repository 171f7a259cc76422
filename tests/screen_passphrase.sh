#!/usr/bin/env bash
# screen_passphrase.sh - the passphrase in a real terminal (tmux): set on the screen, asked for at the start, wrong, changed, removed

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full screen
. "$top_srcdir/tests/tmux.sh"
# A passphrase is made into a key slowly.
tmux_patience=30

sealed() { head -c 4096 "$tmp/ada.home/identity" | grep -aq "^argon "; }
# leave: F10, and the shell is there again.
leave() {
	key ada F10
	see ada 'ended 0' "it quits"
}

p2p ada init --nick Ada >/dev/null || exit 99
shell ada

start ada
see ada 'only file permissions protect' "without a passphrase the screen says so"
line ada '/passphrase'
see ada 'Once more' "/passphrase asks for one, twice"
type ada 'correct horse'
see ada '*************' "stars are shown"
lacks ada 'correct horse'
check $? ada "and nothing else"
key ada Enter
line ada 'correct horse'
see ada 'identity and history are sealed' "it is set"
gone ada 'only file permissions protect' "and the screen no more says that only file permissions protect"
sealed
ok $? "the identity is sealed"
leave

start ada
see ada 'Passphrase:' "the next start asks for it"
line ada 'correct cow'
see ada 'The passphrase is wrong.' "a wrong one is refused"
see ada 'ended 1' "with a status"
start ada
see ada 'Passphrase:' "it asks again"
line ada 'correct horse'
see ada 'Your name' "the right one opens it"

line ada '/passphrase'
see ada 'Your passphrase' "where one is set it can be changed"
line ada 'wrong'
line ada 'new words'
line ada 'new words'
see ada 'The passphrase is wrong.' "not without the one that is set"
line ada 'correct horse'
line ada 'new words'
line ada 'new words'
see ada 'The passphrase is changed.' "with it, it is changed"
leave

start ada
see ada 'Passphrase:' "it asks"
line ada 'new words'
see ada 'Your name' "and the new one opens it"
line ada '/passphrase'
see ada 'Remove it' "it can be removed"
type ada 'new words'
key ada Tab Tab Tab Tab Enter
see ada 'The passphrase is removed' "and is"
! sealed
ok $? "the identity is in plain again"
leave
start ada
see ada 'Your name' "the next start does not ask"
leave

said=$(printf '/passphrase\n/quit\n' | p2p ada run 2>&1)
like "$said" 'p2p-tui passphrase' "run points to the sub-command"
done_testing
