#!/bin/sh
# SPDX-License-Identifier: MIT
# Prints the prime numbers up to a limit, with nothing but the shell's arithmetic: `sh primes.sh 50`.

is_prime() {
    d=2
    while [ $((d * d)) -le "$1" ]; do
        [ $(($1 % d)) -eq 0 ] && return 1
        d=$((d + 1))
    done
}

n=2
while [ "$n" -le "${1:-30}" ]; do
    is_prime "$n" && echo -n "$n "
    n=$((n + 1))
done
echo
