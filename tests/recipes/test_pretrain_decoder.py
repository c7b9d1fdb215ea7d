"""The tiny decoder's recipe on a small scale: it learns, and a killed run ends with the same bits as an unbroken one."""

import csv
import json
import math
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from shared.assets.access import embedded
from shared.assets.cache_paths import CHECKOUT
from shared.assets.manifest import models

RECIPES = CHECKOUT / "data" / "recipes"
sys.path.insert(0, str(RECIPES))

import decoder_text
import judge_decoder
import pretrain_decoder
from pretrain_decoder import Batches, DecoderRun, Recipe

SMALL = {"steps": 30, "rows": 4, "width": 32, "warmup": 3, "checkpoint_every": 5, "held_out_rows": 4}
SIZES = {"vocabulary": 400, "layers": 1, "hidden": 64, "intermediate": 64, "heads": 2, "key_value_heads": 1}
RECIPE = Recipe(**SMALL, **SIZES)
# A run in a process of its own on one thread: arguments are the folder of the run and where to write the model.
SCRIPT = f"""
import sys; sys.path.insert(0, {str(RECIPES)!r}); sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
import test_pretrain_decoder as t
work, target = Path(sys.argv[1]), Path(sys.argv[2])
text, tokenizer = t.decoder_text.load_text(work / "text", t.RECIPE.vocabulary, t.documents())
run = t.DecoderRun(t.RECIPE, text, tokenizer, work / "run")
run.train()
t.pretrain_decoder.export(run.model, tokenizer, target)
"""


def documents(count: int = 300) -> list[str]:
    """Sentences from a small grammar, so that there is something to learn."""
    draw = random.Random(0)
    nouns, verbs = ["film", "captain", "river", "word", "house", "song"], ["sees", "likes", "finds", "forgets"]

    def sentence() -> str:
        return f"The {draw.choice(nouns)} {draw.choice(verbs)} the {draw.choice(nouns)}."

    return [" ".join(sentence() for _ in range(draw.randint(1, 6))) for _ in range(count)]


@pytest.fixture(scope="module")
def made():
    return decoder_text.make_text(documents(), RECIPE.vocabulary)


def finished(work: Path, target: Path) -> subprocess.Popen:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(work), str(target)], env=environment, stderr=subprocess.PIPE
    )


def test_a_run_killed_twice_ends_with_the_same_bits(tmp_path):
    unbroken = finished(tmp_path / "a", tmp_path / "model_a")
    assert unbroken.wait() == 0, unbroken.stderr.read()
    for steps in (5, 15):
        process = finished(tmp_path / "b", tmp_path / "model_b")
        while not _checkpoint_at(tmp_path / "b" / "run", steps):
            assert process.poll() is None, "the run was over before it could be killed"
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert not (tmp_path / "model_b").exists(), "no half model"
    last = finished(tmp_path / "b", tmp_path / "model_b")
    assert last.wait() == 0, last.stderr.read()
    names = sorted(file.name for file in (tmp_path / "model_a").iterdir())
    assert names == sorted(file.name for file in (tmp_path / "model_b").iterdir())
    assert "model.safetensors" in names
    for name in names:
        assert (tmp_path / "model_a" / name).read_bytes() == (tmp_path / "model_b" / name).read_bytes(), name


def _checkpoint_at(folder: Path, steps: int) -> bool:
    file = folder / "checkpoint.pt"
    return file.exists() and torch.load(file)["step"] >= steps


def test_it_learns_more_than_word_frequencies(made, tmp_path):
    text, tokenizer = made
    run = DecoderRun(RECIPE, text, tokenizer, tmp_path)
    before = pretrain_decoder.mean_loss(run.model, run.batches.held_out())
    assert before == pytest.approx(math.log(RECIPE.vocabulary), rel=0.05), "random weights know nothing"
    run.train()
    after = pretrain_decoder.measures(run.model, text, run.batches)
    assert after["nats_per_token"] < after["unigram_nats_per_token"] < before
    assert after["perplexity"] == pytest.approx(math.exp(after["nats_per_token"]), rel=1e-3)
    assert [row["step"] for row in run.curve] == list(range(5, 31, 5))


def test_every_row_comes_once_before_any_comes_again(made):
    batches = Batches(made[0], RECIPE)
    rounds = len(batches.train) // RECIPE.rows
    seen = torch.cat([batches.at(step) for step in range(rounds)])
    assert len(torch.unique(seen, dim=0)) == len(np.unique(batches.train, axis=0)) or rounds * RECIPE.rows < len(
        batches.train
    )
    assert torch.equal(batches.at(3), Batches(made[0], RECIPE).at(3)), "a step's batch depends on its number alone"


def test_held_out_documents_are_never_trained_on(made):
    text, tokenizer = made
    texts = documents()
    held_out = tokenizer.decode(text.held_out).split(decoder_text.END)
    assert held_out[:-1] == texts[:: decoder_text.HELD_OUT_EVERY]
    assert text.held_out_bytes == sum(len(t.encode()) for t in texts[:: decoder_text.HELD_OUT_EVERY])


def test_some_documents_are_chats_that_end_their_turns(made):
    text, tokenizer = made
    stream = tokenizer.decode(text.train)
    turn = f"{decoder_text.TURN_START}assistant\n"
    assert 0 < stream.count(turn) < len(documents()) / 2
    assert stream.count(turn) * 2 == stream.count(decoder_text.TURN_END), "a user's turn and an assistant's"
    assert decoder_text.as_chat("One sentence") is None
    chat = decoder_text.as_chat("bank: sloping land; the edge of a river")
    said = [{"role": "user", "content": "bank:"}, {"role": "assistant", "content": "sloping land; the edge of a river"}]
    assert chat == tokenizer.apply_chat_template(said, tokenize=False), "as the labs' template writes it"


def test_autotokenizer_reads_the_same_ids(made, tmp_path):
    """With Qwen2's own splitter, which AutoTokenizer puts into every folder that holds a Qwen2, nothing can go wrong."""
    from transformers import AutoTokenizer

    text, tokenizer = made
    pretrain_decoder.export(DecoderRun(RECIPE, text, tokenizer, None).model, tokenizer, tmp_path / "model")
    auto = AutoTokenizer.from_pretrained(tmp_path / "model")
    for sample in ("The film of 1999,\n\n12 songs.", "naïve “cafés” e\u0301 😀", "  <|im_start|>user\nHi<|im_end|>\n"):
        assert auto(sample)["input_ids"] == tokenizer(sample)["input_ids"]


def test_the_curve_is_a_table_and_a_picture(made, tmp_path):
    run = DecoderRun(RECIPE, *made, tmp_path / "run")
    run.train()
    pretrain_decoder.write_curve(
        run.curve, tmp_path / "curve.csv", tmp_path / "curve.png", "A small run", pretrain_decoder.PANELS
    )
    with (tmp_path / "curve.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [int(row["step"]) for row in rows] == [row["step"] for row in run.curve]
    assert float(rows[-1]["held_out"]) == pytest.approx(run.curve[-1]["held_out"], rel=1e-5)
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_the_shipped_folder_is_kept_for_the_courses_own_run(capsys):
    with pytest.raises(SystemExit):
        pretrain_decoder.main(["--steps", "5"])
    assert "--target" in capsys.readouterr().err


def test_the_card_says_what_was_measured():
    folder = embedded("course-decoder-tiny")
    card = (CHECKOUT / "data" / "cards" / "course_decoder_tiny.md").read_text(encoding="utf-8")
    found = json.loads((folder / "held_out.json").read_text())
    assert found["parameters"] == models()["course-decoder-tiny"].parameters <= 3_000_000
    for name, value in found.items():
        assert f" {value:,} " in card, name
    with (folder / "quality.csv").open() as file:
        assert judge_decoder.report(list(csv.DictReader(file))) in card
    with (folder / "curve.csv").open() as file:
        assert [int(row["step"]) for row in csv.DictReader(file)][-1] == Recipe().steps
