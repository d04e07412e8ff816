// SPDX-License-Identifier: MIT
// Registers: a system call keeps all but rax, rcx and r11; a fault, an event and another process keep all.
#include "call.h"
#include "test.h"

#include <sys/mman.h>
#include <unistd.h>

// rax, rbx, rcx, rdx, rsi, rdi, rbp, r8 to r15, and the flags that user mode has for itself.
enum { RAX, RBX, RCX, RDX, RSI, RDI, RBP, R8, R9, R10, R11, R12, R13, R14, R15, FLAGS, REGISTERS };

struct registers {
    uint64_t value[REGISTERS];
};

// Each loads all registers from the structure, does one thing, and stores them there.
void register_call(struct registers *registers);   // a system call
void register_spin(struct registers *registers);   // counts r15 down to 0
void register_fault(struct registers *registers);  // reads a byte at rbx
void register_signal(struct registers *registers); // a system call, with a handler that spoils what it may

#define LOAD_AND_STORE(name, action)                                                                         \
    __asm__(                                                                                                 \
        ".pushsection .text\n"                                                                               \
        ".globl " #name "\n" #name ":\n"                                                                     \
        "    pushq %rbx\n    pushq %rbp\n    pushq %r12\n    pushq %r13\n    pushq %r14\n    pushq %r15\n"   \
        "    pushq %rdi\n"                                                                                   \
        "    pushq 120(%rdi)\n    popfq\n"                                                                   \
        "    movq 0(%rdi), %rax\n    movq 8(%rdi), %rbx\n    movq 16(%rdi), %rcx\n"                          \
        "    movq 24(%rdi), %rdx\n    movq 32(%rdi), %rsi\n    movq 48(%rdi), %rbp\n"                        \
        "    movq 56(%rdi), %r8\n    movq 64(%rdi), %r9\n    movq 72(%rdi), %r10\n"                          \
        "    movq 80(%rdi), %r11\n    movq 88(%rdi), %r12\n    movq 96(%rdi), %r13\n"                        \
        "    movq 104(%rdi), %r14\n    movq 112(%rdi), %r15\n    movq 40(%rdi), %rdi\n"                      \
        "    " action "\n"                                                                                   \
        "    pushq %rdi\n    pushfq\n    movq 16(%rsp), %rdi\n    popq 120(%rdi)\n    popq 40(%rdi)\n"       \
        "    movq %rax, 0(%rdi)\n    movq %rbx, 8(%rdi)\n    movq %rcx, 16(%rdi)\n"                          \
        "    movq %rdx, 24(%rdi)\n    movq %rsi, 32(%rdi)\n    movq %rbp, 48(%rdi)\n"                        \
        "    movq %r8, 56(%rdi)\n    movq %r9, 64(%rdi)\n    movq %r10, 72(%rdi)\n"                          \
        "    movq %r11, 80(%rdi)\n    movq %r12, 88(%rdi)\n    movq %r13, 96(%rdi)\n"                        \
        "    movq %r14, 104(%rdi)\n    movq %r15, 112(%rdi)\n    cld\n    popq %rdi\n"                       \
        "    popq %r15\n    popq %r14\n    popq %r13\n    popq %r12\n    popq %rbp\n    popq %rbx\n"         \
        "    ret\n"                                                                                          \
        ".popsection\n")

LOAD_AND_STORE(register_call, "syscall");
LOAD_AND_STORE(register_spin, "1:  decq %r15\n    jnz 1b");
LOAD_AND_STORE(register_fault, "orb $0, (%rbx)");

// Carry, parity, adjust, zero, sign, direction, overflow; bit 1 and the interrupt flag are always set.
enum { FLAGS_USER = 0xcd5, FLAGS_FIXED = 0x202 };

static struct registers registers_make(uint64_t seed)
{
    struct registers registers;

    for (int i = 0; i < REGISTERS; i++)
        registers.value[i] = seed + (uint64_t)i * 0x0123456789abcdef;
    registers.value[FLAGS] = FLAGS_USER | FLAGS_FIXED;
    return registers;
}

static void expect_kept(const struct registers *now, const struct registers *before, unsigned but)
{
    for (int i = 0; i < REGISTERS; i++) {
        if (!(but >> i & 1) && now->value[i] != before->value[i])
            expect_failed(__FILE__, __LINE__, "a register is kept, by its number", i, (long)but);
    }
}

static void call_check(uint64_t number, int64_t result)
{
    struct registers registers = registers_make(number * 77);
    struct registers before;

    registers.value[RAX] = number;
    before = registers;
    register_call(&registers);
    EXPECT(registers.value[RAX], result);
    expect_kept(&registers, &before, 1 << RAX | 1 << RCX | 1 << R11);
}

static void calls(void)
{
    call_check(CALL_getpid, getpid());
    call_check(CALL_getppid, getppid());
    call_check(CALL_yield, 0);
    call_check(CALL_close, -EBADF);
    call_check(CALL_unlink, -EFAULT);
}

static void calls_that_are_none(void)
{
    static const uint64_t numbers[] = {
        1000,       4095,         1UL << 31, (1UL << 32) + CALL_getpid, (1UL << 63) + CALL_getpid,
        UINT64_MAX, ADDRESS_IMAGE};

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        call_check(numbers[i], -ENOSYS);
}

// The first number behind the table's last.
static void call_after_the_last(void)
{
    enum place {
#define SYSCALL(number, name, arity, sentence) PLACE_##name,
#include "kernel/syscalls.def"
#undef SYSCALL
        LAST
    };

    call_check(LAST, -ENOSYS);
}

// Counts for so long that others have their turn meanwhile, and use the same registers.
static void spin(void)
{
    for (uint64_t round = 0; round < 4; round++) {
        struct registers registers = registers_make((uint64_t)getpid() * 1234567 + round);
        struct registers before = registers;

        registers.value[R15] = 8000000;
        register_spin(&registers);
        EXPECT(registers.value[R15], 0);
        expect_kept(&registers, &before, 1 << R15 | 1 << FLAGS);
        EXPECT(registers.value[FLAGS] & 0x400, 0x400);
    }
}

static void preempted(void)
{
    pid_t pids[4];

    for (int i = 0; i < 4; i++)
        pids[i] = child_start(spin);
    for (int i = 0; i < 4; i++)
        EXPECT_EXIT(pids[i], 0);
}

static void faults(void)
{
    char *area = mmap(NULL, 20 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    EXPECT_TRUE(area != MAP_FAILED);
    for (uint64_t i = 0; i < 20; i++) {
        struct registers registers = registers_make(i);
        struct registers before;

        registers.value[RBX] = (uint64_t)area + i * PAGE;
        before = registers;
        register_fault(&registers);
        expect_kept(&registers, &before, 1 << FLAGS);
    }
}

// Spoils every register that a function may.
static void handler_spoils(int number)
{
    signal_note(number);
    __asm__ volatile("movq $-1, %%rax\n\tmovq %%rax, %%rcx\n\tmovq %%rax, %%rdx\n\tmovq %%rax, %%rsi\n\t"
                     "movq %%rax, %%rdi\n\tmovq %%rax, %%r8\n\tmovq %%rax, %%r9\n\tmovq %%rax, %%r10\n\t"
                     "movq %%rax, %%r11\n\tmovq %%rax, %%rbx\n\tmovq %%rax, %%r12\n\tmovq %%rax, %%r15\n\tcld"
                     :
                     :
                     : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "rbx", "r12", "r15",
                       "cc");
}

// A signal at the end of a system call, and one in the middle of the count.
static void signals(void)
{
    struct registers registers = registers_make(5);
    struct registers before;

    handler_set(SIGUSR1, handler_spoils, 0);
    handler_set(SIGALRM, handler_spoils, 0);
    registers.value[RAX] = CALL_kill;
    registers.value[RDI] = (uint64_t)getpid();
    registers.value[RSI] = SIGUSR1;
    before = registers;
    register_call(&registers);
    EXPECT(signal_count, 1);
    EXPECT(registers.value[RAX], 0);
    expect_kept(&registers, &before, 1 << RAX | 1 << RCX | 1 << R11);
    alarm(1);
    while (signal_count < 2) {
        registers = registers_make(6);
        before = registers;
        registers.value[R15] = 1000000;
        register_spin(&registers);
        expect_kept(&registers, &before, 1 << R15 | 1 << FLAGS);
    }
}

// The 128 bytes below the stack pointer are a function's own. System V ABI, AMD64 Supplement, section 3.2.2.
static void red_zone(void)
{
    uint64_t wrong;

    handler_set(SIGUSR1, handler_spoils, 0);
    __asm__ volatile("    leaq -128(%%rsp), %%r8\n"
                     "    movl $16, %%r9d\n"
                     "1:  movq %%r9, -8(%%r8, %%r9, 8)\n"
                     "    decq %%r9\n"
                     "    jnz 1b\n"
                     "    syscall\n"
                     "    movl $16, %%r9d\n"
                     "    xorl %%r10d, %%r10d\n"
                     "2:  cmpq %%r9, -8(%%r8, %%r9, 8)\n"
                     "    setne %%r10b\n"
                     "    jne 3f\n"
                     "    decq %%r9\n"
                     "    jnz 2b\n"
                     "3:  movq %%r10, %0\n"
                     : "=r"(wrong)
                     : "a"(CALL_kill), "D"(getpid()), "S"(SIGUSR1)
                     : "rcx", "r8", "r9", "r10", "r11", "memory", "cc");
    EXPECT(wrong, 0);
    EXPECT(signal_count, 1);
}

const struct test tests_register[] = {
    {"register_calls", calls},
    {"register_calls_that_are_none", calls_that_are_none},
    {"register_call_after_the_last", call_after_the_last},
    {"register_preempted", preempted},
    {"register_faults", faults},
    {"register_signals", signals},
    {"register_red_zone", red_zone},
    {NULL, NULL},
};
