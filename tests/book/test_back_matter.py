"""The back matter agrees with the chapters and with the files that it speaks of."""

import re
from itertools import pairwise

import pytest
import yaml

from tools.notebooks import BOOK, CHAPTERS, ROOT, cells, headings, read
from website.folds import only_draws, only_imports

GUIDE = (BOOK / "instructors.md").read_text("utf-8")
MINUTES = re.compile(r"\*\*Minutes\*\* reading (\d+), exercises (\d+)")
WAY = re.compile(r"^### (\w+) hours\n(.*?)^\| \*\*Sum\*\* \| (\d+) \| (\d+) \|$", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| \{ref\}`sec-([\w-]+)` \| (\d+) \| (\d+|–) \|$", re.MULTILINE)
HOURS = {"Two": 2, "Four": 4, "Five": 5, "Six": 6, "Ten": 10}


def minutes():
    """The minutes of reading and of exercises of each chapter, as its first cell states them."""
    found = {path.stem: MINUTES.search(cells(read(path), "markdown")[0].source) for path in CHAPTERS}
    return {stem: match.groups() for stem, match in found.items()}


def computed_minutes(notebook):
    """The minutes that a chapter takes, but for its exercises; the guide for instructors states the rule."""
    total, in_exercises = 0, False
    for cell in notebook.cells:
        if cell.cell_type == "code":
            folded = "code_prompt_show" in cell.metadata.get("mystnb", {})
            shown = not (folded or only_imports(cell.source) or only_draws(cell.source))
            total += shown and not in_exercises
            continue
        text = cell.source
        if "\n## Exercises" in text:
            text, in_exercises = text.partition("\n## Exercises")[0], True
        elif in_exercises:
            _, found, text = text.partition("## What was shown")
            in_exercises = not found
        words = re.sub(r"```\{math\}.*?```|\$\$.+?\$\$", "", text, flags=re.DOTALL).split()
        formulas = re.findall(r"\{math\}|\$\$.+?\$\$", text, re.DOTALL)
        theorems, predictions = text.count("{prf:theorem}"), text.count(":class: predict")
        total += len(words) / 180 + len(formulas) / 2 + 2 * theorems + predictions
    return total


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_minutes_of_a_chapter_are_those_of_the_rule(path):
    reading = int(minutes()[path.stem][0])
    assert reading % 5 == 0
    assert reading == pytest.approx(computed_minutes(read(path)), abs=3.5)


@pytest.mark.parametrize("way", WAY.findall(GUIDE), ids=lambda way: way[0])
def test_a_way_through_the_book_adds_up_and_fits_its_hours(way):
    hours, table, reading, exercises = way
    rows, stated = ROW.findall(table), minutes()
    for chapter, *figures in rows:
        assert [f for f in figures if f != "–"] == list(stated[chapter])[: 2 - figures.count("–")], chapter
    sums = sum(int(row[1]) for row in rows), sum(int(row[2]) for row in rows if row[2] != "–")
    assert sums == (int(reading), int(exercises))
    assert 0.8 * HOURS[hours] * 60 <= sum(sums) <= HOURS[hours] * 60


def test_every_chapter_stands_once_in_the_map_and_serves_an_outcome():
    table = GUIDE.partition("| Chapter | Outcomes | Set |\n| --- | --- | --- |\n")[2].partition("\n\n")[0]
    rows = [row.split("|")[1:3] for row in table.splitlines()]
    labels = [label for chapters, _ in rows for label in re.findall(r"`sec-([\w-]+)`", chapters)]
    assert sorted(labels) == sorted(path.stem for path in CHAPTERS)
    served = {int(number) for _, outcomes in rows for number in outcomes.split(",")}
    assert served == {
        int(number) for number in re.findall(r"^(\d+)\. .*[;.]$", GUIDE.partition("Which chapter")[0], re.M)
    }


def test_the_ways_are_in_the_order_of_their_hours_and_their_number_is_stated():
    assert [way[0] for way in WAY.findall(GUIDE)] == list(HOURS)
    assert len(HOURS) == 5
    assert "five ways through" in GUIDE
    assert "five ways through" in (BOOK / "index.ipynb").read_text("utf-8")


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


def test_each_question_is_answered_shortly_with_a_checked_number_and_a_link():
    notebook = read(BOOK / "questions.ipynb")
    answers = [c.source for c in notebook.cells[2:] if c.cell_type == "markdown"]
    checks = [c for c in notebook.cells[2:] if c.cell_type == "code"]
    assert [c.cell_type for c in notebook.cells[2:]] == ["markdown", "code"] * len(answers)
    assert len(answers) >= 20
    for answer, check in zip(answers, checks, strict=True):
        (question,) = [text for tag, text in headings(answer) if tag == "h3"]
        said = answer.rpartition(question)[2]
        assert question.endswith("?")
        assert 2 <= len(re.findall(r"[.:](?: |$)", said.strip())) <= 6, question
        assert re.search(r"\d", said), question
        assert "{ref}`sec-" in said, question
        assert "assert" in check.source, question
        assert check.metadata["mystnb"]["code_prompt_show"].startswith("Checked"), question
