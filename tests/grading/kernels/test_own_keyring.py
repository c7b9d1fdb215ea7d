"""Tests that a kernel does not inherit the session keyring of the person who grades, where Linux has keyrings."""

import subprocess
import sys

import pytest

from grading.kernels import own_keyring, system_calls
from shared.assets.cache_paths import CHECKOUT
from tests.isolation import needs_walls

JOIN = 1
# Joins a session keyring, then starts programs in the sandbox, without its filter: prints whose keyring has which number.
INSTRUCTOR = f"""
import ctypes
import subprocess
import sys
import tempfile
from pathlib import Path
from grading.kernels import sandbox, system_calls

keyctl = system_calls.keyctl_number()
sandbox._filtered = lambda stage: ["bwrap"]
libc = ctypes.CDLL(None)
libc.syscall(keyctl, {JOIN}, None)
script = "import ctypes; print(ctypes.CDLL(None).syscall(int(__import__('sys').argv[1]), 0, -3, 0))"
print(libc.syscall(keyctl, 0, -3, 0), flush=True)
for own in (True, False):
    if not own:
        sandbox._own_keyring = lambda: []
    with tempfile.TemporaryDirectory() as stage:
        program = sandbox.command([sys.executable, "-c", script, str(keyctl)], Path(stage))
        subprocess.run(program, check=True)
"""


def _keyrings() -> bool:
    """Whether this system has keyrings that this process may use."""
    if not system_calls.is_known():
        return False
    script = "import ctypes, sys; sys.exit(ctypes.CDLL(None).syscall(int(sys.argv[1]), 1, None) < 0)"
    return not subprocess.run([sys.executable, "-c", script, str(system_calls.keyctl_number())]).returncode


needs_keyrings = pytest.mark.skipif(not _keyrings(), reason="this system has no keyrings, or forbids them")


@needs_walls
@needs_keyrings
def test_a_kernel_has_a_session_keyring_of_its_own():
    done = subprocess.run([sys.executable, "-c", INSTRUCTOR], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    instructors, own, inherited = map(int, done.stdout.split())
    assert instructors == inherited, "this test would not see the difference"
    assert own > 0
    assert own != instructors


@pytest.mark.skipif(not system_calls.is_known(), reason="there is no filter for this processor")
def test_where_the_call_fails_the_program_starts_all_the_same():
    unknown = "100000"  # no call has this number
    done = subprocess.run(
        [sys.executable, "-I", "-S", own_keyring.__file__, unknown, "echo", "started"], capture_output=True, text=True
    )
    assert done.stdout == "started\n"
