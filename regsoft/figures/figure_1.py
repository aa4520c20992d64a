"""Figure 1 of the source document, drawn again from its formulas, and simpler plots that explain it."""

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from mpl_toolkits.mplot3d.art3d import Poly3DCollection

from regsoft import (
    ellipse_error,
    fisher_ellipse,
    kl_ball,
    logsumexp,
    sigmoid,
    softmax,
    softmax_objective,
    softplus,
)
from regsoft import sigmoid_objective as objective
from regsoft._types import ArrayLike
from regsoft.figures._draw import RAYS, axes, flat, number, outline, short, triangle
from regsoft.picture import BLUE, GREEN, INK, ORANGE, Picture, styled

SCORE = 97.62700785  # the first number of NumPy's legacy generator with seed 0, uniform on (-1000, 1000)
COSTS = (97.62700785, 430.37873274, 205.52675214)  # the first three numbers of the same generator
ALPHAS = (-1000, 1000)
CELLS = 36  # patches along an edge: enough to look smooth, few enough for a small SVG
STEPS = np.sin(np.linspace(0, np.pi / 2, CELLS + 1)) ** 2  # from 0 to 1, dense at both ends, where H is steep
MARGIN = 0.07  # as a fraction of each axis, on both sides, as in the published picture


@styled
def figure_1_sigmoid(x: float = SCORE) -> Picture:
    """Figure 1, top: the surface w x + alpha H(w) over w and alpha, its value as height and colour."""
    w, alpha = np.meshgrid(STEPS, np.linspace(*ALPHAS, CELLS + 1), indexing="ij")
    patches = _quadrilaterals(np.stack([w, alpha, objective(w, x, alpha)], axis=-1))
    w, alpha, _ = np.moveaxis(patches.mean(axis=1), -1, 0)
    low, high = -softplus(-x, 1000.0), softplus(x, 1000.0)
    alt = (
        f"A sheet over w from 0 to 1 and α from −1000 to 1000 for x = {number(x, 2)}: along α straight, along w "
        f"an arch for positive α (highest {number(high, 0)}) and a hanging curve for negative α "
        f"(lowest {number(low, 0)})."
    )
    limits = ((0, 1), ALPHAS, (low, high))
    return _solid(patches, objective(w, x, alpha), low, high, ("w", "α", ""), limits, alt)


@styled
def figure_1_softmax(x: ArrayLike = COSTS) -> Picture:
    """Figure 1, bottom: the visible faces of the prism of w1, alpha, w2, coloured by <w, x> - alpha H(w)."""
    w1, alpha = np.meshgrid(STEPS, np.linspace(*ALPHAS, CELLS + 1), indexing="ij")
    patches = np.concatenate([_front(STEPS), _quadrilaterals(np.stack([w1, alpha, 1 - w1], axis=-1))])
    low, high = -logsumexp(-np.array(x), 1000.0), logsumexp(x, 1000.0)
    w1, alpha, w2 = np.moveaxis(patches.mean(axis=1), -1, 0)
    w = np.stack([w1, w2, np.maximum(1 - w1 - w2, 0)], axis=-1)
    alt = (
        "A prism whose cross-section is the triangle of w₁ and w₂ and whose length is α from −1000 to 1000, "
        f"coloured by the objective: its front face, α = −1000, is brightest inside ({number(high, 0)}); "
        "towards α = 1000 the colours darken."
    )
    limits = ((0, 1), ALPHAS, (0, 1))
    return _solid(patches, softmax_objective(w, x, -alpha), low, high, ("w₁", "α", "w₂"), limits, alt)


def _quadrilaterals(grid):
    """Return the cells of a grid of points, shape (rows, columns, 3), as (cells, 4, 3)."""
    corners = grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]
    return np.stack(corners, axis=2).reshape(-1, 4, 3)


def _front(steps):
    """Return the face alpha = -1000 as rectangles and, along the hypotenuse, triangles with one corner repeated."""
    w1, w2 = np.meshgrid(steps, steps, indexing="ij")
    cells = _quadrilaterals(np.stack([w1, np.full_like(w1, ALPHAS[0]), w2], axis=-1))
    reach = cells[..., 0] + cells[..., 2]
    cells = cells[reach.min(axis=1) < 1 - 1e-9]
    beyond = cells[:, 2, 0] + cells[:, 2, 2] > 1 + 1e-9
    cells[beyond, 2] = cells[beyond, 3]
    return cells


def _solid(patches, values, low, high, labels, limits, alt):
    """Draw coloured patches of shape (n, 4, 3) as the source document does: azimuth -45, elevation 30."""
    figure = Figure(figsize=(5.2, 4.6))
    ax = figure.add_axes((-0.03, 0.06, 0.91, 0.99), projection="3d", azim=-45, elev=30)
    colours = matplotlib.colormaps["viridis"]((values - low) / (high - low))
    ax.add_collection3d(
        Poly3DCollection(patches, facecolors=colours, edgecolors=colours, linewidths=0.8, clip_on=False)
    )
    for axis, label, (start, stop) in zip((ax.xaxis, ax.yaxis, ax.zaxis), labels, limits, strict=True):
        margin = MARGIN * (stop - start)
        axis.set_view_interval(start - margin, stop + margin, ignore=True)
        axis.set_pane_color(matplotlib.colors.to_rgba(INK, 0.06))
        axis.set_label_text(label)
    ax.yaxis.labelpad = 8
    return Picture(figure, alt)


@styled
def ball_and_ellipse(alpha: float = 1.0, drop: float = 0.1) -> Picture:
    """The w within `drop` of the maximum for scores (1, 2, 4), and the ellipse that approximates this set."""
    best = softmax([1.0, 2.0, 4.0], alpha)
    radius = drop / alpha
    figure = Figure(figsize=(4.8, 3.4))
    ax = triangle((0.0, 0.02, 0.72, 0.96), figure, beyond=True)
    ball = kl_ball(best, radius, points=RAYS)
    ax.fill(*flat(ball[::2]), color=BLUE, alpha=0.3, linewidth=0)
    outline(ax, ball, color=BLUE, linewidth=1.5)
    outline(ax, fisher_ellipse(best, radius, points=RAYS), color=ORANGE, linewidth=1.5, linestyle="--")
    ax.plot(*flat(best), "+", color=INK)
    error = ellipse_error(best, radius)
    lines = [
        "filled: KL ball",
        "dashed: ellipse",
        "",
        f"radius {short(radius)}",
        "",
        "covered by only",
        f"one: {100 * error:.1f} %",
    ]
    figure.text(0.74, 0.9, "\n".join(lines), va="top", fontsize=9, linespacing=1.4)
    alt = (
        f"Triangle of shares at α = {short(alpha)}: the region within {short(drop)} of the maximum, filled, and "
        f"the dashed ellipse around the same centre; {100 * error:.1f} % of their union is covered by only one."
    )
    return Picture(figure, alt)


@styled
def ridge() -> Picture:
    """The largest value over w as alpha grows, and the maximiser that gives it."""
    alpha, z = np.linspace(1, 300, 121), np.linspace(-6, 6, 81)
    figure = Figure()
    left = axes((0.15, 0.17, 0.33, 0.75), figure, xlabel="α", ylabel="largest value over w", xlim=(0, 300))
    left.plot(alpha, alpha * softplus(SCORE / alpha), color=BLUE)
    left.plot([0, 300], SCORE / 2 + np.log(2) * np.array([0, 300]), color=INK, linewidth=1, linestyle="--")
    left.set_ylim(0, 280)
    left.text(290, 60, "dashed:\nx/2 + α log 2", ha="right", va="center", fontsize=9)
    right = axes((0.64, 0.17, 0.33, 0.75), figure, xlabel="x/α", ylabel="maximiser w", xlim=(-6, 6))
    right.plot(z, sigmoid(z), color=GREEN)
    alt = (
        f"Left: the largest value over w starts at {number(SCORE, 1)} for α = 0 and approaches the dashed line "
        "x/2 + α log 2 from above. Right: the maximiser as a function of x/α is the sigmoid."
    )
    return Picture(figure, alt)
