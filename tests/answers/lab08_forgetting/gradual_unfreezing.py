# %% wrong="from the bottom up" loses=["learns_when", "unfreezing_flags", "unfreezing_moves", "unfreezing_names"] says="Before any step is finished"
def learns(name, layers, step, every):
    return depth_of(name, layers) <= step // every


class GradualUnfreezing(TrainerCallback):
    def __init__(self, layers, every):
        self.layers = layers
        self.every = every

    def on_step_begin(self, args, state, control, model=None, **kwargs):
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(learns(name, self.layers, state.global_step, self.every))


# %% wrong="only the newest layer learns" loses=["learns_when", "unfreezing_flags", "unfreezing_moves", "unfreezing_names"] says="What has joined stays"
def learns(name, layers, step, every):
    return depth_of(name, layers) == layers + 1 - step // every


class GradualUnfreezing(TrainerCallback):
    def __init__(self, layers, every):
        self.layers = layers
        self.every = every

    def on_step_begin(self, args, state, control, model=None, **kwargs):
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(learns(name, self.layers, state.global_step, self.every))


# %% wrong="the highest layer learns from the start" loses=["learns_when", "unfreezing_flags", "unfreezing_moves", "unfreezing_names"] says="Before any step is finished"
def learns(name, layers, step, every):
    return depth_of(name, layers) >= layers - step // every


class GradualUnfreezing(TrainerCallback):
    def __init__(self, layers, every):
        self.layers = layers
        self.every = every

    def on_step_begin(self, args, state, control, model=None, **kwargs):
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(learns(name, self.layers, state.global_step, self.every))


# %% wrong="the periods rounded up" loses=["learns_when", "unfreezing_flags", "unfreezing_moves", "unfreezing_names"] says="After 4 of 5 steps nothing has joined"
def learns(name, layers, step, every):
    return depth_of(name, layers) >= layers + 1 - math.ceil(step / every)


class GradualUnfreezing(TrainerCallback):
    def __init__(self, layers, every):
        self.layers = layers
        self.every = every

    def on_step_begin(self, args, state, control, model=None, **kwargs):
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(learns(name, self.layers, state.global_step, self.every))


# %% wrong="each layer joins one step late" loses=["learns_when", "unfreezing_flags", "unfreezing_moves", "unfreezing_names"] says="after 5 the highest layer"
def learns(name, layers, step, every):
    return depth_of(name, layers) >= layers + 1 - max(0, step - 1) // every


class GradualUnfreezing(TrainerCallback):
    def __init__(self, layers, every):
        self.layers = layers
        self.every = every

    def on_step_begin(self, args, state, control, model=None, **kwargs):
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(learns(name, self.layers, state.global_step, self.every))


# %% wrong="the embeddings never join" loses=["learns_when", "unfreezing_flags", "unfreezing_moves", "unfreezing_names"] says="The embeddings join last"
def learns(name, layers, step, every):
    depth = depth_of(name, layers)
    return depth > 0 and depth >= layers + 1 - step // every


class GradualUnfreezing(TrainerCallback):
    def __init__(self, layers, every):
        self.layers = layers
        self.every = every

    def on_step_begin(self, args, state, control, model=None, **kwargs):
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(learns(name, self.layers, state.global_step, self.every))


# %% wrong="the embeddings join with layer 0" loses=["learns_when", "unfreezing_flags", "unfreezing_moves", "unfreezing_names"] says="and the embeddings not yet"
def learns(name, layers, step, every):
    return max(1, depth_of(name, layers)) >= layers + 1 - step // every


class GradualUnfreezing(TrainerCallback):
    def __init__(self, layers, every):
        self.layers = layers
        self.every = every

    def on_step_begin(self, args, state, control, model=None, **kwargs):
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(learns(name, self.layers, state.global_step, self.every))


# %% wrong="one digit of the layer's number read" loses=["learns_when", "unfreezing_names"] says="after 5 the highest layer"
def learns(name, layers, step, every):
    if "embeddings" in name:
        return step // every > layers
    found = re.search(r"layers\.(\d)", name)
    return found is None or int(found[1]) >= layers - step // every


class GradualUnfreezing(TrainerCallback):
    def __init__(self, layers, every):
        self.layers = layers
        self.every = every

    def on_step_begin(self, args, state, control, model=None, **kwargs):
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(learns(name, self.layers, state.global_step, self.every))


# %% wrong="heads forgotten, which stops" loses=["learns_when", "unfreezing_flags", "unfreezing_moves", "unfreezing_names"] says="learns stops at the name"
def learns(name, layers, step, every):
    if "embeddings" in name:
        return step // every > layers
    return int(re.search(r"layers\.(\d+)\.", name)[1]) >= layers - step // every


class GradualUnfreezing(TrainerCallback):
    def __init__(self, layers, every):
        self.layers = layers
        self.every = every

    def on_step_begin(self, args, state, control, model=None, **kwargs):
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(learns(name, self.layers, state.global_step, self.every))


# %% wrong="the final norm forgotten" loses=["unfreezing_flags", "unfreezing_moves", "unfreezing_names"] says="All parameters are to be set"
def learns(name, layers, step, every):
    if "head" in name:
        return True
    found = re.search(r"layers\.(\d+)\.", name)
    depth = int(found[1]) + 1 if found else 0
    return depth >= layers + 1 - step // every


class GradualUnfreezing(TrainerCallback):
    def __init__(self, layers, every):
        self.layers = layers
        self.every = every

    def on_step_begin(self, args, state, control, model=None, **kwargs):
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(learns(name, self.layers, state.global_step, self.every))


# %% wrong="every typed in" loses=["learns_when", "unfreezing_flags", "unfreezing_moves", "unfreezing_names"] says="`every` and `layers` are arguments"
def learns(name, layers, step, every):
    return depth_of(name, layers) >= layers + 1 - step // 5


class GradualUnfreezing(TrainerCallback):
    def __init__(self, layers, every):
        self.layers = layers
        self.every = every

    def on_step_begin(self, args, state, control, model=None, **kwargs):
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(learns(name, self.layers, state.global_step, self.every))


# %% wrong="the notebook's own number of layers" loses=["learns_when", "unfreezing_flags", "unfreezing_moves", "unfreezing_names"] says="Before any step"
def learns(name, layers, step, every):
    return depth_of(name, layers) >= LAYERS + 1 - step // every


class GradualUnfreezing(TrainerCallback):
    def __init__(self, layers, every):
        self.layers = layers
        self.every = every

    def on_step_begin(self, args, state, control, model=None, **kwargs):
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(learns(name, self.layers, state.global_step, self.every))


# %% wrong="thaws, but never freezes" loses=["unfreezing_flags", "unfreezing_moves"] says="keep requires_grad=True"
def learns(name, layers, step, every):
    return depth_of(name, layers) >= layers + 1 - step // every


class GradualUnfreezing(TrainerCallback):
    def __init__(self, layers, every):
        self.layers = layers
        self.every = every

    def on_step_begin(self, args, state, control, model=None, **kwargs):
        for name, parameter in model.named_parameters():
            if learns(name, self.layers, state.global_step, self.every):
                parameter.requires_grad = True


# %% wrong="freezes, but never thaws" loses=["unfreezing_flags", "unfreezing_moves"] says="keep requires_grad=False"
def learns(name, layers, step, every):
    return depth_of(name, layers) >= layers + 1 - step // every


class GradualUnfreezing(TrainerCallback):
    def __init__(self, layers, every):
        self.layers = layers
        self.every = every

    def on_step_begin(self, args, state, control, model=None, **kwargs):
        for name, parameter in model.named_parameters():
            if not learns(name, self.layers, state.global_step, self.every):
                parameter.requires_grad = False


# %% wrong="counts its own calls" loses=["unfreezing_flags"] says="not the calls of this callback"
def learns(name, layers, step, every):
    return depth_of(name, layers) >= layers + 1 - step // every


class GradualUnfreezing(TrainerCallback):
    def __init__(self, layers, every):
        self.layers = layers
        self.every = every
        self.done = 0

    def on_step_begin(self, args, state, control, model=None, **kwargs):
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(learns(name, self.layers, self.done, self.every))
        self.done += 1


# %% wrong="acts only at the moment when a layer joins" loses=["unfreezing_flags"] says="keep requires_grad=False"
def learns(name, layers, step, every):
    return depth_of(name, layers) >= layers + 1 - step // every


class GradualUnfreezing(TrainerCallback):
    def __init__(self, layers, every):
        self.layers = layers
        self.every = every

    def on_step_begin(self, args, state, control, model=None, **kwargs):
        if state.global_step % self.every:
            return
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(learns(name, self.layers, state.global_step, self.every))


# %% wrong="the callback of the notebook's own model" loses=["unfreezing_flags", "unfreezing_moves"] says="own number of layers counts"
def learns(name, layers, step, every):
    return depth_of(name, layers) >= layers + 1 - step // every


class GradualUnfreezing(TrainerCallback):
    def __init__(self, layers, every):
        self.layers = layers
        self.every = every

    def on_step_begin(self, args, state, control, model=None, **kwargs):
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(learns(name, LAYERS, state.global_step, self.every))


# %% wrong="one number of steps for all callbacks" loses=["unfreezing_flags"] says="whatever earlier calls set"
def learns(name, layers, step, every):
    return depth_of(name, layers) >= layers + 1 - step // every


class GradualUnfreezing(TrainerCallback):
    def __init__(self, layers, every):
        self.layers = layers
        GradualUnfreezing.every = every

    def on_step_begin(self, args, state, control, model=None, **kwargs):
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(learns(name, self.layers, state.global_step, GradualUnfreezing.every))


# %% wrong="a layer that has joined is never frozen again, for all callbacks" loses=["unfreezing_flags", "unfreezing_moves"] says="whatever earlier calls set"
def learns(name, layers, step, every):
    return depth_of(name, layers) >= layers + 1 - step // every


class GradualUnfreezing(TrainerCallback):
    joined = set()  # noqa: RUF012  shared on purpose

    def __init__(self, layers, every):
        self.layers = layers
        self.every = every

    def on_step_begin(self, args, state, control, model=None, **kwargs):
        for name, parameter in model.named_parameters():
            if learns(name, self.layers, state.global_step, self.every):
                self.joined.add(name)
            parameter.requires_grad_(name in self.joined)


# %% wrong="by parts of the toy, which a Trainer's model has elsewhere" loses=["unfreezing_moves"] says="where the model is wrapped"
def learns(name, layers, step, every):
    return depth_of(name, layers) >= layers + 1 - step // every


class GradualUnfreezing(TrainerCallback):
    def __init__(self, layers, every):
        self.layers = layers
        self.every = every

    def on_step_begin(self, args, state, control, model=None, **kwargs):
        model.requires_grad_(True)
        joined = state.global_step // self.every
        for layer in model.body.layers[: max(0, self.layers - joined)]:
            layer.requires_grad_(False)
        model.body.embeddings.requires_grad_(joined > self.layers)


# %% wrong="at the end of a step instead of its beginning" loses=["unfreezing_flags", "unfreezing_moves"] says="keep requires_grad=False"
def learns(name, layers, step, every):
    return depth_of(name, layers) >= layers + 1 - step // every


class GradualUnfreezing(TrainerCallback):
    def __init__(self, layers, every):
        self.layers = layers
        self.every = every

    def on_step_end(self, args, state, control, model=None, **kwargs):
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(learns(name, self.layers, state.global_step, self.every))


# %% right="steps counted in full periods, as a fraction"
def learns(name, layers, step, every):
    joined = step / every
    return layers + 1 - depth_of(name, layers) <= joined


class GradualUnfreezing(TrainerCallback):
    def __init__(self, layers, every):
        self.layers = layers
        self.every = every

    def on_step_begin(self, args, state, control, model=None, **kwargs):
        for name, parameter in model.named_parameters():
            parameter.requires_grad = bool(learns(name, self.layers, state.global_step, self.every))


# %% right="everything frozen first, then thawed"
def learns(name, layers, step, every):
    lowest = max(0, layers + 1 - step // every)
    return depth_of(name, layers) in range(lowest, layers + 2)


class GradualUnfreezing(TrainerCallback):
    def __init__(self, layers, every):
        self.layers = layers
        self.every = every

    def on_step_begin(self, args, state, control, model=None, **kwargs):
        model.requires_grad_(False)
        wanted = {
            name for name, _ in model.named_parameters() if learns(name, self.layers, state.global_step, self.every)
        }
        for name in wanted:
            model.get_parameter(name).requires_grad_(True)
        return control


# %% right="the name read again"
def learns(name, layers, step, every):
    joined = step // every
    if "embeddings" in name:
        return np.bool_(joined >= layers + 1)
    number = re.search(r"layers\.(\d+)\.", name)
    if number is None:
        return True
    return np.bool_(int(number.group(1)) + joined >= layers)


class GradualUnfreezing(TrainerCallback):
    def __init__(self, layers, every):
        self.layers = layers
        self.every = every

    def on_step_begin(self, args, state, control, model=None, **kwargs):
        for name, parameter in model.named_parameters():
            parameter.requires_grad = bool(learns(name, self.layers, state.global_step, self.every))


# %% wrong="nothing is set where the stage is the one of the last call" loses=["unfreezing_flags"] says="whatever earlier calls set"
def learns(name, layers, step, every):
    return depth_of(name, layers) >= layers + 1 - step // every


class GradualUnfreezing(TrainerCallback):
    def __init__(self, layers, every):
        self.layers = layers
        self.every = every
        self.stage = None

    def on_step_begin(self, args, state, control, model=None, **kwargs):
        stage = state.global_step // self.every
        if stage == self.stage:
            return
        self.stage = stage
        for name, parameter in model.named_parameters():
            parameter.requires_grad = learns(name, self.layers, state.global_step, self.every)


# %% wrong="the model is put into evaluation mode" loses=["unfreezing_flags"] says="out of training mode"
def learns(name, layers, step, every):
    return depth_of(name, layers) >= layers + 1 - step // every


class GradualUnfreezing(TrainerCallback):
    def __init__(self, layers, every):
        self.layers = layers
        self.every = every

    def on_step_begin(self, args, state, control, model=None, **kwargs):
        model.eval()
        for name, parameter in model.named_parameters():
            parameter.requires_grad = learns(name, self.layers, state.global_step, self.every)
