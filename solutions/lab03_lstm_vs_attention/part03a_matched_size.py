# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Part 3 · Two readers of one size
#
# Both readers turn words into vectors of {{ s.tiny.width }} numbers, and choose one of all names by a linear layer at the
# end. In between one has an LSTM, the other a single block. The attention reader also learns a vector for each column:
# attention sees a bag of words, and *named last* is about order. Only the pronouns ask, so only they get queries: n
# comparisons each for a text of n words. (If every word asked, as in a language model, that would be n² in time, and all n
# vectors in memory; the LSTM's work for each word, and its state, stay the same however long the text is.)


# %%
def at(x: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
    """x (rows, words, width) at columns (rows, asked) -> (rows, asked, width)."""
    return x[torch.arange(len(x))[:, None], columns]


class LSTMReader(nn.Module):
    """nn.LSTM runs your step over all words, in compiled code; the forget gate's bias gets a head start."""

    def __init__(self, hidden: int, forget_bias: float = 0.0):
        super().__init__()
        self.words = nn.Embedding(len(VOCABULARY), settings.width)
        nn.init.normal_(self.words.weight, std=settings.word_sd)
        self.lstm = nn.LSTM(settings.width, hidden, batch_first=True)
        self.head = nn.Linear(hidden, len(PEOPLE))
        with torch.no_grad():
            self.lstm.bias_hh_l0[hidden : 2 * hidden] += forget_bias

    def forward(self, ids: torch.Tensor, asked: torch.Tensor) -> torch.Tensor:
        """ids (rows, words), asked (rows, asked) -> one score for each name, (rows, asked, people)."""
        return self.head(at(self.lstm(self.words(ids))[0], asked))


# %%
class AttentionReader(nn.Module):
    """Your block, between vectors for words and columns and a linear layer."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.words = nn.Embedding(len(VOCABULARY), width)
        self.columns = nn.Embedding(settings.words, width)
        nn.init.normal_(self.words.weight, std=settings.word_sd)
        nn.init.normal_(self.columns.weight, std=settings.column_sd)
        self.block = Block(MultiHead(width, heads), width, settings.mlp_factor)
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, len(PEOPLE))

    def vectors(self, ids: torch.Tensor) -> torch.Tensor:
        return self.words(ids) + self.columns.weight  # (rows, words, width)

    def forward(self, ids: torch.Tensor, asked: torch.Tensor) -> torch.Tensor:
        """ids (rows, words), asked (rows, asked) -> one score for each name, (rows, asked, people)."""
        x = self.vectors(ids)
        return self.head(self.norm(self.block(at(x, asked), x, may_look(ids, asked))))


# %% [markdown]
# ## Exercise 6 · The same number of parameters
#
# *Why.* If one model is larger, a difference between them proves nothing about architecture. An LSTM's size grows in steps
# with its hidden size, so we look for the size that comes nearest. *Effort.* Easy, 15 minutes, 7 points.
#
# Write `matched_size`: among `sizes`, the one for which `build(size)` has a number of parameters closest to `target`. A
# parameter that is used in two places counts once; a buffer (numbers that are stored but not learned) does not count.
#
# <details><summary>Hint 1: how many numbers has a model?</summary>
# <code>sum(p.numel() for p in model.parameters())</code>: <code>parameters()</code> names each one once and leaves buffers out;
# <code>state_dict()</code> does neither.
# </details>


# %% answer="matched_size"
def matched_size(target: int, build, sizes) -> int:
    """The size whose model is nearest in parameters to the target.

    Args:
        target: number of parameters to match. build: a function, size -> nn.Module. sizes: the sizes to try, such as range(1, 99).
    """

    ### BEGIN SOLUTION
    def parameters(size):
        return sum(p.numel() for p in build(size).parameters())

    return min(sizes, key=lambda size: abs(parameters(size) - target))
    ### END SOLUTION


# %% check="matched_nearest" points=4
hint = "Nearest may also be a little larger than the target: compare the absolute differences, and return the size."
# nn.Linear(7, size, bias=False) has 7 · size parameters
for target, size in ((70, 10), (73, 10), (74, 11), (38, 5), (1, 2), (9999, 19)):
    found = matched_size(target, lambda n: nn.Linear(7, n, bias=False), range(2, 20))
    checks.count(found, size, f"the size for {target} parameters", hint=hint)
every = "Try all sizes: they may come in any order, and a larger one need not have more parameters."
found = matched_size(35, lambda n: nn.Linear(7, n, bias=False), [12, 3, 19, 5, 8])
checks.count(found, 5, "the size for 35 parameters among 12, 3, 19, 5, 8", hint=every)
found = matched_size(70, lambda n: nn.Linear(7, 5 * n % 11, bias=False), range(1, 11))
checks.count(found, 2, "the size for 70 parameters where they rise and fall", hint=every)
### BEGIN HIDDEN TESTS
targets = checks.fresh("matched_nearest").integers(100, 5000, size=5)
sizes = [matched_size(int(target), lambda n: nn.LSTM(5, n, bias=False), range(2, 40)) for target in targets]
checks.hand_over(sizes=sizes)
### END HIDDEN TESTS


# %% check="matched_count" points=3
class Odd(nn.Module):
    """One matrix under two names, vectors, and a buffer: size² + 3 size parameters."""

    def __init__(self, size: int):
        super().__init__()
        self.one = nn.Linear(size, size)
        self.two = nn.Linear(size, size, bias=False)
        self.two.weight = self.one.weight
        self.shift = nn.Parameter(torch.zeros(2 * size))
        self.register_buffer("table", torch.zeros(50))


hint = "Count every parameter once, biases too; a tied matrix is one, and a buffer is not a parameter."
for target, size in ((10, 2), (108, 9), (130, 10), (154, 11)):
    checks.count(matched_size(target, Odd, range(1, 30)), size, f"the size for {target} parameters", hint=hint)


# %%
def hidden_size() -> tuple[int, int, int]:
    """The LSTM's matched hidden size, and the two readers' numbers of parameters."""

    def count(model):
        return sum(p.numel() for p in model.parameters())

    target = count(AttentionReader(settings.width, settings.heads))
    hidden = matched_size(target, LSTMReader, range(8, 96))
    return hidden, count(LSTMReader(hidden)), target


hidden, ours, theirs = hidden_size()
print(f"attention {theirs:,} parameters; LSTM of hidden size {hidden} {ours:,}: {ours / theirs - 1:+.1%}")
