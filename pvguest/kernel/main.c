// SPDX-License-Identifier: MIT
// The kernel from its beginning to the first process: read this first.
//
// One rule makes the rest simple: events are disabled in all of the kernel. They come in user mode, and in
// the idle loop. So whatever kernel code looks at stays as it is until that code sleeps, yields, or returns
// to user mode. Several processors take turns to be in the kernel (processor.h), so that holds on them, too.
#include "kernel/archive.h"
#include "kernel/channel.h"
#include "kernel/frame.h"
#include "kernel/info.h"
#include "kernel/print.h"
#include "kernel/process.h"
#include "kernel/processor.h"
#include "kernel/scheduler.h"
#include "kernel/space.h"
#include "pvops/kernel.h"

enum { MIB = 1 << 20 };

_Noreturn void kernel_main(const struct pv_boot *boot)
{
    info_start(boot);
    kprintf("hello from %s, mode=%s, %lu MiB\n", boot->name, boot->mode, boot->memory / MIB);
    frames_start(boot);
    spaces_start();
    archive_start();
    channels_start();
    process_start_init(boot->command_line);
    processors_start(boot->processors);
    scheduler_run();
}
