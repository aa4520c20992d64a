"""Checks that help while a problem set is solved: how many pass, what is wrong, and a hint.

A check asks for a property that every right answer has. It holds no solution and gives no marks; those are given
later, on other numbers. What is asked for each problem set is in `ps1` to `ps4`; `_expect` is shared by all.
"""

import difflib
import hashlib
import inspect
import math
import warnings
from numbers import Real

import numpy as np

from regsoft.check import ps1, ps2, ps3, ps4
from regsoft.check._expect import AnswerError, complaint

__all__ = ["check", "own_numbers"]

QUESTIONS = ps1.QUESTIONS | ps2.QUESTIONS | ps3.QUESTIONS | ps4.QUESTIONS


def check(question, *answers):
    """Print how many checks of a question pass, and for each that does not the reason and a hint.

    Parameters
    ----------
    question : callable or str
        The function that the question asks for: its name says which question it answers. If the question asks
        for something else, its name, as in ``check("gaps", x, ratio, alpha_nine)``.
    *answers
        What the question asks for, as the notebook has it.

    Raises
    ------
    ValueError
        If no question has this name, or it takes another number of answers.

    See Also
    --------
    own_numbers : The numbers that only one student has.

    Examples
    --------
    >>> def my_softmax(x, alpha=1.0):
    ...     return np.exp(x) / np.exp(x).sum()
    >>> check(my_softmax)
    my_softmax: 1 of 3 checks pass
      pass  The shares of (0, log 2, log 5) are 1/8, 2/8 and 5/8
      FAIL  The temperature divides the scores
            at alpha = 0.5 the scores (0, log 2) got [0.333333 0.666667]
            Hint: only the ratio of score and temperature matters. Look for alpha in your formula.
      FAIL  Large scores do not overflow
            the scores (1000, 1000 + log 3) got [nan nan]
            Hint: softmax is unchanged if one number is taken from every score. Which number leaves no
            exponential above 1?
    """
    name = question if isinstance(question, str) else getattr(question, "__name__", repr(question))
    if name not in QUESTIONS:
        close = difflib.get_close_matches(name, QUESTIONS, 1)
        meant = f"; did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"no question is called {name!r}{meant}\nThe questions: {', '.join(QUESTIONS)}")
    answers = answers if isinstance(question, str) else (question, *answers)
    tests = QUESTIONS[name]
    wanted = list(inspect.signature(tests[0]).parameters)
    if len(answers) != len(wanted):
        raise ValueError(f"check({name!r}, ...) takes {', '.join(wanted)}; got {len(answers)} answers")
    reasons = [_reason(test, answers) for test in tests]
    print(f"{name}: {reasons.count(None)} of {len(tests)} checks pass")
    for test, reason in zip(tests, reasons, strict=True):
        _report(test, reason)


def _reason(test, answers):
    """Return why a check does not pass, in words, or None if it does."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            test(*answers)
    except AnswerError as wrong:
        return str(wrong)
    except Exception as error:
        return complaint(error)
    return None


def _report(test, reason):
    title, _, hint = inspect.getdoc(test).partition("\n\n")
    print(f"  {'pass' if reason is None else 'FAIL'}  {title}")
    if reason is not None:
        for line in [*reason.splitlines(), *(hint.splitlines() if reason != "not written yet" else [])]:
            print(f"        {line}")


def own_numbers(assignment, student, n=3, low=-2.0, high=2.0):
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
        Between which bounds, finite, `low` below `high`.

    Returns
    -------
    ndarray of float, shape (n,)
        Drawn uniformly and rounded to two decimals.

    Raises
    ------
    TypeError
        If `student` is no text.
    ValueError
        If `student` is empty, or `low` and `high` are not finite and in this order.

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
        raise TypeError(f'student must be a text, such as "ann01"; got {student!r}')
    if not student.strip():
        raise ValueError(f"student must be the id under which you hand in; got {student!r}")
    if not (isinstance(low, Real) and isinstance(high, Real) and -math.inf < low < high < math.inf):
        raise ValueError(f"low and high must be finite numbers, low below high; got {low!r} and {high!r}")
    digest = hashlib.sha256(f"{assignment}|{student.strip().casefold()}".encode()).digest()
    draws = np.random.default_rng(int.from_bytes(digest[:8], "big")).random(n)
    return np.round(low + (high - low) * draws, 2)
