# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# Read the left panel before you set n: on a bottleneck of {{ s.tiny.bottleneck }}, as in profiles tiny and laptop, a
# larger n pays up to 4; from 4 to 8 the rules grow by more numbers than the blocks save. (The paper, with its large
# models, shares the rules over all layers for that reason.) Middle and right: one product repeats one block, and only
# the sum has enough freedom to be a weight.
#
# # Part 5 · Additive: new parameters in front
#
# ## Exercise 9 · A soft prompt, and what it says
#
# *Why.* A prompt is a row of vectors in front of the text. Nothing says that these must be vectors of words: let the
# gradient choose them. Nothing else in the model moves, and one batch may hold texts of many tasks, each with its own
# prompt. (This is not prompt engineering: nobody writes the words, because there are none.)
#
# *Effort.* Medium, 25 minutes, 9 points.
#
# Write `SoftPrompt(start)`: `self.vectors`, a parameter that starts as a **copy** of `start`, (length, width); `forward`
# takes a batch's embeddings, (rows, tokens, width), and mask, (rows, tokens), and returns both with the prompt in
# front. And `nearest_tokens(vectors, table, k)`: for each vector the ids of the k rows of the embedding table with the
# highest **cosine** similarity, best first, (length, k).
#
# <details><summary>Hint 1: the mask grows too</summary>
# Real tokens have 1, padding 0. The prompt is real in every row.
# </details>
# <details><summary>Hint 2: cosine</summary>
# Divide both sides by their norms, multiply, take <code>topk</code>.
# </details>


# %%
def toy_decoder(seed: int = 0) -> Qwen2ForCausalLM:
    """A Qwen2 language model of width 16 with random weights."""
    torch.manual_seed(seed)
    return shaken(Qwen2ForCausalLM(Qwen2Config(**TOY, num_hidden_layers=3, num_key_value_heads=2)), seed)


@torch.no_grad()
def peft_logits(model, kind, numbers: torch.Tensor, length: int, batch: dict) -> torch.Tensor:
    """Logits of the batch by peft's PromptTuningConfig or PrefixTuningConfig with these numbers in it."""
    wrapped = get_peft_model(copy.deepcopy(model), kind(task_type="CAUSAL_LM", num_virtual_tokens=length))
    weight = wrapped.prompt_encoder["default"].embedding.weight
    weight.copy_(numbers.reshape(weight.shape))
    return wrapped.eval()(**batch).logits[:, -batch["input_ids"].shape[1] :]


# %% answer="soft_prompt"
class SoftPrompt(nn.Module):
    """Trainable vectors in front of every text. Source: Lester and others 2021."""

    def __init__(self, start: torch.Tensor):
        super().__init__()
        ### BEGIN SOLUTION
        self.vectors = nn.Parameter(start.detach().clone())
        ### END SOLUTION

    def forward(self, embeddings: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(rows, length + tokens, width) and (rows, length + tokens)."""
        ### BEGIN SOLUTION
        rows = len(embeddings)
        length = len(self.vectors)
        vectors = self.vectors.expand(rows, -1, -1)
        return torch.cat([vectors, embeddings], dim=1), torch.cat([mask.new_ones(rows, length), mask], dim=1)
        ### END SOLUTION


def nearest_tokens(vectors: torch.Tensor, table: torch.Tensor, k: int) -> torch.Tensor:
    """Ids (length, k) of the rows of the table (vocabulary, width) with the highest cosine, best first."""
    ### BEGIN SOLUTION
    cosine = nn.functional.normalize(vectors, dim=-1) @ nn.functional.normalize(table, dim=-1).T
    return cosine.topk(k, dim=-1).indices
    ### END SOLUTION


# %% check="soft_front" points=3
model = toy_decoder()
batch = toy_batch()
for rng in (np.random.default_rng(7), checks.fresh()):
    start = normal(rng, 4, 16)
    embeddings = model.model.embed_tokens(batch["input_ids"])
    prompt = SoftPrompt(start)
    checks.that(hasattr(prompt, "vectors"), "The prompt's numbers should be the attribute vectors.")
    checks.close(prompt.vectors, start, "the vectors", hint="The prompt starts as the vectors given, all of them.")
    found, mask = prompt(embeddings, batch["attention_mask"])
    checks.shape(found, (3, 4 + 7, 16), "the embeddings with the prompt", "Prompt and text, one after the other.")
    hint = "Every row starts with the prompt, and its text follows unchanged: the prompt stands in front."
    checks.close(found, torch.cat([torch.stack([start] * 3), embeddings], 1), "the embeddings", hint=hint)
    with torch.no_grad():
        longer = torch.cat([torch.ones(3, 4), batch["attention_mask"]], 1)
        logits = model(inputs_embeds=found, attention_mask=longer).logits[:, 4:]
    theirs = peft_logits(model, PromptTuningConfig, start, 4, batch)
    checks.close(
        logits, theirs, "the logits", hint="With the same vectors peft's prompt tuning says the same.", atol=1e-5
    )

# %% check="soft_mask" points=2
for length in (1, 5):
    old = torch.tensor([[1, 1, 1, 0], [1, 0, 0, 0]])
    _, mask = SoftPrompt(torch.randn(length, 6))(torch.randn(2, 4, 6), old.clone())
    checks.shape(mask, (2, length + 4), "the mask", "The mask should grow with the text: one number for each place.")
    hint = "The prompt is real in every row (1), and the text's own mask follows unchanged."
    checks.close(mask, torch.cat([torch.ones(2, length), old], 1), "the mask", hint=hint)

# %% check="soft_start" points=1 tags=["inside"]
table = nn.Embedding(20, 6)
before = table.weight.detach().clone()
prompt = SoftPrompt(table.weight[3:7])
checks.close(prompt.vectors, before[3:7], "the vectors", hint="The prompt starts as the vectors given.")
checks.count(trainable(prompt), 24, "numbers that learn", "The vectors are one parameter, for all rows of a batch.")
longer, _ = prompt(torch.randn(2, 3, 6), torch.ones(2, 3, dtype=torch.long))
hint = "No gradient reaches the prompt: what stands in front of the text should be the parameter itself, in the graph."
checks.that(longer.requires_grad, hint)
longer.square().sum().backward()
checks.that(prompt.vectors.grad is not None and prompt.vectors.grad.all(), hint)
prompt.vectors.data += 1.0
hint = "Changing the prompt has changed the embedding table: start from a copy (detach, clone) of its rows."
checks.that(torch.equal(table.weight, before), hint)

# %% check="soft_nearest" points=3
table = torch.tensor([[1.0, 0.0], [9.0, 9.0], [0.0, 1.0], [-1.0, 0.0], [0.5, 0.1]])
found = nearest_tokens(torch.tensor([[3.0, 0.1], [0.0, 0.2]]), table, 2)
checks.shape(found, (2, 2), "the nearest tokens", "One row for each vector, k ids in it.")
hint = "Nearest by cosine, best first: neither long vectors nor the distance count, only the direction."
checks.close(found, [[0, 4], [2, 1]], "the ids", hint=hint)
### BEGIN HIDDEN TESTS
rng = checks.fresh()
table = normal(rng, 40, 5) * torch.as_tensor(rng.uniform(0.1, 5, size=(40, 1)), dtype=torch.float32)
vectors = 3 * normal(rng, 6, 5)
cosine = nn.functional.cosine_similarity(vectors[:, None], table[None], dim=-1)
checks.close(nearest_tokens(vectors, table, 4), cosine.argsort(1, descending=True)[:, :4], "the ids", hint=hint)
### END HIDDEN TESTS
