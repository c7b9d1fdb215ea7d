# %% right="in small steps, nothing in place"
class Block(nn.Module):
    def __init__(self, attention, width, factor):
        super().__init__()
        self.attention = attention
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, factor * width), nn.GELU(), nn.Linear(factor * width, width))

    def forward(self, x, context, mask=None):
        normed, around = self.norm1(x), self.norm1(context)
        found = self.attention(queries=normed, context=around, mask=mask)
        gathered = x + found
        thought = self.mlp[2](self.mlp[1](self.mlp[0](self.norm2(gathered))))
        return gathered + thought


# %% right="two residuals collected in a sum"
class Block(nn.Module):
    def __init__(self, attention, width, factor):
        super().__init__()
        self.attention = attention
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, factor * width), nn.GELU(), nn.Linear(factor * width, width))

    def forward(self, x, context, mask=None):
        change = self.attention(self.norm1(x), self.norm1(context), mask)
        return x + change + self.mlp(self.norm2(x + change))


# %% right="the norm by hand, with the same weights"
class Block(nn.Module):
    def __init__(self, attention, width, factor):
        super().__init__()
        self.attention = attention
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, factor * width), nn.GELU(), nn.Linear(factor * width, width))

    def forward(self, x, context, mask=None):
        def normed(layer, z):
            return F.layer_norm(z, z.shape[-1:], layer.weight, layer.bias, layer.eps)

        x = torch.add(self.attention(normed(self.norm1, x), normed(self.norm1, context), mask), x)
        return torch.add(self.mlp(normed(self.norm2, x)), x)


# %% wrong="post-norm, as in the first transformer and BERT" loses=["block_residual", "block_norm", "block_mlp"] says="not normalised"
class Block(nn.Module):
    def __init__(self, attention, width, factor):
        super().__init__()
        self.attention = attention
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, factor * width), nn.GELU(), nn.Linear(factor * width, width))

    def forward(self, x, context, mask=None):
        x = self.norm1(x + self.attention(x, context, mask))
        return self.norm2(x + self.mlp(x))


# %% wrong="no residual around the attention" loses=["block_residual", "block_mlp"] says="only add to x"
class Block(nn.Module):
    def __init__(self, attention, width, factor):
        super().__init__()
        self.attention = attention
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, factor * width), nn.GELU(), nn.Linear(factor * width, width))

    def forward(self, x, context, mask=None):
        x = self.attention(self.norm1(x), self.norm1(context), mask)
        return x + self.mlp(self.norm2(x))


# %% wrong="no residual around the MLP" loses=["block_residual"] says="not lost"
class Block(nn.Module):
    def __init__(self, attention, width, factor):
        super().__init__()
        self.attention = attention
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, factor * width), nn.GELU(), nn.Linear(factor * width, width))

    def forward(self, x, context, mask=None):
        x = x + self.attention(self.norm1(x), self.norm1(context), mask)
        return self.mlp(self.norm2(x))


# %% wrong="x is overwritten by its norm, so the residual carries the normalised vector" loses=["block_residual", "block_mlp"] says="as it went in"
class Block(nn.Module):
    def __init__(self, attention, width, factor):
        super().__init__()
        self.attention = attention
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, factor * width), nn.GELU(), nn.Linear(factor * width, width))

    def forward(self, x, context, mask=None):
        x = self.norm1(x)
        x = x + self.attention(x, self.norm1(context), mask)
        return x + self.mlp(self.norm2(x))


# %% wrong="the context is not normalised" loses=["block_norm"] says="same norm1"
class Block(nn.Module):
    def __init__(self, attention, width, factor):
        super().__init__()
        self.attention = attention
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, factor * width), nn.GELU(), nn.Linear(factor * width, width))

    def forward(self, x, context, mask=None):
        x = x + self.attention(self.norm1(x), context, mask)
        return x + self.mlp(self.norm2(x))


# %% wrong="norm2 for the context" loses=["block_norm"] says="same norm1"
class Block(nn.Module):
    def __init__(self, attention, width, factor):
        super().__init__()
        self.attention = attention
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, factor * width), nn.GELU(), nn.Linear(factor * width, width))

    def forward(self, x, context, mask=None):
        x = x + self.attention(self.norm1(x), self.norm2(context), mask)
        return x + self.mlp(self.norm2(x))


# %% wrong="no norm before the attention" loses=["block_norm"] says="reads norm1 of x"
class Block(nn.Module):
    def __init__(self, attention, width, factor):
        super().__init__()
        self.attention = attention
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, factor * width), nn.GELU(), nn.Linear(factor * width, width))

    def forward(self, x, context, mask=None):
        x = x + self.attention(x, context, mask)
        return x + self.mlp(self.norm2(x))


# %% wrong="the mask is not handed on" loses=["block_norm"] says="mask"
class Block(nn.Module):
    def __init__(self, attention, width, factor):
        super().__init__()
        self.attention = attention
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, factor * width), nn.GELU(), nn.Linear(factor * width, width))

    def forward(self, x, context, mask=None):
        x = x + self.attention(self.norm1(x), self.norm1(context))
        return x + self.mlp(self.norm2(x))


# %% wrong="attention and MLP side by side: the MLP does not see what was brought back" loses=["block_mlp"] says="AFTER attention"
class Block(nn.Module):
    def __init__(self, attention, width, factor):
        super().__init__()
        self.attention = attention
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, factor * width), nn.GELU(), nn.Linear(factor * width, width))

    def forward(self, x, context, mask=None):
        return x + self.attention(self.norm1(x), self.norm1(context), mask) + self.mlp(self.norm2(x))


# %% wrong="the MLP reads x without its norm" loses=["block_mlp"] says="norm2 of x"
class Block(nn.Module):
    def __init__(self, attention, width, factor):
        super().__init__()
        self.attention = attention
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, factor * width), nn.GELU(), nn.Linear(factor * width, width))

    def forward(self, x, context, mask=None):
        x = x + self.attention(self.norm1(x), self.norm1(context), mask)
        return x + self.mlp(x)


# %% wrong="norm1 used twice" loses=["block_mlp"] says="norm2"
class Block(nn.Module):
    def __init__(self, attention, width, factor):
        super().__init__()
        self.attention = attention
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, factor * width), nn.GELU(), nn.Linear(factor * width, width))

    def forward(self, x, context, mask=None):
        x = x + self.attention(self.norm1(x), self.norm1(context), mask)
        return x + self.mlp(self.norm1(x))


# %% wrong="adds in place: the caller's vectors change" loses=["block_residual"] says="in place"
class Block(nn.Module):
    def __init__(self, attention, width, factor):
        super().__init__()
        self.attention = attention
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, factor * width), nn.GELU(), nn.Linear(factor * width, width))

    def forward(self, x, context, mask=None):
        x += self.attention(self.norm1(x), self.norm1(context), mask)
        return x + self.mlp(self.norm2(x))


# %% wrong="the MLP runs, its answer is dropped" loses=["block_mlp"] says="comes out of the block"
class Block(nn.Module):
    def __init__(self, attention, width, factor):
        super().__init__()
        self.attention = attention
        self.norm1 = nn.LayerNorm(width)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, factor * width), nn.GELU(), nn.Linear(factor * width, width))

    def forward(self, x, context, mask=None):
        x = x + self.attention(self.norm1(x), self.norm1(context), mask)
        self.mlp(self.norm2(x))
        return x


# %% wrong="the context is normalised in place" loses=["block_residual"] says="context in place"
class Block(nn.Module):
    def __init__(self, attention, width, factor):
        super().__init__()
        self.attention = attention
        self.norm1 = nn.LayerNorm(width)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, factor * width), nn.GELU(), nn.Linear(factor * width, width))

    def forward(self, x, context, mask=None):
        context.copy_(self.norm1(context))
        x = x + self.attention(self.norm1(x), context, mask)
        return x + self.mlp(self.norm2(x))
