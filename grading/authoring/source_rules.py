"""Checks a lab before it goes to students: its points, its signatures, and that no answer is left in it."""

import ast
import re
from collections import Counter

from nbformat import NotebookNode

from shared.notebooks.cell_metadata import grade_id, is_answer, is_check, is_graded, nbgrader_of
from shared.notebooks.needed_cells import plain_python

SECRET = ("SOLUTION", "HIDDEN TESTS", "MARK SCHEME")
MOST_STATEMENTS = 20  # in a cell that students read
WRITTEN_POINTS = 10  # of a lab at least
DISTINCTIVE = 25  # characters; shorter lines ("return x", "else:") say nothing about an answer


def student_problems(instructor: NotebookNode, student: NotebookNode) -> list[str]:
    """One sentence for each thing in a student notebook that keeps it from being released.

    Args:
        instructor: the notebook with solutions and hidden tests.
        student: what nbgrader made of it.
    """
    return [*_signature_problems(instructor, student), *leaks(instructor, student), *_format_problems(student)]


def instructor_problems(notebook: NotebookNode, points: int) -> list[str]:
    """One sentence for each thing that is wrong with the names and points of a lab's cells.

    Args:
        points: of all cells of the lab together.
    """
    ids = Counter(grade_id(cell) for cell in notebook.cells if nbgrader_of(cell))
    found = [f"The grade_id '{name}' is on several cells." for name in sorted(ids) if ids[name] > 1]
    graded = [cell for cell in notebook.cells if is_graded(cell)]
    total = sum(nbgrader_of(cell)["points"] for cell in graded)
    if total != points:
        found.append(f"The points add up to {total:g}, not to {points}.")
    written = sum(nbgrader_of(cell)["points"] for cell in graded if is_answer(cell))
    if written < WRITTEN_POINTS:
        found.append(f"Only {written:g} points are for written answers; at least {WRITTEN_POINTS} should be.")
    return [*found, *_between_problems(notebook)]


def _between_problems(notebook: NotebookNode) -> list[str]:
    """Given cells among an answer and its checks: the checks run by themselves, in a process that has run none of them."""
    found = []
    answer = ""
    between: list[NotebookNode] = []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        if is_answer(cell):
            answer = grade_id(cell)
            between = []
        elif is_check(cell):
            found += [f"The cell '{each.id}' stands between the answer '{answer}' and its checks." for each in between]
            between = []
        else:
            between.append(cell)
    return found


def signatures(source: str) -> dict[str, str]:
    """Name -> header of each function, class and method that a cell defines: 'Layer.forward' -> 'def forward(self, x)'."""
    found = {}

    def visit(body, prefix):
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                decorators = "".join(f"@{ast.unparse(d)} " for d in node.decorator_list)
                returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
                found[prefix + node.name] = f"{decorators}def {node.name}({ast.unparse(node.args)}){returns}"
            elif isinstance(node, ast.ClassDef):
                found[prefix + node.name] = f"class {node.name}({', '.join(ast.unparse(base) for base in node.bases)})"
                visit(node.body, f"{prefix}{node.name}.")

    visit(ast.parse(source).body, "")
    return found


def _signature_problems(instructor: NotebookNode, student: NotebookNode) -> list[str]:
    """Stubs that are not Python, that could not fail by themselves, or that lack a signature of their solution."""
    found = []
    stubs = {grade_id(cell): cell for cell in student.cells if nbgrader_of(cell)}
    for cell in instructor.cells:
        if not is_answer(cell) or cell.cell_type != "code":
            continue
        name = grade_id(cell)
        try:
            solution = signatures(cell.source)
            stub = signatures(stubs[name].source)
        except SyntaxError as error:
            found.append(f"The stub of '{name}' is not valid Python (line {error.lineno}): move the solution markers.")
            continue
        if not solution:
            found.append(
                f"The answer '{name}' defines no function or class: write one, so that its stub fails by itself."
            )
        for key, header in solution.items():
            if stub.get(key) != header:
                found.append(f"The stub of '{name}' lacks '{header}', which its solution has.")
    return found


def regions(source: str) -> tuple[list[str], list[str]]:
    """(public, secret): the lines of a cell outside and inside of solution, hidden-test and mark-scheme regions."""
    public = []
    secret = []
    inside = False
    for line in source.splitlines():
        marker = re.search(rf"(BEGIN|END) ({'|'.join(SECRET)})", line)
        if marker:
            inside = marker.group(1) == "BEGIN"
        elif inside:
            secret.append(line.strip())
        else:
            public.append(line.strip())
    return public, secret


def leaks(instructor: NotebookNode, student: NotebookNode) -> list[str]:
    """One sentence for each marker, and each distinctive line of an answer, hidden test or rubric, in a student notebook."""
    text = "\n".join(cell.source for cell in student.cells)
    found = [f"The student notebook still says '{word}'." for word in SECRET if re.search(f"(BEGIN|END) {word}", text)]
    public = set()
    secret = set()
    for cell in instructor.cells:
        outside, inside = regions(cell.source)
        public.update(outside)
        secret.update(inside)
    shown = {line.strip() for line in text.splitlines()}
    for line in sorted(secret - public):
        if len(line) >= DISTINCTIVE and line in shown:
            found.append(f"A line of an answer or hidden test is left in the student notebook: {line!r}.")
    return found


def _format_problems(student: NotebookNode) -> list[str]:
    """Another format than 4.5, outputs, and cells that are too long to read."""
    found = []
    if (student.nbformat, student.nbformat_minor) != (4, 5):
        found.append(f"The notebook format is {student.nbformat}.{student.nbformat_minor}, not 4.5.")
    for cell in student.cells:
        if cell.cell_type != "code":
            continue
        if cell.outputs or cell.execution_count:
            found.append(f"The cell '{cell.id}' has an output.")
        count = statements(cell.source)
        if count > MOST_STATEMENTS:
            found.append(f"The cell '{cell.id}' has {count} statements; keep cells within {MOST_STATEMENTS}.")
    return found


def statements(source: str) -> int:
    """The number of statements in a cell, at any depth; docstrings do not count, and a line such as %pip counts as one."""
    tree = ast.parse(plain_python(source))
    nodes = list(ast.walk(tree))
    documented = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    docstrings = sum(isinstance(node, documented) and ast.get_docstring(node) is not None for node in nodes)
    return sum(isinstance(node, ast.stmt) for node in nodes) - docstrings
