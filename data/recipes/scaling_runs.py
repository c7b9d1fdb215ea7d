"""Trains the tiny models whose losses lab 10 fits a scaling law to: python data/recipes/scaling_runs.py

Causal models (Qwen2 architecture) that read bytes: five sizes times four amounts of text, each run from random weights with a
schedule of its own length, as Hoffmann et al. 2022 (arXiv 2203.15556, section 3) found necessary. Rows go to
data/embedded/scaling_runs.csv as they are measured; a second run continues where the first was stopped.

Tried on 500,000 bytes, width and depth: peak learning rate -> loss (seed 0). The rule 0.64 / width is near the best of each.
16, 2: 0.020 -> 2.147, 0.040 -> 2.118, 0.080 -> 2.160; 40, 3: 0.0063 -> 2.049, 0.0126 -> 1.996, 0.0253 -> 1.985;
104, 4: 0.0078 -> 1.925, 0.0157 -> 2.037. With weights of one standard deviation (0.02) at every width, 16, 2 reached 2.284 at
best, and with 16 rows in a step as well, which halves the steps, 2.524.
"""

import argparse
import csv
import dataclasses
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from pretraining import Run, mean_loss
from transformers import Qwen2Config, Qwen2ForCausalLM
from writing import write_table, write_whole

from shared.assets.cache_paths import cache_directory
from shared.assets.checksums import record_embedded
from shared.seeding import seed_everything

TARGET = Path(__file__).resolve().parents[1] / "embedded" / "scaling_runs.csv"
COLUMNS = ("hidden", "layers", "parameters", "tokens", "seed", "loss", "flops", "cpu_seconds")
SHAPES = ((16, 2), (24, 2), (40, 3), (64, 4), (104, 4))  # (hidden, layers)
TOKENS = (250_000, 500_000, 1_000_000, 2_000_000)
SEEDS = (0,)
HELD_OUT = 131_072  # bytes


@dataclasses.dataclass(frozen=True)
class Recipe:
    """Every number of one run. A step reads `rows` rows of `width` bytes."""

    hidden: int
    layers: int
    tokens: int
    seed: int
    rows: int = 8
    width: int = 128
    rate: float = 0.64
    warmup_share: float = 0.05
    decay: float = 0.5
    weight_decay: float = 0.1
    betas: tuple[float, float] = (0.9, 0.95)
    clip: float = 1.0

    @property
    def steps(self) -> int:
        """Steps that read the tokens once."""
        return self.tokens // (self.rows * self.width)

    @property
    def warmup(self) -> int:
        """Steps of warm-up."""
        return max(1, round(self.warmup_share * self.steps))

    @property
    def checkpoint_every(self) -> int:
        """Steps between rows of the curve: there is one row, at the end."""
        return self.steps

    @property
    def peak(self) -> float:
        """The learning rate at the plateau; narrow models take larger ones."""
        return self.rate / self.hidden


def build(recipe: Recipe) -> Qwen2ForCausalLM:
    """A byte-level Qwen2 with random weights and tied embeddings."""
    seed_everything(recipe.seed)
    config = Qwen2Config(
        vocab_size=256,
        hidden_size=recipe.hidden,
        intermediate_size=8 * recipe.hidden // 3 // 8 * 8,
        num_hidden_layers=recipe.layers,
        num_attention_heads=recipe.hidden // 8,
        num_key_value_heads=recipe.hidden // 8,
        max_position_embeddings=recipe.width,
        initializer_range=recipe.hidden**-0.5,  # embeddings are tied: logits start with a spread of about 1
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=None,
    )
    return Qwen2ForCausalLM(config)


def parameters(model: Qwen2ForCausalLM) -> int:
    """The number of parameters without the embedding table, as Kaplan et al. 2020 (arXiv 2001.08361, section 2.1) count them."""
    return sum(p.numel() for p in model.parameters()) - model.get_input_embeddings().weight.numel()


class ByteRun(Run):
    """One tiny model on its share of the bytes."""

    def __init__(self, recipe: Recipe, text: np.ndarray):
        self.model = build(recipe).train()
        super().__init__(recipe, {"model": self.model}, folder=None)
        rows = text[: len(text) // recipe.width * recipe.width].reshape(-1, recipe.width)
        held_out = HELD_OUT // recipe.width
        self.rows = rows[:-held_out]
        self.last = rows[-held_out:]
        self.order = np.random.default_rng(recipe.seed).permutation(len(self.rows))

    def losses(self) -> dict[str, torch.Tensor]:
        """Cross-entropy in nats per byte."""
        first = self.step * self.recipe.rows
        ids = torch.from_numpy(self.rows[self.order[first : first + self.recipe.rows]].astype(np.int64))
        return {"train": self.model(input_ids=ids, labels=ids, use_cache=False).loss}

    def held_out(self) -> float:
        """The same cross-entropy on the last HELD_OUT bytes."""
        return mean_loss(self.model, torch.from_numpy(self.last.astype(np.int64)), batch=64)


def corpus_bytes(cache: Path) -> np.ndarray:
    """(bytes,) the pretraining text as UTF-8, its documents in a fixed order, made once and kept in `cache`."""
    from corpus import documents

    if not cache.exists():
        write_whole(cache, "\n".join(documents(("film", "brown", "moby_dick"))).encode("utf-8"))
    return np.frombuffer(cache.read_bytes(), dtype=np.uint8)


def measure(recipe: Recipe, text: np.ndarray) -> dict:
    """Trains one model; returns its row, with the loss in nats per byte and flops = 6 x parameters x tokens."""
    start = time.process_time()
    run = ByteRun(recipe, text)
    run.train()
    size = parameters(run.model)
    tokens = recipe.steps * recipe.rows * recipe.width
    return {
        "hidden": recipe.hidden,
        "layers": recipe.layers,
        "parameters": size,
        "tokens": tokens,
        "seed": recipe.seed,
        "loss": f"{run.curve[-1]['held_out']:.4f}",
        "flops": 6 * size * tokens,
        "cpu_seconds": f"{time.process_time() - start:.0f}",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--target", type=Path, default=TARGET)
    target = parser.parse_args().target
    torch.set_num_threads(1)
    text = corpus_bytes(cache_directory() / "recipes" / "bytes.txt")
    rows = []
    if target.exists():
        with target.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    done = {(int(row["hidden"]), int(row["tokens"]), int(row["seed"])) for row in rows}
    for tokens in TOKENS:
        for hidden, layers in SHAPES:
            for seed in SEEDS:
                recipe = Recipe(hidden, layers, tokens, seed)
                if (hidden, recipe.steps * recipe.rows * recipe.width, seed) not in done:
                    rows.append(measure(recipe, text))
                    write_table(target, COLUMNS, rows)
                    if target == TARGET:
                        record_embedded(target)


if __name__ == "__main__":
    main()
