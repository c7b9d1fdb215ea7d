# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 1 · A state
#
# A recurrent network reads one word at a time and keeps what it has understood in a **state**, a list of numbers whose
# length never changes. An LSTM protects that state with gates, numbers between 0 and 1:
#
# $$c' = f \odot c + i \odot g, \qquad h' = o \odot \tanh(c')$$
#
# The forget gate $f$ says how much of the old cell stays, the input gate $i$ how much of the candidate $g$ comes in, the
# output gate $o$ how much of the cell is shown. All four are computed from the word $x$ and the last output $h$:
# $\sigma(W_{ih}\,x + b_{ih} + W_{hh}\,h + b_{hh})$ for the gates, and the same with $\tanh$ for $g$.

# %% [markdown]
# ## Exercise 1 · One step of an LSTM
#
# *Why.* Everything an LSTM remembers passes through these few lines at every word. *Effort.* Easy, 20 minutes, 9 points.
#
# Write `lstm_step` with PyTorch's layout: the rows of both matrices are stacked in the order input gate, forget gate,
# candidate, output gate, `hidden` rows each.
#
# <details><summary>Hint 1: four products or one?</summary>
# One: compute all 4 × hidden numbers at once, then <code>.chunk(4, dim=-1)</code>.
# </details>
# <details><summary>Hint 2: which of the four gets tanh?</summary>
# What decides <em>how much</em> lies between 0 and 1, a sigmoid. What says <em>what</em> is written must be able to be
# negative.
# </details>


# %%
def gates(entry=0.0, forget=0.0, candidate=0.0, out=0.0) -> tuple[torch.Tensor, ...]:
    """Weights of an LSTM of hidden size 4 and width 2 whose gates hear these numbers, whatever x and h are; for the checks."""
    parts = [torch.zeros(4) + torch.as_tensor(part) for part in (entry, forget, candidate, out)]
    return torch.zeros(16, 2), torch.zeros(16, 4), torch.cat(parts), torch.zeros(16)


def torch_step(x, h, c, W, U, b, d) -> torch.Tensor:
    """h' and c' of PyTorch's own cell with these weights, side by side; for the checks."""
    cell = nn.LSTMCell(x.shape[1], h.shape[1])
    with torch.no_grad():
        for name, value in {"weight_ih": W, "weight_hh": U, "bias_ih": b, "bias_hh": d}.items():
            getattr(cell, name).copy_(value)
        return torch.cat(cell(x, (h, c)), dim=1)


# %% answer="lstm_step"
def lstm_step(x, h, c, W_ih, W_hh, b_ih, b_hh) -> tuple[torch.Tensor, torch.Tensor]:
    """One step of an LSTM: the new output and the new cell.

    Args:
        x: (rows, width), the word's vectors. h, c: (rows, hidden), output and cell so far.
        W_ih: (4 hidden, width). W_hh: (4 hidden, hidden). b_ih, b_hh: (4 hidden,). Order: input, forget, candidate, output.
    Returns:
        h' and c', (rows, hidden) each.
    """
    ### BEGIN SOLUTION
    gates = x @ W_ih.T + b_ih + h @ W_hh.T + b_hh  # (rows, 4 hidden)
    i, f, g, o = gates.chunk(4, dim=-1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c
    ### END SOLUTION


# %% [markdown]
# Run the checks as often as you like; each looks at one idea. First the cell: what stays, and what comes in.

# %% check="lstm_forget" points=2
c = torch.randn(3, 4)
forget = torch.tensor([-30.0, -1.0, 1.0, 30.0])
found = checks.unchanged(lstm_step, torch.zeros(3, 2), torch.zeros(3, 4), c, *gates(entry=-30.0, forget=forget))
checks.that(isinstance(found, tuple | list) and len(found) == 2, "Return two things: the new h, then the new c.")
expected = c / (1 + torch.exp(-forget))
swapped = np.shape(found[0]) == np.shape(c) and np.allclose(torch.as_tensor(found[0]), expected, atol=1e-6)
checks.that(not swapped, "These look like c' and h' in the wrong order: the output h' comes first, then the cell c'.")
hint = (
    "With the input gate shut, the cell is the old cell times sigmoid of the second quarter: open keeps, shut erases."
)
checks.close(found[1], expected, "the new cell", hint=hint, atol=1e-6)

# %% check="lstm_write" points=3
entry = torch.tensor([-30.0, -1.0, 1.0, 30.0])
candidate = torch.tensor([-2.0, 0.5, -1.0, 3.0])
weights = gates(entry=entry, forget=-30.0, candidate=candidate)
found = lstm_step(torch.zeros(3, 2), torch.zeros(3, 4), torch.randn(3, 4), *weights)[1]
hint = "With the forget gate shut, the cell is sigmoid(first quarter) times tanh(third quarter); it can be negative."
expected = torch.sigmoid(entry) * torch.tanh(candidate) * torch.ones(3, 1)
checks.close(found, expected, "the new cell", hint=hint, atol=1e-6)

# %% check="lstm_output" points=2
show = torch.tensor([-30.0, -1.0, 1.0, 30.0])
h, cell = lstm_step(torch.zeros(3, 2), torch.zeros(3, 4), 3 * torch.randn(3, 4), *gates(out=show))
hint = "The output is sigmoid(last quarter) times tanh of the new cell (the tanh keeps it between -1 and 1)."
checks.close(h, torch.sigmoid(show) * torch.tanh(torch.as_tensor(cell)), "the new h", hint=hint, atol=1e-6)

# %% check="lstm_inputs" points=2
x = torch.randn(5, 3)
h = torch.randn(5, 4)
c = torch.randn(5, 4)
W = torch.randn(16, 3)
U = torch.randn(16, 4)
b = torch.randn(16)
d = torch.randn(16)
one = lstm_step(x, h, c.clone(), W, U, b, d)
merged = (
    torch.cat([x, h], dim=1),
    torch.zeros(5, 4),
    c.clone(),
    torch.cat([W, U], dim=1),
    torch.zeros(16, 4),
    b + d,
    0 * d,
)
hint = "Every gate hears the word and the last output, and both biases: W_ih x + b_ih + W_hh h + b_hh."
for name, mine, joined in zip(("output", "cell"), one, lstm_step(*merged), strict=True):
    checks.close(mine, joined, f"the {name}, beside that of x and h joined into one input", hint=hint, atol=1e-5)
shown = torch.as_tensor(one[0]) / torch.tanh(torch.as_tensor(one[1]))
checks.that(not torch.allclose(shown, torch.sigmoid(b + d)[12:], atol=1e-4), f"{hint} The output gate hears neither.")


def your_step(W, U) -> torch.Tensor:
    return torch.cat([torch.as_tensor(part) for part in lstm_step(x, h, c.clone(), W, U, b, d)], dim=1)


if torch.allclose(
    your_step(0 * W, 0 * U), torch_step(x, h, c, 0 * W, 0 * U, b, d), atol=1e-5
):  # else the checks above say what is wrong
    hint = (
        "The rows of both matrices stand in the order of the biases: input gate, forget gate, candidate, output gate."
    )
    checks.close(
        your_step(W, U), torch_step(x, h, c, W, U, b, d), "h' and c', beside nn.LSTMCell", hint=hint, atol=1e-5
    )
### BEGIN HIDDEN TESTS
for _ in range(3):
    W = torch.randn(16, 3)
    U = torch.randn(16, 4)
    b = torch.randn(16)
    d = torch.randn(16)
    one = lstm_step(x, h, c.clone(), W, U, b, d)[1]
    merged = (
        torch.cat([x, h], dim=1),
        torch.zeros(5, 4),
        c.clone(),
        torch.cat([W, U], dim=1),
        torch.zeros(16, 4),
        b + d,
        0 * d,
    )
    checks.close(one, lstm_step(*merged)[1], "the cell", hint=hint, atol=1e-5)
    moved = lstm_step(x, torch.randn(5, 4), c.clone(), W, U, b, d)[1]
    checks.that(not torch.allclose(torch.as_tensor(moved), torch.as_tensor(one)), hint)
### END HIDDEN TESTS

# %% [markdown]
# What does a state keep before anybody has trained it? Two copies of an LSTM read the same words, except that the first
# word differs. The curve is the distance between the two cells as they read on: what is left of that word. Each curve
# is another starting value of the forget gate's bias.


# %%
def left_of_a_word(bias: float, hidden: int = 32, words: int = 48) -> list[float]:
    """Distance between the cells of two texts that differ in the first word, after 0, 1, 2 … more words."""
    torch.manual_seed(settings.seeds[0])
    lstm = nn.LSTMCell(settings.width, hidden)
    weights = [p.detach().clone() for p in (lstm.weight_ih, lstm.weight_hh, lstm.bias_ih, lstm.bias_hh)]
    weights[3][hidden : 2 * hidden] += bias
    texts = torch.randn(words, 1, settings.width).repeat(1, 2, 1)  # (words, 2 copies, width)
    texts[0, 1] = torch.randn(settings.width)
    h = torch.zeros(2, hidden)
    c = torch.zeros(2, hidden)
    left = []
    for x in texts:
        h, c = lstm_step(x, h, c, *weights)
        left.append(float((c[0] - c[1]).norm()))
    return left


# %%
def figure_state():
    figure, panel = plots.axes(width=6.5)
    for bias, style in zip(settings.forget_biases, ("o-", "s-", "^-"), strict=True):
        left = np.array(left_of_a_word(bias))
        panel.plot(
            left / left[0], style, markersize=4, label=f"{bias:g}: gate starts near {1 / (1 + math.exp(-bias)):.2f}"
        )
    panel.set(
        yscale="log", ylim=(1e-6, 2), xlabel="words read since", ylabel="share of the difference left in the cell"
    )
    panel.legend(title="forget gate's bias")
    plots.show(
        figure,
        alt="What is left in an untrained LSTM's cell of one differing word against the words read since, on a logarithmic "
        "axis. With bias 0 and 1 it falls exponentially, with bias 3 it stays near one half.",
    )


figure_state()
