// SPDX-License-Identifier: MIT
// Faults of user mode: each is a signal, and nothing else. Memory that is not the process's, code that is
// none, arithmetic that has no result, and the end of the stack.
#include "test.h"

#include <sys/mman.h>
#include <unistd.h>

static void divide_by_zero(void)
{
    __asm__ volatile("xorl %%ecx, %%ecx\n\tmovl $1, %%eax\n\tcltd\n\tidivl %%ecx" : : : "eax", "ecx", "edx");
}

static void divide_overflow(void)
{
    __asm__ volatile("movl $-1, %%ecx\n\tmovl $0x80000000, %%eax\n\tcltd\n\tidivl %%ecx"
                     :
                     :
                     : "eax", "ecx", "edx");
}

static void illegal(void)
{
    __asm__ volatile("ud2");
}

static void illegal_prefix(void)
{
    __asm__ volatile(".byte 0xf0, 0x90"); // a locked nop
}

static void breakpoint(void)
{
    __asm__ volatile("int3");
}

static void single_step(void)
{
    __asm__ volatile("pushfq\n\torq $0x100, (%%rsp)\n\tpopfq\n\tnop\n\tnop" : : : "memory");
}

static void float_exception(void)
{
    uint16_t control = 0x37b; // division by zero is not masked

    __asm__ volatile("fldcw %0\n\tfld1\n\tfldz\n\tfdivrp\n\tfwait" : : "m"(control));
}

static void stack_noncanonical(void)
{
    __asm__ volatile("movq %%rsp, %%rcx\n\tmovq %0, %%rsp\n\tpopq %%rax\n\tmovq %%rcx, %%rsp"
                     :
                     : "r"(ADDRESS_NONCANONICAL)
                     : "rax", "rcx", "memory");
}

static void kinds(void)
{
    static const struct {
        void (*run)(void);
        int number;
    } faults[] = {
        {divide_by_zero, SIGFPE},  {divide_overflow, SIGFPE}, {illegal, SIGILL},
        {illegal_prefix, SIGILL},  {breakpoint, SIGTRAP},     {single_step, SIGTRAP},
        {float_exception, SIGFPE},
    };

    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        EXPECT_CHILD_SIGNAL(faults[i].run, faults[i].number);
        pid_t pid = (pid_t)MUST(fork());
        if (pid == 0)
            _exit(signal_of(faults[i].run));
        EXPECT_EXIT(pid, faults[i].number);
    }
}

static uintptr_t address;

static void address_read(void)
{
    (void)*(volatile char *)address;
}

static void address_write(void)
{
    *(volatile char *)address = 1;
}

static void address_fetch(void)
{
    ((void (*)(void))address)();
}

static void all_fault(const uintptr_t *addresses, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        address = addresses[i];
        EXPECT(signal_of(address_read), SIGSEGV);
        EXPECT(signal_of(address_write), SIGSEGV);
        EXPECT(signal_of(address_fetch), SIGSEGV);
    }
}

static void nothing_there(void)
{
    static const uintptr_t addresses[] = {0, 8, 0xfff, 0x1000, 0x3ff000, 0x200000000000, 0x7ffffffff000 - 1};

    all_fault(addresses, sizeof addresses / sizeof *addresses);
}

// Hypervisor and kernel, and what is no address.
static void not_for_users(void)
{
    static const uintptr_t addresses[] = {ADDRESS_NONCANONICAL,
                                          0x1234567890abcdef,
                                          ADDRESS_HYPERVISOR,
                                          ADDRESS_HYPERVISOR + (1UL << 38),
                                          ADDRESS_HYPERVISOR + (1UL << 39) * 2,
                                          0xffff87ffffffffff,
                                          ADDRESS_PHYSMAP,
                                          ADDRESS_PHYSMAP + 0x100000,
                                          ADDRESS_PHYSMAP + 0x200000,
                                          ADDRESS_IMAGE,
                                          ADDRESS_IMAGE + 0x100000,
                                          ADDRESS_IMAGE + 0x200000,
                                          0xffffffffc0000000,
                                          ADDRESS_LAST,
                                          UINTPTR_MAX};

    all_fault(addresses, sizeof addresses / sizeof *addresses);
}

static char data[PAGE] = {(char)0xc3}; // a `ret`, where nothing may be executed
static const char constant[] = {'x', (char)0xc3};

static void rights(void)
{
    char on_stack[16] = {(char)0xc3};
    char *mapped = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    EXPECT_TRUE(mapped != MAP_FAILED);
    *mapped = (char)0xc3;
    address = (uintptr_t)rights;
    EXPECT(signal_of(address_read), 0);
    EXPECT(signal_of(address_write), SIGSEGV);
    address = (uintptr_t)constant;
    EXPECT(signal_of(address_read), 0);
    EXPECT(signal_of(address_write), SIGSEGV);
    address = (uintptr_t)data;
    EXPECT(signal_of(address_write), 0);
    data[0] = (char)0xc3;
    EXPECT(signal_of(address_fetch), SIGSEGV);
    address = (uintptr_t)mapped;
    EXPECT(signal_of(address_fetch), SIGSEGV);
    address = (uintptr_t)on_stack;
    EXPECT(signal_of(address_fetch), SIGSEGV);
}

static void stack_pointer(void)
{
    int status = child_wait(child_start(stack_noncanonical));

    EXPECT_TRUE(status == SIGSEGV || status == SIGBUS);
}

// A fault that the handler mends: the instruction is done again, and everything else is as it was.
static char *mended;

static void handler_mends(int number)
{
    signal_note(number);
    mended = data;
    __asm__ volatile("" ::: "memory");
    address = (uintptr_t)data;
    milliseconds_sleep(1);
}

static void repeated(void)
{
    address = (uintptr_t)constant;
    for (int i = 0; i < 1000; i++)
        EXPECT(signal_of(address_write), SIGSEGV);
    handler_set(SIGTRAP, handler_mends, 0);
    for (int i = 1; i <= 100; i++) {
        breakpoint();
        EXPECT(signal_count, i);
    }
}

// Uses so many pages of the stack.
static int stack_use(int pages)
{
    volatile char page[PAGE];

    page[0] = (char)pages;
    page[PAGE - 1] = 1;
    if (pages > 1)
        return stack_use(pages - 1) + page[PAGE - 1];
    return page[PAGE - 1];
}

static void stack_grows(void)
{
    EXPECT(stack_use(500), 500);
    EXPECT(stack_use(500), 500);
}

// Far from the stack pointer, but within the stack's room; and beyond that.
static void stack_ends(void)
{
    char here;
    uintptr_t base = (uintptr_t)&here & -(uintptr_t)PAGE;

    address = base - (6UL << 20);
    EXPECT(signal_of(address_write), 0);
    address = base - (9UL << 20);
    EXPECT(signal_of(address_write), SIGSEGV);
    EXPECT(signal_of(address_read), SIGSEGV);
}

static void stack_used_up(void)
{
    stack_use(1 << 20);
}

static void stack_overflow(void)
{
    EXPECT_CHILD_SIGNAL(stack_used_up, SIGSEGV);
}

const struct test tests_fault[] = {
    {"fault_kinds", kinds},
    {"fault_nothing_there", nothing_there},
    {"fault_not_for_users", not_for_users},
    {"fault_rights", rights},
    {"fault_stack_pointer", stack_pointer},
    {"fault_repeated", repeated},
    {"stack_grows", stack_grows},
    {"stack_ends", stack_ends},
    {"stack_overflow", stack_overflow},
    {NULL, NULL},
};
