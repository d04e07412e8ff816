# SPDX-License-Identifier: MIT
# Compares the programs of /bin with the GNU ones: runs commands, and finds their output and status as they were
# recorded from those in tooltest.expected. Each command starts with the same files.
#
#     sh tooltest.sh                            prints `tooltest: as expected`, or where it differs
#     LC_ALL=C sh tooltest.sh print             prints what is to be compared; on a machine with the GNU tools:
#                                               what is to be recorded
here=$(cd "$(dirname "$0")"; pwd)
work=/tmp/tooltest

if [ "$1" != print ]; then
    sh "$here/tooltest.sh" print > /tmp/tooltest.seen
    if cmp /tmp/tooltest.seen "$here/tooltest.expected"; then
        echo tooltest: as expected
        exit 0
    fi
    line=$(cmp /tmp/tooltest.seen "$here/tooltest.expected" | sed 's/.*line //')
    echo tooltest: seen and expected, around line $line:
    sed -n "$((line > 5 ? line - 5 : 1)),$((line + 2))p" /tmp/tooltest.seen
    echo ----
    sed -n "$((line > 5 ? line - 5 : 1)),$((line + 2))p" "$here/tooltest.expected"
    exit 1
fi

files() {
    rm -rf $work
    mkdir -p $work/d/x/sub $work/d/y
    cd $work
    printf 'banana\napple\ncherry\napple\n10 x\n9 y\n-3 z\n1.5 q\n' > a
    printf 'one two\tthree\nfour  five\n\nlast line no newline' > b
    printf 'a:b:c\nd:e\nnodelim\n::\n' > f
    seq 1 100 > n
    : > empty
    echo aaa > d/a
    echo bb > d/b
    echo in > d/x/inner
    echo insub > d/x/sub/f
    : > d/.hid
    chmod 644 d/a
}

run() {
    printf '### %s\n' "$1"
    (eval "$1") 2> /dev/null
    echo "status $?"
    case $1 in *'>'* | tee* | cd*) files ;; esac
}

files
run 'cat a b'
run 'cat -n a'
run 'cat - < a'
run 'env echo -n hi there'
run 'env echo -e '\''a\tb\n\x41\101\0101\\ \q end\c hidden'\'''
run 'env echo -x -n'
run 'env echo -ne '\''x\ny'\'''
run 'env echo'
run 'wc -l < a'
run 'wc -c a'
run 'wc -l < b'
run 'head -n 3 n'
run 'head -3 n'
run 'head -c 7 n'
run 'head -n 2 a b n'
run 'head -n 0 n'
run 'tail n'
run 'tail -n 3 n'
run 'tail -3 n'
run 'tail -c 7 n'
run 'tail -n +95 n'
run 'tail -c +280 n'
run 'tail -n 2 a n'
run 'tail -n 0 n'
run 'sort a'
run 'sort -r a'
run 'sort -u a'
run 'sort -n a'
run 'sort -rn a'
run 'sort -t : -k 2 f'
run 'sort -nu n a'
run 'sort a | uniq'
run 'sort a | uniq -c'
run 'sort a | uniq -d'
run 'sort a | uniq -u'
run 'uniq empty'
run 'sort empty'
run 'seq 5'
run 'seq 3 7'
run 'seq 10 -3 -5'
run 'seq -3 1'
run 'seq -w 8 11'
run 'seq -s , 1 5'
run 'seq 5 1'
run 'tr -d aeiou < a'
run 'tr -s '\''np'\'' < a'
run 'tr -cd '\''[:alnum:]\n'\'' < b'
run 'tr '\''[:lower:]'\'' '\''[:upper:]'\'' < a'
run 'tr '\''\n'\'' '\'' '\'' < a'
run 'tr -c '\''[:alnum:]'\'' '\''\n'\'' < b'
run 'tr -s '\'' '\'' '\''\n'\'' < b'
run 'tr -cs '\''[:alpha:]'\'' '\''\n'\'' < b'
run 'cut -c 1-3 a'
run 'cut -c 2,4- a'
run 'cut -d : -f 2 f'
run 'cut -d : -f 1,3 f'
run 'cut -d : -f 2 -s f'
run 'cut -d : -f -2 f'
run 'cut -f 2 b'
run 'yes | head -3'
run 'hexdump -C empty'
run 'hexdump b'
run 'hexdump -C a b'
run 'cmp a a'
run 'cmp a b'
run 'cmp -s a b'
run 'cmp a nosuch'
run 'cmp empty a'
run 'grep an a'
run 'grep -v an a'
run 'grep -n an a'
run 'grep -c an a'
run 'grep -l an a b'
run 'grep an a b'
run 'grep -h an a b'
run 'grep -i AN a'
run 'grep -q an a'
run 'grep -q zzz a'
run 'grep '\''^a'\'' a'
run 'grep '\''e$'\'' a b'
run 'grep '\''^$'\'' b'
run 'grep '\''a.*a'\'' a'
run 'grep '\''[0-9]'\'' a'
run 'grep '\''[^a-z]'\'' a'
run 'grep '\''[[:digit:]]\.[[:digit:]]'\'' a'
run 'grep '\''x\|apple'\'' a'
run 'grep '\''an\+'\'' a'
run 'grep '\''cherr\?y'\'' a'
run 'grep -o '\''an'\'' a'
run 'grep -o '\''[a-z]*'\'' a'
run 'grep -on '\''p*'\'' a'
run 'grep '\''*'\'' a'
run 'grep '\''\.'\'' a'
run 'grep '\''[]x]'\'' a'
run 'grep '\''[a'\'' a'
run 'grep '\''a[n-p]*a$'\'' a'
run 'grep -i '\''[B]ANANA'\'' a'
run 'grep zz nosuch'
run 'grep an < a'
run 'grep -n '\'''\''  b'
run 'grep -e an a'
run 'grep '\''^\(x\)'\'' a | cat'
run 'tee o1 o2 < a'
run 'tee o1 < b; cat o1 o2'
run 'cat a | tee | wc -l'
run 'true'
run 'sed p a'
run 'sed -n p a'
run 'sed -n 2p a'
run 'sed -n '\''2,4p'\'' a'
run 'sed '\''s/a/X/'\'' a'
run 'sed '\''s/a/X/g'\'' a'
run 'sed '\''s/an*/<&>/g'\'' a'
run 'sed '\''s,a,/,g'\'' a'
run 'sed '\''s/a/\//'\'' a'
run 'sed -n '\''s/an/Q/p'\'' a'
run 'sed '\''/apple/d'\'' a'
run 'sed '\''/apple/!d'\'' a'
run 'sed '\''$d'\'' a'
run 'sed -n '\''$p'\'' a n'
run 'sed '\''2q'\'' a'
run 'sed -n '\''$='\'' n'
run 'sed '\''/cherry/,/10/d'\'' a'
run 'sed '\''3,2d'\'' a'
run 'sed '\''2,$d'\'' a'
run 'sed '\''s/^/> /'\'' a'
run 'sed '\''s/$/ </'\'' a'
run 'sed '\''s/x*/-/g'\'' a'
run 'sed '\''s/a/b/;s/b/c/'\'' a'
run 'sed -e 1d a'
run 'sed '\''s/a'\'' a'
run 'sed '\''k'\'' a'
run 'sed '\'''\'' a'
run 'sed -n '\''/^b/,$p'\'' a'
run 'sed '\''1,/a/d'\'' a'
run 'sed '\''s/\./,/'\'' a'
run 'sed '\''s/b/x\ny/'\'' a'
run 'sed '\''1!d'\'' n'
run 'sed '\''10,20!d;s/1/one/'\'' n'
run 'sed '\''p;p'\'' empty'
run 'grep -o '\''^a'\'' a'
run 'grep -on '\''[a-z]*$'\'' a'
run 'env printf '\''a\tb\n'\'''
run 'env printf '\''%s\n'\'' a b c'
run 'env printf '\''%5d|%-5d|%05d\n'\'' 1 2 3'
run 'env printf '\''%x %o %X %u\n'\'' 255 8 0xff 7'
run 'env printf '\''%s %d\n'\'' x'
run 'env printf '\''%c%c\n'\'' ab cd'
run 'env printf '\''%%|%.2s|\n'\'' abc'
run 'env printf '\''plain\n'\'' extra'
run 'env printf '\''%d\n'\'' zz'
run 'env printf '\''%d\n'\'' "'\''A"'
run 'seq 1 10 | xargs'
run 'seq 1 200 | xargs -n 7 echo x'
run 'echo a b c | xargs -n 1'
run 'env A=7 sh -c '\''echo $A'\'''
run 'cp a c; find d | sort'
run 'cd d; cp a c; cmp a c; find . | sort'
run 'cd d; cp a x; find . | sort'
run 'cd d; cp a b x; find . | sort'
run 'cd d; cp -r x z; find . | sort'
run 'cd d; cp -r x y; find . | sort'
run 'cd d; cp x z; find . | sort'
run 'cd d; cp a; find . | sort'
run 'cd d; cp a b c; find . | sort'
run 'cd d; cp nosuch c; find . | sort'
run 'cd d; cp a a; find . | sort'
run 'cd d; mv a c; find . | sort'
run 'cd d; mv a x; find . | sort'
run 'cd d; mv a b x; find . | sort'
run 'cd d; mv x y; find . | sort'
run 'cd d; mv x x/q; find . | sort'
run 'cd d; mv nosuch q; find . | sort'
run 'cd d; ln a b x; find . | sort'
run 'cd d; rm a b; find . | sort'
run 'cd d; rm x; find . | sort'
run 'cd d; rm -r x; find . | sort'
run 'cd d; rm -rf x nosuch; find . | sort'
run 'cd d; rm -f nosuch'
run 'cd d; rm nosuch'
run 'cd d; rm -f'
run 'cd d; rm -r .; find . | sort'
run 'cd d; mkdir n; find . | sort'
run 'cd d; mkdir n/m; find . | sort'
run 'cd d; mkdir -p n/m/o x/p; find . | sort'
run 'cd d; mkdir -p x; mkdir x; find . | sort'
run 'cd d; mkdir -p a/b; find . | sort'
run 'cd d; rmdir x; find . | sort'
run 'cd d; rmdir y; find . | sort'
run 'cd d; touch new a; find . | sort; cat a'
run 'cd d; touch -c new2; find . | sort'
run 'cd d; find . -name '\''a*'\'' | sort'
run 'cd d; find x -type f | sort'
run 'cd d; find . -type d | sort'
run 'cd d; find . -maxdepth 1 | sort'
run 'cd d; find a x | sort'
run 'basename /a/b/c.c .c'
run 'basename c'
run 'basename /'
run 'basename a/b/'
run 'basename .c .c'
run 'dirname /a/b'
run 'dirname a'
run 'dirname /'
run 'dirname a/b/'
run 'dirname //a'
run 'dirname a//b'
cd /
rm -rf $work
