# %% right="default pipelines"
def fit_baselines(texts, labels):
    majority = DummyClassifier().fit(texts, labels)
    words = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, labels)
    return {"majority": majority, "tf-idf": words}


# %% right="a class of one's own for the majority, a linear SVM-like penalty for the words"
class Majority:
    def __init__(self, labels):
        self.most = max(set(labels), key=list(labels).count)

    def predict(self, texts):
        return [self.most for _ in texts]


def fit_baselines(texts, labels):
    words = make_pipeline(TfidfVectorizer(lowercase=True), LogisticRegression(C=10.0, class_weight="balanced"))
    return {"tf-idf": words.fit(texts, labels), "majority": Majority(labels)}


# %% right="vectoriser and regression by hand"
class Words:
    def fit(self, texts, labels):
        self.vectoriser = TfidfVectorizer(min_df=1)
        self.model = LogisticRegression(max_iter=1000).fit(self.vectoriser.fit_transform(texts), np.array(labels))
        return self

    def predict(self, texts):
        return self.model.predict(self.vectoriser.transform(texts))


def fit_baselines(texts, labels):
    most = int(np.bincount(labels).argmax())
    dummy = DummyClassifier(strategy="constant", constant=most).fit(texts, labels)
    return {"majority": dummy, "tf-idf": Words().fit(texts, labels)}


# %% wrong="the majority of the course's data, typed in" loses=["baseline_majority"] says="most frequent"
class Positive:
    def predict(self, texts):
        return np.full(len(texts), 2)


def fit_baselines(texts, labels):
    return {"majority": Positive(), "tf-idf": make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, labels)}


# %% wrong="draws classes by their shares" loses=["baseline_majority"] says="most frequent"
def fit_baselines(texts, labels):
    dummy = DummyClassifier(strategy="stratified", random_state=0).fit(texts, labels)
    return {"majority": dummy, "tf-idf": make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, labels)}


# %% wrong="the rarest class" loses=["baseline_majority"] says="most frequent"
def fit_baselines(texts, labels):
    kinds, counts = np.unique(labels, return_counts=True)
    dummy = DummyClassifier(strategy="constant", constant=kinds[counts.argmin()]).fit(texts, labels)
    return {"majority": dummy, "tf-idf": make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, labels)}


# %% wrong="positive against the rest" loses=["baseline_words"] says="all labels"
def fit_baselines(texts, labels):
    binary = [2 if label == 2 else 0 for label in labels]
    words = make_pipeline(TfidfVectorizer(), DummyClassifier() if len(set(binary)) < 2 else LogisticRegression())
    return {"majority": DummyClassifier().fit(texts, labels), "tf-idf": words.fit(texts, binary)}


# %% wrong="looks at the length of a text, not its words" loses=["baseline_words"] says="see words"
class Lengths:
    def fit(self, texts, labels):
        self.model = LogisticRegression().fit([[len(t)] for t in texts], labels)
        return self

    def predict(self, texts):
        return self.model.predict([[len(t)] for t in texts])


def fit_baselines(texts, labels):
    return {"majority": DummyClassifier().fit(texts, labels), "tf-idf": Lengths().fit(texts, labels)}


# %% wrong="the two names are swapped" loses=["baseline_majority", "baseline_words"] says="most frequent"
def fit_baselines(texts, labels):
    words = make_pipeline(TfidfVectorizer(), LogisticRegression(C=100.0)).fit(texts, labels)
    return {"majority": words, "tf-idf": DummyClassifier().fit(texts, labels)}
