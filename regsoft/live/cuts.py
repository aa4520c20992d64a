"""The next word, cut by three rules, as a picture that a reader moves by hand."""

import numpy as np

from regsoft import softmax
from regsoft.figures._draw import number
from regsoft.live._live import Live, Number, Switch, Whole, module
from regsoft.live._still import Plane, box, handle, line, write
from regsoft.picture import BLUE, GREEN, INK, ORANGE, PURPLE

# How often each of 31 words follows "of" in five descriptions of scikit-learn, as book/tokens.ipynb counts.
COUNTS = np.array([7, 6, 5, 3, *[2] * 7, *[1] * 20])
# In pixels, as in cuts.js.
LEFT, RIGHT, BASE = 40, 672, 316
PLANE = Plane((LEFT, RIGHT, 70, BASE), x=(0.5, 31.5), y=(0, 1))
HANDLES = (92, 140, 188)
TICKS = {1: "7", 2: "6", 3: "5", 4: "3", 8: "2", 21.5: "1"}
RULES = ("top-k", "top-p", "min-p")
COLOURS = (ORANGE, GREEN, PURPLE)


class Cuts(Live):
    """The shares of 31 words that may come next, and what three rules keep of them: drag the cuts.

    The outlines are the shares that softmax gives to the words, from the most to the least frequent. Each rule
    keeps the words to the left of its line; the shares of the words that the selected rule keeps are renormalised
    to sum to 1. The temperature is applied before the rules, or after them.

    Parameters
    ----------
    alpha : float, default 1.0
        Temperature, from 0.25 to 4.
    k : int, default 4
        How many words top-k keeps, from 1 to 31.
    p : float, default 0.5
        The sum that the shares kept by top-p must reach, from 0.01 to 1.
    m : float, default 0.25
        The fraction of the largest share that min-p requires, from 0.01 to 1.
    rule : int, default 1
        The rule that is applied: 1 for top-k, 2 for top-p, 3 for min-p.
    late : bool, default False
        Whether the temperature comes after the rules.

    Raises
    ------
    TypeError
        If `late` is not True or False, or another parameter is not a number.
    ValueError
        If a parameter is not within its limits, or `k` or `rule` is not whole.

    See Also
    --------
    regsoft.softmax : The shares; with ``where``, those of the words that are kept.

    Notes
    -----
    The parameters are traits: assign to them, and observe what the reader does. Derived in ``book/tokens.ipynb``,
    eq-count-shares.

    Examples
    --------
    >>> Cuts(alpha=2, rule=3)
    Cuts(alpha=2.0, k=4, p=0.5, m=0.25, rule=3, late=False, module ...)
    """

    _esm = module("cuts")
    _width, _height, _buttons = 688, 360, 2
    alpha = Number(1, 0.25, 4, label="α", ratio=2 ** (1 / 16))
    k = Whole(4, 1, 31, label="k of top-k", digits=0, step=1)
    p = Number(0.5, 0.01, 1, label="p of top-p")
    m = Number(0.25, 0.01, 1, label="p of min-p")
    rule = Whole(1, 1, 3)
    late = Switch()

    def _draw(self, ax):
        w = softmax(np.log(COUNTS), self.alpha)
        counts = kept(softmax(np.log(COUNTS), 1.0) if self.late else w, self.k, self.p, self.m)
        count = counts[self.rule - 1]
        anew = w[:count] / w[:count].sum()
        asked = (number(self.k, 0), number(self.p, 2), number(self.m, 2))
        box(ax, 0, 4, 18, 12, facecolor="none", edgecolor=INK, linewidth=0.75)
        write(ax, 26, 14, "shares of all 31 words")
        box(ax, 0, 22, 18, 12, color=BLUE, linewidth=0)
        write(ax, 26, 32, f"kept, renormalised: the first {number(w[0])} → {number(anew[0])}")
        PLANE.draw(ax, TICKS, (0, 0.5, 1), "31 words after “of”, by their counts", "share", tell=TICKS.get)
        for i, share in enumerate(w):
            left, right = PLANE.across(i + 0.6), PLANE.across(i + 1.4)
            if i < count:
                box(
                    ax,
                    left,
                    PLANE.up(anew[i]),
                    right - left,
                    BASE - PLANE.up(anew[i]),
                    color=BLUE,
                    linewidth=0,
                )
            top = PLANE.up(share)
            line(ax, [left, left, right, right], [BASE, top, top, BASE])
        for i, (colour, y) in enumerate(zip(COLOURS, HANDLES, strict=True)):
            place = PLANE.across(counts[i] + 0.5)
            chosen = i == self.rule - 1
            line(ax, [place, place], [y, BASE], colour, 2.5 if chosen else 1.5, None if chosen else (4, 3))
        for i, (name, colour, y) in enumerate(zip(RULES, COLOURS, HANDLES, strict=True)):
            place = PLANE.across(counts[i] + 0.5)
            handle(ax, place, y, colour)
            words = f"{name} {asked[i]}: {_words(counts[i])}"
            right = place > (LEFT + RIGHT) / 2
            write(
                ax,
                place + (-18 if right else 18),
                y + 4,
                words,
                ha="right" if right else "left",
                fontweight="bold",
            )
        said = ", ".join(f"{RULES[i]} {asked[i]} keeps {counts[i]}" for i in range(3))
        when = "last" if self.late else "first"
        return (
            f"31 words, temperature {when}, α = {number(self.alpha, 2)}: {said}; applied: {RULES[self.rule - 1]}, "
            f"the share of the first word {number(w[0])}, then {number(anew[0])}."
        )


def kept(w, k, p, m):
    """Return how many of the shares top-k, top-p and min-p keep; the shares are in descending order."""
    before = np.concatenate([[0.0], np.cumsum(w)[:-1]])
    return k, int((before < p).sum()), int((w >= m * w[0]).sum())


def _words(count):
    return "1 word" if count == 1 else f"{count} words"
