# %% right="two nn.functional.linear calls and narrow slices"
def lstm_step(x, h, c, W_ih, W_hh, b_ih, b_hh):
    n = c.shape[1]
    z = F.linear(x, W_ih, b_ih) + F.linear(h, W_hh, b_hh)
    entry, forget, out = (z[:, k * n : (k + 1) * n].sigmoid() for k in (0, 1, 3))
    cell = forget * c + entry * z[:, 2 * n : 3 * n].tanh()
    return out * cell.tanh(), cell


# %% right="x and h joined into one input"
def lstm_step(x, h, c, W_ih, W_hh, b_ih, b_hh):
    gates = torch.cat([x, h], dim=-1) @ torch.cat([W_ih, W_hh], dim=-1).T + (b_ih + b_hh)
    i, f, g, o = torch.split(gates, c.shape[-1], dim=-1)
    new = torch.addcmul(torch.sigmoid(f) * c, torch.sigmoid(i), torch.tanh(g))
    return [torch.sigmoid(o) * torch.tanh(new), new]


# %% right="PyTorch's own cell with these weights"
def lstm_step(x, h, c, W_ih, W_hh, b_ih, b_hh):
    cell = nn.LSTMCell(x.shape[1], h.shape[1])
    with torch.no_grad():
        for mine, given in zip(cell.parameters(), (W_ih, W_hh, b_ih, b_hh), strict=True):
            mine.copy_(given)
        return cell(x, (h, c))


# %% right="gate by gate, sigmoid written out"
def lstm_step(x, h, c, W_ih, W_hh, b_ih, b_hh):
    parts = []
    for W, U, b, d in zip(W_ih.chunk(4), W_hh.chunk(4), b_ih.chunk(4), b_hh.chunk(4), strict=True):
        parts.append(x @ W.T + h @ U.T + b + d)
    i, f, g, o = parts
    c = c / (1 + torch.exp(-f)) + torch.tanh(g) / (1 + torch.exp(-i))
    return torch.tanh(c) / (1 + torch.exp(-o)), c


# %% wrong="forget gate the wrong way round: open erases" loses=["lstm_forget", "lstm_write"] says="open keeps, shut erases"
def lstm_step(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = (x @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, dim=-1)
    c = (1 - torch.sigmoid(f)) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


# %% wrong="one gate for both, as in a GRU: what enters replaces as much" loses=["lstm_write"] says="first quarter"
def lstm_step(x, h, c, W_ih, W_hh, b_ih, b_hh):
    _, f, g, o = (x @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, dim=-1)
    c = torch.sigmoid(f) * c + (1 - torch.sigmoid(f)) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


# %% wrong="the old cell is lost" loses=["lstm_forget"] says="old cell"
def lstm_step(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, _, g, o = (x @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, dim=-1)
    c = torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


# %% wrong="the candidate is a sigmoid too, so nothing negative is ever written" loses=["lstm_write"] says="can be negative"
def lstm_step(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = (x @ W_ih.T + b_ih + h @ W_hh.T + b_hh).sigmoid().chunk(4, dim=-1)
    c = f * c + i * g
    return o * torch.tanh(c), c


# %% wrong="candidate and output gate swapped, the order of some other libraries" loses=["lstm_write", "lstm_output"] says="third quarter"
def lstm_step(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, o, g = (x @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, dim=-1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


# %% wrong="the output is the gate times the cell, without tanh" loses=["lstm_output"] says="tanh of the new cell"
def lstm_step(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = (x @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, dim=-1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * c, c


# %% wrong="the output shows the old cell" loses=["lstm_output"] says="new cell"
def lstm_step(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = (x @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, dim=-1)
    new = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), new


# %% wrong="the gates do not hear the last output" loses=["lstm_inputs"] says="last output"
def lstm_step(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = (x @ W_ih.T + b_ih + b_hh).chunk(4, dim=-1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


# %% wrong="one of the two biases is forgotten" loses=["lstm_inputs"] says="both biases"
def lstm_step(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = (x @ W_ih.T + b_ih + h @ W_hh.T).chunk(4, dim=-1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


# %% wrong="the cell first, then the output" loses=["lstm_forget", "lstm_write", "lstm_output"] says="wrong order"
def lstm_step(x, h, c, W_ih, W_hh, b_ih, b_hh):
    i, f, g, o = (x @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return c, o.sigmoid() * c.tanh()


# %% wrong="the caller's cell is updated in place" loses=["lstm_forget"] says="in place"
def lstm_step(x, h, c, W_ih, W_hh, b_ih, b_hh):
    entry, forget, candidate, out = (x @ W_ih.T + h @ W_hh.T + b_ih + b_hh).split(c.shape[-1], dim=-1)
    c.mul_(forget.sigmoid()).add_(entry.sigmoid() * candidate.tanh())
    return out.sigmoid() * c.tanh(), c


# %% wrong="the output gate is deaf" loses=["lstm_inputs"] says="every gate hears"
def lstm_step(x, h, c, W_ih, W_hh, b_ih, b_hh):
    n = c.shape[-1]
    heard = x @ W_ih.T + h @ W_hh.T + b_ih + b_hh
    c = heard[:, n : 2 * n].sigmoid() * c + heard[:, :n].sigmoid() * heard[:, 2 * n : 3 * n].tanh()
    return (b_ih + b_hh)[3 * n :].sigmoid() * c.tanh(), c


# %% wrong="the output gate hears the word alone" loses=["lstm_inputs"] says="every gate hears"
def lstm_step(x, h, c, W_ih, W_hh, b_ih, b_hh):
    n = c.shape[-1]
    heard = x @ W_ih.T + h @ W_hh.T + b_ih + b_hh
    c = heard[:, n : 2 * n].sigmoid() * c + heard[:, :n].sigmoid() * heard[:, 2 * n : 3 * n].tanh()
    return (x @ W_ih[3 * n :].T + (b_ih + b_hh)[3 * n :]).sigmoid() * c.tanh(), c


# %% wrong="matrices in another order than the biases" loses=["lstm_inputs"] says="in the order of the biases"
def lstm_step(x, h, c, W_ih, W_hh, b_ih, b_hh):
    n = c.shape[-1]
    first, second, third, last = (x @ W_ih.T + h @ W_hh.T).chunk(4, dim=-1)
    b = b_ih + b_hh
    c = (third + b[n : 2 * n]).sigmoid() * c + (first + b[:n]).sigmoid() * (second + b[2 * n : 3 * n]).tanh()
    return (last + b[3 * n :]).sigmoid() * c.tanh(), c
