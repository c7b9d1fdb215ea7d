# %% right="summed over the table's rows, a loop for the batch"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    d, f = width, feed_forward
    table = [d, d, 2 * d, d + heads * length, d, d, d, 2 * f + f, f]
    return sum(table) * length * layers * batch * (bits / 8)


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    rows = 0
    while held + activation_bytes(rows + 1, length, layers, width, feed_forward, heads, bits) <= budget:
        rows += 1
    return rows


# %% right="NumPy"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    vectors = np.dot([8, 4], [width, feed_forward])
    return np.prod([batch, layers, bits], dtype=float) / 8 * (length * vectors + heads * length**2)


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    row = activation_bytes(1, length, layers, width, feed_forward, heads, bits)
    return np.int64(np.clip(np.floor((budget - held) / row), 0, None))


# %% right="tensors that hold nothing, and whole-number division"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    kept = [torch.empty(batch, length, width, device="meta") for _ in range(8)]
    kept += [torch.empty(batch, length, feed_forward, device="meta") for _ in range(4)]
    kept.append(torch.empty(batch, heads, length, length, device="meta"))
    return sum(t.numel() for t in kept) * layers * bits / 8


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    left = budget - held
    if left <= 0:
        return 0
    return int(left // activation_bytes(1, length, layers, width, feed_forward, heads, bits=bits))


# %% wrong="numbers, not bytes" loses=["activation_formula", "activation_outside"] says="These are the numbers"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return batch * length * layers * (8 * width + 4 * feed_forward + heads * length)


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    return max(0, math.floor((budget - held) / activation_bytes(1, length, layers, width, feed_forward, heads, bits)))


# %% wrong="four bytes typed in" loses=["activation_formula"] says="32 is only its default"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return 4 * batch * length * layers * (8 * width + 4 * feed_forward + heads * length)


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    return max(0, math.floor((budget - held) / activation_bytes(1, length, layers, width, feed_forward, heads, bits)))


# %% wrong="no attention weights" loses=["activation_formula", "activation_outside"] says="row of T weights"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return batch * length * layers * (8 * width + 4 * feed_forward) * bits / 8


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    return max(0, math.floor((budget - held) / activation_bytes(1, length, layers, width, feed_forward, heads, bits)))


# %% wrong="one number for each head" loses=["activation_formula", "activation_outside"] says="row of T weights"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return batch * length * layers * (8 * width + 4 * feed_forward + heads) * bits / 8


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    return max(0, math.floor((budget - held) / activation_bytes(1, length, layers, width, feed_forward, heads, bits)))


# %% wrong="all heads share a row of weights" loses=["activation_formula", "activation_outside"] says="Every head has its own"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return batch * length * layers * (8 * width + 4 * feed_forward + length) * bits / 8


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    return max(0, math.floor((budget - held) / activation_bytes(1, length, layers, width, feed_forward, heads, bits)))


# %% wrong="T squared for every token" loses=["activation_formula", "activation_outside"] says="For one token a head keeps T"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return batch * length * layers * (8 * width + 4 * feed_forward + heads * length**2) * bits / 8


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    return max(0, math.floor((budget - held) / activation_bytes(1, length, layers, width, feed_forward, heads, bits)))


# %% wrong="one layer" loses=["activation_formula", "activation_outside"] says="Every layer keeps its own"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return batch * length * (8 * width + 4 * feed_forward + heads * length) * bits / 8


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    return max(0, math.floor((budget - held) / activation_bytes(1, length, layers, width, feed_forward, heads, bits)))


# %% wrong="the first matrix has f outputs" loses=["activation_formula", "activation_outside"] says="2f and f"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return batch * length * layers * (8 * width + 3 * feed_forward + heads * length) * bits / 8


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    return max(0, math.floor((budget - held) / activation_bytes(1, length, layers, width, feed_forward, heads, bits)))


# %% wrong="queries, keys and values as one vector" loses=["activation_formula", "activation_outside"] says="Count the d's"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return batch * length * layers * (6 * width + 4 * feed_forward + heads * length) * bits / 8


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    return max(0, math.floor((budget - held) / activation_bytes(1, length, layers, width, feed_forward, heads, bits)))


# %% wrong="layers and heads of the notebook's encoder" loses=["activation_formula", "activation_outside"] says="bytes for 2 rows of 10 tokens"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    numbers = 8 * width + 4 * feed_forward + shape.num_attention_heads * length
    return batch * length * shape.num_hidden_layers * numbers * bits / 8


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    return max(0, math.floor((budget - held) / activation_bytes(1, length, layers, width, feed_forward, heads, bits)))


# %% wrong="the budget is all free" loses=["activation_batch"] says="already held"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return batch * length * layers * (8 * width + 4 * feed_forward + heads * length) * bits / 8


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    return math.floor(budget / activation_bytes(1, length, layers, width, feed_forward, heads, bits))


# %% wrong="the nearest number of rows" loses=["activation_batch"] says="round down"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return batch * length * layers * (8 * width + 4 * feed_forward + heads * length) * bits / 8


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    return max(0, round((budget - held) / activation_bytes(1, length, layers, width, feed_forward, heads, bits)))


# %% wrong="what is held in whole rows" loses=["activation_batch"] says="before anything is rounded"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return batch * length * layers * (8 * width + 4 * feed_forward + heads * length) * bits / 8


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    row = activation_bytes(1, length, layers, width, feed_forward, heads, bits)
    return max(0, int(budget // row) - int(held // row))


# %% wrong="strictly below the budget" loses=["activation_batch"] says="still fits"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return batch * length * layers * (8 * width + 4 * feed_forward + heads * length) * bits / 8


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    rows = 0
    while held + activation_bytes(rows + 1, length, layers, width, feed_forward, heads, bits) < budget:
        rows += 1
    return rows


# %% wrong="fewer than no rows" loses=["activation_batch"] says="more is held than the budget has the answer is 0, yours is -3"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return batch * length * layers * (8 * width + 4 * feed_forward + heads * length) * bits / 8


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    return math.floor((budget - held) / activation_bytes(1, length, layers, width, feed_forward, heads, bits))


# %% wrong="None where nothing fits" loses=["activation_batch"] says="the answer is 0, yours is None"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return batch * length * layers * (8 * width + 4 * feed_forward + heads * length) * bits / 8


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    rows = math.floor((budget - held) / activation_bytes(1, length, layers, width, feed_forward, heads, bits))
    return rows if rows > 0 else None


# %% wrong="a float" loses=["activation_batch"] says="yours is a float"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return batch * length * layers * (8 * width + 4 * feed_forward + heads * length) * bits / 8


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    return max(0.0, (budget - held) // activation_bytes(1, length, layers, width, feed_forward, heads, bits))


# %% wrong="rows always of 32 bits" loses=["activation_batch"] says="bits of an activation are an argument here too"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return batch * length * layers * (8 * width + 4 * feed_forward + heads * length) * bits / 8


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    return max(0, math.floor((budget - held) / activation_bytes(1, length, layers, width, feed_forward, heads)))


# %% wrong="at least one row" loses=["activation_batch"] says="more is held than the budget has the answer is 0"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return batch * length * layers * (8 * width + 4 * feed_forward + heads * length) * bits / 8


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    return max(1, math.floor((budget - held) / activation_bytes(1, length, layers, width, feed_forward, heads, bits)))
