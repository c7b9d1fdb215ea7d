"""Finds the cells that checks and answers depend on: a bank is proven without experiments and figures that none of them uses."""

import ast
import symtable

from nbformat import NotebookNode

from shared.notebooks.cell_metadata import is_answer, is_graded


def needed_cells(cells: list[NotebookNode], also: set[str] = frozenset()) -> list[NotebookNode]:
    """The answers, the checks, all cells that bind or change a name which one of them uses, and tagged ones, in their order.

    An author gives the tag "stage" to a cell that computes once what several checks or answers then find in a cache.

    A cell that changes something only by handing it to a function whose result it keeps is not seen; the reference, which must
    pass every check after the cut, shows where that matters.

    Args:
        cells: a lab's code cells.
        also: global names that something outside these cells uses, such as the answers of a bank.
    """
    wanted = set(also)
    kept = []
    for cell in reversed(cells):
        source = plain_python(cell.source)
        tagged = {"setup", "stage"} & set(cell.metadata.get("tags", []))
        if tagged or is_answer(cell) or is_graded(cell) or changed_names(source) & wanted:
            kept.append(cell)
            wanted |= global_names(source)
    return kept[::-1]


def plain_python(source: str) -> str:
    """The source of a cell as IPython hands it to Python: %pip and the like become calls."""
    from IPython.core.inputtransformer2 import TransformerManager

    return TransformerManager().transform_cell(source)


def global_names(source: str) -> set[str]:
    """The names of a cell that are not local to one of its functions or classes."""
    found = set()
    waiting = [symtable.symtable(source, "cell", "exec")]
    while waiting:
        table = waiting.pop()
        top = table.get_type() == "module"
        found.update(symbol.get_name() for symbol in table.get_symbols() if top or symbol.is_global())
        waiting += table.get_children()
    return found


def changed_names(source: str) -> set[str]:
    """The global names that a cell binds, or whose objects it changes: by an assignment to a part of them, or by a call
    made for its effect alone, on them or with them.
    """
    top = symtable.symtable(source, "cell", "exec")
    found = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for statement in ast.parse(source).body:
        if isinstance(statement, functions):
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
                found.add(_owner(node))
            elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                given = [keyword.value for keyword in node.value.keywords]
                found.update(_owner(part) for part in [node.value.func, *node.value.args, *given])
    return found - {""}


def _owner(node: ast.expr) -> str:
    """The name at the root of `model.layers[0].weight`; "" where there is none."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
