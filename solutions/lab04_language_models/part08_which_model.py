# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# Published, for comparison: Holtzman and others report the same picture for GPT-2 Large, hundreds of times the size
# of the tiny decoder: maximising probability gives bland, repetitive text, and human text is *not* the likeliest text
# there is (*The Curious Case of Neural Text Degeneration*, arXiv 1904.09751). Theirs are long continuations judged by
# people as well; ours are short, and nobody judged them.
#
# **What this shows.** On the same prompts and the same model, the choice of decoding alone moves repetition from one
# end of the figure to the other; and your greedy and beam search write what the library's do. (A larger model begins to
# repeat itself later than the tiny one. If your table shows little repetition under greedy, your texts ended before
# that.) **What it does not show.** That sampled text is *better*: a text of random words hardly repeats, and
# temperature 2 comes close to that. Repetition is one symptom. Where there is one right answer (a label, a
# translation, a line of code), or one source to be faithful to (a summary), likely text is often what is wanted: as
# the input says what must come, there is less to go round in circles about. That was not measured here: all texts
# above continue a beginning that leaves everything open. No encoder-decoder was run: the course has
# no small pretrained one, so your spans agree with the documented pair and no more. The spread is over passages of
# one kind of speech, and the numbers belong to the models of this profile.
#
# # Which model for which task
#
# ## Exercise 11 · Three families
#
# *Why.* The objective decides what a model sees, and what it sees decides what it is good for.
#
# *Effort.* Easy, 10 minutes, 5 points.
#
# Write `compare_models`: for BERT (340 million parameters), GPT-2 (1.5 billion) and T5 (11 billion) a dict with
# `architecture`, `objective` and `context`, in the words of `CHOICES`. And `match_tasks`: for each of `TASKS` the
# architecture whose *pretraining* fits by itself, by two questions. Must text be written? If not, every token should
# see both sides. If so: is there a complete input to be read from both sides first, or only what has been written so
# far? One of the six is arguable: take a side. (A large decoder does all of these today, by putting the input in front.
# The question here is the natural fit.)
#
# <details><summary>Hint 1: what does T5's decoder see?</summary>
# The whole input, through the encoder, from both sides; of its own output only what is already written.
# </details>

# %%
CHOICES = {
    "architecture": ["encoder", "decoder", "encoder-decoder"],
    "objective": ["masked tokens", "next token", "corrupted spans"],
    "context": ["both sides", "left side", "both sides of the input, left side of the output"],
}
TASKS = [
    "is a review good or bad",
    "mark all names in a text",
    "mark the answer to a question in a page",
    "continue a story",
    "translate a sentence",
    "correct the spelling of a letter",
]


# %% answer="compare_models"
def compare_models() -> dict[str, dict[str, str]]:
    """ "BERT", "GPT-2" and "T5" -> {"architecture": ..., "objective": ..., "context": ...}, words from CHOICES."""
    ### BEGIN SOLUTION
    return {
        "BERT": {"architecture": "encoder", "objective": "masked tokens", "context": "both sides"},
        "GPT-2": {"architecture": "decoder", "objective": "next token", "context": "left side"},
        "T5": {
            "architecture": "encoder-decoder",
            "objective": "corrupted spans",
            "context": "both sides of the input, left side of the output",
        },
    }
    ### END SOLUTION


def match_tasks() -> dict[str, str]:
    """Each of TASKS -> one of CHOICES["architecture"]."""
    ### BEGIN SOLUTION
    fits = ["encoder"] * 3 + ["decoder"] + ["encoder-decoder"] * 2
    return dict(zip(TASKS, fits, strict=True))
    ### END SOLUTION


# %% check="family_models" points=2
found = compare_models()
checks.keys(found, ["BERT", "GPT-2", "T5"], "the comparison")
for name, row in found.items():
    checks.keys(row, CHOICES, f"the row of {name}")
    for column, words in CHOICES.items():
        checks.that(row[column] in words, f"{name}: {row[column]!r} is not among the choices for {column}.")
places = [[CHOICES[column].index(found[name][column]) for column in CHOICES] for name in ("BERT", "GPT-2", "T5")]
checks.that(
    [row[0] for row in places] == [0, 1, 2], "Architecture: which of them has an encoder, which a decoder, which both?"
)
checks.that(
    [row[1] for row in places] == [0, 1, 2], "Objective: which of your Exercises 3, 4 and 5 belongs to which model?"
)

# %% check="family_context" points=1
found = compare_models()
checks.keys(found, ["BERT", "GPT-2", "T5"], "the comparison")
contexts = [found[name].get("context") for name in ("BERT", "GPT-2", "T5")]
checks.that(
    contexts == CHOICES["context"], "Context: look at the three kinds of table in Exercise 6. Who sees which side?"
)

# %% check="family_reading" points=1
found = match_tasks()
checks.keys(found, TASKS, "the tasks")
for task in TASKS[:3]:
    checks.that(found[task] == "encoder", f"{task}: nothing is written here, and each token should see both sides.")

# %% check="family_writing" points=1
found = match_tasks()
checks.keys(found, TASKS, "the tasks")
checks.that(found[TASKS[3]] == "decoder", f"{TASKS[3]}: text must be written, and all there is stands on the left.")
hint = "text must be written, and there is a complete input to be read from both sides first."
checks.that(found[TASKS[4]] == "encoder-decoder", f"{TASKS[4]}: {hint}")
hint = "the letter is there already; each mistake should be judged with what stands on both sides of it."
checks.that(found[TASKS[5]] in ("encoder", "encoder-decoder"), f"{TASKS[5]}: {hint}")

# %% [markdown]
# The arguable one is the spelling. An encoder can mark the wrong word and propose another for its place, as in the
# blank game, and can change nothing else by accident. Where a correction joins two words or splits one, text has to be
# written, and an encoder-decoder fits.

# %% [markdown] question="choices" points=10
# ## Exercise 12 · Defend three choices
#
# *Why.* In a project nobody asks for the formula; they ask why you did it that way. *Effort.* Medium, 20 minutes, 10
# points, read by a person.
#
# A city hall wants (1) incoming letters sorted to twelve offices, (2) a short plain-language version of each council
# decision, (3) a playful text for the children's page. A colleague proposes: "One encoder for everything, since
# seeing both sides is simply better. Train it with half of the tokens masked: more blanks, more learning. And decode
# everything with beam search, because it finds the likeliest text, and likelier means better."
#
# Answer in about 250 words, with at least three numbers from your own output. (a) Which family for each of the three
# jobs, and why can an encoder not do all of them? (b) What does masking half of the tokens do, and what do your
# measurements say and not say about it? (c) Which decoding for job 2 and which for job 3, and what is wrong with
# "likelier means better"? (Job 2 was not measured in this lab: say what you carry over from what was, and what may
# differ.)
#
# === BEGIN MARK SCHEME ===
# 10 points. Half of an idea's points where it is named but neither explained nor tied to the student's own output.
#
# (a) 4 points. 1: sorting: encoder, every token sees both sides, nothing is written. 1: summary: encoder-decoder (or
# a decoder with the document in front, if argued). 1: children's text: decoder. 1: why not one encoder: it is trained
# to fill blanks with the right side present; when text is written there is no right side (n² against n(n+1)/2
# permissions alone earns half). The blank game's numbers (both sides against left side) count as evidence.
#
# (b) 3 points. 1: each blank gets harder, with a number from the masking-rate figure. 1: but more blanks per text, so
# the trade-off is open; 40% beat 15% for BERT-large in Wettig et al. 1: the own figure reads ONE trained model at
# other rates, so it cannot say what training at 50% would give.
#
# (c) 3 points. 1: both jobs. Job 2, accepted: greedy, beam search, a low temperature or a small nucleus, because one
# faithful version is wanted; also any of them with a safeguard against repetition, or a sampler followed by a choice
# among several versions, if argued. No lab text was a summary: who doubts beam search because it repeated in the
# table is right to, and so is who says that a source to copy from leaves less to repeat. Job 2, not accepted:
# temperature 1 or more, or "beam" without any reason. Job 3: sampling, by top-k, nucleus or moderate temperature. 1:
# a number from the closing table: greedy or beam repeat far more, at a higher log-probability, than the speech itself
# (on a larger model with short texts perhaps not; credit an honest reading). 1: human text is not the likeliest text;
# likelihood is not quality (nor is its absence: temperature 2).
#
# A typical wrong answer: "beam search is better because it is closer to the optimum" (no credit in (c)); "masking 50%
# is bad because the loss is higher" (first point of (b) only); numbers quoted that are not in the output (no credit
# for them).
# === END MARK SCHEME ===

# %% [markdown] answer="choices"
# ### BEGIN SOLUTION
# (a) Sorting: an encoder. Nothing is written and each token may use both sides, which helped in the blank game: with
# both sides the encoder found more of the hidden words than with either side alone (47% against 29% and 28% in my
# run, profile tiny). The plain version of a decision: encoder-decoder (or a large decoder with the decision in
# front), since there is a complete input to read and a text to write. The children's text: a decoder. An encoder
# cannot write: it was trained with the right side in view, and while writing there is none.
#
# (b) Each blank gets harder: the loss on chosen tokens rose from 3.4 nats at 15% to 4.5 at 50%. But there are also
# three times as many blanks, and my figure reads one finished model; it cannot say what training at 50% would give.
# Published: 40% beat 15% for BERT-large.
#
# (c) Job 2 wants one faithful text, so greedy or beam; in my table both repeat themselves, but there nothing told the
# model what to say next, while a decision to be put plainly does. I would watch for repetition and have not measured
# it. Job 3 wants variety: nucleus sampling. In my table beam search has the highest log-probability (-1.7 nats a
# token) and repeats a quarter of its runs of four tokens; the real speech repeats none, although the model finds it
# far less likely (-4.3). So likelier does not mean better. Nor does unlikelier: temperature 2 (-8.7) is gibberish.
# ### END SOLUTION

# %% [markdown]
# **Where this goes.** Lab 5 puts a classifier on the encoder; lab 7 teaches the decoder to answer. The masks, the
# -100 and the loss are the ones from this lab, and so is the question of what the model was allowed to see.
