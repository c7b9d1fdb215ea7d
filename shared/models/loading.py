"""The course's models by name: a local folder that `from_pretrained` loads, wherever the model comes from.

    from transformers import AutoModelForCausalLM
    from shared.models import load_tokenizer, model_path

    model = AutoModelForCausalLM.from_pretrained(model_path("course-decoder"))
    tokenizer = load_tokenizer("course-decoder")

The table is data/models.toml, the cards are data/cards/.
"""

import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

from shared.assets.access import asset_path, embedded
from shared.assets.cache_paths import cache_directory
from shared.assets.checksums import is_intact
from shared.assets.hf_hub import from_hub
from shared.assets.manifest import Model, asset, models
from shared.errors import LabError
from shared.models import chat_template, gguf_conversion

WEIGHTS = "model.safetensors"
WORK = ".converting-"
HUB_FILES = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", WEIGHTS]


def model_path(name: str) -> Path:
    """Returns the folder of a model, which is fetched, and converted if need be, where the cache lacks it.

    Raises:
        LabError: unknown name, no network, a hub out of reach, a full or read-only disk.
    """
    if name not in models():
        raise LabError(f"There is no model '{name}'; there are: {', '.join(models())}.")
    model = models()[name]
    kinds = {"embedded": _embedded, "asset": _asset, "converted": _converted, "hub": _snapshot}
    return kinds[model.kind](model)


def downloads(name: str) -> dict[str, int]:
    """Returns what `model_path` would have to download, file -> bytes; {} where the model is on this machine or ships."""
    model = models()[name]
    if model.kind == "hub":
        from huggingface_hub import try_to_load_from_cache

        cached = try_to_load_from_cache(model.repo, WEIGHTS, revision=model.revision)
        whole = isinstance(cached, str) and _is_whole(model, Path(cached).parent)
        return {} if whole else {model.repo: model.bytes}
    if not model.asset or (model.kind == "converted" and _is_whole(model, _converted_folder(model))):
        return {}
    source = asset(model.asset)
    return {} if is_intact(source) else {source.archive["file"]: source.archive["bytes"]}


def load_tokenizer(name: str):
    """Loads the model's tokenizer, just as it was saved.

    `AutoTokenizer` puts Qwen's own splitter into any folder that holds a Qwen2, and then other ids come out; so this loads
    with `PreTrainedTokenizerFast`. A decoder's chat template marks the assistant's words, its turns end with <|im_end|>, and it
    pads with another token, so that a model in training learns to stop.

    Raises:
        LabError: as `model_path`.
    """
    from transformers import PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast.from_pretrained(model_path(name))
    system = models()[name].system
    if system is not None:
        tokenizer.eos_token = chat_template.TURN_END
        tokenizer.pad_token = chat_template.END
        tokenizer.chat_template = chat_template.chatml(system or None)
    return tokenizer


def _embedded(model: Model) -> Path:
    return embedded(model.name)


def _asset(model: Model) -> Path:
    return asset_path(model.asset)


def _is_whole(model: Model, folder: Path) -> bool:
    """Whether the weights have their full size: folders appear by renaming, but a failing disk can cut a file."""
    weights = folder / WEIGHTS
    return weights.is_file() and weights.stat().st_size == model.bytes


def _converted_folder(model: Model) -> Path:
    """Where the cache keeps a converted model; the name shows which file and which code it was made of."""
    made_of = hashlib.sha256(asset(model.asset).sha256.encode())
    for code in (gguf_conversion, chat_template):
        made_of.update(Path(code.__file__).read_bytes())
    return cache_directory() / "models" / f"{model.name}-{made_of.hexdigest()[:12]}"


def _converted(model: Model) -> Path:
    folder = _converted_folder(model)
    if not _is_whole(model, folder):
        gguf = asset_path(model.asset)
        try:
            _convert_alone(model, gguf, folder)
        except OSError as error:
            raise LabError(
                f"The cache {folder.parent} cannot hold {model.name}, {model.bytes / 1e6:.0f} MB ({error.strerror or error}): "
                "make room there, or set LAB_CACHE to a folder elsewhere."
            ) from error
    return folder


def _convert_alone(model: Model, gguf: Path, folder: Path) -> None:
    """Converts next to `folder` and renames, one process at a time; a killed conversion's leftover goes with the next one."""
    from filelock import FileLock

    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.parent / ".lock"):
        if _is_whole(model, folder):  # another process converted it while this one waited
            return
        print(f"Converting {model.title} ({model.bytes / 1e6:.0f} MB, once) ...", file=sys.stderr)
        # What a killed process, a failing disk or an older version of the course has left.
        for old in [*folder.parent.glob(f"{WORK}*"), *folder.parent.glob(f"{model.name}-*")]:
            shutil.rmtree(old, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=WORK, ignore_cleanup_errors=True) as work:
            part = Path(work) / folder.name
            part.mkdir()
            gguf_conversion.convert(gguf, part, model.system)
            os.replace(part, folder)


def _snapshot(model: Model) -> Path:
    """The hub's files at the pinned commit, from the hub's own cache or over the network."""
    from huggingface_hub import snapshot_download

    return from_hub(
        snapshot_download,
        usable=lambda folder: _is_whole(model, folder),
        what=f"{model.repo} is",
        otherwise="set LAB_PROFILE=laptop (or tiny), which needs no hub, and restart the kernel",
        repo_id=model.repo,
        revision=model.revision,
        allow_patterns=HUB_FILES,
    )
