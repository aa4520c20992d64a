"""Pictures of arrangements that are counted, and of the largest entropy for a given mean."""

from math import comb, log

import numpy as np
from matplotlib.figure import Figure

from regsoft import binary_entropy, shannon_entropy, softmax
from regsoft.figures._draw import axes, number
from regsoft.picture import BLUE, GREEN, INK, ORANGE, PURPLE, Picture, styled

BALLS = 12
MORE = 120
SCORES = np.array([1.0, 2.0, 4.0])


@styled
def arrangements() -> Picture:
    """The numbers of arrangements of 12 balls in two boxes, and their logarithms per ball beside the entropy."""
    counts = [comb(BALLS, k) for k in range(BALLS + 1)]
    figure = Figure(figsize=(5.2, 2.8))
    left = axes((0.115, 0.19, 0.355, 0.74), figure, xlabel="balls in the first box", ylabel="arrangements")
    left.bar(range(BALLS + 1), counts, color=BLUE)
    left.set_xticks([0, 3, 6, 9, 12])
    right = axes((0.6, 0.19, 0.38, 0.74), figure, xlabel="share of the first box", ylabel="log per ball")
    w = np.sin(np.pi * np.arange(41) / 80) ** 2  # dense at the ends, where the line is steep
    right.plot(w, binary_entropy(w), color=ORANGE, label="entropy")
    shares, rates = zip(*_rates(MORE), strict=True)
    right.plot(shares, rates, color=GREEN, linewidth=1.2, linestyle="--", label=f"{MORE} balls")
    shares, rates = zip(*_rates(BALLS), strict=True)
    right.plot(shares, rates, "o", color=BLUE, markersize=5, label=f"{BALLS} balls")
    right.legend(loc="lower center")
    alt = (
        f"Left: how many arrangements put 0 to {BALLS} of {BALLS} balls into the first box, from 1 at the ends to "
        f"{max(counts)} in the middle. Right: their logarithms per ball lie below the arch of the entropy, those "
        f"of {MORE} balls nearly on it."
    )
    return Picture(figure, alt)


def _rates(n):
    """Return the share of the first box and the logarithm of the arrangements per ball, for up to 41 counts."""
    return [(k / n, log(comb(n, k)) / n) for k in range(0, n + 1, -(-n // 40))]


@styled
def entropy_of_mean() -> Picture:
    """The largest entropy of three shares with a given mean of the scores 1, 2, 4, and a tangent."""
    beta = np.tan(np.linspace(-1.4, 1.4, 49))  # dense where the mean moves most
    w = np.array([softmax(b * SCORES) for b in beta])
    best = softmax(SCORES)
    c, H = best @ SCORES, shannon_entropy(best)
    ax = axes(xlabel="mean score c", ylabel="largest entropy", xlim=(0.9, 4.1), ylim=(0, 1.3))
    ax.plot(w @ SCORES, shannon_entropy(w), color=ORANGE)
    ends = np.array([2.95, 4.05])
    ax.plot(ends, H - (ends - c), color=INK, linewidth=1.2, linestyle="--")
    ax.plot(SCORES.mean(), np.log(3), "s", color=GREEN, markersize=7)
    ax.plot(c, H, "o", color=PURPLE, markersize=8)
    ax.annotate("equal shares", (SCORES.mean(), np.log(3)), (0, 8), textcoords="offset points", ha="center")
    ax.annotate(
        "softmax at α = 1,\nslope −1/α", (c, H), (-8, -4), textcoords="offset points", ha="right", va="top"
    )
    alt = (
        "The largest entropy against the mean of the scores 1, 2, 4: an arch, its top log 3 at the mean of equal "
        f"shares, {number(SCORES.mean())}. At softmax with α = 1, mean {number(c)}, entropy {number(H)}, the "
        "tangent has slope −1."
    )
    return Picture(ax.figure, alt)
