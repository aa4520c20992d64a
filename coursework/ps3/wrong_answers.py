"""Wrong answers to problem set 3, as students give them, and right ones. Tests mark all of them."""

import numpy as np
from scipy.optimize import brentq

from regsoft import logsumexp, shannon_entropy, softmax

# ------------------------------------------------------------------------------------------------------------ marks

# The solution with one place changed: (answer cell, a text that occurs there exactly once, its replacement, the
# marked cells that are lost).
WRONG = [
    # A copied notebook: the numbers of somebody else.
    ("student", '"reference"', '"ann01"', "q1-marks"),
    ("q1", "np.log(3) / 2", "np.log(3)", "q1-marks"),
    ("q1", "np.log(3) / 2", "0.5", "q1-marks"),
    ("q1", ") / 2:", ") / 2.1:", "q1-marks"),
    ("q1", "x.max()) / middle", "x.max()) * middle", "q1-marks"),
    ("q1", "@ np.log(w)", "@ np.log2(w)", "q1-marks"),
    ("q1", "w @ np.log(w) <", "w @ np.log(w) >", "q1-marks"),
    ("q1", "range(80)", "range(6)", "q1-marks"),
    ("q2-value", "top = np.max(x)", "top = 0.0", "q2-logsumexp"),
    ("q2-value", "top + alpha * ", "top + ", "q2-logsumexp"),
    ("q2-value", "top + alpha", "alpha", "q2-logsumexp"),
    ("q2-value", "- top) / alpha", "- top)", "q2-logsumexp"),
    ("q2-value", ".sum()", ".mean()", "q2-logsumexp"),
    ("q2-value", "np.max(x)", "np.mean(x)", "q2-logsumexp"),
    (
        "q2-logs",
        "gaps - np.log(np.exp(gaps).sum())",
        "np.log(np.exp(gaps) / np.exp(gaps).sum())",
        "q2-logsoftmax",
    ),
    ("q2-logs", "return gaps", "return np.log(np.exp(gaps) + 1e-8)", "q2-logsoftmax"),
    ("q2-logs", " / alpha", "", "q2-logsoftmax"),
    ("q2-logs", " - np.log(np.exp(gaps).sum())", "", "q2-logsoftmax"),
    ("q2-logs", " - np.max(x)", "", "q2-logsoftmax"),
    ("q2-logs", "gaps - np.log", "gaps + np.log", "q2-logsoftmax"),
    ("q3-conjugate", "max", "min", "q3-values"),
    ("q3-conjugate", "- values", "+ values", "q3-values"),
    ("q3-conjugate", "axis=1", "axis=0", "q3-values"),
    ("q3-back", "rises) >= -1e-9", "rises) <= 1e-9", "q3-functions"),
    ("q3-back", " / np.diff(places)", "", "q3-functions"),
    ("q3-back", "np.diff(rises)", "rises", "q3-functions"),
    ("q3-back", "np.all", "np.any", "q3-functions"),
    ("q3-back", ">= -1e-9", "> 1e-9", "q3-functions"),
    ("q4-merge", "max(one[0], other[0])", "one[0]", "q4-blocks q4-nothing"),
    ("q4-merge", "max(one[0], other[0])", "min(one[0], other[0])", "q4-blocks q4-nothing"),
    ("q4-merge", "top - m", "m - top", "q4-blocks q4-nothing"),
    ("q4-merge", "s * np.exp(top - m)", "s", "q4-blocks"),
    ("q4-merge", "m == -np.inf", "m == 7", "q4-nothing"),
    ("q4-merge", "m, 0.0", "0.0, 0.0", "q4-nothing"),
    ("q4-summary", " - m", "", "q4-blocks"),
    ("q4-summary", "np.max", "np.mean", "q4-blocks"),
    ("q4-summary", ".sum()", ".mean()", "q4-blocks"),
]

# The same for changes that lose nothing: (answer cell, a text that occurs there exactly once, its replacement).
OTHERWISE = [
    ("q2-logs", "gaps - np.log(np.exp(gaps).sum())", "gaps - np.logaddexp.reduce(gaps)"),
    ("q3-back", "rises) >= -1e-9", "rises) > -1e-7"),
    ("q4-merge", "if m == -np.inf:", "if one == (-np.inf, 0) == other:"),
    (
        "q4-merge",
        "return m, sum(s * np.exp(top - m) for top, s in (one, other))",
        "with np.errstate(divide='ignore'):\n"
        "        total = np.logaddexp(one[0] + np.log(one[1]), other[0] + np.log(other[1]))\n"
        "    return m, np.exp(total - m)",
    ),
]

# ------------------------------------------------------------------------------------------------------------ hints

SCORES = np.array([0.3, 1.1, 2.4])


def comes_back(values, places):
    slopes = np.diff(values) / np.diff(places)
    conjugate = (slopes[:, None] * places - values).max(axis=1)
    return bool(np.allclose((slopes * places[:, None] - conjugate).max(axis=1), values))


def summary(block):
    return np.max(block), np.exp(block - np.max(block)).sum()


def merge(one, other):
    (m, s), (n, t) = sorted([one, other], reverse=True)
    return m, s + (t * np.exp(n - m) if t else 0.0)


# Right answers written differently from the solution: the arguments for `check`; a function may have any name.
PASSES = {
    "halfway": (
        "halfway",
        SCORES,
        brentq(lambda alpha: shannon_entropy(softmax(SCORES, alpha)) - np.log(3) / 2, 0.01, 100),
    ),
    "my_logsumexp": (logsumexp,),
    "my_log_softmax": (lambda x, alpha=1.0: (x - logsumexp(x, alpha)) / alpha,),
    "conjugate": (lambda values, places, slopes: [max(s * places - values) for s in slopes],),
    "comes_back": (comes_back,),
    "merge": ("merge", summary, merge),
}

# (a check in hints.py, answers that fail it, words that the student is told).
FAILS = [
    ("half_the_entropy", ("halfway", SCORES, 1.0), "at 1 the entropy is 0.7"),
    ("two_equal_scores", (lambda x, alpha=1.0: logsumexp(x, alpha) - alpha * np.log(len(x)),), "it gave 0"),
    (
        "scale_with_temperature",
        (lambda x, alpha=1.0: logsumexp(x / alpha),),
        "(2, 4, 8) at alpha = 2 gives 4.16985",
    ),
    ("value_of_large_scores", (lambda x, alpha=1.0: alpha * np.log(np.exp(x / alpha).sum()),), "it gave inf"),
    (
        "shares_from_their_logarithms",
        (lambda x, alpha=1.0: x - logsumexp(x, alpha),),
        "alpha = 0.5 they add up to",
    ),
    (
        "a_share_too_small_for_a_number",
        (lambda x, alpha=1.0: np.log(softmax(x, alpha)),),
        "it gave [-inf   0.]",
    ),
    (
        "the_square",
        (lambda values, places, slopes: (slopes[:, None] * places).max(axis=1) + 0.0,),  # -0 would be shown
        "it gave [10.  0.  5.]",
    ),
    ("a_few_uneven_places", (lambda values, places, slopes: slopes**2 / 2,), "it gave [2.  0.  0.5 4.5]"),
    ("yes_or_no", (lambda values, places: "yes",), "it gave 'yes'"),
    (
        "a_straight_line",
        (lambda values, places: bool((np.diff(np.diff(values) / np.diff(places)) >= 0).all()),),
        "it gave False",
    ),
    ("a_bowl_and_an_arch", (lambda values, places: True,), "for an arch it gave True"),
    ("a_dent", (lambda values, places: bool(values[0] >= values[len(values) // 2] - 1e-9),), "it gave True"),
    ("two_halves", ("merge", summary, lambda a, b: (max(a[0], b[0]), a[1] + b[1])), "uncut: [4."),
    (
        "far_apart",
        (
            "merge",
            summary,
            lambda a, b: (a[0], a[1] + b[1] * np.exp(b[0] - a[0])) if a[0] < 9 else (a[0], a[1] + 1),
        ),
        "blocks (1000, 1000) and (0)",
    ),
    (
        "the_summary_of_nothing",
        (
            "merge",
            summary,
            lambda a, b: (max(a[0], b[0]), sum(s * np.exp(m - max(a[0], b[0])) for m, s in (a, b))),
        ),
        "nothing and nothing: [-inf  nan]",
    ),
    ("half_the_entropy", ("halfway", [0.0, 1.0, 2.0], 1e-5), "at 1e-05 the entropy is 0, not 0.5493"),
]
