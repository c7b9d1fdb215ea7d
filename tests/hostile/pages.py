"""What students write and display so that it runs in a reader's browser, or keeps the page from being made."""

from pathlib import Path

from tests.hostile.cases import ANSWER, CASES, FULL, Case, cell, save

HANDLER = "1 onerror=alert(1)"


def wrote(name: str, text: str, attachments: dict | None = None) -> None:
    """Registers a right answer with this text as the written one."""

    def write(folder: Path, notebook: dict) -> None:
        cell(notebook, "double")["source"] = ANSWER
        cell(notebook, "why")["source"] = text
        if attachments:
            cell(notebook, "why")["attachments"] = attachments
        save(folder, notebook)

    CASES.append(Case(name, write, score=FULL))


def displayed(name: str, source: str) -> None:
    """Registers a right answer that displays something before the checks."""

    def write(folder: Path, notebook: dict) -> None:
        cell(notebook, "double")["source"] = (
            f"from IPython.display import HTML, Markdown, display\n{source}\n\n{ANSWER}"
        )
        save(folder, notebook)

    CASES.append(Case(name, write, score=FULL))


def data(kind: str, value: str, metadata: str = "{}") -> str:
    return f"display({{{kind!r}: {value}}}, raw=True, metadata={metadata})"


wrote("a_diagram_that_ends_its_block", "```mermaid\n</pre><img src=x onerror=alert(1)><pre>\n```")
wrote(
    "links_and_pictures_that_run",
    '[a](javascript:alert(1)) ![b](data:text/html,alert(1)) [c](x "\\" onclick=alert(1)")',
)
wrote("a_picture_that_did_not_come", "![x](attachment:foo.png)")
wrote("a_picture_of_another_kind", "![x](attachment:x.png)", {"x.png": {"text/html": "<script>alert(1)</script>"}})
wrote("many_spaces", "a" + 900_000 * " " + "b")
wrote("many_begins", 100_000 * r"\begin{a}")
wrote("many_brackets", 100_000 * "[")
displayed("a_width_that_runs", data("image/png", "'eA=='", f"{{'image/png': {{'width': '{HANDLER}'}}}}"))
displayed("a_height_that_runs", data("image/jpeg", "'eA=='", f"{{'height': '{HANDLER}'}}"))
displayed("a_picture_that_ends_its_tag", data("image/png", f"'\"><img src=x {HANDLER[2:]}>'"))
displayed("html_in_a_frame", data("text/html", "'<script>alert(1)</script>'", "{'text/html': {'isolated': True}}"))
displayed("markdown_with_a_diagram", "display(Markdown('```mermaid\\n</pre><script>alert(1)</script>\\n```'))")
displayed(
    "a_widget_that_is_none", data("application/vnd.jupyter.widget-view+json", "{'a': '</script><script>alert(1)'}")
)
displayed("javascript", data("application/javascript", "'alert(1)'"))
displayed("many_open_tags", "display(HTML(40_000 * '<b>'))")
displayed("many_colours", "print(80_000 * '\\x1b[31ma')")
displayed("many_outputs", "for _ in range(3_000): display(HTML('<i>a</i>'))")
