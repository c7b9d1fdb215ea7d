# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 1 · A prompt is a program
#
# ## Exercise 1 · Fill a template
#
# *Why.* Instruction data is made by machine: a data set, a few templates, and each row becomes a prompt and the
# completion that should follow. Collections such as PromptSource write a template in Jinja, the language of chat
# templates too (lab 7), with `|||` between the two halves. What goes wrong here goes wrong a hundred thousand times.
#
# *Effort.* Easy, 15 minutes, 8 points.
#
# Write `fill_template`. It returns the prompt and the completion, each without white space at its ends; a template
# without `|||` has the completion `""`. A variable that the row lacks must raise `jinja2.UndefinedError`, not vanish.
# A review may contain anything, `|||`, `{{ "{{" }}` and `&` included: what stands in a row is text, never template.
#
# <details><summary>Hint 1: why did nothing happen?</summary>
#
# By default Jinja renders a missing variable as an empty string. `jinja2.Environment` has a parameter for that, and a
# class `StrictUndefined` to pass to it.
#
# </details>
# <details><summary>Hint 2: split first or render first?</summary>
#
# After rendering you cannot tell the template's `|||` from a reviewer's.
#
# </details>


# %% answer="fill_template"
def fill_template(template: str, row: dict) -> tuple[str, str]:
    """(prompt, completion) of a Jinja template with ||| between its halves, filled with a row's values.

    Raises:
        jinja2.UndefinedError: the row lacks a variable of the template.
    """
    ### BEGIN SOLUTION
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    before, _, after = template.partition("|||")
    prompt, completion = (environment.from_string(half).render(row).strip() for half in (before, after))
    return prompt, completion
    ### END SOLUTION


# %% check="template_halves" points=3
def pair_of(template: str, row: dict) -> tuple[str, str]:
    """fill_template's result, after a look at its form and at the row."""
    given = copy.deepcopy(row)
    found = fill_template(template, row)
    form = isinstance(found, tuple | list) and len(found) == 2 and all(isinstance(half, str) for half in found)
    checks.that(form, f"fill_template should return two texts, the prompt and the completion; yours gave {found!r}.")
    checks.that(row == given, "The row has been changed: the caller's data would be different.")
    return tuple(found)


template = "Rate this.\n- {{ choices | join('\n- ') }}\n\n{{ text }} ||| {{ choices[label] }}\n"
found = pair_of(template, {"text": "Dull.", "choices": ["bad", "good"], "label": 0})
hint = "The halves are swapped: what stands before ||| is the prompt." if found[0] == "bad" else "The prompt differs: "
checks.that(found[0] == "Rate this.\n- bad\n- good\n\nDull.", f"{hint} yours is {found[0]!r}.")
hint = (
    "White space at the ends of the completion is removed." if found[1].strip() == "bad" else "The completion differs:"
)
checks.that(found[1] == "bad", f"{hint} Expected 'bad', yours is {found[1]!r}.")
hint = "A template without ||| is a prompt with the completion '';"
try:
    found = pair_of("Say {{ word }}.", {"word": "hm"})
except (ValueError, IndexError) as error:
    checks.that(False, f"{hint} yours stops: {error}.")
checks.that(found == ("Say hm.", ""), f"{hint} yours gave {found!r}.")
### BEGIN HIDDEN TESTS
for number in checks.fresh().integers(100, 999, size=4).tolist():
    found = pair_of(" {{ a }}, {{ b }}?\n|||\n{{ b }}{{ a }}", {"a": number, "b": "x"})
    checks.that(found == (f"{number}, x?", f"x{number}"), f"The halves differ: yours gave {found!r}.")
### END HIDDEN TESTS

# %% check="template_missing" points=2
missing = None
try:
    fill_template("Review: {{ text }} ||| {{ label }}", {"text": "Dull."})
except jinja2.UndefinedError as error:
    missing = error
hint = "This row has no label, and the completion was filled all the same, with nothing: a model tuned on it learns to "
checks.that(missing is not None, f"{hint}answer nothing. A missing variable should raise jinja2.UndefinedError.")

# %% check="template_text" points=3
said = "Great ||| if you like {{ noise }} & <b>fog</b>."
row = {"text": said, "label": "positive", "noise": "NOISE"}
found = pair_of("Review: {{ text }} ||| {{ label }}", row)
hint = "This reviewer wrote '|||' himself: split the template before you fill it, not the finished text."
checks.that("|||" in found[0] and found[1] == "positive", f"{hint} Yours gave {found!r}.")
hint = "A review that contains a variable in braces is text: it must not be rendered a second time."
checks.that("NOISE" not in found[0] and "{{" in found[0], hint)
hint = "Characters such as & and < come out as HTML entities: a prompt is no web page, switch autoescape off."
checks.that("&amp;" not in found[0] and "&lt;" not in found[0], hint)
checks.that(found[0] == f"Review: {said}", f"The prompt differs: yours is {found[0]!r}.")

# %% [markdown]
# The three kinds of template in the course's slides, filled from our own data: a **classification**, a **generation**
# and a **summary**. None of our data sets has headlines, so the summary is a stand-in and only that: a definition goes
# in, and the word that it explains comes out.

# %%
TEMPLATES = {
    "classification": "Read this review:\n{{ text }}\nWhich of these is its verdict?\n- {{ choices | join('\n- ') }}\n|||{{ choices[label] }}",
    "generation": "Define {{ prompt }} in one sentence, with malice. ||| {{ completion }}",
    "summary (stand-in)": "Give the one word that this text is about:\n{{ completion }}\n|||\n{{ prompt }}",
}
first = {"text": pool["text"][0], "choices": ["negative", "positive"], "label": int(pool["positive"][0])}
for kind, template in TEMPLATES.items():
    row = first if kind == "classification" else load_voice()["train"][0]
    prompt, completion = fill_template(template, row)
    print(f"--- {kind}\n{prompt}\n>>> {completion}\n")
