"""The objective of a unit that is split over three options, as a picture that a reader moves by hand."""

import numpy as np

from regsoft import kl_ball, kl_divergence, logsumexp, shannon_entropy
from regsoft.figures._draw import number
from regsoft.live._live import module
from regsoft.live._simplex import BASE, BEST, FIELD, LEFT, OWN, TOP, Simplex, block, named
from regsoft.live._still import Plane, line, spot, write
from regsoft.picture import BLUE, GREEN, INK, ORANGE, PURPLE

# Drop of the objective below its maximum, and width of the level curve
DROPS = ((0.05, 1.8), (0.2, 1.4), (0.5, 1), (1, 0.7))
RAYS = 120


class Split(Simplex):
    """The objective ``<w, x> + alpha H(w)`` of a split over three options: place your own w, then see the best.

    Scores are dragged as bars, the split in the triangle. A column beside the bars stacks the mean score and the
    entropy. A button adds the gap to the maximum, ``alpha KL(w || best)``; the best split, which can be
    dragged as well and then moves the scores; and curves on which the objective is equal.

    Parameters
    ----------
    x : sequence of float, shape (3,), default (1, 2, 4)
        Scores, from 0 to 5.
    alpha : float, default 1.0
        Weight of the entropy, from 0.25 to 4.
    w : sequence of float, shape (3,), default (0.4, 0.3, 0.3)
        The reader's split: from 0 to 1, sum 1.
    answer : bool, default False
        Whether the best split is shown.

    Raises
    ------
    TypeError
        If `answer` is not True or False, or another parameter does not hold numbers.
    ValueError
        If a parameter is not within its limits, has not three entries, or `w` does not sum to 1.

    See Also
    --------
    regsoft.softmax : The best split.
    regsoft.softmax_objective : The objective.
    regsoft.kl_ball : The curves around the best split, including the one through the reader's split.

    Notes
    -----
    The parameters are traits: assign to them, and observe what the reader does. Derived in ``book/softmax.ipynb``,
    eq-gap.

    Examples
    --------
    >>> split = Split(x=[1, 2, 3])
    >>> split.w = [0, 0.5, 0.5]
    >>> split
    Split(x=[1.0, 2.0, 3.0], alpha=1.0, w=[0.0, 0.5, 0.5], answer=False, module ...)
    """

    _esm = module("split")
    _top, _ticks, _pitch = 9.5, (0, 2, 4, 6, 8), 52

    def _draw_part(self, ax, best, end):
        mean, spread = float(np.dot(self.w, self.x)), self.alpha * float(shannon_entropy(self.w))
        top, apart = float(logsumexp(self.x, self.alpha)), float(kl_divergence(self.w, best))
        up = Plane((0, 1, TOP, BASE), x=(0, 1), y=(0, self._top)).up
        middle, half, above = end + 0.55 * self._pitch, 0.32 * self._pitch, np.inf
        write(ax, middle, BASE + 22, "worth", ha="center", fontweight="bold")
        parts = [("⟨w, x⟩", 0, mean, BLUE), ("α H(w)", mean, mean + spread, ORANGE)]
        if self.answer:
            parts.append(("gap α KL", mean + spread, top, GREEN))
            for drop, width in DROPS:
                line(ax, *FIELD.at(_outline(best, drop / self.alpha)), INK, width, alpha=0.6)
            ball = FIELD.at(_outline(best, max(apart, 1e-9)))
            ax.fill(*ball, facecolor=PURPLE, alpha=0.12, linewidth=0)
            line(ax, *ball, PURPLE, 2, (6, 4))
            line(ax, [LEFT, middle + half], [up(top)] * 2, GREEN, 1.5, (6, 4))
        for name, low, high, colour in parts:
            block(ax, middle, half, up(high), up(low), colour)
            above = min((up(low) + up(high)) / 2 + 4, above - 15)
            value = self.alpha * apart if name == "gap α KL" else high - low
            write(ax, middle + half + 8, above, f"{name} {number(value)}")
        if self.answer:
            spot(ax, middle, up(top), *BEST, scale=0.7)
        spot(ax, middle, up(mean + spread), *OWN)
        own = f"your w {named(self.w)}, worth {number(mean + spread)}"
        return own, f"best w {named(best)}, worth {number(top)}"


def _outline(centre, radius):
    """Return the closed outline of a ball, including the corners of the triangle that lie in the ball."""
    turns = 2 * np.pi * np.arange(RAYS) / RAYS
    corners = np.eye(3)[-np.log(centre) <= radius]
    first, second = np.array([2, -1, -1]) / np.sqrt(6), np.array([0, 1, -1]) / np.sqrt(2)
    turned = np.arctan2((corners - centre) @ second, (corners - centre) @ first) % (2 * np.pi)
    points = np.concatenate([kl_ball(centre, radius, points=RAYS), corners])
    points = points[np.argsort(np.concatenate([turns, turned]))]
    return [*points, points[0]]
