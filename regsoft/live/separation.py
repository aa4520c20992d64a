"""Logistic regression of two classes of points, as a picture that a reader moves by hand."""

import itertools

import numpy as np

from regsoft.figures._draw import number, short
from regsoft.live._live import Live, Number, Switch, module
from regsoft.live._still import Plane, handle, line, spot, write
from regsoft.picture import BLUE, INK, ORANGE

# In pixels, as in separation.js.
SIDE, LONGEST = 3, 15
FIELD = Plane((40, 324, 66, 350), x=(-SIDE, SIDE), y=(-SIDE, SIDE))
FIT = Plane((404, 664, 66, 350), x=(0, 4), y=(0, LONGEST))
FIXED = [
    (-2.2, -0.6),
    (-1.3, 1),
    (-0.8, -1.3),
    (-1.9, -1.9),
    (0.9, 1.3),
    (2.1, 0.4),
    (1, -0.6),
    (1.8, -1.7),
    (0.4, 2.3),
]
LABELS = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1, 1])  # the last is that of the point that is dragged
COUNTS = np.unique(np.round(10 ** (np.arange(65) / 16)).astype(int))
MARKS = (("o", BLUE, BLUE, 10), ("s", ORANGE, ORANGE, 9))


class Separation(Live):
    """Logistic regression of two classes: drag a point, and see the weights converge or grow without bound.

    On the left, after some steps of gradient descent from w = 0, a line marks where the classes tie, and dashed
    lines where one has a share of 0.9. On the right, the length of w is drawn over the number of steps. If a line
    separates the classes, the loss has no minimum, and w grows without end; a button says whether a line does.

    Parameters
    ----------
    z1, z2 : float, default -1.2, -0.4
        Place of the point that is dragged, which is of class 1, from -3 to 3.
    steps : float, default 100.0
        Number of steps, rounded, from 1 to 10,000.
    answer : bool, default False
        Whether the fate of w is stated, and drawn.

    Raises
    ------
    TypeError
        If `answer` is not True or False, or another parameter is not a number.
    ValueError
        If a parameter is not within its limits.

    See Also
    --------
    regsoft.sigmoid : The share of class 1, from the score.
    regsoft.cross_entropy : The loss.

    Notes
    -----
    The parameters are traits: assign to them, and observe what the reader does. Derived in
    ``book/classification.ipynb``, thm-separation.

    Examples
    --------
    >>> classes = Separation(steps=1000)
    >>> classes.z1 = 1.5
    >>> classes
    Separation(z1=1.5, z2=-0.4, steps=1000.0, answer=False, module ...)
    """

    _esm = module("separation")
    _width, _height, _narrow = 688, 396, 632
    z1 = Number(-1.2, -SIDE, SIDE, label="point, z₁", step=0.05)
    z2 = Number(-0.4, -SIDE, SIDE, label="point, z₂", step=0.05)
    steps = Number(100, 1, 10_000, label="steps", digits=0, ratio=10**0.125)
    answer = Switch()

    def _draw(self, ax):
        points, count = np.array([*FIXED, (self.z1, self.z2)]), round(self.steps)
        counts = [*COUNTS[count > COUNTS], count, *COUNTS[count < COUNTS]]
        place = counts.index(count)
        weights = descend(points, LABELS, counts if self.answer else counts[: place + 1])
        w, lengths = weights[place], np.linalg.norm(weights, axis=1)
        told = [f"‖w‖ = {number(lengths[place], 2)} after {count} {'step' if count == 1 else 'steps'}"]
        if self.answer:
            yes = separates(points, LABELS)
            told.append(
                "a line separates them: ‖w‖ grows without end"
                if yes
                else "no line separates them: ‖w‖ converges"
            )
        for k, words in enumerate(told):
            write(ax, FIT.left, 14 + 18 * k, words)
        for x, y, words in (
            (40, 14, "class 0"),
            (130, 14, "class 1"),
            (40, 32, "tie"),
            (130, 32, "share 0.9"),
        ):
            write(ax, x + 24, y, words)
        spot(ax, 49, 10, *MARKS[0])
        spot(ax, 139, 10, *MARKS[1])
        line(ax, [40, 58], [28, 28], width=1.8)
        line(ax, [130, 148], [28, 28], width=1.4, dashes=(6, 4))
        FIELD.draw(ax, (-2, 0, 2), (-2, 0, 2), "z₁", "z₂")
        FIT.draw(ax, range(5), (0, 5, 10, 15), "steps down the gradient", "‖w‖", tell=lambda v: short(10**v))
        dashes = {"width": 1.4, "dashes": (6, 4)}
        for score, style in (
            (np.log(9), {"colour": ORANGE, **dashes}),
            (-np.log(9), {"colour": BLUE, **dashes}),
            (0, {"width": 1.8}),
        ):
            ends = across(w, score)
            if len(ends):
                line(ax, FIELD.across(ends[:, 0]), FIELD.up(ends[:, 1]), **style)
        for label, mark in enumerate(MARKS):
            x, y = points[:-1][LABELS[:-1] == label].T
            spot(ax, FIELD.across(x), FIELD.up(y), *mark)
        x, y, inside = FIT.across(np.log10(counts[: len(lengths)])), FIT.up(lengths), lengths <= LONGEST
        line(ax, x[: place + 1][inside[: place + 1]], y[: place + 1][inside[: place + 1]], width=2.5)
        if self.answer:
            line(ax, x[place:][inside[place:]], y[place:][inside[place:]], width=1.2, dashes=(3, 3))
        here = FIELD.across(self.z1), FIELD.up(self.z2)
        handle(ax, *here, "none")
        spot(ax, *here, *MARKS[1])
        handle(ax, x[place], max(y[place], FIT.top), INK)
        return (
            f"Two classes of points, one of them at ({number(self.z1, 2)}, {number(self.z2, 2)}), and the line "
            f"where they tie: {'; '.join(told)}."
        )


def descend(points, labels, steps):
    """Return the weights of logistic regression after each number of steps, in ascending order, from 0."""
    z = np.column_stack([np.ones(len(points)), points])
    size, w, done, found = 4 / (z**2).sum(), np.zeros(3), 0, []
    for count in steps:
        for _ in range(count - done):
            w = w - size * z.T @ (1 / (1 + np.exp(-z @ w)) - labels)
        done = count
        found.append(w)
    return np.array(found)


def separates(points, labels):
    """Return whether a line separates two classes; one that does can be moved until it goes through two points."""
    signs = 2 * np.asarray(labels) - 1
    for one, other in itertools.combinations(np.asarray(points, float), 2):
        (a, b), (x, y) = other - one, (points - one).T
        sides = signs * (a * y - b * x)
        if sides.min() < sides.max() and (sides.min() >= 0 or sides.max() <= 0):
            return True
    return False


def across(w, score):
    """Return the ends, within the square, of the line with a given score; none if it lies outside."""
    w0, w1, w2 = np.asarray(w, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.array(
            [
                end
                for v in (-SIDE, SIDE)
                for end in ((v, (score - w0 - w1 * v) / w2), ((score - w0 - w2 * v) / w1, v))
            ]
        )
    inside = ends[(np.abs(ends) <= SIDE + 1e-9).all(axis=1)]
    return inside[[0, -1]] if len(inside) > 1 else inside[:0]
