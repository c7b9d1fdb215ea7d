"""The one list of the HTML that a page shows of what students wrote and displayed; all else is left out or shown as text."""

import html
import re

import bleach
from pygments.token import STANDARD_TYPES

TAGS = {
    *(
        "a",
        "abbr",
        "b",
        "code",
        "del",
        "em",
        "i",
        "kbd",
        "mark",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "u",
        "var",
    ),
    *("blockquote", "br", "details", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "p", "pre", "summary"),
    *("dd", "dl", "dt", "li", "ol", "ul"),
    *("caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"),
}
# Those of highlighted code and of pandas: with others, such as nbgrader's own, an answer could pose as a part of the page.
CLASSES = {"highlight", "dataframe", *STANDARD_TYPES.values()}
IMAGES = ("png", "jpeg", "gif", "svg+xml")
VALUES = {
    ("a", "href"): re.compile(r"(https?://|mailto:|#).*"),
    ("img", "src"): re.compile(rf"data:image/({'|'.join(map(re.escape, IMAGES))});base64,[A-Za-z0-9+/=\s]*"),
    ("img", "alt"): re.compile(".*", flags=re.DOTALL),
    ("img", "width"): re.compile(r"\d{1,4}"),
    ("img", "height"): re.compile(r"\d{1,4}"),
    ("td", "colspan"): re.compile(r"\d{1,3}"),
    ("td", "rowspan"): re.compile(r"\d{1,3}"),
    ("th", "colspan"): re.compile(r"\d{1,3}"),
    ("th", "rowspan"): re.compile(r"\d{1,3}"),
}
# Their content is no text to read: pandas puts a style sheet before each table.
UNSEEN = re.compile(r"<(style|script)\b[^>]*>.*?</\1\s*>", flags=re.DOTALL | re.IGNORECASE)
MOST_TAGS = 5_000  # in one piece of HTML, as many as pandas shows of a table; more take a parser seconds
LONGEST_HTML = 40_000  # characters beside pictures; as many attributes of one tag take a parser seconds
PICTURE = re.compile(r"data:image/[a-z+]+;base64,[A-Za-z0-9+/=]*")
DEEPEST = 100  # elements one inside the other
TAG = re.compile(r"<(/?)([a-z0-9]+)")
WITHOUT_END = {"br", "col", "hr", "img"}


def clean_html(source: str) -> str:
    """Returns HTML with nothing but what the list allows, or as text to read where it is too large."""
    source = str(source)
    if too_large(source):
        return as_text(source)
    cleaned = bleach.clean(
        UNSEEN.sub("", source),
        tags=TAGS,
        attributes=_is_allowed,
        protocols={"http", "https", "mailto", "data"},
        strip=True,
    )
    return cleaned if _depth(cleaned) <= DEEPEST else as_text(source)


def too_large(source: str) -> bool:
    """Whether a parser could need long for this HTML."""
    return html_length(source) > LONGEST_HTML or source.count("<") > MOST_TAGS


def html_length(source: str) -> int:
    """The characters of HTML that a parser looks at one by one."""
    return len(PICTURE.sub("", source))


def as_text(source: str) -> str:
    """Shows a text as it was typed."""
    return f"<pre>{html.escape(source, quote=False)}</pre>"


def _is_allowed(tag: str, name: str, value: str) -> bool:
    if name == "class":
        return CLASSES.issuperset(value.split())
    pattern = VALUES.get((tag, name))
    return bool(pattern and pattern.fullmatch(value))


def _depth(cleaned: str) -> int:
    """How deep the elements of well-formed HTML lie inside each other."""
    depth = 0
    deepest = 0
    for end, name in TAG.findall(cleaned):
        if name not in WITHOUT_END:
            depth += -1 if end else 1
            deepest = max(deepest, depth)
    return deepest
