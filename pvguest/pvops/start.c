// SPDX-License-Identifier: MIT
// From the loader's start info to the kernel: chooses the backend, brings it up, and hands over what the
// kernel may know in words that are not the ABI's.
#include "abi/call.h"
#include "pvops/backend.h"
#include "pvops/note.h"
#include "pvops/patch.h"

struct pvops pv_operations;
const struct pvops *pv_backend;
const struct pv_start_info *pv_start_info;

unsigned pv_processors_present = 1;

static struct pv_boot boot;

// The first physical address behind the image; from the linker script.
extern const char pv_image_end_physical[];

static const struct pvops *const backends[] = {
    [PV_MODE_HYPERCALL] = &pvops_hypercall,
    [PV_MODE_TRAP] = &pvops_trap,
};

#define PV_FEATURE(bit, name, ...) [bit] = #name,
static const char *const feature_names[64] = {
#include "abi/features.def"
};
#undef PV_FEATURE

const char *pv_feature_name(unsigned bit)
{
    return bit < 64 ? feature_names[bit] : NULL;
}

// The loader did what the note asked for. If not, no operation can be trusted to work, not even one to say
// so: the exception without a handler ends the domain and shows where.
static void start_info_check(const struct pv_start_info *info)
{
    bool good = info->magic == PV_START_MAGIC && info->version >> 16 == PV_VERSION_MAJOR &&
                info->mode < sizeof backends / sizeof backends[0] &&
                info->window == pv_note.descriptor.window && info->physmap == pv_note.descriptor.physmap;

    if (!good)
        __builtin_trap();
}

static void boot_fill(const struct pv_start_info *info, uint64_t free_start)
{
    boot.name = info->name;
    boot.mode = pv_backend->name;
    boot.command_line = info->command_line;
    boot.version_major = info->version >> 16;
    boot.version_minor = info->version & 0xffff;
    boot.features = info->features;
    boot.memory = info->memory;
    boot.free_start = free_start;
    boot.free_end = info->reserved_at;
    boot.physmap = info->physmap;
    boot.processors = pv_processors_present;
}

void pv_start(const struct pv_start_info *info)
{
    start_info_check(info);
    pv_start_with(backends[info->mode], info, (uintptr_t)pv_image_end_physical);
}

void pv_start_with(const struct pvops *backend, const struct pv_start_info *info, uint64_t free_start)
{
    pv_start_info = info;
    pv_backend = backend;
    pv_operations = *backend;
    entry_return = backend->irq.exception_return;
    pv_processors_present = info->vcpus < PV_PROCESSOR_LIMIT ? info->vcpus : PV_PROCESSOR_LIMIT;
    pv_sites_patch(backend, pv_processors_present > 1 ? backend->templates_many : backend->templates);
    pvop_cpu_start();
    pvop_cpu_kernel_stack_set(pv_boot_stack_top);
    pv_exceptions_take();
    pv_fpu_start();
    boot_fill(info, free_start);
    kernel_main(&boot);
}
