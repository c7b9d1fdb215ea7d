# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 6 · The bill
#
# ## Exercise 11 · Smaller, faster, kept, and what it all emits
#
# *Why.* "40% smaller, 60% faster, 97% kept" is how DistilBERT was presented. Each of the three has a reading that
# flatters. And the bill of training is paid in energy as well.
#
# *Effort.* Medium, 20 minutes, 8 points.
#
# Write `compare`. For each method, from records of several seeds, relative to a reference method:
#
# - `smaller`: the share of the reference's bytes that is saved (0.4 for 40% smaller);
# - `faster`: by how much more is done in the same time (0.6 for 60% faster: reference seconds / own seconds − 1), from the
#   **median** over seeds of each method's seconds;
# - `kept_mean`, `kept_sd`: macro-F1 divided by the reference's macro-F1 **of the same seed**, then the mean and the sample's
#   standard deviation (divisor seeds − 1) over seeds; with one seed the deviation is `None`.
#
# Bytes are the same for all seeds of a method. Records come in any order; each method has the reference's seeds.
#
# And `footprint`: tonnes of CO2 and dollars of a training of `mwh` megawatt-hours, at the reference's tonnes and dollars
# for each of its megawatt-hours; which share of the reference's energy is saved; and how many such trainings, whole ones, the
# reference's energy would pay for.
#
# <details><summary>Hint 1: same seed</summary>
#
# <code>{record["seed"]: record["macro_f1"] for record in records if record["method"] == reference}</code>
# </details>


# %%
def record_of(method: str, seed: int, size: float, seconds: float, macro_f1: float) -> dict:
    """One record."""
    return {"method": method, "seed": seed, "bytes": size, "seconds": seconds, "macro_f1": macro_f1}


MADE_UP_RECORDS = [
    record_of("half", 2, 60.0, 2.5, 0.30),
    record_of("whole", 0, 100.0, 4.0, 0.80),
    record_of("half", 0, 60.0, 9.0, 0.60),
    record_of("whole", 2, 100.0, 4.8, 0.50),
    record_of("whole", 1, 100.0, 3.0, 0.40),
    record_of("half", 1, 60.0, 1.0, 0.44),
]


def drawn_records(rng) -> list[dict]:
    """Records of three methods and four seeds, shuffled."""
    drawn = []
    for seed, method in itertools.product(range(4), ("a", "b", "c")):
        size = {"a": 7, "b": 3, "c": 20}[method]
        drawn.append(record_of(method, seed, size, *rng.uniform(0.1, 0.9, size=2).tolist()))
    return [drawn[int(k)] for k in np.random.default_rng(1).permutation(12)]


def compared(records: list[dict], reference: str) -> dict[str, dict]:
    """What compare finds, after a look at its form."""
    before = copy.deepcopy(records)
    found = compare(records, reference)
    checks.that(records == before, "The function changes the caller's records.")
    checks.that(isinstance(found, dict), "compare should return a dictionary: does it return its result?")
    checks.keys(found, {record["method"] for record in records}, "what compare returns")
    for method, row in found.items():
        checks.keys(row, ["smaller", "faster", "kept_mean", "kept_sd"], f"the row of {method}")
    return found


# %% answer="accounts"
def compare(records: list[dict], reference: str) -> dict[str, dict]:
    """{method: {"smaller", "faster", "kept_mean", "kept_sd"}} for each method, the reference too.

    Args:
        records: {"method", "seed", "bytes", "seconds", "macro_f1"}, one for each method and seed.
        reference: the method that all are compared with.
    """
    ### BEGIN SOLUTION
    by_method = {}
    for record in records:
        by_method.setdefault(record["method"], []).append(record)
    base = by_method[reference]
    base_f1 = {record["seed"]: record["macro_f1"] for record in base}
    base_seconds = np.median([record["seconds"] for record in base])
    found = {}
    for method, rows in by_method.items():
        kept = [row["macro_f1"] / base_f1[row["seed"]] for row in rows]
        found[method] = {
            "smaller": 1 - rows[0]["bytes"] / base[0]["bytes"],
            "faster": float(base_seconds / np.median([row["seconds"] for row in rows]) - 1),
            "kept_mean": float(np.mean(kept)),
            "kept_sd": float(np.std(kept, ddof=1)) if len(kept) > 1 else None,
        }
    return found
    ### END SOLUTION


def footprint(mwh: float, reference: dict[str, float]) -> dict[str, float]:
    """{"tonnes", "dollars", "saved" (0 to 1), "trainings" (int)}; reference: {"mwh", "tonnes", "dollars"} of one training."""
    ### BEGIN SOLUTION
    part = mwh / reference["mwh"]
    return {
        "tonnes": part * reference["tonnes"],
        "dollars": part * reference["dollars"],
        "saved": 1 - part,
        "trainings": int(reference["mwh"] // mwh),
    }
    ### END SOLUTION


# %% check="compare_size_speed" points=3
half = compared(MADE_UP_RECORDS, "whole")["half"]
checks.that(
    not np.isclose(half["smaller"], 0.6), "60 of 100 bytes are 40% smaller: the share that is saved, not that is left."
)
checks.close(half["smaller"], 0.4, "smaller, for 60 bytes beside 100")
checks.that(not np.isclose(half["faster"], 1.6), "1.6 times the speed is 60% faster: take 1 off.")
checks.that(
    not np.isclose(half["faster"], 0.375),
    "That is the share of time saved; faster asks how much more is done in the same time.",
)
means = (4.0 + 4.8 + 3.0) / (2.5 + 9.0 + 1.0) - 1
checks.that(
    not np.isclose(half["faster"], means), "Take the median of the seconds: one slow run (9.0) must not decide."
)
checks.close(half["faster"], 0.6, "faster, for a median of 2.5 s beside 4.0 s")
whole = compared(MADE_UP_RECORDS, "whole")["whole"]
checks.close([whole["smaller"], whole["faster"]], [0, 0], "smaller and faster of the reference itself", atol=1e-9)
turned = compared(MADE_UP_RECORDS, "half")["whole"]
checks.close(
    [turned["smaller"], turned["faster"]], [-2 / 3, -0.375], "smaller and faster where the reference is the smaller one"
)

# %% check="compare_kept" points=3
pairs = [0.30 / 0.50, 0.60 / 0.80, 0.44 / 0.40]
half = compared(MADE_UP_RECORDS, "whole")["half"]
hint = "Divide by the reference's macro-F1 of the same seed: records come in any order."
wrong_pairs = [0.30 / 0.80, 0.60 / 0.50, 0.44 / 0.40]
checks.that(not np.isclose(half["kept_mean"], np.mean(wrong_pairs)), hint)
hint = "That is the ratio of the two means; the mean of the seeds' ratios is asked for."
checks.that(not np.isclose(half["kept_mean"], (0.30 + 0.60 + 0.44) / 1.70), hint)
checks.that(not np.isclose(half["kept_mean"], 1 - np.mean(pairs)), "That is what is lost; what is kept is asked for.")
checks.close(half["kept_mean"], np.mean(pairs), "kept_mean of three seeds")
checks.that(half["kept_sd"] is not None, "kept_sd is None only where there is one seed; here are three.")
checks.that(
    not np.isclose(half["kept_sd"], np.std(pairs)), "The sample's standard deviation divides by seeds - 1 (ddof=1)."
)
checks.close(half["kept_sd"], np.std(pairs, ddof=1), "kept_sd of three seeds")
single = [record for record in MADE_UP_RECORDS if record["seed"] == 0]
alone = compared(single, "whole")["half"]
checks.close(alone["kept_mean"], 0.75, "kept_mean of one seed")
checks.that(
    alone["kept_sd"] is None, f"With one seed there is no spread: kept_sd is None, yours is {alone['kept_sd']}."
)
checks.hand_over(found=compared(drawn_records(checks.fresh("compare_kept")), "b"))

# %% check="footprint_seed" points=2 tags=["inside"]
GPT3 = {"mwh": 1287.0, "tonnes": 552.0, "dollars": 4.6e6}
kept = dict(GPT3)
found = footprint(10.0, GPT3)
checks.that(kept == GPT3, "footprint changes the reference that it is given.")
checks.that(isinstance(found, dict), "footprint should return a dictionary: does it return its result?")
checks.keys(found, ["tonnes", "dollars", "saved", "trainings"], "what footprint returns")
checks.close(found["tonnes"], 10 * 552 / 1287, "tonnes of 10 MWh, beside 552 for 1,287")
checks.close(found["dollars"], 10 * 4.6e6 / 1287, "dollars of 10 MWh, beside 4.6 million for 1,287")
checks.that(not np.isclose(found["saved"], 10 / 1287), "That is the share that is used; the rest is saved.")
checks.that(not np.isclose(found["saved"], 100 * (1 - 10 / 1287)), "A share is 0 to 1, not percent.")
checks.close(found["saved"], 1 - 10 / 1287, "the share that is saved")
checks.count(found["trainings"], 128, "trainings of 10 MWh for 1,287", "Whole ones: 129 would need 1,290.")
### BEGIN HIDDEN TESTS
other = {"mwh": 40.0, "tonnes": 8.0, "dollars": 1000.0}
found = footprint(10.0, other)
checks.close(
    [found[key] for key in ("tonnes", "dollars", "saved")],
    [2, 250, 0.75],
    "tonnes, dollars, saved by another reference",
)
checks.count(found["trainings"], 4, "trainings of 10 MWh for 40")
checks.that(type(found["trainings"]) is int, "A number of trainings is an int.")
### END HIDDEN TESTS

# %% [markdown]
# The seed's exercise, filled in, with its figures for GPT-3 (1,287 MWh, 552 tonnes, 4.6 million dollars; a fine-tuning of 10
# MWh) and what follows from them:

# %%
tuning = footprint(10.0, GPT3)
print(
    f"10 MWh: {tuning['tonnes']:.2f} tonnes of CO2, {tuning['dollars']:,.0f} dollars at the same price a MWh;", end=" "
)
print(f"{100 * tuning['saved']:.1f}% saved; one pretraining pays for {tuning['trainings']} fine-tunings.")
own_flops = training_flops(
    sum(p.numel() for p in encoder.parameters()), settings.teacher_steps * settings.batch * settings.max_length
)
gpt3_flops = training_flops(*settings.published_models["GPT-3"])
print(f"By 6ND, a teacher above is at most {own_flops:.1e} operations, GPT-3 {gpt3_flops:.1e};", end=" ")
print(
    f"at GPT-3's energy an operation that is {1e9 * footprint(GPT3['mwh'] * own_flops / gpt3_flops, GPT3)['tonnes']:.2g} mg of CO2."
)
