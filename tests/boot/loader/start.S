// SPDX-License-Identifier: MIT
/*
 * The first instructions of the lying loader, which QEMU's -kernel starts as a Multiboot 1 kernel (Multiboot
 * Specification 0.6.96, section 3), and its last: those that start the hypervisor by Multiboot2.
 */
#define MULTIBOOT1_MAGIC 0x1badb002
#define MULTIBOOT1_FLAGS 0x00000003     /* modules on pages; information about memory */
#define MULTIBOOT2_MAGIC 0x36d76289

        .section .multiboot, "a"
        .balign 4
        .long   MULTIBOOT1_MAGIC, MULTIBOOT1_FLAGS, -(MULTIBOOT1_MAGIC + MULTIBOOT1_FLAGS)

        .text
        .globl  start
start:
        mov     $stack_top, %esp
        push    %ebx
        call    loader_main
1:      hlt
        jmp     1b

// void hypervisor_enter(uint32_t entry, const void *information);
        .globl  hypervisor_enter
hypervisor_enter:
        mov     4(%esp), %ecx
        mov     8(%esp), %ebx
        mov     $MULTIBOOT2_MAGIC, %eax
        jmp     *%ecx

        .bss
        .balign 16
        .skip   16384
stack_top:
        .section .note.GNU-stack, "", @progbits
