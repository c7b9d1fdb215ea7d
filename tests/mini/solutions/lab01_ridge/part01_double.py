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


# %% answer="double"
def double(x: float) -> float:
    """Twice x."""
    ### BEGIN SOLUTION
    secret_of_the_reference = 2.0
    return secret_of_the_reference * x
    ### END SOLUTION


# %% check="double_three" points=40
import warnings

from shared import checks

warnings.warn("A warning on stderr must cost nobody a point.", stacklevel=1)
checks.close(double(3), 6, "double(3)", hint="Twice means two times, not three.")

# %% check="double_any" points=50
checks.close(double(0), 0, "double(0)", hint="Twice nothing is nothing.")
### BEGIN HIDDEN TESTS
hidden_argument = int(checks.fresh().integers(5, 9))
checks.close(double(hidden_argument), 2 * hidden_argument, "the result", hint="The answer must depend on the argument.")
### END HIDDEN TESTS
checks.hand_over(doubles=[double(x) for x in range(5)])

# %% [markdown] question="why" points=10
# Why twice?
#
# === BEGIN MARK SCHEME ===
# Ten points for any sound reason, five for half of one.
# === END MARK SCHEME ===

# %% [markdown] answer="why"
# ### BEGIN SOLUTION
# Because the exercise says so, and its checks agree.
# ### END SOLUTION
