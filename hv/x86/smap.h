// SPDX-License-Identifier: MIT
/*
 * Opening and closing access to guest memory (Intel SDM vol. 3, 4.6: SMAP), for C and for assembly. Each use
 * is recorded, so that a processor without SMAP gets a no-op of the same three bytes at boot.
 */
#ifndef PV_X86_SMAP_H
#define PV_X86_SMAP_H

#ifdef __ASSEMBLER__
// clang-format off

.macro smap_site instruction
661:    \instruction
        .pushsection .smap_sites, "a"
        .quad   661b
        .popsection
.endm
#define STAC smap_site stac
#define CLAC smap_site clac

// clang-format on
#else

#define SMAP_SITE(instruction)                                                                               \
    "661: " instruction "\n.pushsection .smap_sites, \"a\"\n.quad 661b\n.popsection\n"
#define STAC SMAP_SITE("stac")
#define CLAC SMAP_SITE("clac")

/**
 * Replaces every STAC and CLAC by a no-op. Only while the boot tables are loaded: they allow writing to code.
 */
void smap_remove(void);

#endif
#endif
