"""Tests collecting from nbgrader's exchange: nobody hands in for another, no link is followed, and one fault stops nobody."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from nbgrader.utils import notebook_hash

from grading import autograde, cli
from grading.feedback.write import write_feedback
from grading.intake.exchange import collect_exchange
from grading.intake.submission import open_submission
from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError

LAB = "lab01_ridge"
STAMP = "2027-01-05 10:00:00.000000 UTC"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another account")


@pytest.fixture
def exchange(tmp_path):
    """(inbound folder of the exchange, course directory)"""
    inbound = tmp_path / "root-exchange" / "finetuning" / "inbound"
    inbound.mkdir(parents=True)
    (tmp_path / "root").mkdir()
    return inbound, tmp_path / "root"


def send(
    inbound: Path, student: str, text: str = "{}", stamp: str = STAMP, lab: str = LAB, end: str = "+abcDEF"
) -> Path:
    """A folder as `nbgrader submit` leaves it."""
    folder = inbound / f"{student}+{lab}+{stamp}{end}"
    folder.mkdir()
    (folder / f"{lab}.ipynb").write_text(text)
    (folder / "timestamp.txt").write_text(stamp)
    (folder / "submission_secret.txt").write_text(f"secret of {student}")
    return folder


def graded(root: Path, student: str):
    return open_submission(root / "submitted" / student / LAB, LAB, 20)


def test_each_students_last_hand_in_is_taken_and_nothing_beside_the_notebook(exchange, course):
    inbound, root = exchange
    first = send(inbound, "ada", "first")
    os.utime(first / f"{LAB}.ipynb", (1e9, 1e9))
    (send(inbound, "ada", "second", "2026-01-05 10:00:00.000000 UTC") / "big.bin").write_text("x")
    send(inbound, "b+n", end="")
    send(inbound, "zoe", lab="lab02_causal_forest")
    found = collect_exchange(LAB, course, root)
    assert (found.students, found.unproven, found.refused) == (["ada", "b+n"], ["ada", "b+n"], {})
    assert graded(root, "ada").data == b"second"
    assert graded(root, "ada").secret == b"secret of ada"
    assert not (root / "submitted" / "ada" / LAB / "big.bin").exists()


def linked_notebook(inbound):
    path = send(inbound, "eve") / f"{LAB}.ipynb"
    path.unlink()
    path.symlink_to("/etc/passwd")


def dangling_link(inbound):
    path = send(inbound, "eve") / f"{LAB}.ipynb"
    path.unlink()
    path.symlink_to("/nowhere")


def link_to_zeros(inbound):
    path = send(inbound, "eve") / f"{LAB}.ipynb"
    path.unlink()
    path.symlink_to("/dev/zero")


def pipe(inbound):
    path = send(inbound, "eve") / f"{LAB}.ipynb"
    path.unlink()
    os.mkfifo(path)


def too_large(inbound):
    send(inbound, "eve", " " * 3_000_000)


def folder_for_a_notebook(inbound):
    path = send(inbound, "eve") / f"{LAB}.ipynb"
    path.unlink()
    path.mkdir()


def linked_folder(inbound):
    (inbound / f"eve+{LAB}+{STAMP}+x").symlink_to(inbound.parent)


def plain_file(inbound):
    (inbound / f"eve+{LAB}+{STAMP}+x").write_text("{}")


def nothing(inbound):
    (send(inbound, "eve") / f"{LAB}.ipynb").unlink()


def name_with_a_pattern(inbound):
    send(inbound, "*")


def name_that_cannot_be_shown(inbound):
    send(inbound, "e\x1bve")


FAULTS = [
    linked_notebook,
    dangling_link,
    link_to_zeros,
    pipe,
    too_large,
    folder_for_a_notebook,
    linked_folder,
    plain_file,
    nothing,
    name_with_a_pattern,
    name_that_cannot_be_shown,
]


@pytest.mark.parametrize("offer", FAULTS)
def test_what_is_at_fault_is_named_and_stops_nobody(exchange, course, offer):
    inbound, root = exchange
    offer(inbound)
    send(inbound, "zoe")
    found = collect_exchange(LAB, replace(course, max_submission_mb=2), root)
    assert found.students == ["zoe"]
    [(name, why)] = found.refused.items()
    assert f"+{LAB}+" in name
    assert why.endswith((".", "again."))
    assert name.isprintable()
    assert graded(root, "eve").data == b""


def test_an_odd_stamp_stops_nobody_and_decides_nothing(exchange, course):
    inbound, root = exchange
    (send(inbound, "ada", stamp="tomorrow") / "timestamp.txt").write_text("2020-01-01 00:00:00 UTC")
    late = replace(course, labs={LAB: replace(course.lab(LAB), deadline=course.lab(LAB).deadline.replace(year=2020))})
    found = collect_exchange(LAB, late, root)
    assert found.students == found.late == ["ada"]


@pytest.mark.parametrize("secret", ["two\nlines", "x" * 2000, "\x00"])
def test_an_odd_secret_is_none(exchange, course, secret):
    inbound, root = exchange
    (send(inbound, "ada") / "submission_secret.txt").write_text(secret)
    collect_exchange(LAB, course, root)
    assert graded(root, "ada").secret == b""


def test_without_an_exchange_the_command_says_what_to_do(tmp_path, course):
    with pytest.raises(LabError, match="pass --from FOLDER, or run 'nbgrader release_assignment lab01_ridge'"):
        collect_exchange(LAB, course, tmp_path / "root")


@pytest.fixture
def accounts():
    """An exchange in a folder that every account can reach."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        inbound = Path(folder) / "root-exchange" / "finetuning" / "inbound"
        inbound.mkdir(parents=True)
        inbound.chmod(0o777)
        (Path(folder) / "root").mkdir()
        yield inbound, Path(folder) / "root"


def give(folder: Path, uid: int) -> None:
    for path in (*folder.iterdir(), folder):
        os.chown(path, uid, uid)


@as_root
def test_nobody_hands_in_for_another(accounts, course):
    inbound, root = accounts
    give(send(inbound, "nobody", "my own"), 65534)
    give(send(inbound, "ada", "forged", "2027-01-06 10:00:00.000000 UTC"), 65534)
    found = collect_exchange(LAB, course, root)
    assert (found.students, found.unproven) == (["nobody"], [])
    [(name, why)] = found.refused.items()
    assert name.startswith("ada+")
    assert "belongs to the account nobody, not to ada" in why
    assert not (root / "submitted" / "ada").exists()
    named = replace(course, accounts={"nobody": "ada"})
    assert collect_exchange(LAB, named, root).students == ["ada"]


@as_root
def test_an_earlier_time_that_a_student_sets_does_not_count(accounts, course):
    inbound, root = accounts
    folder = send(inbound, "nobody")
    os.utime(folder / f"{LAB}.ipynb", (1e9, 1e9))
    give(folder, 65534)
    due = replace(course, labs={LAB: replace(course.lab(LAB), deadline=course.lab(LAB).deadline.replace(year=2020))})
    assert collect_exchange(LAB, due, root).late == ["nobody"]


def release_feedback(root: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-m", "nbgrader", "release_feedback", LAB]
    subprocess.run(command, cwd=root, env=environment, check=True, capture_output=True)


def test_pages_go_back_to_exactly_those_who_handed_in(release_mini, tmp_path, course, capsys):
    _, root = release_mini(tmp_path, course)
    inbound = tmp_path / "root-exchange" / "finetuning" / "inbound"
    inbound.mkdir(parents=True)
    (tmp_path / "root-exchange").chmod(0o777)
    good = (root / "labs" / LAB / f"{LAB}.ipynb").read_text()
    for student, text in {"ada": good, "ben": good[:1500], "eve": good, "ivy": good}.items():
        folder = send(inbound, student, text)
        if student in ("eve", "ivy"):
            (folder / "submission_secret.txt").write_text("the same")
    cli.main(["collect", LAB, "--root", str(root)])
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "otto.ipynb").write_text(good)
    cli.main(["collect", LAB, "--root", str(root), "--from", str(tmp_path / "folder")])
    autograde.grade_class(LAB, course, root, "plain", workers=2)
    write_feedback(LAB, course, root)
    assert "submissions of eve and ivy have the same secret" in capsys.readouterr().err
    release_feedback(root)
    pages = inbound.parent / "feedback"
    found = {
        student: pages / f"{notebook_hash(secret=f'secret of {student}', notebook_id=LAB)}.html"
        for student in ["ada", "ben"]
    }
    assert "Twice" in found["ada"].read_text()
    assert "is not a notebook" in found["ben"].read_text()
    assert not (pages / f"{notebook_hash(secret='the same', notebook_id=LAB)}.html").exists()
    assert len(list(pages.glob("*.html"))) == 5
    assert json.loads((root / "records" / LAB / "ben.json").read_text())["status"] == "refused"
