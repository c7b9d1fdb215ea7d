# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# On the left: a low temperature sharpens, a high one flattens, and neither changes the order. On the right: how many
# tokens the model has to consider before their probabilities reach p changes from place to place (the line below the
# figure says how much), and the nucleus follows. A fixed k does not. Where the nucleus lies above its line, the model
# is unsure and top-k cuts away tokens that it holds possible; where it lies below, the model is sure and top-k keeps
# tokens that it holds unlikely. (p = {{ s.tiny.top_p }} in profile tiny, {{ s.laptop.top_p }} elsewhere: the tiny
# decoder is so unsure that its nucleus at {{ s.laptop.top_p }} holds more than a thousand tokens at most places.)
#
# ## Exercise 8 · The loop
#
# *Why.* All methods but one share a loop: ask, choose, append, ask again. They differ in the choice alone. (Yours
# computes all tokens anew in each step; `generate` keeps what it has computed, which is faster and must not change a
# single token.)
#
# *Effort.* Easy, 15 minutes, 7 points.
#
# Write `likeliest`, the greedy choice, and `decode`: ask the model about *all* tokens so far, let `choose` pick one,
# append it, until there are `new_tokens` of them or one of `ends` has been written (it stays in the text). Return the
# prompt and what was written; the caller's list stays as it is.
#
# <details><summary>Hint 1: what does the model see?</summary>
# Prompt and everything written so far. A loop that keeps asking about the prompt alone says the same word for ever.
# </details>


# %% answer="decode"
def likeliest(logits: torch.Tensor) -> int:
    """The id with the highest score; logits: (vocabulary,)."""
    ### BEGIN SOLUTION
    return int(logits.argmax())
    ### END SOLUTION


def decode(next_logits, ids: list[int], new_tokens: int, choose, ends: tuple[int, ...] = ()) -> list[int]:
    """The prompt `ids`, continued by up to `new_tokens` tokens.

    Args:
        next_logits: function from a list of ids to the scores of the next token, (vocabulary,).
        choose: function from such scores to one id, such as `likeliest`. ends: ids after which nothing is written.
    """
    ### BEGIN SOLUTION
    text = list(ids)
    for _ in range(new_tokens):
        text.append(choose(next_logits(text)))
        if text[-1] in ends:
            break
    return text
    ### END SOLUTION


# %% check="loop_context" points=2
checks.that(
    as_ids([likeliest(torch.tensor([-3.0, -1.0, -2.0]))]) == [1], "likeliest gives the place of the highest score."
)
hint = "Each step must ask about the prompt AND everything written so far; return prompt and continuation."
found = as_ids(decode(RING, [3, 1], 6, likeliest))
checks.that(found == [3, 1, 2, 3, 4, 0, 1, 2], f"{hint} (expected 3 1 2 3 4 0 1 2, yours {found})")
language = random_language(12, 5)
heard = []
decode(language, [5], 1, lambda logits: heard.append(logits) or 0)
checks.that(heard, "The next token is what `choose` picks, not always the likeliest.")
hint_scores = "choose gets the model's scores as they are: samplers apply softmax themselves."
checks.close(heard[0], language([5]), "what choose gets", hint=hint_scores)
### BEGIN HIDDEN TESTS
language = random_language(12, int(checks.fresh().integers(10**6)))
text = [4, 2]
for _ in range(7):
    text.append(int(np.argmax(language(text).numpy())))
checks.that(as_ids(decode(language, [4, 2], 7, likeliest)) == text, hint)
language = random_language(12, 3)
highest = as_ids(decode(language, [5], 4, lambda logits: int(logits.argmin())))
checks.that(
    highest[1] == int(language([5]).argmin()), "The next token is what `choose` picks, not always the likeliest."
)
### END HIDDEN TESTS

# %% check="loop_length" points=1
prompt = [3, 1]
lengths = [len(as_ids(decode(RING, prompt, n, lambda logits: int(logits.argmax())))) for n in (1, 5, 0)]
checks.that(prompt == [3, 1], "The caller's prompt has grown: append to a copy of it.")
asked = []
decode(RING, prompt, 3, lambda logits: asked.append(1) or 2, ends=(4,))
checks.that(
    len(asked) <= 3, f"One throw a token: a sampler draws anew each time. (3 tokens, choose asked {len(asked)} times)"
)
checks.close(lengths, [3, 7, 2], "the lengths", hint="new_tokens counts what is written; the prompt comes on top.")

# %% check="loop_end" points=2
found = as_ids(decode(RING, [3, 1], 6, lambda logits: int(logits.argmax()), ends=(4, 0)))
hint = "An end token is written and nothing after it."
checks.that(found == [3, 1, 2, 3, 4], f"{hint} (expected 3 1 2 3 4, yours {found})")
found = as_ids(decode(RING, [4], 3, lambda logits: int(logits.argmax()), ends=(4,)))
checks.that(found == [4, 0, 1, 2], "An end token inside the PROMPT stops nothing: only what is written counts.")

# %% check="loop_library" points=2
openings = ["The people of this country", "It was a cold morning and the"]
place = "likeliest gives the place of the highest score, an id, not the score."
checks.that(as_ids([likeliest(torch.tensor([-3.0, -1.0, -2.0]))]) == [1], place)
for opening in openings:
    ids = decoder_tokenizer(opening)["input_ids"]
    expected = as_ids(library(ids, 16).sequences[0])
    found = as_ids(decode(next_logits, ids, 16, likeliest))
    hint = "Greedy decoding of the real model must give what generate gives, token for token."
    checks.that(found == expected, f"{hint}\nyours:   {found}\nlibrary: {expected}")
ids = decoder_tokenizer(openings[0])["input_ids"]
plain = as_ids(library(ids, 8).sequences[0])
stopped = as_ids(library(ids, 8, eos_token_id=[plain[-3]]).sequences[0])
found = as_ids(decode(next_logits, ids, 8, likeliest, ends=(plain[-3],)))
checks.that(found == stopped, "With an end token, too, it should give what generate gives.")


# %% [markdown]
# With `draw`, the same loop samples. Read a few continuations of a real passage before you measure them. All samplers
# draw the same random numbers, so only the rule differs between them: where two rules keep nearly the same tokens,
# they write nearly the same text.


# %%
def sampler(seed: int, **options):
    """A `choose` for `decode` that samples: options go to next_probabilities."""
    generator = torch.Generator().manual_seed(seed)
    return lambda logits: draw(next_probabilities(logits, **options), generator)


def whole_words(ids: list[int]) -> list[int]:
    """The first `settings.prompt_tokens` ids, and those that finish the last word."""
    starts = (n for n, token in enumerate(ids) if decoder_tokenizer.decode([token]).startswith(" "))
    return ids[: next(n for n in starts if n >= settings.prompt_tokens)]


# %%
def read_some() -> None:
    ids = whole_words(passages(settings.seeds[0], 1, settings.width, decoder_tokenizer)[0].tolist())
    choices = {"greedy": likeliest, f"nucleus {settings.top_p:g}": sampler(0, top_p=settings.top_p)}
    for temperature in settings.temperatures:
        choices[f"temperature {temperature:g}"] = sampler(0, temperature=temperature)
    for name, choose in choices.items():
        text = decode(next_logits, ids, settings.new_tokens, choose, ends=tuple(ENDS))
        print(f"{name}: [{decoder_tokenizer.decode(ids)}]{decoder_tokenizer.decode(text[len(ids) :])!r}\n")


read_some()
