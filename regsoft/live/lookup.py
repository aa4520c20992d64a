"""A soft look-up among keys on a circle, as a picture whose query a reader turns."""

import numpy as np

from regsoft import softmax
from regsoft.figures._draw import number
from regsoft.live._live import Live, Number, Switch, module
from regsoft.live._still import Plane, handle, line, spot, write
from regsoft.picture import BLUE, ORANGE, PURPLE

DEGREES = np.array([10, 75, 140, 215, 300])  # where the keys lie
ROUND = np.arange(0, 361, 1.5)
# In pixels, as in lookup.js.
MIDDLE, RADIUS, DIAL, NAMES = np.array([172, 208]), 110, 134, 156
SCALE = Plane((384, 632, 76, 336), x=(0.5, 5.5), y=(0, 1))
READ = {"colour": PURPLE, "width": 2.5, "dashes": (5, 3)}


class Lookup(Live):
    """A soft look-up: turn the query among five keys on a circle, and see what it reads.

    The scores of the keys are the cosines of their angles to the query; softmax gives the weights, and the output
    is the mean of the keys with these weights. The smaller alpha is, the closer the weights are to those of a hard
    look-up.

    Parameters
    ----------
    angle : float, default 40.0
        Direction of the query in degrees, from -180 to 180.
    alpha : float, default 0.5
        Temperature of the weights, from 0.005 to 5.
    answer : bool, default False
        Whether the outputs of all queries are shown.

    Raises
    ------
    TypeError
        If `answer` is not True or False, or another parameter is not a number.
    ValueError
        If a parameter is not within its limits.

    See Also
    --------
    regsoft.softmax : The weights.

    Notes
    -----
    The parameters are traits: assign to them, and observe what the reader does. Derived in
    ``book/attention.ipynb``, eq-attention.

    Examples
    --------
    >>> look = Lookup(alpha=0.1)
    >>> look.angle = 75
    >>> look
    Lookup(angle=75.0, alpha=0.1, answer=False, module ...)
    """

    _esm = module("lookup")
    _width, _height, _narrow = 640, 384, 566
    angle = Number(40, -180, 180, label="query q", digits=0, step=1)
    alpha = Number(0.5, 0.005, 5, label="α", digits=3, ratio=10 ** (1 / 20))
    answer = Switch()

    def _draw(self, ax):
        keys, query = unit(DEGREES), unit(self.angle)
        weights, output = read(self.angle, self.alpha)
        end, places = at(query, DIAL), at(keys)
        around = np.linspace(0, 360, 121)
        line(ax, *at(unit(around), DIAL).T, alpha=0.15)
        line(ax, *places[[0, 1, 2, 3, 4, 0]].T)
        for place, share in zip(places, weights, strict=True):
            line(ax, *np.transpose([at(output), place]), BLUE, 14 * share, alpha=0.35, solid_capstyle="butt")
        if self.answer:
            line(ax, *at(read(ROUND, self.alpha)[1]).T, **READ)
            line(ax, [0, 26], [28, 28], **READ)
            write(ax, 34, 32, "the outputs of all queries")
        line(ax, *np.transpose([MIDDLE, end]), ORANGE, 2)
        spot(ax, *places.T, "o", BLUE, BLUE, 10)
        SCALE.draw(ax, (1, 2, 3, 4, 5), (0, 0.5, 1), "key", "weight")
        ends = SCALE.across(np.arange(1, 6)[:, None] + [-0.3, 0.3])
        for i, (share, (x, y)) in enumerate(zip(weights, at(keys, NAMES), strict=True), start=1):
            ax.fill_between(ends[i - 1], SCALE.base, SCALE.up(share), color=BLUE, linewidth=0)
            write(ax, SCALE.across(i), SCALE.up(share) - 6, number(share, 2), ha="center")
            write(ax, x, y + 4, str(i), ha="center")
        handle(ax, *end, ORANGE)
        away = (-22 * query[0] + 12 * query[1], 22 * query[1] + 12 * query[0] + 4)
        write(ax, *(end + away), "q", ha="center", fontweight="bold")
        spot(ax, *at(output), "s", PURPLE, PURPLE, 12)
        found = f"output ({', '.join(number(value, 2) for value in output)})"
        spot(ax, 13, 10, "s", PURPLE, PURPLE, 12, scale=0.8)
        write(ax, 34, 14, f"{found}, the mean of the keys")
        told = [found, f"weights {', '.join(number(share, 2) for share in weights)}"]
        if self.answer:
            shape = "nearly the pentagon" if self.alpha < 0.2 else "a curve in the pentagon"
            told.append(f"the outputs of all queries are {shape}")
        query = f"query at {number(self.angle, 0)}°, α = {number(self.alpha)}"
        return f"Five keys on a circle, {query}: {'; '.join(told)}."


def unit(degrees):
    """Return the points of the unit circle at angles in degrees."""
    return np.stack([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], axis=-1)


def read(degrees, alpha):
    """Return the weights of the keys for queries at angles in degrees, and the outputs."""
    weights = softmax(unit(degrees) @ unit(DEGREES).T, alpha)
    return weights, weights @ unit(DEGREES)


def at(points, radius=RADIUS):
    """Return the places of points in pixels, where the unit circle has the given radius."""
    return MIDDLE + radius * np.asarray(points) * [1, -1]
