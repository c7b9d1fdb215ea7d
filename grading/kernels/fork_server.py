"""The process that has imported the labs' libraries and forks a sandboxed kernel for each client that connects.

It runs inside the sandbox (grading/kernels/sandbox.py) and holds nothing but imports: no submission, no test, no key. It never
runs an operation with several threads, because a fork would inherit their locks.

Protocol: a client sends the path of a connection file and a newline; closing its end kills the kernel; when the kernel is
gone, the fork server's end closes.
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import re
import resource
import select
import signal
import socket
import struct
import sys
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


def serve(folder: Path, limits: dict) -> None:
    """Imports the stack, then forks a keeper for each client of folder/server.sock, until it is killed."""
    gc.disable()  # it would look through all that is imported, again and again
    for name in STACK:
        importlib.import_module(name)
    fast_tracebacks.rehearse()
    gc.enable()
    gc.collect()
    gc.freeze()  # a fork's garbage collector would write to every page, which copies them all
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(str(folder / "server.part"))
    server.listen(64)
    (folder / "server.part").rename(folder / "server.sock")  # appears once it can be used
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # keepers are nobody's business once they are gone
    while True:
        client, _ = server.accept()
        if os.fork() == 0:
            server.close()
            _leave(_keep, client, folder, limits)
        client.close()


def _leave(work, *arguments) -> None:
    """Runs `work` and then ends this forked process, whatever happens."""
    code = 1
    try:
        work(*arguments)
        code = 0
    except BaseException as error:
        print(f"fork server: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(code)


def _keep(client: socket.socket, folder: Path, limits: dict) -> None:
    """Starts one kernel as the first process of new namespaces and lives as long as both it and the client do."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    connection = Path(client.makefile().readline().strip())
    uid = os.getuid()
    gid = os.getgid()
    _call("unshare", NEW)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    kernel = os.fork()
    if kernel == 0:
        client.close()
        _leave(_become_kernel, connection, folder, limits)
    handle = os.pidfd_open(kernel)
    # Until the kernel is gone, or the client is, or the kernel and what it started take more than they may.
    while not select.select([handle, client], [], [], resource_limits.SECONDS)[0]:
        with contextlib.suppress(OSError):
            (connection.parent / resource_limits.WAITED).write_text(f"{resource_limits.seconds_waited(kernel):.3f}")
        if resource_limits.too_much(kernel, limits["memory_gb"] * 1e9, connection.parent, sessions=1):
            break
    with contextlib.suppress(ProcessLookupError):
        os.kill(kernel, signal.SIGKILL)
    os.waitpid(kernel, 0)


def _become_kernel(connection: Path, folder: Path, limits: dict) -> None:
    _call("prctl", PR_SET_PDEATHSIG, signal.SIGKILL)
    _call("unshare", NEW_MOUNTS)  # here and not in the keeper, which goes on seeing all processes in its /proc
    _build_walls(connection.parent, folder, limits)
    _limit(limits)
    _drop_rights()
    os.setsid()
    _close_inherited()
    _reseed()
    fast_tracebacks.skip_cells()
    os.chdir(os.environ["HOME"])
    sys.argv = ["ipykernel_launcher"]
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(argv=["-f", str(connection), "--HistoryManager.enabled=False"])


def _build_walls(own: Path, folder: Path, limits: dict) -> None:
    """Mounts fresh /proc, /tmp and home folders; of all kernels' folders only this kernel's own stays visible."""
    size = f"size={limits['disk_mb'] * 2**20},mode=0700"
    safe = MS_NOSUID | MS_NODEV
    _mount("none", "/", flags=MS_REC | MS_PRIVATE)
    _mount("proc", "/proc", "proc", safe | MS_NOEXEC)
    # In new namespaces a kernel could mount file systems that no limit counts.
    Path("/proc/sys/user/max_user_namespaces").write_text("0")
    _mount("tmpfs", os.environ["HOME"], "tmpfs", safe, size)
    _mount("tmpfs", "/dev/shm", "tmpfs", safe, size)
    _mount("tmpfs", SPARE, "tmpfs", safe, size)
    for path in (own, *_mounted_below_tmp(folder)):
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


def _close_inherited() -> None:
    os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
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


if __name__ == "__main__":
    serve(Path(sys.argv[1]), json.loads(sys.argv[2]))
