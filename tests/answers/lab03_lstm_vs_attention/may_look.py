# %% right="in loops"
def may_look(ids, asked):
    rows, words = ids.shape
    mask = torch.zeros(rows, 1, asked.shape[1], words, dtype=torch.bool)
    for row in range(rows):
        for number, column in enumerate(asked[row].tolist()):
            for word in range(column + 1):
                mask[row, 0, number, word] = ids[row, word].item() != 0
    return mask


# %% right="rows of the full triangle, picked by number"
def may_look(ids, asked):
    triangle = torch.ones(ids.shape[1], ids.shape[1], dtype=torch.bool).tril()
    return torch.logical_and(triangle[asked], ids.ne(0).unsqueeze(1)).unsqueeze(1)


# %% right="as a product of zeros and ones"
def may_look(ids, asked):
    columns = torch.arange(ids.size(1)).view(1, 1, 1, -1)
    future = columns > asked.view(asked.size(0), 1, -1, 1)
    return ((ids > 0).long()[:, None, None] * (1 - future.long())).bool()


# %% wrong="a word may not look at itself" loses=["look_itself"] says="look at itself"
def may_look(ids, asked):
    before = torch.arange(ids.shape[1]) < asked[:, :, None]
    return ((ids != 0)[:, None, :] & before)[:, None]


# %% wrong="the triangle the wrong way round: only the future" loses=["look_future", "look_padding"] says="wrong way round"
def may_look(ids, asked):
    after = torch.arange(ids.shape[1]) >= asked[:, :, None]
    return ((ids != 0)[:, None, :] & after)[:, None]


# %% wrong="True means forbidden, as in nn.MultiheadAttention" loses=["look_future", "look_itself", "look_padding"] says="to its left only"
def may_look(ids, asked):
    after = torch.arange(ids.shape[1]) > asked[:, :, None]
    return ((ids == 0)[:, None, :] | after)[:, None]


# %% wrong="padding is not masked" loses=["look_padding"] says="padding"
def may_look(ids, asked):
    before = torch.arange(ids.shape[1]) <= asked[:, :, None]
    return before[:, None]


# %% wrong="nothing but padding is masked" loses=["look_future"] says="to its left only"
def may_look(ids, asked):
    return (ids != 0)[:, None, None, :].repeat(1, 1, asked.shape[1], 1)


# %% wrong="the padding of the first text is used for all" loses=["look_padding"] says="text by text"
def may_look(ids, asked):
    before = torch.arange(ids.shape[1]) <= asked[:, :, None]
    return ((ids[0] != 0) & before)[:, None]


# %% wrong="the number of the query counts, not its column" loses=["look_future", "look_padding"] says="its number among"
def may_look(ids, asked):
    before = torch.arange(ids.shape[1]) <= torch.arange(asked.shape[1])[None, :, None]
    return ((ids != 0)[:, None, :] & before)[:, None]


# %% wrong="no dimension for the heads" loses=["look_shape", "look_future", "look_itself", "look_padding"] says="one for all heads"
def may_look(ids, asked):
    before = torch.arange(ids.shape[1]) <= asked[:, :, None]
    return (ids != 0)[:, None, :] & before


# %% wrong="zeros and minus infinities to be added, not bools" loses=["look_shape", "look_future", "look_itself", "look_padding"] says="True and False"
def may_look(ids, asked):
    before = torch.arange(ids.shape[1]) <= asked[:, :, None]
    mask = ((ids != 0)[:, None, :] & before)[:, None]
    return torch.zeros(mask.shape).masked_fill(~mask, float("-inf"))


# %% wrong="only the padding beyond the first columns: everything up to the longest text's start" loses=["look_padding"] says="padding"
def may_look(ids, asked):
    before = torch.arange(ids.shape[1]) <= asked[:, :, None]
    return ((ids != 0).any(dim=0) & before)[:, None]


# %% wrong="the first text's queries for all texts" loses=["look_future"] says="each text has its own"
def may_look(ids, asked):
    columns = torch.arange(ids.shape[1])
    left = (columns <= asked[:1, :, None]).expand(len(ids), -1, -1)
    return (left & (ids != 0)[:, None])[:, None]


# %% wrong="itself by number, not by column" loses=["look_itself"] says="the column that asks"
def may_look(ids, asked):
    columns = torch.arange(ids.shape[1])
    number = torch.arange(asked.shape[1])[:, None]
    left = (columns < asked[:, :, None]) | (columns == number) & (columns <= asked[:, :, None])
    return (left & (ids != 0)[:, None])[:, None]


# %% wrong="ids become zeros and ones in place" loses=["look_shape"] says="in place"
def may_look(ids, asked):
    columns = torch.arange(ids.shape[1])
    ids.clamp_(max=1)
    left = columns <= asked[:, :, None]
    return (left & (ids != 0)[:, None])[:, None]
