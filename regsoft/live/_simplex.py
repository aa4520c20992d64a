"""What the pictures of three options share: scores as bars, shares in the triangle; see simplex.js."""

import numpy as np

from regsoft import softmax
from regsoft.figures._draw import number
from regsoft.live._live import Live, Number, Numbers, Switch
from regsoft.live._still import POINT, SUBSCRIPTS, Plane, Triangle, handle, spot, write
from regsoft.picture import BLUE, GREEN, INK, PURPLE

# In pixels, as in simplex.js.
LEFT, TOP, BASE = 24, 66, 322
FIELD = Triangle(372, 664, BASE)
OWN, BEST = ("o", PURPLE, PURPLE, 10), ("D", GREEN, GREEN, 14)
OPTIONS = range(3)


class Simplex(Live):
    """A picture of three options.

    A subclass sets `_top` and `_ticks` of the score axis, and `_pitch`, the distance between bars.
    """

    _width, _height, _narrow, _column = 688, 356, 570, 4
    x = Numbers([1, 2, 4], 0, 5, label="score x", step=0.05)
    alpha = Number(1, 0.25, 4, label="α", ratio=2**0.1)
    w = Numbers([0.4, 0.3, 0.3], 0, 1, total=1, label="your w", step=0.01)
    answer = Switch()

    def _draw(self, ax):
        x, best = np.array(self.x), softmax(self.x, self.alpha)
        end = LEFT + 3 * self._pitch
        scores = Plane((LEFT, end, TOP, BASE), x=(0, 3), y=(0, self._top))
        scores.draw(ax, yticks=self._ticks)
        for i in OPTIONS:
            middle = scores.across(i + 0.5)
            block(ax, middle, 0.28 * self._pitch, scores.up(x[i]), BASE, BLUE)
            write(ax, middle, BASE + 22, f"x{SUBSCRIPTS[i]}", ha="center", fontweight="bold")
        FIELD.draw(ax)
        own, found = self._draw_part(ax, best, end)
        for i in OPTIONS:
            handle(ax, scores.across(i + 0.5), scores.up(x[i]), BLUE)
        lines = [(OWN, self.w, own), (BEST, best, found)][: 1 + self.answer]
        for place, (mark, w, words) in reversed(list(enumerate(lines))):
            ring(ax, *FIELD.at(w))
            spot(ax, *FIELD.at(w), *mark, scale=1.4 if mark is OWN else 1)
            spot(ax, 8, 10 + 18 * place, *mark, scale=0.8)
            write(ax, 24, 14 + 18 * place, words)
        said = "; ".join(words for *_, words in lines)
        values = ", ".join(number(each, 2) for each in x)
        return (
            f"Bars of the scores {values} at α = {number(self.alpha, 2)}; in the triangle of shares {said}."
        )

    def _draw_part(self, ax, best, end):
        """Draw right of `end` and inside the triangle; return texts for the reader's and the best shares."""
        raise NotImplementedError


def named(w):
    """Return shares as text."""
    return f"({', '.join(number(share, 2) for share in w)})"


def ring(ax, x, y):
    """Draw the ring of a handle."""
    style = {"markerfacecolor": "none", "markeredgecolor": INK, "markeredgewidth": POINT, "alpha": 0.35}
    ax.plot(x, y, "o", markersize=24 * POINT, **style)


def block(ax, middle, half, top, base, colour):
    """Fill a bar."""
    x, y = [middle - half, middle + half, middle + half, middle - half], [base, base, top, top]
    ax.fill(x, y, facecolor=(colour, 0.3), edgecolor=colour, linewidth=1.5 * POINT)
