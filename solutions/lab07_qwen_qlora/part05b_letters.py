# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown] question="letters" points=11
# ## Exercise 11 · Two short letters (by hand)
#
# *Why.* "It fits in four bits" is not yet a reason, and a voice is never only a manner.
#
# *Effort.* Medium, 30 minutes, 11 points. Graded by a person.
#
# **First letter, 6 points.** In about 120 words, to a colleague with one 16 GB GPU who wants to tune a model of 0.5
# billion parameters and, later, one of 7 billion, both published in bfloat16, 16 bits a weight: for which of the two
# would you use QLoRA, LoRA, full tuning? Use numbers from your cost table (and say what they were measured on), the
# arithmetic of bits per weight, and say how you would merge the result for use.
#
# **Second letter, 5 points.** In about 100 words, to an editor who wants the tuned voice on a web site, "ask the
# Devil": what do your two numbers (held-out loss, style score) show, and what do they not? Read three samples and the
# card of the data set, `data/cards/voice.md`. Name one harm, whom it meets, and one thing to measure or to change first.
#
# === BEGIN MARK SCHEME ===
# **First letter.** 1: weights alone shrink, by a factor below 8 from 32 bits (below 4 from 16), because embeddings,
# norms and scales stay. 1: 7 billion in 16 bits are 14 GB, so gradients and activations no longer fit in 16 GB, in
# NF4 about 3.6 GB and embeddings; so QLoRA there. 1: at 0.5 billion the saving is about half a GB (from 16
# bits, the embedding left; 1.4 GB by the slides' totals, which hold more than weights), so LoRA (full tuning with Adam at 16 bytes a
# parameter is 8 GB: possible, but a copy for each job). 1: a number from the own
# table, with the machine it comes from, and not carried over to the GPU as if measured. 1: four bits cost seconds
# (unpacking in each pass). 1: merging: onto the dequantised 4-bit weights, kept in 16 or 32 bits, or keep adapter and
# base apart; measure after merging. Typical wrong answers: "QLoRA is faster"; "4 bits make everything an eighth";
# merging onto the original weights.
#
# **Second letter.** 1: held-out loss fell, by how much against its standard error; it is about predicting his words.
# 1: the style score is about words and rhythm, from a classifier that knows only him against news, reviews and
# speeches; it does not see sense or wit. 1: something really read in a sample. 1: a harm and whom it meets (his
# mockery of women, foreigners, the religious, which the card names; somebody who takes a definition for one). 1: a
# measurement or change (people rate blind; a list of words and groups checked on a thousand samples; a notice;
# filtering the training rows). Typical wrong answers: "the style score shows that it writes well"; "it is only a
# joke".
# === END MARK SCHEME ===

# %% [markdown] answer="letters"
# ### BEGIN SOLUTION
# **First letter.** Tune the small one with LoRA. In bfloat16 half a billion parameters are about 1 GB; four bits
# would take half of that away, not three quarters, because the embedding stays in full, and on 16 GB nobody misses
# it. Each step would be slower: in my table, on a processor, a QLoRA step took longer than a LoRA step because the
# weights are unpacked in each pass; on your GPU I have not measured. Full tuning is about 16 bytes a parameter, 8 GB,
# which fits, but leaves you a full copy for each job. At 7 billion the weights alone are 14 GB in 16 bits and nothing
# else fits beside them; at 4.13 bits they are 3.6 GB and some for the embeddings, so QLoRA it is. To use the result,
# keep the adapter beside the 4-bit base, or add it to the dequantised base and leave the sum in 16 bits; onto the
# original weights or back into four bits it is another model, and I would measure it again.
#
# **Second letter.** The held-out loss fell by more than its standard error, so the model predicts words of Bierce's
# better on entries that it has not seen; the style score rose, so a classifier that knows him from news, reviews and
# speeches takes more samples for his. Neither sees whether a definition means anything. I read three: they begin as
# his do and lose the thread. He mocked women, foreigners and the religious, and the card says that contempt without a
# slur is still in the data, so a visitor of one of those groups may be shown it as the site's own voice. Before
# anything goes online I would sample a thousand definitions for such words, have two people read them, and label the
# page as a machine's imitation of a text of 1911.
# ### END SOLUTION
