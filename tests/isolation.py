"""Which tests need walls around a kernel, and why they are skipped where there are none."""

import pytest

from grading.kernels import sandbox
from shared.errors import LabError


def _missing() -> str:
    try:
        sandbox.require()
    except LabError as error:
        return str(error)
    return ""


_reason = _missing()
needs_walls = pytest.mark.skipif(bool(_reason), reason=f"kernels cannot be isolated here: {_reason}")
