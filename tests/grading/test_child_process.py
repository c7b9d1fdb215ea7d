"""Tests child processes with a deadline: what hangs or dies costs its request alone, and leaves nobody behind."""

import contextlib
import os
import signal
import subprocess
import sys
import time

import pytest

from grading.child_process import ChildProcess, NoAnswer
from shared.assets.cache_paths import CHECKOUT

ODD = """
import os
import time

from grading.child_process import limit_memory, serve


def answer(asked):
    print("nobody reads this")
    if "sleep" in asked:
        time.sleep(asked["sleep"])
    if "hold" in asked:
        return {"held": len(bytearray(asked["hold"]))}
    if "die" in asked:
        os._exit(1)
    return {"pid": os.getpid(), "text": asked.get("text")}


def prepare():
    print("nor this")
    limit_memory(10**9)
    return answer


serve(prepare)
"""
PARENT = """
import sys
from grading.child_process import ChildProcess
child = ChildProcess([sys.executable, sys.argv[1]])
print(child.ask({}, 60)["pid"], flush=True)
child.ask({"sleep": float(sys.argv[2])}, 3)
"""


@pytest.fixture
def odd(tmp_path):
    """The file of a process that does what it is asked to."""
    (tmp_path / "odd.py").write_text(ODD)
    return tmp_path / "odd.py"


@pytest.fixture
def child(odd):
    child = ChildProcess([sys.executable, str(odd)], {**os.environ, "PYTHONPATH": str(CHECKOUT)})
    yield child
    child.stop()


def lives(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def test_one_process_answers_one_request_after_another(child):
    assert not child.has_answered
    first = child.ask({"text": "half a pair \ud800"}, 60)
    assert child.has_answered
    assert first["text"] == "half a pair \ud800"
    assert child.ask({}, 60)["pid"] == first["pid"]


@pytest.mark.parametrize(
    "harm", [{"sleep": 1_000}, {"die": True}, {"hold": 2 * 10**9}], ids=["hangs", "dies", "swells"]
)
def test_what_hangs_dies_or_swells_ends_and_the_next_request_gets_a_new_process(child, harm):
    first = child.ask({}, 60)["pid"]
    begin = time.monotonic()
    with pytest.raises(NoAnswer):
        child.ask(harm, 2)
    assert time.monotonic() - begin < 20
    assert not child.has_answered
    assert not lives(first)
    assert child.ask({}, 60)["pid"] != first


@pytest.mark.parametrize("said", ["[" * 100_000, "{", "", "\ud800"], ids=["deep", "cut off", "nothing", "no text"])
def test_what_is_no_answer_is_none(said):
    child = ChildProcess([sys.executable, "-c", f"import os; os.write(1, {said.encode(errors='surrogatepass')!r})"])
    with pytest.raises(NoAnswer):
        child.ask({}, 60)
    assert not child.has_answered


def test_an_endless_answer_ends_at_a_length(monkeypatch):
    monkeypatch.setattr("grading.child_process.LONGEST", 10**6)
    child = ChildProcess([sys.executable, "-c", "while True: print('x' * 1_000, end='')"])
    begin = time.monotonic()
    with pytest.raises(NoAnswer):
        child.ask({}, 500)
    assert time.monotonic() - begin < 100


@pytest.mark.parametrize("busy", [0, 1_000], ids=["idle", "hanging"])
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT])
def test_nobody_is_left_when_the_parent_is_killed(odd, busy, sign):
    """One that hangs ends some seconds after its deadline."""
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    script = [sys.executable, "-c", PARENT, str(odd), str(busy)]
    parent = subprocess.Popen(
        script, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )
    pid = int(parent.stdout.readline())
    time.sleep(1)  # until the request is on its way
    parent.send_signal(sign)
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 30
    while lives(pid):
        assert time.monotonic() < deadline, "it is still there"
        time.sleep(0.2)
