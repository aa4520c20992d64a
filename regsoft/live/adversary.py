"""A game in rounds against follow the leader and Hedge, as a picture in which a reader plays."""

import numpy as np

from regsoft import follow_the_leader, hedge
from regsoft.figures._draw import number
from regsoft.live._live import Choices, Live, Number, module
from regsoft.live._still import Plane, handle, line, spot, write
from regsoft.picture import BLUE, GREEN, INK, ORANGE

LIMIT = 40  # rounds
# In pixels, as in adversary.js.
LEFT, RIGHT, TOP, MIDDLE, FLOOR = 62, 592, 110, 160, 210
SHARES = Plane((LEFT, RIGHT, TOP, FLOOR), x=(-2, LIMIT + 1), y=(0, 1))
COSTS = Plane((LEFT, RIGHT, 250, 422), x=(-2, LIMIT + 1), y=(0, 21))
LEADER, HEDGE = {"colour": ORANGE, "width": 1.5, "dashes": (5, 3)}, {"colour": BLUE, "width": 2.5}
BOUND = {"colour": GREEN, "width": 1.5, "dashes": (9, 3, 2, 3)}


class Adversary(Live):
    """A game of 40 rounds: a reader decides which of two experts loses; "follow the leader" and Hedge pay.

    The losing expert loses 1, but only 1/2 in the first round, so that the experts never tie again. The shares
    of both rules are shown before the reader chooses; their regrets grow below, and Hedge's stays under its bound
    ``alpha log 2 + t / (8 alpha)``.

    Parameters
    ----------
    rounds : list of int, default ()
        Who lost each round, 1 or 2; at most 40 rounds.
    alpha : float, default 2.7
        Temperature of Hedge, from 0.25 to 16. At 2.7 the bound after 40 rounds is smallest.

    Raises
    ------
    TypeError
        If `rounds` is not a list of whole numbers, or `alpha` is not a number.
    ValueError
        If `rounds` is too long, or names an expert other than 1 and 2; if `alpha` is not within its limits.

    See Also
    --------
    regsoft.follow_the_leader, regsoft.hedge : The two rules.
    regsoft.regret : How much more they pay than the better expert.

    Notes
    -----
    The parameters are traits: assign to them, and observe what the reader does. Derived in
    ``book/online-learning.ipynb``, eq-leader-regret and eq-hedge-bound.

    Examples
    --------
    >>> game = Adversary(rounds=[1, 2, 1])
    >>> game
    Adversary(rounds=(1, 2, 1), alpha=2.7, module ...)
    """

    _esm = module("adversary")
    _width, _height, _buttons = 600, 468, 2
    rounds = Choices(options=2, limit=LIMIT)
    alpha = Number(2.7, 0.25, 16, label="α", ratio=2 ** (1 / 8))

    def _draw(self, ax):
        count, over = len(self.rounds), len(self.rounds) == LIMIT
        losses = np.zeros((count + 1, 2))  # the last row is for the next round
        losses[np.arange(count), np.array(self.rounds, int) - 1] = 1
        losses[0] /= 2
        rules = follow_the_leader(losses), hedge(losses, self.alpha)
        told, bound = [], hedge_bound(np.array([0, LIMIT]), 2, self.alpha)
        for y in (TOP, MIDDLE, FLOOR):
            line(ax, [LEFT, RIGHT], [y, y], alpha=0.15)
        for y, name in ((TOP, "expert 1"), (MIDDLE, "half each"), (FLOOR, "expert 2")):
            write(ax, LEFT - 8, y + 4, name, ha="right")
        COSTS.draw(ax, (0, 10, 20, 30, 40), (0, 5, 10, 15, 20), "round", "regret")
        if not over:
            ends = SHARES.across([count + 0.5, count + 1.5])
            ax.fill_between(ends, TOP - 8, FLOOR + 8, color=INK, alpha=0.12, linewidth=0)
        rows = zip(("follow the leader", "Hedge"), rules, (LEADER, HEDGE), (1, 0), strict=True)
        for place, (name, weights, style, above) in enumerate(rows):
            shares, regret_after = weights[:, 0], np.append(0, regrets(losses, weights)[:count])
            edges = np.arange(count)[:, None] + [0.5, 1.5]
            line(
                ax,
                SHARES.across(edges.ravel()),
                SHARES.up(shares[:count].repeat(2)),
                zorder=2 + above,
                **style,
            )
            line(ax, COSTS.across(np.arange(count + 1)), COSTS.up(regret_after), zorder=3 - above, **style)
            paid = (losses * weights).sum()
            told.append(f"{name} paid {number(paid, 2)}, regret {number(regret_after[-1], 2)}")
            line(ax, [0, 26], [10 + 18 * place] * 2, **style)
        lost = 2 - np.array(self.rounds)
        spot(ax, SHARES.across(np.arange(count) + 1), SHARES.up(lost), "o", INK, INK, 6, zorder=4)
        if not over:
            at = SHARES.across(count + 1)
            spot(ax, at, SHARES.up(rules[0][-1, 0]), "D", ORANGE, ORANGE, 10, zorder=4)
            spot(ax, at, SHARES.up(rules[1][-1, 0]), "o", BLUE, BLUE, 9, zorder=4)
        told.append(f"Hedge’s bound {number(hedge_bound(count, 2, self.alpha), 2)}")
        told.append(
            "expert 1 lost {}, expert 2 lost {}".format(*(number(each, 1) for each in losses.sum(axis=0)))
        )
        line(ax, [0, 26], [46, 46], **BOUND)
        spot(ax, 13, 64, "o", INK, INK, 6)
        line(ax, COSTS.across([0, LIMIT]), COSTS.up(bound), **BOUND)
        for place, words in enumerate(told):
            write(ax, 34, 14 + 18 * place, words)
        question = f"all {LIMIT} rounds are played" if over else f"round {count + 1}: who loses?"
        write(ax, LEFT, TOP - 16, question)
        handle(ax, COSTS.across(0), COSTS.up(bound[0]), GREEN, "α", (-4, -16))
        played = f"round {count}: expert {self.rounds[-1]} lost" if count else "no round has been played"
        if not over:
            ahead = " on expert 1, Hedge ".join(number(weights[-1, 0], 2) for weights in rules)
            told.append(f"next the leader puts {ahead}")
        return f"Two experts, α = {number(self.alpha, 2)}, {played}: {'; '.join(told)}."


def hedge_bound(rounds, d, alpha):
    """Return the upper bound of the regret of Hedge, for losses in [0, 1]."""
    return alpha * np.log(d) + rounds / (8 * alpha)


def regrets(losses, weights):
    """Return the regret after each round."""
    return (losses * weights).sum(axis=-1).cumsum() - losses.cumsum(axis=0).min(axis=-1)
