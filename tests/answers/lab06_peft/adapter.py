# %% right="up starts near zero, not at it"
class Adapter(nn.Module):
    def __init__(self, width, bottleneck):
        super().__init__()
        self.down = nn.Linear(width, bottleneck)
        self.up = nn.Linear(bottleneck, width)
        nn.init.normal_(self.up.weight, std=1e-3)
        nn.init.zeros_(self.up.bias)

    def forward(self, x):
        return x + self.up(nn.functional.gelu(self.down(x)))


# %% right="both small, as in the paper"
class Adapter(nn.Module):
    def __init__(self, width, bottleneck):
        super().__init__()
        self.up, self.down, self.act = nn.Linear(bottleneck, width), nn.Linear(width, bottleneck), nn.GELU()
        for layer in (self.down, self.up):
            nn.init.trunc_normal_(layer.weight, std=1e-2)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        h = self.act(self.down(x))
        return self.up(h).add(x)


# %% right="zeroed through data, the residual first"
class Adapter(nn.Module):
    def __init__(self, width, bottleneck):
        super().__init__()
        self.down, self.up = nn.Linear(width, bottleneck), nn.Linear(bottleneck, width)
        for parameter in self.up.parameters():
            parameter.data.fill_(0.0)

    def forward(self, x):
        out = x.clone()
        out += nn.functional.linear(nn.functional.gelu(self.down(x)), self.up.weight, self.up.bias)
        return out


# %% wrong="no way around" loses=["adapter_start", "adapter_trained"] says="a way around"
class Adapter(nn.Module):
    def __init__(self, width, bottleneck):
        super().__init__()
        self.down, self.up = nn.Linear(width, bottleneck), nn.Linear(bottleneck, width)
        nn.init.zeros_(self.up.weight)
        nn.init.zeros_(self.up.bias)

    def forward(self, x):
        return self.up(nn.functional.gelu(self.down(x)))


# %% wrong="usual start, not near zero" loses=["adapter_start"] says="up that starts at zero"
class Adapter(nn.Module):
    def __init__(self, width, bottleneck):
        super().__init__()
        self.down, self.up = nn.Linear(width, bottleneck), nn.Linear(bottleneck, width)

    def forward(self, x):
        return x + self.up(nn.functional.gelu(self.down(x)))


# %% wrong="only the bias of up is not zero" loses=["adapter_start"] says="up that starts at zero"
class Adapter(nn.Module):
    def __init__(self, width, bottleneck):
        super().__init__()
        self.down, self.up = nn.Linear(width, bottleneck), nn.Linear(bottleneck, width)
        nn.init.zeros_(self.up.weight)
        nn.init.ones_(self.up.bias)

    def forward(self, x):
        return x + self.up(nn.functional.gelu(self.down(x)))


# %% wrong="down and up both start at zero" loses=["adapter_start"] says="both start at zero"
class Adapter(nn.Module):
    def __init__(self, width, bottleneck):
        super().__init__()
        self.down, self.up = nn.Linear(width, bottleneck), nn.Linear(bottleneck, width)
        for parameter in self.parameters():
            nn.init.zeros_(parameter)

    def forward(self, x):
        return x + self.up(nn.functional.gelu(self.down(x)))


# %% wrong="no biases" loses=["adapter_count"] says="each with a bias"
class Adapter(nn.Module):
    def __init__(self, width, bottleneck):
        super().__init__()
        self.down = nn.Linear(width, bottleneck, bias=False)
        self.up = nn.Linear(bottleneck, width, bias=False)
        nn.init.zeros_(self.up.weight)

    def forward(self, x):
        return x + self.up(nn.functional.gelu(self.down(x)))


# %% wrong="a layer norm more" loses=["adapter_count", "adapter_trained"] says="nothing else"
class Adapter(nn.Module):
    def __init__(self, width, bottleneck):
        super().__init__()
        self.down, self.up = nn.Linear(width, bottleneck), nn.Linear(bottleneck, width)
        self.norm = nn.LayerNorm(width)
        nn.init.zeros_(self.up.weight)
        nn.init.zeros_(self.up.bias)

    def forward(self, x):
        return x + self.up(nn.functional.gelu(self.down(self.norm(x))))


# %% wrong="no bend in the middle" loses=["adapter_trained"] says="GELU stands in the middle"
class Adapter(nn.Module):
    def __init__(self, width, bottleneck):
        super().__init__()
        self.down, self.up = nn.Linear(width, bottleneck), nn.Linear(bottleneck, width)
        nn.init.zeros_(self.up.weight)
        nn.init.zeros_(self.up.bias)

    def forward(self, x):
        return x + self.up(self.down(x))


# %% wrong="the bend after up" loses=["adapter_trained"] says="GELU stands in the middle"
class Adapter(nn.Module):
    def __init__(self, width, bottleneck):
        super().__init__()
        self.down, self.up = nn.Linear(width, bottleneck), nn.Linear(bottleneck, width)
        nn.init.zeros_(self.up.weight)
        nn.init.zeros_(self.up.bias)

    def forward(self, x):
        return x + nn.functional.gelu(self.up(self.down(x)))


# %% wrong="the bend around it all" loses=["adapter_start", "adapter_trained"] says="GELU stands around it all"
class Adapter(nn.Module):
    def __init__(self, width, bottleneck):
        super().__init__()
        self.down, self.up = nn.Linear(width, bottleneck), nn.Linear(bottleneck, width)
        nn.init.zeros_(self.up.weight)
        nn.init.zeros_(self.up.bias)

    def forward(self, x):
        return nn.functional.gelu(x + self.up(nn.functional.gelu(self.down(x))))


# %% wrong="ReLU instead of GELU" loses=["adapter_trained"] says="GELU"
class Adapter(nn.Module):
    def __init__(self, width, bottleneck):
        super().__init__()
        self.down, self.up = nn.Linear(width, bottleneck), nn.Linear(bottleneck, width)
        nn.init.zeros_(self.up.weight)
        nn.init.zeros_(self.up.bias)

    def forward(self, x):
        return x + self.up(torch.relu(self.down(x)))


# %% wrong="writes the sum over x" loses=["adapter_start"] says="in place"
class Adapter(nn.Module):
    def __init__(self, width, bottleneck):
        super().__init__()
        self.down = nn.Linear(width, bottleneck)
        self.up = nn.Linear(bottleneck, width)
        for parameter in self.up.parameters():
            nn.init.zeros_(parameter)

    def forward(self, x):
        return x.add_(self.up(nn.functional.gelu(self.down(x))))


# %% wrong="adds a sum that nothing can learn from" loses=["adapter_start"] says="no part of the output"
class Adapter(nn.Module):
    def __init__(self, width, bottleneck):
        super().__init__()
        self.down = nn.Linear(width, bottleneck)
        self.up = nn.Linear(bottleneck, width)
        for parameter in self.up.parameters():
            nn.init.zeros_(parameter)

    def forward(self, x):
        with torch.no_grad():
            change = self.up(nn.functional.gelu(self.down(x)))
        return x + change
