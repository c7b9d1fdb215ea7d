"""A sample of each lab's bank through real nbgrader: the shortcut by which the bank is proven must give the same grades.

`make demo`, which a test of its own runs, sends the first lab's whole class. The other labs send one student who answered
nothing, and one who has a wrong answer and is right in other ways than the reference (which test_notebooks.py runs) elsewhere.
"""

import pytest

from grading.autograde import grade_class
from grading.course import load_course
from grading.demo import kernel_for_own_code, surprises
from grading.gradebook.grades import class_grades
from grading.publishing.release import release_lab
from grading.sample_students import hand_in, sample_class

STUDENTS = ("finn", "gus")


@pytest.mark.parametrize("lab", list(load_course().labs)[1:])
def test_nbgrader_agrees_with_the_bank(lab, course, tmp_path):
    release_lab(lab, course, tmp_path)
    samples = [sample for sample in sample_class(lab, course) if sample.student in STUDENTS]
    hand_in(samples, lab, tmp_path)
    grade_class(lab, course, tmp_path, kernel_for_own_code(), workers=2)
    rows = class_grades(lab, course, tmp_path)
    assert [sentence for sample in samples for sentence in surprises(sample, rows)] == []
