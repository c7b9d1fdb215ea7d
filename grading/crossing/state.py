"""What a call may change in what it was given: the state of a generator, of a model, what an estimator has learned. All else is
the caller's.
"""

import hashlib
import json
import random
import sys
from collections.abc import MutableMapping, MutableSequence, MutableSet

import numpy as np

from grading.crossing.library_values import PLAIN, is_estimator
from grading.crossing.protocol import is_model

CHANGED = "changed by the answer"  # what is added to a table


def has_state(value) -> bool:
    """Whether a call may change something in it."""
    return _is_generator(value) or is_model(value) or is_estimator(value)


def state_of(value) -> dict:
    """What a call may have changed in a generator, a model or an estimator, as plain values."""
    if is_estimator(value):
        return {name: _fitted(part) for name, part in _parts(value).items()}
    if is_model(value):
        return {
            "tensors": {name: tensor.detach() for name, tensor in _tensors(value).items()},
            "gradients": {name: each.grad for name, each in value.named_parameters() if each.grad is not None},
            "learning": {name: each.requires_grad for name, each in value.named_parameters()},
            "training": {name: each.training for name, each in value.named_modules()},
        }
    if isinstance(value, np.random.Generator):
        return {"state": value.bit_generator.state}
    if type(value) is random.Random:
        return {"state": value.getstate()}
    return {"state": value.get_state()}


def set_state(value, state: dict) -> None:
    """Gives a generator, a model or an estimator such a state.

    Raises:
        ValueError: the model has other parts.
    """
    if is_estimator(value):
        for name, part in _parts(value).items():
            for field in _fitted(part):
                delattr(part, field)
            part.__dict__.update({field: each for field, each in state[name].items() if _is_fitted(field)})
    elif is_model(value):
        _set_model(value, state)
    elif isinstance(value, np.random.Generator):
        value.bit_generator.state = state["state"]
    elif type(value) is random.Random:
        value.setstate(state["state"])
    elif _is_generator(value):
        value.set_state(state["state"])


def fingerprint(value) -> str:
    """A digest of what a value holds; "" for what is not compared."""
    try:
        if is_model(value):
            return _model_fingerprint(value)
        return hashlib.sha256(json.dumps(PLAIN.encode(value)).encode()).hexdigest()
    except Exception:  # whatever a student's own class does when it is looked at
        return ""


def mark_changed(value) -> bool:
    """Makes what the answer has changed different here too, so that a check sees it; returns whether it could.

    How is not for the answer to choose, since a check may compute from it what it expects. As little as can be seen is changed:
    the first number of an array, the length of a list, an estimator's settings.
    """
    pandas = sys.modules.get("pandas")
    torch = sys.modules.get("torch")
    if is_estimator(value):
        numbers = {name: each + 1 for name, each in value.get_params().items() if type(each) in (int, float)}
        value.set_params(**numbers)
    elif isinstance(value, MutableMapping):
        marked = [mark_changed(each) for each in value.values()]
        if True not in marked:
            value[CHANGED] = CHANGED
    elif isinstance(value, MutableSet):
        value.add(CHANGED)
    elif isinstance(value, MutableSequence | tuple):
        marked = [mark_changed(each) for each in value]
        if True not in marked:
            return _lengthen(value)
    elif pandas is not None and isinstance(value, pandas.DataFrame):
        value[CHANGED] = CHANGED
    elif pandas is not None and isinstance(value, pandas.Series):
        first = value.to_numpy(copy=True)
        _mark_array(first)
        value.iloc[:] = first
    elif isinstance(value, np.ndarray):
        _mark_array(value)
    elif torch is not None and isinstance(value, torch.Tensor):
        plain = value.detach()
        _mark_array((plain.view(torch.int16) if plain.dtype == torch.bfloat16 else plain).numpy())
    else:
        return False
    return True


def _lengthen(value: MutableSequence | tuple) -> bool:
    """Repeats the last element, which is of the right kind; a tuple has nothing to change."""
    if isinstance(value, tuple):
        return False
    value.append(value[-1] if value else CHANGED)
    return True


def _mark_array(value: np.ndarray) -> None:
    first = value.reshape(-1)[:1] if value.flags.c_contiguous else value[(slice(0, 1),) * value.ndim]
    if value.dtype.kind == "b":
        np.logical_not(first, out=first)
    elif value.dtype.kind in "iufc":
        first += 1
    else:
        first[...] = np.zeros_like(first)


def callers_own(value) -> str:
    """A digest of what no call may change in a value; "" for what is not compared."""
    if is_estimator(value):
        settings = {name: each for name, each in value.get_params().items() if not _holds_estimators(each)}
        return fingerprint(settings)
    return "" if has_state(value) else fingerprint(value)


def _parts(estimator) -> dict:
    """An estimator and those within it, by the names of its parameters."""
    return {"": estimator, **{name: each for name, each in estimator.get_params().items() if is_estimator(each)}}


def _fitted(estimator) -> dict:
    return {name: each for name, each in vars(estimator).items() if _is_fitted(name)}


def _is_fitted(field: str) -> bool:
    """Whether a field is of those that scikit-learn's `fit` sets (its developers' guide, "Estimated attributes")."""
    return field.endswith("_") and not field.startswith("_")


def _holds_estimators(value) -> bool:
    return is_estimator(value) or (isinstance(value, list | tuple) and any(_holds_estimators(each) for each in value))


def _is_generator(value) -> bool:
    torch = sys.modules.get("torch")
    kinds = (np.random.Generator, np.random.RandomState, random.Random)
    return isinstance(value, kinds if torch is None else (*kinds, torch.Generator))


def _tensors(model) -> dict:
    import torch

    return {name: each for name, each in model.state_dict(keep_vars=True).items() if isinstance(each, torch.Tensor)}


def _model_fingerprint(model) -> str:
    import torch

    digest = hashlib.sha256()
    gradients = {f"gradient of {name}": each.grad for name, each in model.named_parameters() if each.grad is not None}
    for name, tensor in {**_tensors(model), **gradients}.items():
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)} {tensor.requires_grad}".encode())
        plain = tensor.detach().cpu().clone(memory_format=torch.contiguous_format).reshape(-1)
        digest.update(plain.view(torch.uint8).numpy() if plain.numel() else b"")
    for name, module in model.named_modules():
        digest.update(f"{name} {module.training}".encode())
    return digest.hexdigest()


def _set_model(model, state: dict) -> None:
    import torch

    parameters = dict(model.named_parameters())
    modules = dict(model.named_modules())
    tensors = _tensors(model)
    if [set(parameters), set(modules), set(tensors)] != [
        set(state[part]) for part in ("learning", "training", "tensors")
    ]:
        raise ValueError("The model has other parts.")
    if any(tensor.shape != state["tensors"][name].shape for name, tensor in tensors.items()):
        raise ValueError("The model has parts of other shapes.")
    with torch.no_grad():
        for name, tensor in tensors.items():
            tensor.copy_(state["tensors"][name])
    for name, parameter in parameters.items():
        parameter.requires_grad_(bool(state["learning"][name]))
        parameter.grad = state["gradients"].get(name)
    for name, module in modules.items():
        module.training = bool(state["training"][name])
