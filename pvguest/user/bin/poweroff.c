// SPDX-License-Identifier: MIT
// poweroff: ends the machine at once. A number other than 0 tells who runs it that something went wrong.
#include "program.h"

#include "syscall.h"

enum { REASON_MOST = 255 };

int main(int argc, char **argv)
{
    uint64_t reason = 0;

    (void)argc;
    argv = program_begin(argv, "[REASON]", NULL);
    if (argv[0])
        reason = program_number(argv[0]);
    if (reason > REASON_MOST || (argv[0] && argv[1]))
        program_usage();
    syscall_result(syscall_shutdown(reason));
    program_fail("shutdown");
}
