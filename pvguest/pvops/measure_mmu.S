// SPDX-License-Identifier: MIT
// Samples of memory management: by calls, and by the instructions of the bare machine. What they work on is in
// scratch.h and samples.h.
#include "abi/mmu.h"
#include "pvops/sample.inc"

        .text

// uint64_t sample_multicall(void);
        SAMPLE_BEGIN sample_multicall
        leaq    sample_calls(%rip), %rdi
        movl    $SAMPLE_BATCH, %esi
        call    STUB(multicall)
        SAMPLE_END

// uint64_t sample_mmu_update_1(void);
        SAMPLE_BEGIN sample_mmu_update_1
        leaq    sample_updates(%rip), %rdi
        movl    $1, %esi
        xorl    %edx, %edx              // no status
        call    STUB(mmu_update)
        SAMPLE_END

// uint64_t sample_mmu_update_64(void);
        SAMPLE_BEGIN sample_mmu_update_64
        leaq    sample_updates(%rip), %rdi
        movl    $SAMPLE_BATCH, %esi
        xorl    %edx, %edx
        call    STUB(mmu_update)
        SAMPLE_END

// uint64_t sample_lazy_64(void);
        SAMPLE_BEGIN sample_lazy_64
        pushq   %r8
        call    sample_lazy_do
        popq    %r8
        SAMPLE_END

// uint64_t sample_va_update(void);
        SAMPLE_BEGIN sample_va_update
        leaq    scratch_window(%rip), %rdi
        movq    sample_entry(%rip), %rsi
        movl    $PV_VA_INVALIDATE, %edx
        call    STUB(va_update)
        SAMPLE_END

// uint64_t sample_root_load(void);
        SAMPLE_BEGIN sample_root_load
        movq    sample_root(%rip), %rdi
        call    STUB(root_load)
        SAMPLE_END

// uint64_t sample_tlb_flush(void);
        SAMPLE_BEGIN sample_tlb_flush
        call    STUB(tlb_flush)
        SAMPLE_END

// uint64_t sample_store_1(void);
        SAMPLE_BEGIN sample_store_1
        movq    sample_entry(%rip), %rax
        movq    %rax, scratch_table(%rip)
        SAMPLE_END

// uint64_t sample_store_64(void);
        SAMPLE_BEGIN sample_store_64
        movq    sample_entry(%rip), %rax
        .set    place, 0
        .rept   SAMPLE_BATCH
        movq    %rax, scratch_table + place(%rip)
        .set    place, place + 8
        .endr
        SAMPLE_END

// uint64_t sample_store_invlpg(void);
        SAMPLE_BEGIN sample_store_invlpg
        movq    sample_place(%rip), %rcx
        movq    sample_entry(%rip), %rax
        movq    %rax, (%rcx)
        invlpg  scratch_window(%rip)
        SAMPLE_END

// uint64_t sample_write_cr3(void);
        SAMPLE_BEGIN sample_write_cr3
        movq    sample_root(%rip), %rax
        movq    %rax, %cr3
        SAMPLE_END

        .section .note.GNU-stack, "", @progbits
