// SPDX-License-Identifier: MIT
// The devices above streams. Bytes are copied directly between rings and user memory.
//
// While no file is open the other machine cannot call this one: its calls are masked.
#include "kernel/channel.h"

#include <errno.h>

#include "kernel/device.h"
#include "kernel/print.h"
#include "kernel/scheduler.h"
#include "kernel/stream.h"
#include "kernel/user.h"
#include "pvops/kernel.h"

// The number of the first device; and bytes in one call, so that nobody waits long for its end.
enum { NUMBER = 0xa00, WRITE_LIMIT = 1 << 20 };

static struct channel {
    struct device device;
    struct stream stream;
    unsigned number;
    bool connected;            // somebody was at the other end, when that was looked at last
    uint32_t reading, writing; // files that are open for it
    uint32_t readers, writers; // that sleep; the members' addresses are what they sleep for
} channels[PV_CHANNEL_LIMIT];

static struct channel *channel_of(const struct device *device)
{
    return &channels[device->number - NUMBER];
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

// Calls the other end, if it waits for what was done.
static void other_call(struct channel *channel)
{
    if (stream_call_take(&channel->stream))
        pvop_channel_send(channel->number);
}

// Sleeps for one side's turn. False: a signal came.
static bool side_sleep(struct channel *channel, uint32_t *sleepers)
{
    other_call(channel);
    return scheduler_sleep_counted(sleepers);
}

void kernel_channel(unsigned number)
{
    struct channel *channel = &channels[number];

    channel->connected = pvop_channel_is_connected(number);
    scheduler_wake_counted(&channel->readers);
    scheduler_wake_counted(&channel->writers);
}

static void channel_open(const struct device *device, bool reads, bool writes)
{
    struct channel *channel = channel_of(device);

    if (channel->reading + channel->writing == 0) {
        pvop_channel_unmask(channel->number);
        channel->connected = pvop_channel_is_connected(channel->number);
    }
    channel->reading += reads;
    channel->writing += writes;
}

static void channel_close(const struct device *device, bool reads, bool writes)
{
    struct channel *channel = channel_of(device);

    channel->reading -= reads;
    channel->writing -= writes;
    if (reads && channel->reading == 0)
        stream_input_close(&channel->stream);
    if (writes && channel->writing == 0)
        stream_output_close(&channel->stream);
    other_call(channel);
    if (channel->reading + channel->writing == 0)
        pvop_channel_mask(channel->number);
}

// Waits until there is something to read. Returns 1 with it in *span, 0 at an end, or the error.
//
// Nobody is connected any more: what that one has written is seen by who looks after that.
static int input_wait(struct channel *channel, struct stream_span *span, bool wait)
{
    for (;;) {
        switch (stream_input(&channel->stream, span)) {
        case STREAM_READY:
            return 1;
        case STREAM_END:
            stream_input_end(&channel->stream);
            return 0;
        case STREAM_BROKEN:
            return -EIO;
        case STREAM_WAIT:
            break;
        }
        if (!channel->connected)
            return 0;
        if (!wait)
            return -EAGAIN;
        if (stream_input_await(&channel->stream) && !side_sleep(channel, &channel->readers))
            return -EINTR;
    }
}

static int64_t channel_read(const struct device *device, uint64_t to, size_t size, bool wait)
{
    struct channel *channel = channel_of(device);
    struct stream_span span;
    int64_t done;

    if (size == 0)
        return 0;
    done = input_wait(channel, &span, wait);
    if (done > 0) {
        done = (int64_t)smaller(size, span.size);
        if (!user_write(to, span.bytes, (size_t)done))
            return -EFAULT;
        stream_input_done(&channel->stream, (size_t)done);
    }
    other_call(channel);
    return done;
}

// Waits until some of `size` bytes can be written. Returns 0 with where to in *span, or the error.
//
// The next to sleep must not have the other end call later than the one before needs.
static int64_t output_wait(struct channel *channel, struct stream_span *span, size_t size, bool wait)
{
    for (;;) {
        switch (channel->connected ? stream_output(&channel->stream, span) : STREAM_END) {
        case STREAM_READY:
            return 0;
        case STREAM_END:
            return -EPIPE;
        case STREAM_BROKEN:
            return -EIO;
        case STREAM_WAIT:
            break;
        }
        if (!wait)
            return -EAGAIN;
        if (stream_output_await(&channel->stream, channel->writers != 0 ? 1 : size) &&
            !side_sleep(channel, &channel->writers))
            return -EINTR;
    }
}

// Writes a part of the bytes. Returns how many, or the error.
static int64_t part_write(struct channel *channel, uint64_t from, size_t size, bool wait)
{
    struct stream_span span;
    int64_t error = output_wait(channel, &span, size, wait);

    if (error != 0)
        return error;
    size = smaller(size, span.size);
    if (!user_read(span.bytes, from, size))
        return -EFAULT;
    stream_output_done(&channel->stream, size);
    other_call(channel);
    return (int64_t)size;
}

static int64_t channel_write(const struct device *device, uint64_t from, size_t size, bool wait)
{
    size_t done = 0;

    size = smaller(size, WRITE_LIMIT);
    while (done < size) {
        int64_t step = part_write(channel_of(device), from + done, size - done, wait);

        if (step < 0)
            return done != 0 ? (int64_t)done : step;
        done += (size_t)step;
    }
    return (int64_t)done;
}

static void channel_start(unsigned number)
{
    struct channel *channel = &channels[number];
    struct pv_channel description = {.name = NULL};

    pvop_channel_describe(number, &description);
    stream_start(&channel->stream, description.memory, description.size, description.first);
    channel->number = number;
    channel->device = (struct device){
        .name = description.name,
        .number = NUMBER + number,
        .mode = 0666,
        .open = channel_open,
        .close = channel_close,
        .read = channel_read,
        .write = channel_write,
        .control = device_no_control,
    };
    if (device_add("/dev/channel", &channel->device) != 0)
        kprintf("channel %s is left out: it cannot be put into /dev/channel\n", description.name);
}

void channels_start(void)
{
    unsigned count = pvop_channel_count();

    for (unsigned number = 0; number < count; number++)
        channel_start(number);
}
