# shellcheck shell=bash
# tap.sh - Test Anything Protocol for the script tests. A script begins with
#	. "$top_srcdir/tests/tap.sh"
# and ends with done_testing. Folders: $top_srcdir, $top_builddir; the program: $P2P_TUI.

tap_n=0
tap_failed=0
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
top_srcdir=${top_srcdir:-$here}
top_builddir=${top_builddir:-$PWD}
P2P_TUI=${P2P_TUI:-$top_builddir/p2p-tui}

# ok STATUS WHAT: one check; STATUS is 0 when it held ($? of the command before).
ok() {
	tap_n=$((tap_n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_n - $2"
	else
		tap_failed=$((tap_failed + 1))
		echo "not ok $tap_n - $2"
	fi
	return "$1"
}

# is GOT WANT WHAT: both are equal.
is() {
	[ "$1" = "$2" ]
	ok $? "$3" || { diag " got: $1"; diag "want: $2"; return 1; }
}

# like TEXT PATTERN WHAT: the text matches the extended regular expression.
like() {
	[[ $1 =~ $2 ]]
	ok $? "$3" || { diag "    got: $1"; diag "pattern: $2"; return 1; }
}

diag() {
	printf '%s\n' "$1" | sed 's/^/# /'
}

# skip WHAT WHY: one check that is not made.
skip() {
	tap_n=$((tap_n + 1))
	echo "ok $tap_n - $1 # SKIP $2"
}

# skip_all WHY: the whole script is left out.
skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

# need_full KIND: long tests call this first. P2P_TUI_TESTS=unit leaves them out.
need_full() {
	[ "${P2P_TUI_TESTS:-}" != unit ] || skip_all "$1 test, left out by P2P_TUI_TESTS=unit"
}

# need_tool NAME...: the script is skipped when one of these programs is not installed.
need_tool() {
	local t
	for t; do
		command -v "$t" >/dev/null 2>&1 || skip_all "$t is not installed"
	done
}

# need_netns: the script is skipped where no hosts can be made of network namespaces, with bridges between them.
need_netns() {
	local probe=p2pt-$$-probe bridge
	need_tool ip nsenter
	[ "$(id -u)" = 0 ] || skip_all "network namespaces need root"
	ip netns add "$probe" 2>/dev/null || skip_all "this machine makes no network namespaces"
	ip -n "$probe" link add br0 type bridge 2>/dev/null
	bridge=$?
	ip netns del "$probe"
	[ "$bridge" = 0 ] || skip_all "this machine makes no bridges"
}

# scenario NAME ARGUMENT...: the script ends here; its tests are those of tests/scenario/NAME.py, which talks to real processes.
scenario() {
	local name=$1
	shift
	need_tool python3
	export P2P_TUI PYTHONDONTWRITEBYTECODE=1 top_srcdir top_builddir
	exec python3 "$top_srcdir/tests/scenario/$name.py" "$@"
}

# tap_tmpdir: sets $tmp to a fresh private folder that goes when the script ends.
tap_tmpdir() {
	tmp=$(mktemp -d "${TMPDIR:-/tmp}/p2p-tui-test.XXXXXX") || exit 99
	trap 'rm -rf "$tmp"' EXIT
}

# wait_until SECONDS COMMAND...: asks again every 20 ms until the command holds; fails when the time is over.
wait_until() {
	local end=$(($(date +%s%N) + $1 * 1000000000))
	shift
	until "$@"; do
		[ "$(date +%s%N)" -lt "$end" ] || return 1
		read -r -t 0.02 <> <(:) || :
	done
}

done_testing() {
	echo "1..$tap_n"
	[ "$tap_failed" -eq 0 ]
	exit
}
