"""Marks are decided here, in the grader's own process, from answers that came out of the sandbox.

Nothing that a student wrote is executed here: an answer is data, read with `real_array` or `number`.
"""

import hashlib
import importlib.util
import json
import os
import secrets
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from reprlib import repr as shown
from types import MappingProxyType

import numpy as np

SECRET = "COURSE_SECRET"
SECRET_FILE = "secret.txt"
MARK = "\x1eANSWER "


class Wrong(Exception):
    """An answer is wrong; the message is for the student."""


class ChecksError(ValueError):
    """A checks module breaks a rule, or fails on its own cases."""


def real_array(answer: object, shape: tuple[int, ...]) -> np.ndarray:
    """Return an answer as a float array of this shape.

    Raises
    ------
    Wrong
        If it is something else: another shape, strings, complex numbers, ragged or far too long lists.
    """
    try:
        array = np.asarray(_floats(answer, len(shape) + 1), dtype=float)
    except (TypeError, ValueError, OverflowError):
        raise Wrong(f"an array of numbers of shape {shape} is expected; got {shown(answer)}") from None
    if array.shape != tuple(shape):
        raise Wrong(f"an array of shape {shape} is expected; got shape {array.shape}")
    return array


def number(answer: object) -> float:
    """Return an answer as a float; an array of one entry counts. Raises `Wrong` for everything else."""
    while isinstance(answer, list) and len(answer) == 1:
        answer = answer[0]
    return float(real_array(answer, ()))


def _floats(answer: object, depth: int) -> object:
    """Return nested lists of floats: booleans and strings are no numbers, and NaN came as {"float": "nan"}."""
    if isinstance(answer, list) and depth:
        return [_floats(item, depth - 1) for item in answer]
    if isinstance(answer, dict) and answer.get("float") in {"nan", "inf", "-inf"}:
        return float(answer["float"])
    if isinstance(answer, int | float) and not isinstance(answer, bool):
        return float(answer)
    raise TypeError(type(answer))


def load_checks(course: Path, name: str) -> MappingProxyType:
    """Return {id of a marked cell: (cases, check)} of an assignment."""
    path = Path(course).resolve() / "checks" / f"{name}.py"
    if not path.is_file():
        raise ChecksError(f"{path} is missing")
    return _load(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=32)
def _load(path: Path, changed: int) -> MappingProxyType:
    spec = importlib.util.spec_from_file_location(f"checks_{path.stem.replace('-', '_')}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    questions = getattr(module, "QUESTIONS", None)
    if not isinstance(questions, dict) or not all(map(_is_question, questions.values())):
        raise ChecksError(f"{path}: QUESTIONS must map ids to (cases, check); got {shown(questions)}")
    return MappingProxyType(questions)


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
    maker: Callable, assignment: str, student: str, identifier: str, secret: str = ""
) -> list[tuple]:
    """Return the cases that one student gets for one marked cell, the same each time.

    Without a secret, whoever has read this file can compute them.
    """
    words = [assignment, student.strip().casefold(), identifier, secret]
    digest = hashlib.sha256("|".join(words).encode("utf-8", "replace")).digest()
    cases = maker(np.random.default_rng(int.from_bytes(digest[:8], "big")), student)
    if not isinstance(cases, list) or not cases or not all(isinstance(case, tuple) for case in cases):
        raise ChecksError(f"{assignment}, {identifier}: cases are a list of tuples; got {shown(cases)}")
    return cases


def portable(value: object) -> object:
    """Return a case as JSON can hold it; the emitter makes the arguments of it again."""
    if isinstance(value, np.ndarray):
        return {"array": value.tolist(), "dtype": str(value.dtype)}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, list | tuple):
        return [portable(item) for item in value]
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise ChecksError(f"a case is made of numbers, strings, arrays and lists; got {type(value).__name__}")


def verdict(
    check: Callable, cases: list[tuple], identifier: str, printed: str
) -> tuple[str | None, str | None]:
    """Judge what a marked cell printed.

    Returns
    -------
    reason : str or None
        Why the answer is wrong, for the student; None if it is right.
    note : str or None
        What the instructor should look at: the check itself failed.
    """
    answers = _answers(identifier, printed)
    if isinstance(answers, str):
        return answers, None
    if len(answers) != len(cases):
        return f"{len(cases)} answers are expected, {len(answers)} came", None
    for count, (case, answer) in enumerate(zip(cases, answers, strict=True), 1):
        reason, note = _judge(check, case, answer)
        if reason:
            where = f"case {count} of {len(cases)}: " if len(cases) > 1 else ""
            return where + reason, note
    return None, None


def _answers(identifier: str, printed: str) -> list | str:
    """Return the answers in what a cell printed, or why there are none."""
    lines = [line for line in printed.split("\n") if line.startswith(f"{MARK}{identifier} ")]
    if not lines:
        return "no answer came out of this cell"
    try:
        answers = json.loads(lines[-1].removeprefix(f"{MARK}{identifier} "))
    except (ValueError, RecursionError):
        answers = None
    return answers if isinstance(answers, list) else "the answer could not be read"


def _judge(check: Callable, case: tuple, answer: object) -> tuple[str | None, str | None]:
    if isinstance(answer, dict) and isinstance(answer.get("error"), str):
        if answer["error"].startswith("NotImplementedError"):
            return "this is not written yet", None
        return f"your function raised {answer['error'][:500]}", None
    if not isinstance(answer, dict) or "answer" not in answer:
        return "the answer could not be read", None
    try:
        with np.errstate(all="ignore"):
            reason = check(answer["answer"], *case)
    except Wrong as wrong:
        return str(wrong), None
    except Exception as error:
        return "this answer could not be checked", f"the check raised {type(error).__name__}: {error}"
    return (None, None) if reason is None else (str(reason), None)
