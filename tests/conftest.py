"""What several tests share. Everything runs in profile tiny, without a hub."""

import os

os.environ["LAB_PROFILE"] = "tiny"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.setdefault("MPLBACKEND", "agg")

import shutil
import sys
from pathlib import Path

import pytest

from grading.course import Course, load_course
from shared.assets.cache_paths import CHECKOUT

MINI_LAB = "lab01_ridge"

# As on most machines: Python leaves compiled code beside what it imports, which once made finished submissions look changed.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Keeps what shares an expensive fixture on one worker: the tests of a module, and of one lab within it."""
    for item in items:
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        item.add_marker(pytest.mark.xdist_group(f"{item.path.stem}-{parameters.get('lab', '')}"))


@pytest.fixture
def course() -> Course:
    return load_course()


@pytest.fixture(scope="session")
def make_mini():
    """Makes, in a folder, a checkout with one small lab (under the name of a real one, which has settings)."""

    def make(folder: Path) -> Path:
        checkout = folder / "checkout"
        shutil.copytree(Path(__file__).with_name("mini"), checkout)
        for name in ("course.toml", "nbgrader_config.py"):
            shutil.copyfile(CHECKOUT / name, checkout / name)
        return checkout

    return make


@pytest.fixture(scope="session")
def release_mini(make_mini):
    """Makes the checkout in a folder, and beside it a course directory where its lab is released: (checkout, directory)."""
    from grading.authoring import build
    from grading.publishing import release

    def make(folder: Path, course: Course) -> tuple[Path, Path]:
        checkout, root = make_mini(folder), folder / "root"
        build.build_lab(MINI_LAB, course, checkout)
        release.release_lab(MINI_LAB, course, root, checkout)
        return checkout, root

    return make


@pytest.fixture(scope="session")
def demo_root(tmp_path_factory) -> Path:
    """The demo's course directory, for all workers of this run: the references that it executed need not run again."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo"


@pytest.fixture
def mini(make_mini, tmp_path) -> Path:
    return make_mini(tmp_path)
