# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown] question="choice_defence" points=10
# **Written answer.** Defend your choice in eight to twelve sentences. (1) What does your rule do, and why that trade of
# accuracy against tokens? (2) What did validation say of your choice and what test, and is the gap larger than what
# these few texts can show (Exercise 8)? (3) How much of the difference between your choice and the next best is bias
# that calibration takes off, and which of the six comparisons survive Holm? (4) With the costs of Part 5: from how many
# requests on would you tune instead, and what would have to hold besides? Quote your own numbers; say which are
# recorded with SmolLM2-135M and which your profile measured.

# %% [markdown] answer="choice_defence"
# === BEGIN MARK SCHEME ===
# - 2 points: the rule is stated, and accuracy against tokens is traded for a reason (who pays, how many requests).
# - 3 points: validation and test of the chosen setup are quoted and compared with the smallest difference that so many
#   texts can show (in tiny, half of 120 texts: well above ten points); the gap is not over-interpreted.
# - 2 points: separates bias from ability (share called positive before and after calibration), and uses Holm's
#   p-values, not the raw ones.
# - 2 points: break-even from Part 5 with its assumptions (prices, a tuned model's dearer tokens, labels that have to
#   exist), and a condition besides money: better prompts and retrieval tried first, no new knowledge asked for.
# - 1 point: recorded and own numbers are told apart; says that the tiny model cannot learn in context.
# === END MARK SCHEME ===

# %% [markdown]
# ## Exercise 10 · When to fine-tune, five times
#
# *Why.* The course's slides have a list. **Yes**: for the structure of the output, for style or format, for what is
# hard to put into a prompt. **No**: before the prompt has been improved (against an evaluation), before retrieval has
# been tried, and to teach a model new knowledge. The No's come first, in this order: they are cheaper to act on.
#
# *Effort.* Easy, 10 minutes, 4 points.
#
# Write `advise`: `"improve the prompt"` where it has not been improved against an evaluation; else `"retrieve"` where
# new knowledge is wanted (however often retrieval has been tried) or retrieval has not been tried; else `"fine-tune"`
# for the goals format, style and hard to describe. And `read_cases`: the three facts of each of the five cases below.
#
# | case | |
# |---|---|
# | tickets | Support tickets must become JSON with six fixed fields. The prompt was revised nine times against 200 labelled tickets, similar tickets are looked up and shown; still one answer in twelve does not parse. |
# | prices | A shop's assistant should know the prices of this week. The prompt has been improved against an evaluation. Somebody proposes to tune on the price list every Monday; nothing has been looked up so far. |
# | newsletter | A desk wants drafts that sound like its late editor. The prompt was tuned with a panel of readers and past columns are retrieved as examples; readers still tell the difference. |
# | contracts | Clauses are to be flagged that "a senior partner would frown at". The prompt was written in an afternoon, and nobody has measured anything. Earlier contracts are retrieved. |
# | manual | Questions about a manual of 2024 that the model has never seen. The prompt is good, by a test set; retrieval was tried and finds the right page in four of five cases. |
#
# <details><summary>Hint 1: the manual</summary>
#
# Retrieval that finds four pages of five is to be improved. What would tuning teach instead?
#
# </details>


# %% answer="advise"
def advise(goal: str, prompt_improved: bool, retrieval_tried: bool) -> str:
    """ "improve the prompt", "retrieve" or "fine-tune".

    Args:
        goal: "format", "style", "hard to describe" or "knowledge".
        prompt_improved: against an evaluation.
        retrieval_tried: whether looking things up has been tried.
    """
    ### BEGIN SOLUTION
    if not prompt_improved:
        return "improve the prompt"
    if goal == "knowledge" or not retrieval_tried:
        return "retrieve"
    return "fine-tune"
    ### END SOLUTION


def read_cases() -> dict[str, dict]:
    """tickets, prices, newsletter, contracts, manual -> {"goal": ..., "prompt_improved": ..., "retrieval_tried": ...}."""
    ### BEGIN SOLUTION
    facts = {
        "tickets": ("format", True, True),
        "prices": ("knowledge", True, False),
        "newsletter": ("style", True, True),
        "contracts": ("hard to describe", False, True),
        "manual": ("knowledge", True, True),
    }
    return {
        name: dict(zip(("goal", "prompt_improved", "retrieval_tried"), row, strict=True)) for name, row in facts.items()
    }
    ### END SOLUTION


# %% check="advise_order" points=2
hint = "The prompt first: whatever the goal, without an evaluation nobody knows what tuning would have to add."
for goal, tried in [("format", True), ("knowledge", False), ("style", False)]:
    found = advise(goal, False, tried)
    checks.that(found == "improve the prompt", f"{hint} For {goal!r} yours says {found!r}.")
hint = "Tuning is no way to teach new knowledge: it has to be looked up, also where retrieval works badly so far."
for tried in (True, False):
    found = advise("knowledge", True, tried)
    checks.that(found == "retrieve", f"{hint} Yours says {found!r}.")
found = advise("style", True, False)
checks.that(found == "retrieve", f"Retrieval has not been tried, and is cheaper than tuning; yours says {found!r}.")
for goal in ("format", "style", "hard to describe"):
    found = advise(goal, True, True)
    checks.that(found == "fine-tune", f"Prompt improved, retrieval tried, goal {goal!r}: tune. Yours says {found!r}.")

# %% check="advise_cases" points=2
expected = {
    "tickets": ("format", True, True),
    "prices": ("knowledge", True, False),
    "newsletter": ("style", True, True),
    "contracts": ("hard to describe", False, True),
    "manual": ("knowledge", True, True),
}
found = read_cases()
checks.keys(found, expected, "the cases")
for case, facts in expected.items():
    checks.keys(found[case], ["goal", "prompt_improved", "retrieval_tried"], f"the case {case}")
    for name, value in zip(["goal", "prompt_improved", "retrieval_tried"], facts, strict=True):
        hint = f"Read the case {case!r} again for {name}: yours says {found[case][name]!r}."
        checks.that(found[case][name] == value, hint)

# %%
pd.Series({case: advise(**facts) for case, facts in read_cases().items()}, name="advice").to_frame()
