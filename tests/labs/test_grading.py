"""A class made of each lab's bank, through real nbgrader: the shortcut by which the bank is proven must give the same grades.

`make demo`, which a test of its own runs, grades the first lab's class. test_notebooks.py runs the references, and the notebooks
without an answer, as a whole.
"""

from dataclasses import replace

import pytest

from grading.course import load_course
from grading.demo import grade_own_class, surprises
from grading.gradebook.grades import class_grades
from grading.publishing.release import release_lab
from grading.sample_students import hand_in, sample_class


@pytest.mark.parametrize("lab", list(load_course().labs)[1:])
def test_nbgrader_agrees_with_the_bank(lab, course, tmp_path):
    release_lab(lab, course, tmp_path)
    samples = sample_class(lab, course)
    hand_in(samples, lab, tmp_path)
    grade_own_class(lab, replace(course, audit=0), tmp_path)
    rows = class_grades(lab, course, tmp_path)
    assert [sentence for sample in samples for sentence in surprises(sample, rows)] == []
