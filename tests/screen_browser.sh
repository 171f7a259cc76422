#!/usr/bin/env bash
# screen_browser.sh - the file browser in a real terminal (tmux), walked as a person does: filter, orders, history, places, basket, previews

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full screen
need_tool cmp tar
. "$top_srcdir/tests/tmux.sh"

config=$top_builddir/config.h

# ---- what there is to be walked through ----

home=$tmp/ada
mkdir -p "$home/trip/notes/deep" "$home/trip/sorts" "$home/many" "$tmp/boris"
for name in rest.jpg "my rest.txt" forest.zip reset.c sunday.c; do echo "$name" >"$home/trip/$name"; done
printf '# Trip\n\n\tTwo days by the sea.\n\e[31mred\n' >"$home/trip/diary.md"
: >"$home/trip/notes/page 1.txt"
head -c 3000 /dev/urandom >"$home/trip/notes/page 2.txt"
echo far >"$home/trip/notes/deep/well"
# The orders by name, time, size and type are four.
(
	cd "$home/trip/sorts" || exit 99
	head -c 10 /dev/zero >alpha.txt
	head -c 3000 /dev/zero >beta.jpg
	head -c 500 /dev/zero >gamma.zip
	: >.secret
	touch -d '2024-01-02 12:00' alpha.txt
	touch -d '2024-01-01 12:00' beta.jpg
	touch -d '2024-01-03 12:00' gamma.zip
) || exit 99
mkdir "$home/look" "$home/odd"
cp "$top_srcdir/tests/fuzz/corpus/picture/png" "$home/look/quarters.png"
tar -C "$home/trip" -cf "$home/look/things.tar" "my rest.txt" notes/deep
: >"$home/odd/"$'holiday\u202egpj.exe'
: >"$home/odd/"$'two\nlines'
: >"$home/odd/"$'\xff\xfe bytes'
(cd "$home/many" && seq -f 'entry %05g' 20000 | tr '\n' '\0' | xargs -0 touch) || exit 99

# ---- what is to be seen ----

# folder WHO PATH WHAT: one check, that this folder comes to be open.
folder() {
	comes "$1" "FILES  $2 +hidden"
	check $? "$1" "$3"
}
# under WHO NAME WHAT: the cursor is on NAME; at 120 columns it stands at the head of the column beside the list.
under() {
	comes "$1" "^ PEERS .*│ $2\$"
	check $? "$1" "$3"
}
# in_order WHO NAME...: these rows stand below each other, in the list.
# shellcheck disable=SC2034,SC2317
in_order() {
	local who=$1 last=0 name y x
	shift
	for name; do
		spot "$who" "    $name "
		[ "${y:-0}" -gt "$last" ] || return 1
		last=$y
	done
}
# ordered WHAT WHO NAME...: one check, that they come to stand so.
ordered() {
	local what=$1
	shift
	wait_until "$tmux_patience" in_order "$@"
	check $? "$1" "$what"
}
# goes_to PATH WHAT: by the command, from wherever the browser is.
goes_to() {
	key ada Escape
	see ada "F1 help" "Esc leads back to the line"
	line ada "/files $1"
	folder ada "$1" "$2"
}

p2p ada init --nick ada >/dev/null || exit 99
shell ada 120 40
line ada 'cd trip'
start ada
see ada "p2p-tui  ada" "ada: the program opens"
person boris
meet ada boris
key ada F3
folder ada '~/trip' "the browser opens where the program was started"

# ---- the filter ranks as one types ----

type ada /
type ada r
see ada "of 8 match" "what matches is counted"
type ada es
see ada "4 of 8 match" "each letter leaves less"
type ada t
ordered "better matches come first: the start, a word, anywhere, letters" ada rest.jpg "my rest.txt" forest.zip reset.c
lacks ada sunday.c
check $? ada "what does not match is gone"
under ada rest.jpg "the cursor is on the best one"
key ada BSpace BSpace BSpace BSpace
type ada sun
see ada "1 of 8 match" "another word, another file"
under ada sunday.c "and the cursor on it"
key ada Escape
see ada "8 here" "Esc lifts the filter"
under ada sunday.c "the cursor stays with the file"

# ---- into folders, parent and the remembered position, back and forward ----

key ada Home Down
under ada sorts/ "the cursor is on a folder"
key ada Up Right
folder ada '~/trip/notes' "Right enters the folder"
see ada "page 2.txt" "which is listed"
key ada End
under ada 'page 2.txt' "the cursor is on its last file"
key ada Left
folder ada '~/trip' "Left leads to the parent"
under ada notes/ "with the cursor on where one was"
key ada Right
folder ada '~/trip/notes' "entered again"
under ada 'page 2.txt' "the cursor is where it was left"
key ada Home Right
folder ada '~/trip/notes/deep' "one folder deeper"
type ada H
folder ada '~/trip/notes' "H goes back"
type ada H
folder ada '~/trip' "and back again"
type ada L
folder ada '~/trip/notes' "L goes forward"
type ada L
folder ada '~/trip/notes/deep' "to where one came from"

# ---- orders, hidden files ----

goes_to '~/trip/sorts' "a folder by its path"
see ada "3 here, 1 hidden" "hidden files are counted"
ordered "by name" ada alpha.txt beta.jpg gamma.zip
type ada s
see ada "Sort by" "s asks for the order"
type ada t
ordered "by time the newest is first" ada gamma.zip alpha.txt beta.jpg
see ada "time↓" "the caption tells it"
type ada s
see ada "Sort by" "again"
type ada s
ordered "by size the largest is first" ada beta.jpg gamma.zip alpha.txt
type ada s
see ada "Sort by" "again"
type ada y
ordered "by type" ada beta.jpg alpha.txt gamma.zip
type ada r
ordered "r turns it round" ada gamma.zip alpha.txt beta.jpg
lacks ada .secret
check $? ada "the hidden file is hidden"
type ada .
see ada " .secret" "a dot shows it"
see ada "hidden on" "and says so"
type ada .
gone ada " .secret" "and hides it again"
type ada s
see ada "Sort by" "the order again"
type ada n
see ada "name↓" "by name as before"

# ---- places and bookmarks ----

goes_to '~/trip/notes' "a folder worth a bookmark"
type ada B
see ada "~/trip/notes is a bookmark now" "B makes it one"
type ada '~'
folder ada '~' "the tilde leads home"
type ada b
see ada "PLACES" "b lists the places"
see ada "Downloads" "downloads are one"
comes ada '1 +notes +~/trip/notes'
check $? ada "the bookmark has its digit"
type ada 1
folder ada '~/trip/notes' "which goes there"
key ada F10
see ada "ended 0" "the program ends"
start ada
see ada "p2p-tui  ada" "and is there again"
see ada "● boris" "with Boris"
key ada F3
folder ada '~/trip' "in the folder it was started in"
type ada b
comes ada '1 +notes +~/trip/notes'
check $? ada "the bookmark has lasted"
type ada 1
folder ada '~/trip/notes' "and still goes there"
type ada b
see ada "PLACES" "the places again"
key ada End DC
see ada "makes the open folder a bookmark" "Del takes the last bookmark away"
differs ada '1 +notes +~/trip/notes'
check $? ada "it is no longer listed"
type ada b
folder ada '~/trip/notes' "b closes the list"

# ---- marks over two folders, the basket ----

key ada End
type ada ' '
see ada "1 file · 3.0 kB" "Space marks a file"
key ada Left
folder ada '~/trip' "in the folder above"
type ada /rest.jpg
under ada rest.jpg "one more is looked for"
key ada Enter
type ada ' '
see ada "2 files · 3.0 kB" "and marked"
key ada Escape
see ada "8 here" "the filter is lifted"
key ada Home Down
under ada sorts/ "a folder"
type ada ' '
see ada "1 folder · 2 files · 6.5 kB" "marked, it is counted in the background"
type ada '~'
folder ada '~' "elsewhere"
see ada "1 folder · 2 files · 6.5 kB" "the basket stays"
type ada e
see ada "✓ ~/trip/notes/page 2.txt" "opened, it tells what is in it"
see ada "✓ ~/trip/rest.jpg" "from both folders"
see ada "✓ ~/trip/sorts/" "and the folder"
key ada Home
key ada Right
folder ada '~/trip/notes' "Right goes to where a file lies"
under ada 'page 2.txt' "with the cursor on it"
type ada e
see ada "✓ ~/trip/sorts/" "opened again"
key ada End
type ada ' '
see ada "2 files · 3.0 kB" "Space takes the folder out"
gone ada "✓ ~/trip/sorts/" "it is gone from the list"
key ada Enter
see ada "Send 2 files, 3.0 kB, to boris?" "Enter asks to send the rest"
key ada Enter
see boris "ada offers files" "Boris is asked"
accept boris
arrived() { cmp -s "$1" "$2"; }
wait_until "$tmux_patience" arrived "$home/trip/notes/page 2.txt" "$tmp/boris/Downloads/page 2.txt"
check $? boris "the file of the one folder arrives"
wait_until "$tmux_patience" arrived "$home/trip/rest.jpg" "$tmp/boris/Downloads/rest.jpg"
check $? boris "and that of the other"
[ ! -e "$tmp/boris/Downloads/sorts" ]
check $? boris "what was taken out does not"

# ---- previews ----

key ada Escape
folder ada '~/trip/notes' "Esc closes the basket"
goes_to '~/trip' "the files to look at"
type ada /diary
under ada diary.md "a text under the cursor"
see ada "│ Text · " "is named beside the list"
see ada "Two days by the sea." "and shown"
see ada "‹U+001B›[31mred" "without what would colour the terminal"
key ada Escape
see ada "8 here" "the whole folder"
key ada Home
under ada notes/ "a folder under the cursor"
see ada "│ Folder · 3 items" "is counted"
see ada "│ deep/" "and listed"
goes_to '~/look' "a picture and an archive"
key ada Home
if grep -q 'define HAVE_LIBPNG 1' "$config"; then
	see ada "PNG image · 64 × 48" "the size of the picture"
	see ada "│ ▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀" "and it is drawn in half blocks"
else
	skip "a picture in half blocks" "built without libpng"
fi
key ada End
if grep -q 'define HAVE_LIBARCHIVE 1' "$config"; then
	see ada "3 entries" "the archive is counted"
	see ada "│ my rest.txt  12 B" "and listed, with sizes"
	see ada "│ notes/deep/well  4 B" "and folders"
else
	skip "the list of an archive" "built without libarchive"
fi

# ---- odd names ----

goes_to '~/odd' "odd names"
see ada "holiday‹U+202E›gpj.exe  ⚠ odd name" "a name that turns the writing round says so"
see ada "two⏎lines  ⚠ odd name" "a line break in a name"
see ada "‹\\xFF›‹\\xFE› bytes  ⚠ odd name" "bytes that are no letters"

# ---- 20,000 entries ----

tm pipe-pane -t ada "cat >'$tmp/stream'"
goes_to '~/many' "a large folder"
see ada "entry 00001" "its first names"
see ada "20000 here" "it comes to be whole"
grep -aq 'so far' "$tmp/stream"
check $? ada "before that it was shown as it was read"
key ada End
under ada 'entry 20000' "End is its last entry"
type ada /19999
see ada "1 of 20000 match" "the filter looks through all"
under ada 'entry 19999' "and finds the one"

# ---- the same in 40x12 ----

resize ada 40 12
see ada "/19999" "at 40x12 the filter stays"
see ada "entry 19999" "and what it found"
resize ada 120 40
under ada 'entry 19999' "and back at 120x40"

key ada F10
key boris F10
see ada "ended 0" "Ada ends when asked to"
see boris "ended 0" "and Boris"
done_testing
