"""Checks call an answer that runs in another process: what they get, what they can tell, and what a hostile one cannot do."""

import contextlib
import copy
import io
import json
import os
import socket
import textwrap

import jinja2
import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.linear_model import Ridge
from transformers import BertConfig, BertModel

from grading.crossing.answer_end import AnswerEnd
from grading.crossing.checks_end import ChecksEnd, Stub
from grading.crossing.files import Files
from grading.crossing.protocol import DESCRIBE
from grading.crossing.state import mark_changed
from shared import checks

model = torch.nn.Linear(2, 1)
table = np.arange(4.0)
NAMES = {"model": model, "table": table, "helper": np.linalg.norm}


def answering(connection, source: str, names: dict, alone: bool) -> None:
    """The answer's process: runs `source`, then what it is asked; `alone`, it has had nothing from a checkpoint."""
    lines = connection.makefile("rw")
    kept = {} if alone else names
    end = AnswerEnd(lambda line: print(line, file=lines, flush=True), lines.readline, kept, None)
    bound = {"np": np, "torch": torch, **names}
    exec(textwrap.dedent(source), bound)
    for line in iter(lines.readline, ""):
        print(json.dumps(end.serve(json.loads(line), bound)), file=lines, flush=True)


@contextlib.contextmanager
def linked(source: str, *names: str, alone: bool = False):
    """The stubs of an answer's names, at the checks' end."""
    here, there = socket.socketpair()
    child = os.fork()
    if child == 0:
        here.close()
        with contextlib.suppress(BaseException):
            answering(there, source, NAMES, alone)
        os._exit(0)
    there.close()
    lines = here.makefile("rw")
    end = ChecksEnd(lambda line: print(line, file=lines, flush=True), lines.readline, NAMES, None)
    try:
        yield end.stubs(names)
    finally:
        here.close()
        lines.close()
        os.waitpid(child, 0)


def test_a_call_gives_the_result_and_a_constant_its_value():
    with linked(
        "def double(x, *, times=2):\n    'Twice.'\n    return times * x\nLEVELS = (1, 2)", "double", "LEVELS", "absent"
    ) as found:
        assert found["LEVELS"] == (1, 2)
        assert np.array_equal(found["double"](np.ones(2), times=3), [3, 3])
        assert found["double"].__doc__ == "Twice."
        assert "absent" not in found


def test_an_exception_comes_with_its_kind_text_and_the_students_line():
    source = """
    import statistics
    def fails(x): raise IndexError(f"no {x}")
    def ends(x): raise StopIteration
    def most(x): return statistics.mode(x)
    def stops(x): raise SystemExit(0)
    """
    with linked(source, "fails", "ends", "most", "stops") as found:
        with pytest.raises(Exception, match="0") as stopped:
            found["stops"](1)
        assert stopped.type.__name__ == "SystemExit"
        with pytest.raises(ValueError, match="no mode") as raised:
            found["most"]([])
        assert raised.type.__name__ == "StatisticsError"
        with pytest.raises(IndexError, match="no 3"):
            found["fails"](3)
        with pytest.raises(Exception, match="^$") as ended:
            list(map(found["ends"], [1, 2]))  # a loop must not end in silence
        assert type(ended.value).__name__ == "StopIteration"


def test_what_an_answer_changes_in_the_callers_data_is_said():
    given = np.array([2.0, 1.0])
    with linked("def sort(x):\n    x.sort()\n    return x.copy()", "sort") as found:
        assert found["sort"](given).tolist() == [1.0, 2.0]
        assert given.tolist() == [3.0, 1.0]  # it can be seen, but what the answer wrote does not come here
        with pytest.raises(checks.CheckFailed, match="changes its input in place"):
            checks.unchanged(found["sort"], given)
        checks.unchanged(found["sort"], given * 0)
        assert found["sort"](given).tolist() == [1.0, 2.0]  # another call is not judged on what the first one did
    with linked("def negate(x):\n    x *= -1\n    return x", "negate") as found:
        assert found["negate"](np.array([2.0, 1.0])).tolist() == [-2.0, -1.0]


def test_generators_models_and_what_estimators_learn_come_back_changed():
    source = """
    def draw(rng): return rng.random()
    def freeze(model):
        model.weight.requires_grad_(False)
        return model
    def fit(estimator):
        return estimator.fit([[0.0], [1.0]], [0.0, 2.0])
    def louder(estimator):
        estimator.alpha = 7.0
    """
    with linked(source, "draw", "freeze", "fit", "louder") as found:
        rng = np.random.default_rng(0)
        other = np.random.default_rng(0)
        assert [found["draw"](rng), found["draw"](rng)] == [other.random(), other.random()]
        own = torch.nn.Linear(2, 2)
        assert found["freeze"](own) is own
        assert [each.requires_grad for each in own.parameters()] == [False, True]
        ridge = Ridge(1e-9)
        assert found["fit"](ridge) is ridge
        assert ridge.coef_ == pytest.approx([2.0])
        found["louder"](ridge)
        assert ridge.alpha == 1 + 1e-9  # another one than it was, and not the one that the answer chose


def test_what_both_have_goes_by_name_unless_it_has_changed():
    with linked("def total(x): return float(x.sum())\ndef same(m): return m is model", "total", "same") as found:
        assert found["total"](table) == 6.0
        assert found["same"](model)
        table[0] = 10.0
        try:
            assert found["total"](table) == 16.0
        finally:
            table[0] = 0.0


def test_an_answer_that_computed_the_labs_names_itself_is_asked_about_its_own():
    """As where a notebook runs as a whole, in a process that has had nothing from a checkpoint."""
    with linked(
        "def total(x): return float(x.sum())\ndef same(m): return m is model", "total", "same", alone=True
    ) as found:
        assert found["total"](table) == 6.0
        assert found["same"](model)
    with linked("table = table + 1\ndef total(x): return float(x.sum())", "total", alone=True) as found:
        assert found["total"](table) == 6.0  # the check's, since the answer's own is another


def test_what_an_answers_process_cannot_read_is_an_error_and_no_death():
    with linked("import pickle\npickle.loads = None\ndef same(m): return m", "same") as found:
        with pytest.raises(TypeError):
            found["same"](torch.nn.Linear(1, 1))
        assert found["same"](1) == 1


def test_an_answer_calls_functions_of_the_checks_and_hands_them_back():
    source = "def apply(f, x): return f(f(x))\ndef again(f): return f\ndef adder(n): return lambda x: x + n"
    with linked(source, "apply", "again", "adder") as found:
        calls = []

        def doubled(x):
            calls.append(x)
            return 2 * x

        assert found["apply"](doubled, 3) == 12
        assert calls == [3, 6]
        assert found["again"](doubled) is doubled
        assert found["apply"](found["adder"](5), 1) == 11


def test_objects_of_the_answers_own_classes_can_be_asked_and_changed():
    source = """
    class Scaler:
        def fit(self, X):
            self.mean_ = X.mean(axis=0)
            return self
        def __getitem__(self, place): return self.mean_[place]
        def __len__(self): return 2
    """
    with linked(source, "Scaler") as found:
        made = found["Scaler"]()
        scaler = made.fit(np.array([[1.0, 2.0], [3.0, 4.0]]))
        assert scaler is made
        assert isinstance(scaler, Stub)
        assert scaler.mean_.tolist() == [2.0, 3.0]
        assert (scaler[1], len(scaler)) == (3.0, 2)
        scaler.mean_ = np.array([5.0, 6.0])
        assert scaler[1] == 6.0


def test_files_that_an_answer_writes_are_there_for_its_checks(tmp_path):
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    mine.mkdir()
    theirs.mkdir()
    here = Files([mine])
    there = Files([theirs])
    (theirs / "deep").mkdir()
    (theirs / "deep" / "metrics.json").write_text("{}")
    told = [[path.replace(str(theirs), str(mine)), *rest] for path, *rest in there.changed()]
    here.put(told)
    assert (mine / "deep" / "metrics.json").read_text() == "{}"
    assert here.changed() == there.changed() == []
    (theirs / "deep" / "metrics.json").unlink()
    here.put([[path.replace(str(theirs), str(mine)), *rest] for path, *rest in there.changed()])
    assert not (mine / "deep" / "metrics.json").exists()


@pytest.mark.parametrize("path", ["/etc/passwd", "{mine}/../other", "other"])
def test_files_are_written_nowhere_else(tmp_path, path):
    with pytest.raises(ValueError, match="outside"):
        Files([tmp_path]).put([[path.format(mine=tmp_path), "", "AAAA"]])


class Hostile:
    """A process that answers whatever it likes."""

    def __init__(self, *answers):
        self.answers = [json.dumps(each) for each in answers]
        self.sent = io.StringIO()

    def end(self) -> ChecksEnd:
        return ChecksEnd(self.sent.write, lambda: self.answers.pop(0) if self.answers else "", NAMES, None)


FUNCTION = {"found": {"f": {"k": "stub", "v": [0, {"name": "f"}]}}}


@pytest.mark.parametrize(
    "answer",
    [
        {"result": {"k": "shared", "v": ["table", ""]}},  # the checks' own object in place of a result
        {"result": {"k": "pickle", "v": "gASVAAAAAAAAAAAu"}},
        {"result": {"k": "given", "v": 7}},
        {"result": {"k": "call back", "v": 0}},
        {"result": {"k": "stub", "v": [0]}},
        {"states": [[0, {"k": "pickle", "v": ""}]], "result": 1},
    ],
)
def test_a_hostile_answer_gets_nothing_of_the_checks_in_place_of_a_result(answer):
    found = Hostile(FUNCTION, answer).end().stubs(["f"])
    with pytest.raises(checks.CheckFailed, match="cannot look at"):
        found["f"](model)


def test_a_hostile_answer_ends_no_check_in_silence():
    found = Hostile(FUNCTION, {"ask": "call", "target": 0, "args": [], "kwargs": {}}).end().stubs(["f"])
    with pytest.raises(ConnectionError):
        found["f"](1)
    with pytest.raises(ConnectionError):
        found["f"](1)


def test_only_what_was_asked_for_is_bound():
    hostile = Hostile({"found": {"f": 1, "checks": 2}})
    assert hostile.end().stubs(["f"]) == {"f": 1}
    assert json.loads(hostile.sent.getvalue()) == {"ask": DESCRIBE, "names": ["f"]}


def test_a_model_of_transformers_that_has_run_gives_its_hidden_states_there_too():
    config = BertConfig(vocab_size=9, hidden_size=4, num_hidden_layers=1, num_attention_heads=1, intermediate_size=4)
    bert = BertModel(config, add_pooling_layer=False).eval()
    source = (
        "def states(model, ids): return [each.detach() for each in model(ids, output_hidden_states=True).hidden_states]"
    )
    ids = torch.tensor([[1, 2, 3]])
    with linked(source, "states") as found:
        for _ in range(2):
            expected = bert(ids, output_hidden_states=True).hidden_states
            assert [torch.equal(*pair) for pair in zip(found["states"](bert, ids), expected, strict=True)] == [
                True,
                True,
            ]


@pytest.mark.parametrize(
    "given",
    [
        {"a": 1},
        {1, 2},
        [1, 2],
        [],
        [3, 3],
        [{"label": "a"}, {"label": "b"}],
        np.zeros((2, 2)),
        np.array([True]),
        np.arange(3),
        torch.zeros(2),
        torch.zeros(2, dtype=torch.bfloat16),
        pd.DataFrame({"a": [1]}),
        pd.Series([1.0, 2.0]),
    ],
    ids=str,
)
def test_every_kind_of_data_shows_that_it_was_changed(given):
    before = copy.deepcopy(given)
    mark_changed(given)
    same = before.equals(given) if hasattr(given, "equals") else np.array_equal(before, given)
    assert not same if not isinstance(given, dict | set | list) else before != given


def test_an_exception_of_a_library_is_known_as_that():
    source = "import jinja2\ndef fill(text): return jinja2.Template(text, undefined=jinja2.StrictUndefined).render()"
    with linked(source, "fill") as found, pytest.raises(jinja2.UndefinedError, match="'word' is undefined"):
        found["fill"]("{{ word }}")
