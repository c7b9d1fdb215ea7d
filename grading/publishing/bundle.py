"""Writes the bundle that students get: labs, helper package, data and set-up, and nothing that only instructors need."""

import shutil
import tempfile
import tomllib
from pathlib import Path

import tomlkit

from grading.authoring.build import require_built
from grading.course import Course
from grading.coursedir import config_path, student_path
from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError

COPIED = ("shared", "data", "requirements.lock", "environment.yml", "LICENSE", "LICENSE-texts")
# Recipes stay with the instructors: with them and the public sources, anybody could make the labels of the test splits.
LEFT_OUT = shutil.ignore_patterns("cache", "recipes", "__pycache__", ".ipynb_checkpoints", "hidden_labels*")
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

VALIDATE = """# nbgrader's settings for Validate: a cell may run as long as the grader lets it, in seconds.
c = get_config()
c.Execute.timeout = {seconds}
"""


def write_bundle(course: Course, target: Path, checkout: Path = CHECKOUT) -> Path:
    """Writes the students' bundle as a new folder, ready to push to the course's public repository; returns that folder.

    Raises:
        LabError: the folder exists, or a lab is not built.
    """
    if target.exists():
        raise LabError(f"The folder {target} exists: name a new folder, or move that one away.")
    for lab in course.labs:
        require_built(lab, course, checkout)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".bundle-") as work:
        root = Path(work) / target.name
        root.mkdir()
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
        shutil.copyfile(checkout / "docs" / "students.md", root / "README.md")
        (root / "pyproject.toml").write_text(student_pyproject(checkout), encoding="utf-8")
        config_path(root).write_text(VALIDATE.format(seconds=course.cell_timeout_seconds), encoding="utf-8")
        root.rename(target)
    return target


def student_pyproject(checkout: Path = CHECKOUT) -> str:
    """The text of a pyproject.toml that installs `shared` alone: no instructor package, command or extra."""
    table = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))
    project = {name: table["project"][name] for name in STUDENT_METADATA}
    extras = table["project"]["optional-dependencies"]
    project["optional-dependencies"] = {name: extras[name] for name in STUDENT_EXTRAS}
    hatch = table["tool"]["hatch"]
    wheel = {
        "packages": ["shared"],
        "force-include": hatch["build"]["targets"]["wheel"]["force-include"],
    }
    return tomlkit.dumps(
        {
            "build-system": table["build-system"],
            "project": project,
            "tool": {"hatch": {"version": hatch["version"], "build": {"targets": {"wheel": wheel}}}},
        }
    )
