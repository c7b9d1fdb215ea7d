"""`course new`: the lab that it makes is built, proven by its bank and graded as it stands."""

import datetime
import errno
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from grading import atomic_write
from grading.authoring.new_lab import new_lab, with_section
from grading.course import load_course
from grading.coursedir import course_file, profiles_path
from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError
from shared.settings import PROFILES

LAB = "lab90_example"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of the checkout in which nothing else is at work."""
    folder = tmp_path_factory.mktemp("new") / "checkout"
    folder.mkdir()
    for name in ("grading", "shared"):
        shutil.copytree(CHECKOUT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("course.toml", "nbgrader_config.py", "pyproject.toml"):
        shutil.copyfile(CHECKOUT / name, folder / name)
    (folder / "data").mkdir()
    for path in (CHECKOUT / "data").glob("*.toml"):
        shutil.copyfile(path, folder / "data" / path.name)
    (folder / "data" / "embedded").symlink_to(CHECKOUT / "data" / "embedded")
    return folder


def run(checkout, *words, code=None) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "grading.cli", *map(str, words)]
    environment = {**os.environ, "PYTHONPATH": str(code or checkout)}
    return subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True)


def course(checkout, *words, code=None) -> str:
    """What a command of the code in a folder, the checkout's own by default, prints there."""
    done = run(checkout, *words, code=code)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def refused(checkout, *words) -> str:
    done = run(checkout, *words)
    assert done.returncode == 2, done.stdout + done.stderr
    return done.stderr


def test_a_new_lab_is_built_proven_and_graded(checkout, tmp_path):
    before = (checkout / "course.toml").read_text()
    said = course(checkout, "new", LAB, "--title", 'A "first" example')
    assert f"solutions/{LAB}/part01_mean_square.py" in said
    assert (checkout / "course.toml").read_text().startswith(before)
    course(checkout, "build", LAB)
    said = course(checkout, "bank", LAB, "--exercise", "mean_square", code=CHECKOUT)
    assert said.startswith(f"The checkout {checkout} is proven.\n{LAB}: 3 right and 5 wrong answers; 0 ")
    bank = checkout / "tests" / "answers" / LAB / "mean_square.py"
    text = bank.read_text()
    bank.write_text(text[: text.rindex("# %% wrong")])
    assert "mean_square has 3 right and 4 wrong ones: add them to tests/answers" in refused(checkout, "bank", LAB)
    bank.unlink()
    assert "mean_square has 0 right and 0 wrong ones" in refused(checkout, "bank", LAB)
    bank.write_text(text)
    assert "name one of mean_square" in refused(checkout, "bank", LAB, "--exercise", "mean")
    root = tmp_path / "root"
    course(checkout, "release", LAB, "--root", root)
    notebook = json.loads((root / "solutions" / LAB / f"{LAB}.ipynb").read_text())
    handed_in = tmp_path / "in"
    handed_in.mkdir()
    (handed_in / "ada.ipynb").write_text(json.dumps(notebook))
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "mean_square":
            cell["source"] = "def mean_square(values):\n    return sum(v * abs(v) for v in values) / len(values)"
    (handed_in / "ben.ipynb").write_text(json.dumps(notebook))
    course(checkout, "collect", LAB, "--from", handed_in, "--root", root)
    course(checkout, "autograde", LAB, "--kernel", "plain", "--root", root)
    rows = json.loads(course(checkout, "grades", LAB, "--format", "json", "--root", root))
    points = {row["student"]: row["checks"] for row in rows}
    assert points["ada"] == {"mean_square_value": 45.0, "mean_square_signs": 45.0, "mean_square_why": None}
    assert points["ben"] == {"mean_square_value": 45.0, "mean_square_signs": 0.0, "mean_square_why": None}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("forgetting", "'forgetting' cannot be the name of a lab: write it like 'lab08_forgetting'"),
        ("lab08_Forgetting", "cannot be the name of a lab"),
        ("../lab08_forgetting", "cannot be the name of a lab"),
        ("lab01_ridge", "There is a lab 'lab01_ridge' in course.toml already"),
    ],
)
def test_another_name_is_asked_for_and_nothing_is_written(checkout, name, says):
    before = {path: path.read_bytes() for path in checkout.glob("*.toml")}
    with pytest.raises(LabError, match=says):
        new_lab(name, "A title", checkout)
    assert {path: path.read_bytes() for path in checkout.glob("*.toml")} == before


def test_a_folder_that_exists_is_never_written_into(checkout):
    folder = checkout / "tests" / "answers" / "lab91_mine"
    folder.mkdir(parents=True)
    with pytest.raises(LabError, match="The folder tests/answers/lab91_mine exists"):
        new_lab("lab91_mine", "A title", checkout)
    assert not (checkout / "solutions" / "lab91_mine").exists()
    assert "lab91_mine" not in (checkout / "course.toml").read_text()


@pytest.fixture
def tables(tmp_path) -> Path:
    """As much of a checkout as `new_lab` reads."""
    for path in (course_file, profiles_path):
        path(tmp_path).parent.mkdir(exist_ok=True)
        shutil.copyfile(path(), path(tmp_path))
    return tmp_path


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("title", ["Robots \U0001f916", 'A "first" \\ example', "Größe"])
def test_any_line_of_text_can_be_the_title(tables, title):
    before = files(tables)
    last = list(load_course(tables).labs.values())[-1]
    made = new_lab(LAB, title, tables)
    assert set(made) == set(files(tables))
    for path, old in before.items():
        assert path.read_bytes().startswith(old + b"\n")
    lab = list(load_course(tables).labs.values())[-1]
    assert (lab.name, lab.title, lab.points) == (LAB, title, 100)
    assert lab.deadline - last.deadline == datetime.timedelta(days=7)
    assert set(tomllib.loads(profiles_path(tables).read_text())[LAB]) == {"all", *PROFILES}


@pytest.mark.parametrize(
    ("name", "title", "says"),
    [
        ("lab٩٠_example", "A title", "'lab٩٠_example' cannot be the name of a lab"),
        (LAB, "two\nlines", r"^The title 'two\\nlines' is not a line of text: write it like --title"),
        (LAB, " ", "^The title ' ' is not a line of text"),
    ],
)
def test_what_would_break_course_toml_is_refused(tables, name, title, says):
    before = files(tables)
    with pytest.raises(LabError, match=says):
        new_lab(name, title, tables)
    assert files(tables) == before


@pytest.mark.parametrize("folder", ["solutions", "tests/answers", "labs"])
def test_what_somebody_wrote_is_never_overwritten(tables, folder):
    theirs = tables / folder / LAB / "part01_mean_square.py"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("mine\n")
    before = files(tables)
    with pytest.raises(LabError, match=f"^The folder {folder}/{LAB} exists: choose another name"):
        new_lab(LAB, "A title", tables)
    assert files(tables) == before


SECTION = "[labs.lab90_example]\npoints = 1\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[labs.a]\npoints = 1", f"[labs.a]\npoints = 1\n\n{SECTION}"),
        ("[labs.a]\nx = 1\n# of a\n", f"[labs.a]\nx = 1\n# of a\n\n{SECTION}"),
        ("[labs.a]\r\nx = 1\r\n", f"[labs.a]\r\nx = 1\r\n\n{SECTION}"),
        (
            '[labs.a]\nx = [\n    ["p"],\n]\n# of a\n\n# of late\n[late] # too\ny = 2\n',
            f'[labs.a]\nx = [\n    ["p"],\n]\n# of a\n\n{SECTION}\n# of late\n[late] # too\ny = 2\n',
        ),
    ],
)
def test_a_section_is_put_between_the_last_lab_and_what_follows(text, expected):
    assert with_section(text, SECTION, "labs.", "course.toml") == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[labs]\na = { points = 1 }\n", r"^The new lab cannot be added to course\.toml: begin .* \[labs\.NAME\]"),
        ("[labs.a\n", r"^course\.toml is not valid TOML: .*Correct that line"),
        (SECTION, "^The file course.toml has a section of this lab already: remove it"),
    ],
)
def test_a_file_that_takes_no_section_is_named(text, says):
    with pytest.raises(LabError, match=says):
        with_section(text, SECTION, "labs.", "course.toml")


@pytest.mark.parametrize("failing", ["part00_start.py", "mean_square.py", "profiles.toml", "course.toml"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_write_that_fails_leaves_nothing_of_the_lab(tables, monkeypatch, failing, error):
    before = files(tables)
    replace = os.replace

    def full(source, target):
        if Path(target).name == failing:
            raise error
        replace(source, target)

    monkeypatch.setattr(atomic_write.os, "replace", full)
    with pytest.raises((LabError, KeyboardInterrupt)) as raised:
        new_lab(LAB, "A title", tables)
    assert isinstance(raised.value, LabError if isinstance(error, OSError) else KeyboardInterrupt)
    assert files(tables) == before
    assert not (tables / "solutions").exists()
    assert not (tables / "tests").exists()
