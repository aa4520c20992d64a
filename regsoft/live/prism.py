"""The prism in the bottom panel of Figure 1, as a picture that a reader turns and cuts."""

import numpy as np
from matplotlib.patches import Rectangle

from regsoft import fisher_ellipse, kl_ball, logsumexp, softmax, softmax_objective
from regsoft.figures._draw import number, short
from regsoft.live._live import Live, Number, module
from regsoft.live._solid import ENDS, TILT, Camera, bar, faces, frame, grid, steps, ticks, widened
from regsoft.live._still import Triangle, handle, line, write
from regsoft.picture import BLUE, ORANGE, PURPLE

COSTS = (
    97.62700785,
    430.37873274,
    205.52675214,
)  # NumPy's legacy generator with seed 0, uniform on (-1000, 1000)
LOW, HIGH = -logsumexp(-np.array(COSTS), 1000.0), logsumexp(COSTS, 1000.0)
# In pixels, as in prism.js.
CENTRE, SIZE = (219, 204), 2115.6
LEFT, RIGHT, BASE, BAR = 466, 666, 288, 334
LIMITS = widened([(0, 1), ENDS, (0, 1)])
LEAST = 1.0  # smallest weight used for the curves in the triangle: below it they look straight
LEVELS = np.arange(1, 7) / 7
CORNERS = np.array([[0, 0], [1, 0], [0, 1]])
CELLS = 14, 9  # patches of the still, along an edge of the triangle and along alpha


class Prism(Live):
    """The objective ``<w, x> - alpha H(w)`` of three costs over w1, w2 and alpha: the bottom panel of Figure 1.

    Drag to turn the prism, and drag its cross-section along alpha. The triangle beside it shows that cross-section
    with its level curves, the divergence ball of the shares whose value is near the best, and the ellipse that
    approximates it.

    Parameters
    ----------
    alpha : float, default -1000.0
        Weight at which the prism is cut, from -1000 to 1000.
    drop : float, default 100.0
        How far the value may lie from the best, from 10 to 300. The radius of the ball is drop/abs(alpha).
    turn : float, default -45.0
        Azimuth of the eye in degrees, from -180 to 180; the default is that of Figure 1 in the document.
    tilt : float, default 30.0
        Elevation of the eye in degrees, from -85 to 85; the document's is the default.

    Raises
    ------
    TypeError
        If a parameter is not a number.
    ValueError
        If a parameter is not within its limits.

    See Also
    --------
    regsoft.softmax_objective : The value, with weight -alpha.
    regsoft.kl_ball, regsoft.fisher_ellipse : The two sets.
    regsoft.live.Sheet : The top panel.

    Notes
    -----
    The parameters are traits: assign to them, and observe what the reader does. Where abs(alpha) is below 1, the
    triangle shows the curves for abs(alpha) = 1, which look straight. Derived in ``book/figure-1.ipynb``,
    eq-figure-bottom, eq-kl-ball and eq-fisher-ellipse.

    Examples
    --------
    >>> prism = Prism(alpha=200)
    >>> prism.drop = 50
    >>> prism
    Prism(alpha=200.0, drop=50.0, turn=-45.0, tilt=30.0, module ...)
    """

    _esm = module("figure_1")
    _width, _height, _narrow = 688, 430, 670
    alpha = Number(-1000, *ENDS, label="weight α", digits=0, step=5)
    drop = Number(100, 10, 300, label="drop δ", digits=0, step=5)
    turn = Number(-45, -180, 180, label="turn", digits=0, step=1)
    tilt = Number(30, -TILT, TILT, label="tilt", digits=0, step=1)

    def _draw(self, ax):
        alpha, drop = self.alpha, self.drop
        lens = Camera(self.turn, self.tilt, LIMITS, CENTRE, SIZE)
        cut, end, sides = _visible(lens, alpha)
        frame(ax, lens, LIMITS, ("w₁", "α", "w₂"))
        ends = [_end(at) for at, shown in ((alpha, cut), (ENDS[1], end)) if shown]
        patches = np.concatenate([*ends, *(_side(i, alpha) for i in range(3) if sides[i])])
        faces(ax, lens, patches, (_value(patches.mean(axis=1)) - LOW) / (HIGH - LOW))
        _edges(ax, lens, alpha, [cut or side for side in sides])

        # In the order in which the corners lie on the prism
        corners, places = Triangle(LEFT, RIGHT, BASE), [2, 0, 1]
        corners.draw(ax, ("w₃", "w₁", "w₂"))
        weight = max(abs(alpha), LEAST)
        scores = np.array(COSTS) * (1 if alpha < 0 else -1)
        w, reach = softmax(scores, weight), logsumexp(scores, weight) - scores.min()

        def curve(points):
            return corners.at(np.concatenate([points, points[:1]])[:, places])

        for level in LEVELS:
            line(ax, *curve(kl_ball(w, level * reach / weight, points=100)), width=0.8, alpha=0.6)
        ball = curve(kl_ball(w, drop / weight, points=120))
        ax.fill(*ball, color=BLUE, alpha=0.25, linewidth=0)
        line(ax, *ball, BLUE, 1.5)
        line(ax, *curve(fisher_ellipse(w, drop / weight, points=120)), ORANGE, 1.5, dashes=(6, 4))
        room = Rectangle((LEFT - 40, 62), RIGHT - LEFT + 64, BASE - 30, transform=ax.transData)
        ax.lines[-1].set_clip_path(room)  # clips an ellipse that reaches far outside the triangle
        x, y = corners.at(w[places])
        line(ax, [x - 5, x + 5], [y, y], width=1.5)
        line(ax, [x, x], [y - 5, y + 5], width=1.5)

        told = _told(alpha, drop)
        for i, text in enumerate(told):
            write(ax, LEFT + 12, 18 + 18 * i, text)
        line(ax, [LEFT - 12, LEFT + 6], [14, 14], PURPLE, 2.5)
        box = np.array([-12, 6, 6, -12, -12]) + LEFT, [27, 27, 37, 37, 27]
        ax.fill(*box, color=BLUE, alpha=0.25, linewidth=0)
        line(ax, *box, BLUE, 1.5)
        line(ax, [LEFT - 12, LEFT + 6], [50, 50], ORANGE, 1.5, dashes=(6, 4))
        bar(ax, LEFT, RIGHT, BAR, BAR + 5, upright=False)
        for value in ticks((LOW, HIGH)):
            if value % 500 == 0:
                across = LEFT + (RIGHT - LEFT) * (value - LOW) / (HIGH - LOW)
                line(ax, [across, across], [BAR + 6, BAR + 10])
                write(ax, across, BAR + 23, short(value), ha="center")
        write(ax, (LEFT + RIGHT) / 2, BAR + 42, "⟨w, x⟩ + α Σ wᵢ log wᵢ", ha="center")
        handle(ax, *lens.flat([1, alpha, 0]), PURPLE, "α", (14, 14))
        best, shares = softmax_objective(w, COSTS, -alpha), ", ".join(number(share, 2) for share in w)
        return (
            f"A prism over w₁, α and w₂, turned to {number(self.turn, 0)}°, tilted by {number(self.tilt, 0)}°, "
            f"cut at α = {number(alpha, 0)}. There the value is {'largest' if alpha < 0 else 'smallest'}, "
            f"{number(best, 0)}, at w = ({shares}); a divergence ball around it holds all w whose value is within "
            f"{number(drop, 0)}."
        )


def _value(points):
    """Return the value at points of w1, alpha and w2."""
    w1, alpha, w2 = np.moveaxis(points, -1, 0)
    return softmax_objective(np.stack([w1, w2, np.maximum(1 - w1 - w2, 0)], axis=-1), COSTS, -alpha)


def _visible(lens, cut):
    """Return whether the eye sees the cross-section, the far end, and each side."""
    w1, alpha, w2 = lens.eye
    return alpha < cut, alpha > ENDS[1], (w2 < 0, w1 + w2 > 1, w1 < 0)


def _end(alpha):
    """Return the patches of a cross-section: squares and, along the slope, triangles with the last corner twice."""
    w1, w2 = np.meshgrid(steps(CELLS[0]), steps(CELLS[0]), indexing="ij")
    cells = grid(np.stack([w1, np.full_like(w1, alpha), w2], axis=-1)).reshape(-1, 4, 3)
    reach = cells[..., 0] + cells[..., 2]
    cells = cells[reach.min(axis=1) < 1 - 1e-9]
    beyond = cells[:, 2, 0] + cells[:, 2, 2] > 1 + 1e-9
    cells[beyond, 2] = cells[beyond, 3]
    return cells


def _side(i, cut):
    """Return the patches of a side, from the cross-section to the far end."""
    s, alpha = np.meshgrid(steps(CELLS[0]), np.linspace(cut, ENDS[1], CELLS[1] + 1), indexing="ij")
    w1, w2 = ((s, 0 * s), (s, 1 - s), (0 * s, s))[i]
    return grid(np.stack([w1, alpha, w2], axis=-1)).reshape(-1, 4, 3)


def _edges(ax, lens, cut, seen):
    """Draw the edges of the part that is cut away, and of the cross-section."""
    front, back = (np.insert(CORNERS.astype(float), 1, alpha, axis=1) for alpha in (ENDS[0], cut))
    for i in range(3):
        for ends in ([front[i], back[i]], [front[i], front[i - 2]]):
            line(ax, *lens.flat(ends), width=1, alpha=0.6, dashes=(3, 3))
    edges = [lens.flat([back[i], back[i - 2]]) for i in range(3)]
    for edge in edges:
        line(ax, *edge, PURPLE, 1.2, dashes=(2, 4))
    for colour, width in (("white", 5), (PURPLE, 2.5)):
        for edge, shown in zip(edges, seen, strict=True):
            if shown:
                line(ax, *edge, colour, width, solid_capstyle="round")


def _told(alpha, drop):
    """Return what is written over the triangle."""
    end = "top" if alpha < 0 else "bottom"
    return (
        f"cross-section at α = {number(alpha, 0)}",
        f"within δ = {number(drop, 0)} of the {end}",
        "Fisher ellipse of the same radius",
    )
