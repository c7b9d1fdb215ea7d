"""The walls that a process of the sandbox puts around what it forks: fresh namespaces, folders, limits, and no rights.

It imports nothing of the course but other modules that run inside the sandbox.
"""

import contextlib
import ctypes
import gc
import importlib
import os
import re
import resource
import select
import signal
import socket
import struct
import sys
from collections.abc import Callable
from pathlib import Path

from grading.kernels import fast_tracebacks, resource_limits

STACK = (
    "numpy",
    "pandas",
    "scipy.stats",
    "matplotlib.pyplot",
    "sklearn.linear_model",
    "sklearn.model_selection",
    "econml.dml",
    "torch",
    "transformers",
    "peft",
    "trl",
    "datasets",
    "evaluate",
    "ipywidgets",
    "tqdm.auto",
    # A starting kernel imports a debugger, which takes longer than everything else that it does.
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.extensions.storemagic",
    "transformers.models.qwen2.modeling_qwen2",
    "transformers.models.modernbert.modeling_modernbert",
    "shared.session",
)
SPARE = "/mnt"
NEW = 0x10000000 | 0x20000000 | 0x40000000 | 0x08000000 | 0x04000000  # user, pid, net, ipc, uts
NEW_MOUNTS = 0x00020000
MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_BIND = 4096
MS_MOVE = 8192
MS_REC = 16384
MS_PRIVATE = 1 << 18
PR_SET_PDEATHSIG = 1
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
LAST_CAPABILITY = 63
libc = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments) -> None:
    """Makes a system call, by its name in the C library.

    Raises:
        OSError: it failed.
    """
    if getattr(libc, name)(*arguments) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")


def _mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    _call("mount", source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode())


def import_stack() -> None:
    """Imports the labs' libraries, once for all that is forked afterwards."""
    gc.disable()  # it would look through all that is imported, again and again
    for name in STACK:
        importlib.import_module(name)
    fast_tracebacks.rehearse()
    gc.enable()


def freeze() -> None:
    """Keeps a fork's garbage collector from writing to every page of what is there now, which would copy them all."""
    gc.collect()
    gc.freeze()


def leave(work: Callable[[], None]) -> None:
    """Runs `work` and then ends this forked process, whatever happens."""
    code = 1
    try:
        work()
        code = 0
    except BaseException as error:
        print(f"forked process: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(code)


def end_with_parent() -> None:
    """Has the system kill this process when the one that forked it ends."""
    _call("prctl", PR_SET_PDEATHSIG, signal.SIGKILL)


def keep(client: socket.socket, work: Callable[[], None], waited: Path, limits: dict) -> None:
    """Runs `work` as the first process of new namespaces, and lives as long as both it and the client do.

    Args:
        waited: a file in which it notes how long that process has waited for a processor, seconds.
        limits: the fields of resource_limits.Limits.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    uid = os.getuid()
    gid = os.getgid()
    _call("unshare", NEW)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    child = os.fork()
    if child == 0:
        leave(work)
    handle = os.pidfd_open(child)
    hung_up = select.poll()
    hung_up.register(handle, select.POLLIN)
    hung_up.register(client, select.POLLRDHUP)
    # Until the child is gone, or the client is, or the child and what it started take more than they may.
    while not hung_up.poll(resource_limits.SECONDS * 1000):
        with contextlib.suppress(OSError):
            waited.write_text(f"{resource_limits.seconds_waited(child):.3f}")
        if resource_limits.too_much(child, limits["memory_gb"] * 1e9, waited.parent, sessions=1):
            break
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def enter(shown: Path | None, hidden: Path, limits: dict, kept: tuple[int, ...] = ()) -> None:
    """Puts this process, the first of its namespaces, behind walls: from here on it may run anything.

    Args:
        shown: its own folder, which stays visible; None for none.
        hidden: the folder of all that was forked.
        kept: descriptors that stay open; every other is closed.
    """
    end_with_parent()
    _call("unshare", NEW_MOUNTS)  # here and not in the keeper, which goes on seeing all processes in its /proc
    _build_walls(shown, hidden, limits)
    _limit(limits)
    _drop_rights()
    os.setsid()
    _close_inherited(kept)
    _reseed()
    fast_tracebacks.skip_cells()
    os.chdir(os.environ["HOME"])


def _build_walls(own: Path | None, folder: Path, limits: dict) -> None:
    """Mounts fresh /proc, /tmp and home folders; of `folder` only what is this process's own stays visible."""
    size = f"size={limits['disk_mb'] * 2**20},mode=0700"
    safe = MS_NOSUID | MS_NODEV
    _mount("none", "/", flags=MS_REC | MS_PRIVATE)
    _mount("proc", "/proc", "proc", safe | MS_NOEXEC)
    # In new namespaces a kernel could mount file systems that no limit counts.
    Path("/proc/sys/user/max_user_namespaces").write_text("0")
    _mount("tmpfs", os.environ["HOME"], "tmpfs", safe, size)
    _mount("tmpfs", "/dev/shm", "tmpfs", safe, size)
    _mount("tmpfs", SPARE, "tmpfs", safe, size)
    for path in filter(None, (own, *_mounted_below_tmp(folder))):
        inside = Path(SPARE + str(path).removeprefix("/tmp"))
        inside.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            inside.mkdir()
        else:
            inside.touch()
        _mount(str(path), str(inside), flags=MS_BIND | MS_REC)
    _mount(SPARE, "/tmp", flags=MS_MOVE)


def _mounted_below_tmp(folder: Path) -> list[Path]:
    """Lists what the sandbox shows below /tmp, such as a checkout or a Python there, without the folder of all kernels."""
    written = (line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines())
    # There a space is \040.
    points = [re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), point) for point in written]
    return [Path(point) for point in points if point.startswith("/tmp/") and point != str(folder)]


def _limit(limits: dict) -> None:
    bounds = {
        "DATA": int(limits["memory_gb"] * 1e9),
        "CPU": limits["cpu_seconds"],
        "NPROC": limits["processes"],
        "FSIZE": limits["disk_mb"] * 2**20,
        "NOFILE": limits["files"],
        "CORE": 0,
    }
    for name, value in bounds.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))


def _drop_rights() -> None:
    """Drops every capability, and every way to get one."""
    for capability in range(LAST_CAPABILITY + 1):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)  # fails for numbers that this Linux does not have
    header = struct.pack("II", 0x20080522, 0)
    nothing = bytes(24)
    _call("capset", header, nothing)
    _call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _close_inherited(kept: tuple[int, ...]) -> None:
    last = 2
    for descriptor in sorted(kept):
        os.closerange(last + 1, descriptor)
        last = descriptor
    os.closerange(last + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)


def _reseed() -> None:
    """Seeds all random generators again: every fork would draw the same numbers otherwise."""
    import random

    import numpy as np

    random.seed()
    np.random.seed()  # noqa: NPY002  the global generator is what a fork would share
    if torch := sys.modules.get("torch"):
        torch.seed()
