"""Pictures of the objective on the triangle and of its value."""

import numpy as np
from matplotlib.figure import Figure

from regsoft import boltzmann, kl_ball, logsumexp, softmax
from regsoft.figures._draw import RAYS, axes, flat, number, outline, short, triangle
from regsoft.picture import BLUE, GREEN, INK, ORANGE, Picture, styled

DROPS = (0.05, 0.2, 0.5, 1.0)


@styled
def triangle_levels(x1=1.0, alpha=1.0):
    """Level curves of <w, x> + alpha H(w) on the triangle for x = (x1, 2, 4), with the maximiser."""
    x = np.array([x1, 2.0, 4.0])
    best = softmax(x, alpha)
    figure = Figure(figsize=(4.8, 3.4))
    ax = triangle((0.0, 0.02, 0.72, 0.96), figure)
    for drop, width in zip(DROPS, (1.8, 1.4, 1.0, 0.7), strict=True):
        outline(ax, kl_ball(best, drop / alpha, points=RAYS), color=BLUE, linewidth=width)
    ax.plot(*flat(best), "o", color=ORANGE, markersize=8)
    lines = ["maximiser", *(f"w{i} = {number(v)}" for i, v in zip("₁₂₃", best, strict=True))]
    lines += [
        "",
        "maximum",
        number(logsumexp(x, alpha)),
        "",
        "curves: maximum",
        "minus 0.05, 0.2,",
        "0.5 and 1",
    ]
    figure.text(0.74, 0.9, "\n".join(lines), va="top", fontsize=9, linespacing=1.4)
    alt = (
        f"Triangle of shares for scores {short(x1)}, 2, 4 at α = {short(alpha)}: level curves of the objective "
        f"close around its maximiser ({', '.join(map(number, best))}), where it is {number(logsumexp(x, alpha))}."
    )
    return Picture(figure, alt)


@styled
def smooth_maxima(alpha=1.0):
    """The maximum of (x, 0) and two smooth versions of it."""
    x = np.linspace(-4, 4, 121)
    pairs = np.stack([x, np.zeros_like(x)], axis=-1)
    ax = axes(xlabel="score x", ylabel="value for scores (x, 0)", xlim=(-4, 4), ylim=(-1.2, 5.6))
    ax.plot(x, logsumexp(pairs, alpha), color=BLUE, label="logsumexp")
    ax.plot([-4, 0, 4], [0, 0, 4], color=INK, linewidth=1.2, linestyle="--", label="max")
    ax.plot(x, boltzmann(pairs, alpha), color=GREEN, linestyle="-.", label="Boltzmann")
    ax.legend(loc="upper left")
    low = boltzmann(pairs, alpha).min()
    alt = (
        f"Maximum of a score and 0 with two smooth versions at α = {short(alpha)}: logsumexp lies above it and "
        "rises throughout; the Boltzmann operator touches it at x = 0, lies below elsewhere and dips to "
        f"{number(low)}."
    )
    return Picture(ax.figure, alt)
