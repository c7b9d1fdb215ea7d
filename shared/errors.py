"""The error that people see, LabError, and the one that a stub raises."""

# How the message of a stub's NotImplementedError begins.
UNANSWERED = "This exercise is not answered yet"


class LabError(Exception):
    """Something that a person can fix: one sentence that says what is wrong and the command that fixes it."""

    def _render_traceback_(self) -> list[str]:
        """IPython shows this instead of a traceback, which would bury the sentence."""
        return [f"{type(self).__name__}: {self}"]
