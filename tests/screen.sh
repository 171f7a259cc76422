#!/usr/bin/env bash
# screen.sh - the real program in a real terminal (tmux): two people find each other, talk and send a folder, with keys and mouse

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full screen
need_tool pgrep cmp
. "$top_srcdir/tests/tmux.sh"

begin() {
	shell "$1"
	line "$1" "$(program "$1")"
	comes "$1" 'Welcome\. Nobody else is here yet\.'
	check $? "$1" "$1: the first run shows the welcome"
	comes "$1" 'Listening on port [0-9]+'
	check $? "$1" "$1: and where it listens"
	line "$1" "$2"
	comes "$1" "^ p2p-tui  $2 "
	check $? "$1" "$1: the name is taken"
	matches "$1" 'F1 M-x +explains all keys' && grep -qx 'tour = off' "$tmp/$1.home/config"
	check $? "$1" "$1: the tour is there, and will not be again"
}

introduced() {
	local invite
	invite=$(code bob)
	like "$invite" '^p2p:' "bob's code"
	tm set-buffer "$invite"
	tm paste-buffer -p -t alice
	key alice Enter
	line alice Boris
	comes alice 'Boris +● has not let you in yet'
	check $? alice "alice: added by pasting a code"
	comes bob 'Somebody asks to be let in'
	check $? bob "bob: is asked"
	accept bob
	comes bob '^▌● Ada'
	check $? bob "bob: accepts, and the chat opens"
	comes alice 'Boris +● direct'
	check $? alice "alice: is let in"
}

talk() {
	line alice 'hello Boris'
	comes bob 'Ada +hello Boris'
	check $? bob "bob: reads it"
	comes alice 'hello Boris +(✓✓|read)'
	check $? alice "alice: it was delivered"
	type bob 'first line'
	key bob M-Enter
	line bob 'second ☃ line'
	comes alice 'second ☃ line'
	check $? alice "alice: two lines, with a snowman"
	type bob 'hm'
	comes alice 'Boris is typing'
	check $? alice "alice: bob is typing"
	key bob C-c
}

# The same number on both screens; the word is typed here only.
compare() {
	local number
	line alice '/verify'
	comes alice 'Is this really Boris\?'
	check $? alice "alice: /verify asks"
	number=$(screen alice | grep -Eo '([0-9]{5} ){5}[0-9]{5}')
	is "$(wc -l <<<"$number")" 2 "with two lines of the number"
	line bob '/verify Ada'
	comes bob 'Is this really Ada\?'
	is "$(screen bob | grep -Eo '([0-9]{5} ){5}[0-9]{5}')" "$number" "bob: the same number"
	key bob Enter
	goes bob 'Is this really'
	check $? bob "bob: Enter is: not now"
	type alice match
	comes alice 'type \[ match'
	key alice Enter
	comes alice '✓ verified'
	check $? alice "alice: typing match verifies"
	differs bob '✓ verified'
	check $? bob "bob: has verified nobody"
}

# Our code as a QR code: in 80x24 with its light border, and back.
picture() {
	key alice F6
	comes alice '(█▀▀▀▀▀█.*){2}|p2p:.*'
	check $? alice "F6 shows the code"
	if p2p alice id --qr 2>/dev/null | grep -q '█▀▀▀▀▀█'; then
		matches alice '█▀▀▀▀▀█.*█▀▀▀▀▀█'
		check $? alice "as a QR code"
		type alice t
		comes alice 'p2p:'
		check $? alice "t: as text"
	fi
	key alice Escape
	goes alice 'p2p:|█▀▀▀▀▀█'
	check $? alice "Esc closes it"
}

# A folder, dragged by mouse from the browser onto the peer.
send() {
	mkdir -p "$tmp/alice/trip to sea/raw"
	head -c 300000 /dev/urandom >"$tmp/alice/trip to sea/beach 1.jpg"
	printf 'salt' >"$tmp/alice/trip to sea/raw/ünï 😀.txt"
	: >"$tmp/alice/trip to sea/empty"
	line alice "/files $tmp/alice"
	comes alice 'trip to sea/'
	check $? alice "alice: the browser shows the folder"
	spot alice 'trip to sea/'
	mouse alice 0 "$x" "$y" M
	mouse alice 32 "$((x - 3))" "$y" M
	mouse alice 32 10 3 M
	comes alice 'DROP ON A PEER'
	check $? alice "alice: a drag towards the peers carries"
	mouse alice 32 6 3 M
	comes alice 'drop'
	check $? alice "alice: the peer lights up"
	mouse alice 0 6 3 m
	comes alice 'to Boris\?'
	check $? alice "alice: asked once"
	type alice y
	comes bob 'Ada offers files'
	check $? bob "bob: is asked, with names"
	matches bob 'beach 1\.jpg' && matches bob '3 files'
	check $? bob "bob: sees names and count"
	accept bob
	comes bob 'trip to sea.*done'
	check $? bob "bob: it arrives"
	cmp -s "$tmp/alice/trip to sea/beach 1.jpg" "$tmp/bob/Downloads/trip to sea/beach 1.jpg" &&
		[ "$(cat "$tmp/bob/Downloads/trip to sea/raw/ünï 😀.txt")" = salt ] && [ -e "$tmp/bob/Downloads/trip to sea/empty" ]
	ok $? "bob: with every byte"
	key alice Escape
	comes alice 'trip to sea.*done'
	check $? alice "alice: delivered"
}

sizes() {
	resize alice 120 40
	comes alice 'Addresses'
	check $? alice "120x40 has a column of details"
	is "$(screen alice | sed -n 40p | cut -c 1-8)" " F1 help" "and the key line at the end"
	resize alice 40 12
	goes alice PEERS && comes alice '^ F1 help'
	check $? alice "40x12 has one pane"
	key alice F2
	comes alice '^ PEERS'
	check $? alice "F2 lays the peers over it"
	key alice Escape
	resize alice 28 6
	comes alice 'p2p-tui needs 30x8'
	check $? alice "28x6 waits"
	# More columns than curses can count; what it draws there is of no interest.
	stty -F "$(tm display-message -p -t alice '#{pane_tty}')" cols 65535
	type alice 'a wide word'
	resize alice 80 24
	comes alice '^▌● Boris .*│' && comes alice '^› a wide word'
	check $? alice "80x24 is as before, after a size that is nonsense too"
	key alice C-c
	goes alice 'a wide word'
	check $? alice "the input line is empty again"
}

terminal() {
	local pid
	flag alice mouse_any_flag 1 && flag alice alternate_on 1
	ok $? "the program has mouse and alternate screen"
	key alice C-z
	flags alice alternate_on 0 && flags alice mouse_any_flag 0 && comes alice 'ready>'
	check $? alice "^Z gives the terminal back"
	line alice fg
	flags alice alternate_on 1 && flags alice mouse_any_flag 1 && comes alice '^▌● Boris'
	check $? alice "fg takes it again"
	type alice 'typed after it'
	comes alice '› typed after it'
	check $? alice "and reads keys"
	key alice C-c
	key alice M-m
	flags alice mouse_any_flag 0
	ok $? "Alt-m gives the mouse back"
	key alice M-m
	key alice F1
	comes alice 'HELP' && type alice '/suspend' && comes alice '/suspend +Suspend'
	check $? alice "F1 helps, and can be searched"
	key alice Escape Escape
	goes alice HELP
	key alice C-l
	comes alice '^▌● Boris'
	check $? alice "^L draws it anew"
}

# again PANE: starts it a second time.
again() {
	line "$1" "clear; $(program "$1")"
	comes "$1" "second ☃ line" && matches "$1" 'trip to sea'
	check $? "$1" "$1: started again, it is all there"
}

ends() {
	local pid
	key bob F10
	flags bob alternate_on 0 && comes bob 'ready>'
	check $? bob "F10 quits"
	comes alice '^▌○ Boris'
	check $? alice "alice sees him go"
	line alice 'for later'
	comes alice 'for later +·'
	check $? alice "what she writes waits"
	again bob
	comes bob 'Ada +for later'
	check $? bob "and is there when he is back"
	comes alice 'for later +(✓✓|read)'
	check $? alice "delivered"
	pid=$(pgrep -f -- "--home $tmp/alice.home" | head -n 1)
	kill -TERM "$pid"
	flags alice alternate_on 0 && flags alice mouse_any_flag 0 && comes alice 'ready>'
	check $? alice "SIGTERM gives the terminal back"
	again alice
	pid=$(pgrep -f -- "--home $tmp/alice.home" | head -n 1)
	kill -SEGV "$pid"
	flags alice alternate_on 0 && flags alice mouse_any_flag 0
	check $? alice "a crash does too"
	line alice 'clear; stty -a | tr " ;" "\n\n" | grep -cx -e icanon -e echo'
	comes alice '^2$'
	check $? alice "with its settings"
	line alice "clear; TERM=dumb $(program alice); echo ended \$?"
	comes alice 'one line for each event' && comes alice '^Boris> *$'
	check $? alice "a terminal that cannot place its cursor gets lines"
	line alice /quit
	comes alice '^ended 0$'
	check $? alice "and gives the terminal back"
	line alice "clear; NO_COLOR=1 LC_ALL=C $(program alice)"
	comes alice '^ PEERS +\| Boris +[*o] '
	check $? alice "a terminal without UTF-8 gets ASCII"
	pid=$(pgrep -f -- "--home $tmp/bob.home" | head -n 1)
	tm kill-session -t bob
	wait_until 20 ended "$pid"
	ok $? "without its terminal the program ends"
}

colours() {
	wait_until 20 painted alice '38;5;80m[^ ]*PEERS'
	check $? alice "dark colours by themselves"
	type alice $'\e]11;rgb:ffff/fdfd/f0f0\e\\'
	wait_until 20 painted alice '38;5;24m[^ ]*PEERS'
	check $? alice "a terminal that says it is light gets the light ones"
	mkdir -p "$tmp/alice.home/themes"
	printf 'base = dark\ntitle = 201 bold\n' >"$tmp/alice.home/themes/sea"
	type alice '/theme s'
	key alice Tab
	comes alice '^› /theme sea'
	check $? alice "Tab offers a theme of one's own"
	key alice Enter
	wait_until 20 painted alice '38;5;201m[^ ]*PEERS'
	check $? alice "which is taken"
	line alice '/theme nowhere'
	comes alice 'The theme nowhere cannot be read'
	check $? alice "one that is not there is told"
	painted alice '38;5;201m[^ ]*PEERS' && matches alice '^› /theme nowhere'
	check $? alice "changes nothing, and stays on the line to be corrected"
	key alice C-c
	line alice '/theme auto'
	wait_until 20 painted alice '38;5;24m[^ ]*PEERS'
	check $? alice "and back"
}

begin alice Ada
begin bob Boris
introduced
talk
compare
picture
send
colours
sizes
terminal
ends
done_testing
