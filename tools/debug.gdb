# SPDX-License-Identifier: MIT
# What `make debug` starts gdb with, once it is connected to a machine that has not yet executed an instruction.
# Break points are hardware ones: software ones would be written to memory before GRUB fills it. The first is set by
# tools/run, which knows what is started.

set pagination off
set print pretty on
set disassemble-next-line on

continue
delete

define here
    info registers rip rsp eflags cs cr0 cr3 cr4
    backtrace
end
document here
Where the processor is: its main registers and the stack.
end

echo Stopped at the first instruction. `hbreak FUNCTION` and `continue` from here; `here` tells where it is.\n
