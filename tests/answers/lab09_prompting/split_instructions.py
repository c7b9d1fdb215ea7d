# %% right="md5, a hundred buckets"
def split_instructions(rows, validation=0.1, test=0.1):
    found = []
    for row in rows:
        bucket = int(hashlib.md5(row["text_id"].encode()).hexdigest(), 16) % 10_000 / 10_000
        if bucket < validation:
            found.append("validation")
        elif bucket < validation + test:
            found.append("test")
        else:
            found.append("train")
    return found


# %% right="a generator seeded by the id"
def split_instructions(rows, validation=0.1, test=0.1):
    def one(text_id):
        draw = np.random.default_rng(list(text_id.encode())).random()
        return "train" if draw >= validation + test else "validation" if draw < validation else "test"

    return [one(row["text_id"]) for row in rows]


# %% right="crc32"
import zlib


def split_instructions(rows, validation=0.1, test=0.1):
    shares = [zlib.crc32(hashlib.sha1(row["text_id"].encode()).digest()) / 2**32 for row in rows]
    return ["test" if s < test else "train" if s >= test + validation else "validation" for s in shares]


# %% wrong="row by row" loses=["split_texts", "split_stable"] says="more than one split"
def split_instructions(rows, validation=0.1, test=0.1):
    rng = np.random.default_rng(0)
    draws = rng.random(len(rows))
    return ["test" if d < test else "validation" if d < test + validation else "train" for d in draws]


# %% wrong="a hash of the prompt" loses=["split_texts", "split_stable"] says="more than one split"
def split_instructions(rows, validation=0.1, test=0.1):
    shares = [int(hashlib.sha256(row["prompt"].encode()).hexdigest(), 16) / 2**256 for row in rows]
    return ["test" if s < test else "validation" if s < test + validation else "train" for s in shares]


# %% wrong="texts shuffled with a seed" loses=["split_stable"] says="its id alone"
def split_instructions(rows, validation=0.1, test=0.1):
    ids = sorted({row["text_id"] for row in rows})
    order = np.random.default_rng(0).permutation(len(ids))
    place = {ids[n]: k / len(ids) for k, n in enumerate(order)}
    return [
        "test" if place[r["text_id"]] < test else "validation" if place[r["text_id"]] < test + validation else "train"
        for r in rows
    ]


# %% wrong="Python's own hash" loses=["split_stable"] says="another number in each process"
def split_instructions(rows, validation=0.1, test=0.1):
    shares = [hash(row["text_id"]) % 1000 / 1000 for row in rows]
    return ["test" if s < test else "validation" if s < test + validation else "train" for s in shares]


# %% wrong="shares fixed" loses=["split_shares"] says="as arguments"
def split_instructions(rows, validation=0.1, test=0.1):
    shares = [int(hashlib.sha256(row["text_id"].encode()).hexdigest(), 16) / 2**256 for row in rows]
    return ["test" if s < 0.1 else "validation" if s < 0.2 else "train" for s in shares]


# %% wrong="validation and test swapped" loses=["split_shares"] says="swapped"
def split_instructions(rows, validation=0.1, test=0.1):
    shares = [int(hashlib.sha256(row["text_id"].encode()).hexdigest(), 16) / 2**256 for row in rows]
    return ["test" if s < validation else "validation" if s < test + validation else "train" for s in shares]


# %% wrong="no text for validation" loses=["split_texts", "split_shares"] says="all three splits"
def split_instructions(rows, validation=0.1, test=0.1):
    shares = [int(hashlib.sha256(row["text_id"].encode()).hexdigest(), 16) / 2**256 for row in rows]
    return ["test" if s < test + validation else "train" for s in shares]


# %% wrong="the first tenths in the order of ids" loses=["split_stable"] says="its id alone"
def split_instructions(rows, validation=0.1, test=0.1):
    ids = sorted({row["text_id"] for row in rows})
    place = {name: n / len(ids) for n, name in enumerate(ids)}
    return [
        "test" if place[r["text_id"]] < test else "validation" if place[r["text_id"]] < test + validation else "train"
        for r in rows
    ]


# %% wrong="rows sorted in place" loses=["split_texts", "split_stable", "split_shares"] says="rows have been changed"
def split_instructions(rows, validation=0.1, test=0.1):
    rows.sort(key=lambda row: row["text_id"])
    shares = [int(hashlib.sha256(row["text_id"].encode()).hexdigest(), 16) / 2**256 for row in rows]
    return ["test" if s < test else "validation" if s < test + validation else "train" for s in shares]
