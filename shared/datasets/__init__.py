"""The course's data sets, each with fixed splits. Cards: data/cards/."""

from shared.lazy_names import face

__getattr__, __dir__ = face(
    __name__,
    {
        "tables": "load_nhefs load_thornton load_pension",
        "text_sets": "load_sentiment load_speeches load_voice",
        "film": "load_film",
        "mail": "load_mail",
        "phishing": "load_phishing",
        "pronouns": "KIND NAMES PEOPLE VOCABULARY encode pronoun_rows",
    },
)
