// SPDX-License-Identifier: MIT
// exec: what the new program gets, what it keeps, and what cannot be executed.
#include "helper.h"
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void arguments_run(void)
{
    execve(test_program, helper_arguments(), helper_environment);
    EXPECT(errno, 0);
}

static void arguments(void)
{
    EXPECT_CHILD(arguments_run);
}

static char *decimal(long value)
{
    static char texts[4][24];
    static int next;
    char *text = texts[next++ % 4];

    snprintf(text, sizeof texts[0], "%ld", value);
    return text;
}

static void kept_run(void)
{
    int file;

    file_make_text("abc", "abcdef");
    file = (int)MUST(open("abc", O_RDONLY));
    EXPECT(lseek(file, 2, SEEK_SET), 2);
    MUST(mkdir("below", 0755));
    MUST(chdir("below"));
    file_make_text("here", "");
    helper_execute("kept", decimal(getpid()), decimal(getppid()), decimal(file));
}

static void kept(void)
{
    EXPECT_CHILD(kept_run);
}

static void signals_run(void)
{
    handler_set(SIGTERM, signal_note, 0);
    handler_set(SIGUSR1, signal_note, 0);
    handler_set(SIGUSR2, SIG_IGN, 0);
    signal_block(SIGUSR1);
    MUST(kill(getpid(), SIGUSR1));
    EXPECT(signal_count, 0);
    helper_execute("signals", NULL, NULL, NULL);
}

static void signals(void)
{
    EXPECT_CHILD(signals_run);
}

static void descriptors_run(void)
{
    int closed = (int)MUST(open("/dev/null", O_RDONLY));
    int kept = (int)MUST(dup(closed));

    EXPECT(fcntl(closed, F_GETFD), 0);
    MUST(fcntl(closed, F_SETFD, FD_CLOEXEC));
    EXPECT(fcntl(closed, F_GETFD), FD_CLOEXEC);
    helper_execute("descriptors", decimal(closed), decimal(kept), NULL);
}

static void descriptors(void)
{
    EXPECT_CHILD(descriptors_run);
}

static void memory_run(void)
{
    char text[24];
    void *area = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    EXPECT_TRUE(area != MAP_FAILED);
    memset(area, 1, PAGE);
    snprintf(text, sizeof text, "%lx", (unsigned long)area);
    helper_execute("memory", text, NULL, NULL);
}

static void memory(void)
{
    EXPECT_CHILD(memory_run);
}

static void fpu_run(void)
{
    uint16_t control = 0x27f;
    uint32_t state = 0x3f80;

    __asm__ volatile("fldcw %0\n\tldmxcsr %1\n\tmovq %2, %%xmm7"
                     :
                     : "m"(control), "m"(state), "r"(0x1234567812345678)
                     : "xmm7");
    helper_execute("fpu", NULL, NULL, NULL);
}

static void fpu(void)
{
    EXPECT_CHILD(fpu_run);
}

static char *const words[] = {"word", NULL};

static void errors_of_paths(void)
{
    char long_name[400];

    memset(long_name, 'n', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    file_make_text("plain", "no program");
    EXPECT_ERROR(execv("missing", words), ENOENT);
    EXPECT_ERROR(execv("", words), ENOENT);
    EXPECT_ERROR(execv("missing/program", words), ENOENT);
    EXPECT_ERROR(execv("plain/program", words), ENOTDIR);
    EXPECT_ERROR(execv("plain", words), EACCES);
    EXPECT_ERROR(execv("/", words), EACCES);
    EXPECT_ERROR(execv("/dev/null", words), EACCES);
    EXPECT_ERROR(execv(long_name, words), ENAMETOOLONG);
    MUST(chmod("plain", 0755));
    EXPECT_ERROR(execv("plain", words), ENOEXEC);
    file_make_text("empty", "");
    MUST(chmod("empty", 0755));
    EXPECT_ERROR(execv("empty", words), ENOEXEC);
}

static void errors_of_pointers(void)
{
    static const uint64_t bad[] = {
        8, ADDRESS_HYPERVISOR, ADDRESS_PHYSMAP, ADDRESS_IMAGE, ADDRESS_NONCANONICAL, ADDRESS_LAST};

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char *pointer = (char *)bad[i];
        char *list[] = {"word", pointer, NULL};

        EXPECT_ERROR(execv(pointer, words), EFAULT);
        EXPECT_ERROR(execve(test_program, (char **)pointer, environ), EFAULT);
        EXPECT_ERROR(execve(test_program, words, (char **)pointer), EFAULT);
        EXPECT_ERROR(execve(test_program, list, environ), EFAULT);
        EXPECT_ERROR(execve(test_program, words, list), EFAULT);
    }
}

static void too_big(void)
{
    enum { HUGE = 160 << 10, MANY = 20000 };
    char *text = malloc(HUGE);
    char **list = malloc((MANY + 1) * sizeof *list);

    EXPECT_TRUE(text != NULL && list != NULL);
    memset(text, 'x', HUGE - 1);
    text[HUGE - 1] = '\0';
    char *one[] = {"word", text, NULL};
    EXPECT_ERROR(execv(test_program, one), E2BIG);
    EXPECT_ERROR(execve(test_program, words, one), E2BIG);
    for (int i = 0; i < MANY; i++)
        list[i] = "0123456789";
    list[MANY] = NULL;
    EXPECT_ERROR(execv(test_program, list), E2BIG);
}

static void script_run(void)
{
    static char *const arguments_of_script[] = {"./script", "7", NULL};

    execv("./script", arguments_of_script);
    EXPECT(errno, 0);
}

static void script(void)
{
    file_make_text("script", "#!/bin/sh\nexit $1\n");
    MUST(chmod("script", 0755));
    EXPECT_EXIT(child_start(script_run), 7);
    file_make_text("script", "#!/bin/missing\n");
    EXPECT_ERROR(execv("./script", words), ENOENT);
    file_make_text("script", "#!");
    EXPECT_ERROR(execv("./script", words), ENOEXEC);
}

// A script that is its own interpreter must not keep the kernel busy for ever.
static void script_loop(void)
{
    file_make_text("loop", "#!./loop\n");
    MUST(chmod("loop", 0755));
    EXPECT(execv("./loop", words), -1);
    EXPECT_TRUE(errno == ELOOP || errno == ENOEXEC);
}

const struct test tests_exec[] = {
    {"exec_arguments", arguments},
    {"exec_kept", kept},
    {"exec_signals", signals},
    {"exec_descriptors", descriptors},
    {"exec_memory", memory},
    {"exec_fpu", fpu},
    {"exec_errors_of_paths", errors_of_paths},
    {"exec_errors_of_pointers", errors_of_pointers},
    {"exec_too_big", too_big},
    {"exec_script", script},
    {"exec_script_loop", script_loop},
    {NULL, NULL},
};
