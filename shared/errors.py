"""The error that a person can meet."""


class LabError(Exception):
    """Something a person can mend: one sentence that says what is wrong and the command that mends it."""

    def _render_traceback_(self) -> list[str]:
        """IPython shows this instead of a traceback, which would bury the sentence."""
        return [f"{type(self).__name__}: {self}"]
