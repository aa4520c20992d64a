"""Damaged notebooks and other files: what reads them refuses in one clear line, or returns a whole notebook."""

import json
import random

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from sphinx_static_widgets.saved import WIDGET_STATE

from coursework.grading.rebuild import Unreadable, read_cells, rebuild
from tests.damage import damaged
from tools import refresh

VIEW = {"application/vnd.jupyter.widget-view+json": {"model_id": "m0"}, "text/plain": "a slider"}
STATE = {"state": {"m0": {"model_name": "VBoxModel", "state": {"children": ["IPY_MODEL_m1"]}}, "m1": {}}}
CHAPTER = new_notebook(
    cells=[
        new_markdown_cell("# A chapter", id="title"),
        new_code_cell("1 + 1", id="sum", metadata={"tags": ["check-eq-a"]}, execution_count=1),
        new_code_cell(
            "x", id="x", outputs=[new_output("display_data", VIEW), new_output("stream", text="2\n")]
        ),
    ],
    metadata={"widgets": {WIDGET_STATE: STATE}, **refresh.KERNEL},
)
DEEP = 100_000


def assigned(name: str, kind: str, source: str, solution: bool) -> nbformat.NotebookNode:
    """A cell of a problem set, as nbgrader marks it."""
    make = new_code_cell if kind == "code" else new_markdown_cell
    return make(source, id=name, metadata={"nbgrader": {"grade_id": name, "solution": solution}})


SOURCE = new_notebook(
    cells=[
        assigned("setup", "code", "import numpy as np", False),
        assigned("q1", "code", "def shares(x):\n    return x / x.sum()", True),
        assigned("q2", "markdown", "A proof.", True),
        assigned("test", "code", "assert shares is not None", False),
    ]
)
RELEASE = new_notebook(
    cells=[
        SOURCE.cells[0],
        assigned("q1", "code", "def shares(x):\n    raise NotImplementedError", True),
        assigned("q2", "markdown", "Write here.", True),
        SOURCE.cells[3],
    ]
)
HANDED_IN = {**RELEASE, "metadata": {"coursework": {"assignment": "demo"}}}


def broken(notebook: dict, count: int) -> list[bytes]:
    """Copies of a notebook that were damaged or cut short, and a few that never were one."""
    rng = random.Random(0)
    text = json.dumps(notebook).encode()
    never = [
        b"",
        b"\x00" * 99,
        b"\xff\xfe" + text,
        b"[" * DEEP,
        b'{"a":' * DEEP,
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": ' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"nbformat": 4, "cells": ' + b"9" * 10**6 + b"}",
        text.replace(b"# A chapter", b"\\ud800").replace(b"import numpy as np", b"\\ud800"),
        text.replace(b'"nbformat": 4', b'"nbformat": 3'),
        text.replace(b'"nbformat": 4', b'"nbformat": 1e999'),
        text.replace(b'"nbformat": 4', b'"nbformat": NaN'),
        text.replace(b'"nbformat": 4', b'"nbformat": "4"'),
        text.replace(b'"nbformat_minor": 5', b'"nbformat_minor": 1e999'),
        text + text,
        b"<html><script>alert(1)</script></html>",
    ]
    whole = [json.dumps(damaged(notebook, rng)).encode() for _ in range(count)]
    return [*never, *whole, *(text[: rng.randrange(len(text))] for _ in range(count // 10))]


def outcome(run, refusal: type[Exception]) -> tuple[object, str]:
    """What a call returns, or the words of the one error with which it may refuse."""
    try:
        return run(), ""
    except refusal as error:
        return None, str(error)


def test_refresh_refuses_a_broken_notebook_in_one_line_or_can_write_it(tmp_path):
    path, refused = tmp_path / "chapter.ipynb", 0
    for data in broken(CHAPTER, 300):
        path.write_bytes(data)
        notebook, words = outcome(lambda: refresh.read(path), refresh.ChapterError)
        if words:
            refused += 1
            assert words.startswith("is not a "), data[:300]
            assert len(words.splitlines()) == 1
            assert len(words) < 500
        else:
            for cell in refresh.code_cells(notebook):  # as before it is executed
                cell.outputs = []
            notebook.metadata.pop("widgets", None)
            text = nbformat.writes(refresh.normalise(notebook, "chapter"))
            nbformat.validate(nbformat.reads(text, 4))
            text.encode()
        assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("chapter.ipynb", data)]
    assert 100 < refused < 320


def test_rebuilding_sets_a_broken_submission_aside_or_keeps_all_that_is_locked():
    set_aside = 0
    for data in broken(HANDED_IN, 300):
        result, words = outcome(lambda: rebuild(SOURCE, RELEASE, read_cells(data, "demo")), Unreadable)  # noqa: B023
        if words:
            set_aside += 1
            assert len(words) < 300
            continue
        rebuilt, notes = result
        nbformat.validate(nbformat.reads(nbformat.writes(rebuilt).encode().decode(), 4))
        assert all(isinstance(note, str) for note in notes)
        kept = {
            cell.metadata.nbgrader.grade_id: cell for cell in rebuilt.cells if "nbgrader" in cell.metadata
        }
        assert list(kept) == ["setup", "q1", "q2", "test"]
        assert {name: kept[name].source for name in ("setup", "test")} == {
            cell.id: cell.source for cell in SOURCE.cells if not cell.metadata.nbgrader.solution
        }
    assert 20 < set_aside < 250


@pytest.mark.parametrize(("size", "cells"), [(21 << 20, 1), (0, 2001)])
def test_rebuilding_reads_no_more_than_a_student_can_have_written(size, cells):
    data = json.dumps({"cells": [{"source": "x" * size}] * cells}).encode()
    with pytest.raises(Unreadable, match=r"^the notebook has \d+ (MB; 20|cells; 2000) are allowed$"):
        read_cells(data, "demo")
