# %% right="extend and append"
def corrupt_spans(ids, spans, sentinels):
    inputs, target, end = [], [], 0
    for number, (begin, length) in enumerate(sorted(spans)):
        inputs.extend(ids[end:begin])
        inputs.append(sentinels[number])
        target.append(sentinels[number])
        target.extend(ids[begin : begin + length])
        end = begin + length
    inputs.extend(ids[end:])
    target.append(sentinels[len(spans)])
    return inputs, target


# %% right="from the right end, so that positions do not slip"
def corrupt_spans(ids, spans, sentinels):
    text, target = list(ids), [sentinels[len(spans)]]
    ordered = sorted(spans)
    for number in reversed(range(len(ordered))):
        begin, length = ordered[number]
        target = [sentinels[number], *text[begin : begin + length], *target]
        text[begin : begin + length] = [sentinels[number]]
    return text, target


# %% right="token by token with an iterator of sentinels"
def corrupt_spans(ids, spans, sentinels):
    names = iter(sentinels)
    begins = dict(spans)
    cut = {place for begin, length in spans for place in range(begin, begin + length)}
    inputs, target = [], []
    for place, token in enumerate(ids):
        if place in begins:
            name = next(names)
            inputs.append(name)
            target.append(name)
        (target if place in cut else inputs).append(token)
    return inputs, [*target, next(names)]


# %% right="pieces of the complement; tuples"
def corrupt_spans(ids, spans, sentinels):
    edges = sorted((begin, begin + length) for begin, length in spans)
    starts, ends = [0] + [b for _, b in edges], [a for a, _ in edges] + [len(ids)]
    inputs = list(ids[starts[0] : ends[0]])
    target = []
    for number, (a, b) in enumerate(edges):
        inputs = [*inputs, sentinels[number], *list(ids[starts[number + 1] : ends[number + 1]])]
        target += [sentinels[number], *list(ids[a:b])]
    return tuple(inputs), (*target, sentinels[len(edges)])


# %% wrong="one sentinel for each token" loses=["span_inputs"] says="ONE sentinel"
def corrupt_spans(ids, spans, sentinels):
    inputs, target, end = [], [], 0
    for number, (begin, length) in enumerate(sorted(spans)):
        inputs.extend(ids[end:begin])
        inputs.extend([sentinels[number]] * length)
        target.append(sentinels[number])
        target.extend(ids[begin : begin + length])
        end = begin + length
    inputs.extend(ids[end:])
    target.append(sentinels[len(spans)])
    return inputs, target


# %% wrong="the same sentinel for all spans in the input" loses=["span_inputs"] says="a new sentinel"
def corrupt_spans(ids, spans, sentinels):
    inputs, target, end = [], [], 0
    for number, (begin, length) in enumerate(sorted(spans)):
        inputs.extend(ids[end:begin])
        inputs.append(sentinels[0])
        target.append(sentinels[number])
        target.extend(ids[begin : begin + length])
        end = begin + length
    inputs.extend(ids[end:])
    target.append(sentinels[len(spans)])
    return inputs, target


# %% wrong="the text behind the last span is lost" loses=["span_inputs"] says="the rest untouched"
def corrupt_spans(ids, spans, sentinels):
    inputs, target, end = [], [], 0
    for number, (begin, length) in enumerate(sorted(spans)):
        inputs.extend(ids[end:begin])
        inputs.append(sentinels[number])
        target.append(sentinels[number])
        target.extend(ids[begin : begin + length])
        end = begin + length
    target.append(sentinels[len(spans)])
    return inputs, target


# %% wrong="target without sentinels" loses=["span_target"] says="its sentinel and then the words"
def corrupt_spans(ids, spans, sentinels):
    inputs, target, end = [], [], 0
    for number, (begin, length) in enumerate(sorted(spans)):
        inputs.extend(ids[end:begin])
        inputs.append(sentinels[number])
        target.extend(ids[begin : begin + length])
        end = begin + length
    inputs.extend(ids[end:])
    target.append(sentinels[len(spans)])
    return inputs, target


# %% wrong="sentinel behind its span" loses=["span_target"] says="its sentinel and then the words"
def corrupt_spans(ids, spans, sentinels):
    inputs, target, end = [], [], 0
    for number, (begin, length) in enumerate(sorted(spans)):
        inputs.extend(ids[end:begin])
        inputs.append(sentinels[number])
        target.extend(ids[begin : begin + length])
        target.append(sentinels[number])
        end = begin + length
    inputs.extend(ids[end:])
    target.append(sentinels[len(spans)])
    return inputs, target


# %% wrong="the target is the whole text" loses=["span_target", "span_close"] says="and nothing else"
def corrupt_spans(ids, spans, sentinels):
    inputs, target, end = [], [], 0
    for number, (begin, length) in enumerate(sorted(spans)):
        inputs.extend(ids[end:begin])
        inputs.append(sentinels[number])
        target.append(sentinels[number])
        target.extend(ids[begin : begin + length])
        end = begin + length
    inputs.extend(ids[end:])
    target.append(sentinels[len(spans)])
    return inputs, list(ids)


# %% wrong="lengths taken for ends" loses=["span_inputs", "span_target"] says="ONE sentinel"
def corrupt_spans(ids, spans, sentinels):
    inputs, target, end = [], [], 0
    for number, (begin, length) in enumerate(sorted(spans)):
        inputs.extend(ids[end:begin])
        inputs.append(sentinels[number])
        target.append(sentinels[number])
        target.extend(ids[begin:length])
        end = length
    inputs.extend(ids[end:])
    target.append(sentinels[len(spans)])
    return inputs, target


# %% wrong="positions slip" loses=["span_inputs", "span_target"] says="ONE sentinel"
def corrupt_spans(ids, spans, sentinels):
    text, target = list(ids), []
    for number, (begin, length) in enumerate(sorted(spans)):
        target += [sentinels[number], *text[begin : begin + length]]
        text[begin : begin + length] = [sentinels[number]]
    return text, [*target, sentinels[len(spans)]]


# %% wrong="no closing sentinel" loses=["span_close"] says="closes the target"
def corrupt_spans(ids, spans, sentinels):
    inputs, target, end = [], [], 0
    for number, (begin, length) in enumerate(sorted(spans)):
        inputs.extend(ids[end:begin])
        inputs.append(sentinels[number])
        target.append(sentinels[number])
        target.extend(ids[begin : begin + length])
        end = begin + length
    inputs.extend(ids[end:])
    return inputs, target


# %% wrong="closes with the last sentinel once more" loses=["span_close"] says="next unused"
def corrupt_spans(ids, spans, sentinels):
    inputs, target, end = [], [], 0
    for number, (begin, length) in enumerate(sorted(spans)):
        inputs.extend(ids[end:begin])
        inputs.append(sentinels[number])
        target.append(sentinels[number])
        target.extend(ids[begin : begin + length])
        end = begin + length
    inputs.extend(ids[end:])
    target.append(sentinels[max(0, len(spans) - 1)])
    return inputs, target


# %% wrong="spans in the order given" loses=["span_order"] says="any order"
def corrupt_spans(ids, spans, sentinels):
    inputs, target, end = [], [], 0
    for number, (begin, length) in enumerate(spans):
        inputs.extend(ids[end:begin])
        inputs.append(sentinels[number])
        target.append(sentinels[number])
        target.extend(ids[begin : begin + length])
        end = begin + length
    inputs.extend(ids[end:])
    target.append(sentinels[len(spans)])
    return inputs, target


# %% wrong="changes the caller's list of spans" loses=["span_order"] says="build new lists"
def corrupt_spans(ids, spans, sentinels):
    spans.sort()
    inputs, target, end = [], [], 0
    for number, (begin, length) in enumerate(sorted(spans)):
        inputs.extend(ids[end:begin])
        inputs.append(sentinels[number])
        target.append(sentinels[number])
        target.extend(ids[begin : begin + length])
        end = begin + length
    inputs.extend(ids[end:])
    target.append(sentinels[len(spans)])
    return inputs, target


# %% wrong="cut words vanish wherever they stand" loses=["span_inputs"] says="not by value"
def corrupt_spans(ids, spans, sentinels):
    inputs, target, gone = [], [], set()
    ordered = sorted(spans)
    for sentinel, (start, length) in zip(sentinels, ordered, strict=False):
        target += [sentinel, *ids[start : start + length]]
        gone.update(ids[start : start + length])
    first = dict(zip([start for start, _ in ordered], sentinels, strict=False))
    for place, word in enumerate(ids):
        if place in first:
            inputs.append(first[place])
        elif word not in gone:
            inputs.append(word)
    return inputs, [*target, sentinels[len(spans)]]


# %% wrong="the course's sentinels, whatever the caller's" loses=["span_inputs"] says="the sentinels are the caller's"
def corrupt_spans(ids, spans, sentinels):
    inputs, target, done = [], [], 0
    for number, (start, length) in enumerate(sorted(spans)):
        inputs += [*ids[done:start], f"<extra_id_{number}>"]
        target += [f"<extra_id_{number}>", *ids[start : start + length]]
        done = start + length
    return inputs + ids[done:], [*target, f"<extra_id_{len(spans)}>"]


# %% wrong="a span at 0 counts as none" loses=["span_inputs"] says="at 0"
def corrupt_spans(ids, spans, sentinels):
    inputs, target, done = [], [], 0
    for sentinel, (start, length) in zip(sentinels, sorted(spans), strict=False):
        if start > 0:
            inputs += [*ids[done:start], sentinel]
            done = start + length
        target += [sentinel, *ids[start : start + length]]
    return inputs + ids[done:], [*target, sentinels[len(spans)]]


# %% wrong="the last word never reaches the target" loses=["span_target"] says="end of the text"
def corrupt_spans(ids, spans, sentinels):
    inputs, target, done = [], [], 0
    for sentinel, (start, length) in zip(sentinels, sorted(spans), strict=False):
        inputs += [*ids[done:start], sentinel]
        done = start + length
        target += [sentinel, *ids[start : min(done, len(ids) - 1)]]
    return inputs + ids[done:], [*target, sentinels[len(spans)]]


# %% wrong="the target keeps the order given" loses=["span_order"] says="follows the order of the text as well"
def corrupt_spans(ids, spans, sentinels):
    name = dict(zip(sorted(spans), sentinels, strict=False))
    inputs, done = [], 0
    for start, length in sorted(spans):
        inputs += [*ids[done:start], name[start, length]]
        done = start + length
    target = [word for start, length in spans for word in [name[start, length], *ids[start : start + length]]]
    return inputs + ids[done:], [*target, sentinels[len(spans)]]
