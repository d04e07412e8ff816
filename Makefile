# SPDX-License-Identifier: MIT
# Paravane: everything is built, run and tested from here; `make help` lists the targets.
#
# One makefile for the whole tree, everything it makes under $(BUILD). Sources are found by wildcard: a new file needs
# no new line. What an object was compiled with (compiler, flags) is a file that it depends on, so a change of either
# rebuilds it. The Debian packages of tools/packages are looked for first, and installed where that is possible.

CC    := gcc
BUILD := build

# What `make run` and `make debug` start: a menu entry of tools/grub.cfg on a machine.
MODE   := hypercall
SMP    := 1
MEM    := 256
UEFI   :=
SCREEN :=

# Which tests `make boot-test` runs, on SMP processors: a pattern for suite and name. Nothing: all, as `make test` does.
SUITES :=

# How long each fuzzer runs, and how long guests are stopped by chance.
FUZZ_SECONDS := 20
MINUTES := 10

# 1: the hypervisor checks itself, at the expense of its costs. For a BUILD of its own.
DEBUG :=

# The room that the hypervisor may take: text and data, without symbols.
HV_SIZE_LIMIT := 131072

# As many jobs as there are processors; a -j on the command line has the last word.
MAKEFLAGS += --no-builtin-rules --no-builtin-variables --no-print-directory -j$(shell nproc)
.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:
.DEFAULT_GOAL := all

V :=
Q := $(if $(filter 1,$(V)),,@)

# $(call say,VERB,WHAT): the short line that stands for a command, unless V=1 shows the command itself.
say = $(if $(filter 1,$(V)),@:,@printf '  %-7s %s\n' '$(1)' '$(2)$(3)')

# $(call sources,FOLDER,EXTENSIONS): the sources in a folder and the two levels below it.
sources = $(sort $(foreach e,$(2),$(wildcard $(1)/*.$(e) $(1)/*/*.$(e) $(1)/*/*/*.$(e))))

# $(call stamp,FILE,VARIABLE): a file that changes exactly when the variable's value does.
define stamp
ifneq ($$(strip $$(file <$(1))),$$(strip $$($(2))))
$$(shell mkdir -p $(dir $(1)))
$$(file >$(1),$$(strip $$($(2))))
endif
endef

# ---------------------------------------------------------------------------------------------------------- packages

quiet_goals := clean distclean help
building    := $(filter-out $(quiet_goals),$(or $(MAKECMDGOALS),all))

ifneq ($(building),)
include $(BUILD)/packages.mk
endif

$(BUILD)/packages.mk: tools/packages tools/install-packages $(wildcard /var/lib/dpkg/status)
	@mkdir -p $(@D)
	$(Q)tools/install-packages tools/packages
	@echo '# The packages of tools/packages are installed.' >$@

# ------------------------------------------------------------------------------------------------------------- flags

WARNINGS    := -Wall -Wextra -Werror
COMPILER    := $(CC) $(shell $(CC) -dumpfullversion -dumpversion 2>/dev/null)
COMPILER_H  := $(shell $(CC) -print-file-name=include 2>/dev/null)
BARE_FLAGS  := -std=gnu11 -O2 -g $(WARNINGS) -ffreestanding -nostdinc -isystem $(COMPILER_H) -mno-red-zone \
               -fno-stack-protector -fno-omit-frame-pointer -fcf-protection=none

# Nothing in the hypervisor wants its stack aligned to 16 bytes. Each compiler has its own way of saying so.
STACK_8     := $(if $(findstring clang,$(shell $(CC) --version 2>/dev/null)),-mstack-alignment=8,-mpreferred-stack-boundary=3)
HV_FLAGS    := $(BARE_FLAGS) -mgeneral-regs-only $(STACK_8) -fpie -include hv/lib/visibility.h -momit-leaf-frame-pointer \
               -fno-asynchronous-unwind-tables -I. -Ihv -Ihv/x86/machine -I$(BUILD)/gen \
               $(if $(DEBUG),-DPV_CHECK_LOCKS)
GUEST_FLAGS := $(BARE_FLAGS) -mcmodel=kernel -fno-pic -fno-pie -fno-asynchronous-unwind-tables \
               -ffunction-sections -fdata-sections -I. -Ipvguest
PVOPS_FLAGS  = $(GUEST_FLAGS) -mgeneral-regs-only -momit-leaf-frame-pointer
KERNEL_FLAGS = $(PVOPS_FLAGS) -isystem $(BUILD)/newlib/include
MONITOR_FLAGS = $(GUEST_FLAGS) -isystem $(BUILD)/newlib/include
USER_FLAGS  := -std=gnu11 -O2 -g $(WARNINGS) -nostdinc -isystem $(COMPILER_H) -isystem pvguest/user/include \
               -isystem $(BUILD)/newlib/include -D_GNU_SOURCE -fno-pic -fno-pie -fno-stack-protector -fcf-protection=none \
               -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections -Ipvguest
TOOL_FLAGS  := -std=gnu11 -O2 -g $(WARNINGS) -D_GNU_SOURCE -I. -Ihv
SANITIZE    := -fsanitize=address,undefined -fno-sanitize-recover=all
UNIT_FLAGS  := -std=gnu11 -O1 -g $(WARNINGS) -D_GNU_SOURCE -fno-omit-frame-pointer $(SANITIZE) -I. -Ihv -Itests/mm -Ipvguest
BOOT_FLAGS  := $(TOOL_FLAGS)

# The memory manager as it is in the hypervisor, but for the machine under it.
BENCH_HOST_FLAGS := $(TOOL_FLAGS) -Itools/bench-host
BENCH_MM_FLAGS   := $(subst -Ihv/x86/machine,-Itools/bench-host,$(HV_FLAGS))

# The memory manager on a machine of a few frames. PLANTED names the mistake of tests/planted to put into it first.
MODEL_FLAGS := $(TOOL_FLAGS) -DMACHINE_FRAMES=8 -Itests/mm
MODEL       := quick
PLANTED     :=

# The fuzzers need clang, whatever compiles the rest.
FUZZ_CC     := clang
FUZZ_FLAGS  := $(UNIT_FLAGS) -fsanitize=fuzzer-no-link

HV_LDFLAGS    := -static -nostdlib -no-pie -z max-page-size=4096 -z noexecstack --build-id=none \
                 --orphan-handling=error --fatal-warnings
USER_LDFLAGS  := -static -nostdlib -no-pie -z max-page-size=4096 -z noexecstack --build-id=none --gc-sections
GUEST_LDFLAGS := -static -nostdlib -no-pie -z max-page-size=4096 -z noexecstack --build-id=none --gc-sections

# ----------------------------------------------------------------------------------------------------------- sources

HV_SRC     := $(filter-out hv/x86/offsets.c $(if $(DEBUG),,hv/core/lock_order.c),$(call sources,hv,c S))
PVOPS_SRC  := $(call sources,pvguest/pvops,c S)
KERNEL_SRC := $(call sources,pvguest/kernel,c S)
MONITOR_SRC := $(wildcard tests/guests/monitor/*.[cS])
USER_LIB_SRC := $(wildcard pvguest/user/lib/*.[cS])
USER_SRC   := $(wildcard pvguest/user/*/*.c)
TOOL_SRC   := $(wildcard tools/*.c)
BENCH_SRC  := $(wildcard tools/bench/*.c)
BENCH_HOST_SRC := $(wildcard tools/bench-host/*.c)
UNIT_SRC   := $(wildcard tests/unit/*.c)
FUZZ_SRC   := $(wildcard tests/fuzz/*.c)
FUZZ_PARTS := $(wildcard tests/fuzz/mmu/*.c)
BOOT_SRC   := $(wildcard tests/boot/*.c)
LOADER_SRC := $(wildcard tests/boot/loader/*.[cS])
RUNTIME    := $(wildcard tests/guests/runtime/*.[cS])
GUESTS     := $(filter-out runtime monitor,$(sort $(patsubst tests/guests/%/,%,$(dir $(wildcard tests/guests/*/*.[cS])))))

# The parts of the hypervisor that the host's tests link: no hardware access in them. string.c is left to
# tests/unit, which compiles it under other names: its own are the C library's.
HOSTED_SRC := $(filter-out hv/lib/string.c,$(wildcard hv/lib/*.c)) \
              $(wildcard $(addprefix hv/emulate/,apic.c decode.c operand.c pic.c pit.c store.c store_apply.c uart.c)) \
              $(wildcard $(addprefix hv/x86/,screen.c surface.c font.c keyboard.c)) \
              hv/core/line.c hv/core/terminal.c $(wildcard hv/mm/*.c) $(wildcard $(addprefix pvguest/kernel/,line.c queue.c stream.c tar.c))

# What the unit tests link beside that, above a stand-in of their own for domains and virtual CPUs.
UNIT_HOSTED := hv/core/port.c

# The modelled machine under hv/mm, and what must always hold of it.
MACHINE_SRC := $(wildcard tests/mm/*.c)

# The parts of the model that do not compile the memory manager's headers with code in them, and those that do.
MODEL_PARTS := $(filter-out tests/model/step.c,$(wildcard tests/model/*.c)) $(MACHINE_SRC)
MODEL_MM    := tests/model/step.c $(wildcard hv/mm/*.c)
MISTAKES    := $(patsubst tests/planted/%.patch,%,$(wildcard tests/planted/*.patch))

SMALL      := boot/%.c.o lib/%.c.o $(patsubst %,core/%.c.o,console line log monitor panic registers_print terminal) \
              $(patsubst %,emulate/%.c.o,apic apic_msr board msr pic pit port uart) \
              $(patsubst %,x86/%.c.o,font input keyboard power screen serial surface)

HV_OBJ     := $(HV_SRC:%=$(BUILD)/obj/%.o)
PVOPS_OBJ  := $(PVOPS_SRC:%=$(BUILD)/obj/%.o)
KERNEL_OBJ := $(KERNEL_SRC:%=$(BUILD)/obj/%.o)
MONITOR_OBJ := $(MONITOR_SRC:%=$(BUILD)/obj/%.o)
USER_LIB_OBJ := $(USER_LIB_SRC:%=$(BUILD)/obj/%.o)

# A program for the guest's users is a file of pvguest/user/bin, or a folder beside it.
USER_FOLDERS := $(filter-out bin lib include root,$(sort $(patsubst pvguest/user/%/,%,$(dir $(wildcard pvguest/user/*/*.c)))))
USER_NAMES := $(patsubst pvguest/user/bin/%.c,%,$(wildcard pvguest/user/bin/*.c)) $(USER_FOLDERS)
USER_ELFS  := $(USER_NAMES:%=$(BUILD)/user/%.elf)
USER_ROOT  := $(shell find pvguest/user/root -type f 2>/dev/null)
user_obj    = $(patsubst %,$(BUILD)/obj/%.o,$(if $(filter $(1),$(USER_FOLDERS)),$(wildcard pvguest/user/$(1)/*.c),pvguest/user/bin/$(1).c))
TOOLS      := $(TOOL_SRC:tools/%.c=$(BUILD)/tools/%) $(BUILD)/tools/bench $(BUILD)/tools/bench-host
BENCH_HOST_OBJ := $(patsubst %,$(BUILD)/bench-host/%.o,$(BENCH_HOST_SRC) $(wildcard hv/mm/*.c))
UNIT_OBJ   := $(UNIT_SRC:%=$(BUILD)/unit/%.o) $(MACHINE_SRC:%=$(BUILD)/unit/%.o) \
              $(patsubst %,$(BUILD)/unit/%.o,$(HOSTED_SRC) $(UNIT_HOSTED))
FUZZ_OBJ   := $(patsubst %,$(BUILD)/fuzz/%.o,$(HOSTED_SRC) $(MACHINE_SRC) $(FUZZ_PARTS))
FUZZERS    := $(FUZZ_SRC:tests/fuzz/%.c=$(BUILD)/fuzz/%)
MODEL_OBJ  := $(MODEL_PARTS:%=$(BUILD)/model/%.o)
BOOT_OBJ   := $(BOOT_SRC:%=$(BUILD)/boot/%.o)
LOADER_OBJ := $(LOADER_SRC:%=$(BUILD)/obj/%.o)
GUEST_ELFS := $(GUESTS:%=$(BUILD)/guests/%.elf) $(BUILD)/guests/monitor.elf
guest_obj   = $(patsubst %,$(BUILD)/obj/%.o,$(wildcard tests/guests/$(1)/*.[cS]) $(RUNTIME))

ifneq ($(building),)
flags_hv     := $(COMPILER) $(HV_FLAGS) $(SMALL)
flags_pvops  := $(COMPILER) $(PVOPS_FLAGS)
flags_kernel := $(COMPILER) $(KERNEL_FLAGS)
flags_guests := $(COMPILER) $(GUEST_FLAGS)
flags_user   := $(COMPILER) $(USER_FLAGS)
flags_host   := $(COMPILER) $(MODEL_FLAGS) $(TOOL_FLAGS) $(UNIT_FLAGS)
flags_fuzz   := $(FUZZ_CC) $(FUZZ_FLAGS)
link_hv      := $(HV_LDFLAGS) $(HV_OBJ)
link_guest   := $(GUEST_LDFLAGS) $(PVOPS_OBJ) $(KERNEL_OBJ)
link_user    := $(USER_LDFLAGS) $(USER_NAMES) $(USER_SRC) $(USER_LIB_SRC) $(USER_ROOT)
link_guests  := $(GUEST_LDFLAGS) $(MONITOR_OBJ) $(foreach g,$(GUESTS),$(call guest_obj,$(g)))
link_host    := $(MODEL_OBJ) $(UNIT_OBJ) $(BOOT_OBJ) $(FUZZ_OBJ) $(BENCH_HOST_OBJ)
$(foreach s,flags_hv flags_pvops flags_kernel flags_guests flags_user flags_host flags_fuzz link_hv link_guest link_guests link_user \
            link_host,$(eval $(call stamp,$(BUILD)/stamps/$(s),$(s))))
endif
stamp_of = $(BUILD)/stamps/$(1)

# ----------------------------------------------------------------------------------------------------------- targets

.PHONY: all iso run test unit fuzz boot-test soak bench bench-host debug seeds reference lint lint-cppcheck lint-tidy lint-format lint-kernel lines format model planted port-model \
        clean distclean help size-check reference-check FORCE

all: $(BUILD)/hv.elf $(BUILD)/hv.lst $(BUILD)/guest.elf $(BUILD)/guest.lst $(GUEST_ELFS) $(TOOLS) ## build hypervisor, guests and host tools (the default)

iso: $(BUILD)/paravane.iso ## build the boot image, for BIOS and UEFI

run: $(BUILD)/paravane.iso ## boot it in QEMU (MODE=hypercall|trap|mixed|native|bench SMP=n MEM=megabytes UEFI=1 SCREEN=1)
	$(Q)exec env $(run_env) tools/run $<

debug: $(BUILD)/paravane.iso ## the same, stopped at the hypervisor's first instruction, with gdb attached
	$(Q)exec env $(run_env) tools/run --debug $<

# What tools/run is told. It and the tests replace the shell of their recipe, so that a signal to make reaches them.
run_env = BUILD='$(BUILD)' MODE='$(MODE)' SMP='$(SMP)' MEM='$(MEM)' UEFI='$(UEFI)' SCREEN='$(SCREEN)'

BOOT_TEST_PARTS := $(BUILD)/tests/boot $(BUILD)/tests/loader.elf $(BUILD)/paravane.iso $(GUEST_ELFS) $(BUILD)/debug/hv.elf

test: size-check reference-check $(BUILD)/tests/unit $(BUILD)/tests/model $(FUZZERS) $(BOOT_TEST_PARTS) ## run every test
	$(run_unit)
	$(call run_model,$(BUILD)/tests/model,quick)
	$(run_fuzz)
	$(run_boot)

unit: $(BUILD)/tests/unit ## run the unit tests, on the host
	$(run_unit)

fuzz: $(if $(PLANTED),$(BUILD)/planted/$(PLANTED)/mmu,$(FUZZERS)) ## run each fuzzer for FUZZ_SECONDS (20) on a copy of its corpus (PLANTED=mistake)
	$(if $(PLANTED),$(call run_fuzzer,mmu,$(BUILD)/planted/$(PLANTED)),$(run_fuzz))

boot-test: $(BOOT_TEST_PARTS) ## run the tests that boot the image in QEMU (SUITES='console/*' SMP=n: these alone)
	$(if $(SUITES),$(run_suites),$(run_boot))

soak: $(BUILD)/tests/boot $(BUILD)/guest.elf $(GUEST_ELFS) ## guests of all kinds, stopped by chance, again and again (MINUTES=10)
	$(call say,SOAK,$(MINUTES) minutes)
	$(Q)exec env PARAVANE_BUILD='$(BUILD)' PARAVANE_STRESS=$$(($(MINUTES) * 60)) $(BUILD)/tests/boot --filter 'stress/*'

bench: $(BUILD)/tools/bench $(BUILD)/paravane.iso ## measure hypercall against trap; fails when a budget is broken
	$(Q)$(BUILD)/tools/bench --iso $(BUILD)/paravane.iso --json $(BUILD)/bench.json

model: $(BUILD)/$(if $(PLANTED),planted/$(PLANTED),tests)/model ## explore all states of the memory manager on a tiny machine (MODEL=quick|full|NAME PLANTED=mistake)
	$(call run_model,$<,$(MODEL))

port-model: ## explore a model of event channels with spin, and see that it finds every mistake that is put into it
	$(call say,MODEL,ports)
	$(Q)tests/model/port-check $(BUILD)/port-model

planted: $(MISTAKES:%=$(BUILD)/planted/%/model) port-model ## see that the models find every mistake of tests/planted, and of event channels
	$(Q)$(foreach m,$(MISTAKES),tests/planted/find $(BUILD)/planted/$(m) quick &&) true

bench-host: $(BUILD)/tools/bench-host ## measure the memory manager on this processor, in nanoseconds for each entry
	$(Q)$< --json $(BUILD)/bench-host.json

define run_unit
$(call say,TEST,unit)
$(Q)$(BUILD)/tests/unit --timeout 20
endef

define run_model
$(call say,MODEL,$(2) $(PLANTED))
$(Q)$(1) $(2)
endef

run_fuzz = $(foreach f,$(notdir $(FUZZERS)),$(call run_fuzzer,$(f),$(BUILD)/fuzz))

# What was found is left in $(BUILD)/fuzz under the fuzzer's name, and so is all that it said.
define run_fuzzer
$(call say,FUZZ,$(1) for $(FUZZ_SECONDS) seconds)
$(Q)rm -rf $(BUILD)/fuzz/corpus/$(1) && mkdir -p $(BUILD)/fuzz/corpus/$(1)
$(Q)cp tests/fuzz/corpus/$(1)/* $(BUILD)/fuzz/corpus/$(1)/
$(Q)$(2)/$(1) -max_total_time=$(FUZZ_SECONDS) -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 \
    -artifact_prefix=$(2)/$(1)- $(BUILD)/fuzz/corpus/$(1) >$(2)/$(1).log 2>&1 || \
    { tail -n 50 $(2)/$(1).log >&2; exit 1; }
@awk '/number_of_executed_units/ { printf "  %-7s %d inputs, no finding\n", "", $$2 }' $(2)/$(1).log

endef

# What boots the image is tried on one processor, and on two and four but for suites to which their number is nothing;
# with a hypervisor that checks its locks, what takes many of them, and the suite of stress, which is long.
boot_test = env PARAVANE_BUILD='$(BUILD)' PARAVANE_HV='$(3)' PARAVANE_SMP=$(1) \
            $(BUILD)/tests/boot --jobs 2 --timeout 300 --filter '$(2)'
ONE_IS_ENOUGH := !(clocks|image|lies|mappings|modules|native*|patch|screen|start|stress|unix*)/*
MANY_LOCKS    := @(console|end|mode|ports|shares|stress|vcpus)/*

define run_suites
$(call say,TEST,boot $(SUITES))
$(Q)exec $(call boot_test,$(SMP),$(SUITES),hv.elf)
endef

define run_boot
$(call say,TEST,boot)
$(Q)$(call boot_test,1,!(stress)/*,hv.elf)
$(call say,TEST,boot, on two processors)
$(Q)$(call boot_test,2,$(ONE_IS_ENOUGH),hv.elf)
$(call say,TEST,boot, on four processors)
$(Q)$(call boot_test,4,$(ONE_IS_ENOUGH),hv.elf)
$(call say,TEST,boot, on four processors with locks checked)
$(Q)exec $(call boot_test,4,$(MANY_LOCKS),debug/hv.elf)
endef

# -------------------------------------------------------------------------------------------------------- hypervisor

# Handlers of calls are counted by the instruction: they go without frame pointers. They keep every register, so the
# last thing that they do is no jump to another function, which keeps fewer: clang 14 would. What runs once, or for
# people, is to be small.
$(BUILD)/obj/hv/call/%.c.o: OWN_FLAGS := -fomit-frame-pointer -fno-optimize-sibling-calls
$(addprefix $(BUILD)/obj/hv/,$(SMALL)): OWN_FLAGS := -Os

$(BUILD)/obj/hv/%.c.o: hv/%.c $(call stamp_of,flags_hv)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(HV_FLAGS) $(OWN_FLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/hv/%.S.o: hv/%.S $(BUILD)/gen/offsets.h $(call stamp_of,flags_hv)
	$(call say,AS,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(HV_FLAGS) -MMD -MP -c -o $@ $<

# Lines of the form `->NAME value` in the compiler's output are the offsets and sizes that assembly needs.
$(BUILD)/gen/offsets.h: hv/x86/offsets.c $(call stamp_of,flags_hv)
	$(call say,GEN,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(HV_FLAGS) -g0 -MMD -MP -MT $@ -S -o $(@:.h=.s) $<
	$(Q)sed -n 's/.*->\([A-Za-z0-9_]*\) \$$\{0,1\}\(-\{0,1\}[0-9][0-9]*\).*/#define \1 \2/p' $(@:.h=.s) >$@
	$(Q)grep -q define $@ || { echo '$<: no offsets found in its assembly' >&2; exit 1; }

# The image's identity, `const char build_identity[]`: the hypervisor prints it, and who measures looks for it in hv.elf.
$(BUILD)/gen/identity.c: hv/boot/hv.ld $(HV_OBJ) $(call stamp_of,link_hv)
	$(Q)identity=$$(cat hv/boot/hv.ld $(HV_OBJ) | sha256sum | cut -c1-16) && printf '%s\n' \
	    'extern const char build_identity[];' "const char build_identity[] = \"$$identity\";" >$@

$(BUILD)/gen/identity.o: $(BUILD)/gen/identity.c
	$(Q)$(CC) $(HV_FLAGS) -c -o $@ $<

$(BUILD)/hv.elf: hv/boot/hv.ld $(HV_OBJ) $(BUILD)/gen/identity.o $(call stamp_of,link_hv)
	$(call say,LD,$@)
	$(Q)ld $(HV_LDFLAGS) -Map=$(@:.elf=.map) -T $< -o $@ $(HV_OBJ) $(BUILD)/gen/identity.o
	$(Q)grub-file --is-x86-multiboot2 $@ || { echo '$@: GRUB finds no multiboot2 header in it' >&2; exit 1; }

# The one that checks itself.
$(BUILD)/debug/hv.elf: FORCE
	$(Q)MAKEFLAGS= $(MAKE) --no-print-directory BUILD='$(@D)' DEBUG=1 $@

size-check: $(BUILD)/hv.elf
	$(call say,SIZE,$<)
	$(Q)size $< | awk -v limit=$(HV_SIZE_LIMIT) 'NR == 2 { n = $$1 + $$2; \
	    printf "  %-7s %d bytes of text and data, %d allowed\n", "", n, limit; exit n > limit }'

# ------------------------------------------------------------------------------------------------------------ guests

# The C library of the guest lives outside the tree, since it takes a minute to build: $(BUILD)/newlib leads there.
$(BUILD)/newlib.stamp: tools/newlib $(wildcard /usr/src/newlib/*.tar.xz) \
                       $(if $(wildcard $(BUILD)/newlib/lib/libc.a),,FORCE)
	@mkdir -p $(@D)
	$(Q)tools/newlib $(BUILD)/newlib
	@touch $@

$(BUILD)/obj/pvguest/pvops/%.o: pvguest/pvops/% $(call stamp_of,flags_pvops)
	$(call say,$(if $(filter %.S,$<),AS,CC),$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(PVOPS_FLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/pvguest/kernel/%.o: pvguest/kernel/% $(call stamp_of,flags_kernel) $(BUILD)/newlib.stamp
	$(call say,$(if $(filter %.S,$<),AS,CC),$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(KERNEL_FLAGS) $(OWN_FLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/tests/guests/%.o: tests/guests/% $(call stamp_of,flags_guests)
	$(call say,$(if $(filter %.S,$<),AS,CC),$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(GUEST_FLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/libpvops.a: $(PVOPS_OBJ) $(call stamp_of,link_guest)
	$(call say,AR,$@)
	$(Q)rm -f $@
	$(Q)ar rcs $@ $(PVOPS_OBJ)

$(BUILD)/guest.elf: pvguest/pvops/kernel.ld $(KERNEL_OBJ) $(BUILD)/libpvops.a $(call stamp_of,link_guest)
	$(call say,LD,$@)
	$(Q)ld $(GUEST_LDFLAGS) -Map=$(@:.elf=.map) -T $< -o $@ $(KERNEL_OBJ) $(BUILD)/libpvops.a

# The files that the guest's kernel starts with, in one archive that is part of its image.
$(BUILD)/obj/pvguest/kernel/archive_data.S.o: OWN_FLAGS := -Wa,-I$(BUILD)
$(BUILD)/obj/pvguest/kernel/archive_data.S.o: $(BUILD)/user.tar
$(BUILD)/user.tar: $(USER_ELFS) $(USER_ROOT) $(call stamp_of,link_user)
	$(call say,TAR,$@)
	$(Q)rm -rf $(BUILD)/user/root && mkdir -p $(BUILD)/user/root/bin
	$(Q)for folder in $(wildcard pvguest/user/root/*); do cp -R $$folder $(BUILD)/user/root/; done
	$(Q)for name in $(USER_NAMES); do strip -o $(BUILD)/user/root/bin/$$name $(BUILD)/user/$$name.elf || exit 1; done
	$(Q)tar --format=ustar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
	    -C $(BUILD)/user/root -cf $@ .

# Headers of the C library count here, too: some of them are ours.
$(BUILD)/obj/pvguest/user/%.o: pvguest/user/% $(call stamp_of,flags_user) $(BUILD)/newlib.stamp
	$(call say,$(if $(filter %.S,$<),AS,CC),$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(USER_FLAGS) -MD -MP -c -o $@ $<

$(BUILD)/libuser.a: $(USER_LIB_OBJ) $(call stamp_of,link_user)
	$(call say,AR,$@)
	$(Q)rm -f $@
	$(Q)ar rcs $@ $(USER_LIB_OBJ)

define user_rule
$(BUILD)/user/$(1).elf: pvguest/user/user.ld $(call user_obj,$(1)) $(BUILD)/libuser.a $(call stamp_of,link_user)
	$$(call say,LD,$$@)
	@mkdir -p $$(@D)
	$$(Q)ld $$(USER_LDFLAGS) -T $$< -o $$@ $(call user_obj,$(1)) --start-group $$(BUILD)/libuser.a \
	    $$(BUILD)/newlib/lib/libm.a $$(BUILD)/newlib/lib/libc.a --end-group
endef
$(foreach n,$(USER_NAMES),$(eval $(call user_rule,$(n))))

# The kernel of commands that the tests give to the hypervisor: shim and C library, and nothing else.
$(BUILD)/obj/tests/guests/monitor/%.o: tests/guests/monitor/% $(call stamp_of,flags_guests) $(BUILD)/newlib.stamp
	$(call say,$(if $(filter %.S,$<),AS,CC),$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(MONITOR_FLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/guests/monitor.elf: pvguest/pvops/kernel.ld $(MONITOR_OBJ) $(BUILD)/libpvops.a $(BUILD)/newlib.stamp \
                             $(call stamp_of,link_guests)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)ld $(GUEST_LDFLAGS) -Map=$(@:.elf=.map) -T $< -o $@ $(MONITOR_OBJ) \
	    --start-group $(BUILD)/libpvops.a $(BUILD)/newlib/lib/libm.a $(BUILD)/newlib/lib/libc.a --end-group

# A test guest is a folder of tests/guests, linked with tests/guests/runtime and without a C library.
GUEST_LD := $(firstword $(wildcard tests/guests/guest.ld) pvguest/pvops/kernel.ld)
define guest_rule
$(BUILD)/guests/$(1).elf: $(GUEST_LD) $(call guest_obj,$(1)) $(BUILD)/libpvops.a $(call stamp_of,link_guests)
	$$(call say,LD,$$@)
	@mkdir -p $$(@D)
	$$(Q)ld $$(GUEST_LDFLAGS) -Map=$$(@:.elf=.map) -T $$< -o $$@ $(call guest_obj,$(1)) $$(BUILD)/libpvops.a
endef
$(foreach g,$(GUESTS),$(eval $(call guest_rule,$(g))))

$(BUILD)/%.lst: $(BUILD)/%.elf
	$(call say,OBJDUMP,$@)
	$(Q)objdump -d --no-show-raw-insn $< >$@

# ------------------------------------------------------------------------------------------------------------- image

$(BUILD)/paravane.iso: tools/iso tools/grub.cfg $(BUILD)/hv.elf $(BUILD)/guest.elf $(BUILD)/guests/monitor.elf
	$(call say,ISO,$@)
	$(Q)tools/iso $@ $(wordlist 2,$(words $^),$^)

# ------------------------------------------------------------------------------------------------- host tools, tests

$(BUILD)/tools/%: tools/%.c $(call stamp_of,flags_host)
	$(call say,HOSTCC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(TOOL_FLAGS) -MMD -MP -MF $@.d -o $@ $<

$(BUILD)/tools/bench: $(BENCH_SRC) $(wildcard tools/bench/*.h tools/bench/*.def abi/*) $(call stamp_of,flags_host)
	$(call say,HOSTCC,tools/bench)
	@mkdir -p $(@D)
	$(Q)$(CC) $(TOOL_FLAGS) -o $@ $(BENCH_SRC) -ljansson

$(BUILD)/bench-host/tools/%.o: tools/% $(call stamp_of,flags_host)
	$(call say,HOSTCC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(BENCH_HOST_FLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/bench-host/hv/%.o: hv/% $(call stamp_of,flags_hv)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(BENCH_MM_FLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tools/bench-host: $(BENCH_HOST_OBJ) $(call stamp_of,link_host)
	$(call say,HOSTLD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(BENCH_HOST_FLAGS) -o $@ $(BENCH_HOST_OBJ) -ljansson

$(BUILD)/unit/%.o: % $(call stamp_of,flags_host)
	$(call say,HOSTCC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(UNIT_FLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/unit: $(UNIT_OBJ) $(call stamp_of,link_host)
	$(call say,HOSTLD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(UNIT_FLAGS) -o $@ $(UNIT_OBJ) -lcriterion -lcapstone

$(BUILD)/boot/%.o: % $(call stamp_of,flags_host)
	$(call say,HOSTCC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(BOOT_FLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/model/%.o: % $(call stamp_of,flags_host)
	$(call say,HOSTCC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(MODEL_FLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/model: $(MODEL_OBJ) $(MODEL_MM:%=$(BUILD)/model/%.o) $(call stamp_of,link_host)
	$(call say,HOSTLD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(MODEL_FLAGS) -o $@ $(MODEL_OBJ) $(MODEL_MM:%=$(BUILD)/model/%.o)

# A copy of the memory manager with a mistake in it: $(BUILD)/planted/NAME/hv/mm, and what is compiled from it.
$(BUILD)/planted/%/stamp: tests/planted/%.patch $(wildcard hv/mm/*)
	$(call say,PLANT,$*)
	@rm -rf $(@D) && mkdir -p $(@D)/hv
	$(Q)cp -R hv/mm $(@D)/hv/ && patch --quiet --no-backup-if-mismatch -d $(@D) -p1 <$<
	@touch $@

$(BUILD)/planted/%/model: $(BUILD)/planted/%/stamp $(MODEL_OBJ) tests/model/step.c $(wildcard tests/m*/*.h)
	$(call say,HOSTLD,$@)
	$(Q)$(CC) -I$(@D)/hv $(MODEL_FLAGS) -o $@ $(patsubst hv/%,$(@D)/hv/%,$(MODEL_MM)) $(MODEL_OBJ)

# The boot loader that lies to the hypervisor, in 32-bit mode as QEMU's -kernel enters it.
LOADER_FLAGS := $(BARE_FLAGS) -m32 -march=i686 -mgeneral-regs-only -fno-pic -fno-pie -fno-asynchronous-unwind-tables -I.

$(BUILD)/obj/tests/boot/loader/%.o: tests/boot/loader/% $(call stamp_of,flags_guests)
	$(call say,$(if $(filter %.S,$<),AS,CC),$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LOADER_FLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/loader.elf: tests/boot/loader/loader.ld $(LOADER_OBJ)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)ld -m elf_i386 -static -nostdlib -z noexecstack -T $< -o $@ $(LOADER_OBJ)

$(BUILD)/tests/boot: $(BOOT_OBJ) $(call stamp_of,link_host)
	$(call say,HOSTLD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(BOOT_FLAGS) -o $@ $(BOOT_OBJ) -lcriterion -ljansson -lcapstone -lelf

# What plays with the code under test, and judges it, is not what inputs are bred for.
$(BUILD)/fuzz/tests/%.o: tests/% $(call stamp_of,flags_fuzz)
	$(call say,FUZZCC,$<)
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(UNIT_FLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/fuzz/%.o: % $(call stamp_of,flags_fuzz)
	$(call say,FUZZCC,$<)
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(FUZZ_FLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/fuzz/%: tests/fuzz/%.c $(FUZZ_OBJ) $(call stamp_of,link_host)
	$(call say,FUZZCC,$<)
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(FUZZ_FLAGS) -fsanitize=fuzzer -MMD -MP -MF $@.d -o $@ $< $(FUZZ_OBJ)

# What of the fuzzer of the memory manager has the memory manager's code in it.
FUZZ_MM := tests/fuzz/mmu.c tests/fuzz/mmu/call.c $(wildcard hv/mm/*.c)

$(BUILD)/planted/%/mmu: $(BUILD)/planted/%/stamp $(FUZZ_OBJ) tests/fuzz/mmu.c $(wildcard tests/fuzz/mmu/*.h)
	$(call say,FUZZCC,$@)
	$(Q)$(FUZZ_CC) -I$(@D)/hv $(FUZZ_FLAGS) -fsanitize=fuzzer -o $@ $(patsubst hv/%,$(@D)/hv/%,$(FUZZ_MM)) \
	    $(filter-out $(FUZZ_MM:%=$(BUILD)/fuzz/%.o),$(FUZZ_OBJ))

seeds: $(BUILD)/tests/seeds ## write the fuzzers' seeds anew, into tests/fuzz/corpus
	$(Q)$< tests/fuzz/corpus

$(BUILD)/tests/seeds: tests/fuzz/corpus/seeds.c $(call stamp_of,flags_host)
	$(call say,HOSTCC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(TOOL_FLAGS) -MMD -MP -MF $@.d -o $@ $<

# What stands between the markers of abi/README.md is made from abi/*.def.
reference: $(BUILD)/abi-README.md ## write the reference of calls in abi/README.md anew
	$(Q)cmp -s $< abi/README.md || cp $< abi/README.md

reference-check: $(BUILD)/abi-README.md
	$(Q)cmp -s $< abi/README.md || \
	    { echo 'abi/README.md: its reference is out of date; make reference writes it anew' >&2; exit 1; }

$(BUILD)/abi-README.md: $(BUILD)/tools/abi-reference abi/README.md
	$(call say,GEN,$@)
	$(Q)$< abi/README.md >$@

# ----------------------------------------------------------------------------------------------------------- linters

lint: lint-cppcheck lint-tidy lint-format lint-kernel ## cppcheck, clang-tidy and clang-format over the whole tree

# The guest's kernel is the same on every machine.
lint-kernel:
	$(Q)tools/lines --check

lines: ## show how many lines of the guest know about a hypervisor
	$(Q)tools/lines

lint-cppcheck:
	$(call say,LINT,cppcheck)
	$(Q)cppcheck $(CPPCHECK_FLAGS) -Ihv hv
	$(Q)cppcheck $(CPPCHECK_FLAGS) -Ipvguest -Ihv pvguest $(wildcard tests/guests)
	$(Q)cppcheck $(CPPCHECK_FLAGS) $(CPPCHECK_TESTS) -Ihv tools $(wildcard tests/unit tests/fuzz tests/boot)
	$(Q)cppcheck $(CPPCHECK_FLAGS) -Ihv -Itests/mm tests/mm tests/model

# comparePointers takes the start and end that a linker script gives for two objects.
CPPCHECK_FLAGS := --quiet --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
                  --suppress=comparePointers -U__ASSEMBLER__ -I.
CPPCHECK_TESTS := '-DTest(suite, name, ...)=void suite\#\#_\#\#name(void)' '-DTestSuite(...)=struct test_suite'

# One file at a time: the analyzer of clang 14 forgets what va_list is between two. A header counts for every file.
TIDY_SRC := $(filter %.c,$(sort $(HV_SRC) $(wildcard hv/x86/offsets.c hv/core/lock_order.c)) $(PVOPS_SRC) $(KERNEL_SRC) $(TOOL_SRC) $(BENCH_SRC) $(BENCH_HOST_SRC) $(UNIT_SRC) \
            $(FUZZ_SRC) $(FUZZ_PARTS) $(MACHINE_SRC) $(wildcard tests/model/*.c) $(BOOT_SRC) $(LOADER_SRC) $(USER_SRC) $(wildcard tests/guests/*/*.c))
HEADERS  := $(foreach d,abi hv pvguest tests tools,$(call sources,$(d),h def))

lint-tidy: $(TIDY_SRC:%=$(BUILD)/tidy/%.ok)

# $(call tidy_rule,FOLDER,FLAGS,CHECKS,PREREQUISITES); FLAGS names a variable.
define tidy_rule
$(BUILD)/tidy/$(1)/%.ok: $(1)/% .clang-tidy $(HEADERS) $(4)
	$$(call say,TIDY,$$<)
	@mkdir -p $$(@D)
	$$(Q)clang-tidy --quiet $(3) $$< -- $$(filter-out $$(STACK_8),$$(subst $$(COMPILER_H),$$(CLANG_H),$$($(2)))) 2>$$@.log || \
	    { cat $$@.log >&2; exit 1; }
	@touch $$@
endef
$(BUILD)/tidy/hv/core/lock_order.c.ok: HV_FLAGS += -DPV_CHECK_LOCKS
CLANG_H = $(shell clang -print-file-name=include)
# Small constants and characters are what tests are made of.
TIDY_TESTS := --checks=-bugprone-implicit-widening-of-multiplication-result,-bugprone-narrowing-conversions
$(eval $(call tidy_rule,hv,HV_FLAGS,--checks=misc-no-recursion))
$(eval $(call tidy_rule,pvguest/pvops,PVOPS_FLAGS))
$(eval $(call tidy_rule,pvguest/kernel,KERNEL_FLAGS,,$(BUILD)/newlib.stamp))
$(eval $(call tidy_rule,pvguest/user,USER_FLAGS,,$(BUILD)/newlib.stamp))
$(eval $(call tidy_rule,pvguest/user/lib,USER_FLAGS,--checks=-readability-inconsistent-declaration-parameter-name,$(BUILD)/newlib.stamp))
$(eval $(call tidy_rule,tests/guests,GUEST_FLAGS))
$(eval $(call tidy_rule,tests/guests/monitor,MONITOR_FLAGS,--checks=-readability-inconsistent-declaration-parameter-name,$(BUILD)/newlib.stamp))
$(eval $(call tidy_rule,tools/bench-host,BENCH_HOST_FLAGS))
$(eval $(call tidy_rule,tests/unit,UNIT_FLAGS,$(TIDY_TESTS)))
$(eval $(call tidy_rule,tests/mm,MODEL_FLAGS,$(TIDY_TESTS)))
$(eval $(call tidy_rule,tests/model,MODEL_FLAGS,$(TIDY_TESTS)))
$(eval $(call tidy_rule,tests/fuzz,UNIT_FLAGS,$(TIDY_TESTS)))
$(eval $(call tidy_rule,tests/boot,BOOT_FLAGS,$(TIDY_TESTS)))
$(eval $(call tidy_rule,tests/boot/loader,LOADER_FLAGS,$(TIDY_TESTS)))
$(eval $(call tidy_rule,tools,TOOL_FLAGS))

FORMATTED := $(foreach d,abi hv pvguest tests tools,$(call sources,$(d),c h))

lint-format:
	$(call say,LINT,clang-format)
	$(Q)clang-format --dry-run -Werror $(FORMATTED)

format: ## format every source with clang-format
	$(Q)clang-format -i $(FORMATTED)

# -------------------------------------------------------------------------------------------------------------- rest

clean: ## remove everything built, but keep the guest's C library
	$(Q)rm -rf $(BUILD)

distclean: clean ## remove the guest's C library too
	$(Q)tools/newlib --remove

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
