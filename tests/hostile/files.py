"""What may lie in a student's folder instead of a notebook."""

import json
import os
from pathlib import Path

from tests.hostile.cases import ANSWER, LAB, SECRET, case, cell, save

NAME = f"{LAB}.ipynb"


@case("refused", says="link")
def symlink_to_the_gradebook(folder: Path, notebook: dict):
    (folder / NAME).symlink_to(folder.parents[2] / "gradebook.db")


@case("refused", says="link")
def symlink_to_a_secret(folder: Path, notebook: dict):
    secret = folder.parents[2] / "secret.txt"
    secret.write_text(SECRET)
    (folder / NAME).symlink_to(secret)


@case("refused", says="link")
def symlink_to_nothing(folder: Path, notebook: dict):
    (folder / NAME).symlink_to("nowhere")


@case("refused", says="link")
def symlink_to_itself(folder: Path, notebook: dict):
    (folder / NAME).symlink_to(NAME)


@case("refused", says="link")
def hardlink_to_anothers_work(folder: Path, notebook: dict):
    theirs = folder.parents[2] / "theirs.ipynb"
    theirs.write_text(json.dumps(notebook))
    os.link(theirs, folder / NAME)


@case("refused", says="link or a special file")
def a_pipe_that_never_ends(folder: Path, notebook: dict):
    os.mkfifo(folder / NAME)


@case("refused", says="link")
def a_folder_named_like_a_notebook(folder: Path, notebook: dict):
    (folder / NAME).mkdir()


@case("refused", says="no notebook")
def an_empty_folder(folder: Path, notebook: dict):
    pass


@case("refused", says="no notebook")
def a_pdf_instead(folder: Path, notebook: dict):
    (folder / "lab01.pdf").write_bytes(b"%PDF-1.7")


@case("refused", says="not a notebook")
def an_empty_file(folder: Path, notebook: dict):
    (folder / NAME).touch()


@case("refused", says="not a notebook")
def cut_off_while_uploading(folder: Path, notebook: dict):
    (folder / NAME).write_text(json.dumps(notebook)[:3000])


@case("refused", says="not a notebook")
def random_bytes(folder: Path, notebook: dict):
    (folder / NAME).write_bytes(bytes(range(256)) * 40)


@case("refused", says="not a notebook")
def brackets_a_million_deep(folder: Path, notebook: dict):
    (folder / NAME).write_text("[" * 1_000_000)


@case("refused", says="no list of cells")
def cells_that_are_a_number(folder: Path, notebook: dict):
    save(folder, notebook | {"cells": 7})


@case("refused", says="MB, more than")
def a_file_of_thirty_megabytes(folder: Path, notebook: dict):
    (folder / NAME).write_text(json.dumps(notebook) + " " * 30_000_000)


@case("refused", says="several notebooks|Several notebooks")
def two_notebooks_without_a_telling_name(folder: Path, notebook: dict):
    save(folder, notebook, "first.ipynb")
    save(folder, notebook, "second.ipynb")


@case("refused", says="another lab")
def the_notebook_of_another_course(folder: Path, notebook: dict):
    save(folder, {"cells": [{"cell_type": "code", "source": "print(1)", "metadata": {}}], "nbformat": 4})


@case()
def a_browsers_second_download(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = ANSWER
    save(folder, notebook, f"{LAB} (1).ipynb")


@case()
def a_name_in_another_alphabet(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = ANSWER
    save(folder, notebook, "тетрадь 😀 \u202egnp.ipynb")


@case()
def a_hidden_file_with_a_line_break(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = ANSWER
    save(folder, notebook, "..\n$(touch pwned);.ipynb")


@case()
def saved_as_utf16_by_an_editor(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = ANSWER
    (folder / NAME).write_bytes(json.dumps(notebook).encode("utf-16"))


@case()
def saved_with_a_byte_order_mark(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = ANSWER
    (folder / NAME).write_bytes(b"\xef\xbb\xbf" + json.dumps(notebook).encode())


@case()
def a_number_of_a_million_digits(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = ANSWER
    text = json.dumps(notebook).replace('"nbformat": 4', '"nbformat": 4, "big": ' + "9" * 1_000_000)
    (folder / NAME).write_text(text)


@case()
def not_a_number_and_infinity_in_metadata(folder: Path, notebook: dict):
    cell(notebook, "double")["source"] = ANSWER
    save(folder, notebook | {"metadata": {"a": float("nan"), "b": float("inf")}})


@case()
def modules_that_shadow_the_courses_own(folder: Path, notebook: dict):
    """Files beside the notebook are not part of a submission; a `shared` folder of one's own least of all."""
    cell(notebook, "double")["source"] = ANSWER
    save(folder, notebook)
    (folder / "shared").mkdir()
    (folder / "shared" / "__init__.py").write_text("raise SystemExit('shadowed')")
    for name in ("sitecustomize.py", "usercustomize.py", "IPython.py", "evil.pth", "conftest.py"):
        (folder / name).write_text("raise SystemExit('shadowed')")
    (folder / "model.pkl").write_bytes(b"cos\nsystem\n(S'touch pwned'\ntR.")
