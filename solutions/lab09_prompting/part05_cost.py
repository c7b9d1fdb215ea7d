# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 5 · What a request costs
#
# ## Exercise 6 · Tokens into money
#
# *Why.* Instruction and examples are sent with every request; tuning is paid for once and lets you leave them out. At
# which number of requests does it pay? Three things are easily forgotten: what is read and what is written have
# different prices, a tuned model's tokens may cost more than the base model's, and what is the same in all prompts may
# be cheaper, because the provider keeps it in its cache.
#
# *Effort.* Easy, 15 minutes, 8 points.
#
# Write `request_cost`, in dollars: prices are for a **million** tokens; the first `cached_tokens` of those read cost
# `cached_price` instead of `read_price`. And `break_even`: the smallest whole number of requests at which the total
# with tuning is **not higher** than without; `math.inf` where it never happens, 0 where tuning costs nothing to begin
# with and a request no more than before.
#
# <details><summary>Hint 1: equal totals</summary>
#
# `tuning + n · after ≤ n · before`. Solve for n, and mind the case in which a request gets no cheaper.
#
# </details>


# %% answer="request_cost"
def request_cost(
    read_tokens: int,
    written_tokens: int,
    read_price: float,
    written_price: float,
    cached_tokens: int = 0,
    cached_price: float = 0.0,
) -> float:
    """Dollars for one request.

    Args:
        read_tokens: of the whole prompt, those in the cache included.
        written_tokens: of the answer.
        read_price, written_price, cached_price: dollars for a million tokens.
        cached_tokens: how many of the tokens read are in the cache.
    """
    ### BEGIN SOLUTION
    new_tokens = read_tokens - cached_tokens
    total = new_tokens * read_price + cached_tokens * cached_price + written_tokens * written_price
    return total / 1e6
    ### END SOLUTION


def break_even(tuning: float, before: float, after: float) -> float:
    """The smallest number of requests at which tuning has paid, or math.inf.

    Args:
        tuning: dollars, once.
        before, after: dollars for a request.
    """
    ### BEGIN SOLUTION
    if tuning <= 0 and after <= before:
        return 0
    if after >= before:
        return math.inf
    return math.ceil(tuning / (before - after))
    ### END SOLUTION


# %% check="cost_request" points=3
found = request_cost(1000, 200, 3.0, 15.0)
hint = "Prices are for a million tokens." if np.isclose(found, 6000.0) or np.isclose(found, 6.0) else ""
hint = hint or ("Read and written tokens have been given each other's price." if np.isclose(found, 0.0156) else "")
checks.close(found, 0.006, "dollars for 1,000 tokens read at 3 and 200 written at 15", hint=hint)
found = request_cost(1000, 200, 3.0, 15.0, cached_tokens=900, cached_price=0.5)
wrong = {
    0.0030 + 0.00045 + 0.003: "The cached tokens were paid twice: read_tokens includes them.",
    0.0003 + 0.003: "The cached tokens were free: they cost cached_price.",
    0.006: "The cache made no difference: 900 of the 1,000 tokens cost cached_price.",
}
named = [hint for value, hint in wrong.items() if np.isclose(found, value)]
checks.close(found, 0.00375, "dollars with 900 of the tokens in the cache at 0.5", hint="".join(named[:1]))
checks.close(request_cost(0, 10, 3.0, 15.0), 0.00015, "dollars for an answer of 10 tokens and nothing read")
### BEGIN HIDDEN TESTS
rng = checks.fresh("cost_request")
dollars = []
for _ in range(5):
    counts = rng.integers(100, 5000, size=3).tolist()
    prices = rng.uniform(0.1, 20.0, size=3).tolist()
    dollars.append(float(request_cost(sum(counts[:2]), counts[2], *prices[:2], counts[0], prices[2])))
checks.hand_over(dollars=dollars)
### END HIDDEN TESTS

# %% check="cost_break_even" points=3
found = break_even(10.0, 0.75, 0.25)
checks.count(found, 20, "requests until 10 dollars are paid, 0.75 before and 0.25 after", "Each request saves 0.5.")
hint = "A part of a request cannot be sent: after 3 requests 2.25 of 2.5 are saved, after 4 it has paid."
checks.count(break_even(2.5, 1.0, 0.25), 4, "requests until 2.5 dollars are paid at 0.75 each", hint)
checks.count(
    break_even(0.25, 1.0, 0.25), 1, "requests until 0.25 dollars are paid at 0.75 each", "Rounded up, not off."
)
### BEGIN HIDDEN TESTS
rng = checks.fresh("cost_break_even")
requests = []
for saved, times in rng.integers(1, 60, size=(5, 2)).tolist():
    requests.append(float(break_even(saved * times / 64, 1.0 + saved / 64, 1.0)))  # exact in binary
checks.hand_over(requests=requests)
### END HIDDEN TESTS

# %% check="cost_never" points=2
hint = "Where a tuned request costs as much as before or more, tuning never pays: math.inf, neither an error nor a "
for before, after in [(0.5, 0.5), (0.5, 0.75)]:
    try:
        found = break_even(10.0, before, after)
    except (ArithmeticError, ValueError) as error:
        checks.that(False, f"{hint}negative number; yours stops with {type(error).__name__}.")
    checks.that(found == math.inf, f"{hint}negative number. {before} before and {after} after gave {found!r}.")
try:
    found = break_even(0.0, 0.5, 0.5)
except (ArithmeticError, ValueError) as error:
    checks.that(False, f"Tuning for nothing at equal costs has paid at once: 0. Yours stops: {type(error).__name__}.")
checks.count(found, 0, "requests until tuning for nothing has paid", "It costs nothing, and a request costs the same.")

# %% [markdown]
# After the slides' example: a sentiment prompt with six examples (the sentences are ours, and only two labels are
# used), the same without them, and the bare question to the tuned model. Tokens and seconds are measured here; prices
# are round numbers of our own (dollars for a million tokens: {{ s.tiny.prices.read }} read, {{
# s.tiny.prices.written }} written, a tuned model's {{ "%g" % s.tiny.prices.tuned_factor }} times as much; tuning {{ "%g"
# % s.tiny.tuning_dollars }} dollars). Replace them by your provider's.

# %%
TOOL = 'You are an expert sentiment analysis tool. Given a text, classify its sentiment as "positive" or "negative".'
EXAMPLES = [
    ("I adore how this product looks, and my mother could use it.", "positive"),
    ("Terrible service: an hour in line, and rude to the last minute.", "negative"),
    ("They fixed my problem the same day. What a helpful team!", "positive"),
    ("A bland meal that I would recommend to nobody.", "negative"),
    ("The best two hours that I spent in a cinema this year.", "positive"),
    ("It broke on the second day, and nobody answers the phone.", "negative"),
]


def tool_prompt(text: str, examples: bool) -> str:
    """The slides' prompt for one text, with or without its examples."""
    shots = [(f'Text: "{said}"\nSentiment:', label) for said, label in EXAMPLES] if examples else []
    return few_shot_prompt(shots, f'Text: "{text}"\nSentiment:', TOOL)


# %%
def timed(model, tokenizer, prompts: list[str]) -> float:
    """Median seconds of one request: the prompt is read with nothing in the cache and one token is written."""
    seconds = []
    for prompt in prompts:
        ids = tokenizer(prompt, return_tensors="pt").to(device)
        started = time.perf_counter()
        with torch.no_grad():
            int(model(**ids, logits_to_keep=1).logits.argmax())
        seconds.append(time.perf_counter() - started)
    return float(np.median(seconds[1:]))  # the first one warms up


# %%
def cost_table() -> pd.DataFrame:
    """Tokens, seconds, dollars and accuracy of a request with examples, without, and to the small tuned model."""
    large = (prompted_model(settings.model), tokenizer, 1.0)
    small = (tuned("one task", settings.live_seeds[0]), small_tokenizer, settings.prices["tuned_factor"])
    ways = {
        "prompted, 6 examples": (*large, [tool_prompt(text, examples=True) for text in texts]),
        "prompted, no examples": (*large, [tool_prompt(text, examples=False) for text in texts]),
        "tuned, no instruction": (*small, asked_for("sentiment", texts)),
    }
    rows = {}
    for way, (model, words, factor, prompts) in ways.items():
        scores = scores_of(model, words, prompts, ["negative", "positive"])
        read = float(np.mean(token_lengths(prompts, words)))
        row = {"parameters": model.num_parameters(), "tokens read": read, "seconds": timed(model, words, prompts[:9])}
        row["dollars"] = request_cost(read, 1, factor * settings.prices["read"], factor * settings.prices["written"])
        row |= {"accuracy": accuracy(scores), "batch-calibrated": accuracy(calibrate(scores, scores))}
        rows[way] = row
    return pd.DataFrame(rows).T


costs = cost_table()
dearest, plain, small_one = costs["dollars"]
print(f"tuning has paid after {break_even(settings.tuning_dollars, dearest, small_one):,} requests with examples,")
print(f"after {break_even(settings.tuning_dollars, plain, small_one):,} without any")
costs.round({"tokens read": 1, "seconds": 4, "dollars": 7, "accuracy": 3, "batch-calibrated": 3})
