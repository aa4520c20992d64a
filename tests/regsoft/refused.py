"""What arguments may not be, by kind: the value, the error, and its text, where {name} stands for the argument.

A kind that is called as a function of regsoft/_validate.py is what that function refuses; the others belong to one
parameter, of that name. {first} stands for the first argument of the function, whose axes are counted.
"""

from fractions import Fraction
from reprlib import repr as shortened

import numpy as np
import pytest

VAST = [0.5, 10**400]
MASKED = np.ma.array([[1.0, 2.0], [3.0, 4.0]], mask=[[True, False], [False, False]])
RAGGED = "{name} must be a rectangular array of numbers; got "
NOT_REAL = "{name} must hold real numbers; got dtype "
NOT_WHOLE = "{name} must hold integers; got dtype "
BAD_ARRAYS = {
    "ragged": ([[1.0, 2.0], [3.0]], ValueError, RAGGED + "[[1.0, 2.0], [3.0]]"),
    "beyond every number type": (VAST, TypeError, f"{NOT_REAL}object from {shortened(VAST)}"),
    "text": ("half", TypeError, NOT_REAL + "<U4 from 'half'"),
    "words": (["a", "b"], TypeError, NOT_REAL + "<U1 from ['a', 'b']"),
    "bytes": (b"1", TypeError, NOT_REAL + "|S1 from b'1'"),
    "complex": ([1j, 0.5], TypeError, NOT_REAL + "complex128 from [1j, 0.5]"),
    "dates": (np.array(["2020"], "datetime64[D]"), TypeError, NOT_REAL + "datetime64[D] from array(…"),
    "durations": (np.array([1], "timedelta64[s]"), TypeError, NOT_REAL + "timedelta64[s] from array(…"),
    "fractions": ([Fraction(1, 2)], TypeError, NOT_REAL + "object from [Fraction(1, 2)]"),
    "nothing": (None, TypeError, NOT_REAL + "object from None"),
    "a set": ({0.5}, TypeError, NOT_REAL + "object from {{0.5}}"),
    "a record": (np.zeros(1, [("w", float)]), TypeError, NOT_REAL + "[('w', '<f8')] from array(…"),
    "masked": (MASKED, TypeError, "{name} must hold no masked entries; got masked_array(…"),
    "masked in a list": ([[1.0, 2.0], MASKED[0]], TypeError, "{name} must hold no masked entries; got [[…"),
    "a masked entry": (
        [1.0, np.ma.masked],
        TypeError,
        "{name} must hold no masked entries; got [1.0, masked]",
    ),
}
NO_AXIS = "axis must be an integer, a tuple of integers or None; got "
BAD_AXES = {
    "an axis too large": (
        2,
        ValueError,
        "{first} has shape (2, 2): axis 2 is out of bounds for array of dimension 2",
    ),
    "an axis too small": (
        -3,
        ValueError,
        "{first} has shape (2, 2): axis -3 is out of bounds for array of dimension 2",
    ),
    "one of several axes too large": (
        (0, 2),
        ValueError,
        "{first} has shape (2, 2): axis 2 is out of bounds for array of dimension 2",
    ),
    "an axis that is a fraction": (0.0, TypeError, NO_AXIS + "0.0"),
    "an axis that is text": ("last", TypeError, NO_AXIS + "'last'"),
    "a list of axes": ([0, 1], TypeError, NO_AXIS + "[0, 1]"),
    "an axis twice": ((0, -2), ValueError, "axis must name one or more axes, each once; got (0, -2)"),
    "no axis": ((), ValueError, "axis must name one or more axes, each once; got ()"),
}
POSITIVE = "{name} must be positive and finite; got "
BAD_NUMBERS = {
    "zero": (0, ValueError, POSITIVE + "0"),
    "zero as a float": (0.0, ValueError, POSITIVE + "0.0"),
    "negative": (-1.5, ValueError, POSITIVE + "-1.5"),
    "NaN": (np.nan, ValueError, POSITIVE + "nan"),
    "infinite": (np.inf, ValueError, POSITIVE + "inf"),
    "negative zero": (-0.0, ValueError, POSITIVE + "-0.0"),
    "text": ("1", TypeError, NOT_REAL + "<U1 from '1'"),
    "nothing": (None, TypeError, NOT_REAL + "object from None"),
    "complex": (1j, TypeError, NOT_REAL + "complex128 from 1j"),
    "an array": (np.ones(3), TypeError, "{name} must be a single number; got shape (3,)"),
    "an array of one": ([1.0], TypeError, "{name} must be a single number; got shape (1,)"),
    "ragged": ([[1.0], []], ValueError, RAGGED + "[[1.0], []]"),
}
if np.finfo(np.longdouble).max > np.finfo(np.float64).max:
    HIGH, LOW = np.longdouble("1e400"), np.longdouble("1e-400")
    BAD_NUMBERS["above double precision"] = (HIGH, ValueError, f"{POSITIVE}{HIGH!r}")
    BAD_NUMBERS["below double precision"] = (LOW, ValueError, f"{POSITIVE}{LOW!r}")
NEGATIVE = "{name} must have no negative entry; got "
SUM = "{name} must sum to 1 along axis -1; got "
ROUNDS = "{name} must have shape (..., rounds, d), d at least 1; got shape "
TRIANGLE = "{name} must be three positive numbers that sum to 1; got "
THREE = "{name} must be an integer of at least 3; got "
OFF_SIMPLEX = {
    "a negative entry": ([[0.75, 0.25], [1.5, -0.5]], ValueError, NEGATIVE + "-0.5"),
    "a negative infinity": ([[0.5, 0.5], [1.0, -np.inf]], ValueError, NEGATIVE + "-inf"),
    "NaN": ([[np.nan, 0.5], [0.5, 0.5]], ValueError, NEGATIVE + "nan"),
    "a sum below 1": ([[0.5, 0.375], [0.5, 0.5]], ValueError, SUM + "0.875"),
    "a sum above 1": ([[0.5, 0.5], [0.75, 0.75]], ValueError, SUM + "1.5"),
    "an infinite sum": ([[np.inf, 0.0], [0.5, 0.5]], ValueError, SUM + "inf"),
    "a sum of 0": ([[0.0, 0.0], [0.5, 0.5]], ValueError, SUM + "0.0"),
}
BAD_SLICES = {
    **BAD_ARRAYS,
    "a number": (1.0, ValueError, "{name} has shape (): axis -1 is out of bounds for array of dimension 0"),
    "an empty axis": (
        np.ones((2, 0)),
        ValueError,
        "{name} must not be empty along axis -1; got shape (2, 0)",
    ),
}
BAD_ROUNDS = {
    **BAD_ARRAYS,
    "a number": (1.0, ValueError, ROUNDS + "()"),
    "a vector": ([1.0, 2.0], ValueError, ROUNDS + "(2,)"),
    "no experts": (np.ones((2, 0)), ValueError, ROUNDS + "(2, 0)"),
    "NaN": ([[0.5, np.nan]], ValueError, "{name} must be finite; got nan"),
    "infinite": ([[0.5, -np.inf]], ValueError, "{name} must be finite; got -inf"),
}
BAD_INTEGERS = {
    "a float": (1.0, TypeError, NOT_WHOLE + "float64 from 1.0"),
    "a boolean": (True, TypeError, NOT_WHOLE + "bool from True"),
    "words": (["a"], TypeError, NOT_WHOLE + "<U1 from ['a']"),
    "nothing": (None, TypeError, NOT_WHOLE + "object from None"),
    "ragged": ([[1], [0, 1]], ValueError, RAGGED + "[[1], [0, 1]]"),
    "masked": (MASKED.astype(int), TypeError, "{name} must hold no masked entries; got masked_array(…"),
}
REFUSED = {
    "real_array": BAD_ARRAYS,
    "whole_numbers": BAD_INTEGERS,
    "slices": BAD_SLICES,
    "axis": BAD_AXES,
    "positive": BAD_NUMBERS,
    "temperature": {
        **{case: row for case, row in BAD_NUMBERS.items() if not case.startswith("an array")},
        "an entry of 0": ([1.0, 0.0], ValueError, POSITIVE + "0.0"),
        "an entry that is NaN": ([np.nan, 1.0], ValueError, POSITIVE + "nan"),
        "an infinite entry": ([[np.inf]], ValueError, POSITIVE + "inf"),
    },
    "keepdims": {},
    "where": {
        "numbers": ([1.0, 0.0], TypeError, "{name} must hold booleans; got dtype float64 from [1.0, 0.0]"),
        "text": ("all", TypeError, "{name} must hold booleans; got dtype <U3 from 'all'"),
        "ragged": ([[True], []], ValueError, RAGGED + "[[True], []]"),
        "another shape": ([True] * 3, ValueError, "{name} must broadcast to shape (2, 2); got shape (3,)"),
    },
    "order": {
        **BAD_NUMBERS,
        "below 1": (0.5, ValueError, "{name} must be at least 1; got 0.5"),
        "just below 1": (1 - 2**-52, ValueError, f"{{name}} must be at least 1; got {1 - 2**-52}"),
    },
    "entropy_weight": {
        "NaN": (np.nan, ValueError, "{name} must be finite; got nan"),
        "infinite": (-np.inf, ValueError, "{name} must be finite; got -inf"),
        "an infinite entry": ([1.0, np.inf], ValueError, "{name} must be finite; got [1.0, inf]"),
        **BAD_ARRAYS,
    },
    "unit_interval": {
        **BAD_ARRAYS,
        **{
            str(bad): ([[0.5, bad], [0, 1]], ValueError, f"{{name}} must lie in [0, 1]; got {bad}")
            for bad in (-1e-9, 1.0000001, -np.inf, np.inf, np.nan)
        },
    },
    "simplex_points": {**BAD_SLICES, **OFF_SIMPLEX},
    "finite_rounds": BAD_ROUNDS,
    "weights": {
        **BAD_ROUNDS,
        **{case: OFF_SIMPLEX[case] for case in ("a negative entry", "a sum below 1", "a sum above 1")},
    },
    "index": {
        **BAD_INTEGERS,
        "too large": ([0, 2], ValueError, "{name} must lie in 0 … 1; got 2"),
        "negative": (-1, ValueError, "{name} must lie in 0 … 1; got -1"),
    },
    "d": {
        "zero": (0, ValueError, "{name} must be at least 1; got 0"),
        "negative": (-1, ValueError, "{name} must be at least 1; got -1"),
        "a float": (2.0, TypeError, "{name} must be an integer; got 2.0"),
        "a boolean": (True, TypeError, "{name} must be an integer; got True"),
        "text": ("2", TypeError, "{name} must be an integer; got '2'"),
        "nothing": (None, TypeError, "{name} must be an integer; got None"),
        "a list": ([3], TypeError, "{name} must be an integer; got [3]"),
    },
    "centre": {
        **BAD_SLICES,
        **OFF_SIMPLEX,
        "two numbers": ([0.5, 0.5], ValueError, TRIANGLE + "[0.5 0.5]"),
        "on an edge": ([0.5, 0.5, 0.0], ValueError, TRIANGLE + "[0.5 0.5 0. ]"),
        "two points": (
            [[0.5, 0.25, 0.25]] * 2,
            ValueError,
            TRIANGLE + "[[0.5  0.25 0.25]\n [0.5  0.25 0.25]]",
        ),
    },
    "radius": {
        **BAD_NUMBERS,
        "too small": (9e-13, ValueError, "{name} must be at least 1e-12; got 9e-13"),
    },
    "points": {
        "too few": (2, ValueError, THREE + "2"),
        "negative": (-1, ValueError, THREE + "-1"),
        "a float": (9.0, ValueError, THREE + "9.0"),
        "text": ("two", ValueError, THREE + "'two'"),
        "nothing": (None, ValueError, THREE + "None"),
        "a list": ([3], ValueError, THREE + "[3]"),
    },
}


def refusal(case, function, *arguments, name, first="x", **keywords):
    """Call a function, which must refuse its arguments as a case of REFUSED says."""
    _, error, text = case
    with pytest.raises((TypeError, ValueError)) as caught:
        function(*arguments, **keywords)
    expected, said = text.format(name=name, first=first), str(caught.value)
    assert type(caught.value) in (error, np.exceptions.AxisError)
    assert said == expected or (expected.endswith("…") and said.startswith(expected[:-1]))
