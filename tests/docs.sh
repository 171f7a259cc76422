#!/usr/bin/env bash
# docs.sh - the man page, the sample configuration and the shell completion that are made from the program's tables

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
tap_tmpdir

assets=$top_builddir/assets
[ -e "$assets/p2p-tui.1" ] || assets=$top_srcdir/assets
[ -e "$assets/p2p-tui.1" ] || skip_all "the pages are not made yet: run make first"
[ -x "$P2P_TUI" ] || skip_all "$P2P_TUI is not built"

# --- man page -----------------------------------------------------------------

page=$assets/p2p-tui.1
like "$(cat "$page")" "Dt P2P" "the page has its title"
is "$(grep -c '^@' "$page")" 0 "nothing is left to be filled in"
if command -v groff >/dev/null; then
	is "$(groff -mdoc -Tutf8 -ww -z "$page" 2>&1)" "" "groff has no warning for it"
else
	skip "groff has no warning for the page" "groff is not installed"
fi
if command -v mandoc >/dev/null; then
	is "$(mandoc -Tlint -Wwarning "$page" 2>&1)" "" "nor has mandoc"
else
	skip "nor has mandoc" "mandoc is not installed"
fi
# items SECTION: what the first list of a section explains, as it is written there by mkman or by hand.
items() { sed -n "/^\.Sh $1\$/,/^\.El/s/^\.It Sy \([^ ]*\).*/\1/p" "$page" | sed 's/\\-/-/g; s/\\&//g' | sort; }
is "$(items DESCRIPTION; items COMMANDS)" "$("$P2P_TUI" --help | sed -n 's/^  \(--[a-z-]*\) .*/\1/p' | sort
	"$P2P_TUI" --help | sed -n 's/^  \([a-z][a-z]*\).*/\1/p' | sort)" "it explains the options and commands of --help, and no others"
is "$(items 'SLASH COMMANDS')" "$(sed -n '/^const struct command command_table\[/,/^};/s/^	{"\([a-z]*\)", ".*/\/\1/p' "$top_srcdir/src/command.c" | sort)" \
	"the slash commands of the table, and no others"
is "$(items CONFIGURATION)" "$(sed -n 's/^	ROW(\([a-z_]*\),.*OPTION_.*/\1/p' "$top_srcdir/src/options.h" | sort)" \
	"the options of the table, and no others"
is "$(items THEMES | wc -l)" "$(grep -c '^	ROW(' "$top_srcdir/ui/theme.h")" "each role of a theme"

# --- sample configuration -----------------------------------------------------

sed -n 's/^#\([a-z][a-z_]* =\)/\1/p' "$assets/config.sample" >"$tmp/plain"
count=$(grep -c 'ROW(.*OPTION_' "$top_srcdir/src/options.h")
is "$(wc -l <"$tmp/plain")" "$count" "the sample has a line for each option"
mkdir "$tmp/home"
"$P2P_TUI" --home "$tmp/home" init --nick Ada >/dev/null 2>&1
ok $? "a home to try it in"
cp "$tmp/plain" "$tmp/home/config"
said=$("$P2P_TUI" --home "$tmp/home" contacts 2>&1)
is "$said" "" "the program takes every line of the sample without a complaint"
echo 'door = ajar' >"$tmp/home/config"
like "$("$P2P_TUI" --home "$tmp/home" contacts 2>&1)" "door" "and would complain of a wrong one"

# --- completion ---------------------------------------------------------------

# words LINE...: what Tab offers for the last word.
words() {
	# shellcheck source=/dev/null
	. "$assets/p2p-tui.bash"
	COMP_WORDS=("$P2P_TUI" "$@")
	COMP_CWORD=$#
	_p2p_tui
	printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ' '
}

is "$(words rec)" "receive " "a command is completed"
is "$(words receive --on)" "--once --only " "and options of it"
is "$(words --ho)" "--home " "and a global option"
like "$(words "")" "contacts.*say" "on an empty word all are offered"
invite=$("$P2P_TUI" --home "$tmp/boris" init --nick Boris >/dev/null && "$P2P_TUI" --home "$tmp/boris" id)
echo "nick = Ada" >"$tmp/home/config"
"$P2P_TUI" --home "$tmp/home" --listen 127.0.0.1:0 add "Boris B" "$invite" >/dev/null 2>&1
ok $? "a contact to complete"
is "$(words --home "$tmp/home" say Bo)" 'Boris\ B ' "a contact's name is completed, quoted"

done_testing
