# %% right="unreadable answers become neutral"
def hand_in(ask, rows, path):
    words = [answer.strip().lower().removesuffix(".") for answer in ask(list(rows["text"]))]
    numbers = [classes.index(word) if word in classes else 1 for word in words]
    pd.DataFrame({"id": list(rows["id"]), "label": numbers}).to_csv(path, index=False)


# %% right="the csv module, first letters where nothing else can be read"
import csv


def hand_in(ask, rows, path):
    answers = ask(rows["text"][:])
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "label"])
        for name, answer in zip(rows["id"], answers, strict=True):
            said = answer.strip().lower().rstrip(".")
            close = [number for number, word in enumerate(classes) if said == word or (said and word.startswith(said))]
            writer.writerow([name, close[0] if close else 0])


# %% right="a dict by id, the commonest readable class as a guess"
from collections import Counter


def hand_in(ask, rows, path):
    known = {word: number for number, word in enumerate(classes)}
    found = dict(
        zip(rows["id"], (known.get(a.strip().lower().removesuffix(".")) for a in ask(list(rows["text"]))), strict=True)
    )
    usual = Counter(n for n in found.values() if n is not None).most_common(1)
    guess = usual[0][0] if usual else 2
    lines = [f"{name},{guess if number is None else number}" for name, number in found.items()]
    Path(path).write_text("\n".join(["id,label", *lines]) + "\n")


# %% wrong="ids in order of their names, answers not" loses=["predictions_file", "predictions_score"] says="beside the wrong id"
def hand_in(ask, rows, path):
    words = [answer.strip().lower().removesuffix(".") for answer in ask(list(rows["text"]))]
    numbers = [classes.index(word) if word in classes else 1 for word in words]
    pd.DataFrame({"id": sorted(rows["id"]), "label": numbers}).to_csv(path, index=False)


# %% wrong="rows that cannot be read are left out" loses=["predictions_unreadable"] says="still gets a line"
def hand_in(ask, rows, path):
    words = [answer.strip().lower().removesuffix(".") for answer in ask(list(rows["text"]))]
    numbers = [classes.index(word) if word in classes else None for word in words]
    table = pd.DataFrame({"id": list(rows["id"]), "label": numbers})
    table.dropna().astype({"label": int}).to_csv(path, index=False)


# %% wrong="words instead of numbers" loses=["predictions_file", "predictions_unreadable", "predictions_score"] says="number of a class"
def hand_in(ask, rows, path):
    words = [answer.strip().lower().removesuffix(".") for answer in ask(list(rows["text"]))]
    numbers = [classes.index(word) if word in classes else 1 for word in words]
    pd.DataFrame({"id": list(rows["id"]), "label": [classes[n] for n in numbers]}).to_csv(path, index=False)


# %% wrong="the index is written too" loses=["predictions_file", "predictions_unreadable", "predictions_score"] says="these two columns"
def hand_in(ask, rows, path):
    words = [answer.strip().lower().removesuffix(".") for answer in ask(list(rows["text"]))]
    numbers = [classes.index(word) if word in classes else 1 for word in words]
    pd.DataFrame({"id": list(rows["id"]), "label": numbers}).to_csv(path)


# %% wrong="only exact answers are read" loses=["predictions_unreadable"] says="read as in Exercise 8"
def hand_in(ask, rows, path):
    words = [answer.strip() for answer in ask(list(rows["text"]))]
    numbers = [classes.index(word) if word in classes else 1 for word in words]
    pd.DataFrame({"id": list(rows["id"]), "label": numbers}).to_csv(path, index=False)


# %% wrong="nothing is written" loses=["predictions_file", "predictions_unreadable", "predictions_score"] says="no file"
def hand_in(ask, rows, path):
    words = [answer.strip().lower().removesuffix(".") for answer in ask(list(rows["text"]))]
    numbers = [classes.index(word) if word in classes else 1 for word in words]
    pd.DataFrame({"id": list(rows["id"]), "label": numbers})


# %% wrong="duplicate texts are asked once" loses=["predictions_file"] says="own id"
def hand_in(ask, rows, path):
    table = pd.DataFrame({"id": list(rows["id"]), "text": list(rows["text"])}).drop_duplicates("text")
    words = [answer.strip().lower().removesuffix(".") for answer in ask(list(table["text"]))]
    table["label"] = [classes.index(word) if word in classes else 1 for word in words]
    table[["id", "label"]].to_csv(path, index=False)


# %% wrong="asked text by text" loses=["predictions_file"] says="called once"
def hand_in(ask, rows, path):
    words = [ask([text])[0].strip().lower().removesuffix(".") for text in rows["text"]]
    numbers = [classes.index(word) if word in classes else 1 for word in words]
    pd.DataFrame({"id": list(rows["id"]), "label": numbers}).to_csv(path, index=False)


# %% wrong="the commonest class of nothing" loses=["predictions_unreadable"] says="no commonest class"
import statistics


def hand_in(ask, rows, path):
    words = [answer.strip().lower().removesuffix(".") for answer in ask(list(rows["text"]))]
    usual = statistics.mode([classes.index(word) for word in words if word in classes])
    numbers = [classes.index(word) if word in classes else usual for word in words]
    pd.DataFrame({"id": list(rows["id"]), "label": numbers}).to_csv(path, index=False)


# %% wrong="a gap makes floats of all numbers" loses=["predictions_unreadable"] says="yours stands"
def hand_in(ask, rows, path):
    words = [answer.strip().lower().removesuffix(".") for answer in ask(list(rows["text"]))]
    numbers = [classes.index(word) if word in classes else None for word in words]
    pd.DataFrame({"id": list(rows["id"]), "label": numbers}).to_csv(path, index=False)
