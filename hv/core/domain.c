// SPDX-License-Identifier: MIT
/*
 * The life of domains. One that ends is only marked at first, because its virtual CPUs may be in the middle
 * of calls. They have their turns as before, but use them to leave; the first one, when it is the last, has
 * turns in which it gives the memory back, a slice at a time: a huge domain pays for its own burial, and no
 * other waits for it. What shape its tables are in does not matter, since no processor has them loaded any
 * more and all that they lead to is the domain's own.
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
#include "lib/ticket.h"
#include "x86/guest_access.h"
#include "x86/instruction.h"
#include "x86/paging.h"
#include "x86/power.h"
#include "x86/translation.h"

static struct {
    struct ticket_lock lock;
    struct domain *domains[DOMAIN_LIMIT];
    unsigned count;       /* of the living */
    uint64_t free_before; /* frames that were free before the first was made; 0: none was */
    bool last_matters;
    enum on_exit on_exit;
} all;

void domains_hold(void)
{
    ticket_take(&all.lock, LOCK_DOMAINS);
}

void domains_release(void)
{
    ticket_put(&all.lock, LOCK_DOMAINS);
}

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

static bool vcpu_create(struct domain *domain, uint32_t number)
{
    struct vcpu *vcpu = domain_control_page(domain);
    void *page = window_page(domain, FRAME_SHARED);
    void *fpu = domain_control_page(domain);
    void *mode_state = domain_control_page(domain);

    if (vcpu == NULL || page == NULL || fpu == NULL || mode_state == NULL) {
        return false;
    }
    domain->vcpus[number] = vcpu;
    domain->vcpu_count = number + 1;
    vcpu->number = number;
    vcpu->mode_state = mode_state;
    vcpu_open(vcpu, domain, &processors[__builtin_ctzll(domain->processors)], page, fpu);
    return true;
}

static bool parts_create(struct domain *domain, unsigned vcpus)
{
    struct pv_ports *ports = window_page(domain, FRAME_SHARED);

    domain->entry_page = window_page(domain, FRAME_FIXED);
    domain->mode_machine = domain_control_page(domain);
    if (domain->entry_page == NULL || domain->mode_machine == NULL || ports == NULL) {
        return false;
    }
    port_table_open(&domain->ports, ports);
    for (unsigned number = 0; number < vcpus; number++) {
        if (!vcpu_create(domain, number)) {
            return false;
        }
    }
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

/* Puts a domain on the list, under a number that is free; 0 if there is none. */
static unsigned list_add(struct domain *domain)
{
    unsigned number;

    domains_hold();
    number = number_free();
    if (number <= DOMAIN_LIMIT) {
        all.domains[number - 1] = domain;
        all.count++;
    }
    domains_release();
    return number <= DOMAIN_LIMIT ? number : 0;
}

/* Returns whether it had the keyboard, which another one has now. */
static bool list_remove(const struct domain *domain)
{
    bool focused;

    domains_hold();
    all.domains[domain->number - 1] = NULL;
    focused = console_focus_forget(domain);
    domains_release();
    return focused;
}

static void domain_open(struct domain *domain, const struct domain_plan *plan)
{
    frame_list_open(&domain->frames);
    memcpy(domain->name, plan->name, sizeof(domain->name));
    domain->memory = plan->memory;
    domain->weight = plan->weight;
    domain->cap = plan->cap;
    domain->processors = plan->processors;
    domain->mode = plan->mode;
    console_open(&domain->console, domain->name);
}

struct domain *domain_create(const struct domain_plan *plan)
{
    struct frame_list control;
    struct domain *domain;

    if (all.free_before == 0) {
        all.free_before = frame_free_count();
    }
    frame_list_open(&control);
    domain = page_take(&control, OWNER_HYPERVISOR, FRAME_DATA);
    if (domain == NULL) {
        return NULL;
    }
    domain_open(domain, plan);
    domain->control = control;
    domain->number = list_add(domain);
    if (domain->number == 0) {
        frame_list_release(&control, UINT64_MAX);
        return NULL;
    }
    mmu_open(&domain->mmu, (uint16_t)(OWNER_DOMAIN + domain->number));
    if (!parts_create(domain, plan->vcpus)) {
        domain_destroy(domain);
        return NULL;
    }
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

static bool destroy(struct domain *domain)
{
    bool focused = list_remove(domain);
    struct frame_list control;

    memory_release(domain, UINT64_MAX);
    control = domain->control;
    frame_list_release(&control, UINT64_MAX);
    return focused;
}

/* Only now: who sees that none is left says what became of the frames of all. */
static void count_less(void)
{
    domains_hold();
    all.count--;
    domains_release();
}

void domain_destroy(struct domain *domain)
{
    destroy(domain);
    count_less();
}

bool domain_vcpu_is_free(struct vcpu *vcpu)
{
    return !vcpu->domain->ended && !vcpu->up && vcpu->state == VCPU_DOWN && scheduler_has_left(vcpu);
}

void domain_vcpu_up(struct vcpu *vcpu)
{
    vcpu->up = true;
    vcpu->domain->up++;
}

void domain_start(struct domain *domain)
{
    domains_hold();
    if (console_focus() == NULL) {
        console_focus_set(domain);
    }
    domains_release();
    lock_take(&domain->lock, LOCK_DOMAIN);
    domain_vcpu_up(domain->vcpus[0]);
    lock_put(&domain->lock, LOCK_DOMAIN);
    scheduler_add(domain->vcpus[0], VCPU_DOWN);
}

/* Has every virtual CPU that is up leave; the first one has to come for it. The domain's lock is held. */
static void leave_ask(struct domain *domain)
{
    struct vcpu *first = domain->vcpus[0];

    if (!first->up) {
        domain_vcpu_up(first);
    }
    for (unsigned i = 0; i < domain->vcpu_count; i++) {
        if (domain->vcpus[i]->up) {
            vcpu_notify(domain->vcpus[i], ATTENTION_END);
        }
    }
    scheduler_add(first, VCPU_DOWN);
}

/* The domain's lock is held, and it has not ended. */
static void end(struct domain *domain, struct vcpu *reporter, bool crashed)
{
    domain->ended = true;
    domain->crashed = crashed;
    reporter->reporting = true;
    leave_ask(domain);
}

void domain_end(struct domain *domain, bool crashed, const char *format, ...)
{
    struct vcpu *current = vcpu_current();
    va_list arguments;

    lock_take(&domain->lock, LOCK_DOMAIN);
    if (!domain->ended) {
        va_start(arguments, format);
        print_vformat(domain->reason, sizeof(domain->reason), format, arguments);
        va_end(arguments);
        end(domain, current->domain == domain ? current : domain->vcpus[0], crashed);
    }
    lock_put(&domain->lock, LOCK_DOMAIN);
}

/* A domain of which no virtual CPU is left could never be started again. */
void domain_vcpu_left(struct vcpu *vcpu)
{
    struct domain *domain = vcpu->domain;

    lock_take(&domain->lock, LOCK_DOMAIN);
    if (vcpu->up && (vcpu->state == VCPU_DOWN || vcpu->state == VCPU_ENDED)) {
        vcpu->up = false;
        domain->up--;
    }
    if (domain->ended) {
        vcpu_notify(domain->vcpus[0], ATTENTION_END);
    } else if (domain->up == 0) {
        print_format(domain->reason, sizeof(domain->reason), "its last virtual CPU was stopped");
        end(domain, domain->vcpus[0], true);
    }
    lock_put(&domain->lock, LOCK_DOMAIN);
}

static bool guest_frame_read(uint64_t address, uint64_t *saved, uint64_t *return_address)
{
    return guest_read_pair(gva(address), saved, return_address);
}

/* Says how a domain ended, while its tables are still loaded. */
static void domain_report(const struct vcpu *vcpu)
{
    const struct domain *domain = vcpu->domain;
    const struct registers *registers = &vcpu->entry.registers;

    log_error("%s: ended: %s", domain->name, domain->reason);
    if (domain->crashed && domain->vcpu_count > 1) {
        log_error("%s: virtual CPU %u", domain->name, vcpu->number);
    }
    if (domain->crashed) {
        registers_print(registers);
        trace_print(&domain->symbols, registers->rip, registers->rbp, guest_frame_read);
    }
}

static void report(struct vcpu *vcpu)
{
    struct domain *domain = vcpu->domain;

    vcpu->reporting = false;
    domains_hold();
    if (console_focus() == domain) {
        terminal_prompt("", "", 0, 0);
    }
    console_flush(domain);
    domain_report(vcpu);
    domains_release();
}

bool domain_leave(struct vcpu *vcpu)
{
    struct domain *domain = vcpu->domain;
    bool last;

    timer_end(vcpu);
    port_wait_end(vcpu);
    if (vcpu->reporting) {
        report(vcpu);
    }
    vcpu_unload(vcpu);
    if (vcpu->number != 0) {
        scheduler_remove(vcpu, VCPU_ENDED);
        return false;
    }
    lock_take(&domain->lock, LOCK_DOMAIN);
    last = domain->up == 1;
    if (last) {
        scheduler_add(vcpu, VCPU_BLOCKED);
    } else {
        vcpu_attention(vcpu, ATTENTION_END);
        scheduler_remove(vcpu, VCPU_BLOCKED);
    }
    lock_put(&domain->lock, LOCK_DOMAIN);
    return last;
}

static void regions_put(const struct domain *domain)
{
    for (unsigned i = 0; i < PV_SHARE_LIMIT && domain->regions[i] != NULL; i++) {
        region_put(domain->regions[i]);
    }
}

/* The last part: what the hypervisor kept for it. */
static void bury_close(struct domain *domain)
{
    char name[DOMAIN_NAME];
    uint64_t frames = domain->frames_given;
    bool focused;

    memcpy(name, domain->name, sizeof(name));
    scheduler_abandon(processor_self());
    regions_put(domain);
    focused = destroy(domain);
    log_info("%s: %lu frames returned, %lu free", name, frames, frame_free_count());
    if (focused) {
        domains_hold();
        console_focus_set(console_focus());
        domains_release();
    }
    count_less();
    domain_last_check();
}

bool domain_bury(struct domain *domain)
{
    if (domain->frames_given == 0) {
        domain->frames_given = domain->frames.count;
    }
    if (!port_close_some(domain)) {
        return false;
    }
    assert(cr3_read() == paging_root()); /* what is given back may have been its tables */
    memory_release(domain, BURY_SLICE);
    if (domain->frames.count != 0) {
        return false;
    }
    bury_close(domain);
    return true;
}

uint64_t domain_processors(uint64_t vcpus)
{
    const struct domain *domain = vcpu_current()->domain;
    uint64_t set = 0;

    for (unsigned i = 0; i < domain->vcpu_count; i++) {
        if ((vcpus >> i & 1) != 0) {
            set |= processor_bit(__atomic_load_n(&domain->vcpus[i]->entry.processor, __ATOMIC_RELAXED));
        }
    }
    return set;
}

void domain_on_exit_set(enum on_exit what)
{
    all.on_exit = what;
    all.last_matters = true;
}

static void last_do(void)
{
    uint64_t lost = all.free_before != 0 ? all.free_before - frame_free_count() : 0;

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

void domain_last_check(void)
{
    domains_hold();
    if (all.last_matters && all.count == 0) {
        all.last_matters = false;
        last_do();
    }
    domains_release();
}
