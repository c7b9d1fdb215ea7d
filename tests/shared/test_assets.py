"""Assets: verified at every use, fetched whole or not at all, and every failure is one sentence that names the command."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from shared import assets
from shared.assets import asset_path, is_intact, main
from shared.settings import LabError, labs


def named(name: str) -> assets.Asset:
    return next(asset for asset in assets.assets() if asset.name == name)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache of its own."""
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def filled(cache, monkeypatch):
    """A cache that holds everything, copied from the usual one (fetched there if need be)."""
    monkeypatch.delenv("LAB_CACHE")
    paths = {asset.name: asset_path(asset.name) for asset in assets.assets()}
    monkeypatch.setenv("LAB_CACHE", str(cache))
    for name, path in paths.items():
        (cache / name).mkdir(parents=True)
        shutil.copyfile(path, cache / name / path.name)
    return cache


@pytest.fixture
def offline(monkeypatch):
    """pip is told to look nowhere: what a laptop on a train sees, at once."""
    for name in ("PIP_FIND_LINKS", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)


def test_the_manifest_is_complete_and_names_real_labs():
    for asset in assets.assets():
        assert len(asset.sha256) == len(asset.archive["sha256"]) == 64
        assert set(asset.used_by) <= set(labs())
        assert asset.licence
        assert asset.source
        assert (assets.CHECKOUT / "data" / "cards" / f"{asset.name}.md").is_file(), "every data set has a card"


def test_a_fetch_from_the_registry_fills_the_cache(cache):
    path = asset_path("nhefs")
    assert path.is_file()
    assert is_intact(named("nhefs"))
    assert is_intact(named("thornton_hiv")), "one download serves every asset of its archive"
    assert sorted(entry.name for entry in cache.iterdir()) == ["nhefs", "thornton_hiv"]


def test_a_flipped_byte_is_noticed_and_mended(filled):
    path = asset_path("thornton_hiv")
    data = bytearray(path.read_bytes())
    data[1000] ^= 1
    path.write_bytes(data)
    assert main(["verify"]) == 1
    asset_path("thornton_hiv")
    assert main(["verify"]) == 0


def test_offline_with_an_empty_cache_names_the_command(cache, offline):
    with pytest.raises(LabError, match="python -m shared.assets fetch lab01_ridge"):
        asset_path("nhefs")
    assert list(cache.iterdir()) == [], "nothing half-fetched is left"


def test_offline_with_a_full_cache_needs_nothing(filled, offline):
    for asset in assets.assets():
        assert asset_path(asset.name).is_file()


def test_an_archive_with_other_bytes_is_thrown_away(cache, monkeypatch):
    asset = named("nhefs")
    monkeypatch.setitem(asset.archive, "sha256", "0" * 64)
    with pytest.raises(LabError, match="is not the file the course was made with .*python -m shared.assets fetch"):
        assets.fetch(asset)
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.ENOSPC, "is full: free .* MB, or set LAB_CACHE"),
        (errno.EROFS, "cannot be written: set LAB_CACHE"),
        (errno.EACCES, "cannot be written: set LAB_CACHE"),
        (errno.EIO, "failed .*set LAB_CACHE"),
    ],
)
def test_a_disk_that_refuses_is_one_sentence(cache, monkeypatch, number, says):
    def refuse(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(assets.tempfile, "TemporaryDirectory", refuse)
    with pytest.raises(LabError, match=says):
        asset_path("nhefs")


def test_a_really_full_disk_is_told_and_leaves_the_cache_usable(tmp_path, monkeypatch):
    """A 1 MB file system: pip itself runs out of space."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode:
        pytest.skip("only root can mount a small file system to fill")
    try:
        monkeypatch.setenv("LAB_CACHE", str(disk / "cache"))
        with pytest.raises(LabError, match="is full: free .* MB, or set LAB_CACHE"):
            asset_path("nhefs")
        assert list((disk / "cache").iterdir()) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_killed_fetch_leaves_a_cache_that_works(cache):
    process = subprocess.Popen([sys.executable, "-m", "shared.assets", "fetch", "lab01_ridge"], cwd=assets.CHECKOUT)
    deadline = time.monotonic() + 60
    while not list(cache.glob(".fetch-*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (cache / "nhefs").exists() or is_intact(named("nhefs"))
    assert is_intact(named("nhefs")) or asset_path("nhefs").is_file()


def test_list_and_unknown_names(filled, capsys):
    assert main(["list", "lab01_ridge"]) == 0
    out = capsys.readouterr().out
    assert "nhefs" in out
    assert "thornton" not in out
    with pytest.raises(SystemExit):
        main(["fetch", "lab99"])
    assert "no asset is used by lab99" in capsys.readouterr().err
    with pytest.raises(LabError, match="no asset 'nefhs'"):
        asset_path("nefhs")
