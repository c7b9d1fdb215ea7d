"""Says what is wrong with a notebook before it is handed in, and writes a repaired copy next to it. Nothing is executed.

From a terminal: python -m shared.doctor FILE (instructors: course doctor FILE)
"""

import sys

from shared.course_python import require_packages
from shared.errors import LabError

HELP = "usage: python -m shared.doctor FILE"


def main(arguments: list) -> int:
    """The command line; returns the exit status: 0 for a sound notebook, else 1."""
    if len(arguments) != 1 or arguments[0] in ("-h", "--help"):
        print(HELP, file=sys.stderr)
        return 2
    require_packages("shared.doctor")
    from pathlib import Path

    from shared.examination import doctor

    try:
        return doctor(Path(arguments[0]))
    except LabError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
