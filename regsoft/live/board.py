"""A game on twelve squares, planned with a smooth maximum, as a picture that a reader moves by hand."""

import math

import numpy as np

from regsoft import logsumexp, softmax
from regsoft.figures._draw import number
from regsoft.live._live import Live, Number, Switch, Whole, module
from regsoft.live._still import POINT, handle, line, write
from regsoft.picture import BLUE, GREEN, INK, ORANGE

ROWS, COLUMNS, DISCOUNT, ROUNDS = 3, 4, 0.9, 400  # the error shrinks by the discount in each round
GOAL, PIT = 3, 7  # squares are numbered from 0, row by row
MOVES = np.array([(-1, 0), (0, 1), (1, 0), (0, -1)])
NAMES, SIGNS = ("up", "right", "down", "left"), "↑→↓←"
# In pixels, as in board.js.
LEFT, TOP, SIDE, MIDDLE, LENGTH = 16, 36, 112, 0.62, 0.36


def squares(goal=GOAL, pit=PIT):
    """Return the squares in which the game goes on, as pairs of row and column."""
    return [divmod(place, COLUMNS) for place in range(ROWS * COLUMNS) if place not in (goal, pit)]


SQUARES = squares()


def grid(slip=0.2, goal=GOAL, pit=PIT):
    """Return the chances ``P[s, i, t]`` of going from square s by move i to square t, and the rewards ``r[s, i]``.

    With probability `slip` a move goes sideways, half of that to each side; a move off the board stays in place.
    The amount by which a row of `P` falls short of 1 is the probability that the game ends, in the goal or in the
    pit.
    """
    open_ones, ends = squares(goal, pit), {divmod(goal, COLUMNS): 1.0, divmod(pit, COLUMNS): -1.0}
    P, r = np.zeros((len(open_ones), 4, len(open_ones))), np.zeros((len(open_ones), 4))
    for s, square in enumerate(open_ones):
        for i in range(4):
            for turn, chance in ((0, 1 - slip), (-1, slip / 2), (1, slip / 2)):
                row, column = np.clip(square + MOVES[(i + turn) % 4], 0, (ROWS - 1, COLUMNS - 1)).tolist()
                if (row, column) in ends:
                    r[s, i] += chance * ends[row, column]
                else:
                    P[s, i, open_ones.index((row, column))] += chance
    return P, r


def plan(P, r, alpha, mellow):
    """Return the values of the squares and the probabilities of the moves, by value iteration.

    Boards of the same size may be planned side by side, each with its own alpha and its own maximum.
    """
    V = np.zeros(r.shape[:-1])
    for _ in range(ROUNDS):
        V = logsumexp(
            r + DISCOUNT * np.einsum("...siu,...u->...si", P, V), alpha
        ) - mellow * alpha * math.log(4)
    return V, softmax(r + DISCOUNT * np.einsum("...siu,...u->...si", P, V), alpha)


class Board(Live):
    """A player on 3 x 4 squares who draws each move by softmax: move the goal, the pit and the player.

    The number in a square is its value, what the player can expect from there on; the bars are the shares of the
    four moves. The value is the logsumexp over the moves, or their mellowmax, which gives no bonus for randomness.

    Parameters
    ----------
    alpha : float, default 0.01
        Temperature, from 0.01 to 1.
    slip : float, default 0.2
        The chance that a move goes astray, from 0 to 0.6.
    goal, pit, player : int, default 3, 7, 2
        Their squares, from 0 to 11, counted row by row; no two are the same.
    mellow : bool, default False
        Whether the value of a square is the mellowmax of its moves instead of the logsumexp.

    Raises
    ------
    TypeError
        If `mellow` is not True or False, or another parameter is not a number.
    ValueError
        If a parameter is not within its limits, or a square is not whole.

    See Also
    --------
    regsoft.logsumexp, regsoft.mellowmax : The smooth maxima.
    regsoft.softmax : The shares of the moves.

    Notes
    -----
    The parameters are traits: assign to them, and observe what the reader does. Derived in ``book/rewards.ipynb``,
    eq-soft-bellman.

    Examples
    --------
    >>> Board(alpha=0.1, mellow=True)
    Board(alpha=0.1, slip=0.2, goal=3, pit=7, player=2, mellow=True, module ...)
    """

    _esm = module("board")
    _height, _narrow = 380, 254
    alpha = Number(0.01, 0.01, 1, label="α", ratio=10 ** (1 / 20))
    slip = Number(0.2, 0, 0.6, label="slip", step=0.02)
    goal = Whole(GOAL, 0, ROWS * COLUMNS - 1)
    pit = Whole(PIT, 0, ROWS * COLUMNS - 1)
    player = Whole(2, 0, ROWS * COLUMNS - 1)
    mellow = Switch()

    def _draw(self, ax):
        places = squares(self.goal, self.pit)
        V, w = plan(*grid(self.slip, self.goal, self.pit), self.alpha, self.mellow)
        shares = w[places.index(divmod(self.player, COLUMNS))]
        told = "  ".join(f"{arrow} {number(share, 2)}" for arrow, share in zip(SIGNS, shares, strict=True))
        write(ax, LEFT, 14, f"player: {told}")
        across, down = (
            [LEFT + SIDE * i for i in range(COLUMNS + 1)],
            [TOP + SIDE * i for i in range(ROWS + 1)],
        )
        for x in across:
            line(ax, [x, x], [down[0], down[-1]], alpha=0.4)
        for y in down:
            line(ax, [across[0], across[-1]], [y, y], alpha=0.4)
        for (row, column), value, moves in zip(places, V, w, strict=True):
            x, y = _middle(row * COLUMNS + column)
            write(ax, x - SIDE / 2 + 8, y - MIDDLE * SIDE + 15, number(value, 2))
            for share, (up, right) in zip(moves, MOVES, strict=True):
                far = LENGTH * SIDE * share
                line(ax, [x, x + far * right], [y, y + far * up], BLUE, 4, solid_capstyle="butt")
            ax.plot(x, y, "o", markersize=5 * POINT, color=INK, markeredgewidth=0)
        for place, colour, name in (
            (self.goal, GREEN, "goal +1"),
            (self.pit, ORANGE, "pit −1"),
            (self.player, INK, ""),
        ):
            x, y = _middle(place)
            handle(ax, x, y, colour)
            if name:
                write(ax, x, y - MIDDLE * SIDE + 15, name, ha="center", fontweight="bold")
        how = "mellowmax" if self.mellow else "logsumexp"
        moves = ", ".join(f"{name} {number(share, 2)}" for name, share in zip(NAMES, shares, strict=True))
        ends = f"goal in {_named(self.goal)}, pit in {_named(self.pit)}"
        return (
            f"Values by {how} at α = {number(self.alpha, 2)} and slip {number(self.slip, 2)}, "
            f"from {number(V.min(), 2)} to {number(V.max(), 2)}; {ends}; "
            f"the player in {_named(self.player)} chooses {moves}."
        )


def _middle(place):
    """Return where the bars of a square begin."""
    row, column = divmod(place, COLUMNS)
    return LEFT + (column + 0.5) * SIDE, TOP + (row + MIDDLE) * SIDE


def _named(place):
    row, column = divmod(place, COLUMNS)
    return f"row {row + 1}, column {column + 1}"
