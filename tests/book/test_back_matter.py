"""The back matter agrees with the chapters and with the files that it speaks of."""

import re
from itertools import pairwise

import pytest
import yaml

from tools.notebooks import BOOK, CHAPTERS, ROOT, cells, headings, read

GUIDE = (BOOK / "instructors.md").read_text("utf-8")
MINUTES = re.compile(r"\*\*Minutes\*\* reading (\d+), exercises (\d+)")
WAY = re.compile(r"^### (\w+) hours\n(.*?)^\| \*\*Sum\*\* \| (\d+) \| (\d+) \|$", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| \{ref\}`sec-([\w-]+)` \| (\d+) \| (\d+|–) \|$", re.MULTILINE)
HOURS = {"Two": 2, "Five": 5, "Ten": 10}


def minutes():
    """The minutes of reading and of exercises of each chapter, as its first cell states them."""
    found = {path.stem: MINUTES.search(cells(read(path), "markdown")[0].source) for path in CHAPTERS}
    return {stem: match.groups() for stem, match in found.items()}


@pytest.mark.parametrize("way", WAY.findall(GUIDE), ids=lambda way: way[0])
def test_a_way_through_the_book_adds_up_and_fits_its_hours(way):
    hours, table, reading, exercises = way
    rows, stated = ROW.findall(table), minutes()
    for chapter, *figures in rows:
        assert [f for f in figures if f != "–"] == list(stated[chapter])[: 2 - figures.count("–")], chapter
    sums = sum(int(row[1]) for row in rows), sum(int(row[2]) for row in rows if row[2] != "–")
    assert sums == (int(reading), int(exercises))
    assert 0.8 * HOURS[hours] * 60 <= sum(sums) <= HOURS[hours] * 60


def test_there_is_a_way_of_two_five_and_ten_hours():
    assert [way[0] for way in WAY.findall(GUIDE)] == list(HOURS)


def test_the_citation_is_that_of_the_citation_file():
    entry = dict(
        re.findall(r"^  (\w+) += \{+(.*?)\}+,?$", (BOOK / "cite.md").read_text("utf-8"), re.MULTILINE)
    )
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert entry["title"] == citation["title"]
    assert entry["edition"] == citation["version"]
    assert entry["author"] == citation["authors"][0]["name"]
    assert f"edition {citation['version']}" in (BOOK / "cite.md").read_text("utf-8")


def test_the_terms_of_the_glossary_are_in_order_and_each_leads_somewhere():
    text = (BOOK / "glossary.md").read_text("utf-8").partition("```{glossary}\n")[2].partition("```")[0]
    entries = dict(entry.strip().split("\n", 1) for entry in text.split("\n\n"))
    assert len(entries) > 40
    assert list(entries) == sorted(entries, key=str.casefold)
    assert [
        term for term, meaning in entries.items() if "{ref}`" not in meaning and "{term}`" not in meaning
    ] == []


def test_each_misconception_is_answered_by_a_number_or_a_picture_and_names_its_chapter():
    notebook = read(BOOK / "misconceptions.ipynb")
    said = [
        c.cell_type == "markdown" and any(tag == "h3" for tag, _ in headings(c.source))
        for c in notebook.cells
    ]
    beliefs = [index for index, found in enumerate(said) if found]
    assert len(beliefs) > 10
    for start, end in pairwise([*beliefs, len(notebook.cells)]):
        source = notebook.cells[start].source
        shown = [cell for cell in notebook.cells[start:end] if cell.cell_type == "code" and cell.outputs]
        assert shown, source
        assert "{ref}`sec-" in "".join(c.source for c in notebook.cells[start:end]), source
        assert [tag for tag, _ in headings(source)].count("h3") == 1, source
