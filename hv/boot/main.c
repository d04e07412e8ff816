// SPDX-License-Identifier: MIT
/*
 * The order in which the hypervisor comes up. What fails before there is a guest is said in one line, and the
 * machine stops.
 */
#include "boot/display.h"
#include "boot/loader.h"
#include "boot/memory.h"
#include "boot/options.h"
#include "boot/processors.h"
#include "core/dispatch.h"
#include "core/log.h"
#include "core/panic.h"
#include "core/scheduler.h"
#include "core/terminal.h"
#include "lib/acpi.h"
#include "x86/apic.h"
#include "x86/clock.h"
#include "x86/guest_access.h"
#include "x86/input.h"
#include "x86/instruction.h"
#include "x86/interrupt.h"
#include "x86/paging.h"
#include "x86/power.h"
#include "x86/processor.h"
#include "x86/rtc.h"
#include "x86/serial.h"

/* What is known only after the image was linked: an identity, for tools that check which image they run. */
extern const char build_identity[];

static struct boot_info info;
static struct acpi_machine machine;

__attribute__((noreturn)) static void refuse(const char *what, const char *why)
{
    log_error("cannot run: %s%s", what, why);
    processor_halt();
}

static struct boot_options options_open(void)
{
    struct boot_options options;
    char error[160];

    if (!boot_options_read(info.command_line, &options, error, sizeof(error))) {
        refuse("command line: ", error);
    }
    log_level_set((enum log_level)options.log_level);
    if (options.console == CONSOLE_SCREEN) {
        terminal_sinks_remove();
    }
    if (options.console != CONSOLE_SERIAL) {
        display_open(&info.framebuffer);
    }
    return options;
}

/* Nothing may be printed between the mapping of the screen and the loading of the tables. */
static void memory_start(uint32_t information, const struct boot_options *options)
{
    const char *error = memory_open(&info, information, *(const uint32_t *)direct(information));

    if (error != NULL) {
        refuse("memory map: ", error);
    }
    if (options->console != CONSOLE_SERIAL) {
        display_map(&info.framebuffer);
    }
    error = memory_load();
    if (error != NULL) {
        refuse("memory map: ", error);
    }
    log_debug("%lu MiB free", frame_free_count() >> (20 - PAGE_SHIFT));
}

static void symbols_open(void)
{
    struct symbol_table symbols;

    if (symbol_table_from_sections(&symbols, info.sections.headers, info.sections.count,
                                   info.sections.entry_size, memory_reach)) {
        panic_symbols_set(&symbols);
    }
}

/* ACPI's tables lie in memory that only the boot tables map. */
static void firmware_open(void)
{
    struct acpi_power power;
    struct acpi acpi;

    acpi_open(&acpi, info.rsdp, info.rsdp_size, memory_boot_map);
    acpi_machine_read(&acpi, &machine);
    acpi_power_read(&acpi, &power);
    power_open(&power);
}

static void processor_start(void)
{
    char missing[80];

    interrupt_table_fill();
    scheduler_open(&processors[0]);
    if (!processor_begin(&processors[0])) {
        refuse("memory: ", "none for stacks");
    }
    processor_features_missing(missing, sizeof(missing));
    if (missing[0] != '\0') {
        log_info("this processor does not have%s", missing);
    }
}

static void devices_open(void)
{
    interrupt_8259_mask();
    if (!apic_open(&machine)) {
        refuse("memory: ", "none for device registers");
    }
    clock_open();
    rtc_open();
    log_debug("time-stamp counter at %lu kHz", clock_tsc_khz());
}

/* None starts before all are loaded, so that their numbers are those of their modules. */
static void guests_start(void)
{
    unsigned loaded = 0;

    if (info.module_count == 0) {
        refuse("", "no guest: GRUB gave no module");
    }
    for (unsigned i = 0; i < info.module_count; i++) {
        loaded += loader_load(&info.modules[i], i) ? 1 : 0;
    }
    if (loaded == 0) {
        log_error("no guest could be started");
    }
    loader_start();
}

/* Called by the entry code on the boot stack, with the address of the boot loader's information. */
void boot_main(uint32_t information);

void boot_main(uint32_t information)
{
    uint64_t began = tsc_read();
    struct boot_options options;
    const char *error;

    fixup_open();
    if (serial_open()) {
        terminal_sink_add(serial_write);
    }
    error = multiboot2_read(direct(information), (1ull << 32) - information, &info);
    if (error != NULL) {
        refuse("boot information: ", error);
    }
    options = options_open();
    log_info("Paravane %u.%u, build %s", PV_VERSION_MAJOR, PV_VERSION_MINOR, build_identity);
    error = processor_features_enable();
    if (error != NULL) {
        refuse("this processor has no ", error);
    }
    firmware_open();
    memory_start(information, &options);
    symbols_open();
    processor_start();
    devices_open();
    processors_start(&machine, memory_low_page());
    guests_start();
    input_open();
    log_info("started in %lu ticks", tsc_read() - began);
    domain_on_exit_set((enum on_exit)options.on_exit);
    domain_last_check();
    dispatch();
}
