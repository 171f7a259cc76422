#!/usr/bin/env bash
# linear.sh - the linear front end of the real program on a terminal that cannot place its cursor: two people meet, talk, send, and no sequence is written

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full linear
need_tool cmp
. "$top_srcdir/tests/tmux.sh"

# wide WHO TERM: a wide terminal with a shell in it; all that is written to it goes to WHO.raw, and all of it is seen.
wide() {
	shell "$1" 200 50 TERM="$2" EDITOR="$tmp/ed"
	tm pipe-pane -t "$1" "cat >>'$tmp/$1.raw'"
}
screen() { tm capture-pane -p -J -S -200 -t "$1"; }

# An editor that waits until it may end.
cat >"$tmp/ed" <<END
#!/bin/sh
stty -a | grep -cwe '-icanon' >'$tmp/ed.raw'
echo \$\$ >'$tmp/ed.runs'
until [ -e '$tmp/ed.go' ]; do read -r nothing; done
printf 'written\\nelsewhere\\n' >"\$1"
END
chmod +x "$tmp/ed"

introduced() {
	wide alice dumb
	line alice "$(program alice)"
	comes alice 'Question: What is your name'
	check $? alice "alice: TERM=dumb gets lines, and is asked for a name"
	line alice Ada
	comes alice 'Enter alone is 1'
	line alice ''
	comes alice '^/help WORD finds a command'
	check $? alice "alice: four lines tell how this works"
	p2p bob init --nick Boris >/dev/null
	wide bob tmux-256color
	line bob "$(program bob) --linear"
	comes bob 'You are Boris\.'
	check $? bob "bob: --linear asks for it"
	line alice "/add Boris $(code bob)"
	comes alice '^Chat with Boris'
	check $? alice "alice: adds bob, whose chat opens"
	comes bob '^Ada asks to be let in'
	check $? bob "bob: is told in a line"
	line bob '/requests'
	comes bob '^1 Accept, 2 Refuse'
	check $? bob "bob: the answers have numbers"
	line bob 1
	comes bob '^Chat with Ada: online'
	check $? bob "bob: lets her in"
}

talk() {
	type bob 'half a li'
	comes bob '^Ada> half a li'
	line alice 'hello Boris'
	comes bob '^Ada: hello Boris$'
	check $? bob "bob: a message is a line,"
	matches bob '^Ada> half a li$'
	check $? bob "above what he types"
	line bob 'ne'
	comes alice '^Boris: half a line$'
	check $? alice "alice: which arrives whole"
	line bob '/verify'
	comes bob '^([0-9] ){4}[0-9](, ([0-9] ){4}[0-9]){5}$'
	check $? bob "bob: the safety number is spelled"
	line bob ''
	line bob ''
	comes bob '^Answer:'
	line alice '/contacts'
	comes alice '^1 Boris: online'
	check $? alice "alice: the contacts"
}

editor() {
	type alice 'a draft'
	key alice C-x C-e
	wait_until 10 test -s "$tmp/ed.runs"
	check $? alice "alice: ^X ^E gives the line to the editor"
	is "$(cat "$tmp/ed.raw")" 0 "on a terminal as a shell leaves it"
	line bob 'while you write'
	comes bob '^Ada> $'
	touch "$tmp/ed.go"
	key alice Enter
	comes alice '^Boris: while you write$'
	check $? alice "alice: what came meanwhile is told,"
	comes alice '^Boris> written.elsewhere'
	check $? alice "behind it what was written"
	key alice Enter
	comes bob '^Ada: written.elsewhere$'
	check $? bob "bob: gets it"
}

# Bob looks elsewhere, and his terminal says so.
news() {
	type bob $'\e[O'
	line alice 'are you there'
	comes bob '^Ada: are you there$'
	flags bob pane_title '(1) p2p-tui'
	check $? bob "bob: looks elsewhere, and the title tells of news"
	grep -q $'\a' "$tmp/bob.raw"
	check $? bob "bob: the bell rang"
	type bob $'\e[I'
	flags bob pane_title p2p-tui
	check $? bob "bob: is back, and so is the title"
}

files() {
	head -c 20000000 /dev/urandom >"$tmp/big.bin"
	line alice '/set limit_up 10M'
	type alice "/send Boris $tmp/big.b"
	key alice Tab
	comes alice 'big\.bin'
	check $? alice "alice: Tab completes"
	key alice Enter
	comes bob 'Ada offers big\.bin: 1 file, 20\.0 MB'
	check $? bob "bob: an offer is a line"
	line bob "/accept 1 $tmp"
	comes bob 'arrived in .*big'
	check $? bob "bob: it arrives"
	matches bob ': 25 %' && matches bob ': 50 %' && matches bob ': 75 %'
	check $? bob "bob: with its quarters"
	is "$(screen bob | grep -c 'Transfer 1')" 5 "in five lines"
	comes alice 'big\.bin to Boris: delivered\.'
	check $? alice "alice: delivered"
}

# What a dumb terminal got: text, line ends, CR and BS.
plain() {
	line alice '/older'
	comes alice ' you: hello Boris'
	check $? alice "alice: /older reads the history"
	line alice '/quit'
	comes alice '^ready>'
	check $? alice "alice: quits"
	is "$(tr -d '\n\r\b\007 -~\200-\377' <"$tmp/alice.raw" | wc -c)" 0 "no sequence was written"
	line alice "clear; stty -a | tr ' ;' '\n\n' | grep -cx -e icanon -e echo"
	comes alice '^2$'
	check $? alice "the terminal is as it was"
	line bob '/set linear on'
	line bob '/quit'
	comes bob '^ready> $'
	line bob "clear; $(program bob)"
	comes bob 'one line for each event'
	check $? bob "bob: the option does it as well"
}

introduced
talk
editor
news
files
plain
done_testing
