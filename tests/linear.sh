#!/usr/bin/env bash
# linear.sh - the linear front end of the real program on a terminal that cannot place its cursor: two people meet, talk, send, and no sequence is written

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full linear
need_tool tmux cmp
tap_tmpdir
export TMUX_TMPDIR=$tmp
unset TMUX P2P_TUI_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME XDG_RUNTIME_DIR NO_COLOR COLORFGBG
T="tmux -L p2ptui-linear-$$ -f /dev/null"
trap '$T kill-server 2>/dev/null; rm -rf "$tmp"' EXIT

# shell NAME TERM: a terminal with a shell in it; all that is written to it goes to NAME.raw.
shell() {
	mkdir -p "$tmp/$1"
	$T new-session -d -x 200 -y 50 -s "$1" \
		"env LC_ALL=C.UTF-8 HOME='$tmp/$1' PS1='ready> ' TERM=$2 bash --norc --noprofile -i"
	shows "$1" 'ready>'
	$T pipe-pane -t "$1" "cat >>'$tmp/$1.raw'"
}
screen() { $T capture-pane -p -J -S -200 -t "$1"; }
lit() { $T send-keys -t "$1" -l "$2"; }
line() { lit "$1" "$2" && $T send-keys -t "$1" Enter; }
seen() { screen "$1" | grep -Eq -- "$2"; }
shows() { wait_until 20 seen "$1" "$2"; }
check() { ok "$1" "$3" || diag "$(screen "$2")"; }
program() { printf "%q --home '%s' --listen 127.0.0.1:0" "$P2P_TUI" "$tmp/$1.home"; }

meet() {
	shell alice dumb
	line alice "$(program alice)"
	shows alice 'Question: What is your name'
	check $? alice "alice: TERM=dumb gets lines, and is asked for a name"
	line alice Ada
	shows alice 'Enter alone is 1'
	line alice ''
	shows alice '^/help WORD finds a command'
	check $? alice "alice: four lines tell how this works"
	"$P2P_TUI" --home "$tmp/bob.home" init --nick Boris >/dev/null
	shell bob tmux-256color
	line bob "$(program bob) --linear"
	shows bob 'You are Boris\.'
	check $? bob "bob: --linear asks for it"
	line alice "/add Boris $("$P2P_TUI" --home "$tmp/bob.home" id)"
	shows alice '^Chat with Boris'
	check $? alice "alice: adds bob, whose chat opens"
	shows bob '^Ada asks to be let in'
	check $? bob "bob: is told in a line"
	line bob '/requests'
	shows bob '^1 Accept, 2 Refuse'
	check $? bob "bob: the answers have numbers"
	line bob 1
	shows bob '^Chat with Ada: online'
	check $? bob "bob: lets her in"
}

talk() {
	lit bob 'half a li'
	shows bob '^Ada> half a li'
	line alice 'hello Boris'
	shows bob '^Ada: hello Boris$'
	check $? bob "bob: a message is a line,"
	seen bob '^Ada> half a li$'
	check $? bob "above what he types"
	line bob 'ne'
	shows alice '^Boris: half a line$'
	check $? alice "alice: which arrives whole"
	line bob '/verify'
	shows bob '^([0-9] ){4}[0-9](, ([0-9] ){4}[0-9]){5}$'
	check $? bob "bob: the safety number is spelled"
	line bob ''
	line bob ''
	shows bob '^Answer:'
	line alice '/contacts'
	shows alice '^1 Boris: online'
	check $? alice "alice: the contacts"
}

files() {
	head -c 20000000 /dev/urandom >"$tmp/big.bin"
	line alice '/set limit_up 10M'
	lit alice "/send Boris $tmp/big.b"
	$T send-keys -t alice Tab
	shows alice 'big\.bin'
	check $? alice "alice: Tab completes"
	$T send-keys -t alice Enter
	shows bob 'Ada offers big\.bin: 1 file, 20\.0 MB'
	check $? bob "bob: an offer is a line"
	line bob "/accept 1 $tmp"
	shows bob 'arrived in .*big'
	check $? bob "bob: it arrives"
	seen bob ': 25 %' && seen bob ': 50 %' && seen bob ': 75 %'
	check $? bob "bob: with its quarters"
	is "$(screen bob | grep -c 'Transfer 1')" 5 "in five lines"
	shows alice 'big\.bin to Boris: delivered\.'
	check $? alice "alice: delivered"
}

# What a dumb terminal got: text, line ends, CR and BS.
plain() {
	line alice '/older'
	shows alice ' you: hello Boris'
	check $? alice "alice: /older reads the history"
	line alice '/quit'
	shows alice '^ready>'
	check $? alice "alice: quits"
	is "$(tr -d '\n\r\b\007 -~\200-\377' <"$tmp/alice.raw" | wc -c)" 0 "no sequence was written"
	line alice "clear; stty -a | tr ' ;' '\n\n' | grep -cx -e icanon -e echo"
	shows alice '^2$'
	check $? alice "the terminal is as it was"
	line bob '/set linear on'
	line bob '/quit'
	shows bob '^ready> $'
	line bob "clear; $(program bob)"
	shows bob 'one line for each event'
	check $? bob "bob: the option does it as well"
}

meet
talk
files
plain
done_testing
