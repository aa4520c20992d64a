"""A line plus an arch is a hill: the objective of one decision as a sum, in a picture moved by hand."""

import numpy as np

from regsoft import binary_entropy, sigmoid, sigmoid_objective
from regsoft.figures._draw import number
from regsoft.live._live import Live, Number, module
from regsoft.live._still import Plane, handle, line, spot, write
from regsoft.picture import BLUE, GREEN, ORANGE, PURPLE

# In pixels, as in hill.js.
TOP, BASE = 56, 230
PANELS = [Plane((8 + 252 * i, 176 + 252 * i, TOP, BASE), x=(0, 1), y=(-1, 2.1)) for i in range(3)]
SIGNS = ((218, "+"), (470, "="))


class Hill(Live):
    """The line ``w x`` plus the arch ``alpha H(w)``, and their sum, a hill whose top is at ``sigmoid(x / alpha)``.

    The end of the line and the top of the arch are dragged in the picture or set with sliders.

    Parameters
    ----------
    x : float, default 1.0
        Score, from -1 to 1.5.
    alpha : float, default 1.0
        Weight of the entropy, from 0.05 to 1.5.

    Raises
    ------
    TypeError
        If a parameter is not a number.
    ValueError
        If a parameter is not within its limits.

    See Also
    --------
    Decision : The sum alone, with a decision of the reader's own.
    regsoft.sigmoid : The place of the top.
    regsoft.sigmoid_objective : The sum.

    Notes
    -----
    The parameters are traits: assign to them, and observe what the reader does. Derived in ``book/sigmoid.ipynb``,
    eq-sigmoid-objective.

    Examples
    --------
    >>> hill = Hill(x=0.5)
    >>> hill.alpha = 0.1
    >>> hill
    Hill(x=0.5, alpha=0.1, module ...)
    """

    _esm = module("hill")
    _width, _height, _narrow, _column = 688, 240, 338, 1
    x = Number(1, -1, 1.5, label="score x", step=0.05)
    alpha = Number(1, 0.05, 1.5, label="weight α", step=0.05)

    def _draw(self, ax):
        x, alpha = self.x, self.alpha
        w = np.sin(np.pi * np.arange(61) / 120) ** 2  # dense at the ends, where the curve is steep
        best, linear, arch = sigmoid(x, alpha), w * x, alpha * binary_entropy(w)
        end = "level" if x == 0 else f"largest at {int(x > 0)}"
        place = f"largest at σ(x/α) = {number(best)}"
        hill = sigmoid_objective(w, x, alpha)
        panels = [
            ("w x", [(0 * w, linear, BLUE)], linear, BLUE, end),
            ("α H(w)", [(0 * w, arch, ORANGE)], arch, ORANGE, "largest at 1/2"),
            ("w x + α H(w)", [(0 * w, linear, BLUE), (linear, hill, ORANGE)], hill, PURPLE, place),
        ]
        for panel, (title, areas, curve, colour, words) in zip(PANELS, panels, strict=True):
            line(ax, panel.across([0, 1]), panel.up([0, 0]), width=0.8)
            for tick in (0, 1):
                below = x >= 0 or panel is PANELS[1]  # so that the number does not touch the line
                write(ax, panel.across(tick), panel.up(0) + (20 if below else -8), f"{tick}", ha="center")
            for low, high, fill in areas:
                ax.fill_between(
                    panel.across(w), panel.up(low), panel.up(high), color=fill, alpha=0.25, linewidth=0
                )
            if panel is PANELS[2]:
                top = panel.up(sigmoid_objective(best, x, alpha))
                line(ax, [panel.across(best)] * 2, [panel.up(0), top], GREEN, 1.5, (6, 4))
            line(ax, panel.across(w), panel.up(curve), colour, 2.5)
            middle = (panel.left + panel.right) / 2
            write(ax, middle, TOP - 32, title, 15, ha="center", fontweight="bold")
            write(ax, middle, TOP - 14, words, ha="center")
        spot(ax, PANELS[2].across(best), top, "D", GREEN, GREEN, 14)
        handle(ax, PANELS[0].across(1), PANELS[0].up(x), BLUE)
        handle(ax, PANELS[1].across(0.5), PANELS[1].up(alpha * np.log(2)), ORANGE)
        for middle, sign in SIGNS:
            write(ax, middle, 158, sign, 24, ha="center")
        return (
            f"For score {number(x, 2)} and α = {number(alpha, 2)}, the line w x is {end}, the arch α H(w) is "
            f"largest at 1/2, and their sum is a hill, {place}."
        )
