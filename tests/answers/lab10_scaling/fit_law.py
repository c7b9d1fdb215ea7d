# %% right="curve_fit on logarithms"
from scipy.optimize import curve_fit


def power_law(x, y):
    def line(log_x, log_c, e):
        return log_c - e * log_x

    (log_c, e), _ = curve_fit(line, np.log(x), np.log(y))
    return [float(np.exp(log_c)), float(e)]


def fit_law(parameters, tokens, losses):
    def logs(runs, *numbers):
        return np.log(kaplan_loss(dict(zip(LAW, numbers, strict=True)), *runs))

    found, _ = curve_fit(logs, np.stack([parameters, tokens]), np.log(losses), p0=[0.1, 0.2, 15.0, 15.0])
    return dict(zip(LAW, found.tolist(), strict=True))


# %% right="BFGS, and the closed form of a line"
from scipy.optimize import minimize


def power_law(x, y):
    u, v = np.log(x), np.log(y)
    slope = ((u - u.mean()) * (v - v.mean())).sum() / ((u - u.mean()) ** 2).sum()
    return math.exp(v.mean() - slope * u.mean()), -slope


def fit_law(parameters, tokens, losses):
    def loss(v):
        law = dict(zip(LAW, v, strict=True))
        return 1e3 * np.sum((np.log(kaplan_loss(law, parameters, tokens)) - np.log(losses)) ** 2)

    found = minimize(loss, [0.1, 0.2, 15.0, 15.0], method="BFGS")
    return {name: float(v) for name, v in zip(LAW, found.x, strict=True)}


# %% right="Nelder-Mead from two starts, and scikit-learn's line"
from scipy.optimize import minimize
from sklearn.linear_model import LinearRegression


def power_law(x, y):
    model = LinearRegression().fit(np.log(x)[:, None], np.log(y))
    return np.exp(model.intercept_), -model.coef_[0]


def fit_law(parameters, tokens, losses):
    def loss(v):
        return np.mean(np.log(kaplan_loss(dict(zip(LAW, v, strict=True)), parameters, tokens) / losses) ** 2)

    starts = ([0.1, 0.2, 15.0, 15.0], [0.07, 0.3, 16.0, 14.0])
    options = {"maxiter": 4000, "maxfev": 4000, "xatol": 1e-8, "fatol": 1e-12}
    tried = [minimize(loss, start, method="Nelder-Mead", options=options) for start in starts]
    best = min(tried, key=lambda found: found.fun)
    return dict(zip(LAW, best.x, strict=True))


# %% right="torch in double precision, LBFGS"
def power_law(x, y):
    u = torch.tensor(np.log(x)).double()
    A = torch.stack([torch.ones_like(u), -u], 1)
    log_c, e = torch.linalg.lstsq(A, torch.tensor(np.log(y)).double()[:, None]).solution[:, 0]
    return log_c.exp(), e


def fit_law(parameters, tokens, losses):
    n, d, measured = (torch.tensor(np.array(a, dtype=float)).log() for a in (parameters, tokens, losses))
    v = torch.tensor([0.1, 0.2, 1.5, 1.5], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [v], max_iter=3000, tolerance_grad=1e-12, tolerance_change=1e-15, line_search_fn="strong_wolfe"
    )

    def closure():
        optimizer.zero_grad()
        lack = (10 * v[2] - n) * v[0] / v[1]
        logs = v[1] * torch.logaddexp(lack, 10 * v[3] - d)
        loss = (logs - measured).square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    found = v.detach() * torch.tensor([1, 1, 10, 10])
    return dict(zip(LAW, found.tolist(), strict=True))


# %% wrong="the slope's own sign" loses=["law_line"] says="The exponent is positive where y falls"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return np.exp(intercept), slope


def fit_law(parameters, tokens, losses):
    def residuals(v):
        return np.log(kaplan_loss(dict(zip(LAW, v, strict=True)), parameters, tokens) / losses)

    return dict(zip(LAW, least_squares(residuals, [0.1, 0.2, 15, 15]).x, strict=True))


# %% wrong="the logarithm of the coefficient" loses=["law_line"] says="logarithm of the coefficient"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return intercept, -slope


def fit_law(parameters, tokens, losses):
    def residuals(v):
        return np.log(kaplan_loss(dict(zip(LAW, v, strict=True)), parameters, tokens) / losses)

    return dict(zip(LAW, least_squares(residuals, [0.1, 0.2, 15, 15]).x, strict=True))


# %% wrong="exponent first" loses=["law_line"] says="coefficient comes first"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return -slope, np.exp(intercept)


def fit_law(parameters, tokens, losses):
    def residuals(v):
        return np.log(kaplan_loss(dict(zip(LAW, v, strict=True)), parameters, tokens) / losses)

    return dict(zip(LAW, least_squares(residuals, [0.1, 0.2, 15, 15]).x, strict=True))


# %% wrong="logarithms to base 10, undone by exp" loses=["law_line"] says="A logarithm to base 10"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log10(x), np.log10(y), 1)
    return np.exp(intercept), -slope


def fit_law(parameters, tokens, losses):
    def residuals(v):
        return np.log(kaplan_loss(dict(zip(LAW, v, strict=True)), parameters, tokens) / losses)

    return dict(zip(LAW, least_squares(residuals, [0.1, 0.2, 15, 15]).x, strict=True))


# %% wrong="from the first and the last point" loses=["law_line"] says="through all points"
def power_law(x, y):
    e = -np.log(y[-1] / y[0]) / np.log(x[-1] / x[0])
    return y[0] * x[0] ** e, e


def fit_law(parameters, tokens, losses):
    def residuals(v):
        return np.log(kaplan_loss(dict(zip(LAW, v, strict=True)), parameters, tokens) / losses)

    return dict(zip(LAW, least_squares(residuals, [0.1, 0.2, 15, 15]).x, strict=True))


# %% wrong="least squares on y itself" loses=["law_line"] says="on the logarithms of both"
from scipy.optimize import curve_fit


def power_law(x, y):
    found, _ = curve_fit(lambda x, c, e: c * x**-e, x, y, p0=[y[0], 0.3])
    return found[0], found[1]


def fit_law(parameters, tokens, losses):
    def residuals(v):
        return np.log(kaplan_loss(dict(zip(LAW, v, strict=True)), parameters, tokens) / losses)

    return dict(zip(LAW, least_squares(residuals, [0.1, 0.2, 15, 15]).x, strict=True))


# %% wrong="logarithms written into the caller's arrays" loses=["law_line"] says="changes its input in place"
def power_law(x, y):
    np.log(x, out=x)
    np.log(y, out=y)
    slope, intercept = np.polyfit(x, y, 1)
    return np.exp(intercept), -slope


def fit_law(parameters, tokens, losses):
    def residuals(v):
        return np.log(kaplan_loss(dict(zip(LAW, v, strict=True)), parameters, tokens) / losses)

    return dict(zip(LAW, least_squares(residuals, [0.1, 0.2, 15, 15]).x, strict=True))


# %% wrong="the start" loses=["law_exact", "law_noisy"] says="still the one to start from"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return np.exp(intercept), -slope


def fit_law(parameters, tokens, losses):
    start = [0.1, 0.2, 15.0, 15.0]
    least_squares(lambda v: np.log(kaplan_loss(dict(zip(LAW, v, strict=True)), parameters, tokens) / losses), start)
    return dict(zip(LAW, start, strict=True))


# %% wrong="only the scales are fitted" loses=["law_exact", "law_noisy"] says="losses obey a law exactly"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return np.exp(intercept), -slope


def fit_law(parameters, tokens, losses):
    def residuals(v):
        law = dict(zip(LAW, [0.1, 0.2, *v], strict=True))
        return np.log(kaplan_loss(law, parameters, tokens) / losses)

    return dict(zip(LAW, [0.1, 0.2, *least_squares(residuals, [15, 15]).x], strict=True))


# %% wrong="only the exponents are fitted" loses=["law_exact", "law_noisy"] says="losses obey a law exactly"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return np.exp(intercept), -slope


def fit_law(parameters, tokens, losses):
    def residuals(v):
        return np.log(kaplan_loss(dict(zip(LAW, [*v, 15, 15], strict=True)), parameters, tokens) / losses)

    return dict(zip(LAW, [*least_squares(residuals, [0.1, 0.2]).x, 15, 15], strict=True))


# %% wrong="differences of losses, not of logarithms" loses=["law_noisy"] says="differences of logarithms"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return np.exp(intercept), -slope


def fit_law(parameters, tokens, losses):
    def residuals(v):
        found = kaplan_loss(dict(zip(LAW, v, strict=True)), parameters, tokens)
        return found - losses

    return dict(zip(LAW, least_squares(residuals, [0.1, 0.2, 15, 15]).x, strict=True))


# %% wrong="relative differences" loses=["law_noisy"] says="differences of logarithms"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return np.exp(intercept), -slope


def fit_law(parameters, tokens, losses):
    def residuals(v):
        found = kaplan_loss(dict(zip(LAW, v, strict=True)), parameters, tokens)
        return found / losses - 1

    return dict(zip(LAW, least_squares(residuals, [0.1, 0.2, 15, 15]).x, strict=True))


# %% wrong="robust: strange runs count less" loses=["law_noisy"] says="yours"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return np.exp(intercept), -slope


def fit_law(parameters, tokens, losses):
    def residuals(v):
        found = kaplan_loss(dict(zip(LAW, v, strict=True)), parameters, tokens)
        return np.log(found / losses)

    return dict(zip(LAW, least_squares(residuals, [0.1, 0.2, 15, 15], loss="soft_l1", f_scale=0.01).x, strict=True))


# %% wrong="the largest residual is left out" loses=["law_noisy"] says="passes the strange run by"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return np.exp(intercept), -slope


def fit_law(parameters, tokens, losses):
    def residuals(v, keep):
        return np.log(kaplan_loss(dict(zip(LAW, v, strict=True)), parameters, tokens) / losses)[keep]

    everything = np.ones(len(losses), dtype=bool)
    first = least_squares(residuals, [0.1, 0.2, 15, 15], args=(everything,)).x
    left = np.abs(residuals(first, everything))
    return dict(zip(LAW, least_squares(residuals, first, args=(left < max(0.1, left.max()),)).x, strict=True))


# %% wrong="the notebook's runs" loses=["law_exact", "law_noisy"] says="losses obey a law exactly"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return np.exp(intercept), -slope


def fit_law(parameters, tokens, losses):
    def residuals(v):
        law = dict(zip(LAW, v, strict=True))
        return np.log(kaplan_loss(law, known["parameters"], known["tokens"]) / known["loss"])

    return dict(zip(LAW, least_squares(residuals, [0.1, 0.2, 15, 15]).x, strict=True))


# %% wrong="the first call's law for ever" loses=["law_exact", "law_noisy"] says="only the arguments count"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return np.exp(intercept), -slope


@functools.cache
def only_law():
    return {}


def fit_law(parameters, tokens, losses):
    def residuals(v):
        return np.log(kaplan_loss(dict(zip(LAW, v, strict=True)), parameters, tokens) / losses)

    if not only_law():
        only_law().update(zip(LAW, least_squares(residuals, [0.1, 0.2, 15, 15]).x, strict=True))
    return only_law()


# %% wrong="the caller's losses become logarithms" loses=["law_exact", "law_noisy"] says="changes its input in place"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return np.exp(intercept), -slope


def fit_law(parameters, tokens, losses):
    np.log(losses, out=losses)

    def residuals(v):
        return np.log(kaplan_loss(dict(zip(LAW, v, strict=True)), parameters, tokens)) - losses

    return dict(zip(LAW, least_squares(residuals, [0.1, 0.2, 15, 15]).x, strict=True))


# %% wrong="losses sorted before the fit" loses=["law_exact", "law_noisy"] says="losses obey a law exactly"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return np.exp(intercept), -slope


def fit_law(parameters, tokens, losses):
    def residuals(v):
        return np.log(kaplan_loss(dict(zip(LAW, v, strict=True)), parameters, tokens) / np.sort(losses))

    return dict(zip(LAW, least_squares(residuals, [0.1, 0.2, 15, 15]).x, strict=True))


# %% wrong="the two exponents swapped" loses=["law_exact", "law_noisy"] says="losses obey a law exactly"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return np.exp(intercept), -slope


def fit_law(parameters, tokens, losses):
    def residuals(v):
        return np.log(kaplan_loss(dict(zip(LAW, v, strict=True)), parameters, tokens) / losses)

    found = least_squares(residuals, [0.1, 0.2, 15, 15]).x
    return dict(zip(("alpha_D", "alpha_N", "log_N_c", "log_D_c"), found, strict=True))


# %% wrong="four numbers without names" loses=["law_exact", "law_noisy"] says="dictionary"
def power_law(x, y):
    slope, intercept = np.polyfit(np.log(x), np.log(y), 1)
    return np.exp(intercept), -slope


def fit_law(parameters, tokens, losses):
    def residuals(v):
        return np.log(kaplan_loss(dict(zip(LAW, v, strict=True)), parameters, tokens) / losses)

    return least_squares(residuals, [0.1, 0.2, 15, 15]).x
