// SPDX-License-Identifier: MIT
// Sets of signals (<signal.h>): signal n is bit n.
#include <errno.h>
#include <signal.h>
#include <stdbool.h>

static bool signal_valid(int signal)
{
    if (signal > 0 && signal < NSIG)
        return true;
    errno = EINVAL;
    return false;
}

int sigemptyset(sigset_t *set)
{
    *set = 0;
    return 0;
}

int sigfillset(sigset_t *set)
{
    *set = ~(sigset_t)0;
    return 0;
}

int sigaddset(sigset_t *set, const int signal)
{
    if (!signal_valid(signal))
        return -1;
    *set |= (sigset_t)1 << signal;
    return 0;
}

int sigdelset(sigset_t *set, const int signal)
{
    if (!signal_valid(signal))
        return -1;
    *set &= ~((sigset_t)1 << signal);
    return 0;
}

int sigismember(const sigset_t *set, int signal)
{
    if (!signal_valid(signal))
        return -1;
    return (*set >> signal & 1) != 0;
}
