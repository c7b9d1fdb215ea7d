# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# ### Now the models
#
# Two of them. The **decoder** reads from left to right and was trained to guess the next token. The **encoder** sees
# both sides of a blank and was trained to fill it. Both in float32, in every profile, so that results can be compared
# digit by digit.


# %%
def load(kind, name: str):
    """A pretrained model in float32, for reading only, on the GPU if there is one."""
    model = kind.from_pretrained(model_path(name), dtype=torch.float32)
    return model.eval().requires_grad_(False).to("cuda" if torch.cuda.is_available() else "cpu")


with tqdm(total=2, desc="loading") as bar:
    decoder = load(AutoModelForCausalLM, settings.decoder)
    decoder_tokenizer = load_tokenizer(settings.decoder)
    bar.update()
    encoder = load(AutoModelForMaskedLM, settings.encoder)
    encoder_tokenizer = load_tokenizer(settings.encoder)
    bar.update()
for name, model in {settings.decoder: decoder, settings.encoder: encoder}.items():
    print(f"{name}: {model.num_parameters():,} parameters, {model.config.vocab_size:,} tokens known")


# %%
@torch.no_grad()
def next_logits(ids) -> torch.Tensor:
    """The decoder's scores for the token after `ids`, a list of token ids; (vocabulary,), float32."""
    ids = torch.as_tensor(ids, device=decoder.device).reshape(1, -1)
    return decoder(ids, use_cache=False, logits_to_keep=1).logits[0, -1].cpu()


@torch.no_grad()
def blank_logits(lefts: list[str], rights: list[str]) -> torch.Tensor:
    """The encoder's scores for a blank between each left and right text; (texts, vocabulary), float32."""
    mask = encoder_tokenizer.mask_token
    texts = [f"{left} {mask} {right}".strip() for left, right in zip(lefts, rights, strict=True)]
    batch = encoder_tokenizer(texts, return_tensors="pt", padding=True, padding_side="right").to(encoder.device)
    blank = batch["input_ids"] == encoder_tokenizer.mask_token_id
    # A hidden left side consists of masks as well: the blank is the one after those.
    number = torch.tensor([[left.count(mask) + 1] for left in lefts], device=encoder.device)
    return encoder(**batch).logits[blank & (blank.cumsum(1) == number)].cpu()


# %%
def top_words(logits: torch.Tensor, tokenizer, k: int = 3) -> str:
    """The k likeliest tokens, in words."""
    return ", ".join(tokenizer.decode([token]).strip() or "(space)" for token in logits.topk(k).indices.tolist())


def you_and_the_models() -> pd.DataFrame:
    guesses = first_guesses()
    rows = []
    for place, text in enumerate(SENTENCES + BEGINNINGS):
        left, _, right = (part.strip() for part in text.partition("[BLANK]"))
        is_blank = place < len(SENTENCES)
        yours_left = (guesses["left"] + guesses["next"])[place]
        from_left = top_words(next_logits(decoder_tokenizer(left)["input_ids"]), decoder_tokenizer)
        yours_both = guesses["both"][place] if is_blank else ""
        from_both = top_words(blank_logits([left], [right])[0], encoder_tokenizer) if is_blank else ""
        rows.append([text, yours_left, from_left, yours_both, from_both])
    return pd.DataFrame(rows, columns=["text", "you, left side", "decoder", "you, both sides", "encoder"])


you_and_the_models()

# %% [markdown]
# (A token need not be a word: a piece such as “re” is the beginning of a longer one.) Read the models' columns once
# more: what gives away what these two have read? For `course-encoder` and `course-decoder-tiny` the answer stands in
# `data/cards/pretraining_text.md`: film reviews above all; of larger models nobody can list it.
#
# A table of nine texts proves nothing; {{ s.tiny.blanks }} blanks for each of {{ s.tiny.seeds | length }} seeds
# (profile tiny) say more. We take real sentences (film, news, tweets, products: `data/cards/sentiment.md`; the
# two models just named have not read them), hide one word from the middle, and count how often the hidden word is among
# a model's five likeliest tokens. Only words that are a single token to both models take part. The encoder plays three
# times: it sees the left side alone, the right side alone, or both. Where it may see one side only, every word of the
# other side is replaced by a `[MASK]`.


# %%
def token_of(word: str, tokenizer) -> int | None:
    """The id of a word in mid-sentence, or None where it takes several tokens."""
    ids = tokenizer(" " + word, add_special_tokens=False)["input_ids"]
    return ids[0] if len(ids) == 1 else None


# %%
def draw_blanks(seed: int) -> list[tuple[str, str, str]]:
    """(left, word, right) of `settings.blanks` sentences, with at least four words on either side."""
    rng = np.random.default_rng(seed)
    blanks = []
    texts = sentences["train"]["text"]
    for row in rng.permutation(len(texts)):
        words = texts[int(row)].split()
        places = [i for i in range(4, min(len(words), 30) - 4) if re.fullmatch(r"[a-z]{3,}", words[i])]
        place = int(rng.choice(places)) if places else 0
        if place and all(token_of(words[place], t) is not None for t in (decoder_tokenizer, encoder_tokenizer)):
            blanks.append((" ".join(words[:place]), words[place], " ".join(words[place + 1 : 30])))
        if len(blanks) == settings.blanks:
            break
    return blanks


sentences = load_sentiment()


# %%
def hits(logits: torch.Tensor, words: list[str], tokenizer) -> float:
    """Percentage of rows whose hidden word is among the five highest scores."""
    wanted = torch.tensor([token_of(word, tokenizer) for word in words])
    return 100 * (logits.topk(5).indices == wanted[:, None]).any(-1).double().mean().item()


def blank_game(seed: int, bar: tqdm) -> dict[str, float]:
    """Percentage of hidden words found by each player; the bar moves on with each."""
    lefts, words, rights = (list(column) for column in zip(*draw_blanks(seed), strict=True))
    masks = [
        [" ".join([encoder_tokenizer.mask_token] * len(text.split())) for text in side] for side in (lefts, rights)
    ]
    texts = decoder_tokenizer(lefts)["input_ids"]
    found = {"decoder,\nleft side": hits(torch.stack([next_logits(ids) for ids in texts]), words, decoder_tokenizer)}
    bar.update()
    sides = {"left side": (lefts, masks[1]), "right side": (masks[0], rights), "both sides": (lefts, rights)}
    for name, (left, right) in sides.items():
        found[f"encoder,\n{name}"] = hits(blank_logits(left, right), words, encoder_tokenizer)
        bar.update()
    return found


# %%
def figure_blanks() -> None:
    with tqdm(total=4 * len(settings.seeds), desc="blanks") as bar:
        games = pd.DataFrame([blank_game(seed, bar) for seed in settings.seeds])
    figure, panel = plots.axes(width=6.5)
    panel.bar(games.columns, games.mean(), yerr=games.std(), capsize=5, color=plots.COLOURS[: len(games.columns)])
    panel.set(xlabel="who guesses from what", ylabel="hidden word among the first five (%)")
    alt = "Bars: share of hidden words found among five guesses by the decoder from the left, and by the encoder from the "
    plots.show(figure, alt=alt + "left, the right and both sides. Both sides find the most.")
    for name in games:
        mean = games[name].mean()
        sd = games[name].std()
        print(f"{name.replace(chr(10), ' ')}: {mean:.1f} ± {sd:.1f} %, mean ± sd over seeds")


figure_blanks()

# %% [markdown]
# Compare the encoder's three bars with each other: one model, one text, and only the evidence differs. (Decoder and
# encoder differ in size, text and vocabulary as well, so their distance says little about the two objectives.) The
# price of seeing both sides comes later: a model that needs the right side cannot write, because there is none yet.
#
# And your estimate of general knowledge? Here is one crude measurement: which part of the running words of one
# register also occurs in *each* of the other three? (A register: film reviews, editorials, tweets, product reviews.)


# %%
def shared_words() -> None:
    words = {name: Counter() for name in sorted(set(sentences["train"]["domain"]))}
    for text, domain in zip(sentences["train"]["text"], sentences["train"]["domain"], strict=True):
        words[domain].update(re.findall(r"[a-z']+", text.lower()))
    for name, counts in words.items():
        others = [set(counter) for other, counter in words.items() if other != name]
        common = set.intersection(*others)
        share = sum(count for word, count in counts.items() if word in common) / counts.total()
        print(f"{name:9}{share:.0%} of its running words also occur in all three others")
    print(f"Your estimate: {sort_knowledge()[1]:.0f}% of the knowledge needed for film reviews is general.")


shared_words()
