"""The filter that keeps a program in the sandbox from making namespaces, mounts and debuggers of its own.

It also denies what takes memory that belongs to no single process, which a limit could hardly count: memory
files, System V's shared memory and queues, sockets other than those between processes of the sandbox, whose buffers
keep the size that they begin with, and pages that are lent to a pipe.

A classic BPF program for the kernel's seccomp, as described in seccomp(2). What it denies ends in EPERM; clone3,
whose flags a filter cannot see, in ENOSYS, upon which the C library uses clone.
"""

import os
import platform
import struct

MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # the audit number of each architecture
# What is denied, with its number on x86_64 and on aarch64.
DENIED = {
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "unshare": (272, 97),
    "setns": (308, 268),
    "ptrace": (101, 117),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "open_by_handle_at": (304, 265),
    "kexec_load": (246, 104),
    "io_uring_setup": (425, 425),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "vmsplice": (278, 75),
    "setsockopt": (54, 208),
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
}
INOTIFY_INIT = 253  # on x86_64 alone
CLONE = (56, 220)  # denied with a flag that makes a namespace
SOCKET, SOCKETPAIR = (41, 198), (53, 199)  # denied for every address family except AF_UNIX
CLONE3 = 435
NEW_NAMESPACES = 0x7E020000  # every CLONE_NEW… flag
AF_UNIX = 1
X32 = 0x40000000  # from here on, x32 numbers of the same system calls
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
ALLOW, DENY, UNKNOWN = 0x7FFF0000, 0x00050001, 0x00050026


def denied(machine: str) -> bytes:
    """Return the filter for a machine, as platform.machine() names it. Raises KeyError for an unknown one."""
    architecture, column = MACHINES[machine], list(MACHINES).index(machine)
    numbers = [number[column] for number in DENIED.values()] + [INOTIFY_INIT] * (machine == "x86_64")
    program = [
        (LOAD, 0, 0, ARCHITECTURE),
        *((EQUAL, 1, 0, architecture), (RETURN, 0, 0, DENY)),
        (LOAD, 0, 0, NUMBER),
        *((AT_LEAST, 0, 1, X32), (RETURN, 0, 0, DENY)),
        *((EQUAL, 0, 1, CLONE3), (RETURN, 0, 0, UNKNOWN)),
        *(step for number in numbers for step in ((EQUAL, 0, 1, number), (RETURN, 0, 0, DENY))),
        *((EQUAL, 0, 4, CLONE[column]), (LOAD, 0, 0, FIRST_ARGUMENT)),
        *((ANY_BIT, 0, 1, NEW_NAMESPACES), (RETURN, 0, 0, DENY), (RETURN, 0, 0, ALLOW)),
        *((EQUAL, 1, 0, SOCKET[column]), (EQUAL, 0, 3, SOCKETPAIR[column]), (LOAD, 0, 0, FIRST_ARGUMENT)),
        *((EQUAL, 1, 0, AF_UNIX), (RETURN, 0, 0, DENY)),
        (RETURN, 0, 0, ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in program)


def descriptor() -> int:
    """Return a descriptor from which this machine's filter can be read. Raises KeyError for an unknown machine."""
    read, write = os.pipe()
    os.write(write, denied(platform.machine()))
    os.close(write)
    return read
