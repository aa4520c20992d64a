"""Every item of the ledger has a test that carries its id and a place in the book, and the other way round."""

import ast
import functools
import re
from pathlib import Path

import pytest
import yaml

from tools.notebooks import BOOK, CHAPTERS, ROOT, cells, read
from website.ledger import KEYS, LedgerError, read_ledger

ITEMS = read_ledger(BOOK / "ledger.yml")
EXPECTED = [f"E{i}" for i in range(1, 14)] + [f"C{i}" for i in range(1, 18)] + [f"T{i}" for i in range(1, 80)]

_LABELS = re.compile(r"^\(([\w-]+)\)=$|^:(?:label|name): ([\w-]+)$", re.MULTILINE)


def marked_tests() -> list[tuple[str, str, str]]:
    """Return (id, verdict, tests/<folder>.py::<name>) for every test with a mark ledger("<id>", "<verdict>")."""
    found = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef):
                found += [
                    (*mark, f"{path.relative_to(ROOT).as_posix()}::{function.name}")
                    for mark in _marks(function)
                ]
    return found


def _marks(function: ast.FunctionDef) -> list[list[str]]:
    calls = [mark for mark in function.decorator_list if isinstance(mark, ast.Call)]
    marks = [call for call in calls if ast.unparse(call.func).split(".")[-1] == "ledger"]
    return [[argument.value for argument in mark.args] for mark in marks]


@functools.cache
def labels() -> set[str]:
    """Return every label that a chapter or page of the book defines."""
    texts = [page.read_text("utf-8") for page in BOOK.glob("*.md")]
    texts += [cell.source for chapter in CHAPTERS for cell in cells(read(chapter), "markdown")]
    return {first or second for text in texts for first, second in _LABELS.findall(text)}


def test_the_ledger_has_every_item_once_and_in_order():
    assert [item["id"] for item in ITEMS] == EXPECTED


def test_items_and_marked_tests_agree_on_the_verdict():
    assert sorted((item["id"], item["verdict"], item["test"]) for item in ITEMS) == sorted(marked_tests())


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["id"])
def test_the_anchor_of_an_item_is_a_label_in_the_book(item):
    assert item["anchor"] in labels()


def test_a_label_that_does_not_exist_would_be_noticed():
    assert "eq-sigmoid" in labels()
    assert "eq-sigmoid-nowhere" not in labels()


GOOD = dict(zip(KEYS, ("E1", "a", "right", "b", "eq-a", "tests/a/test_a.py::test_b"), strict=True))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"verdict": "maybe"}, "E1.*verdict.*'maybe'.*right with a condition"),
        ({"id": "X1"}, "X1.*such as E5"),
        ({"anchor": "chapter"}, "E1.*anchor 'chapter'.*eq-"),
        ({"test": "some test"}, "E1.*test 'some test'.*tests/<folder>"),
        ({"says": " "}, "E1.*says ' '.*not empty"),
        ({"mood": "good"}, "E1.*unknown key 'mood'"),
        ({"truth": None}, "E1.*truth None"),
    ],
)
def test_a_bad_value_is_named_with_what_is_allowed(tmp_path, change, message):
    assert read_ledger(write(tmp_path, [GOOD])) == [GOOD]
    with pytest.raises(LedgerError, match=message):
        read_ledger(write(tmp_path, [{**GOOD, **change}]))


def test_a_missing_key_a_repeated_id_and_a_file_that_is_no_list_are_named(tmp_path):
    with pytest.raises(LedgerError, match="E1 has no key 'truth'"):
        read_ledger(write(tmp_path, [{key: value for key, value in GOOD.items() if key != "truth"}]))
    with pytest.raises(LedgerError, match="'E1' stands twice"):
        read_ledger(write(tmp_path, [GOOD, GOOD]))
    with pytest.raises(LedgerError, match="a list of items"):
        read_ledger(write(tmp_path, {"E1": GOOD}))
    (tmp_path / "broken.yml").write_text("- id: [", "utf-8")
    with pytest.raises(LedgerError, match=r"broken\.yml cannot be read"):
        read_ledger(tmp_path / "broken.yml")


def write(folder: Path, items) -> Path:
    path = folder / "ledger.yml"
    path.write_text(yaml.safe_dump(items), "utf-8")
    return path
