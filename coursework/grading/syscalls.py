"""The filter that keeps a program in the sandbox from building walls, mounts and spies of its own.

A classic BPF program for the kernel's seccomp, as described in seccomp(2). What it denies ends in EPERM; clone3,
whose flags a filter cannot see, in ENOSYS, upon which the C library uses clone.
"""

import os
import platform
import struct

# The audit number of the architecture, then the numbers of clone and of what is denied.
MACHINES = {
    # mount umount2 pivot_root unshare setns ptrace keyctl add_key request_key bpf perf_event_open userfaultfd
    # open_by_handle_at kexec_load io_uring_setup open_tree move_mount fsopen fsmount, numbered by each architecture
    "x86_64": (
        0xC000003E,
        56,
        (165, 166, 155, 272, 308, 101, 250, 248, 249, 321, 298, 323, 304, 246, 425, 428, 429, 430, 432),
    ),
    "aarch64": (
        0xC00000B7,
        220,
        (40, 39, 41, 97, 268, 117, 219, 217, 218, 280, 241, 282, 265, 104, 425, 428, 429, 430, 432),
    ),
}
CLONE3 = 435
NEW_NAMESPACES = 0x7E020000  # every CLONE_NEW… flag
X32 = 0x40000000  # numbers from here on are another way to call the same
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
ALLOW, DENY, UNKNOWN = 0x7FFF0000, 0x00050001, 0x00050026


def denied(machine: str) -> bytes:
    """Return the filter for a machine, as platform.machine() names it. Raises KeyError for an unknown one."""
    architecture, clone, numbers = MACHINES[machine]
    program = [
        (LOAD, 0, 0, ARCHITECTURE),
        *((EQUAL, 1, 0, architecture), (RETURN, 0, 0, DENY)),
        (LOAD, 0, 0, NUMBER),
        *((AT_LEAST, 0, 1, X32), (RETURN, 0, 0, DENY)),
        *((EQUAL, 0, 1, CLONE3), (RETURN, 0, 0, UNKNOWN)),
        *(step for number in numbers for step in ((EQUAL, 0, 1, number), (RETURN, 0, 0, DENY))),
        *((EQUAL, 0, 3, clone), (LOAD, 0, 0, FIRST_ARGUMENT)),
        *((ANY_BIT, 0, 1, NEW_NAMESPACES), (RETURN, 0, 0, DENY)),
        (RETURN, 0, 0, ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in program)


def descriptor() -> int:
    """Return a descriptor from which this machine's filter can be read. Raises KeyError if there is none."""
    read, write = os.pipe()
    os.write(write, denied(platform.machine()))
    os.close(write)
    return read
