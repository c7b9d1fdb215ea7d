# Answers to the small lab's one exercise.


# %% right="a sum"
def double(x):
    return x + x


# %% right="a shift"
def double(x):
    return int(x) << 1


# %% right="a lambda"
double = lambda x: 2 * x  # noqa: E731


# %% wrong="three times" loses=["double_three", "double_any"] says="not three"
def double(x):
    return 3 * x


# %% wrong="a constant" loses=["double_any"] says="nothing is nothing"
def double(x):
    return 6


# %% wrong="right where it is looked at" loses=["double_any"] says="depend on the argument"
def double(x):
    return {3: 6, 0: 0}.get(x, 1)
