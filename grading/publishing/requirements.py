"""Derives requirements.lock and environment.yml from pyproject.toml."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from grading.atomic_write import write_atomically
from shared.assets.cache_paths import CHECKOUT
from shared.errors import LabError

LOCK = "requirements.lock"
ENVIRONMENT = "environment.yml"
# The release with which this course was measured, and which has a CPU build everywhere.
TORCH = "torch==2.13.0"
# torch itself pins the exact versions of its GPU libraries; in the lock they would reach machines without a GPU.
GPU_LIBRARIES = re.compile(r"^(nvidia-|cuda-|triton)")
LOCK_HEADER = (
    "# Derived from pyproject.toml by `course lock`: the versions this course was tested with, as constraints.\n"
)
ENVIRONMENT_HEADER = """\
# Derived from pyproject.toml and requirements.lock by `course lock`.
# conda env create -f environment.yml && conda activate finetuning-labs
"""


def write_lock(checkout: Path = CHECKOUT) -> None:
    """Resolves the newest versions for all Pythons and platforms and writes both files; needs a network.

    Raises:
        LabError: the resolver failed; its message is quoted.
    """
    command = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "compile",
        "pyproject.toml",
        "--all-extras",
        "--universal",
        "--python-version=3.11",
        "--constraint=-",
        "--quiet",
        "--no-header",
        "--no-annotate",
    ]
    done = subprocess.run(command, cwd=checkout, input=TORCH, capture_output=True, text=True)
    if done.returncode:
        raise LabError(f"The resolver uv found no versions for pyproject.toml: {done.stderr.strip()}")
    pins = [line for line in done.stdout.splitlines() if not GPU_LIBRARIES.match(line)]
    write_atomically(checkout / LOCK, LOCK_HEADER + "\n".join(pins) + "\n")
    write_atomically(checkout / ENVIRONMENT, environment_yml(checkout))


def environment_yml(checkout: Path = CHECKOUT) -> str:
    """The text of a conda environment: Python from conda, the students' packages from pip in the versions of the lock."""
    project = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["jupyter"]]
    names = sorted(re.match(r"[\w-]+", requirement).group() for requirement in wanted)
    locked = (checkout / LOCK).read_text(encoding="utf-8").splitlines()
    pins = [line for name in names for line in locked if line.startswith(f"{name}==")]
    python = re.search(r">=(\d+\.\d+)", project["requires-python"]).group(1)
    lines = [
        f"name: {project['name']}",
        "dependencies:",
        f"  - python={python}",
        "  - pip",
        "  - pip:",
        f"      - -c {LOCK}",
    ]
    lines += [f'      - "{pin}"' for pin in pins]
    return ENVIRONMENT_HEADER + "\n".join(lines) + "\n      - -e .[jupyter]\n"
