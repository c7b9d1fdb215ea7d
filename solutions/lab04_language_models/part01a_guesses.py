# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part A · Before class: you guess first
#
# Two games, and you go first. No model is loaded yet, so nobody can whisper. There are no wrong guesses; the only
# mistake is to look at the models' answers first.
#
# ## Exercise 1 · Guesses, knowledge, money
#
# *Why.* Both games can be played with any text, by anybody, without a teacher. That is what makes pretraining
# possible; the money is what makes it necessary.
#
# *Effort.* Easy, 20 minutes, 8 points (guesses earn theirs by being made, not by being good).
#
# `first_guesses`. (1) The next cell prints the left halves of five sentences: write the word that comes next, one for
# each, list `"left"`. (2) It also prints four beginnings: continue each by one word, list `"next"`. (3) Only then run
# the cell after it, which prints the whole sentences with a blank, and fill each blank by one word: list `"both"`.
#
# `sort_knowledge`. For each skill in `SKILLS`: `"general"` if every company that reads English needs it, `"specific"`
# if it belongs to one trade. One of the six is arguable: take a side. Then your estimate: what percentage of the
# knowledge needed to read film reviews is general?
#
# `shared_cost`. Some companies want the same kind of tool. Each can train a model from scratch, or they share one
# general model and each adapts it. Return the total cost both ways, and the smallest number of companies for which
# sharing is *cheaper* (not equal; `scratch` is larger than `adapt`).
#
# <details><summary>Hint 1: what exactly has to be larger than what?</summary>
# n companies from scratch cost n · scratch; together they cost general + n · adapt. Count up from 1 if algebra is in
# a bad mood today.
# </details>

# %%
LEFT_HALVES = ["The", "We queued at the", "He had forgotten his", "The", "She"]
BEGINNINGS = [
    "Long ago there lived an old",
    "It has been raining all",
    "For breakfast he ate a",
    "On Sunday we all went to the",
]
SKILLS = [
    "grammar",
    "the use of 'the' and 'a'",
    "how a sentence is built",
    "names of diseases",
    "kinds of film",
    "words that carry feeling",
]
print("left:")
for half in LEFT_HALVES:
    print(f"  {half} ...")
print("next:")
for beginning in BEGINNINGS:
    print(f"  {beginning} ...")

# %% [markdown]
# Have you written `"left"` and `"next"` into the answer cell below? Then go on. (The right halves are written in ROT13,
# each letter moved by thirteen places, so that no eye reads ahead by accident.)

# %%
RIGHT_HALVES = [
    " onexrq hagvy gur jubyr fgerrg jnf njnxr.",
    " orpnhfr vg fryyf gur orfg oernq va gbja.",
    ", fb gur enva fbnxrq uvz.",
    " gnfgrq jbaqreshy, gubhtu abobql pbhyq nssbeq n frpbaq cyngr.",
    " gur yrggre gjvpr naq gura oheag vg.",
]
SENTENCES = [
    f"{left} [BLANK]{codecs.decode(right, 'rot13')}" for left, right in zip(LEFT_HALVES, RIGHT_HALVES, strict=True)
]
print("both:")
for sentence in SENTENCES:
    print(f"  {sentence}")


# %% answer="before_class"
def first_guesses() -> dict[str, list[str]]:
    """Your guesses, one word each: "left" and "both", one for each of SENTENCES; "next", one for each of BEGINNINGS."""
    ### BEGIN SOLUTION
    left = ["man", "station", "keys", "old", "was"]
    both = ["dog", "bakery", "umbrella", "soup", "read"]
    return {"left": left, "both": both, "next": ["king", "day", "banana", "beach"]}
    ### END SOLUTION


def sort_knowledge() -> tuple[dict[str, str], float]:
    """Each of SKILLS -> "general" or "specific"; and your estimate of the general share, in percent (1 to 100)."""
    ### BEGIN SOLUTION
    kinds = dict.fromkeys(SKILLS, "general")
    kinds["names of diseases"] = "specific"
    kinds["kinds of film"] = "specific"
    return kinds, 85.0
    ### END SOLUTION


def shared_cost(companies: int, scratch: float, general: float, adapt: float) -> tuple[float, float, int]:
    """Dollars in all if each trains from scratch; if they share and adapt; fewest companies for which sharing is cheaper."""
    ### BEGIN SOLUTION
    apart = companies * scratch
    together = general + companies * adapt
    fewest = int(general // (scratch - adapt)) + 1
    return apart, together, fewest
    ### END SOLUTION


# %% check="guesses_made" points=2
guesses = first_guesses()
checks.keys(guesses, ["left", "both", "next"], "your guesses")
for name, texts in {"left": SENTENCES, "both": SENTENCES, "next": BEGINNINGS}.items():
    checks.count(len(guesses[name]), len(texts), f'the number of guesses in "{name}"', hint="One guess for each text.")
    for guess in guesses[name]:
        one_word = isinstance(guess, str) and re.fullmatch(r"[^\W\d_]+(['’-][^\W\d_]+)*", guess.strip())
        checks.that(one_word, f'One word for each blank, as the models will give: {guess!r} in "{name}" is not one.')

# %% check="guesses_differ" points=1
for name, words in first_guesses().items():
    distinct = len({str(word).strip().lower() for word in words})
    checks.that(distinct >= 3, f'"{name}" holds {distinct} different words: guess for each text by itself.')

# %% check="knowledge_kinds" points=2
found = sort_knowledge()
checks.that(
    isinstance(found, tuple | list) and len(found) == 2, "Return two things: the sorted skills, then a percentage."
)
kinds, percent = found
checks.keys(kinds, SKILLS, "the sorted skills")
checks.that(set(kinds.values()) <= {"general", "specific"}, 'Each skill is either "general" or "specific".')
checks.between(percent, 1, 100, "the general share", hint="Give your estimate in percent, from 1 to 100.")
for skill in SKILLS[:3]:
    checks.that(kinds[skill] == "general", f"Does only one trade need this: {skill}? Who reads English needs it.")
for skill in SKILLS[3:5]:
    checks.that(kinds[skill] == "specific", f"Would a bank's model need this to read its mail: {skill}?")

# %% check="cost_totals" points=2
found = shared_cost(**settings.costs)
hint = "Return three things: the total from scratch, the shared total, the fewest companies."
checks.that(isinstance(found, tuple | list) and len(found) == 3, hint)
checks.close(found[0], 2_500_000, "the total from scratch", hint="Every company pays for its own training.")
hint = "The general model is paid for once, the adapting by every company."
checks.close(found[1], 1_050_000, "the shared total", hint=hint)
### BEGIN HIDDEN TESTS
n, general, adapt = (int(number) for number in checks.fresh().integers(2, 900, size=3))
found = shared_cost(companies=n, scratch=1000, general=general, adapt=adapt)
checks.close(found[0], sum([1000] * n), "the total from scratch", hint="Every company pays for its own training.")
checks.close(found[1], sum([adapt] * n, general), "the shared total", hint=hint)
### END HIDDEN TESTS

# %% check="cost_break_even" points=1
hint = "The smallest WHOLE number of companies for which sharing costs less; where both cost the same, one more."
for scratch, general, adapt in [(500_000, 1_000_000, 10_000), (30, 40, 10), (30, 35, 10), (90, 20, 10)]:
    expected = next(n for n in range(1, 99) if n * scratch > general + n * adapt)
    checks.count(shared_cost(5, scratch, general, adapt)[-1], expected, "the number of companies", hint=hint)
### BEGIN HIDDEN TESTS
for scratch, general in checks.fresh().integers(20, 60, size=(6, 2)).tolist():
    expected = next(n for n in range(1, 99) if n * scratch > general + n * 10)
    checks.count(shared_cost(7, scratch, general, 10)[-1], expected, "the number of companies", hint=hint)
### END HIDDEN TESTS

# %% [markdown]
# For the five companies of the settings: what sharing saves, and from how many companies on it pays. (What no
# price tag shows: energy, data, and people's time are spent once instead of five times as well.)


# %%
def money() -> None:
    apart, together, fewest = shared_cost(**settings.costs)
    print(f"{settings.costs['companies']} companies from scratch ${apart:,.0f}, shared ${together:,.0f}", end="; ")
    print(f"saved ${apart - together:,.0f}. Sharing is cheaper from {fewest} companies on.")


money()
