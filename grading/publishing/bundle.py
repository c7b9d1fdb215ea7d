"""What students get: labs, helper package, data cards and set-up, and nothing that an instructor alone needs."""

import json
import shutil
import tempfile
import tomllib
from pathlib import Path

from grading.authoring.build import require_built
from grading.course import Course
from grading.coursedir import student_path
from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError

COPIED = ("shared", "data", "requirements.lock", "environment.yml", "LICENSE", "LICENSE-texts")
# Recipes stay with the instructors: with one of them and the public sources, the labels of the test splits are made again.
LEFT_OUT = shutil.ignore_patterns("cache", "recipes", "__pycache__", ".ipynb_checkpoints", "hidden_labels*")
STUDENT_EXTRAS = ("jupyter",)


def write_bundle(course: Course, target: Path, checkout: Path = CHECKOUT) -> Path:
    """Writes the students' bundle as a new folder, ready to push to the course's public repository.

    Raises:
        LabError: the folder exists, or a lab is not built.
    """
    if target.exists():
        raise LabError(f"{target} exists: name a new folder, or move that one away.")
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
        root.rename(target)
    return target


def student_pyproject(checkout: Path = CHECKOUT) -> str:
    """pyproject.toml with `shared` alone: no instructor package, command or extra."""
    table = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))
    project = table["project"]
    extras = {k: v for k, v in project["optional-dependencies"].items() if k in STUDENT_EXTRAS}
    plain = ("name", "description", "readme", "requires-python", "license", "license-files", "dynamic", "dependencies")
    sections = {
        "build-system": table["build-system"],
        "project": {name: project[name] for name in plain},
        "project.optional-dependencies": extras,
        "tool.hatch.version": table["tool"]["hatch"]["version"],
        "tool.hatch.build.targets.wheel": {"packages": ["shared"]},
        "tool.hatch.build.targets.wheel.force-include": table["tool"]["hatch"]["build"]["targets"]["wheel"][
            "force-include"
        ],
    }
    lines = []
    for section, values in sections.items():
        lines.append(f"[{section}]")
        # A JSON string or list of strings is TOML as well.
        lines += [f"{json.dumps(key) if '/' in key else key} = {json.dumps(value)}" for key, value in values.items()]
        lines.append("")
    return "\n".join(lines)
