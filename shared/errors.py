"""The error that people see: LabError."""


class LabError(Exception):
    """Something that a person can fix: one sentence that says what is wrong and the command that fixes it."""

    def _render_traceback_(self) -> list[str]:
        """IPython shows this instead of a traceback, which would bury the sentence."""
        return [f"{type(self).__name__}: {self}"]
