"""Most automatic points are decided where no student's code runs: 60 % of labs 01 to 07, a third of each, half of later ones."""

import pytest

from grading.authoring.build import instructor_notebook
from grading.authoring.outside_share import outside_share
from grading.course import load_course

COURSE = load_course()
SHARES = {lab: outside_share(instructor_notebook(lab, COURSE)) for lab in COURSE.labs}


@pytest.mark.parametrize("lab", SHARES)
def test_a_lab_has_its_share_outside(lab):
    least = 1 / 3 if lab < "lab08" else 1 / 2
    assert SHARES[lab].outside >= least * SHARES[lab].automatic, SHARES[lab]


def test_the_first_seven_labs_together_have_three_fifths_outside():
    first = [share for lab, share in SHARES.items() if lab < "lab08"]
    assert sum(share.outside for share in first) >= 0.6 * sum(share.automatic for share in first)
