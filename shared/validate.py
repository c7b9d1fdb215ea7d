"""Says how far a notebook is, exercise by exercise, as the button Validate in JupyterLab does: python -m shared.validate FILE"""

import sys

from shared.course_python import require_packages
from shared.errors import LabError

HELP = "usage: python -m shared.validate FILE"


def main(arguments: list) -> int:
    """The command line; returns the exit status."""
    if len(arguments) != 1 or arguments[0] in ("-h", "--help"):
        print(HELP, file=sys.stderr)
        return 2
    require_packages("shared.validate")
    from shared import validation

    try:
        return validation.main(arguments[0])
    except LabError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
