"""Tests that a course directory is closed to other accounts, and an exchange inside it is not."""

import grp
import os
import stat
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from grading import cli, closed_directory
from grading.course import load_course
from grading.publishing import release
from shared.errors import LabError

LAB = "lab01_ridge"
GROUP = grp.getgrgid(os.getgid()).gr_name


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def open_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def root(tmp_path, open_umask):
    """A course directory that anybody can read."""
    root = tmp_path / "root"
    (root / "solutions").mkdir(parents=True)
    (root / "gradebook.db").write_text("")
    (root / "nbgrader_config.py").write_text("")
    return root


def test_a_release_makes_a_directory_that_is_closed(release_mini, tmp_path, course, open_umask):
    _, root = release_mini(tmp_path, course)
    assert mode(root) == 0o700


def test_a_directory_for_a_group_is_the_groups(make_mini, tmp_path, course, open_umask):
    from grading.authoring import build

    course = replace(course, group=GROUP)
    checkout = make_mini(tmp_path)
    build.build_lab(LAB, course, checkout)
    root = tmp_path / "root"
    with closed_directory.umask_restored():
        closed_directory.enter(root, course)
        release.release_lab(LAB, course, root, checkout)
    assert mode(root) == 0o2770
    for path in root.rglob("*"):
        assert path.group() == GROUP
        assert mode(path) & 0o060 == 0o060, path
        assert not mode(path) & 0o007, path


def test_an_open_directory_is_closed_by_any_command(root, capsys):
    cli.main(["grades", LAB, "--root", str(root)])
    assert mode(root) == 0o700
    assert os.umask(0o022) == 0o022  # as before the command


def test_what_is_no_course_directory_or_meant_for_everybody_stays_as_it_is(root, tmp_path, course, capsys):
    (tmp_path / "other").mkdir()
    cli.main(["grades", LAB, "--root", str(tmp_path / "other")])
    assert mode(tmp_path / "other") == 0o755
    root.chmod(0o1777)
    closed_directory.close(root, course)
    assert mode(root) == 0o1777


def test_an_older_directory_becomes_the_groups_with_all_that_is_in_it(root):
    closed_directory.close(root, replace(load_course(), group=GROUP))
    assert mode(root) == 0o2770
    assert mode(root / "solutions") & 0o2070 == 0o2070
    assert mode(root / "gradebook.db") & 0o060 == 0o060


def test_a_group_that_does_not_exist_is_named(root):
    with pytest.raises(LabError, match="There is no group 'nobody-has-this' on this machine"):
        closed_directory.close(root, replace(load_course(), group="nobody-has-this"))


def test_an_exchange_inside_stays_reachable_and_becomes_sticky(root, course):
    (root / "exchange").mkdir()
    (root / "exchange").chmod(0o777)
    closed_directory.close(root, course)
    assert mode(root) == 0o711
    assert mode(root / "exchange") == 0o1777
    assert mode(root / "solutions") == 0o700
    assert mode(root / "gradebook.db") == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as two other accounts")
def test_a_directory_of_somebody_elses_is_warned_about(course):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root"
        root.mkdir()
        os.chmod(folder, 0o755)
        os.chmod(root, 0o755)
        (root / "nbgrader_config.py").write_text("")
        os.chown(root, 65534, 65534)
        child = os.fork()
        if child == 0:
            os.setuid(65533)
            os._exit(0 if "run 'chmod 700" in closed_directory.close(root, course) else 1)
        assert os.waitpid(child, 0)[1] == 0
