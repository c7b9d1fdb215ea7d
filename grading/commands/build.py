"""Write the student notebooks in labs/ from solutions/."""

from grading.commands.options import add_labs, chosen_labs
from grading.course import load_course
from shared.assets.cache_paths import CHECKOUT


def arguments(command) -> None:
    add_labs(command, "*")


def run(options) -> None:
    from grading.authoring.build import build_lab

    course = load_course()
    for lab in chosen_labs(options, course):
        print(build_lab(lab, course).relative_to(CHECKOUT))
