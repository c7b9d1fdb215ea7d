# %% right="einsum, B drawn first, uniform A as in peft"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base, self.scale = base.requires_grad_(False), alpha / r
        self.B = nn.Parameter(torch.zeros(base.out_features, r))
        self.A = nn.Parameter(torch.empty(r, base.in_features))
        nn.init.kaiming_uniform_(self.A, a=5**0.5)

    def forward(self, x):
        return self.base(x) + self.scale * torch.einsum("...i,ri,or->...o", x, self.A, self.B)


# %% right="the whole matrix is built, then used once"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        for parameter in base.parameters():
            parameter.requires_grad = False
        self.base, self.factor = base, alpha / r
        self.A = nn.Parameter(nn.init.xavier_normal_(torch.empty(r, base.in_features)))
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        return nn.functional.linear(x, self.base.weight + self.factor * self.B @ self.A, self.base.bias)


# %% right="two functional linear layers, the input scaled"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base, self.r, self.alpha = base, r, alpha
        self.base.weight.requires_grad = False
        if base.bias is not None:
            self.base.bias.requires_grad = False
        self.register_parameter(
            "A", nn.Parameter(torch.normal(0.0, base.in_features**-0.5, size=(r, base.in_features)))
        )
        self.register_parameter("B", nn.Parameter(torch.zeros(base.out_features, r)))

    def forward(self, x):
        few = nn.functional.linear(x * (self.alpha / self.r), self.A)
        return nn.functional.linear(few, self.B) + self.base(x)


# %% wrong="alpha not divided by r" loses=["lora_scale", "lora_peft"] says="alpha / r"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base, self.r, self.alpha = base, r, alpha
        base.requires_grad_(False)
        self.A = nn.Parameter(torch.randn(r, base.in_features) / base.in_features**0.5)
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        return self.base(x) + self.alpha * (x @ self.A.T @ self.B.T)


# %% wrong="alpha forgotten" loses=["lora_scale"] says="alpha / r"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base, self.r, self.alpha = base, r, alpha
        base.requires_grad_(False)
        self.A = nn.Parameter(torch.randn(r, base.in_features) / base.in_features**0.5)
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        return self.base(x) + x @ self.A.T @ self.B.T


# %% wrong="alpha divided by the root of r" loses=["lora_scale", "lora_peft"] says="alpha / r"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base, self.r, self.alpha = base, r, alpha
        base.requires_grad_(False)
        self.A = nn.Parameter(torch.randn(r, base.in_features) / base.in_features**0.5)
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        return self.base(x) + self.alpha / self.r**0.5 * (x @ self.A.T @ self.B.T)


# %% wrong="B not zero at the start" loses=["lora_start"] says="B starts at zero"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base, self.r, self.alpha = base, r, alpha
        base.requires_grad_(False)
        self.A = nn.Parameter(torch.randn(r, base.in_features) / base.in_features**0.5)
        self.B = nn.Parameter(torch.randn(base.out_features, r))

    def forward(self, x):
        return self.base(x) + self.alpha / self.r * (x @ self.A.T @ self.B.T)


# %% wrong="both factors start at zero" loses=["lora_start"] says="Draw A at random"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base, self.r, self.alpha = base, r, alpha
        base.requires_grad_(False)
        self.A = nn.Parameter(torch.zeros(r, base.in_features))
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        return self.base(x) + self.alpha / self.r * (x @ self.A.T @ self.B.T)


# %% wrong="A zero and B drawn" loses=["lora_start"] says="it is B in the paper"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base, self.r, self.alpha = base, r, alpha
        base.requires_grad_(False)
        self.A = nn.Parameter(torch.zeros(r, base.in_features))
        self.B = nn.Parameter(torch.randn(base.out_features, r))

    def forward(self, x):
        return self.base(x) + self.alpha / self.r * (x @ self.A.T @ self.B.T)


# %% wrong="A is all ones, so the rank stays 1" loses=["lora_start"] says="rows should differ"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base, self.r, self.alpha = base, r, alpha
        base.requires_grad_(False)
        self.A = nn.Parameter(torch.ones(r, base.in_features))
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        return self.base(x) + self.alpha / self.r * (x @ self.A.T @ self.B.T)


# %% wrong="the old layer is not frozen" loses=["lora_frozen"] says="freeze the base"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base, self.r, self.alpha = base, r, alpha
        self.A = nn.Parameter(torch.randn(r, base.in_features) / base.in_features**0.5)
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        return self.base(x) + self.alpha / self.r * (x @ self.A.T @ self.B.T)


# %% wrong="the old weight is frozen, its bias is not" loses=["lora_frozen"] says="or its bias"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base, self.r, self.alpha = base, r, alpha
        base.weight.requires_grad = False
        self.A = nn.Parameter(torch.randn(r, base.in_features) / base.in_features**0.5)
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        return self.base(x) + self.alpha / self.r * (x @ self.A.T @ self.B.T)


# %% wrong="the old layer's bias is dropped" loses=["lora_start", "lora_peft"] says="must equal the frozen one"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base, self.r, self.alpha = base, r, alpha
        base.requires_grad_(False)
        self.A = nn.Parameter(torch.randn(r, base.in_features) / base.in_features**0.5)
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        return x @ self.base.weight.T + self.alpha / self.r * (x @ self.A.T @ self.B.T)


# %% wrong="the old layer's output is scaled too" loses=["lora_start", "lora_scale"] says="must equal the frozen one"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base, self.r, self.alpha = base, r, alpha
        base.requires_grad_(False)
        self.A = nn.Parameter(torch.randn(r, base.in_features) / base.in_features**0.5)
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        return self.alpha / self.r * (self.base(x) + x @ self.A.T @ self.B.T)


# %% wrong="A and B stored the other way round" loses=["lora_peft"] says="A is (r, in_features)"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base, self.r, self.alpha = base, r, alpha
        base.requires_grad_(False)
        self.A = nn.Parameter(torch.randn(base.in_features, r) / base.in_features**0.5)
        self.B = nn.Parameter(torch.zeros(r, base.out_features))

    def forward(self, x):
        return self.base(x) + self.alpha / self.r * (x @ self.A @ self.B)


# %% wrong="a Gaussian of 1 / r, as peft has it for another start" loses=["lora_start"] says="1 / r knows none either"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base, self.r, self.alpha = base, r, alpha
        base.requires_grad_(False)
        self.A = nn.Parameter(torch.randn(r, base.in_features) / r)
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        return self.base(x) + self.alpha / self.r * (x @ self.A.T @ self.B.T)


# %% wrong="A is plain torch.randn" loses=["lora_start"] says="√in times too wide"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base, self.r, self.alpha = base, r, alpha
        base.requires_grad_(False)
        self.A = nn.Parameter(torch.randn(r, base.in_features))
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        return self.base(x) + self.alpha / self.r * (x @ self.A.T @ self.B.T)


# %% wrong="A has a fixed spread, whatever the width" loses=["lora_start"] says="a fixed 0.02 knows no width"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base, self.r, self.alpha = base, r, alpha
        base.requires_grad_(False)
        self.A = nn.Parameter(0.02 * torch.randn(r, base.in_features))
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        return self.base(x) + self.alpha / self.r * (x @ self.A.T @ self.B.T)


# %% wrong="A is divided by in, not by its root" loses=["lora_start"] says="spread should go with 1 / √in"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base, self.r, self.alpha = base, r, alpha
        base.requires_grad_(False)
        self.A = nn.Parameter(torch.randn(r, base.in_features) / base.in_features)
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        return self.base(x) + self.alpha / self.r * (x @ self.A.T @ self.B.T)


# %% right="no attributes but the three that are asked for, the sum in one addmm"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.scale = alpha / r
        self.A = nn.Parameter(torch.randn(r, base.in_features) * base.in_features**-0.5)
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        flat = x.flatten(0, -2)
        update = torch.mm(flat @ self.A.T, self.B.T)
        return self.base(x) + self.scale * update.view(*x.shape[:-1], -1)


# %% right="einsum over all three at once, B named first"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.scale = alpha / r
        self.A = nn.Parameter(torch.randn(r, base.in_features) * base.in_features**-0.5)
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        return self.base(x) + torch.einsum("or,rj,...j->...o", self.scale * self.B, self.A, x)


# %% wrong="B A multiplied out, then x by that" loses=["lora_peft"] says="multiplied out"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.scale = alpha / r
        self.A = nn.Parameter(torch.randn(r, base.in_features) * base.in_features**-0.5)
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        change = self.scale * self.B @ self.A
        return self.base(x) + x @ change.T


# %% wrong="B A as the weight of a linear function" loses=["lora_peft"] says="multiplied out"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.scale = alpha / r
        self.A = nn.Parameter(torch.randn(r, base.in_features) * base.in_features**-0.5)
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        return self.base(x) + self.scale * nn.functional.linear(x, self.B @ self.A)


# %% wrong="the old layer's bias comes twice" loses=["lora_start", "lora_peft"] says="bias is added twice"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.scale = alpha / r
        self.A = nn.Parameter(torch.randn(r, base.in_features) * base.in_features**-0.5)
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        update = self.scale * (x @ self.A.T @ self.B.T)
        return self.base(x) + (update if self.base.bias is None else update + self.base.bias)


# %% wrong="only what was learnt comes out" loses=["lora_start", "lora_scale", "lora_peft"] says="old layer is left out"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.scale = alpha / r
        self.A = nn.Parameter(torch.randn(r, base.in_features) * base.in_features**-0.5)
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        return self.scale * (x @ self.A.T @ self.B.T)


# %% wrong="a GELU between the factors" loses=["lora_scale", "lora_peft"] says="scaled by alpha / r"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.scale = alpha / r
        self.A = nn.Parameter(torch.randn(r, base.in_features) * base.in_features**-0.5)
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        return self.base(x) + self.scale * (nn.functional.gelu(x @ self.A.T) @ self.B.T)


# %% wrong="a ReLU between the factors" loses=["lora_scale", "lora_peft"] says="nothing between"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.scale = alpha / r
        self.A = nn.Parameter(torch.randn(r, base.in_features) * base.in_features**-0.5)
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        return self.base(x) + self.scale * ((x @ self.A.T).clamp(min=0) @ self.B.T)


# %% wrong="dropout on the way in, always on" loses=["lora_scale", "lora_peft"] says="no dropout belongs here"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.scale = alpha / r
        self.A = nn.Parameter(torch.randn(r, base.in_features) * base.in_features**-0.5)
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        fewer = nn.functional.dropout(x, 0.2)
        return self.base(x) + self.scale * (fewer @ self.A.T @ self.B.T)


# %% wrong="the update is made of the old layer's output" loses=["lora_start", "lora_scale", "lora_peft"] says="update is taken of x"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.scale = alpha / r
        self.A = nn.Parameter(torch.randn(r, base.in_features) * base.in_features**-0.5)
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        old = self.base(x)
        return old + self.scale * (old @ self.A.T @ self.B.T)


# %% wrong="plain tensors, which no optimizer is given" loses=["lora_start", "lora_frozen"] says="should each be a parameter"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.scale = alpha / r
        self.A = torch.randn(r, base.in_features) * base.in_features**-0.5
        self.B = torch.zeros(base.out_features, r)

    def forward(self, x):
        return self.base(x) + self.scale * (x @ self.A.T @ self.B.T)


# %% wrong="reads both factors through .data" loses=["lora_start"] says="part of the graph"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.scale = alpha / r
        self.A = nn.Parameter(torch.randn(r, base.in_features) * base.in_features**-0.5)
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        return self.base(x) + self.scale * (x @ self.A.data.T @ self.B.data.T)


# %% wrong="A is detached, so B alone learns" loses=["lora_start"] says="A learns too"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.scale = alpha / r
        self.A = nn.Parameter(torch.randn(r, base.in_features) * base.in_features**-0.5)
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        return self.base(x) + self.scale * (x @ self.A.detach().T @ self.B.T)


# %% wrong="the frozen layer runs without a record" loses=["lora_peft"] says="layers below"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.scale = alpha / r
        self.A = nn.Parameter(torch.randn(r, base.in_features) * base.in_features**-0.5)
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        with torch.inference_mode(False), torch.no_grad():
            old = self.base(x)
        return old + self.scale * (x @ self.A.T @ self.B.T)


# %% wrong="x is detached before the update" loses=["lora_peft"] says="layers below"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.scale = alpha / r
        self.A = nn.Parameter(torch.randn(r, base.in_features) * base.in_features**-0.5)
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        return self.base(x) + self.scale * (x.detach() @ self.A.T @ self.B.T)


# %% wrong="forward scales B in place, each time once more" loses=["lora_scale"] says="gives two results"
class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.scale = alpha / r
        self.A = nn.Parameter(torch.randn(r, base.in_features) * base.in_features**-0.5)
        self.B = nn.Parameter(torch.zeros(base.out_features, r))

    def forward(self, x):
        with torch.no_grad():
            self.B.mul_(self.scale)
        return self.base(x) + x @ self.A.T @ self.B.T
