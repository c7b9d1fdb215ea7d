"""Filters an error's message down to the course's own words: student code can put anything into a message.

The words are those of the lab's own cells and judges, and of the modules that speak in the course's name, with numbers
between them. Everything else becomes an ellipsis, and so does what follows after MOST pieces, so that a message can carry
next to nothing that the course did not write.
"""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import nbformat

from grading.coursedir import instructor_path, judges_path
from grading.nbgrader_settings import STUB
from grading.verdicts.canaries import TAMPERING
from shared.assets.cache_paths import CHECKOUT
from shared.notebooks.cell_metadata import is_answer

# What students do not see of a cell.
REGION = re.compile(
    r"^[^\n]*BEGIN (HIDDEN TESTS|MARK SCHEME)[^\n]*\n.*?^[^\n]*END \1[^\n]*\n?", flags=re.MULTILINE | re.DOTALL
)
SPEAKERS = (
    "shared/checks.py",
    "grading/kernels/execute_preprocessor.py",
    "grading/verdicts/failure_kinds.py",
    "grading/verdicts/outside_judges.py",
)
KINDS = "int float str bool list tuple dict set NoneType function ndarray Tensor DataFrame Series object Ellipsis"
DTYPES = "float16 float32 float64 bfloat16 int8 int16 int32 int64 uint8 None True False"
NUMBER = r"(?<!\w)[-+]?(?:\d{1,9}(?:,\d{3})*(?:\.\d{1,6})?(?:e[-+]?\d{1,3})?|nan|inf)(?!\w)"
BETWEEN = re.compile(r"""[\s()\[\]{},.:;'"=<>|?!-]{1,4}""")
SHORTEST = 3  # characters of a piece
TELLING = 8  # characters of a piece that makes a message the course's
MOST = 40  # pieces in a message


class CourseWords:
    """The texts that the course itself can say about one lab.

    Args:
        sources: Python code whose texts are the course's own.
    """

    def __init__(self, sources: Iterable[str]):
        speakers = [(CHECKOUT / name).read_text(encoding="utf-8") for name in SPEAKERS]
        pieces = {*KINDS.split(), *DTYPES.split()}
        for source in [*sources, STUB, repr(TAMPERING), *speakers]:
            pieces |= _pieces(source)
        longest_first = sorted(pieces, key=lambda piece: (-len(piece), piece))
        self.pattern = re.compile("|".join([*map(_whole, longest_first), NUMBER]), flags=re.IGNORECASE)

    def words_of(self, message: str) -> str:
        """Returns the message with an ellipsis for what is not the course's; empty where too little is left."""
        shown = []
        end = 0
        telling = False
        for count, match in enumerate(self.pattern.finditer(message)):
            if count == MOST:
                break
            shown += [_gap(message[end : match.start()]), match.group()]
            end = match.end()
            telling = telling or len(match.group()) >= TELLING
        shown.append(_gap(message[end:]))
        return re.sub(" *…[… ]*", " … ", "".join(shown)).strip() if telling else ""


def of_lab(lab: str, root: Path) -> CourseWords:
    """Collects the course's words in a lab: all its cells except the answers, and its judges."""
    cells = nbformat.read(instructor_path(lab, root), as_version=4).cells
    sources = [cell.source for cell in cells if cell.cell_type == "code" and not is_answer(cell)]
    judges = judges_path(lab, root)
    if judges.is_file():
        sources.append(judges.read_text(encoding="utf-8"))
    return CourseWords(sources)


def _pieces(source: str) -> set[str]:
    """Texts, also the fixed parts of formatted ones; of hidden tests only those of several words, so that no code is one."""
    hidden = _texts("\n".join(match.group() for match in REGION.finditer(source)))
    return _texts(REGION.sub("", source)) | {text for text in hidden if " " in text.strip()}


def _texts(source: str) -> set[str]:
    """Returns the text constants of Python code; none where it is not plain Python, such as a magic."""
    try:
        nodes = ast.walk(ast.parse(source))
    except SyntaxError:
        return set()
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    parts = {part for text in texts for part in re.split(r"\{[^{}]*\}", text)}
    return {piece for part in parts for piece in (part, part.strip()) if len(piece) >= SHORTEST and piece.strip()}


def _whole(piece: str) -> str:
    """A pattern for the piece that matches no part of a longer word."""
    before = r"(?<!\w)" if piece[0].isalnum() else ""
    return before + re.escape(piece) + (r"(?!\w)" if piece[-1].isalnum() else "")


def _gap(text: str) -> str:
    return text if not text or BETWEEN.fullmatch(text) else " … "
