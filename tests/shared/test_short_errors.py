"""One sentence where a traceback would bury it, and the traceback where it is needed."""

import pytest

STUB = 'raise NotImplementedError("This exercise is not answered yet: replace this line with your code.")'


@pytest.fixture
def shown(capsys):
    """Runs a cell in a shell with short errors and returns what it shows, without colours."""
    from IPython.core.interactiveshell import InteractiveShell

    from shared.short_errors import shorten_errors

    shell = InteractiveShell()
    shell.run_line_magic("colors", "nocolor")
    shorten_errors(shell)

    def run(source):
        result = shell.run_cell(source)
        assert not result.success
        return capsys.readouterr().out

    return run


def test_an_exercise_that_is_not_answered_is_named(shown):
    assert shown(f"def ridge(x):\n    {STUB}\nridge(1)") == "ridge is not answered yet.\n"
    wrapped = f"""
class Scaler:
    def fit(self):
        {STUB}
try:
    Scaler().fit()
except Exception as error:
    raise ValueError('All 5 fits failed') from error
"""
    assert shown(wrapped).endswith("fit is not answered yet.\n")
    quoted = "raise ValueError('All fits failed: NotImplementedError: This exercise is not answered yet: replace')"
    assert shown(quoted) == "This exercise is not answered yet.\n"


def test_a_name_whose_cell_did_not_run_says_to_run_the_cells_above(shown):
    assert shown("settings.alpha").startswith("NameError: name 'settings' is not defined. If the kernel was restarted")


@pytest.mark.parametrize("source", ["def f():\n    return nowhere\nf()", "def f():\n    return 1 / 0\nf()"])
def test_a_mistake_inside_a_function_keeps_its_traceback(shown, source):
    assert "return" in shown(source)
    assert len(shown(source).splitlines()) > 5


def test_the_courses_own_errors_stay_as_they_were(shown):
    assert shown("from shared import checks\nchecks.that(False, 'why')") == "Check failed: why\n"
    assert shown("from shared.errors import LabError\nraise LabError('Do this.')") == "LabError: Do this.\n"
