"""From the parts of a lab's source to the instructor notebook and, through nbgrader, to what students open."""

import hashlib
import tempfile
from pathlib import Path

import jinja2
import jupytext
import nbformat
from nbformat import NotebookNode

from grading.atomic_write import write_atomically
from grading.authoring import cell_headers, source_rules
from grading.course import Course
from grading.coursedir import LABS, SOLUTIONS, instructor_path, source_parts, student_path
from grading.nbgrader_settings import api
from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError
from shared.notebooks.cell_metadata import grade_id
from shared.settings import PROFILES, load_settings

TEMPLATES = Path(__file__).with_name("templates")
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
BADGE = "https://colab.research.google.com/assets/colab-badge.svg"


def instructor_notebook(lab: str, course: Course, checkout: Path = CHECKOUT) -> NotebookNode:
    """The notebook with solutions and hidden tests, identical to the byte at every build.

    Raises:
        LabError: no source, a header that cannot be read, or a template that names an unknown setting.
    """
    values = _template_values(lab, course)
    parts = source_parts(lab, checkout)
    cells = [cell for path in parts for cell in _cells(path, path.relative_to(checkout).as_posix(), values)]
    metadata = NotebookNode(kernelspec=KERNEL, language_info={"name": "python"})
    notebook = NotebookNode(nbformat=4, nbformat_minor=5, metadata=metadata, cells=cells)
    _normalise(notebook)
    return notebook


def _cells(path: Path, shown: str, values: dict) -> list[NotebookNode]:
    """The cells of one part, with nbgrader's metadata and with what the templates in them stand for."""
    cells = jupytext.read(path).cells
    cell_headers.expand(cells, shown)
    for number, cell in enumerate(cells, start=1):
        if "setup" in cell.metadata.get("tags", []):
            cell.source = (TEMPLATES / "setup_cell.py.jinja").read_text(encoding="utf-8") + "\n" + cell.source
        if cell.cell_type == "markdown" or "setup" in cell.metadata.get("tags", []):
            cell.source = _fill(cell.source, values, f"Cell {number} of {shown}")
    return cells


def _template_values(lab: str, course: Course) -> dict:
    settings = {profile: load_settings(lab, profile) for profile in PROFILES}
    where = f"github/{course.repository}/blob/{course.branch}/{LABS}/{lab}/{lab}.ipynb"
    rows = [f"| {name} | {s.minutes:g} | {s.memory_gb:g} |" for name, s in settings.items()]
    return {
        "course": course,
        "lab": course.lab(lab),
        "s": settings,
        "badge": f"[![Open in Colab]({BADGE})](https://colab.research.google.com/{where})",
        "budget_table": "\n".join(["| profile | minutes to run, about | memory, GB |", "|---|---|---|", *rows]),
    }


def _fill(source: str, values: dict, where: str) -> str:
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False, keep_trailing_newline=True)
    try:
        return environment.from_string(source).render(values)
    except (jinja2.TemplateError, LabError) as error:
        raise LabError(
            f"{where} holds a template that cannot be filled ({error}): mend what stands in its braces."
        ) from None


def _normalise(notebook: NotebookNode) -> None:
    """Replaces what jupytext draws at random or leaves behind: cell ids and its own metadata."""
    used = set()
    for cell in notebook.cells:
        cell.metadata.pop("lines_to_next_cell", None)
        if grade_id(cell):
            name = grade_id(cell).replace("_", "-")
        else:
            name = f"{cell.cell_type}-{hashlib.sha256(cell.source.encode()).hexdigest()[:12]}"
        copies = sum(1 for other in used if other == name or other.startswith(f"{name}--"))
        cell.id = f"{name}--{copies}" if copies else name
        used.add(cell.id)


def generate(lab: str, course: Course, root: Path, notebook: NotebookNode, gradebook: bool) -> Path:
    """Runs nbgrader's generate_assignment in a course directory; returns the student notebook.

    Args:
        gradebook: whether to register the lab's cells, with hidden tests, in the gradebook of `root`.
    """
    write_atomically(instructor_path(lab, root), nbformat.writes(notebook) + "\n")
    result = api(course, root, gradebook).generate_assignment(lab)
    if not result["success"]:
        raise LabError(f"nbgrader could not generate {lab}: {_last_line(result)}")
    return student_path(lab, root)


def _last_line(result: dict) -> str:
    lines = [line.strip() for line in (result.get("log", "") + result.get("error", "")).splitlines() if line.strip()]
    return next((line for line in reversed(lines) if "Error" in line), lines[-1] if lines else "no message")


def student_text(lab: str, course: Course, checkout: Path = CHECKOUT) -> tuple[NotebookNode, str]:
    """The instructor notebook, and the text of the student notebook that follows from it.

    Raises:
        LabError: a rule of `grading.authoring` is broken; all are named.
    """
    notebook = instructor_notebook(lab, course, checkout)
    _require(lab, source_rules.instructor_problems(notebook, course.lab(lab).points))
    with tempfile.TemporaryDirectory(prefix="course-build-") as root:
        student = nbformat.read(generate(lab, course, Path(root), notebook, gradebook=False), as_version=4)
    _require(lab, source_rules.student_problems(notebook, student))
    student.metadata["course"] = {"digest": digest(student)}
    return notebook, nbformat.writes(student) + "\n"


def _require(lab: str, problems: list[str]) -> None:
    if problems:
        raise LabError(f"{lab} is not ready for students:\n  " + "\n  ".join(problems))


def digest(notebook: NotebookNode) -> str:
    """A fingerprint of everything in a notebook but the fingerprint itself, to tell a built one from an edited one."""
    bare = nbformat.from_dict({**notebook, "metadata": {k: v for k, v in notebook.metadata.items() if k != "course"}})
    return hashlib.sha256(nbformat.writes(bare).encode()).hexdigest()


def build_lab(lab: str, course: Course, checkout: Path = CHECKOUT) -> Path:
    """Writes the instructor notebook (git-ignored) and labs/<lab>/<lab>.ipynb; returns the latter.

    Raises:
        LabError: the lab breaks a rule, or labs/ holds a notebook that somebody worked in, which a build would destroy.
    """
    target = student_path(lab, checkout)
    notebook, text = student_text(lab, course, checkout)
    if is_edited(target):
        raise LabError(f"{_shown(target)} was edited by hand and a build would undo that: {_mend(lab)}.")
    write_atomically(instructor_path(lab, checkout), nbformat.writes(notebook) + "\n")
    write_atomically(target, text)
    return target


def is_edited(path: Path) -> bool:
    """Whether a student notebook exists and is no longer as some build wrote it."""
    if not path.is_file():
        return False
    try:
        notebook = nbformat.read(path, as_version=4)
        return notebook.metadata.get("course", {}).get("digest") != digest(notebook)
    except Exception:  # whatever is wrong with the file, it is not what a build wrote
        return True


def require_built(lab: str, course: Course, checkout: Path = CHECKOUT) -> None:
    """Raises LabError where labs/ is missing, edited by hand, or older than its source."""
    target = student_path(lab, checkout)
    if is_edited(target):
        raise LabError(f"{_shown(target)} was edited by hand: {_mend(lab)}.")
    if not target.is_file() or target.read_text(encoding="utf-8") != student_text(lab, course, checkout)[1]:
        raise LabError(f"{_shown(target)} is missing or older than its source: run 'course build {lab}'.")


def _shown(target: Path) -> str:
    return "/".join(target.parts[-3:])


def _mend(lab: str) -> str:
    return (
        f"copy what you need from it into the parts in {SOLUTIONS}/{lab}/, move it away, and run 'course build {lab}'"
    )
