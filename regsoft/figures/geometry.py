"""Picture of the divergence as the gap between a convex curve and its tangent."""

import numpy as np

from regsoft import binary_entropy, kl_divergence
from regsoft.figures._draw import axes, number, short
from regsoft.picture import BLUE, GREEN, INK, ORANGE, Picture, styled


@styled
def divergence_gap(w=0.2, q=0.6):
    """Minus the entropy of a coin with its tangent at q; the gap at w is KL(w || q), above 2 (w - q)^2."""
    grid = np.linspace(0, 1, 81)
    slope = np.log(q / (1 - q))
    tangent = -binary_entropy(q) + slope * (grid - q)
    gap, pinsker = kl_divergence([w, 1 - w], [q, 1 - q]), 2 * (w - q) ** 2
    foot = -binary_entropy(q) + slope * (w - q)
    ax = axes(xlabel="w", ylabel="−H(w)", xlim=(-0.02, 1.02), ylim=(-2.3, 0.9))
    ax.plot(grid, -binary_entropy(grid), color=BLUE, label="−H(w)")
    ax.plot(grid, tangent, color=INK, linewidth=1.2, linestyle="--", label=f"tangent at q = {short(q)}")
    ax.plot(
        grid,
        tangent + 2 * (grid - q) ** 2,
        color=GREEN,
        linewidth=1.2,
        linestyle="-.",
        label="tangent + 2 (w − q)²",
    )
    ax.plot(
        [w, w],
        [foot, foot + gap],
        color=ORANGE,
        linewidth=3,
        solid_capstyle="butt",
        label=f"gap {number(gap)}",
    )
    ax.legend(loc="upper center", ncols=2)
    alt = (
        f"Minus the entropy over w with its tangent at q = {short(q)}. At w = {short(w)} the curve lies "
        f"{number(gap)} above the tangent, which is the divergence, and Pinsker's parabola "
        f"{number(pinsker)} above it."
    )
    return Picture(ax.figure, alt)
