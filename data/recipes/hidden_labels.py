"""Writes the labels of the test splits, for instructors alone: tests/hidden_labels/<set>.csv with columns id and label.

Labels are numbers. Run: python data/recipes/hidden_labels.py [SET ...]; "phishing", which ships none, needs the hub.
"""

import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import sentiment
from writing import write_whole

from shared.assets.access import asset_path
from shared.assets.cache_paths import CHECKOUT
from shared.datasets import mail, phishing
from shared.datasets.film import film_reviews
from shared.datasets.text_sets import SENTIMENTS

FOLDER = CHECKOUT / "tests" / "hidden_labels"


def sentiment_rows() -> list[dict]:
    """The sentiment set with its labels as numbers."""
    rows = sentiment.rows(asset_path("rated_snippets"))
    return [{**row, "label": SENTIMENTS.index(row["label"])} for row in rows]


SHIPPED: dict[str, Callable[[], list[dict]]] = {
    "sentiment": sentiment_rows,
    "film": film_reviews,
    "mail": mail.messages,
}
SETS = {**SHIPPED, "phishing": phishing.messages}


def csv_of(rows: list[dict]) -> bytes:
    """A CSV file of id and label of the test rows."""
    lines = [f"{row['id']},{row['label']}\n" for row in rows if row["split"] == "test"]
    return ("id,label\n" + "".join(lines)).encode()


def main() -> None:
    for name in sys.argv[1:] or SHIPPED:
        data = csv_of(SETS[name]())
        write_whole(FOLDER / f"{name}.csv", data)
        print(f"{name:10} {len(data.splitlines()) - 1:6,} labels")


if __name__ == "__main__":
    main()
