// SPDX-License-Identifier: MIT
/*
 * The life of domains. One that ends is only marked at first, because it may be in the middle of a call. Its
 * virtual CPU then has its turns as before, but spends them on giving the memory back, a slice at a time: a
 * huge domain pays for its own burial, and no other waits for it. What shape its tables are in does not
 * matter, since no processor has them loaded any more and all that they lead to is the domain's own.
 */
#include "core/domain.h"

#include <stdarg.h>

#include "core/log.h"
#include "core/panic.h"
#include "core/registers_print.h"
#include "core/scheduler.h"
#include "core/terminal.h"
#include "core/timer.h"
#include "lib/print.h"
#include "lib/string.h"
#include "x86/guest_access.h"
#include "x86/instruction.h"
#include "x86/paging.h"
#include "x86/power.h"
#include "x86/translation.h"

static struct {
    struct domain *domains[DOMAIN_LIMIT];
    unsigned count;       /* of the living */
    uint64_t free_before; /* frames that were free before the first was made; 0: none was */
    bool last_matters;
    enum on_exit on_exit;
} all;

struct domain *domain_at(unsigned number)
{
    return number >= 1 && number <= DOMAIN_LIMIT ? all.domains[number - 1] : NULL;
}

struct domain *domain_after(unsigned number)
{
    for (unsigned next = number + 1; next <= DOMAIN_LIMIT; next++) {
        if (domain_at(next) != NULL) {
            return domain_at(next);
        }
    }
    return NULL;
}

struct domain *domain_named(const char *name)
{
    struct domain *domain = domain_after(0);

    while (domain != NULL && strcmp(domain->name, name) != 0) {
        domain = domain_after(domain->number);
    }
    return domain;
}

/* Frames that are given back in one turn. */
#define BURY_SLICE 4096

static void *page_take(struct frame_list *list, unsigned owner, enum frame_type type)
{
    mfn_t frame;

    if (!frame_take(list, (uint16_t)owner, type, &frame)) {
        return NULL;
    }
    return memset(direct_frame(frame), 0, PAGE_SIZE);
}

void *domain_control_page(struct domain *domain)
{
    return page_take(&domain->control, OWNER_HYPERVISOR, FRAME_DATA);
}

/* A page of the hypervisor's that the guest may map. */
static void *window_page(struct domain *domain, enum frame_type type)
{
    return page_take(&domain->control, OWNER_DOMAIN + domain->number, type);
}

static bool parts_create(struct domain *domain)
{
    void *page = window_page(domain, FRAME_SHARED);
    void *fpu = domain_control_page(domain);
    void *mode_state = domain_control_page(domain);

    domain->entry_page = window_page(domain, FRAME_FIXED);
    domain->vcpu = domain_control_page(domain);
    if (page == NULL || domain->entry_page == NULL || fpu == NULL || mode_state == NULL ||
        domain->vcpu == NULL) {
        return false;
    }
    vcpu_open(domain->vcpu, domain, &boot_processor, page, fpu);
    domain->vcpu->mode_state = mode_state;
    domain->mode->open(domain->vcpu);
    return true;
}

static unsigned number_free(void)
{
    unsigned number = 1;

    while (number <= DOMAIN_LIMIT && domain_at(number) != NULL) {
        number++;
    }
    return number;
}

struct domain *domain_create(const struct domain_plan *plan)
{
    struct frame_list control;
    struct domain *domain;
    unsigned number = number_free();

    if (all.count == 0) {
        all.free_before = frame_free_count();
    }
    frame_list_open(&control);
    domain = number <= DOMAIN_LIMIT ? page_take(&control, OWNER_HYPERVISOR, FRAME_DATA) : NULL;
    if (domain == NULL) {
        return NULL;
    }
    domain->control = control;
    frame_list_open(&domain->frames);
    domain->number = number;
    memcpy(domain->name, plan->name, sizeof(domain->name));
    domain->memory = plan->memory;
    domain->weight = plan->weight;
    domain->mode = plan->mode;
    mmu_open(&domain->mmu, (uint16_t)(OWNER_DOMAIN + number));
    console_open(&domain->console, domain->name);
    if (!parts_create(domain)) {
        control = domain->control;
        frame_list_release(&control, UINT64_MAX);
        return NULL;
    }
    all.domains[number - 1] = domain;
    all.count++;
    return domain;
}

/* Gives up to `most` frames of its memory back. */
static void memory_release(struct domain *domain, uint64_t most)
{
    while (most-- > 0 && domain->frames.count != 0) {
        translation_set(mfn(domain->frames.first), PV_FRAME_NONE);
        frame_list_release(&domain->frames, 1);
    }
}

void domain_destroy(struct domain *domain)
{
    struct frame_list control;

    memory_release(domain, UINT64_MAX);
    control = domain->control;
    all.domains[domain->number - 1] = NULL;
    all.count--;
    frame_list_release(&control, UINT64_MAX);
}

void domain_start(struct domain *domain)
{
    if (console_focus() == NULL) {
        console_focus_set(domain);
    }
    scheduler_add(domain->vcpu);
}

void domain_end(struct domain *domain, bool crashed, const char *format, ...)
{
    va_list arguments;

    if (domain->ended) {
        return;
    }
    domain->ended = true;
    domain->crashed = crashed;
    va_start(arguments, format);
    print_vformat(domain->reason, sizeof(domain->reason), format, arguments);
    va_end(arguments);
    timer_cancel(domain->vcpu);
    if (domain->vcpu->state == VCPU_BLOCKED) {
        scheduler_add(domain->vcpu);
    }
    domain->vcpu->state = VCPU_ENDED;
    vcpu_attention(domain->vcpu, ATTENTION_END);
}

static bool guest_frame_read(uint64_t address, uint64_t *saved, uint64_t *return_address)
{
    return guest_read_pair(gva(address), saved, return_address);
}

/* Says how a domain ended, while its tables are still loaded. */
static void domain_report(const struct domain *domain)
{
    const struct registers *registers = &domain->vcpu->entry.registers;

    log_error("%s: ended: %s", domain->name, domain->reason);
    if (domain->crashed) {
        registers_print(registers);
        trace_print(&domain->symbols, registers->rip, registers->rbp, guest_frame_read);
    }
}

/* The first part: says how it ended, and takes its tables from the processor. */
static void bury_open(struct domain *domain)
{
    if (console_focus() == domain) {
        terminal_prompt("", "", 0, 0);
    }
    console_flush(domain);
    domain_report(domain);
    domain->reported = true;
    domain->frames_given = domain->frames.count;
    vcpu_unload(domain->vcpu);
}

/* The last part: what the hypervisor kept for it. */
static void bury_close(struct domain *domain)
{
    char name[DOMAIN_NAME];
    uint64_t frames = domain->frames_given;
    bool focused = console_focus() == domain;

    memcpy(name, domain->name, sizeof(name));
    scheduler_remove(domain->vcpu);
    vcpu_switch(domain->vcpu, domain->vcpu->processor->idle);
    domain_destroy(domain);
    log_info("%s: %lu frames returned, %lu free", name, frames, frame_free_count());
    if (focused) {
        console_focus_set(domain_after(0));
    }
    domain_last_check();
}

bool domain_bury(struct domain *domain)
{
    if (!domain->reported) {
        bury_open(domain);
    }
    assert(cr3_read() == paging_root()); /* what is given back may have been its tables */
    memory_release(domain, BURY_SLICE);
    if (domain->frames.count != 0) {
        return false;
    }
    bury_close(domain);
    return true;
}

void domain_on_exit_set(enum on_exit what)
{
    all.on_exit = what;
    all.last_matters = true;
}

void domain_last_check(void)
{
    uint64_t lost = all.free_before != 0 ? all.free_before - frame_free_count() : 0;

    if (!all.last_matters || all.count != 0) {
        return;
    }
    terminal_prompt("", "", 0, 0);
    if (lost == 0) {
        log_info("all guests have ended, every frame returned");
    } else {
        log_error("all guests have ended, %lu frames were not returned", lost);
    }
    switch (all.on_exit) {
    case ON_EXIT_POWEROFF:
        log_info("powering off");
        power_off();
    case ON_EXIT_REBOOT:
        log_info("rebooting");
        power_reset();
    default:
        log_info("halted; Ctrl-] 0 leads to the hypervisor's console");
        console_focus_set(NULL);
    }
}
