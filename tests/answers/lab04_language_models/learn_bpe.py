# %% right="a while loop that steps by two"
def merged(symbols, pair):
    result, i = [], 0
    while i < len(symbols):
        if tuple(symbols[i : i + 2]) == tuple(pair):
            result.append(symbols[i] + symbols[i + 1])
            i += 2
        else:
            result.append(symbols[i])
            i += 1
    return result


def learn_bpe(counts, merges):
    words = [(list(word), count) for word, count in counts.items()]
    learnt = []
    while len(learnt) < merges:
        totals = {}
        for symbols, count in words:
            for pair in pairwise(symbols):
                totals[pair] = totals.get(pair, 0) + count
        if not totals:
            break
        pair = max(totals, key=totals.get)
        learnt.append(pair)
        words = [(merged(symbols, pair), count) for symbols, count in words]
    return learnt


def apply_bpe(word, pairs):
    symbols = list(word)
    for pair in pairs:
        symbols = merged(symbols, pair)
    return symbols


# %% right="strings with a separator"
def learn_bpe(counts, merges):
    words = {" ".join(word): count for word, count in counts.items()}
    learnt = []
    for _ in range(merges):
        totals = Counter()
        for word, count in words.items():
            for pair in pairwise(word.split()):
                totals[pair] += count
        if not totals:
            return learnt
        pair, _ = totals.most_common(1)[0]
        learnt.append(pair)
        words = {" ".join(apply_bpe(word.replace(" ", ""), learnt)): count for word, count in words.items()}
    return learnt


def apply_bpe(word, pairs):
    text = " " + " ".join(word) + " "
    for left, right in pairs:
        text = re.sub(rf"(?<=\s){re.escape(left)} {re.escape(right)}(?=\s)", left + right, text)
    return text.split()


# %% right="picks by rank, as many tokenizers do; lists as pairs"
def merged(symbols, pair):
    result, i = [], 0
    while i < len(symbols):
        if tuple(symbols[i : i + 2]) == tuple(pair):
            result.append(symbols[i] + symbols[i + 1])
            i += 2
        else:
            result.append(symbols[i])
            i += 1
    return result


def learn_bpe(counts, merges):
    pieces, learnt = {word: tuple(word) for word in counts}, []
    for _ in range(merges):
        totals = Counter()
        for word in counts:
            totals.update({pair: counts[word] * n for pair, n in Counter(pairwise(pieces[word])).items()})
        if totals:
            best = max(totals.values())
            learnt.append(next(list(pair) for pair in totals if totals[pair] == best))
            pieces = {word: tuple(merged(symbols, learnt[-1])) for word, symbols in pieces.items()}
    return learnt


def apply_bpe(word, pairs):
    rank = {tuple(pair): place for place, pair in enumerate(pairs)}
    symbols = list(word)
    while known := [pair for pair in pairwise(symbols) if pair in rank]:
        symbols = merged(symbols, min(known, key=rank.get))
    return symbols


# %% wrong="a word counts once however often it occurs" loses=["bpe_counts", "bpe_library"] says="weigh each word"
def merged(symbols, pair):
    result, i = [], 0
    while i < len(symbols):
        if tuple(symbols[i : i + 2]) == tuple(pair):
            result.append(symbols[i] + symbols[i + 1])
            i += 2
        else:
            result.append(symbols[i])
            i += 1
    return result


def learn_bpe(counts, merges):
    words = [(list(word), count) for word, count in counts.items()]
    learnt = []
    while len(learnt) < merges:
        totals = {}
        for symbols, _ in words:
            for pair in pairwise(symbols):
                totals[pair] = totals.get(pair, 0) + 1
        if not totals:
            break
        pair = max(totals, key=totals.get)
        learnt.append(pair)
        words = [(merged(symbols, pair), count) for symbols, count in words]
    return learnt


def apply_bpe(word, pairs):
    symbols = list(word)
    for pair in pairs:
        symbols = merged(symbols, pair)
    return symbols


# %% wrong="most frequent letters instead of pairs" loses=["bpe_counts", "bpe_recount", "bpe_library"] says="count pairs"
def merged(symbols, pair):
    result, i = [], 0
    while i < len(symbols):
        if tuple(symbols[i : i + 2]) == tuple(pair):
            result.append(symbols[i] + symbols[i + 1])
            i += 2
        else:
            result.append(symbols[i])
            i += 1
    return result


def learn_bpe(counts, merges):
    letters = Counter()
    for word, count in counts.items():
        for letter in word:
            letters[letter] += count
    best = [letter for letter, _ in letters.most_common(merges + 1)]
    return list(pairwise(best))


def apply_bpe(word, pairs):
    symbols = list(word)
    for pair in pairs:
        symbols = merged(symbols, pair)
    return symbols


# %% wrong="changes the caller's counts" loses=["bpe_counts"] says="caller's counts"
def merged(symbols, pair):
    result, i = [], 0
    while i < len(symbols):
        if tuple(symbols[i : i + 2]) == tuple(pair):
            result.append(symbols[i] + symbols[i + 1])
            i += 2
        else:
            result.append(symbols[i])
            i += 1
    return result


def learn_bpe(counts, merges):
    original = dict(counts)
    learnt = []
    while len(learnt) < merges:
        totals = Counter()
        for word, count in counts.items():
            for pair in pairwise(apply_bpe(word, learnt)):
                totals[pair] += count
        if not totals:
            break
        learnt.append(max(totals, key=totals.get))
    counts.clear()
    counts.update({" ".join(apply_bpe(word, learnt)): count for word, count in original.items()})
    return learnt


def apply_bpe(word, pairs):
    symbols = list(word)
    for pair in pairs:
        symbols = merged(symbols, pair)
    return symbols


# %% wrong="the first count's most frequent pairs, never counted again" loses=["bpe_recount", "bpe_library"] says="count all pairs anew"
def merged(symbols, pair):
    result, i = [], 0
    while i < len(symbols):
        if tuple(symbols[i : i + 2]) == tuple(pair):
            result.append(symbols[i] + symbols[i + 1])
            i += 2
        else:
            result.append(symbols[i])
            i += 1
    return result


def learn_bpe(counts, merges):
    totals = Counter()
    for word, count in counts.items():
        for pair in pairwise(word):
            totals[pair] += count
    return [pair for pair, _ in totals.most_common(merges)]


def apply_bpe(word, pairs):
    symbols = list(word)
    for pair in pairs:
        symbols = merged(symbols, pair)
    return symbols


# %% wrong="stops one pair early" loses=["bpe_counts", "bpe_recount", "bpe_library"] says="As many pairs as asked"
def merged(symbols, pair):
    result, i = [], 0
    while i < len(symbols):
        if tuple(symbols[i : i + 2]) == tuple(pair):
            result.append(symbols[i] + symbols[i + 1])
            i += 2
        else:
            result.append(symbols[i])
            i += 1
    return result


def learn_bpe(counts, merges):
    words = [(list(word), count) for word, count in counts.items()]
    learnt = []
    while len(learnt) < merges - 1:
        totals = {}
        for symbols, count in words:
            for pair in pairwise(symbols):
                totals[pair] = totals.get(pair, 0) + count
        if not totals:
            break
        pair = max(totals, key=totals.get)
        learnt.append(pair)
        words = [(merged(symbols, pair), count) for symbols, count in words]
    return learnt


def apply_bpe(word, pairs):
    symbols = list(word)
    for pair in pairs:
        symbols = merged(symbols, pair)
    return symbols


# %% wrong="joins words to each other" loses=["bpe_counts", "bpe_recount", "bpe_library"] says="never joined"
def merged(symbols, pair):
    result, i = [], 0
    while i < len(symbols):
        if tuple(symbols[i : i + 2]) == tuple(pair):
            result.append(symbols[i] + symbols[i + 1])
            i += 2
        else:
            result.append(symbols[i])
            i += 1
    return result


def learn_bpe(counts, merges):
    words = [(list(word), count) for word, count in counts.items()]
    learnt = []
    while len(learnt) < merges:
        totals = {}
        for symbols, count in words:
            for pair in pairwise(symbols):
                totals[pair] = totals.get(pair, 0) + count
        for (one, n), (two, m) in pairwise(words):
            totals[one[-1], two[0]] = totals.get((one[-1], two[0]), 0) + min(n, m)
        if not totals:
            break
        pair = max(totals, key=totals.get)
        learnt.append(pair)
        words = [(merged(symbols, pair), count) for symbols, count in words]
    return learnt


def apply_bpe(word, pairs):
    symbols = list(word)
    for pair in pairs:
        symbols = merged(symbols, pair)
    return symbols


# %% wrong="longest known piece first" loses=["bpe_apply"] says="do not look for the longest"
def merged(symbols, pair):
    result, i = [], 0
    while i < len(symbols):
        if tuple(symbols[i : i + 2]) == tuple(pair):
            result.append(symbols[i] + symbols[i + 1])
            i += 2
        else:
            result.append(symbols[i])
            i += 1
    return result


def learn_bpe(counts, merges):
    words = [(list(word), count) for word, count in counts.items()]
    learnt = []
    while len(learnt) < merges:
        totals = {}
        for symbols, count in words:
            for pair in pairwise(symbols):
                totals[pair] = totals.get(pair, 0) + count
        if not totals:
            break
        pair = max(totals, key=totals.get)
        learnt.append(pair)
        words = [(merged(symbols, pair), count) for symbols, count in words]
    return learnt


def apply_bpe(word, pairs):
    known, pieces = {left + right for left, right in pairs}, []
    while word:
        size = next(n for n in range(len(word), 0, -1) if n == 1 or word[:n] in known)
        pieces.append(word[:size])
        word = word[size:]
    return pieces


# %% wrong="each pair joined only once in a word" loses=["bpe_apply"] says="each wherever it stands"
def merged(symbols, pair):
    result, i = [], 0
    while i < len(symbols):
        if tuple(symbols[i : i + 2]) == tuple(pair):
            result.append(symbols[i] + symbols[i + 1])
            i += 2
        else:
            result.append(symbols[i])
            i += 1
    return result


def learn_bpe(counts, merges):
    words = [(list(word), count) for word, count in counts.items()]
    learnt = []
    while len(learnt) < merges:
        totals = {}
        for symbols, count in words:
            for pair in pairwise(symbols):
                totals[pair] = totals.get(pair, 0) + count
        if not totals:
            break
        pair = max(totals, key=totals.get)
        learnt.append(pair)
        words = [(merged(symbols, pair), count) for symbols, count in words]
    return learnt


def apply_bpe(word, pairs):
    symbols = list(word)
    for pair in pairs:
        for i in range(len(symbols) - 1):
            if (symbols[i], symbols[i + 1]) == tuple(pair):
                symbols[i : i + 2] = [symbols[i] + symbols[i + 1]]
                break
    return symbols


# %% wrong="pairs applied from the last to the first" loses=["bpe_apply"] says="in the order learnt"
def merged(symbols, pair):
    result, i = [], 0
    while i < len(symbols):
        if tuple(symbols[i : i + 2]) == tuple(pair):
            result.append(symbols[i] + symbols[i + 1])
            i += 2
        else:
            result.append(symbols[i])
            i += 1
    return result


def learn_bpe(counts, merges):
    words = [(list(word), count) for word, count in counts.items()]
    learnt = []
    while len(learnt) < merges:
        totals = {}
        for symbols, count in words:
            for pair in pairwise(symbols):
                totals[pair] = totals.get(pair, 0) + count
        if not totals:
            break
        pair = max(totals, key=totals.get)
        learnt.append(pair)
        words = [(merged(symbols, pair), count) for symbols, count in words]
    return learnt


def apply_bpe(word, pairs):
    symbols = list(word)
    for pair in reversed(pairs):
        symbols = merged(symbols, pair)
    return symbols


# %% wrong="at most twenty pairs" loses=["bpe_library"] says="As many pairs as asked"
def merged(symbols, pair):
    result, i = [], 0
    while i < len(symbols):
        if tuple(symbols[i : i + 2]) == tuple(pair):
            result.append(symbols[i] + symbols[i + 1])
            i += 2
        else:
            result.append(symbols[i])
            i += 1
    return result


def learn_bpe(counts, merges):
    words = [(list(word), count) for word, count in counts.items()]
    learnt = []
    while len(learnt) < min(merges, 20):
        totals = {}
        for symbols, count in words:
            for pair in pairwise(symbols):
                totals[pair] = totals.get(pair, 0) + count
        if not totals:
            break
        pair = max(totals, key=totals.get)
        learnt.append(pair)
        words = [(merged(symbols, pair), count) for symbols, count in words]
    return learnt


def apply_bpe(word, pairs):
    symbols = list(word)
    for pair in pairs:
        symbols = merged(symbols, pair)
    return symbols


# %% wrong="join_pair pops from the list it is given" loses=["bpe_apply"] says="build a new one"
def join_pair(symbols, pair):
    place = 0
    while place + 1 < len(symbols):
        if symbols[place] == pair[0] and symbols[place + 1] == pair[1]:
            symbols[place] += symbols.pop(place + 1)
        place += 1
    return symbols


def learn_bpe(counts, merges):
    cut = {word: tuple(word) for word in counts}
    learnt = []
    while len(learnt) < merges:
        totals = Counter()
        for word, symbols in cut.items():
            for pair in pairwise(symbols):
                totals[pair] += counts[word]
        if not totals:
            return learnt
        learnt.append(totals.most_common(1)[0][0])
        cut = {word: join_pair(list(symbols), learnt[-1]) for word, symbols in cut.items()}
    return learnt


def apply_bpe(word, pairs):
    symbols = list(word)
    for pair in pairs:
        symbols = join_pair(symbols, pair)
    return symbols


# %% wrong="the text of a pair stands for the pair" loses=["bpe_apply"] says="not the text they make"
def join_pair(symbols, pair):
    joined = []
    for symbol in symbols:
        if joined and joined[-1] + symbol == pair[0] + pair[1]:
            joined[-1] += symbol
        else:
            joined.append(symbol)
    return joined


def learn_bpe(counts, merges):
    cut = {word: tuple(word) for word in counts}
    learnt = []
    while len(learnt) < merges:
        totals = Counter()
        for word, symbols in cut.items():
            for pair in pairwise(symbols):
                totals[pair] += counts[word]
        if not totals:
            return learnt
        learnt.append(totals.most_common(1)[0][0])
        cut = {word: join_pair(list(symbols), learnt[-1]) for word, symbols in cut.items()}
    return learnt


def apply_bpe(word, pairs):
    symbols = list(word)
    for pair in pairs:
        symbols = join_pair(symbols, pair)
    return symbols
