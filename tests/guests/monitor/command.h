// SPDX-License-Identifier: MIT
// The commands of the monitor. Each takes its words, the first of which is its name, as main() does.
// monitor.c has the table.
#ifndef PV_KERNEL_COMMAND_H
#define PV_KERNEL_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

// basic.c
void command_about(int count, char **words);
void command_echo(int count, char **words);
void command_mem(int count, char **words);
void command_time(int count, char **words);
void command_sleep(int count, char **words);
void command_probe(int count, char **words);
void command_exit(int count, char **words);

// compute.c
void command_float(int count, char **words);
void command_sieve(int count, char **words);
void command_mandel(int count, char **words);

// stress.c
void command_spin(int count, char **words);
void command_busy(int count, char **words);
void command_flood(int count, char **words);
void command_fpu(int count, char **words);

// paging.c
void command_paging(int count, char **words);

// crash.c
void command_crash(int count, char **words);

// bench.c
void command_bench(int count, char **words);
void command_pairbench(int count, char **words);
void command_answer(int count, char **words);

// The number in word `index`, or `otherwise` if there is no such word. A word that is no number counts as far
// as it is one, as strtoul() has it: decimal, octal with 0, hexadecimal with 0x.
uint64_t word_number(int count, char **words, int index, uint64_t otherwise);

// The seconds in word `index`, which may have a fraction, in nanoseconds; `otherwise` if there is no such
// word.
uint64_t word_seconds(int count, char **words, int index, uint64_t otherwise);

#endif
