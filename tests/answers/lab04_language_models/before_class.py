# %% right="counts up; feeling is specific"
def first_guesses():
    left = ["child", "counter", "name", "first", "had"]
    both = ["dog", "baker's", "umbrella", "dessert", "read"]
    return {"left": left, "both": both, "next": ["woman", "week", "croissant", "zoo"]}


def sort_knowledge():
    kinds = dict.fromkeys(SKILLS[:3], "general")
    kinds |= dict.fromkeys(SKILLS[3:], "specific")
    return kinds, 70


def shared_cost(companies, scratch, general, adapt):
    return companies * scratch, general + companies * adapt, fewest(scratch, general, adapt)


def fewest(scratch, general, adapt):
    companies = 1
    while companies * scratch <= general + companies * adapt:
        companies += 1
    return companies


# %% right="tuples and capitals; feeling is general; a list of totals"
def first_guesses():
    return {
        "next": ("King", "night", "well-earned", "park"),
        "left": ("Dog", "counter", "hat", "soup", "wrote"),
        "both": ("dog", "Bäckerei", "coat", "soup", "read"),
    }


def sort_knowledge():
    general = {"grammar", "the use of 'the' and 'a'", "how a sentence is built", "words that carry feeling"}
    return {skill: "general" if skill in general else "specific" for skill in SKILLS}, 92.5


def shared_cost(companies, scratch, general, adapt):
    return [sum([scratch] * companies), sum([adapt] * companies) + general, fewest(scratch, general, adapt)]


def fewest(scratch, general, adapt):
    companies = 1
    while companies * scratch <= general + companies * adapt:
        companies += 1
    return companies


# %% right="solves for the number"
def first_guesses():
    left = ["child", "counter", "name", "first", "had"]
    both = ["dog", "baker's", "umbrella", "dessert", "read"]
    return {"left": left, "both": both, "next": ["woman", "week", "croissant", "zoo"]}


def sort_knowledge():
    kinds = dict.fromkeys(SKILLS[:3], "general")
    kinds |= dict.fromkeys(SKILLS[3:], "specific")
    return kinds, 70


def shared_cost(companies, scratch, general, adapt):
    return companies * scratch, general + companies * adapt, fewest(scratch, general, adapt)


def fewest(scratch, general, adapt):
    return general // (scratch - adapt) + 1


# %% right="NumPy"
def first_guesses():
    left = ["child", "counter", "name", "first", "had"]
    both = ["dog", "baker's", "umbrella", "dessert", "read"]
    return {"left": left, "both": both, "next": ["woman", "week", "croissant", "zoo"]}


def sort_knowledge():
    kinds = dict.fromkeys(SKILLS[:3], "general")
    kinds |= dict.fromkeys(SKILLS[3:], "specific")
    return kinds, 70


def shared_cost(companies, scratch, general, adapt):
    totals = np.array([0, general]) + companies * np.array([scratch, adapt])
    return *totals, fewest(scratch, general, adapt)


def fewest(scratch, general, adapt):
    n = np.arange(1, 1000)
    return int(n[n * scratch > general + n * adapt][0])


# %% wrong="one list is short" loses=["guesses_made"] says="One guess for each text"
def first_guesses():
    left = ["child", "counter", "name", "first", "had"]
    return {"left": left, "both": left[:4], "next": ["woman", "week", "croissant", "zoo"]}


def sort_knowledge():
    kinds = dict.fromkeys(SKILLS[:3], "general")
    kinds |= dict.fromkeys(SKILLS[3:], "specific")
    return kinds, 70


def shared_cost(companies, scratch, general, adapt):
    return companies * scratch, general + companies * adapt, fewest(scratch, general, adapt)


def fewest(scratch, general, adapt):
    companies = 1
    while companies * scratch <= general + companies * adapt:
        companies += 1
    return companies


# %% wrong="several words in one blank" loses=["guesses_made"] says="one word"
def first_guesses():
    left = ["small child", "counter", "name", "first", "had"]
    return {"left": left, "both": left, "next": ["woman", "week", "croissant", "zoo"]}


def sort_knowledge():
    kinds = dict.fromkeys(SKILLS[:3], "general")
    kinds |= dict.fromkeys(SKILLS[3:], "specific")
    return kinds, 70


def shared_cost(companies, scratch, general, adapt):
    return companies * scratch, general + companies * adapt, fewest(scratch, general, adapt)


def fewest(scratch, general, adapt):
    companies = 1
    while companies * scratch <= general + companies * adapt:
        companies += 1
    return companies


# %% wrong="blanks left empty" loses=["guesses_made", "guesses_differ"] says="one word"
def first_guesses():
    return {"left": [""] * 5, "both": [""] * 5, "next": [""] * 4}


def sort_knowledge():
    kinds = dict.fromkeys(SKILLS[:3], "general")
    kinds |= dict.fromkeys(SKILLS[3:], "specific")
    return kinds, 70


def shared_cost(companies, scratch, general, adapt):
    return companies * scratch, general + companies * adapt, fewest(scratch, general, adapt)


def fewest(scratch, general, adapt):
    companies = 1
    while companies * scratch <= general + companies * adapt:
        companies += 1
    return companies


# %% wrong="one word for everything" loses=["guesses_differ"] says="guess for each text"
def first_guesses():
    return {"left": ["thing"] * 5, "both": ["thing"] * 5, "next": ["thing"] * 4}


def sort_knowledge():
    kinds = dict.fromkeys(SKILLS[:3], "general")
    kinds |= dict.fromkeys(SKILLS[3:], "specific")
    return kinds, 70


def shared_cost(companies, scratch, general, adapt):
    return companies * scratch, general + companies * adapt, fewest(scratch, general, adapt)


def fewest(scratch, general, adapt):
    companies = 1
    while companies * scratch <= general + companies * adapt:
        companies += 1
    return companies


# %% wrong="takes grammar for a trade's own" loses=["knowledge_kinds"] says="Does only one trade"
def first_guesses():
    left = ["child", "counter", "name", "first", "had"]
    both = ["dog", "baker's", "umbrella", "dessert", "read"]
    return {"left": left, "both": both, "next": ["woman", "week", "croissant", "zoo"]}


def sort_knowledge():
    return dict.fromkeys(SKILLS, "specific"), 70


def shared_cost(companies, scratch, general, adapt):
    return companies * scratch, general + companies * adapt, fewest(scratch, general, adapt)


def fewest(scratch, general, adapt):
    companies = 1
    while companies * scratch <= general + companies * adapt:
        companies += 1
    return companies


# %% wrong="takes names of diseases for general" loses=["knowledge_kinds"] says="names of diseases"
def first_guesses():
    left = ["child", "counter", "name", "first", "had"]
    both = ["dog", "baker's", "umbrella", "dessert", "read"]
    return {"left": left, "both": both, "next": ["woman", "week", "croissant", "zoo"]}


def sort_knowledge():
    return dict.fromkeys(SKILLS, "general"), 70


def shared_cost(companies, scratch, general, adapt):
    return companies * scratch, general + companies * adapt, fewest(scratch, general, adapt)


def fewest(scratch, general, adapt):
    companies = 1
    while companies * scratch <= general + companies * adapt:
        companies += 1
    return companies


# %% wrong="a share instead of a percentage" loses=["knowledge_kinds"] says="in percent"
def first_guesses():
    left = ["child", "counter", "name", "first", "had"]
    both = ["dog", "baker's", "umbrella", "dessert", "read"]
    return {"left": left, "both": both, "next": ["woman", "week", "croissant", "zoo"]}


def sort_knowledge():
    return {skill: "general" if skill in SKILLS[:3] else "specific" for skill in SKILLS}, 0.7


def shared_cost(companies, scratch, general, adapt):
    return companies * scratch, general + companies * adapt, fewest(scratch, general, adapt)


def fewest(scratch, general, adapt):
    companies = 1
    while companies * scratch <= general + companies * adapt:
        companies += 1
    return companies


# %% wrong="only one company adapts" loses=["cost_totals"] says="every company"
def first_guesses():
    left = ["child", "counter", "name", "first", "had"]
    both = ["dog", "baker's", "umbrella", "dessert", "read"]
    return {"left": left, "both": both, "next": ["woman", "week", "croissant", "zoo"]}


def sort_knowledge():
    kinds = dict.fromkeys(SKILLS[:3], "general")
    kinds |= dict.fromkeys(SKILLS[3:], "specific")
    return kinds, 70


def shared_cost(companies, scratch, general, adapt):
    return companies * scratch, general + adapt, fewest(scratch, general, adapt)


def fewest(scratch, general, adapt):
    companies = 1
    while companies * scratch <= general + companies * adapt:
        companies += 1
    return companies


# %% wrong="each company pays for a general model" loses=["cost_totals"] says="paid for once"
def first_guesses():
    left = ["child", "counter", "name", "first", "had"]
    both = ["dog", "baker's", "umbrella", "dessert", "read"]
    return {"left": left, "both": both, "next": ["woman", "week", "croissant", "zoo"]}


def sort_knowledge():
    kinds = dict.fromkeys(SKILLS[:3], "general")
    kinds |= dict.fromkeys(SKILLS[3:], "specific")
    return kinds, 70


def shared_cost(companies, scratch, general, adapt):
    return companies * scratch, companies * (general + adapt), fewest(scratch, general, adapt)


def fewest(scratch, general, adapt):
    companies = 1
    while companies * scratch <= general + companies * adapt:
        companies += 1
    return companies


# %% wrong="equal counts as cheaper" loses=["cost_break_even"] says="where both cost the same"
def first_guesses():
    left = ["child", "counter", "name", "first", "had"]
    both = ["dog", "baker's", "umbrella", "dessert", "read"]
    return {"left": left, "both": both, "next": ["woman", "week", "croissant", "zoo"]}


def sort_knowledge():
    kinds = dict.fromkeys(SKILLS[:3], "general")
    kinds |= dict.fromkeys(SKILLS[3:], "specific")
    return kinds, 70


def shared_cost(companies, scratch, general, adapt):
    return companies * scratch, general + companies * adapt, fewest(scratch, general, adapt)


def fewest(scratch, general, adapt):
    return int(np.ceil(general / (scratch - adapt)))


# %% wrong="adapting forgotten when breaking even" loses=["cost_break_even"] says="smallest WHOLE number"
def first_guesses():
    left = ["child", "counter", "name", "first", "had"]
    both = ["dog", "baker's", "umbrella", "dessert", "read"]
    return {"left": left, "both": both, "next": ["woman", "week", "croissant", "zoo"]}


def sort_knowledge():
    kinds = dict.fromkeys(SKILLS[:3], "general")
    kinds |= dict.fromkeys(SKILLS[3:], "specific")
    return kinds, 70


def shared_cost(companies, scratch, general, adapt):
    return companies * scratch, general + companies * adapt, fewest(scratch, general, adapt)


def fewest(scratch, general, adapt):
    return int(general // scratch) + 1
