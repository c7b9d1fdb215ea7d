# %% right="line by line"
def card_sections(card):
    sections = {}
    name = None
    for line in card.splitlines():
        if line.startswith("## "):
            name = line[3:].strip()
            sections[name] = []
        elif name is not None:
            sections[name].append(line)
    return {name: "\n".join(lines).strip() for name, lines in sections.items()}


def facts_of(text):
    pairs = [line[2:].split(":", 1) for line in text.splitlines() if line.startswith("- ") and ":" in line]
    return {name.strip(): value.strip() for name, value in pairs}


def shortlist(cards, licenses, memory_gb, bits, test_set):
    found = []
    for name, card in cards.items():
        sections = card_sections(card)
        details = facts_of(sections.get("Model Details", ""))
        scores = facts_of(sections.get("Evaluation", ""))
        known = details.get("license") in licenses and "parameters" in details and test_set in scores
        if known and int(details["parameters"]) * bits / 8e9 <= memory_gb:
            found.append((name, float(scores[test_set]), int(details["parameters"])))
    return [name for name, score, size in sorted(found, key=lambda row: (-row[1], row[2]))]


# %% right="split at headings"
def card_sections(card):
    pieces = re.split(r"(?m)^## ", card)[1:]
    found = {}
    for piece in pieces:
        head, _, text = piece.partition("\n")
        found[head.strip()] = text.strip()
    return found


def facts_of(text):
    pairs = [line[2:].split(":", 1) for line in text.splitlines() if line.startswith("- ") and ":" in line]
    return {name.strip(): value.strip() for name, value in pairs}


def shortlist(cards, licenses, memory_gb, bits, test_set):
    found = []
    for name, card in cards.items():
        sections = card_sections(card)
        details = facts_of(sections.get("Model Details", ""))
        scores = facts_of(sections.get("Evaluation", ""))
        known = details.get("license") in licenses and "parameters" in details and test_set in scores
        if known and int(details["parameters"]) * bits / 8e9 <= memory_gb:
            found.append((name, float(scores[test_set]), int(details["parameters"])))
    return [name for name, score, size in sorted(found, key=lambda row: (-row[1], row[2]))]


# %% right="a table"
def card_sections(card):
    sections = {}
    name = None
    for line in card.splitlines():
        if line.startswith("## "):
            name = line[3:].strip()
            sections[name] = []
        elif name is not None:
            sections[name].append(line)
    return {name: "\n".join(lines).strip() for name, lines in sections.items()}


def facts_of(text):
    pairs = [line[2:].split(":", 1) for line in text.splitlines() if line.startswith("- ") and ":" in line]
    return {name.strip(): value.strip() for name, value in pairs}


def shortlist(cards, licenses, memory_gb, bits, test_set):
    found = []
    for name, card in cards.items():
        sections = card_sections(card)
        details = facts_of(sections.get("Model Details", ""))
        scores = facts_of(sections.get("Evaluation", ""))
        known = details.get("license") in licenses and "parameters" in details and test_set in scores
        if known and int(details["parameters"]) * bits / 8e9 <= memory_gb:
            found.append((name, float(scores[test_set]), int(details["parameters"])))
    table = pd.DataFrame(found, columns=["name", "score", "size"])
    return table.sort_values(["score", "size"], ascending=[False, True])["name"].tolist()


# %% wrong="deeper headings start sections" loses=["card_parts", "card_filter", "card_order"] says="only ## starts a section"
def card_sections(card):
    sections = {}
    name = None
    for line in card.splitlines():
        if line.startswith("##"):
            name = line.strip("# ")
            sections[name] = []
        elif name is not None:
            sections[name].append(line)
    return {name: "\n".join(lines).strip() for name, lines in sections.items()}


def facts_of(text):
    pairs = [line[2:].split(":", 1) for line in text.splitlines() if line.startswith("- ") and ":" in line]
    return {name.strip(): value.strip() for name, value in pairs}


def shortlist(cards, licenses, memory_gb, bits, test_set):
    found = []
    for name, card in cards.items():
        sections = card_sections(card)
        details = facts_of(sections.get("Model Details", ""))
        scores = facts_of(sections.get("Evaluation", ""))
        known = details.get("license") in licenses and "parameters" in details and test_set in scores
        if known and int(details["parameters"]) * bits / 8e9 <= memory_gb:
            found.append((name, float(scores[test_set]), int(details["parameters"])))
    return [name for name, score, size in sorted(found, key=lambda row: (-row[1], row[2]))]


# %% wrong="the title is a section" loses=["card_parts"] says="title (#) is no section"
def card_sections(card):
    sections = {}
    name = None
    for line in card.splitlines():
        if line.startswith(("# ", "## ")):
            name = line.strip("# ")
            sections[name] = []
        elif name is not None:
            sections[name].append(line)
    return {name: "\n".join(lines).strip() for name, lines in sections.items()}


def facts_of(text):
    pairs = [line[2:].split(":", 1) for line in text.splitlines() if line.startswith("- ") and ":" in line]
    return {name.strip(): value.strip() for name, value in pairs}


def shortlist(cards, licenses, memory_gb, bits, test_set):
    found = []
    for name, card in cards.items():
        sections = card_sections(card)
        details = facts_of(sections.get("Model Details", ""))
        scores = facts_of(sections.get("Evaluation", ""))
        known = details.get("license") in licenses and "parameters" in details and test_set in scores
        if known and int(details["parameters"]) * bits / 8e9 <= memory_gb:
            found.append((name, float(scores[test_set]), int(details["parameters"])))
    return [name for name, score, size in sorted(found, key=lambda row: (-row[1], row[2]))]


# %% wrong="spaces stay" loses=["card_parts"] says="without the spaces"
def card_sections(card):
    sections = {}
    name = None
    for line in card.splitlines():
        if line.startswith("## "):
            name = line[3:].strip()
            sections[name] = []
        elif name is not None:
            sections[name].append(line)
    return {name: "\n".join(lines) for name, lines in sections.items()}


def facts_of(text):
    pairs = [line[2:].split(":", 1) for line in text.splitlines() if line.startswith("- ") and ":" in line]
    return {name.strip(): value.strip() for name, value in pairs}


def shortlist(cards, licenses, memory_gb, bits, test_set):
    found = []
    for name, card in cards.items():
        sections = card_sections(card)
        details = facts_of(sections.get("Model Details", ""))
        scores = facts_of(sections.get("Evaluation", ""))
        known = details.get("license") in licenses and "parameters" in details and test_set in scores
        if known and int(details["parameters"]) * bits / 8e9 <= memory_gb:
            found.append((name, float(scores[test_set]), int(details["parameters"])))
    return [name for name, score, size in sorted(found, key=lambda row: (-row[1], row[2]))]


# %% wrong="the last section is lost" loses=["card_parts", "card_filter", "card_order"] says="Uses and Evaluation"
def card_sections(card):
    sections = {}
    name = None
    for line in card.splitlines():
        if line.startswith("## "):
            name = line[3:].strip()
            sections[name] = []
        elif name is not None:
            sections[name].append(line)
    return {name: "\n".join(lines).strip() for name, lines in list(sections.items())[:-1]}


def facts_of(text):
    pairs = [line[2:].split(":", 1) for line in text.splitlines() if line.startswith("- ") and ":" in line]
    return {name.strip(): value.strip() for name, value in pairs}


def shortlist(cards, licenses, memory_gb, bits, test_set):
    found = []
    for name, card in cards.items():
        sections = card_sections(card)
        details = facts_of(sections.get("Model Details", ""))
        scores = facts_of(sections.get("Evaluation", ""))
        known = details.get("license") in licenses and "parameters" in details and test_set in scores
        if known and int(details["parameters"]) * bits / 8e9 <= memory_gb:
            found.append((name, float(scores[test_set]), int(details["parameters"])))
    return [name for name, score, size in sorted(found, key=lambda row: (-row[1], row[2]))]


# %% wrong="any license" loses=["card_filter"] says="not among the allowed"
def card_sections(card):
    sections = {}
    name = None
    for line in card.splitlines():
        if line.startswith("## "):
            name = line[3:].strip()
            sections[name] = []
        elif name is not None:
            sections[name].append(line)
    return {name: "\n".join(lines).strip() for name, lines in sections.items()}


def facts_of(text):
    pairs = [line[2:].split(":", 1) for line in text.splitlines() if line.startswith("- ") and ":" in line]
    return {name.strip(): value.strip() for name, value in pairs}


def shortlist(cards, licenses, memory_gb, bits, test_set):
    found = []
    for name, card in cards.items():
        sections = card_sections(card)
        details = facts_of(sections.get("Model Details", ""))
        scores = facts_of(sections.get("Evaluation", ""))
        known = "parameters" in details and test_set in scores
        if known and int(details["parameters"]) * bits / 8e9 <= memory_gb:
            found.append((name, float(scores[test_set]), int(details["parameters"])))
    return [name for name, score, size in sorted(found, key=lambda row: (-row[1], row[2]))]


# %% wrong="any test set" loses=["card_filter"] says="another test set"
def card_sections(card):
    sections = {}
    name = None
    for line in card.splitlines():
        if line.startswith("## "):
            name = line[3:].strip()
            sections[name] = []
        elif name is not None:
            sections[name].append(line)
    return {name: "\n".join(lines).strip() for name, lines in sections.items()}


def facts_of(text):
    pairs = [line[2:].split(":", 1) for line in text.splitlines() if line.startswith("- ") and ":" in line]
    return {name.strip(): value.strip() for name, value in pairs}


def shortlist(cards, licenses, memory_gb, bits, test_set):
    found = []
    for name, card in cards.items():
        sections = card_sections(card)
        details = facts_of(sections.get("Model Details", ""))
        scores = facts_of(sections.get("Evaluation", ""))
        known = details.get("license") in licenses and "parameters" in details and scores
        if known and int(details["parameters"]) * bits / 8e9 <= memory_gb:
            found.append((name, float(scores.get(test_set, next(iter(scores.values())))), int(details["parameters"])))
    return [name for name, score, size in sorted(found, key=lambda row: (-row[1], row[2]))]


# %% wrong="a score anywhere in the card" loses=["card_filter"] says="boast"
def card_sections(card):
    sections = {}
    name = None
    for line in card.splitlines():
        if line.startswith("## "):
            name = line[3:].strip()
            sections[name] = []
        elif name is not None:
            sections[name].append(line)
    return {name: "\n".join(lines).strip() for name, lines in sections.items()}


def facts_of(text):
    pairs = [line[2:].split(":", 1) for line in text.splitlines() if line.startswith("- ") and ":" in line]
    return {name.strip(): value.strip() for name, value in pairs}


def shortlist(cards, licenses, memory_gb, bits, test_set):
    found = []
    for name, card in cards.items():
        sections = card_sections(card)
        details = facts_of(sections.get("Model Details", ""))
        scores = {hit[0]: hit[1] for hit in re.findall(r"([\w-]+-test|t-hard|t): (\d+\.\d+)", card)}
        known = details.get("license") in licenses and "parameters" in details and test_set in scores
        if known and int(details["parameters"]) * bits / 8e9 <= memory_gb:
            found.append((name, float(scores[test_set]), int(details["parameters"])))
    return [name for name, score, size in sorted(found, key=lambda row: (-row[1], row[2]))]


# %% wrong="bytes for bits" loses=["card_filter", "card_order"] says="Two cards can be used"
def card_sections(card):
    sections = {}
    name = None
    for line in card.splitlines():
        if line.startswith("## "):
            name = line[3:].strip()
            sections[name] = []
        elif name is not None:
            sections[name].append(line)
    return {name: "\n".join(lines).strip() for name, lines in sections.items()}


def facts_of(text):
    pairs = [line[2:].split(":", 1) for line in text.splitlines() if line.startswith("- ") and ":" in line]
    return {name.strip(): value.strip() for name, value in pairs}


def shortlist(cards, licenses, memory_gb, bits, test_set):
    found = []
    for name, card in cards.items():
        sections = card_sections(card)
        details = facts_of(sections.get("Model Details", ""))
        scores = facts_of(sections.get("Evaluation", ""))
        known = details.get("license") in licenses and "parameters" in details and test_set in scores
        if known and int(details["parameters"]) * bits / 1e9 <= memory_gb / 10:
            found.append((name, float(scores[test_set]), int(details["parameters"])))
    return [name for name, score, size in sorted(found, key=lambda row: (-row[1], row[2]))]


# %% wrong="less than the memory" loses=["card_filter"] says="fits exactly"
def card_sections(card):
    sections = {}
    name = None
    for line in card.splitlines():
        if line.startswith("## "):
            name = line[3:].strip()
            sections[name] = []
        elif name is not None:
            sections[name].append(line)
    return {name: "\n".join(lines).strip() for name, lines in sections.items()}


def facts_of(text):
    pairs = [line[2:].split(":", 1) for line in text.splitlines() if line.startswith("- ") and ":" in line]
    return {name.strip(): value.strip() for name, value in pairs}


def shortlist(cards, licenses, memory_gb, bits, test_set):
    found = []
    for name, card in cards.items():
        sections = card_sections(card)
        details = facts_of(sections.get("Model Details", ""))
        scores = facts_of(sections.get("Evaluation", ""))
        known = details.get("license") in licenses and "parameters" in details and test_set in scores
        if known and int(details["parameters"]) * bits / 8e9 < memory_gb:
            found.append((name, float(scores[test_set]), int(details["parameters"])))
    return [name for name, score, size in sorted(found, key=lambda row: (-row[1], row[2]))]


# %% wrong="lowest first" loses=["card_order"] says="highest score"
def card_sections(card):
    sections = {}
    name = None
    for line in card.splitlines():
        if line.startswith("## "):
            name = line[3:].strip()
            sections[name] = []
        elif name is not None:
            sections[name].append(line)
    return {name: "\n".join(lines).strip() for name, lines in sections.items()}


def facts_of(text):
    pairs = [line[2:].split(":", 1) for line in text.splitlines() if line.startswith("- ") and ":" in line]
    return {name.strip(): value.strip() for name, value in pairs}


def shortlist(cards, licenses, memory_gb, bits, test_set):
    found = []
    for name, card in cards.items():
        sections = card_sections(card)
        details = facts_of(sections.get("Model Details", ""))
        scores = facts_of(sections.get("Evaluation", ""))
        known = details.get("license") in licenses and "parameters" in details and test_set in scores
        if known and int(details["parameters"]) * bits / 8e9 <= memory_gb:
            found.append((name, float(scores[test_set]), int(details["parameters"])))
    return [name for name, score, size in sorted(found, key=lambda row: (row[1], row[2]))]


# %% wrong="scores as texts" loses=["card_order"] says="Compare scores as numbers"
def card_sections(card):
    sections = {}
    name = None
    for line in card.splitlines():
        if line.startswith("## "):
            name = line[3:].strip()
            sections[name] = []
        elif name is not None:
            sections[name].append(line)
    return {name: "\n".join(lines).strip() for name, lines in sections.items()}


def facts_of(text):
    pairs = [line[2:].split(":", 1) for line in text.splitlines() if line.startswith("- ") and ":" in line]
    return {name.strip(): value.strip() for name, value in pairs}


def shortlist(cards, licenses, memory_gb, bits, test_set):
    found = []
    for name, card in cards.items():
        sections = card_sections(card)
        details = facts_of(sections.get("Model Details", ""))
        scores = facts_of(sections.get("Evaluation", ""))
        known = details.get("license") in licenses and "parameters" in details and test_set in scores
        if known and int(details["parameters"]) * bits / 8e9 <= memory_gb:
            found.append((name, scores[test_set], int(details["parameters"])))
    return [
        name
        for name, score, size in sorted(sorted(found, key=lambda row: row[2]), key=lambda row: row[1], reverse=True)
    ]


# %% wrong="of equals the first" loses=["card_order"] says="9 parameters are fewer"
def card_sections(card):
    sections = {}
    name = None
    for line in card.splitlines():
        if line.startswith("## "):
            name = line[3:].strip()
            sections[name] = []
        elif name is not None:
            sections[name].append(line)
    return {name: "\n".join(lines).strip() for name, lines in sections.items()}


def facts_of(text):
    pairs = [line[2:].split(":", 1) for line in text.splitlines() if line.startswith("- ") and ":" in line]
    return {name.strip(): value.strip() for name, value in pairs}


def shortlist(cards, licenses, memory_gb, bits, test_set):
    found = []
    for name, card in cards.items():
        sections = card_sections(card)
        details = facts_of(sections.get("Model Details", ""))
        scores = facts_of(sections.get("Evaluation", ""))
        known = details.get("license") in licenses and "parameters" in details and test_set in scores
        if known and int(details["parameters"]) * bits / 8e9 <= memory_gb:
            found.append((name, float(scores[test_set]), int(details["parameters"])))
    return [name for name, score, size in sorted(found, key=lambda row: -row[1])]
