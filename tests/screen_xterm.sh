#!/usr/bin/env bash
# screen_xterm.sh - the real program in real xterms on a display of their own, with a real pointer: drags mark files and carry them

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full screen
need_tool Xvfb xterm xdotool cmp
if grep -q 'define P2P_SANITIZED 1' "$top_builddir/config.h" 2>/dev/null; then
	skip_all "a program with a sanitizer is too slow for a pointer in real time"
fi
tap_tmpdir
unset TMUX P2P_TUI_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME XDG_RUNTIME_DIR NO_COLOR COLORFGBG WAYLAND_DISPLAY XAUTHORITY
pids=()
trap 'kill "${pids[@]}" 2>/dev/null; wait "${pids[@]}" 2>/dev/null; rm -rf "$tmp"' EXIT

# --- a display, and two terminals on it -------------------------------------------------------------------------------

# Xvfb takes a free number and says which when it is ready.
Xvfb -displayfd 3 -screen 0 1640x500x24 -nolisten tcp -noreset 3>"$tmp/display" >"$tmp/xvfb.log" 2>&1 &
pids+=($!)
has_display() { [ -s "$tmp/display" ]; }
wait_until 20 has_display || skip_all "Xvfb does not start here: $(head -n 1 "$tmp/xvfb.log")"
DISPLAY=:$(head -n 1 "$tmp/display")
export DISPLAY

declare -A terminal window cell_w cell_h
# xterm_for WHO X: a terminal of 80x24 at that place. Media copy, which a key starts, writes what stands on its screen into a file.
xterm_for() {
	local who=$1 geometry
	printf '#!/bin/sh\ncat >"%s/screen.new" && mv "%s/screen.new" "%s/screen"\n' "$tmp/$who" "$tmp/$who" "$tmp/$who" >"$tmp/$who/print"
	chmod +x "$tmp/$who/print"
	env HOME="$tmp/$who" LC_ALL=C.UTF-8 xterm -u8 -fa monospace -fs 10 -geometry "80x24+$2+0" -b 0 -bw 0 +sb -bc -T "$who" -tn xterm-256color \
		-xrm "XTerm.vt100.printerCommand: $tmp/$who/print" -xrm 'XTerm.vt100.printerAutoClose: true' \
		-xrm 'XTerm.vt100.printAttributes: 0' \
		-xrm 'XTerm.vt100.translations: #override Ctrl Shift <Key>F12: print()' \
		-e sh -c "cd '$tmp/$who/trip' && exec '$P2P_TUI' --home '$tmp/$who/p2p' --listen 127.0.0.1:0" >"$tmp/$who/xterm.log" 2>&1 &
	terminal[$who]=$!
	pids+=($!)
	wait_until 20 has_window "$who" || { diag "$(cat "$tmp/$who/xterm.log")"; return 1; }
	geometry=$(xdotool getwindowgeometry --shell "${window[$who]}")
	cell_w[$who]=$(($(sed -n 's/^WIDTH=//p' <<<"$geometry") / 80))
	cell_h[$who]=$(($(sed -n 's/^HEIGHT=//p' <<<"$geometry") / 24))
}
has_window() { window[$1]=$(xdotool search --onlyvisible --name "^$1\$" 2>/dev/null | head -n 1) && [ -n "${window[$1]}" ]; }

has_screen() { [ -s "$tmp/$1/screen" ]; }
screen() {
	rm -f "$tmp/$1/screen"
	key "$1" ctrl+shift+F12
	wait_until 5 has_screen "$1" && tr -d '\r\f' <"$tmp/$1/screen"
}
shows() { screen "$1" | grep -qF -- "$2"; }
lacks() { ! shows "$1" "$2"; }
see() {
	wait_until 20 shows "$1" "$2"
	ok $? "$3" || diag "$(screen "$1")"
}
gone() {
	wait_until 20 lacks "$1" "$2"
	ok $? "$3" || diag "$(screen "$1")"
}
# row WHO TEXT: the line it stands on, from 0.
row() { screen "$1" | grep -nF -- "$2" | head -n 1 | awk -F: '{ print $1 - 1 }'; }

# --- the pointer and the keys -----------------------------------------------------------------------------------------

# There is no window manager: the focus is given by hand. move WHO COLUMN ROW, from 0: the pointer into the middle of that cell.
move() {
	xdotool mousemove --window "${window[$1]}" $(($2 * cell_w[$1] + cell_w[$1] / 2)) $(($3 * cell_h[$1] + cell_h[$1] / 2))
}
press() { xdotool mousedown "$1"; }
release() { xdotool mouseup "$1"; }
click() { xdotool click "$1"; }
focus() { [ "$(xdotool getwindowfocus 2>/dev/null)" = "${window[$1]}" ] || xdotool windowfocus --sync "${window[$1]}"; }
type() { focus "$1"; xdotool type --delay 15 -- "$2"; }
key() { focus "$1"; xdotool key "$2"; }

# --- two people -------------------------------------------------------------------------------------------------------

people() {
	local who i
	for who in ada boris; do
		mkdir -p "$tmp/$who/Downloads" "$tmp/$who/trip/raw"
		HOME=$tmp/$who "$P2P_TUI" --home "$tmp/$who/p2p" --listen 127.0.0.1:0 init --nick "$who" || exit 99
	done
	for i in $(seq -w 1 40); do head -c $((10#$i * 10000)) /dev/urandom >"$tmp/ada/trip/beach $i.jpg"; done
	xterm_for ada 0 && xterm_for boris 820
	ok $? "two xterms open" || { done_testing; }
	see ada "p2p-tui" "the program opens in the first"
	see boris "p2p-tui" "and in the second"
	type ada "/add boris $(HOME=$tmp/boris "$P2P_TUI" --home "$tmp/boris/p2p" id)"
	key ada Return
	see boris "asks to be let in" "keys that are pressed arrive: Boris is asked"
	see boris "a Accept" "and can answer"
	type boris a
	see boris "● ada" "Boris has Ada in his list"
	see ada "● boris" "and Ada has him"
}

# A drag over two rows marks them, and goes on onto the peer; the screen shows what is carried, and the target.
carry() {
	local first target
	key ada F3
	see ada "FILES  ~/trip" "F3 opens the browser"
	see ada "beach 05.jpg" "with its files"
	first=$(row ada "beach 01.jpg")
	target=$(row ada "● boris")
	move ada 40 "$first"
	press 1
	move ada 40 $((first + 1))
	see ada "2 files · 30.0 kB" "a drag over two rows marks both"
	move ada 8 "$target"
	see ada "◀ drop" "the same drag over the peer: it lights up"
	see ada "⠿ 2 files 30.0 kB" "a ghost follows the pointer"
	see ada "DROP ON A PEER" "and the list says what it is for"
	keep_picture ada
	move ada 8 $((target + 4))
	gone ada "◀ drop" "beside the peers nothing is lit"
	move ada 8 "$target"
	release 1
	see ada "Send 2 files, 30.0 kB, to boris?" "let go on the peer it asks"
	key ada Return
	see boris "ada offers files" "the offer is on the other screen"
	see boris "beach 01.jpg" "with the names"
	see boris "a Accept" "and can be answered"
	type boris a
	wait_until 30 arrived "beach 01.jpg"
	ok $? "the first file arrives" || diag "$(screen boris)"
	wait_until 30 arrived "beach 02.jpg"
	ok $? "so does the second"
	see ada "Offered to boris" "Ada is told"
	key ada Down
	see ada "Nothing is selected" "and what was sent is no longer marked"
}
arrived() { cmp -s "$tmp/ada/trip/$1" "$tmp/boris/Downloads/$1"; }

# With P2P_TUI_PICTURES a picture of the window is kept there, where ImageMagick is.
keep_picture() {
	[ -n "${P2P_TUI_PICTURES:-}" ] && command -v import >/dev/null 2>&1 || return 0
	import -window "${window[$1]}" "$P2P_TUI_PICTURES/xterm-$1.png"
}

# What ends a drag, and what then stays.
cancels() {
	local first target
	focus ada
	first=$(row ada "beach 01.jpg")
	target=$(row ada "● boris")
	move ada 40 "$first"
	press 1
	move ada 40 $((first + 2))
	see ada "3 files" "another drag marks three"
	xdotool key Escape
	see ada "Nothing is selected" "Esc: the marks are as before"
	release 1
	see ada "Nothing is selected" "and the release that follows is nobody's"
	move ada 40 "$first"
	press 1
	move ada 40 $((first + 1))
	see ada "2 files" "again two"
	press 3
	release 3
	see ada "Nothing is selected" "the right button: as before"
	release 1
	move ada 40 "$first"
	press 1
	move ada 40 $((first + 1))
	move ada 8 "$target"
	see ada "◀ drop" "carried onto the peer"
	xdotool key Escape
	gone ada "DROP ON A PEER" "Esc ends the carry"
	release 1
	see ada "Nothing is selected" "and its release drops nothing"
	move ada 40 "$first"
	press 1
	move ada 40 $((first + 1))
	move ada 8 "$target"
	move ada 40 22
	release 1
	see ada "Nothing is selected" "let go elsewhere: as before"
	lacks ada "Send" && lacks boris "offers"
	ok $? "and nothing was sent"
}

# The pointer rests below the list, where it sends nothing: the list scrolls. Then the wheel, over either list.
edges() {
	local first
	first=$(row ada "beach 01.jpg")
	move ada 40 "$first"
	press 1
	move ada 40 22
	see ada "beach 35.jpg" "a pointer that rests below the list scrolls it"
	see ada "40 files" "and paints to its end"
	move ada 40 1
	see ada "beach 03.jpg" "above it, back"
	move ada 40 "$first"
	release 1
	key ada x
	see ada "Nothing is selected" "x clears"
	move ada 40 10
	for _ in $(seq 30); do click 5; done
	see ada "beach 40.jpg" "the wheel scrolls the files under the pointer"
	for _ in $(seq 30); do click 4; done
	see ada "beach 01.jpg" "and back"
	click 6
	click 7
	see ada "Nothing is selected" "a wheel that turns sideways is nobody's"
}

# Click, the mark column, double click.
clicks() {
	local first
	first=$(row ada "beach 01.jpg")
	move ada 40 "$first"
	click 1
	see ada "Nothing is selected" "a click on a name marks nothing"
	move ada 24 "$first"
	click 1
	see ada "1 file · 10.0 kB" "a click on the mark column marks"
	click 1
	see ada "Nothing is selected" "and unmarks"
	move ada 40 "$(row ada 'raw/')"
	xdotool click --repeat 2 --delay 60 1
	see ada "FILES  ~/trip/raw" "a double click enters a folder"
	key ada Left
	see ada "beach 01.jpg" "Left goes back"
	move ada 40 "$first"
	xdotool keydown shift
	press 1
	move ada 40 $((first + 3))
	release 1
	xdotool keyup shift
	see ada "Nothing is selected" "a drag with Shift held is the terminal's own"
}

# The line between the columns.
line_at() {
	local line
	line=$(screen "$1" | sed -n 10p)
	[ "${line:$2:1}" = "│" ]
}
divider() {
	line_at ada 20
	ok $? "the line beside the peers" || diag "$(screen ada)"
	move ada 20 10
	press 1
	move ada 26 11
	move ada 32 12
	release 1
	wait_until 20 line_at ada 32
	ok $? "is dragged to another place" || diag "$(screen ada)"
	key ada alt+shift+Left
	wait_until 20 line_at ada 30
	ok $? "and goes back by keys" || diag "$(screen ada)"
	move ada 30 10
	xdotool click --repeat 2 --delay 60 1
	wait_until 20 line_at ada 20
	ok $? "a double click puts it where it was" || diag "$(screen ada)"
}

ends() {
	key ada F10
	wait_until 20 closed ada && wait_until 20 ended ada
	ok $? "F10 ends the first"
	kill -KILL "${terminal[boris]}"
	wait "${terminal[boris]}" 2>/dev/null
	wait_until 20 ended boris
	ok $? "an xterm that is killed takes its program with it" || diag "$(pgrep -af -- "--home $tmp/boris")"
}
closed() { ! kill -0 "${terminal[$1]}" 2>/dev/null; }
ended() { ! pgrep -f -- "--home $tmp/$1/p2p" >/dev/null; }

people
carry
cancels
edges
clicks
divider
ends
done_testing
