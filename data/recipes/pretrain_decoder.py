"""Pretrains the course's smallest decoder, a Qwen2 of 1.3M parameters: python data/recipes/pretrain_decoder.py

Causal language modelling from random weights on real English (`decoder_text.py`). Schedule: warm-up, plateau, 1 - sqrt decay
(Hägele et al. 2024, arXiv 2405.18392). After an interruption, run it again: it continues from the last checkpoint and, on one
thread, ends with the same weights, bit for bit.
"""

import argparse
import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from decoder_text import Text, load_text
from pretraining import Run, export, mean_loss, write_curve
from transformers import Qwen2Config, Qwen2ForCausalLM
from writing import write_whole

from shared.assets.cache_paths import cache_directory
from shared.assets.checksums import record_embedded
from shared.seeding import seed_everything

DATA = Path(__file__).resolve().parents[1]
EMBEDDED = DATA / "embedded" / "course-decoder-tiny"
PICTURE = DATA / "cards" / "course_decoder_tiny.png"
PANELS = {"loss (nats per token)": {"train": "training text", "held_out": "held-out text"}}


@dataclass(frozen=True)
class Recipe:
    """Every number of the run. A step reads `rows` rows of `width` tokens."""

    steps: int = 8000
    rows: int = 8
    width: int = 128
    peak: float = 4e-3
    warmup: int = 200
    decay: float = 0.4
    weight_decay: float = 0.1
    betas: tuple[float, float] = (0.9, 0.95)
    clip: float = 1.0
    seed: int = 0
    checkpoint_every: int = 400
    held_out_rows: int = 64
    vocabulary: int = 4096
    layers: int = 4
    hidden: int = 128
    intermediate: int = 384
    heads: int = 4
    key_value_heads: int = 2


def build(recipe: Recipe, tokenizer) -> Qwen2ForCausalLM:
    """A Qwen2 with random weights and tied embeddings."""
    config = Qwen2Config(
        vocab_size=recipe.vocabulary,
        hidden_size=recipe.hidden,
        intermediate_size=recipe.intermediate,
        num_hidden_layers=recipe.layers,
        num_attention_heads=recipe.heads,
        num_key_value_heads=recipe.key_value_heads,
        max_position_embeddings=512,
        tie_word_embeddings=True,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
        dtype="float32",
    )
    model = Qwen2ForCausalLM(config)
    model.generation_config.eos_token_id = [tokenizer.eos_token_id, tokenizer.pad_token_id]  # end of a turn, of a text
    return model


class Batches:
    """The batch of any step, computed from its number alone, so that a resumed run sees what an uninterrupted one would."""

    def __init__(self, text: Text, recipe: Recipe):
        self.recipe = recipe
        self.train = _rows(text.train, recipe.width)
        self.held = _rows(text.held_out, recipe.width)

    def at(self, step: int) -> torch.Tensor:
        """(rows, width) ids of a step; every row comes once before any comes again, in a new order in each epoch."""
        first = step * self.recipe.rows
        size = len(self.train)
        places = range(first, first + self.recipe.rows)
        orders = {
            epoch: np.random.default_rng([self.recipe.seed, epoch]).permutation(size)
            for epoch in {place // size for place in places}
        }
        picks = [orders[place // size][place % size] for place in places]
        return torch.from_numpy(self.train[picks].astype(np.int64))

    def held_out(self, rows: int | None = None) -> torch.Tensor:
        """(rows, width) ids that are never trained on; all of them by default."""
        return torch.from_numpy(self.held[:rows].astype(np.int64))


def _rows(stream: np.ndarray, width: int) -> np.ndarray:
    """(rows, width) ids of a stream, without what is left at its end."""
    return stream[: len(stream) // width * width].reshape(-1, width)


class DecoderRun(Run):
    """The pretraining of one seed."""

    def __init__(self, recipe: Recipe, text: Text, tokenizer, folder: Path | None):
        seed_everything(recipe.seed)
        self.batches = Batches(text, recipe)
        self.model = build(recipe, tokenizer).train()
        super().__init__(recipe, {"model": self.model}, folder)

    def losses(self) -> dict[str, torch.Tensor]:
        """Cross-entropy in nats per token, of tokens 2 to `width` of each row."""
        ids = self.batches.at(self.step)
        return {"train": self.model(input_ids=ids, labels=ids, use_cache=False).loss}

    def held_out(self) -> float:
        """The same cross-entropy on the first rows of the held-out text."""
        return mean_loss(self.model, self.batches.held_out(self.recipe.held_out_rows))


def unigram_loss(text: Text, vocabulary: int) -> float:
    """Nats per token of the best guess without context: training frequencies, with one added to each count."""
    counts = np.bincount(text.train, minlength=vocabulary) + 1
    return float(-np.log(counts / counts.sum())[text.held_out].mean())


def measures(model: Qwen2ForCausalLM, text: Text, batches: Batches) -> dict[str, float]:
    """The figures of the card, on all held-out documents; bits per byte count the end of a text as part of it."""
    loss = mean_loss(model, batches.held_out())
    per_byte = len(text.held_out) / text.held_out_bytes / math.log(2)
    unigram = unigram_loss(text, model.config.vocab_size)
    return {
        "parameters": model.num_parameters(),
        "held_out_tokens": len(text.held_out),
        "nats_per_token": round(loss, 4),
        "perplexity": round(math.exp(loss), 2),
        "bits_per_byte": round(loss * per_byte, 4),
        "unigram_nats_per_token": round(unigram, 4),
        "unigram_bits_per_byte": round(unigram * per_byte, 4),
    }


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=Recipe.seed, help="0 makes the course's model")
    parser.add_argument("--steps", type=int, default=Recipe.steps)
    parser.add_argument("--target", type=Path, help="where to write the model, instead of data/embedded/")
    options = parser.parse_args(arguments)
    recipe = Recipe(steps=options.steps, seed=options.seed)
    if options.target is None and recipe != Recipe():
        parser.error("data/embedded/ has the model of the default seed and steps: pass --target to make another")
    cache = cache_directory() / "recipes" / "decoder"
    text, tokenizer = load_text(cache, recipe.vocabulary)
    print(f"{len(text.train):,} tokens to train on, {len(text.held_out):,} held out", file=sys.stderr, flush=True)
    run = DecoderRun(recipe, text, tokenizer, cache / f"seed{recipe.seed}-{recipe.steps}")
    run.train()
    target = options.target or EMBEDDED
    picture = target / "curve.png" if options.target else PICTURE
    export(run.model, tokenizer, target)
    write_curve(run.curve, target / "curve.csv", picture, "Pretraining course-decoder-tiny", PANELS)
    model = Qwen2ForCausalLM.from_pretrained(target)  # as the labs load it, rounded to half precision
    found = json.dumps(measures(model, text, run.batches), indent=2)
    write_whole(target / "held_out.json", f"{found}\n".encode())
    print(found)
    if target == EMBEDDED:
        record_embedded(target)


if __name__ == "__main__":
    main()
