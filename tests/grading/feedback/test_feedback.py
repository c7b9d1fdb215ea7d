"""Pages that students get: a failed check speaks, and nothing that ran after a hidden check can carry it out."""

import base64
import html
import json
import re
import shutil
import time

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell

from grading import autograde
from grading.course import load_course
from grading.coursedir import executed_path, feedback_page
from grading.feedback import write
from grading.feedback.hide_tests import NOT_SHOWN, NOT_SHOWN_AGAIN, OWN_ERROR
from grading.feedback.overview import NO_NOTEBOOK, exercises
from grading.gradebook.merge import forget, merge
from grading.nbgrader_settings import api
from grading.verdicts.course_messages import CourseWords
from grading.verdicts.failure_kinds import SECOND_ATTEMPT
from shared.errors import LabError
from shared.notebooks.cell_metadata import ADDED

LAB = "lab01_ridge"
RIGHT, WRONG = "def double(x):\n    return 2 * x", "def double(x):\n    return 6"
SPY = "import base64\nsecret = lambda: base64.b64encode('\\n'.join(get_ipython().user_ns['In']).encode()).decode()\n"
RAISED = "def double(x):\n    {}\n    raise {}(secret())"
# What a student hands in: the answer, a cell right after it, a cell at the end.
HANDED_IN = {
    "honest": (RIGHT, "print('my own figures, before')", "print('my own figures, after')"),
    "wrong": (WRONG, "", ""),
    "unanswered": (None, "", ""),
    "careless": ("def double(x):\n    return 2 / (1 / x)", "", ""),
    "prints": (WRONG, SPY, "print(secret())"),
    "displays": (WRONG, SPY + "shown = display('here', display_id=True)", "shown.update(secret())"),
    "fails": (WRONG, SPY, "raise ValueError(secret())"),
    "names_an_error": (WRONG, SPY, "raise type(secret(), (Exception,), {})()"),
    "raises": (RAISED.format("", "ValueError"), SPY, ""),
    "poses_as_a_check": (RAISED.format("from shared.checks import CheckFailed", "CheckFailed"), SPY, ""),
    "quotes": ("def double(x):\n    from shared.checks import CheckFailed\n    raise CheckFailed(In[-1])", "", ""),
    "counts": (
        WRONG,
        SPY,
        "k = get_ipython().kernel\ncontent = {'code': '', 'execution_count': int.from_bytes(secret()[-900:].encode())}\n"
        "k.session.send(k.iopub_socket, 'execute_input', content, parent=k.get_parent())",
    ),
    "sees_nothing": (WRONG, "", "secret = 1"),
}


def code(source: str) -> dict:
    return {"cell_type": "code", "id": "mine", "metadata": {}, "source": source, "outputs": [], "execution_count": None}


@pytest.fixture(scope="module")
def class_graded(tmp_path_factory, release_mini):
    """(course, course directory), through a real kernel and real nbgrader."""
    course = load_course()
    _, root = release_mini(tmp_path_factory.mktemp("pages"), course)
    for student, (answer, after, last) in HANDED_IN.items():
        notebook = json.loads((root / "labs" / LAB / f"{LAB}.ipynb").read_text())
        place, cell = next(
            (n, c) for n, c in enumerate(notebook["cells"]) if c["metadata"].get("nbgrader", {}).get("solution")
        )
        cell["source"] = answer or cell["source"]
        notebook["cells"].insert(place + 1, code(after))
        notebook["cells"].append({**code(last), "id": "last"})
        folder = root / "submitted" / student / LAB
        folder.mkdir(parents=True)
        (folder / f"{LAB}.ipynb").write_text(json.dumps(notebook))
    autograde.grade_class(LAB, course, root, "plain")
    return course, root


@pytest.fixture(scope="module")
def pages(class_graded):
    """Student -> the page."""
    course, root = class_graded
    return {path.parent.parent.name: path.read_text() for path in write.write_feedback(LAB, course, root)}


def decoded(page: str) -> str:
    """All that a page says, also in the encodings that the attacks use."""
    numbers = [int(digits) for digits in re.findall(r"\d{300,4000}", page)]
    page += "".join(n.to_bytes(4000).decode(errors="replace") for n in numbers)
    found = [page]
    for text in re.findall(r"[A-Za-z0-9+/=]{80,}", page):
        found += [
            base64.b64decode(text[cut : cut + (len(text) - cut) // 4 * 4]).decode(errors="replace") for cut in range(4)
        ]
    return "\n".join(found)


@pytest.mark.parametrize("student", HANDED_IN)
def test_no_encoding_brings_a_hidden_test_onto_a_page(pages, student):
    assert "hidden_argument" not in decoded(pages[student])


def test_what_a_failed_check_says_stays(pages):
    assert "Twice nothing is nothing." in pages["wrong"]
    assert "This exercise is not answered yet" in pages["unanswered"]


def test_output_stays_up_to_the_first_hidden_check_and_its_absence_is_explained_after(pages):
    assert pages["honest"].count("my own figures, before") == 2  # source and output
    assert pages["honest"].count("my own figures, after") == 1
    assert NOT_SHOWN in pages["honest"]


def test_an_added_cell_tells_nothing_even_by_showing_nothing(pages):
    assert NOT_SHOWN in pages["sees_nothing"]


def test_a_students_own_error_keeps_its_kind(pages):
    assert f"ZeroDivisionError: {OWN_ERROR}" in pages["careless"]


@pytest.mark.parametrize(
    ("student", "points", "says"),
    [
        ("honest", "90 of 100", ["A person has not read this yet: points may be added."]),
        ("wrong", "40 of 100", ["double_any Twice nothing is nothing.", "why No response."]),
        (
            "unanswered",
            "0 of 100",
            ["double_three double_any NotImplementedError: This exercise is not answered yet", "why No response."],
        ),
        ("careless", "40 of 100", [f"double_any ZeroDivisionError: {OWN_ERROR}", "why No response."]),
    ],
)
def test_the_head_says_what_each_exercise_gave_and_why_not_more(pages, student, points, says):
    page = BeautifulSoup(pages[student], "html.parser")
    (row,) = page.select("#exercises tbody tr")
    title, got, remarks = (" ".join(cell.text.split()) for cell in row.find_all("td"))
    assert (title, got) == (load_course().lab(LAB).title, points)
    assert [sentence in remarks for sentence in says] == [True] * len(says)
    assert len(row.find_all("td")[-1].find_all("p")) == len(says)
    targets = [link["href"][1:] for link in row.find_all("a")]
    assert all(page.find("a", attrs={"name": target}) for target in targets)


def test_pages_written_side_by_side_are_the_same(class_graded, pages):
    course, root = class_graded
    again = write.write_feedback(LAB, course, root, workers=2)
    assert {path.parent.parent.name: path.read_text() for path in again} == pages


def test_a_process_that_dies_while_it_writes_pages_is_said(class_graded, tmp_path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text("import os\n\nos._exit(1)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    course, root = class_graded
    with pytest.raises(LabError, match="--workers"):
        write.write_feedback(LAB, course, root, workers=2)


# Put in the way of each process that writes pages: what no known notebook does any more, while an answer is coloured.
HARM = """
import os
import time

from nbconvert.filters import highlight

colour = highlight._pygments_highlight


def harm(source, *others):
    if "2 / (1 / x)" in source:
        time.sleep(1_000)
    if "raise ValueError(secret())" in source:
        os._exit(1)
    if "raise type(secret()" in source:
        bytearray(10**12)
    return colour(source, *others)


highlight._pygments_highlight = harm
"""


def test_a_page_that_cannot_be_made_whole_shows_points_and_remarks_and_costs_nobody_else_theirs(
    class_graded, pages, tmp_path, monkeypatch
):
    (tmp_path / "sitecustomize.py").write_text(HARM)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    course, root = class_graded
    found = write.write_feedback(LAB, course, root, workers=2, seconds=20)
    again = {page.parent.parent.name: page.read_text() for page in found}
    heads = {student for student, page in again.items() if NO_NOTEBOOK in page}
    assert heads == {"careless", "raises", "fails", "names_an_error"}
    assert f"ZeroDivisionError: {OWN_ERROR}" in again["careless"]
    assert "40 of 100" in again["careless"]
    assert {student: page for student, page in again.items() if student not in heads} == {
        student: page for student, page in pages.items() if student not in heads
    }


def test_formgraders_button_makes_pages_within_a_deadline_and_outside_the_server(
    class_graded, pages, tmp_path, monkeypatch
):
    (tmp_path / "sitecustomize.py").write_text(HARM)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    course, root = class_graded

    def impatient(config) -> None:
        config.OwnProcessExporter.seconds = 15

    nbgraders = api(course, root, adapt=impatient)
    before = feedback_page("wrong", LAB, root).read_text()
    begin = time.monotonic()
    made = {student: nbgraders.generate_feedback(LAB, student) for student in ("honest", "careless", "raises")}
    assert time.monotonic() - begin < 120
    assert {student: said["success"] for student, said in made.items()} == dict.fromkeys(made, True), made
    text = {student: feedback_page(student, LAB, root).read_text() for student in made}
    assert text["honest"] == pages["honest"]
    for student in ("careless", "raises"):
        assert NO_NOTEBOOK in text[student]
        assert "40 of 100" in text[student] or "0 of 100" in text[student]
    assert feedback_page("wrong", LAB, root).read_text() == before


def test_formgraders_button_says_where_no_page_can_be_made(class_graded, tmp_path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text("import os\n\nos._exit(1)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    course, root = class_graded
    said = api(course, root).generate_feedback(LAB, "sees_nothing")
    assert not said["success"]
    assert "A process that writes pages died" in said["log"]
    assert not feedback_page("sees_nothing", LAB, root).exists()


def test_a_second_attempt_shows_no_free_output_and_leaves_no_older_page(class_graded, pages, tmp_path):
    course, root = class_graded
    root = shutil.copytree(root, tmp_path / "root")
    notebook = nbformat.read(executed_path("honest", LAB, root), as_version=4)
    notebook.metadata[SECOND_ATTEMPT] = True
    merge(LAB, "honest", notebook, [], course, root)
    page = feedback_page("honest", LAB, root)
    assert not page.exists()
    write.write_feedback(LAB, course, root, workers=2)
    text = page.read_text()
    assert text.count("my own figures, before") == 1  # in its source
    assert "LAB_PROFILE says so" not in text
    assert html.escape(NOT_SHOWN_AGAIN, quote=False) in text
    assert "LAB_PROFILE says so" in pages["honest"]
    forget(LAB, "honest", course, root)
    assert not page.exists()


def graded(name: str, score: float, points: float, kind=new_code_cell, source="x = 1", **mark):
    mark = {"grade": True, "solution": False, "task": False, "grade_id": name, "score": score, "points": points, **mark}
    return kind(source, metadata={"nbgrader": mark})


def test_exercises_are_what_stands_below_the_courses_own_headings():
    cells = [
        new_markdown_cell("## First\n\nSome words"),
        graded("one", 2, 2),
        graded("code", 0, 0, grade=False, solution=True, comment="No response."),
        new_markdown_cell("## Mine", id=f"{ADDED}1"),
        graded("two", 1, 3),
        new_markdown_cell("### Nothing to earn"),
        new_markdown_cell("# A part\n\nwith words\n\n## Second\n\nand its question"),
        graded("words", 4, 5, new_markdown_cell, "# My answer", solution=True, comment="Nearly."),
        graded("waits", 0, 1),
    ]
    first, second = exercises(cells, {"waits"})
    assert (first.title, first.anchor, first.score, first.points, first.waits) == ("First", "one", 3, 5, False)
    assert first.remarks == {"": ["two"]}
    assert (second.title, second.score, second.points, second.waits) == ("Second", 4, 6, True)
    assert second.remarks == {"Nearly.": ["comment-words"]}


SOURCE = 'checks.close(weights, [1.0, 2.0], "the weights", hint=f"Is alpha added {n} times?")'


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            "Is alpha added 3 times? (the weights: 1 of 2 values differ, first at index 0, expected 1, yours 2.5)",
            "Is alpha added … times? (the weights: 1 of 2 values differ, first at index … expected … , yours …",
        ),
        (
            "Is alpha added 2 times? (the weights should have shape (2,), yours has (3, 1))",
            "Is alpha added 2 times? (the weights should have shape … , yours has … 1))",
        ),
        ("The weights is None: does the function return its result?", None),
        (
            "Is alpha added times? Is alpha added times? the weights the weights",
            "Is alpha added times? … the weights …",
        ),
        ("the weights: float int float str bool list tuple", "the weights: float int … str …"),
        ("Is alpha added times? 1,104,105,100,100,101,110", "Is alpha added times? …"),
        ("Is alpha added times? 123456789012345678901234567890", "Is alpha added times? …"),
        ("The kernel died here: it was told to stop, or needed more memory or time than it may use.", None),
        ("Is alpha added 3 times? (the weights should be float64, yours is aGlkZGVuX2FyZ3VtZW50)", "yours is …"),
        ("aGlkZGVuX2FyZ3VtZW50IGlzIGhlcmU", ""),
        ("weights", ""),
    ],
)
def test_of_a_message_only_the_courses_own_words_and_a_few_numbers_are_shown(said, shown):
    got = CourseWords([SOURCE], SOURCE).words_of(said)
    assert got == said if shown is None else shown in got and "aGlk" not in got and bool(got) == bool(shown), got


def test_a_message_holds_few_numbers():
    assert len(CourseWords([SOURCE]).words_of("the weights: " + "1234567 " * 5000)) < 500
