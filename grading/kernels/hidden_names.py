"""Keeps the names of a student apart from those that a hidden test binds: at home nothing overwrites a helper named `scaled`."""

import ast
import contextlib
from collections.abc import Callable, Iterator

from nbformat import NotebookNode

from grading.verdicts.canaries import CANARY
from grading.verdicts.course_messages import REGION
from shared.notebooks.cell_metadata import is_check

# What runs in the kernel around a check; nothing of it is shown or kept in the history.
SHELL = "__import__('IPython').get_ipython()"
KEEP = "(lambda s: setattr(s, 'kept', {{n: s.user_ns[n] for n in {names} if n in s.user_ns}}))({shell})"
PUT_BACK = "(lambda s: ([s.user_ns.pop(n, None) for n in {names}], s.user_ns.update(s.kept)))({shell})"


def hidden_names(cell: NotebookNode) -> list[str]:
    """Sorted names that a cell binds in the notebook unseen by students; none where its code cannot be parsed.

    They are those that only the hidden part of a check binds, and all that a canary does.
    """
    try:
        if CANARY in cell.metadata:
            return sorted(_bound(cell.source))
        if not is_check(cell):
            return []
        hidden = "\n".join(match.group() for match in REGION.finditer(cell.source))
        return sorted(_bound(hidden) - _bound(REGION.sub("", cell.source)))
    except SyntaxError:
        return []


@contextlib.contextmanager
def kept_apart(cell: NotebookNode, run_silently: Callable[[str], None]) -> Iterator[None]:
    """Gives the notebook's names back as they were before the hidden part of a check ran in the `with` block.

    Args:
        run_silently: runs code in the kernel.
    """
    names = hidden_names(cell)
    if not names:
        yield
        return
    run_silently(KEEP.format(names=names, shell=SHELL))
    yield
    run_silently(PUT_BACK.format(names=names, shell=SHELL))


def _bound(source: str) -> set[str]:
    """Names that code binds at the top of a notebook: not those inside functions, classes, lambdas and comprehensions."""
    finder = _Finder()
    finder.visit(ast.parse(source))
    return finder.names


class _Finder(ast.NodeVisitor):
    def __init__(self):
        self.names: set[str] = set()

    def visit_FunctionDef(self, node) -> None:
        self.names.add(node.name)

    visit_AsyncFunctionDef = visit_ClassDef = visit_FunctionDef

    def visit_Lambda(self, node) -> None:
        """Its names are its own."""

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_Lambda

    def visit_Import(self, node) -> None:
        self.names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}

    visit_ImportFrom = visit_Import

    def visit_Name(self, node) -> None:
        if isinstance(node.ctx, ast.Store):
            self.names.add(node.id)

    def visit_ExceptHandler(self, node) -> None:
        self.names |= {node.name} - {None}
        self.generic_visit(node)
