# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# Read it by colours. *Weights* are what four bits shrink, and only the matrices: the embedding stays as it was, and in
# a small model it is most of what is left. *Gradients* and *Adam*'s averages are what LoRA takes away: its own are too
# thin to be seen at this scale, and that is the point. *Activations* are the larger part in a small model with a batch
# of many tokens. Full tuning holds more of them (in profile tiny 73 MB, the other two 63.5), because a matrix that
# learns needs its inputs on the way back, and one that is only read does not. *Seconds* are the processor's, the median
# of {{ s.tiny.timed_steps }} steps but the first (on a GPU the clock's, of {{ s.t4.timed_steps }}), so trust large differences only.
# Four bits have to be unpacked on the way forward and once more on the way back: set QLoRA's step beside LoRA's. The
# trade is time for room. (On a machine that is busy with other things, so few steps may hide it.)
#
# On a GPU the column "held, MB" is CUDA's own peak. How near the prediction comes there is yours to measure:
#
# | measured on | profile | predicted | peak | s / step |
# |---|---|---|---|---|
# | T4, 16 GB | t4 | | | |
# | Ampere or later | gpu | | | |
#
# The slides that this lab follows give three numbers for a model of 10 billion parameters, with weights, gradients and
# adapters in 16 bits and the optimizer's state in 32. Full tuning: 160 GB, that is 16 bytes a parameter: 2 for the
# weight, 2 for its gradient, and 12 for the state, if Adam's two averages and a copy of the weights are kept in 32 bits.
# LoRA: about 40 GB, of which the weights are 20. QLoRA: about 12 GB, of which the codes and their scales are 5.2 GB (4.13
# bits a weight). What the rest is made of in these two the slides do not say; adapters, with all that belongs to them,
# are well below one. At 0.5 billion, a twentieth of that, it is 2.0 GB for LoRA and 0.6 for QLoRA: 1.4 GB saved, if the
# rest shrinks along. The weights alone save less: of Qwen2.5-0.5B's 494 million parameters 136 million are the embedding,
# which stays; the other 358 million, from 16 bits to 4.13, save half a gigabyte. There, QLoRA is worth learning and hardly
# worth having.
#
# ## What four bits alone change
#
# Before anything is tuned: the same definitions, read by the model as it is and by the one in four bits. You know the
# error in the weights from Part 2. Here is the error in nats, and what each model finds likeliest on sentences.


# %%
def show_four_bits():
    rows = rows_of(jobs["voice"]["validation"])
    chats = jobs["sentiment"]["validation"]
    small = load("QLoRA").eval()
    exact = before("voice")["rows"]
    coarse = row_losses(small, rows)
    print(
        f"held-out loss of the voice: {mean_loss(exact)[0]:.3f}; in four bits {mean_loss(coarse)[0]:.3f} nats a token"
    )
    change, error = mean_change(exact, coarse)
    print(f"change, definition by definition: {change:+.4f} ± {error:.4f} (its standard error)")
    same = np.mean(likeliest(base_model(), chats) == likeliest(small, chats))
    print(f"sentences for which both hold the same label likeliest: {same:.3f}")


show_four_bits()
