# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# Read them before you believe the number. The classifier asks whether words and rhythm are his. Whether a definition
# means anything, or stings, is yours to say; from a model of a million parameters expect a higher number and nonsense,
# from one a hundred times larger the manner and rarely the matter.
#
# ## Packed or padded
#
# Definitions differ in length, and a padded batch computes its corners. Packing lays several chats in one row, and
# the positions tell attention where each begins. First counted, then, in profiles laptop, t4 and gpu, timed:
# tokens a second, real tokens only.


# %%
def show_shares():
    rows = rows_of(jobs["voice"]["train"])
    lengths = np.array([len(row["input_ids"]) for row in rows])
    batches = np.array_split(lengths, range(settings.batch, len(lengths), settings.batch))
    padded = sum(len(batch) * batch.max() for batch in batches)
    ids = Dataset.from_dict({"input_ids": [row["input_ids"] for row in rows]})
    packed = settings.pack_length * len(pack_dataset(ids, settings.pack_length))
    print(f"share of real tokens: {lengths.sum() / padded:.2f} in batches of {settings.batch} as they come, ", end="")
    print(f"{lengths.sum() / packed:.2f} packed into rows of {settings.pack_length}")


show_shares()


# %%
def tokens_per_second(packing: bool) -> float:
    options = {}
    if packing:
        options = {
            "packing": True,
            "max_length": settings.pack_length,
            "per_device_train_batch_size": settings.pack_batch,
        }
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        numbers = (settings.voice_rate, settings.timed_steps, settings.seeds[0], folder)
        lora = qlora_configs(compute)[1]
        chats = jobs["voice"]["train"]
        trainer, clock = quiet_trainer(load("QLoRA"), lora, chats, *numbers, **options)
        trainer.train()
    tokens = max(entry.get("num_tokens", 0) for entry in trainer.state.log_history)
    return tokens / sum(clock.seconds)


def show_packing():
    padded = tokens_per_second(False)
    packed = tokens_per_second(True)
    print(f"padded {padded:,.0f}, packed {packed:,.0f} real tokens a second ({settings.timed_steps} steps each)")


# %%
if settings.timed_packing:
    show_packing()
else:
    print(f"not timed in profile {settings.profile}")
