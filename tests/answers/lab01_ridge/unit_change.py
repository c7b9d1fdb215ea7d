# %% right="a diagonal matrix of factors, models by hand-made copies"
import copy


def unit_change(model, X, y, column, factor):
    factors = np.ones(X.shape[1])
    factors[column] = factor
    one, two = copy.deepcopy(model), copy.deepcopy(model)
    one.fit(X, y)
    two.fit(X * factors, y)
    return np.max(np.abs(one.predict(X) - two.predict(X * factors)))


# %% right="loop over the two factors, max of a list"
def unit_change(model, X, y, column, factor):
    predictions = []
    for f in (1.0, factor):
        Z = np.array(X)
        Z[:, column] = Z[:, column] * f
        predictions.append(clone(model).fit(Z, y).predict(Z))
    return max(abs(a - b) for a, b in zip(*predictions, strict=True))


# %% right="one clone, fitted twice, predictions taken in between"
def unit_change(model, X, y, column, factor):
    work, Z = clone(model), X.copy()
    before = work.fit(X, y).predict(X)
    Z[:, column] *= factor
    return float(np.linalg.norm(work.fit(Z, y).predict(Z) - before, ord=np.inf))


# %% wrong="fits the caller's model twice: both names are the second fit" loses=["unit_model", "unit_value"] says="fitted twice is one model"
def unit_change(model, X, y, column, factor):
    Z = X.copy()
    Z[:, column] *= factor
    one = model.fit(X, y)
    two = model.fit(Z, y)
    return np.abs(one.predict(X) - two.predict(Z)).max()


# %% wrong="right number, but the caller's model comes back fitted" loses=["unit_model"] says="clone"
def unit_change(model, X, y, column, factor):
    Z = X.copy()
    Z[:, column] *= factor
    before = model.fit(X, y).predict(X)
    return np.abs(model.fit(Z, y).predict(Z) - before).max()


# %% wrong="the rescaled model predicts for rows in the old units" loses=["unit_value"] says="units it was fitted in"
def unit_change(model, X, y, column, factor):
    Z = X.copy()
    Z[:, column] *= factor
    return np.abs(clone(model).fit(X, y).predict(X) - clone(model).fit(Z, y).predict(X)).max()


# %% wrong="signed differences" loses=["unit_value"] says="absolute"
def unit_change(model, X, y, column, factor):
    Z = X.copy()
    Z[:, column] *= factor
    return np.sum(clone(model).fit(Z, y).predict(Z) - clone(model).fit(X, y).predict(X))


# %% wrong="the mean change instead of the largest" loses=["unit_value"] says="maximum"
def unit_change(model, X, y, column, factor):
    Z = X.copy()
    Z[:, column] *= factor
    return np.abs(clone(model).fit(Z, y).predict(Z) - clone(model).fit(X, y).predict(X)).mean()


# %% wrong="compares the coefficients" loses=["unit_value"] says="predicts"
def unit_change(model, X, y, column, factor):
    Z = X.copy()
    Z[:, column] *= factor
    return np.abs(clone(model).fit(Z, y).coef_ - clone(model).fit(X, y).coef_).max()


# %% wrong="X changed in place after the first fit" loses=["unit_input"] says="other units"
def unit_change(model, X, y, column, factor):
    before = clone(model).fit(X, y).predict(X)
    X[:, column] *= factor
    return np.abs(clone(model).fit(X, y).predict(X) - before).max()


# %% wrong="a second name for X is no copy" loses=["unit_value", "unit_input"] says="units it was fitted in"
def unit_change(model, X, y, column, factor):
    Z = X
    Z[:, column] *= factor
    return np.abs(clone(model).fit(Z, y).predict(Z) - clone(model).fit(X, y).predict(X)).max()


# %% wrong="largest signed difference, before minus after" loses=["unit_value"] says="absolute"
def unit_change(model, X, y, column, factor):
    Z = X.copy()
    Z[:, column] *= factor
    return np.max(clone(model).fit(X, y).predict(X) - clone(model).fit(Z, y).predict(Z))


# %% wrong="largest signed difference, after minus before" loses=["unit_value"] says="absolute"
def unit_change(model, X, y, column, factor):
    Z = X.copy()
    Z[:, column] *= factor
    return np.max(clone(model).fit(Z, y).predict(Z) - clone(model).fit(X, y).predict(X))


# %% wrong="one clone under two names, fitted twice" loses=["unit_value"] says="not one fitted twice"
def unit_change(model, X, y, column, factor):
    fresh, Z = clone(model), X.copy()
    Z[:, column] *= factor
    one, two = fresh.fit(X, y), fresh.fit(Z, y)
    return np.abs(one.predict(X) - two.predict(Z)).max()


# %% right="a frame's column is replaced, the result a 0-d tensor"
import torch


def unit_change(model, X, y, column, factor):
    table = pd.DataFrame(X)
    table[column] = table[column] * factor
    one = clone(model).fit(X, y).predict(X)
    two = clone(model).fit(table.to_numpy(), y).predict(table.to_numpy())
    return torch.tensor(one - two).abs().max()


# %% wrong="every column gets the other unit" loses=["unit_value"] says="one column that was named"
def unit_change(model, X, y, column, factor):
    Z = factor * X
    return np.max(np.abs(clone(model).fit(Z, y).predict(Z) - clone(model).fit(X, y).predict(X)))


# %% wrong="always height, whatever column was named" loses=["unit_value"] says="one column that was named"
def unit_change(model, X, y, column, factor):
    Z = np.column_stack([factor * X[:, 0], X[:, 1:]])
    return np.max(np.abs(clone(model).fit(Z, y).predict(Z) - clone(model).fit(X, y).predict(X)))


# %% wrong="the factor of the settings" loses=["unit_value"] says="units it was fitted in"
def unit_change(model, X, y, column, factor):
    Z = X.copy()
    Z[:, column] *= settings.factor
    return np.max(np.abs(clone(model).fit(Z, y).predict(Z) - clone(model).fit(X, y).predict(X)))


# %% wrong="the caller's model is given another alpha on the way" loses=["unit_model", "unit_value"] says="settings of the caller's model"
def unit_change(model, X, y, column, factor):
    if hasattr(model, "alpha"):
        model.set_params(alpha=1.0)
    Z = X.copy()
    Z[:, column] *= factor
    return np.max(np.abs(clone(model).fit(Z, y).predict(Z) - clone(model).fit(X, y).predict(X)))


# %% wrong="y is centred in place" loses=["unit_input"] says="multiply a copy"
def unit_change(model, X, y, column, factor):
    y -= y.mean()
    Z = X.copy()
    Z[:, column] *= factor
    return np.max(np.abs(clone(model).fit(Z, y).predict(Z) - clone(model).fit(X, y).predict(X)))
