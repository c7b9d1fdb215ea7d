"""What the small lab's check hands over, judged where the student's code cannot reach."""

from shared import checks


def double_any(doubles: list) -> None:
    checks.close(doubles, [0, 2, 4, 6, 8], "the doubles of 0 to 4", hint="Twice means two times.")
