#!/usr/bin/env bash
# interop.sh - live Noise sessions over loopback with two other implementations: both patterns, each in both roles

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full interop
tap_tmpdir
listener=
trap '[ -z "$listener" ] || kill "$listener" 2>/dev/null; rm -rf "$tmp"' EXIT

ours=$top_builddir/t-noise-peer
interop=$top_srcdir/tests/interop
psk=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
other_psk=ff${psk#??}

has_port() { grep -q '^port ' "$tmp/listen"; }
said() { sed -n "s/^$2 //p" "$tmp/$1"; }

# meet PATTERN PSK LISTENER PSK CALLER: one session; sets listen_status and call_status.
meet() {
	local pattern=$1
	: >"$tmp/listen"
	: >"$tmp/call"
	"$3" listen "$pattern" "$2" >"$tmp/listen" 2>"$tmp/listen.err" &
	listener=$!
	if wait_until 20 has_port; then
		"$5" connect "$pattern" "$4" "$(said listen port)" >"$tmp/call" 2>"$tmp/call.err"
		call_status=$?
	else
		call_status=none
		kill "$listener" 2>/dev/null
	fi
	wait "$listener"
	listen_status=$?
	listener=
}

# agree PATTERN LISTENER CALLER WHAT: a session goes well, and both ends saw the same hash and each other's key.
agree() {
	meet "$1" "$psk" "$2" "$psk" "$3"
	is "$call_status $listen_status" "0 0" "$4: 48 records with new keys between" ||
		diag "$(cat "$tmp/listen.err" "$tmp/call.err" 2>/dev/null)"
	like "$(said listen hash)" '^[0-9a-f]{128}$' "$4: a handshake hash"
	is "$(said call hash)" "$(said listen hash)" "$4: the same on both sides"
	is "$(said call peer) $(said call self)" "$(said listen self) $(said listen peer)" "$4: each has the other's key"
}

# refuse LISTENER CALLER WHAT: with another psk the listener ends it at once, and so the caller's session fails, too.
refuse() {
	meet XXpsk0 "$psk" "$1" "$other_psk" "$2"
	[ "$call_status" != 0 ] && [ "$call_status" != none ] && [ "$listen_status" != 0 ]
	ok $? "$3" || diag "caller $call_status, listener $listen_status"
}

# with NAME PROGRAM
with() {
	local pattern
	for pattern in XX XXpsk0; do
		agree $pattern "$2" "$ours" "$pattern, we call $1"
		agree $pattern "$ours" "$2" "$pattern, $1 calls us"
	done
	refuse "$2" "$ours" "$1 refuses our wrong psk"
	refuse "$ours" "$2" "we refuse the wrong psk of $1"
}

python=/usr/bin/python3
export PYTHONDONTWRITEBYTECODE=1
if $python -c 'import dissononce' 2>/dev/null; then
	printf '#!/bin/sh\nexec %s "%s" "$@"\n' $python "$interop/noise_dissononce.py" >"$tmp/dissononce"
	chmod +x "$tmp/dissononce"
	with dissononce "$tmp/dissononce"
else
	skip "sessions with dissononce" "python3-dissononce is not installed"
fi

gocode=/usr/share/gocode
if ! command -v go >/dev/null 2>&1; then
	skip "sessions with flynn/noise" "go is not installed"
elif [ ! -d $gocode/src/github.com/flynn/noise ]; then
	skip "sessions with flynn/noise" "golang-github-flynn-noise-dev is not installed"
else
	env GOENV=off GOFLAGS= GO111MODULE=off GOPATH=$gocode GOCACHE="$tmp/gocache" GOTMPDIR="$tmp" \
		go build -o "$tmp/flynn" "$interop/noise_flynn.go" >"$tmp/go.log" 2>&1
	if ok $? "the Go end is built"; then
		with flynn/noise "$tmp/flynn"
	else
		diag "$(cat "$tmp/go.log")"
	fi
fi

done_testing
