"""Models by name: one way to load them all, converted whole or not at all, and one sentence where the hub is out of reach."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shared.assets import cache_paths
from shared.assets.access import asset_path
from shared.assets.cache_paths import CHECKOUT, cache_directory
from shared.assets.manifest import models
from shared.errors import LabError
from shared.models.loading import WEIGHTS, load_tokenizer, model_path
from shared.settings import PROFILES

LOCAL = [name for name, model in models().items() if model.kind != "hub"]
HUB = [name for name, model in models().items() if model.kind == "hub"]
DECODERS = [name for name in LOCAL if models()[name].system is not None]
CHAT = [{"role": "user", "content": "How was it?"}, {"role": "assistant", "content": "Dull, 2 of 10."}]


def load(name: str):
    """The loading code of every lab, the same for all names."""
    from transformers import AutoModel, AutoModelForCausalLM

    kind = AutoModelForCausalLM if models()[name].system is not None else AutoModel
    return kind.from_pretrained(model_path(name))


def test_the_table_says_all_that_is_asked_of_it():
    assert {model.kind for model in models().values()} <= {"embedded", "asset", "converted", "hub"}
    for name, model in models().items():
        assert model.licence
        assert model.source
        assert model.parameters > 0
        assert model.bytes > 0
        assert set(model.used_by) <= {*PROFILES} | {
            f"recipes/{p.stem}" for p in (CHECKOUT / "data/recipes").glob("*.py")
        }
        assert (CHECKOUT / "data" / "cards" / f"{name.replace('-', '_').replace('.', '')}.md").is_file(), "a card each"
        assert (model.kind == "hub") == bool(re.fullmatch(r"[0-9a-f]{40}", model.revision)), "a commit, not a branch"


@pytest.mark.parametrize("name", LOCAL)
def test_every_local_model_loads_the_same_way(name):
    model = load(name)
    assert model.num_parameters() >= models()[name].parameters * 0.9, "a head may stay out of AutoModel"
    assert model.num_parameters() <= models()[name].parameters
    assert (model_path(name) / WEIGHTS).stat().st_size == models()[name].bytes
    ids = load_tokenizer(name)("A dull film, but I laughed twice.", return_tensors="pt")
    assert model(**ids)[0].shape[:2] == ids["input_ids"].shape
    assert max(ids["input_ids"][0]) < model.config.vocab_size


@pytest.mark.parametrize("name", DECODERS)
def test_every_decoder_learns_where_its_turn_ends(name):
    tokenizer, config = load_tokenizer(name), load(name).generation_config
    assert tokenizer.pad_token_id not in (None, tokenizer.eos_token_id)
    assert tokenizer.eos_token_id in config.eos_token_id
    encoded = tokenizer.apply_chat_template(CHAT, return_assistant_tokens_mask=True, return_dict=True)
    kept = [t for t, m in zip(encoded["input_ids"], encoded["assistant_masks"], strict=True) if m]
    assert tokenizer.decode(kept) == "Dull, 2 of 10.<|im_end|>"
    assert kept[-1] == tokenizer.eos_token_id


def test_trl_takes_its_loss_from_the_assistants_words_alone(tmp_path):
    from datasets import Dataset
    from trl import SFTConfig, SFTTrainer

    name = "course-decoder-tiny"
    options = SFTConfig(
        str(tmp_path), assistant_only_loss=True, use_cpu=True, bf16=False, max_steps=1, per_device_train_batch_size=2
    )
    rows = Dataset.from_list([{"messages": CHAT}, {"messages": [*CHAT, CHAT[0], CHAT[1]]}])
    trainer = SFTTrainer(load(name), args=options, train_dataset=rows, processing_class=load_tokenizer(name))
    batch = next(iter(trainer.get_train_dataloader()))
    learnt = [load_tokenizer(name).decode(labels[labels != -100]) for labels in batch["labels"]]
    assert sorted(learnt) == ["Dull, 2 of 10.<|im_end|>", "Dull, 2 of 10.<|im_end|>" * 2]
    trainer.train()


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(LabError, match=r"no model 'gpt-2'.*course-encoder"):
        model_path("gpt-2")


@pytest.mark.parametrize("name", HUB)
def test_without_a_hub_one_sentence_says_what_to_do(name, tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(LabError, match="set LAB_PROFILE=laptop") as error:
        model_path(name)
    assert str(error.value).endswith(".")
    assert "\n" not in str(error.value)


def test_a_hub_that_cannot_be_reached_is_the_same_sentence(tmp_path):
    """The network itself refuses, in a process of its own, because huggingface_hub reads HF_HUB_OFFLINE when imported."""
    code = (
        "import importlib, sys, time; sys.modules['httpx'] = None; time.sleep = lambda seconds: None;"  # it tries five times
        "import huggingface_hub as hub; from huggingface_hub.errors import HfHubHTTPError;"
        "httpx = importlib.import_module(HfHubHTTPError.__bases__[0].__module__.split('.')[0]);"  # the hub's own, by version
        "hub.set_client_factory(lambda: httpx.Client(transport=httpx.MockTransport("
        "lambda request: (_ for _ in ()).throw(httpx.ConnectError('refused')))));"
        "from shared.models import model_path; model_path('modernbert-base')"
    )
    environment = {**os.environ, "HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "0"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=CHECKOUT)
    assert "LabError" in done.stderr.splitlines()[-1]
    assert "set LAB_PROFILE=laptop" in done.stderr.splitlines()[-1]


def test_a_snapshot_in_the_hubs_cache_needs_no_network(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    model = models()["modernbert-base"]
    folder = tmp_path / "models--answerdotai--ModernBERT-base" / "snapshots" / model.revision
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    with pytest.raises(LabError, match="not in this machine's cache"):
        model_path(model.name)  # the weights did not arrive
    with (folder / WEIGHTS).open("wb") as file:
        file.truncate(model.bytes)
    assert model_path(model.name) == folder


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A cache that has the GGUF file and no converted model."""
    source = asset_path("smollm2").parent
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "smollm2").symlink_to(source, target_is_directory=True)
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_killed_conversion_leaves_no_model_and_the_next_one_is_whole(cache):
    code = "from shared.models import model_path; model_path('course-decoder')"
    process = subprocess.Popen(
        [sys.executable, "-c", code], env=dict(os.environ), cwd=CHECKOUT, stderr=subprocess.DEVNULL
    )
    while not list((cache / "models").glob(f".converting-*/*/{WEIGHTS}")):  # it is being written
        assert process.poll() is None, "the conversion was over before it could be killed"
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = [entry.name for entry in (cache / "models").iterdir() if not entry.name.startswith(".")]
    assert left == [], "no half model under its own name"
    folder = model_path("course-decoder")
    assert (folder / WEIGHTS).stat().st_size == models()["course-decoder"].bytes
    assert sorted(e.name for e in folder.parent.iterdir()) == [".lock", folder.name], "the leftover is gone"


def test_a_cut_file_is_converted_again(cache, monkeypatch):
    from shared.models import gguf_conversion

    calls = []

    def quick(gguf, folder, system):
        calls.append(folder)
        with (folder / WEIGHTS).open("wb") as file:
            file.truncate(models()["course-decoder"].bytes)

    monkeypatch.setattr(gguf_conversion, "convert", quick)
    folder = model_path("course-decoder")
    os.truncate(folder / WEIGHTS, 1000)
    assert model_path("course-decoder") == folder
    assert model_path("course-decoder") == folder
    assert len(calls) == 2


def test_a_disk_that_refuses_is_one_sentence(cache, monkeypatch):
    import errno

    from shared.models import gguf_conversion

    def full(gguf, folder, system):
        (folder / WEIGHTS).write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(gguf_conversion, "convert", full)
    with pytest.raises(LabError, match="cannot hold course-decoder, 538 MB .No space left.*set LAB_CACHE"):
        model_path("course-decoder")
    assert [e.name for e in (cache / "models").iterdir()] == [".lock"]


def test_an_installed_package_finds_its_table(monkeypatch, tmp_path):
    """As in Colab, where no data/ folder is there."""
    table = (CHECKOUT / "data" / "models.toml").read_bytes()
    monkeypatch.setattr(cache_paths, "CHECKOUT", tmp_path / "nowhere")
    monkeypatch.setattr(cache_paths, "INSTALLED", tmp_path)
    (tmp_path / "models.toml").write_bytes(table)
    assert "course-decoder" in models()


def test_the_table_travels_in_the_wheel():
    text = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
    assert '"data/models.toml" = "shared/models.toml"' in text


def test_the_cache_is_the_only_place_that_is_written_to():
    assert model_path("course-decoder").is_relative_to(cache_directory())
    assert Path(model_path("minilm")).is_relative_to(cache_directory())
