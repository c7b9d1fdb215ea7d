"""What crosses between an answer and its checks comes out as it went in, and nothing else comes out."""

import collections
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from datasets import Dataset
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from grading.crossing.library_values import PLAIN
from grading.crossing.plain_values import KIND, VALUE, NotPlain


def crossed(value):
    return PLAIN.decode(json.loads(json.dumps(PLAIN.encode(value))))


SMALL = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
KEYS = st.integers() | st.text() | st.tuples(st.integers(), st.text())
NESTED = st.recursive(
    SMALL,
    lambda inner: (
        st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(KEYS, inner) | st.frozensets(st.integers())
    ),
    max_leaves=20,
)


@given(NESTED)
def test_pythons_own_values_come_out_as_they_went_in(value):
    found = crossed(value)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "dtype", ["bool", "int8", "int64", "float16", "float32", "complex128", "datetime64[D]", "<U5", "S3"]
)
def test_arrays_keep_dtype_and_shape(dtype):
    value = np.zeros((2, 0, 3), dtype) if dtype == "int8" else np.array([[1, 0], [0, 1]]).astype(dtype)
    found = crossed(value)
    assert found.dtype == value.dtype
    assert np.array_equal(found, value)
    found[...] = found  # it can be written to, as any array


@pytest.mark.parametrize("dtype", [torch.bool, torch.int64, torch.bfloat16, torch.float64])
def test_tensors_keep_dtype_shape_and_whether_they_learn(dtype):
    value = torch.ones(2, 3).to(dtype).t().expand(3, 2)
    found = crossed(value)
    assert found.dtype == dtype
    assert torch.equal(found, value)
    assert crossed(torch.nn.Parameter(torch.ones(2))).requires_grad
    assert not crossed(torch.ones(1).expand(4, 1)).requires_grad


def test_tables_keep_columns_index_and_dtypes():
    frame = pd.DataFrame({"a": [1, 2], 3: ["x", None]}, index=["p", "q"])
    pd.testing.assert_frame_equal(crossed(frame), frame)
    series = pd.Series([1.5, np.nan], index=[7, 9], name=("two", "words"))
    pd.testing.assert_series_equal(crossed(series), series)
    assert crossed(frame.columns).tolist() == ["a", 3]
    assert crossed(Dataset.from_dict({"text": ["a", "b"]}))["text"][1] == "b"


def test_a_generator_goes_on_where_it_was():
    generator = np.random.default_rng(3)
    generator.random(5)
    assert crossed(generator).random() == generator.random()


def test_an_estimator_keeps_what_it_has_learned():
    X = np.arange(12.0).reshape(6, 2) ** 2
    fitted = make_pipeline(StandardScaler(), Ridge(0.5)).fit(X, X[:, 0])
    assert np.array_equal(crossed(fitted).predict(X), fitted.predict(X))


def test_what_text_is_turned_into_crosses_with_its_vocabulary():
    texts = ["a fine film", "a dull film"]
    words = TfidfVectorizer().fit(texts)
    found = crossed([words, words.transform(texts)])
    assert (found[0].transform(texts) != found[1]).nnz == 0
    assert found[1].shape == (2, 3)


def test_other_forms_of_the_same_things_come_out_as_what_they_hold():
    point = collections.namedtuple("Point", "x y")(1, 2)
    assert (crossed(point).y, crossed(point)) == (2, (1, 2))
    assert list(crossed(n * n for n in range(4))) == [0, 1, 4, 9]
    assert crossed(collections.Counter("aab")).most_common(1) == [("a", 2)]
    assert crossed({"a": 1}.keys()) == {"a"}
    assert crossed(Path("a/b.txt")) == Path("a/b.txt")
    assert crossed([range(3), slice(1, None), 1 + 2j, ...]) == [range(3), slice(1, None), 1 + 2j, ...]


def test_objects_and_what_lies_within_itself_do_not_cross():
    endless = []
    endless.append(endless)
    for value in (object(), np.array([object()]), endless, iter(int, 1), {"deep": [print]}, (n for n in iter(int, 1))):
        with pytest.raises(NotPlain):
            PLAIN.encode(value)


@pytest.mark.parametrize(
    "sent",
    [
        {KIND: "array", VALUE: ["|O", [1], "AAAAAAAAAAA="]},
        {KIND: "array", VALUE: ["<f8", [1 << 40], "AAAA"]},
        {KIND: "tensor", VALUE: ["load", [1], "AAAA", False, False]},
        {KIND: "generator", VALUE: ["__loader__", {}]},
        {KIND: "estimator", VALUE: ["os", "system", []]},
        {KIND: "estimator", VALUE: ["sklearn.base", "clone", []]},
        {KIND: "estimator", VALUE: ["sklearn.os", "system", []]},
        {KIND: "table", VALUE: ["AAAA", ["a"], False, None]},
        {KIND: "pickle", VALUE: "gASVAAAAAAAAAAAu"},
        {KIND: "sparse", VALUE: [[1.0], [7], [0, 1], [1, 2]]},
        {KIND: "scalar type", VALUE: "object_"},
        {KIND: "list"},
        {KIND: ["list"], VALUE: []},
        {},
    ],
)
def test_what_no_one_sends_is_refused(sent):
    with pytest.raises((NotPlain, ValueError, TypeError, LookupError, ImportError, OSError)):
        PLAIN.decode(sent)
