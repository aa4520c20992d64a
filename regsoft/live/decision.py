"""One decision between 0 and 1, as a picture that a reader moves by hand."""

from functools import partial

import numpy as np

from regsoft import sigmoid, sigmoid_objective, softplus
from regsoft.figures._draw import number, short
from regsoft.live._live import Live, Number, Switch, module
from regsoft.live._still import BUTTONS, POINT, ROW, WIDTH, canvas, handle, slider, spot, write
from regsoft.picture import BLUE, GREEN, INK, ORANGE, Picture, styled

# In pixels, as in decision.js.
HEIGHT, LEFT, RIGHT, TOP, BASE = 360, 40, 456, 80, 316
LOW, HIGH = -2.4, 2.8  # of the objective at BASE and TOP
CURVE = {"color": BLUE, "linewidth": 2.5 * POINT}
LINE = {"color": INK, "linewidth": 1.2 * POINT, "linestyle": (0, (5, 10 / 3))}
# Marker, its edge, its inside and its size; of the reader's decision, the best and the bottom.
OWN, BEST, BOTTOM = ("o", ORANGE, ORANGE, 10), ("D", GREEN, GREEN, 14), ("s", GREEN, "none", 10)


class Decision(Live):
    """The objective ``w x + alpha H(w)`` over w, H the binary entropy: put your own w, then see the best.

    Score, weight and decision are dragged in the picture or set with sliders; a button shows where the objective is
    largest. Where alpha is negative, that is an end, and the point with slope zero is the bottom.

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
    _height = f"calc({HEIGHT}px + {(3 * ROW + BUTTONS) / 16:g}rem)"
    x = Number(1, -2, 2)
    alpha = Number(1, -1, 2)
    w = Number(0.5, 0, 1)
    answer = Switch(False)

    def __init__(self, x=1.0, alpha=1.0, w=0.5, answer=False):
        super().__init__(x=x, alpha=alpha, w=w, answer=answer)

    def still(self):
        """Return the same picture, drawn by matplotlib.

        Returns
        -------
        regsoft.picture.Picture
            The objective and the values of the sliders.
        """
        return _still(self)


def _across(w):
    return LEFT + (RIGHT - LEFT) * np.asarray(w, float)


def _up(value):
    return BASE - (BASE - TOP) * (np.asarray(value) - LOW) / (HIGH - LOW)


@styled
def _still(decision):
    x, alpha, w = decision.x, decision.alpha, decision.w
    at = partial(sigmoid_objective, x=x, alpha=alpha)
    best, bottom, told = _extremes(x, alpha)
    marks = [(OWN, [w], f"your w = {number(w)}, worth {number(at(w))}")]
    if decision.answer:
        marks.append((BEST, best, told))
    if decision.answer and alpha < 0:
        marks.append((BOTTOM, [bottom], f"slope 0 at w = {number(bottom)}: the bottom"))
    ax = canvas(WIDTH, HEIGHT + 3 * ROW + BUTTONS)
    _draw_scale(ax)
    grid = np.sin(np.pi * np.arange(81) / 160) ** 2  # dense at the ends, where the curve is steep
    ax.plot(_across([0, 1]), _up([0, x]), **LINE)
    ax.plot(_across(grid), _up(at(grid)), **CURVE)
    ax.plot(_across([w, w]), [BASE, _up(at(w))], color=ORANGE, linewidth=1.5 * POINT)
    peak = _up(x / 2 + alpha * np.log(2))
    handle(ax, _across(1), _up(x), INK, "x", (13, 4))
    handle(ax, _across(0.5), peak, BLUE, "α", (-4, 26 if alpha < 0 else -16))
    handle(ax, _across(w), BASE, ORANGE, "w", (13, -8))
    for line, (mark, places, words) in reversed(list(enumerate(marks))):
        spot(ax, _across(places), _up(at(np.array(places))), *mark)
        spot(ax, LEFT + 8, 32 + 18 * line, *mark, scale=0.8)
        write(ax, LEFT + 24, 36 + 18 * line, words)
    slider(ax, HEIGHT, "score x", x, 2, Decision.x)
    slider(ax, HEIGHT + ROW, "weight α", alpha, 2, Decision.alpha)
    slider(ax, HEIGHT + 2 * ROW, "your w", w, 3, Decision.w)
    shape = "an arch" if alpha > 0 else "a hanging curve" if alpha < 0 else "a straight line"
    said = "; ".join([shape, *(words for *_, words in marks)])
    return Picture(
        ax.figure, f"Objective over w for score {number(x, 2)} and α = {number(alpha, 2)}: {said}."
    )


def _draw_scale(ax):
    values, shares = [-2, -1, 0, 1, 2], [0, 0.25, 0.5, 0.75, 1]
    ax.plot([LEFT, LEFT + 18], [10, 10], **CURVE)
    write(ax, LEFT + 24, 14, "w x + α H(w)")
    ax.plot([LEFT + 124, LEFT + 142], [10, 10], **LINE)
    write(ax, LEFT + 148, 14, "w x")
    for value in values:
        ax.plot([LEFT, RIGHT], [_up(value)] * 2, color=INK, alpha=0.15, linewidth=POINT)
        write(ax, LEFT - 8, _up(value) + 4, short(value), ha="right")
    ax.plot([LEFT, RIGHT], [BASE, BASE], color=INK, linewidth=0.8 * POINT)
    for share in shares:
        write(ax, _across(share), BASE + 26, short(share), ha="center")
    write(ax, _across(0.5), BASE + 41, "decision w", ha="center")


def _extremes(x, alpha):
    """Return where the objective is largest, where its slope is zero at the bottom, and the first in words."""
    worth = f"worth {number(softplus(x, alpha) if alpha > 0 else max(x, 0))}"
    bottom = sigmoid(-x, -alpha) if alpha < 0 else None
    if alpha > 0:
        return [sigmoid(x, alpha)], bottom, f"best w = {number(sigmoid(x, alpha))}, {worth}"
    if x != 0:
        return [float(x > 0)], bottom, f"best w = {int(x > 0)}, an end, {worth}"
    if alpha < 0:
        return [0.0, 1.0], bottom, f"best w = 0 or 1, the ends, {worth}"
    return [], bottom, f"every w is best, {worth}"
