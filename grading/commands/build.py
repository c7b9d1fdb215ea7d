"""Write the student notebooks in labs/ from solutions/."""

from grading.commands.options import add_labs, chosen_labs
from grading.course import load_course
from grading.coursedir import instructor_path
from shared.assets.cache_paths import CHECKOUT


def arguments(command) -> None:
    add_labs(command, "*")


def run(options) -> None:
    import nbformat

    from grading.authoring.build import build_lab
    from grading.authoring.outside_share import outside_share

    course = load_course()
    for lab in chosen_labs(options, course):
        print(build_lab(lab, course).relative_to(CHECKOUT))
        print(f"  {outside_share(nbformat.read(instructor_path(lab, CHECKOUT), as_version=4))}")
