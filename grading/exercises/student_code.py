"""Finds what a student's earlier cells give to an exercise by their definitions alone, and what only a run of them could give."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from nbformat import NotebookNode

from shared.notebooks.cell_metadata import grade_id, is_answer, is_check
from shared.notebooks.definitions import LONGEST
from shared.notebooks.needed_cells import global_names, plain_python

DEFINES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
INSIDE = "inside"  # an author's tag on a check that has to run in the process of the answer
HARMLESS_MAGICS = ("%matplotlib", "%config", "%load_ext autoreload", "%autoreload")


@dataclass(frozen=True)
class Code:
    """A cell of code, taken apart.

    Args:
        answer: its name, where it is an answer.
    """

    source: str
    answer: str = ""

    @cached_property
    def statements(self) -> list[ast.stmt]:
        """None where it cannot be parsed: it fails when it runs."""
        if len(self.source) > LONGEST:
            return []
        try:
            return ast.parse(plain_python(self.source)).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return []

    @cached_property
    def definitions(self) -> list[ast.stmt]:
        """Functions, classes, imports and constants: what can be had without running anything."""
        return [statement for each in self.statements for statement in _single(each) if _is_definition(statement)]

    @cached_property
    def running(self) -> list[ast.stmt]:
        """All other statements."""
        return [statement for statement in self.statements if not _is_definition(statement)]

    @cached_property
    def uses_kernel(self) -> bool:
        """Whether it uses what only a notebook's kernel has."""
        lines = (line.strip() for line in self.source.splitlines())
        magic = any(line[:1] in ("%", "!") and not line.startswith(HARMLESS_MAGICS) for line in lines)
        nodes = (node for statement in self.statements for node in ast.walk(statement))
        return magic or any(isinstance(node, ast.Name) and node.id in ("get_ipython", "In", "Out") for node in nodes)

    @cached_property
    def reads(self) -> set[str]:
        """Global names that occur in it."""
        return names_of(self.statements)


@dataclass(frozen=True)
class LabNames:
    """The names of a lab.

    Args:
        bound: that students can know of: those of given cells, and the answers' own.
        by_answer: name of an answer -> those that it must bind.
        private: that the reference binds besides.
        read: that the lab's checks and functions read.
        given: the lab's statements outside of answers and checks, each as text.
        imports: name of an answer -> source of what the reference imports in it, which checks may use too.
        inside: names of checks that run in the process of the answer.
    """

    bound: set[str] = field(default_factory=set)
    by_answer: dict[str, set[str]] = field(default_factory=dict)
    private: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)
    imports: dict[str, str] = field(default_factory=dict)
    inside: set[str] = field(default_factory=set)

    def asked_for(self, answer: str) -> list[str]:
        """Names that its checks may ask an answer for: not those of what it imports."""
        imported = bound_names(Code(self.imports[answer]).statements)
        return sorted(self.by_answer[answer] - imported)

    def bound_elsewhere(self, answer: str) -> set[str]:
        """Names that the lab binds in other cells than this answer: the reference's are used."""
        return self.bound - self.by_answer[answer]


def lab_names(instructor: Iterable[NotebookNode], released: Iterable[NotebookNode] = ()) -> LabNames:
    """The names of a lab, by the cells of the instructor's notebook and of the one that students got, if they did already."""
    found = LabNames()
    stubs = {grade_id(cell): bound_names(Code(cell.source).statements) for cell in released if is_answer(cell)}
    codes = [(cell, Code(cell.source)) for cell in instructor if cell.cell_type == "code"]
    reads = {id(cell): code.reads for cell, code in codes}
    for cell, code in codes:
        bound = bound_names(code.statements)
        if is_answer(cell):
            elsewhere = set().union(*(names for key, names in reads.items() if key != id(cell)))
            found.by_answer[grade_id(cell)] = bound & elsewhere | stubs.get(grade_id(cell), set())
            found.bound.update(found.by_answer[grade_id(cell)])
            found.private.update(bound)
            imported = [each for each in code.statements if isinstance(each, ast.Import | ast.ImportFrom)]
            found.imports[grade_id(cell)] = ast.unparse(ast.Module(imported, []))
        elif is_check(cell):
            found.read.update(code.reads)
            if INSIDE in cell.metadata.get("tags", []):
                found.inside.add(grade_id(cell))
        else:
            found.bound.update(bound)
            found.given.update(ast.unparse(single) for each in code.statements for single in _single(each))
            found.read.update(names_of(each for each in code.statements if isinstance(each, DEFINES)))
    found.private.difference_update(found.bound)
    return found


def helpers(earlier: list[Code], answer: str, lab: LabNames) -> list[ast.stmt]:
    """The definitions of a student's earlier cells that this exercise may use: of names that are not the lab's own."""
    taken = lab.bound_elsewhere(answer)
    return [each for code in earlier for each in code.definitions if not bound_names([each]) & taken]


def guarded(statements: Iterable[ast.stmt]) -> str:
    """Their source, each by itself: one that fails, for want of what only a run would give, leaves the others."""
    handler = ast.ExceptHandler(type=ast.Name("Exception", ast.Load()), name=None, body=[ast.Pass()])
    each = [ast.Try(body=[statement], handlers=[handler], orelse=[], finalbody=[]) for statement in statements]
    return ast.unparse(ast.fix_missing_locations(ast.Module(each, [])))


def wants_a_run(own: list[Code], earlier: list[Code], answer: str, lab: LabNames) -> str:
    """Why an exercise depends on what only a run of the whole notebook has; "" where it does not.

    Args:
        own: the cells of the exercise that the student wrote. earlier: those before them.
    """
    if any(len(code.source) > LONGEST for code in [*own, *earlier]):
        return "a cell is too long to be taken apart"
    if any(code.uses_kernel for code in own):
        return "it uses what only a notebook's kernel has"
    taken = lab.bound_elsewhere(answer)
    definitions = helpers(earlier, answer, lab)
    made = {name for code in earlier for name in bound_names(code.running)} - taken
    if wanted := sorted(made & _reads_in_all(own, definitions)):
        return f"it uses {', '.join(wanted)}, which an earlier cell computes"
    if alike := sorted(bound_names(definitions) & lab.private):
        return f"it defines {', '.join(alike)}, and so does the reference, for itself"
    changed = {name for code in [*earlier, *own] for name in _rebound(code, lab)}
    if rebound := sorted(changed & lab.read & taken):
        return f"a cell gives {', '.join(rebound)}, of the lab's own names, another value"
    return ""


def bound_names(statements: Iterable[ast.stmt]) -> set[str]:
    """Names that statements bind in the notebook."""
    found = set()
    for statement in statements:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(statement.name)
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).split(".")[0] for alias in statement.names}
        else:
            nodes = ast.walk(statement)
            found |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return found


def names_of(statements: Iterable[ast.stmt]) -> set[str]:
    """Global names that occur in statements."""
    text = ast.unparse(ast.Module(list(statements), []))
    try:
        return global_names(text)
    except SyntaxError:  # `return` outside of a function, say, which only the compiler notices
        return set()


def _reads_in_all(own: list[Code], definitions: list[ast.stmt]) -> set[str]:
    """Global names that the exercise's cells read, or helpers that these use, and so on."""
    wanted = {name for code in own for name in code.reads}
    reads = {name: names_of([each]) for each in definitions for name in bound_names([each])}
    waiting = list(wanted)
    while waiting:
        more = reads.pop(waiting.pop(), set()) - wanted
        wanted |= more
        waiting += more
    return wanted


def _rebound(code: Code, lab: LabNames) -> set[str]:
    """Names, other than its own answer's, that a cell binds by other statements than the lab's."""
    single = [each for statement in code.statements for each in _single(statement)]
    own = lab.by_answer.get(code.answer, set())
    return bound_names(each for each in single if ast.unparse(each) not in lab.given) - own


def _single(statement: ast.stmt) -> list[ast.stmt]:
    """An import of several names as one statement each; any other statement as it is."""
    if isinstance(statement, ast.Import):
        return [ast.Import([alias]) for alias in statement.names]
    if isinstance(statement, ast.ImportFrom):
        return [ast.ImportFrom(statement.module, [alias], statement.level) for alias in statement.names]
    return [statement]


def _is_definition(statement: ast.stmt) -> bool:
    if isinstance(statement, DEFINES):
        return True
    value = getattr(statement, "value", None)
    return isinstance(statement, ast.Assign | ast.AnnAssign) and value is not None and _is_literal(value)


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True
