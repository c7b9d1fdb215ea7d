"""Builds the instructor notebook from the parts of a lab's source and, through nbgrader, the student notebook from that."""

import hashlib
import tempfile
from pathlib import Path

import jinja2
import jupytext
import nbformat
from nbformat import NotebookNode

from grading.atomic_write import write_atomically
from grading.authoring import cell_headers, source_rules
from grading.authoring.check_summary import label_checks, let_run_on
from grading.course import Course
from grading.coursedir import LABS, SOLUTIONS, instructor_path, source_parts, student_path
from grading.nbgrader_settings import api, last_error
from grading.verdicts.outside_judges import require_judges
from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError
from shared.notebooks.cell_metadata import grade_id
from shared.notebooks.fingerprint import is_as_built, sign
from shared.pristine import keep_copy
from shared.settings import PROFILES, load_settings

TEMPLATES = Path(__file__).with_name("templates")
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
BADGE = "https://colab.research.google.com/assets/colab-badge.svg"


def instructor_notebook(lab: str, course: Course, checkout: Path = CHECKOUT) -> NotebookNode:
    """The notebook with solutions and hidden tests, the same bytes at every build.

    Raises:
        LabError: there is no source, a header cannot be read, or a template names an unknown setting.
    """
    values = _template_values(lab, course)
    parts = source_parts(lab, checkout)
    cells = [cell for path in parts for cell in _cells(path, path.relative_to(checkout).as_posix(), values)]
    metadata = NotebookNode(kernelspec=KERNEL, language_info={"name": "python"})
    notebook = NotebookNode(nbformat=4, nbformat_minor=5, metadata=metadata, cells=cells)
    label_checks(notebook)
    let_run_on(notebook)
    _normalise(notebook)
    return notebook


def _cells(path: Path, shown: str, values: dict) -> list[NotebookNode]:
    """The cells of one part, with nbgrader's metadata and with their templates filled in."""
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
            f"{where} has a template that cannot be filled in ({error}): correct what is between its braces."
        ) from None


def _normalise(notebook: NotebookNode) -> None:
    """Replaces the random cell ids of jupytext by fixed ones, and removes its own metadata."""
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


def generate(lab: str, course: Course, folder: Path, notebook: NotebookNode, database: str = "") -> Path:
    """Runs nbgrader's generate_assignment; returns the student notebook.

    Args:
        folder: gets both notebooks, as a course directory has them.
        database: URL of the gradebook in which to register the lab's cells, with hidden tests; empty for none.
    Raises:
        LabError: nbgrader refuses the notebook.
    """
    write_atomically(instructor_path(lab, folder), nbformat.writes(notebook) + "\n")

    def register(config) -> None:
        if database:
            config.CourseDirectory.db_url = database

    result = api(course, folder, gradebook=bool(database), adapt=register).generate_assignment(lab)
    if not result["success"]:
        raise LabError(f"The student notebook of {lab} could not be generated by nbgrader: {last_error(result)}")
    return student_path(lab, folder)


def student_text(lab: str, course: Course, checkout: Path = CHECKOUT) -> tuple[NotebookNode, str]:
    """The instructor notebook, and the text of the student notebook that is made from it.

    Raises:
        LabError: rules of `grading.authoring.source_rules` are broken; it lists all of them.
    """
    notebook = instructor_notebook(lab, course, checkout)
    _require(lab, source_rules.instructor_problems(notebook, course.lab(lab).points))
    with tempfile.TemporaryDirectory(prefix="course-build-") as root:
        student = nbformat.read(generate(lab, course, Path(root), notebook), as_version=4)
    _require(lab, source_rules.student_problems(notebook, student))
    sign(student)
    return notebook, nbformat.writes(student) + "\n"


def _require(lab: str, problems: list[str]) -> None:
    """Raises LabError where there are problems."""
    if problems:
        raise LabError(f"The lab {lab} is not ready for students:\n  " + "\n  ".join(problems))


def build_lab(lab: str, course: Course, checkout: Path = CHECKOUT) -> Path:
    """Writes the instructor notebook (git-ignored) and labs/<lab>/<lab>.ipynb; returns the latter.

    Raises:
        LabError: the lab breaks a rule, a check that hands values over has no judge, or somebody edited the notebook in labs/,
            which a build would destroy.
    """
    target = student_path(lab, checkout)
    notebook, text = student_text(lab, course, checkout)
    require_judges(lab, notebook, checkout)
    if is_edited(target):
        raise LabError(
            f"The notebook {_shown(target)} was edited by hand and a build would undo that: {_way_out(lab)}."
        )
    write_atomically(instructor_path(lab, checkout), nbformat.writes(notebook) + "\n")
    write_atomically(target, text)
    keep_copy(lab, text, checkout / "data")
    return target


def is_edited(path: Path) -> bool:
    """Whether a student notebook exists but is not as a build wrote it."""
    if not path.is_file():
        return False
    try:
        return not is_as_built(nbformat.read(path, as_version=4))
    except Exception:  # whatever is wrong with the file, it is not what a build wrote
        return True


def require_built(lab: str, course: Course, checkout: Path = CHECKOUT) -> None:
    """Raises LabError where the notebook in labs/ is missing, edited by hand, or older than its source."""
    target = student_path(lab, checkout)
    if is_edited(target):
        raise LabError(f"The notebook {_shown(target)} was edited by hand: {_way_out(lab)}.")
    if not target.is_file() or target.read_text(encoding="utf-8") != student_text(lab, course, checkout)[1]:
        raise LabError(f"The notebook {_shown(target)} is missing or older than its source: run 'course build {lab}'.")


def _shown(target: Path) -> str:
    return "/".join(target.parts[-3:])


def _way_out(lab: str) -> str:
    return (
        f"copy what you need from it into the parts in {SOLUTIONS}/{lab}/, move it away, and run 'course build {lab}'"
    )
