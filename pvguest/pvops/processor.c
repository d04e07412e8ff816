// SPDX-License-Identifier: MIT
// The processors.
#include "pvops/processor.h"

#include "pvops/backend.h"
#include "pvops/kernel.h"

// The first one's page is where the linker script puts it; pages of others follow it.
struct pv_processor pv_processors[PV_PROCESSOR_LIMIT] = {[0] = {.page = &pv_vcpu_page}};
bool pv_processors_many;

unsigned pv_processor_of_stack(void)
{
    return pv_processor_here()->number;
}

bool pv_processor_prepare(unsigned number, void *top)
{
    struct pv_processor *processor = &pv_processors[number];

    if (number == 0 || number >= pv_processors_present)
        return false;
    processor->number = number;
    processor->page =
        (volatile struct pv_vcpu_page *)((uintptr_t)&pv_vcpu_page + number * sizeof(pv_vcpu_page));
    processor->kernel_stack = top;
    processor->root = pvop_cpu_read_cr3();
    pv_stack_own(top, processor);
    pv_processors_many = true;
    return true;
}

void pv_processor_first(uint64_t number)
{
    pv_backend->smp.begin((unsigned)number);
    kernel_processor((unsigned)number);
}
