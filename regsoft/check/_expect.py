"""What the checks are written with: an expectation, numbers in shape, and errors in plain words."""

import traceback
from pathlib import Path

import numpy as np


class AnswerError(Exception):
    """An answer is wrong; the text says why, to a student."""


def expect(condition, reason):
    """Stop with a reason unless the condition holds."""
    if not condition:
        raise AnswerError(reason)


def numbers(answer, what, shape):
    """Return an answer as an array of floats in a given shape, or say what is wrong with it."""
    expect(answer is not None, f"{what} is None: is there a return?")
    try:
        array = np.asarray(answer)
    except ValueError:  # ragged
        raise AnswerError(f"{what} should be made of numbers; got {answer!r:.200}") from None
    expect(array.dtype.kind in "iuf", f"{what} should be made of numbers; got {answer!r:.200}")
    expect(array.shape == shape, f"{what} should have the shape {shape}; got {array.shape}")
    return array.astype(float)


def near(left, right, tolerance=1e-9):
    """Say whether all entries agree up to a tolerance, relative above 1 and absolute below; NaN never does."""
    left, right = np.asarray(left, dtype=float), np.asarray(right, dtype=float)
    with np.errstate(invalid="ignore"):
        close = np.abs(left - right) <= tolerance * np.maximum(1, np.abs(right))
    return bool(np.all(close | (left == right)))


def fixed(*values):
    """Return an array that cannot be written to, so that an answer that changes its argument is noticed."""
    array = np.array(values[0] if len(values) == 1 else values, dtype=float)
    array.flags.writeable = False
    return array


def shown(answer):
    """Return numbers as a student should read them: six digits, on one line."""
    return np.array2string(np.round(np.asarray(answer, dtype=float), 6), max_line_width=100, threshold=12)


def complaint(error):
    """Return in plain words what an answer raised."""
    if isinstance(error, NotImplementedError):
        return "not written yet"
    if isinstance(error, ValueError) and "read-only" in str(error):
        return "your code changes its argument; work on a copy, as in x = np.array(x)"
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if _is_the_students(frame.filename)
    ]
    line = f", in line {frames[-1].lineno} of its cell" if frames else ""
    return f"your code raised {type(error).__name__}{line}: {error}"


def _is_the_students(filename):
    return Path(filename).parent != Path(__file__).parent and "site-packages" not in filename
