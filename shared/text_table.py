"""Plain-text tables with aligned columns, for the terminal."""

from collections.abc import Iterable, Sequence

GAP = "  "  # between two columns


def table(rows: Iterable[Sequence[str]], align: str, header: Sequence[str] = ()) -> str:
    """Lays rows out as text, one line a row, each column as wide as its longest entry.

    Args:
        rows: the entries of each row, already formatted as strings; all rows have the same number of them.
        align: one sign a column, "<" for left or ">" for right, such as "<>><".
        header: titles of the columns, aligned like the entries below them; no line is written for an empty one.
    Returns:
        The lines without trailing blanks and without a final newline; "" where there is neither a header nor a row.
    Raises:
        ValueError: a row, the header or `align` has another number of columns than the rest, or `align` another sign.
    """
    if set(align) - set("<>"):
        raise ValueError(f"A column is aligned with '<' or '>', not as in '{align}'.")
    lines = [list(row) for row in rows]
    if header:
        lines.insert(0, list(header))
    widths = [0] * len(align)
    for line in lines:
        if len(line) != len(align):
            raise ValueError(f"A table of {len(align)} columns has no room for the {len(line)} entries of {line}.")
        widths = [max(width, len(entry)) for width, entry in zip(widths, line, strict=True)]
    return "\n".join(_line(line, align, widths) for line in lines)


def _line(entries: list[str], align: str, widths: list[int]) -> str:
    columns = zip(entries, align, widths, strict=True)
    return GAP.join(f"{entry:{sign}{width}}" for entry, sign, width in columns).rstrip()
