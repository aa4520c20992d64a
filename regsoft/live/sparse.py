"""Sparse shares of three options, as a picture that a reader moves by hand."""

import numpy as np

from regsoft import entmax
from regsoft.figures._draw import number, short
from regsoft.live._live import Live, Number, Switch, module
from regsoft.live._still import POINT, box, handle, line, spot, write
from regsoft.picture import BLUE, INK, ORANGE

# In pixels, as in sparse.js.
LEFT, RIGHT, WORDS, HIGH, BASE = 396, 680, 14, 58, 300
UNIT, MIDDLE = 68, np.array([175, 24 + 4 / np.sqrt(3) * 68])
LARGEST, FLOOR, PILLAR = 2, -2.5, 24
CORNERS = np.array([[-0.5, 0.5 / np.sqrt(3)], [0.5, 0.5 / np.sqrt(3)], [0, -1 / np.sqrt(3)]])
SUBSCRIPT = "₁₂₃"


class Sparsemax(Live):
    """The shares that sparsemax gives three scores: drag them in their plane, or as pillars that stand in water.

    On the left the scores are a point of a plane: only their differences count, not their mean. The dashed triangle
    is the simplex times alpha; its point nearest to the scores is the shares times alpha. A button shows the cells:
    regions of scores in which the same options have a positive share. On the right each score is a pillar; what
    stands out of the water, divided by alpha, is its share.

    Parameters
    ----------
    x1, x2, x3 : float, default 0.8, 0.3, -0.8
        Scores, from -2 to 2.
    alpha : float, default 1.0
        Weight of the entropy, from 0.25 to 2.
    cells : bool, default False
        Whether the cells are shown.

    Raises
    ------
    TypeError
        If `cells` is not True or False, or another parameter is not a number.
    ValueError
        If a parameter is not within its limits.

    See Also
    --------
    regsoft.sparsemax : The shares.
    Entmax : The same for any order of the entropy.

    Notes
    -----
    The parameters are traits: assign to them, and observe what the reader does. Derived in
    ``book/sparsemax.ipynb``, eq-sparse-kkt.

    Examples
    --------
    >>> Sparsemax(x1=1.5, cells=True)
    Sparsemax(x1=1.5, x2=0.3, x3=-0.8, alpha=1.0, cells=True, module ...)
    """

    _esm = module("sparse")
    _width, _height, _narrow = 688, 364, 562
    x1 = Number(0.8, -LARGEST, LARGEST, label="score x₁", step=0.05)
    x2 = Number(0.3, -LARGEST, LARGEST, label="score x₂", step=0.05)
    x3 = Number(-0.8, -LARGEST, LARGEST, label="score x₃", step=0.05)
    alpha = Number(1, 0.25, 2, label="weight α", step=0.05)
    cells = Switch()

    def _draw(self, ax):
        x, alpha, order = np.array([self.x1, self.x2, self.x3]), self.alpha, getattr(self, "order", 2.0)
        w = entmax(x, order, alpha)
        level = x.max() - reach(w.max(), order, alpha)
        options = f"options with a positive share: {', '.join(str(i + 1) for i in range(3) if w[i] > 0)}"
        self._draw_plane(ax, x, w, order)
        self._draw_pillars(ax, x, w, level)
        write(ax, LEFT, WORDS, options)
        write(ax, LEFT, WORDS + 18, _rule(order))
        shares = ", ".join(_share(share) for share in w)
        depth = "" if order == 1 else f", level {number(level, 2)}"
        return (
            f"Scores {', '.join(number(score, 2) for score in x)} at α = {number(alpha, 2)} and order "
            f"{number(order, 2)}: {options}; shares {shares}{depth}."
        )

    def _draw_plane(self, ax, x, w, order):
        alpha, ends = self.alpha, np.vstack([np.eye(3), -np.eye(3)]) * 2 * LARGEST
        line(ax, *_at(ends[[0, 4, 2, 3, 1, 5, 0]]).T, width=1.5, alpha=0.15)
        triangle = _at(alpha * np.eye(3))[[0, 1, 2, 0]]
        line(ax, *triangle.T, dashes=(4, 3))
        here, there = _at(x), _at(alpha * w)
        line(ax, *np.transpose([here, there]))
        alone, tied = reach(1, order, alpha), reach(0.5, order, alpha)
        pairs = ("2 and 3", "1 and 3", "1 and 2")
        names = [
            f"only {i + 1}" if self.cells and alone < 3.6 else f"x{SUBSCRIPT[i]} leads" for i in range(3)
        ]
        names += pairs if self.cells and tied < 3.6 else ("", "", "")
        offsets = ((16, 22), (-16, 22), (0, -10), (-16, -12), (16, -12), (0, 20))
        for end, name, offset, side in zip(
            _at(ends), names, offsets, ("right", "left", "center", "left", "right", "center"), strict=True
        ):
            write(ax, *(end + offset), name, ha=side)
        if self.cells:
            for i in range(3):
                line(ax, *_at(border(i, order, alpha)).T, BLUE, 2)
            gap = UNIT / np.sqrt(3)
            low, high = alpha / 2 * gap, min(tied, 4) * gap
            centre = 0 if min(low, high) > 14 else (low + high) / 2 if high - low > 28 else None
            if centre is not None and all(
                np.hypot(*(mark - MIDDLE - [0, centre])) > 28 for mark in (here, there)
            ):
                write(ax, MIDDLE[0], MIDDLE[1] + centre + 4, "all", ha="center")
        handle(ax, *here, INK)
        for place, scale in ((there, 1), (np.array([8, 28]), 0.8)):
            spot(ax, *place, "D", ORANGE, ORANGE, 16 / np.sqrt(2), scale)
        ax.plot(8, 10, "o", markersize=10 * POINT, color=INK, markeredgewidth=0)
        write(ax, 20, 14, "scores")
        write(ax, 20, 32, "shares, times α")

    def _draw_pillars(self, ax, x, w, level):
        up = lambda value: BASE - (value - FLOOR) * (BASE - HIGH) / (LARGEST - FLOOR)  # noqa: E731
        water = up(max(level, FLOOR))
        if level > FLOOR:
            box(ax, LEFT, water, RIGHT - LEFT, BASE - water, color=BLUE, alpha=0.15, linewidth=0)
            write(ax, LEFT - 6, water + 4, "λ", ha="right", fontweight="bold")
        for i in range(3):
            foot, top = LEFT + (i + 0.5) * (RIGHT - LEFT) / 3, up(x[i])
            sides = [foot - PILLAR, foot - PILLAR, foot + PILLAR, foot + PILLAR]
            line(ax, sides, [BASE, top, top, BASE])
            if top < water:
                box(ax, sides[0], top, 2 * PILLAR, water - top, color=ORANGE, linewidth=0)
            write(ax, foot, BASE + 22, f"x{SUBSCRIPT[i]} = {number(x[i], 2)}", ha="center")
            write(ax, foot, BASE + 40, f"w{SUBSCRIPT[i]} = {_share(w[i])}", ha="center", fontweight="bold")
        if level > FLOOR:
            line(ax, [LEFT, RIGHT], [water, water], BLUE, 2)
        for i in range(3):
            handle(ax, LEFT + (i + 0.5) * (RIGHT - LEFT) / 3, up(x[i]), INK)


class Entmax(Sparsemax):
    """The shares that entmax gives three scores, for an order of the entropy from softmax to beyond sparsemax.

    The picture is that of `Sparsemax`, with an order that the reader moves too. Only at order 2 is the diamond the
    point of the triangle nearest to the scores, and the height above the water the share times alpha. At other
    orders the share is a power of a multiple of that height; order 1 has no water level.

    Parameters
    ----------
    x1, x2, x3 : float, default 0.8, 0.3, -0.8
        Scores, from -2 to 2.
    alpha : float, default 1.0
        Weight of the entropy, from 0.25 to 2.
    cells : bool, default False
        Whether the cells are shown.
    order : float, default 1.5
        Order of Tsallis' entropy, from 1 to 3.

    Raises
    ------
    TypeError
        If `cells` is not True or False, or another parameter is not a number.
    ValueError
        If a parameter is not within its limits.

    See Also
    --------
    regsoft.entmax : The shares.

    Notes
    -----
    Derived in ``book/entmax.ipynb``, eq-entmax-shares.

    Examples
    --------
    >>> shares = Entmax(order=1)
    >>> shares.order = 3
    >>> shares
    Entmax(x1=0.8, x2=0.3, x3=-0.8, alpha=1.0, cells=False, order=3.0, module ...)
    """

    order = Number(1.5, 1, 3, label="order q", step=0.05)


def reach(p, order, alpha):
    """Return the gap to the best score at which an option's share reaches 0, if the best option has the share p."""
    return alpha * p ** (order - 1) / (order - 1) if order > 1 else np.inf


def border(i, order, alpha):
    """Return the scores at which share i reaches 0, up to a common constant; no gap to the best is above 4."""
    far = 2 * LARGEST
    last = min(1, (far * (order - 1) / alpha) ** (1 / (order - 1))) if order > 1 else 0
    if last <= 0.5:
        return np.empty((0, 3))
    # The best share, from a tie (0.5) to its largest value
    p = 0.5 + (last - 0.5) * np.sin(np.pi * np.arange(25) / 48)
    third = reach(p, order, alpha)
    second = third - reach(1 - p, order, alpha)
    if last == 1:
        second, third = np.append(second, far), np.append(third, third[-1])
    halves = []
    for best in range(3):
        if best != i:
            half = np.zeros((len(second), 3))
            half[:, i], half[:, 3 - i - best] = -third, -second
            halves.append(half)
    return np.vstack([halves[0][::-1], halves[1][1:]])


def _at(x):
    """Return the place of scores in the plane of their gaps."""
    return MIDDLE + UNIT * (x @ CORNERS)


def _share(w):
    return number(w) if w > 0 else "0"


def _rule(order):
    """Return in words how a share follows from the height of its pillar above the water."""
    if order == 1:
        return "no level: every option has a share"
    if order == 2:
        return "share = h/α, h the height above λ"
    factor, power = (short(round(value, 2)) for value in (order - 1, 1 / (order - 1)))
    return f"share = ({factor} h/α)^{power}, h above λ"
