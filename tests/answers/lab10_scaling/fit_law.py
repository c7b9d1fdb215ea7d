# %% right="least squares"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return np.exp(intercept), -slope


def fit_law(parameters, tokens, losses):
    def off(numbers):
        law = dict(zip(LAW, numbers, strict=True))
        return np.log(kaplan_loss(law, parameters, tokens) / losses)

    return dict(zip(LAW, least_squares(off, [0.1, 0.2, 15.0, 15.0]).x, strict=True))


# %% right="BFGS"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return np.exp(intercept), -slope


def fit_law(parameters, tokens, losses):
    def off(numbers):
        law = dict(zip(LAW, numbers, strict=True))
        return np.log(kaplan_loss(law, parameters, tokens) / losses)

    from scipy.optimize import minimize

    best = minimize(lambda numbers: 1000 * np.sum(off(numbers) ** 2), [0.1, 0.2, 15.0, 15.0])
    return dict(zip(LAW, best.x.tolist(), strict=True))


# %% right="Nelder-Mead, the line by its normal equations"
def power_law(x, y):
    u, v = np.log(x), np.log(y)
    slope = np.sum((u - u.mean()) * (v - v.mean())) / np.sum((u - u.mean()) ** 2)
    intercept = v.mean() - slope * u.mean()
    return np.exp(intercept), -slope


def fit_law(parameters, tokens, losses):
    def off(numbers):
        law = dict(zip(LAW, numbers, strict=True))
        return np.log(kaplan_loss(law, parameters, tokens) / losses)

    from scipy.optimize import minimize

    best = minimize(
        lambda n: np.sum(off(n) ** 2),
        [0.1, 0.2, 15.0, 15.0],
        method="Nelder-Mead",
        options={"maxiter": 4000, "fatol": 1e-10},
    )
    return dict(zip(LAW, best.x.tolist(), strict=True))


# %% wrong="the exponent's sign" loses=["law_line"] says="exponent is positive"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return np.exp(intercept), slope


def fit_law(parameters, tokens, losses):
    def off(numbers):
        law = dict(zip(LAW, numbers, strict=True))
        return np.log(kaplan_loss(law, parameters, tokens) / losses)

    return dict(zip(LAW, least_squares(off, [0.1, 0.2, 15.0, 15.0]).x, strict=True))


# %% wrong="the intercept as it is" loses=["law_line"] says="logarithm of the coefficient"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return intercept, -slope


def fit_law(parameters, tokens, losses):
    def off(numbers):
        law = dict(zip(LAW, numbers, strict=True))
        return np.log(kaplan_loss(law, parameters, tokens) / losses)

    return dict(zip(LAW, least_squares(off, [0.1, 0.2, 15.0, 15.0]).x, strict=True))


# %% wrong="exponent first" loses=["law_line"] says="coefficient comes first"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return -slope, np.exp(intercept)


def fit_law(parameters, tokens, losses):
    def off(numbers):
        law = dict(zip(LAW, numbers, strict=True))
        return np.log(kaplan_loss(law, parameters, tokens) / losses)

    return dict(zip(LAW, least_squares(off, [0.1, 0.2, 15.0, 15.0]).x, strict=True))


# %% wrong="a line through the ends" loses=["law_line"] says="through all points"
def power_law(x, y):
    slope = np.log(y[-1] / y[0]) / np.log(x[-1] / x[0])
    intercept = np.log(y[0]) - slope * np.log(x[0])
    return np.exp(intercept), -slope


def fit_law(parameters, tokens, losses):
    def off(numbers):
        law = dict(zip(LAW, numbers, strict=True))
        return np.log(kaplan_loss(law, parameters, tokens) / losses)

    return dict(zip(LAW, least_squares(off, [0.1, 0.2, 15.0, 15.0]).x, strict=True))


# %% wrong="the start is handed back" loses=["law_exact", "law_noisy"] says="moved from its start"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return np.exp(intercept), -slope


def fit_law(parameters, tokens, losses):
    def off(numbers):
        law = dict(zip(LAW, numbers, strict=True))
        return np.log(kaplan_loss(law, parameters, tokens) / losses)

    return dict(zip(LAW, [0.1, 0.2, 15.0, 15.0], strict=True))


# %% wrong="the notebook's runs are fitted" loses=["law_exact", "law_noisy"] says="best fit goes through all"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return np.exp(intercept), -slope


def fit_law(parameters, tokens, losses):
    parameters, tokens, losses = known[["parameters", "tokens", "loss"]].to_numpy().T

    def off(numbers):
        law = dict(zip(LAW, numbers, strict=True))
        return np.log(kaplan_loss(law, parameters, tokens) / losses)

    return dict(zip(LAW, least_squares(off, [0.1, 0.2, 15.0, 15.0]).x, strict=True))


# %% wrong="absolute residuals" loses=["law_noisy"] says="minimise"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return np.exp(intercept), -slope


def fit_law(parameters, tokens, losses):
    def off(numbers):
        law = dict(zip(LAW, numbers, strict=True))
        return np.log(kaplan_loss(law, parameters, tokens) / losses)

    found = least_squares(off, [0.1, 0.2, 15.0, 15.0], loss="soft_l1", f_scale=0.001)
    return dict(zip(LAW, found.x, strict=True))


# %% wrong="only two numbers are fitted" loses=["law_exact", "law_noisy"] says="best fit goes through all"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return np.exp(intercept), -slope


def fit_law(parameters, tokens, losses):
    def off(numbers):
        law = dict(zip(LAW, numbers, strict=True))
        return np.log(kaplan_loss(law, parameters, tokens) / losses)

    found = least_squares(lambda pair: off([*pair, 15.0, 15.0]), [0.1, 0.2])
    return dict(zip(LAW, [*found.x, 15.0, 15.0], strict=True))


# %% wrong="the last run is left out" loses=["law_noisy"] says="root mean square"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return np.exp(intercept), -slope


def fit_law(parameters, tokens, losses):
    def off(numbers):
        law = dict(zip(LAW, numbers, strict=True))
        return np.log(kaplan_loss(law, parameters, tokens) / losses)[[0, 1, 2, 3, 5, 6, 7]]

    return dict(zip(LAW, least_squares(off, [0.1, 0.2, 15.0, 15.0]).x, strict=True))


# %% wrong="a changed input" loses=["law_exact", "law_noisy"] says="changes its input"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return np.exp(intercept), -slope


def fit_law(parameters, tokens, losses):
    losses -= 0.01

    def off(numbers):
        law = dict(zip(LAW, numbers, strict=True))
        return np.log(kaplan_loss(law, parameters, tokens) / losses)

    return dict(zip(LAW, least_squares(off, [0.1, 0.2, 15.0, 15.0]).x, strict=True))
