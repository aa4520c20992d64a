"""The divergence of two coins, as a picture that a reader moves by hand."""

import numpy as np

from regsoft import binary_entropy, kl_divergence, logit
from regsoft.figures._draw import number
from regsoft.live._live import Live, Number, Switch, module
from regsoft.live._still import POINT, Plane, box, handle, line, write
from regsoft.picture import BLUE, GREEN, INK, ORANGE

# In pixels, as in divergence.js.
LEFT = 40
SCALE = Plane((LEFT, 456, 84, 380), x=(0, 1), y=(-2.1, 0.1))
CURVE, TANGENT = {"colour": BLUE, "width": 2.5}, {"width": 1.2, "dashes": (6, 4)}
PARABOLA, GAP = {"colour": GREEN, "width": 1.2, "dashes": (8, 3, 2, 3)}, {"colour": ORANGE, "width": 4}


class Divergence(Live):
    """The Kullback-Leibler divergence as a gap: between minus the entropy of a coin and its tangent at q, at w.

    Both points are dragged along the curve or set with sliders; a button swaps them, and then shows the gap of
    either order. The dash-dotted curve, the tangent plus 2 (w - q)^2, stays below minus the entropy: Pinsker's
    inequality.

    Parameters
    ----------
    w : float, default 0.15
        Where the gap is measured, from 0.1 to 0.9.
    q : float, default 0.65
        Where the tangent touches, from 0.1 to 0.9.
    both : bool, default False
        Whether the gap after a swap of w and q is shown too, as a hollow bar.

    Raises
    ------
    TypeError
        If `both` is not True or False, or another parameter is not a number.
    ValueError
        If a parameter is not within its limits.

    See Also
    --------
    regsoft.kl_divergence : The gap.

    Notes
    -----
    The parameters are traits: assign to them, and observe what the reader does. Derived in
    ``book/geometry.ipynb``, eq-bregman.

    Examples
    --------
    >>> gap = Divergence(q=0.5)
    >>> gap.w = 0.8
    >>> gap
    Divergence(w=0.8, q=0.5, both=False, module ...)
    """

    _esm = module("divergence")
    _height = 424
    w = Number(0.15, 0.1, 0.9, label="w")
    q = Number(0.65, 0.1, 0.9, label="q")
    both = Switch()

    def _draw(self, ax):
        w, q = self.w, self.q
        now, then = (float(kl_divergence([a, 1 - a], [b, 1 - b])) for a, b in ((w, q), (q, w)))
        tangent = lambda v: logit(q) * (v - q) - binary_entropy(q)  # noqa: E731
        found = [f"gap at w: KL(w‖q) = {number(now)}"]
        keys = [
            (0, 10, CURVE, "minus the entropy"),
            (150, 10, TANGENT, "tangent at q"),
            (0, 28, PARABOLA, "tangent + 2 (w − q)²"),
            (0, 46, GAP, found[0]),
        ]
        for across, up, style, words in keys:
            line(ax, [LEFT + across, LEFT + across + 18], [up, up], **style)
            write(ax, LEFT + across + 24, up + 4, words)
        SCALE.draw(ax, (0, 0.25, 0.5, 0.75, 1), (-2, -1.5, -1, -0.5, 0), "probability of heads")
        grid = np.sin(np.pi * np.arange(81) / 160) ** 2  # dense at the ends, where the curve is steep
        ends, lowest = np.array([0.0, 1.0]), SCALE.y[0]
        below = tangent(ends) < lowest
        ends[below] = (
            q + (lowest + binary_entropy(q)) / logit(q) if below.any() else 0
        )  # where the tangent leaves the picture
        line(ax, SCALE.across(ends), SCALE.up(tangent(ends)), **TANGENT)
        line(ax, SCALE.across(grid), SCALE.up(tangent(grid) + 2 * (grid - q) ** 2), **PARABOLA)
        line(ax, SCALE.across(grid), SCALE.up(-binary_entropy(grid)), **CURVE)
        foot, here = tangent(w), SCALE.across(w)
        line(ax, [here, here], SCALE.up([foot, -binary_entropy(w)]), solid_capstyle="butt", **GAP)
        if self.both:
            found.append(f"swapped: KL(q‖w) = {number(then)}")
            hollow = {"facecolor": "none", "edgecolor": ORANGE, "linewidth": 1.5 * POINT}
            base, top = SCALE.up([foot, foot + then])
            box(ax, here + (-12 if w < q else 6), top, 6, base - top, **hollow)
            box(ax, LEFT, 61, 18, 6, **hollow)
            write(ax, LEFT + 24, 68, found[1])
        near = abs(here - SCALE.across(q)) < 20
        apart = 0 if not near else -8 if w < q else 8
        for v, colour, name, aside in ((q, INK, "q", -apart), (w, ORANGE, "w", apart)):
            handle(ax, SCALE.across(v), SCALE.up(-binary_entropy(v)), colour)
            write(
                ax,
                SCALE.across(v) + aside,
                SCALE.up(-binary_entropy(v)) - 17,
                name,
                ha="center",
                fontweight="bold",
            )
        return (
            f"Minus the entropy of a coin with its tangent at q = {number(q, 2)}; at w = {number(w, 2)}, "
            f"{'; '.join(found)}."
        )
