"""Tests which student a file from a learning platform belongs to."""

import pytest

from grading.gradebook.roster import Person
from grading.intake.platform_names import Class
from shared.notebooks.reading import Refused

KNOWN = {
    "ada": Person("ada", "Ada", "King", "ada@example.org", "4711"),
    "zoe": Person("zoe", "Zoë", "de la Cruz", "", "815"),
    "two": Person("two", "Sam", "Lee"),
    "too": Person("too", "Sam", "Lee"),
    "ana": Person("ana", "Ana_Maria", "Silva", "", "33"),
    "jörg": Person("jörg"),
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
        ("silvaana_maria_33_90211_lab01_ridge.ipynb", "ana"),
        ("kingada_4711_90210_my_lab_2.zip", "ada"),
        ("kingada_LATE_4711_text.html", "ada"),
        ("Ana_Maria Silva_77_assignsubmission_file_", "ana"),
        ("Ada King_2280_assignsubmission_onlinetext_", "ada"),
        ("jo\u0308rg.ipynb", "jörg"),
        ("Ada.ipynb", "ada"),
        ("ada (1).ipynb", "ada"),
        ("ada.ipynb.txt", "ada"),
        ("ada.IPYNB", "ada"),
        ("ada-2.zip", "ada"),
        ("ben-2.ipynb", "ben-2"),
        ("Ada King_2280_assignsubmission_file_", "ada"),
        ("ADA King_2280_assignsubmission_file", "ada"),
        ("King Ada_2280_assignsubmission_file_lab01_ridge.ipynb", "ada"),
        ("Zoe\u0308 de la Cruz_31_assignsubmission_file_", "zoe"),  # a combining accent, as macOS unpacks it
    ],
)
def test_a_name_leads_to_the_students_id(name, student):
    assert Class(KNOWN.values).owner_of(name).id == student


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("x_1_2_lab.ipynb", "course roster --add ID --number NUMBER"),
        ("Ada Queen_3_assignsubmission_file_", "course roster --add ID --first-name NAME"),
        ("Sam Lee_5_assignsubmission_file_", "(two and too have the same name)"),
        ("Participant_4006831_assignsubmission_file_", "reveal the identities"),
        ("Teilnehmer_in_4006831_assignsubmission_file_", "The gradebook does not say who"),
        ("anonymous_Xy12a_90210_lab01_ridge.ipynb", "reveal the identities"),
    ],
)
def test_a_name_of_nobody_or_of_two_students_is_refused_with_the_command_that_helps(name, says):
    with pytest.raises(Refused) as error:
        Class(KNOWN.values).owner_of(name)
    assert name in str(error.value)
    assert says in str(error.value)
    assert ". " not in str(error.value)


def test_canvas_says_who_is_late_and_which_attempt_a_file_is():
    owner = Class(KNOWN.values).owner_of("kingada_LATE_4711_90210_lab01_ridge-1.ipynb")
    assert (owner.platform, owner.late, owner.number, owner.text) == ("canvas", True, 90210, False)
    assert not Class(KNOWN.values).owner_of("kingada_4711_90210_lab.ipynb").late
