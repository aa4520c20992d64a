"""Grade one notebook: rebuild it, run it in the sandbox, decide its marks outside."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import nbformat
from nbformat import NotebookNode, v4

from coursework.grading.config import GIVEN
from coursework.grading.inside.emitter import PREFIX
from coursework.grading.marking import (
    ChecksError,
    Mark,
    Verdict,
    load_checks,
    make_cases,
    portable,
    read_secret,
    verdict,
)
from coursework.grading.rebuild import is_picture, read_cells, rebuild
from coursework.grading.sandbox import LIMITS, Limits, Outcome, run

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\x1b\[[0-9;]*m")
SHOWN = 20_000  # characters of one output that reach the feedback


@dataclass(frozen=True)
class Report:
    """All that grading one notebook found."""

    marks: Mapping[str, Mark]
    notes: tuple[str, ...]
    notebook: NotebookNode


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
        If a person must look at it: nothing of it was run.
    ChecksError, FileNotFoundError
        If the assignment itself has a mistake, which would be everybody's.
    SandboxError
        If the sandbox does not work on this machine.
    """
    course = Path(course).resolve()
    source, release, questions = read_assignment(course, assignment)
    cells = read_cells(_bytes(notebook), assignment)
    rebuilt, notes = rebuild(source, release, cells)
    cases = draw_cases(questions, assignment, student, read_secret(course) if secret is None else secret)
    code = [cell for cell in rebuilt.cells if cell.cell_type == "code"]
    orders = [{"source": cell.source, "cases": _cases_for(cell, cases)} for cell in code]
    data, hints = course / "release" / assignment, course / assignment / "hints.py"
    reasons: dict[str, str | None] = {}
    for count, (cell, outcome) in enumerate(
        zip(code, run(orders, limits, data, hints, safe), strict=True), 1
    ):
        cell.execution_count, cell.outputs = count, _outputs(outcome, count)
        if outcome.ended and outcome.ran:
            notes.append(f"cell {count}: {outcome.ended}")
        name = _name(cell)
        if name and name in cases:
            found = verdict(questions[name][1], cases[name], name, outcome.stdout)
            reasons[name] = _reason(found, outcome)
            cell.outputs = [_seen_by_nbgrader(reasons[name])]
            notes += [f"{name}: {found.note}"] if found.note else []
        elif name and name.startswith(GIVEN) and (errors := _errors(outcome)):
            raised = f"{errors[0]['ename']}: {errors[0]['evalue']}"
            notes.append(f"cell {count}, code of the assignment itself, raised {raised}")
    graded = _graded(rebuilt, release)
    marks = {name: _mark(name, cell, handed_out, reasons) for name, cell, handed_out in graded}
    return Report(MappingProxyType(marks), tuple(notes), rebuilt)


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
            f"{assignment} was built with the marked cells {marked}, but its marks.py is for {sorted(questions)}: "
            "build the course again"
        )
    return source, release, questions


def draw_cases(questions: Mapping, assignment: str, student: str, secret: str) -> dict[str, list[tuple]]:
    """Return {id of a marked cell: the cases that one student gets}."""
    return {
        name: make_cases(maker, assignment, student, name, secret) for name, (maker, _) in questions.items()
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


def _reason(found: Verdict, outcome: Outcome) -> str | None:
    """Return why a cell earns nothing, with what ended it if no answer came; None if it is right."""
    if found.reason is None:
        return None
    why = [] if found.answered else [item["evalue"] or item["ename"] for item in _errors(outcome)]
    why += [outcome.ended] if outcome.ended and not found.answered else []
    return _clean(": ".join([found.reason, *why]))


def _seen_by_nbgrader(reason: str | None) -> NotebookNode:
    """Return the output that nbgrader turns into all points of a cell, or none."""
    if reason is None:
        return v4.new_output("stream", name="stdout", text="Right.\n")
    return v4.new_output("error", ename="Wrong", evalue=reason, traceback=[f"Wrong: {reason}"])


def _graded(rebuilt: NotebookNode, release: NotebookNode) -> Iterator[tuple[str, NotebookNode, NotebookNode]]:
    """Yield the id of each cell that carries points, the cell, and its version in the release."""
    handed_out = {_name(cell): cell for cell in release.cells}
    for cell in rebuilt.cells:
        name = _name(cell)
        if name and cell.metadata.nbgrader.get("grade"):
            yield name, cell, handed_out[name]


def _mark(name: str, cell: NotebookNode, handed_out: NotebookNode, reasons: dict[str, str | None]) -> Mark:
    out_of = float(cell.metadata.nbgrader["points"])
    if cell.cell_type == "markdown":
        cell.metadata.nbgrader["checksum"] = handed_out.metadata.nbgrader["checksum"]
        same = cell.source.strip() == handed_out.source.strip()
        return Mark(0.0, out_of, "no answer", answered=False) if same else Mark(None, out_of, None)
    reason = reasons[name]
    return Mark(out_of if reason is None else 0.0, out_of, reason)


def _errors(outcome: Outcome) -> list[dict[str, str]]:
    found = [item for item in outcome.outputs if item.get("output") == "error"]
    return [
        {"ename": _clean(item.get("ename")), "evalue": _clean(item.get("evalue"))[:500]} for item in found
    ]


def _outputs(outcome: Outcome, count: int) -> list[NotebookNode]:
    """Return what a cell put out as outputs of a notebook: text and PNG alone, nothing that a page would run."""
    outputs = []
    for name, text in (("stdout", outcome.stdout), ("stderr", outcome.stderr)):
        lines = [line for line in text.split("\n") if not line.startswith(PREFIX)]
        if text := _clean("\n".join(lines)):
            outputs.append(v4.new_output("stream", name=name, text=text))
    outputs += filter(None, (_displayed(item, count) for item in outcome.outputs))
    if outcome.ended:
        outputs.append(v4.new_output("error", ename="Ended", evalue=outcome.ended, traceback=[outcome.ended]))
    return outputs


def _displayed(item: dict, count: int) -> NotebookNode | None:
    kind, data = item.get("output"), item.get("data")
    if kind == "error":
        lines = item.get("traceback")
        trace = [_clean(line) for line in lines[:50]] if isinstance(lines, list) else []
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


def _clean(text: object) -> str:
    """Return a text that can be written to a file and shown: no control characters, at most SHOWN of the rest."""
    text = CONTROL.sub("", text) if isinstance(text, str) else ""
    text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= SHOWN else text[:SHOWN] + f"\n… {len(text) - SHOWN} characters more"
