"""The first cell of a notebook: what it decides, prints and refuses."""

import dataclasses
import os

import numpy as np
import pytest

from shared import session
from shared.assets.manifest import assets
from shared.errors import LabError
from shared.hardware import detect, keep_one_gpu
from shared.settings import labs, load_settings


def test_start_prints_profile_precision_and_budget_and_seeds(capsys):
    settings = session.start("lab01_ridge")
    first = np.random.random()  # noqa: NPY002  what a notebook without a generator would draw
    out = capsys.readouterr().out
    assert "profile tiny: LAB_PROFILE says so" in out
    assert f"in {detect().dtype}: {detect().reason}." in out
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


@pytest.mark.parametrize(
    ("lab", "profile", "says"),
    [
        ("lab02_causal_forest", "tiny", "; all data are on this machine."),
        (
            "lab04_language_models",
            "tiny",
            "; data and models are on this machine.",
        ),  # what it uses ships with the course
        ("lab04_language_models", "laptop", "MB to download once."),  # a decoder that is made of an asset
        ("lab05_modernbert", "gpu", "598.6 MB to download once."),  # from the hub, beside mails that are here
    ],
)
def test_models_count_among_what_is_to_be_downloaded(lab, profile, says, tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    settings = load_settings(lab, profile)
    monkeypatch.setattr(session, "is_intact", lambda asset: True)  # the data are here; the models decide
    monkeypatch.setenv("LAB_CACHE", str(tmp_path))
    assert session.budget(settings, dataclasses.replace(detect(), free_gb=99)).endswith(says)


def test_of_several_gpus_the_first_is_kept_and_that_is_said(capsys, monkeypatch):
    """Kaggle has two; what is hidden from CUDA before it starts, Trainer cannot spread a batch over."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")  # so that it is put back
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    monkeypatch.setattr(
        "torch.cuda.device_count", lambda: len(os.environ.get("CUDA_VISIBLE_DEVICES", "0,1").split(","))
    )
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)  # no kernel of CUDA's is here to be looked at
    session.start("lab01_ridge")
    assert "Of 2 GPUs only the first is used (CUDA_VISIBLE_DEVICES=0)" in capsys.readouterr().out
    session.start("lab01_ridge")
    assert "GPUs" not in capsys.readouterr().out, "the second time there is one"
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3,2")
    session.start("lab01_ridge")
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "3", "whoever chose some keeps the first of them"


def test_one_gpu_or_none_is_left_alone(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    monkeypatch.setattr("torch.cuda.device_count", lambda: 1)
    assert (keep_one_gpu(), os.environ["CUDA_VISIBLE_DEVICES"]) == ("", "1")


def test_gpus_that_cuda_has_started_on_need_a_new_kernel(monkeypatch):
    monkeypatch.setattr("torch.cuda.device_count", lambda: 2)
    monkeypatch.setattr("torch.cuda.is_initialized", lambda: True)
    with pytest.raises(LabError, match="restart the kernel and run this cell first"):
        session.start("lab01_ridge")


def test_the_first_cell_says_that_npm_is_missing_where_something_must_come_through_it(capsys, monkeypatch):
    through_npm = {asset.name for lab in labs() for asset in assets(lab) if asset.archive["client"] == "npm"}
    lab = next(lab for lab in labs() if through_npm & {asset.name for asset in assets(lab)})
    monkeypatch.setattr(session, "is_intact", lambda asset: asset.name not in through_npm)
    monkeypatch.setattr(session, "find_npm", lambda: None)
    assert "which is not on this machine; install it with" in session.without_npm(lab)
    monkeypatch.setattr(session, "find_npm", lambda: "/usr/bin/npm")
    assert session.without_npm(lab) == ""
    monkeypatch.setattr(session, "is_intact", lambda asset: True)
    monkeypatch.setattr(session, "find_npm", lambda: None)
    assert session.without_npm(lab) == "", "all is here already"


def test_the_first_cell_says_when_the_lab_is_due(capsys, course):
    session.start("lab01_ridge")
    due = course.lab("lab01_ridge").deadline
    assert f"Due {due:%A} {due.day} {due:%B %Y, %H:%M} ({course.timezone})." in capsys.readouterr().out
