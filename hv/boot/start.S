// SPDX-License-Identifier: MIT
/*
 * From GRUB to C: the Multiboot2 header, and the way from 32-bit protected mode without paging to long mode
 * at the image's own address. Trusts GRUB to have loaded the image at its physical addresses and to have
 * cleared .bss (Multiboot2 Specification 2.0, sections 3.1 and 3.3).
 *
 * The boot tables map the first 4 GiB three times with the same level-3 table: where they are (for the next
 * instruction), at IMAGE_BASE and at DIRECT_MAP. paging_open replaces them by tables that are W^X.
 */
#include "x86/layout.h"

#define HEADER_MAGIC 0xe85250d6
#define LOADER_MAGIC 0x36d76289

#define TAG_END         0
#define TAG_FRAMEBUFFER 5
#define TAG_ALIGN       6

#define CR0_PE        0x1
#define CR0_PE_WP_PG  0x80010001
#define CR4_PAE       0x20
#define EFER_MSR      0xc0000080
#define EFER_LME      0x100
#define EFER_LME_NXE  0x900
#define BOOT_CODE     0x08
#define BOOT_DATA     0x10
#define BOOT_CODE_32  0x18
#define PAGE_RW       0x3
#define PAGE_RW_LARGE 0x83

        .section .boot.header, "a"
        .balign 8
header:
        .long   HEADER_MAGIC, 0, header_end - header, -(HEADER_MAGIC + (header_end - header))
        .balign 8
        .word   TAG_FRAMEBUFFER, 1              # optional: any size, any depth, or text
        .long   20, 0, 0, 0
        .balign 8
        .word   TAG_ALIGN, 0
        .long   8
        .balign 8
        .word   TAG_END, 0
        .long   8
header_end:

        .section .boot, "ax"
        .code32
        .globl  boot_start
boot_start:
        cli
        cld
        mov     %eax, %ebp                      # the loader's magic and
        mov     %ebx, %esi                      # its information, for boot_main
        mov     $(boot_stack_end - IMAGE_BASE), %esp

        mov     $not_multiboot2, %edi
        cmp     $LOADER_MAGIC, %ebp
        jne     boot_refuse
        mov     $no_long_mode, %edi
        mov     $0x80000000, %eax
        cpuid
        cmp     $0x80000001, %eax
        jb      boot_refuse
        mov     $0x80000001, %eax
        cpuid
        bt      $29, %edx
        jnc     boot_refuse

        # Level 2: 2048 large pages for the first 4 GiB.
        mov     $(boot_level2 - IMAGE_BASE), %edi
        mov     $PAGE_RW_LARGE, %eax
        xor     %edx, %edx
1:      mov     %eax, (%edi)
        movl    $0, 4(%edi)
        add     $8, %edi
        add     $0x200000, %eax
        jnc     1b

        # Level 3: its first four entries.
        mov     $(boot_level3 - IMAGE_BASE), %edi
        mov     $(boot_level2 - IMAGE_BASE + PAGE_RW), %eax
        mov     $4, %ecx
2:      mov     %eax, (%edi)
        add     $8, %edi
        add     $4096, %eax
        loop    2b

        # Level 4.
        mov     $(boot_level4 - IMAGE_BASE), %edi
        movl    $(boot_level3 - IMAGE_BASE + PAGE_RW), (%edi)
        movl    $(boot_level3 - IMAGE_BASE + PAGE_RW), SLOT_IMAGE * 8(%edi)
        movl    $(boot_level3 - IMAGE_BASE + PAGE_RW), SLOT_DIRECT * 8(%edi)

        mov     %edi, %cr3
        mov     $CR4_PAE, %eax                  # and nothing that firmware left on
        mov     %eax, %cr4
        mov     $EFER_MSR, %ecx
        rdmsr
        or      $EFER_LME, %eax
        wrmsr
        mov     $CR0_PE_WP_PG, %eax
        mov     %eax, %cr0
        lgdt    boot_gdt_pointer
        ljmp    $BOOT_CODE, $boot_long

# Says why Paravane cannot run, in the one way that works everywhere: the first serial port and the text screen.
boot_refuse:
        mov     $0xb8000, %ebx
3:      movb    (%edi), %al
        test    %al, %al
        jz      5f
        mov     $0x3f8, %dx
        out     %al, %dx
        movb    %al, (%ebx)
        movb    $0x0f, 1(%ebx)
        add     $2, %ebx
        inc     %edi
        jmp     3b
5:      hlt
        jmp     5b

/*
 * Where a further processor starts, in real mode with CS = the page to which this was copied (Intel SDM vol.
 * 3, 9.4.4): by the same boot tables to the hypervisor's own, which are what boot_processor says.
 */
        .section .rodata.boot, "a"
        .balign 16
        .code16
        .globl  boot_trampoline, boot_trampoline_end
boot_trampoline:
        cli
        cld
        mov     %cs, %ax
        mov     %ax, %ds
        lgdtl   trampoline_gdt_pointer - boot_trampoline
        mov     $CR0_PE, %eax
        mov     %eax, %cr0
        ljmpl   $BOOT_CODE_32, $boot_processor_32
trampoline_gdt_pointer:
        .word   boot_gdt_end - boot_gdt - 1
        .long   boot_gdt
boot_trampoline_end:

        .section .boot, "ax"
        .code32
boot_processor_32:
        mov     $BOOT_DATA, %eax
        mov     %eax, %ds
        mov     $(boot_level4 - IMAGE_BASE), %eax
        mov     %eax, %cr3
        mov     $CR4_PAE, %eax
        mov     %eax, %cr4
        mov     $EFER_MSR, %ecx
        xor     %edx, %edx
        mov     $EFER_LME_NXE, %eax
        wrmsr
        mov     $CR0_PE_WP_PG, %eax
        mov     %eax, %cr0
        ljmp    $BOOT_CODE, $boot_processor_64

        .code64
boot_processor_64:
        mov     $BOOT_DATA, %eax
        mov     %eax, %es
        mov     %eax, %ss
        xor     %eax, %eax
        mov     %eax, %fs
        mov     %eax, %gs
        movabs  $1f, %rax
        jmp     *%rax

        .section .text.boot, "ax"
1:      mov     boot_processor(%rip), %rax      # at the image's own address, which both tables have
        mov     boot_processor + 8(%rip), %rsp
        mov     %rax, %cr3
        xor     %ebp, %ebp
        call    boot_processor_main
        ud2

        .section .boot, "ax"
        .code64
boot_long:
        mov     $BOOT_DATA, %eax
        mov     %eax, %ds
        mov     %eax, %es
        mov     %eax, %ss
        xor     %eax, %eax
        mov     %eax, %fs
        mov     %eax, %gs
        movabs  $boot_stack_end, %rsp
        xor     %ebp, %ebp
        mov     %esi, %edi
        movabs  $boot_main, %rax
        call    *%rax
        ud2

        .balign 8
boot_gdt:
        .quad   0
        .quad   0x00af9b000000ffff              # BOOT_CODE, 64 bits
        .quad   0x00cf93000000ffff              # BOOT_DATA
        .quad   0x00cf9b000000ffff              # BOOT_CODE_32
boot_gdt_end:
boot_gdt_pointer:
        .word   boot_gdt_end - boot_gdt - 1
        .quad   boot_gdt

not_multiboot2:
        .asciz  "(pv) cannot run: not started by a Multiboot2 loader\r\n"
no_long_mode:
        .asciz  "(pv) cannot run: this processor has no long mode\r\n"

        .bss
        .balign 4096
boot_level4:
        .skip   4096
boot_level3:
        .skip   4096
boot_level2:
        .skip   4 * 4096
        .globl  boot_stack
boot_stack:
        .skip   STACK_SIZE
boot_stack_end:

        .section .note.GNU-stack, "", @progbits
