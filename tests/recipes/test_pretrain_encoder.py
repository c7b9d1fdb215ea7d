"""The encoder's pretraining on a small scale: real text, the real teacher, a ModernBERT of two layers."""

import dataclasses
import sys

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from shared.assets.access import asset_path
from shared.assets.cache_paths import CHECKOUT
from shared.datasets.example_ids import normalised
from shared.datasets.film import film_reviews
from shared.datasets.mail import load_mail
from shared.datasets.text_sets import load_sentiment, load_speeches

RECIPES = CHECKOUT / "data" / "recipes"
sys.path.insert(0, str(RECIPES))

import corpus
import encoder_text
import pretrain_encoder
from encoder_text import CLS, MASK, PAD, SEP, SPECIAL, Text
from pretrain_encoder import IGNORED, PANELS, Batches, EncoderRun, Recipe, mask_tokens
from pretraining import export, trapezoid, write_curve

SMALL = Recipe(
    steps=6,
    rows=4,
    width=32,
    long_every=3,
    sentence_tokens=256,
    warmup=2,
    checkpoint_every=3,
    vocabulary=1000,
    layers=2,
    hidden=64,
    heads=4,
)


@pytest.fixture(scope="module")
def teacher():
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(asset_path("minilm"))


@pytest.fixture(scope="module")
def read(teacher) -> tuple[Text, object]:
    """Text and tokenizer as `load_text` makes them, of 3,000 rated snippets."""
    texts = load_sentiment()["train"]["text"][:3000]
    tokenizer = encoder_text.pruned_tokenizer(teacher, texts, SMALL.vocabulary)
    stream, sentences = encoder_text.encode(tokenizer, texts, SMALL.sentence_width)
    return Text(stream, sentences, encoder_text.teacher_ids(tokenizer, teacher)), tokenizer


@pytest.fixture(autouse=True)
def short_tail(monkeypatch):
    """The snippets are few: 9,000 tokens are held out instead of 200,000."""
    monkeypatch.setattr(pretrain_encoder, "HELD_OUT", 9000)
    torch.set_num_threads(1)


@pytest.mark.parametrize("arm", ["distilled", "masked"])
def test_a_killed_run_ends_with_the_weights_of_an_unbroken_one(arm, read, tmp_path):
    unbroken = EncoderRun(SMALL, arm, *read, tmp_path / "unbroken")
    unbroken.train()
    killed = EncoderRun(SMALL, arm, *read, tmp_path / "killed")
    for _ in range(5):  # two steps after its last checkpoint
        killed.one_step()
        if killed.step == SMALL.checkpoint_every:
            killed.save()
    resumed = EncoderRun(SMALL, arm, *read, tmp_path / "killed")
    assert resumed.step == SMALL.checkpoint_every
    resumed.train()
    for name, weights in unbroken.model.state_dict().items():
        assert torch.equal(weights, resumed.model.state_dict()[name]), name
    assert [row["step"] for row in unbroken.curve] == [3, 6]


def test_learning_lowers_both_losses(read):
    run = EncoderRun(dataclasses.replace(SMALL, steps=60, peak=3e-3), "distilled", *read, None)
    losses = [run.one_step() for _ in range(60)]
    for name in ("masked", "distance"):
        assert np.mean([row[name] for row in losses[-10:]]) < np.mean([row[name] for row in losses[:10]]) - 0.1


def test_masking_is_berts():
    ids = torch.randint(len(SPECIAL), 1000, (400, 128), generator=torch.Generator().manual_seed(0))
    ids[:, 0], ids[:, -1] = CLS, SEP
    masked, labels = mask_tokens(ids, 0.3, 1000, torch.Generator().manual_seed(1))
    chosen = labels != IGNORED
    assert not chosen[:, [0, -1]].any(), "special tokens are never to be predicted"
    assert torch.equal(labels[chosen], ids[chosen])
    assert torch.equal(masked[~chosen], ids[~chosen])
    assert chosen[:, 1:-1].float().mean().item() == pytest.approx(0.3, abs=0.01)
    assert (masked[chosen] == MASK).float().mean().item() == pytest.approx(0.8, abs=0.01)
    assert (masked[chosen] == ids[chosen]).float().mean().item() == pytest.approx(0.1, abs=0.01)


def test_a_batch_follows_from_its_step_alone(read):
    batches = Batches(read[0], SMALL)
    for step in (0, 2, 7):
        for first, second in zip(batches.at(step), Batches(read[0], SMALL).at(step), strict=True):
            assert torch.equal(first, second)
    assert batches.at(0)[0].shape == (4, 32)
    assert batches.at(2)[0].shape == (1, 4 * 30 + 2), "every third step reads one long row instead of four"
    sentences = batches.at(0)[1]
    assert (sentences[:, 0] == CLS).all()
    assert ((sentences == SEP).sum(1) == 1).all(), "one sentence a row"
    held = batches.held_out()[:, 1:-1].flatten().tolist()
    assert held[:50] not in [batches.at(step)[0][0, 1:51].tolist() for step in range(50)]


def test_the_pruned_tokenizer_speaks_the_teachers_pieces(read, teacher):
    text, tokenizer = read
    assert len(tokenizer) == SMALL.vocabulary
    assert tokenizer.convert_ids_to_tokens(list(range(5))) == list(SPECIAL)
    ids = tokenizer("Plain English, (almost) 100% of it: zyzzyva!")["input_ids"]
    assert ids[0] == CLS
    assert ids[-1] == SEP
    assert tokenizer.unk_token_id not in ids
    assert teacher.convert_ids_to_tokens(text.teacher_ids[ids]) == tokenizer.convert_ids_to_tokens(ids)
    assert tokenizer(["a b c", "a"], padding=True)["input_ids"][1][3:] == [PAD, PAD]


def test_the_schedule_is_the_papers():
    shares = [trapezoid(step, 1000, 100, 0.4) for step in (0, 49, 99, 300, 600, 700, 999)]
    assert shares == pytest.approx([0.01, 0.5, 1, 1, 1, 1 - (100 / 400) ** 0.5, 1 - (399 / 400) ** 0.5])


def test_what_is_exported_is_the_model_that_was_trained(read, tmp_path):
    from transformers import AutoModelForMaskedLM, AutoTokenizer

    run = EncoderRun(SMALL, "masked", *read, tmp_path / "run")
    run.train()
    ids = run.batches.held_out()[:4]
    with torch.no_grad():
        expected = run.model(input_ids=ids).logits
    export(run.model, read[1], tmp_path / "encoder")
    assert run.model.dtype == torch.float32
    model = AutoModelForMaskedLM.from_pretrained(tmp_path / "encoder")
    assert model.dtype == torch.float32, "half precision is for the disk alone"
    with torch.no_grad():
        torch.testing.assert_close(model(input_ids=ids).logits, expected, rtol=0, atol=0.02)
    again = AutoTokenizer.from_pretrained(tmp_path / "encoder")
    assert again("Dull, I laughed twice.").input_ids == read[1]("Dull, I laughed twice.").input_ids
    saved = load_file(tmp_path / "encoder" / "model.safetensors")
    assert sum(weights.numel() for weights in saved.values()) == run.model.num_parameters(), "tied weights once"


def test_the_curve_of_the_distilled_arm_has_a_panel_for_the_distance(read, tmp_path):
    run = EncoderRun(SMALL, "distilled", *read, None)
    run.train()
    write_curve(run.curve, tmp_path / "curve.csv", tmp_path / "curve.png", "Both losses", PANELS)
    assert (tmp_path / "curve.csv").read_text().startswith("step,masked,distance,held_out,cpu_seconds\n3,")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_texts_that_labs_call_unseen_are_unseen():
    """Compared by their first 300 letters; a quotation or a heading may well stand in two places."""
    seen = {opening(text) for text in corpus.documents()}
    unseen = {"film reviews": [review["text"] for review in film_reviews() if review["split"] != "train"]}
    unseen |= {name: load()["test"]["text"] for name, load in (("mail", load_mail), ("speeches", load_speeches))}
    unseen["snippets"] = load_sentiment()["test"]["text"]
    for name, texts in unseen.items():
        shared = [text for text in texts if len(text) >= 80 and opening(text) in seen]
        assert not shared, f"{name}: {shared[0]}"


def opening(text: str) -> str:
    return normalised(text[:600])[:300]


def test_documents_come_in_one_fixed_order():
    first, second = corpus.documents(("jargon",)), corpus.documents(("jargon",))
    assert first == second
    assert len(first) == len(set(first)) > 2000
    assert corpus.documents(("jargon",), seed=1) != first
    assert all("\n" not in text for text in first)
