"""A race of scores with Gumbel noise, as a picture in which a reader makes random draws."""

import numpy as np

from regsoft import logsumexp, softmax
from regsoft.figures._draw import number
from regsoft.live._live import Live, Number, Switch, Whole, module
from regsoft.live._still import Plane, handle, line, spot, write
from regsoft.picture import BLUE, GREEN, ORANGE, PURPLE

LOW, END, FULL, RUN = (
    -4,
    14,
    100,
    18,
)  # ends of the axis; draws up to which the histogram grows; pixels from a base down to its run
# In pixels, as in race.js.
LEFT, RIGHT, FROM, TO, BASES, FLOOR, HIGH = 52, 440, 480, 680, (88, 160, 232), 334, 120
SCALE = Plane((LEFT, RIGHT, 40, FLOOR), x=(LOW, END), y=(0, 1))
COLOURS, NUMBERS = (BLUE, ORANGE, GREEN), "₁₂₃"


class Race(Live):
    """A race of three scores with Gumbel noise of scale alpha: draw, and the shares of wins approach softmax.

    Each draw gives every score noise of its own, and the largest wins. The picture has the densities of the noisy
    scores, the last draw, the heights of the winners and the shares of wins; a button shows their limits. The noise
    depends only on `seed` and on the number of the draw, so it stays the same when the scores change.

    Parameters
    ----------
    x1, x2, x3 : float, default 1.0, 2.0, 4.0
        Scores, from 0 to 6.
    alpha : float, default 1.0
        Scale of the noise, the temperature of softmax, from 0.25 to 2.
    draws : int, default 0
        Number of draws, from 0 to 2000.
    seed : int, default 1
        Seed of the noise, from 1 to 999.
    answer : bool, default False
        Whether the shares of softmax and the density of the largest are shown.

    Raises
    ------
    TypeError
        If `answer` is not True or False, or another parameter is not a number.
    ValueError
        If a parameter is not within its limits, or `draws` or `seed` is not whole.

    See Also
    --------
    regsoft.softmax : The chances to win.
    regsoft.logsumexp : Where the density of the largest has its top.

    Notes
    -----
    The parameters are traits: assign to them, and observe what the reader does. Derived in ``book/gumbel.ipynb``,
    eq-gumbel-max.

    Examples
    --------
    >>> race = Race(draws=10)
    >>> race.draws += 100
    >>> race
    Race(x1=1.0, x2=2.0, x3=4.0, alpha=1.0, draws=110, seed=1, answer=False, module ...)
    """

    _esm = module("race")
    _width, _height, _narrow, _buttons = 688, 382, 548, 2
    x1 = Number(1, 0, 6, label="score x₁", step=0.1)
    x2 = Number(2, 0, 6, label="score x₂", step=0.1)
    x3 = Number(4, 0, 6, label="score x₃", step=0.1)
    alpha = Number(1, 0.25, 2, label="α", ratio=2 ** (1 / 16))
    draws = Whole(0, 0, 2000)
    seed = Whole(1, 1, 999)
    answer = Switch()

    def _draw(self, ax):
        x, alpha, count = np.array([self.x1, self.x2, self.x3]), self.alpha, self.draws
        runs = x + alpha * noise(self.seed, count)
        heights, wins = runs.max(axis=-1), np.bincount(runs.argmax(axis=-1), minlength=3)
        w, top = softmax(x, alpha), logsumexp(x, alpha)
        write(ax, 0, 14, "each score is moved by α times its noise")
        write(ax, FROM, 14, "share of the wins")
        SCALE.draw(ax, (-4, 0, 4, 8, 12), (), "score plus noise")
        edges = np.append(np.arange(LOW, END, alpha / 2), END)
        bins = np.histogram(heights[heights < END], edges)[0]
        up = np.minimum(2 * HIGH * bins / max(count, FULL), FLOOR - BASES[2] - 12)
        ax.stairs(
            FLOOR - up, SCALE.across(edges), baseline=FLOOR, fill=True, color=PURPLE, alpha=0.5, linewidth=0
        )
        for i, base in enumerate((*BASES, FLOOR)):
            write(ax, LEFT - 8, base + 4, f"x{NUMBERS[i]}" if i < 3 else "largest", ha="right")
            line(ax, [LEFT, RIGHT], [base, base], alpha=0.15)
        last = np.clip(runs[-1], LOW, END) if count else ()
        if count:
            winner = last.argmax()
            line(ax, SCALE.across(last[[winner, winner]]), [BASES[winner] + RUN, FLOOR], dashes=(2, 3))
        for i, (base, colour) in enumerate(zip(BASES, COLOURS, strict=True)):
            bump(ax, x[i], alpha, base, colour, 1.5)
            if count:
                line(ax, SCALE.across([x[i], last[i]]), [base + RUN] * 2, colour, 4, solid_capstyle="butt")
                spot(ax, SCALE.across(last[i]), base + RUN, "D", colour, colour, 10)
            handle(ax, SCALE.across(x[i]), base, colour)
            share = wins[i] / max(count, 1)
            line(ax, [FROM, TO], [base, base], alpha=0.15)
            ax.fill_between([FROM, FROM + share * (TO - FROM)], base, base - 20, color=colour, linewidth=0)
            write(ax, FROM, base - 26, f"{wins[i]} won" + (f": {number(share)}" if count else ""))
        drawn = f"{count} {'draw' if count == 1 else 'draws'}" + (", the maximum" if count == 2000 else "")
        write(ax, FROM, FLOOR - 26, drawn)
        told = [f"{drawn}: {', '.join(map(str, wins))} won"]
        if count:
            told.append(f"x{NUMBERS[winner]} won the last draw, at {number(heights[-1], 2)}")
        if self.answer:
            bump(ax, top, alpha, FLOOR, PURPLE, 2, dashes=(6, 4))
            for base, share in zip(BASES, w, strict=True):
                line(
                    ax,
                    [FROM + share * (TO - FROM)] * 2,
                    [base - 23, base + 3],
                    width=3,
                    solid_capstyle="butt",
                )
                write(ax, TO, base - 26, f"softmax {number(share)}", ha="right")
            write(ax, FROM, FLOOR - 8, f"top at logsumexp {number(top)}")
            told.append(
                f"softmax {', '.join(map(number, w))}; the largest has its top at logsumexp {number(top)}"
            )
        given = f"scores {', '.join(number(score, 2) for score in x)}, α = {number(alpha, 2)}"
        return f"A race with Gumbel noise, {given}: {'; '.join(told)}."


def bump(ax, centre, alpha, base, colour, width, **style):
    """Draw alpha times the density of centre + alpha G over a base."""
    t = np.linspace(LOW, END, 181)
    line(ax, SCALE.across(t), base - HIGH * gumbel_density(t, centre, alpha), colour, width, **style)


def gumbel_density(t, centre, alpha):
    """Return alpha times the density at t of centre + alpha G, G Gumbel's noise."""
    z = (t - centre) / alpha
    return np.exp(-z - np.exp(-z))


def uniform(seed, place):
    """Return numbers between 0 and 1 at the given places in the sequence of a seed, mixed as in splitmix32."""
    z = ((np.asarray(place) + 1) * 0x9E3779B9 + seed) & 0xFFFFFFFF
    z = ((z ^ (z >> 16)) * 0x21F0AAAD) & 0xFFFFFFFF
    z = ((z ^ (z >> 15)) * 0x735A2D97) & 0xFFFFFFFF
    return ((z ^ (z >> 15)) + 0.5) / 2**32


def gumbel(seed, place):
    """Return Gumbel's noise at places of the sequence of a seed."""
    return -np.log(-np.log(uniform(seed, place)))


def noise(seed, draws):
    """Return the noise of three scores in each draw."""
    return gumbel(seed, np.arange(3 * draws).reshape(draws, 3))
