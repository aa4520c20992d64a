"""From an author's problem sets to what nbgrader reads: `source/` with solutions, `release/` for students.

README.md says what a set holds. Whatever breaks its rules is refused here, before a student sees it.
"""

import ast
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jupytext
from nbformat import NotebookNode, v4, write

from coursework.grading.config import GIVEN, application, write_configuration
from coursework.grading.files import problem_sets
from coursework.grading.marking import load_checks, make_secret
from coursework.grading.wheel import write_wheel

OURS = Path(__file__).resolve().parent.parent
ROLES = ("answer", "check", "marks", "proof")
IDENTIFIER = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
REGION = re.compile(r"^[ \t]*### (BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)[ \t]*$", re.MULTILINE)
BOOK = "COURSE_BOOK"  # where the book is published; a link is written [words](book:chapter#anchor)
CHAPTER_LINK = re.compile(r"\[([^\]]+)\]\(book:([\w-]+)(#[\w-]+)?\)")
OWN_NUMBERS = re.compile(r"""own_numbers\(\s*["']([^"']*)["']""")
HINTS = re.compile(
    r"^[ \t]*(?:from|import)[ \t]+coursework\.(\w+)(?:\.|[ \t]+import[ \t]+)hints\b", re.MULTILINE
)
ALLOWED_REGIONS = {"answer": ["SOLUTION"], "marks": ["HIDDEN TESTS"], "proof": ["MARK SCHEME"]}


class ProblemSetError(ValueError):
    """A problem set breaks a rule."""


def build(course: Path, names: list[str] | None = None) -> list[str]:
    """Write `source/` and `release/` of a course and enter its assignments in the gradebook.

    `release/` also gets the wheel that students install. A course that has no secret gets one, from which the cases
    of its students are drawn.

    Parameters
    ----------
    course : Path
        A folder in which each problem set is a folder.
    names : list of str, optional
        Which assignments; all of them by default.

    Returns
    -------
    list of str
        The names of the assignments built.

    Raises
    ------
    ProblemSetError
        If a problem set breaks a rule of README.md: nothing is written then. If nbgrader refuses an assignment: its
        folders stay as they were.
    """
    course = Path(course).resolve()
    known = problem_sets(course)
    names = known if names is None else names
    if not names or not set(names) <= set(known):
        raise ProblemSetError(f"{course} holds the problem sets {known}; asked for {names}")
    notebooks = {name: read_problem_set(course, name) for name in names}
    write_configuration(course)
    make_secret(course)
    interface = application(course)
    for name, notebook in notebooks.items():
        with _put_back_unless_done(course / "source" / name, course / "release" / name):
            _write_source(course, name, notebook)
            result = interface.generate_assignment(name, force=True, create=True)
            if not result["success"]:
                raise ProblemSetError(f"{name}: nbgrader says\n{result.get('log') or result.get('error')}")
    write_wheel(course, course / "release")
    return names


def copy_and_build(folder: Path, names: list[str] | None = None) -> list[str]:
    """Make a course of the project's own problem sets in another folder and build it; return their names.

    Parameters
    ----------
    folder : Path
        Gets the problem sets, and what `build` makes of them.
    names : list of str, optional
        Which problem sets; all of them by default.
    """
    names = names or problem_sets(OURS)
    for name in names:
        shutil.copytree(OURS / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return build(folder, names)


def read_problem_set(course: Path, name: str) -> NotebookNode:
    """Return the notebook of a problem set, with nbgrader's metadata in place of the short headers."""
    path = Path(course) / name / "notebook.py"
    if not IDENTIFIER.fullmatch(name):
        raise ProblemSetError(f"{path}: a name is lower case letters, digits and hyphens; got {name!r}")
    if path.with_name("hints.py").exists() and not name.isidentifier():
        raise ProblemSetError(
            f"{path}: students import its hints, so its name must have no hyphens; got {name!r}"
        )
    written = jupytext.read(path)
    _check_imports_of_hints(written, path)
    _check_own_numbers(path)
    seen: set[str] = set()
    cells = [_cell(cell, index, seen, path) for index, cell in enumerate(written.cells, 1)]
    marked = {cell.id: cell for cell in cells if cell.metadata.nbgrader["grade"] and cell.cell_type == "code"}
    checked = set(load_checks(course, name))
    if checked != set(marked):
        raise ProblemSetError(
            f"{path} has the marked cells {sorted(marked)}, but its marks.py has entries for {sorted(checked)}"
        )
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}, "coursework": {"assignment": name}}
    return v4.new_notebook(cells=cells, metadata=metadata)


def _check_imports_of_hints(written: NotebookNode, path: Path) -> None:
    """Refuse a notebook whose hints the sandbox would not find: its first cell would fail, and cost marks."""
    name, hints = path.parent.name, path.with_name("hints.py")
    for cell in written.cells:
        for imported in HINTS.findall(cell.source) if cell.cell_type == "code" else ():
            if imported != name:
                raise ProblemSetError(
                    f"{path} imports the hints of another set: change coursework.{imported}.hints to "
                    f"coursework.{name}.hints, and every other {imported} in this folder"
                )
            if not hints.exists():
                raise ProblemSetError(
                    f"{path} imports coursework.{name}.hints: write {hints}, or remove the import"
                )


def _check_own_numbers(path: Path) -> None:
    """Refuse a set whose students would get the numbers that they have in another set."""
    name = path.parent.name
    for file in (path, path.with_name("marks.py")):
        others = {other for other in OWN_NUMBERS.findall(file.read_text("utf-8")) if other != name}
        if others:
            raise ProblemSetError(
                f'{file} draws own_numbers("{min(others)}", …), which are those of another set: write "{name}"'
            )


def _cell(cell: NotebookNode, index: int, seen: set[str], path: Path) -> NotebookNode:
    """Return one cell as nbgrader wants it."""
    roles = [role for role in ROLES if role in cell.metadata]
    role = roles[0] if roles else None
    identifier = cell.metadata[role] if role else f"{GIVEN}{index}"
    where = f"{path}, cell {index} ({identifier})"
    points = cell.metadata.get("points", 0)
    if problem := _problem(cell, roles, identifier, points) or (identifier in seen and "its id is taken"):
        raise ProblemSetError(f"{where}: {problem}")
    seen.add(identifier)
    grade, solution = role in {"marks", "proof"}, role in {"answer", "proof"}
    nbgrader = {"schema_version": 3, "grade_id": identifier, "grade": grade, "solution": solution}
    nbgrader |= {"locked": not solution, "task": False} | ({"points": points} if grade else {})
    make = v4.new_code_cell if cell.cell_type == "code" else v4.new_markdown_cell
    source = cell.source if cell.cell_type == "code" else _linked(cell.source)
    return make(source, id=identifier, metadata={"nbgrader": nbgrader})


def _linked(text: str) -> str:
    """Return a statement with its links into the book leading to COURSE_BOOK; plain words if that is not set."""
    address = os.environ.get(BOOK, "").rstrip("/")

    def written(link: re.Match) -> str:
        words, chapter, anchor = link.groups()
        if address:
            return f"[{words}]({address}/book/{chapter}.html{anchor or ''})"
        return f"*{words}* (chapter `{chapter}`)" if anchor else words

    return CHAPTER_LINK.sub(written, text)


def _problem(cell: NotebookNode, roles: list[str], identifier: Any, points: Any) -> str | None:
    """Return which rule a cell breaks, or None."""
    role = roles[0] if roles else None
    number = isinstance(points, int | float) and not isinstance(points, bool)
    markers = REGION.findall(cell.source)
    regions = [what for which, what in markers if which == "BEGIN"]
    allowed = ALLOWED_REGIONS.get(role, []) if role else []
    rules = [
        (len(roles) > 1, f"a cell has only one of {', '.join(ROLES)}; got {roles}"),
        (
            not isinstance(identifier, str) or not IDENTIFIER.fullmatch(identifier),
            "an id must look like q1-marks",
        ),
        (
            cell.cell_type != ("markdown" if role == "proof" else "code") and role,
            f"a {role} cell must be {'markdown' if role == 'proof' else 'code'}",
        ),
        (
            not number or (points > 0) != (role in {"marks", "proof"}),
            f"marks and proofs must have points, other cells none; got {points!r}",
        ),
        (number and (points * 2) % 1, f"points are whole or half; got {points!r}"),
        (
            markers != [(which, what) for what in regions for which in ("BEGIN", "END")],
            "each region must have one BEGIN and one END",
        ),
        (
            regions != allowed if role in {"answer", "marks"} else not set(regions) <= set(allowed),
            f"its regions must be {allowed}; got {regions}",
        ),
        (
            cell.source.count("### BEGIN") + cell.source.count("### END") != len(markers),
            "a BEGIN or END line is misspelt",
        ),
        (
            role == "marks" and not _only_emits(cell.source, identifier),
            "the hidden part must be one import of emit and one emit(its id, function)",
        ),
    ]
    return next((words for broken, words in rules if broken), None)


def _only_emits(source: str, identifier: str) -> bool:
    """Return whether a marked cell does nothing but emit answers under its own id."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return False
    match body:
        case [
            ast.ImportFrom(module="emitter", names=[ast.alias(name="emit", asname=None)]),
            ast.Expr(ast.Call(ast.Name("emit"), [ast.Constant(value), _], [])),
        ]:
            return value == identifier
    return False


@contextmanager
def _put_back_unless_done(*folders: Path) -> Iterator[None]:
    """Let folders be written anew; if that fails, put them back as they were."""
    with tempfile.TemporaryDirectory() as aside:
        copies = {folder: Path(aside, str(count)) for count, folder in enumerate(folders)}
        for folder, copy in copies.items():
            if folder.is_dir():
                shutil.copytree(folder, copy, symlinks=True)
        try:
            yield
        except BaseException:
            for folder, copy in copies.items():
                shutil.rmtree(folder, ignore_errors=True)
                if copy.is_dir():
                    shutil.copytree(copy, folder, symlinks=True)
            raise


def _write_source(course: Path, name: str, notebook: NotebookNode) -> None:
    """Write the instructor's version of an assignment, and its data files beside it."""
    folder = course / "source" / name
    shutil.rmtree(folder, ignore_errors=True)
    data = course / name / "data"
    shutil.copytree(data, folder) if data.is_dir() else folder.mkdir(parents=True)
    write(notebook, folder / f"{name}.ipynb")
