"""The gradebook in a real PostgreSQL server: the same grades, as in a file."""

import getpass
import os
import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from grading import autograde, sample_students
from grading.gradebook import grades

LAB = "lab01_ridge"
PROGRAMS = max(Path("/usr/lib/postgresql").glob("*/bin/initdb"), default=Path(shutil.which("initdb") or "")).parent
pytestmark = pytest.mark.skipif(not (PROGRAMS / "pg_ctl").exists(), reason="no PostgreSQL server is installed")


@pytest.fixture
def server():
    """A server of its own, reached through a socket in its folder; yields its address as SQLAlchemy writes it."""
    name = "nobody" if os.getuid() == 0 else getpass.getuser()  # the server refuses to be root
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    shutil.chown(folder, name)

    def call(program: str, *arguments: str) -> None:
        subprocess.run([PROGRAMS / program, *arguments], check=True, stdout=subprocess.DEVNULL, cwd=folder, user=name)

    call("initdb", "-D", "data", "-A", "trust", "-U", name, "--no-sync")
    call("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", f"-c listen_addresses='' -k {folder}", "start")
    call("createdb", "-h", str(folder), "-U", name, "grades")
    yield f"postgresql+psycopg2://{name}@/grades?host={folder}"
    call("pg_ctl", "-D", "data", "-m", "immediate", "stop")
    shutil.rmtree(folder)


def test_a_class_has_the_same_grades_as_in_sqlite(server, release_mini, tmp_path, course):
    found = {}
    for name, database in (("sqlite", ""), ("postgresql", server)):
        mine, base = replace(course, database=database), tmp_path / name
        base.mkdir()
        checkout, root = release_mini(base, mine)
        sample_students.hand_in(sample_students.sample_class(LAB, mine, checkout), LAB, root)
        for _ in range(2):  # a second run grades anew what a person has not touched
            autograde.grade_class(LAB, mine, root, "plain", workers=2)
        found[name] = grades.class_grades(LAB, mine, root)
        assert (root / "gradebook.db").exists() == (not database)
    assert found["postgresql"] == found["sqlite"]
    assert len(found["sqlite"]) > 3
