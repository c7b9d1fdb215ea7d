# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# All three together: the learning rate of every depth at every step, which is what ULMFiT's third stage is.


# %%
def planned_rates(plan, steps: int) -> np.ndarray:
    """(depths, steps) learning rates of a plan (depth, depths, step, steps) -> rate; 0 is frozen."""
    return np.array([[plan(depth, DEPTHS, step, steps) for step in range(steps)] for depth in range(DEPTHS)])


def ulmfit_plan(depth: int, depths: int, step: int, steps: int) -> float:
    """Discriminative rates, slanted triangle and gradual unfreezing over the first half of the steps."""
    name = "final_norm" if depth == depths - 1 else "embeddings" if depth == 0 else f"layers.{depth - 1}.x"
    rate = discriminative_rates([name], depths - 2, settings.peaks["+ unfreezing"])[name]
    every = max(1, steps // (2 * depths))
    return rate * slanted_triangular(step, steps) * learns(name, depths - 2, step, every)


# %%
def draw_plan(panel, rates: np.ndarray) -> None:
    """A picture of (depths, steps) rates, one row a depth, on a logarithmic colour scale; white is frozen."""
    shown = panel.imshow(
        np.log10(np.where(rates > 0, rates, np.nan)), aspect="auto", origin="lower", interpolation="nearest"
    )
    labels = ["embeddings", *(f"layer {n}" for n in range(DEPTHS - 2)), "top"]
    every = 1 if DEPTHS < 12 else 4
    panel.set_yticks(range(0, DEPTHS, every), labels[::every])
    panel.set(xlabel="step (number)", ylabel="depth")
    panel.figure.colorbar(shown, ax=panel, label="log10 of the learning rate")


def figure_plans():
    figure, panels = plots.axes(2, width=5.5)
    steps = 100
    for cut in (0.1, 0.3):
        shares = [slanted_triangular(step, steps, cut) for step in range(steps + 1)]
        panels[0].plot(shares, label=f"slanted triangle, cut at {cut}")
    panels[0].plot([linear_share(step, steps) for step in range(steps + 1)], "--", label="linear warm-up and decay")
    panels[0].set(xlabel="step (number)", ylabel="share of the peak rate (0 to 1)")
    panels[0].legend(fontsize=8)
    draw_plan(panels[1], planned_rates(ulmfit_plan, steps))
    alt = "Left: the slanted triangle rises to 1 within a tenth or three tenths of the steps and falls slowly. Right: each "
    plots.show(figure, alt=alt + "depth joins later and learns more slowly the lower it is; the embeddings come last.")


# %%
def linear_share(step: int, steps: int) -> float:
    """The usual schedule to compare with: linear warm-up over a tenth of the steps, linear decay to nothing."""
    warm = max(1, steps // 10)
    return min((step + 1) / warm, (steps - step) / (steps - warm))


figure_plans()
lowest = discriminative_rates(["embeddings"], LAYERS, 1.0)["embeddings"]
print(f"over {LAYERS} layers and the embeddings the lowest rate is the peak divided by {1 / lowest:,.0f}")

# %% [markdown]
# Look at the number below the figure before you read on: a factor of 2.6 was chosen for a network of a few LSTM layers.
# Multiplied over every layer of a transformer, it all but freezes the bottom. One peak rate for all arms of a comparison
# would then test how much may learn, not whether the tool is good; so every arm of Part 3 has a peak rate of its own.
