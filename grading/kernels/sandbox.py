"""The sandbox around a student's kernel, built by bubblewrap: no network, no other files, limits on all it may use.

What the kernel sees: the system's libraries, this Python, the helper package and its data, the cache of assets (all read-only),
and empty folders of limited size to write in. Started as root, rights are dropped before the walls are built, because root could
climb over them.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from grading.environment_variables import ONE_CPU_THREAD
from grading.kernels import own_keyring, system_calls
from grading.kernels.resource_limits import DEFAULT_LIMITS, HOME, WRITABLE, Limits
from shared.assets.cache_paths import INSTALLED, cache_directory, data_path
from shared.errors import LabError

NOBODY = 65534
# Opens the filter of system calls, whose file's name comes first, for bubblewrap to read.
FILTER = "9"
FILTERED = f'exec "$@" {FILTER}< "$0"'
# Mounts what the unprivileged user could not reach (a Python below /root, say) where it can, then goes on.
STAGE = 'while [ "$1" != -- ]; do mount --bind "$1" "$2"; shift 2; done; shift; exec "$@"'


def require() -> None:
    """Raises LabError, with an alternative, where no sandbox can be built."""
    way_out = (
        "use '--kernel container' (docs/sandbox.md), or pass '--kernel plain' on a machine that holds nothing else"
    )
    if sys.platform != "linux":
        raise LabError(f"The sandbox needs Linux: {way_out}.")
    tools = ["bwrap", "prlimit", "choom"]
    if os.geteuid() == 0:
        tools += ["setpriv", "unshare", "mount"]
    if absent := [tool for tool in tools if not shutil.which(tool)]:
        raise LabError(
            f"{absent[0]} is not on this machine: 'sudo apt-get install bubblewrap util-linux', or {way_out}."
        )
    with tempfile.TemporaryDirectory(prefix="course-") as stage:
        done = subprocess.run(command(["true"], stage=Path(stage)), capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise LabError(f"This machine builds no sandbox ({said}): {way_out}.")


def visible() -> list[Path]:
    """Lists what every kernel may read: this Python, the helper package with its data, the fetched assets."""
    paths = [Path(sys.base_prefix), Path(sys.prefix), INSTALLED, cache_directory()]
    # Where the package is not a checkout's, these are inside it.
    paths += [data_path(name) for name in ("manifest.toml", "models.toml", "embedded")]
    found = []
    for path in paths:
        if path.exists() and not any(path.is_relative_to(other) for other in [*found, Path("/usr")]):
            found.append(path)
    return found


def command(
    argv: list[str],
    stage: Path,
    readable: Iterable[Path] = (),
    writable: Iterable[Path] = (),
    limits: Limits = DEFAULT_LIMITS,
    forks_sandboxes: bool = False,
) -> list[str]:
    """Returns the command line that runs `argv` inside the sandbox.

    Args:
        stage: an empty folder outside, for the filter of system calls and, as root, mount points.
        readable: what to show in addition to what every kernel sees.
        writable: folders that inside and outside share, such as that of the kernel's sockets.
        forks_sandboxes: whether what runs may make namespaces; file systems that a kernel mounts in its own have no limit.
    """
    readable = [*visible(), *readable]
    writable = list(writable)
    where = dict(zip([*readable, *writable], [*readable, *writable], strict=True))
    walls = _walls(limits)
    start = []
    if os.geteuid() == 0:
        stage.chmod(0o755)
        where = {path: stage / str(number) for number, path in enumerate(where)}
        start = _dropped(where)
    for path in readable:
        walls += ["--ro-bind", str(where[path]), str(path)]
    for path in writable:
        walls += ["--bind", str(where[path]), str(path)]
    for name, value in _environment().items():
        walls += ["--setenv", name, value]
    if not forks_sandboxes:
        walls.append("--disable-userns")
    # Anything but a separate folder of limited size would be memory that all kernels of a fork server share and no limit counts.
    walls += ["--remount-ro", "/dev", "--remount-ro", "/"]
    # Inside, where other people's processes of the same user do not count.
    inside = ["prlimit", f"--nproc={limits.processes}", "--", *argv]
    return [*_own_keyring(), *start, *_limited(limits), *_filtered(stage), *walls, "--chdir", HOME, "--", *inside]


def _own_keyring() -> list[str]:
    """The start of a program that leaves the session keyring of the person who grades, before the filter refuses that call."""
    if not system_calls.is_known():
        return []
    # -S: without the packages of this Python, which the few lines do not need, it starts in a fifth of the time.
    return [sys.executable, "-I", "-S", own_keyring.__file__, str(system_calls.keyctl_number())]


def _filtered(stage: Path) -> list[str]:
    """The start of bubblewrap with the filter of system calls, on processors for which there is one."""
    if not system_calls.is_known():
        return ["bwrap"]
    path = stage / "system_calls.bpf"
    path.write_bytes(system_calls.call_filter())
    path.chmod(0o644)
    return ["sh", "-c", FILTERED, str(path), "bwrap", "--seccomp", FILTER]


def _walls(limits: Limits) -> list[str]:
    """bubblewrap's arguments for the namespaces, the system's libraries and the empty folders of limited size."""
    walls = ["--unshare-all", "--unshare-user", "--die-with-parent", "--new-session", "--clearenv"]
    walls += ["--cap-drop", "ALL"]
    walls += ["--ro-bind", "/usr", "/usr"]
    walls += ["--symlink", "usr/bin", "/bin"]
    walls += ["--symlink", "usr/lib", "/lib"]
    walls += ["--symlink", "usr/lib64", "/lib64"]
    walls += ["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    walls += ["--proc", "/proc"]
    walls += ["--dev", "/dev"]
    for folder in WRITABLE:
        walls += ["--size", str(limits.disk_mb * 2**20), "--tmpfs", folder]
    walls += ["--dir", "/mnt"]
    walls += ["--hostname", "lab"]
    return walls


def _dropped(where: dict[Path, Path]) -> list[str]:
    """Returns how root enters: mount points in a separate mount namespace, then an ordinary user without capabilities."""
    mounts = []
    for path, point in where.items():
        if path.is_dir():
            point.mkdir(exist_ok=True)
        else:
            point.touch()
        mounts += [str(path), str(point)]
    user = str(NOBODY)
    drop = ["setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--no-new-privs"]
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", STAGE, "sh", *mounts, "--", *drop]


def _limited(limits: Limits) -> list[str]:
    return [
        # Where memory runs out after all, a kernel goes first.
        "choom",
        "-n",
        "1000",
        "--",
        "prlimit",
        f"--data={int(limits.memory_gb * 1e9)}",
        f"--cpu={limits.cpu_seconds}",
        f"--fsize={limits.disk_mb * 2**20}",
        f"--nofile={limits.files}",
        "--core=0",
        "--",
    ]


def _environment() -> dict[str, str]:
    """Returns the kernel's environment: of the instructor's own only the cache's place and what a repeatable run needs."""
    return {
        **ONE_CPU_THREAD,
        "HOME": HOME,
        "PATH": f"{sys.prefix}/bin:/usr/bin",
        "PYTHONPATH": str(INSTALLED.parent),
        "LANG": "C.UTF-8",
        "USER": "student",
        "LAB_CACHE": str(cache_directory()),
        "HF_HUB_OFFLINE": "1",
        "MPLCONFIGDIR": "/tmp/matplotlib",
        "PYTHONDONTWRITEBYTECODE": "1",
        **{name: os.environ[name] for name in ("LAB_PROFILE",) if name in os.environ},
    }
