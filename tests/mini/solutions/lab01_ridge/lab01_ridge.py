# A lab of one exercise, for tests of building and grading. It stands in for the real lab01_ridge.

# %% [markdown]
# # {{ lab.title }}
#
# {{ badge }}
#
# {{ budget_table }}

# %% tags=["setup"]
from shared.session import start

settings = start("lab01_ridge")


# %% nbgrader={"grade": false, "grade_id": "double", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
def double(x: float) -> float:
    """Twice x."""
    ### BEGIN SOLUTION
    secret_of_the_reference = 2.0
    return secret_of_the_reference * x
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "double_three", "locked": true, "points": 40, "schema_version": 3, "solution": false, "task": false}
import warnings

from shared import checks

warnings.warn("A warning on stderr must cost nobody a point.", stacklevel=1)
checks.close(double(3), 6, "double(3)", hint="Twice means two times, not three.")

# %% nbgrader={"grade": true, "grade_id": "double_any", "locked": true, "points": 50, "schema_version": 3, "solution": false, "task": false}
checks.close(double(0), 0, "double(0)", hint="Twice nothing is nothing.")
### BEGIN HIDDEN TESTS
hidden_argument = int(checks.fresh().integers(5, 9))
checks.close(double(hidden_argument), 2 * hidden_argument, "the result", hint="The answer must depend on the argument.")
### END HIDDEN TESTS
checks.hand_over(doubles=[double(x) for x in range(5)])

# %% [markdown] nbgrader={"grade": false, "grade_id": "why_question", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
# Why twice?
#
# === BEGIN MARK SCHEME ===
# Ten points for any sound reason, five for half of one.
# === END MARK SCHEME ===

# %% [markdown] nbgrader={"grade": true, "grade_id": "why", "locked": false, "points": 10, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# Because the exercise says so, and its checks agree.
# ### END SOLUTION
