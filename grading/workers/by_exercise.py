"""Grades a task by exercise, and sets it beside a whole run where one is asked for: check by check the better outcome counts."""

from nbformat import NotebookNode

from grading.exercises.plan import Exercise
from grading.verdicts import canaries, tripwires
from grading.verdicts.failure_kinds import failed, said
from shared.notebooks.cell_metadata import grade_id, is_check

STAGE = "COURSE_STAGE"  # the folder of the stage that a worker's tasks are run in, where there is one


def why_whole(exercises: list[Exercise], audit: bool) -> str:
    """Why a submission is also run as a whole; "" where it is not."""
    for exercise in exercises:
        if exercise.reason:
            return f"{exercise.name}: {exercise.reason}"
    return "drawn for the audit" if audit else ""


def take_better(notebook: NotebookNode, whole: NotebookNode, exercises: list[Exercise]) -> list[str]:
    """Gives each check that fails by exercise, and passes in the whole run, the latter's outcome; returns each difference.

    Args:
        notebook: as it was graded by exercise. whole: after a run of all its cells. exercises: that were run.
    """
    in_whole = {grade_id(cell): cell for cell in whole.cells if is_check(cell)}
    differences = []
    run = [notebook.cells[place] for exercise in exercises for place in exercise.cells]
    for cell in filter(is_check, run):
        other = in_whole[grade_id(cell)]
        if failed(cell) == failed(other):
            continue
        here, there = said(cell), said(other)
        differences.append(f"{grade_id(cell)} by itself: {here}; in a run of the whole notebook: {there}")
        if failed(cell):
            cell.outputs = other.outputs
    return differences


def settle(
    notebook: NotebookNode, flags: list[str], whole: NotebookNode, whole_flags: list[str], exercises: list[Exercise]
) -> list[str]:
    """Takes the better outcomes, unless a sign of forgery in either run makes one not better but forged; returns the flags."""
    every = list(dict.fromkeys([*flags, *whole_flags]))
    if canaries.FLAG in every:
        canaries.fail_all(notebook.cells)
        return every
    if tripwires.FORGED in every:
        return every
    return [*every, *take_better(notebook, whole, exercises)]
