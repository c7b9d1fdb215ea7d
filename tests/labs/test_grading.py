"""A sample of each lab's bank through real nbgrader: the shortcut by which the bank is proven must give the same grades.

`make demo`, which a test of its own runs, sends the first lab's whole class. Of each other lab one student is graded, who has one
wrong answer and the reference's elsewhere. test_notebooks.py runs the references, and the notebooks without an answer.
"""

import pytest

from grading.autograde import grade_class
from grading.course import load_course
from grading.demo import kernel_for_own_code, surprises
from grading.gradebook.grades import class_grades
from grading.publishing.release import release_lab
from grading.sample_students import hand_in, sample_class

STUDENT = "gus"


@pytest.mark.parametrize("lab", list(load_course().labs)[1:])
def test_nbgrader_agrees_with_the_bank(lab, course, tmp_path):
    release_lab(lab, course, tmp_path)
    sample = next(sample for sample in sample_class(lab, course) if sample.student == STUDENT)
    hand_in([sample], lab, tmp_path)
    grade_class(lab, course, tmp_path, kernel_for_own_code(), workers=1)
    assert surprises(sample, class_grades(lab, course, tmp_path)) == []
