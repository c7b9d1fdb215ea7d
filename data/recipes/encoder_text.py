"""Prepares the pretraining text for the encoder: a pruned WordPiece vocabulary, a long stream of tokens, single sentences."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, models
from tqdm import tqdm
from transformers import AutoTokenizer, PreTrainedTokenizerFast
from writing import write_arrays

PAD, UNK, CLS, SEP, MASK = range(5)
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
SENTENCES = 6  # of one document at most
BATCH = 1000
HELD_OUT = 200_000  # tokens at the end of the stream that no step trains on


@dataclass(frozen=True)
class Text:
    """The encoded text.

    stream: (tokens,) ids, each document ends with [SEP]; sentences: (n, width - 2) ids, 0 after the end of a sentence;
    teacher_ids: (vocabulary,) the teacher's id of each token.
    """

    stream: np.ndarray
    sentences: np.ndarray
    teacher_ids: np.ndarray


def pruned_tokenizer(teacher: PreTrainedTokenizerFast, texts: list[str], size: int) -> PreTrainedTokenizerFast:
    """The teacher's tokenizer with the `size` most common of its word pieces.

    Every single ASCII character stays, at the start and inside of a word, so that plain English never becomes [UNK].
    """
    counts: Counter = Counter()
    for start in tqdm(range(0, len(texts), BATCH), desc="counting word pieces", mininterval=2):
        for encoding in teacher.backend_tokenizer.encode_batch(texts[start : start + BATCH], add_special_tokens=False):
            counts.update(encoding.ids)
    known = teacher.get_vocab()
    letters = [mark + chr(code) for code in range(33, 127) for mark in ("", "##") if mark + chr(code) in known]
    common = [teacher.convert_ids_to_tokens(index) for index, _ in counts.most_common()]
    pieces = list(dict.fromkeys([*SPECIAL, *letters, *common]))[:size]
    # The same normaliser, splitter and template as the teacher's, over the smaller vocabulary.
    backend = Tokenizer.from_str(teacher.backend_tokenizer.to_str())
    backend.model = models.WordPiece({piece: i for i, piece in enumerate(pieces)}, unk_token="[UNK]")
    return rebuilt(backend)


def rebuilt(backend: Tokenizer) -> PreTrainedTokenizerFast:
    """A tokenizer whose [CLS] ... [SEP] template and special tokens carry the new ids."""
    from tokenizers.processors import TemplateProcessing

    backend.no_padding()
    backend.no_truncation()
    backend.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", CLS), ("[SEP]", SEP)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        model_max_length=512,
        model_input_names=["input_ids", "attention_mask"],
        pad_token=SPECIAL[PAD],
        unk_token=SPECIAL[UNK],
        cls_token=SPECIAL[CLS],
        sep_token=SPECIAL[SEP],
        mask_token=SPECIAL[MASK],
    )


def encode(tokenizer: PreTrainedTokenizerFast, texts: list[str], sentence_width: int) -> tuple[np.ndarray, np.ndarray]:
    """(stream, sentences) of the texts, see `Text`."""
    backend = tokenizer.backend_tokenizer
    stream = []
    sentences = []
    for start in tqdm(range(0, len(texts), BATCH), desc="encoding", mininterval=2):
        part = texts[start : start + BATCH]
        for encoding in backend.encode_batch(part, add_special_tokens=False):
            stream.append(np.array([*encoding.ids, SEP], dtype=np.uint16))
        chosen = [sentence for text in part for sentence in whole_sentences(text)[:SENTENCES]]
        for encoding in backend.encode_batch(chosen, add_special_tokens=False):
            if 5 <= len(encoding.ids) <= sentence_width - 2:
                sentences.append(encoding.ids + [PAD] * (sentence_width - 2 - len(encoding.ids)))
    return np.concatenate(stream), np.array(sentences, dtype=np.uint16)


def whole_sentences(text: str) -> list[str]:
    """The sentences of a text that start with a capital and end with a punctuation mark."""
    return [s for s in re.split(r"(?<=[.!?])\s+", text) if re.match(r"[A-Z\"']", s) and s[-1] in ".!?"]


def load_text(cache: Path, teacher_path: Path, size: int, sentence_width: int) -> tuple[Text, PreTrainedTokenizerFast]:
    """The encoded corpus and its tokenizer, made once (in minutes) and kept in `cache`."""
    from corpus import documents

    teacher = AutoTokenizer.from_pretrained(teacher_path)
    if not (cache / "text.npz").exists():
        texts = documents()
        tokenizer = pruned_tokenizer(teacher, texts, size)
        stream, sentences = encode(tokenizer, texts, sentence_width)
        tokenizer.save_pretrained(cache / "tokenizer")
        write_arrays(cache / "text.npz", stream=stream, sentences=sentences)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(cache / "tokenizer")
    arrays = np.load(cache / "text.npz")
    return Text(arrays["stream"], arrays["sentences"], teacher_ids(tokenizer, teacher)), tokenizer


def borrowed_embeddings(tokenizer: PreTrainedTokenizerFast, teacher_path: Path, hidden: int):
    """The teacher's embeddings of our tokens on their `hidden` principal axes: (vocabulary, hidden) of unit standard deviation.

    They are centred, since what all tokens share says nothing about any of them; the layer norm that follows undoes the scale.
    """
    from transformers import AutoModel

    table = AutoModel.from_pretrained(teacher_path).get_input_embeddings().weight.detach()
    table = table[teacher_ids(tokenizer, AutoTokenizer.from_pretrained(teacher_path))]
    table = table - table.mean(0)
    axes = torch.linalg.eigh(table.T @ table).eigenvectors[:, -hidden:]
    return table @ axes / (table @ axes).std()


def teacher_ids(tokenizer: PreTrainedTokenizerFast, teacher: PreTrainedTokenizerFast) -> np.ndarray:
    """(vocabulary,) the teacher's id of each of our tokens."""
    return np.array(teacher.convert_tokens_to_ids(tokenizer.convert_ids_to_tokens(range(len(tokenizer)))))
