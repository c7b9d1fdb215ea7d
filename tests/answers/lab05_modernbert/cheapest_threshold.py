# %% right="a loop over the probabilities"
def cheapest_threshold(probability, is_spam, missed, blocked):
    best, least = None, float("inf")
    for threshold in [0.0, *sorted(set(probability.tolist())), float("inf")]:
        cost = 0.0
        for p, spam in zip(probability, is_spam, strict=True):
            if p >= threshold and not spam:
                cost += blocked
            if p < threshold and spam:
                cost += missed
        if cost < least:
            best, least = threshold, cost
    return best


# %% right="sorted once, cumulative sums"
def cheapest_threshold(probability, is_spam, missed, blocked):
    order = np.argsort(-probability, kind="stable")
    p, spam = probability[order], is_spam[order]
    costs = missed * (spam.sum() - np.concatenate([[0], spam.cumsum()])) + blocked * np.concatenate(
        [[0], (1 - spam).cumsum()]
    )
    allowed = np.concatenate([[True], np.append(p[1:] < p[:-1], True)])  # never between two equal probabilities
    best = int(np.where(allowed, costs, np.inf).argmin())
    return 1.5 if best == 0 else float(p[best - 1])


# %% right="midpoints between neighbours"
def cheapest_threshold(probability, is_spam, missed, blocked):
    values = np.unique(probability)
    middles = [-1.0, *((values[1:] + values[:-1]) / 2), 2.0]
    spam = is_spam == 1
    return min(
        middles, key=lambda t: missed * np.sum(spam & (probability < t)) + blocked * np.sum(~spam & (probability >= t))
    )


# %% wrong="one half, always" loses=["threshold_cost", "threshold_sides", "threshold_ends"] says="costs less"
def cheapest_threshold(probability, is_spam, missed, blocked):
    return 0.5


# %% wrong="the two costs are swapped" loses=["threshold_sides", "threshold_ends"] says="swapped"
def cheapest_threshold(probability, is_spam, missed, blocked):
    candidates, spam = np.append(np.unique(probability), 2.0), is_spam == 1
    costs = [
        blocked * np.sum(spam & (probability < t)) + missed * np.sum(~spam & (probability >= t)) for t in candidates
    ]
    return float(candidates[np.argmin(costs)])


# %% wrong="the threshold of highest accuracy, whatever the costs" loses=["threshold_sides", "threshold_ends"] says="dear mistake"
def cheapest_threshold(probability, is_spam, missed, blocked):
    candidates, spam = np.append(np.unique(probability), 2.0), is_spam == 1
    wrong = [np.sum(spam & (probability < t)) + np.sum(~spam & (probability >= t)) for t in candidates]
    return float(candidates[np.argmin(wrong)])


# %% wrong="a grid of tenths" loses=["threshold_cost"] says="every probability"
def cheapest_threshold(probability, is_spam, missed, blocked):
    candidates, spam = np.append(np.arange(0, 1.05, 0.1), 2.0), is_spam == 1
    costs = [
        missed * np.sum(spam & (probability < t)) + blocked * np.sum(~spam & (probability >= t)) for t in candidates
    ]
    return float(candidates[np.argmin(costs)])


# %% wrong="a grid of hundredths, finer than most neighbours are apart" loses=["threshold_cost"] says="nearly agree"
def cheapest_threshold(probability, is_spam, missed, blocked):
    candidates, spam = np.append(np.linspace(0, 1, 101), 2.0), is_spam == 1
    costs = [
        missed * np.sum(spam & (probability < t)) + blocked * np.sum(~spam & (probability >= t)) for t in candidates
    ]
    return float(candidates[np.argmin(costs)])


# %% wrong="hiding nothing is no choice" loses=["threshold_ends"] says="hiding nothing"
def cheapest_threshold(probability, is_spam, missed, blocked):
    candidates, spam = np.unique(probability), is_spam == 1
    costs = [
        missed * np.sum(spam & (probability < t)) + blocked * np.sum(~spam & (probability >= t)) for t in candidates
    ]
    return float(candidates[np.argmin(costs)])


# %% wrong="by the formula for honest probabilities, which these are not" loses=["threshold_cost", "threshold_sides"] says="costs less"
def cheapest_threshold(probability, is_spam, missed, blocked):
    honest = blocked / (blocked + missed)
    return 2.0 if honest > 0.99 else honest


# %% wrong="counts a mail at the threshold as let through" loses=["threshold_cost", "threshold_sides", "threshold_ends"] says="at or above"
def cheapest_threshold(probability, is_spam, missed, blocked):
    candidates, spam = np.append(np.unique(probability), -1.0), is_spam == 1
    costs = [
        missed * np.sum(spam & (probability <= t)) + blocked * np.sum(~spam & (probability > t)) for t in candidates
    ]
    return float(candidates[np.argmin(costs)])
