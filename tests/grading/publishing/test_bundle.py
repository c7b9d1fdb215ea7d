"""Tests the content of the students' bundle."""

import csv
import dataclasses
import lzma
import re
import shutil
import subprocess
import sys

import nbformat
import pytest

from grading.authoring.build import instructor_notebook
from grading.authoring.source_rules import regions
from grading.course import load_course
from grading.publishing.bundle import write_bundle
from shared.assets.cache_paths import CHECKOUT
from shared.assets.manifest import assets
from shared.errors import LabError
from shared.settings import labs


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_bundle(load_course(), tmp_path_factory.mktemp("bundle") / "students")


def test_it_holds_the_labs_and_what_they_need_and_nothing_of_the_instructors(folder):
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "AGENTS.md",
        "LICENSE",
        "LICENSE-texts",
        "README.md",
        "course.toml",
        "data",
        "environment.yml",
        "labs",
        "nbgrader_config.py",
        "pyproject.toml",
        "requirements.lock",
        "shared",
    }
    assert not (folder / "data" / "cache").exists()
    notebooks = sorted(path.stem for path in folder.rglob("*.ipynb"))
    assert notebooks == sorted(load_course().labs)


def test_no_line_of_an_answer_hidden_test_or_rubric_is_in_any_file(folder, course):
    text = "\n".join(path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file())
    assert not re.search(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)", text)
    lines = {
        line.strip()
        for path in folder.rglob("*.ipynb")
        for cell in nbformat.read(path, as_version=4).cells
        for line in cell.source.splitlines()
    }
    public = set()
    secret = {lab: set() for lab in course.labs}
    for lab in course.labs:
        for cell in instructor_notebook(lab, course).cells:
            outside, inside = regions(cell.source)
            public |= set(outside)  # what one lab gives may be an answer's line in another
            secret[lab] |= set(inside)
    for lab in course.labs:
        telling = {line for line in secret[lab] - public if len(line) >= 25}
        assert len(telling) > 50, "the reference has answers and hidden tests to leave out"
        assert not telling & lines


def test_no_hidden_label_is_in_any_file(folder):
    """Ids of test rows do occur, in the sets themselves, but nowhere next to a label."""
    hidden = sorted((CHECKOUT / "tests" / "hidden_labels").glob("*.csv"))
    ids = {row["id"] for path in hidden for row in csv.DictReader(path.read_text().splitlines())}
    assert [path.stem for path in hidden] == ["film", "mail", "sentiment"]
    assert len(ids) > 5000
    assert not list(folder.rglob("hidden_labels*"))
    seen = set()
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        data = lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
        for line in data.decode(errors="replace").splitlines():
            for found in re.finditer(r"\b[0-9a-f]{12}\b", line):
                if found[0] in ids:
                    seen.add(found[0])
                    assert '"label"' not in line, path
                    assert not re.match(r"[\",;: \t]+[0-2]\b", line[found.end() :]), path
    assert seen, "the sentiment and mail sets have ids of their test rows"


def test_no_recipe_is_in_any_file(folder):
    """With a recipe and the public sources, anybody could make the hidden labels, so none is there under any name."""
    assert not (folder / "data" / "recipes").exists()
    titles = {path.read_text(encoding="utf-8").splitlines()[0] for path in (CHECKOUT / "data" / "recipes").glob("*.py")}
    assert '"""Writes the labels of the test splits, for instructors alone' in {title.split(":")[0] for title in titles}
    for path in folder.rglob("*.py"):
        assert not titles & set(path.read_text(encoding="utf-8").splitlines()), path


def test_the_helper_package_works_from_the_bundle_alone(folder, tmp_path):
    code = "import shared.settings as s, shared.assets.manifest as a; print(s.__file__, len(a.assets()), sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    assert done.stdout.splitlines() == [str(folder / "shared" / "settings.py"), str(len(assets()))], done.stderr


def test_an_installed_package_has_its_manifest_table_and_metric_scripts(folder, tmp_path):
    """What Colab gets: the wheel, built from the bundle."""
    wheel = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(folder)],
        capture_output=True,
        text=True,
    )
    assert wheel.returncode == 0, wheel.stderr
    site = tmp_path / "site"
    archive = next(tmp_path.glob("*.whl"))
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(archive), str(site)], check=True)
    assert {path.name for path in site.iterdir() if path.is_dir() and not path.name.endswith("dist-info")} == {"shared"}
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); "
        "import shared.assets.manifest as a, shared.settings as s, shared.metrics as m; "
        "print(s.__file__, len(a.assets()), *s.labs(), m.load_metric('accuracy').name, sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", code, str(site)], cwd=tmp_path, capture_output=True, text=True)
    expected = [str(site / "shared" / "settings.py"), str(len(assets())), *labs(), "accuracy"]
    assert done.stdout.splitlines() == expected, done.stderr


def test_it_never_overwrites_a_folder(folder, course):
    with pytest.raises(LabError, match="exists: name a new folder"):
        write_bundle(course, folder)


def test_an_update_keeps_the_history_and_replaces_what_students_get(folder, course, tmp_path):
    mine = dataclasses.replace(course, repository="a-school/labs", labs={})
    target = tmp_path / "students"
    shutil.copytree(folder, target)
    (target / ".git").mkdir()
    (target / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (target / "shared" / "gone.py").write_text("of an earlier edition")
    (target / "README.md").write_text("old")
    write_bundle(mine, target, update=True)
    assert (target / ".git" / "HEAD").read_text() == "ref: refs/heads/main\n"
    assert not (target / "shared" / "gone.py").exists()
    assert (target / "README.md").read_text().startswith(f"# {course.title}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["students"]


def test_an_update_is_refused_for_another_folder_and_for_the_placeholder(folder, course, tmp_path):
    with pytest.raises(LabError, match="is no bundle of this course"):
        write_bundle(course, tmp_path, update=True)
    with pytest.raises(LabError, match="still the placeholder"):
        write_bundle(course, folder, update=True)


def test_the_guide_says_when_each_lab_is_due(folder, course):
    guide = (folder / "README.md").read_text(encoding="utf-8")
    for lab in course.labs.values():
        assert f"| {lab.name} | {lab.title} | {lab.points} | {lab.deadline:%A} {lab.deadline.day} " in guide
    assert "make " not in guide
