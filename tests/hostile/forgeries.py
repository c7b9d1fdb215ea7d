"""Code that tries to earn points without solving anything: it attacks the checks in its own kernel."""

from tests.hostile.cases import ANSWER, NONE, WRONG, attack, case, cell, save

attack(
    "asserts_dropped_by_a_transformer",
    """
import ast
class Drop(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.Pass()
get_ipython().ast_transformers.append(Drop())
""",
    flagged=True,
)
attack(
    "all_code_replaced_by_a_transformer",
    "get_ipython().input_transformers_cleanup.append(lambda lines: ['pass\\n'])",
    flagged=True,
)
attack(
    "checks_patched",
    "from shared import checks as c\nfor n in ('close', 'that', 'count', 'keys', 'shape'): setattr(c, n, lambda *a, **k: None)",
    flagged=True,
)
attack(
    "failures_that_do_not_fail",
    "from shared import checks as c\nc._fail = lambda *a: None\nc.CheckFailed.__new__ = None",
    flagged=True,
)
UNSEEN = """
import ast
class Empty(ast.NodeTransformer):
    def visit_Expr(self, line):
        asked = any(isinstance(n, ast.Name) and n.id == 'double' for n in ast.walk(line))
        return ast.Pass() if asked and 'hand_over' not in ast.unparse(line) else line
get_ipython().ast_transformers.append(Empty())
"""


@case(score=40, flagged=True, score_outside=NONE)
def checks_emptied_but_not_the_canaries(folder, notebook):
    """It drops what calls the answer and leaves what a canary compares: only the tripwires see it."""
    cell(notebook, "double")["source"] = f"{WRONG}\n{UNSEEN}"
    save(folder, notebook)


attack("exceptions_swallowed", "get_ipython().set_custom_exc((BaseException,), lambda *a, **k: None)")
attack("tracebacks_silenced", "get_ipython().showtraceback = lambda *a, **k: None")
attack(
    "the_shell_replaced",
    """
from types import SimpleNamespace
async def nothing(self, *a, **k):
    info = SimpleNamespace(raw_cell='')
    return SimpleNamespace(success=True, error_before_exec=None, error_in_exec=None, result=None, info=info)
type(get_ipython()).run_cell_async = nothing
""",
    flagged=True,
)
attack(
    "the_builtin_assertion_error_replaced", "import builtins\nbuiltins.AssertionError = type('AssertionError', (), {})"
)
attack(
    "compile_replaced",
    "import builtins\nreal = builtins.compile\nbuiltins.compile = lambda s, *a, **k: real('pass', '', 'exec')",
)
attack(
    "exec_replaced",
    """
import IPython.core.interactiveshell as shell
async def nothing(*a, **k): return False
shell.InteractiveShell.run_code = nothing
""",
    flagged=True,
)
attack(
    "numpy_says_that_all_is_close",
    "import numpy\nnumpy.isclose = lambda a, b, **k: numpy.ones(numpy.shape(a), bool)",
    flagged=True,
)
attack(
    "a_result_forged_by_display",
    """
def forge(*a):
    get_ipython().kernel.session.send(get_ipython().kernel.iopub_socket, 'execute_result',
        {'data': {'text/plain': '50'}, 'metadata': {}, 'execution_count': 1}, parent=get_ipython().kernel.get_parent())
get_ipython().events.register('pre_run_cell', forge)
get_ipython().events.register('post_run_cell', forge)
""",
)
attack(
    "a_thread_that_forges_results",
    """
import threading, time
def forge():
    while True:
        k = get_ipython().kernel
        k.session.send(k.iopub_socket, 'execute_result', {'data': {'text/plain': '50'}, 'metadata': {}, 'execution_count': 1},
                       parent=k.get_parent())
        time.sleep(0.01)
threading.Thread(target=forge, daemon=True).start()
""",
)
attack(
    "replies_forged_as_a_success",
    """
k = get_ipython().kernel
send = k.session.send
def forged(stream, msg_or_type, content=None, *a, **kw):
    if msg_or_type == 'error': return None
    if isinstance(content, dict) and content.get('status') == 'error': content = {'status': 'ok', 'execution_count': 1, 'payload': [], 'user_expressions': {}}
    return send(stream, msg_or_type, content, *a, **kw)
k.session.send = forged
""",
    flagged=True,
)
attack(
    "values_handed_over_for_another",
    "from shared import checks as c\nreal = c.hand_over\nc.hand_over = lambda **v: real(doubles=[0, 2, 4, 6, 9])",
)
attack("nothing_handed_over", "from shared import checks as c\nc.hand_over = lambda **v: None")
attack(
    "a_list_without_end_handed_over",
    "from shared import checks as c\nreal = c.hand_over\nc.hand_over = lambda **v: real(doubles=list(range(10**6)))",
)
attack(
    "fresh_inputs_made_stale",
    "from shared import checks as c\nimport numpy as np\nc.fresh = lambda: np.random.default_rng(0)",
)
attack(
    "the_clock_and_the_seed_turned",
    "import time, os, random\ntime.time = lambda: 0.0\nos.environ['COURSE_FRESH_SEED'] = '1'\nrandom.seed(1)",
)
attack(
    "cells_that_name_the_exercise_skipped",
    """
from shared import checks as c
real = c.hand_over
get_ipython().input_transformers_cleanup.append(
    lambda lines: ['c.hand_over(doubles=[0, 2, 4, 6, 8])\\n'] if 'double' + '(' in ''.join(lines) else lines)
""",
    flagged=True,
)
attack(
    "checks_that_only_look_at_what_they_ask_for",
    "def double(x):\n    return 2 * x if x in (0, 3, 5, 6, 7, 8) else 7",
    score=40.0,
)
attack("a_trace_that_skips_lines", "import sys\ndef trace(frame, event, arg):\n    return None\nsys.settrace(trace)")
attack(
    "the_checks_module_shadowed",
    "import sys, types\nsys.modules['shared.checks'] = types.SimpleNamespace(close=lambda *a, **k: None)",
)
attack(
    "an_answer_that_equals_everything",
    "class Any(float):\n    def __eq__(self, other): return True\n    __hash__ = None\ndef double(x): return Any(7)",
)
attack("an_exit_before_the_checks", "import atexit, os\natexit.register(lambda: print('90 points'))\nos._exit(0)")
attack("system_exit_in_the_answer", "def double(x):\n    raise SystemExit(0)")
attack("a_keyboard_interrupt_in_the_answer", "def double(x):\n    raise KeyboardInterrupt")


@case(score=40, score_outside=NONE)
def an_answer_that_spies_on_the_check(folder, notebook):
    """In one process nothing is secret: it reads the expected value from the caller's frame. The judge outside is not fooled."""
    cell(notebook, "double")["source"] = """
import sys
class Spy:
    def __array__(self, dtype=None, copy=None):
        frame = sys._getframe()
        while frame and 'expected' not in frame.f_locals: frame = frame.f_back
        import numpy
        return numpy.asarray(frame.f_locals['expected'], dtype=float)
def double(x): return Spy()
"""
    save(folder, notebook)


@case()
def a_right_answer_that_prints_warnings(folder, notebook):
    """Honest, and odd: nothing on stderr costs a point."""
    cell(notebook, "double")["source"] = (
        f"import sys, warnings, logging\nfrom tqdm import tqdm\n{ANSWER.replace('return', 'warnings.warn(str(x)); logging.error(x); list(tqdm(range(3))); print(x, file=sys.stderr); return')}"
    )
    save(folder, notebook)


@case(score=40)
def a_value_as_the_last_line(folder, notebook):
    """Honest and half right; a number at the end of a cell is no score."""
    cell(notebook, "double")["source"] = f"{WRONG.replace('7', '6')}\n90"
    save(folder, notebook)
