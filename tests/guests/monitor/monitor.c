// SPDX-License-Identifier: MIT
// A command is a line of the table; `help` is made from it.
#include "monitor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "console.h"
#include "pvops/pvops.h"
#include "timer.h"

enum { LINE_SIZE = 1024, WORDS_MAX = 16 };

struct command {
    const char *name;
    const char *arguments;
    const char *help;
    void (*execute)(int count, char **words);
};

static void command_help(int count, char **words);

static const struct command commands[] = {
    {"help", "", "this list", command_help},
    {"about", "", "how this machine is run, and what it has", command_about},
    {"echo", "[WORD]...", "prints its words", command_echo},
    {"mem", "", "prints how memory is used", command_mem},
    {"time", "", "prints the clock", command_time},
    {"sleep", "SECONDS", "waits for the timer", command_sleep},
    {"probe", "ADDRESS", "reads a byte of memory, if it is there", command_probe},
    {"float", "", "computes with floating point", command_float},
    {"sieve", "[N]", "counts the primes up to N (1000000)", command_sieve},
    {"mandel", "", "draws the Mandelbrot set", command_mandel},
    {"busy", "[SECONDS]", "computes for a while (1), and prints how much it did", command_busy},
    {"spin", "[SECONDS]", "loops with events disabled, for ever if no time is given", command_spin},
    {"flood", "[LINES]", "prints lines as fast as it can, for ever if no number is given", command_flood},
    {"fpu", "[ROUNDS]", "checks that preemption keeps the floating-point registers (100)", command_fpu},
    {"paging", "", "builds an address space, uses it, and takes it down", command_paging},
    {"crash", "KIND", "breaks in one of several ways; without KIND it lists them", command_crash},
    {"bench", "[PORTS]", "measures the primitive operations, with so many ports", command_bench},
    {"pairbench", "[apart]", "measures what takes two, with a domain that answers", command_pairbench},
    {"answer", "", "answers a domain that measures, for ever", command_answer},
    {"exit", "[REASON]", "ends this machine (0)", command_exit},
};

#define COMMANDS (sizeof commands / sizeof commands[0])

static const struct pv_boot *boot;

static void command_help(int count, char **words)
{
    (void)count;
    (void)words;
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  %-9s %-10s %s\n", commands[i].name, commands[i].arguments, commands[i].help);
}

static const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

// Executes one command; its text is cut up on the way.
static void command_execute(char *text)
{
    char *words[WORDS_MAX + 1];
    char *rest = NULL;
    int count = 0;

    for (char *word = strtok_r(text, " \t", &rest); word && count < WORDS_MAX;
         word = strtok_r(NULL, " \t", &rest))
        words[count++] = word;
    if (count == 0)
        return;
    words[count] = NULL;

    const struct command *command = command_find(words[0]);

    if (command)
        command->execute(count, words);
    else
        printf("%s: no such command; `help` lists them\n", words[0]);
}

uint64_t word_number(int count, char **words, int index, uint64_t otherwise)
{
    return index < count ? strtoull(words[index], NULL, 0) : otherwise;
}

uint64_t word_seconds(int count, char **words, int index, uint64_t otherwise)
{
    double seconds = index < count ? strtod(words[index], NULL) : -1;

    return seconds >= 0 ? (uint64_t)(seconds * NS_PER_SECOND) : otherwise;
}

void monitor_start(const struct pv_boot *told)
{
    boot = told;
}

const struct pv_boot *monitor_boot(void)
{
    return boot;
}

void monitor_execute(const char *line)
{
    char copy[LINE_SIZE];
    char *rest = NULL;

    snprintf(copy, sizeof copy, "%s", line);
    for (char *text = strtok_r(copy, ";", &rest); text; text = strtok_r(NULL, ";", &rest))
        command_execute(text);
}

void monitor_run(void)
{
    char line[LINE_SIZE];

    for (;;) {
        printf("%s$ ", boot->name);
        fflush(stdout);
        console_line(line, sizeof line);
        monitor_execute(line);
    }
}
