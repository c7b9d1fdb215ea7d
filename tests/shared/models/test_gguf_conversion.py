"""The course's decoder is the original model in another form: the same function, the same tokens, the same chats."""

import json
import os
import subprocess
import sys

import pytest
import torch

from shared.assets.access import asset_path
from shared.assets.cache_paths import CHECKOUT
from shared.assets.manifest import models
from shared.models.chat_template import END, TURN_END, chatml
from shared.models.loading import load_tokenizer, model_path

NAME = "course-decoder"
CARD = (CHECKOUT / "data" / "cards" / "nhefs.md").read_text(encoding="utf-8")
# Ids that llama.cpp (xllamacpp 2026.10.11549, parse_special) gives for the same GGUF file: an implementation that is not ours.
REFERENCE = {
    "Hello world": [19556, 905],
    "In 2020 they sold 1,234,567 copies at $9.99 (12%).": [
        *(788, 216, 34, 32, 34, 32, 502, 3459, 216, 33, 28, 34, 35, 36, 28, 37, 38, 39),
        *(10017, 418, 1885, 41, 30, 41, 41, 365, 33, 34, 18554),
    ],
    "a\n\n12 b": [81, 1116, 33, 34, 278],
    "1\n2\n\n3": [33, 198, 34, 1116, 35],
    "  7 after two spaces": [256, 39, 990, 827, 5600],
    "    1": [289, 33],
    "½ ² Ⅳ ٣ ५": [16738, 216, 19133, 216, 173, 223, 113, 216, 164, 113, 216, 9310, 121],
    "x1y2z3 v2.0.1": [104, 33, 105, 34, 106, 35, 386, 34, 30, 32, 30, 33],
    "tabs\tand  double  spaces": [100, 7366, 197, 397, 216, 5561, 216, 5600],
    "\n\n\nthree newlines": [1116, 198, 16347, 725, 5110],
    "\r\nwindows\r\n": [201, 198, 37066, 2738],
    "don't we'll I'VE they're IT'S": [12420, 982, 392, 3060, 339, 23, 18525, 502, 2316, 9627, 23, 67],
    "naïve café — “quoted” … résumé": [
        *(3546, 46494, 37366, 1841, 619, 385, 5036, 573, 5548, 412, 2756, 5422, 2756),
    ],
    "e\u0301 combining": [85, 151, 219, 9301],
    "zero\u200bwidth\u00a0nbsp": [13723, 321, 229, 6930, 15442, 94, 32093],
    "日本語のテキスト 123": [
        *(23274, 115, 40993, 179, 120, 248, 26453, 11100, 224, 10391, 251, 10391, 134, 11100, 226, 216, 33, 34, 35),
    ],
    "مرحبا 2024": [21706, 20602, 44626, 31462, 10805, 216, 34, 32, 34, 36],
    "emoji 😀👩\u200d👧 🇬🇧": [
        *(391, 33777, 40303, 218, 10813, 235, 119, 321, 231, 10813, 235, 117, 15107, 225, 122, 10813, 225, 117),
    ],
    "def f(x):\n    return x**2 + 0x1F\n": [
        *(1604, 275, 24, 104, 727, 472, 1003, 1792, 828, 34, 1232, 216, 32, 104, 33, 54, 198),
    ],
    "<|im_start|>user\nHow are you?<|im_end|>\n<|im_start|>assistant\nFine.<|im_end|>\n<|endoftext|>": [
        *(1, 4093, 198, 2020, 359, 346, 47, 2, 198, 1, 520, 9531, 198, 47373, 30, 2, 198, 0),
    ],
    "": [],
}
CHAT = [
    {"role": "user", "content": "Name two colours."},
    {"role": "assistant", "content": "Red and blue."},
    {"role": "user", "content": "One more?"},
    {"role": "assistant", "content": "Green, 3 in all."},
]


@pytest.fixture(scope="module")
def tokenizer():
    return load_tokenizer(NAME)


@pytest.fixture(scope="module")
def model():
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(model_path(NAME)).eval()


@pytest.mark.parametrize("text", REFERENCE)
def test_ids_are_those_of_the_original_tokenizer(tokenizer, text):
    assert tokenizer(text)["input_ids"] == REFERENCE[text]
    assert tokenizer.decode(REFERENCE[text]) == text


def test_autotokenizer_still_gives_other_ids(tokenizer):
    """Why load_tokenizer exists; if this fails, transformers has mended it."""
    from transformers import AutoTokenizer

    text = "  7 after two spaces"
    assert AutoTokenizer.from_pretrained(model_path(NAME))(text)["input_ids"] != tokenizer(text)["input_ids"]


def test_logits_are_those_of_the_original_model(model, tokenizer):
    """The original: the same file as transformers itself unpacks it, a Llama, in float32."""
    from transformers import AutoModelForCausalLM, GgufConfig

    gguf = asset_path("smollm2")
    original = AutoModelForCausalLM.from_pretrained(
        gguf.parent,
        gguf_file=gguf.name,
        quantization_config=GgufConfig(dequantize=True),
        dtype=torch.float32,
    ).eval()
    assert original.config.model_type == "llama"
    ids = torch.tensor(tokenizer(CARD)["input_ids"][:512]).view(2, 256)
    padded = torch.ones_like(ids)
    padded[1, 200:] = 0
    with torch.no_grad():
        ours, theirs = (m(input_ids=ids, attention_mask=padded).logits for m in (model, original))
    assert torch.equal(ours.argmax(-1), theirs.argmax(-1))
    torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=0)


def test_it_is_a_qwen2_with_silent_biases_and_tied_embeddings(model):
    assert type(model).__name__ == "Qwen2ForCausalLM"
    assert model.dtype == torch.float32
    biases = [value for name, value in model.named_parameters() if name.endswith("proj.bias")]
    assert len(biases) == 3 * model.config.num_hidden_layers
    assert not any(bias.any() for bias in biases)
    assert model.lm_head.weight is model.model.embed_tokens.weight
    assert model.num_parameters() == models()[NAME].parameters


def test_a_chat_reads_as_the_original_template_writes_it(tokenizer):
    from gguf import GGUFReader

    original = GGUFReader(asset_path("smollm2")).get_field("tokenizer.chat_template").contents()
    for chat in (CHAT, CHAT[:1], [{"role": "system", "content": "Be brief."}, *CHAT]):
        for prompt in (False, True):
            options = {"tokenize": False, "add_generation_prompt": prompt}
            theirs = tokenizer.apply_chat_template(chat, chat_template=original, **options)
            assert tokenizer.apply_chat_template(chat, **options) == theirs


@pytest.mark.parametrize("system", [None, "Be kind."])
def test_the_mask_marks_the_assistants_words_and_the_end_of_its_turns(tokenizer, system):
    encoded = tokenizer.apply_chat_template(
        CHAT, chat_template=chatml(system), return_assistant_tokens_mask=True, return_dict=True
    )
    said, run = [], []
    for token, marked in zip(encoded["input_ids"], encoded["assistant_masks"], strict=True):
        if marked:
            run.append(token)
        elif run:
            said.append(tokenizer.decode(run))
            run = []
    assert said == [CHAT[1]["content"] + TURN_END, CHAT[3]["content"] + TURN_END]
    assert run == [], "the newline after a turn is the template's, not the assistant's"


def test_trl_takes_the_template_as_it_is(tokenizer):
    from trl.chat_template_utils import (
        has_generation_markers,
        is_chat_template_prefix_preserving,
        is_chat_template_stop_token_trained,
    )

    assert has_generation_markers(tokenizer.chat_template)
    assert is_chat_template_prefix_preserving(tokenizer)
    assert is_chat_template_stop_token_trained(tokenizer)


def test_padding_is_not_what_ends_a_turn(model, tokenizer):
    assert (tokenizer.eos_token, tokenizer.pad_token) == (TURN_END, END)
    assert model.config.eos_token_id == tokenizer.eos_token_id != tokenizer.pad_token_id == model.config.pad_token_id
    assert tokenizer.eos_token_id in model.generation_config.eos_token_id


def test_it_answers_and_stops(model, tokenizer):
    ids = tokenizer.apply_chat_template(
        [{"role": "user", "content": "What is the capital of France?"}],
        add_generation_prompt=True,
        return_tensors="pt",
        return_dict=True,
    )
    answer = model.generate(**ids, max_new_tokens=40, do_sample=False)[0, ids["input_ids"].shape[1] :]
    assert "Paris" in tokenizer.decode(answer)
    assert answer[-1] == tokenizer.eos_token_id


def test_converting_takes_little_memory(tmp_path):
    """In a process of its own, torch included."""
    code = (
        "import json, resource, sys; from pathlib import Path; from shared.assets import asset_path;"
        "from shared.models.gguf_conversion import convert; convert(asset_path('smollm2'), Path(sys.argv[1]), '');"
        "print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024))"
    )
    if sys.platform == "win32":
        pytest.skip("Windows has no resource module to measure a process's peak memory with")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True, env=environment
    )
    assert json.loads(done.stdout) < 3e9
