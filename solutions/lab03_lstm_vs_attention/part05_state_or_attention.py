# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# At the embeddings *bank* is the same in every sentence (but for its place, in models that add one), and no sense can be
# told. Block by block the words around it leave their trace; a fixed vector for each word, as in word2vec, could not do this.
# Read the right-hand panel with care: it is three sentences. *River* and *loan* stand in some of the known ones as well, so a
# word in common may do what the sense should; and in the third, in which neither stands, people walk and sit down, as they do in
# some river sentences. A model that has read little may lean the wrong way. What does yours do?
#
# # Part 5 · What follows

# %% [markdown] question="reader" points=12
# ## Exercise 11 · State or attention?
#
# *Why.* "Transformers remember, RNNs forget" is the kind of sentence that this lab can now make precise. *Effort.* Medium, 20
# minutes, 12 points, read by a person.
#
# A colleague writes: "The LSTM falls and attention does not, so an LSTM *cannot* carry a name over
# {{ s.tiny.distances[-1] }} words, and attention is better in every respect. The map proves it: the model picks the
# referent because it attends to it."
#
# Answer in about 200 words, with numbers from your own output. (a) What exactly was shown about the LSTM, and under which
# conditions? Use the figure or the table of conditions. (b) What does attention pay for looking up, in memory and time for
# a text of n words, and in information it had to be given? When would you rather have a state? (c) What does the map show,
# what does it not prove, and which experiment would tell more? (`mask` is an argument of your block, and the texts are yours to
# change.)
#
# === BEGIN MARK SCHEME ===
# 12 points. Half of a part's points where the idea is named but not tied to the output, or tied but garbled.
#
# (a) 5 points. 2: quotes the fall with its spread (about the size in metrics.json) and says for which size, amount of
# training and world it was measured. 2: "cannot" is refuted by a condition in the output: more training, a
# wider state or another start of the forget gate shrink the fall. 1: names a mechanism: a state of fixed size must keep
# a name for every kind through each word; gates have to learn to hold, from a signal that is weak far back.
#
# (b) 4 points. 2: n² comparisons (or all n vectors kept, per query n) against a state of constant size and constant work
# per word. 1: needed columns (positions): without them attention sees a bag of words and cannot know who was named last. 1:
# a sensible case for a state: endless streams, small devices, latency per word, very long texts.
#
# (c) 3 points. 1: the map shows where the values were taken from (share on the referent, with a number). 1: it is not proof of a
# cause: other heads, the residual path, v_proj and the MLP also decide; weights can be large on vectors that add little. 1: an
# intervention: change or mask the referent, swap it for another name, cut a head, and see whether the answer follows.
#
# A typical wrong answer: "the LSTM has vanishing gradients, so it cannot" (1 point of (a) at most, if tied to the training), or
# "attention has no cost because it is parallel" (0 of the first 2 points of (b)).
# === END MARK SCHEME ===

# %% [markdown] answer="reader"
# ### BEGIN SOLUTION
# (a) Shown: at about 14,600 parameters, after some ten thousand short texts, with eight names of each kind and many
# distractors, the LSTM falls by roughly 45 points from 6 to 48 words, and attention not at all. "Cannot" is refuted by
# the right-hand panel: the same LSTM, trained four times as long, loses one or two points. So it has room for the
# names, one of each kind; what it lacked was practice in holding them, and a gate that starts open gives it a head start.
#
# (b) Attention keeps all n vectors and makes n comparisons for each word that asks, n² if all do; the LSTM's state and work per
# word are constant. Attention also had to be given columns, or it could not know who was named last. On an endless stream, or a
# small device, I would take a state.
#
# (c) The map shows that more than half of the weight of a pronoun's strongest head falls on the referent, at every distance. It
# does not prove that this decides: the other heads, the MLP and the residual path have a say. Swap the referent for another
# name and see whether the answer follows.
# ### END SOLUTION
