"""Guides, cards and what the packages say read as English: phrases that a native reader stumbles over do not come back.

Labs are not looked at yet.
"""

import io
import re
import subprocess
import tokenize

import pytest

from shared.assets.cache_paths import CHECKOUT

# A phrase, as a regular expression whose spaces may be line breaks -> what to write instead.
BETTER = {
    "numbers? that learns?": "trainable parameters",
    "(?:is|are|was|were) (?:not )?to be had": "is available",
    "at hand (?:when|where)": "available when",
    "so many as": "as many as",
    "as many of each class": "the same number of each class",
    "machine's share of the work": "run time and memory",
    "dear mistakes?": "expensive mistake",
    "mend(?:s|ed|ing)?": "fix or repair",
    "whoever": "anyone who, or name the person",
    "who has one may": "if you have one, you can",
    "parted": "separated",
    "in vain": "to no effect, or wrongly",
    "for rubbish": "for unused objects",
    "lost (?:its|their) marks?": "lost its metadata",
    "mails": "emails",
    "nats a token": "nats per token",
    "goes on where it was": "continues where it stopped",
}
# Between two words: white space, and what a comment or a string over several lines puts there.
GAP = r"""(?:[\s#>"']|\bf(?=["']))+"""
TICS = {re.compile(rf"(?<![\w.`{{])(?:{tic.replace(' ', GAP)})(?!\w)", re.IGNORECASE): tic for tic in BETTER}


def pages() -> list[str]:
    names = subprocess.run(
        ["git", "ls-files", "*.md", "shared/*.py", "grading/*.py"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [name for name in names if not name.startswith(("labs/", "solutions/")) and (CHECKOUT / name).exists()]


def prose(source: str) -> str:
    """Comments and strings of a Python file; everything else is blank, so that each line keeps its number."""
    # From Python 3.12 on, the text of an f-string is a token by itself.
    kept = {tokenize.COMMENT, tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", None)}
    lines = source.splitlines(keepends=True)
    blank = [[char if char == "\n" else " " for char in line] for line in lines]
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in kept:
            (first, left), (last, right) = token.start, token.end
            for row in range(first - 1, last):
                span = slice(left if row == first - 1 else 0, right if row == last - 1 else len(lines[row]))
                blank[row][span] = lines[row][span]
    return "".join(map("".join, blank))


def findings(name: str, text: str) -> list[str]:
    """Each tic of a text as 'file:line: phrase -> better', in the order of lines."""
    if name.endswith(".py"):
        text = prose(text)
    found = [(hit.start(), hit.group(), BETTER[tic]) for pattern, tic in TICS.items() for hit in pattern.finditer(text)]
    return [
        f"{name}:{text.count(chr(10), 0, start) + 1}: '{' '.join(phrase.split())}' -> {better}"
        for start, phrase, better in sorted(found)
    ]


@pytest.mark.parametrize("name", pages())
def test_no_phrase_makes_a_native_reader_stumble(name):
    found = findings(name, (CHECKOUT / name).read_text(encoding="utf-8"))
    assert not found, "\n" + "\n".join(found)


def test_phrases_are_found_in_comments_and_strings_with_their_line():
    source = (
        '"""First.\n\nMend\nit."""\nmended = parted(mails)  # so many\n# as these\nprint("lost "\n    "its mark")\n'
    )
    assert findings("grading/x.py", source) == [
        "grading/x.py:3: 'Mend' -> fix or repair",
        "grading/x.py:5: 'so many # as' -> as many as",
        """grading/x.py:7: 'lost " "its mark' -> lost its metadata""",
    ]


def test_other_words_and_names_in_code_pass():
    assert not findings("docs/x.md", "We recommend amendments; the departed; `mended`; many as; vain hopes; an email.")
