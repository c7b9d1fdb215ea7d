# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown] question="deploy" points=10
# ## Exercise 12 · Would you deploy it?
#
# *Why.* The last step is a decision, and nobody should take it from a forest.
#
# *Effort.* Medium, 20 minutes, 10 points, graded by a person.
#
# A health service asks you whether to offer the money only to the people whom the *aggressive* forest selects in the
# trial (exercise 10), to everybody, or to nobody. Answer in 150 to 250 words. Say what you would do; give the numbers
# of this lab that decide it, with their uncertainty; say what the smooth recipe tells you here and what it cannot;
# name what the cost of {{ s.tiny.trial_cost }} hides, and for whom; and name one result that would change your mind.
#
# === BEGIN MARK SCHEME ===
# 2 points: compares the *values* of the three rules on held-out people with the standard error of the difference
#   (rule minus everybody is small and not positive; everybody beats nobody clearly at no or low cost, less clearly at
#   this one). Half: gives values without uncertainty.
# 2 points: a decision that follows from them (usually: the same offer for everybody, or none, not the forest's
#   selection). Another decision earns both points if it is argued from the numbers.
# 2 points: the smooth recipe cannot split on this trial (at most one leaf), so its constant is no evidence that the
#   effect is equal for all; the aggressive spread is no evidence that it differs (compare the gentle world, where it
#   was mostly noise). Half: only one of the two. With few trees the constant can fall on either side of the cost, so
#   that "everybody or nobody" hangs on the seed: seeing this can replace one of the two.
# 2 points: the cost is a judgement (what is a learned result worth, who pays, what a learned positive result means for
#   somebody); a rule by distance, age or HIV status treats people unequally and shows something about them.
# 2 points: a result that would change the decision and could really be had: a larger or a second trial, a gain over
#   everybody of at least two standard errors on people not used before, a strong known pattern; not "more accuracy".
# Typical wrong answer: "the forest found who responds, so target them": 4 at most.
# === END MARK SCHEME ===

# %% [markdown] answer="deploy"
# ### BEGIN SOLUTION
# I would offer the money to everybody and not use the forest's selection. On held-out people of the trial its rule
# was worth less than offering to everybody in all three splits (by 0.01 to 0.05 learned results per person with 100
# trees, with a standard error of 0.02 each), so there is no sign of a gain, and hardly proof of a loss, as the splits
# share people. Everybody against nobody is a matter of the cost: the effect is 0.45 with a standard error of 0.02 among all
# people, so at 0.4 the offer is just worth making; on the held-out people alone it is ahead by 0.05 to 0.08,
# with a standard error of 0.04.
#
# The smooth recipe cannot split these people even once. Its constant does not show that all react alike (in one of
# three splits it fell below the cost), and the spread of the aggressive forest does not show that they differ: in the
# gentle world most of it was noise.
#
# The cost of 0.4 is not a measurement. It says what a learned result is worth, and it may be worth far more to
# somebody who is positive. Selecting by age, distance or test result would also be unequal treatment and could reveal
# a result to others.
#
# I would change my mind if the same rule, fixed today, beat "everybody" by at least two standard errors in a new
# trial of several thousand people, or if the money sufficed for only half of them.
# ### END SOLUTION
