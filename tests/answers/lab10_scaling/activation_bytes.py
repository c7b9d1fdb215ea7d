# %% right="row by row"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    token = 8 * width + 4 * feed_forward
    row = length * token + heads * length**2
    return batch * layers * row * (bits / 8)


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    rows = 0
    while held + activation_bytes(rows + 1, length, layers, width, feed_forward, heads, bits) <= budget:
        rows += 1
    return rows


# %% right="a sum over the table"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    kept = [width] * 8 + [2 * feed_forward, feed_forward, feed_forward, heads * length]
    return float(sum(kept)) * batch * length * layers * bits / 8


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    free = budget - held
    if free < 0:
        return 0
    return int(free // activation_bytes(1, length, layers, width, feed_forward, heads, bits))


# %% right="integers"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return batch * length * layers * (8 * width + 4 * feed_forward + heads * length) * bits // 8


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    return max(int((budget - held) / activation_bytes(1, length, layers, width, feed_forward, heads, bits)), 0)


# %% wrong="no attention weights" loses=["activation_formula", "activation_batch", "activation_outside"] says="row of T weights"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return batch * length * layers * (8 * width + 4 * feed_forward) * bits / 8


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    return max(0, int((budget - held) // activation_bytes(1, length, layers, width, feed_forward, heads, bits)))


# %% wrong="one head" loses=["activation_formula", "activation_batch", "activation_outside"] says="Every head"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return batch * length * layers * (8 * width + 4 * feed_forward + length) * bits / 8


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    return max(0, int((budget - held) // activation_bytes(1, length, layers, width, feed_forward, heads, bits)))


# %% wrong="numbers, not bytes" loses=["activation_formula", "activation_batch", "activation_outside"] says="bits / 8 bytes"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return batch * length * layers * (8 * width + 4 * feed_forward + heads * length)


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    return max(0, int((budget - held) // activation_bytes(1, length, layers, width, feed_forward, heads, bits)))


# %% wrong="always 32 bits" loses=["activation_formula", "activation_batch"] says="16-bit bytes"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return batch * length * layers * (8 * width + 4 * feed_forward + heads * length) * 4


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    return max(0, int((budget - held) // activation_bytes(1, length, layers, width, feed_forward, heads, bits)))


# %% wrong="rounded to the nearest" loses=["activation_batch"] says="round down"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return batch * length * layers * (8 * width + 4 * feed_forward + heads * length) * bits / 8


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    return max(0, round((budget - held) / activation_bytes(1, length, layers, width, feed_forward, heads, bits)))


# %% wrong="what is held is forgotten" loses=["activation_batch"] says="already held"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return batch * length * layers * (8 * width + 4 * feed_forward + heads * length) * bits / 8


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    return int(budget // activation_bytes(1, length, layers, width, feed_forward, heads, bits))


# %% wrong="negative rows" loses=["activation_batch"] says="more is held"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return batch * length * layers * (8 * width + 4 * feed_forward + heads * length) * bits / 8


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    return int((budget - held) // activation_bytes(1, length, layers, width, feed_forward, heads, bits))


# %% wrong="one layer" loses=["activation_formula", "activation_batch", "activation_outside"] says="Every layer"
def activation_bytes(batch, length, layers, width, feed_forward, heads, bits=32):
    return batch * length * (8 * width + 4 * feed_forward + heads * length) * bits / 8


def largest_batch(budget, held, length, layers, width, feed_forward, heads, bits=32):
    return max(0, int((budget - held) // activation_bytes(1, length, layers, width, feed_forward, heads, bits)))
