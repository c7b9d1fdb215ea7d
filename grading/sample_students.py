"""Makes submissions of a made-up class from the reference and the answer bank, with the grade that each must get."""

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grading.atomic_write import write_atomically
from grading.authoring.answer_files import Answer, load_bank
from grading.authoring.build import instructor_notebook
from grading.course import Course
from grading.coursedir import student_path, submitted_folder
from shared.assets.cache_paths import CHECKOUT
from shared.notebooks.cell_metadata import fed_by, grade_id, is_answer

RIGHT_WAYS = 3
WRONG_WAYS = 3


@dataclass(frozen=True)
class Sample:
    """A made-up student's submission, and what must become of it.

    student: id; story: what the student did; text: of the notebook's file; loses: checks that must be lost, None for all of
    them; readable: False for a file that cannot be graded.
    """

    student: str
    story: str
    text: str
    loses: tuple[str, ...] | None = ()
    readable: bool = True


def reference_answers(instructor: NotebookNode) -> dict[str, str]:
    """grade_id -> the reference's answer, without the solution markers."""
    cells = [cell for cell in instructor.cells if is_answer(cell)]
    marker = re.compile(r"^.*(BEGIN|END) SOLUTION.*\n?", flags=re.MULTILINE)
    return {grade_id(cell): marker.sub("", cell.source).rstrip() for cell in cells}


def answered(student: NotebookNode, answers: dict[str, str]) -> NotebookNode:
    """A copy of the student notebook with these answers filled in; other answer cells keep their stubs."""
    notebook = nbformat.from_dict(student)
    for cell in notebook.cells:
        if is_answer(cell) and grade_id(cell) in answers:
            cell.source = answers[grade_id(cell)]
    return notebook


def sample_class(lab: str, course: Course, checkout: Path = CHECKOUT) -> list[Sample]:
    """The made-up class: the reference, three other right ways, one half done, one unanswered, three wrong, a broken file.

    A wrong student has one wrong answer; all others are right in other ways than the reference.
    """
    student = nbformat.read(student_path(lab, checkout), as_version=4)
    reference = reference_answers(instructor_notebook(lab, course, checkout))
    bank = load_bank(lab, checkout)

    def text(answers: dict[str, str]) -> str:
        return nbformat.writes(answered(student, answers)) + "\n"

    half = dict(list(reference.items())[: len(reference) // 2])
    skipped = tuple(_fed_by(student, set(reference) - set(half)))
    samples = [Sample("ada", "the reference", text(reference))]
    right = [reference | {answer.exercise: answer.source for answer in _right_way(bank, n)} for n in range(RIGHT_WAYS)]
    for number, (answers, name) in enumerate(zip(right, ("ben", "cleo", "dan"), strict=True), start=1):
        samples.append(Sample(name, f"right, in way {number} of the bank", text(answers)))
    samples.append(Sample("eva", "the first half only", text(half), skipped))
    samples.append(Sample("finn", "unanswered", text({}), None))
    others = right[1:] + right[:1]
    for answers, answer, name in zip(others, _spread(bank, WRONG_WAYS), ("gus", "hana", "ivan"), strict=True):
        story = f"wrong: {answer.exercise}, {answer.label}"
        samples.append(Sample(name, story, text(answers | {answer.exercise: answer.source}), answer.loses))
    samples.append(Sample("jo", "a file cut off while uploading", text(reference)[:2000], None, readable=False))
    return samples


def _right_way(bank: list[Answer], number: int) -> list[Answer]:
    """The number-th right answer of each exercise."""
    exercises = {}
    for answer in bank:
        if answer.right:
            exercises.setdefault(answer.exercise, []).append(answer)
    return [answers[number % len(answers)] for answers in exercises.values()]


def _spread(bank: list[Answer], count: int) -> list[Answer]:
    """Wrong answers from all over the bank, so that they are of different exercises where there are enough."""
    wrong = [answer for answer in bank if not answer.right]
    return [wrong[number * len(wrong) // count] for number in range(count)]


def _fed_by(notebook: NotebookNode, exercises: set[str]) -> list[str]:
    """grade_ids of the graded cells that depend on one of these answers."""
    cells = notebook.cells
    answers = [place for place, cell in enumerate(cells) if is_answer(cell) and grade_id(cell) in exercises]
    return [grade_id(graded) for place in answers for graded in fed_by(cells, place)]


def hand_in(samples: list[Sample], lab: str, root: Path) -> None:
    """Writes the notebooks to where collected submissions are stored."""
    for sample in samples:
        write_atomically(submitted_folder(sample.student, lab, root) / f"{lab}.ipynb", sample.text)
