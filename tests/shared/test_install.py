"""Set-up: which Python, which environment, which torch. (That it works whole, CI shows each time it starts from nothing.)"""

import os
import subprocess
import sys

import pytest

from shared import install


@pytest.mark.parametrize(
    ("version", "fits"), [((3, 10), False), ((3, 11), True), ((3, 13), True), ((3, 14), False), ((2, 7), False)]
)
def test_a_wrong_python_gets_one_sentence_with_the_mend(version, fits):
    sentence = install.wrong_python((*version, 0))
    assert (sentence is None) == fits
    if sentence:
        assert f"this is {version[0]}.{version[1]}" in sentence
        assert "python3.11 -m shared.install" in sentence
        assert "make" not in sentence


def test_the_range_is_that_of_pyproject():
    import tomllib

    with open(os.path.join(install.CHECKOUT, "pyproject.toml"), "rb") as file:
        wanted = tomllib.load(file)["project"]["requires-python"]
    oldest, newest = install.OLDEST, install.NEWEST
    assert wanted == f">={oldest[0]}.{oldest[1]},<{newest[0]}.{newest[1] + 1}"


def test_an_active_environment_is_used_and_otherwise_ours_is_made(monkeypatch):
    monkeypatch.setenv("VIRTUAL_ENV", "/somewhere/venv")
    assert install.environment() == ("/somewhere/venv", False)
    monkeypatch.delenv("VIRTUAL_ENV")
    monkeypatch.setenv("CONDA_PREFIX", "/somewhere/conda")
    assert install.environment() == ("/somewhere/conda", False)
    monkeypatch.delenv("CONDA_PREFIX")
    assert install.environment() == (os.path.join(install.CHECKOUT, ".venv"), True)


def test_a_finished_set_up_is_recognised_until_a_dependency_changes(tmp_path, monkeypatch):
    os.symlink(os.path.dirname(sys.executable), tmp_path / "bin")
    (tmp_path / "bin" / "python").exists()
    assert not install.is_done(str(tmp_path), "dev")
    (tmp_path / ".finetuning-labs-dev").write_text(install.fingerprint())
    assert install.is_done(str(tmp_path), "dev")
    monkeypatch.setattr(install, "CHECKOUT", str(tmp_path))
    for name in ("pyproject.toml", install.LOCK):
        (tmp_path / name).write_text("changed")
    assert not install.is_done(str(tmp_path), "dev")


def test_a_gpu_gets_the_full_torch_and_a_cpu_the_cpu_build_where_one_is_on_offer(monkeypatch):
    calls = []

    def offer(code):
        def run(command, **_):
            calls.append(command)
            return subprocess.CompletedProcess(command, code)

        return run

    monkeypatch.setattr(install.sys, "platform", "linux")
    monkeypatch.setattr(install, "has_gpu", lambda: True)
    full = install.torch_requirement("python")
    assert full.startswith("torch==")
    assert not calls
    monkeypatch.setattr(install, "has_gpu", lambda: False)
    monkeypatch.setattr(install.subprocess, "run", offer(0))
    assert install.torch_requirement("python") == full + "+cpu"
    monkeypatch.setattr(install.subprocess, "run", offer(1))
    assert install.torch_requirement("python") == full


def test_it_needs_nothing_but_python():
    done = subprocess.run(
        [
            sys.executable,
            "-I",
            "-S",
            "-c",
            f"import sys; sys.path.insert(0, {install.CHECKOUT!r}); import shared.install",
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
