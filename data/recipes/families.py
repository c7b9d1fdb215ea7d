"""Groups texts that must be in the same split: those cut from one source, and near-copies."""

import sys
from pathlib import Path

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from shared.datasets.example_ids import normalised, text_id

NEAR = 0.8  # cosine of TF-IDF from which two texts are variants of one


def families(texts: list[str], groups: list[str]) -> list[str]:
    """The name of each text's family: texts of one group and near-copies belong together, through any chain of them.

    Returns:
        (texts,) names of 12 hexadecimal digits, which do not depend on the order of the texts.
    """
    words = TfidfVectorizer(analyzer=str.split).fit_transform(normalised(text) for text in texts)
    cosine = (words @ words.T).tocoo()
    near = cosine.data >= NEAR
    first: dict[str, int] = {}
    same_group = [first.setdefault(group, place) for place, group in enumerate(groups)]
    start = np.concatenate([cosine.row[near], np.arange(len(texts))])
    end = np.concatenate([cosine.col[near], same_group])
    links = coo_array((np.ones(len(start)), (start, end)), shape=(len(texts), len(texts)))
    numbers = connected_components(links)[1].tolist()
    names: dict[int, str] = {}
    for name, number in sorted(zip(map(text_id, texts), numbers, strict=True)):
        names.setdefault(number, name)
    return [names[number] for number in numbers]
