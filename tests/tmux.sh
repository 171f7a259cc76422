# shellcheck shell=bash
# tmux.sh - the real program in real terminals (tmux), for the script tests. A script reads it after need_full:
#	. "$top_srcdir/tests/tmux.sh"
# It makes the folder $tmp and a server of its own that knows no configuration; both end with the script, and so do the programs in it.
# A person WHO has the terminal WHO, the folder $tmp/WHO as HOME, and the home of the program in $tmp/WHO.home.

need_tool tmux ps
tap_tmpdir
unset TMUX P2P_TUI_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME XDG_RUNTIME_DIR NO_COLOR COLORFGBG VISUAL EDITOR
tmux_patience=20
trap tmux_end EXIT

tm() { tmux -S "$tmp/tmux" -f /dev/null "$@"; }

# Whatever runs there still writes to its home until it has ended.
tmux_end() {
	local shells pid
	shells=$(tm list-panes -a -F '#{pane_pid}' 2>/dev/null)
	shells+=" $(for pid in $shells; do ps -o pid= --ppid "$pid"; done)"
	tm kill-server 2>/dev/null
	# shellcheck disable=SC2086
	wait_until 10 all_ended $shells
	rm -rf "$tmp"
}
all_ended() { local pid; for pid; do ended "$pid" || return 1; done; }
# ended PID: no such process.
ended() { ! kill -0 "$1" 2>/dev/null; }

# ---- people and programs ----

# p2p WHO WORD...: a sub-command in that home, to its end.
p2p() {
	local who=$1
	shift
	mkdir -p "$tmp/$who"
	HOME=$tmp/$who "$P2P_TUI" --home "$tmp/$who.home" --listen 127.0.0.1:0 "$@"
}

# code WHO: the code of the program that runs there, once it listens. Until then a sub-command guesses it from where it is told to listen.
code() { wait_until "$tmux_patience" has_code "$1" && p2p "$1" id; }
has_code() { [ "$(p2p "$1" id)" = "$("$P2P_TUI" --home "$tmp/$1.home" --listen 127.0.0.1:1 id)" ]; }

# program WHO: how the program is started in that home, as a shell reads it.
program() { printf "%q --home '%s' --listen 127.0.0.1:0" "$P2P_TUI" "$tmp/$1.home"; }

# shell WHO [COLUMNS ROWS [VARIABLE=VALUE...]]: a terminal, of 80x24, with a shell in it. Programs are started by typing, so that they can be
# stopped and can end.
shell() {
	local who=$1 columns=${2:-80} rows=${3:-24}
	shift $(($# < 3 ? $# : 3))
	mkdir -p "$tmp/$who"
	tm new-session -d -x "$columns" -y "$rows" -s "$who" -c "$tmp/$who" \
		env LC_ALL=C.UTF-8 HOME="$tmp/$who" PS1='ready> ' TERM=tmux-256color "$@" bash --norc --noprofile -i
	comes "$who" 'ready>'
}

# start WHO [OPTION...]: types the program into the shell, on an empty screen; the shell tells its status as "ended N".
start() {
	local who=$1
	shift
	line "$who" "clear; $(program "$who") $*; echo ended \$?"
}

# person WHO [COLUMNS ROWS [VARIABLE=VALUE...]]: makes an identity with that name, a terminal, and starts the program in it.
person() {
	p2p "$1" init --nick "$1" >/dev/null || exit 99
	shell "$@"
	start "$1"
	see "$1" "p2p-tui  $1" "$1: the program opens"
}

# meet WHO OTHER: both run; WHO adds the code of OTHER, who accepts.
meet() {
	line "$1" "/add $2 $(code "$2")"
	see "$1" "● $2" "$1: reaches $2"
	accept "$2"
	see "$2" "● $1" "$2: has let $1 in"
}

# accept WHO: what another one asks. The question opens by itself when nobody types, and takes answers a moment later, when it shows them.
accept() { comes "$1" 'a Accept' && type "$1" a; }

# ---- what is pressed ----

type() { tm send-keys -t "$1" -l -- "$2"; }
key() { local who=$1; shift; tm send-keys -t "$who" "$@"; }
line() { type "$1" "$2" && key "$1" Enter; }
# mouse WHO BUTTON COLUMN ROW M|m: one report (SGR): pressed or moved, released.
mouse() { type "$1" $'\e'"[<$2;$3;$4$5"; }
resize() { tm resize-window -t "$1" -x "$2" -y "$3"; }

# ---- what is to be seen ----

screen() { tm capture-pane -p -t "$1"; }
# check STATUS WHO WHAT: one check, with the screen if it did not hold.
check() { ok "$1" "$3" || diag "$(screen "$2")"; }
# shows, lacks WHO TEXT: whether the text stands there now, as it is.
shows() { screen "$1" | grep -qF -- "$2"; }
lacks() { ! shows "$1" "$2"; }
# see, gone WHO TEXT WHAT: one check, that the text comes up, or goes.
see() {
	wait_until "$tmux_patience" shows "$1" "$2"
	check $? "$1" "$3"
}
gone() {
	wait_until "$tmux_patience" lacks "$1" "$2"
	check $? "$1" "$3"
}
# matches, differs WHO REGEX: the same for a line that is described; comes and goes wait for it.
matches() { screen "$1" | grep -Eq -- "$2"; }
differs() { ! matches "$1" "$2"; }
comes() { wait_until "$tmux_patience" matches "$1" "$2"; }
goes() { wait_until "$tmux_patience" differs "$1" "$2"; }
# painted WHO REGEX: the same now, among the sequences that colour it.
painted() { tm capture-pane -e -p -t "$1" | grep -aq -- "$2"; }
# flag WHO NAME VALUE: a mode of the terminal as tmux tells it, now; flags waits for it.
flag() { [ "$(tm display-message -p -t "$1" "#{$2}")" = "$3" ]; }
flags() { wait_until "$tmux_patience" flag "$@"; }
# shellcheck disable=SC2034
# spot WHO TEXT: sets y and x (from 1) to where the text begins.
spot() {
	local row
	row=$(screen "$1" | grep -nF -- "$2" | head -n 1)
	y=${row%%:*}
	row=${row#*:}
	row=${row%%"$2"*}
	x=$((${#row} + 1))
}
