"""The course's tables, read from verified files. Cards: data/cards/."""

from typing import TYPE_CHECKING

from shared.assets.access import asset_path
from shared.errors import LabError

if TYPE_CHECKING:
    from datasets import DatasetDict


def load_nhefs():
    """Body measures and habits of smokers in 1971; card: data/cards/nhefs.md.

    Returns:
        A DataFrame of the 1,445 complete rows of 1,629, all columns float. `height` is in metres, `weight` in kg, `age`
        and `smoking_years` in years, `systolic` and `diastolic` in mmHg (taken in 1982), `cholesterol` in mg/dL,
        `cigarettes` a day, `schooling` in years, `tobacco_price` in 2008 dollars a pack, `male` and `active` 0 or 1.
    """
    import pandas as pd

    raw = pd.read_stata(asset_path("nhefs"), convert_categoricals=False)
    table = pd.DataFrame(
        {
            "weight": raw["wt71"],
            "height": raw["ht"] / 100,
            "age": raw["age"],
            "male": raw["sex"] == 1,  # 2: female
            "systolic": raw["sbp"],
            "diastolic": raw["dbp"],
            "cholesterol": raw["cholesterol"],
            "cigarettes": raw["smokeintensity"],
            "smoking_years": raw["smokeyrs"],
            "schooling": raw["school"],
            "tobacco_price": raw["price71"],
            "active": raw["active"] < 3,  # 3: inactive
        }
    )
    return table.astype(float).dropna().reset_index(drop=True)


def load_thornton():
    """A randomised trial in Malawi, 2004: cash for learning one's HIV result; card: data/cards/thornton_hiv.md.

    Returns:
        A DataFrame of complete rows, all columns float: `incentive` 1 if any cash was offered (randomised), `learned` 1 if
        the person came for the result, `distance` to the clinic in km, `age` in years, `hiv` 1 if positive.
    """
    import pandas as pd

    raw = pd.read_stata(asset_path("thornton_hiv"), convert_categoricals=False)
    names = {"any": "incentive", "got": "learned", "distvct": "distance", "age": "age", "hiv2004": "hiv"}
    table = raw[list(names)].rename(columns=names).astype(float).dropna()
    return table[table["hiv"] >= 0].reset_index(drop=True)  # -1: the test said neither


def load_pension():
    """401(k) eligibility and savings of US households, 1991, observational; card: data/cards/pension_401k.md.

    Returns:
        A DataFrame of 9,275 rows, all columns float: `eligible` 1 if the employer offers a 401(k), `assets` net financial
        assets in thousands of dollars, `income` in thousands of dollars a year, `age` in years, `family` size,
        `married` and `male` 0 or 1, `ira` 1 if the household has an individual retirement account.
    """
    import pandas as pd

    names = {
        "e401k": "eligible",
        "nettfa": "assets",
        "inc": "income",
        "age": "age",
        "fsize": "family",
        "marr": "married",
        "male": "male",
        "pira": "ira",
    }
    raw = pd.read_csv(asset_path("pension_401k"), compression="bz2")
    return raw[list(names)].rename(columns=names).astype(float)


TABLES = {"nhefs": load_nhefs, "thornton_hiv": load_thornton, "pension_401k": load_pension}


def table_dataset(name: str) -> "DatasetDict":
    """A table as train, validation and test: 80, 10 and 10% of its rows, always the same ones.

    The labs on tables need many splits, and draw them from the whole table by their seeds instead.

    Args:
        name: one of `TABLES`.
    Returns:
        DatasetDict with the columns of the table, float64.
    Raises:
        LabError: there is no such table, or it can neither be found in the cache nor fetched.
    """
    import random

    from datasets import Dataset, DatasetDict

    if name not in TABLES:
        raise LabError(f"There is no table '{name}'; choose one of: {', '.join(TABLES)}.")
    table = TABLES[name]()
    rows = random.Random(0).sample(range(len(table)), len(table))
    tenth = len(table) // 10
    parts = {"train": rows[2 * tenth :], "validation": rows[tenth : 2 * tenth], "test": rows[:tenth]}
    return DatasetDict(
        {split: Dataset.from_pandas(table.iloc[sorted(part)], preserve_index=False) for split, part in parts.items()}
    )
