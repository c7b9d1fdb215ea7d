# %% right="words as they come, written by the csv module"
def hand_in(labelled, unlabelled, path):
    import csv

    model = make_pipeline(TfidfVectorizer(sublinear_tf=True), LogisticRegression(C=3, class_weight="balanced"))
    model.fit(list(labelled["text"]), list(labelled["label"]))
    said = sorted(set(unlabelled["text"]))
    guess = dict(zip(said, map(int, model.predict(said)), strict=True))
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "label"])
        for number, text in zip(unlabelled["id"], unlabelled["text"], strict=True):
            writer.writerow([number, guess[text]])


# %% right="one linear unit for each class, lines sorted by id"
def hand_in(labelled, unlabelled, path):
    from sklearn.linear_model import SGDClassifier

    words = TfidfVectorizer(min_df=2)
    X = words.fit_transform(list(labelled["text"]))
    model = SGDClassifier(alpha=3e-4, class_weight="balanced", random_state=0).fit(X, np.array(labelled["label"]))
    guess = model.predict(words.transform(list(unlabelled["text"])))
    table = pd.DataFrame({"id": list(unlabelled["id"]), "label": guess}).sort_values("id")
    table.to_csv(path, index=False)


# %% right="naive Bayes on counted words, lines joined by hand"
def hand_in(labelled, unlabelled, path):
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.naive_bayes import ComplementNB

    model = make_pipeline(CountVectorizer(binary=True, ngram_range=(1, 2)), ComplementNB())
    guess = model.fit(list(labelled["text"]), list(labelled["label"])).predict(list(unlabelled["text"]))
    lines = ["id,label"] + [f"{i},{int(k)}" for i, k in zip(unlabelled["id"], guess, strict=True)]
    Path(path).write_text("\n".join(lines) + "\n")


# %% wrong="names of classes instead of numbers" loses=["predictions_file", "predictions_score", "predictions_honest"] says="number of a class"
def hand_in(labelled, unlabelled, path):
    model = make_pipeline(TfidfVectorizer(), LogisticRegression(class_weight="balanced"))
    guess = model.fit(list(labelled["text"]), list(labelled["label"])).predict(list(unlabelled["text"]))
    names = [classes[k] for k in guess]
    pd.DataFrame({"id": list(unlabelled["id"]), "label": names}).to_csv(path, index=False)


# %% wrong="the frame's row numbers come along" loses=["predictions_file", "predictions_score", "predictions_honest"] says="id,label"
def hand_in(labelled, unlabelled, path):
    model = make_pipeline(TfidfVectorizer(), LogisticRegression(class_weight="balanced"))
    guess = model.fit(list(labelled["text"]), list(labelled["label"])).predict(list(unlabelled["text"]))
    pd.DataFrame({"id": list(unlabelled["id"]), "label": guess}).to_csv(path)


# %% wrong="always the test split, whatever is handed over" loses=["predictions_file", "predictions_score"] says="Exactly the rows"
def hand_in(labelled, unlabelled, path):
    model = make_pipeline(TfidfVectorizer(), LogisticRegression(class_weight="balanced"))
    model.fit(list(labelled["text"]), list(labelled["label"]))
    test = texts["test"]
    guess = model.predict(list(test["text"]))
    pd.DataFrame({"id": list(test["id"]), "label": guess}).to_csv(path, index=False)


# %% wrong="ids and predictions in different orders" loses=["predictions_score"] says="its own id"
def hand_in(labelled, unlabelled, path):
    model = make_pipeline(TfidfVectorizer(), LogisticRegression(class_weight="balanced"))
    guess = model.fit(list(labelled["text"]), list(labelled["label"])).predict(sorted(unlabelled["text"]))
    pd.DataFrame({"id": list(unlabelled["id"]), "label": guess}).to_csv(path, index=False)


# %% wrong="one class for everything" loses=["predictions_score"] says="macro-F1 should reach"
def hand_in(labelled, unlabelled, path):
    most = int(np.bincount(labelled["label"]).argmax())
    pd.DataFrame({"id": list(unlabelled["id"]), "label": most}).to_csv(path, index=False)


# %% wrong="trained on the validation rows as well" loses=["predictions_honest"] says="shuffled"
def hand_in(labelled, unlabelled, path):
    said = list(labelled["text"]) + 3 * list(texts["validation"]["text"])
    known = list(labelled["label"]) + 3 * list(texts["validation"]["label"])
    model = make_pipeline(TfidfVectorizer(), LogisticRegression(C=10, class_weight="balanced", max_iter=500)).fit(
        said, known
    )
    guess = model.predict(list(unlabelled["text"]))
    pd.DataFrame({"id": list(unlabelled["id"]), "label": guess}).to_csv(path, index=False)


# %% wrong="copies the labels it knows" loses=["predictions_honest"] says="shuffled"
def hand_in(labelled, unlabelled, path):
    known = dict(zip(texts["validation"]["id"], texts["validation"]["label"], strict=True))
    model = make_pipeline(TfidfVectorizer(), LogisticRegression(class_weight="balanced"))
    guess = model.fit(list(labelled["text"]), list(labelled["label"])).predict(list(unlabelled["text"]))
    best = [known.get(i, int(k)) for i, k in zip(unlabelled["id"], guess, strict=True)]
    pd.DataFrame({"id": list(unlabelled["id"]), "label": best}).to_csv(path, index=False)


# %% wrong="learns from the whole training split instead of the rows given" loses=["predictions_honest"] says="from elsewhere"
def hand_in(labelled, unlabelled, path):
    rows = draw(texts["train"], 3000, seed=9)
    model = make_pipeline(TfidfVectorizer(), LogisticRegression(class_weight="balanced"))
    guess = model.fit(list(rows["text"]), list(rows["label"])).predict(list(unlabelled["text"]))
    pd.DataFrame({"id": list(unlabelled["id"]), "label": guess}).to_csv(path, index=False)
