"""Datasets, metrics, tokenization, plots and seeds."""

import random

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, f1_score
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from shared import metrics, plots, seeding, tokenization
from shared.datasets import tables
from shared.errors import LabError

TEXTS = ["a short one", "a much longer sentence with many more words in it", "tiny", "two words"]


@pytest.fixture(scope="module")
def tokenizer():
    """A real word-level tokenizer, trained here on four sentences."""
    raw = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    raw.pre_tokenizer = pre_tokenizers.Whitespace()
    raw.train_from_iterator(TEXTS, trainers.WordLevelTrainer(special_tokens=["[PAD]", "[UNK]"]))
    return PreTrainedTokenizerFast(tokenizer_object=raw, pad_token="[PAD]", unk_token="[UNK]")


def test_tables_have_the_rows_units_and_codes_of_their_cards():
    people = tables.load_nhefs()
    assert people.height.between(1.3, 2.1).all(), "metres"
    assert people.weight.between(30, 160).all(), "kilograms"
    assert set(people.male) == set(people.active) == {0.0, 1.0}
    assert people[people.male == 1].height.mean() > people[people.male == 0].height.mean() + 0.1
    trial = tables.load_thornton()
    assert {tuple(sorted(set(trial[name]))) for name in ("incentive", "learned", "hiv")} == {(0.0, 1.0)}
    pension = tables.load_pension()
    assert len(pension) == 9275
    gap = pension.assets[pension.eligible == 1].mean() - pension.assets[pension.eligible == 0].mean()
    assert gap == pytest.approx(18.86, abs=0.01), "thousands of dollars, the naive gap of the literature"
    for table in (people, trial, pension):
        assert not table.isna().any().any()
        assert set(map(str, table.dtypes)) == {"float64"}


@pytest.mark.parametrize("seed", range(5))
def test_metrics_equal_scikit_learn(seed):
    generator = np.random.default_rng(seed)
    logits, labels = generator.normal(size=(50, 3)), generator.integers(0, 3, 50)
    found = metrics.compute_metrics((logits, labels))
    classes = logits.argmax(axis=1)
    assert found["accuracy"] == pytest.approx(accuracy_score(labels, classes))
    assert found["macro_f1"] == pytest.approx(f1_score(labels, classes, average="macro"))
    assert metrics.compute_metrics(((logits, "hidden states"), labels)) == found


def test_a_class_predicted_in_vain_counts_as_zero_and_an_unknown_metric_is_named():
    found = metrics.compute_metrics((np.eye(2)[[0, 0]], np.array([1, 1])))
    assert found == {"accuracy": 0.0, "macro_f1": 0.0}
    with pytest.raises(ValueError, match="there are: accuracy, macro_f1"):
        metrics.load_metric("bleu")


def test_a_batch_is_padded_to_its_own_longest_row(tokenizer):
    rows = [{"input_ids": ids} for ids in tokenizer(TEXTS[2:])["input_ids"]]
    batch = tokenization.padding_collator(tokenizer)(rows)
    assert batch["input_ids"].shape == (2, 2)
    assert batch["attention_mask"].tolist() == [[1, 0], [1, 1]]


def test_truncation_is_counted(tokenizer):
    lengths = tokenization.token_lengths(TEXTS, tokenizer)
    assert lengths == [3, 10, 1, 2]
    report = tokenization.truncation_report(lengths, max_length=4)
    assert (report.texts, report.truncated, report.longest) == (4, 1, 10)
    assert report.tokens_lost == pytest.approx(6 / 16)
    assert str(report) == "1 of 4 texts are cut (37.5% of all tokens lost); the longest has 10 tokens."
    with pytest.raises(ValueError, match="at least one text"):
        tokenization.truncation_report([], 4)


def test_a_figure_is_shown_with_its_description(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    figure, panel = plots.axes()
    panel.plot([1, 2], [3, 4])
    panel.set_xlabel("alpha")
    panel.set_ylabel("error (kg)")
    plots.show(figure, alt="The error grows with alpha from three to four.")
    [picture] = shown
    assert picture.alt == "The error grows with alpha from three to four."
    assert picture.data.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("label", "alt", "says"), [("", "a full description of it", "no label"), ("x", "", "description")]
)
def test_a_figure_without_label_or_description_is_refused(label, alt, says):
    figure, panel = plots.axes()
    panel.set_xlabel(label)
    panel.set_ylabel("y")
    with pytest.raises(LabError, match=says):
        plots.show(figure, alt=alt)


def test_seeds_fix_all_generators():
    def draw():
        seeding.seed_everything(7)
        return random.random(), np.random.random(), torch.rand(1).item()  # noqa: NPY002

    assert draw() == draw()


def test_mean_and_spread():
    assert metrics.mean_sd([0.7, 0.8, 0.9]) == "0.800 ± 0.100"
    with pytest.raises(ValueError, match="at least two seeds"):
        metrics.mean_sd([1.0])


def test_controls_redraw_a_figure_and_stay_away_where_nobody_can_move_them(monkeypatch):
    import ipywidgets
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    from shared.settings import FRESH_SEED

    InteractiveShell.instance()
    seen = []
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)

    def draw(unit, alpha):
        seen.append((unit, alpha))

    monkeypatch.setenv(FRESH_SEED, "0")
    plots.explore(draw, unit=["m", "mm"], alpha=(0.0, 2.0, 0.5))
    assert not shown
    monkeypatch.delenv(FRESH_SEED)
    with capture_output():
        plots.explore(draw, unit=["m", "mm"], alpha=(0.0, 2.0, 0.5))
        menu, slider, _ = shown[0].children
        assert isinstance(menu, ipywidgets.Dropdown)
        slider.value = 1.5
        menu.value = "mm"
    assert seen == [("m", 0.0), ("m", 1.5), ("mm", 1.5)]
