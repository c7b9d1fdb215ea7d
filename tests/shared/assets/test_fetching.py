"""Fetching, with real clients and registries on this machine: whole or not at all, and every failure is one sentence."""

import errno
import os
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest
from assets_course import MAIL, TABLE, WEIGHTS, SmallCourse, debian_package, sha256, tarball, wheel

from shared.assets import fetching, manifest
from shared.assets.access import asset_path
from shared.assets.checksums import is_intact
from shared.errors import LabError

WHEEL_FILE = "small_pip-1.0-py3-none-any.whl"
MAIL_FILE = "small-npm-1.0.0.tgz"
AGAIN = "run 'python -m shared.assets fetch"


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A course whose packages pip brings."""
    course = SmallCourse(tmp_path, monkeypatch, {WHEEL_FILE: wheel()})
    yield course
    course.close()


@pytest.fixture
def mailed(tmp_path, monkeypatch):
    """A course with packages of npm as well."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not on this machine")
    course = SmallCourse(tmp_path, monkeypatch, {WHEEL_FILE: wheel(), MAIL_FILE: tarball(MAIL)})
    yield course
    course.close()


def named(name: str) -> manifest.Asset:
    return next(asset for asset in manifest.assets() if asset.name == name)


def in_cache(course: SmallCourse) -> set[str]:
    return {path.name for path in course.cache.iterdir()} - {".lock"}


def test_one_download_serves_every_asset_of_its_archive(small):
    assert asset_path("table").read_bytes() == TABLE
    assert (asset_path("model") / "deep" / "weights.bin").read_bytes() == WEIGHTS
    assert in_cache(small) == {"table", "model"}
    assert small.registry.asked.count(f"/{WHEEL_FILE}") == 1


def test_an_archive_can_be_kept_whole_and_a_folder_of_it_taken_out(mailed):
    assert asset_path("mail").read_bytes() == mailed.archives[MAIL_FILE]
    assert [path.name for path in asset_path("letters").iterdir()] == ["1"]
    assert mailed.registry.asked.count(f"/{MAIL_FILE}") == 1


def test_a_debian_package_is_opened(tmp_path, monkeypatch):
    if shutil.which("apt-get") is None:
        pytest.skip("apt-get is not on this machine")
    archives = {WHEEL_FILE: wheel(), "small-deb_1.0-1_all.deb": debian_package(tmp_path / "package")}
    course = SmallCourse(tmp_path, monkeypatch, archives)
    assert (asset_path("dictionary") / "small.index").read_bytes() == TABLE
    course.close()


@pytest.mark.parametrize("name", ["brown", "dict_devil"])
def test_the_real_registries_serve_what_the_manifest_promises(name, tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_CACHE", str(tmp_path))
    client = {"npm": "npm", "deb": "apt-get"}[named(name).archive["client"]]
    if shutil.which(client) is None:
        pytest.skip(f"{client} is not on this machine")
    assert is_intact_at(asset_path(name), name)


def is_intact_at(path: Path, name: str) -> bool:
    return path == named(name).cached and is_intact(named(name))


@pytest.mark.parametrize("name", ["table", "model"])
@pytest.mark.parametrize("damage", ["flipped byte", "cut short", "added file"])
def test_a_damaged_copy_is_noticed_and_mended(small, name, damage):
    path = asset_path(name)
    file = path / "deep" / "weights.bin" if path.is_dir() else path
    data = bytearray(file.read_bytes())
    data[100] ^= 1
    if damage == "flipped byte":
        file.write_bytes(data)
    elif damage == "cut short":
        file.write_bytes(data[:100])
    elif path.is_dir():
        (path / "stray").write_text("")
    else:
        return
    assert not is_intact(named(name))
    assert asset_path(name) == path
    assert is_intact(named(name))
    assert not small.leftovers()


@pytest.mark.parametrize(("name", "file"), [("table", WHEEL_FILE), ("mail", MAIL_FILE)])
def test_a_download_cut_short_leaves_nothing_and_works_when_tried_again(mailed, name, file):
    mailed.registry.cut.add(f"/{file}")
    with pytest.raises(LabError, match=f"{AGAIN} {name}'"):
        asset_path(name)
    assert in_cache(mailed) == set()
    mailed.registry.cut.clear()
    assert is_intact_at(asset_path(name), name)


@pytest.mark.parametrize(("name", "file"), [("table", WHEEL_FILE), ("mail", MAIL_FILE)])
def test_other_bytes_under_the_same_name_are_thrown_away(mailed, name, file):
    other = {WHEEL_FILE: wheel() + b"x", MAIL_FILE: tarball({**MAIL, "package/more": b"x"})}
    mailed.registry.offer({**mailed.archives, file: other[file]})
    with pytest.raises(
        LabError, match=f"is not the file the course was made with and was thrown away: {AGAIN} {name}'"
    ):
        asset_path(name)
    assert in_cache(mailed) == set()


def test_a_manifest_that_promises_another_file_is_one_sentence(small):
    small.manifest["asset"]["table"]["sha256"] = "0" * 64
    small.rewrite()
    with pytest.raises(LabError, match=f"'table' does not have the manifest's checksum .*{AGAIN} table'"):
        asset_path("table")
    assert in_cache(small) == set()


def test_without_a_network_the_command_is_named(mailed):
    mailed.registry.shutdown()
    mailed.registry.server_close()
    with pytest.raises(
        LabError, match=f"small-pip==1.0 .*pip could not fetch it: connect to a network and {AGAIN} table'"
    ):
        asset_path("table")
    with pytest.raises(
        LabError, match=f"small-npm@1.0.0 .*npm could not fetch it: connect .*{AGAIN} mail'.*ECONNREFUSED"
    ):
        asset_path("mail")
    assert in_cache(mailed) == set()


def test_without_a_network_a_full_cache_needs_nothing(small):
    paths = [asset_path("table"), asset_path("model")]
    small.registry.shutdown()
    small.registry.server_close()
    assert [asset_path("table"), asset_path("model")] == paths


@pytest.mark.parametrize(
    "archive",
    [
        tarball({**MAIL, "package/mail/../../evil": b"x"}),
        tarball({**MAIL, "package/mail//evil/../../x": b"x"}),
        tarball(MAIL, links={"package/mail/evil": "/etc/passwd"}),
        tarball(MAIL, links={"package/mail/2": "../../../evil"}),
    ],
    ids=["dots", "dots in the middle", "absolute link", "relative link"],
)
def test_an_archive_that_leads_out_of_its_folder_is_not_unpacked(tmp_path, monkeypatch, archive):
    if shutil.which("npm") is None:
        pytest.skip("npm is not on this machine")
    course = SmallCourse(tmp_path, monkeypatch, {WHEEL_FILE: wheel(), MAIL_FILE: archive})
    with pytest.raises(LabError, match="is a link or leads out of its folder: it was not unpacked"):
        asset_path("letters")
    assert in_cache(course) == set()
    assert not list(tmp_path.rglob("evil"))
    course.close()


@pytest.mark.parametrize("outside", ["/etc/evil", "../evil", "package/mailbox/1", "package/mail.old"])
def test_a_member_outside_the_asset_is_never_touched(outside, tmp_path):
    archive = tmp_path / "a.tgz"
    archive.write_bytes(tarball({**MAIL, outside: b"x"}))
    names = [str(name) for name, _ in fetching._members(archive, "package/mail/", tmp_path)]
    assert names == ["1"]


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.ENOSPC, "is full: free .* MB, or set LAB_CACHE"),
        (errno.EDQUOT, "is full: free .* MB, or set LAB_CACHE"),
        (errno.EROFS, "cannot be written: set LAB_CACHE"),
        (errno.EACCES, "cannot be written: set LAB_CACHE"),
        (errno.EIO, "failed .*set LAB_CACHE"),
    ],
)
def test_a_disk_that_refuses_is_one_sentence(small, monkeypatch, number, says):
    def refuse(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fetching.os, "replace", refuse)
    with pytest.raises(LabError, match=says):
        asset_path("table")
    monkeypatch.undo()
    assert not small.leftovers()


@pytest.fixture
def disk(tmp_path):
    """A file system of half a megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip("only root can mount a small file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_small_disk_is_told_before_anything_is_downloaded(small, disk, monkeypatch):
    monkeypatch.setenv("LAB_CACHE", str(disk / "cache"))
    with pytest.raises(LabError, match="is full: free 1 MB, or set LAB_CACHE"):
        asset_path("table")
    assert f"/{WHEEL_FILE}" not in small.registry.asked


@pytest.mark.parametrize("name", ["table", "mail"])
def test_a_disk_that_fills_meanwhile_is_told_and_leaves_the_cache_usable(mailed, disk, monkeypatch, name):
    """The client itself runs out of space."""
    monkeypatch.setenv("LAB_CACHE", str(disk / "cache"))
    (disk / "others").write_bytes(bytes(500_000))
    plenty = shutil.disk_usage(disk)._replace(free=10**12)
    monkeypatch.setattr(fetching.shutil, "disk_usage", lambda _: plenty)
    with pytest.raises(LabError, match="is full: free .* MB, or set LAB_CACHE"):
        asset_path(name)
    assert [path.name for path in (disk / "cache").iterdir()] == [".lock"]
    (disk / "others").unlink()
    if name == "mail":
        assert is_intact_at(asset_path(name), name)


def test_a_read_only_cache_serves_what_it_holds_and_says_what_it_lacks(mailed, disk, monkeypatch):
    asset_path("mail")
    shutil.copytree(mailed.cache, disk / "cache")
    monkeypatch.setenv("LAB_CACHE", str(disk / "cache"))
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    assert asset_path("mail") == disk / "cache" / "mail" / MAIL_FILE
    with pytest.raises(LabError, match="cannot be written: set LAB_CACHE to a folder of yours"):
        asset_path("table")


def wait_for(condition) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_killed_fetch_leaves_no_half_asset_and_the_next_one_sweeps(small):
    small.registry.stalled[f"/{WHEEL_FILE}"] = threading.Event()
    process = small.start("fetch", "table")
    wait_for(lambda: f"/{WHEEL_FILE}" in small.registry.asked)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert len(small.leftovers()) == 1
    assert in_cache(small) == set(small.leftovers())
    small.registry.stalled.pop(f"/{WHEEL_FILE}").set()
    assert is_intact_at(asset_path("table"), "table")
    assert small.leftovers() == []


def test_an_interrupted_fetch_ends_its_client_and_leaves_nothing(small):
    small.registry.stalled[f"/{WHEEL_FILE}"] = threading.Event()
    process = small.start("fetch", "table")
    wait_for(lambda: f"/{WHEEL_FILE}" in small.registry.asked)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "the same command goes on from there" in error
    assert "Traceback" not in error
    assert in_cache(small) == set()


def test_two_processes_that_want_the_same_asset_download_it_once(small):
    small.registry.stalled[f"/{WHEEL_FILE}"] = threading.Event()
    first = small.start("fetch", "table")
    wait_for(lambda: f"/{WHEEL_FILE}" in small.registry.asked)
    second = small.start("fetch", "table")
    line = second.stderr.readline()
    assert "Another process is fetching" in line
    small.registry.stalled[f"/{WHEEL_FILE}"].set()
    outcomes = [process.communicate(timeout=60) for process in (first, second)]
    assert [first.returncode, second.returncode] == [0, 0], outcomes
    assert small.registry.asked.count(f"/{WHEEL_FILE}") == 1
    assert sha256(asset_path("table").read_bytes()) == named("table").sha256
