"""Filters an error's message down to the course's own words: student code can put anything into a message.

The words are those of the check that failed, and of the modules that speak in the course's name; each is shown once, and a
message has few of them. Of numbers a message shows those that stand in the visible part of the check: any other may be the
student's, who could write what a hidden test says into it. Everything else becomes an ellipsis.
"""

import ast
import functools
import re
from collections.abc import Iterable
from pathlib import Path

import nbformat

from grading.coursedir import instructor_path, judges_path
from grading.nbgrader_settings import STUB
from grading.verdicts.canaries import TAMPERING
from shared.assets.cache_paths import CHECKOUT
from shared.notebooks.cell_metadata import grade_id, is_answer, is_check

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
DTYPES = "float16 float32 float64 bfloat16 int8 int16 int32 int64 uint8 None True False nan inf"
NAMES_OF_TYPES = frozenset([*KINDS.split(), *DTYPES.split()])
NUMBER = r"(?<![\w.,])[-+]?(?:\d{1,3}(?:,\d{3}){1,3}|\d{1,12})(?:\.\d{1,6})?(?:e[-+]?\d{1,3})?(?![\w,]|\.\d)"
BETWEEN = re.compile(r"""[\s()\[\]{},.:;'"=<>|?!-]{1,4}""")
SHORTEST = 3  # characters of a piece
TELLING = 8  # characters of a piece that makes a message the course's
MOST = 14  # pieces in a message
MOST_NUMBERS = 6
MOST_KINDS = 3  # names of types: with many, their order could tell something


class CourseWords:
    """The texts that the course itself can say in one cell.

    Args:
        sources: Python code whose texts are the course's own.
        visible: the code that students see of the cell, whose numbers may be shown.
    """

    def __init__(self, sources: Iterable[str], visible: str = ""):
        pieces = set(_spoken())
        for source in sources:
            pieces |= _pieces(source)
        longest_first = sorted(pieces, key=lambda piece: (-len(piece), piece))
        self.pattern = re.compile("|".join([*map(_whole, longest_first), NUMBER]), flags=re.IGNORECASE)
        self.numbers = _numbers(visible)

    def words_of(self, message: str) -> str:
        """Returns the message with an ellipsis for what is not the course's; empty where too little is left."""
        shown = []
        end = 0
        telling = False
        left = {"pieces": MOST, "numbers": MOST_NUMBERS, "kinds": MOST_KINDS}
        said = set()
        for match in self.pattern.finditer(message):
            if not self._is_new(match.group(), said, left):
                continue
            shown += [_gap(message[end : match.start()]), match.group()]
            end = match.end()
            telling = telling or len(match.group()) >= TELLING
        shown.append(_gap(message[end:]))
        return re.sub(" *…[… ]*", " … ", "".join(shown)).strip() if telling else ""

    def _is_new(self, piece: str, said: set[str], left: dict[str, int]) -> bool:
        """Whether a piece may be shown; takes it from what is left."""
        if re.fullmatch(NUMBER, piece):
            kind = "numbers"
            allowed = piece.lstrip("+") in self.numbers
        else:
            kind = "kinds" if piece in NAMES_OF_TYPES else "pieces"
            allowed = piece not in said
        if not allowed or not left[kind]:
            return False
        said.add(piece)
        left[kind] -= 1
        return True


class LabWords:
    """The course's words in a lab, cell by cell.

    Args:
        lab: its name. root: a course directory, or a checkout in which the lab is built.
    """

    def __init__(self, lab: str, root: Path):
        cells = nbformat.read(instructor_path(lab, root), as_version=4).cells
        self.checks = {grade_id(cell): cell.source for cell in cells if is_check(cell)}
        given = [cell.source for cell in cells if cell.cell_type == "code" and not is_answer(cell)]
        judges = judges_path(lab, root)
        self.everywhere = ["\n".join(_raised(source)) for source in given]
        self.judges = functions(judges.read_text(encoding="utf-8")) if judges.is_file() else {}

    def of(self, check: str) -> CourseWords:
        """The words of the check of this name; for any other cell those that every cell can say."""
        source = self.checks.get(check, "")
        return CourseWords([source, self.judges.get(check, ""), *self.everywhere], REGION.sub("", source))


def functions(source: str) -> dict[str, str]:
    """The code of each function of a module, with that of its private ones, which any of them may call."""
    nodes = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    helpers = "\n".join(ast.unparse(node) for node in nodes if node.name.startswith("_"))
    return {node.name: f"{ast.unparse(node)}\n{helpers}" for node in nodes}


def _raised(source: str) -> list[str]:
    """The statements of code that raise something."""
    try:
        nodes = ast.walk(ast.parse(source))
    except SyntaxError:
        return []
    return [ast.unparse(node) for node in nodes if isinstance(node, ast.Raise)]


@functools.cache
def _spoken() -> frozenset[str]:
    """What any cell of any lab can say."""
    speakers = [(CHECKOUT / name).read_text(encoding="utf-8") for name in SPEAKERS]
    pieces = set(NAMES_OF_TYPES)
    for source in [STUB, repr(TAMPERING), *speakers]:
        pieces |= _pieces(source)
    return frozenset(pieces)


def _numbers(source: str) -> set[str]:
    """The numbers in code, in each form in which a message can have them."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError:
        return set()
    values = {node.value for node in nodes if isinstance(node, ast.Constant) and type(node.value) in (int, float)}
    values |= {-value for value in values}
    return {form.format(value) for value in values for form in ("{}", "{:g}", "{:.6g}", "{:,}")}


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
