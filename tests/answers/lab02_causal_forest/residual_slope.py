# Answers to lab 2, exercise 5.

# %% right="dot products"
def residual_slope(y_residual, t_residual):
    v = t_residual
    slope = (y_residual @ v) / (v @ v)
    return slope, np.linalg.norm(v * (y_residual - slope * v)) / (v @ v)


# %% right="lstsq and the sandwich formula"
def residual_slope(y_residual, t_residual):
    a = np.asarray(t_residual)[:, None]
    b = np.linalg.lstsq(a, y_residual, rcond=None)[0]
    bread, e = np.linalg.inv(a.T @ a), y_residual - a @ b
    return b[0], np.sqrt((bread @ (a.T * e**2) @ a @ bread)[0, 0])


# %% right="scikit-learn without intercept, result as array"
def residual_slope(y_residual, t_residual):
    slope = LinearRegression(fit_intercept=False).fit(t_residual.reshape(-1, 1), y_residual).coef_[0]
    score = t_residual * (y_residual - slope * t_residual)
    return np.array([slope, (score**2).sum() ** 0.5 / (t_residual**2).sum()])


# %% wrong="with an intercept" loses=["slope_value"] says="no intercept"
def residual_slope(y_residual, t_residual):
    v, w = t_residual, np.sum(t_residual**2)
    slope = LinearRegression().fit(v[:, None], y_residual).coef_[0]
    e = y_residual - v * (y_residual @ v) / w
    return slope, np.sqrt(np.sum((v * e) ** 2)) / w


# %% wrong="divided by n" loses=["slope_value"] says="what is squared"
def residual_slope(y_residual, t_residual):
    v, w = t_residual, np.sum(t_residual**2)
    e = y_residual - v * (y_residual @ v) / w
    return np.mean(y_residual * v), np.sqrt(np.sum((v * e) ** 2)) / w


# %% wrong="ratio of the sums" loses=["slope_value"] says="through the origin"
def residual_slope(y_residual, t_residual):
    v, w = t_residual, np.sum(t_residual**2)
    e = y_residual - v * (y_residual @ v) / w
    return np.sum(y_residual) / np.sum(v), np.sqrt(np.sum((v * e) ** 2)) / w


# %% wrong="treatment on outcome" loses=["slope_value"] says="treatment's residuals"
def residual_slope(y_residual, t_residual):
    v, w = t_residual, np.sum(t_residual**2)
    e = y_residual - v * (y_residual @ v) / w
    return y_residual @ v / (y_residual @ y_residual), np.sqrt(np.sum((v * e) ** 2)) / w


# %% wrong="the error of equal variances" loses=["slope_error"] says="robust"
def residual_slope(y_residual, t_residual):
    v, w = t_residual, np.sum(t_residual**2)
    slope = y_residual @ v / w
    return slope, np.sqrt(np.sum((y_residual - slope * v) ** 2) / (len(v) - 1) / w)


# %% wrong="no root" loses=["slope_error"] says="takes the root"
def residual_slope(y_residual, t_residual):
    v, w = t_residual, np.sum(t_residual**2)
    slope = y_residual @ v / w
    return slope, np.sum((v * (y_residual - slope * v)) ** 2) / w


# %% wrong="divided by n instead of the sum of v²" loses=["slope_error"] says="divides by the sum"
def residual_slope(y_residual, t_residual):
    v, w = t_residual, np.sum(t_residual**2)
    slope = y_residual @ v / w
    return slope, np.sqrt(np.sum((v * (y_residual - slope * v)) ** 2)) / len(v)


# %% wrong="polyfit, whose line has an intercept" loses=["slope_value", "slope_error"] says="no intercept"
def residual_slope(y_residual, t_residual):
    slope, level = np.polyfit(t_residual, y_residual, 1)
    e = y_residual - slope * t_residual - level
    return slope, np.sqrt(np.sum((t_residual * e) ** 2)) / np.sum(t_residual**2)


# %% wrong="polyfit for the slope only" loses=["slope_value"] says="no intercept"
def residual_slope(y_residual, t_residual):
    v, w = t_residual, np.sum(t_residual**2)
    e = y_residual - v * (y_residual @ v) / w
    return np.polyfit(v, y_residual, 1)[0], np.sqrt(np.sum((v * e) ** 2)) / w


# %% wrong="mean of the ratios" loses=["slope_value"] says="through the origin"
def residual_slope(y_residual, t_residual):
    v, w = t_residual, np.sum(t_residual**2)
    e = y_residual - v * (y_residual @ v) / w
    return np.mean(y_residual / v), np.sqrt(np.sum((v * e) ** 2)) / w


# %% wrong="centred residuals" loses=["slope_value", "slope_error"] says="no centring"
def residual_slope(y_residual, t_residual):
    u, v = y_residual - y_residual.mean(), t_residual - t_residual.mean()
    slope = u @ v / (v @ v)
    return slope, np.sqrt(np.sum((v * (u - slope * v)) ** 2)) / (v @ v)


# %% wrong="the slope's error only, no slope" loses=["slope_value", "slope_error"] says="two numbers"
def residual_slope(y_residual, t_residual):
    v, w = t_residual, np.sum(t_residual**2)
    return np.sqrt(np.sum((v * (y_residual - v * (y_residual @ v) / w)) ** 2)) / w


# %% right="float32"
def residual_slope(y_residual, t_residual):
    u, v = np.float32(y_residual), np.float32(t_residual)
    slope = np.dot(u, v) / np.dot(v, v)
    return slope, np.linalg.norm(v * (u - slope * v)) / np.dot(v, v)


# %% wrong="the slope's part is taken off the caller's residuals" loses=["slope_error"] says="in place"
def residual_slope(y_residual, t_residual):
    v = t_residual
    slope = y_residual @ v / (v @ v)
    y_residual -= slope * v
    return slope, np.sqrt(np.sum((v * y_residual) ** 2)) / (v @ v)
