"""Decide marks, in the grader's own process, from the answers that came out of the sandbox.

Nothing that a student wrote is executed here: an answer is data, read with `real_array` or `number`.
"""

import importlib.util
import json
import os
import reprlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np

from coursework.grading.inside.emitter import PREFIX
from regsoft.check import AnswerError, generator, numbers

SECRET = "COURSE_SECRET"
SECRET_FILE = "secret.txt"


@dataclass(frozen=True)
class Mark:
    """What one question earned."""

    points: float | None  # None until a person decides
    out_of: float
    reason: str | None  # why points are missing
    answered: bool = True  # False if the student left the question as it was handed out
    basis: str = ""  # a digest of what a person decides on; when it changes, the person is asked again
    decided_for_all: bool = False  # whether `marks.py` has taken the question out, or gives its points to all


@dataclass(frozen=True)
class Decisions:
    """What `marks.py` decides for everybody after the release, besides its QUESTIONS."""

    taken_out: frozenset[str]  # ids of marked cells and proofs that no longer count
    given_to_all: frozenset[str]  # ids whose points go to everybody who handed in
    id_as_typed: bool  # whether the student's numbers are those of the id that the notebook names


@dataclass(frozen=True)
class Verdict:
    """What the checks say of one marked cell."""

    reason: str | None = None  # why the answer is wrong, for the student; None if it is right
    note: str | None = None  # what the instructor should look at: the check itself failed
    answered: bool = True  # False if no answer came out of the cell


UNREADABLE = Verdict("the answer could not be read")


class ChecksError(ValueError):
    """A `marks.py` breaks a rule, or fails on its own cases."""


def real_array(answer: object, shape: Sequence[int]) -> np.ndarray:
    """Return an answer as a float array of this shape.

    Raises
    ------
    AnswerError
        If it is something else: another shape, strings, complex numbers, ragged or far too long lists.
    """
    shape = tuple(shape)
    try:
        answer = _floats(answer, len(shape) + 1)
    except (TypeError, OverflowError):
        raise AnswerError(
            f"an array of numbers of shape {shape} is expected; got {reprlib.repr(answer)}"
        ) from None
    return numbers(answer, "your answer", shape)


def number(answer: object) -> float:
    """Return an answer as a float; an array of one entry counts. Raises `AnswerError` for everything else."""
    while isinstance(answer, list) and len(answer) == 1:
        answer = answer[0]
    return float(real_array(answer, ()))


def _floats(answer: object, depth: int) -> object:
    """Return nested lists of floats: booleans and strings are not numbers, and NaN came as {"float": "nan"}."""
    if isinstance(answer, list) and depth:
        return [_floats(item, depth - 1) for item in answer]
    if isinstance(answer, dict) and answer.get("float") in {"nan", "inf", "-inf"}:
        return float(answer["float"])
    if isinstance(answer, int | float) and not isinstance(answer, bool):
        return float(answer)
    raise TypeError(type(answer))


def load_checks(course: Path, name: str) -> MappingProxyType:
    """Return {id of a marked cell: (cases, check)} of an assignment."""
    return _read_marks(course, name)[0]


def load_decisions(course: Path, name: str) -> Decisions:
    """Return what the `marks.py` of an assignment decides for everybody."""
    return _read_marks(course, name)[1]


def _read_marks(course: Path, name: str) -> tuple[MappingProxyType, Decisions]:
    path = Path(course).resolve() / name / "marks.py"
    if not path.is_file():
        raise ChecksError(f"{path} is missing")
    return _load(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=32)
def _load(path: Path, changed: int) -> tuple[MappingProxyType, Decisions]:
    spec = importlib.util.spec_from_file_location(f"marks_of_{path.parent.name.replace('-', '_')}", path)
    if spec is None or spec.loader is None:
        raise ChecksError(f"{path} is not a Python module")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ChecksError(f"{path} raised {type(error).__name__}: {error}") from error
    questions = getattr(module, "QUESTIONS", None)
    if not isinstance(questions, dict) or not all(map(_is_question, questions.values())):
        raise ChecksError(f"{path}: QUESTIONS must map ids to (cases, check); got {reprlib.repr(questions)}")
    for word in ("TAKEN_OUT", "GIVEN_TO_ALL"):
        which: object = getattr(module, word, set())
        if not isinstance(which, set) or not all(isinstance(name, str) for name in which):
            raise ChecksError(f'{path}: {word} is a set of ids, such as {{"q3-marks"}}; got {which!r:.200}')
    decisions = Decisions(
        frozenset(getattr(module, "TAKEN_OUT", ())),
        frozenset(getattr(module, "GIVEN_TO_ALL", ())),
        getattr(module, "ID_AS_TYPED", False) is True,
    )
    return MappingProxyType(questions), decisions


def _is_question(entry: object) -> bool:
    return isinstance(entry, tuple) and len(entry) == 2 and all(map(callable, entry))


def make_secret(course: Path) -> None:
    """Give a course that has none a secret, in a file that its owner alone can read."""
    if read_secret(course):
        return
    descriptor = os.open(Path(course) / SECRET_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secrets.token_hex() + "\n")


def read_secret(course: Path) -> str:
    """Return what COURSE_SECRET says, else the secret in the course's folder, else nothing.

    Raises
    ------
    ChecksError
        If the file is empty: the cases of an earlier grading could not be made again.
    """
    if os.environ.get(SECRET):
        return os.environ[SECRET]
    path = Path(course) / SECRET_FILE
    if not path.exists():
        return ""
    secret = path.read_text("utf-8").strip()
    if not secret:
        raise ChecksError(f"{path} is empty: put the course's secret back, or delete the file and build anew")
    return secret


def make_cases(
    maker: Callable, assignment: str, student: str, identifier: str, secret: str = "", named: str = ""
) -> list[tuple]:
    """Return the cases that one student gets for one marked cell, the same each time.

    Without a secret, anybody who has read this file can compute them. With `named`, the student's own numbers are
    those of another id.
    """
    try:
        cases = maker(generator(assignment, student, identifier, secret), named or student)
    except Exception as error:
        raise ChecksError(
            f"{assignment}, {identifier}: drawing the cases raised {type(error).__name__}: {error}"
        ) from error
    if not isinstance(cases, list) or not cases or not all(isinstance(case, tuple) for case in cases):
        raise ChecksError(
            f"{assignment}, {identifier}: cases are a list of tuples; got {reprlib.repr(cases)}"
        )
    return cases


def portable(value: object) -> object:
    """Return a case in a form that JSON can hold; the emitter turns it back into the arguments."""
    if isinstance(value, np.ndarray):
        return {"array": value.tolist(), "dtype": str(value.dtype)}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, list | tuple):
        return [portable(item) for item in value]
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise ChecksError(f"a case is made of numbers, strings, arrays and lists; got {type(value).__name__}")


def verdict(check: Callable, cases: list[tuple], identifier: str, printed: str) -> Verdict:
    """Judge what a marked cell printed."""
    start = f"{PREFIX}{identifier} "
    lines = [line for line in printed.split("\n") if line.startswith(start)]
    if not lines:
        return Verdict("no answer came out of this cell", answered=False)
    try:
        answers = json.loads(lines[-1].removeprefix(start))
    except (ValueError, RecursionError):
        answers = None
    if not isinstance(answers, list):
        return UNREADABLE
    if len(answers) != len(cases):
        return Verdict(f"{len(cases)} answers are expected, {len(answers)} came")
    for count, (case, answer) in enumerate(zip(cases, answers, strict=True), 1):
        found = _verdict_on_case(check, case, answer)
        if found.reason is not None:
            where = f"case {count} of {len(cases)}: " if len(cases) > 1 else ""
            return replace(found, reason=where + found.reason)
    return Verdict()


def _verdict_on_case(check: Callable, case: tuple, answer: object) -> Verdict:
    match answer:
        case {"raised": str(kind), "message": str(message)}:
            if kind == NotImplementedError.__name__:
                return Verdict("this is not written yet")
            return Verdict(f"your function raised {kind}: {message}"[:520])
        case {"answer": value}:
            return _checked(check, case, value)
    return UNREADABLE


def _checked(check: Callable, case: tuple, value: object) -> Verdict:
    try:
        with np.errstate(all="ignore"):
            reason = check(value, *case)
    except AnswerError as wrong:
        return Verdict(str(wrong))
    except Exception as error:
        return Verdict(
            "this answer could not be checked", f"the check raised {type(error).__name__}: {error}"
        )
    return Verdict(None if reason is None else str(reason))
