# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ### What the penalty is for
#
# Eleven columns and well over a thousand people: here is little to gain from a penalty. It earns its keep where a model
# could do too much. So we let the columns interact: every product of two and of three of them becomes a column of its
# own, {{ 11 + 55 + 165 }} in all, and {{ s.tiny.wide_rows }} people to learn from. Least squares can now bend almost
# through every point that it has seen: **overfitting**. Watch two errors, on the people a model was fitted to (train)
# and on all the others (test); the horizontal axis is your
# `effective_df`.


# %%
def wide_table(X: np.ndarray) -> np.ndarray:
    """The columns and the products of any two and three of them; (rows, 231) for 11 columns."""
    return PolynomialFeatures(3, interaction_only=True, include_bias=False).fit_transform(X)


def errors_along(Z_train, t_train, Z_test, t_test, alphas) -> tuple[np.ndarray, np.ndarray]:
    """RMSE in kg of ridge on columns as they come, on training and test rows; two arrays (alphas,)."""
    means = Z_train.mean(axis=0)
    U, s, Vt = np.linalg.svd(Z_train - means, full_matrices=False)
    along = U.T @ (t_train - t_train.mean())
    weights = (s / (s**2 + np.asarray(alphas)[:, None]) * along) @ Vt  # (alphas, columns)
    errors = []
    for Z, t in ((Z_train, t_train), (Z_test, t_test)):
        residuals = (t - t_train.mean())[:, None] - (Z - means) @ weights.T
        errors.append(np.sqrt(np.mean(residuals**2, axis=0)))
    return errors[0], errors[1]


# %%
UNITS = {"m": 1.0, "cm": 100.0, "mm": 1000.0}  # of height
WIDE = {f"unscaled, height in {unit}": wide_table(X * np.r_[factor, np.ones(10)]) for unit, factor in UNITS.items()}
STRENGTHS = np.logspace(-3, 18, settings.wide_points)


def wide_split(kind: str, seed: int) -> list[np.ndarray]:
    """Training and test rows of a wide table, then both targets; kind: a name of WIDE, or "scaled"."""
    table = WIDE.get(kind, WIDE["unscaled, height in m"])
    parts = train_test_split(table, y, train_size=settings.wide_rows, random_state=seed)
    if kind == "scaled":
        scaler = StandardScaler().fit(parts[0])
        parts[:2] = [scaler.transform(part) for part in parts[:2]]
    return parts


def wide_curves(kind: str) -> np.ndarray:
    """Degrees of freedom, training and test error, mean over splits; (3, alphas)."""
    curves = []
    for seed in range(settings.wide_splits):
        train, test, t_train, t_test = wide_split(kind, seed)
        df = np.asarray(effective_df(train, STRENGTHS))
        curves.append([df, *errors_along(train, t_train, test, t_test, STRENGTHS)])
    return np.mean(curves, axis=0)


# %%
WIDE_ALT = (
    "Training and test error against effective degrees of freedom on 231 columns. Training errors fall all the way; test "
    "errors have a valley near 20 and shoot up to the right, past the error of predicting the mean."
)


def draw_wide(panel, kind: str, colour: str) -> None:
    df, train, test = wide_curves(kind)
    panel.plot(df, test, color=colour, label=kind)
    panel.plot(df, train, color=colour, linestyle="--", linewidth=1, label="_")
    limit = np.searchsorted(STRENGTHS, 1.01 * max(settings.alphas)) - 1
    panel.plot(df[limit], test[limit], "o", color=colour, markersize=9, label="_")
    best = test.argmin()
    print(f"{kind}: at best {test[best]:.2f} kg, {df[best]:.0f} degrees of freedom, alpha = {STRENGTHS[best]:.0e}")


# %%
def figure_wide():
    figure, panel = plots.axes(width=8.0, height=4.6)
    kinds = ("scaled", "unscaled, height in m", "unscaled, height in mm")
    for kind, colour in zip(tqdm(kinds, desc="tables"), plots.COLOURS, strict=False):
        draw_wide(panel, kind, colour)
    panel.plot([], [], color="black", label="test error")
    panel.plot([], [], color="black", linestyle="--", linewidth=1, label="training error")
    panel.plot([], [], "o", color="black", label=f"alpha = {max(settings.alphas):,.0f}, end of the grid")
    panel.axhline(y.std(), color="grey", linewidth=1, label="predicting the mean")
    panel.set_xscale("function", functions=(lambda x: np.sqrt(np.maximum(x, 0)), np.square))
    panel.set(yscale="log", ylim=(6, 100), xlabel="effective degrees of freedom (count)", ylabel="RMSE (kg)")
    panel.set_xticks([0, 2, 5, 10, 20, 50, 100, 150, 200])
    panel.set_yticks([6, 8, 10, 12, 15, 20, 30, 50, 100], [6, 8, 10, 12, 15, 20, 30, 50, 100])
    panel.minorticks_off()
    panel.legend(fontsize="small", loc="upper left")
    plots.show(figure, alt=WIDE_ALT)


figure_wide()


# %%
def wide_competition() -> pd.DataFrame:
    """RMSE in kg on the rows fitted to and on all others, mean ± sd over the splits; alpha from the course's grid."""
    plain = slice(0, X.shape[1])
    every = slice(None)
    models = {
        "mean": (DummyRegressor(), plain),
        "least squares, 11 columns": (LinearRegression(), plain),
        "least squares, 231": (make_pipeline(StandardScaler(), LinearRegression()), every),
        "ridge, unscaled, 231": (RidgeCV(alphas=settings.alphas), every),
        "ridge, scaled, 11": (make_pipeline(StandardScaler(), RidgeCV(alphas=settings.alphas)), plain),
        "ridge, scaled, 231": (make_pipeline(StandardScaler(), RidgeCV(alphas=settings.alphas)), every),
    }
    found = {name: [] for name in models}
    for seed in tqdm(range(settings.wide_splits), desc="splits"):
        train, test, t_train, t_test = wide_split("unscaled, height in m", seed)
        for name, (model, kept) in models.items():
            fitted = clone(model).fit(train[:, kept], t_train)
            residuals = (t_train - fitted.predict(train[:, kept]), t_test - fitted.predict(test[:, kept]))
            found[name].append([np.sqrt(np.mean(part**2)) for part in residuals])
    rows = [[name, *map(mean_sd, np.transpose(pairs))] for name, pairs in found.items()]
    return pd.DataFrame(rows, columns=["model", "train RMSE (kg)", "test RMSE (kg)"])


wide_competition()

# %% [markdown]
# This is what the title means. Without a penalty the wide table is a disaster: a small error on the people seen, on new
# ones several times the error of knowing nothing. Unscaled ridge with the same grid of penalties **fails outright**: its
# largest alpha leaves far more freedom than {{ s.tiny.wide_rows }} people can pay for, since products of blood pressure
# and cholesterol have numbers in the millions. Scaled, the same grid holds the valley, and {{ 11 + 55 + 165 }} columns do
# no worse than eleven.
#
# The figure also says what scaling does *not* do. On the common axis the curves come much closer: with an alpha of
# billions, in millimetres of trillions, unscaled ridge finds a valley too, deeper or shallower as the units have it.
# Scaling makes alpha a number that one can guess, and spends the freedom on no column because of its unit.

# %% [markdown]
# ### Try it: units, penalty, freedom
#
# The left panel shows how much is left of each direction of the wide table, $s_k^2 / (s_k^2 + \alpha)$; the area under a
# line is the effective degrees of freedom. The right panel shows what that costs. Two settings are printed below; in
# a running notebook you can drag the penalty and choose the unit yourself. Which alpha in millimetres leaves as
# much freedom as alpha = {{ s.tiny.alpha | int }} does behind a scaler?


# %%
def draw_freedom(unit: str, log_alpha: float) -> None:
    """What a penalty leaves of the wide table, unscaled with height in this unit and scaled; one split."""
    figure, (left, right) = plots.axes(2, width=4.8, height=3.4)
    alpha = 10.0**log_alpha
    kinds = (f"unscaled, height in {unit}", "scaled")
    for place, kind in enumerate(kinds):
        train, test, t_train, t_test = wide_split(kind, 0)
        s = np.linalg.svd(train - train.mean(axis=0), compute_uv=False)
        kept = s**2 / (s**2 + alpha)
        errors = np.ravel(errors_along(train, t_train, test, t_test, [alpha]))
        left.plot(kept, color=plots.COLOURS[place], label=f"{kind}: {kept.sum():.1f} in all")
        bars = right.bar([place - 0.2, place + 0.2], errors, width=0.36, color=plots.COLOURS[place])
        bars[0].set_alpha(0.5)
        right.bar_label(bars, [f"{error:.1f}" for error in errors])
    right.axhline(y.std(), color="grey", linewidth=1)
    right.set_xticks([0, 1], [kind.replace(", ", ",\n") for kind in kinds])
    left.set(ylim=(-0.03, 1.03), xlabel="direction, the largest first", ylabel="share that is left")
    right.set(yscale="log", ylim=(5, 300), xlabel=f"alpha = {alpha:.3g}", ylabel="RMSE (kg), pale: train; line: mean")
    left.legend(fontsize="small", loc="upper right")
    plots.show(figure, alt=f"Share left of each direction, and both errors, for log10 alpha {log_alpha:g}, {unit}.")


# %%
draw_freedom("m", 2.0)
draw_freedom("mm", 11.5)
plots.explore(draw_freedom, unit=list(UNITS), log_alpha=(-3.0, 18.0, 0.5))
