// SPDX-License-Identifier: MIT
// What the tests are made of: expectations, children, and signals that were caught.
//
// Each test runs in a process of its own, in an empty folder of its own, as the leader of its own process
// group. An expectation that does not hold prints one line and ends that process; who waits for it with the
// functions here passes the failure on. What a test prints must not depend on machine, mode or time.
#ifndef PV_USER_USERTESTS_TEST_H
#define PV_USER_USERTESTS_TEST_H

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct test {
    const char *name;
    void (*run)(void);
};

// The tests of each file, ended by one without a name. main.c lists them.
extern const struct test tests_process[], tests_fork[], tests_group[], tests_exec[], tests_elf[],
    tests_signal[], tests_action[], tests_interrupt[], tests_stop[], tests_frame[], tests_fault[],
    tests_privileged[], tests_pointer[], tests_pipe[], tests_file[], tests_content[], tests_directory[],
    tests_name[], tests_descriptor[], tests_device[], tests_memory[], tests_register[], tests_fpu[],
    tests_base[], tests_time[], tests_info[], tests_exhaust[], tests_limit[], tests_garbage[];

// The name of the test that runs, for messages; and a path by which this program can be executed.
extern const char *test_name;
extern const char *test_program;

// The exit status of a process in which an expectation failed.
enum { TEST_FAILED = 97 };

#define PAGE 4096UL

// Addresses that user mode must not reach: where a hypervisor is, a map of all memory, a kernel's image and
// the last page; and the first address that is none.
#define ADDRESS_HYPERVISOR   0xffff800000000000
#define ADDRESS_PHYSMAP      0xffff888000000000
#define ADDRESS_IMAGE        0xffffffff80000000
#define ADDRESS_LAST         0xfffffffffffff000
#define ADDRESS_NONCANONICAL 0x0000800000000000

// Prints what was expected and what was seen, and ends the process.
__attribute__((noreturn)) void expect_failed(const char *file, int line, const char *what, long saw,
                                             long expected);

// Fails unless the value is the expected one.
#define EXPECT(value, expected) expect_equal(__FILE__, __LINE__, #value, (long)(value), (long)(expected))
#define EXPECT_TRUE(condition)                                                                               \
    do {                                                                                                     \
        if (!(condition))                                                                                    \
            expect_failed(__FILE__, __LINE__, #condition, 0, 1);                                             \
    } while (0)
void expect_equal(const char *file, int line, const char *what, long saw, long expected);

// Fails unless the value is -1 and errno is this error.
#define EXPECT_ERROR(value, error) expect_error(__FILE__, __LINE__, #value, (long)(value), error)
void expect_error(const char *file, int line, const char *what, long saw, int error);

// Fails unless two strings, or so many bytes, are the same.
#define EXPECT_STRING(text, expected)        EXPECT(strcmp(text, expected), 0)
#define EXPECT_BYTES(bytes, expected, count) EXPECT(memcmp(bytes, expected, count), 0)

// Fails unless the value is 0 or more; returns it.
#define MUST(value) expect_success(__FILE__, __LINE__, #value, (long)(value))
long expect_success(const char *file, int line, const char *what, long saw);

// Waits for this child, and fails unless it exited with this status, or was ended by this signal.
#define EXPECT_EXIT(pid, status)   expect_exit(__FILE__, __LINE__, pid, status)
#define EXPECT_SIGNAL(pid, number) expect_signal(__FILE__, __LINE__, pid, number)
void expect_exit(const char *file, int line, pid_t pid, int status);
void expect_signal(const char *file, int line, pid_t pid, int number);

// Waits for this child's end, however often signals interrupt that; returns its status as wait() gives it. If
// it failed, its own line has been printed, and this process ends as it did.
int child_wait(pid_t pid);

// Starts a child that runs a function and exits with 0 after it; fails if that is not possible.
pid_t child_start(void (*run)(void));

// Runs a function in a child, and fails unless it ends with status 0, or by this signal.
#define EXPECT_CHILD(run)                expect_exit(__FILE__, __LINE__, child_start(run), 0)
#define EXPECT_CHILD_SIGNAL(run, number) expect_signal(__FILE__, __LINE__, child_start(run), number)

// A pipe by which one process lets another go on.
struct cue {
    int end[2];
};
struct cue cue_open(void);
void cue_close(const struct cue *cue);
void cue_give(const struct cue *cue);
void cue_await(const struct cue *cue);

// Makes a file with these bytes, and a string's.
void file_make(const char *path, const void *bytes, size_t count);
void file_make_text(const char *path, const char *text);

// How long an open file is.
off_t file_length(int file);

// How many frames are free; and the length of a mapping that takes three quarters of them, so that two take
// more than there are.
uint64_t frames_free(void);
size_t memory_most(void);

// Runs a function in a child, three times. After the first, which may fill what the kernel keeps for later,
// as many frames must be free as before.
void expect_nothing_lost(void (*run)(void));

// The signal that a function raised when it ran, or 0 when it returned. It must be a fault's, or one that it
// sends to itself.
int signal_of(void (*run)(void));

// Sets a handler, with flags SA_*.
void handler_set(int number, void (*handler)(int), int flags);

// The set of this signal alone; and holding it back, or not.
sigset_t signal_set(int number);
void signal_block(int number);
void signal_unblock(int number);

// A handler that counts in signal_count what came, and the signal that came last.
extern volatile sig_atomic_t signal_count, signal_last;
void signal_note(int number);

// Sleeps for so many milliseconds, however often signals interrupt that.
void milliseconds_sleep(long milliseconds);

#endif
