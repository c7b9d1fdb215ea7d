"""Lays the term's table out for the terminal, a spreadsheet and the registrar."""

from grading.course import Course
from grading.gradebook.grades import MISSING, Row
from grading.gradebook.roster import Person
from grading.gradebook.term import Term
from shared.text_table import table

SIGNS = {"review": "to read", "refused": "refused", "failed": "failed", "ungraded": "ungraded"}


def as_table(found: list[Term], course: Course) -> str:
    """One line for each student; a dropped lab stands in brackets."""
    labs = _labs(found)
    short = [lab.split("_")[0] for lab in labs]
    header = ("student", *short, "total", "late days left")
    rows = []
    for each in found:
        cells = [_shown(each, lab) for lab in labs]
        total = "-" if each.total is None else f"{each.total:.1f}%"
        rows.append((each.student, *cells, f"{total}{' so far' if each.open else ''}", str(each.late_days_left)))
    weights = ("weight", *(f"{course.lab(lab).weight:g}" for lab in labs), "", "")
    return table([weights, *rows], align="<" + ">" * (len(header) - 1), header=header)


def _shown(each: Term, lab: str) -> str:
    row = each.rows.get(lab)
    if row is None:
        return "-"
    if row.status in SIGNS:
        return SIGNS[row.status]
    if row.score is None:
        return "-"
    text = "none" if row.status == MISSING else f"{row.score:g}"
    return f"({text})" if lab in each.dropped else text


def as_rows(found: list[Term], course: Course, known: dict[str, Person]) -> list[list]:
    """The table for a spreadsheet, its header first: who, the points of each lab, what is dropped or open, and the total."""
    labs = _labs(found)
    header = ["student", "last name", "first name", "email", "number"]
    header += [f"{lab} (of {course.lab(lab).points}, weight {course.lab(lab).weight:g})" for lab in labs]
    header += ["not handed in", "dropped", "open", "late days left", "total in percent"]
    rows = [header]
    for each in found:
        who = known.get(each.student, Person(each.student))
        scores = [_score(each.rows.get(lab)) for lab in labs]
        missing = [lab for lab, row in each.rows.items() if row.status == MISSING]
        lists = [", ".join(names) for names in (missing, each.dropped, each.open)]
        total = None if each.total is None else round(each.total, 2)
        names = [each.student, who.last_name, who.first_name, who.email, who.platform_id]
        rows.append([*names, *scores, *lists, each.late_days_left, total])
    return rows


def _score(row: Row | None) -> float | None:
    """The points, unless part of them is still open."""
    if row is None or row.score is None or row.status not in ("graded", MISSING):
        return None
    return round(row.score, 4)


def _labs(found: list[Term]) -> list[str]:
    """The labs in the order of the first student who has them all, as every student of the gradebook does."""
    return list(dict.fromkeys(lab for each in sorted(found, key=lambda each: -len(each.rows)) for lab in each.rows))
