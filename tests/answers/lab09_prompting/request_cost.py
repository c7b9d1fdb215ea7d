# %% right="each kind by itself"
def request_cost(read_tokens, written_tokens, read_price, written_price, cached_tokens=0, cached_price=0.0):
    million = 1_000_000
    cost = (read_tokens - cached_tokens) / million * read_price
    cost += cached_tokens / million * cached_price
    return cost + written_tokens / million * written_price


def break_even(tuning, before, after):
    saved = before - after
    if saved > 0:
        return max(0, math.ceil(tuning / saved))
    return 0 if tuning <= 0 and saved == 0 else math.inf


# %% right="a dot product, NumPy"
def request_cost(read_tokens, written_tokens, read_price, written_price, cached_tokens=0, cached_price=0.0):
    counts = np.array([read_tokens - cached_tokens, cached_tokens, written_tokens])
    return counts @ np.array([read_price, cached_price, written_price]) * 1e-6


def break_even(tuning, before, after):
    if after < before:
        return np.ceil(tuning / (before - after))
    if tuning == 0 and after == before:
        return 0.0
    return float("inf")


# %% right="corrected for what is cached"
def request_cost(read_tokens, written_tokens, read_price, written_price, cached_tokens=0, cached_price=0.0):
    full = read_tokens * read_price + written_tokens * written_price
    return (full - cached_tokens * (read_price - cached_price)) / 10**6


def break_even(tuning, before, after):
    if before <= after:
        return 0 if tuning == 0 and before == after else math.inf
    count = int(tuning / (before - after))
    return count if tuning + count * after <= count * before else count + 1


# %% wrong="a price for a thousand tokens" loses=["cost_request"] says="a million tokens"
def request_cost(read_tokens, written_tokens, read_price, written_price, cached_tokens=0, cached_price=0.0):
    new = read_tokens - cached_tokens
    return (new * read_price + cached_tokens * cached_price + written_tokens * written_price) / 1000


def break_even(tuning, before, after):
    if tuning <= 0 and after <= before:
        return 0
    return math.inf if after >= before else math.ceil(tuning / (before - after))


# %% wrong="cached tokens paid twice" loses=["cost_request"] says="paid twice"
def request_cost(read_tokens, written_tokens, read_price, written_price, cached_tokens=0, cached_price=0.0):
    return (read_tokens * read_price + cached_tokens * cached_price + written_tokens * written_price) / 1e6


def break_even(tuning, before, after):
    if tuning <= 0 and after <= before:
        return 0
    return math.inf if after >= before else math.ceil(tuning / (before - after))


# %% wrong="cached tokens free" loses=["cost_request"] says="were free"
def request_cost(read_tokens, written_tokens, read_price, written_price, cached_tokens=0, cached_price=0.0):
    return ((read_tokens - cached_tokens) * read_price + written_tokens * written_price) / 1e6


def break_even(tuning, before, after):
    if tuning <= 0 and after <= before:
        return 0
    return math.inf if after >= before else math.ceil(tuning / (before - after))


# %% wrong="read and written prices swapped" loses=["cost_request"] says="each other's price"
def request_cost(read_tokens, written_tokens, read_price, written_price, cached_tokens=0, cached_price=0.0):
    new = read_tokens - cached_tokens
    return (new * written_price + cached_tokens * cached_price + written_tokens * read_price) / 1e6


def break_even(tuning, before, after):
    if tuning <= 0 and after <= before:
        return 0
    return math.inf if after >= before else math.ceil(tuning / (before - after))


# %% wrong="one request too many" loses=["cost_break_even", "cost_never"] says="Each request saves"
def request_cost(read_tokens, written_tokens, read_price, written_price, cached_tokens=0, cached_price=0.0):
    new = read_tokens - cached_tokens
    return (new * read_price + cached_tokens * cached_price + written_tokens * written_price) / 1e6


def break_even(tuning, before, after):
    return math.inf if after >= before else int(tuning / (before - after)) + 1


# %% wrong="rounded down" loses=["cost_break_even"] says="A part of a request"
def request_cost(read_tokens, written_tokens, read_price, written_price, cached_tokens=0, cached_price=0.0):
    new = read_tokens - cached_tokens
    return (new * read_price + cached_tokens * cached_price + written_tokens * written_price) / 1e6


def break_even(tuning, before, after):
    if tuning <= 0 and after <= before:
        return 0
    return math.inf if after >= before else math.floor(tuning / (before - after))


# %% wrong="a fraction of a request" loses=["cost_break_even"] says="A part of a request"
def request_cost(read_tokens, written_tokens, read_price, written_price, cached_tokens=0, cached_price=0.0):
    new = read_tokens - cached_tokens
    return (new * read_price + cached_tokens * cached_price + written_tokens * written_price) / 1e6


def break_even(tuning, before, after):
    if tuning <= 0 and after <= before:
        return 0
    return math.inf if after >= before else tuning / (before - after)


# %% wrong="tuning over the cost after" loses=["cost_break_even"] says="Each request saves"
def request_cost(read_tokens, written_tokens, read_price, written_price, cached_tokens=0, cached_price=0.0):
    new = read_tokens - cached_tokens
    return (new * read_price + cached_tokens * cached_price + written_tokens * written_price) / 1e6


def break_even(tuning, before, after):
    if tuning <= 0 and after <= before:
        return 0
    return math.inf if after >= before else math.ceil(tuning / after)


# %% wrong="negative where it never pays" loses=["cost_never"] says="tuning never pays"
def request_cost(read_tokens, written_tokens, read_price, written_price, cached_tokens=0, cached_price=0.0):
    new = read_tokens - cached_tokens
    return (new * read_price + cached_tokens * cached_price + written_tokens * written_price) / 1e6


def break_even(tuning, before, after):
    return math.ceil(tuning / (before - after))


# %% wrong="infinite also where nothing was paid" loses=["cost_never"] says="should be 0"
def request_cost(read_tokens, written_tokens, read_price, written_price, cached_tokens=0, cached_price=0.0):
    new = read_tokens - cached_tokens
    return (new * read_price + cached_tokens * cached_price + written_tokens * written_price) / 1e6


def break_even(tuning, before, after):
    return math.inf if after >= before else math.ceil(tuning / (before - after))
