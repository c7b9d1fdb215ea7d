# %% right="one expression"
def advise(goal, prompt_improved, retrieval_tried):
    tune = goal in ("format", "style", "hard to describe") and retrieval_tried
    return ("fine-tune" if tune else "retrieve") if prompt_improved else "improve the prompt"


def read_cases():
    names = ("goal", "prompt_improved", "retrieval_tried")
    return {
        "tickets": dict(zip(names, ("format", True, True), strict=True)),
        "prices": dict(zip(names, ("knowledge", True, False), strict=True)),
        "newsletter": dict(zip(names, ("style", True, True), strict=True)),
        "contracts": dict(zip(names, ("hard to describe", False, True), strict=True)),
        "manual": dict(zip(names, ("knowledge", True, True), strict=True)),
    }


# %% right="a table of rules"
def advise(goal, prompt_improved, retrieval_tried):
    rules = [
        (not prompt_improved, "improve the prompt"),
        (goal == "knowledge", "retrieve"),
        (not retrieval_tried, "retrieve"),
    ]
    return next((what for holds, what in rules if holds), "fine-tune")


def read_cases():
    def case(goal, improved, tried):
        return {"goal": goal, "prompt_improved": improved, "retrieval_tried": tried}

    return {
        "tickets": case("format", True, True),
        "prices": case("knowledge", True, False),
        "newsletter": case("style", True, True),
        "contracts": case("hard to describe", False, True),
        "manual": case("knowledge", True, True),
    }


# %% right="match"
def advise(goal, prompt_improved, retrieval_tried):
    match (prompt_improved, retrieval_tried, goal):
        case (False, _, _):
            return "improve the prompt"
        case (True, False, _) | (True, True, "knowledge"):
            return "retrieve"
    return "fine-tune"


def read_cases():
    table = pd.DataFrame(
        {
            "goal": ["format", "knowledge", "style", "hard to describe", "knowledge"],
            "prompt_improved": [True, True, True, False, True],
            "retrieval_tried": [True, False, True, True, True],
        },
        index=["tickets", "prices", "newsletter", "contracts", "manual"],
    )
    return table.to_dict("index")


# %% wrong="knowledge before the prompt" loses=["advise_order"] says="The prompt first"
def advise(goal, prompt_improved, retrieval_tried):
    if goal == "knowledge":
        return "retrieve"
    if not prompt_improved:
        return "improve the prompt"
    return "fine-tune" if retrieval_tried else "retrieve"


def read_cases():
    names = ("goal", "prompt_improved", "retrieval_tried")
    return {
        "tickets": dict(zip(names, ("format", True, True), strict=True)),
        "prices": dict(zip(names, ("knowledge", True, False), strict=True)),
        "newsletter": dict(zip(names, ("style", True, True), strict=True)),
        "contracts": dict(zip(names, ("hard to describe", False, True), strict=True)),
        "manual": dict(zip(names, ("knowledge", True, True), strict=True)),
    }


# %% wrong="tunes for knowledge once retrieval was tried" loses=["advise_order"] says="no way to teach new knowledge"
def advise(goal, prompt_improved, retrieval_tried):
    if not prompt_improved:
        return "improve the prompt"
    return "fine-tune" if retrieval_tried else "retrieve"


def read_cases():
    names = ("goal", "prompt_improved", "retrieval_tried")
    return {
        "tickets": dict(zip(names, ("format", True, True), strict=True)),
        "prices": dict(zip(names, ("knowledge", True, False), strict=True)),
        "newsletter": dict(zip(names, ("style", True, True), strict=True)),
        "contracts": dict(zip(names, ("hard to describe", False, True), strict=True)),
        "manual": dict(zip(names, ("knowledge", True, True), strict=True)),
    }


# %% wrong="tunes for style at once" loses=["advise_order"] says="Retrieval has not been tried"
def advise(goal, prompt_improved, retrieval_tried):
    if not prompt_improved:
        return "improve the prompt"
    return "retrieve" if goal == "knowledge" else "fine-tune"


def read_cases():
    names = ("goal", "prompt_improved", "retrieval_tried")
    return {
        "tickets": dict(zip(names, ("format", True, True), strict=True)),
        "prices": dict(zip(names, ("knowledge", True, False), strict=True)),
        "newsletter": dict(zip(names, ("style", True, True), strict=True)),
        "contracts": dict(zip(names, ("hard to describe", False, True), strict=True)),
        "manual": dict(zip(names, ("knowledge", True, True), strict=True)),
    }


# %% wrong="what is hard to describe is left to the prompt" loses=["advise_order"] says="hard to describe"
def advise(goal, prompt_improved, retrieval_tried):
    if not prompt_improved or goal == "hard to describe":
        return "improve the prompt"
    return "retrieve" if goal == "knowledge" or not retrieval_tried else "fine-tune"


def read_cases():
    names = ("goal", "prompt_improved", "retrieval_tried")
    return {
        "tickets": dict(zip(names, ("format", True, True), strict=True)),
        "prices": dict(zip(names, ("knowledge", True, False), strict=True)),
        "newsletter": dict(zip(names, ("style", True, True), strict=True)),
        "contracts": dict(zip(names, ("hard to describe", False, True), strict=True)),
        "manual": dict(zip(names, ("knowledge", True, True), strict=True)),
    }


# %% wrong="an afternoon counts as improved" loses=["advise_cases"] says="contracts"
def advise(goal, prompt_improved, retrieval_tried):
    if not prompt_improved:
        return "improve the prompt"
    return "retrieve" if goal == "knowledge" or not retrieval_tried else "fine-tune"


def read_cases():
    names = ("goal", "prompt_improved", "retrieval_tried")
    return {
        "tickets": dict(zip(names, ("format", True, True), strict=True)),
        "prices": dict(zip(names, ("knowledge", True, False), strict=True)),
        "newsletter": dict(zip(names, ("style", True, True), strict=True)),
        "contracts": dict(zip(names, ("hard to describe", True, True), strict=True)),
        "manual": dict(zip(names, ("knowledge", True, True), strict=True)),
    }


# %% wrong="the manual is a matter of style" loses=["advise_cases"] says="manual"
def advise(goal, prompt_improved, retrieval_tried):
    if not prompt_improved:
        return "improve the prompt"
    return "retrieve" if goal == "knowledge" or not retrieval_tried else "fine-tune"


def read_cases():
    names = ("goal", "prompt_improved", "retrieval_tried")
    return {
        "tickets": dict(zip(names, ("format", True, True), strict=True)),
        "prices": dict(zip(names, ("knowledge", True, False), strict=True)),
        "newsletter": dict(zip(names, ("style", True, True), strict=True)),
        "contracts": dict(zip(names, ("hard to describe", False, True), strict=True)),
        "manual": dict(zip(names, ("style", True, True), strict=True)),
    }


# %% wrong="a case is missing" loses=["advise_cases"] says="lack"
def advise(goal, prompt_improved, retrieval_tried):
    if not prompt_improved:
        return "improve the prompt"
    return "retrieve" if goal == "knowledge" or not retrieval_tried else "fine-tune"


def read_cases():
    names = ("goal", "prompt_improved", "retrieval_tried")
    return {
        "tickets": dict(zip(names, ("format", True, True), strict=True)),
        "prices": dict(zip(names, ("knowledge", True, False), strict=True)),
        "newsletter": dict(zip(names, ("style", True, True), strict=True)),
        "contracts": dict(zip(names, ("hard to describe", False, True), strict=True)),
    }
