"""One decision between 0 and 1, as a picture that a reader moves by hand."""

from functools import partial

import numpy as np

from regsoft import sigmoid, sigmoid_objective, softplus
from regsoft.figures._draw import number
from regsoft.live._live import Live, Number, Switch, module
from regsoft.live._still import Plane, handle, line, spot, write
from regsoft.picture import BLUE, GREEN, INK, ORANGE

# In pixels, as in decision.js.
LEFT, BASE = 40, 316
SCALE = Plane((LEFT, 456, 80, BASE), x=(0, 1), y=(-2.4, 2.8))
CURVE, STRAIGHT = {"colour": BLUE, "width": 2.5}, {"width": 1.2, "dashes": (6, 4)}
# Marker, its edge, its inside and its size; of the reader's decision, the best and the bottom.
OWN, BEST, BOTTOM = ("o", ORANGE, ORANGE, 10), ("D", GREEN, GREEN, 14), ("s", GREEN, "none", 10)


class Decision(Live):
    """The objective ``w x + alpha H(w)`` over w, H the binary entropy: place your own w, then see the best.

    Score, weight and decision are dragged in the picture or set with sliders; a button shows where the objective is
    largest. If alpha is negative, the objective is largest at an end, and the point with slope zero is the minimum.

    Parameters
    ----------
    x : float, default 1.0
        Score, from -2 to 2.
    alpha : float, default 1.0
        Weight of the entropy, from -1 to 2.
    w : float, default 0.5
        The reader's decision, from 0 to 1.
    answer : bool, default False
        Whether the best decision is shown.

    Raises
    ------
    TypeError
        If `answer` is not True or False, or another parameter is not a number.
    ValueError
        If a parameter is not within its limits.

    See Also
    --------
    regsoft.sigmoid : The best decision, for positive alpha.
    regsoft.sigmoid_objective : The objective.

    Notes
    -----
    The parameters are traits: assign to them, and observe what the reader does. Derived in ``book/sigmoid.ipynb``,
    eq-sigmoid-objective.

    Examples
    --------
    >>> decision = Decision(x=1.5)
    >>> decision.w = 0.8
    >>> decision
    Decision(x=1.5, alpha=1.0, w=0.8, answer=False, module ...)
    """

    _esm = module("decision")
    x = Number(1, -2, 2, label="score x", step=0.05)
    alpha = Number(1, -1, 2, label="weight α", step=0.05)
    w = Number(0.5, 0, 1, label="your w", digits=3)
    answer = Switch()

    def _draw(self, ax):
        x, alpha, w = self.x, self.alpha, self.w
        at = partial(sigmoid_objective, x=x, alpha=alpha)
        best, bottom, told = _extremes(x, alpha)
        marks = [(OWN, [w], f"your w = {number(w)}, worth {number(at(w))}")]
        if self.answer:
            marks.append((BEST, best, told))
        if self.answer and alpha < 0:
            marks.append((BOTTOM, [bottom], f"slope 0 at w = {number(bottom)}: the bottom"))
        line(ax, [LEFT, LEFT + 18], [10, 10], **CURVE)
        write(ax, LEFT + 24, 14, "w x + α H(w)")
        line(ax, [LEFT + 124, LEFT + 142], [10, 10], **STRAIGHT)
        write(ax, LEFT + 148, 14, "w x")
        SCALE.draw(ax, (0, 0.25, 0.5, 0.75, 1), (-2, -1, 0, 1, 2), "decision w")
        grid = np.sin(np.pi * np.arange(81) / 160) ** 2  # dense at the ends, where the curve is steep
        line(ax, SCALE.across([0, 1]), SCALE.up([0, x]), **STRAIGHT)
        line(ax, SCALE.across(grid), SCALE.up(at(grid)), **CURVE)
        line(ax, SCALE.across([w, w]), [BASE, SCALE.up(at(w))], ORANGE, 1.5)
        peak = SCALE.up(x / 2 + alpha * np.log(2))
        handle(ax, SCALE.across(1), SCALE.up(x), INK, "x", (13, 4))
        handle(ax, SCALE.across(0.5), peak, BLUE, "α", (-4, 26 if alpha < 0 else -16))
        handle(ax, SCALE.across(w), BASE, ORANGE, "w", (13, -8))
        for place, (mark, places, words) in reversed(list(enumerate(marks))):
            spot(ax, SCALE.across(places), SCALE.up(at(np.array(places))), *mark)
            spot(ax, LEFT + 8, 32 + 18 * place, *mark, scale=0.8)
            write(ax, LEFT + 24, 36 + 18 * place, words)
        shape = "an arch" if alpha > 0 else "a hanging curve" if alpha < 0 else "a straight line"
        said = "; ".join([shape, *(words for *_, words in marks)])
        return f"Objective over w for score {number(x, 2)} and α = {number(alpha, 2)}: {said}."


def _extremes(x, alpha):
    """Return where the objective is largest, where its slope is zero at the bottom, and a text for the first."""
    worth = f"worth {number(softplus(x, alpha) if alpha > 0 else max(x, 0))}"
    bottom = sigmoid(-x, -alpha) if alpha < 0 else None
    if alpha > 0:
        return [sigmoid(x, alpha)], bottom, f"best w = {number(sigmoid(x, alpha))}, {worth}"
    if x != 0:
        return [float(x > 0)], bottom, f"best w = {int(x > 0)}, an end, {worth}"
    if alpha < 0:
        return [0.0, 1.0], bottom, f"best w = 0 or 1, the ends, {worth}"
    return [], bottom, f"every w is best, {worth}"
