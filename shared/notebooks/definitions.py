"""Finds what a cell defines, also in broken code."""

import ast
import re

LONGEST = 20_000  # characters: Python's parser takes quadratic time for some code


def definitions(source: str) -> dict[str, str]:
    """Returns the code of each top-level function and class, without blank lines and comments, so that two can be compared."""
    lines = source.split("\n")
    try:
        if len(source) > LONGEST:
            raise ValueError("It is too long to be parsed.")
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # It is unknown where one ends, so each gets the whole cell.
        return dict.fromkeys(re.findall(r"^(?:async def|def|class) +(\w+)", source, flags=re.MULTILINE), _bare(lines))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name: _bare(lines[node.lineno - 1 : node.end_lineno]) for node in tree.body if isinstance(node, kinds)}


def _bare(lines: list[str]) -> str:
    return "\n".join(line.rstrip() for line in lines if line.strip() and not line.lstrip().startswith("#"))
