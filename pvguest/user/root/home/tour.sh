#!/bin/sh
# SPDX-License-Identifier: MIT
# A walk through the system: each step shows a command and runs it. Read it with `cat tour.sh`.

step() {
    echo
    echo "\$ $*"
    eval "$*"
}

echo "This is $(uname -a)."
step 'echo "the shell is process $$, a child of init"; ps'

# Programs are connected by pipes: each is a process of its own, and the kernel carries the bytes between them.
step 'ls /bin | wc -l'
step 'seq 1 20 | grep 1 | sort -rn | head -n 3'

# Files live in memory. What is written to one can be read from another program.
step 'echo "written at $(date)" >/tmp/note; cat /tmp/note; rm /tmp/note'

# fork() copies a process without copying its memory: both halves of this go on from the same variables.
step 'x=1; (x=2; echo "in the copy x is $x"); echo "and here it is still $x"'

# Processes get the processor in turn, ten milliseconds at a time.
step 'sieve 100000 >/dev/null & mandelbrot >/dev/null & wait; echo "both have ended"'

# A program that does what it may not gets a signal; the kernel goes on.
step 'sh -c "kill -SEGV \$\$"; echo "its status was $? (128 + the signal)"'

step 'free'
echo
echo "Now it is your turn: help, ls /bin, cat primes.sh, usertests -l."
