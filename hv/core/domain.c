// SPDX-License-Identifier: MIT
/*
 * The life of domains. One that ends is only marked at first, because it may be in the middle of a call; it
 * is buried when its virtual CPU is looked at next, before anything of the guest's runs again.
 */
#include "core/domain.h"

#include <stdarg.h>

#include "core/log.h"
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

static void *page_take(struct frame_list *list)
{
    mfn_t frame;

    if (!frame_take(list, OWNER_HYPERVISOR, FRAME_DATA, &frame)) {
        return NULL;
    }
    return memset(direct_frame(frame), 0, PAGE_SIZE);
}

void *domain_control_page(struct domain *domain)
{
    return page_take(&domain->control);
}

static bool parts_create(struct domain *domain)
{
    void *page = domain_control_page(domain);
    void *fpu = domain_control_page(domain);
    void *mode_state = domain_control_page(domain);

    domain->vcpu = domain_control_page(domain);
    if (page == NULL || fpu == NULL || mode_state == NULL || domain->vcpu == NULL) {
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
    domain = number <= DOMAIN_LIMIT ? page_take(&control) : NULL;
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

void domain_destroy(struct domain *domain)
{
    struct frame_list frames = domain->frames, control = domain->control;

    all.domains[domain->number - 1] = NULL;
    all.count--;
    frame_list_release(&frames, UINT64_MAX);
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
    scheduler_remove(domain->vcpu);
    timer_cancel(domain->vcpu);
    domain->vcpu->state = VCPU_ENDED;
    vcpu_attention(domain->vcpu, ATTENTION_END);
}

static bool guest_frame_read(uint64_t address, uint64_t *saved, uint64_t *return_address)
{
    return guest_read_pair(gva(address), saved, return_address);
}

/* Says how a domain ended. The guest's tables are loaded for as long as its stack is read. */
static void domain_report(const struct domain *domain)
{
    const struct registers *registers = &domain->vcpu->entry.registers;
    uint64_t root = cr3_read();

    log_error("%s: ended: %s", domain->name, domain->reason);
    if (!domain->crashed) {
        return;
    }
    registers_print(registers);
    cr3_write(domain->vcpu->root);
    trace_print(&domain->symbols, registers->rip, registers->rbp, guest_frame_read);
    cr3_write(root);
}

void domain_bury(struct domain *domain)
{
    char name[DOMAIN_NAME];
    uint64_t frames = domain->frames.count;
    bool focused = console_focus() == domain;

    if (focused) {
        terminal_prompt("", "", 0, 0);
    }
    console_flush(domain);
    domain_report(domain);
    memcpy(name, domain->name, sizeof(name));
    if (cr3_read() == domain->vcpu->root) {
        cr3_write(paging_root());
    }
    if (domain->vcpu == domain->vcpu->processor->current) {
        vcpu_switch(domain->vcpu, domain->vcpu->processor->idle);
    }
    domain_destroy(domain);
    log_info("%s: %lu frames returned, %lu free", name, frames, frame_free_count());
    if (focused) {
        console_focus_set(domain_after(0));
    }
    domain_last_check();
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
