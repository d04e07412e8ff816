// SPDX-License-Identifier: MIT
// What a kernel provides, called by the shim: all that a port of the shim to another kernel has to write.
//
// All of it runs with events disabled, on the kernel stack of whoever was interrupted, and must not touch
// floating-point registers: they are still user mode's. It is compiled with -mgeneral-regs-only.
#ifndef PV_PVOPS_KERNEL_H
#define PV_PVOPS_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "pvops/frame.h"
#include "pvops/pvops.h"

// The kernel's beginning: on the boot stack, exceptions going to kernel_exception(). Must not return.
__attribute__((noreturn)) void kernel_main(const struct pv_boot *boot);

// The kernel has made a mistake after which it cannot go on.
__attribute__((noreturn)) void kernel_panic(const char *what);

// The physical address of a page for the shim's own use, with any contents; 0 if there is none. And back.
uint64_t kernel_frame_allocate(void);
void kernel_frame_free(uint64_t physical);

// A page fault, of user mode or of the kernel: true if it has been mended, and the access is to be tried
// again. frame->error has the bits of the processor: 1 something is mapped, 2 write, 4 user mode, 16 fetch.
bool kernel_page_fault(struct pv_frame *frame, uint64_t address);

// An exception that nobody mended: vector and registers are in *frame, and execution goes on with what is in
// *frame on return.
void kernel_exception(struct pv_frame *frame);

// User mode executed `syscall`: number and result in rax, arguments in rdi, rsi, rdx, r10, r8, r9. rcx and
// r11 are lost. If anything but rax is to change, pv_frame_changed() has to be told.
void kernel_syscall(struct pv_frame *frame);

// The kernel is entered: from user mode, or by an event, before anything else of this is called; and it is
// left again, the last that is called. The place to take a lock that keeps other processors out, and to give
// it back; a thread of the kernel's that ends in kernel_leave() may have been entered on another processor.
void kernel_enter(void);
void kernel_leave(void);

// A processor that was started, with its number: on its own stack. Must not return.
__attribute__((noreturn)) void kernel_processor(unsigned processor);

// User mode is about to go on with this frame: the place to let others run, and to deliver signals.
void kernel_user_return(struct pv_frame *frame);

// Events: the timer's deadline has passed; something was typed.
void kernel_timer(void);
void kernel_console(void);

// Events: another processor sent one to this.
void kernel_interrupt(void);

// Events: the other end of a channel sent one, or has gone.
void kernel_channel(unsigned number);

#endif
