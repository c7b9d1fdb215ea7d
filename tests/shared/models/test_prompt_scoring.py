"""Logits of answers agree with those of the whole text read in one piece, whatever was kept in the cache."""

import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM

from shared.models.loading import load_tokenizer, model_path
from shared.models.prompt_scoring import answer_logits, common_tokens

NAME = "course-decoder-tiny"


@pytest.fixture(scope="module")
def decoder():
    return AutoModelForCausalLM.from_pretrained(model_path(NAME), dtype=torch.float32).eval(), load_tokenizer(NAME)


@pytest.mark.parametrize("batch", [1, 2, 32])
@pytest.mark.parametrize("beginning", ["", "Review: A joy.\nSentiment: positive\n\n"])
def test_logits_are_those_of_the_text_in_one_piece(decoder, batch, beginning):
    model, tokenizer = decoder
    prompts = [f"{beginning}{said}\nSentiment:" for said in ("Review: Dull.", "Review: It goes on and on.", "No")]
    answers = [" good", " negative", " quite a surprise"]
    seen = set()
    for row in answer_logits(model, tokenizer, prompts, answers, batch):
        seen.add((row.prompt, row.answer))
        asked = tokenizer.encode(prompts[row.prompt])
        answer = tokenizer.encode(answers[row.answer])
        assert row.token_ids.tolist() == [asked[-1], *answer]
        with torch.no_grad():
            whole = model(torch.tensor([asked + answer])).logits[0, len(asked) - 1 : -1].numpy()
        assert np.allclose(row.logits[:-1], whole, atol=1e-3)
        assert not row.logits[-1].any()
    assert len(seen) == 9


def test_what_all_prompts_share_leaves_each_a_token_of_its_own():
    assert common_tokens([[1, 2, 3], [1, 2, 4]]) == 2
    assert common_tokens([[1, 2], [1, 2], [1, 2, 3]]) == 1
    assert common_tokens([[1, 2, 3]]) == 2
    assert common_tokens([[5], [5, 6]]) == 0
    assert common_tokens([[1, 2], [2, 1]]) == 0
