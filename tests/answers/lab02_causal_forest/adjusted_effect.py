# Answers to lab 2, exercise 2.

# %% right="scikit-learn, treatment last"
def adjusted_effect(y, t, x):
    return LinearRegression().fit(np.column_stack([x, t]), y).coef_[-1]


# %% right="Frisch, Waugh and Lovell: both residualised"
def adjusted_effect(y, t, x):
    u = y - LinearRegression().fit(x, y).predict(x)
    v = t - LinearRegression().fit(x, t).predict(x)
    return u @ v / (v @ v)


# %% right="centred columns, normal equations on scaled columns"
def adjusted_effect(y, t, x):
    design = np.column_stack([t, x])
    design = design - design.mean(axis=0)
    scale = design.std(axis=0)
    return (np.linalg.solve((design / scale).T @ (design / scale), (design / scale).T @ (y - y.mean())) / scale)[0]


# %% wrong="covariates left out" loses=["adjusted_confounders"] says="all covariates"
def adjusted_effect(y, t, x):
    return LinearRegression().fit(t[:, None], y).coef_[0]


# %% wrong="only the first covariate" loses=["adjusted_confounders"] says="all covariates"
def adjusted_effect(y, t, x):
    return LinearRegression().fit(np.column_stack([t, x[:, 0]]), y).coef_[0]


# %% wrong="only the outcome residualised" loses=["adjusted_confounders"] says="in one regression"
def adjusted_effect(y, t, x):
    u = y - LinearRegression().fit(x, y).predict(x)
    return LinearRegression().fit(t[:, None], u).coef_[0]


# %% wrong="the intercept instead of the treatment's coefficient" loses=["adjusted_confounders", "adjusted_intercept"] says="treatment's coefficient"
def adjusted_effect(y, t, x):
    return np.linalg.lstsq(np.column_stack([np.ones(len(y)), t, x]), y, rcond=None)[0][0]


# %% wrong="no intercept" loses=["adjusted_intercept"] says="intercept"
def adjusted_effect(y, t, x):
    return np.linalg.lstsq(np.column_stack([t, x]), y, rcond=None)[0][0]


# %% wrong="ridge" loses=["adjusted_units"] says="penalty"
def adjusted_effect(y, t, x):
    from sklearn.linear_model import Ridge

    return Ridge(alpha=1.0).fit(np.column_stack([t, x]), y).coef_[0]


# %% wrong="lasso" loses=["adjusted_units"] says="penalty"
def adjusted_effect(y, t, x):
    from sklearn.linear_model import Lasso

    return Lasso(alpha=0.001).fit(np.column_stack([t, x]), y).coef_[0]


# %% right="float32 least squares"
def adjusted_effect(y, t, x):
    design = np.column_stack([np.ones(len(y)), t, x]).astype("float32")
    return np.linalg.lstsq(design, np.asarray(y, dtype="float32"), rcond=None)[0][1]


# %% wrong="each group has its own regression" loses=["adjusted_confounders"] says="in one regression"
def adjusted_effect(y, t, x):
    lines = [LinearRegression().fit(x[t == group], y[t == group]) for group in (0, 1)]
    return np.mean(lines[1].predict(x) - lines[0].predict(x))


# %% wrong="the treatment interacts with the covariates" loses=["adjusted_confounders"] says="in one regression"
def adjusted_effect(y, t, x):
    return LinearRegression().fit(np.hstack([t[:, None], x, x * t[:, None]]), y).coef_[0]


# %% wrong="the outcome alone is centred" loses=["adjusted_confounders"] says="intercept"
def adjusted_effect(y, t, x):
    return LinearRegression(fit_intercept=False).fit(np.column_stack([x, t]), y - y.mean()).coef_[-1]


# %% wrong="a little ridge for the sake of the inverse, intercept included" loses=["adjusted_intercept", "adjusted_units"] says="penalty"
def adjusted_effect(y, t, x):
    design = np.column_stack([np.ones(len(y)), t, x])
    return (np.linalg.inv(design.T @ design + 0.002 * np.eye(design.shape[1])) @ design.T @ y)[1]


# %% wrong="covariates standardised in the caller's array" loses=["adjusted_confounders"] says="in place"
def adjusted_effect(y, t, x):
    x -= x.mean(axis=0)
    x /= x.std(axis=0)
    return LinearRegression().fit(np.column_stack([t, x]), y).coef_[0]
