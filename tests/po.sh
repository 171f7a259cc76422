#!/usr/bin/env bash
# po.sh - the catalogues: each says every sentence of the source, with the same arguments, and in the room there is
#
# With P2P_TUI_TESTS=unit a sentence that is not translated yet is only told of.

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
tap_tmpdir

po=$top_srcdir/assets/po
for tool in xgettext msgfmt msgmerge msgattrib msgconv; do
	command -v $tool >/dev/null || skip_all "$tool of gettext is not installed"
done

# unless_unit FOUND WHAT: nothing was found; what is new need not be translated yet where only the unit tests run.
unless_unit() {
	if [ -n "$1" ] && [ "${P2P_TUI_TESTS:-}" = unit ]; then
		skip "$2" "$(wc -l <<<"$1") are not yet: make po"
	else
		is "$1" "" "$2"
	fi
}

# --- what the source says -------------------------------------------------------

"$po/update" --template "$tmp/source.pot" >"$tmp/said" 2>&1
ok $? "the sentences of the source can be gathered" || cat "$tmp/said"
ok "$([ "$(grep -c '^msgid ' "$tmp/source.pot")" -gt 1000 ]; echo $?)" "they are many"
is "$(grep -c '<PRI' "$tmp/source.pot")" 0 "none has a conversion that catalogues of other machines spell otherwise"
is "$(grep -c 'msgid "Send a message; the text' "$tmp/source.pot")" 1 "the help of the slash commands is among them"
is "$(grep -c 'msgid "make an identity without' "$tmp/source.pot")" 1 "so is that of the sub-commands"
is "$(grep -c 'msgid "the name others see' "$tmp/source.pot")" 1 "that of the options"
is "$(grep -c 'msgid "Switch to the next chat"' "$tmp/source.pot")" 1 "that of the keys"
rows=$(grep -hc '^	{"[a-z]*", "' "$top_srcdir/src/command.c" "$top_srcdir/src/cli.c" | awk '{n += $1} END {print n}')
found=$(sed -n '/^rows()/,/^}/p' "$po/update" | sed 's/\$top/$top_srcdir/g' >"$tmp/rows"; . "$tmp/rows"; rows | wc -l)
is "$found" "$rows" "each row of the two command tables is seen"
# A literal that goes into err is translated by say_into() only.
bare=$(cd "$top_srcdir" && grep -nE 'snprintf\((c->)?err, (c->)?errlen, "[^"]*[a-z]{3} ' src/command*.c src/options.c ui/*.c)
unless_unit "$bare" "no sentence goes into err without a chance of being translated"
sources=$(cd "$top_srcdir" && ls src/*.[ch] ui/*.[ch] net/*.[ch])
glued=$(cd "$top_srcdir" && for file in $sources; do
	tr '\n' ' ' <"$file" | grep -qE '"\)[[:space:]]*N?_\("' && echo "$file"
done)
is "$glued" "" "no sentence is two, each of which is looked up alone"
bare=$(cd "$top_srcdir" && grep -nE 'strl(cpy|cat)\([^"_]*"[A-Za-z][^"]*([ :][^"]*)"' src/*.c ui/*.c)
is "$bare" "" "none is copied as it stands"
bare=$(cd "$top_srcdir" && grep -nP '(?<!_\()(?<!= )\b(trust_words?|came_words|link_word|receipt_word|transfer_word|found_(word|sentence))\(' \
	ui/*.c src/command*.c)
is "$bare" "" "nor is a word out of a table"

# --- what each language says ------------------------------------------------------

# width FILE: "cells<TAB>msgid<TAB>msgstr" of one-line entries.
table() {
	msgattrib --no-wrap --no-obsolete "$1" | awk '
		/^msgid "/ {id = substr($0, 8, length($0) - 8)}
		/^msgstr "/ {s = substr($0, 9, length($0) - 9); if (id != "") print id "\t" s}'
}

# Words of the key line stand beside each other: the last column is the way out.
key_words() {
	sed -n '/^} keylines\[\]/,/^static const struct keyword \*/p' "$top_srcdir/ui/status.c" |
		grep -o 'N_("[^"]*")' | sed 's/^N_("//; s/")$//' | sort -u
}

while read -r language; do
	file=$po/$language.po
	ok "$([ -f "$file" ]; echo $?)" "$language: there is a catalogue" || continue
	said=$(msgfmt --check -o "$tmp/$language.mo" "$file" 2>&1)
	ok $? "$language: msgfmt takes it, so its conversions are those of the source" || echo "$said"
	is "$(msgattrib --only-fuzzy "$file" | grep -c '^msgid ')" 0 "$language: nothing is a guess"
	msgmerge --quiet --no-fuzzy-matching --no-wrap "$file" "$tmp/source.pot" -o "$tmp/$language.now" 2>/dev/null
	missing=$(msgattrib --untranslated --no-obsolete --no-wrap "$tmp/$language.now" | sed -n 's/^msgid "\(..*\)"$/\1/p')
	unless_unit "$missing" "$language: every sentence is translated (make po brings the new ones into it)"
	table "$tmp/$language.now" >"$tmp/$language.table"
	long=$(key_words | while read -r word; do
		awk -F '\t' -v w="$word" '$1 == w && length($2) > 18 && length($2) > length(w) + 6 {print $1 ": " $2}' \
			"$tmp/$language.table"
	done)
	is "$long" "" "$language: the words of the key line are short"
	long=$(for word in Mon Tue Wed Thu Fri Sat Sun; do
		awk -F '\t' -v w=$word '$1 == w && length($2) > 4 {print $2}' "$tmp/$language.table"
	done)
	is "$long" "" "$language: so are the days"
	# A notice that ends in a full stop, a label that begins or ends with a space: the translation does, too.
	uneven=$(awk -F '\t' '$2 != "" && (($1 ~ /^ /) != ($2 ~ /^ /) || ($1 ~ / $/) != ($2 ~ / $/) || ($1 ~ /\.$/) != ($2 ~ /\.$/))' \
		"$tmp/$language.table")
	is "$uneven" "" "$language: spaces at the ends and full stops are kept"
done <"$po/LINGUAS"

# --- the program says it ------------------------------------------------------------

if [ -e "$top_builddir/assets/po/pt.mo" ] && [ -x "$P2P_TUI" ]; then
	# No Portuguese locale is installed where this runs, and none is needed.
	said=$(env -u LC_ALL LANG=pt_PT.UTF-8 "$P2P_TUI" --home "$tmp/none" contacts 2>&1)
	like "$said" "identidade" "a sentence of the command line in Portuguese"
	mkdir "$tmp/home"
	"$P2P_TUI" --home "$tmp/home" init --nick Ada >/dev/null 2>&1
	echo 'language = pt' >"$tmp/home/config"
	said=$("$P2P_TUI" --home "$tmp/home" log nobody 2>&1)
	like "$said" "contacto" "the option language chooses, whatever the locale"
	said=$(echo '/log' | "$P2P_TUI" --home "$tmp/home" --listen 127.0.0.1:0 run --json 2>&1)
	like "$said" "There is no command" "what programs read stays English"
	echo 'language = en' >"$tmp/home/config"
	said=$(env -u LC_ALL LANG=pt_PT.UTF-8 "$P2P_TUI" --home "$tmp/home" log nobody 2>&1)
	like "$said" "There is no contact" "and English can be chosen in Portugal"
else
	skip "the program in Portuguese" "it was built without msgfmt"
fi

done_testing
