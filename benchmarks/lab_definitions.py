"""What a lab defines, without what it runs: functions, classes, settings and data of its cells, with the reference's answers."""

import ast

from grading.authoring.build import instructor_notebook
from grading.authoring.source_rules import plain_python
from grading.course import load_course
from shared.notebooks.cell_metadata import is_check

# Bare expressions are what a cell shows; everything else defines something that a later cell may need.
SHOWN = (ast.Expr, ast.Assert)


def definitions_until(lab: str, name: str) -> dict:
    """The namespace of a lab after the cell that defines `name`; checks and calls that only show something are left out."""
    notebook = instructor_notebook(lab, load_course())
    namespace = {"__name__": "__main__"}
    for cell in notebook.cells:
        if cell.cell_type != "code" or is_check(cell):
            continue
        tree = ast.parse(plain_python(cell.source))
        tree.body = [node for node in tree.body if not isinstance(node, SHOWN)]
        exec(compile(tree, cell.id, "exec"), namespace)
        if name in namespace:
            return namespace
    raise ValueError(f"{lab} defines no {name}")
