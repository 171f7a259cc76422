#!/usr/bin/env bash
# screen.sh - the real program in a real terminal (tmux): two people find each other, talk and send a folder, with keys and mouse

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full screen
need_tool tmux pgrep cmp
tap_tmpdir
export TMUX_TMPDIR=$tmp
unset TMUX P2P_TUI_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME XDG_RUNTIME_DIR NO_COLOR COLORFGBG
T="tmux -L p2ptui-test-$$ -f /dev/null"
trap '$T kill-server 2>/dev/null; rm -rf "$tmp"' EXIT

# shell NAME: a terminal with a shell in it, 80x24. The program is started by typing, so that it can be stopped and can end.
shell() {
	mkdir -p "$tmp/$1"
	$T new-session -d -x 80 -y 24 -s "$1" \
		"env LC_ALL=C.UTF-8 HOME='$tmp/$1' PS1='ready> ' TERM=tmux-256color bash --norc --noprofile -i"
	shows "$1" 'ready>'
}

screen() { $T capture-pane -p -t "$1"; }
lit() { $T send-keys -t "$1" -l "$2"; }
key() { local pane=$1; shift; $T send-keys -t "$pane" "$@"; }
# seen PANE REGEX; shows waits for it, gone waits until it is not there.
seen() { screen "$1" | grep -Eq -- "$2"; }
unseen() { ! seen "$1" "$2"; }
shows() { wait_until 20 seen "$1" "$2"; }
gone() { wait_until 20 unseen "$1" "$2"; }
flag() { [ "$($T display-message -p -t "$1" "#{$2}")" = "$3" ]; }
flags() { wait_until 20 flag "$@"; }
# check STATUS PANE WHAT: ok, and the screen if it is not.
check() { ok "$1" "$3" || diag "$(screen "$2")"; }
# spot PANE TEXT: sets y and x (from 1) to where the text begins.
spot() {
	local line
	line=$(screen "$1" | grep -nF -- "$2" | head -n 1)
	y=${line%%:*}
	line=${line#*:}
	line=${line%%"$2"*}
	x=$((${#line} + 1))
}
# mouse PANE BUTTON Y X M|m
mouse() { lit "$1" $'\e'"[<$2;$4;$3$5"; }
program() { printf "%q --home '%s' --listen 127.0.0.1:0" "$P2P_TUI" "$tmp/$1.home"; }

begin() {
	shell "$1"
	lit "$1" "$(program "$1")"
	key "$1" Enter
	shows "$1" 'Welcome\. Nobody else is here yet\.'
	check $? "$1" "$1: the first run shows the welcome"
	shows "$1" 'Listening on port [0-9]+'
	check $? "$1" "$1: and where it listens"
	lit "$1" "$2"
	key "$1" Enter
	shows "$1" "^ p2p-tui  $2 "
	check $? "$1" "$1: the name is taken"
	seen "$1" 'F1 M-x +explains all keys' && grep -qx 'tour = off' "$tmp/$1.home/config"
	check $? "$1" "$1: the tour is there, and will not be again"
}

meet() {
	local invite
	invite=$("$P2P_TUI" --home "$tmp/bob.home" id)
	like "$invite" '^p2p:' "bob's code"
	$T set-buffer "$invite"
	$T paste-buffer -p -t alice
	key alice Enter
	lit alice Boris
	key alice Enter
	shows alice 'Boris +● has not let you in yet'
	check $? alice "alice: added by pasting a code"
	shows bob 'Somebody asks to be let in'
	check $? bob "bob: is asked"
	shows bob 'a Accept'
	lit bob a
	shows bob '^▌● Ada'
	check $? bob "bob: accepts, and the chat opens"
	shows alice 'Boris +● direct'
	check $? alice "alice: is let in"
}

talk() {
	lit alice 'hello Boris'
	key alice Enter
	shows bob 'Ada +hello Boris'
	check $? bob "bob: reads it"
	shows alice 'hello Boris +(✓✓|read)'
	check $? alice "alice: it was delivered"
	lit bob 'first line'
	key bob M-Enter
	lit bob 'second ☃ line'
	key bob Enter
	shows alice 'second ☃ line'
	check $? alice "alice: two lines, with a snowman"
	lit bob 'hm'
	shows alice 'Boris is typing'
	check $? alice "alice: bob is typing"
	key bob C-c
}

# The same number on both screens; the word is typed here only.
compare() {
	local number
	lit alice '/verify'
	key alice Enter
	shows alice 'Is this really Boris\?'
	check $? alice "alice: /verify asks"
	number=$(screen alice | grep -Eo '([0-9]{5} ){5}[0-9]{5}')
	is "$(wc -l <<<"$number")" 2 "with two lines of the number"
	lit bob '/verify Ada'
	key bob Enter
	shows bob 'Is this really Ada\?'
	is "$(screen bob | grep -Eo '([0-9]{5} ){5}[0-9]{5}')" "$number" "bob: the same number"
	key bob Enter
	gone bob 'Is this really'
	check $? bob "bob: Enter is: not now"
	lit alice match
	shows alice 'type \[ match'
	key alice Enter
	shows alice '✓ verified'
	check $? alice "alice: typing match verifies"
	unseen bob '✓ verified'
	check $? bob "bob: has verified nobody"
}

# Our code as a QR code: in 80x24 with its light border, and back.
picture() {
	key alice F6
	shows alice '(█▀▀▀▀▀█.*){2}|p2p:.*'
	check $? alice "F6 shows the code"
	if "$P2P_TUI" --home "$tmp/alice.home" id --qr 2>/dev/null | grep -q '█▀▀▀▀▀█'; then
		seen alice '█▀▀▀▀▀█.*█▀▀▀▀▀█'
		check $? alice "as a QR code"
		lit alice t
		shows alice 'p2p:'
		check $? alice "t: as text"
	fi
	key alice Escape
	gone alice 'p2p:|█▀▀▀▀▀█'
	check $? alice "Esc closes it"
}

# A folder, dragged by mouse from the browser onto the peer.
send() {
	mkdir -p "$tmp/alice/trip to sea/raw"
	head -c 300000 /dev/urandom >"$tmp/alice/trip to sea/beach 1.jpg"
	printf 'salt' >"$tmp/alice/trip to sea/raw/ünï 😀.txt"
	: >"$tmp/alice/trip to sea/empty"
	lit alice "/files $tmp/alice"
	key alice Enter
	shows alice 'trip to sea/'
	check $? alice "alice: the browser shows the folder"
	spot alice 'trip to sea/'
	mouse alice 0 "$y" "$x" M
	mouse alice 32 "$y" "$((x - 3))" M
	mouse alice 32 3 10 M
	shows alice 'DROP ON A PEER'
	check $? alice "alice: a drag towards the peers carries"
	mouse alice 32 3 6 M
	shows alice 'drop'
	check $? alice "alice: the peer lights up"
	mouse alice 0 3 6 m
	shows alice 'to Boris\?'
	check $? alice "alice: asked once"
	lit alice y
	shows bob 'Ada offers files'
	check $? bob "bob: is asked, with names"
	seen bob 'beach 1\.jpg' && seen bob '3 files'
	check $? bob "bob: sees names and count"
	shows bob 'a Accept'
	lit bob a
	shows bob 'trip to sea.*done'
	check $? bob "bob: it arrives"
	cmp -s "$tmp/alice/trip to sea/beach 1.jpg" "$tmp/bob/Downloads/trip to sea/beach 1.jpg" &&
		[ "$(cat "$tmp/bob/Downloads/trip to sea/raw/ünï 😀.txt")" = salt ] && [ -e "$tmp/bob/Downloads/trip to sea/empty" ]
	ok $? "bob: with every byte"
	key alice Escape
	shows alice 'trip to sea.*done'
	check $? alice "alice: delivered"
}

sizes() {
	$T resize-window -t alice -x 120 -y 40
	shows alice 'Addresses'
	check $? alice "120x40 has a column of details"
	is "$(screen alice | sed -n 40p | cut -c 1-8)" " F1 help" "and the key line at the end"
	$T resize-window -t alice -x 40 -y 12
	gone alice PEERS && shows alice '^ F1 help'
	check $? alice "40x12 has one pane"
	key alice F2
	shows alice '^ PEERS'
	check $? alice "F2 lays the peers over it"
	key alice Escape
	$T resize-window -t alice -x 28 -y 6
	shows alice 'p2p-tui needs 30x8'
	check $? alice "28x6 waits"
	# More columns than curses can count; what it draws there is of no interest.
	stty -F "$($T display-message -p -t alice '#{pane_tty}')" cols 65535
	lit alice 'a wide word'
	$T resize-window -t alice -x 80 -y 24
	shows alice '^▌● Boris .*│' && shows alice '^› a wide word'
	check $? alice "80x24 is as before, after a size that is nonsense too"
	key alice C-c
	gone alice 'a wide word'
	check $? alice "the input line is empty again"
}

terminal() {
	local pid
	flag alice mouse_any_flag 1 && flag alice alternate_on 1
	ok $? "the program has mouse and alternate screen"
	key alice C-z
	flags alice alternate_on 0 && flags alice mouse_any_flag 0 && shows alice 'ready>'
	check $? alice "^Z gives the terminal back"
	lit alice fg
	key alice Enter
	flags alice alternate_on 1 && flags alice mouse_any_flag 1 && shows alice '^▌● Boris'
	check $? alice "fg takes it again"
	lit alice 'typed after it'
	shows alice '› typed after it'
	check $? alice "and reads keys"
	key alice C-c
	key alice M-m
	flags alice mouse_any_flag 0
	ok $? "Alt-m gives the mouse back"
	key alice M-m
	key alice F1
	shows alice 'HELP' && lit alice '/suspend' && shows alice '/suspend +Suspend'
	check $? alice "F1 helps, and can be searched"
	key alice Escape Escape
	gone alice HELP
	key alice C-l
	shows alice '^▌● Boris'
	check $? alice "^L draws it anew"
}

# again PANE: starts it a second time.
again() {
	lit "$1" "clear; $(program "$1")"
	key "$1" Enter
	shows "$1" "second ☃ line" && seen "$1" 'trip to sea'
	check $? "$1" "$1: started again, it is all there"
}

ends() {
	local pid
	key bob F10
	flags bob alternate_on 0 && shows bob 'ready>'
	check $? bob "F10 quits"
	shows alice '^▌○ Boris'
	check $? alice "alice sees him go"
	lit alice 'for later'
	key alice Enter
	shows alice 'for later +·'
	check $? alice "what she writes waits"
	again bob
	shows bob 'Ada +for later'
	check $? bob "and is there when he is back"
	shows alice 'for later +(✓✓|read)'
	check $? alice "delivered"
	pid=$(pgrep -f -- "--home $tmp/alice.home" | head -n 1)
	kill -TERM "$pid"
	flags alice alternate_on 0 && flags alice mouse_any_flag 0 && shows alice 'ready>'
	check $? alice "SIGTERM gives the terminal back"
	again alice
	pid=$(pgrep -f -- "--home $tmp/alice.home" | head -n 1)
	kill -SEGV "$pid"
	flags alice alternate_on 0 && flags alice mouse_any_flag 0
	check $? alice "a crash does too"
	lit alice 'clear; stty -a | tr " ;" "\n\n" | grep -cx -e icanon -e echo'
	key alice Enter
	shows alice '^2$'
	check $? alice "with its settings"
	lit alice "clear; TERM=dumb $(program alice); echo ended \$?"
	key alice Enter
	shows alice 'one line for each event' && shows alice '^Boris> *$'
	check $? alice "a terminal that cannot place its cursor gets lines"
	lit alice /quit
	key alice Enter
	shows alice '^ended 0$'
	check $? alice "and gives the terminal back"
	lit alice "clear; NO_COLOR=1 LC_ALL=C $(program alice)"
	key alice Enter
	shows alice '^ PEERS +\| Boris +[*o] '
	check $? alice "a terminal without UTF-8 gets ASCII"
	pid=$(pgrep -f -- "--home $tmp/bob.home" | head -n 1)
	$T kill-session -t bob
	wait_until 20 not_running "$pid"
	ok $? "without its terminal the program ends"
}

painted() { $T capture-pane -e -p -t "$1" | grep -aq -- "$2"; }

colours() {
	wait_until 20 painted alice '38;5;80m[^ ]*PEERS'
	check $? alice "dark colours by themselves"
	lit alice $'\e]11;rgb:ffff/fdfd/f0f0\e\\'
	wait_until 20 painted alice '38;5;24m[^ ]*PEERS'
	check $? alice "a terminal that says it is light gets the light ones"
	mkdir -p "$tmp/alice.home/themes"
	printf 'base = dark\ntitle = 201 bold\n' >"$tmp/alice.home/themes/sea"
	lit alice '/theme sea'
	key alice Enter
	wait_until 20 painted alice '38;5;201m[^ ]*PEERS'
	check $? alice "a theme of one's own"
	lit alice '/theme nowhere'
	key alice Enter
	shows alice 'The theme nowhere cannot be read'
	check $? alice "one that is not there is told"
	lit alice '/theme auto'
	key alice Enter
}

not_running() { ! kill -0 "$1" 2>/dev/null; }

begin alice Ada
begin bob Boris
meet
talk
compare
picture
send
colours
sizes
terminal
ends
done_testing
