# %% right="csv by hand, calibrate"
def hand_in(score, rows, path):
    scores = np.asarray(score(list(rows["text"])), dtype=float)
    scores = calibrate(scores, scores)
    lines = ["id,label"]
    for name, (negative, positive) in zip(rows["id"], scores, strict=True):
        lines.append(f"{name},{2 if positive - negative > 1e-9 else 0}")
    Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")


# %% right="rows normalised, sorted by id"
def hand_in(score, rows, path):
    scores = log_softmax(score(rows["text"].to_list()), axis=1)
    scores = scores - scores.mean(axis=0, keepdims=True)
    labels = 2 * (scores[:, 1] - scores[:, 0] > 1e-9).astype(int)
    pd.DataFrame({"id": list(rows["id"]), "label": labels}).sort_values("id").to_csv(path, index=False)


# %% right="the difference against its mean"
def hand_in(score, rows, path):
    found = np.asarray(score(list(rows["text"])))
    ahead = found[:, 1] - found[:, 0]
    table = rows[["id"]].copy()
    table["label"] = np.where(ahead > ahead.mean() + 1e-9, 2, 0)
    table.to_csv(path, index=False)


# %% wrong="as it comes" loses=["predictions_bias", "predictions_score"] says="calls all the same"
def hand_in(score, rows, path):
    scores = np.asarray(score(rows["text"].tolist()))
    labels = np.where(scores[:, 1] > scores[:, 0], 2, 0)
    pd.DataFrame({"id": rows["id"].to_numpy(), "label": labels}).to_csv(path, index=False)


# %% wrong="classes numbered 0 and 1" loses=["predictions_file", "predictions_bias", "predictions_score"] says="2 (positive)"
def hand_in(score, rows, path):
    scores = np.asarray(score(rows["text"].tolist()))
    labels = (scores - scores.mean(axis=0)).argmax(axis=1)
    pd.DataFrame({"id": rows["id"].to_numpy(), "label": labels}).to_csv(path, index=False)


# %% wrong="one call a text" loses=["predictions_file"] says="called once"
def hand_in(score, rows, path):
    scores = np.array([np.asarray(score([text]))[0] for text in rows["text"]])
    scores = scores - scores.mean(axis=0)
    labels = np.where(scores[:, 1] > scores[:, 0] + 1e-9, 2, 0)
    pd.DataFrame({"id": rows["id"].to_numpy(), "label": labels}).to_csv(path, index=False)


# %% wrong="ids sorted, labels not" loses=["predictions_file", "predictions_score"] says="wrong id"
def hand_in(score, rows, path):
    scores = np.asarray(score(rows["text"].tolist()))
    scores = scores - scores.mean(axis=0)
    labels = np.where(scores[:, 1] > scores[:, 0] + 1e-9, 2, 0)
    pd.DataFrame({"id": sorted(rows["id"]), "label": labels}).to_csv(path, index=False)


# %% wrong="negative and positive swapped" loses=["predictions_file", "predictions_bias", "predictions_score"] says="swapped"
def hand_in(score, rows, path):
    scores = np.asarray(score(rows["text"].tolist()))
    scores = scores - scores.mean(axis=0)
    labels = np.where(scores[:, 1] > scores[:, 0] + 1e-9, 0, 2)
    pd.DataFrame({"id": rows["id"].to_numpy(), "label": labels}).to_csv(path, index=False)


# %% wrong="the index in the file" loses=["predictions_file", "predictions_bias", "predictions_score"] says="these two columns only"
def hand_in(score, rows, path):
    scores = np.asarray(score(rows["text"].tolist()))
    scores = scores - scores.mean(axis=0)
    labels = np.where(scores[:, 1] > scores[:, 0] + 1e-9, 2, 0)
    pd.DataFrame({"id": rows["id"].to_numpy(), "label": labels}).to_csv(path)


# %% wrong="appended to the older file" loses=["predictions_file", "predictions_bias", "predictions_score"] says="whatever the path held"
def hand_in(score, rows, path):
    scores = np.asarray(score(rows["text"].tolist()))
    scores = scores - scores.mean(axis=0)
    labels = np.where(scores[:, 1] > scores[:, 0] + 1e-9, 2, 0)
    with open(path, "a", encoding="utf-8") as file:
        pd.DataFrame({"id": rows["id"].to_numpy(), "label": labels}).to_csv(file, index=False)


# %% wrong="the best label over half of the texts" loses=["predictions_bias"] says="expected a and b"
def hand_in(score, rows, path):
    scores = np.asarray(score(rows["text"].tolist()))
    scores = scores - scores[: max(1, len(scores) // 2)].mean(axis=0)
    labels = np.where(scores[:, 1] > scores[:, 0] + 1e-9, 2, 0)
    pd.DataFrame({"id": rows["id"].to_numpy(), "label": labels}).to_csv(path, index=False)


# %% wrong="labels put into the caller's table" loses=["predictions_file", "predictions_bias", "predictions_score"] says="changed in place"
def hand_in(score, rows, path):
    scores = np.asarray(score(rows["text"].tolist()))
    scores = scores - scores.mean(axis=0)
    rows["label"] = np.where(scores[:, 1] > scores[:, 0] + 1e-9, 2, 0)
    rows[["id", "label"]].to_csv(path, index=False)
