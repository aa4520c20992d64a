"""The best points of three sets, as a picture that a reader moves by hand."""

import numpy as np

from regsoft import sigmoid, softmax
from regsoft.figures._draw import number
from regsoft.live._live import Live, Number, Switch, module
from regsoft.live._still import Plane, handle, line, spot, write
from regsoft.picture import BLUE, GREEN, INK, ORANGE

# In pixels, as in sets.js.
SHIFT, END = 4, 6
SCORES = Plane((44, 300, 92, 348), x=(-END, END), y=(-END, END))
SHARES = Plane((404, 660, 92, 348), x=(0, 1), y=(0, 1))
FAR = np.arange(61) / 2 - 15
# Marker, its edge, its inside and its size.
MARKS = (("D", BLUE, BLUE, 14), ("o", ORANGE, ORANGE, 12), ("s", GREEN, "none", 12))
NAMES = ("segment", "triangle", "square")


class Sets(Live):
    """The best points for two scores in three sets: raise both scores together, and see which points do not move.

    On the left the scores are a point with the coordinates c + gap/2 and c - gap/2. On the right lie the sets of
    shares: the segment w1 + w2 = 1, the triangle w1 + w2 <= 1 and the square, and in each the best point for its
    own entropy. A button shows the paths of the points as c runs through all numbers.

    Parameters
    ----------
    c : float, default 0.5
        Mean of the two scores, from -4 to 4.
    gap : float, default 1.0
        First score minus the second, from -4 to 4.
    alpha : float, default 1.0
        Weight of the entropy, from 0.1 to 4.
    paths : bool, default False
        Whether the paths of the points are shown.

    Raises
    ------
    TypeError
        If `paths` is not True or False, or another parameter is not a number.
    ValueError
        If a parameter is not within its limits.

    See Also
    --------
    regsoft.softmax : The best point of the segment; with a third score of 0 that of the triangle.
    regsoft.sigmoid : The best point of the square, entry by entry.

    Notes
    -----
    The parameters are traits: assign to them, and observe what the reader does. Derived in ``book/sets.ipynb``,
    thm-invisible.

    Examples
    --------
    >>> Sets(c=2, paths=True)
    Sets(c=2.0, gap=1.0, alpha=1.0, paths=True, module ...)
    """

    _esm = module("sets")
    _width, _height, _narrow = 688, 396, 672
    c = Number(0.5, -SHIFT, SHIFT, label="shift c", step=0.05)
    gap = Number(1, -4, 4, label="gap", step=0.05)
    alpha = Number(1, 0.1, 4, label="weight α", step=0.05)
    paths = Switch()

    def _draw(self, ax):
        x, alpha = _scores(self.c, self.gap), self.alpha
        points = best(x, alpha)
        told = [
            f"{name} ({number(w[0])}, {number(w[1])}), sum {number(w.sum())}"
            for name, w in zip(NAMES, points, strict=True)
        ]
        for i, (mark, words) in enumerate(zip(MARKS, told, strict=True)):
            spot(ax, 10, 12 + 20 * i, *mark, scale=0.8)
            write(ax, 26, 16 + 20 * i, words)
        SCORES.draw(ax, (-6, -3, 0, 3, 6), (-6, -3, 0, 3, 6), "score x₁", "score x₂")
        corners = _scores(np.array([1, 1, -1, -1, 1]) * SHIFT, np.array([4, -4, -4, 4, 4]))
        line(ax, *_at(SCORES, corners), width=1.5, alpha=0.15)
        line(ax, *_at(SCORES, _scores(np.array([-SHIFT, SHIFT]), self.gap)), dashes=(6, 4))
        SHARES.draw(ax, (0, 0.5, 1), (0, 0.5, 1), "share w₁", "share w₂")
        ax.fill(*_at(SHARES, [[0, 1, 0], [0, 0, 1]]), color=ORANGE, alpha=0.15, linewidth=0)
        line(ax, *_at(SHARES, [[0, 1, 1, 0, 0], [0, 0, 1, 1, 0]]), GREEN, 1.5)
        line(ax, *_at(SHARES, [[1, 0], [0, 1]]), BLUE, 3)
        if self.paths:
            for i, colour in ((1, ORANGE), (2, GREEN)):
                way = [best(_scores(shift * alpha, self.gap), alpha)[i] for shift in FAR]
                line(ax, *_at(SHARES, np.transpose(way)), colour, 1.5, dashes=(4, 3))
        handle(ax, *_at(SCORES, x), INK)
        for mark, w in zip(MARKS, points, strict=True):
            spot(ax, *_at(SHARES, w), *mark)
        scores = " and ".join(number(score, 2) for score in x)
        return f"Best points for the scores {scores} at α = {number(alpha, 2)}: {'; '.join(told)}."


def best(x, alpha):
    """Return the best points of the segment, the triangle and the square."""
    return softmax(x, alpha), softmax([*x, 0], alpha)[:2], sigmoid(x, alpha)


def _scores(c, gap):
    return np.array([c + gap / 2, c - gap / 2])


def _at(plane, points):
    """Return the places in pixels of points, given as their two coordinates."""
    return plane.across(points[0]), plane.up(points[1])
