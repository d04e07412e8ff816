// SPDX-License-Identifier: MIT
// The terminal. Keys come with kernel_console(), an event, and are taken up, shown and acted upon at once;
// readers sleep for lines. What processes write goes to the machine's console without a buffer, as fast as
// that takes it.
#include "kernel/tty.h"

#include <errno.h>
#include <signal.h>

#include "kernel/interface.h"
#include "kernel/line.h"
#include "kernel/process.h"
#include "kernel/scheduler.h"
#include "kernel/signal.h"
#include "kernel/string.h"
#include "kernel/user.h"
#include "pvops/kernel.h"

enum {
    TTY_CHUNK = 256,
    TTY_ROWS = 24,
    TTY_COLUMNS = 80,
    TTY_MODES = TTY_CANONICAL | TTY_ECHO | TTY_SIGNALS,
    OUTPUT_TURN = 4096,       // bytes in one write() after which others, and events, have their turn
    OUTPUT_PAUSE_NS = 500000, // until a console without room is tried again
    ECHO_PATIENCE_NS = 20000000,
};

// What processes that wait for room on the console sleep for.
static const char output;

static void echo_write(const char *bytes, size_t size);

static struct {
    struct line line;
    uint32_t mode;
    int group; // 0: none
} tty = {.line = {.show = echo_write}, .mode = TTY_MODES};

// Shows what was typed. This is the handler of an event and cannot sleep: a console that is stuck loses it.
static void echo_write(const char *bytes, size_t size)
{
    uint64_t limit = pvop_time_read() + ECHO_PATIENCE_NS;

    while (size > 0) {
        size_t taken = pvop_console_write(bytes, size);

        if (taken == 0 && pvop_time_read() >= limit)
            return;
        if (taken == 0)
            pvop_cpu_yield();
        bytes += taken;
        size -= taken;
    }
}

// The signal that a key sends, or 0.
static int key_signal(char key)
{
    switch (key) {
    case 'C' - '@':
        return SIGINT;
    case '\\' - '@':
        return SIGQUIT;
    case 'Z' - '@':
        return SIGTSTP;
    default:
        return 0;
    }
}

static void key_take(char key)
{
    int signal = tty.mode & TTY_SIGNALS && tty.group != 0 ? key_signal(key) : 0;

    if (signal != 0) {
        line_discard(&tty.line);
        line_show_key(&tty.line, key);
        signal_send_group(tty.group, signal);
    } else if (tty.mode & TTY_CANONICAL) {
        line_type(&tty.line, key);
    } else {
        line_append(&tty.line, key);
    }
}

// Only when nothing is left does the next key come with an event.
void kernel_console(void)
{
    static char keys[64]; // handlers of events never nest
    size_t count;

    while ((count = pvop_console_read(keys, sizeof(keys))) != 0) {
        for (size_t i = 0; i < count; i++)
            key_take(keys[i]);
    }
    if (!line_is_empty(&tty.line))
        scheduler_wake(&tty);
}

static bool group_lives(int group)
{
    for (unsigned i = 0; i < PROCESS_LIMIT; i++) {
        const struct process *process = &process_table[i];

        if (process->state != PROCESS_UNUSED && process->state != PROCESS_ZOMBIE && process->pgid == group)
            return true;
    }
    return false;
}

// Whether the current process may read. The foreground is everybody's when its group has gone without giving
// it back. Who is stopped for it reads again when it goes on.
static int foreground_check(void)
{
    struct process *process = process_current();

    if (process->pgid == tty.group || tty.group == 0 || !group_lives(tty.group))
        return 0;
    if (process->signals.blocked & signal_bit(SIGTTIN) ||
        process->signals.actions[SIGTTIN].handler == SIGNAL_IGNORE)
        return -EIO;
    signal_send_group(process->pgid, SIGTTIN);
    if (!signal_pending())
        return -EIO;
    process->interrupted = true;
    return -EINTR;
}

static int input_wait(bool wait)
{
    int error;

    while ((error = foreground_check()) == 0 && line_is_empty(&tty.line)) {
        if (!wait)
            return -EAGAIN;
        if (!scheduler_sleep(&tty))
            return -EINTR;
    }
    return error;
}

int64_t tty_read(uint64_t to, size_t size, bool wait)
{
    int error = size != 0 ? input_wait(wait) : 0;
    size_t done = 0;
    bool ended = error != 0;

    while (done < size && !ended && !line_is_empty(&tty.line)) {
        char chunk[TTY_CHUNK];
        size_t limit = size - done < sizeof(chunk) ? size - done : sizeof(chunk);
        struct line_part part = line_read(&tty.line, tty.mode & TTY_CANONICAL, chunk, limit);

        if (!user_write(to + done, chunk, part.size))
            return done != 0 ? (int64_t)done : -EFAULT;
        line_drop(&tty.line, part.used);
        done += part.size;
        ended = part.ended;
    }
    return error != 0 ? error : (int64_t)done;
}

// Writes bytes to the console; returns how many, less than all if a signal came or it may not wait.
static size_t output_write(const char *bytes, size_t size, bool wait)
{
    size_t done = 0;

    while (done < size) {
        size_t taken = pvop_console_write(bytes + done, size - done);

        if (taken == 0 && (!wait || !scheduler_sleep_until(&output, pvop_time_read() + OUTPUT_PAUSE_NS)))
            break;
        done += taken;
    }
    return done;
}

// No event is handled and nobody else runs while a process is in the kernel, unless it sleeps.
static bool output_turn(size_t done)
{
    return done == 0 || done % OUTPUT_TURN != 0 || scheduler_sleep_until(&output, pvop_time_read());
}

int64_t tty_write(uint64_t from, size_t size, bool wait)
{
    int64_t error = wait ? -EINTR : -EAGAIN;
    size_t done = 0;

    while (done < size) {
        char chunk[TTY_CHUNK];
        size_t step = size - done < sizeof(chunk) ? size - done : sizeof(chunk);
        size_t written = 0;

        if (!user_read(chunk, from + done, step))
            error = -EFAULT;
        else if (output_turn(done))
            written = output_write(chunk, step, wait);
        done += written;
        if (written < step)
            return done != 0 ? (int64_t)done : error;
    }
    return (int64_t)done;
}

static int64_t mode_set(uint64_t argument)
{
    struct tty_mode mode;

    if (!user_read(&mode, argument, sizeof(mode)))
        return -EFAULT;
    if (mode.flags & ~(uint32_t)TTY_MODES)
        return -EINVAL;
    if (!(mode.flags & TTY_CANONICAL))
        line_release(&tty.line);
    tty.mode = mode.flags;
    tty.line.show = mode.flags & TTY_ECHO ? echo_write : NULL;
    return 0;
}

static int64_t group_set(uint64_t argument)
{
    int32_t group;

    if (!user_read(&group, argument, sizeof(group)))
        return -EFAULT;
    if (group <= 0)
        return -EINVAL;
    if (!group_lives(group))
        return -EPERM;
    tty.group = group;
    return 0;
}

int64_t tty_control(uint64_t request, uint64_t argument)
{
    const struct tty_mode mode = {.flags = tty.mode};
    const struct tty_size size = {.rows = TTY_ROWS, .columns = TTY_COLUMNS};
    int32_t group = tty.group;

    switch (request) {
    case TTY_GET_MODE:
        return user_write(argument, &mode, sizeof(mode)) ? 0 : -EFAULT;
    case TTY_SET_MODE:
        return mode_set(argument);
    case TTY_GET_GROUP:
        return user_write(argument, &group, sizeof(group)) ? 0 : -EFAULT;
    case TTY_SET_GROUP:
        return group_set(argument);
    case TTY_GET_SIZE:
        return user_write(argument, &size, sizeof(size)) ? 0 : -EFAULT;
    default:
        return -ENOTTY;
    }
}
