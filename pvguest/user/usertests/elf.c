// SPDX-License-Identifier: MIT
// ELF files made by hand: one that is right, and many that are not. None of these may run, and none may harm
// more than the process that executes it. System V ABI, chapters 4 and 5.
#include "call.h"
#include "test.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STATUS_RAN = 42, STATUS_REFUSED = 43, STATUS_OTHER = 44, SECONDS = 20 };

#define ADDRESS 0x400000

// The program: exits with 42 if every register is 0 and the stack aligned at its start. elf_exit is behind
// the system call's number.
extern const char elf_code[], elf_exit[], elf_code_end[];
__asm__(".pushsection .rodata\n"
        "elf_code:\n"
        "    orq %rbx, %rax\n"
        "    orq %rcx, %rax\n"
        "    orq %rdx, %rax\n"
        "    orq %rsi, %rax\n"
        "    orq %rdi, %rax\n"
        "    orq %rbp, %rax\n"
        "    orq %r8, %rax\n"
        "    orq %r9, %rax\n"
        "    orq %r10, %rax\n"
        "    orq %r11, %rax\n"
        "    orq %r12, %rax\n"
        "    orq %r13, %rax\n"
        "    orq %r14, %rax\n"
        "    orq %r15, %rax\n"
        "    movl $1, %edi\n"
        "    jnz 1f\n"
        "    movl $2, %edi\n"
        "    testb $15, %spl\n"
        "    jnz 1f\n"
        "    movl $42, %edi\n"
        "1:  movl $0x7fffffff, %eax\n"
        "elf_exit:\n"
        "    syscall\n"
        "elf_code_end:\n"
        ".popsection\n");

struct program {
    uint8_t identity[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, program_headers, section_headers;
    uint32_t flags;
    uint16_t size, program_header_size, program_header_count, section_header_size, section_header_count,
        names;
    struct {
        uint32_t type, flags;
        uint64_t offset, address, physical, file_size, memory_size, alignment;
    } segment;
    uint8_t code[96];
};

static struct program program_make(void)
{
    struct program program = {
        .identity = {0x7f, 'E', 'L', 'F', 2, 1, 1},
        .type = 2,
        .machine = 62,
        .version = 1,
        .entry = ADDRESS + offsetof(struct program, code),
        .program_headers = offsetof(struct program, segment),
        .size = offsetof(struct program, segment),
        .program_header_size = sizeof program.segment,
        .program_header_count = 1,
        .segment = {.type = 1,
                    .flags = 5,
                    .address = ADDRESS,
                    .file_size = sizeof program,
                    .memory_size = sizeof program,
                    .alignment = PAGE},
    };
    uint32_t number = CALL_exit;

    memcpy(program.code, elf_code, (size_t)(elf_code_end - elf_code));
    memcpy(program.code + (elf_exit - elf_code) - sizeof number, &number, sizeof number);
    return program;
}

// The child's status. Whatever it is that runs, it does not run for long.
static int program_try(const void *bytes, size_t count)
{
    static char *const words[] = {"program", NULL};
    pid_t pid;

    unlink("program");
    file_make("program", bytes, count);
    MUST(chmod("program", 0755));
    pid = (pid_t)MUST(fork());
    if (pid == 0) {
        alarm(SECONDS);
        execv("./program", words);
        _exit(errno == ENOEXEC || errno == ENOMEM ? STATUS_REFUSED : STATUS_OTHER);
    }
    return child_wait(pid);
}

static void runs(void)
{
    struct program program = program_make();

    EXPECT(program_try(&program, sizeof program), STATUS_RAN << 8);
    program.segment.memory_size = 64 * PAGE;
    EXPECT(program_try(&program, sizeof program), STATUS_RAN << 8);
}

// One field of the file with a value that it must not have; `fault` where the file may be executed, and then
// faults.
static const struct mistake {
    size_t offset, size;
    uint64_t value;
    bool fault;
} mistakes[] = {
#define FIELD(field) offsetof(struct program, field), sizeof(((struct program *)0)->field)
    {FIELD(identity[0]), 0x7e, false},
    {FIELD(identity[3]), 'G', false},
    {FIELD(identity[4]), 1, false},
    {FIELD(identity[5]), 2, false},
    {FIELD(type), 1, false},
    {FIELD(type), 4, false},
    {FIELD(machine), 3, false},
    {FIELD(program_headers), UINT64_MAX, false},
    {FIELD(program_headers), UINT64_MAX - 63, false},
    {FIELD(program_headers), 1 << 20, false},
    {FIELD(program_header_size), 32, false},
    {FIELD(program_header_size), 0xffff, false},
    {FIELD(program_header_count), 0, true},
    {FIELD(program_header_count), 0xffff, false},
    {FIELD(entry), 0, true},
    {FIELD(entry), ADDRESS_IMAGE, true},
    {FIELD(entry), ADDRESS_NONCANONICAL, true},
    {FIELD(entry), ADDRESS + (1 << 20), true},
    {FIELD(segment.type), 0, true},
    {FIELD(segment.flags), 4, true},
    {FIELD(segment.address), 0, true},
    {FIELD(segment.address), ADDRESS_HYPERVISOR, true},
    {FIELD(segment.address), ADDRESS_IMAGE, true},
    {FIELD(segment.address), ADDRESS_LAST, true},
    {FIELD(segment.address), ADDRESS_NONCANONICAL, true},
    {FIELD(segment.address), ADDRESS_NONCANONICAL - PAGE, true},
    {FIELD(segment.offset), UINT64_MAX - PAGE + 1, true},
    {FIELD(segment.offset), 1 << 20, true},
    {FIELD(segment.file_size), sizeof(struct program) - 1 + PAGE, true},
    {FIELD(segment.file_size), UINT64_MAX, true},
    {FIELD(segment.memory_size), 0, true},
    {FIELD(segment.memory_size), UINT64_MAX, true},
    {FIELD(segment.memory_size), ADDRESS_NONCANONICAL, true},
    {FIELD(segment.memory_size), UINT64_MAX - ADDRESS, true},
#undef FIELD
};

static void refused(void)
{
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        const struct mistake *mistake = &mistakes[i];
        struct program program = program_make();
        int status;

        memcpy((char *)&program + mistake->offset, &mistake->value, mistake->size);
        status = program_try(&program, sizeof program);
        if (status != STATUS_REFUSED << 8 && !(mistake->fault && (status == SIGSEGV || status == SIGKILL)))
            expect_failed(__FILE__, __LINE__, "a mistake is found, by its number", (long)i, status);
    }
}

static void cut_short(void)
{
    struct program program = program_make();

    for (size_t size = 0; size < offsetof(struct program, code); size++) {
        int status = program_try(&program, size);

        EXPECT_TRUE(status == STATUS_REFUSED << 8 || (status != 0 && status < 0x7f));
    }
}

// Any bits of the two headers changed: whatever happens, happens to the child alone.
static void spoiled(void)
{
    uint32_t random = 1;

    for (int round = 0; round < 150; round++) {
        struct program program = program_make();

        for (int change = 0; change < 3; change++) {
            random = random * 1103515245 + 12345;
            ((uint8_t *)&program)[(random >> 16) % offsetof(struct program, code)] ^=
                (uint8_t)(1 << (random >> 8) % 8);
        }
        program_try(&program, sizeof program);
    }
}

const struct test tests_elf[] = {
    {"elf_runs", runs}, {"elf_refused", refused}, {"elf_cut_short", cut_short}, {"elf_spoiled", spoiled},
    {NULL, NULL},
};
