"""Tests workbooks as a spreadsheet reads them: numbers are numbers, texts are texts, and no text is a formula."""

import io
import zipfile
from xml.etree import ElementTree

from grading.reports.workbook import MAIN, workbook

SPACE = {"m": MAIN}


def sheet(data: bytes) -> list[list]:
    """The cells, as a spreadsheet would show them."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))
        root = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    return [[read(cell) for cell in row.findall("m:c", SPACE)] for row in root.iterfind(".//m:row", SPACE)]


def read(cell):
    if cell.get("t") == "inlineStr":
        return cell.find("m:is/m:t", SPACE).text
    value = cell.find("m:v", SPACE)
    return None if value is None else float(value.text)


def test_every_value_comes_back_as_what_it_was():
    rows = [["id", "Müller & Söhne <b>"], ["0042", 7.5], ["=1+1", None], [" a\nb ", -1], ["x\x1by", 1 / 3]]
    read_again = sheet(workbook(rows, "Spring/2027: [all] of it, with a name that is too long"))
    assert read_again[:4] == rows[:4]
    assert read_again[4] == ["x\ufffdy", 0.3333333333]


def test_the_parts_name_each_other():
    with zipfile.ZipFile(io.BytesIO(workbook([["a"]], "T"))) as archive:
        targets = set(archive.namelist()) - {"[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels"}
        types = archive.read("[Content_Types].xml").decode()
        assert {f"/{name}" in types for name in targets} == {True}
        assert 'Target="worksheets/sheet1.xml"' in archive.read("xl/_rels/workbook.xml.rels").decode()
        assert 'Target="xl/workbook.xml"' in archive.read("_rels/.rels").decode()


def test_a_sheets_name_is_one_that_spreadsheets_take():
    with zipfile.ZipFile(io.BytesIO(workbook([["a"]], "a/b: [c] and a name that is far too long"))) as archive:
        root = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    name = root.find("m:sheets/m:sheet", SPACE).get("name")
    assert len(name) <= 31
    assert not set(name) & set("[]:*?/\\'")
