// SPDX-License-Identifier: MIT
/*
 * Loads guests: command line, ELF file, note, memory, address space, start-info page. A module is hostile:
 * everything that it says is checked before the first frame is taken, but for what only the making of its
 * tables can tell (whether its memory suffices).
 */
#include "boot/loader.h"

#include "abi/layout.h"
#include "abi/start.h"
#include "boot/entry_page.h"
#include "boot/memory.h"
#include "boot/options.h"
#include "boot/share.h"
#include "boot/space.h"
#include "core/log.h"
#include "emulate/machine.h"
#include "lib/elf.h"
#include "lib/print.h"
#include "lib/string.h"
#include "x86/clock.h"
#include "x86/guest_access.h"
#include "x86/paging.h"
#include "x86/rtc.h"

#define PHYSMAP_ALIGNMENT 0x200000ull
#define REASON_SIZE       160

/* A trace searches all symbols for each line: a guest with more gets a trace without names. */
#define SYMBOLS_LIMIT 65536

/* The first minor version of the ABI that has several virtual CPUs, and ports. */
#define VERSION_MINOR_VCPUS 4
#define VERSION_MINOR_PORTS 4

/* What was loaded, in order: the guest, and what it asked to share; no pages if nothing. */
static struct loaded {
    struct share_guest guest;
    struct share_plan share;
} loaded[DOMAIN_LIMIT];
static unsigned loaded_count;

struct load {
    struct share_plan share;
    struct module_options options;
    struct elf elf;
    struct pv_note note;
    struct space space;
    uint64_t processors; /* where it may run, a bit each */
    char reason[REASON_SIZE];
};

static const struct mode *const modes[] = {
    [PV_MODE_HYPERCALL] = &mode_hypercall, [PV_MODE_TRAP] = &mode_trap};

__attribute__((format(printf, 2, 3))) static bool refuse(struct load *load, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print_vformat(load->reason, sizeof(load->reason), format, arguments);
    va_end(arguments);
    return false;
}

/* Whether a range of addresses is canonical, does not wrap, and leaves the hypervisor's alone. */
static bool range_is_guests(uint64_t start, uint64_t length)
{
    uint64_t last = start + length - 1;

    return last >= start && (last < NONCANONICAL_START || start >= PV_HYPERVISOR_END);
}

/* By their last bytes: the end of a range may be where addresses end. */
static bool ranges_overlap(uint64_t a, uint64_t a_length, uint64_t b, uint64_t b_length)
{
    return a <= b + (b_length - 1) && b <= a + (a_length - 1);
}

static uint64_t pages_start(uint64_t address)
{
    return address & ~(PAGE_SIZE - 1);
}

/* Bytes from the start of the first page to the end of the last. */
static uint64_t pages_length(uint64_t address, uint64_t length)
{
    return ((address % PAGE_SIZE) + length + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
}

static bool name_check(struct load *load, unsigned index)
{
    const char *name = load->options.name;
    bool taken;

    if (name[0] == '\0') {
        print_format(load->options.name, sizeof(load->options.name), "guest%u", index + 1);
    }
    for (; *name != '\0'; name++) {
        if (*name <= ' ' || *name > '~' || *name == '[' || *name == ']') {
            return refuse(load, "its name has a character that is not allowed");
        }
    }
    domains_hold();
    taken = domain_named(load->options.name) != NULL;
    domains_release();
    if (taken) {
        return refuse(load, "there is a guest of this name already");
    }
    return true;
}

static bool note_check(struct load *load)
{
    uint32_t size;
    const void *found = elf_note(&load->elf, PV_NOTE_NAME, PV_NOTE_TYPE, &size);
    struct pv_note *note = &load->note;

    if (found == NULL || size != sizeof(*note)) {
        return refuse(load, found == NULL ? "it has no Paravane note: it is not a guest"
                                          : "its note has a wrong size");
    }
    memcpy(note, found, sizeof(*note));
    if (note->reserved != 0) {
        return refuse(load, "a reserved word of its note is not 0");
    }
    if (note->version >> 16 != PV_VERSION_MAJOR || (note->version & 0xffff) > PV_VERSION_MINOR) {
        return refuse(load, "it needs version %u.%u of the ABI, this is %u.%u", note->version >> 16,
                      note->version & 0xffff, PV_VERSION_MAJOR, PV_VERSION_MINOR);
    }
    if ((note->features & ~(uint64_t)PV_FEATURES) != 0) {
        return refuse(load, "it needs features %lx, which this hypervisor does not have",
                      note->features & ~(uint64_t)PV_FEATURES);
    }
    return true;
}

static bool layout_check(struct load *load)
{
    const struct pv_note *note = &load->note;
    uint64_t memory = load->options.memory;

    if (note->physmap % PHYSMAP_ALIGNMENT != 0 || !range_is_guests(note->physmap, memory)) {
        return refuse(load, "its note asks for the physmap at %lx, which cannot be", note->physmap);
    }
    if (note->window % PAGE_SIZE != 0 || !range_is_guests(note->window, PV_WINDOW_SIZE) ||
        ranges_overlap(note->window, PV_WINDOW_SIZE, note->physmap, memory)) {
        return refuse(load, "its note asks for the window at %lx, which cannot be", note->window);
    }
    return true;
}

static bool segment_check(struct load *load, const struct elf_segment *segment)
{
    uint64_t start = pages_start(segment->virtual);
    uint64_t length = pages_length(segment->virtual, segment->memory_size);
    const struct pv_note *note = &load->note;

    if (segment->virtual % PAGE_SIZE != segment->physical % PAGE_SIZE) {
        return refuse(load, "its segment at %lx is at another offset in physical pages", segment->virtual);
    }
    if (!range_is_guests(start, length)) {
        return refuse(load, "its segment at %lx lies outside of the guest's addresses", segment->virtual);
    }
    if (ranges_overlap(start, length, note->physmap, load->options.memory) ||
        ranges_overlap(start, length, note->window, PV_WINDOW_SIZE)) {
        return refuse(load, "its segment at %lx overlaps its physmap or window", segment->virtual);
    }
    if (segment->physical >= load->options.memory ||
        segment->memory_size > load->options.memory - segment->physical) {
        return refuse(load, "its segments reach physical address %lx, more than its memory of %lu MiB",
                      segment->physical + segment->memory_size, load->options.memory >> 20);
    }
    return true;
}

static bool segments_check(struct load *load)
{
    struct elf_segment segment;
    bool entered = false;

    for (unsigned i = 0; elf_segment(&load->elf, i, &segment); i++) {
        if (!segment_check(load, &segment)) {
            return false;
        }
        entered |=
            (segment.flags & ELF_EXECUTE) != 0 && load->note.entry - segment.virtual < segment.memory_size;
    }
    return entered || refuse(load, "its note's entry %lx is in no executable segment", load->note.entry);
}

/* Frames that a domain takes beside its own memory: for itself, and for each virtual CPU. */
#define CONTROL_FRAMES 6
#define VCPU_FRAMES    4

static bool memory_check(struct load *load)
{
    uint64_t free = frame_free_count();

    if (load->options.memory % PAGE_SIZE != 0) {
        return refuse(load, "its memory is not a whole number of pages");
    }
    if ((load->options.memory >> PAGE_SHIFT) + CONTROL_FRAMES + load->options.vcpus * VCPU_FRAMES > free) {
        return refuse(load, "it asks for %lu MiB of memory, %lu MiB are free", load->options.memory >> 20,
                      free >> 8);
    }
    return true;
}

static bool processors_check(struct load *load)
{
    const char *list = load->options.processors;

    if (load->options.vcpus > 1 && (load->note.version & 0xffff) < VERSION_MINOR_VCPUS) {
        return refuse(load, "it is made for version %u.%u of the ABI, which has one virtual CPU",
                      load->note.version >> 16, load->note.version & 0xffff);
    }
    load->processors = UINT64_MAX >> (64 - processor_count);
    if (list[0] != '\0' && !processors_option_read(list, processor_count, &load->processors)) {
        return refuse(load, "cpus=%s names none of the %u processors", list, processor_count);
    }
    return true;
}

static bool share_check(struct load *load)
{
    const char *error = NULL;

    if (load->options.share[0] != '\0') {
        error = share_option_read(load->options.share, &load->share);
    }
    return error == NULL || refuse(load, "share=%s: %s", load->options.share, error);
}

static bool module_check(struct load *load, const struct boot_module *module, unsigned index)
{
    const void *bytes = memory_reach(module->start, module->end - module->start);
    const char *error = NULL;

    if (!module_options_read(module->command_line, &load->options, load->reason, sizeof(load->reason)) ||
        !name_check(load, index) || !share_check(load)) {
        return false;
    }
    if (bytes == NULL) {
        return refuse(load, "GRUB put it where there is no memory");
    }
    error = elf_open(&load->elf, bytes, module->end - module->start);
    if (error != NULL) {
        return refuse(load, "%s", error);
    }
    return note_check(load) && processors_check(load) && layout_check(load) && segments_check(load) &&
           memory_check(load);
}

static bool segments_reserve(struct load *load)
{
    struct elf_segment segment;
    bool reserved = true;

    for (unsigned i = 0; reserved && elf_segment(&load->elf, i, &segment); i++) {
        reserved = space_reserve(&load->space, segment.virtual, segment.memory_size);
    }
    return reserved;
}

static void segment_map(struct load *load, const struct elf_segment *segment)
{
    uint64_t start = pages_start(segment->virtual);
    uint64_t length = pages_length(segment->virtual, segment->memory_size);
    uint64_t flags = ((segment->flags & ELF_WRITE) != 0 ? PTE_WRITE : 0) |
                     ((segment->flags & ELF_EXECUTE) != 0 ? 0 : PTE_NX);

    for (uint64_t offset = 0; offset < length; offset += PAGE_SIZE) {
        pfn_t frame = pfn((pages_start(segment->physical) + offset) >> PAGE_SHIFT);

        space_map(&load->space, start + offset, space_frame(&load->space, frame), flags);
    }
    space_write(&load->space, segment->physical, load->elf.bytes + segment->offset, segment->file_size);
}

/* Below the page tables, which are last: the start-info page, and below that the table of all frames. */
static uint64_t start_info_physical(const struct load *load)
{
    return load->options.memory - ((load->space.tables + 1) << PAGE_SHIFT);
}

static uint64_t reserved_physical(const struct load *load)
{
    return start_info_physical(load) - (space_translation_frames(&load->space) << PAGE_SHIFT);
}

/* Whether what is reserved leaves any memory at all. */
static bool reserved_fits(const struct load *load)
{
    const struct space *space = &load->space;

    return space->domain->frames.count + 1 + space_translation_frames(space) < space->frames;
}

static bool image_map(struct load *load)
{
    uint64_t limit = reserved_physical(load);
    struct elf_segment segment;

    for (unsigned i = 0; elf_segment(&load->elf, i, &segment); i++) {
        if (segment.physical + segment.memory_size > limit) {
            return refuse(load, "its memory of %lu MiB is too small for it and its page tables",
                          load->options.memory >> 20);
        }
        segment_map(load, &segment);
    }
    return true;
}

static bool space_make(struct load *load, struct domain *domain)
{
    const struct pv_note *note = &load->note;
    struct space *space = &load->space;

    if (!space_open(space, domain, note->physmap) || !space_reserve(space, note->physmap, domain->memory) ||
        !space_reserve(space, note->window, PV_WINDOW_SIZE) || !segments_reserve(load) ||
        !reserved_fits(load) || !space_populate(space)) {
        return refuse(load, "its memory of %lu MiB is too small for its page tables",
                      load->options.memory >> 20);
    }
    space_map(space, note->window + PV_WINDOW_ENTRY, direct_number(domain->entry_page), 0);
    for (unsigned i = 0; i < domain->vcpu_count; i++) {
        space_map(space, note->window + PV_WINDOW_VCPU + i * PAGE_SIZE,
                  direct_number(domain->vcpus[i]->entry.page), PTE_WRITE | PTE_NX);
    }
    if ((note->version & 0xffff) >= VERSION_MINOR_PORTS) {
        space_map(space, note->window + PV_WINDOW_PORTS, direct_number(domain->ports.page),
                  PTE_WRITE | PTE_NX);
    }
    space_translation_write(space, pfn(reserved_physical(load) >> PAGE_SHIFT));
    return image_map(load);
}

static bool start_info_write(struct load *load, struct domain *domain)
{
    uint64_t physical = start_info_physical(load);
    uint64_t reserved = reserved_physical(load);
    struct pv_start_info start = {
        .magic = PV_START_MAGIC,
        .version = PV_VERSION,
        .mode = load->options.mode,
        .features = PV_FEATURES,
        .memory = domain->memory,
        .reserved_at = reserved,
        .physmap = load->note.physmap,
        .window = load->note.window,
        .root = domain->memory - PAGE_SIZE * load->space.tables,
        .tsc_khz = clock_tsc_khz(),
        .vcpus = domain->vcpu_count,
        .physical_to_machine = load->note.physmap + reserved,
        .wall_clock = rtc_wall_clock(),
        .domain = domain->number,
    };

    memcpy(start.name, domain->name, sizeof(start.name));
    if (!text_copy(start.command_line, sizeof(start.command_line), load->options.arguments)) {
        return refuse(load, "its arguments are longer than %lu characters", sizeof(start.command_line) - 1);
    }
    space_write(&load->space, physical, &start, sizeof(start));
    return true;
}

static bool domain_make(struct load *load, struct domain *domain)
{
    bool made;

    mmu_lock(&domain->mmu);
    made = space_make(load, domain) && start_info_write(load, domain);
    mmu_unlock(&domain->mmu);
    if (!made) {
        return false;
    }
    if (!elf_symbols(&load->elf, &domain->symbols) || domain->symbols.count > SYMBOLS_LIMIT) {
        domain->symbols.count = 0;
    }
    vcpu_roots_set(domain->vcpus[0], load->space.root);
    vcpu_start_at(domain->vcpus[0], load->note.entry, load->note.physmap + start_info_physical(load));
    return true;
}

static bool load_checked(struct load *load)
{
    struct domain_plan plan = {.memory = load->options.memory,
                               .weight = load->options.weight,
                               .cap = load->options.cap,
                               .processors = load->processors,
                               .vcpus = (unsigned)load->options.vcpus,
                               .mode = modes[load->options.mode]};
    struct domain *domain;

    memcpy(plan.name, load->options.name, sizeof(plan.name));
    domain = domain_create(&plan);
    if (domain == NULL) {
        return refuse(load, "there is no room for another guest");
    }
    entry_page_fill(domain->entry_page);
    if (!domain_make(load, domain)) {
        domain_destroy(domain);
        return false;
    }
    loaded[loaded_count++] =
        (struct loaded){.guest = {.space = load->space,
                                  .window = load->note.window,
                                  .start_info = start_info_physical(load),
                                  .able = (load->note.version & 0xffff) >= VERSION_MINOR_PORTS},
                        .share = load->share};
    return true;
}

bool loader_load(const struct boot_module *module, unsigned index)
{
    static struct load load;

    memset(&load, 0, sizeof(load));
    if (module_check(&load, module, index) && load_checked(&load)) {
        return true;
    }
    if (load.options.name[0] != '\0') {
        log_error("module %s: refused: %s", load.options.name, load.reason);
    } else {
        log_error("module %u: refused: %s", index + 1, load.reason);
    }
    return false;
}

/* The guest of a name; NULL if none was loaded. */
static struct share_guest *guest_named(const char *name)
{
    for (unsigned i = 0; i < loaded_count; i++) {
        if (strcmp(loaded[i].guest.space.domain->name, name) == 0) {
            return &loaded[i].guest;
        }
    }
    return NULL;
}

static void share(const struct share_plan *plan)
{
    struct share_guest *first = guest_named(plan->guests[0]), *second = guest_named(plan->guests[1]);
    const char *error = "a guest of it is not there";

    if (first != NULL && second != NULL) {
        error = share_make(plan, first, second);
    }
    if (error != NULL) {
        log_error("share %s: refused: %s", plan->name, error);
    }
}

void loader_start(void)
{
    for (unsigned i = 0; i < loaded_count; i++) {
        if (loaded[i].share.pages != 0) {
            share(&loaded[i].share);
        }
    }
    for (unsigned i = 0; i < loaded_count; i++) {
        struct domain *domain = loaded[i].guest.space.domain;

        log_info("%s: started, %lu MiB, mode=%s", domain->name, domain->memory >> 20, domain->mode->name);
        domain_start(domain);
    }
}
