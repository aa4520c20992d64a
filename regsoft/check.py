"""Hints while a problem set is solved: how many checks pass, what is wrong, and what to try.

A check is a function that tests a property that every right answer has. The first line of its docstring is the
property, the rest a hint. A check contains no solution and gives no marks; marks are given later, on other numbers.
Each problem set has its own checks, in its `hints.py`, which is written with the functions below.
"""

import difflib
import hashlib
import inspect
import math
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Mapping
from numbers import Real
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["check", "checks", "own_numbers"]


Check = Callable[..., None]
Questions = Mapping[str, tuple[Check, ...]]

ALMOST = 1e-5  # an answer that is off by less looks right where six digits are shown


class AnswerError(Exception):
    """An answer is wrong; the text says why, to a student."""

    digits: int | None = None  # number of correct digits, if the answer looks right but is not


class _State(threading.local):
    """What `near` last found: the number of correct digits, if the answer looks right but is not."""

    digits: int | None = None


_state = _State()


def checks(questions: Questions) -> Callable[..., None]:
    """Return the `check` of one problem set, which students call.

    Parameters
    ----------
    questions : mapping of str to tuple of callable
        The checks of each question, by its name. All checks of a question take the same answers.

    Returns
    -------
    callable
        ``check(question, *answers)``.

    Raises
    ------
    TypeError
        If `questions` is not a mapping.

    See Also
    --------
    check : What it does.

    Examples
    --------
    In the `hints.py` of a problem set:

    >>> def adds_up(my_shares):
    ...     '''The shares of (2, 3) add up to 1
    ...
    ...     Hint: what do you divide by?
    ...     '''
    ...     total = np.sum(my_shares([2, 3]))
    ...     expect(near(total, 1), f"they add up to {total:g}")
    >>> check = checks({"my_shares": (adds_up,)})

    and in its notebook:

    >>> def my_shares(x):
    ...     return np.array(x) / 10
    >>> check(my_shares)
    my_shares: 0 of 1 checks pass
      FAIL  The shares of (2, 3) add up to 1
            they add up to 0.5
            Hint: what do you divide by?
    """
    if not isinstance(questions, Mapping):
        raise TypeError(f"questions must map names to checks; got {questions!r}")

    def check_of_this_set(question: Any, *answers: Any) -> None:
        """Say how many checks of a question pass, and, for each that fails, the reason and a hint.

        Give the function that the question asks for, as in ``check(my_softmax)``. If the question asks for
        something else, give its name and the answers, as in ``check("gaps", x, ratio, alpha_nine)``.
        """
        check(questions, question, *answers)

    check_of_this_set.__name__ = check_of_this_set.__qualname__ = "check"
    return check_of_this_set


def check(questions: Questions, question: Any = None, *answers: Any) -> None:
    """Print how many checks of a question pass, and, for each that fails, the reason and a hint.

    Students call the `check` of their problem set, which knows its questions: see `checks`.

    Parameters
    ----------
    questions : mapping of str to tuple of callable
        The checks of each question, by its name.
    question : callable or str
        The function that the question asks for: its name says which question it answers. If the question asks
        for something else, its name.
    *answers
        The answers, as they stand in the notebook.

    Raises
    ------
    TypeError
        If `questions` is not a mapping, as when this is called in place of a problem set's own `check`.
    ValueError
        If no question has this name, or the number of answers is wrong.

    See Also
    --------
    own_numbers : The numbers that only one student has.

    Examples
    --------
    >>> def positive(rate):
    ...     '''The rate is positive'''
    ...     expect(rate > 0, f"it is {rate}")
    >>> check({"rate": (positive,)}, "rate", 0.5)
    rate: 1 of 1 checks pass
      pass  The rate is positive
    """
    if not isinstance(questions, Mapping):  # check(my_softmax) must get here too, so question has a default
        raise TypeError(
            "import check from its problem set, as in `from coursework.ps1.hints import check`; "
            f"regsoft.check.check takes questions first, which map names to checks; got {questions!r}"
        )
    name = question if isinstance(question, str) else _name_of(question, questions)
    if name not in questions:
        close = difflib.get_close_matches(name, questions, 1)
        meant = f"; did you mean {close[0]!r}?" if close else ""
        if callable(question):
            meant += f'\nGive the name as well, as in check("{next(iter(questions))}", ...).'
        raise ValueError(f"no question is called {name!r}{meant}\nThe questions: {', '.join(questions)}")
    answers = answers if isinstance(question, str) else (question, *answers)
    tests = questions[name]
    wanted = list(inspect.signature(tests[0]).parameters)
    if len(answers) != len(wanted):
        raise ValueError(f"check({name!r}, ...) takes {', '.join(wanted)}; got {len(answers)} answers")
    errors = [_failure(test, answers) for test in tests]
    print(f"{name}: {errors.count(None)} of {len(tests)} checks pass")
    for test, error in zip(tests, errors, strict=True):
        _report(test, error)


def _name_of(function: object, questions: Questions) -> str:
    """Return the question that a function answers: by its own name, or by the name of a variable that holds it.

    A lambda, a partial function, a decorated one and an object that can be called have another name or none.
    """
    name = getattr(function, "__name__", None)
    frame: FrameType | None = sys._getframe(1)
    while frame and name not in questions:
        places = (frame.f_locals, frame.f_globals)
        name = next((word for word in questions for place in places if place.get(word) is function), name)
        frame = frame.f_back
    return name or repr(function)


def _failure(test: Check, answers: tuple[Any, ...]) -> Exception | None:
    """Return the exception with which a check ends, or None if it passes."""
    _state.digits = None
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            test(*answers)
    except Exception as error:
        if isinstance(error, AnswerError):
            error.digits = _state.digits
        return error
    return None


def _report(test: Check, error: Exception | None) -> None:
    title, _, hint = (inspect.getdoc(test) or "").partition("\n\n")
    print(f"  {'pass' if error is None else 'FAIL'}  {title}")
    if error is not None:
        helps = "" if isinstance(error, NotImplementedError) else hint
        if isinstance(error, AnswerError) and error.digits is not None:
            helps = (
                f"Only about {error.digits} digits are right, and more are required. Is something rounded,\n"
                "or is an array in float32?"
            )
        for line in [*_complaint(error, test).splitlines(), *helps.splitlines()]:
            print(f"        {line}")


def _complaint(error: Exception, test: Check) -> str:
    """Return in plain words why a check fails."""
    if isinstance(error, AnswerError):
        return str(error)
    if isinstance(error, NotImplementedError):
        return "not written yet"
    if isinstance(error, ValueError) and "read-only" in str(error):  # NumPy has no class for this
        return "your code changes its argument; work on a copy, as in x = np.array(x)"
    ours = {Path(__file__), Path(inspect.getsourcefile(test) or "")}
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename) not in ours and "site-packages" not in frame.filename
    ]
    line = f", in line {frames[-1].lineno} of the cell" if frames else ""
    return f"your code raised {type(error).__name__}{line}: {error}"


def own_numbers(
    assignment: str, student: str, n: int = 3, low: float = -2.0, high: float = 2.0
) -> NDArray[np.float64]:
    """Return numbers that belong to one student and one problem set, the same on every machine.

    Parameters
    ----------
    assignment : str
        The problem set, such as "ps1".
    student : str
        The id under which the student hands in. Case and blanks around it do not matter.
    n : int, default 3
        How many.
    low, high : float, default -2.0, 2.0
        Bounds of the numbers: finite, `low` below `high`.

    Returns
    -------
    ndarray of float, shape (n,)
        Drawn uniformly and rounded to two decimals.

    Raises
    ------
    TypeError
        If `student` is not a string.
    ValueError
        If `student` is empty, or `low` and `high` are not finite, or `low` is not below `high`.

    See Also
    --------
    check : Local feedback on answers.

    Examples
    --------
    >>> own_numbers("ps1", "ann01")
    array([1.72, 1.45, 0.92])
    >>> own_numbers("ps1", " Ann01") - own_numbers("ps1", "ann01")
    array([0., 0., 0.])
    """
    if not isinstance(student, str):
        raise TypeError(f'student must be a string, such as "ann01"; got {student!r}')
    if not student.strip():
        raise ValueError(f"student must be the id under which you hand in; got {student!r}")
    if not (isinstance(low, Real) and isinstance(high, Real) and -math.inf < low < high < math.inf):
        raise ValueError(f"low and high must be finite numbers, low below high; got {low!r} and {high!r}")
    draws = generator(assignment, student).random(n)
    return np.round(low + (high - low) * draws, 2)


def generator(assignment: str, student: str, *words: str) -> np.random.Generator:
    """Return a random generator seeded with a problem set, a student and, optionally, further words."""
    seed = "|".join([str(assignment), student.strip().casefold(), *words])
    digest = hashlib.sha256(seed.encode("utf-8", "replace")).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))


# ------------------------------------------------------------------------------------ helpers for writing checks


def expect(condition: object, reason: str) -> None:
    """Stop with a reason unless the condition holds."""
    if not condition:
        raise AnswerError(reason)


def numbers(answer: Any, what: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return an answer as an array of floats in a given shape, or say what is wrong with it."""
    expect(answer is not None, f"{what} is None: is a `return` missing?")
    try:
        array = np.asarray(answer)
    except ValueError:  # ragged
        raise AnswerError(f"{what} should be made of numbers; got {answer!r:.200}") from None
    expect(array.dtype.kind in "iuf", f"{what} should be made of numbers; got {answer!r:.200}")
    expect(array.shape == shape, f"{what} should have the shape {shape}; got {array.shape}")
    return array.astype(float)


def near(left: ArrayLike, right: ArrayLike, tolerance: float = 1e-9) -> bool:
    """Say whether all entries agree up to a tolerance, relative above 1 and absolute below; NaN never does."""
    left, right = np.asarray(left, dtype=float), np.asarray(right, dtype=float)
    with np.errstate(invalid="ignore"):
        off = np.abs(left - right) / np.maximum(1, np.abs(right))
    close = bool(np.all((off <= tolerance) | (left == right)))
    largest = np.max(np.where(left == right, 0.0, off), initial=0.0)
    _state.digits = round(-np.log10(largest)) if not close and 0 < largest < ALMOST else None
    return close


def fixed(*values: ArrayLike) -> NDArray[np.float64]:
    """Return an array that cannot be written to, so that an answer that changes its argument is noticed."""
    array = np.array(values[0] if len(values) == 1 else values, dtype=float)
    array.flags.writeable = False
    return array


def shown(answer: ArrayLike) -> str:
    """Return numbers as a student should read them: six digits, on one line."""
    return np.array2string(np.round(np.asarray(answer, dtype=float), 6), max_line_width=100, threshold=12)
