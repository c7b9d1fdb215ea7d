"""What the checks told about a class: how hard each was, and whether it parted those who understood from those who did not.

Difficulty is the mean share of the points; discrimination the correlation of a check with the score on all other automatic
checks (the corrected item-total correlation of test theory; Lord and Novick 1968, section 15.2).
What waits for a person is left out.
"""

import csv
import io
from dataclasses import asdict, dataclass, fields

import numpy as np

from grading.gradebook.grades import Row

FEW = 10  # students; with fewer no correlation is worth a word
WEAK = 0.1


@dataclass(frozen=True)
class Item:
    """One check: its points, how many it was judged for, mean share of the points (0 to 1), correlation with the rest, remark."""

    check: str
    points: float
    students: int
    mean: float
    discrimination: float | None
    remark: str


def analyse(rows: list[Row], maxima: dict[str, float]) -> list[Item]:
    """One item a check, in the order of the lab.

    Args:
        rows: what a class got; those without grades are left out.
        maxima: check -> its points, for automatic checks.
    """
    graded = [row for row in rows if row.checks]
    names = [name for name in maxima if maxima[name] > 0]
    points = np.array([maxima[name] for name in names])
    got = np.array([[_points(row, name) for name in names] for row in graded]).reshape(len(graded), len(names))
    return [_item(names, column, points, got) for column in range(len(names))]


def _points(row: Row, name: str) -> float:
    """NaN where a person must look first: what is not judged yet is no zero."""
    found = row.checks.get(name)
    return float("nan") if found is None else found


def _item(names: list[str], column: int, points: np.ndarray, got: np.ndarray) -> Item:
    judged = got[~np.isnan(got[:, column])]
    shares = judged[:, column] / points[column]
    others = np.delete(judged, column, axis=1)
    # A student's score on what is judged, as a share of the points that it could give.
    possible = (~np.isnan(others) * np.delete(points, column)).sum(axis=1)
    known = possible > 0
    rest = np.nansum(others[known], axis=1) / possible[known]
    mean = float(shares.mean()) if len(shares) else float("nan")
    r = None
    if known.sum() >= FEW and shares[known].std() > 0 and rest.std() > 0:
        r = float(np.corrcoef(shares[known], rest)[0, 1])
    return Item(names[column], float(points[column]), len(shares), mean, r, _remark(mean, r))


def _remark(mean: float, r: float | None) -> str:
    if np.isnan(mean):
        return "nobody is graded yet"
    if mean == 0:
        return "nobody passes: is the check right?"
    if mean == 1:
        return "everybody passes"
    if r is not None and r < 0:
        return "those who do well elsewhere fail it: is the check right?"
    if r is not None and r < WEAK:
        return "tells little about understanding"
    return ""


def as_csv(found: list[Item]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, [field.name for field in fields(Item)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(item) for item in found)
    return out.getvalue()


def as_table(found: list[Item]) -> str:
    """For the terminal, the hardest check first."""
    width = max((len(item.check) for item in found), default=5)
    lines = [f"{'check':<{width}}  points  passed  discrimination  remark"]
    for item in sorted(found, key=lambda item: np.nan_to_num(item.mean, nan=2)):
        passed = "-" if np.isnan(item.mean) else f"{item.mean:.0%}"
        r = "-" if item.discrimination is None else f"{item.discrimination:+.2f}"
        lines.append(f"{item.check:<{width}}  {item.points:>6g}  {passed:>6}  {r:>14}  {item.remark}".rstrip())
    return "\n".join(lines)
