"""A decoder's logits for given answers to many prompts; what all prompts begin with is read once and kept in the cache."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class AnswerLogits:
    """What a decoder predicts for one answer to one prompt.

    prompt, answer: their numbers in the lists that were asked about.
    token_ids: (1 + answer tokens,), the prompt's last token, then the answer's.
    logits: (1 + answer tokens, vocabulary), float32; row t predicts token t + 1, so the last row predicts nothing: zeros.
    """

    prompt: int
    answer: int
    token_ids: "np.ndarray"  # noqa: F821  NumPy is imported where it is used
    logits: "np.ndarray"  # noqa: F821


def answer_logits(model, tokenizer, prompts: list[str], answers: list[str], batch: int = 32) -> Iterator[AnswerLogits]:
    """Yields the logits of every answer to every prompt, in no particular order.

    The tokens with which all prompts begin (an instruction, examples) are read once and kept in a key/value cache; the
    rest of a prompt is read once, however many answers there are.

    Args:
        model: a causal language model in eval mode whose cache is a transformers one.
        tokenizer: of that model.
        prompts: texts of at least one token.
        answers: texts of at least one token; an answer begins with the space that separates it from its prompt.
        batch: prompts read at a time.
    """
    import numpy as np
    import torch

    asked = [tokenizer.encode(prompt, add_special_tokens=False) for prompt in prompts]
    wanted = [tokenizer.encode(answer, add_special_tokens=False) for answer in answers]
    common = common_tokens(asked)
    order = np.argsort([len(ids) for ids in asked], kind="stable")
    with torch.no_grad():
        kept = _read(model, asked[0][:common]) if common else None
        for first in range(0, len(asked), batch):
            rows = [int(row) for row in order[first : first + batch]]
            yield from _batch_logits(model, kept, common, rows, [asked[row][common:] for row in rows], wanted)


def common_tokens(rows: list[list[int]]) -> int:
    """With how many ids all rows begin alike; at most all but the last id of the shortest row."""
    shortest = min(map(len, rows))
    return next((n for n in range(shortest - 1) if len({row[n] for row in rows}) > 1), shortest - 1)


def _read(model, ids: list[int]):
    """The cache after these ids, one row."""
    import torch

    return model(torch.tensor([ids], device=model.device), use_cache=True, logits_to_keep=1).past_key_values


def _batch_logits(model, kept, kept_length: int, rows: list[int], asked: list[list[int]], wanted: list[list[int]]):
    import copy

    import numpy as np
    import torch
    from transformers import DynamicCache

    device = model.device
    lengths = torch.tensor([len(ids) for ids in asked], device=device)
    longest = int(lengths.max())
    padded = torch.tensor([ids + [0] * (longest - len(ids)) for ids in asked], device=device)
    cache = DynamicCache() if kept is None else copy.deepcopy(kept)
    if kept is not None:
        cache.batch_repeat_interleave(len(rows))
    places = torch.arange(longest, device=device)
    real = torch.cat([torch.ones(len(rows), kept_length, device=device), places[None] < lengths[:, None]], dim=1).long()
    positions = (kept_length + places).expand(len(rows), -1)
    states = _states(model, padded, real, positions, cache)
    last = states[torch.arange(len(rows), device=device), lengths - 1]
    first = model.lm_head(last).float().cpu().numpy()  # what each prompt predicts for an answer's first token
    for number, answer in enumerate(wanted):
        later = []
        if len(answer) > 1:
            ids = torch.tensor([answer[:-1]] * len(rows), device=device)
            seen = torch.cat([real, torch.ones_like(ids)], dim=1)
            steps = kept_length + lengths[:, None] + torch.arange(ids.shape[1], device=device)
            later = model.lm_head(_states(model, ids, seen, steps, cache)).float().cpu().numpy()
            cache.crop(-ids.shape[1])
        for place, row in enumerate(rows):
            parts = [first[place][None], *([later[place]] if len(answer) > 1 else []), np.zeros_like(first[:1])]
            token_ids = np.array([asked[place][-1], *answer])
            yield AnswerLogits(row, number, token_ids, np.concatenate(parts))


def _states(model, ids, mask, positions, cache):
    """Last hidden states (rows, tokens, width); the cache grows by these tokens."""
    found = model.get_decoder()(
        input_ids=ids, attention_mask=mask, position_ids=positions, past_key_values=cache, use_cache=True
    )
    return found.last_hidden_state
