"""python -m shared.assets: shows, fetches and verifies what the labs use, with whatever Python was typed."""

import sys

from shared.course_python import require_packages

if __name__ == "__main__":
    require_packages("shared.assets")
    from shared.assets.inventory import main

    sys.exit(main())
