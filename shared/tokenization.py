"""Tokens for training: how many a text has, what truncation cuts off, and batches padded only as far as needed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TruncationReport:
    """texts: how many; truncated: how many lost tokens; tokens_lost: share of all tokens, 0 to 1; longest: tokens."""

    texts: int
    truncated: int
    tokens_lost: float
    longest: int

    def __str__(self) -> str:
        return (
            f"{self.truncated} of {self.texts} texts are cut ({self.tokens_lost:.1%} of all tokens lost); "
            f"the longest has {self.longest} tokens."
        )


def token_lengths(texts: list[str], tokenizer) -> list[int]:
    """Tokens of each text, special tokens included, without truncation."""
    return [len(ids) for ids in tokenizer(list(texts), truncation=False, verbose=False)["input_ids"]]


def truncation_report(lengths: list[int], max_length: int) -> TruncationReport:
    """What a limit of max_length tokens cuts off.

    Raises:
        ValueError: no lengths, or a limit below 1.
    """
    if not lengths or max_length < 1:
        raise ValueError("A report needs at least one text and a limit of at least one token.")
    lost = sum(max(0, length - max_length) for length in lengths)
    cut = sum(length > max_length for length in lengths)
    return TruncationReport(len(lengths), cut, lost / max(1, sum(lengths)), max(lengths))


def padding_collator(tokenizer):
    """Pads each batch to its longest row, in multiples of 8 on a GPU, where its matrix units are fastest."""
    import torch
    from transformers import DataCollatorWithPadding

    return DataCollatorWithPadding(tokenizer, pad_to_multiple_of=8 if torch.cuda.is_available() else None)
