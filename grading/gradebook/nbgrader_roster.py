"""Lets nbgrader's own `db student import` and `db student add` read a roster, and keep what is known, as `course roster` does."""

import sys
from pathlib import Path

from grading.course import load_course
from grading.gradebook.roster import Person, enrol, people
from grading.gradebook.roster_file import read_roster
from shared.errors import LabError

COMMANDS = "nbgrader.apps.dbapp"


def read_as_the_course_does() -> None:
    """Replaces how these two commands work in this process, if it is theirs."""
    apps = sys.modules.get(COMMANDS)
    if apps is not None:
        apps.DbStudentImportApp.start = _import
        apps.DbStudentAddApp.start = _add


def _import(app) -> None:
    sys.modules[COMMANDS].DbBaseApp.start(app)
    if len(app.extra_args) != 1:
        app.fail("Name one file with students.")
    course, root = load_course(), Path(app.coursedir.root)
    try:
        roster = read_roster(Path(app.extra_args[0]), people(course, root))
        new, changed = enrol(roster.people, course, root)
    except LabError as error:
        app.fail(str(error))
    for note in roster.notes:
        app.log.warning(note)
    app.log.info("%d students are new, %d changed.", new, changed)


def _add(app) -> None:
    sys.modules[COMMANDS].DbBaseApp.start(app)
    if len(app.extra_args) != 1:
        app.fail("Name the id of one student.")
    names = (app.first_name or "", app.last_name or "", app.email or "", app.lms_user_id or "")
    try:
        enrol([Person(app.extra_args[0], *names)], load_course(), Path(app.coursedir.root))
    except LabError as error:
        app.fail(str(error))
