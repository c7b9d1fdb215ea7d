# %% right="two matrices, one after the other"
def lora_numbers(out_features, in_features, r):
    a, b = r * in_features, out_features * r
    return a + b, (a + b) / out_features / in_features


def storage_bytes(base, added, tasks, bytes_each=4):
    return {"one base": base * bytes_each + tasks * added * bytes_each, "full copies": tasks * (base * bytes_each)}


# %% right="counted in tensors that hold nothing"
def lora_numbers(out_features, in_features, r):
    A, B = torch.empty(r, in_features, device="meta"), torch.empty(out_features, r, device="meta")
    count = A.numel() + B.numel()
    return count, count / torch.empty(out_features, in_features, device="meta").numel()


def storage_bytes(base, added, tasks, bytes_each=4):
    return {
        "full copies": sum(base * bytes_each for _ in range(1)) * tasks,
        "one base": (base + tasks * added) * bytes_each,
    }


# %% right="NumPy"
def lora_numbers(out_features, in_features, r):
    sides = np.array([out_features, in_features], dtype=np.int64)
    return int(r * sides.sum()), float(r * sides.sum() / sides.prod())


def storage_bytes(base, added, tasks, bytes_each=4):
    return dict(
        zip(("full copies", "one base"), (bytes_each * tasks * base, bytes_each * (tasks * added + base)), strict=True)
    )


# %% wrong="one of the two matrices only" loses=["count_lora", "count_share"] says="two matrices"
def lora_numbers(out_features, in_features, r):
    return r * in_features, r * in_features / (out_features * in_features)


def storage_bytes(base, added, tasks, bytes_each=4):
    return {"full copies": bytes_each * base * tasks, "one base": bytes_each * (base + added * tasks)}


# %% wrong="as if the matrix were square" loses=["count_lora", "count_share"] says="sum of both sides"
def lora_numbers(out_features, in_features, r):
    return 2 * r * out_features, 2 * r / in_features


def storage_bytes(base, added, tasks, bytes_each=4):
    return {"full copies": bytes_each * base * tasks, "one base": bytes_each * (base + added * tasks)}


# %% wrong="percent instead of a share" loses=["count_share"] says="neither percent"
def lora_numbers(out_features, in_features, r):
    count = r * (out_features + in_features)
    return count, 100 * count / (out_features * in_features)


def storage_bytes(base, added, tasks, bytes_each=4):
    return {"full copies": bytes_each * base * tasks, "one base": bytes_each * (base + added * tasks)}


# %% wrong="what is saved instead of what is trained" loses=["count_share"] says="nor what is saved"
def lora_numbers(out_features, in_features, r):
    count = r * (out_features + in_features)
    return count, 1 - count / (out_features * in_features)


def storage_bytes(base, added, tasks, bytes_each=4):
    return {"full copies": bytes_each * base * tasks, "one base": bytes_each * (base + added * tasks)}


# %% wrong="the base is stored again with every task" loses=["count_storage"] says="stored once"
def lora_numbers(out_features, in_features, r):
    count = r * (out_features + in_features)
    return count, count / (out_features * in_features)


def storage_bytes(base, added, tasks, bytes_each=4):
    return {"full copies": bytes_each * base * tasks, "one base": bytes_each * (base + added) * tasks}


# %% wrong="the base is forgotten" loses=["count_storage"] says="stored once"
def lora_numbers(out_features, in_features, r):
    count = r * (out_features + in_features)
    return count, count / (out_features * in_features)


def storage_bytes(base, added, tasks, bytes_each=4):
    return {"full copies": bytes_each * base * tasks, "one base": bytes_each * added * tasks}


# %% wrong="numbers instead of bytes" loses=["count_storage"] says="at bytes_each"
def lora_numbers(out_features, in_features, r):
    count = r * (out_features + in_features)
    return count, count / (out_features * in_features)


def storage_bytes(base, added, tasks, bytes_each=4):
    return {"full copies": base * tasks, "one base": base + added * tasks}


# %% wrong="the frozen matrix counted along" loses=["count_lora"] says="two matrices"
def lora_numbers(out_features, in_features, r):
    count = r * (out_features + in_features)
    return count + out_features * in_features, count / (out_features * in_features)


def storage_bytes(base, added, tasks, bytes_each=4):
    return {"full copies": bytes_each * base * tasks, "one base": bytes_each * (base + added * tasks)}


# %% wrong="always float32, whatever the caller says of a number's size" loses=["count_storage"] says="bytes_each bytes"
def lora_numbers(out_features, in_features, r):
    added = r * in_features + out_features * r
    return added, added / (in_features * out_features)


def storage_bytes(base, added, tasks, bytes_each=4):
    return {"full copies": 4 * tasks * base, "one base": 4 * (base + tasks * added)}


# %% wrong="the size of a number counts for the copies and not for the one base" loses=["count_storage"] says="bytes_each bytes"
def lora_numbers(out_features, in_features, r):
    added = r * in_features + out_features * r
    return added, added / (in_features * out_features)


def storage_bytes(base, added, tasks, bytes_each=4):
    return {"full copies": bytes_each * tasks * base, "one base": 4 * (base + tasks * added)}
