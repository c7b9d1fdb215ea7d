# nbgrader's settings for this directory; `course release` copies the file into each course directory.
# ruff: noqa: F821
from pathlib import Path

from grading.course import load_course
from grading.gradebook.nbgrader_roster import read_as_the_course_does
from grading.nbgrader_settings import configure
from shared.validation import replace_nbgraders

configure(get_config(), load_course(), Path.cwd())
read_as_the_course_does()
replace_nbgraders()
