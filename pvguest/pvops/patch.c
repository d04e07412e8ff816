// SPDX-License-Identifier: MIT
// Text is written through the map of all memory: where it runs it is read-only.
#include "pvops/patch.h"

#include "pvops/backend.h"
#include "pvops/native.h"
#include "pvops/paging.h"

// Encodings (Intel SDM volume 2).
enum { OPCODE_CALL = 0xe8, CALL_SIZE = 5, OPCODE_JUMP_SHORT = 0xeb, JUMP_SIZE = 2, NOP_MAX = 9 };

// The recommended instructions of each length that do nothing (Intel SDM volume 2, NOP).
static const uint8_t nops[NOP_MAX + 1][NOP_MAX] = {
    [1] = {0x90},
    [2] = {0x66, 0x90},
    [3] = {0x0f, 0x1f, 0x00},
    [4] = {0x0f, 0x1f, 0x40, 0x00},
    [5] = {0x0f, 0x1f, 0x44, 0x00, 0x00},
    [6] = {0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00},
    [7] = {0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00},
    [8] = {0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
    [9] = {0x66, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
};

static const struct pv_template *template_find(const struct pv_template *templates, size_t operation)
{
    while (templates->text && templates->operation != operation)
        templates++;
    return templates->text ? templates : NULL;
}

// The function of an operation: every member of struct pvops is a pointer.
static uint64_t function_of(const struct pvops *backend, size_t operation)
{
    return *(const uintptr_t __attribute__((may_alias)) *)((const char *)backend + operation);
}

static unsigned template_put(uint8_t *text, const struct pv_template *template)
{
    unsigned length = (unsigned)(template->end - template->text);

    for (unsigned i = 0; i < length; i++)
        text[i] = (uint8_t) template->text[i];
    return length;
}

static unsigned call_put(uint8_t *text, uint64_t from, uint64_t to)
{
    uint64_t distance = to - (from + CALL_SIZE);

    text[0] = OPCODE_CALL;
    for (unsigned i = 1; i < CALL_SIZE; i++)
        text[i] = (uint8_t)(distance >> 8 * (i - 1));
    return CALL_SIZE;
}

// One instruction that does nothing, whatever the length.
static void rest_fill(uint8_t *text, unsigned length)
{
    unsigned i = 0;

    if (length > NOP_MAX) {
        text[i++] = OPCODE_JUMP_SHORT;
        text[i++] = (uint8_t)(length - JUMP_SIZE);
        while (i < length)
            text[i++] = nops[1][0];
    }
    for (const uint8_t *nop = nops[length - i]; i < length; i++)
        text[i] = *nop++;
}

static void site_patch(const struct pv_site *site, const struct pvops *backend,
                       const struct pv_template *templates)
{
    const struct pv_template *template = template_find(templates, site->operation);
    volatile uint8_t *at = (volatile uint8_t *)paging_physmap(site->address - NATIVE_IMAGE);
    uint8_t text[PV_SITE_LIMIT] = {0};
    unsigned length;

    if (template && template->end - template->text <= site->length)
        length = template_put(text, template);
    else
        length = call_put(text, site->address, function_of(backend, site->operation));
    rest_fill(text + length, site->length - length);
    for (unsigned i = 0; i < site->length; i++)
        at[i] = text[i];
}

// The processor has not fetched these sites but for those of this start, and an instruction that it cannot
// run ahead of comes before the next (Intel SDM volume 3, section 9.1.3).
void pv_sites_patch(const struct pvops *backend, const struct pv_template *templates)
{
    struct pv_cpuid id;

    for (const struct pv_site *site = __start_pv_sites; site < __stop_pv_sites; site++)
        site_patch(site, backend, templates);
    backend->cpu.cpuid(0, 0, &id);
}
