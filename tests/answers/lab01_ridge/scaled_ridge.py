# %% right="Pipeline with names"
from sklearn.pipeline import Pipeline


def scaled_ridge(alpha):
    return Pipeline([("scale", StandardScaler()), ("ridge", Ridge(alpha=alpha))])


# %% right="another solver, set afterwards"
def scaled_ridge(alpha):
    return make_pipeline(StandardScaler(), Ridge(solver="svd")).set_params(ridge__alpha=alpha)


# %% right="the target is scaled as well and scaled back, which changes no prediction"
from sklearn.compose import TransformedTargetRegressor


def scaled_ridge(alpha):
    model = TransformedTargetRegressor(Ridge(alpha=alpha), transformer=StandardScaler())
    return make_pipeline(StandardScaler(), model)


# %% wrong="no scaler" loses=["pipeline_value", "pipeline_units", "pipeline_training"] says="standard deviation 1"
def scaled_ridge(alpha):
    return Ridge(alpha=alpha)


# %% wrong="alpha not handed on" loses=["pipeline_value", "pipeline_training"] says="alpha it was given"
def scaled_ridge(alpha):
    return make_pipeline(StandardScaler(), Ridge())


# %% wrong="only centres" loses=["pipeline_value", "pipeline_units", "pipeline_training"] says="standard deviation 1"
def scaled_ridge(alpha):
    return make_pipeline(StandardScaler(with_std=False), Ridge(alpha=alpha))


# %% wrong="Normalizer scales rows, not columns" loses=["pipeline_value", "pipeline_units", "pipeline_training"] says="columns of mean 0"
from sklearn.preprocessing import Normalizer


def scaled_ridge(alpha):
    return make_pipeline(Normalizer(), Ridge(alpha=alpha))


# %% wrong="scales to the range 0 to 1" loses=["pipeline_value", "pipeline_training"] says="standard deviation 1"
from sklearn.preprocessing import MinMaxScaler


def scaled_ridge(alpha):
    return make_pipeline(MinMaxScaler(), Ridge(alpha=alpha))


# %% wrong="scaler fitted once, on the whole table, outside the pipeline" loses=["pipeline_units", "pipeline_training"] says="inside the pipeline"
from sklearn.preprocessing import FunctionTransformer

fitted = StandardScaler().fit(X)


def scaled_ridge(alpha):
    return make_pipeline(FunctionTransformer(fitted.transform), Ridge(alpha=alpha))


# %% wrong="every set of rows is scaled by itself, test rows too" loses=["pipeline_training"] says="other rows"
class Each(StandardScaler):
    def transform(self, X, copy=None):
        return (X - X.mean(axis=0)) / np.where(X.std(axis=0) == 0, 1, X.std(axis=0))


def scaled_ridge(alpha):
    return make_pipeline(Each(), Ridge(alpha=alpha))
