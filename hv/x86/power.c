// SPDX-License-Identifier: MIT
/*
 * Power off through ACPI's sleep state S5 (ACPI Specification 6.4, 4.8.3.2 and 7.4.2), reset through ACPI's
 * register, the chip set's (port 0xcf9) and at last the keyboard controller's.
 */
#include "x86/power.h"

#include "x86/instruction.h"

#define SLEEP_ENABLE       (1u << 13)
#define SLEEP_TYPE_SHIFT   10
#define RESET_SPACE_PORT   1
#define RESET_CONTROL      0xcf9
#define RESET_HARD         0x06
#define KEYBOARD_COMMAND   0x64
#define KEYBOARD_RESET     0xfe
#define ACPI_MODE_ATTEMPTS 100000

static struct acpi_power power;

void power_open(const struct acpi_power *how)
{
    power = *how;
}

static void acpi_mode_enter(void)
{
    if (power.smi_command == 0 || (port_read16(power.pm1a_control) & 1) != 0) {
        return;
    }
    port_write8(power.smi_command, power.acpi_enable);
    for (unsigned i = 0; i < ACPI_MODE_ATTEMPTS && (port_read16(power.pm1a_control) & 1) == 0; i++) {
        processor_relax();
    }
}

void power_off(void)
{
    if (power.off_present) {
        acpi_mode_enter();
        port_write16(power.pm1a_control,
                     (uint16_t)((unsigned)power.sleep_type_a << SLEEP_TYPE_SHIFT | SLEEP_ENABLE));
        if (power.pm1b_control != 0) {
            port_write16(power.pm1b_control,
                         (uint16_t)((unsigned)power.sleep_type_b << SLEEP_TYPE_SHIFT | SLEEP_ENABLE));
        }
    }
    processor_halt();
}

void power_reset(void)
{
    if (power.reset.present && power.reset.address_space == RESET_SPACE_PORT) {
        port_write8((uint16_t)power.reset.address, power.reset.value);
    }
    port_write8(RESET_CONTROL, RESET_HARD);
    port_write8(KEYBOARD_COMMAND, KEYBOARD_RESET);
    processor_halt();
}
