#!/usr/bin/env bash
# screen_files.sh - two real programs in tmux: files are marked by dragging, carried onto a peer, accepted, and arrive

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full screen
need_tool cmp
. "$top_srcdir/tests/tmux.sh"

mkdir -p "$tmp/ada/trip/raw" "$tmp/boris/trip"
for i in 1 2 3; do head -c $((i * 100000)) /dev/urandom >"$tmp/ada/trip/beach $i.jpg"; done
: >"$tmp/ada/trip/raw/empty"
echo hello >"$tmp/ada/trip/raw/greeting ✓.txt"

# Each starts where the files are.
for who in ada boris; do
	p2p "$who" init --nick "$who" >/dev/null || exit 99
done
shell ada
shell boris 80 24 TERM=xterm-256color
for who in ada boris; do
	line "$who" 'cd trip'
	start "$who"
	see "$who" "p2p-tui  $who" "$who: the program opens"
done
meet ada boris

# The browser opens in the current folder, and a drag over two rows marks them.
key ada F3
see ada "FILES  ~/trip" "F3 opens the browser in the current folder"
see ada "beach 3.jpg" "with its files"
spot ada "beach 1.jpg"
first=$y
mouse ada 0 30 "$first" M
mouse ada 32 30 $((first + 1)) M
see ada "2 files · 300 kB" "a drag over two rows marks them"
# The same drag goes on onto the peer.
spot ada "● boris"
target=$y
mouse ada 32 10 "$target" M
see ada "◀ drop" "over the peer it lights up"
see ada "DROP ON A PEER" "and the list says what it is for"
mouse ada 0 10 "$target" m
see ada "Send 2 files, 300 kB, to boris?" "released there it asks"
key ada Enter
see boris "ada offers files" "Boris is asked"
accept boris
arrived() { cmp -s "$1" "$2"; }
wait_until 20 arrived "$tmp/ada/trip/beach 2.jpg" "$tmp/boris/Downloads/beach 2.jpg"
ok $? "the second file arrives as it was" || diag "$(screen boris; find "$tmp/boris/Downloads")"
cmp "$tmp/ada/trip/beach 1.jpg" "$tmp/boris/Downloads/beach 1.jpg"
ok $? "the first as well"
see boris "done" "and says so"

# Esc in the middle of a drag: nothing stays, nothing goes.
see ada "Offered to boris" "Ada is told that it was offered"
key ada Down
see ada "Nothing is selected" "what was sent is no longer selected"
mouse ada 0 30 "$first" M
mouse ada 32 30 $((first + 2)) M
see ada "3 files" "another drag marks three"
key ada Escape
see ada "Nothing is selected" "Esc takes that back"
mouse ada 0 30 $((first + 2)) m

# A folder, by keys.
key ada Home
type ada " "
see ada "1 folder" "Space marks the folder"
key ada Enter
see ada "Send 1 folder" "Enter asks"
key ada Enter
accept boris
wait_until 20 arrived "$tmp/ada/trip/raw/greeting ✓.txt" "$tmp/boris/Downloads/raw/greeting ✓.txt"
ok $? "a folder arrives with what is in it" || diag "$(screen boris; find "$tmp/boris/Downloads")"
[ -f "$tmp/boris/Downloads/raw/empty" ]
ok $? "an empty file as well"

# Where each file of it went, from the list of transfers; and the same at the sender.
key boris F4
see boris "raw" "the transfers are listed"
key boris Home
type boris w
see boris "WHERE IT WENT" "w shows where the files of the newest went"
see boris "greeting ✓.txt" "each file has its line"
see boris "2 arrived" "and they are counted"
type boris "/empty"
see boris "1 of 2 match" "they are filtered as one types"
key boris Escape
type boris q
see boris "TRANSFERS" "q goes back"
key ada Escape
see ada "F1 help" "Ada leaves the browser"
line ada "/transfers 2"
see ada "~/trip/raw/greeting ✓.txt" "the sender sees what it sent"
type ada q
key ada F3

# Resize while it is open.
resize ada 40 12
see ada "hidden off" "at 40x12 the browser is there"
resize ada 120 40
see ada "FILES  ~/trip" "and at 120x40"

# The other way round, on the other kind of terminal: a drag from the list, the wheel, the line between the columns.
echo back >"$tmp/boris/trip/reply.txt"
echo more >"$tmp/boris/trip/second.txt"
key ada Escape
key boris F3
see boris "reply.txt" "xterm-256color: the browser"
spot boris "reply.txt"
first=$y
spot boris "● ada"
target=$y
mouse boris 0 30 "$first" M
mouse boris 32 30 $((first + 1)) M
see boris "2 files" "xterm-256color: a drag marks"
mouse boris 32 8 "$target" M
see boris "◀ drop" "xterm-256color: and is carried on"
mouse boris 0 8 "$target" m
see boris "Send 2 files" "xterm-256color: let go it asks"
key boris Enter
accept ada
wait_until 20 arrived "$tmp/boris/trip/second.txt" "$tmp/ada/Downloads/second.txt"
check $? ada "xterm-256color: and the files arrive"
line_at() {
	local line
	line=$(screen "$1" | sed -n 5p)
	[ "${line:$(($2 - 1)):1}" = "│" ]
}
line_at boris 21
ok $? "xterm-256color: the line beside the peers"
mouse boris 0 21 8 M
mouse boris 32 25 8 M
mouse boris 32 31 9 M
mouse boris 0 31 9 m
wait_until 15 line_at boris 31
check $? boris "xterm-256color: dragged, it is elsewhere"
key boris M-S-Left
wait_until 15 line_at boris 29
check $? boris "xterm-256color: and by keys"

key ada F10
key boris F10
see ada "ended 0" "Ada ends when asked to"
see boris "ended 0" "and Boris"
done_testing
