// SPDX-License-Identifier: MIT
// The first instructions on the bare machine. A Multiboot2 loader enters here in 32-bit mode, without paging, with
// eax = its magic number and ebx = the physical address of its information (Multiboot2 specification, 3.3). From here
// to long mode; the tables that are built on the way map the first 4 GiB at 0 and in the map of all memory, and the
// first GiB where the image is linked. native_start.c replaces them.
#include "pvops/native.h"

#define HEADER_MAGIC  0xe85250d6
#define LOADER_MAGIC  0x36d76289
#define TAG_END       0
#define TAG_ENTRY     3

#define CR0_PAGING    0x80010033        // PG WP NE ET MP PE
#define CR0_PROTECTED 0x11              // ET PE
#define START_PAGES   16                // of 2 MiB, in which the image lies
#define CR4_NATIVE    0x620             // PAE OSFXSR OSXMMEXCPT
#define EFER          0xc0000080
#define EFER_NATIVE   0x901             // NXE LME SCE
#define PAGE_TABLE    0x3               // writable, present
#define PAGE_LARGE    0x83              // of 2 MiB

// Physical addresses of symbols: the image is linked at NATIVE_IMAGE plus them.
#define PHYSICAL(symbol) (symbol - NATIVE_IMAGE)
#define SLOT(address, shift) ((address) >> (shift) & 511)

        .section .text.native_header, "a", @progbits
        .balign 8
header:
        .long   HEADER_MAGIC, 0, header_end - header, -(HEADER_MAGIC + (header_end - header))
        .balign 8
        .word   TAG_ENTRY, 0
        .long   12, PHYSICAL(native_entry)
        .balign 8
        .word   TAG_END, 0
        .long   8
header_end:

        .section .text.native_entry, "ax", @progbits
        .globl  native_entry
        .code32
native_entry:
        cli
        cld
        cmpl    $LOADER_MAGIC, %eax
        jne     native_refuse
        movl    %ebx, %esi

        // Level 2: 2048 large pages.
        movl    $PHYSICAL(native_level2), %edi
        movl    $PAGE_LARGE, %eax
1:      movl    %eax, (%edi)
        addl    $8, %edi
        addl    $0x200000, %eax
        jnc     1b

        // Level 3: four tables for the first 4 GiB; the image's has the first of them.
        movl    $PHYSICAL(native_level3), %edi
        movl    $(PHYSICAL(native_level2) + PAGE_TABLE), %eax
        movl    %eax, PHYSICAL(native_image_level3) + SLOT(NATIVE_IMAGE, 30) * 8
        movl    $4, %ecx
2:      movl    %eax, (%edi)
        addl    $8, %edi
        addl    $4096, %eax
        loop    2b

        movl    $PHYSICAL(native_level4), %edi
        movl    $(PHYSICAL(native_level3) + PAGE_TABLE), (%edi)
        movl    $(PHYSICAL(native_level3) + PAGE_TABLE), SLOT(NATIVE_PHYSMAP, 39) * 8(%edi)
        movl    $(PHYSICAL(native_image_level3) + PAGE_TABLE), SLOT(NATIVE_IMAGE, 39) * 8(%edi)

        movl    %edi, %cr3
        movl    $CR4_NATIVE, %eax
        movl    %eax, %cr4
        movl    $EFER, %ecx
        rdmsr
        orl     $EFER_NATIVE, %eax
        wrmsr
        movl    $CR0_PAGING, %eax
        movl    %eax, %cr0
        lgdt    PHYSICAL(native_gdt_operand)
        ljmp    $NATIVE_CODE, $PHYSICAL(native_long)

// Not started by a Multiboot2 loader: there is nobody to tell but the serial port.
native_refuse:
        movl    $PHYSICAL(refusal), %esi
        movw    $0x3f8, %dx
3:      lodsb
        testb   %al, %al
        jz      4f
        outb    %al, %dx
        jmp     3b
4:      hlt
        jmp     4b
refusal:
        .asciz  "not started by a Multiboot2 loader\r\n"

        .code64
native_long:
        movl    $NATIVE_DATA, %eax
        movl    %eax, %ds
        movl    %eax, %es
        movl    %eax, %ss
        xorl    %eax, %eax
        movl    %eax, %fs
        movl    %eax, %gs
        movl    %esi, %edi
        leaq    pv_boot_stack_top, %rsp
        xorl    %ebp, %ebp
        movabsq $native_start, %rax
        call    *%rax                   // does not return

// Where a further processor starts: in real mode, in the page to which this was copied, with CS the page's.
        .code16
        .globl  native_trampoline, native_trampoline_end
native_trampoline:
        cli
        cld
        movw    %cs, %ax
        movw    %ax, %ds
        lgdtl   trampoline_gdt_operand - native_trampoline
        movl    $CR0_PROTECTED, %eax
        movl    %eax, %cr0
        ljmpl   $NATIVE_CODE_32, $PHYSICAL(native_processor_32)
trampoline_gdt_operand:
        .word   native_gdt_end - native_gdt - 1
        .long   PHYSICAL(native_gdt)
native_trampoline_end:

// The tables for it: the image where it is linked, and where it is, in one large page of each.
        .code32
native_processor_32:
        movl    $NATIVE_DATA, %eax
        movl    %eax, %ds
        movl    $PHYSICAL(start_level2), %edi
        movl    $PAGE_LARGE, %eax
        movl    $START_PAGES, %ecx
1:      movl    %eax, (%edi)
        addl    $8, %edi
        addl    $0x200000, %eax
        loop    1b
        movl    $(PHYSICAL(start_level2) + PAGE_TABLE), PHYSICAL(start_level3)
        movl    $PHYSICAL(start_level4), %edi
        movl    $(PHYSICAL(start_level3) + PAGE_TABLE), (%edi)
        movl    $(PHYSICAL(native_image_level3) + PAGE_TABLE), SLOT(NATIVE_IMAGE, 39) * 8(%edi)
        movl    %edi, %cr3
        movl    $CR4_NATIVE, %eax
        movl    %eax, %cr4
        movl    $EFER, %ecx
        rdmsr
        orl     $EFER_NATIVE, %eax
        wrmsr
        movl    $CR0_PAGING, %eax
        movl    %eax, %cr0
        ljmp    $NATIVE_CODE, $PHYSICAL(native_processor_64)

        .code64
native_processor_64:
        movl    $NATIVE_DATA, %eax
        movl    %eax, %es
        movl    %eax, %ss
        xorl    %eax, %eax
        movl    %eax, %fs
        movl    %eax, %gs
        movabsq $1f, %rax
        jmp     *%rax                   // to where the image is linked
1:      movq    native_processor_boot, %rax
        movq    native_processor_boot + 8, %rsp
        movq    native_processor_boot + 16, %rdi
        movq    %rax, %cr3
        jmp     entry_processor

        .balign 8
native_gdt:
        .skip   NATIVE_CODE
        .quad   0x00af9b000000ffff      // NATIVE_CODE
        .quad   0x00cf93000000ffff      // NATIVE_DATA
        .quad   0x00cf9b000000ffff      // NATIVE_CODE_32
native_gdt_end:
native_gdt_operand:
        .word   native_gdt_end - native_gdt - 1
        .long   PHYSICAL(native_gdt)

        .bss
        .balign 4096
// uint64_t native_level4[512], native_level3[512], native_image_level3[512], native_level2[4 * 512];
        .globl  native_level4, native_level3, native_image_level3, native_level2
native_level4:
        .skip   4096
native_level3:
        .skip   4096
native_image_level3:
        .skip   4096
native_level2:
        .skip   4 * 4096
start_level4:
        .skip   4096
start_level3:
        .skip   4096
start_level2:
        .skip   4096

// struct native_processor_boot native_processor_boot;
        .globl  native_processor_boot
native_processor_boot:
        .skip   24

        .section .note.GNU-stack, "", @progbits
