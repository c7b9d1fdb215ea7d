"""Tests that a course directory which an earlier edition released is recognised, and that releasing again helps."""

import shutil

import nbformat
import pytest

from grading import sample_students
from grading.autograde import grade_class
from grading.cli import main
from grading.commands import formgrader
from grading.course import load_course
from grading.publishing import release
from grading.released_imports import missing_imports

LAB = "lab01_ridge"
OLD_CONFIG = "from grading.configuration import configure\nfrom grading.course import load_course\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory, release_mini):
    """(checkout, course directory) of the small lab, with one submission."""
    course = load_course()
    checkout, root = release_mini(tmp_path_factory.mktemp("released"), course)
    sample_students.hand_in(sample_students.sample_class(LAB, course, checkout)[:1], LAB, root)
    return checkout, root


@pytest.fixture
def root(made, tmp_path):
    """A copy of the course directory, to be changed."""
    return shutil.copytree(made[1], tmp_path / "root")


def use_in_notebook(root, line: str) -> None:
    """Adds a line to the set-up cell of the released notebook, which also has a magic, %pip."""
    path = root / "solutions" / LAB / f"{LAB}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    setup = next(cell for cell in notebook.cells if "%pip" in cell.source)
    setup.source += f"\n{line}\n"
    nbformat.write(notebook, path)


def autograde(root) -> int:
    return main(["autograde", LAB, "--kernel", "plain", "--root", str(root)])


def refusal(root, file: str, name: str, lab: str = LAB) -> str:
    """What the command prints."""
    return (
        f"course: The file {file} was released by an earlier edition of the course, since it imports {name}: "
        f"run 'course release {lab} --root {root}' again.\n"
    )


def test_an_old_configuration_is_refused_in_one_sentence(root, capsys):
    (root / "nbgrader_config.py").write_text(OLD_CONFIG + "from grading.late import LatePolicy\n")
    assert autograde(root) == 2
    assert capsys.readouterr().err == refusal(root, "nbgrader_config.py", "grading.configuration.configure")


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("from shared.texts import load_mail, load_film", "shared.texts.load_mail"),  # the module is gone
        ("from shared.seeding import mean_sd", "shared.seeding.mean_sd"),  # the name moved to another module
        ("from shared import texts", "shared.texts"),
    ],
)
def test_an_old_notebook_is_refused_for_the_first_name_that_is_gone(root, capsys, line, name):
    use_in_notebook(root, line)
    assert autograde(root) == 2
    assert capsys.readouterr().err == refusal(root, f"solutions/{LAB}/{LAB}.ipynb", name)


def test_an_old_judge_is_refused(root, capsys):
    with (root / "solutions" / LAB / "outside_judges.py").open("a") as file:
        file.write("from shared.texts import load_mail\n")
    assert autograde(root) == 2
    assert capsys.readouterr().err == refusal(root, f"solutions/{LAB}/outside_judges.py", "shared.texts.load_mail")


def test_a_current_directory_is_graded(root, capsys):
    use_in_notebook(
        root, "from shared import checks\nfrom shared.metrics import mean_sd\nfrom statistics import no_such"
    )
    assert autograde(root) == 0
    assert capsys.readouterr().out == "1 of 1 submissions are graded.\n"


def test_formgrader_refuses_an_old_configuration_as_well(root, capsys, monkeypatch):
    def started(*given, **how):
        raise AssertionError("JupyterLab was started")

    monkeypatch.setattr(formgrader.subprocess, "run", started)
    (root / "nbgrader_config.py").write_text(OLD_CONFIG)
    assert main(["formgrader", "--root", str(root)]) == 2
    assert capsys.readouterr().err == refusal(root, "nbgrader_config.py", "grading.configuration.configure", lab="LAB")


def test_releasing_again_replaces_what_is_old(made, root, course):
    checkout, fresh = made
    (root / "nbgrader_config.py").write_text(OLD_CONFIG)
    use_in_notebook(root, "from shared.texts import load_mail")
    (root / "solutions" / LAB / "outside.py").write_text("from shared.texts import load_mail\n")
    assert autograde(root) == 2
    release.release_lab(LAB, course, root, checkout)
    assert [record.status for record in grade_class(LAB, course, root, "plain")] == ["graded"]
    for file in ("nbgrader_config.py", f"labs/{LAB}/{LAB}.ipynb", f"solutions/{LAB}/{LAB}.ipynb"):
        assert (root / file).read_text() == (fresh / file).read_text()
    assert sorted(path.name for path in (root / "solutions" / LAB).iterdir()) == [f"{LAB}.ipynb", "outside_judges.py"]


def test_a_lab_that_was_graded_by_an_earlier_edition_can_be_released_again(made, root, course):
    checkout, _ = made
    before = grade_class(LAB, course, root, "plain")
    (root / "nbgrader_config.py").write_text(OLD_CONFIG)
    release.release_lab(LAB, course, root, checkout)
    assert grade_class(LAB, course, root, "plain") == before


def test_code_that_is_no_python_imports_nothing():
    assert list(missing_imports("from shared.texts import (")) == []


def test_a_magic_hides_no_import():
    source = "if True:\n    %pip install shared\nfrom shared.texts import load_mail\n!ls\nfrom shared import nothing"
    assert list(missing_imports(source)) == ["shared.texts.load_mail", "shared.nothing"]
