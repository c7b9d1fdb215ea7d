"""The settings table and the choice of a profile."""

import pytest

from shared import errors
from shared.assets.manifest import models
from shared.errors import LabError
from shared.settings import PROFILES, choose_profile, labs, load_settings


@pytest.fixture(autouse=True)
def _no_override(monkeypatch):
    monkeypatch.delenv("LAB_PROFILE", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


def test_every_lab_has_budget_and_seeds_in_every_profile():
    for lab in labs():
        for profile in PROFILES:
            row = load_settings(lab, profile)
            assert row.memory_gb > 0
            assert row.minutes > 0
            assert len(row.seeds) >= 3, "results are shown over at least three seeds"


def test_tiny_keeps_within_what_the_autograder_grants():
    for lab in labs():
        row = load_settings(lab, "tiny")
        assert (row.memory_gb <= 3, row.minutes <= 1) == (True, True), lab


def test_a_profile_overrides_the_common_values():
    assert load_settings("lab02_causal_forest", "tiny").trees < load_settings("lab02_causal_forest", "gpu").trees


@pytest.mark.parametrize(
    ("device", "capability", "memory", "profile", "why"),
    [
        ("cuda", (7, 5), 16, "t4", "a GPU of compute capability 7.5, before Ampere, was found"),
        ("cuda", (8, 0), 16, "gpu", "a GPU of compute capability 8.0 was found"),
        ("cuda", (9, 0), 16, "gpu", "a GPU of compute capability 9.0 was found"),
        ("cpu", None, 16, "laptop", "no CUDA GPU was found"),
        ("mps", None, 16, "laptop", "no CUDA GPU was found"),
        ("cpu", None, 4, "tiny", "no CUDA GPU was found, and 4 GB of memory is little"),
    ],
)
def test_the_machine_decides_and_gives_its_reason(device, capability, memory, profile, why):
    assert choose_profile(device, capability, memory) == (profile, why)


def test_the_override_wins_over_the_machine(monkeypatch):
    monkeypatch.setenv("LAB_PROFILE", "laptop")
    assert choose_profile("cuda", (9, 0), 64)[0] == "laptop"


def test_nbgrader_always_gets_tiny(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert choose_profile("cuda", (9, 0), 64)[0] == "tiny"


def test_mistakes_are_sentences_that_name_the_choices(monkeypatch):
    with pytest.raises(LabError, match="no lab 'lab99'; choose one of: lab01_ridge"):
        load_settings("lab99", "tiny")
    with pytest.raises(LabError, match="LAB_PROFILE to one of: tiny"):
        load_settings("lab01_ridge", "huge")
    with pytest.raises(LabError, match=r"no setting 'treees' in profiles\.toml; it has: .*trees"):
        _ = load_settings("lab02_causal_forest", "tiny").treees
    monkeypatch.setenv("LAB_PROFILE", "huge")
    with pytest.raises(LabError, match="no profile 'huge'"):
        choose_profile("cpu", None, 16)


def test_settings_cannot_be_changed_by_accident():
    row = load_settings("lab01_ridge", "tiny")
    with pytest.raises(TypeError):
        row.values["splits"] = 1


def test_a_notebook_shows_the_sentence_without_a_traceback():
    assert errors.LabError("Mend this.")._render_traceback_() == ["LabError: Mend this."]


@pytest.mark.parametrize("lab", labs())
@pytest.mark.parametrize("profile", PROFILES)
def test_the_models_of_a_profile_are_declared(lab, profile):
    """The first cell says what is still to be downloaded, so no setting may name a model that it does not know of."""
    found = load_settings(lab, profile)
    named = {value for value in found.values.values() if isinstance(value, str) and value in models()}
    assert set(found.model_names()) == named


def test_tab_shows_a_labs_settings():
    found = load_settings("lab01_ridge", "tiny")
    assert set(found.values) <= set(dir(found))
