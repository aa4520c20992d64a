"""The regression suite notices a changed number, curve, frame or sign: shown on copies of a real chapter."""

import ast
import copy
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from lab.faults import (
    change_curve,
    change_digest,
    change_frame,
    change_number,
    first,
    shows_number,
    shows_picture,
    shows_widget,
)
from tests.book.test_chapters import stored_frames
from tools.notebooks import BOOK, ROOT, cells, read


def run_nbval(folder: Path, **environment: str) -> dict[str, list[str]]:
    """Run strict nbval on the notebooks of `folder`; return the cells that fail, by notebook."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    report, notebooks = folder / "report.xml", sorted(folder.glob("*.ipynb"))
    command = [sys.executable, "-m", "pytest", "-c", ROOT / "pyproject.toml", "--rootdir", folder]
    result = subprocess.run(
        [*command, "-p", "no:cacheprovider", "--junit-xml", report, *notebooks],
        capture_output=True,
        text=True,
        env=clean | environment,
        check=False,
    )
    failed = {path.stem: [] for path in notebooks}
    for case in ET.parse(report).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed[Path(case.get("classname")).stem].append(case.get("name"))
    assert result.returncode == (1 if any(failed.values()) else 0), result.stdout + result.stderr
    return failed


@pytest.fixture(scope="module")
def chapter() -> NotebookNode:
    """The chapter on sigmoid, cut after the last cell that a test below needs."""
    notebook = read(BOOK / "sigmoid.ipynb")
    needed = max(first(notebook, wanted) for wanted in ALTERED.values())
    notebook.cells = cells(notebook, "code")[: needed + 1]
    return notebook


ALTERED = {change_number: shows_number, change_curve: shows_picture, change_digest: shows_widget}


def test_an_unaltered_copy_passes_and_in_others_just_the_altered_cells_fail(chapter, tmp_path):
    expected = {}
    for name, changes in {
        "unaltered": [],
        "number_and_curve": [change_number, change_curve],
        "digest": [change_digest],
    }.items():
        notebook = copy.deepcopy(chapter)
        for change in changes:
            before = copy.deepcopy(notebook)
            change(notebook)
            assert notebook != before
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
        places = sorted({first(chapter, ALTERED[change]) for change in changes})
        assert len(places) == len(changes)
        expected[name] = [f"Cell {place}" for place in places]
    assert run_nbval(tmp_path) == expected


def test_a_changed_frame_in_the_stored_state_fails():
    chapter = read(BOOK / "temperature.ipynb")
    notebook = copy.deepcopy(chapter)
    assert list(stored_frames(notebook)) == []
    change_frame(notebook)
    assert notebook != chapter
    assert len(list(stored_frames(notebook))) == 1


def test_a_wrong_sign_in_the_package_fails(chapter, tmp_path):
    patched = shutil.copytree(ROOT / "regsoft", tmp_path / "patched" / "regsoft")
    module = ast.parse((patched / "objective.py").read_text("utf-8"))
    (function,) = (node for node in module.body if getattr(node, "name", "") == "sigmoid_objective")
    sums = [node for node in ast.walk(function) if isinstance(getattr(node, "op", None), ast.Add)]
    for node in sums:
        node.op = ast.Sub()
    assert len(sums) == 1
    (patched / "objective.py").write_text(ast.unparse(module), "utf-8")
    nbformat.write(chapter, tmp_path / "chapter.ipynb")
    assert run_nbval(tmp_path, PYTHONPATH=str(patched.parent))["chapter"] != []
