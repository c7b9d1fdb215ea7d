"""Prepares the pretraining text for the decoder: learns a byte-level BPE vocabulary and encodes one long stream of tokens."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from tqdm import tqdm
from transformers import PreTrainedTokenizerFast
from transformers.models.qwen2.tokenization_qwen2 import PRETOKENIZE_REGEX
from writing import write_arrays

from shared.models.chat_template import END, TURN_END, TURN_START, chatml

SOURCES = ("film", "brown", "moby_dick", "wordnet")  # whole sentences; the other dictionaries are half abbreviations
BATCH = 1000
CHAT_EVERY = 4  # every fourth document is written as a user's turn and an assistant's that continues it
ANSWER_WORDS = 60
HELD_OUT_EVERY = 50  # every fiftieth document is never trained on


@dataclass(frozen=True)
class Text:
    """The encoded text.

    train, held_out: (tokens,) uint16 ids, each document ends with <|endoftext|>; held_out_bytes: UTF-8 bytes of the held-out
    documents, without the markers.
    """

    train: np.ndarray
    held_out: np.ndarray
    held_out_bytes: int


def train_tokenizer(texts: list[str], size: int) -> PreTrainedTokenizerFast:
    """Byte-level BPE (Sennrich et al. 2016, arXiv 1508.07909) with Qwen2's normaliser and splitter, learnt from `texts`.

    `AutoTokenizer` gives every Qwen2 that splitter, so that it returns the same ids as this tokenizer.
    """
    backend = Tokenizer(models.BPE())
    backend.normalizer = normalizers.NFC()
    backend.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PRETOKENIZE_REGEX), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    backend.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=[END, TURN_START, TURN_END], initial_alphabet=alphabet, show_progress=False
    )
    backend.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        eos_token=TURN_END,
        pad_token=END,  # not the token that ends a turn: what is padded is masked, and the model must learn to stop
        additional_special_tokens=[TURN_START],
        chat_template=chatml(),
        model_max_length=512,
        model_input_names=["input_ids", "attention_mask"],
        clean_up_tokenization_spaces=False,
    )


def as_chat(text: str) -> str | None:
    """A chat: the document's first sentence or headword as the user's turn, the rest as the answer; None without a rest."""
    end = re.search(r"(?<=[.!?:]) (?=\S)", text)
    if end is None:
        return None
    asked = text[: end.start()]
    answer = ""
    for sentence in re.split(r"(?<=[.!?;]) ", text[end.end() :]):
        if len((answer + sentence).split()) > ANSWER_WORDS:
            break
        answer = f"{answer} {sentence}".strip()
    if not answer:
        return None
    return f"{TURN_START}user\n{asked}{TURN_END}\n{TURN_START}assistant\n{answer}{TURN_END}\n"


def encode(tokenizer: PreTrainedTokenizerFast, texts: list[str]) -> np.ndarray:
    """(tokens,) ids of all texts, with <|endoftext|> after each."""
    backend = tokenizer.backend_tokenizer
    end = tokenizer.pad_token_id
    stream = []
    for start in tqdm(range(0, len(texts), BATCH), desc="encoding", mininterval=2):
        for encoding in backend.encode_batch(texts[start : start + BATCH], add_special_tokens=False):
            stream.append(np.array([*encoding.ids, end], dtype=np.uint16))
    return np.concatenate(stream)


def make_text(texts: list[str], size: int) -> tuple[Text, PreTrainedTokenizerFast]:
    """Splits the documents, learns the tokenizer on the training part, turns every CHAT_EVERY-th into a chat, and encodes."""
    train = [text for number, text in enumerate(texts) if number % HELD_OUT_EVERY]
    held_out = texts[::HELD_OUT_EVERY]
    tokenizer = train_tokenizer(train, size)
    for number in range(0, len(train), CHAT_EVERY):
        train[number] = as_chat(train[number]) or train[number]
    held_out_bytes = sum(len(text.encode()) for text in held_out)
    return Text(encode(tokenizer, train), encode(tokenizer, held_out), held_out_bytes), tokenizer


def load_text(cache: Path, size: int, texts: list[str] | None = None) -> tuple[Text, PreTrainedTokenizerFast]:
    """The encoded corpus and its tokenizer, made once (in a minute) and kept in `cache`.

    Args:
        texts: documents to use instead of the course's corpus.
    """
    if not (cache / "text.npz").exists():
        from corpus import documents

        text, tokenizer = make_text(documents(SOURCES) if texts is None else texts, size)
        tokenizer.save_pretrained(cache / "tokenizer")
        write_arrays(cache / "text.npz", train=text.train, held_out=text.held_out, held_out_bytes=text.held_out_bytes)
    arrays = np.load(cache / "text.npz")
    text = Text(arrays["train"], arrays["held_out"], int(arrays["held_out_bytes"]))
    return text, PreTrainedTokenizerFast.from_pretrained(cache / "tokenizer")
