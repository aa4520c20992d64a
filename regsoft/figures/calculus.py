"""Picture of the Jacobian of softmax and its eigenvalues."""

import numpy as np
from matplotlib.figure import Figure

from regsoft import softmax_jacobian
from regsoft.figures._draw import axes, number, short
from regsoft.picture import BLUE, INK, ORANGE, Picture, styled


@styled
def jacobian_eigenvalues(x1: float = 1.0, alpha: float = 1.0) -> Picture:
    """Entries of the Jacobian of softmax at (x1, 2, 4) and its eigenvalues under the bound 1/(2 alpha)."""
    jacobian = softmax_jacobian([x1, 2.0, 4.0], alpha)
    values = np.maximum(np.linalg.eigvalsh(jacobian)[::-1], 0) + 0.0
    bound = 1 / (2 * alpha)
    figure = Figure()
    left = axes((0.03, 0.1, 0.44, 0.72), figure, xlim=(-0.5, 2.5), ylim=(2.5, -0.5), aspect="equal")
    left.set_axis_off()
    for i in range(3):
        for j in range(3):
            size = 0.48 * np.sqrt(abs(jacobian[i, j]) * alpha / 0.25)
            corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * min(size, 0.48) + [j, i]
            left.fill(*corners.T, color=BLUE if jacobian[i, j] >= 0 else ORANGE, alpha=0.5, linewidth=0)
            place = i if size >= 0.28 else i + size + 0.2  # below a square that is smaller than its number
            left.text(j, place, number(jacobian[i, j], 2), ha="center", va="center", fontsize=9)
    left.set_title("Jacobian (area = magnitude)", fontsize=10)
    right = axes((0.62, 0.19, 0.36, 0.63), figure, xticks=[0, 1, 2], xlabel="eigenvalue")
    right.set_xticklabels(["1st", "2nd", "3rd"])
    right.bar(range(3), values * alpha, color=BLUE, width=0.6)
    right.axhline(bound * alpha, color=INK, linewidth=1, linestyle="--")
    right.text(2.45, bound * alpha + 0.03, "bound 1/2", ha="right", fontsize=9)
    right.set_ylim(0, 0.62)
    right.set_title("α × eigenvalue", fontsize=10)
    for i, value in enumerate(values * alpha):
        right.text(i, value + 0.01, number(value), ha="center", fontsize=9)
    alt = (
        f"Left: the nine entries of the Jacobian at scores {short(x1)}, 2, 4 and α = {short(alpha)}; positive on "
        "the diagonal, negative elsewhere. Right: its eigenvalues times α, "
        f"{', '.join(number(v * alpha) for v in values)}, all at most 1/2."
    )
    return Picture(figure, alt)
