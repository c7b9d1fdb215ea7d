"""The walls around one kernel, where the class of hostile submissions cannot show which of them held; what all kernels share."""

import asyncio
import json
import sys
from pathlib import Path

import pytest
from jupyter_client import AsyncKernelManager
from nbformat.v4 import new_code_cell, new_notebook, writes

from grading.kernels.kernel_client import PromptClient
from grading.kernels.run_notebook import run_notebook
from grading.workers.grading_task import Task
from grading.workers.kernel_modes import KERNELS, ready_kernels
from grading.workers.local import Worker
from shared.errors import LabError
from tests.isolation import needs_walls

CHILDREN = """
import os, time
for _ in range(10):
    if os.fork() == 0:
        held = bytearray(b"x") * (3 * 10**8)
        time.sleep(60)
        os._exit(0)
time.sleep(60)
"""
ERRORS = [
    "def half(x):\n    assert x % 2 == 0, 'odd'\n    return x // 2\n\nhalf(3)",
    "import json\n\njson.loads('{')",
    "class Odd(Exception):\n    pass\n\ntry:\n    half(5)\nexcept AssertionError as error:\n    raise Odd('again') from error",
    "x = = 1",
]


def cells_after(sources: list[str], mode: str, memory_gb: float = 3.0) -> list[dict]:
    """The executed cells of a notebook that was run in a kernel of this mode."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    task = Task(writes(notebook), KERNELS[mode], 40, 40, output_bytes=10**6, memory_gb=memory_gb)
    with ready_kernels(mode, memory_gb) as (environment, ready):
        ready()
        worker = Worker(environment)
        try:
            return json.loads(worker.run(task).notebook)["cells"]
        finally:
            worker.stop()


TRANSPORT = "from ipykernel.connect import get_connection_info\n\nprint(get_connection_info(unpack=True)['transport'])"


@pytest.mark.parametrize("mode", ["plain", *(pytest.param(name, marks=needs_walls) for name in ("sandbox", "warm"))])
def test_no_kernel_needs_a_port_that_another_program_may_take(mode):
    """Of 200 kernels started eight at a time, one died of that."""
    (cell,) = cells_after([TRANSPORT], mode)
    assert "".join(cell["outputs"][0]["text"]) == "ipc\n"


def test_nor_does_a_reference(tmp_path):
    (cell,) = run_notebook(new_notebook(cells=[new_code_cell(TRANSPORT)]), tmp_path, 40).notebook.cells
    assert cell.outputs[0].text == "ipc\n"


MACHINE = "import os\n\nprint(os.environ['OMP_NUM_THREADS'], repr(os.environ['CUDA_VISIBLE_DEVICES']))"


@pytest.mark.parametrize("mode", ["plain", *(pytest.param(name, marks=needs_walls) for name in ("sandbox", "warm"))])
def test_what_grades_sees_one_thread_and_no_graphics_card(mode, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    (cell,) = cells_after([MACHINE], mode)
    assert "".join(cell["outputs"][0]["text"]) == "1 ''\n"


def test_nor_does_what_runs_a_reference(tmp_path, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    (cell,) = run_notebook(new_notebook(cells=[new_code_cell(MACHINE)]), tmp_path, 40).notebook.cells
    assert cell.outputs[0].text == "1 ''\n"


@needs_walls
def test_a_warm_kernel_is_shown_a_folder_with_a_space_in_its_name(tmp_path, monkeypatch):
    """A checkout or a cache may stand below /tmp, which each kernel gets anew."""
    cache = tmp_path / "my files"
    cache.mkdir()
    (cache / "one").touch()
    monkeypatch.setenv("LAB_CACHE", str(cache))
    (cell,) = cells_after(["import os\n\nprint(os.listdir(os.environ['LAB_CACHE']))"], "warm")
    assert "".join(cell["outputs"][0]["text"]) == "['one']\n"


def test_where_files_for_the_moment_lie_deep_a_kernel_still_starts(tmp_path, monkeypatch):
    """The path of a socket may not be long."""
    deep = tmp_path / "d" / ("e" * 100)
    deep.mkdir(parents=True)
    monkeypatch.setenv("TMPDIR", str(deep))
    (cell,) = run_notebook(new_notebook(cells=[new_code_cell("print(1)")]), tmp_path, 40).notebook.cells
    assert "".join(cell["outputs"][0]["text"]) == "1\n"


@pytest.mark.parametrize(
    ("source", "says"), [("import os; os._exit(1)", "Kernel died"), ("while True: pass", "2 seconds")]
)
def test_a_notebook_that_cannot_be_run_to_its_end_says_why(tmp_path, source, says):
    with pytest.raises(LabError, match=f"did not run to its end: .*{says}"):
        run_notebook(new_notebook(cells=[new_code_cell(source)]), tmp_path, 2)


@needs_walls
@pytest.mark.parametrize("mode", ["sandbox", "warm"])
def test_children_share_their_kernels_memory_limit(mode):
    """Ten processes add 0.3 GB each: every one keeps the limit of 2.5 GB (libraries reserve 1.7), and together they break it."""
    cells = cells_after(["held = 'alone'", CHILDREN], mode, memory_gb=2.5)
    assert cells[0]["outputs"] == []
    assert ["memory" in output["evalue"] for output in cells[1]["outputs"]] == [True], cells[1]["outputs"]


@needs_walls
def test_an_error_is_shown_alike_in_every_mode():
    """Warm kernels take a shorter way to it."""

    def shown(mode: str) -> list[str]:
        errors = [cell["outputs"][0] for cell in cells_after(ERRORS, mode)]
        return ["\n".join(error["traceback"]) for error in errors]

    slow = shown("sandbox")
    assert [word in text for word, text in zip(["odd", "JSONDecodeError", "Odd", "="], slow, strict=True)] == [True] * 4
    assert shown("warm") == slow


@pytest.mark.parametrize(("source", "says"), [("pass", "died before"), ("import time; time.sleep(60)", "within 2 s")])
def test_a_program_that_is_no_kernel_is_not_waited_for_in_vain(tmp_path, monkeypatch, source, says):
    spec = {"argv": [sys.executable, "-c", source], "display_name": "none", "language": "none"}
    (tmp_path / "kernels" / "none").mkdir(parents=True)
    (tmp_path / "kernels" / "none" / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))

    async def wait() -> None:
        manager = AsyncKernelManager(kernel_name="none", client_factory=PromptClient)
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=2)
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)

    with pytest.raises(RuntimeError, match=says):
        asyncio.run(wait())


SESSIONS = """
import subprocess, time
started = [subprocess.Popen(["sleep", "30"], start_new_session=True) for _ in range(3)]
time.sleep(2)
for pid in ("self", *(child.pid for child in started)):
    print(open(f"/proc/{pid}/autogroup").read().split()[-1])
"""


@needs_walls
@pytest.mark.skipif(
    not Path("/proc/self/autogroup").exists(), reason="this Linux does not share out the processor by session"
)
@pytest.mark.parametrize("mode", ["sandbox", "warm"])
def test_what_a_kernel_starts_in_sessions_of_its_own_gets_the_smallest_share(mode):
    (cell,) = cells_after([SESSIONS], mode)
    assert "".join(cell["outputs"][0]["text"]).split() == ["0", "19", "19", "19"]
