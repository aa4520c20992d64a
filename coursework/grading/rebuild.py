"""Rebuild a submission on the assignment's own notebook.

All that is locked comes from the source, so tampering with it is pointless, and honest slips cost nothing: a cell
that was copied, split, deleted, retyped, changed in type or stripped of its metadata is recognised where it can be.
A student's own extra cells keep their places.
"""

import base64
import binascii
import json
import re
from collections import Counter, defaultdict
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode, from_dict, v4

from coursework.grading.files import odd_files

LARGEST = 20 << 20  # bytes of a notebook file
MOST_CELLS = 2000
PICTURES = {"image/png": b"\x89PNG", "image/jpeg": b"\xff\xd8\xff"}  # how they begin
DEFINITION = re.compile(r"^(?:def|class)\s+(\w+)", re.MULTILINE)
ASSIGNED = re.compile(r"^([A-Za-z_]\w*)\s*=(?!=)", re.MULTILINE)


class Unreadable(ValueError):
    """A submission that a person must look at; the message says why."""


@dataclass(frozen=True)
class Cell:
    """What counts of a submitted cell."""

    kind: str
    source: str
    identifiers: tuple[str, ...]  # what it says it is: nbgrader's id, the notebook format's id
    # Pasted into a text: {name: {type: base64}}.
    pictures: dict[str, dict[str, str]] = field(default_factory=dict)


def read_cells(data: bytes, assignment: str) -> list[Cell]:
    """Return the cells of a submitted notebook.

    Raises
    ------
    Unreadable
        If the bytes are not a notebook, or the notebook of another assignment.
    """
    if len(data) > LARGEST:
        raise Unreadable(f"the notebook has {len(data) >> 20} MB; {LARGEST >> 20} are allowed")
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"not a notebook: {type(error).__name__}: {str(error)[:100]}") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise Unreadable("not a notebook of format 4: it has no list of cells")
    if len(cells) > MOST_CELLS:
        raise Unreadable(f"the notebook has {len(cells)} cells; {MOST_CELLS} are allowed")
    belongs = _get(notebook, "metadata", "coursework", "assignment")
    if isinstance(belongs, str) and belongs != assignment:
        raise Unreadable(f"this is the notebook of {belongs[:60]!r}, not of {assignment!r}")
    return [_read_cell(cell) for cell in cells if isinstance(cell, dict)]


def _get(tree: object, *keys: str) -> object:
    for key in keys:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def _read_cell(cell: dict) -> Cell:
    source = cell.get("source")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    source = source if isinstance(source, str) else ""
    said = (_get(cell, "metadata", "nbgrader", "grade_id"), cell.get("id"))
    kind = "code" if cell.get("cell_type") == "code" else "markdown"
    clean = source.encode("utf-8", "replace").decode()  # half a surrogate pair cannot be written
    return Cell(kind, clean, tuple(word for word in said if isinstance(word, str)), _read_pictures(cell))


def _read_pictures(cell: dict) -> dict[str, dict[str, str]]:
    """Return the pictures that were pasted into a text, such as a photograph of a proof; nothing else attached."""
    attached = cell.get("attachments") if cell.get("cell_type") == "markdown" else None
    named = attached.items() if isinstance(attached, dict) else ()
    found = {
        name: {kind: data for kind, data in bundle.items() if is_picture(kind, data)}
        for name, bundle in named
        if isinstance(bundle, dict)
    }
    return {name.encode("utf-8", "replace").decode(): bundle for name, bundle in found.items() if bundle}


def is_picture(kind: str, data: object) -> bool:
    """Return whether some base64 is a PNG or a JPEG, as its type says."""
    try:
        return isinstance(data, str) and base64.b64decode(data, validate=True).startswith(PICTURES[kind])
    except (KeyError, binascii.Error, ValueError):
        return False


def rebuild(source: NotebookNode, release: NotebookNode, cells: list[Cell]) -> tuple[NotebookNode, list[str]]:
    """Return the notebook to be graded and what a person may want to know about it.

    Parameters
    ----------
    source, release : NotebookNode
        The assignment with its hidden cells, and as students got it.
    cells : list of Cell
        What was handed in.

    Raises
    ------
    Unreadable
        If no cell answers anything of this assignment.
    """
    notes: list[str] = []
    handed_out = {cell.metadata.nbgrader["grade_id"]: cell for cell in release.cells}
    names = _recognise(handed_out, cells, notes)
    if not any(name and _is_answer(handed_out[name]) for name in names):
        raise Unreadable("none of its cells answers a question of this assignment")
    extras, chosen = _sort(handed_out, cells, names, notes)
    rebuilt = list(extras[None])
    for cell in source.cells:
        name = cell.metadata.nbgrader["grade_id"]
        rebuilt += [
            _filled(cell, chosen[name]) if name in chosen else _given(cell, handed_out[name]),
            *extras[name],
        ]
    for position, cell in enumerate(rebuilt):
        cell["id"] = cell.metadata.get("nbgrader", {}).get("grade_id", f"own-{position}")
    notebook = deepcopy(source)
    notebook.cells = rebuilt
    return notebook, notes


def _is_answer(cell: NotebookNode) -> bool:
    return bool(cell.metadata.nbgrader["solution"])


def _recognise(handed_out: dict[str, NotebookNode], cells: list[Cell], notes: list[str]) -> list[str | None]:
    """Return for each submitted cell which cell of the assignment it is, if any."""
    by_text = {cell.source.strip(): name for name, cell in handed_out.items()}
    by_word = _defined(handed_out)
    names: list[str | None] = []
    for cell in cells:
        name = next((word for word in cell.identifiers if word in handed_out), None)
        name = name or by_text.get(cell.source.strip())
        if name is None and cell.kind == "code":
            words = DEFINITION.findall(cell.source) + ASSIGNED.findall(cell.source)
            name = next((by_word[word] for word in words if word in by_word), None)
            if name:
                notes.append(f"{name} had lost its id and was recognised by what it defines")
        names.append(name)
    missing = {name for name in handed_out if _is_answer(handed_out[name])} - set(names)
    for name in sorted(missing):
        _adopt(name, list(handed_out), handed_out, cells, names, notes)
    return names


def _defined(handed_out: dict[str, NotebookNode]) -> dict[str, str]:
    """Return {a name that only one answer cell defines: that cell}."""
    words = [
        (word, name)
        for name, cell in handed_out.items()
        if _is_answer(cell) and cell.cell_type == "code"
        for word in {*DEFINITION.findall(cell.source), *ASSIGNED.findall(cell.source)}
    ]
    count = Counter(word for word, _ in words)
    return {word: name for word, name in words if count[word] == 1}


def _adopt(name, order, handed_out, cells, names, notes) -> None:
    """Take a text that stands where a written answer is missing for that answer."""
    before = order[order.index(name) - 1] if order.index(name) else None
    if handed_out[name].cell_type == "markdown" and before in names:
        start = len(names) - names[::-1].index(before)
        if start < len(cells) and names[start] is None and cells[start].kind == "markdown":
            names[start] = name
            notes.append(f"{name} had lost its id; the text that stands in its place counts")
            return
    notes.append(f"{name} is missing: it counts as not answered")


def _sort(handed_out, cells, names, notes) -> tuple[dict[str | None, list[NotebookNode]], dict[str, Cell]]:
    """Return the student's own cells by the assignment's cell that they follow, and the answers by id.

    Of an answer that occurs more than once, every copy that was edited runs, in order, as it did for the student;
    the last one is the answer.
    """
    copies = defaultdict(list)
    for index, name in enumerate(names):
        edited = name and cells[index].source.strip() != handed_out[name].source.strip()
        if name and _is_answer(handed_out[name]) and edited:
            copies[name].append(index)
    last = {name: indices[-1] for name, indices in copies.items()}
    extras: dict[str | None, list[NotebookNode]] = defaultdict(list)
    anchor = None
    for index, (cell, name) in enumerate(zip(cells, names, strict=True)):
        if name is None:
            extras[anchor].append(_own(cell))
            continue
        if index in copies.get(name, []) and index != last[name]:
            extras[anchor if anchor != name else _before(handed_out, name)].append(_own(cell))
            notes.append(f"{name} occurs more than once: all edited copies ran, in order")
        elif name not in copies or index == last[name]:
            anchor = name
    return extras, {name: cells[index] for name, index in last.items()}


def _before(handed_out: dict[str, NotebookNode], name: str) -> str | None:
    order = list(handed_out)
    return order[order.index(name) - 1] if order.index(name) else None


def _own(cell: Cell) -> NotebookNode:
    if cell.kind == "code":
        return v4.new_code_cell(cell.source)
    return v4.new_markdown_cell(cell.source, **_attached(cell))


def _filled(cell: NotebookNode, answer: Cell) -> NotebookNode:
    filled = deepcopy(cell)
    filled.source = answer.source
    filled.update(_attached(answer) if cell.cell_type == "markdown" else {})
    return filled


def _attached(cell: Cell) -> dict[str, NotebookNode]:
    return {"attachments": from_dict(cell.pictures)} if cell.pictures else {}


def _given(cell: NotebookNode, released: NotebookNode) -> NotebookNode:
    """Return a cell of the assignment that the student did not answer, or may not change."""
    given = deepcopy(cell)
    given.source = released.source if _is_answer(cell) else cell.source
    return given


def find_notebook(folder: Path, assignment: str) -> tuple[Path, list[str]]:
    """Return the notebook that was handed in, and notes on it.

    Raises
    ------
    Unreadable
        If there is no notebook, or there are several and none of them has the right name.
    """
    notes = [f"{path.name!r} is a link or not a plain file, and was ignored" for path in odd_files(folder)]
    if folder.is_symlink() or not folder.is_dir():
        raise Unreadable("the submission is not a folder")
    plain = [path for path in sorted(folder.iterdir()) if path.is_file() and not path.is_symlink()]
    found = [path for path in plain if path.suffix.lower() == ".ipynb"]
    named = [path for path in found if path.name == f"{assignment}.ipynb"]
    if len(named or found) != 1:
        raise Unreadable(
            f"one notebook is expected; there are {len(found)}" + "".join(f"; {n}" for n in notes)
        )
    if not named:
        notes.append(f"the notebook was called {found[0].name!r}")
    return (named or found)[0], notes
