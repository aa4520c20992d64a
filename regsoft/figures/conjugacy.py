"""Picture of a convex function and its conjugate, linked by one pair of slopes."""

import numpy as np
from matplotlib.figure import Figure

from regsoft import binary_entropy, sigmoid, softplus
from regsoft.figures._draw import axes, number, short
from regsoft.picture import BLUE, INK, ORANGE, Picture, styled


@styled
def conjugate_pair(x=1.0, alpha=1.0):
    """Minus alpha H(w) with its tangent of slope x, and alpha softplus(x/alpha) with its tangent of slope w."""
    w, scores = np.linspace(0, 1, 61), np.linspace(-3, 3, 61)
    best, top = sigmoid(x, alpha), softplus(x, alpha)
    low = -alpha * binary_entropy(best)
    figure = Figure()
    left = axes((0.11, 0.19, 0.36, 0.68), figure, xlabel="decision w", xlim=(-0.03, 1.03), ylim=(-3.6, 1.2))
    left.plot(w, -alpha * binary_entropy(w), color=BLUE)
    left.plot([0, 1], [-top, x - top], color=ORANGE, linewidth=1.2, linestyle="--")
    left.plot(best, low, "o", color=ORANGE)
    left.plot(0, -top, "s", color=ORANGE, markerfacecolor="none")
    left.set_title("−α H(w), slope x", fontsize=10)
    right = axes((0.6, 0.19, 0.38, 0.68), figure, xlabel="score x", xlim=(-3, 3), ylim=(-1.2, 3.9))
    right.plot(scores, softplus(scores, alpha), color=BLUE)
    right.plot(
        [-3, 3], [top + best * (-3 - x), top + best * (3 - x)], color=ORANGE, linewidth=1.2, linestyle="--"
    )
    right.plot(x, top, "o", color=ORANGE)
    right.plot([0], [top - best * x], "s", color=ORANGE, markerfacecolor="none")
    right.set_title("softplus, slope w", fontsize=10)
    right.axvline(0, color=INK, linewidth=0.5)
    alt = (
        f"Left: minus the weighted entropy with its tangent of slope x = {short(x)}, touching at "
        f"w = {number(best)} and cutting w = 0 at {number(-top)}. Right: softplus with its "
        f"tangent of slope {number(best)}, touching at x = {short(x)}, height {number(top)}, "
        f"and cutting x = 0 at {number(top - best * x)}."
    )
    return Picture(figure, alt)
