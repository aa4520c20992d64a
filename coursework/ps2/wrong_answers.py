"""Wrong answers to problem set 2, as students give them, and right ones. Tests mark all of them."""

import numpy as np
from scipy.optimize import brentq

from regsoft import binary_entropy, sigmoid

# ------------------------------------------------------------------------------------------------------------ marks

# The solution with one place changed: (answer cell, a text that occurs there exactly once, its replacement, the
# marked cells that are lost).
WRONG = [
    # A copied notebook: the numbers of somebody else.
    ("student", '"reference"', '"ann01"', "q1-line q1-decision"),
    ("q1", "values.mean()", "values.sum()", "q1-line"),
    ("q1", "values.mean()", "values[0]", "q1-line"),
    ("q1", "/ 2000", "/ 1000", "q1-line q1-decision"),
    ("q1", "values[1] - values[0]", "values[0] - values[1]", "q1-line q1-decision"),
    ("q1", "0.0, 0.5", "0.5, 1.0", "q1-decision"),
    ("q1", "np.log(middle)", "np.log2(middle)", "q1-decision"),
    ("q1", "range(60)", "range(4)", "q1-decision"),
    ("q2", "x > 0", "x < 0", "q2-arch q2-bowl"),
    ("q2", "x / alpha > 0", "x > 0", "q2-bowl"),
    ("q2", "abs(x / alpha)", "abs(x * alpha)", "q2-arch q2-bowl"),
    ("q2", "alpha == 0", "alpha == 7", "q2-bowl"),
    ("q2", "(flat, best_end)", "(worst_end, flat)", "q2-bowl"),
    ("q2", "(worst_end, flat) if", "(flat, worst_end) if", "q2-arch q2-bowl"),
    (
        "q2",
        "return (worst_end, flat) if alpha > 0 else (flat, best_end)",
        "return flat, best_end",
        "q2-arch q2-bowl",
    ),
    (
        "q2",
        "(1.0 if x / alpha > 0 else power) / (1 + power)",
        "np.exp(x / alpha) / (1 + np.exp(x / alpha))",
        "q2-bowl",
    ),
    ("q3", "w * x - alpha", "w * x + alpha", "q3-marks"),
    ("q3", "w * x - alpha", "-alpha", "q3-marks"),
    ("q3", "(0, 1, 4001)", "(0, 1, 4)", "q3-marks"),
    ("q3", "np.log1p(-w)", "np.log1p(w)", "q3-marks"),
    ("q3", "surface, 2)", "surface, 3)", "q3-marks"),
    ("q3", ".convert()", "", "q3-marks"),
    ("q3", ".coef", ".coef[::-1]", "q3-marks"),
    ("q3", "1e-12, 1 - 1e-12", "0, 1", "q3-marks"),
    ("q4", "-np.log1p(-smallest)", "-np.log(smallest)", "q4-ball"),
    ("q4", "-np.log1p(-smallest)", "np.inf", "q4-ball"),
    ("q4", "-np.log1p(-smallest)", "smallest", "q4-ball"),
    ("q4", "smallest / (1 - smallest) / 2", "smallest / (1 - smallest)", "q4-ellipse"),
    ("q4", "smallest / (1 - smallest) / 2", "smallest / 2", "q4-ellipse"),
    ("q4", "np.min(w)", "np.max(w)", "q4-ball q4-ellipse"),
    ("q4", "np.min(w)", "w[-1]", "q4-ball q4-ellipse"),
    (
        "q4",
        "-np.log1p(-smallest), smallest / (1 - smallest) / 2",
        "smallest / (1 - smallest) / 2, -np.log1p(-smallest)",
        "q4-ball q4-ellipse",
    ),
]

# The same for changes that lose nothing: (answer cell, a text that occurs there exactly once, its replacement).
OTHERWISE = [
    (
        "q2",
        "if alpha == 0:",
        "grid = np.linspace(0, 1, 1_000_001)\n"
        "    inside = np.clip(grid, 1e-300, 1)\n"
        "    rest = np.clip(1 - grid, 1e-300, 1)\n"
        "    g = grid * x - alpha * (inside * np.log(inside) + rest * np.log(rest))\n"
        "    return grid[g.argmin()], grid[g.argmax()]\n"
        "    if alpha == 0:",
    ),
]

# ------------------------------------------------------------------------------------------------------------ hints

ALPHAS, VALUES = np.array([-1000.0, 1000.0]), np.array([-100.0, 300.0])


def extremes(x, alpha):
    places = np.append(np.linspace(0, 1, 11), sigmoid(x / alpha) if alpha else 0.5)
    surface = places * x + alpha * binary_entropy(places)
    return places[surface.argmin()], places[surface.argmax()]


# Right answers written differently from the solution: the arguments for `check`; a function may have any name.
PASSES = {
    "line": ("line", ALPHAS, VALUES, 100.0, 0.2, brentq(lambda w: binary_entropy(w) - 0.2, 0.0, 0.5)),
    "extremes": (extremes,),
    "best_parabola": (lambda x, alpha: np.array([1 / 12, 5 / 2, -5 / 2]) * alpha + [0, x, 0],),
    "edge_radii": (lambda w: (-np.log(1 - w.min()), w.min() / (1 - w.min()) / 2),),
}

# (a check in hints.py, answers that fail it, words that the student is told).
FAILS = [
    ("through_both_readings", ("line", ALPHAS, VALUES, 0.2, 100.0, 0.05), "not [-100.  300.]"),
    ("the_entropy_of_small_w", ("line", ALPHAS, VALUES, 100.0, 0.2, 0.95), "at most 1/2; got 0.95"),
    ("extremes_of_an_arch", (lambda x, alpha: extremes(x, alpha)[::-1],), "is lower than at your w"),
    ("extremes_of_a_bowl", (lambda x, alpha: extremes(x, abs(alpha)),), "is lower than at your w = 0"),
    ("extremes_of_a_line", (lambda x, alpha: extremes(x, alpha or 1.0),), "is higher than at your w"),
    (
        "the_same_at_both_ends",
        (lambda x, alpha: (1 / 12, 5 / 2, 0),),
        "at w = 0 it is 0.08333, at w = 1 it is 2.583",
    ),
    (
        "no_near_one_fits_better",
        (lambda x, alpha: (0.0, x + 2.8 * alpha, -2.8 * alpha),),
        "misses by more than",
    ),
    ("radii_at_the_centre", (lambda w: (-np.log(1 - w.min()), w.min()),), "the second number is 0.3333"),
    (
        "the_middle_of_an_edge",
        (lambda w: (np.log(3), w.min() / (1 - w.min()) / 2),),
        "1.099; the divergence there",
    ),
    (
        "the_order_of_options",
        (lambda w: (-np.log(1 - w[0]), w[0] / (1 - w[0]) / 2),),
        "(0.2, 0.5, 0.3) gives",
    ),
]
