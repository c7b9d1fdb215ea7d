"""Tells students at each check what it is worth, and in a notebook's last cell how far they are; lets Run All get there."""

import re

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from shared.notebooks.cell_metadata import RUN_ON, grade_id, is_answer, is_check, is_graded, nbgrader_of
from shared.notebooks.check_labels import CheckLabel, write_label

HEADING = "# How far you are\n\nRun the whole notebook (in JupyterLab: *Run → Run All Cells*), then read here what is still open."


def label_checks(notebook: NotebookNode) -> None:
    """Writes a label above each check, and appends the cell that counts the points of those that passed."""
    exercise = ""
    points = {}
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and (heading := re.search(r"^## (Exercise \d+)", cell.source, re.MULTILINE)):
            exercise = heading[1]
        elif is_answer(cell) and not re.match("Exercise", exercise):
            exercise = grade_id(cell)
        if is_check(cell):
            worth = int(nbgrader_of(cell)["points"])
            cell.source = f"{write_label(CheckLabel(exercise, grade_id(cell), worth))}\n{cell.source}"
            points[exercise] = points.get(exercise, 0) + worth
    written = sum(int(nbgrader_of(cell)["points"]) for cell in notebook.cells if is_graded(cell) and is_answer(cell))
    rows = "".join(f'        "{exercise}": {worth},\n' for exercise, worth in points.items())
    notebook.cells.append(new_markdown_cell(HEADING))
    notebook.cells.append(new_code_cell(f"checks.summary(\n    {{\n{rows}    }},\n    written={written},\n)"))


def let_run_on(notebook: NotebookNode) -> None:
    """Tags every code cell from the first answer on, so that Run All continues after one that fails.

    What comes before, the imports and the data, is needed by all that follows: there Run All stops.
    """
    first = next((n for n, cell in enumerate(notebook.cells) if is_answer(cell)), len(notebook.cells))
    for cell in notebook.cells[first:]:
        if cell.cell_type == "code":
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), RUN_ON]
