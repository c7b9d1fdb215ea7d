# %% right="models inside, splits made first"
def paired_errors(models, X, y, train_rows, seeds):
    splits = [train_test_split(X, y, train_size=train_rows, random_state=seed) for seed in seeds]
    return {
        name: [np.sqrt(np.mean((clone(model).fit(a, c).predict(b) - d) ** 2)) for a, b, c, d in splits]
        for name, model in models.items()
    }


# %% right="models in the outer loop, the same seed for each"
def paired_errors(models, X, y, train_rows, seeds):
    errors = {}
    for name, model in models.items():
        errors[name] = np.zeros(len(seeds))
        for i, seed in enumerate(seeds):
            a, b, c, d = train_test_split(X, y, train_size=train_rows, random_state=seed)
            errors[name][i] = np.linalg.norm(clone(model).fit(a, c).predict(b) - d) / len(d) ** 0.5
    return errors


# %% right="row numbers are split, collected in a data frame"
def paired_errors(models, X, y, train_rows, seeds):
    rows = []
    for seed in seeds:
        train, test = train_test_split(np.arange(len(y)), train_size=train_rows, random_state=seed)
        fitted = {name: clone(model).fit(X[train], y[train]) for name, model in models.items()}
        rows.append({name: np.mean((y[test] - m.predict(X[test])) ** 2) ** 0.5 for name, m in fitted.items()})
    return pd.DataFrame(rows).to_dict("list")


# %% wrong="a new split for every model" loses=["paired_splits"] says="same split"
def paired_errors(models, X, y, train_rows, seeds):
    errors = {name: [] for name in models}
    for seed in seeds:
        for i, (name, model) in enumerate(models.items()):
            a, b, c, d = train_test_split(X, y, train_size=train_rows, random_state=seed + 1000 * i)
            errors[name].append(np.sqrt(np.mean((clone(model).fit(a, c).predict(b) - d) ** 2)))
    return errors


# %% wrong="one split for all seeds" loses=["paired_splits", "paired_rmse"] says="another split"
def paired_errors(models, X, y, train_rows, seeds):
    errors = {name: [] for name in models}
    for _ in seeds:
        a, b, c, d = train_test_split(X, y, train_size=train_rows, random_state=3)
        for name, model in models.items():
            errors[name].append(np.sqrt(np.mean((clone(model).fit(a, c).predict(b) - d) ** 2)))
    return errors


# %% wrong="the training error" loses=["paired_rows", "paired_rmse"] says="judge on all the others"
def paired_errors(models, X, y, train_rows, seeds):
    errors = {name: [] for name in models}
    for seed in seeds:
        a, _, c, _ = train_test_split(X, y, train_size=train_rows, random_state=seed)
        for name, model in models.items():
            errors[name].append(np.sqrt(np.mean((clone(model).fit(a, c).predict(a) - c) ** 2)))
    return errors


# %% wrong="train_rows taken as the number of test rows" loses=["paired_rows"] says="train_rows rows"
def paired_errors(models, X, y, train_rows, seeds):
    errors = {name: [] for name in models}
    for seed in seeds:
        a, b, c, d = train_test_split(X, y, test_size=train_rows, random_state=seed)
        for name, model in models.items():
            errors[name].append(np.sqrt(np.mean((clone(model).fit(a, c).predict(b) - d) ** 2)))
    return errors


# %% wrong="fitted on all rows" loses=["paired_rows"] says="train_rows rows"
def paired_errors(models, X, y, train_rows, seeds):
    errors = {name: [] for name in models}
    for seed in seeds:
        _, b, _, d = train_test_split(X, y, train_size=train_rows, random_state=seed)
        for name, model in models.items():
            errors[name].append(np.sqrt(np.mean((clone(model).fit(X, y).predict(b) - d) ** 2)))
    return errors


# %% wrong="mean squared error" loses=["paired_rmse"] says="root of the mean"
def paired_errors(models, X, y, train_rows, seeds):
    errors = {name: [] for name in models}
    for seed in seeds:
        a, b, c, d = train_test_split(X, y, train_size=train_rows, random_state=seed)
        for name, model in models.items():
            errors[name].append(np.mean((clone(model).fit(a, c).predict(b) - d) ** 2))
    return errors


# %% wrong="mean absolute error" loses=["paired_rmse"] says="root of the mean"
def paired_errors(models, X, y, train_rows, seeds):
    errors = {name: [] for name in models}
    for seed in seeds:
        a, b, c, d = train_test_split(X, y, train_size=train_rows, random_state=seed)
        for name, model in models.items():
            errors[name].append(np.mean(np.abs(clone(model).fit(a, c).predict(b) - d)))
    return errors


# %% wrong="errors overwritten: one number is left for each model" loses=["paired_splits", "paired_rmse"] says="one error for each seed"
def paired_errors(models, X, y, train_rows, seeds):
    errors = {}
    for seed in seeds:
        a, b, c, d = train_test_split(X, y, train_size=train_rows, random_state=seed)
        for name, model in models.items():
            errors[name] = float(np.sqrt(np.mean((clone(model).fit(a, c).predict(b) - d) ** 2)))
    return errors


# %% wrong="errors overwritten: a list of one is left for each model" loses=["paired_splits", "paired_rmse"] says="one error for each seed"
def paired_errors(models, X, y, train_rows, seeds):
    for seed in seeds:
        a, b, c, d = train_test_split(X, y, train_size=train_rows, random_state=seed)
        errors = {name: [] for name in models}
        for name, model in models.items():
            errors[name].append(np.sqrt(np.mean((clone(model).fit(a, c).predict(b) - d) ** 2)))
    return errors


# %% wrong="the average over the seeds" loses=["paired_splits", "paired_rmse"] says="one error for each seed"
def paired_errors(models, X, y, train_rows, seeds):
    errors = {name: [] for name in models}
    for seed in seeds:
        a, b, c, d = train_test_split(X, y, train_size=train_rows, random_state=seed)
        for name, model in models.items():
            errors[name].append(np.sqrt(np.mean((clone(model).fit(a, c).predict(b) - d) ** 2)))
    return {name: np.mean(values) for name, values in errors.items()}


# %% right="seeds as plain integers, errors in single precision"
def paired_errors(models, X, y, train_rows, seeds):
    found = {name: [] for name in models}
    for seed in seeds:
        a, b, c, d = train_test_split(X, y, train_size=train_rows, random_state=int(seed))
        for name, model in models.items():
            found[name].append(np.float32(np.mean((d - clone(model).fit(a, c).predict(b)) ** 2) ** 0.5))
    return found


# %% wrong="seeds are counted, not used" loses=["paired_rmse"] says="are the seeds given used"
def paired_errors(models, X, y, train_rows, seeds):
    found = {name: [] for name in models}
    for seed in range(len(seeds)):
        a, b, c, d = train_test_split(X, y, train_size=train_rows, random_state=seed)
        for name, model in models.items():
            found[name].append(np.sqrt(np.mean((d - clone(model).fit(a, c).predict(b)) ** 2)))
    return found


# %% wrong="the errors of sorted seeds" loses=["paired_splits"] says="order of the seeds given"
def paired_errors(models, X, y, train_rows, seeds):
    found = {name: [] for name in models}
    for seed in sorted(seeds):
        a, b, c, d = train_test_split(X, y, train_size=train_rows, random_state=seed)
        for name, model in models.items():
            found[name].append(np.sqrt(np.mean((d - clone(model).fit(a, c).predict(b)) ** 2)))
    return found


# %% wrong="a scaler that has seen all rows" loses=["paired_rows"] says="as they are"
def paired_errors(models, X, y, train_rows, seeds):
    Z = StandardScaler().fit_transform(X)
    found = {name: [] for name in models}
    for seed in seeds:
        a, b, c, d = train_test_split(Z, y, train_size=train_rows, random_state=seed)
        for name, model in models.items():
            found[name].append(np.sqrt(np.mean((d - clone(model).fit(a, c).predict(b)) ** 2)))
    return found


# %% wrong="scaled by each split's training rows" loses=["paired_rows"] says="as they are"
def paired_errors(models, X, y, train_rows, seeds):
    found = {name: [] for name in models}
    for seed in seeds:
        a, b, c, d = train_test_split(X, y, train_size=train_rows, random_state=seed)
        scaler = StandardScaler().fit(a)
        a, b = scaler.transform(a), scaler.transform(b)
        for name, model in models.items():
            found[name].append(np.sqrt(np.mean((d - clone(model).fit(a, c).predict(b)) ** 2)))
    return found


# %% wrong="the target is centred first" loses=["paired_rows", "paired_rmse"] says="as they are"
def paired_errors(models, X, y, train_rows, seeds):
    found = {name: [] for name in models}
    for seed in seeds:
        a, b, c, d = train_test_split(X, y - y.mean(), train_size=train_rows, random_state=seed)
        for name, model in models.items():
            found[name].append(np.sqrt(np.mean((d - clone(model).fit(a, c).predict(b)) ** 2)))
    return found


# %% wrong="the target is centred in place" loses=["paired_rows", "paired_rmse"] says="in place"
def paired_errors(models, X, y, train_rows, seeds):
    y -= y.mean()
    found = {name: [] for name in models}
    for seed in seeds:
        a, b, c, d = train_test_split(X, y, train_size=train_rows, random_state=seed)
        for name, model in models.items():
            found[name].append(np.sqrt(np.mean((d - clone(model).fit(a, c).predict(b)) ** 2)))
    return found


# %% wrong="training rows of the settings" loses=["paired_rows", "paired_rmse"] says="ends in an error"
def paired_errors(models, X, y, train_rows, seeds):
    found = {name: [] for name in models}
    for seed in seeds:
        a, b, c, d = train_test_split(X, y, train_size=settings.train_rows, random_state=seed)
        for name, model in models.items():
            found[name].append(np.sqrt(np.mean((d - clone(model).fit(a, c).predict(b)) ** 2)))
    return found


# %% wrong="the seeds of the settings" loses=["paired_splits", "paired_rows", "paired_rmse"] says="one error for each seed"
def paired_errors(models, X, y, train_rows, seeds):
    found = {name: [] for name in models}
    for seed in settings.seeds:
        a, b, c, d = train_test_split(X, y, train_size=train_rows, random_state=seed)
        for name, model in models.items():
            found[name].append(np.sqrt(np.mean((d - clone(model).fit(a, c).predict(b)) ** 2)))
    return found


# %% wrong="as many test rows as training rows" loses=["paired_rows"] says="all the others"
def paired_errors(models, X, y, train_rows, seeds):
    found = {name: [] for name in models}
    for seed in seeds:
        a, b, c, d = train_test_split(X, y, train_size=train_rows, test_size=train_rows, random_state=seed)
        for name, model in models.items():
            found[name].append(np.sqrt(np.mean((d - clone(model).fit(a, c).predict(b)) ** 2)))
    return found
