"""Writes the bundle that students get: labs, helper package, data and set-up, and nothing that only instructors need."""

import shutil
import tempfile
import tomllib
from pathlib import Path

import tomlkit

from grading.authoring.build import require_built
from grading.course import FILE, Course
from grading.coursedir import config_path, student_path
from shared.assets.cache_paths import CHECKOUT
from shared.course_file import shown
from shared.errors import LabError
from shared.pristine import RELEASED, keep_copy

COPIED = ("shared", "data", "requirements.lock", "environment.yml", "LICENSE", "LICENSE-texts")
# Recipes stay with the instructors: with them and the public sources, anybody could make the labels of the test splits.
LEFT_OUT = shutil.ignore_patterns("cache", "recipes", "__pycache__", ".ipynb_checkpoints", "hidden_labels*", RELEASED)
STUDENT_EXTRAS = ("jupyter",)
STUDENT_METADATA = (
    "name",
    "description",
    "readme",
    "requires-python",
    "license",
    "license-files",
    "dynamic",
    "dependencies",
)

PLACEHOLDER = "your-organisation/"  # in course.toml, until somebody fills it in
NO_REPOSITORY = "The repository in course.toml is still the placeholder: fill it in and run 'course build'"

VALIDATE = """# nbgrader's settings for students: Validate says what the last cell of a notebook says.
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from shared.validation import replace_nbgraders

replace_nbgraders()
"""


def write_bundle(course: Course, target: Path, checkout: Path = CHECKOUT, update: bool = False) -> Path:
    """Writes the students' bundle, ready to push to the course's public repository; returns its folder.

    Args:
        update: whether `target` is an earlier bundle whose files are to be replaced; what else is there, .git above all, stays.
    Raises:
        LabError: without `update` the folder exists, with it the folder is no bundle; a lab is not built; or the repository is
            still the placeholder of course.toml, whose badges would lead nowhere.
    """
    if update:
        _require_bundle(target, course)
    elif target.exists():
        raise LabError(f"The folder {target} exists: name a new folder, or add --update to replace an earlier bundle.")
    for lab in course.labs:
        require_built(lab, course, checkout)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".bundle-") as work:
        root = Path(work) / target.name
        root.mkdir()
        _fill(root, course, checkout)
        if update:
            _replace(target, root, Path(work) / "before")
        else:
            root.rename(target)
    return target


def has_placeholder(course: Course) -> bool:
    """Whether nobody has said yet which repository the bundle goes to."""
    return course.repository.startswith(PLACEHOLDER)


def _require_bundle(target: Path, course: Course) -> None:
    if not (target / "shared" / "settings.py").is_file() or (target / "grading").exists():
        raise LabError(f"The folder {target} is no bundle of this course: leave out --update and name a new folder.")
    if has_placeholder(course):
        raise LabError(f"{NO_REPOSITORY}, then run this command again.")


def _fill(root: Path, course: Course, checkout: Path) -> None:
    """Writes everything that a bundle holds into an empty folder."""
    for name in COPIED:
        source = checkout / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=LEFT_OUT)
        else:
            shutil.copyfile(source, root / name)
    for lab in course.labs:
        path = student_path(lab, root)
        path.parent.mkdir(parents=True)
        shutil.copyfile(student_path(lab, checkout), path)
        keep_copy(lab, path.read_text(encoding="utf-8"), root / "data")
    shutil.copyfile(checkout / "docs" / "assistants.md", root / "AGENTS.md")
    (root / "README.md").write_text(readme(course, checkout), encoding="utf-8")
    (root / FILE).write_text(student_course(course), encoding="utf-8")
    (root / "pyproject.toml").write_text(student_pyproject(checkout), encoding="utf-8")
    config_path(root).write_text(VALIDATE, encoding="utf-8")


def _replace(target: Path, fresh: Path, before: Path) -> None:
    """Puts each file and folder of a fresh bundle into the place of the earlier one's."""
    before.mkdir()
    for path in sorted(fresh.iterdir()):
        old = target / path.name
        if old.exists():
            old.rename(before / path.name)
        path.rename(old)


def student_pyproject(checkout: Path = CHECKOUT) -> str:
    """The text of a pyproject.toml that installs `shared` alone: no instructor package, command or extra."""
    table = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))
    project = {name: table["project"][name] for name in STUDENT_METADATA}
    extras = table["project"]["optional-dependencies"]
    project["optional-dependencies"] = {name: extras[name] for name in STUDENT_EXTRAS}
    hatch = table["tool"]["hatch"]
    wheel = {
        "packages": ["shared"],
        "force-include": {
            **hatch["build"]["targets"]["wheel"]["force-include"],
            f"data/{RELEASED}": f"shared/{RELEASED}",
            FILE: f"shared/{FILE}",
        },
    }
    return tomlkit.dumps(
        {
            "build-system": table["build-system"],
            "project": project,
            "tool": {"hatch": {"version": hatch["version"], "build": {"targets": {"wheel": wheel}}}},
        }
    )


def readme(course: Course, checkout: Path = CHECKOUT) -> str:
    """The students' guide, with the course's title and its deadlines."""
    guide = (checkout / "docs" / "students.md").read_text(encoding="utf-8")
    _, _, rest = guide.partition("\n")
    rows = [
        f"| {lab.name} | {lab.title} | {lab.points} | {shown(lab.deadline, course.timezone)} |"
        for lab in course.labs.values()
    ]
    table = "\n".join(["| lab | title | points | due |", "|---|---|---|---|", *rows])
    return f"# {course.title}\n\n{course.term}\n\n{table}\n{rest}"


def student_course(course: Course) -> str:
    """The text of the students' course.toml: what the first cell and Validate say and keep to."""
    table = {
        "course": {"title": course.title, "term": course.term, "timezone": course.timezone},
        "grading": {"cell_timeout_seconds": course.cell_timeout_seconds},
        "labs": {
            lab.name: {"title": lab.title, "points": lab.points, "deadline": lab.deadline}
            for lab in course.labs.values()
        },
    }
    return tomlkit.dumps(table)
