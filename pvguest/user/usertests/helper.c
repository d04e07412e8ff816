// SPDX-License-Identifier: MIT
// The helpers: words[0] is "helper", then come the helper's name, the test's, and what the test adds.
#include "helper.h"

#include "test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *helper_environment[] = {"A=1", "EMPTY=", "WITHOUT", "PATH=/nowhere:/bin", NULL};

char **helper_arguments(void)
{
    static char last[HELPER_LONG + 1];
    static char *arguments[] = {"helper", "arguments", NULL, "", "two words", "\x01\xff", last, NULL};

    memset(last, 'x', HELPER_LONG);
    arguments[2] = (char *)test_name;
    return arguments;
}

static void list_check(char **list, char **expected)
{
    for (; *expected != NULL; list++, expected++) {
        EXPECT_TRUE(*list != NULL);
        EXPECT_STRING(*list, *expected);
    }
    EXPECT_TRUE(*list == NULL);
}

static void arguments_check(char **words)
{
    list_check(words, helper_arguments());
    list_check(environ, helper_environment);
    const char *value = getenv("A");

    EXPECT_TRUE(value != NULL);
    EXPECT_STRING(value, "1");
}

static long number(const char *word)
{
    return strtol(word, NULL, 10);
}

// words: the process, its parent, and a file that is open at its third byte.
static void kept_check(char **words)
{
    char byte;

    EXPECT(getpid(), number(words[3]));
    EXPECT(getppid(), number(words[4]));
    EXPECT(read((int)number(words[5]), &byte, 1), 1);
    EXPECT(byte, 'c');
    EXPECT(access("here", F_OK), 0);
}

// SIGUSR1 is held back and pending, SIGUSR2 ignored, SIGTERM has its default action again.
static void signals_check(char **words)
{
    sigset_t mask;
    struct sigaction action;

    (void)words;
    MUST(sigprocmask(SIG_BLOCK, NULL, &mask));
    EXPECT_TRUE(sigismember(&mask, SIGUSR1));
    EXPECT_TRUE(!sigismember(&mask, SIGTERM));
    MUST(sigaction(SIGUSR2, NULL, &action));
    EXPECT_TRUE(action.sa_handler == SIG_IGN);
    MUST(sigaction(SIGTERM, NULL, &action));
    EXPECT_TRUE(action.sa_handler == SIG_DFL);
    handler_set(SIGUSR1, signal_note, 0);
    EXPECT(signal_count, 0);
    signal_unblock(SIGUSR1);
    EXPECT(signal_count, 1);
}

// words: a descriptor that is closed now, and one that is not.
static void descriptors_check(char **words)
{
    EXPECT_ERROR(fcntl((int)number(words[3]), F_GETFD), EBADF);
    EXPECT(fcntl((int)number(words[4]), F_GETFD), 0);
}

static uintptr_t address;

static void address_read(void)
{
    (void)*(volatile char *)address;
}

// words: an address where memory was before.
static void memory_check(char **words)
{
    address = strtoul(words[3], NULL, 16);
    EXPECT(signal_of(address_read), SIGSEGV);
}

static void fpu_check(char **words)
{
    uint16_t control;
    uint32_t state;
    uint64_t low;

    (void)words;
    __asm__ volatile("fnstcw %0\n\tstmxcsr %1\n\tmovq %%xmm7, %2" : "=m"(control), "=m"(state), "=r"(low));
    EXPECT(control, 0x37f);
    EXPECT(state, 0x1f80);
    EXPECT(low, 0);
}

static const struct {
    const char *name;
    void (*run)(char **words);
} helpers[] = {
    {"arguments", arguments_check},     {"kept", kept_check},     {"signals", signals_check},
    {"descriptors", descriptors_check}, {"memory", memory_check}, {"fpu", fpu_check},
};

bool helper_is(char **words)
{
    return strcmp(words[0], "helper") == 0 && words[1] != NULL && words[2] != NULL;
}

int helper_run(char **words)
{
    test_name = words[2];
    for (size_t i = 0; i < sizeof helpers / sizeof *helpers; i++) {
        if (strcmp(helpers[i].name, words[1]) == 0) {
            helpers[i].run(words);
            return 0;
        }
    }
    return 1;
}

void helper_execute(const char *name, char *first, char *second, char *third)
{
    char *words[] = {"helper", (char *)name, (char *)test_name, first, second, third, NULL};

    execv(test_program, words);
    EXPECT(errno, 0);
    _exit(1);
}
