// SPDX-License-Identifier: MIT
// Signals that tests catch, and files that they need.
#include "test.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

volatile sig_atomic_t signal_count, signal_last;

static jmp_buf signal_place;

void signal_note(int number)
{
    signal_count++;
    signal_last = number;
}

void handler_set(int number, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

    sigemptyset(&action.sa_mask);
    MUST(sigaction(number, &action, NULL));
}

sigset_t signal_set(int number)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, number);
    return set;
}

void signal_block(int number)
{
    sigset_t set = signal_set(number);

    MUST(sigprocmask(SIG_BLOCK, &set, NULL));
}

void signal_unblock(int number)
{
    sigset_t set = signal_set(number);

    MUST(sigprocmask(SIG_UNBLOCK, &set, NULL));
}

// Leaves the handler by a jump, which does not undo the mask.
static void signal_jump(int number)
{
    signal_unblock(number);
    longjmp(signal_place, number);
}

int signal_of(void (*run)(void))
{
    static const int caught[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS, SIGUSR1};

    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
        handler_set(caught[i], signal_jump, 0);
    int number = setjmp(signal_place);
    if (number == 0)
        run();
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
        handler_set(caught[i], SIG_DFL, 0);
    return number;
}

void file_make(const char *path, const void *bytes, size_t count)
{
    int file = (int)MUST(open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644));

    EXPECT(write(file, bytes, count), count);
    MUST(close(file));
}

void file_make_text(const char *path, const char *text)
{
    file_make(path, text, strlen(text));
}

off_t file_length(int file)
{
    struct stat status;

    MUST(fstat(file, &status));
    return status.st_size;
}
