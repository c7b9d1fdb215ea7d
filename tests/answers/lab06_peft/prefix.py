# %% right="update, layer by layer"
class Prefix(nn.Module):
    def __init__(self, config, length):
        super().__init__()
        self.config, self.length = config, length
        shape = (config.num_hidden_layers, 2, config.num_key_value_heads, length, head_size(config))
        self.numbers = nn.Parameter(settings.prefix_sd * torch.randn(shape))

    def forward(self, mask):
        cache = DynamicCache()
        for layer, (key, value) in enumerate(self.numbers):
            cache.update(key.repeat(len(mask), 1, 1, 1), value.repeat(len(mask), 1, 1, 1), layer)
        return cache, nn.functional.pad(mask, (self.length, 0), value=1)


# %% right="one expand for all, drawn by normal_"
class Prefix(nn.Module):
    def __init__(self, config, length):
        super().__init__()
        self.config, self.length = config, length
        head = config.hidden_size // config.num_attention_heads
        self.numbers = nn.Parameter(torch.empty(config.num_hidden_layers, 2, config.num_key_value_heads, length, head))
        nn.init.normal_(self.numbers, std=settings.prefix_sd)

    def forward(self, mask):
        every = self.numbers.unsqueeze(2).expand(
            -1, -1, mask.shape[0], -1, -1, -1
        )  # layers, 2, rows, heads, length, size
        real = torch.ones((mask.shape[0], self.numbers.shape[3]), dtype=mask.dtype)
        return DynamicCache([(every[n, 0], every[n, 1]) for n in range(len(every))]), torch.hstack([real, mask])


# %% right="stack of rows"
class Prefix(nn.Module):
    def __init__(self, config, length):
        super().__init__()
        self.config, self.length = config, length
        shape = (config.num_hidden_layers, 2, config.num_key_value_heads, length, head_size(config))
        self.numbers = nn.Parameter(settings.prefix_sd * torch.randn(shape))

    def forward(self, mask):
        rows = range(mask.size(0))
        pairs = [(torch.stack([k for _ in rows]), torch.stack([v for _ in rows])) for k, v in self.numbers.unbind(0)]
        longer = torch.ones(len(rows), self.length + mask.size(1)).to(mask)
        longer[:, self.length :] = mask
        return DynamicCache(pairs), longer


# %% wrong="as many heads as the queries have" loses=["prefix_numbers"] says="not the 4 query heads"
class Prefix(nn.Module):
    def __init__(self, config, length):
        super().__init__()
        self.config, self.length = config, length
        shape = (config.num_hidden_layers, 2, config.num_attention_heads, length, head_size(config))
        self.numbers = nn.Parameter(settings.prefix_sd * torch.randn(shape))

    def forward(self, mask):
        rows = len(mask)
        pairs = [tuple(part.expand(rows, -1, -1, -1) for part in layer) for layer in self.numbers]
        return DynamicCache(pairs), torch.cat([mask.new_ones(rows, self.length), mask], dim=1)


# %% wrong="drawn with standard deviation 1" loses=["prefix_numbers"] says="prefix_sd"
class Prefix(nn.Module):
    def __init__(self, config, length):
        super().__init__()
        self.config, self.length = config, length
        shape = (config.num_hidden_layers, 2, config.num_key_value_heads, length, head_size(config))
        self.numbers = nn.Parameter(torch.randn(shape))

    def forward(self, mask):
        rows = len(mask)
        pairs = [tuple(part.expand(rows, -1, -1, -1) for part in layer) for layer in self.numbers]
        return DynamicCache(pairs), torch.cat([mask.new_ones(rows, self.length), mask], dim=1)


# %% wrong="one prefix for all layers" loses=["prefix_numbers", "prefix_pairs"] says="of each layer"
class Prefix(nn.Module):
    def __init__(self, config, length):
        super().__init__()
        self.config, self.length = config, length
        shape = (2, config.num_key_value_heads, length, head_size(config))
        self.numbers = nn.Parameter(settings.prefix_sd * torch.randn(shape))

    def forward(self, mask):
        rows = len(mask)
        numbers = self.numbers if self.numbers.ndim == 4 else self.numbers[0]
        pair = tuple(part.expand(rows, -1, -1, -1) for part in numbers)
        cache = DynamicCache([pair] * self.config.num_hidden_layers)
        return cache, torch.cat([mask.new_ones(rows, self.length), mask], dim=1)


# %% wrong="the first layer's numbers in every layer" loses=["prefix_pairs"] says="numbers[1] in layer 1"
class Prefix(nn.Module):
    def __init__(self, config, length):
        super().__init__()
        self.config, self.length = config, length
        shape = (config.num_hidden_layers, 2, config.num_key_value_heads, length, head_size(config))
        self.numbers = nn.Parameter(settings.prefix_sd * torch.randn(shape))

    def forward(self, mask):
        rows = len(mask)
        pairs = [
            tuple(part.expand(rows, -1, -1, -1) for part in layer) for layer in [self.numbers[0]] * len(self.numbers)
        ]
        return DynamicCache(pairs), torch.cat([mask.new_ones(rows, self.length), mask], dim=1)


# %% wrong="keys and values swapped" loses=["prefix_pairs"] says="first the key"
class Prefix(nn.Module):
    def __init__(self, config, length):
        super().__init__()
        self.config, self.length = config, length
        shape = (config.num_hidden_layers, 2, config.num_key_value_heads, length, head_size(config))
        self.numbers = nn.Parameter(settings.prefix_sd * torch.randn(shape))

    def forward(self, mask):
        rows = len(mask)
        pairs = [tuple(part.expand(rows, -1, -1, -1) for part in layer.flip(0)) for layer in self.numbers]
        return DynamicCache(pairs), torch.cat([mask.new_ones(rows, self.length), mask], dim=1)


# %% wrong="only the first layer gets a prefix" loses=["prefix_pairs", "prefix_again"] says="for each layer"
class Prefix(nn.Module):
    def __init__(self, config, length):
        super().__init__()
        self.config, self.length = config, length
        shape = (config.num_hidden_layers, 2, config.num_key_value_heads, length, head_size(config))
        self.numbers = nn.Parameter(settings.prefix_sd * torch.randn(shape))

    def forward(self, mask):
        rows = len(mask)
        pairs = [tuple(part.expand(rows, -1, -1, -1) for part in layer) for layer in self.numbers[:1]]
        return DynamicCache(pairs), torch.cat([mask.new_ones(rows, self.length), mask], dim=1)


# %% wrong="the mask does not grow" loses=["prefix_mask"] says="mask should grow"
class Prefix(nn.Module):
    def __init__(self, config, length):
        super().__init__()
        self.config, self.length = config, length
        shape = (config.num_hidden_layers, 2, config.num_key_value_heads, length, head_size(config))
        self.numbers = nn.Parameter(settings.prefix_sd * torch.randn(shape))

    def forward(self, mask):
        rows = len(mask)
        pairs = [tuple(part.expand(rows, -1, -1, -1) for part in layer) for layer in self.numbers]
        return DynamicCache(pairs), mask


# %% wrong="the prefix is masked" loses=["prefix_mask"] says="real in every row"
class Prefix(nn.Module):
    def __init__(self, config, length):
        super().__init__()
        self.config, self.length = config, length
        shape = (config.num_hidden_layers, 2, config.num_key_value_heads, length, head_size(config))
        self.numbers = nn.Parameter(settings.prefix_sd * torch.randn(shape))

    def forward(self, mask):
        rows = len(mask)
        pairs = [tuple(part.expand(rows, -1, -1, -1) for part in layer) for layer in self.numbers]
        return DynamicCache(pairs), torch.cat([mask.new_zeros(rows, self.length), mask], dim=1)


# %% wrong="the mask grows at the wrong end" loses=["prefix_mask"] says="ones in front"
class Prefix(nn.Module):
    def __init__(self, config, length):
        super().__init__()
        self.config, self.length = config, length
        shape = (config.num_hidden_layers, 2, config.num_key_value_heads, length, head_size(config))
        self.numbers = nn.Parameter(settings.prefix_sd * torch.randn(shape))

    def forward(self, mask):
        rows = len(mask)
        pairs = [tuple(part.expand(rows, -1, -1, -1) for part in layer) for layer in self.numbers]
        return DynamicCache(pairs), torch.cat([mask, mask.new_ones(rows, self.length)], dim=1)


# %% wrong="one cache for ever" loses=["prefix_again"] says="last batch"
class Prefix(nn.Module):
    def __init__(self, config, length):
        super().__init__()
        self.config, self.length = config, length
        shape = (config.num_hidden_layers, 2, config.num_key_value_heads, length, head_size(config))
        self.numbers = nn.Parameter(settings.prefix_sd * torch.randn(shape))

    def forward(self, mask):
        rows = len(mask)
        if not hasattr(self, "cache"):
            pairs = [tuple(part.expand(rows, -1, -1, -1) for part in layer) for layer in self.numbers]
            self.cache = DynamicCache(pairs)
        return self.cache, torch.cat([mask.new_ones(rows, self.length), mask], dim=1)


# %% wrong="a copy that no gradient comes back from" loses=["prefix_again"] says="no gradient reaches"
class Prefix(nn.Module):
    def __init__(self, config, length):
        super().__init__()
        self.config, self.length = config, length
        shape = (config.num_hidden_layers, 2, config.num_key_value_heads, length, head_size(config))
        self.numbers = nn.Parameter(settings.prefix_sd * torch.randn(shape))

    def forward(self, mask):
        rows = len(mask)
        pairs = [tuple(part.expand(rows, -1, -1, -1) for part in layer) for layer in self.numbers.detach()]
        return DynamicCache(pairs), torch.cat([mask.new_ones(rows, self.length), mask], dim=1)


# %% wrong="no axis for the rows" loses=["prefix_pairs", "prefix_again"] says="Every row of the batch"
class Prefix(nn.Module):
    def __init__(self, config, length):
        super().__init__()
        self.config, self.length = config, length
        shape = (config.num_hidden_layers, 2, config.num_key_value_heads, length, head_size(config))
        self.numbers = nn.Parameter(settings.prefix_sd * torch.randn(shape))

    def forward(self, mask):
        pairs = [(key, value) for key, value in self.numbers]
        return DynamicCache(pairs), torch.cat([mask.new_ones(len(mask), self.length), mask], dim=1)


# %% wrong="the lab's number of key-value heads and their size, not the config's" loses=["prefix_numbers"] says="those of the config given"
class Prefix(nn.Module):
    def __init__(self, config, length):
        super().__init__()
        self.length = length
        self.numbers = nn.Parameter(torch.randn(config.num_hidden_layers, 2, 2, length, 4) * settings.prefix_sd)

    def forward(self, mask):
        rows = mask.shape[0]
        pairs = [(pair[0].expand(rows, -1, -1, -1), pair[1].expand(rows, -1, -1, -1)) for pair in self.numbers]
        return DynamicCache(pairs), torch.cat([torch.ones_like(mask[:, :1]).expand(-1, self.length), mask], 1)
