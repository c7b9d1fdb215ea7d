"""The house's own rules: what is derived agrees with its source, arrows point one way, links lead somewhere."""

import ast
import importlib
import os
import re
import shlex
import subprocess
import sys
import tomllib

import jupytext
import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.version import Version

from grading.coursedir import LABS, SOLUTIONS, judges_path, source_parts
from grading.publishing.bundle import student_pyproject
from grading.publishing.requirements import LOCK, TORCH, environment_yml
from shared.assets.cache_paths import CHECKOUT
from shared.settings import labs

PYPROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
EXTRAS = PYPROJECT["project"]["optional-dependencies"]
NAMED_BY_THE_USER = {
    *("jupyterlab", "nbgrader", "torch", "transformers", "peft", "trl", "datasets", "bitsandbytes", "evaluate"),
    *("scikit-learn", "econml"),
}
PYTHONS = ("3.11", "3.12", "3.13")


def tracked(*patterns: str) -> list[str]:
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [line for line in done.stdout.splitlines() if (CHECKOUT / line).exists()]


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_the_lock_meets_every_requirement_on_every_platform(python, platform):
    environment = {**default_environment(), "python_version": python, "sys_platform": platform, "extra": ""}
    environment |= {
        "python_full_version": f"{python}.9",
        "platform_machine": "arm64" if platform == "darwin" else "x86_64",
    }
    locked = {}
    for line in (CHECKOUT / LOCK).read_text().splitlines():
        if line and not line.startswith("#"):
            pin = Requirement(line)
            if pin.marker is None or pin.marker.evaluate(environment):
                assert pin.name not in locked, f"{pin.name} is pinned twice"
                locked[pin.name] = Version(str(pin.specifier).removeprefix("=="))
    wanted = [Requirement(text) for group in [PYPROJECT["project"]["dependencies"], *EXTRAS.values()] for text in group]
    for requirement in wanted:
        if requirement.name != PYPROJECT["project"]["name"]:
            assert requirement.specifier.contains(locked[requirement.name]), str(requirement)
    assert locked["torch"] == Version(TORCH.removeprefix("torch=="))


def test_the_lock_brings_no_gpu_libraries_to_machines_without_one():
    assert not re.search(r"^(nvidia|cuda|triton)", (CHECKOUT / LOCK).read_text(), flags=re.MULTILINE)


def test_environment_yml_follows_from_pyproject_and_lock():
    text = (CHECKOUT / "environment.yml").read_text()
    assert text == environment_yml(CHECKOUT), "run `course lock`"
    pip = next(entry["pip"] for entry in yaml.safe_load(text)["dependencies"] if isinstance(entry, dict))
    names = {re.match(r"[\w-]+", line).group() for line in pip if not line.startswith("-")}
    assert names >= NAMED_BY_THE_USER


def test_students_install_nothing_that_only_an_instructor_needs():
    student = tomllib.loads(student_pyproject(CHECKOUT))["project"]
    assert set(student["optional-dependencies"]) == {"jupyter"}
    text = str(student)
    assert all(name not in text for name in ("jupytext", "pytest", "playwright", "grading"))


def test_the_top_level_is_the_one_that_was_asked_for():
    wanted = {"environment.yml", "labs", "solutions", "shared", "data", "tests", "Makefile", "README.md"}
    assert wanted <= {path.split("/")[0] for path in tracked()}


def test_every_lab_stands_everywhere_it_must():
    for lab in labs():
        assert (CHECKOUT / SOLUTIONS / lab / "part00_start.py").is_file()
        assert (CHECKOUT / LABS / lab / f"{lab}.ipynb").is_file()
        assert f"({LABS}/{lab}/{lab}.ipynb)" in (CHECKOUT / "README.md").read_text()


# The law: a module imports from its own wing, from those of its row and from the rows above it; there are no circles.
LAYERS = {
    "shared": (
        {
            "errors",
            "lazy_names",
            "tokenization",
            "metrics",
            "seeding",
            "install",
            "course_python",
            "open",
            "text_table",
        },
        {"settings", "hardware", "plots", "notebooks", "checks", "short_errors"},
        {"assets"},
        {"datasets", "models", "course_file", "pristine"},
        {"session", "doctor", "examination", "validate", "validation"},
    ),
    "grading": (
        {"course", "atomic_write", "folders", "environment_variables", "released_imports", "child_process"},
        {"coursedir"},
        {"nbgrader_settings", "closed_directory", "editions", "grade_log"},
        {"verdicts", "gradebook", "crossing"},
        {"kernels", "intake", "feedback", "reports"},
        {"exercises"},
        {"authoring", "workers"},
        {"audit"},
        {"autograde", "registrar", "registrar_process", "publishing", "sample_students"},
        {"demo", "regrade", "backup", "forget"},
        {"commands"},
        {"cli"},
    ),
}
# What graders share with students: errors, settings, where files are, how a notebook that was handed in is read, tables,
# how a deadline reads, the notebooks as released.
GRADING_TAKES = {"errors", "settings", "assets", "notebooks", "text_table", "course_file", "pristine"}
# What a student meets in a lab; modules inside a wing are its own business.
LABS_TAKE = {
    *("shared", "shared.session", "shared.settings", "shared.hardware", "shared.metrics", "shared.tokenization"),
    *("shared.datasets", "shared.models", "shared.assets"),
}
MODULES = {
    path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): path
    for path in tracked("shared/*.py", "grading/*.py")
    if "/templates/" not in path and "/evaluate_modules/" not in path
}


def imports(path: str) -> set[str]:
    """Every module that a file names in an import, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse((CHECKOUT / path).read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inner & MODULES.keys()
            if inner - MODULES.keys():
                found.add(node.module)
    return found


GRAPH = {name: imports(path) & MODULES.keys() - {name} for name, path in MODULES.items()}


def reached(start: str) -> set[str]:
    """Every module that one module imports, at any depth."""
    seen, waiting = set(), [start]
    while waiting:
        for name in GRAPH[waiting.pop()] - seen:
            seen.add(name)
            waiting.append(name)
    return seen


@pytest.mark.parametrize("name", MODULES)
def test_no_module_imports_itself_by_a_detour(name):
    assert name not in reached(name)


@pytest.mark.parametrize("name", [name for name in MODULES if "." in name])
def test_a_module_imports_from_its_own_layer_and_those_above(name):
    top, wing = name.split(".")[:2]
    rows = LAYERS[top]
    allowed = set().union(*rows[: _row_of(wing, rows) + 1])
    for other in GRAPH[name]:
        other_top, _, rest = other.partition(".")
        if other_top == top and rest:
            assert rest.split(".")[0] in allowed, f"{name} imports {other}"
        elif other_top != top:
            assert (top, other_top) == ("grading", "shared"), f"{name} imports {other}"
            assert rest.split(".")[0] in GRADING_TAKES, f"{name} imports {other}"


def _row_of(wing: str, rows: tuple[set[str], ...]) -> int:
    return next(number for number, row in enumerate(rows) if wing in row)


def test_packages_do_not_import_what_uses_them():
    for path in MODULES.values():
        assert not {name.split(".")[0] for name in imports(path)} & {"solutions", "tests"}, path


def test_a_lab_imports_only_what_students_are_told_about():
    for path in tracked("solutions/*/*.py"):
        for name in imports(path):
            if name.split(".")[0] in ("shared", "grading"):
                face = name if name in LABS_TAKE else name.rpartition(".")[0]
                assert face in LABS_TAKE, f"{path} imports {name}"


def test_importing_shared_loads_nothing_heavy():
    """Neither a module of any wing, nor the names that the faces hand out."""
    modules = [name for name in MODULES if name.split(".")[0] == "shared" and not name.endswith("__main__")]
    faces = "shared.assets.asset_path, shared.datasets.load_nhefs, shared.models.model_path"
    heavy = {
        *("torch", "numpy", "pandas", "sklearn", "matplotlib", "transformers", "datasets", "evaluate", "econml"),
        *("bitsandbytes", "peft", "trl", "IPython"),
    }
    code = f"import sys; import {', '.join(modules)}; {faces}; print([m for m in {sorted(heavy)} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/")
    assert done.stdout.strip() == "[]"


LONGEST_MODULE = 300


def test_modules_stay_readable():
    for path in MODULES.values():
        assert len((CHECKOUT / path).read_text().splitlines()) <= LONGEST_MODULE, path


def test_no_part_of_a_lab_is_longer_than_340_lines():
    for path in tracked("solutions/*/*.py"):
        assert len((CHECKOUT / path).read_text().splitlines()) <= 340, path


@pytest.mark.parametrize("lab", labs())
def test_a_lab_imports_what_it_uses_and_uses_what_it_imports(lab):
    """The linter sees each part alone, where names of the parts before are unknown; here it sees the whole."""
    source = "\n".join(path.read_text() for path in source_parts(lab))
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F401,F821", "-"]
    done = subprocess.run(command, input=source, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", tracked("*.md", "solutions/*.py"))
def test_relative_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", (CHECKOUT / page).read_text()):
        if not re.match(r"[a-z]+:", target) and re.match(r"[\w.-]+(/[\w.-]*)*$", target):
            assert ((CHECKOUT / page).parent / target).exists(), f"{page} -> {target}"


def commands(page: str) -> list[list[str]]:
    """The `make` and `course` commands that a page shows, as words."""
    text = (CHECKOUT / page).read_text()
    shown = re.findall(r"`([^`\n]+)`", text) + re.findall(r"^    (.+)$", text, flags=re.MULTILINE)
    return [
        shlex.split(line, comments=True) for line in shown if line.split()[:1] and line.split()[0] in ("make", "course")
    ]


@pytest.mark.parametrize("page", tracked("*.md"))
def test_every_command_a_page_shows_exists(page):
    from grading.cli import parser

    targets = set(re.findall(r"^([a-z]+):", (CHECKOUT / "Makefile").read_text(), flags=re.MULTILINE))
    for words in commands(page):
        if words[0] == "make":
            assert set(words[1:2]) <= targets, words
        elif words[1:] and not set(" ".join(words)) & set("<.") and words[1].isupper() is False:
            parser().parse_args([*words[1:], *_missing(words)])


def _missing(words: list[str]) -> list[str]:
    """A page may name a command without its lab."""
    takes_lab = {"release", "collect", "autograde", "feedback", "grades", "bank"}
    if words[1] in takes_lab and len(words) == 2:
        return ["lab01_ridge"]
    return ["folder"] if words[1] == "bundle" and len(words) == 2 else []


def test_make_help_lists_what_the_readme_promises():
    done = subprocess.run(["make", "help"], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    for target in ("demo", "test", "lab", "labs"):
        assert re.search(rf"^{target} ", done.stdout, flags=re.MULTILINE)


def test_make_works_in_a_folder_whose_name_has_a_space(tmp_path):
    (tmp_path / "my labs").symlink_to(sys.prefix)
    given = {**os.environ, "VIRTUAL_ENV": str(tmp_path / "my labs")}
    done = subprocess.run(["make", "lint"], cwd=CHECKOUT, env=given, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_set_up_number_of_a_lab_is_typed_once():
    """What stands in the settings table under a telling name is not assigned a literal in a lab's source as well."""
    table = tomllib.loads((CHECKOUT / "shared" / "profiles.toml").read_text())
    for lab in labs():
        names = {name for row in table[lab].values() for name in row}
        source = "\n".join(path.read_text() for path in sorted((CHECKOUT / SOLUTIONS / lab).glob("*.py")))
        for name in names:
            again = re.findall(rf"^{re.escape(name)} = [\d\[]", source, flags=re.MULTILINE)
            assert not again, f"{lab}: {name} is typed again"
        unused = {
            name
            for name in names - {"memory_gb", "minutes", "models"}
            if f"settings.{name}" not in source and f".{name} }}}}" not in source
        }
        assert not unused - {"seeds"}, f"{lab}: nobody uses {unused}"


def test_no_student_record_is_tracked():
    assert not [path for path in tracked() if re.search(r"gradebook\.db|^(submitted|autograded|feedback)/", path)]


@pytest.mark.parametrize("lab", labs())
def test_no_cell_takes_the_name_of_a_function(lab):
    """A student who runs an earlier check again would meet whatever took the function's name."""
    cells = [c.source for path in source_parts(lab) for c in jupytext.read(path).cells if c.cell_type == "code"]
    nodes = [node for source in cells for node in ast.parse(source).body]
    made = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    taken = {
        name.id
        for node in nodes
        if not isinstance(node, ast.FunctionDef | ast.ClassDef)
        for name in ast.walk(node)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
    }
    assert not made & taken


def test_the_tests_of_a_module_stay_on_one_worker(request):
    """Without groups, which pytest-xdist once dropped in silence, each worker makes every expensive fixture for itself."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        assert request.node.nodeid.endswith("@test_house-")


# Public functions and classes of shared/ that nothing but tests uses yet, each with the reason why it stays.
WITHOUT_A_USER = {"shared.datasets.phishing.load_phishing": "lab05 is to read it in profiles t4 and gpu"}


def used_names(source: str) -> set[str]:
    """Dotted names of shared/ that code refers to, by import, by attribute or written out in a text."""
    tree = ast.parse(source)
    known = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "shared":
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    found = set(known.values()) | set(re.findall(r"shared(?:\.\w+)+", source))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in known:
            found.add(f"{known[node.value.id]}.{node.attr}")
    return found


def test_every_public_name_of_shared_has_a_user():
    sources = [
        (CHECKOUT / path).read_text()
        for path in tracked("grading/*.py", "benchmarks/*.py", "data/recipes/*.py", "nbgrader_config.py")
    ]
    sources += [(CHECKOUT / path).read_text() for path in MODULES.values() if path.startswith("shared/")]
    for lab in labs():
        sources.append("\n".join(path.read_text() for path in [*source_parts(lab), judges_path(lab)]))
    used = set().union(*map(used_names, sources))
    without = set()
    for module, path in MODULES.items():
        tree = ast.parse((CHECKOUT / path).read_text())
        own = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and module.startswith("shared."):
                face = f"{module.rpartition('.')[0]}.{node.name}"
                if (
                    not node.name.startswith("_")
                    and node.name not in own
                    and not {f"{module}.{node.name}", face} & used
                ):
                    without.add(f"{module}.{node.name}")
    assert without == set(WITHOUT_A_USER)


def class_paths() -> list[str]:
    """The classes and functions of grading that nbgrader's settings and pyproject name by a string."""
    settings = (CHECKOUT / "grading" / "nbgrader_settings.py").read_text()
    points = PYPROJECT["project"]["entry-points"]["jupyter_client.kernel_provisioners"].values()
    scripts = PYPROJECT["project"]["scripts"].values()
    return [
        *re.findall(r'"(grading(?:\.\w+)+)"', settings),
        *(point.replace(":", ".") for point in [*points, *scripts]),
    ]


def test_every_class_that_is_named_by_a_string_exists():
    assert len(class_paths()) == 16
    for path in class_paths():
        module, _, name = path.rpartition(".")
        assert callable(getattr(importlib.import_module(module), name)), path
