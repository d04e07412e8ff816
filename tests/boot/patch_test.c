// SPDX-License-Identifier: MIT
/*
 * Call sites of the shim in the running kernel's text: the file says where they are (section pv_sites), the
 * machine's memory what has become of them. In every mode each is the text that stands for its operation in
 * line, or a direct call of the backend's function, and nothing else of the text has changed.
 */
#include "abi/vcpu.h"
#include "tests/boot/program.h"
#include "tests/boot/scene.h"

#include <capstone/capstone.h>
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(patch);

#define KERNEL_FILE "guests/monitor.elf"

/* As in pvguest/pvops/site.h. */
struct site {
    uint64_t address;
    uint16_t operation; /* offset of the function in struct pvops */
    uint16_t length;
    uint32_t reserved;
};

/* What stands in line for an operation, by the function of the backend that it is in place of. */
struct text {
    const char *function;
    const char *instructions;
};

/* One mode: how the kernel gets there, and what its sites are to be where they are no calls. */
struct mode {
    const char *backend; /* symbol of its struct pvops */
    const char *spins;   /* the line after which the kernel does nothing but read the clock */
    struct text texts[24];
};

static const struct mode native = {
    .backend = "pvops_native",
    .spins = "^spinning",
    .texts = {{"processor_halt", "hlt"},
              {"bare_yield", "pause"},
              {"cr0_read", "mov rax, cr0"},
              {"cr0_write", "mov cr0, rdi"},
              {"cr2_read", "mov rax, cr2"},
              {"cr3_read", "mov rax, cr3"},
              {"cr4_read", "mov rax, cr4"},
              {"cr4_write", "mov cr4, rdi"},
              {"interrupts_disable", "cli"},
              {"interrupts_enable", "sti"},
              {"irq_save", "pushfq; pop rax; cli"},
              {"irq_restore", "push rdi; popfq"},
              {"processor_enable_and_halt", "sti; hlt"},
              {"paging_store", "mov qword ptr [rdi], rsi"},
              {"paging_store_page", "mov qword ptr [rdi], rsi; invlpg byte ptr [rdx]"},
              {"page_invalidate", "invlpg byte ptr [rdi]"},
              {"paging_store_flush", "mov rax, cr3; mov cr3, rax"},
              {"paging_nothing", ""}},
};

static const struct mode trap = {
    .backend = "pvops_trap",
    .spins = "^[alpha] spinning",
    .texts = {{"processor_halt", "hlt"},
              {"bare_yield", "pause"},
              {"cr0_read", "mov rax, cr0"},
              {"cr0_write", "mov cr0, rdi"},
              {"cr2_read", "mov rax, cr2"},
              {"cr4_read", "mov rax, cr4"},
              {"cr4_write", "mov cr4, rdi"},
              {"interrupts_disable", "cli"},
              {"interrupts_enable", "sti"},
              {"processor_enable_and_halt", "sti; hlt"},
              {"paging_store", "mov qword ptr [rdi], rsi"},
              {"paging_store_page", "mov qword ptr [rdi], rsi; invlpg byte ptr [rdx]"},
              {"page_invalidate", "invlpg byte ptr [rdi]"},
              {"paging_nothing", ""}},
};

/* Addresses are named: mask, pending and cr2 are words of the shared page, taker points to a function. */
static const struct mode hypercall = {
    .backend = "pvops_hypercall",
    .spins = "^[alpha] spinning",
    .texts = {{"read_cr2", "mov rax, qword ptr [cr2]"},
              {"irq_disable", "mov byte ptr [mask], 1"},
              {"irq_enable",
               "mov byte ptr [mask], 0; cmp byte ptr [pending], 0; je +7; call qword ptr [taker]"},
              {"irq_save", "movzx eax, byte ptr [mask]; mov byte ptr [mask], 1"}},
};

/* The kernel in a machine, and its text there. */
struct patched {
    const struct mode *mode;
    struct machine *machine;
    struct program *program;
    struct program_section text; /* as in the file */
    char *bytes;                 /* as in memory */
    csh disassembler;
};

/* The processor reads the clock with the kernel's root loaded, but for the moments that are its hypervisor's.
 */
static void text_read(struct patched *patched)
{
    const char *path = scratch_path("text");
    char command[4096];
    size_t size;

    snprintf(command, sizeof command, "memsave %#" PRIx64 " %zu \"%s\"", patched->text.address,
             patched->text.size, path);
    char *answer = machine_ask(patched->machine, command);
    machine_expect(patched->machine, strstr(answer, "nvalid") == NULL, "%s", answer);
    free(answer);
    patched->bytes = file_read(path, &size);
    machine_expect(patched->machine, size == patched->text.size, "only %zu bytes of text were saved", size);
}

static struct patched patched_open(const struct mode *mode, struct machine *machine)
{
    struct patched patched = {
        .mode = mode, .machine = machine, .program = program_open(build_path(KERNEL_FILE))};

    patched.text = program_section(patched.program, ".text");
    cr_assert(cs_open(CS_ARCH_X86, CS_MODE_64, &patched.disassembler) == CS_ERR_OK);
    machine_wait(machine, mode->spins);
    text_read(&patched);
    return patched;
}

static void patched_close(struct patched *patched)
{
    cs_close(&patched->disassembler);
    free(patched->bytes);
    program_close(patched->program);
    machine_stop(patched->machine);
}

/* An address in an instruction has 32 bits and a sign, which the disassembler does not always extend. */
static const char *place_name(const struct patched *patched, uint64_t shown)
{
    uint64_t address = (uint64_t)(int32_t)shown;
    uint64_t page = program_symbol(patched->program, "pv_vcpu_page");

    if (address == page + PV_VCPU_EVENT_MASK)
        return "mask";
    if (address == page + PV_VCPU_EVENT_PENDING)
        return "pending";
    if (address == page + PV_VCPU_CR2)
        return "cr2";
    return address == program_symbol(patched->program, "pv_event_take_pointer") ? "taker" : "?";
}

/* Whether an instruction does nothing but lead to the end. */
static bool is_filler(const cs_insn *instruction, uint64_t end)
{
    char to_end[32];

    snprintf(to_end, sizeof to_end, "%#" PRIx64, end);
    if (strcmp(instruction->mnemonic, "nop") == 0)
        return instruction->address + instruction->size == end;
    return strcmp(instruction->mnemonic, "jmp") == 0 && strcmp(instruction->op_str, to_end) == 0;
}

/* Appends an instruction, with the address in brackets named, and a jump as how many bytes it leaves out. */
static void instruction_print(const struct patched *patched, const cs_insn *instruction, FILE *to)
{
    const char *operands = instruction->op_str;
    const char *address = strstr(operands, "[0x");

    fprintf(to, "%s%s", instruction->mnemonic, *operands ? " " : "");
    if (strcmp(instruction->mnemonic, "je") == 0)
        fprintf(to, "%+" PRId64,
                (int64_t)(strtoul(operands, NULL, 16) - instruction->address - instruction->size));
    else if (address != NULL)
        fprintf(to, "%.*s[%s%s", (int)(address - operands), operands,
                place_name(patched, strtoul(address + 1, NULL, 16)), strchr(address, ']'));
    else
        fputs(operands, to);
}

/* The instructions of a site, joined by "; ", without one that fills the rest of it. The caller frees them.
 */
static char *site_text(const struct patched *patched, const struct site *site)
{
    const uint8_t *bytes = (const uint8_t *)patched->bytes + (site->address - patched->text.address);
    uint64_t address = site->address;
    size_t left = site->length;
    cs_insn *instruction = cs_malloc(patched->disassembler);
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);

    cr_assert(stream != NULL && instruction != NULL);
    while (left > 0 && cs_disasm_iter(patched->disassembler, &bytes, &left, &address, instruction) &&
           !is_filler(instruction, site->address + site->length)) {
        fputs(instruction->address > site->address ? "; " : "", stream);
        instruction_print(patched, instruction, stream);
    }
    fclose(stream);
    cs_free(instruction, 1);
    return text;
}

static void site_check(const struct patched *patched, const struct site *site)
{
    uint64_t backend = program_symbol(patched->program, patched->mode->backend);
    uint64_t function = program_word(patched->program, backend + site->operation);
    const char *name = program_function(patched->program, function);
    char expected[256];
    char *text = site_text(patched, site);

    machine_expect(patched->machine, name != NULL, "operation %u has no function", site->operation);
    snprintf(expected, sizeof expected, "call %#" PRIx64, function);
    for (const struct text *known = patched->mode->texts; known->function != NULL; known++) {
        if (strcmp(known->function, name) == 0)
            snprintf(expected, sizeof expected, "%s", known->instructions);
    }
    machine_expect(patched->machine, strcmp(text, expected) == 0, "%s at %#" PRIx64 " is \"%s\", not \"%s\"",
                   name, site->address, text, expected);
    free(text);
}

/* Makes the site in memory what it is in the file, so that the two texts can be compared. */
static void site_forget(struct patched *patched, const struct site *site)
{
    size_t offset = site->address - patched->text.address;

    memcpy(patched->bytes + offset, (const char *)patched->text.bytes + offset, site->length);
}

static void is_patched(const struct mode *mode, struct machine *machine)
{
    struct patched patched = patched_open(mode, machine);
    struct program_section section = program_section(patched.program, "pv_sites");
    size_t count = section.size / sizeof(struct site);

    machine_expect(machine, count > 50, "there are %zu sites", count);
    for (size_t i = 0; i < count; i++) {
        struct site site;

        memcpy(&site, (const char *)section.bytes + i * sizeof site, sizeof site);
        site_check(&patched, &site);
        site_forget(&patched, &site);
    }
    machine_expect(machine, memcmp(patched.bytes, patched.text.bytes, patched.text.size) == 0,
                   "text has changed that is no site");
    patched_close(&patched);
}

Test(patch, native)
{
    is_patched(&native, machine_start(
                            &(struct machine_options){.image = image_make_of(KERNEL_FILE, "spin", NULL, 0)}));
}

Test(patch, hypercall)
{
    is_patched(&hypercall, scene_boot_alone("console=serial", MODULES(KERNEL("alpha", "spin"))));
}

Test(patch, trap)
{
    is_patched(&trap, scene_boot_alone("console=serial", MODULES(TRAP_KERNEL("alpha", "spin"))));
}
