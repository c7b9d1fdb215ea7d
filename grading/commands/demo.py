"""Run everything from building to feedback on a made-up class."""

from grading.commands.options import add_root
from grading.course import load_course


def arguments(command) -> None:
    add_root(command)


def run(options) -> int:
    from grading.coursedir import demo_root
    from grading.demo import run_demo

    return run_demo(load_course(), (options.root or demo_root()).resolve())
