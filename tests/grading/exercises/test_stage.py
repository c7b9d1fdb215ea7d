"""A lab's stage on a small lab: what crosses into an exercise, what does not, and what happens to those that hang or die."""

import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from grading.exercises.class_stage import class_stage
from grading.exercises.plan import exercises
from grading.exercises.run import ExerciseRuns
from grading.exercises.stage_process import Checkpoints, ChildLost, StageLost
from grading.exercises.whole_run import WholeRun
from grading.kernels.resource_limits import Limits
from grading.verdicts import canaries, tripwires
from grading.verdicts.failure_kinds import LOST, NOT_RUN, TOO_LONG
from shared.errors import LabError
from shared.notebooks.cell_metadata import ADDED, grade_id, is_check
from tests.isolation import needs_walls

pytestmark = needs_walls


def answer(name: str, source: str):
    return new_code_cell(source, metadata=mark(name, True))


def check(name: str, source: str):
    return new_code_cell(source, metadata=mark(name, False))


def mark(name: str, is_answer: bool) -> dict:
    known = {"grade": not is_answer, "solution": is_answer, "grade_id": name, "points": 1, "locked": not is_answer}
    return {"nbgrader": {**known, "schema_version": 3, "task": False}}


FIRST = "secret_of_the_reference = 1\ndef first(x):\n    return x + 1"
SECOND = "def second(x):\n    return first(first(x))"
CHECKS = [
    "from shared import checks\nchecks.close(first(1), 2, 'first(1)')\n"
    "### BEGIN HIDDEN TESTS\nhidden = int(checks.fresh().integers(9))\nassert first(hidden) == hidden + 1, 'first adds one'\n"
    "### END HIDDEN TESTS",
    "checks.close(second(base), 44, 'second(base)')",
    "checks.close(second(0), 2, 'second(0)')\nchecks.hand_over(seconds=[second(x) for x in range(3)])",
]
LAB = [
    new_code_cell(
        "import os\nimport numpy as np\nbase = 42\ntable = np.arange(3)\n"
        "os.environ['RUNS'] = str(int(os.environ.get('RUNS', 0)) + 1)"
    ),
    answer("first", FIRST),
    check("first_one", CHECKS[0]),
    new_code_cell("between = first(base)"),
    answer("second", SECOND),
    check("second_base", CHECKS[1]),
    check("second_zero", CHECKS[2]),
]


def lab(**changed: str):
    """The lab's notebook with other answers."""
    notebook = nbformat.from_dict(new_notebook(cells=LAB))
    for cell in notebook.cells:
        cell.source = changed.get(grade_id(cell), cell.source)
    return notebook


def released():
    stub = "raise NotImplementedError"
    return lab(first=f"def first(x):\n    {stub}", second=f"def second(x):\n    {stub}")


@pytest.fixture(scope="module")
def stage():
    with class_stage(lab(), released(), Limits(memory_gb=3), cell_seconds=60) as found:
        yield found


def graded(stage, notebook, seconds: float = 20, known=None, inside=()) -> tuple[dict, list[str]]:
    """(check -> "" or the name and message of its error, flags) of a submission.

    Args:
        inside: names of checks that run in the process of the answer.
    """
    found = exercises(notebook.cells, replace(stage.names, inside=set(inside)))
    runs = ExerciseRuns(notebook, Checkpoints(stage.folder).child, "7", known or {}, output_bytes=10**5)
    outcome = runs.run(found, dict.fromkeys(stage.seconds, seconds))
    said = {}
    for cell in filter(is_check, notebook.cells):
        errors = [f"{each.ename}: {each.evalue}" for each in cell.outputs if each.output_type == "error"]
        said[grade_id(cell)] = errors[0] if errors else ""
    return said, outcome.flags


def test_the_reference_keeps_all_and_is_given_a_deadline(stage):
    notebook = lab()
    said, flags = graded(stage, notebook)
    assert said == {"first_one": "", "second_base": "", "second_zero": ""}
    assert flags == []
    assert {name: seconds >= 10 for name, seconds in stage.seconds.items()} == {"first": True, "second": True}
    handed = [each.data for each in notebook.cells[-1].outputs if each.output_type == "display_data"]
    assert "[2, 3, 4]" in json.dumps(handed)


def test_a_mistake_costs_its_own_exercise_alone(stage):
    said, _ = graded(stage, lab(first="def first(x):\n    return 5"))
    assert said["first_one"].startswith("CheckFailed: first(1): expected 2, yours 5")
    assert said["second_base"] == said["second_zero"] == ""


def test_the_lab_runs_once_whoever_hands_in(stage):
    notebook = lab(first=f"{FIRST}\nprint(os.environ['RUNS'])")
    graded(stage, notebook)
    assert notebook.cells[1].outputs[0].text == "1\n"


def test_an_endless_loop_costs_its_exercise_alone_and_says_so(stage):
    said, _ = graded(stage, lab(first="while True:\n    pass"), seconds=2)
    assert said["first_one"].startswith(NOT_RUN)
    assert said["second_base"] == ""
    notebook = lab(second="def second(x):\n    while True:\n        pass")
    said, _ = graded(stage, notebook, seconds=2)
    assert said["second_base"] == f"{TOO_LONG}: This exercise took longer than 2 s and was stopped."
    assert said["second_zero"].startswith(NOT_RUN)


@pytest.mark.parametrize("end", ["os._exit(0)", "__import__('ctypes').string_at(0)", "x = bytearray(5 * 10**9)"])
def test_a_process_that_dies_or_swells_costs_its_exercise_alone(stage, end):
    said, _ = graded(stage, lab(first=f"def first(x):\n    {end}"))
    assert said["first_one"].startswith((LOST, NOT_RUN, "MemoryError"))
    assert said["second_base"] == ""


def test_what_a_child_changes_no_other_sees(stage):
    spoil = "base = 0\nos.environ['RUNS'] = 'spoiled'\nopen(os.path.expanduser('~/left'), 'w').write('x')\n"
    graded(stage, lab(second=spoil + SECOND))
    seen = "print(base, os.environ['RUNS'], os.listdir(os.path.expanduser('~')), os.listdir('/tmp'))\n"
    notebook = lab(second=seen + SECOND)
    graded(stage, notebook)
    text = notebook.cells[4].outputs[0].text
    assert text.startswith("42 1 []")
    assert "cx-" not in text, "the sockets of other children can be seen"


def test_the_walls_stand_around_a_child(stage):
    tries = """
import socket
for attempt in (
    lambda: socket.create_connection(("127.0.0.1", 1), timeout=1),
    lambda: open("/etc/passwd").read(),
    lambda: os.kill(2, 0),
    lambda: os.setuid(0),
    lambda: os.unshare(0x10000000) if hasattr(os, "unshare") else os.chroot("/"),
):
    try:
        attempt()
        print("reached")
    except OSError:
        print("stopped")
"""
    notebook = lab(first=tries + FIRST)
    graded(stage, notebook)
    assert notebook.cells[1].outputs[0].text.split() == ["stopped"] * 5


def test_the_reference_of_the_exercise_and_the_later_ones_is_not_in_the_process(stage):
    notebook = lab(first="print('secret_of_the_reference' in globals(), 'second' in globals())")
    graded(stage, notebook)
    assert notebook.cells[1].outputs[0].text == "False False\n"


def test_helpers_of_earlier_cells_are_there_and_their_cells_do_not_run_again(stage):
    helper = "print('ran')\ndef twice(f, x):\n    return f(f(x))\n"
    notebook = lab(first=helper + FIRST, second="def second(x):\n    return twice(first, x)")
    said, _ = graded(stage, notebook)
    assert said["second_base"] == ""
    assert notebook.cells[4].outputs == []


def test_what_a_student_adds_between_answer_and_checks_counts(stage):
    notebook = released()
    notebook.cells.insert(2, nbformat.from_dict(new_code_cell(FIRST, id=f"{ADDED}1")))
    said, _ = graded(stage, notebook)
    assert said["first_one"] == ""
    assert said["second_zero"].startswith("NotImplementedError")


SILENT = (
    "from shared import checks\nchecks.close = lambda *a, **k: None\nchecks.that = checks.close\n"
    "def drop(lines):\n    return ['pass\\n']\nget_ipython().input_transformers_cleanup.append(drop)"
)
ALL = ("first_one", "second_base", "second_zero")


def test_checks_that_run_inside_cannot_be_switched_off_unseen(stage):
    said, flags = graded(stage, lab(first=SILENT), inside=ALL)
    assert canaries.FLAG in flags
    assert all(said.values())


def test_checks_that_run_outside_cannot_be_switched_off(stage):
    said, flags = graded(stage, lab(first=f"{SILENT}\ndef first(x):\n    return 5"))
    assert said["first_one"].startswith("CheckFailed: first(1): expected 2, yours 5")
    assert said["second_base"] == said["second_zero"] == ""
    assert flags == []


@pytest.mark.parametrize("inside", [[], ["first_one"], ["second_base"], ["second_zero"], ALL])
def test_it_is_one_grade_wherever_checks_run(stage, inside):
    said, flags = graded(stage, lab(second="def second(x):\n    return first(x) + (x > 9)"), inside=inside)
    assert [name for name in ALL if said[name]] == ["second_zero"]
    assert flags == []


def test_a_notebook_that_runs_as_a_whole_has_its_checks_outside_as_well(stage):
    """Its process has computed the lab's names itself; a check hands one over, and a later cell reads what a check defined."""
    notebook = lab(first="while False:\n    pass\n" + FIRST)
    notebook.cells.append(nbformat.from_dict(new_code_cell("seen_by_a_check + 1")))
    for cell in notebook.cells:
        if grade_id(cell) == "second_base":
            cell.source = "seen_by_a_check = 7\nchecks.close(second(table), [2, 3, 4], 'second(table)')"
    found = exercises(notebook.cells, stage.names)
    run = WholeRun(notebook, found, Checkpoints(stage.folder).child, "7", {}, output_bytes=10**5)
    assert run.run(dict.fromkeys(stage.seconds, 20), cell_seconds=20, total_seconds=60) == []
    errors = [each for cell in notebook.cells for each in cell.outputs if each.output_type == "error"]
    assert errors == []


def test_a_process_that_checks_run_in_has_nothing_of_the_answer(stage):
    """What an answer patches, hides or prints stays in its own process; the checks see a stub."""
    patched = "import builtins\nbuiltins.abs = None\nglobals()['base'] = 0\n" + SECOND
    said, _ = graded(stage, lab(second=patched))
    assert said == dict.fromkeys(ALL, "")


def test_two_checks_that_pass_on_spoiled_answers_make_the_points_wait(stage):
    known = {"first_one": ["first"], "second_base": ["second"], "second_zero": ["second"]}
    assert graded(stage, lab(), known=known, inside=ALL)[1] == []
    patch = "import shared.checks\nshared.checks.close = lambda *a, **k: None\n"
    _, flags = graded(stage, lab(first=patch + FIRST, second=patch + SECOND), known=known, inside=ALL)
    assert tripwires.FORGED in flags or canaries.FLAG in flags


def test_a_flood_of_output_is_cut_and_costs_nothing(stage):
    notebook = lab(first=f"print('x' * 10**8)\n{FIRST}")
    said, _ = graded(stage, notebook)
    assert said["first_one"] == ""
    assert sum(len(str(cell.get("outputs", ""))) for cell in notebook.cells) < 2 * 10**5


SENDS = """
import socket
for descriptor in os.listdir("/proc/self/fd"):
    try:
        socket.socket(fileno=int(descriptor)).sendall({line} + b"\\n")
    except OSError:
        continue
"""


@pytest.mark.parametrize(
    "line",
    ["b'not json'", "b'[]'", "b'{\"outputs\": 3}'", "b'{\"outputs\": [3]}'", "b'[' * 10**5", "b'x' * (17 << 20)"],
)
def test_a_child_that_sends_anything_else_is_lost(stage, line):
    notebook = lab(first=SENDS.replace("{line}", line) + FIRST)
    said, _ = graded(stage, notebook)
    assert said["first_one"].startswith((LOST, NOT_RUN))
    assert said["second_base"] == ""


def test_outputs_of_odd_shapes_become_none_or_sound_ones(stage):
    odd = [{"output_type": "stream", "text": 3}, {"output_type": "evil"}, {"output_type": "error", "ename": "\ud800"}]
    notebook = lab(first=SENDS.replace("{line}", repr(json.dumps({"outputs": odd}).encode())))
    graded(stage, notebook)
    nbformat.validate(nbformat.from_dict(notebook))
    nbformat.writes(notebook).encode()


def test_without_the_stage_no_submission_is_blamed(stage):
    with pytest.raises(StageLost):
        Checkpoints(stage.folder).child(99, 5)
    with pytest.raises(StageLost):
        Checkpoints(Path("/nowhere")).child(0, 5)


def test_a_child_is_gone_once_it_is_closed(stage):
    child = Checkpoints(stage.folder).child(0, 20)
    child.run("import subprocess\nsubprocess.Popen(['sleep', '300'])")
    before = sleepers()
    assert before
    child.close()
    deadline = time.monotonic() + 10
    while sleepers() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not sleepers()
    with pytest.raises(ChildLost):
        child.run("1")


def sleepers() -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_text())
        except OSError:
            continue
    return [text for text in found if text == "sleep\0" + "300\0"]


def test_a_reference_that_fails_is_said_and_nothing_stays_behind(monkeypatch):
    made = []
    make = tempfile.mkdtemp
    monkeypatch.setattr(tempfile, "mkdtemp", lambda *given, **named: made.append(make(*given, **named)) or made[-1])
    wrong = lab(second="def second(x):\n    return 5")
    with (
        pytest.raises(LabError, match="in cell 'second_base': CheckFailed"),
        class_stage(wrong, released(), Limits(memory_gb=3), cell_seconds=60),
    ):
        pass
    assert len(made) == 2
    assert [folder for folder in made if Path(folder).exists()] == []
