"""The `course` command."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from grading.course import CHECKOUT, Course, load_course
from shared.settings import LabError

KERNELS = ("plain",)


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; a LabError becomes its sentence on stderr and exit status 2."""
    options = parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except LabError as error:
        print(f"course: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        what = error.strerror or error
        print(
            f"course: {error.filename or 'a file'} failed ({what}): mend or free that disk, then run again.",
            file=sys.stderr,
        )
        return 2
    except KeyboardInterrupt:
        print("course: stopped; what was finished is kept, the same command goes on from there.", file=sys.stderr)
        return 130


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="course", description="Builds, releases, grades and returns the course's labs.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def add(name, run, help, lab=None, root=False):
        command = commands.add_parser(name, help=help, description=help)
        if lab:
            command.add_argument("lab", nargs=lab, metavar="LAB")
        if root:
            command.add_argument(
                "--root", type=Path, metavar="DIR", help="course directory (default: as in course.toml)"
            )
        command.set_defaults(run=run)
        return command

    add("build", _build, "write the student notebooks in labs/ from solutions/", "*")
    bank = add("bank", _bank, "prove a lab's checks on its bank of right and wrong answers", "+")
    bank.add_argument(
        "--seeds", type=int, default=1, metavar="N", help="sets of fresh inputs that each answer meets (default: 1)"
    )
    add("release", _release, "put labs into a course directory, ready to be graded", "+", root=True)
    collect = add("collect", _collect, "take in submissions, from a folder or the nbgrader exchange", 1, root=True)
    collect.add_argument(
        "--from", dest="source", type=Path, metavar="FOLDER", help="one folder or one .ipynb a student"
    )
    grade = add("autograde", _autograde, "grade new and changed submissions", 1, root=True)
    grade.add_argument("--student", metavar="ID", help="grade this student again")
    grade.add_argument("--kernel", metavar="MODE", help="plain: run submissions with your own rights")
    add("feedback", _feedback, "write a page for each student, without hidden tests", 1, root=True)
    table = add("grades", _grades, "print the grades of a lab", 1, root=True)
    table.add_argument("--format", choices=("table", "json", "csv"), default="table")
    add("formgrader", _formgrader, "open formgrader on a course directory, for the written answers", root=True)
    pack = add("bundle", _bundle, "write the folder that students get")
    pack.add_argument("target", type=Path, metavar="FOLDER")
    files = add("assets", _assets, "list, fetch or verify the data and models of the course")
    files.add_argument("words", nargs=argparse.REMAINDER, metavar="list | fetch [NAME...] | verify [NAME...]")
    add("demo", _demo, "run everything once on a made-up class", root=True)
    add("lock", _lock, "write requirements.lock and environment.yml again")
    return top


def _course_and_root(options) -> tuple[Course, Path]:
    course = load_course()
    return course, (options.root or course.root).expanduser().resolve()


def _labs(options, course: Course) -> list[str]:
    return [course.lab(name).name for name in options.lab] or list(course.labs)


def _build(options) -> None:
    from grading.build import build

    course = load_course()
    for lab in _labs(options, course):
        print(build(lab, course).relative_to(CHECKOUT))


def _bank(options) -> int:
    from grading.bank import outcomes_of

    troubles = 0
    for lab in _labs(options, load_course()):
        outcomes = outcomes_of(lab, options.seeds)
        for outcome in outcomes:
            for sentence in outcome.trouble:
                print(f"{outcome.exercise}, {outcome.label}: {sentence}")
        right, bad = sum(outcome.right for outcome in outcomes), sum(bool(outcome.trouble) for outcome in outcomes)
        print(
            f"{lab}: {right} right and {len(outcomes) - right} wrong answers; {bad} fare differently from what they say."
        )
        troubles += bad
    return int(troubles > 0)


def _release(options) -> None:
    from grading.release import release

    course, root = _course_and_root(options)
    for lab in _labs(options, course):
        print(release(lab, course, root))


def _collect(options) -> None:
    from grading.configuration import api
    from grading.intake import collect

    course, root = _course_and_root(options)
    lab = course.lab(options.lab[0]).name
    if options.source:
        print(f"Took in {len(collect(lab, course, root, options.source))} submissions of {lab}.")
        return
    result = api(course, root).collect(lab)
    if not result["success"]:
        raise LabError(
            f"nothing could be collected from {root / 'exchange'}: pass --from FOLDER, or release there first."
        )


def _autograde(options) -> None:
    from grading.autograde import autograde

    course, root = _course_and_root(options)
    if options.kernel not in KERNELS:
        raise LabError(
            "submissions are strangers' code and sandboxed kernels are not built yet: pass '--kernel plain' to run them "
            "with your own rights, on a machine that holds nothing else."
        )
    found = autograde(course.lab(options.lab[0]).name, course, root, options.student)
    for record in found:
        if record.status != "graded":
            print(f"{record.student}: {record.status}: {record.reason}")
    print(f"{sum(record.status == 'graded' for record in found)} of {len(found)} submissions are graded.")


def _feedback(options) -> None:
    from grading.feedback import feedback

    course, root = _course_and_root(options)
    pages = feedback(course.lab(options.lab[0]).name, course, root)
    print(f"{len(pages)} pages under {root / 'feedback'}")


def _grades(options) -> None:
    from grading import grades

    course, root = _course_and_root(options)
    rows = grades.grades(course.lab(options.lab[0]).name, course, root)
    print({"table": grades.as_table, "json": grades.as_json, "csv": grades.as_csv}[options.format](rows))


def _formgrader(options) -> int:
    _, root = _course_and_root(options)
    if not (root / "gradebook.db").is_file():
        raise LabError(f"There is no gradebook in {root}: run 'course release LAB --root {root}' first.")
    command = [sys.executable, "-m", "jupyter", "lab", f"--ServerApp.root_dir={root}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # in a container, say; Jupyter refuses to start as root unless told
    return subprocess.run(command, cwd=root).returncode


def _bundle(options) -> None:
    from grading.bundle import bundle

    print(bundle(load_course(), options.target.resolve()))


def _assets(options) -> int:
    """The same command line that students have, who have no `course`."""
    return subprocess.run([sys.executable, "-m", "shared.assets", *options.words]).returncode


def _demo(options) -> int:
    from grading.demo import demo

    course = load_course()
    return demo(course, (options.root or CHECKOUT / "demo-course").resolve())


def _lock(options) -> None:
    from grading.locking import ENVIRONMENT, LOCK, lock

    lock()
    print(f"{LOCK} and {ENVIRONMENT} are written.")


if __name__ == "__main__":
    sys.exit(main())
