# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# At the same number of steps the specialist is better at its one task, and the generalist has learned a second one
# besides; in the recorded rows both gaps are several times the spread over seeds. On definitions nobody gains: a few
# hundred of them are soon known by heart, and the held-out loss rises. It rises most in the specialist, which has never
# been shown any and has *lost* something. (Lab 8 is about that.) No row beats a linear model on word counts that reads
# the same pool, which the table in Part 3 has: these 1.3 million parameters are a small model indeed.
#
# ## Before and after, on a question
#
# The course's slides put one question to a base model and to its instruction-tuned successor. The base model's answer
# is a list of further questions: it continues a text in which such a line might occur. On a GPU, with the hub within
# reach, the pair here is {{ s.gpu.base }} and {{ s.gpu.instruct }}. The package registries hold no base half of
# SmolLM2, so in profiles tiny and laptop the pair is the course's own small decoder before and after the four tasks
# above. It knows nothing about fine-tuning, before or after; look at the *form*: who continues, who answers, who stops.


# %%
@torch.no_grad()
def continued(model, tokenizer, prompt: str, new_tokens: int = settings.answer_tokens) -> str:
    """What the model writes greedily after a prompt until it ends its turn."""
    ids = tokenizer(prompt, return_tensors="pt").to(device)
    written = model.generate(
        **ids,
        max_new_tokens=new_tokens,
        do_sample=False,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )[0, ids["input_ids"].shape[1] :]
    text = tokenizer.decode(written, skip_special_tokens=True).strip()
    stopped = int(written[-1]) == tokenizer.eos_token_id
    return f"{text!r}\n    ({len(written)} tokens, {'ended by itself' if stopped else 'cut off'})"


# %%
def show_pair():
    question = settings.question
    if settings.base:
        for name in (settings.base, settings.instruct):
            chat = [{"role": "user", "content": question}]
            talk = load_tokenizer(name).apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
            prompt = question if name == settings.base else talk
            print(f"{name}: {continued(prompted_model(name), load_tokenizer(name), prompt)}")
        return
    asked = {"as a question": question, "as a task it was tuned on": "Define model (noun).\nDefinition:"}
    pair = {"before": prompted_model(settings.small), "after": tuned("four tasks", settings.live_seeds[0])}
    for how, prompt in asked.items():
        for when, model in pair.items():
            print(f"{how}, {when}: {continued(model, small_tokenizer, prompt)}")


show_pair()
