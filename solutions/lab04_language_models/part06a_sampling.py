# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# For long texts the decoder has half the connections, and still it learns from every token of a row, while an encoder
# learns from the chosen ones alone ({{ (100 * s.tiny.mask_rate) | int }}% in BERT, 30% in the encoders used here).
# Seeing less per token, the decoder gets more exercises out of each text.
#
# # From scores to text
#
# ## Exercise 7 · Temperature, top-k, nucleus
#
# *Why.* The model's work ends with scores. Which token is written is decided here, and the same model sounds dull
# or drunk depending on a few lines of code.
#
# *Effort.* Medium, 30 minutes, 11 points.
#
# Write `next_probabilities`, in the library's order. Divide the scores by the temperature; if `top_k` is given, keep
# the k highest; softmax; if `top_p` is given, keep the *nucleus*: the smallest set of likeliest tokens whose
# probabilities sum to at least p (so the token that reaches p is in, and there is always one). What is not kept gets
# 0; the rest sums to 1. (Temperature and top-k may change places: dividing changes no order. The nucleus may not: both
# change the probabilities that it adds up.) `draw`: one token id, drawn with these probabilities, with the generator's
# randomness only.
#
# <details><summary>Hint 1: e to the 1000</summary>
# is infinite. Softmax does not change when all scores move by the same number, so subtract the largest first.
# </details>
# <details><summary>Hint 2: who belongs to the nucleus?</summary>
# Sort downwards. A token is in if the sum of those <i>before</i> it is still below p.
# </details>


# %%
def library(ids: list[int], new_tokens: int, *, do_sample: bool = False, top_k: int = 0, **options):
    """What the library's `generate` returns for a prompt: `sequences` and, where it has them, `scores`.

    A trap: left alone, `generate(do_sample=True)` quietly keeps the 50 likeliest tokens; top_k=0 switches that off.
    """
    config = GenerationConfig(
        max_new_tokens=new_tokens,
        do_sample=do_sample,
        top_k=top_k,
        pad_token_id=decoder_tokenizer.pad_token_id,
        return_dict_in_generate=True,
        output_scores=True,
        **options,
    )
    prompt = torch.tensor([ids], device=decoder.device)
    return decoder.generate(prompt, attention_mask=torch.ones_like(prompt), generation_config=config)


# The model's own habits (where it stops, say) are left out of the comparison.
decoder.generation_config = GenerationConfig()
ENDS = sorted(set(decoder_tokenizer.all_special_ids))  # tokens that end a text or a turn
four = torch.tensor(settings.four_logits)


# %% answer="next_probabilities"
def next_probabilities(
    logits: torch.Tensor, temperature: float = 1.0, top_k: int | None = None, top_p: float | None = None
) -> torch.Tensor:
    """Probabilities of the next token; (vocabulary,), 0 for tokens that are not kept.

    Args:
        logits: (vocabulary,), left as they are. temperature: above 0. top_k: 1 to vocabulary. top_p: above 0, up to 1.
    """
    ### BEGIN SOLUTION
    scores = logits / temperature
    if top_k is not None:
        scores = scores.masked_fill(scores < scores.topk(top_k).values[-1], -torch.inf)
    weights = (scores - scores.max()).exp()
    probabilities = weights / weights.sum()
    if top_p is not None:
        ordered, order = probabilities.sort(descending=True)
        probabilities[order[ordered.cumsum(0) - ordered >= top_p]] = 0.0
    return probabilities / probabilities.sum()
    ### END SOLUTION


def draw(probabilities: torch.Tensor, generator: torch.Generator) -> int:
    """One token id, drawn with the probabilities, (vocabulary,)."""
    ### BEGIN SOLUTION
    return int(torch.multinomial(probabilities, 1, generator=generator))
    ### END SOLUTION


# %% check="softmax_temperature" points=2
# "The cat ..." with four possible words: sat, ran, jumped, slept.
hint = "e to each score over the sum of all of them; the scores are DIVIDED by the temperature before."
checks.close(next_probabilities(four.clone()), [0.5793, 0.1293, 0.0784, 0.2131], "the four words", hint=hint, atol=1e-4)
for temperature in settings.temperatures:
    expected = np.exp(four.double().numpy() / temperature)
    found = next_probabilities(four.clone(), temperature=temperature)
    checks.close(found, expected / expected.sum(), f"the four words at temperature {temperature}", hint=hint, rtol=1e-4)
### BEGIN HIDDEN TESTS
for temperature in checks.fresh().uniform(0.2, 3, size=3):
    logits = torch.from_numpy(checks.fresh().normal(size=9) * 3)
    found = next_probabilities(logits.clone(), temperature=float(temperature))
    checks.close(found, (logits / temperature).softmax(0), "the probabilities", hint=hint)
### END HIDDEN TESTS

# %% check="softmax_stable" points=1
hint = "Large scores overflow in exp: subtract the largest score first, the result is the same."
checks.close(next_probabilities(torch.tensor([1000.0, 1000.0, 0.0])), [0.5, 0.5, 0.0], "huge scores", hint=hint)
checks.close(next_probabilities(four - 5000, temperature=0.01), [1.0, 0, 0, 0], "a temperature near 0", hint=hint)

# %% check="keep_top_k" points=2
found = np.asarray(next_probabilities(four.clone(), top_k=2))
hint = "Keep the k HIGHEST scores, wherever they stand; all others get probability 0, and the rest sums to 1 again."
checks.close(found, [0.7311, 0, 0, 0.2689], "the two likeliest of the four words", hint=hint, atol=1e-4)
checks.close(next_probabilities(four.clone(), top_k=1), [1, 0, 0, 0], "top_k = 1", hint=hint)
checks.close(next_probabilities(four.clone(), top_k=4), four.softmax(0), "all four kept", hint=hint, rtol=1e-4)
### BEGIN HIDDEN TESTS
logits = torch.from_numpy(checks.fresh().normal(size=20))
k = int(checks.fresh().integers(2, 19))
found = np.asarray(next_probabilities(logits.clone(), top_k=k))
best = np.argsort(-logits.numpy())[:k]
checks.close(np.flatnonzero(found), np.sort(best), "the tokens kept", hint=hint)
checks.close(found[best], logits[best].softmax(0), "the probabilities of the tokens kept", hint=hint)
### END HIDDEN TESTS

# %% check="keep_top_p" points=2
logits = torch.tensor([0.1, 0.4, 0.05, 0.3, 0.15]).log()
hint = "The nucleus: likeliest first, up to and INCLUDING the token with which the sum reaches p; never empty."
for p, kept in {0.35: [1], 0.6: [1, 3], 0.75: [1, 3, 4], 0.97: [0, 1, 2, 3, 4]}.items():
    found = np.asarray(next_probabilities(logits.clone(), top_p=p))
    sound = np.isfinite(found).all() and found.any()
    checks.that(sound, f"Nothing is kept at p = {p}, so nothing can be divided by its sum (NaN or all 0). {hint}")
    checks.that(
        np.flatnonzero(found).tolist() == kept, f"{hint} (p = {p}: tokens {kept}, yours {np.flatnonzero(found)})"
    )
    checks.close(found.sum(), 1.0, "the sum of what is kept", hint="After cutting, divide by the sum again.", rtol=1e-4)
### BEGIN HIDDEN TESTS
for p in checks.fresh().uniform(0.1, 0.95, size=4):
    logits = torch.from_numpy(checks.fresh().normal(size=15) * 2)
    before = logits.softmax(0).numpy()
    after = np.asarray(next_probabilities(logits.clone(), top_p=float(p)))
    inside = np.flatnonzero(after)
    checks.that(before[inside].sum() >= p > before[inside].sum() - before[inside].min(), hint)
    checks.close(after[inside], before[inside] / before[inside].sum(), "the nucleus", hint=hint)
### END HIDDEN TESTS

# %% check="filters_library" points=2
hint = "On the real model `generate` gives other probabilities: is the order temperature, top-k, softmax, nucleus?"
combinations = [
    {"top_k": 7},
    {"temperature": 0.6, "top_p": 0.9},
    {"top_k": 7, "top_p": 0.8},
    {"temperature": 1.7, "top_k": 9, "top_p": 0.6},
]
for prompt in ("The people of this country want", "It was a", "The"):
    ids = decoder_tokenizer(prompt)["input_ids"]
    for options in combinations:
        expected = library(ids, 1, do_sample=True, **options).scores[0][0].softmax(0)
        found = checks.unchanged(lambda x, o=options: next_probabilities(x, **o), next_logits(ids), what="the logits")
        checks.close(found, expected, f"the probabilities with {options}", hint=hint, rtol=1e-3, atol=1e-6)

# %% check="draw_distribution" points=2
weights = torch.tensor([0.58, 0.13, 0.0, 0.08, 0.21])
tries = [0]
### BEGIN HIDDEN TESTS
weights = torch.from_numpy(checks.fresh().dirichlet([1.0] * 6)).float()
tries += checks.fresh().integers(10**9, size=2).tolist()
### END HIDDEN TESTS
hint = "Tokens must come as often as their probabilities say (4,000 draws, chi-square)"
for seed in tries:
    generator = torch.Generator().manual_seed(int(seed))
    counts = np.bincount([int(draw(weights.clone(), generator)) for _ in range(4000)], minlength=len(weights))
    checks.that(surprise(counts, weights) > 1e-6, f"{hint}: expected {weights.numpy().round(2)}, yours {counts / 4000}")
twice = []
for _ in range(2):
    generator = torch.Generator().manual_seed(1)
    twice.append([int(draw(weights, generator)) for _ in range(20)])
checks.that(
    twice[0] == twice[1], "The same generator state must give the same draws: use no other source of randomness."
)


# %%
def temperature_left(panel) -> None:
    for place, temperature in enumerate(settings.temperatures):
        bars = next_probabilities(four, temperature)
        panel.bar(np.arange(4) + 0.27 * (place - 1), bars, width=0.25, label=f"temperature {temperature:g}")
    panel.set_xticks(range(4), ["sat", "ran", "jumped", "slept"])
    panel.set(xlabel="word after “The cat”", ylabel="probability (0 to 1)")
    panel.legend()


# %%
def figure_temperature() -> None:
    figure, (left, right) = plots.axes(2, width=5.4)
    temperature_left(left)
    ids = passages(settings.seeds[0], 1, settings.width, decoder_tokenizer)[0].tolist()
    sizes = [(next_probabilities(next_logits(ids[:n]), top_p=settings.top_p) > 0).sum() for n in range(1, len(ids))]
    right.plot(range(1, len(ids)), sizes, "o-", markersize=3, label=f"nucleus, p = {settings.top_p:g}")
    right.axhline(settings.top_k, color=plots.COLOURS[1], label=f"top-k, k = {settings.top_k}")
    right.set(xlabel="tokens read (count)", ylabel="tokens kept (count)", yscale="log")
    right.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    alt = "Left: four words' probabilities at three temperatures: sharp at 0.5, flatter at 2. Right: the size of the nucleus "
    plots.show(figure, alt=alt + "along a real passage goes up and down from token to token; top-k stays the same.")
    larger = sum(size > settings.top_k for size in sizes)
    print(f"Nucleus: {min(sizes)} to {max(sizes)} tokens, median {int(np.median(sizes))}; ", end="")
    print(f"larger than {settings.top_k} at {larger} of {len(sizes)} places.")


figure_temperature()
