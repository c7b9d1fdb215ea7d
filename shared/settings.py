"""The one table of numbers: which lab uses which sizes, steps, seeds and budgets in which profile."""

import functools
import os
import tomllib
from pathlib import Path
from types import MappingProxyType

from shared.errors import LabError

PROFILES = ("tiny", "laptop", "t4", "gpu")
FRESH_SEED = "COURSE_FRESH_SEED"  # set where a grading must be repeatable: the seed of hidden checks' inputs
HANDED_OVER = "application/vnd.course.values+json"  # what a check cell displays for a judge outside the kernel
TABLE = Path(__file__).with_name("profiles.toml")


class Settings:
    """Numbers of one lab in one profile, read as attributes: `settings.trees`.

    Args:
        lab: a lab's name, such as "lab01_ridge".
        profile: one of `PROFILES`.
        values: name -> number, string or list, already merged for the profile.
    """

    def __init__(self, lab: str, profile: str, values: dict):
        self.lab = lab
        self.profile = profile
        self.values = MappingProxyType(values)

    def __getattr__(self, name: str):
        if name.startswith("_") or name == "values":
            raise AttributeError(name)
        if name not in self.values:
            known = ", ".join(sorted(self.values))
            raise LabError(f"{self.lab} has no setting '{name}' in {TABLE.name}; it has: {known}.")
        return self.values[name]

    def model_names(self) -> list[str]:
        """The models of data/models.toml that this profile loads."""
        return [self.values[key] for key in self.values.get("models", []) if self.values.get(key)]

    def __dir__(self) -> list[str]:
        """Shows the lab's settings to everybody who presses TAB."""
        return [*super().__dir__(), *self.values]

    def __repr__(self) -> str:
        pairs = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"Settings({self.lab}, {self.profile}: {pairs})"


@functools.cache
def _table() -> dict:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def labs() -> list[str]:
    """Names of all labs in the table, in course order."""
    return sorted(_table())


def load_settings(lab: str, profile: str) -> Settings:
    """The lab's `all` values, overridden by those of the profile.

    Raises:
        LabError: unknown lab or profile.
    """
    if lab not in _table():
        raise LabError(f"There is no lab '{lab}'; choose one of: {', '.join(labs())}.")
    if profile not in PROFILES:
        raise LabError(f"There is no profile '{profile}'; set LAB_PROFILE to one of: {', '.join(PROFILES)}.")
    rows = _table()[lab]
    return Settings(lab, profile, {**rows.get("all", {}), **rows.get(profile, {})})


def choose_profile(device: str, capability: tuple[int, int] | None, memory_gb: float) -> tuple[str, str]:
    """The profile for this machine and the reason, in words a student can read.

    Args:
        device: "cpu", "mps" or "cuda".
        capability: CUDA compute capability, None without CUDA.
        memory_gb: total main memory, GB.
    Raises:
        LabError: LAB_PROFILE names no profile.
    """
    chosen = os.environ.get("LAB_PROFILE")
    if chosen:
        if chosen not in PROFILES:
            raise LabError(f"There is no profile '{chosen}'; set LAB_PROFILE to one of: {', '.join(PROFILES)}.")
        return chosen, "LAB_PROFILE says so"
    if os.environ.get("NBGRADER_EXECUTION"):
        return "tiny", "nbgrader is checking the notebook"
    if device == "cuda":
        if capability >= (8, 0):
            return "gpu", f"a GPU of compute capability {capability[0]}.{capability[1]} was found"
        return "t4", f"a GPU of compute capability {capability[0]}.{capability[1]}, before Ampere, was found"
    if memory_gb < 6:
        return "tiny", f"no CUDA GPU was found, and {memory_gb:.0f} GB of memory is little"
    return "laptop", "no CUDA GPU was found"
