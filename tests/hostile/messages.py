"""Messages that no decent kernel sends: what takes them in must neither stop nor swell, for anybody."""

from pathlib import Path

from tests.hostile.cases import ANSWER, FULL, WRONG, attack, case, cell, code, save

RAW = """
import json
_kernel = get_ipython().kernel
_kernel.session.pack = lambda content: json.dumps(content, default=str).encode()  # as JSON escapes, which Python's own writer checks
"""

attack("half_a_surrogate_pair_printed", f"{RAW}print('half a pair \\ud800')")
attack("half_a_surrogate_pair_in_an_error", f"{RAW}def double(x): raise ValueError('half \\udfff a pair')")
attack(
    "half_a_surrogate_pair_as_a_key",
    f"{RAW}from IPython.display import display\ndisplay({{'text/plain': 'x', 'text/\\ud800': 'y'}}, raw=True)",
)
attack(
    "an_output_a_thousand_levels_deep",
    f"{RAW}deep = []\nfor _ in range(900): deep = [deep]\n"
    "_kernel.send_response(_kernel.iopub_socket, 'display_data', {'data': {'application/json': deep}, 'metadata': {}})",
)


@case(score=40.0)
def half_a_surrogate_pair_handed_over(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = f"{ANSWER} if x != 4 else '\\ud800'\n{RAW}"
    save(folder, notebook)


@case()
def a_flood_of_hand_overs(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = f"""
from IPython.display import display
from shared.settings import HANDED_OVER
{ANSWER.replace("return", "for _ in range(3): display({HANDED_OVER: {'doubles': 'x' * 1_900_000}}, raw=True)" + chr(10) + "    return")}
"""
    save(folder, notebook)


@case(score=0.0)
def two_hundred_cells_of_errors(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = WRONG
    flood = "for _ in range(5):\n    try: raise ValueError('x' * 40_000)\n    except ValueError: get_ipython().showtraceback()"
    place = notebook["cells"].index(cell(notebook, "double"))
    notebook["cells"][place:place] = [code(flood) | {"id": f"mine{number}"} for number in range(200)]
    save(folder, notebook)


WIDGETS = """
import ipywidgets
from ipywidgets import interact

box = ipywidgets.Output()
with box:
    print("looked")
box.clear_output()
box

@interact(k=(1, 5))
def look(k=2):
    return k
"""


@case()
def honest_widgets(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = ANSWER
    place = notebook["cells"].index(cell(notebook, "double"))
    notebook["cells"].insert(place, code(WIDGETS))
    save(folder, notebook)


attack(
    "an_output_widget_that_swallows_errors",
    """
import ipywidgets
box = ipywidgets.Output()
def swallow(*a):
    box.msg_id = get_ipython().kernel.get_parent()['header']['msg_id']
get_ipython().events.register('pre_run_cell', swallow)
""",
)


@case(score=40.0, flagged=True, score_outside=FULL)
def a_kernel_that_ends_itself_when_it_sees_a_hidden_test(folder: Path, notebook: dict):
    """What it leaves for its second attempt, in the page cache say, must not reach the page; outside it never sees the test."""
    cell(notebook, "double")["source"] = """
import linecache, os, sys
print("what a page must not show after a lost kernel")
def double(x):
    if any("hidden" in line for line in linecache.getlines(sys._getframe(1).f_code.co_filename)):
        os._exit(1)
    return 2 * x
"""
    save(folder, notebook)
