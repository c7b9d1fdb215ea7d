# %% right="loop over columns"
class Standardiser:
    def fit(self, X):
        self.mean_ = [sum(column) / len(column) for column in X.T]
        self.scale_ = []
        for column, mean in zip(X.T, self.mean_, strict=True):
            spread = (sum((value - mean) ** 2 for value in column) / len(column)) ** 0.5
            self.scale_.append(spread if spread > 0 else 1.0)
        return self

    def transform(self, X):
        return np.column_stack([(c - m) / s for c, m, s in zip(X.T, self.mean_, self.scale_, strict=True)])


# %% right="scikit-learn inside"
class Standardiser:
    def fit(self, X):
        self._scaler = StandardScaler().fit(X)
        self.mean_, self.scale_ = self._scaler.mean_, self._scaler.scale_
        return self

    def transform(self, X):
        return self._scaler.transform(X)


# %% right="variance first, zeros replaced by assignment, float32 result"
class Standardiser:
    def fit(self, X):
        self.mean_ = X.mean(0)
        self.scale_ = np.sqrt(((X - self.mean_) ** 2).mean(0))
        self.scale_[self.scale_ == 0] = 1
        return self

    def transform(self, X):
        Z = X.copy()
        Z -= self.mean_
        Z /= self.scale_
        return Z


# %% wrong="divisor rows minus one" loses=["standardiser_statistics"] says="divisor"
class Standardiser:
    def fit(self, X):
        self.mean_, s = X.mean(axis=0), X.std(axis=0, ddof=1)
        self.scale_ = np.where(s == 0, 1.0, s)
        return self

    def transform(self, X):
        return (X - self.mean_) / self.scale_


# %% wrong="one mean and scale for the whole table" loses=["standardiser_statistics", "standardiser_constant"] says="axis"
class Standardiser:
    def fit(self, X):
        self.mean_, self.scale_ = X.mean(), X.std()
        return self

    def transform(self, X):
        return (X - self.mean_) / self.scale_


# %% wrong="divides by the variance" loses=["standardiser_statistics"] says="standard deviation"
class Standardiser:
    def fit(self, X):
        self.mean_, s = X.mean(axis=0), X.var(axis=0)
        self.scale_ = np.where(s == 0, 1.0, s)
        return self

    def transform(self, X):
        return (X - self.mean_) / self.scale_


# %% wrong="a constant column divides by zero" loses=["standardiser_constant"] says="scale 1"
class Standardiser:
    def fit(self, X):
        self.mean_, self.scale_ = X.mean(axis=0), X.std(axis=0)
        return self

    def transform(self, X):
        return (X - self.mean_) / self.scale_


# %% wrong="a tiny number against division by zero makes new rows explode" loses=["standardiser_constant"] says="scale 1"
class Standardiser:
    def fit(self, X):
        self.mean_, self.scale_ = X.mean(axis=0), X.std(axis=0) + 1e-8
        return self

    def transform(self, X):
        return (X - self.mean_) / self.scale_


# %% wrong="new rows are standardised by their own statistics" loses=["standardiser_constant", "standardiser_training"] says="new row"
class Standardiser:
    def fit(self, X):
        self.mean_, s = X.mean(axis=0), X.std(axis=0)
        self.scale_ = np.where(s == 0, 1.0, s)
        return self

    def transform(self, X):
        s = X.std(axis=0)
        return (X - X.mean(axis=0)) / np.where(s == 0, 1.0, s)


# %% wrong="divides first, subtracts afterwards" loses=["standardiser_training"] says="then divide"
class Standardiser:
    def fit(self, X):
        self.mean_, s = X.mean(axis=0), X.std(axis=0)
        self.scale_ = np.where(s == 0, 1.0, s)
        return self

    def transform(self, X):
        return X / self.scale_ - self.mean_


# %% wrong="fit returns nothing" loses=["standardiser_self"] says="return self"
class Standardiser:
    def fit(self, X):
        self.mean_, s = X.mean(axis=0), X.std(axis=0)
        self.scale_ = np.where(s == 0, 1.0, s)

    def transform(self, X):
        return (X - self.mean_) / self.scale_


# %% wrong="fit returns the transformed table" loses=["standardiser_self"] says="return self"
class Standardiser:
    def fit(self, X):
        self.mean_, s = X.mean(axis=0), X.std(axis=0)
        self.scale_ = np.where(s == 0, 1.0, s)
        return self.transform(X)

    def transform(self, X):
        return (X - self.mean_) / self.scale_


# %% right="single precision"
class Standardiser:
    def fit(self, X):
        Z = X.astype(np.float32)
        self.mean_ = Z.mean(axis=0)
        spread = Z.std(axis=0)
        self.scale_ = np.where(spread == 0, np.float32(1), spread)
        return self

    def transform(self, X):
        return (X.astype(np.float32) - self.mean_) / self.scale_


# %% right="plain lists are remembered"
class Standardiser:
    def fit(self, X):
        columns = np.asarray(X).T
        self.mean_ = [float(column.mean()) for column in columns]
        self.scale_ = [float(column.std()) or 1.0 for column in columns]
        return self

    def transform(self, X):
        return (np.asarray(X) - np.array(self.mean_)) / np.array(self.scale_)


# %% wrong="what is remembered belongs to the class" loses=["standardiser_training"] says="second scaler changed the first"
class Standardiser:
    memory = {}  # noqa: RUF012

    def fit(self, X):
        spread = X.std(axis=0)
        self.memory["mean"], self.memory["scale"] = X.mean(axis=0), np.where(spread == 0, 1.0, spread)
        return self

    @property
    def mean_(self):
        return self.memory["mean"]

    @property
    def scale_(self):
        return self.memory["scale"]

    def transform(self, X):
        return (X - self.mean_) / self.scale_


# %% wrong="fitted once and for all" loses=["standardiser_training"] says="second fit replaces"
class Standardiser:
    mean_ = None

    def fit(self, X):
        if self.mean_ is None:
            self.mean_ = X.mean(axis=0)
            spread = X.std(axis=0)
            self.scale_ = np.where(spread == 0, 1.0, spread)
        return self

    def transform(self, X):
        return (X - self.mean_) / self.scale_


# %% wrong="the rows given to transform are changed" loses=["standardiser_training"] says="in place"
class Standardiser:
    def fit(self, X):
        self.mean_ = X.mean(axis=0)
        spread = X.std(axis=0)
        self.scale_ = np.where(spread == 0, 1.0, spread)
        return self

    def transform(self, X):
        X -= self.mean_
        X /= self.scale_
        return X


# %% wrong="the table given to fit is centred in place" loses=["standardiser_training"] says="in place"
class Standardiser:
    def fit(self, X):
        self.mean_ = X.mean(axis=0)
        X -= self.mean_
        spread = np.sqrt((X**2).mean(axis=0))
        self.scale_ = np.where(spread == 0, 1.0, spread)
        return self

    def transform(self, X):
        return (X - self.mean_) / self.scale_


# %% wrong="narrow columns are left as they are" loses=["standardiser_statistics"] says="One standard deviation for each column"
class Standardiser:
    def fit(self, X):
        self.mean_ = X.mean(axis=0)
        spread = X.std(axis=0)
        self.scale_ = np.where(spread < 0.5, 1.0, spread)
        return self

    def transform(self, X):
        return (X - self.mean_) / self.scale_
