"""Scores that become shares, as a picture that a reader moves by hand."""

import numpy as np

from regsoft import softmax
from regsoft.live._live import module
from regsoft.live._simplex import BASE, FIELD, OPTIONS, TOP, Simplex, block, named
from regsoft.live._still import Plane, line, write
from regsoft.picture import GREEN, PURPLE

PATH = np.geomspace(0.05, 100, 40)  # temperatures


class Shares(Simplex):
    """Scores and their softmax, as bars and as a point of the triangle: place your own shares, then see softmax.

    Scores are dragged as bars, shares in the triangle. A button shows softmax, which can be dragged as well and
    then moves the scores, and its path from the winner's corner to the centre as alpha changes.

    Parameters
    ----------
    x : sequence of float, shape (3,), default (1, 2, 4)
        Scores, from 0 to 5.
    alpha : float, default 1.0
        Temperature, from 0.25 to 4.
    w : sequence of float, shape (3,), default (0.4, 0.3, 0.3)
        The reader's shares: from 0 to 1, sum 1.
    answer : bool, default False
        Whether softmax is shown.

    Raises
    ------
    TypeError
        If `answer` is not True or False, or another parameter does not hold numbers.
    ValueError
        If a parameter is not within its limits, has not three entries, or `w` does not sum to 1.

    See Also
    --------
    regsoft.softmax : Shares from scores.
    Split : The same options with the objective that softmax maximises.

    Notes
    -----
    The parameters are traits: assign to them, and observe what the reader does. Derived in
    ``book/introduction.ipynb``, eq-softmax.

    Examples
    --------
    >>> shares = Shares(alpha=0.5)
    >>> shares.x = [4, 2, 4]
    >>> shares
    Shares(x=[4.0, 2.0, 4.0], alpha=0.5, w=[0.4, 0.3, 0.3], answer=False, module ...)
    """

    _esm = module("shares")
    _top, _ticks, _pitch = 5.2, (0, 1, 2, 3, 4, 5), 46

    def _draw_part(self, ax, best, end):
        shares = Plane((end + 46, end + 46 + 3 * self._pitch, TOP, BASE), x=(0, 3), y=(0, 1))
        shares.draw(ax, yticks=(0, 0.5, 1))
        for i in OPTIONS:
            middle = shares.across(i + 0.5)
            bars = [(-0.21, self.w[i], PURPLE), (0.21, best[i], GREEN)][: 1 + self.answer]
            for offset, share, colour in bars:
                place = middle + offset * self._pitch
                block(ax, place, 0.19 * self._pitch, shares.up(share), BASE, colour)
            write(ax, middle, BASE + 22, ("w₁", "w₂", "w₃")[i], ha="center", fontweight="bold")
        if self.answer:
            line(ax, *FIELD.at([softmax(self.x, alpha) for alpha in PATH]), width=1.2, dashes=(6, 4))
            x, y = FIELD.at([1 / 3, 1 / 3, 1 / 3])
            line(ax, [x - 5, x + 5], [y, y])
            line(ax, [x, x], [y - 5, y + 5])
        return f"your w {named(self.w)}", f"softmax {named(best)}"
