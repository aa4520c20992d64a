"""A convex function and its conjugate, as a picture that a reader moves by hand."""

import numpy as np

from regsoft import binary_entropy, sigmoid, softplus
from regsoft.figures._draw import number
from regsoft.live._live import Live, Number, Switch, module
from regsoft.live._still import Plane, handle, line, spot, write
from regsoft.picture import BLUE, GREEN, INK, ORANGE

# In pixels, as in conjugate.js.
OMEGA = Plane((40, 312, 66, 342), x=(0, 1), y=(-2.75, 0.25))
CONJUGATE = Plane((392, 664, 66, 342), x=(-2.25, 2.25), y=(-0.25, 2.75))
CURVE, TANGENT = {"colour": BLUE, "width": 2.5}, {"width": 1.2, "dashes": (6, 4)}
DEPTH, ENTROPY = {"colour": ORANGE, "width": 4}, {"colour": GREEN, "width": 4}


class Conjugate(Live):
    """Minus the weighted entropy and its conjugate: roll a tangent of slope x along the first to trace the second.

    On the left the tangent touches at the decision w = sigmoid(x, alpha) and crosses the line w = 0 at minus the
    conjugate. On the right, the depth of that crossing is drawn as a height at x. A button shows the conjugate,
    softplus, with its own tangent: its slope is w, and it cuts the axis at alpha H(w).

    Parameters
    ----------
    x : float, default 1.0
        Slope of the tangent on the left, which is the score on the right, from -2 to 2.
    alpha : float, default 1.0
        Weight of the entropy, from 0.25 to 2.
    answer : bool, default False
        Whether the conjugate is shown.

    Raises
    ------
    TypeError
        If `answer` is not True or False, or another parameter is not a number.
    ValueError
        If a parameter is not within its limits.

    See Also
    --------
    regsoft.softplus : The conjugate.
    regsoft.sigmoid : Where the tangent touches.

    Notes
    -----
    The parameters are traits: assign to them, and observe what the reader does. Derived in
    ``book/conjugacy.ipynb``, eq-conjugate.

    Examples
    --------
    >>> pair = Conjugate(alpha=0.5)
    >>> pair.x = -1.5
    >>> pair
    Conjugate(x=-1.5, alpha=0.5, answer=False, module ...)
    """

    _esm = module("conjugate")
    _width, _height, _narrow = 688, 388, 610
    x = Number(1, -2, 2, label="slope x", step=0.05)
    alpha = Number(1, 0.25, 2, label="weight α", step=0.05)
    answer = Switch()

    def _draw(self, ax):
        x, alpha = self.x, self.alpha
        w, value = sigmoid(x, alpha), softplus(x, alpha)
        entropy = alpha * binary_entropy(w)
        told = [
            f"−α H(w); slope {number(x, 2)} at w = {number(w)}",
            f"the tangent cuts w = 0 at {number(-value)}",
            f"depth of that cut, over x: {number(value)}",
            f"slope {number(w)}; cuts at α H(w) = {number(entropy)}",
        ]
        for k, style in enumerate((CURVE, DEPTH, DEPTH, ENTROPY)[: 4 if self.answer else 3]):
            start, y = (OMEGA, CONJUGATE)[k // 2].left, 14 + 18 * (k % 2)
            line(ax, [start, start + 18], [y - 4, y - 4], solid_capstyle="butt", **style)
            write(ax, start + 24, y, told[k])
        OMEGA.draw(ax, (0, 0.25, 0.5, 0.75, 1), (-2, -1, 0), "decision w")
        CONJUGATE.draw(ax, (-2, -1, 0, 1, 2), (0, 1, 2), "score x")

        def draw(plane, across, up, **style):
            line(ax, plane.across(across), plane.up(up), solid_capstyle="butt", **style)

        grid = np.sin(np.pi * np.arange(81) / 160) ** 2  # dense at the ends, where the curve is steep
        draw(OMEGA, [0, 0], [0, -value], **DEPTH)
        draw(CONJUGATE, [x, x], [0, value], **DEPTH)
        draw(OMEGA, grid, -alpha * binary_entropy(grid), **CURVE)
        draw(OMEGA, [0, 1], [-value, x - value], **TANGENT)
        if self.answer:
            scores = np.linspace(*CONJUGATE.x, 61)
            draw(CONJUGATE, scores, softplus(scores, alpha), **CURVE)
            draw(OMEGA, [w, w], [0, -entropy], **ENTROPY)
            draw(CONJUGATE, [0, 0], [0, entropy], **ENTROPY)
            start, end = CONJUGATE.x
            ends = np.array([max(start, (-0.25 - entropy) / w), end])  # where the tangent leaves the panel
            draw(CONJUGATE, ends, entropy + w * ends, **TANGENT)
            spot(ax, CONJUGATE.across(0), CONJUGATE.up(entropy), "s", GREEN, "none", 10)
        spot(ax, OMEGA.across(0), OMEGA.up(-value), "s", ORANGE, "none", 10)
        handle(ax, OMEGA.across(w), OMEGA.up(-entropy), INK, "w", (-4, 28))
        handle(ax, CONJUGATE.across(x), CONJUGATE.up(value), INK, "x", (-20, -12))
        right = "; the conjugate has ".join(told[2 : 4 if self.answer else 3])
        return f"Left, at α = {number(alpha, 2)}: {told[0]}; {told[1]}. Right: {right}."
