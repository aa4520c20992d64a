"""Re-execute chapters and normalise them, so that a second run changes no byte.

    python -m tools.refresh                       rewrite every notebook of book/
    python -m tools.refresh sigmoid               rewrite one chapter; a path does as well
    python -m tools.refresh --check               write nothing, exit 1 if a rewrite would change a byte

Each chapter runs from top to bottom in a fresh kernel with a fixed environment. What differs from run to run
(widget ids, times, trust, what an editor remembers) is renamed or dropped. A chapter that raises, warns or
cannot be read is left as it is, and the others still go on.
"""

import argparse
import hashlib
import json
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from itertools import count
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from sphinx_static_widgets.saved import REFERENCE, widget_state
from zmq import ZMQError

BOOK = Path(__file__).resolve().parent.parent / "book"
SECONDS_A_CELL = 600

# A chapter runs with these values, whatever the machine sets. IPYTHONDIR is set to an empty folder as well.
ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "OMP_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONWARNINGS": "",
    "SOURCE_DATE_EPOCH": "0",
    "TZ": "UTC",
}
KEPT_CELL_METADATA = {"mystnb", "myst", "tags"}
KEPT_NOTEBOOK_METADATA = {"mystnb", "myst", "widgets"}
KERNEL = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


class ChapterError(Exception):
    """A chapter that cannot be refreshed; the message says why."""


def read(path: Path) -> NotebookNode:
    """Return the notebook at `path`, valid and with an id on every cell."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        names = ", ".join(sorted(chapter.stem for chapter in BOOK.glob("*.ipynb")))
        raise ChapterError(f"there is no such file; name a path, or one of {names}") from None
    except OSError as error:
        raise ChapterError(f"cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise ChapterError(f"is not a notebook: {error}") from None
    try:
        content = json.loads(text)
        if type(content["nbformat"]) is not int or content["nbformat"] != 4 or not content["cells"]:
            raise ValueError("expected nbformat 4 and at least one cell")
        notebook = nbformat.v4.to_notebook(content)
        _complete_ids(notebook, path.stem)
        nbformat.validate(notebook)
        nbformat.writes(notebook).encode()  # half a surrogate pair cannot be written
    except Exception as error:
        first_line = next(iter(str(error).splitlines()), "")
        raise ChapterError(f"is not a notebook: {type(error).__name__}: {first_line[:200]}") from None
    return notebook


def execute(notebook: NotebookNode, folder: Path) -> None:
    """Run the code cells of `notebook` in place, in a fresh kernel whose working folder is `folder`."""
    cells = code_cells(notebook)
    for cell in cells:
        if not cell.source.strip():
            raise ChapterError(f"{where(cell, notebook)}: an empty code cell; delete it")
        cell.outputs, cell.execution_count = [], None
    notebook.metadata.pop("widgets", None)
    started = []
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=SECONDS_A_CELL,
        resources={"metadata": {"path": str(folder)}},
        coalesce_streams=True,
        force_raise_errors=True,
        record_timing=False,
        skip_cells_with_tag="",
        extra_arguments=["--log-level=ERROR"],
        on_cell_execute=lambda cell, cell_index: started.append(cell),
    )
    with tempfile.TemporaryDirectory() as profile:
        try:
            client.execute(env={**os.environ, **ENVIRONMENT, "IPYTHONDIR": profile})
        except CellExecutionError as error:
            raise ChapterError(f"{where(started[-1], notebook)}: {error.ename}: {error.evalue}") from None
        except CellTimeoutError:
            raise ChapterError(f"{where(started[-1], notebook)}: ran over {SECONDS_A_CELL} s") from None
        except (DeadKernelError, RuntimeError, ZMQError, AssertionError) as error:
            place = where(started[-1], notebook) if started else "before the first cell"
            # nbclient may see Ctrl-C before `main` does; it then stops the kernel and reports it as dead
            raise ChapterError(f"{place}: {str(error) or 'stopped from outside'}") from None
    for cell in cells:
        for output in cell.outputs:
            if output.output_type == "stream" and output.name == "stderr":
                raise ChapterError(f"{where(cell, notebook)}: writes to stderr: {output.text.strip()}")


def normalise(notebook: NotebookNode, stem: str) -> NotebookNode:
    """Return `notebook` without what differs between two runs or two editors."""
    names = {model: _name(stem, "widget", number) for number, model in enumerate(widget_state(notebook))}
    notebook = nbformat.from_dict(_rename(notebook, names))
    notebook.metadata = nbformat.from_dict(_only(KEPT_NOTEBOOK_METADATA, notebook.metadata) | KERNEL)
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict(_only(KEPT_CELL_METADATA, cell.metadata))
    nbformat.validate(notebook)
    return notebook


def refreshed(path: Path) -> str:
    """Return the text that the notebook at `path` should have; the file itself is not touched."""
    notebook = read(path)
    execute(notebook, path.resolve().parent)
    return nbformat.writes(normalise(notebook, path.stem)) + "\n"


def write(path: Path, text: str) -> None:
    """Give `path` its content in one step: a reader sees the old file or the new one."""
    path = path.resolve()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        if path.exists():
            shutil.copymode(path, name)
        else:
            os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def first_difference(old: NotebookNode, new: NotebookNode) -> str:
    """Say in words where two notebooks, read from different texts, first differ."""
    for before, after in zip(old.cells, new.cells, strict=True):
        if before != after:
            return where(after, new)
    if old.metadata.get("widgets") != new.metadata.get("widgets"):
        return "the stored widget state"
    return "the notebook's metadata or layout"


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the code cells of `notebook`, in order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def where(cell: NotebookNode, notebook: NotebookNode) -> str:
    """Name a cell as a reader would find it: its number among the cells of its type, and its first line."""
    alike = [other.id for other in notebook.cells if other.cell_type == cell.cell_type]
    first_line = next(iter(cell.source.strip().splitlines()), "")
    return f"{cell.cell_type} cell {alike.index(cell.id) + 1} ({first_line})"


def _complete_ids(notebook: NotebookNode, stem: str) -> None:
    """Give a cell without an id, or with another cell's, one that depends on the chapter alone."""
    notebook.nbformat_minor = max(5, notebook.nbformat_minor)
    taken = {cell.get("id") for cell in notebook.cells}
    fresh = (name for number in count() if (name := _name(stem, "cell", number)[:8]) not in taken)
    seen = {None}
    for cell in notebook.cells:
        if cell.get("id") in seen:
            cell.id = next(fresh)
        seen.add(cell.id)


def _name(*parts: object) -> str:
    """Return 32 hex digits that depend on `parts` alone."""
    return hashlib.sha256(":".join(map(str, parts)).encode()).hexdigest()[:32]


def _rename(value: object, names: dict[str, str]) -> object:
    """Replace each JSON value or key that is, or refers to, a model in `names`."""
    if isinstance(value, dict):
        return {names.get(key, key): _rename(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_rename(item, names) for item in value]
    if isinstance(value, str):
        model = value.removeprefix(REFERENCE)
        return value.removesuffix(model) + names[model] if model in names else value
    return value


def _only(keys: set[str], metadata: dict) -> dict:
    return {key: value for key, value in metadata.items() if key in keys}


def _settle(path: Path, text: str, check: bool) -> bool:
    """Bring the file to `text`, or only compare; return whether the chapter is in order."""
    stored = path.read_bytes()
    if stored == text.encode():
        print(f"{path}: in order")
        return True
    if check and stored.replace(b"\r\n", b"\n") == text.encode():
        print(f"{path}: has Windows line ends; make refresh writes it with the line ends of .gitattributes")
        return False
    if check:
        print(f"{path}: differs, first at {first_difference(read(path), nbformat.reads(text, 4))}")
        return False
    write(path, text)
    print(f"{path}: rewritten")
    return True


def main(arguments: list[str] | None = None) -> int:
    """Refresh the notebooks named on the command line; return 0 when all are in order."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 on a difference")
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: every notebook of book/")
    options = parser.parse_args(arguments)
    chapters = {path.stem: Path(os.path.relpath(path)) for path in sorted(BOOK.glob("*.ipynb"))}
    paths = list(
        dict.fromkeys(chapters.get(str(path), path) for path in options.notebooks or chapters.values())
    )
    if not paths:
        print(f"{BOOK}: no notebook to refresh", file=sys.stderr)
        return 1
    in_order = True
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, spawn, signal.signal, (signal.SIGINT, signal.SIG_IGN)) as pool:
        jobs = [pool.submit(refreshed, path) for path in paths]
        try:
            for path, job in zip(paths, jobs, strict=True):
                try:
                    in_order &= _settle(path, job.result(), options.check)
                except (ChapterError, OSError) as error:
                    print(f"{path}: {error}", file=sys.stderr)
                    in_order = False
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in multiprocessing.active_children():
                worker.terminate()
            print("interrupted: the chapters not named above are as they were", file=sys.stderr)
            return 130
    return 0 if in_order else 1


if __name__ == "__main__":
    sys.exit(main())
