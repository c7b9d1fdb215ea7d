"""The system calls that no kernel may make, as a filter for bubblewrap (seccomp, in the machine language of BPF).

Refused are memory that no process maps, so that no limit counts it, keyrings that outlive a kernel, sockets to the machine's
host, and interfaces to the system that no lab needs.
"""

import errno
import platform
import struct

LOAD = 0x20  # a word of struct seccomp_data
IF_EQUAL = 0x15
IF_AT_LEAST = 0x35
RETURN = 0x06
ALLOW = 0x7FFF0000
REFUSE = 0x00050000 | errno.ENOSYS  # as on a system that lacks the call, for which libraries have another way
NUMBER_OFFSET = 0
ARCHITECTURE_OFFSET = 4
FIRST_ARGUMENT_OFFSET = 16
X32 = 0x40000000  # numbers from here on are the same calls by another door
AF_VSOCK = 40
# architecture -> (its number in <linux/audit.h>, number of socket, numbers of the refused calls)
CALLS = {
    "x86_64": (
        0xC000003E,
        41,
        {
            "shmget": 29,
            "add_key": 248,
            "request_key": 249,
            "keyctl": 250,
            "perf_event_open": 298,
            "memfd_create": 319,
            "bpf": 321,
            "userfaultfd": 323,
            "io_uring_setup": 425,
            "io_uring_enter": 426,
            "io_uring_register": 427,
            "memfd_secret": 447,
        },
    ),
    "aarch64": (
        0xC00000B7,
        198,
        {
            "shmget": 194,
            "add_key": 217,
            "request_key": 218,
            "keyctl": 219,
            "perf_event_open": 241,
            "memfd_create": 279,
            "bpf": 280,
            "userfaultfd": 282,
            "io_uring_setup": 425,
            "io_uring_enter": 426,
            "io_uring_register": 427,
            "memfd_secret": 447,
        },
    ),
}


def is_known(machine: str = "") -> bool:
    """Whether there is a filter for this machine's processor."""
    return (machine or platform.machine()) in CALLS


def keyctl_number(machine: str = "") -> int:
    """The number of the call that changes keyrings, on a processor for which there is a filter.

    Args:
        machine: as `platform.machine()` names it; empty for this one.
    """
    return CALLS[machine or platform.machine()][2]["keyctl"]


def call_filter(machine: str = "") -> bytes:
    """The filter's program: an array of struct sock_filter, in this machine's byte order.

    Args:
        machine: as `platform.machine()` names it; empty for this one.
    """
    architecture, socket, refused = CALLS[machine or platform.machine()]
    lines = [
        (LOAD, 0, 0, ARCHITECTURE_OFFSET),
        (IF_EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, REFUSE),
        (LOAD, 0, 0, NUMBER_OFFSET),
        (IF_AT_LEAST, 0, 1, X32),
        (RETURN, 0, 0, REFUSE),
    ]
    for number in refused.values():
        lines += [(IF_EQUAL, 0, 1, number), (RETURN, 0, 0, REFUSE)]
    lines += [
        (IF_EQUAL, 0, 3, socket),
        (LOAD, 0, 0, FIRST_ARGUMENT_OFFSET),
        (IF_EQUAL, 0, 1, AF_VSOCK),
        (RETURN, 0, 0, REFUSE),
        (RETURN, 0, 0, ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *line) for line in lines)
