"""Grade one notebook: rebuild it, run it in the sandbox, decide its marks outside."""

import ast
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import nbformat
from nbformat import NotebookNode, v4

from coursework.grading.collected import handed_in_as
from coursework.grading.config import GIVEN
from coursework.grading.inside.emitter import PREFIX
from coursework.grading.limits import LIMITS, Limits
from coursework.grading.marking import (
    ChecksError,
    Decisions,
    Mark,
    Verdict,
    load_checks,
    load_decisions,
    make_cases,
    portable,
    read_secret,
    verdict,
)
from coursework.grading.rebuild import is_picture, read_cells, rebuild
from coursework.grading.sandbox import Outcome, run

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\x1b\[[0-9;]*m")
SHOWN = 20_000  # characters of one text that are shown
SHOWN_IN_ALL = 200_000  # characters of one notebook
MOST_OUTPUTS = 50  # of one cell
HIDDEN = re.compile(r"^### BEGIN HIDDEN TESTS$.*?^### END HIDDEN TESTS$\n?", re.MULTILINE | re.DOTALL)
MISSING = re.compile(r"name '(\w+)' is not defined")
ID_VARIABLE = re.compile(r"""own_numbers\(\s*["'][^"']*["']\s*,\s*(\w+)""")
CHAIN = 5  # how many cells an error is followed back


@dataclass(frozen=True)
class Report:
    """All that grading one notebook found."""

    marks: Mapping[str, Mark]
    notes: tuple[str, ...]
    notebook: NotebookNode
    named: str = ""  # the id that the notebook names, if it is not that of the student who handed in
    answered: bool = True  # whether any answer differs from what was handed out


@dataclass(frozen=True)
class Stop:
    """Where a cell of the student's ended with an error."""

    where: str
    line: int | None
    error: str
    defines: frozenset[str]  # the names that it would have defined

    def __str__(self) -> str:
        line = f", line {self.line}" if self.line else ""
        return f"{self.where}{line}: {self.error}"


def grade_notebook(
    course: Path,
    assignment: str,
    notebook: NotebookNode | Path | bytes,
    student: str,
    limits: Limits = LIMITS,
    safe: bool = True,
    secret: str | None = None,
) -> Report:
    """Grade a notebook without touching the gradebook.

    Parameters
    ----------
    course : Path
        The folder of a course, built by `assign.build`.
    assignment : str
        Which assignment it answers.
    notebook : NotebookNode, Path or bytes
        What was handed in.
    student : str
        Who handed it in, as the course knows it; what the notebook says about that does not count.
    limits : Limits
        What the notebook may use.
    safe : bool, default True
        False runs it with no protection at all.
    secret : str, optional
        The course's secret, from which the cases are drawn; by default what `read_secret` finds.

    Raises
    ------
    Unreadable
        If it cannot be graded and a person must look at it; none of its code was run.
    ChecksError, FileNotFoundError
        If the assignment itself has a mistake, which would affect everybody.
    SandboxError
        If the sandbox does not work on this machine.
    """
    course = Path(course).resolve()
    source, release, questions = read_assignment(course, assignment)
    student = handed_in_as(course, assignment, student)
    decisions = load_decisions(course, assignment)
    data = _bytes(notebook)
    rebuilt, notes = rebuild(source, release, read_cells(data, assignment))
    secret = read_secret(course) if secret is None else secret
    cases = draw_cases(questions, assignment, student, secret)
    named = _named(rebuilt, source, release, student)
    others = _cases_of_another(questions, assignment, student, secret, named, cases) if named else {}
    if decisions.id_as_typed:
        cases, others = cases | others, {}
    code = [cell for cell in rebuilt.cells if cell.cell_type == "code"]
    places = _places(rebuilt)
    orders = [{"source": cell.source, "cases": _cases_for(cell, cases)} for cell in code]
    files, hints = course / "release" / assignment, course / assignment / "hints.py"
    marks: dict[str, Mark] = {}
    stops: list[Stop] = []
    for count, (cell, outcome) in enumerate(
        zip(code, run(orders, limits, files, hints, safe), strict=True), 1
    ):
        cell.execution_count, cell.outputs = count, _outputs(outcome, count)
        name, where = _name(cell), places[count - 1]
        if outcome.ended and outcome.ran:
            notes.append(f"{where}: {outcome.ended}")
        if name in cases:
            found = verdict(questions[name][1], cases[name], name, outcome.stdout)
            mark = _code_mark(cell, found, outcome, stops)
            if mark.reason and name in others:
                mark = _withheld(mark, verdict(questions[name][1], others[name], name, outcome.stdout), named)
            marks[name] = mark
            notes += [f"{name}: {found.note}"] if found.note else []
        elif name and name.startswith(GIVEN) and (errors := _errors(outcome)):
            raised = f"{errors[0]['ename']}: {errors[0]['evalue']}"
            notes.append(f"{where}, code of the assignment itself, raised {raised}")
        elif stop := _stop(cell, outcome, where, source):
            stops.append(stop)
    if named and not decisions.id_as_typed:
        notes.append(_note_on_id(named, [name for name, mark in marks.items() if mark.points is None]))
    answers = [(cell, handed_out) for cell, handed_out in _beside(rebuilt, release) if _is_solution(cell)]
    digest = hashlib.sha256(data).hexdigest()
    ordered: dict[str, Mark] = {}
    for cell, handed_out in _beside(rebuilt, release):
        name = _name(cell)
        if not name or not cell.metadata.nbgrader.get("grade"):
            continue
        mark = marks[name] if name in marks else _written_mark(cell, handed_out)
        mark = _decided(mark, cell, name, decisions)
        ordered[name] = replace(mark, basis=_basis(mark, cell, digest))
        if cell.cell_type == "code":
            cell.source = HIDDEN.sub("", cell.source)
            cell.outputs = [_seen_by_nbgrader(ordered[name])]
    _shorten(rebuilt)
    answered = any(cell.source.strip() != handed_out.source.strip() for cell, handed_out in answers)
    return Report(MappingProxyType(ordered), tuple(notes), rebuilt, named, answered)


def _named(rebuilt: NotebookNode, source: NotebookNode, release: NotebookNode, student: str) -> str:
    """Return the id that the notebook names as its student's, if it is not the one that handed in."""
    word = next(iter(ID_VARIABLE.findall(_code(source))), None)
    if word is None:
        return ""
    assigned = re.compile(rf"""^{word}\s*=\s*(["'])(.*?)\1\s*(?:#.*)?$""", re.MULTILINE)
    given = {match[2] for match in assigned.finditer(_code(release))}  # such as "your id"
    typed = [match[2].strip() for match in assigned.finditer(_code(rebuilt)) if match[2] not in given]
    return typed[-1] if typed and typed[-1].casefold() not in {"", student.strip().casefold()} else ""


def _code(notebook: NotebookNode) -> str:
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")


def _cases_of_another(
    questions: Mapping, assignment: str, student: str, secret: str, named: str, cases: dict[str, list]
) -> dict[str, list]:
    """Return the cases that differ when they are drawn for the id that the notebook names."""
    try:
        drawn = draw_cases(questions, assignment, student, secret, named)
    except ChecksError:
        return {}
    return {
        name: drawn[name]
        for name in drawn
        if len(drawn[name]) == len(cases[name]) and portable(drawn[name]) != portable(cases[name])
    }


def _withheld(mark: Mark, found: Verdict, named: str) -> Mark:
    """Return a mark that waits for a person if the answer is right for the id that the notebook names."""
    if found.reason is not None:
        return mark
    reason = f"right for the numbers of {named[:60]!r}, but this was handed in under another id"
    return replace(mark, points=None, reason=_clean(reason))


def _note_on_id(named: str, waiting: list[str]) -> str:
    waits = f"; {', '.join(waiting)}: right for that id's numbers, so you must decide" if waiting else ""
    return f"the notebook names {named[:60]!r} as its student{waits}"


def _places(rebuilt: NotebookNode) -> list[str]:
    """Return for each cell of code what a person calls it: its id, or below which cell it stands."""
    places, above = [], ""
    for cell in rebuilt.cells:
        name = _name(cell)
        above = name or above
        if cell.cell_type == "code":
            places.append(
                name or (f"a cell of the student's own below {above}" if above else "the first cell")
            )
    return places


def _stop(cell: NotebookNode, outcome: Outcome, where: str, source: NotebookNode) -> Stop | None:
    """Return where and why a cell of the student's stopped early."""
    errors = _errors(outcome)
    if not errors and not outcome.ended:
        return None
    words = [cell.source]
    if name := _name(cell):
        words += [given.source for given in source.cells if _name(given) == name]
    line = next((item.get("line") for item in outcome.outputs if item.get("output") == "error"), None)
    error = f"{errors[0]['ename']}: {errors[0]['evalue']}" if errors else str(outcome.ended)
    error = "this is not written yet" if errors and errors[0]["ename"] == "NotImplementedError" else error
    defines = frozenset(name for text in words for name in _defines(text))
    return Stop(where, line if isinstance(line, int) and 0 < line < 1_000_000 else None, error, defines)


def _defines(source: str) -> set[str]:
    """Return the names that code defines on its top level, guessed from how its lines look if it does not parse."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set(re.findall(r"^(?:(?:def|class)\s+)?(\w+)\s*(?:=(?!=)|\()", source, re.MULTILINE))
    found = set()
    for line in body:
        if isinstance(line, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            found.add(line.name)
        elif isinstance(line, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).partition(".")[0] for alias in line.names}
        else:
            stored = (node for node in ast.walk(line) if isinstance(node, ast.Name))
            found |= {node.id for node in stored if isinstance(node.ctx, ast.Store)}
    return found


def _cause(said: str, stops: list[Stop]) -> Stop | None:
    """Return the first error behind this one: that of the cell that should have defined the missing name."""
    cause = None
    for _ in range(CHAIN):
        missing = MISSING.search(said)
        before = next((stop for stop in stops if missing and missing[1] in stop.defines), None)
        if before is None or before is cause:
            return cause
        cause, said = before, before.error
    return cause


def read_assignment(course: Path, assignment: str) -> tuple[NotebookNode, NotebookNode, Mapping]:
    """Return an assignment as the instructor has it, as students got it, and the checks of its marked cells.

    Raises
    ------
    FileNotFoundError
        If the course is not built.
    ChecksError
        If `marks.py` is missing or has a mistake, or is for other cells.
    """
    source, release = _notebook(course, assignment, "source"), _notebook(course, assignment, "release")
    questions = load_checks(course, assignment)
    settings = [cell.metadata.get("nbgrader", {}) for cell in source.cells if cell.cell_type == "code"]
    marked = sorted(setting["grade_id"] for setting in settings if setting.get("grade"))
    if marked != sorted(questions):
        raise ChecksError(
            f"{assignment} was built with the marked cells {marked}, "
            f"but its marks.py has entries for {sorted(questions)}: "
            'build the course again; to take a question out after the release, write TAKEN_OUT = {"its id"} there '
            "and leave its entry"
        )
    decisions = load_decisions(course, assignment)
    cells = (cell for cell in source.cells if cell.metadata.get("nbgrader", {}).get("grade"))
    counted = {cell.metadata.nbgrader["grade_id"] for cell in cells}
    if unknown := (decisions.taken_out | decisions.given_to_all) - counted:
        raise ChecksError(
            f"marks.py of {assignment} names {sorted(unknown)} in TAKEN_OUT or GIVEN_TO_ALL; "
            f"the ids with points are {sorted(counted)}"
        )
    return source, release, questions


def draw_cases(
    questions: Mapping, assignment: str, student: str, secret: str, named: str = ""
) -> dict[str, list[tuple]]:
    """Return {id of a marked cell: the cases that one student gets}, with the own numbers of the id `named`."""
    return {
        name: make_cases(maker, assignment, student, name, secret, named)
        for name, (maker, _) in questions.items()
    }


def _notebook(course: Path, assignment: str, version: str) -> NotebookNode:
    path = course / version / assignment / f"{assignment}.ipynb"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: build the course first")
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=32)
def _read(path: Path, changed: int) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def _bytes(notebook: NotebookNode | Path | bytes) -> bytes:
    if isinstance(notebook, bytes):
        return notebook
    return notebook.read_bytes() if isinstance(notebook, Path) else nbformat.writes(notebook).encode()


def _name(cell: NotebookNode) -> str | None:
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def _cases_for(cell: NotebookNode, cases: dict[str, list[tuple]]) -> dict[str, object]:
    name = _name(cell)
    return {name: portable(cases[name])} if name in cases else {}


def _is_solution(cell: NotebookNode) -> bool:
    return bool(cell.metadata.nbgrader.get("solution"))


def _code_mark(cell: NotebookNode, found: Verdict, outcome: Outcome, stops: list[Stop]) -> Mark:
    """Return the mark of a marked cell, and, for a wrong answer, the first error that caused it."""
    out_of = float(cell.metadata.nbgrader["points"])
    if found.reason is None:
        return Mark(out_of, out_of, None)
    why = [] if found.answered else [item["evalue"] or item["ename"] for item in _errors(outcome)]
    why += [outcome.ended] if outcome.ended and not found.answered else []
    reason = ": ".join([found.reason, *why])
    cause = _cause(reason, stops)
    return Mark(0.0, out_of, _clean(f"{reason}. The first error was in {cause}" if cause else reason))


def _written_mark(cell: NotebookNode, handed_out: NotebookNode) -> Mark:
    """Return the mark of a written answer: none yet, or 0 where nothing was written."""
    out_of = float(cell.metadata.nbgrader["points"])
    cell.metadata.nbgrader["checksum"] = handed_out.metadata.nbgrader["checksum"]
    same = cell.source.strip() == handed_out.source.strip()
    return Mark(0.0, out_of, "no answer", answered=False) if same else Mark(None, out_of, None)


def _decided(mark: Mark, cell: NotebookNode, name: str, decisions: Decisions) -> Mark:
    """Return a mark with the course's decisions for everybody applied."""
    if name in decisions.taken_out:
        cell.metadata.nbgrader["points"] = 0
        return Mark(0.0, 0.0, "this question was taken out", decided_for_all=True)
    if name in decisions.given_to_all:
        return Mark(mark.out_of, mark.out_of, None, decided_for_all=True)
    return mark


def _basis(mark: Mark, cell: NotebookNode, digest: str) -> str:
    """Return a digest of what a person decides on: a proof and its points, or a mark and the notebook."""
    work = (
        [cell.source, cell.get("attachments", {})] if cell.cell_type == "markdown" else [mark.points, digest]
    )
    return hashlib.sha256(json.dumps([mark.out_of, *work], sort_keys=True).encode()).hexdigest()


def _seen_by_nbgrader(mark: Mark) -> NotebookNode:
    """Return the output for which nbgrader gives a cell either all of its points or none."""
    if mark.points == mark.out_of:
        given = mark.reason or ("The points are given to all." if mark.decided_for_all else "Right.")
        return v4.new_output("stream", name="stdout", text=f"{given}\n")
    kind = "Wrong" if mark.points is not None else "Undecided"
    return v4.new_output("error", ename=kind, evalue=mark.reason, traceback=[f"{kind}: {mark.reason}"])


def _beside(rebuilt: NotebookNode, release: NotebookNode) -> Iterator[tuple[NotebookNode, NotebookNode]]:
    """Yield each cell of the assignment and its version in the release."""
    handed_out = {_name(cell): cell for cell in release.cells}
    for cell in rebuilt.cells:
        if name := _name(cell):
            yield cell, handed_out[name]


def _shorten(notebook: NotebookNode) -> None:
    """Cut what a student wrote to what a page can show in time; all of it stays in `submitted/`."""
    left = SHOWN_IN_ALL
    for cell in notebook.cells:
        if _name(cell) and not _is_solution(cell):
            continue
        most = max(0, min(SHOWN, left))
        left -= min(len(cell.source), most)
        cell.source = _cut(cell.source, most)


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return (
        text[:most] + f"\n… {len(text) - most} characters more, which are in the notebook that was handed in"
    )


def _errors(outcome: Outcome) -> list[dict[str, str]]:
    found = [item for item in outcome.outputs if item.get("output") == "error"]
    return [
        {"ename": _clean(item.get("ename")), "evalue": _clean(item.get("evalue"))[:500]} for item in found
    ]


def _outputs(outcome: Outcome, count: int) -> list[NotebookNode]:
    """Return what a cell printed and displayed, as outputs of a notebook: text and PNG, nothing that runs."""
    outputs = []
    for name, text in (("stdout", outcome.stdout), ("stderr", outcome.stderr)):
        lines = [line for line in text.split("\n") if not line.startswith(PREFIX)]
        if text := _clean("\n".join(lines)):
            outputs.append(v4.new_output("stream", name=name, text=text))
    outputs += filter(None, (_displayed(item, count) for item in outcome.outputs[:MOST_OUTPUTS]))
    if (more := len(outcome.outputs) - MOST_OUTPUTS) > 0:
        outputs.append(v4.new_output("stream", name="stderr", text=f"… {more} outputs more\n"))
    if outcome.ended:
        outputs.append(v4.new_output("error", ename="Ended", evalue=outcome.ended, traceback=[outcome.ended]))
    return outputs


def _displayed(item: dict, count: int) -> NotebookNode | None:
    kind, data = item.get("output"), item.get("data")
    if kind == "error":
        lines = item.get("traceback")
        trace = [_clean(line, SHOWN // 50) for line in lines[:50]] if isinstance(lines, list) else []
        return v4.new_output(
            "error", ename=_clean(item.get("ename")), evalue=_clean(item.get("evalue")), traceback=trace
        )
    if kind not in {"display_data", "execute_result"} or not isinstance(data, dict):
        return None
    shown = {"text/plain": _clean(data.get("text/plain"))}
    if is_picture("image/png", data.get("image/png")):
        shown["image/png"] = data["image/png"]
    more = {"execution_count": count} if kind == "execute_result" else {}
    return v4.new_output(kind, data=shown, **more)


def _clean(text: object, most: int = SHOWN) -> str:
    """Return a text that can be written and shown: no control characters, and at most `most` characters."""
    text = CONTROL.sub("", text) if isinstance(text, str) else ""
    text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= most else text[:most] + f"\n… {len(text) - most} characters more"
