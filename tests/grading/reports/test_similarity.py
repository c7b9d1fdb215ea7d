"""Tests similarity of code: what copies keep, what they change, and what a common task makes similar for everybody."""

import re

import nbformat
import pytest

from grading.authoring import build
from grading.autograde import grade_class
from grading.publishing.release import release_lab
from grading.reports.similarity import as_table, of_class, pairs, tokens

STUB = '''
def ridge_fit(X, y, alpha):
    """Weights and intercept of ridge regression on centred columns, the intercept not penalised."""
    raise NotImplementedError("This exercise is not answered yet")
'''
ADA = '''
def ridge_fit(X, y, alpha):
    """Weights and intercept of ridge regression on centred columns, the intercept not penalised."""
    means, level = X.mean(axis=0), y.mean()
    centred = X - means
    gram = centred.T @ centred
    gram[range(len(gram)), range(len(gram))] += alpha
    weights = np.linalg.solve(gram, centred.T @ (y - level))
    return weights, level - means @ weights
'''
OTHER = '''
def ridge_fit(X, y, alpha):
    """Weights and intercept of ridge regression on centred columns, the intercept not penalised."""
    n, k = X.shape
    rows = np.vstack([np.column_stack([np.ones(n), X]), np.sqrt(alpha) * np.eye(k + 1)[1:]])
    target = np.concatenate([y, np.zeros(k)])
    solution, *rest = np.linalg.lstsq(rows, target, rcond=None)
    if len(rest) and rest[1] <= k:
        print("rank", rest[1])
    return solution[1:], solution[0]
'''


def renamed(source: str) -> str:
    """Code as a copier would change it: other names, a comment, other spaces."""
    for old, new in {"means": "mu", "level": "ybar", "centred": "Z", "gram": "A", "weights": "w"}.items():
        source = re.sub(rf"\b{old}\b", new, source)
    return source.replace("    Z = ", "    # subtract the means first\n    Z   =   ")


def test_a_copy_with_other_names_is_found_and_own_work_is_not():
    found = pairs({"ada": ADA, "ben": renamed(ADA), "cleo": OTHER}, STUB)
    assert [(pair.one, pair.other) for pair in found] == [("ada", "ben")]
    assert found[0].share > 0.9


def test_what_everybody_was_given_or_writes_is_nobodys_copy():
    assert pairs(dict.fromkeys("abc", STUB), STUB) == []
    assert pairs({f"s{n}": ADA for n in range(12)}, STUB) == []


def own_work(number: int) -> str:
    """Code whose shape depends on the number."""
    lines = [
        f"    x{n} = {'[' * (number % 5 + 1)}a{' +*-/@'[(number * n) % 5 + 1]}b{']' * (number % 5 + 1)}"
        for n in range(9)
    ]
    return "def f(a, b):\n" + "\n".join(
        f"{line} if a {'<>'[number % 2]} {n} else (b, a)" for n, line in enumerate(lines)
    )


@pytest.mark.parametrize(("copies", "students"), [(2, 12), (3, 12), (5, 12), (6, 12), (6, 40)])
def test_every_pair_of_a_small_group_is_found_in_a_class(copies, students):
    ring = {f"c{n}": renamed(ADA) if n % 2 else ADA for n in range(copies)}
    others = {f"o{n}": own_work(n) for n in range(students - copies)}
    found = {(pair.one, pair.other) for pair in pairs(ring | others, STUB)}
    assert {pair for pair in found if pair[0] in ring} == {(a, b) for a in ring for b in ring if a < b}


def test_what_half_the_class_writes_does_not_hide_a_copy_of_the_rest():
    """Everybody solves the first exercise in the one obvious way; the second is one's own, or copied."""
    everyone = {f"s{n}": ADA + own_work(n) for n in range(10)}
    copied = everyone | {"s9": renamed(ADA) + own_work(0).replace("a", "left")}
    assert ("s0", "s9") in {(pair.one, pair.other) for pair in pairs(copied, STUB)}


def test_a_refused_students_older_code_is_not_compared(tmp_path, mini, course):
    lab = "lab01_ridge"
    root = tmp_path / "root"
    copy = "def double(x):\n" + ADA.split('"""')[2] + "\n\n    return 2 * x"
    build.build_lab(lab, course, mini)
    release_lab(lab, course, root, mini)
    notebook = nbformat.read(root / "labs" / lab / f"{lab}.ipynb", as_version=4)
    next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("solution")).source = copy
    files = [root / "submitted" / student / lab / f"{lab}.ipynb" for student in ("ada", "ben")]
    for file in files:
        file.parent.mkdir(parents=True)
        nbformat.write(notebook, file)
    grade_class(lab, course, root, "plain")
    assert [(pair.one, pair.other) for pair in of_class(lab, root)] == [("ada", "ben")]
    files[1].write_text("{")
    grade_class(lab, course, root, "plain")
    assert of_class(lab, root) == []


def test_broken_code_is_compared_as_far_as_it_goes():
    assert tokens("def f(x):\n    return (x") == ["def", "n", "(", "n", ")", ":", "return", "(", "n"]
    broken = renamed(ADA) + "\nprint('unfinished"
    assert len(pairs({"ada": ADA, "ben": broken}, STUB)) == 1


def test_the_report_says_that_it_proves_nothing():
    lines = as_table(pairs({"ada": ADA, "ben": renamed(ADA)}, STUB)).splitlines()
    assert lines[0].startswith("ada and ben: 100% of the smaller answer (")
    assert lines[1:] == ["Similarity is a reason to look at both notebooks, not a proof of anything."]
    assert as_table([]) == "No two students' code is conspicuously similar."
