"""The first cell of a notebook: what it decides, prints and refuses."""

import dataclasses

import numpy as np
import pytest

from shared import session
from shared.hardware import detect
from shared.settings import LabError, load_settings


def test_start_prints_profile_precision_and_budget_and_seeds(capsys):
    settings = session.start("lab01_ridge")
    first = np.random.random()  # noqa: NPY002  what a notebook without a generator would draw
    out = capsys.readouterr().out
    assert "profile tiny: LAB_PROFILE says so" in out
    assert "in float32" in out or "float16" in out
    assert f"Budget: {settings.memory_gb:g} GB" in out
    session.start("lab01_ridge")
    assert np.random.random() == first  # noqa: NPY002


def test_too_little_memory_is_refused_before_any_download():
    small = dataclasses.replace(detect(), free_gb=0.5)
    tiny = load_settings("lab02_causal_forest", "tiny")
    with pytest.raises(LabError, match=rf"needs {tiny.memory_gb:g} GB .* 0\.5 GB are free: close other programs\.$"):
        session.budget(tiny, small)
    with pytest.raises(LabError, match="set LAB_PROFILE=tiny and restart the kernel"):
        session.budget(load_settings("lab02_causal_forest", "gpu"), small)


def test_what_is_still_to_be_downloaded_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_CACHE", str(tmp_path))
    line = session.budget(load_settings("lab02_causal_forest", "tiny"), detect())
    assert "8.2 MB to download once" in line, "both archives of the lab, each counted once"
