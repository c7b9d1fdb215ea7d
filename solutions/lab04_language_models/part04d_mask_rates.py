# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# A perplexity belongs to a tokenizer: fewer, longer tokens are harder to guess one by one. Between models only the
# last column is comparable, since bytes are everybody's. Between texts, low means *easy for this model*, and no more.
#
# A riddle for profile tiny. More than half of what its decoder read were film reviews; the rest was American prose of
# 1961, one novel, and a dictionary's examples. It read no speeches, no editorials of a later time and no tweets
# (`data/cards/course_decoder_tiny.md`). Which line should be the lowest, if reading were all? Is it?
#
# <details><summary>Two reasons beside reading</summary>
# Film reviews and speeches lie close together, and with so few texts their order may be chance; but if reading were
# all, the speeches should be as hard as the tweets. How regular a text is: a speech written for the record is put
# together from long words and set phrases, so that half a word or phrase gives away the rest; a critic avoids the
# expected word, and a tweet has names, links and a spelling of its own. And how long it is: the first tokens of a
# text have the least before them, which is why all texts here are cut to one length. (What the decoders of the other
# profiles have read nobody can list: no riddle there.)
# </details>
#
# ### How much may be hidden?
#
# {{ (100 * s.tiny.mask_rate) | int }}% is a choice. With your masks and your loss: what the encoder loses when more
# of the context is gone. (This is one model, trained at 30%, read at other rates; training at another rate is another
# experiment.)


# %%
def rate_losses(seed: int) -> list[float]:
    """Mean loss in nats on chosen tokens of speeches, for each of `settings.mask_rates`.

    A low rate masks the same passages several times, so that every mean rests on about as many tokens.
    """
    ids = passages(seed, settings.mask_rows, settings.width, encoder_tokenizer)
    special = torch.zeros_like(ids, dtype=torch.bool)
    mask_id = encoder_tokenizer.mask_token_id
    size = encoder.config.vocab_size
    means = []
    for rate in settings.mask_rates:
        generator = torch.Generator().manual_seed(seed)
        total = 0.0
        count = 0
        for _ in range(round(max(settings.mask_rates) / rate)):
            inputs, labels = mask_tokens(ids, special, mask_id, size, rate, generator)
            total += token_losses(logits_of(encoder, inputs, torch.ones_like(inputs)), labels).sum().item()
            count += (labels != -100).sum().item()
        means.append(total / count)
    return means


# %%
def figure_rates() -> None:
    losses = np.array([rate_losses(seed) for seed in tqdm(settings.seeds, desc="masking rates")])  # (seeds, rates)
    figure, panel = plots.axes(width=6.5)
    percent = 100 * np.array(settings.mask_rates)
    panel.errorbar(percent, losses.mean(0), yerr=losses.std(0, ddof=1), marker="o", capsize=4, label="encoder, ± sd")
    panel.axhline(np.log(encoder.config.vocab_size), color="grey", linestyle="--", label="blind guess")
    panel.set(xlabel="tokens chosen (%)", ylabel="loss on chosen tokens (nats)", ylim=(0, None))
    panel.legend()
    plots.show(figure, alt="Loss on masked tokens against the masking rate: it rises as more of the context is hidden.")
    for rate, column in zip(settings.mask_rates, losses.T, strict=True):
        print(f"{rate:.0%} chosen: {mean_sd(column)} nats")


figure_rates()
