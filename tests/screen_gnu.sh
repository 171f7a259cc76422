#!/usr/bin/env bash
# screen_gnu.sh - the program inside GNU screen, as both of its terminals: keys, mouse, stopped and back, resized, and all as before at the end

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full screen
need_tool screen
. "$top_srcdir/tests/tmux.sh"

# Its own sockets and no configuration but this: it ends with the terminal it is in.
mkdir -m 700 "$tmp/sockets"
printf 'startup_message off\nautodetach off\nvbell off\naltscreen on\ndefutf8 on\n' >"$tmp/screenrc"
gnu() { SCREENDIR=$tmp/sockets SYSSCREENRC=/dev/null SCREENRC=$tmp/screenrc screen "$@"; }
gnu_end() {
	gnu -S grace -X quit >/dev/null 2>&1
	gnu -S linus -X quit >/dev/null 2>&1
	tmux_end
}
trap gnu_end EXIT

# inside WHO TERM: the program opens in GNU screen in a terminal, which says that it is that TERM.
inside() {
	local who=$1 term=$2
	p2p "$who" init --nick "$who" >/dev/null || exit 99
	shell "$who" 80 24 SCREENDIR="$tmp/sockets" SYSSCREENRC=/dev/null SCREENRC="$tmp/screenrc"
	echo "a note ✓" >"$tmp/$who/note.txt"
	echo "more" >"$tmp/$who/other.txt"
	line "$who" "echo before; screen -U -S $who -T $term bash --norc --noprofile -i; echo left \$?"
	gone "$who" "echo before" "$term: screen opens"
	comes "$who" 'ready>'
	line "$who" "stty -a >'$tmp/$who.modes'; clear; echo here in \$TERM"
	see "$who" "here in $term" "$term: a shell is in it"
	line "$who" "$(program "$who")"
	see "$who" "p2p-tui  $who" "$term: the program opens"
	see "$who" "F10 quit" "$term: down to its last row"
}

# walk WHO TERM: what a person does there.
walk() {
	local who=$1 term=$2
	# While a program in it follows the mouse, screen keeps a lone Esc back until the next key.
	see "$who" "GNU screen keeps Esc back" "$term: why the mouse is off is said"
	flags "$who" mouse_any_flag 0
	check $? "$who" "$term: and it is"
	key "$who" F1
	see "$who" "Show this help" "$term: F1 is help"
	key "$who" Escape
	gone "$who" "Show this help" "$term: Esc closes it"
	key "$who" F3
	see "$who" "note.txt" "$term: F3 is the browser"
	key "$who" F2
	see "$who" "PEERS" "$term: F2 the peers"
	key "$who" F4
	see "$who" "TRANSFERS" "$term: F4 the transfers"
	key "$who" M-x
	see "$who" "COMMANDS" "$term: Alt-x is the palette"
	key "$who" Escape
	gone "$who" "COMMANDS" "$term: which closes"
	key "$who" C-z
	see "$who" "Stopped" "$term: ^Z stops it"
	line "$who" fg
	see "$who" "p2p-tui  $who" "$term: fg brings it back"
	resize "$who" 100 30
	comes "$who" '^.{98}'
	check $? "$who" "$term: larger"
	resize "$who" 40 12
	see "$who" "$who" "$term: smaller"
	resize "$who" 80 24
	see "$who" "p2p-tui  $who" "$term: as before"
	# By mouse: two rows of the browser.
	key "$who" F3
	see "$who" "other.txt" "$term: the browser again"
	key "$who" M-m
	flags "$who" mouse_any_flag 1
	check $? "$who" "$term: Alt-m takes the mouse"
	spot "$who" "note.txt"
	mouse "$who" 0 30 "$y" M
	mouse "$who" 32 30 "$((y + 1))" M
	mouse "$who" 0 30 "$((y + 1))" m
	see "$who" "✓ other.txt" "$term: a drag marks"
	key "$who" F10
	gone "$who" "p2p-tui  $who" "$term: it ends"
	see "$who" "here in $term" "$term: and the screen is that of before"
	line "$who" "stty -a | cmp - '$tmp/$who.modes' && echo sa''me"
	see "$who" "same" "$term: and so are the modes of the terminal"
	line "$who" exit
	see "$who" "left 0" "$term: screen ends"
	flags "$who" mouse_any_flag 0
	check $? "$who" "$term: no mouse is left on"
}

inside grace screen
walk grace screen
inside linus screen-256color
walk linus screen-256color
done_testing
