# %% right="one einsum"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n or out_features % n:
            raise ValueError("n should divide both sides")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) / in_features**0.5)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        n, o, i = self.blocks.shape
        return torch.einsum("njk,noi->joki", self.rules, self.blocks).reshape(n * o, n * i)

    def forward(self, x):
        return nn.functional.linear(x, self.weight(), self.bias)


def compacter_layers(width, bottleneck, n):
    down, up = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    nn.init.zeros_(up.blocks)
    return down, up


# %% right="without building the weight"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n or out_features % n:
            raise ValueError("n should divide both sides")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) / in_features**0.5)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return sum(torch.kron(a, b) for a, b in zip(self.rules, self.blocks, strict=True))

    def forward(self, x):
        n, _, i = self.blocks.shape
        parts = x.reshape(*x.shape[:-1], n, i)
        return torch.einsum("...ki,njk,noi->...jo", parts, self.rules, self.blocks).flatten(-2) + self.bias


def compacter_layers(width, bottleneck, n):
    up = PHMLinear(bottleneck, width, n)
    down = PHMLinear(width, bottleneck, n)
    up.blocks.data.zero_()
    return down, up


# %% right="a loop, blocks near zero in up"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        for side in (in_features, out_features):
            if side != n * (side // n):
                raise ValueError(f"{side} is not a multiple of {n}")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) / in_features**0.5)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        weight = torch.kron(self.rules[0], self.blocks[0])
        for number in range(1, len(self.rules)):
            weight = weight + torch.kron(self.rules[number], self.blocks[number])
        return weight

    def forward(self, x):
        return x @ self.weight().T + self.bias


def compacter_layers(width, bottleneck, n):
    down, up = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    nn.init.normal_(up.blocks, std=1e-3)
    return down, up


# %% wrong="the block first" loses=["phm_weight"] says="rule first"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n or out_features % n:
            raise ValueError("n should divide both sides")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) / in_features**0.5)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return sum(torch.kron(b, a) for a, b in zip(self.rules, self.blocks, strict=True))

    def forward(self, x):
        return nn.functional.linear(x, self.weight(), self.bias)


def compacter_layers(width, bottleneck, n):
    down, up = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    nn.init.zeros_(up.blocks)
    return down, up


# %% wrong="the product of two sums" loses=["phm_weight"] says="one product for each i"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n or out_features % n:
            raise ValueError("n should divide both sides")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) / in_features**0.5)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return torch.kron(self.rules.sum(0), self.blocks.sum(0))

    def forward(self, x):
        return nn.functional.linear(x, self.weight(), self.bias)


def compacter_layers(width, bottleneck, n):
    down, up = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    nn.init.zeros_(up.blocks)
    return down, up


# %% wrong="only the first product" loses=["phm_weight"] says="then the sum"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n or out_features % n:
            raise ValueError("n should divide both sides")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) / in_features**0.5)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return torch.kron(self.rules[0], self.blocks[0])

    def forward(self, x):
        return nn.functional.linear(x, self.weight(), self.bias)


def compacter_layers(width, bottleneck, n):
    down, up = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    nn.init.zeros_(up.blocks)
    return down, up


# %% wrong="the mean instead of the sum" loses=["phm_weight"] says="sum over i"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n or out_features % n:
            raise ValueError("n should divide both sides")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) / in_features**0.5)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return sum(torch.kron(a, b) for a, b in zip(self.rules, self.blocks, strict=True)) / len(self.rules)

    def forward(self, x):
        return nn.functional.linear(x, self.weight(), self.bias)


def compacter_layers(width, bottleneck, n):
    down, up = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    nn.init.zeros_(up.blocks)
    return down, up


# %% wrong="the bias left out of the output" loses=["phm_weight"] says="plus the bias"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n or out_features % n:
            raise ValueError("n should divide both sides")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) / in_features**0.5)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return sum(torch.kron(a, b) for a, b in zip(self.rules, self.blocks, strict=True))

    def forward(self, x):
        return x @ self.weight().T


def compacter_layers(width, bottleneck, n):
    down, up = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    nn.init.zeros_(up.blocks)
    return down, up


# %% wrong="no bias" loses=["phm_count", "phm_weight"] says="and the bias"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n or out_features % n:
            raise ValueError("n should divide both sides")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) / in_features**0.5)
        self.bias = nn.Parameter(torch.zeros(out_features), requires_grad=False)

    def weight(self):
        return sum(torch.kron(a, b) for a, b in zip(self.rules, self.blocks, strict=True))

    def forward(self, x):
        return x @ self.weight().T


def compacter_layers(width, bottleneck, n):
    down, up = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    nn.init.zeros_(up.blocks)
    return down, up


# %% wrong="whole matrices as blocks" loses=["phm_count", "phm_weight"] says="blocks of out/n"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n or out_features % n:
            raise ValueError("n should divide both sides")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features, in_features) / in_features**0.5)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return sum(a.mean() * b for a, b in zip(self.rules, self.blocks, strict=True))

    def forward(self, x):
        return nn.functional.linear(x, self.weight(), self.bias)


def compacter_layers(width, bottleneck, n):
    down, up = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    nn.init.zeros_(up.blocks)
    return down, up


# %% wrong="one rule for all products" loses=["phm_count", "phm_weight"] says="n rules"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n or out_features % n:
            raise ValueError("n should divide both sides")
        self.rules = nn.Parameter(torch.randn(1, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) / in_features**0.5)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return sum(torch.kron(self.rules[0], b) for b in self.blocks)

    def forward(self, x):
        return nn.functional.linear(x, self.weight(), self.bias)


def compacter_layers(width, bottleneck, n):
    down, up = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    nn.init.zeros_(up.blocks)
    return down, up


# %% wrong="the rules do not learn" loses=["phm_count"] says="for the rules"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n or out_features % n:
            raise ValueError("n should divide both sides")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n, requires_grad=False)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) / in_features**0.5)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return sum(torch.kron(a, b) for a, b in zip(self.rules, self.blocks, strict=True))

    def forward(self, x):
        return nn.functional.linear(x, self.weight(), self.bias)


def compacter_layers(width, bottleneck, n):
    down, up = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    nn.init.zeros_(up.blocks)
    return down, up


# %% wrong="what n does not divide is cut off" loses=["phm_divides"] says="raise a ValueError"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) / in_features**0.5)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return sum(torch.kron(a, b) for a, b in zip(self.rules, self.blocks, strict=True))

    def forward(self, x):
        return nn.functional.linear(x, self.weight(), self.bias)


def compacter_layers(width, bottleneck, n):
    down, up = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    nn.init.zeros_(up.blocks)
    return down, up


# %% wrong="checks one side only" loses=["phm_divides"] says="equal parts"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n:
            raise ValueError("n should divide both sides")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) / in_features**0.5)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return sum(torch.kron(a, b) for a, b in zip(self.rules, self.blocks, strict=True))

    def forward(self, x):
        return nn.functional.linear(x, self.weight(), self.bias)


def compacter_layers(width, bottleneck, n):
    down, up = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    nn.init.zeros_(up.blocks)
    return down, up


# %% wrong="asserts instead" loses=["phm_divides"] says="Raise a ValueError"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        assert in_features % n == 0
        assert out_features % n == 0
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) / in_features**0.5)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return sum(torch.kron(a, b) for a, b in zip(self.rules, self.blocks, strict=True))

    def forward(self, x):
        return nn.functional.linear(x, self.weight(), self.bias)


def compacter_layers(width, bottleneck, n):
    down, up = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    nn.init.zeros_(up.blocks)
    return down, up


# %% wrong="rules and blocks of up both zero" loses=["compacter_start"] says="Draw one"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n or out_features % n:
            raise ValueError("n should divide both sides")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) / in_features**0.5)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return sum(torch.kron(a, b) for a, b in zip(self.rules, self.blocks, strict=True))

    def forward(self, x):
        return nn.functional.linear(x, self.weight(), self.bias)


def compacter_layers(width, bottleneck, n):
    down, up = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    nn.init.zeros_(up.blocks)
    nn.init.zeros_(up.rules)
    return down, up


# %% wrong="the compacter starts anywhere" loses=["compacter_start"] says="give x back"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n or out_features % n:
            raise ValueError("n should divide both sides")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) / in_features**0.5)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return sum(torch.kron(a, b) for a, b in zip(self.rules, self.blocks, strict=True))

    def forward(self, x):
        return nn.functional.linear(x, self.weight(), self.bias)


def compacter_layers(width, bottleneck, n):
    down, up = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    return down, up


# %% wrong="down is an ordinary linear layer" loses=["compacter_start", "compacter_trained"] says="both layers"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n or out_features % n:
            raise ValueError("n should divide both sides")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) / in_features**0.5)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return sum(torch.kron(a, b) for a, b in zip(self.rules, self.blocks, strict=True))

    def forward(self, x):
        return nn.functional.linear(x, self.weight(), self.bias)


def compacter_layers(width, bottleneck, n):
    down, up = nn.Linear(width, bottleneck), PHMLinear(bottleneck, width, n)
    nn.init.zeros_(up.blocks)
    return down, up


# %% wrong="down and up change places" loses=["compacter_start", "compacter_trained"] says="from the width"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n or out_features % n:
            raise ValueError("n should divide both sides")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) / in_features**0.5)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return sum(torch.kron(a, b) for a, b in zip(self.rules, self.blocks, strict=True))

    def forward(self, x):
        return nn.functional.linear(x, self.weight(), self.bias)


def compacter_layers(width, bottleneck, n):
    up, down = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    return down, up


# %% wrong="always two products, whatever n" loses=["compacter_trained"] says="both with this n"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n or out_features % n:
            raise ValueError("n should divide both sides")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) / in_features**0.5)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return sum(torch.kron(a, b) for a, b in zip(self.rules, self.blocks, strict=True))

    def forward(self, x):
        return nn.functional.linear(x, self.weight(), self.bias)


def compacter_layers(width, bottleneck, n):
    down, up = PHMLinear(width, bottleneck, 2), PHMLinear(bottleneck, width, 2)
    nn.init.zeros_(up.blocks)
    return down, up


# %% right="the inner layer starts at zero"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n or out_features % n:
            raise ValueError("n should divide both sides")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) / in_features**0.5)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return sum(torch.kron(a, b) for a, b in zip(self.rules, self.blocks, strict=True))

    def forward(self, x):
        return nn.functional.linear(x, self.weight(), self.bias)


def compacter_layers(width, bottleneck, n):
    down, up = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    nn.init.zeros_(down.blocks)
    return down, up


# %% right="uniform instead of Gaussian, rules wider"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n or out_features % n:
            raise ValueError("n should divide both sides")
        self.rules = nn.Parameter((2 * torch.rand(n, n, n) - 1) / n**0.5)
        self.blocks = nn.Parameter((2 * torch.rand(n, out_features // n, in_features // n) - 1) / in_features**0.5)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return sum(torch.kron(a, b) for a, b in zip(self.rules, self.blocks, strict=True))

    def forward(self, x):
        return nn.functional.linear(x, self.weight(), self.bias)


def compacter_layers(width, bottleneck, n):
    down, up = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    nn.init.zeros_(up.blocks)
    return down, up


# %% wrong="rules and blocks are plain torch.randn" loses=["compacter_start"] says="neither with plain torch.randn"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n or out_features % n:
            raise ValueError("n should divide both sides")
        self.rules = nn.Parameter(torch.randn(n, n, n))
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n))
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return sum(torch.kron(a, b) for a, b in zip(self.rules, self.blocks, strict=True))

    def forward(self, x):
        return nn.functional.linear(x, self.weight(), self.bias)


def compacter_layers(width, bottleneck, n):
    down, up = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    nn.init.zeros_(up.blocks)
    return down, up


# %% wrong="the blocks are plain torch.randn" loses=["compacter_start"] says="blocks with 1/√in"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n or out_features % n:
            raise ValueError("n should divide both sides")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n))
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return sum(torch.kron(a, b) for a, b in zip(self.rules, self.blocks, strict=True))

    def forward(self, x):
        return nn.functional.linear(x, self.weight(), self.bias)


def compacter_layers(width, bottleneck, n):
    down, up = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    nn.init.zeros_(up.blocks)
    return down, up


# %% wrong="a fixed spread for both" loses=["compacter_start"] says="spread goes with the width"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n or out_features % n:
            raise ValueError("n should divide both sides")
        self.rules = nn.Parameter(0.02 * torch.randn(n, n, n))
        self.blocks = nn.Parameter(0.02 * torch.randn(n, out_features // n, in_features // n))
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return sum(torch.kron(a, b) for a, b in zip(self.rules, self.blocks, strict=True))

    def forward(self, x):
        return nn.functional.linear(x, self.weight(), self.bias)


def compacter_layers(width, bottleneck, n):
    down, up = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    nn.init.zeros_(up.blocks)
    return down, up


# %% wrong="the weight lies on its side" loses=["phm_weight", "compacter_start"] says="sum over i"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n + out_features % n:
            raise ValueError(f"{n} parts of {in_features} or {out_features} are not whole")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) * in_features**-0.5)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return torch.stack([torch.kron(a, b) for a, b in zip(self.rules, self.blocks, strict=True)]).sum(0).T

    def forward(self, x):
        return x @ self.weight().T + self.bias


def compacter_layers(width, bottleneck, n):
    layers = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    nn.init.zeros_(layers[1].blocks)
    return layers


# %% wrong="blocks by He's rule, as if they were a convolution's" loses=["compacter_start"] says="blocks with 1/√in"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n + out_features % n:
            raise ValueError(f"{n} parts of {in_features} or {out_features} are not whole")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) * in_features**-0.5)
        nn.init.kaiming_normal_(self.blocks)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return torch.stack([torch.kron(a, b) for a, b in zip(self.rules, self.blocks, strict=True)]).sum(0)

    def forward(self, x):
        return x @ self.weight().T + self.bias


def compacter_layers(width, bottleneck, n):
    layers = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    nn.init.zeros_(layers[1].blocks)
    return layers


# %% wrong="blocks drawn for the other side's width" loses=["compacter_start"] says="blocks with 1/√in"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n + out_features % n:
            raise ValueError(f"{n} parts of {in_features} or {out_features} are not whole")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) * out_features**-0.5)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return torch.stack([torch.kron(a, b) for a, b in zip(self.rules, self.blocks, strict=True)]).sum(0)

    def forward(self, x):
        return x @ self.weight().T + self.bias


def compacter_layers(width, bottleneck, n):
    layers = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    nn.init.zeros_(layers[1].blocks)
    return layers


# %% wrong="the weight is a matrix of the first day" loses=["phm_weight", "compacter_start"] says="anew whenever"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n + out_features % n:
            raise ValueError(f"{n} parts of {in_features} or {out_features} are not whole")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) * in_features**-0.5)
        self.whole = sum(map(torch.kron, self.rules, self.blocks)).detach()
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return self.whole

    def forward(self, x):
        return x @ self.weight().T + self.bias


def compacter_layers(width, bottleneck, n):
    layers = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    nn.init.zeros_(layers[1].blocks)
    return layers


# %% wrong="the bias is None" loses=["phm_count", "phm_weight", "compacter_start"] says="and the bias"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n + out_features % n:
            raise ValueError(f"{n} parts of {in_features} or {out_features} are not whole")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) * in_features**-0.5)
        self.bias = None

    def weight(self):
        return torch.stack([torch.kron(a, b) for a, b in zip(self.rules, self.blocks, strict=True)]).sum(0)

    def forward(self, x):
        return x @ self.weight().T


def compacter_layers(width, bottleneck, n):
    layers = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    nn.init.zeros_(layers[1].blocks)
    return layers


# %% wrong="the rules are read without their gradient" loses=["phm_weight"] says="No gradient reaches rules or blocks"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n + out_features % n:
            raise ValueError(f"{n} parts of {in_features} or {out_features} are not whole")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) * in_features**-0.5)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return torch.stack([torch.kron(a, b) for a, b in zip(self.rules.detach(), self.blocks, strict=True)]).sum(0)

    def forward(self, x):
        return x @ self.weight().T + self.bias


def compacter_layers(width, bottleneck, n):
    layers = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    nn.init.zeros_(layers[1].blocks)
    return layers


# %% wrong="one set of rules for both layers, as in the paper" loses=["compacter_trained"] says="of its own"
class PHMLinear(nn.Module):
    def __init__(self, in_features, out_features, n):
        super().__init__()
        if in_features % n + out_features % n:
            raise ValueError(f"{n} parts of {in_features} or {out_features} are not whole")
        self.rules = nn.Parameter(torch.randn(n, n, n) / n)
        self.blocks = nn.Parameter(torch.randn(n, out_features // n, in_features // n) * in_features**-0.5)
        self.bias = nn.Parameter(torch.zeros(out_features))

    def weight(self):
        return torch.stack([torch.kron(a, b) for a, b in zip(self.rules, self.blocks, strict=True)]).sum(0)

    def forward(self, x):
        return x @ self.weight().T + self.bias


def compacter_layers(width, bottleneck, n):
    layers = PHMLinear(width, bottleneck, n), PHMLinear(bottleneck, width, n)
    layers[1].rules = layers[0].rules
    nn.init.zeros_(layers[1].blocks)
    return layers
