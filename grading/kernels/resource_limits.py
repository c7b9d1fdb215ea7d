"""The limits of a kernel, memory first, and the watch over those that the system does not count.

No limit of the system counts the memory of all processes of a kernel together, nor what no process maps: files in its folders,
which lie in memory, full sockets and pipes, the folder of its sockets. The process that started the kernel looks every few
moments and ends it. This module imports nothing of the course, because it also runs inside the sandbox.
"""

import contextlib
import os
import resource
from dataclasses import dataclass
from pathlib import Path

SECONDS = 0.25  # between two looks; psutil's take 3 to 5 times as long for eight processes, 24 to 40 times for one
PAGE = resource.getpagesize()
SLOWEST = 19  # of a session, as `nice` counts
# A kernel's folder holds five sockets and two files.
FOLDER_BYTES = 10**6
FOLDER_ENTRIES = 50
HOME = "/home/student"
WRITABLE = ("/dev/shm", "/tmp", HOME)  # folders within the walls whose files lie in memory
MOST_OPEN = 2048  # files, sockets and pipes of all processes: a full socket holds 200 kB that no process maps
WAITED = "waited"  # in that folder: how long the kernel has waited for a processor, seconds


@dataclass(frozen=True)
class Limits:
    """What one kernel and all its children may use; memory is counted for each process, and for all together."""

    memory_gb: float = 6.0
    cpu_seconds: int = 3600
    processes: int = 512
    disk_mb: int = 512
    files: int = 1024


DEFAULT_LIMITS = Limits()
# The fork server lives as long as a class is graded and is the parent of all kernels: each of those gets its own limits.
FORK_SERVER_LIMITS = Limits(memory_gb=64, cpu_seconds=10**9, processes=20_000, files=4096)


def too_much(pid: int, memory: float, folder: Path, sessions: int) -> bool:
    """Whether the kernel uses more than it may and must be ended; also slows down what it started in sessions of its own.

    Args:
        memory: bytes that the process and its descendants may hold together. folder: that of its sockets.
        sessions: how many of the family's sessions are the kernel's own and the walls'.
    """
    family = _family(pid)
    _slow_down(family, sessions)
    return _uses_more(family, memory - _in_folders(family)) or _crowded(folder) or sum(map(_open, family)) > MOST_OPEN


def _slow_down(family: list[int], sessions: int) -> None:
    """Gives each further session the smallest share of the processor: Linux shares it out by session, not by kernel."""
    leaders = [pid for pid in family if _session(pid) == pid]
    for pid in leaders[sessions:]:
        path = Path(f"/proc/{pid}/autogroup")
        with contextlib.suppress(OSError):  # it is gone, or this system shares out the processor in another way
            if not path.read_text().endswith(f"nice {SLOWEST}\n"):
                path.write_text(str(SLOWEST))


def seconds_waited(pid: int) -> float:
    """How long a process's first thread was ready to run and had no processor; 0 where this system does not count it."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    return 0.0


def python_of(pid: int) -> int:
    """The first Python among a process and its descendants, such as the kernel within its walls; 0 for none."""
    for each in _family(pid):
        with contextlib.suppress(OSError):
            if Path(f"/proc/{each}/comm").read_text().startswith("python"):
                return each
    return 0


def _session(pid: int) -> int:
    with contextlib.suppress(OSError):
        return os.getsid(pid)
    return 0


def _family(pid: int) -> list[int]:
    """A process and its descendants, parents first."""
    family = [pid]
    for parent in family:
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                family += map(int, children.read_text().split())
    return family


def _uses_more(family: list[int], limit: float) -> bool:
    if sum(map(_resident, family)) <= limit:
        return False  # so nearly always; the exact sum takes longer
    return sum(map(_share, family)) > limit


def _resident(pid: int) -> int:
    """Bytes in memory, shared ones in full; 0 where the process is gone."""
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    return 0


def _share(pid: int) -> int:
    """Bytes in memory, shared ones in parts; in full where this may not be read."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return _resident(pid)


def _in_folders(family: list[int]) -> int:
    """Bytes of the files in the kernel's folders; 0 before its walls stand, when it still sees those of this process."""
    for pid in reversed(family):  # the first that lives: what started last stands behind the walls for sure
        with contextlib.suppress(OSError):
            return sum(_filled(f"/proc/{pid}/root", folder) for folder in WRITABLE)
    return 0


def _filled(root: str, folder: str) -> int:
    """Bytes of the files in a folder below another root; 0 where that is the very folder that this process sees."""
    inside = os.stat(root + folder)
    if os.path.exists(folder) and os.stat(folder).st_dev == inside.st_dev:
        return 0
    space = os.statvfs(root + folder)
    return (space.f_blocks - space.f_bfree) * space.f_frsize


def _open(pid: int) -> int:
    """How many files, sockets and pipes a process has open; 0 where it is gone."""
    with contextlib.suppress(OSError):
        return len(os.listdir(f"/proc/{pid}/fd"))
    return 0


def _crowded(folder: Path) -> bool:
    size = entries = 0
    for where, folders, names in os.walk(folder, onerror=None):
        entries += len(folders) + len(names)
        if entries > FOLDER_ENTRIES:
            return True
        for name in names:
            with contextlib.suppress(OSError):
                size += os.lstat(os.path.join(where, name)).st_blocks * 512
    return size > FOLDER_BYTES
