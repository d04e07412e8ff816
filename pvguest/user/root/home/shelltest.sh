#!/bin/sh
# SPDX-License-Identifier: MIT
# Checks the shell: each line gives what is expected and the command that has to print it. Runs in any shell.
# The last line printed is `shelltest: N of N passed`; the status is 0 if all were.

passed=0
total=0
folder=/tmp/shelltest.$$
mkdir $folder && cd $folder || exit 1

check() {
    total=$((total + 1))
    output=$(eval "$2" 2>&1)
    if [ "$output" = "$1" ]; then
        passed=$((passed + 1))
    else
        echo "shelltest: FAILED: $2"
        echo "shelltest:   saw      [$output]"
        echo "shelltest:   expected [$1]"
    fi
}

# Words and quotes.
check 'a b  c' 'echo a    b\ \ c'
check 'a  "b" $x \' "echo 'a  \"b\" \$x \\'"
check 'a  $x "`' 'echo "a  \$x \"\`"'
check 'ab' 'echo a\
b'
check '# no' 'echo \# no # comment'
check "it's" "echo 'it'\\''s'"
check '' 'echo ""'
check '2' 'set -- "" ""; echo $#'

# Variables.
check '5 5 x5y' 'x=5; echo $x ${x} x${x}y'
check 'a b' 'x="  a   b  "; echo $x'
check '[  a   b  ]' 'x="  a   b  "; echo "[$x]"'
check 'no set set' 'unset z; echo ${z:-no} ${z:=set} $z'
check 'empty none' 'z=; echo ${z:-empty} none${z-never}'
check 'yes' 'z=1; echo ${z:+yes} ${none+never}'
check '5 0' 'x=abcde; y=; echo ${#x} ${#y}'
check 'prog.tar.gz /usr/bin prog usr/bin/prog.tar.gz' \
    'p=/usr/bin/prog.tar.gz; echo ${p##*/} ${p%/*} $(q=${p##*/}; echo ${q%%.*}) ${p#*/}'
check 'a b c' 'echo ${none:-a "b" c}'
check '[x]' 'echo "[${none:-"x"}]"'
check 'outer inner outer' 'x=outer; echo $x $(x=inner; echo $x) $x'
check 'child' 'X=child sh -c "echo \$X"; echo $X'
check 'seen' 'export E=seen; sh -c "echo \$E"'
check '1 2' 'x=1 y=2; echo $x $y'

# Arguments.
check '3 a [b c] d' 'set -- a "b c" d; echo $# $1 "[$2]" $3'
check '<a><b c><>' 'set -- a "b c" ""; for i in "$@"; do echo -n "<$i>"; done; echo'
check '<a><b><c>' 'set -- a "b c"; for i in $@; do echo -n "<$i>"; done; echo'
check 'a b c' 'set -- a "b c"; echo "$*"'
check 'a:b' 'set -- a b; IFS=:; echo "$*"'
check '0' 'set --; f() { echo $#; }; f "$@"'
check 'b 1' 'set -- a b; shift; echo $1 $#'
check '[a][b][][c]' 'IFS=:; for i in $(echo a:b::c); do echo -n "[$i]"; done; echo'

# Arithmetic.
check '7 9 2 1 -3' 'echo $((1 + 2 * 3)) $(((1 + 2) * 3)) $((5 / 2)) $((5 % 2)) $((-7 / 2))'
check '16 1 0 20' 'echo $((1 << 4)) $((3 > 2 && 2 > 1)) $((!5)) $((1 > 2 ? 10 : 20))'
check '6 6 12' 'x=5; echo $((x = x + 1)) $x $((x += 6))'
check '255 8' 'echo $((0xff)) $((010))'
check '-9223372036854775808' 'echo $((9223372036854775807 + 1))'

# Lists, pipes, redirections.
check 'or and' 'echo $(false || echo or) $(true && echo and)'
check '1 0 3' 'f() { return 3; }; ! true; a=$?; ! false; b=$?; f; echo $a $b $?'
check 'HELLO' 'echo hello | cat | tr a-z A-Z'
check '7' '(exit 7); echo $?'
check 'one two' 'echo one >f; echo two >>f; echo $(cat f)'
check 'new' 'echo old >f; echo new >f; cat <f'
check 'err' '{ echo out; echo err >&2; } 2>&1 >/dev/null'
check 'out' '{ echo out; echo err >&2; } 2>/dev/null'
check 'three' 'exec 3>f; echo three >&3; exec 3>&-; cat f'
check 'group more' '{ echo group; echo more; } >f; echo $(cat f)'
check 'x 5 cmd' 'x=5; cat <<END
x $x $(echo cmd)
END'
check '$x' 'cat <<"END"
$x
END'
check 'tab' 'cat <<-END
		tab
	END'
check 'l2 l1' 'r=; while read l; do r="$l $r"; done <<END
l1
l2
END
echo $r'
check 'first|second third' 'read a b <<END
first   second third
END
echo "$a|$b"'

# Compound commands.
check 'yes' 'if false; then echo no; elif true; then echo yes; else echo never; fi'
check '1 2 4' 'i=0; while [ $i -lt 9 ]; do i=$((i + 1)); [ $i = 3 ] && continue; [ $i = 5 ] && break; echo $i; done | xargs'
check '1a 2a' 'for i in 1 2 3; do for j in a b; do [ $j = b ] && continue 2; [ $i = 3 ] && break 2; echo $i$j; done; done | xargs'
check 'source' 'case f.c in *.h) echo header;; *.[cS]) echo source;; *) echo other;; esac'
check 'quoted' 'case "a*b" in a\*c) echo no;; "a*b") echo quoted;; esac'
check 'f: 2 a [b c]' 'f() { echo "f: $# $1 [$2]"; }; f a "b c"'
check '120' 'f() { if [ $1 -le 1 ]; then echo 1; else echo $(($1 * $(f $(($1 - 1))))); fi; }; f 5'
check 'a b' 'for i in a b; do echo $i; done >f; xargs <f'
check 'ev' 'x="echo ev"; eval $x'

# Files and substitution.
check 'a1 a2' 'echo >a1; echo >a2; echo a*; rm a1 a2'
check 'n*' 'echo n*'
check '* a*' "echo '*' a\\*"
check 'x y' 'echo $(echo x; echo y)'
check 'deep' 'echo $(echo $(echo "$(echo deep)"))'
check 'back inner' 'echo `echo back \`echo inner\``'

# test.
check '0 1 0 1' '[ a = a ]; a=$?; [ a != a ]; b=$?; [ 2 -lt 10 ]; c=$?; [ -z x ]; echo $a $b $c $?'
check '0 0 1' '[ -d / -a ! -f / ]; a=$?; test -e /etc/rc -o 1 -eq 1; b=$?; [ ]; echo $a $b $?'

# Errors and ends.
check '127' 'no-such-command 2>/dev/null; echo $?'
check '126' ': >f; ./f 2>/dev/null; echo $?'
check '2' 'sh -c "if" 2>/dev/null; echo $?'
check 'failed' 'cat 2>/dev/null <no-such-file || echo failed'
check 'caught' 'sh -c "set -e; false; echo no" || echo caught'
check 'bye 3' 'sh -c "trap \"echo bye \\\$?\" EXIT; exit 3"'
check '143' 'sh -c "kill \$\$" 2>/dev/null; echo $?'
check 'waited' 'sleep 0.1 & wait; echo waited'
check '4' '(exit 4) & wait $!; echo $?'

cd / && rm -rf $folder
echo "shelltest: $passed of $total passed"
[ $passed = $total ]
