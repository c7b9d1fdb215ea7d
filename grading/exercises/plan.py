"""Divides notebooks into exercises: the steps of a lab's stage, and what of a submission runs in each child."""

from collections.abc import Iterable
from dataclasses import dataclass

from nbformat import NotebookNode

from grading.exercises.stage_process import Step
from grading.exercises.student_code import Code, LabNames, guarded, helpers, wants_a_run
from grading.verdicts.course_messages import REGION
from shared.notebooks.cell_metadata import grade_id, is_added, is_answer, is_check
from shared.notebooks.needed_cells import needed_cells

START = -1  # the number of the stage's checkpoint in front of all cells


@dataclass(frozen=True)
class Exercise:
    """One exercise of one submission.

    Args:
        name: of its answer.
        checkpoint: the number of the stage's checkpoint in front of it.
        helpers: source of the definitions in the student's earlier cells.
        cells: places in the notebook of what runs: the answer, what the student added up to its last check, and its checks.
        names: that its checks ask the answer for.
        imports: source of what the reference imports in its answer.
        inside: the names of its checks that run in the process of the answer.
        reason: why it depends on what only a run of the whole notebook has; "" where it does not.
    """

    name: str
    checkpoint: int
    helpers: str
    cells: list[int]
    names: list[str]
    imports: str
    inside: list[str]
    reason: str = ""


def stage_steps(cells: Iterable[NotebookNode]) -> list[Step]:
    """What a lab's stage runs: the cells that answers and checks depend on, a checkpoint in front of each answer.

    Hidden tests never run there.

    Args:
        cells: the instructor's.
    """
    steps = [Step("start", checkpoint=START)]
    count = 0
    for cell in needed_cells([cell for cell in cells if cell.cell_type == "code"]):
        name = grade_id(cell) or cell.id
        if is_answer(cell):
            steps.append(Step(name, checkpoint=count))
            count += 1
        steps.append(Step(name, REGION.sub("", cell.source) if is_check(cell) else cell.source))
    return steps


def exercises(cells: list[NotebookNode], lab: LabNames) -> list[Exercise]:
    """The exercises of a submission, in their order.

    Args:
        cells: of the rebuilt notebook.
    """
    found = []
    earlier: list[Code] = []
    written = {
        place: Code(cell.source, grade_id(cell) if is_answer(cell) else "")
        for place, cell in enumerate(cells)
        if cell.cell_type == "code" and (is_answer(cell) or is_added(cell))
    }
    for place, code in written.items():
        if name := code.answer:
            run = _run_cells(cells, place)
            own = [written[each] for each in run if each in written]
            found.append(
                Exercise(
                    name,
                    len(found),
                    helpers=guarded(helpers(earlier, name, lab)),
                    cells=run,
                    names=lab.asked_for(name),
                    imports=lab.imports[name],
                    inside=[grade_id(cells[each]) for each in run if grade_id(cells[each]) in lab.inside],
                    reason=wants_a_run(own, earlier, name, lab),
                )
            )
        earlier.append(code)
    return found


def _run_cells(cells: list[NotebookNode], answer: int) -> list[int]:
    """Places of an answer, of its checks, and of what the student added between them."""
    end = next((place for place in range(answer + 1, len(cells)) if is_answer(cells[place])), len(cells))
    last = max((place for place in range(answer, end) if is_check(cells[place])), default=answer)
    code = [place for place in range(answer, last + 1) if cells[place].cell_type == "code"]
    return [place for place in code if place == answer or is_check(cells[place]) or is_added(cells[place])]
