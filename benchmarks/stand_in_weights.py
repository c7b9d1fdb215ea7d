"""Random weights of the true shapes, put where the Hugging Face hub's cache keeps the real ones.

For machines that do not reach the hub: seconds and bytes of a training step do not depend on what the weights are; scores do,
and mean nothing with these. The loaders of `shared.models` find them as they would find the real files.
"""

import os
import shutil
from pathlib import Path

from shared.assets.access import embedded
from shared.assets.manifest import models
from shared.errors import LabError
from shared.models.loading import WEIGHTS, model_path

# The embedded model whose tokenizer stands in for the hub's, which only has to give ids that the embeddings have.
TOKENIZERS = {"qwen2.5-0.5b": "course-decoder-tiny", "modernbert-base": "course-encoder"}


def provide(names: list[str], home: Path) -> dict[str, str]:
    """Makes sure that each model can be loaded; returns the environment in which it can, {} where all are real.

    Args:
        names: models of the hub in data/models.toml. home: a folder for a cache of random weights.
    """
    missing = [name for name in names if not _is_real(name)]
    for name in missing:
        _write(name, home)
    return {"HF_HOME": str(home), "HF_HUB_OFFLINE": "1"} if missing else {}


def _is_real(name: str) -> bool:
    try:
        model_path(name)
    except LabError:
        return False
    return True


def _write(name: str, home: Path) -> None:
    import torch
    from transformers import ModernBertForMaskedLM, Qwen2ForCausalLM

    torch.manual_seed(0)
    row = models()[name]
    folder = home / "hub" / f"models--{row.repo.replace('/', '--')}" / "snapshots" / row.revision
    kinds = {"qwen2.5-0.5b": Qwen2ForCausalLM, "modernbert-base": ModernBertForMaskedLM}
    dtype = {"qwen2.5-0.5b": torch.bfloat16, "modernbert-base": torch.float32}[name]
    kinds[name](_config(name)).to(dtype).save_pretrained(folder)
    for file in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(embedded(TOKENIZERS[name]) / file, folder / file)
    size = os.path.getsize(folder / WEIGHTS)
    if size != row.bytes:
        raise LabError(
            f"Random {name} has {size:,} bytes, the real one {row.bytes:,}: correct its shape in {__file__}."
        )


def _config(name: str):
    """The configuration that the hub has for the model."""
    from transformers import ModernBertConfig, Qwen2Config

    if name == "modernbert-base":
        return ModernBertConfig()  # the library's defaults are this model's
    return Qwen2Config(
        vocab_size=151_936,
        hidden_size=896,
        intermediate_size=4_864,
        num_hidden_layers=24,
        num_attention_heads=14,
        num_key_value_heads=2,
        max_position_embeddings=32_768,
        rope_theta=1_000_000.0,
        rms_norm_eps=1e-6,
        tie_word_embeddings=True,
        use_sliding_window=False,
    )
