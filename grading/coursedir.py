"""Names every path of a checkout and of a course directory; no other module of `grading` builds one."""

from collections.abc import Iterator
from pathlib import Path

from grading.course import FILE, Course
from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError

SOLUTIONS = "solutions"
LABS = "labs"
SUBMITTED = "submitted"
# Next to submitted/, which stays as it was handed in: rebuilt notebooks, and the same with the outputs of their runs.
ACCEPTED = "accepted"
EXECUTED = "executed"
AUTOGRADED = "autograded"
JUDGES = "outside_judges.py"
OLD_JUDGES = "outside.py"  # as earlier editions of the course released them


# In a checkout and, once a lab is released, in a course directory.


def instructor_path(lab: str, base: Path = CHECKOUT) -> Path:
    """The notebook with solutions and hidden tests."""
    return base / SOLUTIONS / lab / f"{lab}.ipynb"


def judges_path(lab: str, base: Path = CHECKOUT) -> Path:
    """The functions that judge outside the student's kernel."""
    return base / SOLUTIONS / lab / JUDGES


def old_judges_path(lab: str, base: Path = CHECKOUT) -> Path:
    """Where an earlier edition of the course released those functions."""
    return base / SOLUTIONS / lab / OLD_JUDGES


def student_path(lab: str, base: Path = CHECKOUT) -> Path:
    """The notebook that students open."""
    return base / LABS / lab / f"{lab}.ipynb"


def config_path(base: Path = CHECKOUT) -> Path:
    """nbgrader's configuration."""
    return base / "nbgrader_config.py"


# In a checkout alone.


def source_parts(lab: str, checkout: Path = CHECKOUT) -> list[Path]:
    """The source files of a lab, sorted by name, which is the order in which they are joined.

    A lab of a few exercises may be one file, <lab>.py, instead.

    Raises:
        LabError: there are none.
    """
    folder = checkout / SOLUTIONS / lab
    parts = sorted(folder.glob("part*.py")) or sorted(folder.glob(f"{lab}.py"))
    if not parts:
        raise LabError(
            f"There is no {SOLUTIONS}/{lab}/part*.py: course.toml names the lab, so write its source there, "
            "beginning with part00_start.py."
        )
    return parts


def part_path(part: str, lab: str, checkout: Path = CHECKOUT) -> Path:
    """One part of a lab's source, such as "part00_start"."""
    return checkout / SOLUTIONS / lab / f"{part}.py"


def course_file(checkout: Path = CHECKOUT) -> Path:
    return checkout / FILE


def profiles_path(checkout: Path = CHECKOUT) -> Path:
    """The numbers of all labs."""
    return checkout / "shared" / "profiles.toml"


def callers_checkout(folder: Path) -> Path:
    """The checkout that holds a folder; the one whose code runs, where none does."""
    for place in (folder, *folder.parents):
        if course_file(place).is_file() and (place / "grading" / "authoring").is_dir():
            return place
    return CHECKOUT


def bank_folder(lab: str, checkout: Path = CHECKOUT) -> Path:
    """The answer banks of a lab, one file for each exercise."""
    return checkout / "tests" / "answers" / lab


def demo_root() -> Path:
    """The course directory of the demo, whose class is made up."""
    return CHECKOUT / "demo-course"


# In a course directory alone.


def gradebook_path(root: Path) -> Path:
    """The gradebook, unless course.toml names a database elsewhere."""
    return root / "gradebook.db"


def inner_exchange(root: Path) -> Path:
    """Where earlier editions of the course had the nbgrader exchange; one that exists is still used."""
    return root / "exchange"


def exchange_folder(course: Course, root: Path) -> Path:
    """The nbgrader exchange: as course.toml says, else next to the course directory, which is closed to students."""
    if course.exchange:
        return Path(course.exchange).expanduser()
    inner = inner_exchange(root)
    return inner if inner.is_dir() else root.with_name(f"{root.name}-exchange")


def grade_log_path(root: Path) -> Path:
    """The log of grades that changed, one JSON object a line."""
    return root / "grades.log"


def held_marks_path(student: str, lab: str, root: Path) -> Path:
    """What a person gave for a submission, for as long as the gradebook has no place for it."""
    return root / "held_marks" / lab / f"{student}.json"


def extensions_folder(lab: str, root: Path) -> Path:
    """One small file for each student who may hand a lab in later than the others."""
    return root / "extensions" / lab


def extension_path(student: str, lab: str, root: Path) -> Path:
    """Until when a student may hand in a lab."""
    return extensions_folder(lab, root) / f"{student}.json"


def tripwires_path(lab: str, root: Path) -> Path:
    """Which checks of a lab notice spoiled results."""
    return root / "tripwires" / f"{lab}.json"


def editions_folder(lab: str, root: Path) -> Path:
    """Every student notebook of a lab that was released here, named by its fingerprint."""
    return root / "editions" / lab


def staging_folder(lab: str, root: Path) -> Path:
    """Where a release is prepared, so that one that nbgrader refuses changes nothing."""
    return root / f".releasing-{lab}"


def fresh_seed_path(root: Path) -> Path:
    """The file with the seed of all labs' fresh inputs."""
    return root / "fresh_seed"


def run_lock_path(lab: str, root: Path) -> Path:
    """The lock that a run holds while it grades a lab."""
    return root / f".grading-{lab}.lock"


def submitted_folder(student: str, lab: str, root: Path) -> Path:
    """What a student handed in, unchanged."""
    return root / SUBMITTED / student / lab


def students_with_folder(lab: str, root: Path) -> list[str]:
    """Sorted names of the students' folders in which something was handed in for a lab."""
    folders = (path.parent.name for path in (root / SUBMITTED).glob(f"*/{lab}") if path.is_dir())
    return sorted(name for name in folders if not name.startswith("."))


def accepted_folder(student: str, lab: str, root: Path) -> Path:
    """The submission rebuilt on the released notebook, for nbgrader to read."""
    return root / ACCEPTED / student / lab


def accepted_notebooks(lab: str, root: Path) -> Iterator[tuple[str, Path]]:
    """(student, rebuilt notebook) of everybody whose submission of a lab was accepted."""
    for path in sorted((root / ACCEPTED).glob(f"*/{lab}/{lab}.ipynb")):
        yield path.parent.parent.name, path


def executed_path(student: str, lab: str, root: Path) -> Path:
    """The rebuilt notebook with the outputs of its isolated run."""
    return root / EXECUTED / lab / f"{student}.ipynb"


def autograded_folder(student: str, lab: str, root: Path) -> Path:
    """What nbgrader keeps of a graded submission."""
    return root / AUTOGRADED / student / lab


def records_folder(lab: str, root: Path) -> Path:
    """One small file for each student, about what became of the submission."""
    return root / "records" / lab


def traces(student: str, root: Path) -> list[Path]:
    """Every file and folder of a course directory that is about one student alone."""
    folders = [root / name / student for name in (SUBMITTED, ACCEPTED, AUTOGRADED, feedback_folder(root).name)]
    files = [executed_path(student, lab.name, root) for lab in (root / EXECUTED).glob("*")]
    for kind in ("records", "held_marks", "extensions"):
        files += [lab / f"{student}.json" for lab in (root / kind).glob("*")]
    return [path for path in [*folders, *files] if path.exists() or path.is_symlink()]


def feedback_folder(root: Path) -> Path:
    """All students' pages of feedback."""
    return root / "feedback"


def feedback_page(student: str, lab: str, root: Path) -> Path:
    """The page that a student gets back."""
    return feedback_folder(root) / student / lab / f"{lab}.html"


def references_folder(root: Path) -> Path:
    """The references that the demo executed, with the files that they wrote."""
    return root / "references"


def reference_path(lab: str, root: Path) -> Path:
    """A lab's executed reference."""
    return references_folder(root) / lab / f"{lab}.ipynb"
