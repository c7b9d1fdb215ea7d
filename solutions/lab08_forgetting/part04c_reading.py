# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %%
def draw_remedies(panel, outcomes: dict[str, list], recorded: bool) -> None:
    """Mean ± sd of A against B for each remedy; outcomes: remedy -> rows of (A, B, lm)."""
    style = {"alpha": 0.5, "markerfacecolor": "white"} if recorded else {}
    for remedy, points in outcomes.items():
        a, b = np.array(points).T[:2]
        style["color"] = plots.COLOURS[REMEDIES.index(remedy) % len(plots.COLOURS)]
        style["fmt"] = "os"[REMEDIES.index(remedy) // len(plots.COLOURS)]  # a square where a colour comes again
        label = None if recorded else remedy
        panel.errorbar(b.mean(), a.mean(), xerr=b.std(ddof=1), yerr=a.std(ddof=1), capsize=2, label=label, **style)
    panel.set(xlabel="B: macro-F1 (0 to 1)", ylabel="A after B: macro-F1 (0 to 1)")


def draw_forgetting(panel, start: list, outcomes: dict[str, list], recorded: bool) -> None:
    """Mean ± sd over seeds of lm after less lm before, a row for each remedy; start: rows of (A, B, lm), in order of seeds."""
    for remedy, points in outcomes.items():
        lost = [after[2] - before[2] for after, before in zip(points, start, strict=True)]
        place = REMEDIES.index(remedy) + (0.15 if recorded else -0.15)
        style = {"color": "grey", "markerfacecolor": "white"} if recorded else {"color": plots.COLOURS[0]}
        panel.errorbar(np.mean(lost), place, xerr=np.std(lost, ddof=1), fmt="o", capsize=2, **style)
    panel.axvline(0, color="grey", linewidth=0.8)
    panel.set_yticks(range(len(REMEDIES)), REMEDIES)
    panel.set(
        ylim=(len(REMEDIES) - 0.5, -0.5),
        xlabel="forgetting: loss on general text, after less before (nats)",
        ylabel="remedy",
    )


# %%
def figure_two_tasks():
    figure, panels = plots.axes(2, width=5.6, height=4.6)
    read = operator.itemgetter("A", "B", "lm")
    first = list(map(read, started.values()))
    own = {remedy: list(map(read, runs.values())) for remedy, runs in outcomes.items()}
    if settings.recorded_remedies:
        draw_remedies(panels[0], settings.recorded_remedies, True)
        draw_forgetting(panels[1], settings.recorded_before, settings.recorded_remedies, True)
        panels[0].axhline(np.mean(settings.recorded_before, axis=0)[0], color="grey", linestyle="--", linewidth=1)
        panels[0].plot([], [], "o", color="grey", markerfacecolor="white", label="recorded, profile laptop")
    draw_remedies(panels[0], own, False)
    draw_forgetting(panels[1], first, own, False)
    panels[0].axhline(np.mean(first, axis=0)[0], color="grey", linestyle=":", linewidth=1)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=5, fontsize=8)
    means = {remedy: np.mean(points, axis=0) for remedy, points in own.items()}
    best = [max(means, key=lambda name: means[name][place]) for place in (1, 0, 2)]
    alt = f"Left: task A against task B for eight ways to learn B. Most of B has '{best[0]}', most of A '{best[1]}'. "
    plots.show(figure, alt=f"{alt}Right: forgetting in nats, largest for '{best[2]}'.")


figure_two_tasks()

# %% [markdown]
# LoRA has one more way out, which no other row of the table has: the update can be taken off again. Then the body is the
# one that has learned A, to the last bit, and the old head still fits.


# %%
def taken_off() -> None:
    """Task A with LoRA's matrices in place, and after they are taken off."""
    for seed in settings.live_seeds:
        found = after("LoRA", seed)
        print(f"seed {seed}: A before B {before(seed)['A']:.3f}, after B {found['A']:.3f},", end=" ")
        print(f"after B with LoRA taken off {found['A, taken off']:.3f}")


taken_off()

# %% [markdown]
# What to read off. In the left panel up is "A is still there", right is "B was learned", and the dotted line is A before
# B: the upper right corner is what one wants. In the right panel, what B did to a loss that nobody trained on. In profile
# tiny both tasks get so few steps ({{ s.tiny.steps_a }} and {{ s.tiny.steps_b }}) that A has little to lose and its error bars
# are wide; do not read an order of remedies into filled circles whose bars overlap. The change of the loss on general text is
# less noisy, because the same tokens are masked before and after.
# {%- if s.tiny.recorded_remedies %}
#
# The open markers are recorded from profile laptop, and so is the dashed line, {{ s.tiny.recorded_remedies["replay"] | length }} seeds, in which both tasks got
# more steps ({{ s.laptop.steps_a }} and {{ s.laptop.steps_b }}). The next cell asks your `compare_seeds` what they show.
# {%- endif %}


# %%
def recorded_gaps() -> pd.DataFrame:
    """Profile laptop, after B less before B, seed by seed: A, and the loss on general text, with 95% intervals."""
    table = {}
    start = np.array(settings.recorded_before)
    for remedy, points in settings.recorded_remedies.items():
        row = {"B, macro-F1": mean_sd(np.array(points)[:, 1])}
        for place, title in [(0, "A, after less before"), (2, "forgetting (nats)")]:
            found = compare_seeds(dict(enumerate(np.array(points)[:, place])), dict(enumerate(start[:, place])))
            covered = ", covered" if found["covered"] else ""
            row[title] = f"{found['gap']:+.3f} [{found['low']:+.3f}, {found['high']:+.3f}]{covered}"
        table[remedy] = row
    return pd.DataFrame(table).T


recorded_gaps()

# %% [markdown]
# Read it soberly. Plain fine-tuning learns most of B and costs most on general text, but what A loses is not much more
# than what three seeds differ by. And **head only**, a limit that was meant to be poor, has most of B for nothing: two questions
# about the same sentences share much of what they need. A remedy has to beat that row before it is worth its trouble.
