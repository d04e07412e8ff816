// SPDX-License-Identifier: MIT
// Channels to other machines, each a device /dev/channel/NAME: what is written to it there is read here, and
// the other way round. kernel_channel() is defined here.
//
// As with a pipe, a read waits for bytes and a write for room. When the last file that was open for writing
// is closed, the other machine reads an end, once, and until it has, nothing more can be written. When the
// last that was open for reading is closed in the middle, the other machine's writes fail with EPIPE until
// theirs is, and the rest is left out. There is no SIGPIPE: the shell itself writes to devices. Where there
// is no other machine any more, what it wrote can be read, and then an end each time. EIO says that it does
// not keep to the protocol.
#ifndef PV_KERNEL_CHANNEL_H
#define PV_KERNEL_CHANNEL_H

// Makes the devices, at boot. A channel with a name that cannot be that of a file is left out, with a line
// that says so.
void channels_start(void);

#endif
