#!/usr/bin/env bash
# readme.sh - README.md has a line for every source file and names none that is not there; what it points to exists

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
tap_tmpdir

# listed README LAYER: the files that have a line under the layer's heading, one a line. A line is indented: names, two
# blanks or more, text.
listed() {
	awk -v layer="### $2/" '
		/^#/ { in_layer = index($0, layer " ") == 1 }
		in_layer && /^    [^ ]/ {
			line = substr($0, 5)
			gap = match(line, /  +[^ ]/)
			n = split(gap ? substr(line, 1, gap - 1) : "", name, " ")
			for (i = 1; i <= n; i++) print name[i]
		}' "$1" | sort
}

# there DIR LAYER: the files that are there.
there() {
	local file
	for file in "$1/$2"/*.[ch]; do
		[ -e "$file" ] && echo "${file##*/}"
	done | sort
}

# compare README DIR LAYER: what is wrong, one line each.
compare() {
	comm -13 <(listed "$1" "$3") <(there "$2" "$3") | sed "s|^|no line for $3/|"
	comm -23 <(listed "$1" "$3" | uniq) <(there "$2" "$3") | sed "s|^|not there: $3/|"
	listed "$1" "$3" | uniq -d | sed "s|^|two lines for $3/|"
}

# The check itself is shown a sample first.
mkdir "$tmp/src"
touch "$tmp/src/a.c" "$tmp/src/a.h" "$tmp/src/b.c"
printf '### src/ - x\n\n    a.c a.h  text about c.c\n    b.c      text\n\n## Other\n\n    c.c  no\n' >"$tmp/README.md"
is "$(compare "$tmp/README.md" "$tmp" src)" "" "a good sample passes"
touch "$tmp/src/new.c"
is "$(compare "$tmp/README.md" "$tmp" src)" "no line for src/new.c" "a file without a line is found"
rm "$tmp/src/new.c" "$tmp/src/b.c"
is "$(compare "$tmp/README.md" "$tmp" src)" "not there: src/b.c" "a line without a file is found"

for layer in src net ui; do
	is "$(compare "$top_srcdir/README.md" "$top_srcdir" "$layer")" "" "README.md has a line for each file of $layer/"
done

# Links and pictures to files of the tree, and scripts it tells one to run.
missing=
while read -r target; do
	[ -e "$top_srcdir/$target" ] || missing="$missing $target"
done < <(grep -o '](\([^):#]*\))' "$top_srcdir/README.md" | sed 's/^](//; s/)$//' | sort -u
	grep -o 'tests/[a-z0-9_/]*\.\(sh\|py\)\|assets/[a-z0-9-]*\.[a-z0-9]*' "$top_srcdir/README.md" |
		grep -v 'assets/p2p-tui.1\|assets/config.sample' | sort -u)
is "$missing" "" "every file it points to is there"

# Its examples of sub-commands and its global options are ones the program has.
if [ -x "$P2P_TUI" ]; then
	help=$("$P2P_TUI" --help)
	unknown=
	for word in $(sed -n '/^    /p' "$top_srcdir/README.md" | grep -o 'p2p-tui [a-z]\+' | awk '{ print $2 }' | sort -u); do
		grep -q "^  $word\( \|$\)" <<<"$help" || unknown="$unknown $word"
	done
	for word in $(grep -o 'run \(--[a-z]\+\)' "$top_srcdir/README.md" | awk '{ print $2 }' | sort -u); do
		grep -q -- "$word" <<<"$help" || unknown="$unknown $word"
	done
	is "$unknown" "" "the commands and options it shows are the program's"
else
	skip "the commands it shows are the program's" "the program is not built"
fi

done_testing
