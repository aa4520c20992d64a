"""Rebuild a submission on the assignment's own notebook.

All that is locked comes from the source, so tampering with it is pointless, and honest slips cost nothing: a cell
that was copied, split, deleted, retyped, changed in type or stripped of its metadata is recognised where it can be.
A written answer beside its place is recognised too, and so are imports and definitions that were added in a locked
cell of code. A student's own extra cells keep their places.
"""

import ast
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
NOT_TAKEN = "not-taken.txt"  # a file that says which files of a student were not taken in, and why
PROSE = 80  # characters; prose in a code cell may be an answer if it has at least this many
# The first bytes of the types of picture that every browser shows.
PICTURES = {
    "image/png": b"\x89PNG",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
}
DEFINITION = re.compile(r"^(?:def|class)\s+(\w+)", re.MULTILINE)
ASSIGNED = re.compile(r"^([A-Za-z_]\w*)\s*=(?!=)", re.MULTILINE)


class Unreadable(ValueError):
    """A submission that a person must look at; the message says why."""


@dataclass(frozen=True)
class Cell:
    """The parts of a submitted cell that count."""

    kind: str
    source: str
    identifiers: tuple[str, ...]  # what it says it is: nbgrader's id, the notebook format's id
    # Pasted into a text: {name: {type: base64}}.
    pictures: dict[str, dict[str, str]] = field(default_factory=dict)
    unshown: tuple[str, ...] = ()  # types of pictures that no page can show, such as image/heic


def read_cells(data: bytes, assignment: str) -> list[Cell]:
    """Return the cells of a submitted notebook.

    Raises
    ------
    Unreadable
        If the bytes are not a notebook, or are the notebook of another assignment.
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
    return Cell(kind, clean, tuple(word for word in said if isinstance(word, str)), *_read_pictures(cell))


def _read_pictures(cell: dict) -> tuple[dict[str, dict[str, str]], tuple[str, ...]]:
    """Return the pictures that were pasted into a text, such as a photograph of a proof; nothing else attached.

    The types of pictures that cannot be shown come second.
    """
    attached = cell.get("attachments") if cell.get("cell_type") == "markdown" else None
    pairs = attached.items() if isinstance(attached, dict) else ()
    named = [(name, bundle) for name, bundle in pairs if isinstance(bundle, dict)]
    found = {
        name: {kind: data for kind, data in bundle.items() if is_picture(kind, data)}
        for name, bundle in named
    }
    shown = {name.encode("utf-8", "replace").decode(): bundle for name, bundle in found.items() if bundle}
    kinds = {kind for name, bundle in named if not found[name] for kind in bundle}
    return shown, tuple(sorted(kind[:40] for kind in kinds if kind.startswith("image/")))


def is_picture(kind: str, data: object) -> bool:
    """Return whether some base64 is a picture that is shown, as its type says."""
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
    cells = list(cells)
    names = _recognise(handed_out, _solutions(source), cells, notes)
    if not any(name and _is_answer(handed_out[name]) for name in names):
        raise Unreadable("none of its cells answers a question of this assignment")
    extras, chosen = _sort(handed_out, cells, names, notes)
    rebuilt = list(extras[None])
    for cell in source.cells:
        name = cell.metadata.nbgrader["grade_id"]
        rebuilt += [
            _filled(cell, chosen[name]) if name in chosen else _given(cell, handed_out[name]),
            *_added(cell, cells, names, notes),
            *extras[name],
        ]
    for position, cell in enumerate(rebuilt):
        cell["id"] = cell.metadata.get("nbgrader", {}).get("grade_id", f"own-{position}")
    notebook = deepcopy(source)
    notebook.cells = rebuilt
    return notebook, notes


def _is_answer(cell: NotebookNode) -> bool:
    return bool(cell.metadata.nbgrader["solution"])


def _solutions(source: NotebookNode) -> dict[str, NotebookNode]:
    return {cell.metadata.nbgrader["grade_id"]: cell for cell in source.cells if _is_answer(cell)}


def _recognise(
    handed_out: dict[str, NotebookNode],
    solutions: dict[str, NotebookNode],
    cells: list[Cell],
    notes: list[str],
) -> list[str | None]:
    """Return for each submitted cell which cell of the assignment it is, if any."""
    by_text = {cell.source.strip(): name for name, cell in handed_out.items()}
    by_word = _defined(handed_out)
    names: list[str | None] = []
    for cell in cells:
        name = next((word for word in cell.identifiers if word in handed_out), None)
        name = name or by_text.get(cell.source.strip())
        if name is None and cell.kind == "code":
            name = _defines(cell, by_word)
            if name:
                notes.append(f"{name} had lost its id and was recognised by what it defines")
        names.append(name)
    by_word = _defined({name: given for name, given in solutions.items() if name not in names})
    for index, cell in enumerate(cells):  # recognised by what the solution defines there
        if names[index] is None and cell.kind == "code" and (name := _defines(cell, by_word)):
            names[index] = name
            notes.append(f"{name} had lost its id and was recognised by what it defines")
    for name, given in handed_out.items():
        if _is_answer(given) and given.cell_type == "markdown":
            _find_text(name, handed_out, cells, names, notes)
        if _is_answer(given) and name not in names:
            notes.append(f"{name} is missing: it counts as not answered")
    return names


def _defines(cell: Cell, by_word: dict[str, str]) -> str | None:
    words = DEFINITION.findall(cell.source) + ASSIGNED.findall(cell.source)
    return next((by_word[word] for word in words if word in by_word), None)


def _defined(answers: dict[str, NotebookNode]) -> dict[str, str]:
    """Return {a name that only one answer cell defines: that cell}."""
    words = [
        (word, name)
        for name, cell in answers.items()
        if _is_answer(cell) and cell.cell_type == "code"
        for word in {*DEFINITION.findall(cell.source), *ASSIGNED.findall(cell.source)}
    ]
    count = Counter(word for word, _ in words)
    return {word: name for word, name in words if count[word] == 1}


def _find_text(
    name: str,
    handed_out: dict[str, NotebookNode],
    cells: list[Cell],
    names: list[str | None],
    notes: list[str],
) -> None:
    """Where a written answer was left empty, take the text beside its cell for the answer.

    That is the text of the student's own cells around the place, and of the statement above if the student wrote
    into it.
    """
    answered = any(
        found == name and cell.source.strip() != handed_out[name].source.strip()
        for cell, found in zip(cells, names, strict=True)
    )
    before = _before(handed_out, name)
    anchors = [index for index, found in enumerate(names) if found in {name, before} and found]
    if answered or not anchors:
        return
    around = range(anchors[0], len(names))
    end = next((i for i in around if names[i] and i > anchors[-1]), len(names))
    texts = [i for i in around if i < end and names[i] is None and _is_text(cells[i])]
    if before:
        texts = [
            i for i in anchors if names[i] == before and _written_on(cells[i], handed_out[before])
        ] + texts
    if not texts:
        return
    pictures: dict = {}
    for index in texts:
        pictures |= cells[index].pictures
    merged = Cell("markdown", "\n\n".join(cells[index].source for index in texts), (), pictures)
    at = next((i for i in anchors if names[i] == name), end - 1)
    for index in texts:
        cells[index] = Cell("markdown", "", ())
    if name in names:
        cells[at] = merged
    else:
        at = next((i for i in texts if names[i] is None), at)
        cells[at], names[at] = merged, name
    notes.append(f"{name}: its cell is empty or missing; the text next to it counts as the answer")


def _is_text(cell: Cell) -> bool:
    """Return whether a cell of the student's own is something to read: a text, or prose in a cell of code."""
    if cell.kind != "code":
        return bool(cell.source.strip() or cell.pictures)
    if len(cell.source.strip()) < PROSE or re.search(r"^[ \t]*[%!]", cell.source, re.MULTILINE):
        return False
    try:
        body = ast.parse(cell.source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    return all(isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant) for line in body)


def _written_on(cell: Cell, handed_out: NotebookNode) -> bool:
    statement = handed_out.cell_type == "markdown" and not _is_answer(handed_out)
    return statement and len(cell.source.strip()) > len(handed_out.source.strip()) + PROSE // 4


def _added(
    cell: NotebookNode, cells: list[Cell], names: list[str | None], notes: list[str]
) -> list[NotebookNode]:
    """Return, as a cell of the student's own, what was imported or defined in a locked cell of code."""
    name = cell.metadata.nbgrader["grade_id"]
    if cell.cell_type != "code" or _is_answer(cell) or cell.metadata.nbgrader.get("grade"):
        return []
    copies = {cells[i].source for i, found in enumerate(names) if found == name and cells[i].kind == "code"}
    kept = {ast.dump(line) for line in _definitions(cell.source)}
    more = [line for copy in sorted(copies) for line in _definitions(copy) if ast.dump(line) not in kept]
    if not more:
        return []
    notes.append(
        f"{name}, code of the assignment, was changed: what was imported or defined there ran as well"
    )
    return [v4.new_code_cell("\n".join(map(ast.unparse, more)))]


def _definitions(source: str) -> list[ast.stmt]:
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return [
        line
        for line in body
        if isinstance(line, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef)
    ]


def _sort(
    handed_out: dict[str, NotebookNode], cells: list[Cell], names: list[str | None], notes: list[str]
) -> tuple[dict[str | None, list[NotebookNode]], dict[str, Cell]]:
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
            extras[anchor] += [_own(cell)] if cell.source.strip() or cell.pictures else []
            continue
        if index in copies.get(name, []) and index != last[name]:
            extras[anchor if anchor != name else _before(handed_out, name)].append(_own(cell))
            notes.append(f"{name} occurs more than once: all edited copies ran, in order")
        elif name not in copies or index == last[name]:
            anchor = name
    for name, index in last.items():
        if unshown := cells[index].unshown:
            notes.append(
                f"{name}: no page can show a picture of type {', '.join(unshown)}; it is in submitted/"
            )
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
    for path in plain:
        if path.name == NOT_TAKEN:
            notes.append("; ".join(path.read_text("utf-8", "replace")[:500].splitlines()))
        elif not found:
            notes.append(f"{path.name!r} is not a notebook")
    if len(named or found) != 1:
        raise Unreadable(
            f"one notebook is expected; there are {len(found)}" + "".join(f"; {n}" for n in notes)
        )
    if not named:
        notes.append(f"the notebook was called {found[0].name!r}")
    return (named or found)[0], notes
