"""Two bell curves, the probability of one of them and its log-odds, as a picture that a reader moves by hand."""

import numpy as np

from regsoft import logit, sigmoid
from regsoft.figures._draw import number
from regsoft.live._live import Live, Number, Switch, module
from regsoft.live._still import Plane, handle, line, spot, write
from regsoft.picture import BLUE, INK, ORANGE, PURPLE

# In pixels, as in bells.js.
LEFT, RIGHT = 40, 576
HEIGHTS = Plane((LEFT, RIGHT, 52, 186), x=(-5, 5), y=(0, 0.43))
CHANCE = Plane((LEFT, RIGHT, 234, 314), x=(-5, 5), y=(0, 1))
ODDS = Plane((LEFT, RIGHT, 362, 452), x=(-5, 5), y=(-6, 6))
GRID = np.linspace(-5, 5, 51)


class Bells(Live):
    """Two bell curves over a measurement z, and below them the probability of "yes" at each z and its log-odds.

    The bell of "no" has the mean a, the width 1 and the area 1 - q; that of "yes" the mean b, the width s and the
    area q. Their heights at z are the odds. Where the widths agree, the log-odds are a line, and the probability is
    the sigmoid of that line. The two lower curves are drawn only where z has been moved so far; a button shows them
    in full.

    Parameters
    ----------
    a : float, default -1.0
        Mean of "no", from -3 to 3.
    b : float, default 1.0
        Mean of "yes", from -3 to 3.
    z : float, default 0.5
        The measurement, from -4.5 to 4.5.
    q : float, default 0.5
        Share of "yes" before the measurement, from 0.15 to 0.85.
    s : float, default 1.0
        Width (standard deviation) of "yes", from 0.8 to 1.6.
    answer : bool, default False
        Whether the curves are shown for all measurements.

    Raises
    ------
    TypeError
        If `answer` is not True or False, or another parameter is not a number.
    ValueError
        If a parameter is not within its limits.

    See Also
    --------
    regsoft.sigmoid : The probability, from the log-odds.
    regsoft.logit : The log-odds, from the probability.

    Notes
    -----
    The parameters are traits: assign to them, and observe what the reader does. Derived in
    ``book/four-roads.ipynb``, eq-log-odds.

    Examples
    --------
    >>> bells = Bells(q=0.2)
    >>> bells.z = 1.5
    >>> bells
    Bells(a=-1.0, b=1.0, z=1.5, q=0.2, s=1.0, answer=False, module ...)
    """

    _esm = module("bells")
    _width, _height, _column = 600, 498, 3
    a = Number(-1, -3, 3, label="mean a", step=0.05)
    b = Number(1, -3, 3, label="mean b", step=0.05)
    z = Number(0.5, -4.5, 4.5, label="value z", step=0.05)
    q = Number(0.5, 0.15, 0.85, label="share q", step=0.01)
    s = Number(1, 0.8, 1.6, label="width s", step=0.05)
    answer = Switch()

    def _draw(self, ax):
        a, b, z, q, s = self.a, self.b, self.z, self.q, self.s
        no, yes = (1 - q) * bell(GRID, a, 1), q * bell(GRID, b, s)
        heights = (1 - q) * bell(z, a, 1), q * bell(z, b, s)
        odds = log_odds(z, a, b, q, s)
        HEIGHTS.draw(ax)
        CHANCE.draw(ax, yticks=(0, 0.5, 1), yname="probability of “yes” at z")
        ODDS.draw(ax, (-4, -2, 0, 2, 4), (-4, 0, 4), "measurement z", "its log-odds x")
        for curve, colour in ((no, BLUE), (yes, ORANGE)):
            across, up = HEIGHTS.across(GRID), HEIGHTS.up(curve)
            ax.fill_between(across, HEIGHTS.up(0), up, color=colour, alpha=0.15, linewidth=0)
            line(ax, across, up, colour, 2.5)
        for panel in (CHANCE, ODDS):
            line(ax, panel.across([z, z]), [panel.top, panel.base], width=1, dashes=(3, 3), alpha=0.6)
        for place, (height, colour) in enumerate(zip(heights, (BLUE, ORANGE), strict=True)):
            across = HEIGHTS.across(z) + 6 * place - 3
            line(ax, [across] * 2, [HEIGHTS.up(0), HEIGHTS.up(height)], colour, 5, solid_capstyle="butt")
        if self.answer:
            line(ax, CHANCE.across(GRID), CHANCE.up(sigmoid(log_odds(GRID, a, b, q, s))), PURPLE, 2.5)
            line(ax, *_within(a, b, q, s), PURPLE, 2.5)
        spot(ax, CHANCE.across(z), CHANCE.up(sigmoid(odds)), "o", PURPLE, PURPLE, 10)
        if abs(odds) <= 6:
            spot(ax, ODDS.across(z), ODDS.up(odds), "o", PURPLE, PURPLE, 10)
        sides = (-1, 1) if a <= b else (1, -1)
        tops = (a, (1 - q) * bell(a, a, 1), BLUE, "no"), (b, q * bell(b, b, s), ORANGE, "yes")
        for (mean, top, colour, name), side in zip(tops, sides, strict=True):
            across, up = HEIGHTS.across(mean), HEIGHTS.up(top)
            handle(ax, across, up, colour)
            write(ax, across + 15 * side, up + 4, name, ha="left" if side > 0 else "right", fontweight="bold")
        handle(ax, HEIGHTS.across(z), HEIGHTS.up(0), INK, "z", (14, 15))
        told = [_ratio(odds), _result(odds)]
        for y, words in zip((14, 32), told, strict=True):
            write(ax, 8, y, words)
        shape = [f"the log-odds are {_shape(a, b, s)}"] if self.answer else []
        return (
            f"Two bells: “no” about {number(a, 2)}; “yes” about {number(b, 2)}, of width {number(s, 2)} and share "
            f"{number(q, 2)}; at z = {number(z, 2)}, {'; '.join(told + shape)}."
        )


def bell(z, mean, width):
    """Return the density of the normal distribution at `z`."""
    return np.exp(-(((z - mean) / width) ** 2) / 2) / (width * np.sqrt(2 * np.pi))


def log_odds(z, a, b, q, s):
    """Return the logarithm of the ratio of the heights of "yes" and "no" at `z`."""
    return logit(q) - np.log(s) + ((z - a) ** 2 - ((z - b) / s) ** 2) / 2


def _within(a, b, q, s):
    """Return the curve of the log-odds within their panel: it ends at the edges, and has gaps (nan) outside."""
    square, slope, start = (1 - s**-2) / 2, b / s**2 - a, log_odds(0, a, b, q, s)
    ends = [root for edge in (-6, 6) for root in np.roots([square, slope, start - edge])]
    ends = [end.real for end in ends if abs(end.imag) < 1e-12 and abs(end) < 5]
    z = np.sort([*GRID, *ends])
    x = log_odds(z, a, b, q, s)
    return ODDS.across(z), ODDS.up(np.where(np.abs(x) <= 6 + 1e-9, x, np.nan))


def _ratio(odds):
    """Say which curve is higher, and by what factor."""
    times = "over 9999" if abs(odds) > np.log(9999) else number(np.exp(abs(odds)), 2)
    higher, lower = ("yes", "no") if odds >= 0 else ("no", "yes")
    return f"“{higher}” is {times} times as high as “{lower}”"


def _result(odds):
    return f"log-odds x = {number(odds, 2)}, probability σ(x) = {number(sigmoid(odds))}"


def _shape(a, b, s):
    return f"a line of slope {number(b - a, 2)}" if s == 1 else "a parabola"
