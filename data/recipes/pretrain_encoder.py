"""Pretrains the course's encoder, a small ModernBERT: python data/recipes/pretrain_encoder.py --compile

Start: random body, token embeddings borrowed from all-MiniLM-L6-v2, whose word pieces are pruned to the most common 8,192.
Loss: masked-language modelling at a rate of 30% (Warner et al. 2024, arXiv 2412.13663, section 2.2.1), and in the arm
"distilled" also the cosine distance to MiniLM's token states and mean-pooled states on single sentences.
Schedule: warm-up, plateau, 1 - sqrt decay (Hägele et al. 2024, arXiv 2405.18392). After an interruption, run it again: it
continues from the last checkpoint and ends with the same weights.
"""

import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "8192")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from encoder_text import CLS, HELD_OUT, MASK, PAD, SEP, SPECIAL, Text, borrowed_embeddings, load_text
from pretraining import Run, export, write_curve
from torch.nn import functional
from transformers import AutoModel, ModernBertConfig, ModernBertForMaskedLM

from shared.assets.access import asset_path
from shared.assets.cache_paths import cache_directory
from shared.assets.checksums import record_embedded
from shared.seeding import seed_everything

IGNORED = -100  # what cross_entropy skips
DATA = Path(__file__).resolve().parents[1]
EMBEDDED = DATA / "embedded" / "course-encoder"
PICTURE = DATA / "cards" / "course_encoder.png"
PANELS = {
    "masked loss (nats per token)": {"masked": "training text", "held_out": "held-out text"},
    "cosine distance to MiniLM": {"distance": "training sentences"},
}


@dataclass(frozen=True)
class Recipe:
    """Every number of the run. A step reads `rows` rows of 128 tokens (or a quarter of that, of 512) and single sentences."""

    steps: int = 5600
    rows: int = 24
    width: int = 128
    long_every: int = 8
    sentence_tokens: int = 1024  # a step, padding included
    sentence_width: int = 32
    masked: float = 0.3
    peak: float = 1e-3
    warmup: int = 150
    decay: float = 0.4
    weight_decay: float = 0.01
    betas: tuple[float, float] = (0.9, 0.98)
    clip: float = 1.0
    seed: int = 0
    checkpoint_every: int = 50
    vocabulary: int = 8192
    layers: int = 6
    hidden: int = 384
    intermediate: int = 384
    heads: int = 6


def build_student(recipe: Recipe, embeddings: torch.Tensor) -> ModernBertForMaskedLM:
    """A ModernBERT with a random body and tied embeddings like `embeddings` (vocabulary, hidden), of unit spread."""
    config = ModernBertConfig(
        vocab_size=recipe.vocabulary,
        hidden_size=recipe.hidden,
        intermediate_size=recipe.intermediate,
        num_hidden_layers=recipe.layers,
        num_attention_heads=recipe.heads,
        max_position_embeddings=512,
        global_attn_every_n_layers=3,
        local_attention=128,
        pad_token_id=PAD,
        cls_token_id=CLS,
        sep_token_id=SEP,
        bos_token_id=CLS,
        eos_token_id=SEP,
    )
    model = ModernBertForMaskedLM(config)
    with torch.no_grad():
        model.get_input_embeddings().weight.copy_(embeddings * config.initializer_range)
    return model


class Teacher:
    """MiniLM, frozen, and the linear map from the student's states to MiniLM's."""

    def __init__(self, text: Text, hidden: int):
        self.model = AutoModel.from_pretrained(asset_path("minilm")).eval().requires_grad_(False)
        self.ids = torch.from_numpy(text.teacher_ids)
        self.map = torch.nn.Linear(hidden, self.model.config.hidden_size)

    def loss(self, clean: torch.Tensor, student: torch.Tensor) -> torch.Tensor:
        """Mean cosine distance to the teacher's states of the unmasked sentences, token by token plus mean-pooled.

        Args:
            clean: (sentences, width) ids before masking; student: (sentences, width, hidden) the student's last states.
        """
        here = clean != PAD
        with torch.no_grad():
            target = self.model(input_ids=self.ids[clean], attention_mask=here.long()).last_hidden_state
        mapped = self.map(student)
        tokens = 1 - functional.cosine_similarity(mapped[here], target[here], dim=-1).mean()
        weights = here.unsqueeze(-1).float() / here.sum(1)[:, None, None]
        pooled = 1 - functional.cosine_similarity((mapped * weights).sum(1), (target * weights).sum(1), dim=-1).mean()
        return tokens + pooled


def mask_tokens(clean: torch.Tensor, rate: float, size: int, generator: torch.Generator):
    """BERT's corruption: of the chosen tokens 80% become [MASK], 10% a random token, 10% stay; specials are never chosen.

    Returns:
        (ids, labels) of the shape of `clean`; labels are -100 where nothing is to be predicted.
    """
    chosen = (torch.rand(clean.shape, generator=generator) < rate) & (clean >= len(SPECIAL))
    draw = torch.rand(clean.shape, generator=generator)
    random_ids = torch.randint(len(SPECIAL), size, clean.shape, generator=generator)
    ids = torch.where(chosen & (draw < 0.8), torch.full_like(clean, MASK), clean)
    ids = torch.where(chosen & (draw >= 0.9), random_ids, ids)
    return ids, torch.where(chosen, clean, torch.full_like(clean, IGNORED))


class Batches:
    """The batch of any step, computed from its number alone, so that a resumed run sees what an uninterrupted one would."""

    def __init__(self, text: Text, recipe: Recipe):
        self.text = text
        self.recipe = recipe
        train = len(text.stream) - HELD_OUT
        # Rows of 128 tokens in stream order; a row of 512 is four neighbours.
        self.stream = text.stream[: train - train % (recipe.width - 2)].reshape(-1, recipe.width - 2)
        # Short and long sentences take turns, each padded to its own width, so that little is computed for padding.
        half = recipe.sentence_width // 2
        short = (text.sentences != PAD).sum(1) <= half - 2
        kinds = {half: text.sentences[short, : half - 2], recipe.sentence_width: text.sentences[~short]}
        rng = np.random.default_rng(recipe.seed)
        self.sentences = [(rng.permutation(rows), recipe.sentence_tokens // width) for width, rows in kinds.items()]

    def at(self, step: int) -> tuple[torch.Tensor, torch.Tensor]:
        """(long rows, single sentences) of ids, framed by [CLS] and [SEP], before masking."""
        r = self.recipe
        first = step * r.rows
        rows = self.stream[np.arange(first, first + r.rows) % len(self.stream)]
        if step % r.long_every == r.long_every - 1:
            rows = rows.reshape(r.rows // 4, -1)
        sentences, count = self.sentences[step % 2]
        begin = step // 2 * count
        return framed(rows), framed(sentences[np.arange(begin, begin + count) % len(sentences)])

    def held_out(self) -> torch.Tensor:
        """(256, width) ids from the end of the stream, the same at every call."""
        width = self.recipe.width - 2
        tail = self.text.stream[-HELD_OUT:]
        return framed(tail[: len(tail) // width * width].reshape(-1, width)[:256])


def framed(rows: np.ndarray) -> torch.Tensor:
    """Rows of ids with [CLS] before the first token and [SEP] after the last one that is not padding."""
    ids = np.zeros((len(rows), rows.shape[1] + 2), dtype=np.int64)
    ids[:, 1:-1] = rows
    ids[:, 0] = CLS
    ids[np.arange(len(rows)), (rows != PAD).sum(1) + 1] = SEP
    return torch.from_numpy(ids)


def masked_loss(model: ModernBertForMaskedLM, parts: list[tuple[torch.Tensor, torch.Tensor]]) -> torch.Tensor:
    """Cross-entropy in nats over all tokens to predict in several (last states, labels) pairs."""
    states = torch.cat([hidden[labels != IGNORED] for hidden, labels in parts])
    targets = torch.cat([labels[labels != IGNORED] for _, labels in parts])
    return functional.cross_entropy(model.decoder(model.head(states)), targets)


class EncoderRun(Run):
    """The pretraining of one arm."""

    def __init__(self, recipe: Recipe, arm: str, text: Text, tokenizer, folder: Path | None, compiled: bool = False):
        seed_everything(recipe.seed)
        self.teacher = Teacher(text, recipe.hidden) if arm == "distilled" else None
        self.model = build_student(recipe, borrowed_embeddings(tokenizer, asset_path("minilm"), recipe.hidden)).train()
        self.body = torch.compile(self.model.model, dynamic=False) if compiled else self.model.model
        self.batches = Batches(text, recipe)
        modules = {"model": self.model}
        if self.teacher:
            modules["map"] = self.teacher.map
        super().__init__(recipe, modules, folder)

    def losses(self) -> dict[str, torch.Tensor]:
        """Masked loss in nats per predicted token and, with a teacher, the distance to its states."""
        recipe = self.recipe
        parts = []
        distance = {}
        draws = torch.Generator().manual_seed(recipe.seed * 1_000_003 + self.step)
        for clean in self.batches.at(self.step):
            ids, labels = mask_tokens(clean, recipe.masked, recipe.vocabulary, draws)
            single = bool((clean == PAD).any())
            attention = (clean != PAD).long() if single else None
            hidden = self.body(input_ids=ids, attention_mask=attention).last_hidden_state
            parts.append((hidden, labels))
            if single and self.teacher:
                distance = {"distance": self.teacher.loss(clean, hidden)}
        return {"masked": masked_loss(self.model, parts), **distance}

    @torch.no_grad()
    def held_out(self) -> float:
        """Masked loss in nats per predicted token on held-out rows, with the same masks at every call."""
        recipe = self.recipe
        losses = []
        draws = torch.Generator().manual_seed(1)
        ids, labels = mask_tokens(self.batches.held_out(), recipe.masked, recipe.vocabulary, draws)
        for some, wanted in zip(ids.split(32), labels.split(32), strict=True):
            states = self.model.model(input_ids=some).last_hidden_state
            losses.append(masked_loss(self.model, [(states, wanted)]).item())
        return sum(losses) / len(losses)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--arm", choices=["distilled", "masked"], default="distilled")
    parser.add_argument("--compile", action="store_true", help="1.4 times as fast; needs a C++ compiler")
    options = parser.parse_args()
    recipe = Recipe()
    cache = cache_directory() / "recipes" / "encoder"
    text, tokenizer = load_text(cache, asset_path("minilm"), recipe.vocabulary, recipe.sentence_width)
    print(f"{len(text.stream):,} tokens in the stream, {len(text.sentences):,} single sentences", flush=True)
    run = EncoderRun(recipe, options.arm, text, tokenizer, cache / options.arm, options.compile)
    run.train()
    target = EMBEDDED if options.arm == "distilled" else cache / "model-masked"
    export(run.model, tokenizer, target)
    panels = {label: columns for label, columns in PANELS.items() if columns.keys() <= run.curve[0].keys()}
    picture = PICTURE if target == EMBEDDED else target / "curve.png"
    write_curve(run.curve, target / "curve.csv", picture, f"Pretraining course-encoder, {options.arm}", panels)
    if target == EMBEDDED:
        record_embedded(target)


if __name__ == "__main__":
    main()
