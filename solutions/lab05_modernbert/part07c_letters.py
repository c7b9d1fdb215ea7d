# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown] question="letters" points=13
# ## Exercise 11 · Two letters
#
# *Why.* A threshold is a decision about people, taken by whoever types the number. So it needs reasons.
#
# *Effort.* Medium, 30 minutes for both, 13 points, read by a person. Both go into the cell below.
#
# **First letter, 8 points.** The provider wants *one* threshold for all its customers, and both readers of the table
# are among them. In about 150 words: choose a number (or refuse to, with a better proposal); say with numbers from your
# output what it does to each of the two (the table's rules serve both readers, so no number need be worked out by
# hand); who bears the mistakes you accept, and do they know? What would you measure before you trusted the number on
# mails of this year?
#
# **Second letter, 5 points.** In about 100 words, from the table above: what does the first column show about the texts
# that the model has read, and what does it not show? Did what it shows reach the classifier (is there a shift for the
# pronoun in general, beside its spread over seeds, and does it follow the job's tilt)? Describe one task in which such
# a leaning would hurt somebody, and one measurement that you would make before using the model there.
#
# === BEGIN MARK SCHEME ===
# **First letter.** 8 points. Half of a part's points where an idea is named without a number or without the person it
# happens to.
#
# 3: a definite proposal (a number, or a rule such as one threshold for each group, a folder instead of hiding, asking
# the reader) and a reason that follows from the costs. 2: numbers from the output for both readers under what is
# proposed (minutes, missed, blocked, or precision and recall), and the remark that they come from few mails (the second
# half of the validation set). 1: names who bears each mistake: the reader who believes a scam; the one who waits for an
# order, and the sender, who is never told. 2: what to measure first: mails of today (these are of 2001 and 2002, from a
# few mailing lists and collectors), calibration, the share of spam, scammers who adapt, groups of senders who are
# hidden more often; one concrete measurement earns 1.
#
# Typical wrong answers: "0.5, because it is neutral" (0 of 3: it presumes equal costs); "the threshold of highest
# accuracy or F1" (at most 1 of 3: F1 has costs built in, but nobody chose them); the two costs confused (no more than 3
# in all).
#
# **Second letter.** 5 points. 1: reads the first column with the right sign and one number (positive: *he* likelier
# than beside "person"). 1: what it does not show: one template, few words, a small model and its texts; it is about
# what is written, not about people, and it says nothing about a single person. 1: keeps the two apart, the mean shift
# of all jobs beside its sd over seeds (the pronoun) and the correlations seed by seed (the job's tilt), and draws the
# conclusion that these numbers allow (often: small, no larger than its spread, and correlations that disagree). 1: a
# task in which somebody is hurt (sorting applications, moderation, scoring letters). 1: a measurement: swap the word
# that should not matter and count changed decisions; error rates by group on labelled data of that task; more
# templates.
#
# Typical wrong answers: "the model is sexist" or "the model is neutral" with no number (0 for the first three);
# "fine-tuning removes the bias" without looking at the second column.
# === END MARK SCHEME ===

# %% [markdown] answer="letters"
# ### BEGIN SOLUTION
# **First letter.** I would not use one number for both. In my table the shop's cheapest threshold is 0.999 (49 minutes
# of trouble instead of 151 at one half: no wanted mail blocked instead of 7, 49 spam missed instead of 11) and the
# newcomer's is 0.039 (108 minutes instead of 454: 1 missed, 34 blocked). Each one's rule is costly for the other (1960
# minutes for the newcomer, 681 for the shop), because one blocked order costs the shop as much as twenty letters of
# advertising, while one letter that is believed costs the newcomer forty minutes and perhaps the savings. What is
# cheapest for both, 0.281, leaves both with more than their own (248 and 344 minutes). So I propose two thresholds, and
# put what lies between them into a marked folder rather than hiding it: then a blocked mail is late, not lost, and the
# newcomer is warned. If there must be one, I take 0.281: its 8 missed spam go on reaching the newcomer, who bears a
# mistake without having chosen it, and so does the sender of each of its 12 blocked mails, who is never told. These
# counts come from 130 mails, the second half of a small validation set, so one mail more or less moves them. Before I
# trusted the number I would measure both mistakes on mails of this year, with today's share of spam, check whether
# "0.9" means nine of ten, and look at whose mails are hidden: these are lists and collectors of 2001 and 2002.
#
# **Second letter.** The first column orders the jobs by how much likelier *he* is than beside "person": +0.65 for the
# president says that the texts that the model read put *he* there more often, -1.61 for the nurse that they put *she*.
# It does not show who does these jobs, nor anything about a person; it is one template, ten words and one small model,
# and another wording may change the order. In the classifiers the shift from she to he is -0.13 on the mean of all
# jobs, with a spread of 0.16 over three seeds: no larger than its spread, so I cannot say that the pronoun has one. The
# leaning between jobs I cannot find in it either: the correlations are +0.15, -0.32 and +0.38. That it is not there, in
# longer texts or other words, this table does not show. In a tool that ranks applicants' letters it could cost somebody
# an interview. Before that I would swap pronouns and names in real letters and count how many decisions change.
# ### END SOLUTION
