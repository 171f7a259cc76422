#!/usr/bin/env bash
# desktop.sh - notifications of the desktop: the real program, a session bus of its own, and a daemon that answers, never answers, is gone

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full desktop
need_tool dbus-daemon notify-send
python=/usr/bin/python3
$python -c 'import dbus, gi' 2>/dev/null || skip_all "python3-dbus or python3-gi is not installed"
. "$top_srcdir/tests/tmux.sh"
trap 'kill $daemon $bus 2>/dev/null; wait 2>/dev/null; tmux_end' EXIT

# A bus that starts nothing by itself, whatever this machine has installed.
cat >"$tmp/bus.conf" <<END
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=$tmp/bus</listen>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>
END
dbus-daemon --config-file="$tmp/bus.conf" --nofork --nopidfile --nosyslog 2>/dev/null &
bus=$!
wait_until 10 test -S "$tmp/bus"
export DBUS_SESSION_BUS_ADDRESS=unix:path=$tmp/bus

log=$tmp/log
logged() { grep -qP -- "$1" "$log"; }
# told PATTERN WHAT: one check, that a notification comes.
told() {
	wait_until 20 logged "$1"
	ok $? "$2" || diag "$(cat "$log")"
}
count() { grep -c p2p-tui "$log"; }
# serve answer|never: another daemon.
serve() {
	[ -z "${daemon:-}" ] || { kill "$daemon"; wait "$daemon" 2>/dev/null; }
	: >"$log"
	$python "$top_srcdir/tests/scenario/notifyd.py" "$log" "$1" &
	daemon=$!
	wait_until 10 logged '^ready$'
}
away() { type alice $'\e[O'; }
sender_gone() { [ "$(ps -o comm= --ppid "$helper" | grep -c notify-send)" = 0 ]; }
there() { type alice $'\e[I'; }
say() { line bob "$1" && see alice "$1" "alice: “$1” comes"; }
# The processes below the program WHO runs.
program_of() { ps -o pid= --ppid "$(tm display-message -p -t "$1" '#{pane_pid}')" | tr -d ' '; }
helper_of() { ps -o pid= --ppid "$(program_of "$1")" | tr -d ' '; }

serve answer
person alice 80 24 DBUS_SESSION_BUS_ADDRESS="$DBUS_SESSION_BUS_ADDRESS"
person bob
meet alice bob
line alice '/set notify desktop'
see alice 'The option notify is now: desktop' "alice: wants them"
helper=$(helper_of alice)
is "$(wc -w <<<"$helper")" 1 "one process more: the helper"

# ---- what is told, and when ----

say 'one, while she looks'
away
say 'two <b>bold</b>'
told '^p2p-tui\tbob\tA new message\t' "of whom, and nothing of the text"
is "$(count)" 1 "what came while she looked is not told of"
there
line alice '/set notify_shows text'
away
say 'three <b>bold</b> & more'
told '^p2p-tui\tbob\tthree &lt;b&gt;bold&lt;/b&gt; &amp; more\t' "the text, where that is wanted, without markup"
there
line alice '/set notify_shows nothing'
away
say 'four'
told '^p2p-tui\tp2p-tui\tSomething new\t' "or only that there is something"
is "$(count)" 3 "one for each"
like "$(tail -n 1 "$log")" 'category=im.received' "as what it is"
there

# ---- by the terminal ----

tm pipe-pane -t alice "cat >>'$tmp/raw'"
wrote() { grep -aqF -- "$1" "$tmp/raw"; }
line alice '/set notify_shows name'
line alice '/set notify osc9'
see alice 'The option notify is now: osc9' "alice: wants them from her terminal"
away
say 'by the terminal'
wait_until 20 wrote $']9;bob: A new message\a'
ok $? "which is told by OSC 9"
there
line alice '/set notify osc777'
away
say 'and by another one'
wait_until 20 wrote $']777;notify;bob;A new message\a'
ok $? "or by OSC 777"
is "$(count)" 3 "and the desktop by nobody"
there
tm pipe-pane -t alice
line alice '/set notify_shows nothing'
line alice '/set notify desktop'
see alice 'The option notify is now: desktop' "alice: wants the desktop's again"

# ---- a daemon that never answers ----

serve never
away
say 'five'
told 'Something new' "a daemon that never answers is told"
for i in 1 2 3 4; do
	type alice "$i"
done
see alice '› 1234' "and nothing waits for it: one types on"
say 'six'
is "$(ps -o comm= --ppid "$helper" | grep -c notify-send)" 1 "one process waits for it, not one more"
wait_until 20 sender_gone
ok $? "and not for ever"
serve answer
say 'seven'
told 'Something new' "the next daemon is told again"
key alice C-c

# ---- no daemon, no bus ----

kill "$daemon"
wait "$daemon" 2>/dev/null
say 'eight, to no daemon'
kill "$bus"
wait "$bus" 2>/dev/null
say 'nine, without a bus'
type alice 'still here'
see alice '› still here' "one types on"
key alice C-c
kill -0 "$helper"
ok $? "the helper is there"
program=$(program_of alice)
kill -KILL "$program"
wait_until 10 ended "$helper"
ok $? "and goes with the program, however that ends"

# ---- where there is no desktop ----

shell dana 80 24 DBUS_SESSION_BUS_ADDRESS=
p2p dana init --nick Dana >/dev/null
start dana
see dana 'Dana' "without a session bus the program opens"
line dana '/set notify desktop'
see dana 'No desktop was found to notify' "and says that there is nothing to notify"
done_testing
