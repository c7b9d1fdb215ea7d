"""Counts how many of a lab's automatic points are decided outside of the process that a student's code runs in."""

from dataclasses import dataclass

from nbformat import NotebookNode

from grading.exercises.student_code import INSIDE
from grading.verdicts.outside_judges import handing_over
from shared.notebooks.cell_metadata import grade_id, is_check, nbgrader_of


@dataclass(frozen=True)
class OutsideShare:
    """The automatic points of a lab.

    Args:
        outside: points of checks that run in a process of their own, or whose judge does.
        automatic: points of all checks.
        inside: names of the others.
    """

    outside: int
    automatic: int
    inside: list[str]

    def __str__(self) -> str:
        told = f"{self.outside} of {self.automatic} automatic points are decided outside of the student's process"
        return f"{told}; inside: {', '.join(self.inside)}." if self.inside else f"{told}."


def outside_share(notebook: NotebookNode) -> OutsideShare:
    """The share of a lab.

    Args:
        notebook: the instructor's.
    """
    judged = handing_over(notebook)
    points = {grade_id(cell): int(nbgrader_of(cell)["points"]) for cell in notebook.cells if is_check(cell)}
    tagged = {grade_id(cell) for cell in notebook.cells if INSIDE in cell.metadata.get("tags", [])}
    inside = [name for name in points if name in tagged and name not in judged]
    automatic = sum(points.values())
    return OutsideShare(automatic - sum(points[name] for name in inside), automatic, inside)
