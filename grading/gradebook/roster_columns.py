"""Which column of a roster says what: the course's own names, those of Canvas and Moodle, and of a person's spreadsheet."""

import re
import unicodedata

ID = "id"
NUMBER = "lms_user_id"
FULL = "name"
# What is known of a student -> titles of columns, without case, accents, and signs between words.
TITLES = {
    ID: (
        "id",
        "student id",
        "sis login id",
        "login",
        "login id",
        "username",
        "user name",
        "benutzername",
        "anmeldename",
        "nom d utilisateur",
        "identifiant",
        "nombre de usuario",
        "usuario",
        "nome utente",
        "account",
        "kennung",
        "netid",
    ),
    "first_name": (
        "first name",
        "given name",
        "given names",
        "firstname",
        "vorname",
        "vornamen",
        "prenom",
        "nombre",
        "nombre s",
        "nome",
        "voornaam",
    ),
    "last_name": (
        "last name",
        "surname",
        "family name",
        "lastname",
        "nachname",
        "familienname",
        "nom",
        "nom de famille",
        "apellido s",
        "apellidos",
        "apellido",
        "cognome",
        "achternaam",
    ),
    "email": (
        "email",
        "e mail",
        "email address",
        "e mail address",
        "mail",
        "e mail adresse",
        "adresse de courriel",
        "adresse e mail",
        "courriel",
        "direccion de correo",
        "correo electronico",
        "correo",
        "indirizzo email",
        "e mailadres",
    ),
    NUMBER: (
        "lms user id",
        "id number",
        "canvas id",
        "canvas user id",
        "moodle id",
        "id nummer",
        "matrikelnummer",
        "numero d identification",
        "numero de id",
        "number",
    ),
    FULL: ("name", "student", "full name", "vollstandiger name", "nom complet", "nombre completo", "student name"),
}
CANVAS = ("sis login id", "sis user id")  # with one of these, "ID" is Canvas's own number


def plain(title: str) -> str:
    """A title without case, accents, and signs between words."""
    letters = unicodedata.normalize("NFKD", title.casefold())
    return " ".join(re.findall(r"[^\W_]+", "".join(each for each in letters if not unicodedata.combining(each))))


def meanings(header: list[str]) -> list[str]:
    """What each column of a header says; "" for a column of no interest, and for a second one of the same meaning."""
    titles = [plain(title) for title in header]
    canvas = any(title in CANVAS for title in titles)
    found = []
    for title in titles:
        meaning = next((meaning for meaning, known in TITLES.items() if title in known), "")
        if canvas and title == ID:
            meaning = NUMBER
        found.append("" if meaning in found else meaning)
    return found
