"""Analyses the checks of a lab: how hard each was, and how well it separates those who understood from those who did not.

Difficulty is the mean share of the points; discrimination is the correlation of a check with the score on all other automatic
checks (the corrected item-total correlation of test theory; Lord and Novick 1968, section 15.2).
Checks that wait for a person are left out.
"""

import csv
import io
from dataclasses import asdict, dataclass, fields

import numpy as np

from grading.gradebook.grades import Row
from shared.text_table import table

FEW = 10  # students; with fewer, a correlation means nothing
WEAK = 0.1  # a correlation below this is remarked on


@dataclass(frozen=True)
class Item:
    """How one check did.

    check: its grade_id; points: what it is worth; students: how many it was judged for; mean: share of the points (0 to 1);
    discrimination: correlation with the rest (-1 to 1), None with too few students; remark: what an instructor should know.
    """

    check: str
    points: float
    students: int
    mean: float
    discrimination: float | None
    remark: str


def analyse(rows: list[Row], maxima: dict[str, float]) -> list[Item]:
    """One item for each check, in the order of the lab.

    Args:
        rows: the grades of a class; students without grades are left out.
        maxima: check -> its points, for automatic checks.
    """
    graded = [row for row in rows if row.checks]
    names = [name for name in maxima if maxima[name] > 0]
    points = np.array([maxima[name] for name in names])
    got = np.array([[_points(row, name) for name in names] for row in graded]).reshape(len(graded), len(names))
    return [_item(names, column, points, got) for column in range(len(names))]


def _points(row: Row, name: str) -> float:
    """The points of a check; NaN where a person must look first, since what is not judged yet is no zero."""
    found = row.checks.get(name)
    return float("nan") if found is None else found


def _item(names: list[str], column: int, points: np.ndarray, got: np.ndarray) -> Item:
    """The item of one column.

    Args:
        names: (checks,) grade_ids; points: (checks,) what each is worth; got: (students, checks) points, NaN if not judged.
    """
    judged = got[~np.isnan(got[:, column])]
    shares = judged[:, column] / points[column]
    others = np.delete(judged, column, axis=1)
    # Each student's score on the other checks that are judged, as a share of their points.
    possible = (~np.isnan(others) * np.delete(points, column)).sum(axis=1)
    known = possible > 0
    rest = np.nansum(others[known], axis=1) / possible[known]
    mean = float(shares.mean()) if len(shares) else float("nan")
    correlation = None
    if known.sum() >= FEW and shares[known].std() > 0 and rest.std() > 0:
        correlation = float(np.corrcoef(shares[known], rest)[0, 1])
    return Item(names[column], float(points[column]), len(shares), mean, correlation, _remark(mean, correlation))


def _remark(mean: float, correlation: float | None) -> str:
    if np.isnan(mean):
        return "nobody is graded yet"
    if mean == 0:
        return "nobody passes: is the check right?"
    if mean == 1:
        return "everybody passes"
    if correlation is not None and correlation < 0:
        return "those who do well elsewhere fail it: is the check right?"
    if correlation is not None and correlation < WEAK:
        return "says little about understanding"
    return ""


def as_csv(items: list[Item]) -> str:
    """The items as CSV, one line for each check; what is not known stays empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, [field.name for field in fields(Item)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(item) for item in items)
    return out.getvalue()


def as_table(items: list[Item]) -> str:
    """The items as a table for the terminal, the hardest check first."""
    lines = []
    for item in sorted(items, key=lambda item: np.nan_to_num(item.mean, nan=2)):
        passed = "-" if np.isnan(item.mean) else f"{item.mean:.0%}"
        correlation = "-" if item.discrimination is None else f"{item.discrimination:+.2f}"
        lines.append((item.check, f"{item.points:g}", passed, correlation, item.remark))
    return table(lines, align="<>>><", header=("check", "points", "passed", "discrimination", "remark"))
