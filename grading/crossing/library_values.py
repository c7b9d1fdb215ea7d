"""The kinds of plain values that the labs' libraries have; a library is used only where it has been imported already."""

import importlib
import sys
from collections.abc import Callable

import numpy as np

from grading.crossing.plain_values import (
    Kinds,
    NotPlain,
    PlainValues,
    bytes_of,
    pack_dict,
    text_of,
    unpack_dict,
)

PLAIN_DTYPES = "biufcmMSU"  # without objects and records
ESTIMATORS = ("sklearn", "econml")
GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")


def _library(name: str):
    return sys.modules.get(name)


def _of(library: str, *names: str) -> Callable:
    """Whether a value is of one of a library's classes, which are looked up only where the library is there."""

    def matches(value) -> bool:
        kinds = [getattr(_library(library), name, None) for name in names]
        return isinstance(value, tuple(kind for kind in kinds if isinstance(kind, type)))

    return matches


def _pack_array(value: np.ndarray, _pack: Callable) -> list:
    if value.dtype.kind not in PLAIN_DTYPES:
        raise NotPlain(f"an array of {value.dtype}")
    return [value.dtype.str, list(value.shape), text_of(np.ascontiguousarray(value).tobytes())]


def _unpack_array(found: list, _unpack: Callable) -> np.ndarray:
    name, shape, data = found
    return np.frombuffer(bytes_of(data), _dtype(name)).reshape(shape).copy()


def _dtype(name: str, _unpack: Callable | None = None) -> np.dtype:
    dtype = np.dtype(str(name))
    if dtype.kind not in PLAIN_DTYPES:
        raise NotPlain(f"the dtype {dtype}")
    return dtype


def _pack_sparse(value, pack: Callable) -> list:
    rows = value.tocsr()
    return [pack(rows.data), pack(rows.indices), pack(rows.indptr), list(rows.shape)]


def _unpack_sparse(found: list, unpack: Callable):
    data, indices, indptr, shape = found
    matrix = importlib.import_module("scipy.sparse").csr_matrix(
        (unpack(data), unpack(indices), unpack(indptr)), shape=tuple(shape)
    )
    matrix.check_format(full_check=True)  # indices that lead outside of what was sent
    return matrix


def _pack_tensor(value, _pack: Callable) -> list:
    torch = _library("torch")
    if value.layout != torch.strided or value.is_quantized:
        raise NotPlain(f"a tensor that is {value.layout}")
    plain = value.detach().cpu().clone(memory_format=torch.contiguous_format)
    data = plain.reshape(-1).view(torch.uint8).numpy().tobytes() if plain.numel() else b""
    parameter = isinstance(value, torch.nn.Parameter)
    name = str(plain.dtype).removeprefix("torch.")
    return [name, list(plain.shape), text_of(data), value.requires_grad, parameter]


def _unpack_tensor(found: list, _unpack: Callable):
    torch = _library("torch")
    name, shape, data, learns, parameter = found
    dtype = _torch_dtype(name)
    raw = bytearray(bytes_of(data))
    tensor = torch.frombuffer(raw, dtype=dtype).reshape(shape) if raw else torch.empty(shape, dtype=dtype)
    if parameter:
        return torch.nn.Parameter(tensor, requires_grad=bool(learns))
    return tensor.requires_grad_(bool(learns))


def _torch_dtype(name: str, _unpack: Callable | None = None):
    found = getattr(_library("torch"), str(name), None)
    if not isinstance(found, _library("torch").dtype):
        raise NotPlain(f"the dtype {name}")
    return found


def _pack_table(value, pack: Callable) -> list:
    series = isinstance(value, _library("pandas").Series)
    frame = value.to_frame("0") if series else value.copy(deep=False)
    columns = list(frame.columns)
    frame.columns = [str(place) for place in range(len(columns))]  # Arrow's names are texts, each once
    pyarrow = importlib.import_module("pyarrow")
    try:
        table = pyarrow.Table.from_pandas(frame)
    except (pyarrow.ArrowException, TypeError, ValueError) as error:
        raise NotPlain(f"a table with {str(error)[:80]}") from error
    return [_table_text(table), pack(columns), series, pack(value.name if series else None)]


def _unpack_table(found: list, unpack: Callable):
    data, columns, series, name = found
    frame = _table_of(data).to_pandas()
    frame.columns = unpack(columns)
    return frame.iloc[:, 0].rename(unpack(name)) if series else frame


def _table_text(table) -> str:
    pyarrow = importlib.import_module("pyarrow")
    sink = pyarrow.BufferOutputStream()
    with pyarrow.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return text_of(sink.getvalue().to_pybytes())


def _table_of(text: str):
    with importlib.import_module("pyarrow").ipc.open_stream(bytes_of(text)) as reader:
        table = reader.read_all()
    table.validate(full=True)  # offsets that lead outside of what was sent
    return table


def _unpack_index(found: list, unpack: Callable):
    values, name = found
    return _library("pandas").Index(unpack(values), name=unpack(name))


def _pack_generator(value: np.random.Generator, pack: Callable) -> list:
    return [type(value.bit_generator).__name__, pack(value.bit_generator.state)]


def _unpack_generator(found: list, unpack: Callable) -> np.random.Generator:
    name, state = found
    if name not in GENERATORS:
        raise NotPlain(f"the generator {name}")
    bits = getattr(np.random, name)(0)
    bits.state = unpack(state)
    return np.random.Generator(bits)


def _unpack_old_generator(found, unpack: Callable) -> np.random.RandomState:
    generator = np.random.RandomState(0)
    generator.set_state(unpack(found))
    return generator


def _unpack_torch_generator(found, unpack: Callable):
    generator = _library("torch").Generator()
    generator.set_state(unpack(found))
    return generator


def is_estimator(value) -> bool:
    """Whether it is one of scikit-learn's or EconML's."""
    base = _library("sklearn.base")
    return base is not None and isinstance(value, base.BaseEstimator) and _top(type(value)) in ESTIMATORS


def _top(kind: type) -> str:
    return kind.__module__.split(".")[0]


def _pack_estimator(value, pack: Callable) -> list:
    return [type(value).__module__, type(value).__qualname__, pack_dict(vars(value), pack)]


def _unpack_estimator(found: list, unpack: Callable):
    """By its class, which must be an estimator of these libraries, and the plain values of its fields."""
    module, name, fields = found
    if str(module).split(".")[0] not in ESTIMATORS:
        raise NotPlain(f"{module}.{name}")
    kind = getattr(importlib.import_module(module), str(name), None)
    if not (isinstance(kind, type) and issubclass(kind, _library("sklearn.base").BaseEstimator)):
        raise NotPlain(f"{module}.{name}")
    estimator = kind.__new__(kind)
    estimator.__dict__.update(unpack_dict(fields, unpack))
    return estimator


LIBRARIES: Kinds = {
    "estimator": (is_estimator, _pack_estimator, _unpack_estimator),
    "array": (lambda value: isinstance(value, np.ndarray), _pack_array, _unpack_array),
    "scalar": (
        lambda value: isinstance(value, np.generic),
        lambda value, pack: _pack_array(np.asarray(value), pack),
        lambda found, unpack: _unpack_array(found, unpack)[()],
    ),
    "dtype": (lambda value: isinstance(value, np.dtype), lambda value, _: value.str, _dtype),
    "scalar type": (
        lambda value: isinstance(value, type) and issubclass(value, np.generic),
        lambda value, _: value.__name__,
        lambda found, _: _dtype(found).type,
    ),
    "sparse": (_of("scipy.sparse", "spmatrix", "sparray"), _pack_sparse, _unpack_sparse),
    "tensor": (_of("torch", "Tensor"), _pack_tensor, _unpack_tensor),
    "torch size": (_of("torch", "Size"), lambda value, _: list(value), lambda found, _: _library("torch").Size(found)),
    "torch dtype": (_of("torch", "dtype"), lambda value, _: str(value).removeprefix("torch."), _torch_dtype),
    "torch device": (
        _of("torch", "device"),
        lambda value, _: str(value),
        lambda found, _: _library("torch").device(found),
    ),
    "torch generator": (
        _of("torch", "Generator"),
        lambda value, pack: pack(value.get_state()),
        _unpack_torch_generator,
    ),
    "table": (_of("pandas", "DataFrame", "Series"), _pack_table, _unpack_table),
    "index": (_of("pandas", "Index"), lambda value, pack: [pack(list(value)), pack(value.name)], _unpack_index),
    "data set": (
        _of("datasets", "Dataset"),
        lambda value, _: _table_text(value.with_format("arrow")[:]),
        lambda found, _: _library("datasets").Dataset(_table_of(found)),
    ),
    "generator": (lambda value: isinstance(value, np.random.Generator), _pack_generator, _unpack_generator),
    "old generator": (
        lambda value: isinstance(value, np.random.RandomState),
        lambda value, pack: pack(value.get_state()),
        _unpack_old_generator,
    ),
}
PLAIN = PlainValues(LIBRARIES)
