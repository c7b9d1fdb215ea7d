"""What each `course` command does; heavy imports wait until one is called, so that `course --help` is quick."""

import os
import subprocess
import sys
from pathlib import Path

from grading.course import CHECKOUT, Course, load_course
from shared.settings import LabError


def _course_and_root(options) -> tuple[Course, Path]:
    course = load_course()
    return course, (options.root or course.root).expanduser().resolve()


def _labs(options, course: Course) -> list[str]:
    return [course.lab(name).name for name in options.lab] or list(course.labs)


def build(options) -> None:
    from grading.build import build

    course = load_course()
    for lab in _labs(options, course):
        print(build(lab, course).relative_to(CHECKOUT))


def bank(options) -> int:
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


def release(options) -> None:
    from grading.release import release

    course, root = _course_and_root(options)
    for lab in _labs(options, course):
        print(release(lab, course, root))


def collect(options) -> None:
    from grading.collecting import collect
    from grading.configuration import api

    course, root = _course_and_root(options)
    lab = course.lab(options.lab[0]).name
    if options.source:
        found = collect(lab, course, root, options.source)
        for name, why in found.refused.items():
            print(f"{name}: refused: {why}")
        late = f", {len(found.late)} of them after the deadline by their files' times" if found.late else ""
        print(f"Took in {len(found.students)} submissions of {lab}{late}.")
        return
    result = api(course, root).collect(lab)
    if not result["success"]:
        raise LabError(
            f"nothing could be collected from {root / 'exchange'}: pass --from FOLDER, or release there first."
        )


def autograde(options) -> None:
    from grading.autograde import autograde

    course, root = _course_and_root(options)
    lab, workers = course.lab(options.lab[0]).name, max(1, options.workers)
    found = autograde(lab, course, root, options.kernel, workers, options.student, options.scheduler)
    for record in found:
        if record.status != "graded":
            print(f"{record.student}: {record.status}: {record.reason}")
        for sentence in [*record.flags, *(f"{name}: {why}" for name, why in record.doubts.items())]:
            print(f"{record.student}: look at it: {sentence}")
        if record.mended:
            print(f"{record.student}: {record.mended}")
    print(f"{sum(record.status == 'graded' for record in found)} of {len(found)} submissions are graded.")


def feedback(options) -> None:
    from grading.feedback import feedback

    course, root = _course_and_root(options)
    pages = feedback(course.lab(options.lab[0]).name, course, root, max(1, options.workers))
    print(f"{len(pages)} pages under {root / 'feedback'}")


def grades(options) -> None:
    from grading import grades

    course, root = _course_and_root(options)
    rows = grades.grades(course.lab(options.lab[0]).name, course, root)
    print({"table": grades.as_table, "json": grades.as_json, "csv": grades.as_csv}[options.format](rows))


def export(options) -> None:
    from grading import export, grades

    course, root = _course_and_root(options)
    lab = course.lab(options.lab[0])
    rows = grades.grades(lab.name, course, root)
    print(export.FORMATS[options.format](lab.title, rows, export.people(course, root)), end="")
    if waiting := export.unfinished(rows):
        print(f"Left empty, because a person must look first: {', '.join(waiting)}.", file=sys.stderr)


def items(options) -> None:
    from grading import grades, items

    course, root = _course_and_root(options)
    lab = course.lab(options.lab[0]).name
    found = items.items(grades.grades(lab, course, root), grades.maxima(lab, course, root))
    print({"table": items.as_table, "csv": items.as_csv}[options.format](found))


def similarity(options) -> None:
    from grading import similarity

    course, root = _course_and_root(options)
    print(similarity.as_table(similarity.of_class(course.lab(options.lab[0]).name, root)))


def formgrader(options) -> int:
    from grading.release import CONFIG

    course, root = _course_and_root(options)
    known = (root / CONFIG).is_file() and (course.database or (root / "gradebook.db").is_file())
    if not known:
        raise LabError(f"There is no gradebook in {root}: run 'course release LAB --root {root}' first.")
    command = [sys.executable, "-m", "jupyter", "lab", f"--ServerApp.root_dir={root}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # in a container, say; Jupyter refuses to start as root unless told
    return subprocess.run(command, cwd=root).returncode


def bundle(options) -> None:
    from grading.bundle import bundle

    print(bundle(load_course(), options.target.resolve()))


def assets(options) -> int:
    """The same command line that students have, who have no `course`."""
    return subprocess.run([sys.executable, "-m", "shared.assets", *options.words]).returncode


def doctor(options) -> int:
    """The same command line that students have."""
    return subprocess.run([sys.executable, "-m", "shared.doctor", str(options.file)]).returncode


def demo(options) -> int:
    from grading.demo import demo

    course = load_course()
    return demo(course, (options.root or CHECKOUT / "demo-course").resolve())


def lock(options) -> None:
    from grading.locking import ENVIRONMENT, LOCK, lock

    lock()
    print(f"{LOCK} and {ENVIRONMENT} are written.")
