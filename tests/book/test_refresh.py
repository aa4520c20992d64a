"""tools/refresh.py on tiny notebooks, with real kernels."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from sphinx_static_widgets.saved import REFERENCE, WIDGET_STATE

from tools import refresh

STREAM = """\
print(1, flush=True)
print(sorted("ba"), flush=True)
{"a", "b", "c"}"""
SLIDER = """\
import ipywidgets as W
slider = W.SelectionSlider(options=["0", "1"])
stack = W.Stack([W.HTML("<b>0</b>"), W.HTML("<b>1</b>")], selected_index=0)
link = W.jslink((slider, "index"), (stack, "selected_index"))
W.VBox([slider, stack])"""


def write_notebook(path: Path, *sources: str) -> Path:
    cells = [nbformat.v4.new_markdown_cell("# A chapter")]
    cells += [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "tools.refresh", *map(str, arguments)],
        cwd=refresh.BOOK.parent,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )


def strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in strings(item)]
    return [value] if isinstance(value, str) else []


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory):
    """Two folders with the same chapter, refreshed apart; the second twice."""
    folders = [tmp_path_factory.mktemp("a"), tmp_path_factory.mktemp("b")]
    for folder in folders:
        path = write_notebook(folder / "chapter.ipynb", STREAM, SLIDER)
        assert run(path).stdout == f"{path}: rewritten\n"
    return [folder / "chapter.ipynb" for folder in folders]


def test_a_second_run_changes_no_byte_and_leaves_the_file_alone(refreshed):
    before, stamp = refreshed[0].read_bytes(), refreshed[0].stat().st_mtime_ns
    second = run(refreshed[0])
    assert (second.returncode, second.stdout) == (0, f"{refreshed[0]}: in order\n")
    assert refreshed[0].read_bytes() == before
    assert refreshed[0].stat().st_mtime_ns == stamp


def test_widget_ids_depend_on_the_chapter_alone_and_every_reference_resolves(refreshed):
    one, other = (nbformat.read(path, 4) for path in refreshed)
    assert one.metadata == other.metadata
    state = one.metadata.widgets[WIDGET_STATE].state
    references = [text for text in strings(state) if text.startswith(REFERENCE)]
    assert len(references) >= 8
    assert {text.removeprefix(REFERENCE) for text in references} <= set(state)
    view = one.cells[-1].outputs[0].data["application/vnd.jupyter.widget-view+json"]
    assert state[view.model_id].model_name == "VBoxModel"


def test_another_chapter_has_other_widget_ids():
    state = {"abc": {"layout": "IPY_MODEL_abc", "text": "an abc"}}
    notebook = nbformat.v4.new_notebook(metadata={"widgets": {WIDGET_STATE: {"state": state}}})
    one, other = (
        refresh.normalise(notebook, stem).metadata.widgets[WIDGET_STATE].state for stem in ("a", "b")
    )
    ((name, model),) = one.items()
    assert model == {"layout": f"IPY_MODEL_{name}", "text": "an abc"}
    assert set(one).isdisjoint({"abc", *other})


def test_cells_are_numbered_and_streams_are_whole(refreshed):
    cells = refresh.code_cells(nbformat.read(refreshed[0], 4))
    assert [cell.execution_count for cell in cells] == [1, 2]
    assert [output.output_type for output in cells[0].outputs] == ["stream", "execute_result"]
    assert cells[0].outputs[0].text == "1\n['a', 'b']\n"


def test_check_writes_nothing_and_names_the_first_differing_cell(tmp_path, refreshed):
    notebook = nbformat.read(refreshed[0], 4)
    notebook.cells[1].outputs[0].text = "2\n"
    path, same = tmp_path / "chapter.ipynb", refreshed[1]
    nbformat.write(notebook, path)
    before = path.read_bytes()
    result = run("--check", path, same)
    assert result.returncode == 1
    assert result.stdout.splitlines() == [
        f"{path}: differs, first at code cell 1 (print(1, flush=True))",
        f"{same}: in order",
    ]
    assert path.read_bytes() == before


def test_windows_line_ends_are_named_as_the_difference(tmp_path, refreshed):
    path = tmp_path / "chapter.ipynb"
    path.write_bytes(refreshed[1].read_bytes().replace(b"\n", b"\r\n"))
    result = run("--check", path)
    assert result.returncode == 1
    assert result.stdout.startswith(f"{path}: has Windows line ends")


def test_a_chapter_can_be_named_without_its_folder_and_ending(monkeypatch, capsys):
    monkeypatch.setattr(refresh, "refreshed", named)
    assert refresh.main(["--check", "sigmoid"]) == 0
    assert capsys.readouterr().out == f"{os.path.relpath(refresh.BOOK / 'sigmoid.ipynb')}: in order\n"


def named(path):
    """Stand in for an execution: the text that is there."""
    return path.read_text("utf-8")


def test_a_raising_chapter_leaves_the_file_untouched_and_the_others_go_on(tmp_path):
    bad = write_notebook(tmp_path / "bad.ipynb", "x = 0", "# divide\n1 / x", "x")
    good = write_notebook(tmp_path / "good.ipynb", "2 + 2")
    before = bad.read_bytes()
    result = run(bad, good)
    assert result.returncode == 1
    said = (
        result.stderr.splitlines()
    )  # on a busy machine libzmq may complain as a kernel ends: a line of its own
    assert f"{bad}: code cell 2 (# divide): ZeroDivisionError: division by zero" in said
    assert "Traceback" not in result.stderr
    assert bad.read_bytes() == before
    assert refresh.code_cells(nbformat.read(good, 4))[0].outputs[0].data["text/plain"] == "4"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.ipynb", "good.ipynb"]


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("import warnings\nwarnings.warn('beware')", "writes to stderr"),
        ("import sys\nprint('note', file=sys.stderr)", "writes to stderr: note"),
        ("import os\nos._exit(3)", "Kernel died"),
        ("   ", "an empty code cell"),
    ],
)
def test_a_chapter_that_warns_or_dies_or_is_empty_is_refused(tmp_path, source, complaint):
    path = write_notebook(tmp_path / "chapter.ipynb", source)
    with pytest.raises(refresh.ChapterError, match=rf"^code cell 1 .*{complaint}"):
        refresh.refreshed(path)


def test_a_tag_that_allows_an_error_or_skips_a_cell_is_not_obeyed(tmp_path):
    path = write_notebook(tmp_path / "chapter.ipynb", "x = 0", "1 / x")
    notebook = nbformat.read(path, 4)
    for cell, tag in zip(refresh.code_cells(notebook), ("skip-execution", "raises-exception"), strict=True):
        cell.metadata.tags = [tag]
    nbformat.write(notebook, path)
    with pytest.raises(refresh.ChapterError, match=r"code cell 2 .*ZeroDivisionError"):
        refresh.refreshed(path)


def test_the_readers_environment_does_not_reach_a_chapter(tmp_path):
    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "mine.py").write_text("secret = 1")
    shown = "os.environ['TZ'], sys.flags.hash_randomization, sys.warnoptions, 'secret' in globals()"
    path = write_notebook(tmp_path / "chapter.ipynb", f"import os, sys\n[{shown}]")
    mine = {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "random", "PYTHONWARNINGS": "ignore"}
    result = run(path, **mine, IPYTHONDIR=str(tmp_path / "ipython"))
    assert result.returncode == 0, result.stderr
    output = refresh.code_cells(nbformat.read(path, 4))[0].outputs[0].data["text/plain"]
    assert output == "['UTC', 0, [], False]"


def test_files_that_are_no_notebooks_are_named_and_left_alone(tmp_path):
    shape = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}}
    cell = {"cell_type": "cod", "metadata": {}, "source": ""}
    contents = {
        "cut.ipynb": b'{"cells": [',
        "list.ipynb": b"[]",
        "bytes.ipynb": b"\xff\xfe",
        "old.ipynb": b'{"nbformat": 3, "worksheets": []}',
        "cells.ipynb": json.dumps({**shape, "cells": 3}).encode(),
        "kind.ipynb": json.dumps({**shape, "cells": [cell]}).encode(),
        "text.txt": b"hello",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder.ipynb").mkdir()
    result = run(*(tmp_path / name for name in (*contents, "folder.ipynb", "missing.ipynb")))
    assert result.returncode == 1
    complaints = dict(line.removeprefix(f"{tmp_path}/").split(": ", 1) for line in result.stderr.splitlines())
    for name in contents:
        assert complaints[name].startswith("is not a notebook: ")
    assert complaints["folder.ipynb"] == "cannot be read: Is a directory"
    assert complaints["missing.ipynb"].startswith("there is no such file; name a path, or one of attention, ")
    assert {name: (tmp_path / name).read_bytes() for name in contents} == contents


def test_metadata_noise_is_dropped_and_the_books_own_is_kept():
    cell = nbformat.v4.new_code_cell(
        metadata={
            "tags": ["check-eq-a"],
            "mystnb": {"figure": {"name": "fig-a"}},
            "execution": {"iopub.status.busy": "2026-01-01"},
            "trusted": True,
            "collapsed": False,
        }
    )
    notebook = nbformat.v4.new_notebook(
        cells=[cell], metadata={"toc": {}, "language_info": {"name": "python", "version": "3.13.1"}}
    )
    normal = refresh.normalise(notebook, "chapter")
    assert normal.cells[0].metadata == {"tags": ["check-eq-a"], "mystnb": {"figure": {"name": "fig-a"}}}
    assert normal.metadata == refresh.KERNEL


def test_cell_ids_are_kept_and_missing_or_repeated_ones_replaced(tmp_path):
    path = write_notebook(tmp_path / "chapter.ipynb", "1", "2", "3")
    content = json.loads(path.read_text())
    for cell, name in zip(content["cells"], ("first", "twice", "twice", None), strict=True):
        cell["id"] = name
    del content["cells"][3]["id"]
    path.write_text(json.dumps(content))
    ids = [cell.id for cell in refresh.read(path).cells]
    assert ids[:2] == ["first", "twice"]
    assert len(set(ids)) == 4
    assert ids == [cell.id for cell in refresh.read(path).cells]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "chapter.ipynb"
    path.write_text("old")

    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(refresh.os, "replace", full)
    with pytest.raises(OSError, match="no space"):
        refresh.write(path, "new")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("chapter.ipynb", "old")]


@pytest.mark.skipif(os.name == "nt", reason="Windows has other modes and links")
def test_a_write_keeps_the_mode_and_follows_a_link(tmp_path):
    path, link = tmp_path / "chapter.ipynb", tmp_path / "link.ipynb"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    refresh.write(link, "new")
    assert link.is_symlink()
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o640)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no named pipes in the file system")
@pytest.mark.parametrize(
    ("ending", "code", "said"),
    [("SIGINT", 130, "interrupted: the chapters not named above are as they were\n"), ("SIGKILL", -9, "")],
)
def test_an_interrupt_leaves_the_file_untouched_and_ends_the_kernel(tmp_path, ending, code, said):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    source = f"import threading\nfile = open({str(pipe)!r}, 'w')\nthreading.Event().wait()"
    path = write_notebook(tmp_path / "chapter.ipynb", source)
    before = path.read_bytes()
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.refresh", path],
        cwd=refresh.BOOK.parent,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with pipe.open() as file:  # opens once the chapter runs, ends once its kernel has
        os.killpg(process.pid, signal.Signals[ending])
        assert said in process.communicate()[1]
        assert file.read() == ""
    assert process.returncode == code
    assert path.read_bytes() == before
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["chapter.ipynb", "pipe"]
