// SPDX-License-Identifier: MIT
/*
 * lock_wait of hv/lib/ticket.h: there is nobody else who could give a lock back.
 */
asm(".globl lock_wait\n"
    "lock_wait: ud2\n");
