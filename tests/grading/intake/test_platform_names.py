"""Tests which student a file from a learning platform belongs to."""

import pytest

from grading.gradebook.roster import Person
from grading.intake.platform_names import id_of
from shared.notebooks.reading import Refused

KNOWN = {
    "ada": Person("ada", "Ada", "King", "ada@example.org", "4711"),
    "zoe": Person("zoe", "Zoë", "de la Cruz", "", "815"),
    "two": Person("two", "Sam", "Lee"),
    "too": Person("too", "Sam", "Lee"),
}


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("ben.ipynb", "ben"),
        ("ben", "ben"),
        ("ben_k.ipynb", "ben_k"),
        ("kingada_4711_90210_lab01_ridge.ipynb", "ada"),
        ("kingada_LATE_4711_90210_lab01_ridge-1.ipynb", "ada"),
        ("delacruzzoë_815_1_lab.ipynb", "zoe"),
        ("Ada King_2280_assignsubmission_file_", "ada"),
        ("ADA King_2280_assignsubmission_file", "ada"),
        ("King Ada_2280_assignsubmission_file_lab01_ridge.ipynb", "ada"),
        ("Zoe\u0308 de la Cruz_31_assignsubmission_file_", "zoe"),  # a combining accent, as macOS unpacks it
    ],
)
def test_a_name_leads_to_the_students_id(name, student):
    assert id_of(name, KNOWN.values) == student


@pytest.mark.parametrize(
    "name", ["x_1_2_lab.ipynb", "Ada Queen_3_assignsubmission_file_", "Sam Lee_5_assignsubmission_file_"]
)
def test_a_name_of_nobody_or_of_two_students_is_refused_with_the_command_that_helps(name):
    with pytest.raises(Refused, match="nbgrader db student add") as error:
        id_of(name, KNOWN.values)
    assert name in str(error.value)
    assert ". " not in str(error.value)
