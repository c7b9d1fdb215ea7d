"""Writes what is derived from pyproject.toml: requirements.lock and environment.yml."""

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
# The release whose CPU build is on offer wherever this course was measured.
TORCH = "torch==2.13.0"
# torch pins its own GPU companions to the digit; listed here they would reach machines without a GPU.
COMPANIONS = re.compile(r"^(nvidia-|cuda-|triton)")
LOCK_HEADER = (
    "# Derived from pyproject.toml by `course lock`: the versions this course was tested with, as constraints.\n"
)
ENVIRONMENT_HEADER = """\
# Derived from pyproject.toml and requirements.lock by `course lock`.
# conda env create -f environment.yml && conda activate finetuning-labs
"""


def write_lock(checkout: Path = CHECKOUT) -> None:
    """Resolves the newest versions for all Pythons and platforms; needs a network.

    Raises:
        LabError: the resolver failed; its own words follow.
    """
    command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--all-extras", "--universal", "--quiet"]
    command += ["--python-version", "3.11", "--no-header", "--no-annotate", "--constraint", "-"]
    done = subprocess.run(command, cwd=checkout, input=TORCH, capture_output=True, text=True)
    if done.returncode:
        raise LabError(f"uv could not resolve pyproject.toml: {done.stderr.strip()}")
    pins = [line for line in done.stdout.splitlines() if not COMPANIONS.match(line)]
    write_atomically(checkout / LOCK, LOCK_HEADER + "\n".join(pins) + "\n")
    write_atomically(checkout / ENVIRONMENT, environment_yml(checkout))


def environment_yml(checkout: Path = CHECKOUT) -> str:
    """A conda environment: Python from conda, the student's packages from pip at the lock's versions."""
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
