# %% wrong="layers.1 found in layers.10" loses=["depth_by_name", "rate_table"] says="layers.1 is also the start of layers.10"
def depth_of(name, layers):
    if "embeddings" in name:
        return 0
    for n in range(layers):
        if f"layers.{n}" in name:
            return n + 1
    return layers + 1


def discriminative_rates(names, layers, peak, factor=2.6):
    return {name: peak / factor ** (layers + 1 - depth_of(name, layers)) for name in names}


# %% wrong="one digit read" loses=["depth_by_name", "rate_table"] says="Read the whole number"
def depth_of(name, layers):
    if "embeddings" in name:
        return 0
    found = re.search(r"layers\.(\d)", name)
    return int(found[1]) + 1 if found else layers + 1


def discriminative_rates(names, layers, peak, factor=2.6):
    return {name: peak / factor ** (layers + 1 - depth_of(name, layers)) for name in names}


# %% wrong="the embeddings forgotten" loses=["depth_by_name", "rate_by_layer", "rate_table"] says="Everything of the embeddings is at the bottom"
def depth_of(name, layers):
    found = re.search(r"layers\.(\d+)\.", name)
    return int(found[1]) + 1 if found else layers + 1


def discriminative_rates(names, layers, peak, factor=2.6):
    return {name: peak / factor ** (layers + 1 - depth_of(name, layers)) for name in names}


# %% wrong="the embeddings' own norm counted as the final one" loses=["depth_by_name", "rate_table"] says="Everything of the embeddings"
def depth_of(name, layers):
    found = re.search(r"layers\.(\d+)\.", name)
    if found:
        return int(found[1]) + 1
    return 0 if "tok_embeddings" in name else layers + 1


def discriminative_rates(names, layers, peak, factor=2.6):
    return {name: peak / factor ** (layers + 1 - depth_of(name, layers)) for name in names}


# %% wrong="every norm counted as the final one" loses=["depth_by_name"] says="A norm within a layer"
def depth_of(name, layers):
    if "embeddings" in name:
        return 0
    if "norm" in name:
        return layers + 1
    found = re.search(r"layers\.(\d+)\.", name)
    return int(found[1]) + 1 if found else layers + 1


def discriminative_rates(names, layers, peak, factor=2.6):
    return {name: peak / factor ** (layers + 1 - depth_of(name, layers)) for name in names}


# %% wrong="heads known by one name only" loses=["depth_by_name", "rate_table"] says="The final norm and all heads are on top"
def depth_of(name, layers):
    found = re.search(r"layers\.(\d+)\.", name)
    if found:
        return int(found[1]) + 1
    return layers + 1 if "head" in name or ("norm" in name and "embeddings" not in name) else 0


def discriminative_rates(names, layers, peak, factor=2.6):
    return {name: peak / factor ** (layers + 1 - depth_of(name, layers)) for name in names}


# %% wrong="heads forgotten, which stops" loses=["depth_by_name", "rate_by_layer", "rate_table"] says="depth_of stops at the name"
def depth_of(name, layers):
    if "embeddings" in name:
        return 0
    return int(re.search(r"layers\.(\d+)\.", name)[1]) + 1


def discriminative_rates(names, layers, peak, factor=2.6):
    return {name: peak / factor ** (layers + 1 - depth_of(name, layers)) for name in names}


# %% wrong="the number taken from the third place of the name" loses=["depth_by_name", "rate_by_layer", "rate_table"] says="depth_of stops at the name"
def depth_of(name, layers):
    if "embeddings" in name:
        return 0
    if "final_norm" in name or "head" in name or "classifier" in name:
        return layers + 1
    return int(name.split(".")[2]) + 1


def discriminative_rates(names, layers, peak, factor=2.6):
    return {name: peak / factor ** (layers + 1 - depth_of(name, layers)) for name in names}


# %% wrong="the first number of the name, wherever it is" loses=["depth_by_name"] says="the one after `layers.`"
def depth_of(name, layers):
    if "embeddings" in name:
        return 0
    found = re.search(r"\d+", name)
    return int(found[0]) + 1 if found else layers + 1


def discriminative_rates(names, layers, peak, factor=2.6):
    return {name: peak / factor ** (layers + 1 - depth_of(name, layers)) for name in names}


# %% wrong="layers counted from 0" loses=["depth_by_name", "rate_by_layer", "rate_table"] says="the embeddings are below layer 0"
def depth_of(name, layers):
    if "embeddings" in name:
        return 0
    found = re.search(r"layers\.(\d+)\.", name)
    return int(found[1]) if found else layers


def discriminative_rates(names, layers, peak, factor=2.6):
    return {name: peak / factor ** (layers + 1 - depth_of(name, layers)) for name in names}


# %% wrong="the notebook's own number of layers" loses=["depth_by_name", "rate_by_layer", "rate_table"] says="are on top"
def depth_of(name, layers):
    if "embeddings" in name:
        return 0
    found = re.search(r"layers\.(\d+)\.", name)
    return int(found[1]) + 1 if found else LAYERS + 1


def discriminative_rates(names, layers, peak, factor=2.6):
    return {name: peak / factor ** (layers + 1 - depth_of(name, layers)) for name in names}


# %% wrong="the lowest learns fastest" loses=["rate_by_layer", "rate_table"] says="each step *divides*"
def depth_of(name, layers):
    if "embeddings" in name:
        return 0
    found = re.search(r"layers\.(\d+)\.", name)
    return int(found[1]) + 1 if found else layers + 1


def discriminative_rates(names, layers, peak, factor=2.6):
    return {name: peak / factor ** depth_of(name, layers) for name in names}


# %% wrong="what is on top divided too" loses=["rate_by_layer", "rate_table"] says="learns at the peak itself"
def depth_of(name, layers):
    if "embeddings" in name:
        return 0
    found = re.search(r"layers\.(\d+)\.", name)
    return int(found[1]) + 1 if found else layers + 1


def discriminative_rates(names, layers, peak, factor=2.6):
    return {name: peak / factor ** (layers + 2 - depth_of(name, layers)) for name in names}


# %% wrong="the factor typed in" loses=["rate_by_layer", "rate_table"] says="The factor is an argument"
def depth_of(name, layers):
    if "embeddings" in name:
        return 0
    found = re.search(r"layers\.(\d+)\.", name)
    return int(found[1]) + 1 if found else layers + 1


def discriminative_rates(names, layers, peak, factor=2.6):
    return {name: peak / 2.6 ** (layers + 1 - depth_of(name, layers)) for name in names}


# %% wrong="the top is the highest layer among the names" loses=["rate_table"] says="`layers` is how many layers the model has"
def depth_of(name, layers):
    if "embeddings" in name:
        return 0
    found = re.search(r"layers\.(\d+)\.", name)
    return int(found[1]) + 1 if found else layers + 1


def discriminative_rates(names, layers, peak, factor=2.6):
    depths = {name: depth_of(name, layers) for name in names}
    top = max(depth for depth in depths.values() if depth <= layers) + 1
    return {name: peak / factor ** (top - depth) for name, depth in depths.items()}


# %% wrong="the rate above divided for each name that comes" loses=["rate_by_layer", "rate_table"] says="not the order of the names"
def depth_of(name, layers):
    if "embeddings" in name:
        return 0
    found = re.search(r"layers\.(\d+)\.", name)
    return int(found[1]) + 1 if found else layers + 1


def discriminative_rates(names, layers, peak, factor=2.6):
    rates = {}
    rate = peak
    for name in reversed(names):
        rates[name] = rate
        rate = rate / factor
    return rates


# %% wrong="only the layers divided, the embeddings as the lowest layer" loses=["rate_by_layer", "rate_table"] says="from the bottom up"
def depth_of(name, layers):
    if "embeddings" in name:
        return 0
    found = re.search(r"layers\.(\d+)\.", name)
    return int(found[1]) + 1 if found else layers + 1


def discriminative_rates(names, layers, peak, factor=2.6):
    return {name: peak / factor ** min(layers, layers + 1 - depth_of(name, layers)) for name in names}


# %% wrong="the caller's names sorted in place" loses=["rate_table"] says="changes its input in place"
def depth_of(name, layers):
    if "embeddings" in name:
        return 0
    found = re.search(r"layers\.(\d+)\.", name)
    return int(found[1]) + 1 if found else layers + 1


def discriminative_rates(names, layers, peak, factor=2.6):
    names.sort(key=lambda name: depth_of(name, layers))
    return {name: peak / factor ** (layers + 1 - depth_of(name, layers)) for name in names}


# %% wrong="the caller's names used up" loses=["rate_table"] says="changes its input in place"
def depth_of(name, layers):
    if "embeddings" in name:
        return 0
    found = re.search(r"layers\.(\d+)\.", name)
    return int(found[1]) + 1 if found else layers + 1


def discriminative_rates(names, layers, peak, factor=2.6):
    rates = {}
    while names:
        name = names.pop()
        rates[name] = peak / factor ** (layers + 1 - depth_of(name, layers))
    return rates


# %% wrong="one dict for all calls" loses=["rate_table"] says="no other name"
def depth_of(name, layers):
    if "embeddings" in name:
        return 0
    found = re.search(r"layers\.(\d+)\.", name)
    return int(found[1]) + 1 if found else layers + 1


def discriminative_rates(names, layers, peak, factor=2.6, rates={}):
    for name in names:
        rates[name] = peak / factor ** (layers + 1 - depth_of(name, layers))
    return rates


# %% right="name by name, without a regular expression"
def depth_of(name, layers):
    parts = name.split(".")
    if any("embeddings" in part for part in parts):
        return 0
    if "layers" in parts[:-1]:
        return int(parts[parts.index("layers") + 1]) + 1
    return layers + 1


def discriminative_rates(names, layers, peak, factor=2.6):
    rates = {}
    for name in names:
        rate = peak
        for _ in range(layers + 1 - depth_of(name, layers)):
            rate /= factor
        rates[name] = rate
    return rates


# %% right="every layer compared with its dots"
def depth_of(name, layers):
    depth = layers + 1
    for n in range(layers):
        if f"layers.{n}." in name:
            depth = n + 1
    return 0 if "embeddings" in name else depth


def discriminative_rates(names, layers, peak, factor=2.6):
    ladder = peak * np.power(1 / factor, np.arange(layers + 2))[::-1]
    return {name: ladder[depth_of(name, layers)] for name in names}


# %% right="grouped by depth first"
def depth_of(name, layers):
    if "embeddings" in name:
        return 0
    found = re.search(r"layers\.(\d+)\.", name)
    return int(found[1]) + 1 if found else layers + 1


def discriminative_rates(names, layers, peak, factor=2.6):
    below = pd.Series({name: layers + 1 - depth_of(name, layers) for name in names})
    return (peak * factor ** (-below.astype(float))).to_dict()


# %% wrong="embeddings within a layer belong to the layer" loses=["depth_by_name"] says="also one within a layer"
def depth_of(name, layers):
    found = re.search(r"layers\.(\d+)\.", name)
    if found:
        return int(found[1]) + 1
    return 0 if "embeddings" in name else layers + 1


def discriminative_rates(names, layers, peak, factor=2.6):
    return {name: peak / factor ** (layers + 1 - depth_of(name, layers)) for name in names}


# %% wrong="the default factor is 2" loses=["rate_by_layer"] says="2.6 where none is given"
def depth_of(name, layers):
    found = re.search(r"layers\.(\d+)\.", name)
    return 0 if "embeddings" in name else int(found[1]) + 1 if found else layers + 1


def discriminative_rates(names, layers, peak, factor=2.0):
    return {name: peak / factor ** (layers + 1 - depth_of(name, layers)) for name in names}
