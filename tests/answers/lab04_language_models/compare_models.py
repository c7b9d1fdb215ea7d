# %% right="written out; spelling for the encoder"
def compare_models():
    bert = {"architecture": "encoder", "objective": "masked tokens", "context": "both sides"}
    gpt = {"architecture": "decoder", "objective": "next token", "context": "left side"}
    t5 = {"architecture": "encoder-decoder", "objective": "corrupted spans"}
    t5["context"] = "both sides of the input, left side of the output"
    return {"BERT": bert, "GPT-2": gpt, "T5": t5}


def match_tasks():
    return {
        "is a review good or bad": "encoder",
        "mark all names in a text": "encoder",
        "mark the answer to a question in a page": "encoder",
        "continue a story": "decoder",
        "translate a sentence": "encoder-decoder",
        "correct the spelling of a letter": "encoder",
    }


# %% right="indices into CHOICES"
def compare_models():
    names = ["BERT", "GPT-2", "T5"]
    return {name: {column: words[place] for column, words in CHOICES.items()} for place, name in enumerate(names)}


def match_tasks():
    encoder, decoder, both = CHOICES["architecture"]
    return {task: encoder if place < 3 else decoder if place == 3 else both for place, task in enumerate(TASKS)}


# %% right="rules instead of a list; more columns than asked for"
def compare_models():
    table = pd.DataFrame(CHOICES, index=["BERT", "GPT-2", "T5"]).to_dict("index")
    for name, parameters in {"BERT": "340M", "GPT-2": "1.5B", "T5": "11B"}.items():
        table[name]["parameters"] = parameters
    return table


def match_tasks():
    def fit(task):
        if task.startswith(("is", "mark")):
            return "encoder"
        return "decoder" if task.startswith("continue") else "encoder-decoder"

    return {task: fit(task) for task in TASKS}


# %% wrong="BERT and GPT swapped" loses=["family_models", "family_context"] says="Architecture"
def compare_models():
    bert = {"architecture": "encoder", "objective": "masked tokens", "context": "both sides"}
    gpt = {"architecture": "decoder", "objective": "next token", "context": "left side"}
    t5 = {"architecture": "encoder-decoder", "objective": "corrupted spans"}
    t5["context"] = "both sides of the input, left side of the output"
    return {"BERT": gpt, "GPT-2": bert, "T5": t5}


def match_tasks():
    return {
        "is a review good or bad": "encoder",
        "mark all names in a text": "encoder",
        "mark the answer to a question in a page": "encoder",
        "continue a story": "decoder",
        "translate a sentence": "encoder-decoder",
        "correct the spelling of a letter": "encoder-decoder",
    }


# %% wrong="T5 predicts the next token" loses=["family_models"] says="Objective"
def compare_models():
    bert = {"architecture": "encoder", "objective": "masked tokens", "context": "both sides"}
    gpt = {"architecture": "decoder", "objective": "next token", "context": "left side"}
    t5 = {"architecture": "encoder-decoder", "objective": "next token"}
    t5["context"] = "both sides of the input, left side of the output"
    return {"BERT": bert, "GPT-2": gpt, "T5": t5}


def match_tasks():
    return {
        "is a review good or bad": "encoder",
        "mark all names in a text": "encoder",
        "mark the answer to a question in a page": "encoder",
        "continue a story": "decoder",
        "translate a sentence": "encoder-decoder",
        "correct the spelling of a letter": "encoder-decoder",
    }


# %% wrong="words of one's own" loses=["family_models"] says="not among the choices"
def compare_models():
    bert = {"architecture": "encoder", "objective": "MLM", "context": "both sides"}
    gpt = {"architecture": "decoder", "objective": "next token", "context": "left side"}
    t5 = {"architecture": "encoder-decoder", "objective": "corrupted spans"}
    t5["context"] = "both sides of the input, left side of the output"
    return {"BERT": bert, "GPT-2": gpt, "T5": t5}


def match_tasks():
    return {
        "is a review good or bad": "encoder",
        "mark all names in a text": "encoder",
        "mark the answer to a question in a page": "encoder",
        "continue a story": "decoder",
        "translate a sentence": "encoder-decoder",
        "correct the spelling of a letter": "encoder-decoder",
    }


# %% wrong="T5 left out" loses=["family_models", "family_context"] says="lacks T5"
def compare_models():
    bert = {"architecture": "encoder", "objective": "masked tokens", "context": "both sides"}
    gpt = {"architecture": "decoder", "objective": "next token", "context": "left side"}
    t5 = {"architecture": "encoder-decoder", "objective": "corrupted spans"}
    t5["context"] = "both sides of the input, left side of the output"
    return {"BERT": bert, "GPT-2": gpt, "T5 ": t5}


def match_tasks():
    return {
        "is a review good or bad": "encoder",
        "mark all names in a text": "encoder",
        "mark the answer to a question in a page": "encoder",
        "continue a story": "decoder",
        "translate a sentence": "encoder-decoder",
        "correct the spelling of a letter": "encoder-decoder",
    }


# %% wrong="GPT sees both sides" loses=["family_context"] says="Who sees which side"
def compare_models():
    bert = {"architecture": "encoder", "objective": "masked tokens", "context": "both sides"}
    gpt = {"architecture": "decoder", "objective": "next token", "context": "both sides"}
    t5 = {"architecture": "encoder-decoder", "objective": "corrupted spans"}
    t5["context"] = "both sides of the input, left side of the output"
    return {"BERT": bert, "GPT-2": gpt, "T5": t5}


def match_tasks():
    return {
        "is a review good or bad": "encoder",
        "mark all names in a text": "encoder",
        "mark the answer to a question in a page": "encoder",
        "continue a story": "decoder",
        "translate a sentence": "encoder-decoder",
        "correct the spelling of a letter": "encoder-decoder",
    }


# %% wrong="T5 sees both sides of its output" loses=["family_context"] says="Who sees which side"
def compare_models():
    bert = {"architecture": "encoder", "objective": "masked tokens", "context": "both sides"}
    gpt = {"architecture": "decoder", "objective": "next token", "context": "left side"}
    t5 = {"architecture": "encoder-decoder", "objective": "corrupted spans"}
    t5["context"] = "both sides"
    return {"BERT": bert, "GPT-2": gpt, "T5": t5}


def match_tasks():
    return {
        "is a review good or bad": "encoder",
        "mark all names in a text": "encoder",
        "mark the answer to a question in a page": "encoder",
        "continue a story": "decoder",
        "translate a sentence": "encoder-decoder",
        "correct the spelling of a letter": "encoder-decoder",
    }


# %% wrong="a decoder marks names" loses=["family_reading"] says="nothing is written here"
def compare_models():
    bert = {"architecture": "encoder", "objective": "masked tokens", "context": "both sides"}
    gpt = {"architecture": "decoder", "objective": "next token", "context": "left side"}
    t5 = {"architecture": "encoder-decoder", "objective": "corrupted spans"}
    t5["context"] = "both sides of the input, left side of the output"
    return {"BERT": bert, "GPT-2": gpt, "T5": t5}


def match_tasks():
    return {
        "is a review good or bad": "encoder",
        "mark all names in a text": "decoder",
        "mark the answer to a question in a page": "encoder",
        "continue a story": "decoder",
        "translate a sentence": "encoder-decoder",
        "correct the spelling of a letter": "encoder-decoder",
    }


# %% wrong="marking an answer needs a writer" loses=["family_reading"] says="nothing is written here"
def compare_models():
    bert = {"architecture": "encoder", "objective": "masked tokens", "context": "both sides"}
    gpt = {"architecture": "decoder", "objective": "next token", "context": "left side"}
    t5 = {"architecture": "encoder-decoder", "objective": "corrupted spans"}
    t5["context"] = "both sides of the input, left side of the output"
    return {"BERT": bert, "GPT-2": gpt, "T5": t5}


def match_tasks():
    return {
        "is a review good or bad": "encoder",
        "mark all names in a text": "encoder",
        "mark the answer to a question in a page": "encoder-decoder",
        "continue a story": "decoder",
        "translate a sentence": "encoder-decoder",
        "correct the spelling of a letter": "encoder-decoder",
    }


# %% wrong="an encoder continues stories" loses=["family_writing"] says="text must be written"
def compare_models():
    bert = {"architecture": "encoder", "objective": "masked tokens", "context": "both sides"}
    gpt = {"architecture": "decoder", "objective": "next token", "context": "left side"}
    t5 = {"architecture": "encoder-decoder", "objective": "corrupted spans"}
    t5["context"] = "both sides of the input, left side of the output"
    return {"BERT": bert, "GPT-2": gpt, "T5": t5}


def match_tasks():
    return {
        "is a review good or bad": "encoder",
        "mark all names in a text": "encoder",
        "mark the answer to a question in a page": "encoder",
        "continue a story": "encoder",
        "translate a sentence": "encoder-decoder",
        "correct the spelling of a letter": "encoder-decoder",
    }


# %% wrong="an encoder translates" loses=["family_writing"] says="text must be written"
def compare_models():
    bert = {"architecture": "encoder", "objective": "masked tokens", "context": "both sides"}
    gpt = {"architecture": "decoder", "objective": "next token", "context": "left side"}
    t5 = {"architecture": "encoder-decoder", "objective": "corrupted spans"}
    t5["context"] = "both sides of the input, left side of the output"
    return {"BERT": bert, "GPT-2": gpt, "T5": t5}


def match_tasks():
    return {
        "is a review good or bad": "encoder",
        "mark all names in a text": "encoder",
        "mark the answer to a question in a page": "encoder",
        "continue a story": "decoder",
        "translate a sentence": "encoder",
        "correct the spelling of a letter": "encoder-decoder",
    }


# %% wrong="a decoder corrects letters" loses=["family_writing"] says="both sides of it"
def compare_models():
    bert = {"architecture": "encoder", "objective": "masked tokens", "context": "both sides"}
    gpt = {"architecture": "decoder", "objective": "next token", "context": "left side"}
    t5 = {"architecture": "encoder-decoder", "objective": "corrupted spans"}
    t5["context"] = "both sides of the input, left side of the output"
    return {"BERT": bert, "GPT-2": gpt, "T5": t5}


def match_tasks():
    return {
        "is a review good or bad": "encoder",
        "mark all names in a text": "encoder",
        "mark the answer to a question in a page": "encoder",
        "continue a story": "decoder",
        "translate a sentence": "encoder-decoder",
        "correct the spelling of a letter": "decoder",
    }


# %% wrong="a decoder for everything" loses=["family_reading", "family_writing"] says="nothing is written here"
def compare_models():
    bert = {"architecture": "encoder", "objective": "masked tokens", "context": "both sides"}
    gpt = {"architecture": "decoder", "objective": "next token", "context": "left side"}
    t5 = {"architecture": "encoder-decoder", "objective": "corrupted spans"}
    t5["context"] = "both sides of the input, left side of the output"
    return {"BERT": bert, "GPT-2": gpt, "T5": t5}


def match_tasks():
    return dict.fromkeys(TASKS, "decoder")
