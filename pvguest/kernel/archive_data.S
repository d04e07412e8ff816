// SPDX-License-Identifier: MIT
// The archive of files that the system starts with, made of the programs and folders of pvguest/user. It lies in
// read-only memory.

        .section .rodata.archive, "a", @progbits

        .balign 4096
// const uint8_t archive_data[], archive_end[];
        .globl  archive_data
archive_data:
        .incbin "user.tar"
        .globl  archive_end
archive_end:

        .section .note.GNU-stack, "", @progbits
