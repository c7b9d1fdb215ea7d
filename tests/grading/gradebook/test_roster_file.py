"""Tests reading a roster: every way in which platforms and spreadsheets save one is read, or refused with line and column."""

import pytest

from grading.gradebook.roster import Person
from grading.gradebook.roster_file import read_roster
from shared.errors import LabError

JORG = Person("jorg", "Jörg", "Maß", "jorg@example.org", "12")
HEAD = "id,first_name,last_name,email,lms_user_id\n"
ROW = "jorg,Jörg,Maß,jorg@example.org,12\n"


@pytest.fixture
def read(tmp_path):
    def reader(content: str | bytes, **options):
        path = tmp_path / "students.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_roster(path, **options)

    return reader


@pytest.mark.parametrize(
    "data",
    [
        (HEAD + ROW).encode(),
        ("\ufeff" + HEAD + ROW).encode(),
        (HEAD + ROW).replace(",", ", ").encode(),
        (HEAD + ROW).replace(",", " ,\u00a0").encode(),
        (HEAD + ROW).replace(",", ";").encode(),
        (HEAD + ROW).replace(",", "\t").encode("utf-16"),
        (HEAD + ROW).replace(",", "\t").encode("utf-16-le"),
        (HEAD + ROW).encode("cp1252"),
        (HEAD + ROW + ",,,,\n\n").encode(),
        ("sep=;\r\n" + (HEAD + ROW).replace(",", ";").replace("\n", "\r\n")).encode(),
        (HEAD + ROW).replace("\n", "\r").encode(),
        ("\n" + HEAD + '"jorg","Jo\u0308rg","Maß","jorg@example.org","=""12"""\n').encode(),
    ],
)
def test_what_spreadsheets_save_is_read(read, data):
    assert read(data).people == [JORG]


@pytest.mark.parametrize(
    ("text", "person"),
    [
        (
            "Student,ID,SIS User ID,SIS Login ID,Section,Lab 1 (77)\n    Points Possible,,,,,100\n"
            '"King, Ada",4711,S1,ada,A,\n"Student, Test",1,,x,A,\n',
            Person("ada", "Ada", "King", "", "4711"),
        ),
        (
            "First name,Surname,Email address,Groups\nAda,King,ada@example.org,A\n",
            Person("ada", "Ada", "King", "ada@example.org", ""),
        ),
        (
            "Vorname;Nachname;Anmeldename;E-Mail-Adresse;ID-Nummer\nAda;King;ada;a@b.org;007\n",
            Person("ada", "Ada", "King", "a@b.org", "007"),
        ),
        ("Prénom;Nom;Nom d'utilisateur\nAda;King;ada\n", Person("ada", "Ada", "King", "", "")),
        ("Nombre,Apellido(s),Dirección de correo\nAda,King,ada@b.org\n", Person("ada", "Ada", "King", "ada@b.org", "")),
        ("Full Name\tUsername\nAda Mary King\tada\n", Person("ada", "Ada Mary", "King", "", "")),
    ],
)
def test_exports_of_platforms_are_read(read, text, person):
    assert read(text).people == [person]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("first_name,last_name\nA,B\n", "Line 1 of students.csv names no column with ids"),
        (HEAD + ROW + ",Ben,Holt,,\n", "Line 3 of students.csv, column 'id': the cell is empty"),
        (HEAD + ROW + ROW, "Line 3 of students.csv, column 'id': 'jorg' is also in line 2"),
        (HEAD + "a/b,,,,\n", "Line 2 of students.csv, column 'id': 'a/b' cannot be a student's id, since it holds /."),
        (HEAD + "ada,A,K,,1,too much\n", "Line 2 of students.csv has 6 cells, more than the 5 columns"),
        (HEAD + "1.23457E+11,A,K,,\n", "Line 2 of students.csv, column 'id': the spreadsheet rounded a number"),
        ("id\n012345\n123456\n2345\n", "Line 4 of students.csv, column 'id': '2345' has 4 digits where most have 6"),
        (b"PK\x03\x04rest", "students.csv is a workbook"),
        ("", "students.csv is empty"),
        (HEAD, "students.csv has a header and no student"),
        ((HEAD + "a,\x81,b,,\n").encode("latin-1"), "Line 2 of students.csv is neither UTF-8 nor Windows-1252"),
    ],
)
def test_what_cannot_be_read_is_named_with_line_and_column(read, content, says):
    with pytest.raises(LabError) as error:
        read(content)
    assert says in str(error.value)
    assert ". " not in str(error.value)


def test_numbers_that_lost_their_zeros_are_found_in_the_gradebook(read):
    roster = read("id,first_name\n123,Ada\n4567,Ben\n", known=["00123", "4567"])
    assert [person.id for person in roster.people] == ["00123", "4567"]
    assert "123 is read as 00123" in roster.notes[0]


def test_short_numbers_can_be_kept(read):
    assert [each.id for each in read("id\n012345\n123456\n2345\n", keep_short=True).people] == [
        "012345",
        "123456",
        "2345",
    ]


def test_another_encoding_is_said_with_a_name_to_check(read):
    [note] = read((HEAD + ROW).encode("cp1252")).notes
    assert "Windows-1252" in note
    assert "Jörg" in note
