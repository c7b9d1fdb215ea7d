# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown] question="hundred" points=10
# ## Exercise 12 · A hundred desks
#
# *Why.* A choice of method is a choice about disks, seconds and people, and the table alone does not make it.
#
# *Effort.* Medium, 30 minutes, 10 points, read by a person.
#
# A publisher has a hundred desks. Each wants its own classifier of incoming texts, on one shared base model of
# {{ '{:,}'.format(s.tiny.large.parameters) }} parameters, one server, and a request may come from any desk at any
# moment. In about 300 words, with numbers from your output: choose one of the nine methods and say why; name
# the second-best and what would make you change your mind; what does storage for the hundred come to, both ways; does
# it matter that merged LoRA costs nothing at use, when every request may want another desk (your times at use)? Which differences in
# the table would you *not* rely on, and why? What would you measure before you signed?
#
# === BEGIN MARK SCHEME ===
# 10 points. Half of a part's points where an idea is named without a number or a reason.
#
# 2: a definite choice that follows from the table (quality against size, with at least two numbers). 2: storage both
# ways, right in order of magnitude (a hundred full copies about 136 GB at 4 bytes a number, one base plus a hundred
# small files about 2 GB with LoRA), and the remark that the base is stored once. 2: serving: merging makes one task
# free and all others wrong; with mixed requests the updates have to stay beside the weights (or be swapped, at a cost a
# request, which the times at use put beside that of a batch), while soft prompts and prefixes go into one mixed batch by nature, at the price of a longer input. 2: reads
# the spread: names at least one pair of methods whose means differ by less than their sd, and says that three seeds of
# one small model on one easy task do not order them; a rate was chosen for each method, and the choice matters. 1: the
# second-best and a condition that would turn the choice. 1: a concrete measurement before signing (their texts, their
# model size, quality by desk, latency with mixed batches, memory in training).
#
# Typical wrong answers: "LoRA, because it is the best method" with no number (at most 2 in all); "training fewer
# numbers makes a step as many times faster" (0 of the part it stands in: the table shows otherwise); "merge, so serving
# a hundred tasks costs nothing" (0 of 2 for serving).
# === END MARK SCHEME ===

# %% [markdown] answer="hundred_desks"
# ### BEGIN SOLUTION
# I choose LoRA. In my table it reaches 0.734 ± 0.024, as much as training everything (0.730 ± 0.034) with 14,852 numbers
# instead of 1,313,412, and a desk's file has 61 kB instead of 5.3 MB. Adapters cost about the same and reach 0.685 ±
# 0.028. Second-best is the top layer alone, 0.728 ± 0.013: its steps are the shortest after the classifier's, because
# the gradient stops early, but it stores 13 times as much a desk; if training time were the scarce thing and the disk
# were not, I would turn to it.
#
# For the publisher's model a hundred full copies are 136 GB, one base with a hundred LoRA files 2.0 GB, of which the base
# is 1.4. Merging is no argument here: it makes one desk free and every other desk wrong. A swap took 0.39 ms beside 4.21
# for a merged batch, but a batch that mixes desks would have to be cut up first. LoRA beside the weights took 4.56 ms: I
# would keep it there and pick A and B for each row. If that turned out too slow, soft prompts would be worth another
# look: a mixed batch is natural to them, and all they cost is a longer input (5.68 ms).
#
# I would not rely on the order of BitFit, prefix, compacters, soft prompt and the classifier alone, 0.654 to 0.679 with
# spreads of 0.013 to 0.043: three seeds, 300 validation rows, one easy task, one very small model, few steps. Nor on the
# times, which come from a busy machine. That LoRA lies above the classifier in each of the three seeds (by 0.080 ± 0.013)
# I do believe, for this task. Before signing I would measure macro-F1 for each of five desks on their own texts and on a
# model of the size that will serve, with the rate chosen for each method again, and the latency of a batch that mixes ten
# desks.
# ### END SOLUTION
