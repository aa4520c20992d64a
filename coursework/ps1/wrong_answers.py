"""Wrong answers to problem set 1, as students give them, and right ones. Tests mark all of them."""

import numpy as np

from regsoft import binary_entropy, sigmoid, softmax, softmax_jacobian

# ------------------------------------------------------------------------------------------------------------ marks

# The solution with one place changed: (answer cell, a text that occurs there exactly once, its replacement, the
# marked cells that are lost).
WRONG = [
    # A copied notebook: the numbers of somebody else.
    ("student", '"reference"', '"ann01"', "q1-ratio q1-temperature"),
    ("q1", "np.exp(x[2] - x[1])", "np.exp(x[1] - x[2])", "q1-ratio"),
    ("q1", "np.exp(x[2] - x[1])", "np.exp(x[2] - x[0])", "q1-ratio"),
    ("q1", "np.exp(x[2] - x[1])", "x[2] / x[1]", "q1-ratio"),
    ("q1", "(x[2] - x[1]) / np.log(9)", "np.log(9) / (x[2] - x[1])", "q1-temperature"),
    ("q1", "/ np.log(9)", "/ 9", "q1-temperature"),
    ("q1", "np.log(9)", "np.log10(9)", "q1-temperature"),
    ("q2", " - np.max(x)", "", "q2-large"),
    ("q2", "np.max(x)", "np.mean(x)", "q2-large"),
    ("q2", "gaps / alpha", "gaps", "q2-values q2-large"),
    ("q2", "gaps / alpha", "gaps * alpha", "q2-values q2-large"),
    ("q2", "gaps / alpha", "-gaps / alpha", "q2-values q2-large"),
    ("q2", " / weights.sum()", "", "q2-values q2-large"),
    ("q2", "weights.sum()", "(weights.sum() + 1e-8)", "q2-values q2-large"),
    ("q2", "dtype=float", "dtype=np.float32", "q2-values q2-large"),
    ("q3", "s * e != t", "s != t", "q3-marks"),
    ("q3", "s * e != t", "e != t", "q3-marks"),
    ("q3", "s * e != t", "s * e == t", "q3-marks"),
    ("q3", "s * e != t", "t < 0", "q3-marks"),
    ("q3", "e > 0", "s > 0", "q3-marks"),
    ("q3", "e > 0", "t > 0", "q3-marks"),
    ("q3", "e > 0", "e < 0", "q3-marks"),
    ("q3", 'return "neither"', 'return "min"', "q3-marks"),
    ("q4", "np.diag(w) - np.outer(w, w)", "np.diag(w * (1 - w))", "q4-marks"),
    ("q4", "np.diag(w) - np.outer(w, w)", "np.outer(w, w) - np.diag(w)", "q4-marks"),
    ("q4", "np.diag(w) - np.outer(w, w)", "np.diag(w) - w", "q4-marks"),
    ("q4", "np.outer(w, w)", "np.dot(w, w)", "q4-marks"),
    ("q4", "np.outer(w, w)", "np.outer(w, 1 - w)", "q4-marks"),
    ("q4", " / alpha", "", "q4-marks"),
    ("q4", "/ alpha", "* alpha", "q4-marks"),
    ("q5", "jacobian[1, 2] / jacobian[0, 2]", "jacobian[1, 1] / jacobian[0, 0]", "q5-marks"),
    ("q5", "jacobian[1, 2] / jacobian[0, 2]", "jacobian[0, 2] / jacobian[1, 2]", "q5-marks"),
    ("q5", "jacobian[2:, 1] / jacobian[0, 1]", "jacobian[2:, 0] / jacobian[1, 0]", "q5-marks"),
    ("q5", "weights[2:]", "weights[2]", "q5-marks"),
    ("q5", " / weights.sum()", "", "q5-marks"),
    ("q5", "weights / weights.sum()", "np.diag(jacobian) / np.trace(jacobian)", "q5-marks"),
    ("q5", "weights / weights.sum()", "(1 - np.sqrt(1 - 4 * np.diag(jacobian))) / 2", "q5-marks"),
]

# The same for changes that lose nothing: (answer cell, a text that occurs there exactly once, its replacement).
OTHERWISE = [
    ("q2", "weights / weights.sum()", "np.exp(gaps / alpha - np.logaddexp.reduce(gaps / alpha))"),
]

SAME_FOR_ALL = {"q3-marks"}  # whose cases are the same for every student: the eight signs are all there are

# ------------------------------------------------------------------------------------------------------------ hints

SCORES = np.array([0.3, 1.1, 2.4])


def word(s, e, t):
    grid = np.linspace(-6, 6, 4001)
    w = sigmoid(grid)
    curve = s * w * 2.0 + e * binary_entropy(w)
    places = {"max": grid[curve.argmax()], "min": grid[curve.argmin()]}
    right = [name for name, place in places.items() if abs(place - 2.0 * t) < 0.01]
    return right[0] if right else "neither"


def shares_from_jacobian(jacobian):
    i = np.arange(len(jacobian))
    j, k = np.roll(i, 1), np.roll(i, 2)
    w = np.sqrt(-jacobian[i, j] * jacobian[i, k] / jacobian[j, k])
    return w / w.sum()


# Right answers written differently from the solution: the arguments for `check`; a function may have any name.
PASSES = {
    "gaps": ("gaps", SCORES, np.exp(1.3), 1.3 / np.log(9)),
    "my_softmax": (softmax,),
    "word": (word,),
    "my_jacobian": (lambda w, alpha=1.0: softmax_jacobian(alpha * np.log(w), alpha),),
    "shares_from_jacobian": (shares_from_jacobian,),
}

# (a check in hints.py, answers that fail it, words that the student is told).
FAILS = [
    ("the_ratio", ("gaps", SCORES, np.exp(2.1), 1.3 / np.log(9)), "8.166 is not the quotient"),
    ("the_temperature", ("gaps", SCORES, np.exp(1.3), 1.3 * np.log(9)), "1.576 times the second"),
    ("shares_of_logarithms", (lambda x, alpha=1.0: np.exp((x - x.max()) / alpha),), "adds up to 1.6"),
    ("shares_at_half", (lambda x, alpha=1.0: softmax(x),), "got [0.333333 0.666667]"),
    ("one_of_three_words", (lambda s, e, t: "max" if e > 0 else None,), "word(1, -1, 1) gave None"),
    ("the_convention", (lambda s, e, t: word(s, -e, -t),), "you say 'min'"),
    (
        "one_place_for_each_curve",
        (lambda s, e, t: "max" if e > 0 else "min",),
        "t = 1 is 'max', t = -1 is 'max'",
    ),
    (
        "the_same_for_minus_x",
        (lambda s, e, t: "neither" if s * e != t else "max" if s > 0 else "min",),
        "word(1, 1, 1) is 'max', word(-1, 1, -1) is 'min'",
    ),
    ("the_middle", (lambda w, alpha=1.0: np.outer(w, w) - np.diag(w),), "-0.25"),
    ("a_rise_of_one_score", (lambda w, alpha=1.0: np.diag(w * (1 - w)),), "times 64, is [7. 0. 0.]"),
    (
        "half_as_fast",
        (lambda w, alpha=1.0: np.diag(w) - np.outer(w, w),),
        "0.1094 at alpha = 1 and 0.1094 at 2",
    ),
    ("shares_return", (lambda J: np.diag(J) / np.trace(J),), "times 8, is [1.647059 2.823529 3.529412]"),
    (
        "the_temperature_is_not_told",
        (lambda J: np.sqrt(-J[[0, 1, 2], [1, 2, 0]] * J[[0, 1, 2], [2, 0, 1]] / J[[1, 2, 0], [2, 0, 1]]),),
        "at alpha = 5 what came back",
    ),
    (
        "shares_of_large_scores",
        (lambda x, alpha=1.0: np.exp(x / alpha) / np.exp(x / alpha).sum(),),
        "got [nan nan]",
    ),
]
