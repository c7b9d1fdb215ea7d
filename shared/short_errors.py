"""Shows in one sentence what a traceback would bury: an exercise that is not answered yet, a name whose cell has not been run."""

import re

from shared.errors import UNANSWERED

LONGEST = 300  # characters of a sentence in a summary


def shorten_errors(shell) -> None:
    """Makes an IPython shell show these errors as a sentence, and all others with their traceback as before.

    How cells run is left alone: only the text of a traceback is replaced.
    """
    in_full = shell.InteractiveTB.structured_traceback

    def structured_traceback(kind, error, *rest, **options):
        text = short(error)
        return [text] if text else in_full(kind, error, *rest, **options)

    shell.InteractiveTB.structured_traceback = structured_traceback


def short(error: BaseException) -> str:
    """The sentence for an error that says all by itself; "" for one whose traceback is needed."""
    if hasattr(error, "_render_traceback_"):
        return "\n".join(error._render_traceback_())
    if any(UNANSWERED in str(each) for each in _chain(error)):
        name = _unanswered(error)
        return f"{name} is not answered yet." if name else f"{UNANSWERED}."
    if isinstance(error, NameError) and _is_raised_by_the_cell(error):
        return (
            f"NameError: {error}. If the kernel was restarted, or cells above were skipped, run those first "
            "(in JupyterLab: Run → Run All Above Selected Cell)."
        )
    return ""


def one_line(error: BaseException) -> str:
    """A sentence for any error, to be listed among others."""
    text = " ".join((short(error) or f"{type(error).__name__}: {error}").split())
    text = re.sub(r"^Check failed: ", "", text)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _chain(error: BaseException):
    """The error and those that it was raised from; a library may wrap the first one, and quote it."""
    seen = []
    while error is not None and error not in seen:
        seen.append(error)
        error = error.__cause__ or error.__context__
    return seen


def _unanswered(error: BaseException) -> str:
    """The name of the function whose stub raised the error, such as `ridge_fit`; "" where it is not known."""
    for each in _chain(error):
        if isinstance(each, NotImplementedError) and UNANSWERED in str(each):
            trace = each.__traceback__
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            if trace is not None:
                name = getattr(trace.tb_frame.f_code, "co_qualname", trace.tb_frame.f_code.co_name)
                return "" if name == "<module>" else name
    return ""


def _is_raised_by_the_cell(error: NameError) -> bool:
    """Whether the cell itself, and no function, used the unknown name: a function's own mistake needs its traceback."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and trace.tb_frame.f_code.co_name == "<module>"
