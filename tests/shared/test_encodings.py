"""Files are read and written as UTF-8 whatever the machine's locale is, as on Windows in most countries."""

import ast
import json
import os
import subprocess
import sys

import pytest

from shared.assets.cache_paths import CHECKOUT

MODULES = [path for path in sorted((CHECKOUT / "shared").rglob("*.py")) if "evaluate_modules" not in path.parts]
# Without UTF-8 mode, in a locale that has ASCII alone; a file that is opened without an encoding is an error.
FLAGS = ["-X", "utf8=0"]
STRICT = [
    "-X",
    "warn_default_encoding",
    "-W",
    "error::EncodingWarning",
]  # not for libraries that open files of their own
LOCALE = {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "utf-8"}


def without_encoding(source: str) -> list[int]:
    """Lines that open a text file without naming its encoding."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or any(keyword.arg in ("encoding", None) for keyword in node.keywords):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        modes = [part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        if name in ("read_text", "write_text") or (_opens_a_file(node) and "b" not in "".join(modes[-1:])):
            found.append(node.lineno)
    return found


def _opens_a_file(node: ast.Call) -> bool:
    """Whether it is open(...) or path.open(...), and not the open of an archive."""
    if isinstance(node.func, ast.Name):
        return node.func.id == "open"
    return isinstance(node.func, ast.Attribute) and node.func.attr == "open" and not _is_an_archives(node.func.value)


def _is_an_archives(owner: ast.expr) -> bool:
    return isinstance(owner, ast.Name) and owner.id in ("tarfile", "lzma", "zipfile", "gzip", "os", "box")


def test_what_is_looked_for_is_found():
    assert without_encoding("open('x')\nopen('x', 'rb')\npath.read_text()\npath.write_text('b', encoding='utf-8')") == [
        1,
        3,
    ]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_every_open_names_its_encoding(path):
    assert not without_encoding(path.read_text(encoding="utf-8"))


def run(*words, **more):
    environment = {**os.environ, **LOCALE, "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, *FLAGS, *map(str, words)]
    return subprocess.run(command, env=environment, cwd=CHECKOUT, capture_output=True, encoding="utf-8", **more)


def test_the_doctor_reads_and_repairs_a_notebook_with_letters_of_all_kinds(tmp_path):
    table = json.loads((CHECKOUT / "labs" / "lab01_ridge" / "lab01_ridge.ipynb").read_text(encoding="utf-8"))
    cells = {cell["metadata"].get("nbgrader", {}).get("grade_id"): cell for cell in table["cells"]}
    cells["ridge_fit"]["source"] = "def ridge_fit(X, y, alpha):\n    return 'Größe ≥ 0, 大きさ'\n"
    table["cells"].remove(cells["ridge_weights"])
    path = tmp_path / "lab.ipynb"
    path.write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")
    done = run("-m", "shared.doctor", path)
    assert (done.returncode, done.stderr) == (1, "")
    assert "Größe ≥ 0, 大きさ" in (tmp_path / "lab.repaired.ipynb").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "code",
    [
        "from shared.settings import labs, load_settings; load_settings(labs()[0], 'tiny')",
        "from shared.assets.manifest import assets; assets()",
        "from shared.course_file import due; due('lab01_ridge')",
        "from shared import install; install.fingerprint(); install.is_done('nowhere', 'dev')",
        "from shared import plots, open; open.command(['lab01_ridge'])",
    ],
)
def test_what_a_notebook_reads_first_is_read_as_utf_8(code):
    done = run(*STRICT, "-c", code)
    assert done.returncode == 0, done.stderr
