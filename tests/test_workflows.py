"""The workflows for other machines than this one: they cover what set-up promises, and name what exists."""

import re
import shlex

import yaml

from shared import install
from shared.assets.cache_paths import CHECKOUT

JOB = yaml.safe_load((CHECKOUT / ".github" / "workflows" / "students.yml").read_text(encoding="utf-8"))["jobs"][
    "students"
]
RUN = "\n".join(step["run"] for step in JOB["steps"] if "run" in step)


def test_every_python_of_the_course_is_tried_on_three_systems():
    matrix = JOB["strategy"]["matrix"]
    minors = range(install.OLDEST[1], install.NEWEST[1] + 1)
    assert matrix["python"] == [f"3.{minor}" for minor in minors]
    assert [name.split("-")[0] for name in matrix["os"]] == ["ubuntu", "macos", "windows"]


def test_what_is_run_exists():
    for module in re.findall(r"-m (shared[\w.]*)", RUN):
        path = CHECKOUT / module.replace(".", "/")
        assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file(), module
    for word in shlex.split(RUN, comments=True):
        if word.startswith(("tests/", "labs/")):
            assert (CHECKOUT / word).exists(), word
