#!/usr/bin/env bash
# layers.sh - the house rules a compiler does not check: who may include what, how long files and functions get
#
# Each rule is a function that prints the places which break it, one a line. It is first shown a sample that breaks it
# and one that does not, then the tree.

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
tap_tmpdir

# The files of src/ that own keys or sealed records, and so may include sodium.h (a file need not exist yet).
sodium_owners='src/backup.c src/backup_read.c src/identity.c src/pass.c src/safety.c src/seal.c src/uri.c'
# Files that may be longer than 700 lines: the name, then the reason.
long_files=''
max_file=700
max_function=60

# sources DIR LAYER...: the C files of these layers.
sources() {
	local root=$1 layer
	shift
	for layer; do
		find "$root/$layer" -name '*.[ch]' 2>/dev/null
	done | sort
}

# quoted FILE, angled FILE: what it includes.
quoted() { sed -n 's/^[ 	]*#[ 	]*include[ 	]*"\([^"]*\)".*/\1/p' "$1"; }
angled() { sed -n 's/^[ 	]*#[ 	]*include[ 	]*<\([^>]*\)>.*/\1/p' "$1"; }

# only DIR LAYER PREFIX...: every quoted include of the layer begins with one of the prefixes.
only() {
	local root=$1 layer=$2 file inc prefix good
	shift 2
	while read -r file; do
		case $layer/${file##*/} in src/main.c | src/cli*.c) continue ;; esac
		while read -r inc; do
			good=no
			for prefix; do
				case $inc in config.h | "$prefix"/*) good=yes ;; esac
			done
			[ "$good" = yes ] || echo "${file#"$root"/} includes $inc"
		done < <(quoted "$file")
	done < <(sources "$root" "$layer")
}

rule_src() { only "$1" src src; }
rule_net() { only "$1" net net src; }
rule_ui() { only "$1" ui ui src; }

# angled_in DIR 'LAYER...' REGEX 'FILE...': system includes that match the regex, in these layers, the named files aside.
angled_in() {
	local root=$1 layers=$2 regex=$3 except=" ${4:-} " file inc
	# shellcheck disable=SC2086
	while read -r file; do
		case $except in *" ${file#"$root"/} "*) continue ;; esac
		while read -r inc; do
			[[ $inc =~ $regex ]] && echo "${file#"$root"/} includes <$inc>"
		done < <(angled "$file")
	done < <(sources "$root" $layers)
}

rule_curses() { angled_in "$1" 'src net' '^(ncurses[a-z]*/)?(n?curses|panel|form|menu|term)\.h$'; }
rule_sockets() { angled_in "$1" 'src ui' '^(sys/socket\.h|sys/un\.h|netinet/.*|arpa/inet\.h|netdb\.h)$'; }
rule_sqlite() { angled_in "$1" 'src net ui' '^sqlite3' src/db.c; }
rule_sodium() { angled_in "$1" 'src ui' '^sodium' "$sodium_owners"; }

# config.h is the first include of every .c and is in no .h.
rule_config() {
	local file first
	while read -r file; do
		case $file in
		*.h)
			quoted "$file" | grep -qx 'config\.h' && echo "${file#"$1"/} includes config.h"
			;;
		*)
			first=$(grep -m 1 '^[ 	]*#[ 	]*include' "$file")
			[ "$first" = '#include "config.h"' ] || echo "${file#"$1"/} begins with: $first"
			;;
		esac
	done < <(sources "$1" src net ui tests)
}

rule_guard() {
	local file
	while read -r file; do
		case $file in *.h) ;; *) continue ;; esac
		grep -qE '^#ifndef [A-Z0-9_]+_H$' "$file" || echo "${file#"$1"/} has no guard"
	done < <(sources "$1" src net ui tests)
}

rule_file_length() {
	local file n
	while read -r file; do
		n=$(wc -l <"$file")
		[ "$n" -le $max_file ] && continue
		grep -q "^${file#"$1"/} ." <<<"$long_files" || echo "${file#"$1"/} has $n lines"
	done < <(sources "$1" src net ui tests)
}

# A function begins with its name in the first column (clang-format puts the return type on the line above) and ends with
# the next closing brace there.
rule_function_length() {
	local file
	while read -r file; do
		awk -v max=$max_function -v file="${file#"$1"/}" '
			/^[A-Za-z_][A-Za-z0-9_]*\(/ && !inside {
				name = $0
				sub(/\(.*/, "", name)
				start = NR
			}
			/^{/ && start { inside = 1 }
			(/;[ \t]*$/ || /^$/) && !inside { start = 0 }
			/^}/ {
				if (inside && NR - start + 1 > max)
					print file ": " name " has " NR - start + 1 " lines"
				inside = start = 0
			}' "$file"
	done < <(sources "$1" src net ui tests)
}

# texts DIR: every text file people wrote.
texts() {
	local root=$1
	find "$root"/{src,net,ui,tests,assets,.ci} "$root"/{configure.ac,Makefile.am,README.md,bootstrap} \
		-type f -not -path '*/corpus/*' -not -name '*.o' -not -path '*/.deps/*' 2>/dev/null | sort
}

rule_paths() {
	local file
	while read -r file; do
		grep -HnIE '/(work|Users|root)/' "$file" | sed "s|^$1/||"
	done < <(texts "$1")
}

rule_unfinished() {
	local file
	while read -r file; do
		grep -HnE '\b(TO''DO|FIX''ME|X''XX|HA''CK)\b' "$file" | sed "s|^$1/||"
	done < <(sources "$1" src net ui tests)
}

# A loop that asks again, a moment that is drawn, what a reader's eye needs.
sleeps_allowed='^tests/(scenario/peer\.py:[0-9]+:        time\.sleep\(0\.01\)$|scenario/torture\.py:[0-9]+:.*# the moment, not a wait for something$|'
sleeps_allowed+='screens/picture\.py:[0-9]+: +time\.sleep\((0\.05|len\(data\) / self\.rate)\)$|bench/bulk\.py:[0-9]+:.*# the server reaps its child$)'

rule_sleep() {
	local file
	while read -r file; do
		grep -HnE '\bu?sleep\(|(^|[;&|] *|[	 ])sleep +[0-9.]+' "$file" | sed "s|^$1/||" | grep -vE "$sleeps_allowed"
	done < <(find "$1/tests" \( -name '*.c' -o -name '*.sh' -o -name '*.py' \) 2>/dev/null | sort)
}

# try RULE WHAT BAD-FILE BAD-TEXT GOOD-FILE GOOD-TEXT: the rule finds the bad sample, passes the good one, and the tree.
try() {
	local rule=rule_$1 what=$2 found
	rm -rf "$tmp/bad" "$tmp/good"
	mkdir -p "$(dirname "$tmp/bad/$3")" "$(dirname "$tmp/good/$5")"
	printf '%b' "$4" >"$tmp/bad/$3"
	printf '%b' "$6" >"$tmp/good/$5"
	[ -n "$($rule "$tmp/bad")" ]
	ok $? "$what: a sample that breaks it is found"
	is "$($rule "$tmp/good")" "" "$what: a sample that keeps it passes"
	found=$($rule "$top_srcdir")
	[ -z "$found" ]
	ok $? "$what" || diag "$found"
}

body() { yes '	x();' | head -n "$1"; }

try src 'src/ includes only src/' src/a.c '#include "config.h"\n#include "net/b.h"\n' \
	src/cli_run.c '#include "config.h"\n#include "src/a.h"\n#include "net/b.h"\n'
try net 'net/ includes only net/ and src/' net/a.h '# include "ui/b.h"\n' net/a.c '#include "net/b.h"\n#include "src/a.h"\n'
try ui 'ui/ includes only ui/ and src/' ui/a.c '#include "net/b.h"\n' ui/a.c '#include "ui/b.h"\n#include "src/a.h"\n'
try curses 'only ui/ includes curses' src/main.c '#include <ncurses.h>\n' ui/a.c '#include <curses.h>\n'
try sockets 'only net/ includes socket headers' src/a.c '#include <sys/socket.h>\n' net/a.c '#include <netdb.h>\n'
try sqlite 'sqlite3.h is in src/db.c alone' src/store.c '#include <sqlite3.h>\n' src/db.c '#include <sqlite3.h>\n'
try sodium 'sodium.h is in net/ and with the owners of keys' src/msg.c '#include <sodium.h>\n' \
	src/identity.c '#include <sodium.h>\n'
try config 'config.h comes first in .c and not in .h' src/a.h '#include "config.h"\n' \
	src/a.c '/* a */\n#include "config.h"\n#include <stdio.h>\n'
rm -rf "$tmp/bad"
mkdir -p "$tmp/bad/tests"
printf '#include <stdio.h>\n#include "config.h"\n' >"$tmp/bad/tests/a.c"
[ -n "$(rule_config "$tmp/bad")" ]
ok $? "config.h in second place is found"
try guard 'every header has a guard' net/a.h 'int x;\n' net/a.h '#ifndef P2P_A_H\n#define P2P_A_H\n#endif\n'
try file_length "no file has more than $max_file lines" ui/a.c "$(body 701)\n" ui/a.c "$(body 700)\n"
try function_length "no function has more than $max_function lines" \
	src/a.c "int\nmain(int argc,\n\tchar **argv)\n{\n$(body 57)\n}\n" \
	src/a.c "int f(int x);\nRB_GENERATE(a, b, c, d)\n\nint\nmain(void)\n{\n$(body 57)\n}\n\nint\ng(void)\n{\n$(body 57)\n}\n"
try paths "no path of somebody's machine" net/a.c '/* see /ro''ot/notes */\n' net/a.c '/* see net/PROTOCOL.md */\n'
try unfinished 'nothing is marked as unfinished' ui/a.c '/* FIX''ME: later */\n' ui/a.c 'mkstemp("aXXXXXX");\n'
try sleep 'no test sleeps' tests/a.sh 'sle''ep 1\n' tests/a.c 'poll(NULL, 0, 20);\n'
try sleep 'no scenario does' tests/scenario/peer.py 'time.sle''ep(0.01)\ntime.sle''ep(1)\n' tests/scenario/peer.py '        time.sle''ep(0.01)\n'

done_testing
