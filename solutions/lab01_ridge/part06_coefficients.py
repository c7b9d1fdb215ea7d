# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 6 · What do the coefficients say?
#
# The table shows two fits to all people: least squares, and scaled ridge with alpha = {{ s.tiny.alpha | int }},
# translated back into original units. Then the same ridge weights as they were fitted, in kg per standard deviation;
# and, as a warning, how much these move when people are drawn again (bootstrap): that is the **variance** of the fit.


# %%
def coefficient_table() -> pd.DataFrame:
    """Weights per original unit; last two columns: kg per standard deviation, and its sd over bootstrap samples."""
    model = scaled_ridge(settings.alpha).fit(X, y)
    scaler = model[0]
    ridge = model[-1]
    back, _ = to_original_units(ridge.coef_, ridge.intercept_, scaler.mean_, scaler.scale_)
    draws = [np.random.default_rng(seed).integers(len(X), size=len(X)) for seed in range(settings.bootstraps)]
    weights = np.array([scaled_ridge(settings.alpha).fit(X[rows], y[rows])[-1].coef_ for rows in draws])
    table = pd.DataFrame({"least squares": LinearRegression().fit(X, y).coef_, "ridge": back}, index=columns)
    words = {"0 or 1": "kg, 1 against 0", "years": "kg per year", "a day": "kg per cigarette a day"}
    table["unit"] = [words.get(units[name], f"kg per {units[name]}") for name in columns]
    table["ridge, kg per sd"] = ridge.coef_
    table["± bootstrap sd"] = weights.std(axis=0, ddof=1)
    return table.round(3)


coefficient_table()

# %%
print(people[["height", "male", "age", "smoking_years"]].corr().round(2).to_string())
both = LinearRegression().fit(X, y).coef_[[columns.index("age"), columns.index("smoking_years")]]
without = [name for name in columns if name != "smoking_years"]
alone = LinearRegression().fit(people[without], y).coef_[without.index("age")]
print(f"age: {both[0]:+.3f} kg per year beside smoking_years ({both[1]:+.3f} kg per year), {alone:+.3f} without it.")

# %% [markdown] question="coefficients" points=13
# ## Exercise 12 · What the coefficients mean, and which alpha you would use
#
# *Why.* A table of weights is the most misread output of all, and a penalty that nobody defends is a default.
# *Effort.* Medium, 15 minutes, 13 points, read by a person.
#
# A colleague looks at the two cells above and writes: "Height matters most, since it has by far the largest
# coefficient in the least-squares column. Every further year of smoking takes weight off a person; so people who want
# to lose weight should not stop. And age plays no role."
#
# Answer in about 200 words, with numbers from your own output. (a) Why does the size of the number in the "ridge" or
# "least squares" column not show importance, and which column is fairer, with which reservation?
# (b) What is wrong with reading `age` and `smoking_years` one at a time? What happens to age when its partner leaves?
# (c) Why does no column of the coefficient table say what happens if somebody stops smoking? Name one thing
# that could be behind the coefficient of `smoking_years`.
# (d) Which alpha do *you* use for the wide table of Exercise 9? Defend it with its error, its bar and its degrees of
# freedom, and name something that would make you choose another.
#
# === BEGIN MARK SCHEME ===
# 13 points. Half of a part's points where the idea is named but not tied to the table, or tied but garbled.
#
# (a) 3 points. 1: a coefficient is in kg per unit, so metres make it large and millimetres small without any change
# of the model (a number from the output is quoted). 1: kg per standard deviation puts all columns on one footing. 1:
# a reservation: the standard deviation is this sample's; binary columns; weights shared among correlated columns;
# shrinkage; bootstrap spread.
#
# (b) 4 points. 2: age and smoking_years are strongly correlated (about 0.87), so "one more year of smoking at the
# same age" is a rare comparison (in effect, starting younger) and the data can hardly tell the two apart. 1: quotes
# the change of age's weight when smoking_years is left out. 1: a weight near zero beside a collinear partner is not
# "no role"; penalty splits weight between partners.
#
# (c) 3 points. 2: association in observational data; everybody in the table smoked when weighed and no column says
# who stopped later; a prediction model adjusts for whatever columns it happens to have. 1: a concrete alternative:
# illness that lowers weight, birth cohort, diet, alcohol, income, reverse causation.
#
# (d) 3 points. 1: one alpha of the grid is chosen; its error and its degrees of freedom are quoted. 1: the reason fits
# the numbers: the smallest error (100, about 21 degrees of freedom), or a larger alpha for the sake of fewer degrees of
# freedom at a paired difference that is small beside its spread (1,000, about 10). The cautious rule's 100,000 needs more
# than the rule: it leaves almost nothing but the mean. 1: something that would change the choice: more people, fewer
# columns, what an error costs, a wish for a simple model; or that folds share rows and bars are too short.
#
# A typical wrong answer: "the coefficient is small, so it is not significant" (no credit for (b) by itself), or
# "ridge makes the coefficients causal because it handles collinearity" (no credit for (c)).
# === END MARK SCHEME ===

# %% [markdown] answer="coefficients"
# ### BEGIN SOLUTION
# (a) The 70-odd kg for height are kg *per metre*, and nobody differs from anybody by a metre; typed in millimetres
# the same model shows 0.07. The column in kg per standard deviation is fairer, since each weight belongs to a step
# that is usual in this sample. Reservation: the step is this sample's, it means little for a 0/1 column, and
# correlated columns such as height and male share what they have in common, the more so with a penalty.
#
# (b) Age and years of smoking correlate at 0.87: somebody with more years of smoking at the *same* age is somebody
# who started younger. The data hold few such contrasts, so the two weights are badly separated. Without smoking_years
# the weight of age even changes its sign here. "Age plays no role" is a statement about age *given* its partner.
#
# (c) Everybody in the table smoked when weighed, and no column says who stopped later; nobody was made to. The number
# is an association: illness may make long-time smokers thinner, those born earlier may differ in diet. Adding a
# penalty changes none of that.
#
# (d) I use alpha = 1,000. Its mean error, 14.31 kg, is 0.14 kg above the smallest (14.17 at alpha = 100), far within a
# bar of about 1 kg, and it leaves 10 of 231 degrees of freedom instead of 21, so that its weights move less when people are drawn
# again. I do not follow the one-standard-error rule to 100,000: 0.6 degrees of freedom is hardly a model, and the bar is mostly
# luck that all alphas share. With 1,000 people instead of 300 I would choose again: more data pay for more freedom.
# ### END SOLUTION
